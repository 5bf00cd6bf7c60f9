"""A node's standing with its tracker, across connections (docs/protocol.md §3)."""

import enum
from collections.abc import Callable, Collection, Iterator
from itertools import islice
from typing import Final, Protocol

from ..connection import Connection
from ..events import (
    CameOnline,
    LossReason,
    NamesDropped,
    NodeEvent,
    PeopleListed,
    ReachTracker,
    TrackerLossReason,
    TrackerLost,
    TrackerRegistered,
    WentOffline,
)
from ..limits import LIST_STEP_BYTES, LIST_STEP_NAMES, LIST_STEPS_AT_ONCE, Limits
from ..wire.name_list import NameListReader
from .event_queue import EventQueue
from .link_events import AddressFound, AddressUnknown, ListAnswered, TrackerLinkEnded
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


class _Input(enum.Enum):
    REACHED = enum.auto()
    UNREACHABLE = enum.auto()
    ANSWERED = enum.auto()
    """The tracker has answered a ``LIST``."""
    LINK_ENDED = enum.auto()
    RETRY = enum.auto()
    """It is time for the next attempt."""
    RECONNECT = enum.auto()
    """The user wants another attempt now."""
    LEAVE = enum.auto()


_S, _I = TrackerState, _Input
_FOLLOWS: Final[dict[TrackerState, dict[_Input, TrackerState]]] = {  # docs/protocol.md §5.2
    _S.CONNECTING: {_I.REACHED: _S.REGISTERING, _I.UNREACHABLE: _S.WAITING, _I.RECONNECT: _S.CONNECTING, _I.LEAVE: _S.LEFT},
    _S.REGISTERING: {_I.ANSWERED: _S.REGISTERED, _I.LINK_ENDED: _S.WAITING, _I.RECONNECT: _S.CONNECTING, _I.LEAVE: _S.LEFT},
    _S.REGISTERED: {_I.LINK_ENDED: _S.WAITING, _I.RECONNECT: _S.CONNECTING, _I.LEAVE: _S.LEFT},
    _S.WAITING: {_I.RETRY: _S.CONNECTING, _I.RECONNECT: _S.CONNECTING, _I.LEAVE: _S.LEFT},
    _S.LEFT: {},
}
"""An input that a state does not name changes nothing."""


class SessionObserver(Protocol):
    """The part of a node that asks a session for addresses."""

    def tracker_registered(self, *, now: float) -> None:
        """Note that we are registered, for the first time or again."""

    def people_listed(self, names: Collection[str], *, now: float) -> None:
        """The tracker has answered a ``LIST``."""

    def address_answered(self, name: str, address: tuple[str, int] | None, *, now: float) -> None:
        """Take the answer to ``ask_address``; None if the name is not active."""

    def tracker_lost(self, *, now: float) -> None:
        """Note that there is no tracker now; open questions will not be answered."""


