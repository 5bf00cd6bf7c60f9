"""A tracker on real sockets: drives a ``core.Tracker``."""

import socket
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from core import ClientDeparted, Connection, Tracker, TrackerEvent

from .addresses import ALL_INTERFACES, Address, plain_host
from .faults import loss_reason
from .listening import Acceptor, listening_address
from .machine_timer import MachineTimer
from .reactor import Reactor
from .stream import Stream
from .watched_socket import ConnectionWatcher, WatchedSocket, ends_of


class TrackerServer:
    """Accepts the clients of a tracker and moves bytes between them and the machine.

    It takes the tracker's events once a turn of the loop, at its end.
    """

    def __init__(
        self,
        reactor: Reactor,
        tracker: Tracker,
        listeners: Sequence[socket.socket],
        *,
        on_event: Callable[[TrackerEvent], None] | None = None,
        on_exhausted: Callable[[OSError], None] | None = None,
        on_fault: Callable[[Exception], None] | None = None,
        reserved_descriptors: int = 0,
        watchers: Sequence[ConnectionWatcher] = (),
    ) -> None:
        """Begin to serve.

        Args:
            reactor: The loop.
            tracker: Decides everything.
            listeners: From ``open_listeners``; taken over.
            on_event: Called with every event of the tracker.
            on_exhausted: Called when accepting pauses because descriptors or memory are used up.
            on_fault: Called with a fault of the program in serving one client. That client is cut off.
                Without this callback the fault ends the loop.
            reserved_descriptors: With fewer free, accepting pauses too.
            watchers: Told of every connection; looked at for each, so that a list may grow later.
        """
        self._reactor: Final = reactor
        self._tracker: Final = tracker
        self._on_event: Final = on_event
        self._on_fault: Final = on_fault
        self._watchers: Final = watchers
        self._streams: Final[dict[Connection, Stream]] = {}
        self._timer: Final = MachineTimer(reactor, tracker)
        self.addresses: Final[tuple[Address, ...]] = tuple(map(listening_address, listeners))
        """Host and port of each listening socket."""
        self._acceptors: Final[list[Acceptor]] = []
        for listener in listeners:
            # Accepted sockets inherit it: this saves a system call for each.
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            host = listening_address(listener)[0]
            accepted = partial(self._accepted, None if host in ALL_INTERFACES else host)
            self._acceptors.append(
                Acceptor(reactor, listener, accepted, on_exhausted, reserved_descriptors=reserved_descriptors)
            )
        self._is_closed = False
        reactor.add_end_of_turn(self._end_turn)

    def close(self) -> None:
        """Stop listening and shut every connection, now; again has no effect.

        The operating system still sends the replies that it has taken; others are lost.
        """
        if self._is_closed:
            return
        self._is_closed = True
        for acceptor in self._acceptors:
            acceptor.close()
        self._tracker.close(now=self._reactor.time())
        self._end_turn()
        for stream in list(self._streams.values()):
            stream.abort()
        self._timer.cancel()
        self._reactor.remove_end_of_turn(self._end_turn)

    # Called by the streams

    def stream_closed(self, stream: Stream) -> None:
        del self._streams[stream.connection]

    def stream_fault(self, stream: Stream, fault: Exception) -> None:
        if self._on_fault is None:
            raise fault
        self._on_fault(fault)

    # Private

    def _accepted(self, own_host: str | None, sock: socket.socket, host: str, port: int) -> None:
        if own_host is None:
            try:
                own_host = plain_host(sock.getsockname()[0])
            except OSError:  # gone already, on some systems
                sock.close()
                return
        connection = self._tracker.accept(host, own_host, now=self._reactor.now)
        if self._watchers:
            local, remote = ends_of(sock)
            number = connection.number
            watching = [watcher.watch("client", local, remote, number=number) for watcher in self._watchers]
            sock = WatchedSocket(sock, watching)
        try:
            stream = Stream(self._reactor, sock, connection, self)
        except OSError as error:  # the system cannot watch one more
            sock.close()
            connection.connection_lost(loss_reason(error.errno), now=self._reactor.now)
            return
        self._streams[connection] = stream
        if connection.wants_close:  # there are too many
            stream.flush()

    def _end_turn(self) -> None:
        tracker = self._tracker
        while ready := tracker.take_ready():
            for connection in ready:
                stream = self._streams.get(connection)
                if stream is not None:
                    stream.flush()
        events = tracker.take_events()
        for watcher in self._watchers:
            for event in events:
                if isinstance(event, ClientDeparted):
                    watcher.departed(event.connection, event.reason.value)
        if events and self._on_event is not None:
            for event in events:
                self._on_event(event)
        self._timer.follow()
