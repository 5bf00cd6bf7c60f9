"""What a ``Node`` has to hand out, gathered from its parts."""

from typing import Any, Protocol

from ..connection import Connection
from ..events import NodeEvent, NodeRequest
from .link import Link
from .timers import TimerQueue


class Timed(Protocol):
    """A part of a node that has deadlines."""

    def handle_timer(self, *, now: float) -> None:
        """Act on what is due, and arm the timer again."""


class EventQueue:
    """Events, requests and deadlines of a whole node, and the connections to flush."""

    def __init__(self) -> None:
        self.timers: TimerQueue[Timed] = TimerQueue()
        self._events: list[NodeEvent] = []
        self._requests: list[NodeRequest] = []
        self._ready: dict[Connection, None] = {}

    def emit(self, event: NodeEvent) -> None:
        """Report an event."""
        self._events.append(event)

    def request(self, request: NodeRequest) -> None:
        """Ask the adapter for something."""
        self._requests.append(request)

    def follow(self, link: Link[Any]) -> None:
        """Set the timer of a link that has settled, and have the adapter flush it."""
        self.timers.arm(link, link.next_timer())
        self._ready[link] = None

    def take_events(self) -> list[NodeEvent]:
        """Return each event once."""
        events, self._events = self._events, []
        return events

    def take_requests(self) -> list[NodeRequest]:
        """Return each request once."""
        requests, self._requests = self._requests, []
        return requests

    def take_ready(self) -> list[Connection]:
        """Return each connection to flush once."""
        if not self._ready:
            return []
        ready = list(self._ready)
        self._ready.clear()
        return ready
