"""What the machines report: immutable events, each once, named in the past tense.

``TrackerEvent`` comes from ``Tracker``; ``NodeEvent`` from ``Node``. Consumers
``match`` over the union and end with ``assert_never``. ``NodeRequest`` is what a
``Node`` asks of its adapter.
"""

import enum
from dataclasses import dataclass
from typing import NewType

from .limits import DIAL_TIMEOUT_SECONDS

ConversationId = NewType("ConversationId", int)
"""The number of a conversation of a ``Node``: 1, 2, 3 …; never used again."""
TextId = NewType("TextId", int)
"""The number of a text that the user sent; it grows by one with each text of a ``Node``."""


class LossReason(enum.Enum):
    """Why a connection or a dial failed, as an adapter saw it."""

    REFUSED = "refused"
    """No program listens there."""
    TIMED_OUT = "timed out"
    """No answer: to a dial, or to sent bytes (§4.9)."""
    NO_ROUTE = "no route"
    """The network cannot reach the address."""
    UNKNOWN_HOST = "unknown host"
    """The name has no address."""
    RESET = "reset"
    """The other side broke the connection off."""
    UNUSABLE_ADDRESS = "unusable address"
    """The tracker named an address that cannot be the peer's: our own, or loopback by a distant tracker."""
    NO_TRACKER = "no tracker"
    """The address is unknown, because there is no tracker to ask."""
    ERROR = "error"
    """Anything else that the operating system reports."""


# What a Tracker reports (docs/protocol.md §2)


class RefusalReason(enum.Enum):
    """Why a tracker shut a connection instead of serving it."""

    BAD_USER = "bad user"
    """``USER`` with an unfit name or port (§2.2)."""
    NAME_TAKEN = "name taken"
    """Another connection holds the name (§2.2)."""
    TOO_MANY_CLIENTS = "too many clients"
    TOO_MANY_FROM_HOST = "too many from host"
    BANNED = "banned"
    """``Tracker.ban`` said so."""


class DepartureReason(enum.Enum):
    """Why a connection of a tracker ended."""

    __hash__ = object.__hash__  # an enumeration's own is slow, and every connection looks up one reason

    END_OF_STREAM = "end of stream"
    DISC = "disc"
    """The client said ``DISC`` (§2.5)."""
    EXPIRED = "expired"
    """No valid instruction for three keepalive periods (§2.4)."""
    REPLACED = "replaced"
    """It was silent, and a newcomer took its name (§2.2)."""
    REFUSED = "refused"
    """The ``ClientRefused`` just before it has the reason."""
    LINE_TOO_LONG = "line too long"
    """One line was longer than any request (§2.3)."""
    GARBLED = "garbled"
    """Too many invalid lines in a row (§2.3)."""
    NOT_READING = "not reading"
    """Too many unread replies (§2.6)."""
    CONNECTION_LOST = "connection lost"
    DISMISSED = "dismissed"
    """``Tracker.dismiss`` or ``Tracker.ban`` sent it away."""
    SHUTDOWN = "shutdown"
    """The tracker itself is closing."""


@dataclass(frozen=True, slots=True)
class ClientRegistered:
    """Emitted when ``USER`` is accepted, also for a moved port or a new name."""

    connection: int
    name: str
    host: str
    port: int
    online: int
    """How many users are active now."""
    previous_name: str | None = None
    """The name that this connection had until now, if it had one."""


@dataclass(frozen=True, slots=True)
class ClientRefused:
    """Emitted when a connection is turned away; ``ClientDeparted`` follows."""

    connection: int
    reason: RefusalReason
    host: str
    line: bytes
    """The offending line, cut to 80 bytes; empty if there is none."""


@dataclass(frozen=True, slots=True)
class ClientDeparted:
    """Emitted exactly once for every connection, as its last event."""

    connection: int
    reason: DepartureReason
    host: str
    name: str | None
    """None if it never registered."""
    online: int
    """How many users are active now."""
    idle_seconds: float
    """Seconds since its last valid instruction."""


@dataclass(frozen=True, slots=True)
class ClientListed:
    """Emitted for each ``LIST`` answered, if the tracker reports queries."""

    connection: int
    name: str
    online: int


@dataclass(frozen=True, slots=True)
class AddressAsked:
    """Emitted for each ``ADDR`` of a registered client, if the tracker reports queries."""

    connection: int
    name: str
    """The user that asked."""
    asked: str
    found: bool


