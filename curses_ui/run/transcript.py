"""Conversations written to files, one per peer; off unless the user switches it on.

``transcript_line`` is pure; ``TranscriptFolder`` is the thin part that owns files.
Nobody else on the machine can read them: 0600 in folders of 0700.
"""

import errno
import os
import stat
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from ..text.names import safe_file_name

_FILE_MODE: Final = 0o600
_FOLDER_MODE: Final = 0o700
# Not through a link that somebody has put there; nor waiting for the reader of a pipe.
_FLAGS: Final = (
    os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
)


def transcript_line(
    wall: float, name: str, text: str, local_time: Callable[[float], time.struct_time] = time.localtime
) -> str:
    """One line: RFC 3339 time, TAB, who, TAB, what; nobody is the program itself.

    A clean text holds no tab and no line end; if one came here nevertheless, it
    would forge a field or a line, and becomes a space.

    Args:
        wall: POSIX time.
        name: Who spoke, clean; empty for news of the program.
        text: What was said, clean.
        local_time: POSIX time to the user's own.
    """
    return f"{rfc3339(local_time(wall))}\t{_field(name)}\t{_field(text)}\n"


def rfc3339(local: time.struct_time) -> str:
    """A local time with its distance from UTC, to the second."""
    minutes = local.tm_gmtoff // 60
    sign, minutes = ("-", -minutes) if minutes < 0 else ("+", minutes)
    clock = f"{local.tm_hour:02}:{local.tm_min:02}:{local.tm_sec:02}"
    zone = f"{sign}{minutes // 60:02}:{minutes % 60:02}"
    return f"{local.tm_year:04}-{local.tm_mon:02}-{local.tm_mday:02}T{clock}{zone}"


def _field(text: str) -> str:
    return " ".join(text.translate(_TABS).splitlines())


_TABS: Final = {ord("\t"): " "}


class TranscriptFolder:
    """The folder of the transcripts.

    A file is opened for each write: nothing is held open while a peer is silent,
    and a file that was moved away begins anew.
    """

    def __init__(self, path: Path) -> None:
        self.path: Final = path

    def file_of(self, peer: str) -> Path:
        """Where the conversation with a peer is written."""
        return self.path / f"{safe_file_name(peer)}.log"

    def write(self, peer: str, lines: Iterable[str]) -> None:
        """Append lines to the transcript of a peer.

        Args:
            peer: The label of the conversation.
            lines: As ``transcript_line`` makes them.

        Raises:
            OSError: They cannot be written; ``filename`` says where.
        """
        make_private_folder(self.path)
        append_private(self.file_of(peer), "".join(lines))


def make_private_folder(path: Path) -> None:
    """Make a folder, and those above it, that only the user can enter; one that is there is left as it is.

    Raises:
        OSError: It cannot be made.
    """
    if not path.is_dir():
        make_private_folder(path.parent)
        path.mkdir(mode=_FOLDER_MODE, exist_ok=True)


def append_private(path: Path, text: str) -> None:
    """Append to a file that only the user can read, also if it could be read by others before.

    Raises:
        OSError: It is no file but something else, or cannot be written.
    """
    descriptor = os.open(path, _FLAGS, _FILE_MODE)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
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