class TrackerSession:
    """Registers, reconnects, keeps the list of active users, and asks for addresses.

    A list may be long. It is read and compared in steps, some of them in each turn of
    the loop, so that nothing else waits for it. A list that comes meanwhile waits, and
    a newer one takes its place.
    """

    observer: SessionObserver
    """Set before the first input."""

    def __init__(
        self,
        name: str,
        listen_port: int,
        *,
        queue: EventQueue,
        random: Callable[[], float],
        limits: Limits,
    ) -> None:
        self.name = name
        self.state = TrackerState.CONNECTING
        self.retry_at: float | None = None
        """When the next attempt begins, while ``WAITING``; else None."""
        self.host = ""
        """The tracker's address, once it was reached."""
        self._listen_port = listen_port
        self._queue = queue
        self._random = random
        self._limits = limits
        self._backoff = Backoff()
        self._link: TrackerLink | None = None
        self._people: dict[str, None] = {}  # in the tracker's order
        self._waiting_list: ListAnswered | None = None
        self._reader: NameListReader | None = None  # of the list that is being read
        self._changes: Iterator[NodeEvent | None] | None = None  # of the list that was read
        self._list_is_wanted = False  # the user asked for it
        self._told_dropped = False
        self._ever_registered = False
        self._name_before: str | None = None  # to go back to, until the tracker has taken the new one
        queue.request(ReachTracker())

    @property
    def people(self) -> tuple[str, ...]:
        """The other active users of the last answer, in the tracker's order."""
        return tuple(self._people)

    def knows(self, name: str) -> bool:
        """Whether ``name`` is on the list of active users."""
        return name in self._people

    # Reports of the adapter

    def connected(self, host: str, *, now: float) -> Connection:
        """Register at the tracker, which the adapter reached at ``host``."""
        link = TrackerLink(self, self.name, self._listen_port, now=now, limits=self._limits)
        if self._step(_Input.REACHED):
            self.host = host
            self._link = link
            self._told_dropped = False
            link.settle(now=now)
        else:
            link.close(now=now)  # an attempt that was given up
        return link

    def unreachable(self, reason: LossReason, *, now: float) -> None:
        """Wait for the next attempt: the adapter could not reach the tracker."""
        if self._step(_Input.UNREACHABLE):
            self._wait(TrackerLossReason.UNREACHABLE, reason, now)

    # Asking

    def ask_list(self, *, now: float) -> bool:
        """Have ``PeopleListed`` follow; return False while not registered."""
        if self._link is None or self.state is not TrackerState.REGISTERED:
            return False
        self._link.request_list(now=now)
        return True

    def ask_address(self, name: str, *, urgent: bool, now: float) -> bool:
        """Have ``address_answered`` follow for ``name``; return False while not registered."""
        if self._link is None or self.state is not TrackerState.REGISTERED:
            return False
        self._link.request_address(name, urgent=urgent, now=now)
        return True

    def reconnect(self, *, now: float) -> None:
        """Give up the present connection or wait, and reach the tracker at once."""
        if self._step(_Input.RECONNECT):
            self._backoff.start_over()
            self._drop_link(now)
            self._reach()

    def rename(self, name: str, *, now: float) -> None:
        """Reach the tracker at once under another name; if it refuses that, under the last one it took."""
        if self.state is TrackerState.REGISTERED:
            self._name_before = self.name
        self.name = name
        self.reconnect(now=now)

    def leave(self, *, now: float) -> None:
        """Unregister by closing, for good."""
        if self._step(_Input.LEAVE):
            self._drop_link(now)

    def handle_timer(self, *, now: float) -> None:
        """Go on with a long list; begin the next attempt when its time has come."""
        self._work_on_lists(now)
        if self.retry_at is None:
            return
        if now < self.retry_at:
            self._queue.timers.arm(self, self.retry_at)
        elif self._step(_Input.RETRY):
            self._reach()

    # Private

    def _step(self, happened: _Input) -> bool:
        """Go to the state that follows; return False if the table names none."""
        follows = _FOLLOWS[self.state].get(happened)
        if follows is None:
            return False
        self.state = follows
        return True

    def _reach(self) -> None:
        self.retry_at = None
        self._queue.request(ReachTracker())

    def _drop_link(self, now: float) -> None:
        self.retry_at = None
        self._queue.timers.arm(self, None)
        link = self._forget_link()
        if link is not None:
            link.close(now=now)
            self.observer.tracker_lost(now=now)

    def settle(self, link: TrackerLink, *, now: float) -> None:
        for event in link.take_events():
            if link is not self._link:
                break
            match event:
                case ListAnswered():
                    self._receive_list(event, now)
                case AddressFound(name, host, port):
                    self.observer.address_answered(name, (host, port), now=now)
                case AddressUnknown(name):
                    self.observer.address_answered(name, None, now=now)
                case TrackerLinkEnded(reason, detail):
                    self._forget_link()
                    self._step(_Input.LINK_ENDED)
                    self._wait(reason, detail, now)
        self._queue.follow(link)

    def _forget_link(self) -> TrackerLink | None:
        link, self._link = self._link, None
        self._waiting_list = self._reader = self._changes = None
        return link

    # Lists

    def _receive_list(self, answer: ListAnswered, now: float) -> None:
        waiting = self._waiting_list
        if waiting is not None and waiting.wanted:
            answer = ListAnswered(answer.names, wanted=True)
        self._waiting_list = answer
        if self._reader is None and self._changes is None:  # else many short lists would hurry a long one on
            self._work_on_lists(now)

    def _work_on_lists(self, now: float) -> None:
        for _ in range(LIST_STEPS_AT_ONCE):
            if self._reader is not None:
                if self._reader.read(LIST_STEP_BYTES):
                    reader, self._reader = self._reader, None
                    self._take_list(reader, now)
            elif self._changes is not None:
                events = list(islice(self._changes, LIST_STEP_NAMES))
                if not events:
                    self._changes = None
                for event in events:
                    if event is not None:
                        self._queue.emit(event)
            elif self._waiting_list is not None:
                answer, self._waiting_list = self._waiting_list, None
                self._list_is_wanted = answer.wanted
                self._reader = NameListReader(answer.names, max_names=self._limits.max_people)
            else:
                return
        self._queue.timers.arm(self, now)

    def _take_list(self, reader: NameListReader, now: float) -> None:
        assert self._link is not None  # the work on a list ends with its connection
        names = reader.names
        names.pop(self._link.name, None)
        if self._step(_Input.ANSWERED):
            self._name_before = None
            self._backoff.note_registered(now=now)
            self._queue.emit(TrackerRegistered(self.name, tuple(names)))
            first, self._ever_registered = not self._ever_registered, True
            if first:
                self._people = names  # they did not come, they were there
            self.observer.tracker_registered(now=now)
        if reader.dropped and not self._told_dropped:
            self._told_dropped = True
            self._queue.emit(NamesDropped(reader.dropped))
        self.observer.people_listed(names, now=now)
        self._changes = self._changes_to(names)

    def _changes_to(self, names: dict[str, None]) -> Iterator[NodeEvent | None]:
        """Make the list of active users equal to ``names``, one by one; yield what changed, or None."""
        for name in names:
            if name in self._people:
                yield None
            else:
                self._people[name] = None
                yield CameOnline(name)
        for name in [name for name in self._people if name not in names]:
            del self._people[name]
            yield WentOffline(name)
        self._people = names  # in the tracker's order
        if self._list_is_wanted:
            yield PeopleListed(tuple(names))

    def _wait(self, reason: TrackerLossReason, detail: LossReason | None, now: float) -> None:
        was_refused = reason is TrackerLossReason.REFUSED
        if was_refused and self._name_before is not None:
            self.name, self._name_before = self._name_before, None
            retry_at = now
        else:
            retry_at = now + self._backoff.next_delay(self._random(), was_refused=was_refused, now=now)
        self.retry_at = retry_at
        self._queue.timers.arm(self, retry_at)
        self._queue.emit(TrackerLost(reason, detail, retry_at, self._ever_registered))
        self.observer.tracker_lost(now=now)