@dataclass(frozen=True, slots=True)
class AddressAskedRepeatedly:
    """Emitted once a connection, when it asks for one active user three times in a row within 30 s.

    It may not understand the reply, because it is of the other edition (§1).
    """

    connection: int
    name: str
    """The user that asked."""
    asked: str


@dataclass(frozen=True, slots=True)
class KeepReceived:
    """Emitted for each ``KEEP``, if the tracker reports queries."""

    connection: int
    name: str | None


@dataclass(frozen=True, slots=True)
class LineIgnored:
    """Emitted for a line that is no valid instruction (§2.3)."""

    connection: int
    line: bytes
    """Cut to 80 bytes."""


TrackerEvent = (
    ClientRegistered
    | ClientRefused
    | ClientDeparted
    | ClientListed
    | AddressAsked
    | AddressAskedRepeatedly
    | KeepReceived
    | LineIgnored
)


# What a Node reports (docs/protocol.md §3)


class TrackerLossReason(enum.Enum):
    """Why a node is without its tracker."""

    UNREACHABLE = "unreachable"
    """The connection could not be made; ``detail`` says why."""
    REFUSED = "refused"
    """The stream ended before any answer: the name is taken or unfit (§3.1)."""
    CLOSED = "closed"
    """The tracker ended the stream."""
    BROKEN = "broken"
    """The connection was lost."""
    SILENT = "silent"
    """No answer to ``LIST`` for 15 s (§3.6)."""
    FAULTY = "faulty"
    """It sent a line of more than 8 MiB (§3.6)."""


@dataclass(frozen=True, slots=True)
class TrackerRegistered:
    """Emitted when the first ``LIST`` answer proves the registration (§3.1)."""

    name: str
    names: tuple[str, ...]
    """The other active users, in the tracker's order."""


@dataclass(frozen=True, slots=True)
class TrackerLost:
    """Emitted when the tracker cannot be reached, refuses or is lost; a retry follows by itself."""

    reason: TrackerLossReason
    detail: LossReason | None
    retry_at: float
    """When the next attempt begins, on the caller's monotonic clock."""
    ever_registered: bool
    """False before the first registration: then a refusal means that the user should choose another name."""


@dataclass(frozen=True, slots=True)
class CameOnline:
    """Emitted for each name that is new in a ``LIST`` answer (§3.2)."""

    name: str


@dataclass(frozen=True, slots=True)
class WentOffline:
    """Emitted for each name that is missing in a ``LIST`` answer (§3.2)."""

    name: str


@dataclass(frozen=True, slots=True)
class PeopleListed:
    """Emitted for the answer to ``Node.refresh_list``."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NamesDropped:
    """Emitted when names of a ``LIST`` answer are left out, once for each connection to a tracker (§3.4)."""

    count: int
    """How many were too long, or too many."""


@dataclass(frozen=True, slots=True)
class PersonNotOnline:
    """Emitted when the tracker does not know the name that the user wanted to chat with (§3.3)."""

    conversation: ConversationId
    name: str
    texts: tuple[TextId, ...]
    """Texts that waited for the connection and were not sent."""


# What a Node reports (docs/protocol.md §4)


class ChatEnd(enum.Enum):
    """How a conversation's last connection ended."""

    WE_LEFT = "we left"
    """``end_chat`` or ``leave``, carried out."""
    FAREWELL = "farewell"
    """The peer said ``DISC``."""
    END_OF_STREAM = "end of stream"
    """The peer closed with no ``DISC``: no error, the 2026 edition has none (§4.6)."""
    LOST = "lost"
    """The connection broke; ``detail`` says how."""
    DISPLACED = "displaced"
    """We closed an idle connection to make room for another caller (§4.1)."""


@dataclass(frozen=True, slots=True)
class ChatRequested:
    """Emitted when a chat is being opened: its address is asked for or dialled; again after an end that it outlives."""

    conversation: ConversationId
    name: str
    """The wanted name, or ``host:port`` for a chat by address."""


@dataclass(frozen=True, slots=True)
class ChatOpened:
    """Emitted when a conversation gets its first connection, and again after each end."""

    conversation: ConversationId
    name: str | None
    """The name that the peer has or claims; None for an unnamed peer."""
    host: str
    port: int
    """The port where the peer listens, if we dialled; else the port that it called from."""
    incoming: bool
    namesake: bool
    """Another conversation has the same name from another address (§4.8)."""


