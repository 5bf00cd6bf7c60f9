"""The programs of a run: trackers and peers, each the real machine in its real adapter on simulated sockets."""

import random
import socket
from collections.abc import Callable, Collection, Iterable
from typing import Final, cast

from core import (
    ChatOpened,
    ChatRequested,
    Limits,
    LocalProtocolError,
    LossReason,
    Node,
    NodeEvent,
    NodeLeft,
    Tracker,
    TrackerConfig,
    TrackerEvent,
)
from core.limits import CLOSE_SECONDS, FAREWELL_SECONDS, MAX_REQUEST_BYTES, TURNED_AWAY_SECONDS
from core.node.peer_link import PeerLink
from core.tracker.tracker import TrackerConnection
from io_adapters.addresses import Address
from io_adapters.peer_node import PeerNode
from io_adapters.peer_stream import PEERS_TURN_BYTES
from io_adapters.reactor import LEAST_TURN_BYTES, TURN_BYTES, Reactor, Timer
from io_adapters.stream import Stream
from io_adapters.tracker_server import TrackerServer
from tracker_cli.log_limits import MAX_LINES_OF_CONNECTION, MAX_LINES_OF_KIND

from .network import TRACKER_PORT, Attempt, Machine, Network
from .reactor import SimReactor
from .tcp import SimListener, SimSocket
from .tracker_log import TrackerLog

_LONGEST_OFFSET_SECONDS: Final = 100_000
_STRIKES_FOR_A_STALE_TIMER: Final = 20
_END_SLACK_SECONDS: Final = 1.0
_LONGEST_SHORT_REPLY_BYTES: Final = 1200  # to ADDR and KEEP
_LATEST_LEAVERS: Final = 1000  # who waited for a list, and left


class TableTooLarge(AssertionError):
    """A queue or a table holds more than its limit allows."""


class LingeringConnection(AssertionError):
    """A connection has ended, and nobody closes it."""


class NoReserveError(AssertionError):
    """The program has no descriptor left for its user's own calls and its tracker."""


class StaleTimer(AssertionError):
    """A machine asks again and again for a time that is past, and nothing happens."""


class SimDial:
    """Takes the place of ``io_adapters.dialling.Dial``: connects on the simulated network."""

    def __init__(
        self,
        reactor: SimReactor,
        resolver: object,
        host: str,
        port: int,
        *,
        timeout_seconds: float,
        connected: Callable[[SimSocket, str], None],
        failed: Callable[[LossReason], None],
    ) -> None:
        self._reactor: Final = reactor
        self._host: Final = host
        self._connected: Final = connected
        self._failed: Final = failed
        self._is_over = False
        self._end: SimSocket | None = None
        self._timer: Timer = reactor.call_later(timeout_seconds, self._time_out)
        if reactor.dialled is not None:
            reactor.dialled(host, port)
        if reactor.is_out_of_descriptors:
            raise NoReserveError(f"reserve: no descriptor is left to dial {host}:{port}")
        reactor.dials[self] = None
        self._attempt = Attempt()
        if reactor.failing_dials:
            reactor.failing_dials -= 1
            self._kernel_failed(LossReason.ERROR)
        else:
            self._attempt = reactor.network.dial(
                reactor.machine, host, port, self._kernel_connected, self._kernel_failed
            )

    def cancel(self) -> None:
        """Give up and call nothing; harmless afterwards."""
        self._is_over = True
        self._attempt.is_cancelled = True
        self._timer.cancel()
        self._reactor.dials.pop(self, None)
        if self._end is not None:
            self._end.close()

    # The kernel's side; the program learns of it when it runs

    def _kernel_connected(self, end: SimSocket) -> None:
        self._end = end
        self._reactor.call_soon(self._hand_over)

    def _kernel_failed(self, reason: LossReason) -> None:
        self._reactor.call_soon(lambda: self._fail(reason))

    # The program's side

    def _hand_over(self) -> None:
        if not self._is_over and self._end is not None:
            end, self._end = self._end, None
            self.cancel()
            self._connected(end, end.peer.address[0])

    def _time_out(self) -> None:
        if self._end is None:
            self._fail(LossReason.TIMED_OUT)

    def _fail(self, reason: LossReason) -> None:
        if not self._is_over:
            self.cancel()
            self._failed(reason)


