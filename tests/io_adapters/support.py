"""What the tests of the adapters share: a scripted machine, real sockets, patience with a limit."""

import atexit
import errno
import socket
import struct
import sys
import time
from collections.abc import Callable

from core import BytesLike, LossReason
from io_adapters.reactor import Reactor
from io_adapters.stream import Stream

PATIENCE_SECONDS = 20.0
"""Only guards against hanging; nothing that works takes near as long."""
LOOPBACK = "127.0.0.1"


class SteppedClock:
    """A clock that only moves when the test moves it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class ScriptedConnection:
    """A ``Connection`` that notes what it is told and wants what the test says."""

    def __init__(self) -> None:
        self.received = bytearray()
        self.chunks: list[int] = []
        self.ends = 0
        self.losses: list[LossReason] = []
        self.unsent_reports: list[int] = []
        self.unacknowledged_reports: list[int] = []
        self.outgoing = bytearray()
        self.wants_half_close = False
        self.wants_acknowledgement = False
        self.wants_close = False
        self.on_data: Callable[[bytes], None] = lambda data: None

    def receive_data(self, data: BytesLike, *, now: float) -> None:
        self.received += data
        self.chunks.append(len(data))
        self.on_data(bytes(data))

    def receive_eof(self, *, now: float) -> None:
        self.ends += 1
        self.wants_close = True

    def connection_lost(self, reason: LossReason, *, now: float) -> None:
        self.losses.append(reason)

    def data_to_send(self) -> bytes:
        data = bytes(self.outgoing)
        self.outgoing.clear()
        return data

    def report_unsent(self, unsent_bytes: int, *, now: float) -> None:
        self.unsent_reports.append(unsent_bytes)

    def report_unacknowledged(self, unacknowledged_bytes: int, *, now: float) -> None:
        self.unacknowledged_reports.append(unacknowledged_bytes)


class RecordingOwner:
    """A ``StreamOwner`` that notes what it is told."""

    def __init__(self) -> None:
        self.closed: list[Stream] = []
        self.faults: list[Exception] = []

    def stream_closed(self, stream: Stream) -> None:
        self.closed.append(stream)

    def stream_fault(self, stream: Stream, fault: Exception) -> None:
        self.faults.append(fault)


class Guest:
    """The other end of a stream: a plain socket that is written and read without blocking the loop."""

    def __init__(self, reactor: Reactor, sock: socket.socket) -> None:
        self._reactor = reactor
        self.socket = sock
        self.socket.setblocking(False)
        self.received = bytearray()
        self.has_seen_end = False
        self.was_reset = False

    def read(self) -> None:
        """Take what is there."""
        try:
            while not self.has_seen_end:
                data = self.socket.recv(65536)
                self.received += data
                self.has_seen_end = not data
        except BlockingIOError:
            pass
        except ConnectionError:
            self.was_reset = True
            self.has_seen_end = True

    def send(self, data: bytes) -> None:
        """Write everything, turning the loop while the socket is full."""
        view = memoryview(data)

        def write() -> bool:
            nonlocal view
            try:
                view = view[self.socket.send(view) :]
            except BlockingIOError:
                pass
            return not view

        run_until(self._reactor, write)

    def read_until(self, ending: bytes) -> bytes:
        """Turn the loop until what was received ends so; return and forget all of it."""

        def is_there() -> bool:
            self.read()
            return self.received.endswith(ending)

        run_until(self._reactor, is_there)
        received = bytes(self.received)
        self.received.clear()
        return received

    def read_to_end(self) -> bytes:
        """Turn the loop until the other side has ended the stream; return all that was received."""

        def is_over() -> bool:
            self.read()
            return self.has_seen_end

        run_until(self._reactor, is_over)
        return bytes(self.received)

    def close(self) -> None:
        """Close the socket."""
        self.socket.close()

    def reset(self) -> None:
        """Break the connection off."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


def run_until(reactor: Reactor, condition: Callable[[], bool]) -> None:
    """Turn the loop until the condition holds; fail rather than hang."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        reactor.run_turn(0.01)


def run_for(reactor: Reactor, seconds: float) -> None:
    """Turn the loop for a while, to give something unwanted time to happen."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        reactor.run_turn(0.01)


def count_turns(reactor: Reactor, seconds: float) -> int:
    """Turn the loop until a timer fires; a loop that has nothing to do takes a turn or two for it."""
    turns = 0
    timer = reactor.call_later(seconds, lambda: None)
    while timer.is_pending:
        reactor.run_turn(PATIENCE_SECONDS)
        turns += 1
    return turns


def connected_pair(family: socket.AddressFamily = socket.AF_INET) -> tuple[socket.socket, socket.socket]:
    """Make a TCP connection over loopback; both ends non-blocking."""
    host = LOOPBACK if family == socket.AF_INET else "::1"
    with socket.socket(family) as listener:
        listener.bind((host, 0))
        listener.listen(1)
        one = socket.socket(family)
        one.connect(listener.getsockname())
        other, _ = listener.accept()
    one.setblocking(False)
    other.setblocking(False)
    return one, other


def refuse_to_watch(self: Reactor, fd: int, mask: int, handler: object) -> None:
    """Takes the place of ``Reactor.register``: the system cannot watch one more descriptor."""
    raise OSError(errno.ENOSPC, "no space for another watch")


def unused_port() -> int:
    """A port of loopback where nobody listens until this test does.

    Other tests run at the same time, and the system would give them a free port; where it allows that, a socket
    keeps this one from them until the end of all tests, and lets whoever asks for exactly this port listen on it.
    """
    keeper = socket.socket()
    if sys.platform == "linux":  # elsewhere two sockets cannot have one port, although only one of them listens
        keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    keeper.bind((LOOPBACK, 0))
    port: int = keeper.getsockname()[1]
    if sys.platform == "linux":
        atexit.register(keeper.close)
    else:
        keeper.close()
    return port


def has_ipv6() -> bool:
    """Whether this machine has the IPv6 loopback address."""
    try:
        with socket.socket(socket.AF_INET6) as sock:
            sock.bind(("::1", 0))
    except OSError:
        return False
    return True


def dial_guest(reactor: Reactor, port: int, host: str = LOOPBACK) -> Guest:
    """Connect a plain socket to a listener of the test."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family)
    sock.settimeout(PATIENCE_SECONDS)
    sock.connect((host, port))
    return Guest(reactor, sock)
