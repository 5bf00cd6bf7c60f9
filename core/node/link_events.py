"""The events of one link, for the ``Node`` that owns it; immutable like those of ``events.py``."""

from dataclasses import dataclass

from ..events import ChatEnd, LossReason, TextId, TrackerLossReason

# From a TrackerLink


@dataclass(slots=True)
class ListAnswered:
    """Emitted for each ``LIST`` answer; the first one proves the registration (§3.1)."""

    names: bytes
    """Raw, for ``NameListReader``; our own name may be among them."""
    wanted: bool
    """Whether it answers ``request_list``."""


@dataclass(slots=True)
class AddressFound:
    """Emitted when the tracker has named the address of ``name``."""

    name: str
    host: str
    port: int


@dataclass(slots=True)
class AddressUnknown:
    """Emitted when the fence or the time limit says that ``name`` is not active (§3.3)."""

    name: str


@dataclass(slots=True)
class TrackerLinkEnded:
    """Emitted exactly once, last."""

    reason: TrackerLossReason
    detail: LossReason | None


TrackerLinkEvent = ListAnswered | AddressFound | AddressUnknown | TrackerLinkEnded

# From a PeerLink


@dataclass(slots=True)
class PeerSilent:
    """Emitted once for an accepted connection that has not sent a byte for a second (§4.1)."""


@dataclass(slots=True)
class PeerIntroduced:
    """Emitted once for an accepted connection, when its first line has come (§4.1)."""

    name: str | None
    """None if it gave none."""
    possible_name: str | None = None
    """The first line of a peer without a name, if it could be one; it may as well be a text."""


@dataclass(slots=True)
class TextHeard:
    """Emitted for each text from the peer, unguarded."""

    text: str


@dataclass(slots=True)
class PeerLinkEnded:
    """Emitted exactly once, last."""

    end: ChatEnd
    detail: LossReason | None
    unsent: tuple[TextId, ...]
    unconfirmed: tuple[TextId, ...]
    acknowledged: tuple[TextId, ...] = ()


PeerLinkEvent = PeerSilent | PeerIntroduced | TextHeard | PeerLinkEnded