class Process:
    """A program on a machine: a loop, and what happens to it from outside."""

    def __init__(self, network: Network, machine: Machine, label: str) -> None:
        self.network: Final = network
        self.machine: Final = machine
        self.label: Final = label
        self.reactor: Final = SimReactor(
            network, machine, float(network.clock.random.randrange(_LONGEST_OFFSET_SECONDS))
        )

    @property
    def disturbed_at(self) -> float:
        """When last the process was stopped, or its clock leapt; -1 for never."""
        return self.reactor.disturbed_at

    @property
    def jumped_at(self) -> float:
        """When last its clock leapt; -1 for never."""
        return self.reactor.jumped_at

    @property
    def is_running(self) -> bool:
        """Whether there is such a process, frozen or not."""
        return not self.reactor.is_dead

    @property
    def can_act(self) -> bool:
        """Whether the program runs, and runs now."""
        return not self.reactor.is_dead and not self.reactor.is_frozen

    def kill(self) -> None:
        """``kill -9``: the kernel closes everything."""
        self.reactor.die()


class EndWatch:
    """Looks whether what has ended is closed in time."""

    def __init__(self, reactor: SimReactor, label: str) -> None:
        self._reactor: Final = reactor
        self._label: Final = label
        self._since: dict[Stream, float] = {}

    def look(self, streams: Collection[Stream]) -> None:
        """To be called after each turn, with all that are there."""
        ending = [stream for stream in streams if stream.connection.wants_close]
        if not ending:
            self._since = {}
            return
        now = self._reactor.network.clock.now
        self._since = {stream: self._since.get(stream, now) for stream in ending}
        for stream, since in self._since.items():
            if now - max(since, self._reactor.disturbed_at) > CLOSE_SECONDS + _END_SLACK_SECONDS:
                raise LingeringConnection(f"lingering: a connection of {self._label} has ended at {since:.3f}, and is open")


class FarewellWatch:
    """Checks that a connection closes in time after our farewell, whatever the peer still sends (§4.6).

    The limit is two seconds, and two more if input is ready when they are over.
    """

    def __init__(self, reactor: SimReactor, label: str) -> None:
        self._reactor: Final = reactor
        self._label: Final = label
        self._since: dict[PeerLink, float] = {}

    def look(self, leaving: Iterable[PeerLink]) -> None:
        """To be called after each turn, with the connections over which goodbye was said."""
        now = self._reactor.network.clock.now
        self._since = {link: self._since.get(link, now) for link in leaving}
        for link, since in self._since.items():
            if now - max(since, self._reactor.disturbed_at) > 2 * FAREWELL_SECONDS + _END_SLACK_SECONDS:
                raise LingeringConnection(f"farewell: {self._label} said goodbye at {since:.3f}, and hears the peer still")


