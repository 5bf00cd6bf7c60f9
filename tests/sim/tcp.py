"""TCP as a program sees it: two ends, their buffers, and every way in which a connection dies.

What is modelled, since the protocol's promises lean on it:

- bytes arrive in order, cut and glued anywhere, after a delay and as the bandwidth allows;
- both buffers are bounded: a reader that does not read stops the writer;
- a FIN comes behind the data; a close with unread input is a RST, which drops what was
  still to be sent; data for an end that is closed is answered by a RST;
- a RST drops what the other end still had to send and, on some systems, what it had not read;
- where the network swallows everything, the one who sends is told after 30 s without
  progress, the one who listens by keepalive after 15 s + 3 x 5 s, and whoever set no such
  option is never told;
- where the network lets through one direction only, bytes arrive and their sender does not learn of it;
- after such an end the other side knows nothing: the connection is half open.

One file in spite of its length: both halves of a socket, the program's and the kernel's, change the same state.
"""

import errno
import socket
from typing import TYPE_CHECKING, Final, Protocol

from io_adapters.reactor import TURN_BYTES

if TYPE_CHECKING:  # the two describe one network
    from .network import Machine, Network
    from .reactor import SimReactor

USER_TIMEOUT_SECONDS: Final = 30.0
KEEPALIVE_IDLE_SECONDS: Final = 15.0
KEEPALIVE_INTERVAL_SECONDS: Final = 5.0
KEEPALIVE_PROBES: Final = 3
LONGEST_RETRANSMISSION_SECONDS: Final = 8.0  # how long after a heal the next retransmission may come

_SLOW_SECONDS: Final = 0.9  # on the way, of the two between a farewell and its end
_GAP_SECONDS: Final = 0.02
_LONGEST_SEGMENT_SECONDS: Final = 1.0  # on a slow path, so that much of what is under way counts as progress
_FIN: Final = b""
_READ: Final = 1
_WRITE: Final = 2


