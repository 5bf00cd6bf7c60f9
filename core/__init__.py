"""The Prosa protocol as pure state machines: bytes and time in, events and bytes out.

``Tracker`` is the whole of a tracker, ``Node`` the whole of a client. Both hand
out ``Connection`` objects, one for each TCP connection. There are no sockets,
clocks or random numbers here: an adapter for any I/O framework brings them.

The order to read in; a room may import only what stands above it:

- ``limits``, ``errors``, ``events``: every number, every error, every event and request; ``version``.
- ``connection``: what an adapter calls.
- ``wire``: bytes to lines, lines to instructions and messages, and back.
- ``tracker``: a tracker (docs/protocol.md §2).
- ``node``: a client of a tracker and a peer of many (§3, §4).
- ``tap``: what went over the wire, as lines for people. No machine needs it; it has a face of its own.
- ``assignment``: what the assignment says of the protocol. No machine needs it; it has a face of its own.
"""

from .connection import BytesLike, Connection, Machine, NodeMachine
from .errors import BufferFull, LocalProtocolError, NotConnected
from .events import (
    AddressAsked,
    AddressAskedRepeatedly,
    CallBackEnded,
    CallersTurnedAway,
    CameOnline,
    CancelDial,
    ChatEnd,
    ChatEnded,
    ChatFailed,
    ChatOpened,
    ChatRequested,
    ClientDeparted,
    ClientListed,
    ClientRefused,
    ClientRegistered,
    ConversationId,
    DepartureReason,
    DialPeer,
    KeepReceived,
    LineIgnored,
    LossReason,
    NamesDropped,
    NodeEvent,
    NodeLeft,
    NodeRequest,
    PeerNamed,
    PeerVerified,
    PeopleListed,
    PersonNotOnline,
    ReachTracker,
    RefusalReason,
    TextId,
    TextReceived,
    TextsUnconfirmed,
    TrackerEvent,
    TrackerLossReason,
    TrackerLost,
    TrackerRegistered,
    Verdict,
    WentOffline,
)
from .limits import (
    CLOSE_SECONDS,
    PEER_KEEPALIVE_IDLE_SECONDS,
    PEER_KEEPALIVE_INTERVAL_SECONDS,
    PEER_KEEPALIVE_PROBES,
    PEER_UNACKNOWLEDGED_SECONDS,
    Limits,
)
from .node.node import Node
from .node.tracker_session import TrackerState
from .tracker.tracker import Tracker, TrackerConfig, TrackerConnection, UserStatus
from .version import VERSION
from .wire.addresses import format_address, is_ip_address
from .wire.chat_text import split_text
from .wire.messages import Edition
from .wire.names import NameFault, fit_name, name_fault, normalise_name

__all__ = [
    "CLOSE_SECONDS",
    "PEER_KEEPALIVE_IDLE_SECONDS",
    "PEER_KEEPALIVE_INTERVAL_SECONDS",
    "PEER_KEEPALIVE_PROBES",
    "PEER_UNACKNOWLEDGED_SECONDS",
    "VERSION",
    "AddressAsked",
    "AddressAskedRepeatedly",
    "BufferFull",
    "BytesLike",
    "CallBackEnded",
    "CallersTurnedAway",
    "CameOnline",
    "CancelDial",
    "ChatEnd",
    "ChatEnded",
    "ChatFailed",
    "ChatOpened",
    "ChatRequested",
    "ClientDeparted",
    "ClientListed",
    "ClientRefused",
    "ClientRegistered",
    "Connection",
    "ConversationId",
    "DepartureReason",
    "DialPeer",
    "Edition",
    "KeepReceived",
    "Limits",
    "LineIgnored",
    "LocalProtocolError",
    "LossReason",
    "Machine",
    "NameFault",
    "NamesDropped",
    "Node",
    "NodeEvent",
    "NodeLeft",
    "NodeMachine",
    "NodeRequest",
    "NotConnected",
    "PeerNamed",
    "PeerVerified",
    "PeopleListed",
    "PersonNotOnline",
    "ReachTracker",
    "RefusalReason",
    "TextId",
    "TextReceived",
    "TextsUnconfirmed",
    "Tracker",
    "TrackerConfig",
    "TrackerConnection",
    "TrackerEvent",
    "TrackerLost",
    "TrackerLossReason",
    "TrackerRegistered",
    "TrackerState",
    "UserStatus",
    "Verdict",
    "WentOffline",
    "fit_name",
    "format_address",
    "is_ip_address",
    "name_fault",
    "normalise_name",
    "split_text",
]
