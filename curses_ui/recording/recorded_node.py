"""The network of a recorded session: notes everything that the outside, and the user, tell the node."""

import random
from collections.abc import Callable
from typing import Final
from weakref import WeakValueDictionary

from core import Connection, ConversationId, LossReason, Node, NodeEvent, TextId
from io_adapters import Reactor

from ..run.network import SocketNetwork
from ..run.network_plan import NetworkPlan
from .session_file import Kind, Note, Value


class RecordedNetwork(SocketNetwork):
    """The real network, with a node that notes what it is told."""

    def __init__(
        self,
        reactor: Reactor,
        name: str,
        plan: NetworkPlan,
        on_event: Callable[[NodeEvent], None],
        on_exhausted: Callable[[OSError], None],
        note: Note,
    ) -> None:
        self._note_entry: Final = note
        self._is_noting = False
        self._reactor_of_notes: Final = reactor
        self.began_at: Final = reactor.time()
        """When the node was made."""

        def make_node(port: int) -> Node:
            return RecordedNode(name, port, reactor=reactor, note=note)

        super().__init__(reactor, plan, make_node, on_event, on_exhausted)

    def pump(self) -> None:
        """See ``Network``; what happens meanwhile stands between two notes."""
        if self._is_noting:
            return  # as the real one does
        self._is_noting = True
        self._note_entry(self._reactor_of_notes.now, Kind.PUMP)
        try:
            super().pump()
        finally:
            self._note_entry(self._reactor_of_notes.now, Kind.PUMPED)
            self._is_noting = False


class RecordedNode(Node):
    """A node that notes what its adapter and its user tell it."""

    def __init__(self, name: str, listen_port: int, *, reactor: Reactor, note: Note) -> None:
        self._note: Final = note
        self._reactor: Final = reactor
        self._connections = 0
        self._recorded: Final[WeakValueDictionary[Connection, RecordedConnection]] = WeakValueDictionary()
        super().__init__(name, listen_port, now=reactor.now, random=self._random)

    def _random(self) -> float:
        number = random.random()
        self._note(self._reactor.now, Kind.RANDOM, number)
        return number

    def _record(self, connection: Connection) -> Connection:
        self._connections += 1
        recorded = RecordedConnection(connection, self._connections, self._reactor, self._note)
        self._recorded[connection] = recorded
        return recorded

    # Reports of the adapter

    def tracker_connected(self, host: str, *, now: float) -> Connection:
        """See ``Node``."""
        self._note(now, Kind.NODE, "tracker_connected", host)
        return self._record(super().tracker_connected(host, now=now))

    def tracker_unreachable(self, reason: LossReason, *, now: float) -> None:
        """See ``Node``."""
        self._note(now, Kind.NODE, "tracker_unreachable", reason.name)
        super().tracker_unreachable(reason, now=now)

    def dial_succeeded(self, dial: int, *, now: float) -> Connection:
        """See ``Node``."""
        self._note(now, Kind.NODE, "dial_succeeded", dial)
        return self._record(super().dial_succeeded(dial, now=now))

    def dial_failed(self, dial: int, reason: LossReason, *, now: float) -> None:
        """See ``Node``."""
        self._note(now, Kind.NODE, "dial_failed", dial, reason.name)
        super().dial_failed(dial, reason, now=now)

    def accept_peer(self, host: str, port: int, *, now: float) -> Connection:
        """See ``Node``."""
        self._note(now, Kind.NODE, "accept_peer", host, port)
        return self._record(super().accept_peer(host, port, now=now))

    def handle_timer(self, *, now: float) -> None:
        """See ``Node``."""
        self._note(now, Kind.NODE, "handle_timer")
        super().handle_timer(now=now)

    # Fetching

    def take_events(self) -> list[NodeEvent]:
        """See ``Node``."""
        events = super().take_events()
        if events:
            self._note(self._reactor.now, Kind.EVENTS, len(events))
        return events

    def take_ready(self) -> list[Connection]:
        """See ``Node``; those whose socket is gone are left out."""
        found = (self._recorded.get(connection) for connection in super().take_ready())
        return [recorded for recorded in found if recorded is not None]

    # Intents of the user

    def open_chat(self, name: str, *, now: float) -> ConversationId:
        """See ``Node``."""
        self._note(now, Kind.INTENT, "open_chat", name)
        return super().open_chat(name, now=now)

    def open_chat_at(self, host: str, port: int, *, now: float) -> ConversationId:
        """See ``Node``."""
        self._note(now, Kind.INTENT, "open_chat_at", host, port)
        return super().open_chat_at(host, port, now=now)

    def say(self, conversation: ConversationId, text: str, *, now: float) -> TextId:
        """See ``Node``."""
        self._note(now, Kind.INTENT, "say", conversation, text)
        return super().say(conversation, text, now=now)

    def end_chat(self, conversation: ConversationId, *, now: float) -> None:
        """See ``Node``."""
        self._note(now, Kind.INTENT, "end_chat", conversation)
        super().end_chat(conversation, now=now)

    def refresh_list(self, *, now: float) -> None:
        """See ``Node``."""
        self._note(now, Kind.INTENT, "refresh_list")
        super().refresh_list(now=now)

    def reconnect(self, *, now: float) -> None:
        """See ``Node``."""
        self._note(now, Kind.INTENT, "reconnect")
        super().reconnect(now=now)

    def rename(self, name: str, *, now: float) -> None:
        """See ``Node``."""
        self._note(now, Kind.INTENT, "rename", name)
        super().rename(name, now=now)

    def leave(self, *, now: float) -> None:
        """See ``Node``."""
        self._note(now, Kind.INTENT, "leave")
        super().leave(now=now)


class RecordedConnection:
    """A ``Connection`` that notes what its socket tells it."""

    def __init__(self, connection: Connection, number: int, reactor: Reactor, note: Note) -> None:
        self._connection: Final = connection
        self._number: Final = number
        self._reactor: Final = reactor
        self._note_entry: Final = note

    def _note(self, now: float, method: str, *values: Value) -> None:
        self._note_entry(now, Kind.CONNECTION, self._number, method, *values)

    def receive_data(self, data: bytes, *, now: float) -> None:
        """See ``Connection``."""
        self._note(now, "receive_data", data.decode("latin-1"))
        self._connection.receive_data(data, now=now)

    def receive_eof(self, *, now: float) -> None:
        """See ``Connection``."""
        self._note(now, "receive_eof")
        self._connection.receive_eof(now=now)

    def connection_lost(self, reason: LossReason, *, now: float) -> None:
        """See ``Connection``."""
        self._note(now, "connection_lost", reason.name)
        self._connection.connection_lost(reason, now=now)

    def report_unsent(self, unsent_bytes: int, *, now: float) -> None:
        """See ``Connection``."""
        self._note(now, "report_unsent", unsent_bytes)
        self._connection.report_unsent(unsent_bytes, now=now)

    def report_unacknowledged(self, unacknowledged_bytes: int, *, now: float) -> None:
        """See ``Connection``."""
        self._note(now, "report_unacknowledged", unacknowledged_bytes)
        self._connection.report_unacknowledged(unacknowledged_bytes, now=now)

    def data_to_send(self) -> bytes:
        """See ``Connection``; when bytes leave counts for what becomes of texts."""
        data = self._connection.data_to_send()
        if data:
            self._note(self._reactor.now, "data_to_send", len(data))
        return data

    @property
    def wants_half_close(self) -> bool:
        """See ``Connection``."""
        return self._connection.wants_half_close

    @property
    def wants_close(self) -> bool:
        """See ``Connection``."""
        return self._connection.wants_close
