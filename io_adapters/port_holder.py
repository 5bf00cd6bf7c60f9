"""Which program holds a port, where the system tells: on Linux, in ``/proc``."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final


_TABLES: Final = ("/proc/self/net/tcp", "/proc/self/net/tcp6")
_LISTENING: Final = "0A"  # the state of a listening socket in those tables
_MOST_CHARACTERS: Final = 60


def holder_of(port: int) -> str | None:
    """Return the command and the number of a process that listens on a port, on any address of this machine.

    None where the system does not tell, or tells it only to the other program's user.
    """
    sockets = _listening_sockets(port)
    for process in _processes() if sockets else []:
        if sockets & _sockets_of(process):
            return f"{_command(process)} (process {process.name})"
    return None


def _listening_sockets(port: int) -> set[str]:
    """Return the inode of each socket that listens on the port."""
    found = set()
    for table in _TABLES:
        with suppress(OSError):
            for row in Path(table).read_text(encoding="ascii", errors="replace").splitlines()[1:]:
                fields = row.split()
                if len(fields) > 9 and fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                    found.add(fields[9])
    return found


def _processes() -> list[Path]:
    try:
        return [each for each in Path("/proc").iterdir() if each.name.isdigit()]
    except OSError:
        return []


def _sockets_of(process: Path) -> set[str]:
    found = set()
    with suppress(OSError):  # another user's, or gone
        for descriptor in (process / "fd").iterdir():
            with suppress(OSError):
                found.add(os.readlink(descriptor).removeprefix("socket:[").removesuffix("]"))
    return found


def _command(process: Path) -> str:
    """Return what was typed, as far as a line takes it, with nothing in it that acts on a terminal."""
    try:
        words = (process / "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
    except OSError:
        return "?"
    words[0] = os.path.basename(words[0])
    text = b" ".join(words).decode(errors="replace")
    shown = "".join(c if c.isprintable() else "?" for c in text)
    return shown if len(shown) <= _MOST_CHARACTERS else shown[: _MOST_CHARACTERS - 1] + "…"
