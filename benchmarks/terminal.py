"""A program on a pseudo-terminal."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import tempfile
import termios
import time
from collections.abc import Sequence
from typing import Final, Self

from .processes import HERE, PATIENCE_SECONDS, Place, end

_LOCALE: Final = ("LC_ALL", "LC_CTYPE")
_SIZE: Final = ("LINES", "COLUMNS")  # curses believes them more than the terminal
_SETTINGS: Final = ("NO_COLOR", "ESCDELAY", "XDG_CONFIG_HOME", "XDG_STATE_HOME")
_READ_BYTES: Final = 1 << 16
_SHOWN_BYTES: Final = 1000  # of what was drawn, when something goes wrong


class Terminal:
    """Runs a Python program on a terminal of its own. A context manager: leaving ends the program."""

    def __init__(
        self, arguments: Sequence[str], *, rows: int = 24, columns: int = 80, place: Place = HERE
    ) -> None:
        """Start it.

        Args:
            arguments: For the interpreter.
            rows: Of the terminal.
            columns: Of the terminal.
            place: Where the program is.
        """
        self._home: Final = tempfile.TemporaryDirectory()  # without settings
        self._fd, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        environment = {**place.environment(), "HOME": self._home.name, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        for variable in (*_LOCALE, *_SIZE, *_SETTINGS):
            environment.pop(variable, None)
        self.started_at: Final = time.monotonic()
        self.process: Final = subprocess.Popen(
            [place.python, *arguments],
            cwd=place.folder,
            env=environment,
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            start_new_session=True,
            text=True,
        )
        os.close(terminal)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        end(self.process)
        os.close(self._fd)
        self._home.cleanup()

    def type(self, data: bytes) -> None:
        """Press keys."""
        os.write(self._fd, data)

    def read(self, seconds: float) -> bytes:
        """Return what the program has drawn, when there is something; empty after ``seconds`` or at its end."""
        if not select.select([self._fd], [], [], seconds)[0]:
            return b""
        try:
            return os.read(self._fd, _READ_BYTES)
        except OSError:  # how Linux says that the program has ended
            return b""

    def wait_for(self, sign: bytes) -> float:
        """Read until the program has drawn a sign; return the time, on the monotonic clock.

        Raises:
            RuntimeError: It does not.
        """
        seen = b""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            seen = seen[-_SHOWN_BYTES:] + self.read(until - time.monotonic())
            if sign in seen:
                return time.monotonic()
        raise RuntimeError(f"no {sign!r} on the terminal, but {seen!r}")

    def read_to_end(self) -> None:
        """Read until the program has ended.

        Raises:
            RuntimeError: It does not end, or ends with a fault.
        """
        drawn = b""
        until = time.monotonic() + PATIENCE_SECONDS
        while self.process.poll() is None and time.monotonic() < until:
            drawn = drawn[-_SHOWN_BYTES:] + self.read(0.05)
        if self.process.poll() != 0:
            raise RuntimeError(f"the program on the terminal ended with {self.process.poll()}: {drawn!r}")
