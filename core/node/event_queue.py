"""What a ``Node`` has to hand out, gathered from its parts, and its connections."""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from ..connection import Connection
from ..events import LossReason, NodeEvent, NodeRequest
from .timers import TimerQueue


class Timed(Protocol):
    """A part of a node that has deadlines."""

    def handle_timer(self, *, now: float) -> None:
        """Act on what is due, and arm the timer again."""


class EventQueue:
    """Events, requests and deadlines of a whole node, and which connections have to be flushed."""

    def __init__(self) -> None:
        self.timers: TimerQueue[Timed] = TimerQueue()
        self._events: list[NodeEvent] = []
        self._requests: list[NodeRequest] = []
        self._ready: dict[Connection, None] = {}

    def emit(self, event: NodeEvent) -> None:
        """Report a fact."""
        self._events.append(event)

    def request(self, request: NodeRequest) -> None:
        """Ask the adapter for something."""
        self._requests.append(request)

    def touch(self, connection: Connection) -> None:
        """Have the adapter flush a connection."""
        self._ready[connection] = None

    def take_events(self) -> list[NodeEvent]:
        """Hand out each fact once."""
        events, self._events = self._events, []
        return events

    def take_requests(self) -> list[NodeRequest]:
        """Hand out each request once."""
        requests, self._requests = self._requests, []
        return requests

    def take_ready(self) -> list[Connection]:
        """Hand out each touched connection once."""
        if not self._ready:
            return []
        ready = list(self._ready)
        self._ready.clear()
        return ready


class Link(Protocol):
    """What ``TrackerLink`` and ``PeerLink`` have in common."""

    def receive_data(self, data: bytes, *, now: float) -> None: ...
    def receive_eof(self, *, now: float) -> None: ...
    def connection_lost(self, reason: LossReason, *, now: float) -> None: ...
    def report_unsent(self, unsent_bytes: int, *, now: float) -> None: ...
    def report_unacknowledged(self, unacknowledged_bytes: int, *, now: float) -> None: ...
    def next_timer(self) -> float | None: ...
    def handle_timer(self, *, now: float) -> None: ...
    def data_to_send(self) -> bytes: ...
    @property
    def wants_half_close(self) -> bool: ...
    @property
    def wants_close(self) -> bool: ...


AnyLink = TypeVar("AnyLink", bound=Link)


class NodeConnection(Generic[AnyLink]):
    """A link as the adapter sees it (a ``Connection``): every input is followed by ``settle``.

    ``settle`` is the owner's: it takes the link's events and acts on them.
    """

    def __init__(
        self, link: AnyLink, queue: EventQueue, settle: Callable[["NodeConnection[AnyLink]", float], None]
    ) -> None:
        self.link = link
        self._queue = queue
        self._settle_owner = settle

    def receive_data(self, data: bytes, *, now: float) -> None:
        """See ``Connection``."""
        self.link.receive_data(data, now=now)
        self.settle(now=now)

    def receive_eof(self, *, now: float) -> None:
        """See ``Connection``."""
        self.link.receive_eof(now=now)
        self.settle(now=now)

    def connection_lost(self, reason: LossReason, *, now: float) -> None:
        """See ``Connection``."""
        self.link.connection_lost(reason, now=now)
        self.settle(now=now)

    def report_unsent(self, unsent_bytes: int, *, now: float) -> None:
        """See ``Connection``."""
        self.link.report_unsent(unsent_bytes, now=now)

    def report_unacknowledged(self, unacknowledged_bytes: int, *, now: float) -> None:
        """See ``Connection``."""
        self.link.report_unacknowledged(unacknowledged_bytes, now=now)

    def data_to_send(self) -> bytes:
        """See ``Connection``."""
        return self.link.data_to_send()

    @property
    def wants_half_close(self) -> bool:
        """See ``Connection``."""
        return self.link.wants_half_close

    @property
    def wants_close(self) -> bool:
        """See ``Connection``."""
        return self.link.wants_close

    def handle_timer(self, *, now: float) -> None:
        """Act on the link's deadlines."""
        self.link.handle_timer(now=now)
        self.settle(now=now)

    def settle(self, *, now: float) -> None:
        """After anything was done to the link: act on its events, arm its timer, have it flushed."""
        self._settle_owner(self, now)
        self._queue.timers.arm(self, self.link.next_timer())
        self._queue.touch(self)
