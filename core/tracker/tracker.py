"""The tracker: which users are active, and where they listen (docs/protocol.md §1, §2).

``Tracker`` decides everything. A ``TrackerConnection`` is its record of one client, with
the face that an adapter drives. There is one way from bytes to replies: one whole request
whose reply is ready is looked up; anything else is cut into lines, and what is not ready
goes through ``parse_request``.
"""

import enum
import ipaddress
from collections import deque
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, assert_never

from ..connection import BytesLike, Connection
from ..events import (
    AddressAsked,
    AddressAskedRepeatedly,
    ClientDeparted,
    ClientListed,
    ClientRefused,
    ClientRegistered,
    DepartureReason,
    KeepReceived,
    LineIgnored,
    LossReason,
    RefusalReason,
    TrackerEvent,
)
from ..limits import (
    DEFAULT_LIMITS,
    EXPIRY_KEEPALIVES,
    GHOST_KEEPALIVES,
    KEEPALIVE_SECONDS,
    MAX_GARBLED_LINES,
    MAX_REQUEST_BYTES,
    Limits,
)
from ..wire.framing import cut_lines
from ..wire.addresses import is_loopback, normalise_host
from ..wire.messages import (
    CRLF,
    AddressRequest,
    Disconnect,
    Edition,
    Keep,
    ListRequest,
    Register,
    encode,
    is_register,
    parse_request,
)
from ..wire.names import normalise_name
from .expiry import ExpiryQueue
from .registry import ReadyReplies, Registry, User, address_line

_LIST_LINE: Final = encode(ListRequest())
_LATER: Final = b"later"  # sentinel "answer it later"; compare with ``is``
_REPORTED_LINE_BYTES: Final = 80
_LONGEST_ADDRESS_REPLY_BYTES: Final = 330  # 64 characters of four bytes, an IPv6 address and a port
_KNOWN_HOSTS: Final = 1024  # remembered in their normal form: to parse an address takes longer than to accept
REPETITION_SECONDS: Final = 30.0  # three questions about one user within this time are worth a report
_NEVER: Final = float("-inf")
_NOT_READING: Final = (
    DepartureReason.EXPIRED,
    DepartureReason.REPLACED,
    DepartureReason.NOT_READING,
    DepartureReason.CONNECTION_LOST,
)
"""After these, drop pending output: nobody will read it."""


@dataclass(frozen=True, slots=True)
class TrackerConfig:
    """The options of a tracker."""

    keepalive_seconds: float = KEEPALIVE_SECONDS
    """The period of ``KEEP``. After 2 silent periods a client may lose its name, after 3 it is disconnected."""
    edition: Edition = Edition.E2024
    """The form of ``ADDR`` replies (§1)."""
    max_clients: int | None = None
    """Connections at once; None for no limit."""
    max_clients_per_host: int | None = None
    """Connections at once from one address; None for no limit."""
    max_request_bytes: int = MAX_REQUEST_BYTES
    """A longer line ends the connection (§2.3)."""
    max_garbled_lines: int = MAX_GARBLED_LINES
    """More in a row end the connection (§2.3)."""


@dataclass(frozen=True, slots=True)
class UserStatus:
    """One active user, for reports."""

    connection: int
    name: str
    host: str
    port: int
    idle_seconds: float
    """Seconds since its last valid instruction."""


class _State(enum.Enum):
    NEW = enum.auto()
    """No ``USER`` yet: ``LIST`` and ``ADDR`` are not answered (§2.3)."""
    ACTIVE = enum.auto()
    """Registered: the name is in the list."""
    GONE = enum.auto()
    """The connection will be closed; input is ignored."""

    __hash__ = object.__hash__  # an enumeration's own is slow, and every connection looks up two states


# In Python 3.11 the look-up in the enumeration takes longer than most requests.
_NEW: Final = _State.NEW
_ACTIVE: Final = _State.ACTIVE
_GONE: Final = _State.GONE

