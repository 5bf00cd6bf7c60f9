"""A node's standing with its tracker, across connections (docs/protocol.md §3)."""

import enum
from collections.abc import Callable

from ..connection import Connection
from ..events import (
    CameOnline,
    LossReason,
    PeopleListed,
    ReachTracker,
    TrackerLossReason,
    TrackerLost,
    TrackerRegistered,
    WentOffline,
)
from .link_events import AddressFound, AddressUnknown, ListAnswered, TrackerLinkEnded
from .event_queue import NodeConnection, EventQueue
from .reconnect import Backoff
from .tracker_link import TrackerLink


class TrackerState(enum.Enum):
    """Where a node stands with its tracker."""

    CONNECTING = "connecting"
    REGISTERING = "registering"
    """Connected; the first answer has not come (§3.1)."""
    REGISTERED = "registered"
    WAITING = "waiting"
    """For the next attempt, at ``retry_at``."""
    LEFT = "left"


class TrackerSession:
    """Registers and registers again, keeps the list of people, and asks for addresses.

    Reports to the node's event queue; answers about addresses go to ``on_address``,
    with None for a name that is not active.
    """

    def __init__(
        self,
        name: str,
        listen_port: int,
        *,
        queue: EventQueue,
        random: Callable[[], float],
        on_registered: Callable[[float], None],
        on_address: Callable[[str, tuple[str, int] | None, float], None],
        on_lost: Callable[[float], None],
    ) -> None:
        self.name = name
        self.state = TrackerState.CONNECTING
        self.retry_at: float | None = None
        """When the next attempt begins, while ``WAITING``."""
        self.host = ""
        """The tracker's address, once it was reached."""
        self._listen_port = listen_port
        self._queue = queue
        self._random = random
        self._on_registered = on_registered
        self._on_address = on_address
        self._on_lost = on_lost
        self._backoff = Backoff()
        self._connection: NodeConnection[TrackerLink] | None = None
        self._people: dict[str, None] = {}  # in the tracker's order
        self._ever_registered = False
        queue.request(ReachTracker())

    @property
    def people(self) -> tuple[str, ...]:
        """Who else was active in the last answer, in the tracker's order."""
        return tuple(self._people)

    @property
    def is_registered(self) -> bool:
        """Whether the tracker knows us now."""
        return self.state is TrackerState.REGISTERED

    def knows(self, name: str) -> bool:
        """Whether ``name`` is on the people list."""
        return name in self._people

    # Reports of the adapter

    def connected(self, host: str, *, now: float) -> Connection:
        """The adapter reached the tracker at ``host``; register there."""
        link = TrackerLink(self.name, self._listen_port, now=now)
        connection = NodeConnection(link, self._queue, self._settle)
        if self.state is TrackerState.CONNECTING:
            self.state = TrackerState.REGISTERING
            self.host = host
            self._connection = connection
        else:
            link.close()  # an attempt that was given up
        connection.settle(now=now)
        return connection

    def unreachable(self, reason: LossReason, *, now: float) -> None:
        """The adapter could not reach the tracker."""
        if self.state is TrackerState.CONNECTING:
            self._lose(TrackerLossReason.UNREACHABLE, reason, now)

    # Asking

    def ask_list(self, *, now: float) -> bool:
        """Have ``PeopleListed`` follow; False while not registered."""
        if self._connection is None or not self.is_registered:
            return False
        self._connection.link.request_list(now=now)
        self._connection.settle(now=now)
        return True

    def ask_address(self, name: str, *, urgent: bool, now: float) -> bool:
        """Have ``on_address`` called for ``name``; False while not registered."""
        if self._connection is None or not self.is_registered:
            return False
        self._connection.link.request_address(name, urgent=urgent, now=now)
        self._connection.settle(now=now)
        return True

    def reconnect(self, *, now: float) -> None:
        """Give up the present connection or wait, and reach the tracker at once."""
        self._backoff.start_over()
        self._drop_connection(now)
        self._queue.timers.arm(self, None)
        self._reach()

    def leave(self, *, now: float) -> None:
        """Unregister by closing, for good."""
        self._drop_connection(now)
        self._queue.timers.arm(self, None)
        self.state = TrackerState.LEFT
        self.retry_at = None

    def handle_timer(self, *, now: float) -> None:
        """Begin the next attempt when its time has come."""
        if self.retry_at is None:
            return
        if now >= self.retry_at:
            self._reach()
        else:
            self._queue.timers.arm(self, self.retry_at)

    # Private

    def _reach(self) -> None:
        self.retry_at = None
        self.state = TrackerState.CONNECTING
        self._queue.request(ReachTracker())

    def _drop_connection(self, now: float) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.link.close()
            connection.settle(now=now)
            self._on_lost(now)

    def _settle(self, connection: NodeConnection[TrackerLink], now: float) -> None:
        for event in connection.link.take_events():
            if connection is not self._connection:
                return
            match event:
                case ListAnswered(names, wanted):
                    self._receive_list(names, wanted, now)
                case AddressFound(name, host, port):
                    self._on_address(name, (host, port), now)
                case AddressUnknown(name):
                    self._on_address(name, None, now)
                case TrackerLinkEnded(reason, detail):
                    self._connection = None
                    self._lose(reason, detail, now)

    def _receive_list(self, names: tuple[str, ...], wanted: bool, now: float) -> None:
        before, self._people = self._people, dict.fromkeys(names)
        if self.state is TrackerState.REGISTERING:
            self.state = TrackerState.REGISTERED
            self._backoff.note_registered(now=now)
            self._queue.emit(TrackerRegistered(self.name, names))
            first, self._ever_registered = not self._ever_registered, True
            if first:
                before = self._people  # they did not come, they were there
            self._on_registered(now)
        for name in names:
            if name not in before:
                self._queue.emit(CameOnline(name))
        for name in before:
            if name not in self._people:
                self._queue.emit(WentOffline(name))
        if wanted:
            self._queue.emit(PeopleListed(names))

    def _lose(self, reason: TrackerLossReason, detail: LossReason | None, now: float) -> None:
        was_refused = reason is TrackerLossReason.REFUSED
        retry_at = now + self._backoff.next_delay(self._random(), was_refused=was_refused, now=now)
        self.state = TrackerState.WAITING
        self.retry_at = retry_at
        self._queue.timers.arm(self, retry_at)
        self._queue.emit(TrackerLost(reason, detail, retry_at, self._ever_registered))
        self._on_lost(now)