@dataclass(frozen=True, slots=True)
class ChatFailed:
    """Emitted when a wanted chat cannot be connected."""

    conversation: ConversationId
    name: str
    host: str
    """Empty, with port 0, if the address is not known."""
    port: int
    reason: LossReason
    texts: tuple[TextId, ...]
    """Texts that waited for the connection and were not sent."""


@dataclass(frozen=True, slots=True)
class TextReceived:
    """Emitted for each text from a peer, exactly as the other user typed it."""

    conversation: ConversationId
    text: str
    """Not safe to show as it is: it may hold any character but LF."""


@dataclass(frozen=True, slots=True)
class ChatEnded:
    """Emitted when a conversation has lost its last connection."""

    conversation: ConversationId
    end: ChatEnd
    detail: LossReason | None
    """Set where ``end`` is ``LOST``."""
    unsent: tuple[TextId, ...]
    """Texts that certainly did not leave, in order."""
    unconfirmed: tuple[TextId, ...]
    """Texts that may not have arrived, in order (§4.10)."""
    acknowledged: tuple[TextId, ...] = ()
    """Texts that the peer's system has; whether they were read is not known (§4.10)."""


@dataclass(frozen=True, slots=True)
class TextsUnconfirmed:
    """Emitted when texts are lost, or may be, and the conversation goes on (§4.7, §4.10)."""

    conversation: ConversationId
    unsent: tuple[TextId, ...]
    """Texts that certainly did not leave, in order."""
    unconfirmed: tuple[TextId, ...]
    """Texts that may not have arrived, in order."""
    acknowledged: tuple[TextId, ...] = ()
    """Texts that the peer's system has; whether they were read is not known."""


@dataclass(frozen=True, slots=True)
class CallBackEnded:
    """Emitted when a call back is decided, unless the conversation or the connection that it was for has ended (§4.7)."""

    conversation: ConversationId
    took_over: bool
    """Texts go out on the new connection now; if not, on the old one as before."""


@dataclass(frozen=True, slots=True)
class CallersTurnedAway:
    """Emitted when callers were turned away: at once for the first, then at most once a minute (§4.1)."""

    count: int
    """How many, since the last such event."""


class Verdict(enum.Enum):
    """What the tracker says of the address behind a claimed name (§4.8)."""

    VERIFIED = "verified"
    """It names the same address."""
    MISMATCH = "mismatch"
    """It names another address."""
    UNKNOWN_NAME = "unknown name"
    """It does not know the name."""


@dataclass(frozen=True, slots=True)
class PeerVerified:
    """Emitted when the tracker has answered for an incoming name."""

    conversation: ConversationId
    verdict: Verdict
    host: str
    """Where the peer called from."""
    tracker_host: str | None
    """The address that the tracker names; None if it knows none."""


@dataclass(frozen=True, slots=True)
class PeerNamed:
    """Emitted when the tracker's list shows that the first line of an unnamed peer was its name (§4.1)."""

    conversation: ConversationId
    name: str
    namesake: bool
    """Another conversation has the same name from another address (§4.8)."""


@dataclass(frozen=True, slots=True)
class NodeLeft:
    """Emitted exactly once, last: ``leave`` is carried out and every connection is closed."""


NodeEvent = (
    TrackerRegistered
    | TrackerLost
    | CameOnline
    | WentOffline
    | PeopleListed
    | NamesDropped
    | PersonNotOnline
    | ChatRequested
    | ChatOpened
    | ChatFailed
    | TextReceived
    | ChatEnded
    | TextsUnconfirmed
    | CallBackEnded
    | CallersTurnedAway
    | PeerNamed
    | PeerVerified
    | NodeLeft
)


# What a Node asks of its adapter


@dataclass(frozen=True, slots=True)
class ReachTracker:
    """Connect to the tracker; report ``tracker_connected`` or ``tracker_unreachable``.

    It replaces an attempt that is under way; if that one connects all the same,
    the first to connect counts.
    """

    timeout_seconds: float = DIAL_TIMEOUT_SECONDS


@dataclass(frozen=True, slots=True)
class DialPeer:
    """Connect to a peer; report ``dial_succeeded`` or ``dial_failed`` with the same number."""

    dial: int
    host: str
    port: int
    timeout_seconds: float


@dataclass(frozen=True, slots=True)
class CancelDial:
    """Cancel a dial; report nothing for it."""

    dial: int


NodeRequest = ReachTracker | DialPeer | CancelDial