_MAY_FOLLOW: Final = {  # docs/protocol.md §5.1
    _State.NEW: (_State.ACTIVE, _State.GONE),
    _State.ACTIVE: (_State.ACTIVE, _State.GONE),
    _State.GONE: (),
}


class TrackerConnection(Connection):
    """One client of a ``Tracker``, made by ``Tracker.accept``; its tracker alone changes it."""

    __slots__ = (
        "_alive_at",
        "_asked",
        "_asked_at",
        "_asked_before_at",
        "_expiry_slot",
        "_garbled_lines",
        "_host",
        "_is_cut_off",
        "_is_postponed",
        "_is_asking_reported",
        "_outgoing",
        "_own_host",
        "_ready",
        "_rest",
        "_state",
        "_tracker",
        "_unsent_bytes",
        "_user",
        "number",
    )

    wants_half_close = False  # a tracker has nothing to wait for

    def __init__(self, tracker: "Tracker", number: int, host: str, own_host: str | None, now: float) -> None:
        self.number = number
        """Names this connection in events."""
        self._tracker = tracker
        self._host = host
        self._own_host = own_host  # the tracker's, as this client knows it; None on loopback
        self._state = _NEW
        self._user: User[TrackerConnection] | None = None  # while ACTIVE
        self._ready = tracker._greeting_table
        self._alive_at = now  # of the last valid instruction
        self._expiry_slot = 0
        self._asked = b""  # the request line of the last ``ADDR`` that was answered
        self._asked_at = now  # when it was asked last,
        self._asked_before_at = _NEVER  # and the time before, if there was no other one between
        self._is_asking_reported = False
        self._garbled_lines = 0  # in a row
        self._rest = b""  # of a line still incomplete, or of requests that are postponed
        self._is_postponed = False
        self._outgoing = b""
        self._unsent_bytes = 0
        self._is_cut_off = False  # nothing more is written

    def __repr__(self) -> str:
        name = repr(self._user.name) if self._user is not None else "no name"
        return f"<TrackerConnection {self.number}: {name}, {self._host or 'no address'}, {self._state.name}>"

    def receive_data(self, data: BytesLike, *, now: float) -> None:
        self._tracker._receive(self, data if type(data) is bytes else bytes(memoryview(data)), now)

    def receive_eof(self, *, now: float) -> None:
        self._tracker._receive_eof(self, now)

    def connection_lost(self, reason: LossReason, *, now: float) -> None:
        self._tracker._depart(self, DepartureReason.CONNECTION_LOST, now)

    def data_to_send(self) -> bytes:
        data = self._outgoing
        if data:
            self._outgoing = b""
        return data

    def report_unsent(self, unsent_bytes: int, *, now: float) -> None:
        self._unsent_bytes = unsent_bytes
        self._tracker._check_unread(self, now)

    def report_unacknowledged(self, unacknowledged_bytes: int, *, now: float) -> None:
        """Without effect: a client that has left needs no replies."""

    @property
    def wants_close(self) -> bool:
        return self._state is _GONE

    def _is_gone(self) -> bool:  # a call, because mypy narrows attributes across calls that change them
        return self._state is _GONE


