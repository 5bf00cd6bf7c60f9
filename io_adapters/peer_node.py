"""A peer on real sockets: drives a ``core.Node``, or a machine that holds one."""

import socket
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, assert_never

from core import CancelDial, Connection, DialPeer, LossReason, NodeMachine, NodeRequest, ReachTracker

from .addresses import Address, format_address
from .descriptors import RESERVED_FROM_CALLERS
from .dialling import Dial
from .listening import Acceptor
from .machine_timer import MachineTimer
from .peer_stream import PeerStream, set_peer_options
from .faults import loss_reason
from .reactor import READ, Reactor
from .resolver import Resolver
from .stream import Stream
from .tracing import Trace
from .watched_socket import RoleName, SocketWatcher, WatchedSocket, ends_of

if TYPE_CHECKING:
    from .wire_files import WireLog


class PeerNode:
    """Connects, accepts, resolves and moves bytes for a node; decides nothing.

    At the end of each turn of the loop it writes what the node has to say and
    carries out its requests. It leaves the node's events to its owner: the owner
    takes them at the end of the turn, in an end-of-turn callback that it adds
    after it made this object. After an intent of the user (``Node.say``, for
    example) the owner calls ``pump``.
    """

    def __init__(
        self,
        reactor: Reactor,
        machine: NodeMachine[object],
        *,
        tracker_address: Address,
        listeners: Sequence[socket.socket],
        on_exhausted: Callable[[OSError], None] | None = None,
        resolver: Resolver | None = None,
        trace: Callable[[str], None] | None = None,
        wire: "WireLog | None" = None,
    ) -> None:
        """Begin: the tracker is dialled in the first turn.

        Args:
            reactor: The loop.
            machine: A ``Node``, or a machine that holds one.
            tracker_address: Host (a name or an IP address) and port.
            listeners: Where peers call, from ``open_listener``; taken over.
            on_exhausted: Called when accepting pauses because descriptors or memory are used up.
            resolver: To share one with other users of the loop.
            trace: Given a line for everything that is sent, received and dialled; see ``Trace``.
            wire: Told of every connection.
        """
        self._reactor: Final = reactor
        self._machine: Final = machine
        self._tracker_address = tracker_address
        self._resolver: Final = resolver if resolver is not None else Resolver(reactor)
        self._trace: Final = trace
        self._wire: Final = wire
        self._streams: Final[dict[Connection, Stream]] = {}
        self._tracker_dial: Dial | None = None
        self._tracker_timeout_seconds = 0.0  # of the request that is being carried out
        self._dials: Final[dict[int, Dial]] = {}
        self._timer: Final = MachineTimer(reactor, machine)
        self._acceptors: Final = [
            Acceptor(
                reactor, listener, self._accepted, on_exhausted, reserved_descriptors=RESERVED_FROM_CALLERS
            )
            for listener in listeners
        ]
        self._is_closed = False
        reactor.add_end_of_turn(self.pump)
        reactor.call_soon(self.pump)

    @property
    def tracker_address(self) -> Address:
        """Host and port of the tracker, as given."""
        return self._tracker_address

    def set_tracker_address(self, address: Address) -> None:
        """Use another tracker from the next attempt on; ``node.reconnect`` and ``pump`` make it the next.

        An attempt that is under way starts again with the new address.
        """
        self._tracker_address = address
        if self._tracker_dial is not None:
            self._reach_tracker()

    def pump(self) -> None:
        """Write and carry out all that the node wants now; after an intent, and at the end of each turn."""
        while not self._is_closed and self._pump_once():
            pass
        if not self._is_closed:
            self._timer.follow()

    def close(self) -> None:
        """Drop every connection and stop listening, now; again has no effect.

        For a farewell, ``node.leave`` first, and this after ``NodeLeft``.
        """
        if self._is_closed:
            return
        self._is_closed = True
        for acceptor in self._acceptors:
            acceptor.close()
        for dial in (self._tracker_dial, *self._dials.values()):
            if dial is not None:
                dial.cancel()
        self._tracker_dial = None
        self._dials.clear()
        for stream in list(self._streams.values()):
            stream.abort()
        self._timer.cancel()
        self._reactor.remove_end_of_turn(self.pump)

    # Called by the streams

    def stream_closed(self, stream: Stream) -> None:
        del self._streams[stream.connection]

    def stream_fault(self, stream: Stream, fault: Exception) -> None:
        raise fault  # the connections of a node share its state: a fault concerns all of them

    # Private

    def _pump_once(self) -> bool:
        """Do what there is to do; return whether that may have led to more."""
        was_ready = self._flush_ready()
        requests = self._machine.take_requests()
        for request in requests:
            self._carry_out(request)
        return was_ready or bool(requests)

    def _flush_ready(self) -> bool:
        ready = self._machine.take_ready()
        for connection in ready:
            stream = self._streams.get(connection)
            if stream is not None:
                stream.flush()
        return bool(ready)

    def _carry_out(self, request: NodeRequest) -> None:
        match request:
            case ReachTracker(timeout_seconds):
                self._tracker_timeout_seconds = timeout_seconds
                self._reach_tracker()
            case DialPeer(number, host, port, timeout_seconds):
                self._note(f"dial {number}: {format_address(host, port)}")
                self._dials[number] = Dial(
                    self._reactor,
                    self._resolver,
                    host,
                    port,
                    timeout_seconds=timeout_seconds,
                    connected=partial(self._peer_connected, number),
                    failed=partial(self._peer_unreachable, number, (host, port)),
                )
            case CancelDial(number):
                dial = self._dials.pop(number, None)
                if dial is not None:
                    dial.cancel()
            case _:
                assert_never(request)

    def _reach_tracker(self) -> None:
        if self._tracker_dial is not None:
            self._tracker_dial.cancel()
        host, port = self._tracker_address
        self._tracker_dial = Dial(
            self._reactor,
            self._resolver,
            host,
            port,
            timeout_seconds=self._tracker_timeout_seconds,
            connected=self._tracker_connected,
            failed=self._tracker_unreachable,
        )

    def _tracker_connected(self, sock: socket.socket, host: str) -> None:
        self._tracker_dial = None
        self._serve(sock, "tracker", "tracker", self._machine.tracker_connected(host, now=self._reactor.now))

    def _tracker_unreachable(self, reason: LossReason) -> None:
        self._tracker_dial = None
        self._note(f"tracker {format_address(*self._tracker_address)}: {reason.value}")
        if self._wire is not None:
            self._wire.unreachable("tracker", self._tracker_address, reason)
        self._machine.tracker_unreachable(reason, now=self._reactor.now)

    def _peer_connected(self, number: int, sock: socket.socket, host: str) -> None:
        del self._dials[number]
        connection = self._machine.dial_succeeded(number, now=self._reactor.now)
        self._serve(sock, f"dial {number}", "called", connection)

    def _peer_unreachable(self, number: int, address: Address, reason: LossReason) -> None:
        del self._dials[number]
        self._note(f"dial {number}: {reason.value}")
        if self._wire is not None:
            self._wire.unreachable("called", address, reason)
        self._machine.dial_failed(number, reason, now=self._reactor.now)

    def _accepted(self, sock: socket.socket, host: str, port: int) -> None:
        connection = self._machine.accept_peer(host, port, now=self._reactor.now)
        self._serve(sock, "caller", "caller", connection)
        # Before the next caller: what this one has sent counts at once, and a connection that makes room is closed.
        stream = self._streams.get(connection)
        if stream is not None:
            stream.on_ready(READ)
        self._flush_ready()

    def _serve(self, sock: socket.socket, label: str, role: RoleName, connection: Connection) -> None:
        set_peer_options(sock)
        watchers: list[SocketWatcher] = []
        if self._trace is not None:
            watchers.append(Trace(sock, label, self._trace))
        if self._wire is not None:
            watchers.append(self._wire.watch(role, *ends_of(sock)))
        if watchers:
            sock = WatchedSocket(sock, watchers)
        try:
            if role == "tracker":
                stream = PeerStream(self._reactor, sock, connection, self)
            else:
                stream = PeerStream(self._reactor, sock, connection, self, self._streams.__len__)
        except OSError as error:  # the system cannot watch one more
            sock.close()
            connection.connection_lost(loss_reason(error.errno), now=self._reactor.now)
            return
        self._streams[connection] = stream
        stream.flush()

    def _note(self, line: str) -> None:
        if self._trace is not None:
            self._trace(line)