class TrackerProcess(Process):
    """A tracker."""

    @property
    def streams(self) -> Collection[Stream]:
        """Its connections, as the adapter has them."""
        return self.server._streams.values()

    def __init__(
        self,
        network: Network,
        machine: Machine,
        config: TrackerConfig,
        limits: Limits,
        on_event: Callable[[TrackerEvent], None],
        most_lines: tuple[int, int] = (MAX_LINES_OF_CONNECTION, MAX_LINES_OF_KIND),
    ) -> None:
        super().__init__(network, machine, "tracker")
        self.log: Final = TrackerLog(self.reactor, *most_lines)
        self.tracker: Final = Tracker(config, limits=limits)
        self.server: Final = TrackerServer(
            cast(Reactor, self.reactor),
            self.tracker,
            [cast(socket.socket, network.listen(machine, TRACKER_PORT))],
            on_event=lambda event: self._note(event, on_event),
        )
        self._watch: Final = TimerWatch(self.reactor, self.tracker.next_timer, self.label)
        self._most_waiting_bytes: Final = max(limits.max_waiting_request_bytes, MAX_REQUEST_BYTES) + 1
        self._most_unread_bytes: Final = max(limits.max_unread_reply_bytes, _LONGEST_SHORT_REPLY_BYTES)
        self._ends: Final = EndWatch(self.reactor, self.label)
        self.reactor.after_turn = self._look

    def _note(self, event: TrackerEvent, on_event: Callable[[TrackerEvent], None]) -> None:
        with self.network.unmetered():
            self.log.note(event)
        on_event(event)

    def _look(self) -> None:
        """Look after each turn at the deadline and at what is kept for each client."""
        self._watch.look()
        self._ends.look(self.streams)
        tracker = self.tracker
        most_unread = 2 * tracker._registry.roster_bytes + self._most_unread_bytes  # one whole reply may always wait
        for stream in self.streams:
            connection = cast(TrackerConnection, stream.connection)
            if len(connection._rest) > self._most_waiting_bytes:
                raise TableTooLarge(f"table: the tracker keeps {len(connection._rest)} bytes of requests of one client")
            unread = len(stream._unsent or b"") + len(connection._outgoing)
            if unread > most_unread and not connection.wants_close:
                raise TableTooLarge(f"table: the tracker keeps {unread} bytes of replies for one client")
        known, waiting = sum(1 for _ in tracker._expiry), len(tracker._postponed)
        if not known == tracker.clients <= len(self.streams) or waiting > len(self.streams) + _LATEST_LEAVERS:
            raise TableTooLarge(f"table: {len(self.streams)} connections, {tracker.clients} clients, {known} watched, {waiting} wait")
        if tracker._config.max_clients_per_host is not None and sum(tracker._clients_by_host.values()) != tracker.clients:
            raise TableTooLarge(f"table: {tracker._clients_by_host} for each address, of {tracker.clients} clients")


class PeerProcess(Process):
    """A client; its user acts through ``act``."""

    def __init__(
        self,
        network: Network,
        machine: Machine,
        label: str,
        name: str,
        port: int,
        tracker_host: str,
        limits: Limits,
        descriptors: int | None,
        on_event: Callable[["PeerProcess", NodeEvent], None],
    ) -> None:
        super().__init__(network, machine, label)
        self.reactor.most_descriptors = descriptors
        self.names: Final = [name]
        """Every name that it has had."""
        self.port: Final = port
        self.has_left = False
        self.conversations: Final[list[int]] = []
        """Those that its user has seen."""
        self._on_event = on_event
        chance = random.Random(network.clock.random.random())
        self.node: Final = Node(name, port, now=self.reactor.now, random=chance.random, limits=limits)
        listener = network.listen(machine, port)
        self.adapter: Final = PeerNode(
            cast(Reactor, self.reactor),
            self.node,
            tracker_address=(tracker_host, TRACKER_PORT),
            listeners=[cast(socket.socket, listener)],
        )
        self.reactor.add_end_of_turn(self._take_events)
        self.listener: Final[SimListener] = listener
        self.asked_for_tracker_at: Final[list[float]] = []
        """When its user had it dial the tracker at once."""
        self.home: Final = (tracker_host, TRACKER_PORT)
        self.abroad_at = -1000.0
        """When last it was at another tracker than everybody's, or came back from there."""
        self._watch: Final = TimerWatch(self.reactor, self.node.next_timer, self.label)
        self._ends: Final = EndWatch(self.reactor, self.label)
        self._farewells: Final = FarewellWatch(self.reactor, self.label)
        self._limits: Final = limits
        self._untold_since: float | None = None
        self.reactor.after_turn = self._look

    def _look(self) -> None:
        """Look after each turn at the deadline and at the tables."""
        self._watch.look()
        self._ends.look(self.streams)
        self._farewells.look(link for link in self.node._chats._peers if link._state.name == "WE_LEFT")
        check_tables(self.node, self._limits, self.label)
        self._look_for_untold()
        if self.reactor.bytes_of_turn > PEERS_TURN_BYTES + LEAST_TURN_BYTES * len(self.streams) + TURN_BYTES // 2:
            raise TableTooLarge(f"turn: {self.label} reads {self.reactor.bytes_of_turn} bytes in one, and its user waits")

    def _look_for_untold(self) -> None:
        """Check that the node reports the callers that it turned away within a minute (§4.1)."""
        now = self.network.clock.now
        if not self.node._chats._turned_away:
            self._untold_since = None
        elif self._untold_since is None:
            self._untold_since = now
        elif now - max(self._untold_since, self.reactor.disturbed_at) > TURNED_AWAY_SECONDS + _END_SLACK_SECONDS:
            raise TableTooLarge(f"untold: {self.label} turned callers away at {self._untold_since:.3f}, and does not tell")

    @property
    def streams(self) -> Collection[Stream]:
        """Its connections, as the adapter has them."""
        return self.adapter._streams.values()

    def visit(self, tracker: Address) -> None:
        """Let the user choose another tracker."""
        self.abroad_at = self.network.clock.now
        self.adapter.set_tracker_address(tracker)
        self.ask_for_tracker(lambda node, now: node.reconnect(now=now))

    def ask_for_tracker(self, intent: Callable[[Node, float], None]) -> None:
        """Let the user do something that dials the tracker at once."""
        self.asked_for_tracker_at.append(self.network.clock.now)
        self.act(intent)

    @property
    def is_abroad(self) -> bool:
        """Whether its tracker is not everybody's."""
        return self.adapter.tracker_address != self.home

    def act(self, intent: Callable[[Node, float], None]) -> LocalProtocolError | None:
        """Let the user do something; a refusal is returned."""
        refusals: list[LocalProtocolError] = []

        def act() -> None:
            try:
                intent(self.node, self.reactor.time())
            except LocalProtocolError as error:
                refusals.append(error)
            self.adapter.pump()
            self._take_events()

        self.reactor.work(act)
        return refusals[0] if refusals else None

    def _take_events(self) -> None:
        events = self.node.take_events()
        if events:
            with self.network.unmetered():
                for event in events:
                    self._take_event(event)

    def _take_event(self, event: NodeEvent) -> None:
        self._on_event(self, event)
        if isinstance(event, ChatRequested | ChatOpened):
            if event.conversation not in self.conversations:
                self.conversations.append(event.conversation)
        elif isinstance(event, NodeLeft):
            self.has_left = True
            self.reactor.call_soon(self._exit)

    def _exit(self) -> None:
        self.adapter.close()
        self.reactor.die()


