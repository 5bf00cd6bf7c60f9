"""Connections under observation: what came, when, and how they ended; every wait has a limit.

Whatever the other program does, nothing here raises for it, blocks, or grows
without bound.
"""

import socket
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from core import LossReason

from io_adapters import (
    Acceptor,
    Address,
    Dial,
    Reactor,
    Resolver,
    listening_address,
    open_listeners,
    plain_host,
)

MAX_RECORDED_BYTES: Final = 256 * 1024  # of one connection; a program that sends more is cut off
MAX_WIRES: Final = 64  # open at once; more callers are turned away
MAX_CALLS: Final = 1000  # in all; a program that calls without end is heard no more
QUIET_SECONDS: Final = 1.0  # an unfinished line counts as a line this long after its last byte
BEAT_SECONDS: Final = 0.1  # how often the observer notices that it runs
_READ_BYTES: Final = 65536
_LINGER_ZERO: Final = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it came."""

    at: float
    """When its last byte was there, in seconds of the monotonic clock."""
    data: bytes
    """Without its end."""
    end: bytes
    """CRLF or LF; empty for a line that nothing ended for ``QUIET_SECONDS``, or until the stream ended."""

    @property
    def whole(self) -> bytes:
        """With its end."""
        return self.data + self.end


class Wire:
    """One TCP connection; made and read by an ``Observer``.

    ``lines`` grows as they come; ``heard`` is called with each. ``ended_at``
    is None while the other side has not ended its stream.
    """

    def __init__(self, sock: socket.SocketType, *, now: float) -> None:
        self.sock: Final = sock
        self.local: Final = _address(sock.getsockname)
        self.remote: Final = _address(sock.getpeername)
        self.connected_at: Final = now
        self.lines: Final[list[Line]] = []
        self.heard: Callable[[Line], None] = lambda line: None
        self.ended_at: float | None = None
        self.was_flooded = False
        self._rest = bytearray()
        self._last_byte_at = now
        self._received_bytes = 0

    @property
    def is_open(self) -> bool:
        """Whether neither side has ended it."""
        return self.ended_at is None and self.sock.fileno() >= 0

    @property
    def has_rest(self) -> bool:
        """Whether a line has begun that is not in ``lines`` yet."""
        return bool(self._rest)

    def send(self, data: bytes) -> None:
        """Write; what does not fit, because the other program does not read, is dropped."""
        try:
            self.sock.send(data)
        except OSError:
            pass  # broken or full: what comes or does not come back shows it

    def end(self) -> None:
        """End our side of the stream; the other side can still be heard."""
        try:
            self.sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # already gone

    # For the observer

    def read(self, *, now: float) -> None:
        """Take what is there."""
        try:
            data = self.sock.recv(_READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""  # a reset ends a stream, too
        self._received_bytes += len(data)
        self.was_flooded = self._received_bytes > MAX_RECORDED_BYTES
        if data:
            self._last_byte_at = now
        *rows, self._rest = (self._rest + data).split(b"\n")
        for row in rows:
            body = bytes(row).removesuffix(b"\r")
            self._add(Line(now, body, b"\r\n" if len(body) < len(row) else b"\n"))
        if not data or self.was_flooded:
            self._take_rest()
            self.ended_at = now

    def take_quiet_line(self, *, now: float) -> None:
        """Count the incomplete line as one, if it has been quiet for long enough."""
        if now >= self._last_byte_at + QUIET_SECONDS:
            self._take_rest()

    def _take_rest(self) -> None:
        if self._rest:
            line = Line(self._last_byte_at, bytes(self._rest), b"")
            self._rest = bytearray()
            self._add(line)

    def _add(self, line: Line) -> None:
        self.lines.append(line)
        self.heard(line)


class Observer:
    """A loop over wires and listeners; every wait ends with its condition or its time.

    The whole observation ends ``limit_seconds`` after it began: from then on
    every wait returns at once.
    """

    def __init__(self, *, limit_seconds: float) -> None:
        self._reactor: Final = Reactor()
        self._resolver: Final = Resolver(self._reactor)
        self._deadline: Final = self._reactor.now + limit_seconds
        self._wires: Final[list[Wire]] = []
        self._acceptors: Final[list[Acceptor]] = []
        self._calls = 0
        self._stalls: Final[list[tuple[float, float]]] = []  # when it ended, and how long it was
        self._beat_at = self._reactor.now
        self.repeat(BEAT_SECONDS, self._beat)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for wire in list(self._wires):
            self.close(wire)
        for acceptor in self._acceptors:
            acceptor.close()
        self._reactor.close()

    @property
    def now(self) -> float:
        """Seconds of the monotonic clock."""
        return self._reactor.time()

    @property
    def is_over(self) -> bool:
        """Whether the time of the whole observation is up."""
        return self.now >= self._deadline

    # Connections

    def connect(self, host: str, port: int, *, seconds: float) -> Wire | LossReason:
        """Dial; why it failed, if it did."""
        outcome: list[Wire | LossReason] = []
        dial = Dial(
            self._reactor,
            self._resolver,
            host,
            port,
            timeout_seconds=seconds,
            connected=lambda sock, address: outcome.append(self._watch(sock)),
            failed=outcome.append,
        )
        self.wait(lambda: bool(outcome), seconds=seconds)
        dial.cancel()
        return outcome[0] if outcome else LossReason.TIMED_OUT

    def listen(self, hosts: Sequence[str], port: int, called: Callable[[Wire], None]) -> Address:
        """Accept connections on one port of all ``hosts``, and hand each to ``called``.

        Returns:
            Where the first of them listens.

        Raises:
            ListenError: It cannot be had.
        """

        def accepted(sock: socket.SocketType, host: str, port: int) -> None:
            self._calls += 1
            if len(self._wires) < MAX_WIRES and self._calls <= MAX_CALLS:
                sock.setblocking(False)
                called(self._watch(sock))
            else:
                sock.close()

        listeners = open_listeners(hosts, port)
        self._acceptors.extend(Acceptor(self._reactor, listener, accepted) for listener in listeners)
        return listening_address(listeners[0])

    def close(self, wire: Wire, *, with_reset: bool = False) -> None:
        """Close a wire, or break it off as a killed machine does; again has no effect."""
        if wire not in self._wires:
            return
        self._wires.remove(wire)
        self._reactor.remove_reader(wire.sock.fileno())
        if with_reset:
            try:
                wire.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
            except OSError:
                pass  # already gone
        wire.sock.close()

    # Time

    def repeat(self, seconds: float, action: Callable[[], None]) -> None:
        """Do ``action`` every ``seconds``, during waits."""

        def act() -> None:
            self.repeat(seconds, action)
            action()

        self._reactor.call_later(seconds, act)

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        """Do ``action`` once, after ``seconds``, if the observation lasts that long."""
        self._reactor.call_later(seconds, action)

    def stalled_seconds(self, since: float, until: float) -> float:
        """For how long of that time this program itself did not observe: on a busy machine, or on one that slept.

        Nobody's silence in that time may be held against them.
        """
        overlaps = (min(ended_at, until) - max(ended_at - seconds, since) for ended_at, seconds in self._stalls)
        return sum(overlap for overlap in overlaps if overlap > 0)

    def wait(self, condition: Callable[[], bool], *, seconds: float) -> bool:
        """Observe until ``condition`` holds; False if it does not within ``seconds``."""
        deadline = min(self.now + seconds, self._deadline)
        while not condition():
            if self.now >= deadline:
                return False
            self._reactor.run_turn(deadline - self.now)
        return True

    def pause(self, seconds: float) -> None:
        """Observe for ``seconds``."""
        self.wait(lambda: False, seconds=seconds)

    def next_line(self, wire: Wire, after: int, *, seconds: float) -> Line | None:
        """The line behind the first ``after`` ones; None if there is none within ``seconds``."""
        self.wait(lambda: len(wire.lines) > after or wire.ended_at is not None, seconds=seconds)
        return wire.lines[after] if len(wire.lines) > after else None

    # Private

    def _beat(self) -> None:
        late = self.now - self._beat_at - BEAT_SECONDS
        if late > BEAT_SECONDS:
            self._stalls.append((self.now, late))
        self._beat_at = self.now

    def _watch(self, sock: socket.SocketType) -> Wire:
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # each send a segment of its own
        except OSError:
            pass  # already gone: reading shows it
        wire = Wire(sock, now=self.now)
        self._wires.append(wire)
        self._reactor.add_reader(sock.fileno(), lambda: self._read(wire))
        return wire

    def _read(self, wire: Wire) -> None:
        wire.read(now=self.now)
        if wire.ended_at is None:
            self._reactor.call_later(QUIET_SECONDS, lambda: wire.take_quiet_line(now=self.now))
        else:
            self.close(wire)


def _address(name_of: Callable[[], object]) -> Address:
    try:
        name = name_of()
    except OSError:  # reset before it could be asked
        return "", 0
    return (plain_host(str(name[0])), int(name[1])) if isinstance(name, tuple) else ("", 0)