class SimSocket:
    """One end of a connection: what a program does with a non-blocking socket, and the kernel behind it."""

    __slots__ = (
        "_blocked_since",
        "_busy_until",
        "_has_hole",
        "_closed",
        "_end_queued",
        "_end_sent",
        "_error",
        "number",
        "_flying_bytes",
        "_has_options",
        "_held",
        "_inbox",
        "_is_dead",
        "_unheard_bytes",
        "failing_sends",
        "_last_arrival",
        "_last_heard",
        "_network",
        "_outbox",
        "_read_is_shut",
        "_end_arrived",
        "_receive_room",
        "_send_room",
        "_unacknowledged_at_death",
        "address",
        "blackhole",
        "blocked_until",
        "connection",
        "end_arrived_at",
        "ended_at",
        "heard_at",
        "left_unread",
        "machine",
        "peer",
        "reactor",
        "wire",
    )

    peer: "SimSocket"

    def __init__(
        self, network: "Network", machine: "Machine", address: tuple[str, int], connection: int, fileno: int
    ) -> None:
        self._network = network
        self.machine = machine
        self.address = address
        self.connection = connection
        """Number of the connection, the same at both ends."""
        self.reactor: SimReactor | None = None
        self.left_unread = False
        """Whether it was closed with input unread, after its stream had ended in order."""
        """Whether the program ever wrote anything."""
        self.blackhole = False
        """Whether the network has forgotten this connection: everything on it is swallowed."""
        self.wire: WireTap | None = None
        """Reads along what this end writes."""
        self.number = fileno
        """The descriptor."""
        self._inbox = bytearray()
        self._end_arrived = False
        self._read_is_shut = False
        self._outbox = bytearray()
        self._flying_bytes = 0
        self._unheard_bytes = 0  # have arrived, and their acknowledgement was swallowed
        self.failing_sends: list[int] = []
        """Error numbers of the next calls of ``send``."""
        self._held: list[bytes] = []  # swallowed by the network, to be sent again
        self._has_hole = False  # swallowed, and nobody is left to send it again: what flies behind it is not read
        self._end_queued = False
        self.ended_at = -1000.0
        """When the program ended its stream."""
        self.end_arrived_at = -1000.0
        self._end_sent = False
        self._error = 0
        self._closed = False  # by the program
        self._unacknowledged_at_death = 0
        self._is_dead = False  # the kernel has forgotten it
        self._has_options = False
        self._last_arrival = 0.0
        self._last_heard = network.clock.now
        self._busy_until = 0.0
        self._blocked_since: float | None = None
        self.blocked_until = -1.0
        self.heard_at = -1.0
        """When bytes of the peer last arrived."""
        """When last a segment of this end arrived that had been held up, or was slow."""
        self._send_room = network.buffer_bytes
        self._receive_room = network.buffer_bytes

    def __repr__(self) -> str:
        return f"{self.address[0]}:{self.address[1]}#{self.connection}"

    # What the program calls

    def fileno(self) -> int:
        return -1 if self._closed else self.number

    def setblocking(self, flag: bool) -> None:
        assert not flag

    def setsockopt(self, level: int, option: int, value: int) -> None:
        if option == getattr(socket, "TCP_USER_TIMEOUT", None):
            self._has_options = True

    def getsockname(self) -> tuple[str, int]:
        return self.address

    def getpeername(self) -> tuple[str, int]:
        return self.peer.address

    def recv(self, size: int, flags: int = 0) -> bytes:
        if self._closed:
            raise OSError(errno.EBADF, "closed")
        inbox = self._inbox
        if inbox:
            data = bytes(inbox[:size])
            del inbox[:size]
            if self.reactor is not None and size < TURN_BYTES:  # else it is discarded, before a close
                self.reactor.bytes_of_turn += len(data)
            if self.peer._outbox:
                self.peer._push()
            return data
        if self._end_arrived:
            return b""  # on Linux a RST behind the FIN does not change that
        if self._error:
            error, self._error = self._error, 0
            raise OSError(error, "simulated")
        if self._read_is_shut or self._is_dead:
            return b""
        raise BlockingIOError

    def send(self, data: bytes, flags: int = 0) -> int:
        if self._closed:
            raise OSError(errno.EBADF, "closed")
        if self._error:
            error, self._error = self._error, 0
            raise OSError(error, "simulated")
        if self._is_dead or self._end_queued:
            raise OSError(errno.EPIPE, "simulated")
        if self.failing_sends:
            raise OSError(self.failing_sends.pop(), "simulated")
        room = self._send_room - len(self._outbox) - self._flying_bytes
        if room <= 0:
            raise BlockingIOError
        taken = len(data)
        if taken > room:
            taken = room
            data = data[:room]
        if self.wire is not None:
            self.wire.note_sent(self, bytes(data))
        self._outbox += data
        self._push()
        return taken

    def shutdown(self, how: int) -> None:
        if self._closed or self._is_dead:
            raise OSError(errno.ENOTCONN, "simulated")
        if how in (socket.SHUT_RD, socket.SHUT_RDWR):
            self._read_is_shut = True
            self.left_unread = self._end_queued and bool(self._inbox)
        if how in (socket.SHUT_WR, socket.SHUT_RDWR):
            self._queue_end()

    def close(self) -> None:
        if self._closed:
            return
        self._forget_descriptor()
        if self._is_dead:
            return
        if self._inbox:
            self.left_unread = self._end_queued
            self.reset()
        else:
            self._queue_end()
            self._forget_when_done()

    # What the network's accidents call

    def reset(self) -> None:
        """Break off: what was still to be sent is gone, and the other end gets a RST behind what flies."""
        if self._is_dead:
            return
        self._die(0)
        self._emit_reset()

    def fail(self, error: int) -> None:
        """The kernel gives the connection up, without a word to the other end."""
        if self._is_dead:
            return
        self._die(error)
        self._network.watch_silence(self.peer)

    def vanish(self) -> None:
        """The machine is gone, and so is its kernel's memory of this end."""
        self._forget_descriptor()
        self._die(0)

    def release(self) -> None:
        """The path is open again: send once more what was swallowed, when the next retransmission is due."""
        if (self._held or self._blocked_since is not None) and not self._is_dead:
            since = self._blocked_since if self._blocked_since is not None else self._network.clock.now
            waited = min(self._network.clock.now - since, LONGEST_RETRANSMISSION_SECONDS)
            self._network.clock.later(self._network.clock.random.uniform(0.0, waited), self._send_held)

    def probe(self, unanswered: int = 0) -> None:
        """Keepalive, begun by the network when the other end may have fallen silent for good."""
        if self._is_dead or not self._has_options:
            return
        clock = self._network.clock
        due = self._last_heard + KEEPALIVE_IDLE_SECONDS
        if unanswered == 0 and clock.now < due:
            clock.at(due, self.probe)
        elif self._can_hear_peer():
            if self.peer._is_dead:
                self._receive_reset()
            else:
                self._last_heard = clock.now
        elif unanswered == KEEPALIVE_PROBES:
            self.fail(errno.ETIMEDOUT)
        else:
            clock.later(KEEPALIVE_INTERVAL_SECONDS, self.probe, unanswered + 1)

    @property
    def is_dead(self) -> bool:
        """Whether this end's kernel has no such connection any more."""
        return self._is_dead

    @property
    def is_idle_orphan(self) -> bool:
        """Whether the program has closed it."""
        return self._closed

    # What the reactor asks

    def readiness(self) -> int:
        """``READ`` and ``WRITE`` as a selector would report them."""
        if self._error or self._is_dead:
            return _READ | _WRITE
        mask = _READ if self._inbox or self._end_arrived or self._read_is_shut else 0
        if self._send_room > len(self._outbox) + self._flying_bytes:
            mask |= _WRITE
        return mask

    @property
    def unacknowledged_bytes(self) -> int:
        """What was written and has not reached the other end's kernel (``SIOCOUTQ``)."""
        if self._is_dead:
            return self._unacknowledged_at_death
        return len(self._outbox) + self._flying_bytes

    # The kernel

    def _queue_end(self) -> None:
        if not self._end_queued:
            self._end_queued = True
            self.ended_at = self._network.clock.now
            self._push()

    def _forget_descriptor(self) -> None:
        self._closed = True
        self.reactor = None
        self._network.descriptors.pop(self.number, None)

    def _push(self) -> None:
        """Send as much as the other end's window allows, and the FIN behind the last byte."""
        if self._is_dead:
            return
        outbox = self._outbox
        pace = self._network.path(self.machine, self.peer.machine).bytes_per_second
        most = max(1, int(pace * _LONGEST_SEGMENT_SECONDS)) if pace else len(outbox)
        is_rest = False
        while outbox:
            peer = self.peer
            window = peer._receive_room - len(peer._inbox) - self._flying_bytes
            if window <= 0:
                self._note_blocked()
                return
            size = self._network.segment_bytes(min(len(outbox), window, most))
            segment = bytes(outbox[:size])
            del outbox[:size]
            self._flying_bytes += size
            self._emit(segment, follows=is_rest)
            is_rest = True
        if self._end_queued and not self._end_sent:
            self._end_sent = True
            self._emit(_FIN)

    def _emit(self, segment: bytes, *, follows: bool = False) -> None:
        """Send a segment; one that ``follows`` another of the same write comes soon behind it."""
        clock, path = self._network.clock, self._network.path(self.machine, self.peer.machine)
        leaves = clock.now
        if path.bytes_per_second and segment:
            leaves = max(leaves, self._busy_until) + len(segment) / path.bytes_per_second
            self._busy_until = leaves
        arrival = leaves + path.delay(clock.random)
        if follows and not path.bytes_per_second:
            arrival = self._last_arrival + _GAP_SECONDS * clock.random.random()
        if arrival < self._last_arrival:
            arrival = self._last_arrival
        self._last_arrival = arrival
        if arrival - clock.now > _SLOW_SECONDS:
            self.blocked_until = arrival
        clock.at(arrival, self._arrive, segment)

    def _emit_reset(self) -> None:
        path = self._network.path(self.machine, self.peer.machine)
        arrival = max(self._network.clock.now + path.delay(self._network.clock.random), self._last_arrival)
        self._network.clock.at(arrival, self._reset_arrives)

    def _reset_arrives(self) -> None:
        if self._can_reach_peer():
            self.peer._receive_reset()
        else:
            self._network.watch_silence(self.peer)  # a lost RST is not sent again

    def _arrive(self, segment: bytes) -> None:
        """A segment of this end reaches the other one, or is swallowed."""
        if self._has_hole:
            return
        if self._held or not self._can_reach_peer():
            if self._is_dead:
                self._has_hole = True
            else:
                self._held.append(segment)
                self._note_blocked()
            return
        peer = self.peer
        if peer._is_dead or (peer._closed and segment):
            if not peer._is_dead:
                peer._die(0)
            if not self._is_dead:
                self._network.clock.later(
                    self._network.path(self.machine, peer.machine).delay(self._network.clock.random),
                    self._receive_reset_if_reachable,
                )
            return
        peer._last_heard = self._network.clock.now
        if self._can_hear_peer():
            self._progress()
            self._flying_bytes -= len(segment)
        else:
            self._unheard_bytes += len(segment)
            self._note_blocked()
        if segment:
            peer._inbox += segment
            peer.heard_at = self._network.clock.now
            if self.reactor is not None:
                self.reactor.note_writable(self)
            if self._outbox:
                self._push()
        else:
            peer._end_arrived = True
            peer.end_arrived_at = self._network.clock.now
            peer._forget_when_done()
        if peer.reactor is not None:
            peer.reactor.wake(peer)
        self._forget_when_done()

    def _progress(self) -> None:
        if self._blocked_since is not None:
            self._blocked_since = None
            self.blocked_until = self._network.clock.now

    def _send_held(self) -> None:
        if not self._can_hear_peer() or self._is_dead:
            return
        if self._unheard_bytes or not self._held and not self._outbox:
            self._flying_bytes -= self._unheard_bytes
            self._unheard_bytes = 0
            self._progress()
            if self.reactor is not None:
                self.reactor.note_writable(self)
        held, self._held = self._held, []
        for segment in held:
            self._arrive(segment)
        if not self._held and self._outbox:
            self._push()

    def _receive_reset_if_reachable(self) -> None:
        if self._can_hear_peer():
            self._receive_reset()
        else:
            self._network.watch_silence(self)

    def _receive_reset(self) -> None:
        if self._is_dead:
            return
        if self._network.reset_drops_unread:
            self._inbox.clear()
        self._die(errno.ECONNRESET)

    def _die(self, error: int) -> None:
        self._unacknowledged_at_death = self.unacknowledged_bytes
        self._is_dead = True
        self._error = 0 if self._closed else error
        self._outbox.clear()
        self._has_hole = bool(self._held)
        self._held.clear()
        if self._blocked_since is not None:
            self._blocked_since = None
            self.blocked_until = self._network.clock.now
        self._network.note_end(self)
        if self.reactor is not None:
            self.reactor.wake(self)

    def _forget_when_done(self) -> None:
        """Both streams have ended in order and the program is gone: nothing can happen any more."""
        if self._closed and self._end_sent and not self._held and not self._flying_bytes and self._end_arrived:
            self._network.note_end(self)

    def _can_reach_peer(self) -> bool:
        return not self.blackhole and self._network.is_open(self.machine, self.peer.machine)

    def _can_hear_peer(self) -> bool:
        return not self.blackhole and self._network.is_open_both_ways(self.machine, self.peer.machine)

    def _note_blocked(self) -> None:
        if self._blocked_since is None:
            self._blocked_since = self._network.clock.now
            if self._has_options:
                self._network.clock.later(USER_TIMEOUT_SECONDS, self._check_user_timeout, self._blocked_since)

    def _check_user_timeout(self, since: float) -> None:
        if self._blocked_since == since:
            self.fail(errno.ETIMEDOUT)