def check_tables(node: Node, limits: Limits, label: str) -> None:
    """Compare a node's tables with their limits.

    Raises:
        TableTooLarge: One of them holds more.
    """
    chats, link = node._chats, node._tracker._link
    callers = [peer for link, peer in chats._peers.items() if peer.incoming and not link.wants_close]
    by_block = sum(map(len, chats._callers.values()))
    if by_block != sum(peer.incoming for peer in chats._peers.values()):
        raise TableTooLarge(f"table: {label} counts {by_block} callers in its address blocks, of {len(callers)}")
    tables = [
        ("callers", len(callers), limits.max_peer_connections),
        ("dials", len(chats._dials), len(chats._book._by_number)),
        ("callers without a word", len(chats._silent), limits.max_silent_callers),
        ("ended conversations", len(chats._book._ended), limits.max_ended_conversations),
        ("names to verify", len(chats._verification._waiting), limits.max_unverified_names),
        ("names to ask for", len(link._other_names) if link is not None else 0, limits.max_unverified_names),
    ]
    for what, size, most in tables:
        if size > most:
            raise TableTooLarge(f"table: {label} keeps {size} {what}, of {most}")


class TimerWatch:
    """Looks after each turn whether the machine's deadline moves on when its time has come."""

    def __init__(self, reactor: SimReactor, next_timer: Callable[[], float | None], label: str) -> None:
        self._reactor = reactor
        self._next_timer = next_timer
        self._label = label
        self._stale: float | None = None
        self._strikes = 0

    def look(self) -> None:
        """To be called after each turn."""
        deadline = self._next_timer()
        if deadline is None or deadline > self._reactor.now:
            self._strikes = 0
        elif deadline != self._stale:
            self._stale = deadline
            self._strikes = 0
        else:
            self._strikes += 1
            if self._strikes > _STRIKES_FOR_A_STALE_TIMER:
                raise StaleTimer(f"{self._label} wants {deadline} at {self._reactor.now}")
