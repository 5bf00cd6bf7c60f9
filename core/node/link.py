"""What a node's connections have in common, to its tracker and to its peers."""

from abc import abstractmethod
from typing import Any, Generic, Protocol, TypeVar

from ..connection import BytesLike, Connection
from ..events import LossReason

AnyLink_contra = TypeVar("AnyLink_contra", contravariant=True)
LinkEvent = TypeVar("LinkEvent")


class LinkOwner(Protocol[AnyLink_contra]):
    """The part of a node that a link settles with."""

    def settle(self, link: AnyLink_contra, *, now: float) -> None:
        """Act on the link's events, set its timer, and have the adapter flush it."""


class Link(Connection, Generic[LinkEvent]):
    """One TCP connection of a node; after each input it settles with its owner.

    A subclass says what the inputs mean. It ends by setting ``_ended``;
    later inputs are ignored.
    """

    def __init__(self, owner: LinkOwner[Any]) -> None:  # a subclass says whose owner it is
        self._owner = owner
        self._events: list[LinkEvent] = []
        self._outgoing: bytearray = bytearray()
        self._half_closed = False
        self._ended = False

    def __repr__(self) -> str:
        state = "ended" if self._ended else "half closed" if self._half_closed else "open"
        return f"<{type(self).__name__}: {self._describe()}{state}>"

    def _describe(self) -> str:
        """What a subclass says of itself in its repr, with a comma behind it."""
        return ""

    # Receiving

    def receive_data(self, data: BytesLike, *, now: float) -> None:
        if data and not self._ended:
            self._take_data(data if type(data) is bytes else bytes(memoryview(data)), now)
        self.settle(now=now)

    def receive_eof(self, *, now: float) -> None:
        if not self._ended:
            self._take_eof(now)
        self.settle(now=now)

    def connection_lost(self, reason: LossReason, *, now: float) -> None:
        if not self._ended:
            self._take_loss(reason, now)
        self.settle(now=now)

    def handle_timer(self, *, now: float) -> None:
        """Act on every deadline that has passed; harmless early, late and after the end."""
        if not self._ended:
            self._take_time(now)
        self.settle(now=now)

    def report_unsent(self, unsent_bytes: int, *, now: float) -> None:
        """Without effect, unless a subclass has a limit."""

    def report_unacknowledged(self, unacknowledged_bytes: int, *, now: float) -> None:
        """Without effect, unless a subclass accounts for what was read."""

    # Fetching

    def data_to_send(self) -> bytes:
        if not self._outgoing:
            return b""
        data = bytes(self._outgoing)
        self._outgoing.clear()
        return data

    @property
    def wants_half_close(self) -> bool:
        return self._half_closed

    @property
    def wants_close(self) -> bool:
        return self._ended

    @abstractmethod
    def next_timer(self) -> float | None:
        """When ``handle_timer`` is due; None if never."""

    # For the owner

    def take_events(self) -> list[LinkEvent]:
        """Return what happened since the last call, each event once."""
        events, self._events = self._events, []
        return events

    def settle(self, *, now: float) -> None:
        """Let the owner act on what happened."""
        self._owner.settle(self, now=now)

    # For the subclass

    @abstractmethod
    def _take_data(self, data: bytes, now: float) -> None: ...

    @abstractmethod
    def _take_eof(self, now: float) -> None: ...

    @abstractmethod
    def _take_loss(self, reason: LossReason, now: float) -> None: ...

    @abstractmethod
    def _take_time(self, now: float) -> None: ...
