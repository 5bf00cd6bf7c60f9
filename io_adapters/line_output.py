"""Lines to a descriptor that may be slow or full, without ever waiting for it."""

import errno
import os
import stat
from collections.abc import Callable
from typing import Final

from .reactor import WRITE, Reactor
from .system import WATCHES_SOCKETS_ALONE, can_write_now

WRITE_BYTES: Final = 4096  # PIPE_BUF: a writable pipe accepts this many bytes without blocking
WRITES_PER_TURN: Final = 64  # more than a pipe holds: a fast reader is never behind a fast network
MAX_WAITING_BYTES: Final = 1024 * 1024  # beyond it lines are dropped, and counted, until half of it is free
_READER_IS_GONE: Final = (errno.EPIPE, errno.EINVAL)  # the second one on Windows
DRAIN_SECONDS: Final = 1.0  # how long the end of a program may wait for a slow reader


class LineOutput:
    """Collects lines during a turn of the loop and writes them at its end, all in one go.

    A regular file or ``/dev/null`` takes them at once. A pipe or a terminal is written to
    when it is ready. It stays blocking, because other programs may share it. Lines
    without room wait, up to a limit; beyond it they are dropped. On a full disk they are
    dropped at once. How many were dropped is said before the first line that has room
    again, and no line is glued to one that a full disk cut off.

    Where a selector takes sockets alone, a pipe and a terminal are written to at once,
    like a file: a slow reader is waited for there.
    """

    def __init__(
        self,
        reactor: Reactor,
        fd: int,
        *,
        encoding: str = "utf-8",
        dropped_line: Callable[[int], str] | None = None,
    ) -> None:
        """Begin with nothing to write.

        Args:
            reactor: Tells when the descriptor can be written to.
            fd: Stays the caller's.
            encoding: What it does not have is written as an escape: the second byte of a character
                in UTF-8 can be a control character to a terminal that reads another encoding.
            dropped_line: Makes the line that says how many lines were dropped; None says nothing.
        """
        self._reactor: Final = reactor
        self._fd: Final = fd
        self._encoding: Final = encoding
        self._dropped_line: Final = dropped_line
        # Opened by Python, a Windows console takes UTF-8.
        self._file: Final = open(fd, "wb", buffering=0, closefd=False) if WATCHES_SOCKETS_ALONE else None
        self._never_blocks = WATCHES_SOCKETS_ALONE or stat.S_ISREG(os.fstat(fd).st_mode)
        self._lines: list[str] = []
        self._waiting = bytearray()
        self._is_watched = False
        self._is_broken = False
        self._is_cut = False  # the last line in the file has no end
        self._dropped = 0  # lines that nothing has been said about
        self.failure: OSError | None = None
        """The first write that failed; what it was to write is lost."""

    @property
    def is_broken(self) -> bool:
        """Whether the reader is gone; what is written then is dropped."""
        return self._is_broken

    def write(self, line: str) -> None:
        """Write a line, given without its end, at the end of this turn."""
        self._lines.append(line)

    def flush(self) -> None:
        """Write what was collected, as far as it goes without waiting; at the end of each turn."""
        if not self._lines:
            return
        lines, self._lines = self._lines, []
        if self._is_broken:
            return
        if not self._is_watched and not self._never_blocks:
            self._watch()
        if self._never_blocks:
            self._write_at_once(lines)
        elif len(self._waiting) > (MAX_WAITING_BYTES // 2 if self._dropped else MAX_WAITING_BYTES):
            self._dropped += len(lines)
        else:
            if self._dropped:
                self._waiting += self._notice()
            self._waiting += self._encoded(lines)

    def drain(self) -> None:
        """Write what waits, while the reader takes it; for the end of the program."""
        self.flush()
        deadline = self._reactor.time() + DRAIN_SECONDS
        while self._is_watched and (left := deadline - self._reactor.time()) > 0:
            self._reactor.run_turn(left)

    def close(self) -> None:
        """Drop what waits; the descriptor may be closed after it."""
        self._is_broken = True
        self._waiting.clear()
        if self._is_watched:
            self._is_watched = False
            self._reactor.unregister(self._fd)

    # Called by the loop

    def on_ready(self, mask: int) -> None:
        """Write what fits without waiting."""
        if not self._is_watched:
            return
        self._write_some()
        for _ in range(WRITES_PER_TURN - 1):
            if not self._waiting or not can_write_now(self._fd):
                break
            self._write_some()
        if not self._waiting and self._dropped:
            self._waiting += self._notice()
        if not self._waiting:
            self._is_watched = False
            self._reactor.unregister(self._fd)

    def on_fault(self, fault: Exception) -> None:
        """End the loop: the fault is in this program."""
        raise fault

    # Private

    def _encoded(self, lines: list[str]) -> bytes:
        return "".join(f"{line}\n" for line in lines).encode(self._encoding, "backslashreplace")

    def _notice(self) -> bytes:
        """Return the line about dropped lines, and count from 0 again; empty without ``dropped_line``."""
        dropped, self._dropped = self._dropped, 0
        return b"" if self._dropped_line is None else self._encoded([self._dropped_line(dropped)])

    def _watch(self) -> None:
        try:
            self._reactor.register(self._fd, WRITE, self)
        except PermissionError:  # epoll's answer for a device that never blocks
            self._never_blocks = True
        else:
            self._is_watched = True

    def _write_raw(self, data: bytes | bytearray) -> int:
        return os.write(self._fd, data) if self._file is None else self._file.write(data)

    def _write_some(self) -> None:
        try:
            written = self._write_raw(self._waiting[:WRITE_BYTES])
        except OSError as error:  # the pipe is closed, or the terminal is gone
            self.failure = self.failure or error
            self._is_broken = True
            self._waiting.clear()
            self._dropped = 0
            return
        del self._waiting[:written]

    def _write_at_once(self, lines: list[str]) -> None:
        """Write to a descriptor that never blocks; count the lines that a full disk does not take."""
        before = self._dropped
        beginning = b"\n" if self._is_cut else b""
        if before:
            beginning += self._notice()
        data = beginning + self._encoded(lines)
        written = self._write_to_file(data)
        if written < len(beginning):  # not even that was said
            self._dropped = before + len(lines)
        else:
            self._dropped = data.count(b"\n", written)

    def _write_to_file(self, data: bytes) -> int:
        """Write until the disk is full; return how many bytes it took."""
        written = 0
        try:
            while written < len(data):
                written += self._write_raw(data[written:])
        except OSError as error:  # the disk is full, now or still; or the reader is gone
            self.failure = self.failure or error
            self._is_broken = error.errno in _READER_IS_GONE
        if written:
            self._is_cut = data[written - 1] != ord("\n")
        return written