class Tracker:
    """A tracker's whole state (a ``Machine``); drives nothing by itself.

    ``accept`` makes the connections.
    """

    def __init__(
        self,
        config: TrackerConfig | None = None,
        *,
        limits: Limits = DEFAULT_LIMITS,
        report_queries: bool = False,
    ) -> None:
        """Args:
        config: None for the defaults.
        limits: How much is kept for one client, and done at once.
        report_queries: Whether ``LIST``, ``ADDR`` and ``KEEP`` become events; then no reply is kept ready.
        """
        self._config = config if config is not None else TrackerConfig()
        self._limits = limits
        self._reports_queries = report_queries
        self._registry: Registry[TrackerConnection] = Registry(
            self._config.edition, keeps_ready=not report_queries
        )
        self._greeting_table = self._registry.greeting_table()
        self._expiry_seconds = EXPIRY_KEEPALIVES * self._config.keepalive_seconds
        self._ghost_seconds = GHOST_KEEPALIVES * self._config.keepalive_seconds
        self._expiry: ExpiryQueue[TrackerConnection] = ExpiryQueue(self._expiry_seconds)
        self._clients_by_host: dict[str, int] = {}  # kept only if there is a limit
        self._banned: set[str] = set()
        self._clients = 0
        self._last_number = 0
        self._events: list[TrackerEvent] = []
        self._to_flush: list[TrackerConnection] = []
        self._turn = 0.0  # when it began
        self._listed_bytes = 0  # in this turn
        self._postponed: deque[TrackerConnection] = deque()
        self._closing = False

    def __repr__(self) -> str:
        return f"<Tracker: {self.online} online, {self.clients} clients>"

    # Receiving

    def accept(self, peer_host: str, local_host: str, *, now: float) -> TrackerConnection:
        """Take a new connection; one too many wants to be closed at once.

        Args:
            peer_host: The client's address, as the socket tells it.
            local_host: The tracker's own address on this connection.
            now: Seconds of the caller's monotonic clock.
        """
        host, on_loopback = _known_host(peer_host)
        own_host = None if on_loopback else _known_host(local_host)[0]
        self._last_number += 1
        client = TrackerConnection(self, self._last_number, host, own_host, now)
        self._clients += 1
        if self._config.max_clients_per_host is not None:
            self._clients_by_host[host] = self._clients_by_host.get(host, 0) + 1
        client._expiry_slot = self._expiry.add(client, now + self._expiry_seconds)
        self._turn_away_if_full(client, now)
        return client

    def handle_timer(self, *, now: float) -> None:
        """Answer postponed lists, as many as one turn allows; disconnect the silent (§2.4, §2.6)."""
        if self._postponed:
            self._begin_turn(now)
            while self._postponed and self._listed_bytes < self._limits.max_list_bytes_at_once:
                client = self._postponed.popleft()
                if client._is_postponed:
                    self._resume(client, now)
                    self._to_flush.append(client)
        for client in self._expiry.take_due(now):
            deadline = client._alive_at + self._expiry_seconds
            if deadline > now:
                client._expiry_slot = self._expiry.add(client, deadline)
            else:
                self._depart(client, DepartureReason.EXPIRED, now)
                self._to_flush.append(client)

    def close(self, *, now: float) -> None:
        """Shut down: every connection wants to be closed, later ones too; again has no effect."""
        self._closing = True
        for client in sorted(self._expiry, key=lambda client: client.number):
            self._depart(client, DepartureReason.SHUTDOWN, now)
            self._to_flush.append(client)

    # Sending away

    def dismiss(self, name: str, *, now: float) -> bool:
        """Shut the connection of a user; returns whether there was such a user. Nothing keeps it from coming back."""
        user = self._registry.users.get(normalise_name(name))
        if user is None:
            return False
        self._dismiss(user.holder, now)
        return True

    def ban(self, host: str, *, now: float) -> int:
        """Shut all connections from an address, and refuse new ones; returns how many were shut.

        Raises:
            ValueError: ``host`` is no IP address.
        """
        ipaddress.ip_address(host)
        host = normalise_host(host)
        self._banned.add(host)
        found = sorted((client for client in self._expiry if client._host == host), key=lambda client: client.number)
        for client in found:
            self._dismiss(client, now)
        return len(found)

    def unban(self, host: str) -> bool:
        """Take connections from an address again; returns whether it was banned."""
        host = normalise_host(host)
        if host not in self._banned:
            return False
        self._banned.remove(host)
        return True

    # Fetching

    def next_timer(self) -> float | None:
        """When ``handle_timer`` is due: soon after the first deadline, so that many share one wake-up."""
        return self._turn if self._postponed else self._expiry.next_deadline

    def take_events(self) -> list[TrackerEvent]:
        """What happened since the last call, each once."""
        events, self._events = self._events, []
        return events

    def take_ready(self) -> list[TrackerConnection]:
        """The connections to flush that had no input of their own: closed, or answered late."""
        ready, self._to_flush = self._to_flush, []
        return ready

    # Queries

    @property
    def online(self) -> int:
        """How many users are active."""
        return len(self._registry.users)

    @property
    def clients(self) -> int:
        """How many connections there are, registered or not."""
        return self._clients

    def users(self, *, now: float) -> list[UserStatus]:
        """The active users, in order of registration; for reports, not for every turn of a loop."""
        return [
            UserStatus(user.holder.number, user.name, user.host, user.port, now - user.holder._alive_at)
            for user in self._registry.users.values()
        ]

    # From bytes to requests

    def _receive(self, client: TrackerConnection, data: bytes, now: float) -> None:
        if client._rest:
            data = client._rest + data
            client._rest = b""
        if client._is_postponed:
            self._postpone(client, data, now)
            return
        reply = client._ready.get(data)  # usually the data is one whole request, and not parsed
        if reply is not None:
            self._note_heard(client, now)
            if reply and not client._is_asking_reported:
                self._note_asked(client, data, now)
        elif data == _LIST_LINE and client._user is not None:
            self._note_heard(client, now)
            reply = self._list(client, client._user, now)
            if reply is _LATER:
                self._postpone(client, data, now)
                return
        else:
            reply = self._answer_lines(client, data, now)
        if reply:
            client._outgoing += reply
            if len(client._outgoing) + client._unsent_bytes > self._limits.max_unread_reply_bytes:
                self._check_unread(client, now)

    def _receive_eof(self, client: TrackerConnection, now: float) -> None:
        """The end of the stream unregisters at once (§2.5), after what came before it is answered."""
        while client._is_postponed:
            self._begin_turn(now)
            # All that it may leave unread in one go: to cut its requests into lines again for each list would take long.
            self._listed_bytes = -self._allowed_unread_bytes()
            self._resume(client, now)
            self._listed_bytes = max(0, self._listed_bytes)
        self._depart(client, DepartureReason.END_OF_STREAM, now)

    def _answer_lines(self, client: TrackerConnection, data: bytes, now: float) -> bytes:
        """Answer each line; what is behind the last line end waits for more."""
        if client._is_gone():
            return b""
        lines, rest, is_too_long = cut_lines(data, self._config.max_request_bytes)
        replies: list[bytes] = []
        unread_bytes = client._unsent_bytes + len(client._outgoing)
        is_heard = False  # by a request from the table, since the last other one
        for number, line in enumerate(lines):
            reply = client._ready.get(line + CRLF)
            if reply is not None:  # `_receive` looks at the size of all of them
                is_heard = True
                if reply:
                    if not client._is_asking_reported:
                        self._note_asked(client, line + CRLF, now)
                    replies.append(reply)
                continue
            if is_heard:
                is_heard = False
                self._note_heard(client, now)
            reply = self._answer(client, line, now)
            if reply is _LATER:
                self._postpone(client, data.split(b"\n", number)[-1], now)
                break
            if reply:
                replies.append(reply)
                unread_bytes += len(reply)
                if unread_bytes > self._limits.max_unread_reply_bytes and unread_bytes > self._allowed_unread_bytes():
                    self._depart(client, DepartureReason.NOT_READING, now)  # before replies fill the memory
            if client._is_gone():
                break
        else:
            client._rest = rest
            if is_heard:
                self._note_heard(client, now)
            if is_too_long:
                self._depart(client, DepartureReason.LINE_TOO_LONG, now)
        return b"" if client._is_cut_off else b"".join(replies)

    def _answer(self, client: TrackerConnection, line: bytes, now: float) -> bytes | None:
        request = parse_request(line)
        if request is None:
            self._refuse_or_ignore(client, line, now)
            return None
        self._note_heard(client, now)
        user = client._user
        match request:
            case Register():
                self._register(client, request, line, now)
            case ListRequest():
                return self._list(client, user, now) if user is not None else None  # §2.3
            case AddressRequest(name):
                return self._tell_address(client, user, name, now) if user is not None else None  # §2.3
            case Keep():
                if self._reports_queries:
                    self._events.append(KeepReceived(client.number, user.name if user is not None else None))
            case Disconnect():
                self._depart(client, DepartureReason.DISC, now)
            case _:
                assert_never(request)
        return None

    def _note_heard(self, client: TrackerConnection, now: float) -> None:
        """Any valid instruction is a sign of life (§2.4)."""
        client._alive_at = now
        client._garbled_lines = 0

    def _refuse_or_ignore(self, client: TrackerConnection, line: bytes, now: float) -> None:
        if is_register(line):
            self._refuse(client, RefusalReason.BAD_USER, line, now)
            return
        self._events.append(LineIgnored(client.number, line[:_REPORTED_LINE_BYTES]))
        client._garbled_lines += 1
        if client._garbled_lines > self._config.max_garbled_lines:
            self._depart(client, DepartureReason.GARBLED, now)

    # Taking turns (§2.6)

    def _begin_turn(self, now: float) -> None:
        """Begin another turn: everything that comes with the same ``now``.

        If everybody asks at once, thousands of long lists would keep the others waiting:
        with 10,000 users, an ``ADDR`` waited for up to a second.
        """
        self._turn = now
        self._listed_bytes = 0

    def _postpone(self, client: TrackerConnection, data: bytes, now: float) -> None:
        """Keep these requests, the first of which is a ``LIST``, until other clients were served."""
        client._rest = data
        if len(data) > max(self._limits.max_waiting_request_bytes, self._config.max_request_bytes):
            self._depart(client, DepartureReason.NOT_READING, now)
        elif not client._is_postponed:
            client._is_postponed = True
            self._postponed.append(client)

    def _resume(self, client: TrackerConnection, now: float) -> None:
        """Answer what was postponed."""
        client._is_postponed = False
        self._receive(client, b"", now)

    # From requests to replies

    def _list(self, client: TrackerConnection, user: User[TrackerConnection], now: float) -> bytes:
        if now != self._turn:
            self._begin_turn(now)
        if self._listed_bytes >= self._limits.max_list_bytes_at_once:
            return _LATER
        if self._reports_queries:
            self._events.append(ClientListed(client.number, user.name, self.online))
        reply = self._registry.list_reply(user)
        self._listed_bytes += len(reply)
        return reply

    def _tell_address(
        self, client: TrackerConnection, user: User[TrackerConnection], name: str, now: float
    ) -> bytes | None:
        reply = self._registry.address_reply(name, user)
        if self._reports_queries:
            self._events.append(AddressAsked(client.number, user.name, name, reply is not None))
        if reply is not None and not client._is_asking_reported:
            self._note_asked(client, address_line(name.encode()), now)
        return reply

    def _note_asked(self, client: TrackerConnection, line: bytes, now: float) -> None:
        """Report who asks for one active user again and again, as who does not understand the reply would."""
        if line != client._asked:
            client._asked = line
            client._asked_before_at = _NEVER
        else:
            if now - client._asked_before_at <= REPETITION_SECONDS and client._user is not None:
                asked = line[len(b"ADDR ") : -len(CRLF)].decode()
                self._events.append(AddressAskedRepeatedly(client.number, client._user.name, asked))
                client._is_asking_reported = True
            client._asked_before_at = client._asked_at
        client._asked_at = now

    def _check_unread(self, client: TrackerConnection, now: float) -> None:
        """Disconnect a client that does not read its replies (§2.6)."""
        if client._unsent_bytes + len(client._outgoing) > self._allowed_unread_bytes():
            self._depart(client, DepartureReason.NOT_READING, now)

    def _allowed_unread_bytes(self) -> int:
        # One whole reply is no sign of a client that does not read, however long the list is.
        list_bytes = self._registry.roster_bytes + len(b"LIST \r\n")
        return max(self._limits.max_unread_reply_bytes, list_bytes, _LONGEST_ADDRESS_REPLY_BYTES)

    # Coming and going

    def _enter(self, client: TrackerConnection, state: _State) -> bool:
        """Change the state, unless the table forbids it."""
        if state not in _MAY_FOLLOW[client._state]:
            return False
        client._state = state
        return True

    def _register(self, client: TrackerConnection, request: Register, line: bytes, now: float) -> None:
        """Enter, move or rename this client, unless another one holds the name (§2.2)."""
        registry, user = self._registry, client._user
        name, port = request.name, request.port
        previous_name = user.name if user is not None else None
        if user is not None and name == previous_name:
            registry.move(user, port)
        else:
            taken = registry.users.get(name)
            if taken is not None and not self._replace_ghost(taken.holder, now):
                self._refuse(client, RefusalReason.NAME_TAKEN, line, now)
                return
            if user is not None:
                registry.remove(user)
            self._enter(client, _ACTIVE)
            client._user = user = registry.add(client, name, client._host, port, client._own_host)
            client._ready = user.table.replies
        self._events.append(
            ClientRegistered(client.number, name, client._host, port, self.online, previous_name)
        )

    def _turn_away_if_full(self, client: TrackerConnection, now: float) -> None:
        most, per_host = self._config.max_clients, self._config.max_clients_per_host
        if self._closing:
            self._depart(client, DepartureReason.SHUTDOWN, now)
        elif client._host in self._banned:
            self._refuse(client, RefusalReason.BANNED, b"", now)
        elif most is not None and self._clients > most:
            self._refuse(client, RefusalReason.TOO_MANY_CLIENTS, b"", now)
        elif per_host is not None and self._clients_by_host[client._host] > per_host:
            self._refuse(client, RefusalReason.TOO_MANY_FROM_HOST, b"", now)

    def _refuse(self, client: TrackerConnection, reason: RefusalReason, line: bytes, now: float) -> None:
        self._events.append(ClientRefused(client.number, reason, client._host, line[:_REPORTED_LINE_BYTES]))
        self._depart(client, DepartureReason.REFUSED, now)

    def _dismiss(self, client: TrackerConnection, now: float) -> None:
        self._depart(client, DepartureReason.DISMISSED, now)
        self._to_flush.append(client)

    def _replace_ghost(self, holder: TrackerConnection, now: float) -> bool:
        """Shut the holder of a wanted name, if it has been silent for two keepalive periods (§2.2)."""
        if now - holder._alive_at < self._ghost_seconds:
            return False
        self._depart(holder, DepartureReason.REPLACED, now)
        self._to_flush.append(holder)
        return True

    def _depart(self, client: TrackerConnection, reason: DepartureReason, now: float) -> None:
        """Take a connection out of everything; the first reason counts."""
        if not self._enter(client, _GONE):
            return
        client._ready = _NOTHING_READY
        client._rest = b""
        client._is_postponed = False
        if reason in _NOT_READING:
            client._is_cut_off = True
            client._outgoing = b""
        user, client._user = client._user, None  # the two refer to each other
        if user is not None:
            self._registry.remove(user)
        self._expiry.discard(client, client._expiry_slot)
        self._clients -= 1
        if self._config.max_clients_per_host is not None:
            self._count_out(client._host)
        name = user.name if user is not None else None
        self._events.append(
            ClientDeparted(client.number, reason, client._host, name, self.online, now - client._alive_at)
        )

    def _count_out(self, host: str) -> None:
        remaining = self._clients_by_host.pop(host) - 1
        if remaining:
            self._clients_by_host[host] = remaining


_NOTHING_READY: Final[ReadyReplies] = {}


@lru_cache(_KNOWN_HOSTS)
def _known_host(host: str) -> tuple[str, bool]:
    """An address in its normal form, and whether it is on loopback; equal ones share one string."""
    normal = normalise_host(host)
    return normal, is_loopback(normal)