class WireTap(Protocol):
    """Reads along; made by the oracle."""

    def note_sent(self, end: SimSocket, data: bytes) -> None:
        """The kernel of ``end`` took these bytes from its program."""


class SimListener:
    """A listening socket: the kernel accepts while the program may be busy or frozen."""

    __slots__ = ("_is_closed", "_queue", "address", "failing_accepts", "machine", "number", "reactor")

    def __init__(self, machine: "Machine", address: tuple[str, int], fileno: int) -> None:
        self.machine = machine
        self.address = address
        self.reactor: SimReactor | None = None
        self.number = fileno
        """The descriptor."""
        self._queue: list[SimSocket] = []
        self.failing_accepts: list[int] = []
        """Error numbers of the next calls of ``accept``."""
        self._is_closed = False

    def fileno(self) -> int:
        return -1 if self._is_closed else self.number

    def setsockopt(self, level: int, option: int, value: int) -> None:
        pass

    def getsockname(self) -> tuple[str, int]:
        return self.address

    def accept(self) -> tuple[SimSocket, tuple[str, int]]:
        if not self._queue:
            raise BlockingIOError
        if self.failing_accepts:
            raise OSError(self.failing_accepts.pop(), "simulated")
        if self.reactor is not None and self.reactor.is_out_of_descriptors:
            raise OSError(errno.EMFILE, "simulated")
        end = self._queue.pop(0)
        return end, end.peer.address

    def close(self) -> None:
        self._is_closed = True
        self.reactor = None
        self.machine.listeners.pop(self.address[1], None)
        for end in self._queue:
            end.close()
            end.reset()

    def readiness(self) -> int:
        return _READ if self._queue else 0

    def enqueue(self, end: SimSocket) -> None:
        """A caller's handshake is done."""
        self._queue.append(end)
        if self.reactor is not None:
            self.reactor.wake(self)

    def vanish(self) -> None:
        """The machine is gone, and the connections that wait here with it."""
        self._is_closed = True
        self.reactor = None
