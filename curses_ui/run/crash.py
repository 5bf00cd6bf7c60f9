"""What is left behind when the program fails: a report that only the user can read."""

import os
import sys
import time

from core import VERSION
from io_adapters import PRIVATE_FILE_FLAGS

from .private_files import StrPath, make_private_folder


def crash_report(error: BaseException, wall: float) -> str:
    """What a maintainer needs to know: where it failed and with what, not what anybody said.

    Args:
        error: What was raised and not caught.
        wall: POSIX time.
    """
    head = (
        f"prosa {VERSION}, Python {sys.version.partition(' ')[0]}, {sys.platform}",
        time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(wall)),
        f"TERM={os.environ.get('TERM', '')}",
        "",
    )
    import traceback  # only here: a crash is rare

    return "\n".join(head) + "".join(traceback.format_exception(error))


def write_crash_report(folder: StrPath, report: str, wall: float) -> str:
    """Write a report into a file of its own, and return its path.

    Raises:
        OSError: It cannot be written.
    """
    make_private_folder(folder)
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(wall))
    path = os.path.join(folder, f"crash-{stamp}-{os.getpid()}.log")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | PRIVATE_FILE_FLAGS, 0o600)
    with open(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(report)
    return path
