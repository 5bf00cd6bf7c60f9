"""Files and folders that only the user can read."""

import contextlib
import errno
import os
import stat
from typing import Final

from io_adapters import NO_WAIT_FLAGS, PRIVATE_FILE_FLAGS

StrPath = str | os.PathLike[str]
"""What names a file. In ``run``, names are plain ``str``: ``pathlib`` would take a part of every start."""

_FILE_MODE: Final = 0o600
_FOLDER_MODE: Final = 0o700
_FLAGS: Final = os.O_WRONLY | os.O_APPEND | os.O_CREAT | PRIVATE_FILE_FLAGS | NO_WAIT_FLAGS


def make_private_folder(path: StrPath) -> None:
    """Make a folder, and those above it, that only the user can enter; one that is there is left as it is.

    Raises:
        OSError: It cannot be made.
    """
    folder = os.path.abspath(path)
    if os.path.isdir(folder):
        return
    make_private_folder(os.path.dirname(folder))
    try:
        os.mkdir(folder, _FOLDER_MODE)
    except FileExistsError:
        if not os.path.isdir(folder):
            raise


def replace_private(path: StrPath, text: str) -> None:
    """Put a new file, with a new content, in the place of another, at once.

    Raises:
        OSError: It cannot be written; the old one is as it was.
    """
    beside = f"{os.fspath(path)}.{os.getpid()}.new"
    with contextlib.suppress(FileNotFoundError):
        os.unlink(beside)
    append_private(beside, text)
    os.replace(beside, path)


def append_private(path: StrPath, text: str) -> None:
    """Append to a file that only the user can read, also if it could be read by others before.

    Raises:
        OSError: It is no file but something else, or has another name, or cannot be written.
    """
    descriptor = os.open(path, _FLAGS, _FILE_MODE)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        if status.st_nlink > 1:  # the same file has another name somewhere, which may be anybody's
            raise OSError(errno.EMLINK, os.strerror(errno.EMLINK))
        if hasattr(os, "fchmod"):
            os.fchmod(descriptor, _FILE_MODE)
        data = text.encode(errors="replace")
        while data:
            data = data[os.write(descriptor, data) :]
    except OSError as error:
        # What failed on the open file does not know its name.
        error.filename = error.filename or os.fspath(path)
        raise
    finally:
        os.close(descriptor)
