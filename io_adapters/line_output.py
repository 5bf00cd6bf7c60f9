"""Lines to a descriptor that may be slow, without ever waiting for it."""

import os
import select
import stat
from typing import Final

from .reactor import WRITE, Reactor

WRITE_BYTES: Final = 4096  # a pipe that can be written takes so much without blocking (PIPE_BUF)
WRITES_PER_TURN: Final = 64  # more than a pipe holds: a fast reader is never behind a fast network
MAX_WAITING_BYTES: Final = 1024 * 1024  # beyond it lines are dropped, and counted
DRAIN_SECONDS: Final = 1.0  # how long the end of a program may wait for a slow reader


class LineOutput:
    """Collects lines during a turn of the loop and writes them at its end, all in one go.

    A regular file or ``/dev/null`` takes them at once. A pipe or a terminal is written to when it
    is ready, and stays blocking, because other programs may share it; lines that
    it has no room for wait, up to a limit, and are dropped beyond it.
    """

    def __init__(self, reactor: Reactor, fd: int, *, encoding: str = "utf-8") -> None:
        """Begin with nothing to write.

        Args:
            fd: Stays the caller's.
            encoding: What it does not have is written as an escape: the second byte of a character
                in UTF-8 can be a control character to a terminal that reads another encoding.
        """
        self._reactor: Final = reactor
        self._fd: Final = fd
        self._encoding: Final = encoding
        self._never_blocks = stat.S_ISREG(os.fstat(fd).st_mode)
        self._lines: list[str] = []
        self._waiting = bytearray()
        self._is_watched = False
        self._is_broken = False
        self.dropped_lines = 0
        """For want of room, since ``take_dropped``."""
        self.failure: OSError | None = None
        """The first write that failed; what it was to write is lost."""

    @property
    def is_broken(self) -> bool:
        """Whether the reader is gone; what is written then is dropped."""
        return self._is_broken

    @property
    def is_waiting(self) -> bool:
        """Whether the reader has yet to take something."""
        return bool(self._waiting)

    def write(self, line: str) -> None:
        """Write a line, given without its end, at the end of this turn."""
        self._lines.append(line)

    def take_dropped(self) -> int:
        """How many lines were dropped since the last call; 0 while there is still no room for saying so."""
        if not self.dropped_lines or self._waiting:
            return 0
        dropped, self.dropped_lines = self.dropped_lines, 0
        return dropped

    def flush(self) -> None:
        """Write what was collected, as far as it goes without waiting; at the end of each turn."""
        if not self._lines:
            return
        lines, self._lines = self._lines, []
        if self._is_broken:
            return
        if len(self._waiting) > MAX_WAITING_BYTES:
            self.dropped_lines += len(lines)
            return
        lines.append("")
        self._waiting += "\n".join(lines).encode(self._encoding, "backslashreplace")
        if not self._never_blocks and not self._is_watched:
            self._watch()
        if self._never_blocks:
            self._write_all()

    def drain(self) -> None:
        """Write what waits, as long as the reader takes it; for the end of the program."""
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
        """Write as much as surely fits."""
        if self._is_watched:
            self._write_some()
            for _ in range(WRITES_PER_TURN - 1):
                if not self._waiting or not self._can_take_more():
                    break
                self._write_some()
            if not self._waiting:
                self._is_watched = False
                self._reactor.unregister(self._fd)

    def on_fault(self, fault: Exception) -> None:
        """A fault here is the program's."""
        raise fault

    # Private

    def _watch(self) -> None:
        try:
            self._reactor.register(self._fd, WRITE, self)
        except PermissionError:  # how epoll says that a device never blocks
            self._never_blocks = True
        else:
            self._is_watched = True

    def _write_all(self) -> None:
        while self._waiting:
            self._write_some()

    def _can_take_more(self) -> bool:
        ready = select.poll()
        ready.register(self._fd, select.POLLOUT)
        return bool(ready.poll(0))

    def _write_some(self) -> None:
        size = len(self._waiting) if self._never_blocks else WRITE_BYTES
        try:
            written = os.write(self._fd, self._waiting[:size])
        except OSError as error:  # the pipe is closed, the terminal gone, the disk full
            self.failure = self.failure or error
            self._is_broken = not self._never_blocks
            self._waiting.clear()
            return
        del self._waiting[:written]
