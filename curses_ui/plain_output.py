"""Writing to a descriptor that may be slow, without holding up the chat."""

import os
from typing import Final

from io_adapters import WRITE, Reactor

WRITE_BYTES: Final = 4096  # a pipe that can be written takes so much without blocking (PIPE_BUF)
MAX_WAITING_BYTES: Final = 1024 * 1024  # beyond it the program waits for its reader, as any filter does


class PlainOutput:
    """A line writer. What the reader does not take at once waits, up to a limit.

    The descriptor stays blocking, because other programs may share it; it is
    written to only when it is ready.
    """

    def __init__(self, reactor: Reactor, fd: int) -> None:
        """Begin with nothing to write; the descriptor stays the caller's."""
        self._reactor: Final = reactor
        self._fd: Final = fd
        self._waiting = bytearray()
        self._is_registered = False
        self._is_broken = False

    @property
    def is_broken(self) -> bool:
        """Whether the reader is gone; then what is written is dropped."""
        return self._is_broken

    def write(self, text: str) -> None:
        """Write the text and a line end, now or as soon as the reader takes it."""
        self._waiting += text.encode(errors="replace") + b"\n"
        while len(self._waiting) > MAX_WAITING_BYTES and not self._is_broken:
            self._write_some()
        self._watch()

    def drain(self) -> None:
        """Write all that waits, however long it takes."""
        while self._waiting and not self._is_broken:
            self._write_some()
        self._watch()

    # Called by the loop

    def on_ready(self, mask: int) -> None:
        """Write as much as surely fits."""
        self._write_some()
        self._watch()

    def on_fault(self, fault: Exception) -> None:
        """A fault here is the program's."""
        raise fault

    # Private

    def _write_some(self) -> None:
        try:
            written = os.write(self._fd, self._waiting[:WRITE_BYTES])
        except OSError:  # the pipe is closed, the terminal gone, the disk full
            self._is_broken = True
            self._waiting.clear()
            return
        del self._waiting[:written]

    def _watch(self) -> None:
        wanted = bool(self._waiting) and not self._is_broken
        if wanted and not self._is_registered:
            try:
                self._reactor.register(self._fd, WRITE, self)
            except PermissionError:  # a regular file: it never blocks
                self.drain()
                return
        elif self._is_registered and not wanted:
            self._reactor.unregister(self._fd)
        self._is_registered = wanted
