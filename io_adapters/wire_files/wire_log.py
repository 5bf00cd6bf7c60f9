"""Writes what goes over the sockets of a program into a wire file."""

import math
import os
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from core import LossReason, format_address
from core.tap import Direction, PacedReader, Role, Tap, TappedLink

from ..addresses import Address
from ..line_output import LineOutput
from ..reactor import Reactor, Timer
from ..watched_socket import RoleName
from .file_format import HEADER, format_line

STANDARD_OUTPUT: Final = "-"

READING_SECONDS: Final = 0.005  # in one turn of the loop: a flood must not hold up the rest
CLOSING_SECONDS: Final = 2.0  # for what waits at the end

_MODE: Final = 0o600
_STANDARD_OUTPUT_FD: Final = 1


class WireLog:
    """Owned by a program, which gives it to its ``TrackerServer`` or its ``PeerNode``, or both.

    It writes in ``end_turn``, which the owner adds to the loop as an end-of-turn callback, after those
    of the server and the node. When the file takes no more, it stops and says so once; everything else
    goes on.
    """

    def __init__(self, reactor: Reactor, path: str, *, on_error: Callable[[OSError], None]) -> None:
        """Open the file, append to it if it is there, and begin to write.

        Args:
            reactor: The loop.
            path: ``-`` for standard output. A file becomes readable by its owner alone.
            on_error: Told once, when the file takes no more.

        Raises:
            OSError: The file cannot be opened.
        """
        self._reactor: Final = reactor
        self._path: Final = path
        self._on_error: Final = on_error
        self._fd: Final = _STANDARD_OUTPUT_FD if path == STANDARD_OUTPUT else _open(path)
        self._output: Final = LineOutput(reactor, self._fd, dropped_line=_dropped_line)
        self._tap: Final = Tap(kept_bytes=0)
        self._reader: Final = PacedReader()
        self._tap.attach(self._reader.put)
        self._unexplained: Final[dict[int, WireWatcher]] = {}
        self._timer: Timer | None = None
        self._has_stopped = False
        self._output.write(HEADER)

    def watch(self, role: RoleName, local: str, remote: str, *, number: int | None = None) -> "WireWatcher":
        """Note a new connection; return what its ``WatchedSocket`` tells of it.

        Args:
            role: What the other side is to us.
            local: Our end, ``host:port``.
            remote: The other end.
            number: Of a connection whose end ``departed`` explains; by default the wire explains it.
        """
        link = self._tap.connect(Role(role), local, remote, number=number, now=self.begin())
        watcher = WireWatcher(self, link, is_explained=number is None)
        if number is not None and not self._has_stopped:
            self._unexplained[number] = watcher
        return watcher

    def unreachable(self, role: RoleName, address: Address, reason: LossReason) -> None:
        """Note that a connection could not be made."""
        self._tap.unreachable(Role(role), format_address(*address), reason.value, now=self.begin())

    def departed(self, number: int, reason: str) -> None:
        """Say why a connection with this number ends, or has ended in this turn."""
        watcher = self._unexplained.pop(number, None)
        if watcher is not None:
            watcher.explain(reason)

    def close(self) -> None:
        """Write what there is, and close the file; again has no effect."""
        if self._has_stopped:
            return
        self._write_all(CLOSING_SECONDS)
        self._reader.handle_timer(now=math.inf)
        if self._reader.is_behind:
            self._output.write(f"# {self._reader.waiting_bytes} bytes left out: the program ended")
        self._write_all(0.0)
        if not self._has_stopped:
            self._output.drain()
            self._stop()

    @property
    def is_behind(self) -> bool:
        """Whether something waits to be written."""
        return self._reader.is_behind

    def end_turn(self) -> None:
        """Write what there is; for the end of each turn of the loop."""
        if not self._has_stopped:
            self._write_all(READING_SECONDS)

    # For the watchers

    def begin(self) -> float:
        """Return the time of what happens now, on the clock of the loop."""
        now = self._reactor.now
        self._tap.wall_offset = time.time() - self._reactor.time()
        return now

    # Private

    def _write_all(self, seconds: float) -> None:
        """Read what waits, for this many seconds at most, and write the lines."""
        until = time.monotonic() + seconds
        while self._reader.is_behind and time.monotonic() < until:
            self._reader.step()
        left_out = self._reader.take_left_out_bytes()
        if left_out:
            self._output.write(f"# {left_out} bytes left out: they came too fast")
        for line in self._reader.take_lines():
            self._output.write(format_line(line))
        self._output.flush()
        if self._output.failure is not None:
            failure = self._output.failure
            failure.filename = failure.filename or self._path
            self._stop()
            self._on_error(failure)
            return
        self._follow_timer()

    def _follow_timer(self) -> None:
        deadline = self._reactor.now if self._reader.is_behind else self._reader.next_timer()
        if self._timer is not None:
            if self._timer.is_pending and self._timer.deadline == deadline:
                return
            self._timer.cancel()
        self._timer = None if deadline is None else self._reactor.call_at(deadline, self._time_is_up)

    def _time_is_up(self) -> None:
        self._reader.handle_timer(now=self._reactor.now)

    def _stop(self) -> None:
        self._has_stopped = True
        self._tap.detach(self._reader.put)
        self._unexplained.clear()
        if self._timer is not None:
            self._timer.cancel()
        if self._fd != _STANDARD_OUTPUT_FD:
            self._output.close()
            os.close(self._fd)


class WireWatcher:
    """A ``SocketWatcher`` that tells the tap; made by ``WireLog.watch``.

    The end of the connection is told once its socket is closed and the reason is known.
    """

    def __init__(self, log: WireLog, link: TappedLink, *, is_explained: bool) -> None:
        """Begin with a connected socket."""
        self._log: Final = log
        self._link: Final = link
        self._reason = ""
        self._is_explained = is_explained
        self._is_closed = False

    def received(self, data: bytes) -> None:
        self._link.received(data, now=self._log.begin())

    def sent(self, data: bytes) -> None:
        self._link.sent(data, now=self._log.begin())

    def ended(self, *, by_us: bool) -> None:
        self._link.ended(Direction.SENT if by_us else Direction.RECEIVED, now=self._log.begin())

    def failed(self, reason: str) -> None:
        self._link.lost(reason, now=self._log.begin())

    def closed(self) -> None:
        self._is_closed = True
        if self._is_explained:
            self._link.closed(self._reason, now=self._log.begin())

    def explain(self, reason: str) -> None:
        """Say why the connection ends."""
        self._reason = reason
        self._is_explained = True
        if self._is_closed:
            self._link.closed(reason, now=self._log.begin())


def _dropped_line(dropped: int) -> str:
    return f"# {dropped} lines dropped: the reader was too slow"


def _open(path: str) -> int:
    # Without waiting for the reader of a pipe.
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
    fd = os.open(Path(path), flags, _MODE)
    if stat.S_ISREG(os.fstat(fd).st_mode):
        with suppress(OSError):  # somebody else's, which we may write to
            os.chmod(path, _MODE)
    return fd
