"""What stands around a driver in the simulation: a terminal, standard input and output, a clock and a folder."""

import errno
import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, Self

from curses_ui.run.transcript import TranscriptFolder
from curses_ui.terminal.frame import Frame

from ..reactor import SimReactor

NOON: Final = 1_795_348_800.0


class SimClock:
    """POSIX time; takes the place of ``driving.Clock``."""

    def __init__(self, reactor: SimReactor) -> None:
        self._reactor: Final = reactor
        self.on_step: Callable[[], None] = lambda: None
        self.utc_offset_seconds = 0
        self.now = reactor.now
        self.wall = NOON + reactor.network.clock.now

    def step(self, seconds: float) -> None:
        """Somebody sets the clock of the machine."""
        now = self._reactor.time()
        self.now, self.wall = now, self.wall + (now - self.now) + seconds
        self.on_step()


class SimInput:
    """Keys, or lines: what is pressed waits until the program reads it (an ``io_adapters.Input``)."""

    def __init__(self, reactor: SimReactor) -> None:
        self._reactor: Final = reactor
        self._waiting: Final[deque[tuple[bytes, Callable[[], None] | None, Callable[[], None] | None]]] = deque()
        self._callback: Callable[[], None] | None = None
        self._is_called = False
        self._after: Callable[[], None] | None = None

    def put(self, data: bytes, before: Callable[[], None] | None, after: Callable[[], None] | None) -> None:
        """Let bytes come, none at the end; look ``before`` and ``after`` they are read."""
        self._waiting.append((data, before, after))
        self._call_soon()

    @property
    def unread(self) -> int:
        """How many reads wait."""
        return len(self._waiting)

    @property
    def is_followed(self) -> bool:
        """Whether the program reads."""
        return self._callback is not None

    def follow(self, callback: Callable[[], None]) -> None:
        """Call when there is something to read."""
        assert self._callback is None, "input: followed twice"
        self._callback = callback
        self._call_soon()

    def rest(self) -> None:
        """Call no more."""
        assert self._callback is not None, "input: rests twice"
        self._callback = None

    def read(self) -> bytes:
        """Return what was pressed at once."""
        data, before, self._after = self._waiting.popleft()
        if before is not None:
            before()
        return data

    def read_waiting(self) -> bytes:
        """Return what was typed before the screen was up: nothing."""
        return b""

    def _call_soon(self) -> None:
        if self._callback is not None and self._waiting and not self._is_called:
            self._is_called = True
            self._reactor.call_soon(self._call)

    def _call(self) -> None:
        self._is_called = False
        while self._callback is not None and self._waiting:
            self._callback()
            after, self._after = self._after, None
            if after is not None:
                after()


class SimScreen:
    """What is drawn; takes the place of ``terminal.screen.Screen``."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size
        self.frame: Frame | None = None
        self.frames = 0
        self.rings = 0
        self.notified: Final[list[str]] = []
        self.suspended = 0
        self.size_after: tuple[int, int] | None = None
        """Of the terminal, when a program that was stopped goes on."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """The simulation turns the loop, so that the screen is never left."""

    def resize(self) -> tuple[int, int]:
        """Return the size of the terminal."""
        return self.size

    def draw(self, frame: Frame) -> None:
        """Show a frame."""
        self.frame = frame
        self.frames += 1

    def ring(self) -> None:
        """Ring."""
        self.rings += 1

    def notify(self, text: str) -> None:
        """Ask for a notification."""
        self.notified.append(text)

    def suspend(self) -> None:
        """Stop the program, which goes on at once."""
        self.suspended += 1
        if self.size_after is not None:
            self.size, self.size_after = self.size_after, None

    def use_mouse(self, wanted: bool) -> None:
        """Ask for reports of the mouse."""

    def redraw(self) -> None:
        """Draw all of it."""

    def resume(self) -> None:
        """Go on after a stop."""


class SimTranscripts(TranscriptFolder):
    """Transcripts in memory, on a disk that can be full."""

    def __init__(self) -> None:
        super().__init__(Path("/transcripts"))
        self.is_full = False
        self.lines: Final[dict[str, list[str]]] = {}

    def write(self, peer: str, lines: Iterable[str]) -> None:
        """Append lines."""
        if self.is_full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.file_of(peer)))
        self.lines.setdefault(peer, []).extend(lines)


class SimOutput:
    """Standard output without a screen: a real file, which takes everything at once."""

    def __init__(self) -> None:
        self._file: Final = tempfile.TemporaryFile(buffering=0)
        self.fd: Final = self._file.fileno()
        self._read_up_to = 0

    def read(self) -> bytes:
        """Return what was written since the last call."""
        self._file.seek(self._read_up_to)
        data = self._file.read()
        self._read_up_to += len(data)
        return data

    def close(self) -> None:
        """Close the file."""
        self._file.close()
