"""The tracker: who is there, and where they listen (docs/protocol.md §1, §2).

``Tracker`` owns the connections, their expiry and the events; ``TrackerConnection``
is one of them and answers its requests. Requests whose reply is ready are
answered from a table, a whole batch at a time; whatever is not in the table goes
line by line through ``parse_request``, and both ways give the same replies.

The two share a module, though it is a long one, because they know each other's
insides: a method between them would cost more than most requests do.
"""

from collections import deque
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, assert_never

from ..events import (
    AddressAsked,
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
from .expiry import ExpiryQueue
from .registry import ReadyReplies, Registry, User

_LIST_LINE: Final = encode(ListRequest())
_LIST: Final = _LIST_LINE.removesuffix(CRLF)
_LATER: Final = b"not now"  # instead of a reply: others go before; known by its identity
_REPORTED_LINE_BYTES: Final = 80
_LONGEST_ADDRESS_REPLY_BYTES: Final = 330  # 64 characters of four bytes, an IPv6 address and a port
_KNOWN_HOSTS: Final = 1024  # whose normal form is remembered: parsing an address takes longer than accepting

# To look up a member of an enumeration, or its hash, takes a quarter of a microsecond in Python 3.11.
_END_OF_STREAM: Final = DepartureReason.END_OF_STREAM
# After these nobody reads what waits to be sent; a tuple, because it is searched by identity.
_NOT_READING: Final = (
    DepartureReason.EXPIRED,
    DepartureReason.REPLACED,
    DepartureReason.NOT_READING,
    DepartureReason.CONNECTION_LOST,
)


@dataclass(frozen=True, slots=True)
class TrackerConfig:
    """What a tracker may be told to do differently."""

    keepalive_seconds: float = KEEPALIVE_SECONDS
    """How often clients say ``KEEP``; the silent lose their names after 2 periods, all after 3."""
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
    """One active user, for people who look after a tracker."""

    connection: int
    name: str
    host: str
    port: int
    idle_seconds: float
    """Since its last valid instruction."""


class TrackerConnection:
    """One client of a ``Tracker``; a ``Connection``, made by ``Tracker.accept``."""

    __slots__ = (
        "_alive_at",
        "_departure",
        "_expiry_slot",
        "_garbled_lines",
        "_host",
        "_outgoing",
        "_own_host",
        "_ready",
        "_rest",
        "_tracker",
        "_unsent_bytes",
        "_user",
        "_yields",
        "number",
        "wants_close",
    )

    wants_half_close: Final = False
    """Never: a tracker has nothing to wait for."""

    def __init__(self, tracker: "Tracker", number: int, host: str, own_host: str | None, now: float) -> None:
        self.number = number
        """Names this connection in events."""
        self.wants_close = False
        """Whether to close once everything is written; an attribute, because it is asked after every input."""
        self._tracker = tracker
        self._host = host
        self._own_host = own_host  # as in Vantage
        self._user: User[TrackerConnection] | None = None
        self._ready = tracker._greeting_table
        self._alive_at = now  # of the last valid instruction
        self._expiry_slot = 0
        self._garbled_lines = 0  # in a row
        self._rest = b""  # of a line still incomplete
        self._outgoing = b""
        self._unsent_bytes = 0
        self._departure: DepartureReason | None = None
        self._yields = False  # _rest begins with a LIST that others go before

    # Receiving

    def receive_data(self, data: bytes, *, now: float) -> None:
        """Answer the requests in the bytes; see ``Connection``."""
        if self._rest:
            data = self._rest + data
            self._rest = b""
        reply = self._ready.get(data)  # one whole request, the usual case, need not be split
        if reply is None:
            reply = self._answer_batch(data, now)
        else:
            self._alive_at = now
            self._garbled_lines = 0
        if reply:
            self._outgoing += reply
            if len(self._outgoing) + self._unsent_bytes > self._tracker._max_unread_bytes:
                self._check_unread(now)

    def receive_eof(self, *, now: float) -> None:
        """The end of the stream unregisters at once (§2.5), when what came before it is answered."""
        while self._yields:
            self._tracker._begin_turn(now)
            self._resume(now)
        self._tracker._depart(self, _END_OF_STREAM, now)

    def connection_lost(self, reason: LossReason, *, now: float) -> None:
        """So does any other end."""
        self._tracker._depart(self, DepartureReason.CONNECTION_LOST, now)

    # Fetching

    def data_to_send(self) -> bytes:
        """Replies, in the order of the requests, each in one piece."""
        data = self._outgoing
        if data:
            self._outgoing = b""
        return data

    def report_unsent(self, unsent_bytes: int, *, now: float) -> None:
        """A client with too many unread replies is cut off (§2.6)."""
        self._unsent_bytes = unsent_bytes
        self._check_unread(now)

    def report_unacknowledged(self, unacknowledged_bytes: int, *, now: float) -> None:
        """Nothing follows: who has left needs no replies."""

    # Private: from bytes to requests

    def _answer_batch(self, data: bytes, now: float) -> bytes:
        """Answer all requests from the table at once if it has them all, else one by one."""
        user = self._user
        if user is None:  # knows KEEP alone, or has gone: hardly ever a whole batch from the table
            return self._answer_first_words(data, now) if self._departure is None else b""
        if data == _LIST_LINE:  # usually alone as well: this halves its cost
            self._alive_at = now
            self._garbled_lines = 0
            reply = self._list(user, now)
            if reply is _LATER:
                self._yield_before(data, now)
                return b""
            return reply
        # Also cuts at a lone CR, but no key of the table ends in one: such data goes the slow way.
        lines = data.splitlines(keepends=True)
        rest = b"" if data.endswith(b"\n") or not lines else lines.pop()
        if not lines or lines[0] not in self._ready or len(rest) > self._tracker._config.max_request_bytes:
            return self._answer_lines(data, now)
        try:
            reply = b"".join(map(self._ready.__getitem__, lines))
        except KeyError:
            return self._answer_lines(data, now)
        self._rest = rest
        self._alive_at = now
        self._garbled_lines = 0
        return reply

    def _answer_first_words(self, data: bytes, now: float) -> bytes:
        """Answer ``USER``, with ``LIST`` behind it or alone; whatever else it is, line by line.

        Saves a twelfth of all the core does for a client that comes and goes (measured).
        """
        line, end, rest = data.partition(CRLF)
        is_usual = rest == _LIST_LINE or (end and not rest)
        if not is_usual or b"\n" in line or len(line) > self._tracker._config.max_request_bytes:
            return self._answer_lines(data, now)
        request = parse_request(line)
        if not isinstance(request, Register):
            return self._answer_lines(data, now)
        self._alive_at = now
        self._garbled_lines = 0
        self._register(request, line, now)
        user = self._user
        if not rest or user is None:
            return b""
        reply = self._list(user, now)
        if reply is _LATER:
            self._yield_before(rest, now)
            return b""
        return reply

    def _answer_lines(self, data: bytes, now: float) -> bytes:
        if self._yields:
            self._yield_before(data, now)
            return b""
        tracker = self._tracker
        lines, rest, too_long = cut_lines(data, tracker._config.max_request_bytes)
        replies: list[bytes] = []
        unread_bytes = self._unsent_bytes + len(self._outgoing)
        for number, line in enumerate(lines):
            reply = self._answer_line(line, now)
            if reply:
                if reply is _LATER:
                    self._yield_before(data.split(b"\n", number)[-1], now)
                    break
                replies.append(reply)
                unread_bytes += len(reply)
                # Before a flood of LISTs has filled the memory.
                if unread_bytes > tracker._max_unread_bytes and unread_bytes > tracker._allowed_unread_bytes():
                    tracker._depart(self, DepartureReason.NOT_READING, now)
            if self._departure is not None:
                break
        else:
            self._rest = rest
            if too_long:
                tracker._depart(self, DepartureReason.LINE_TOO_LONG, now)
        if self._departure is not None and self._departure in _NOT_READING:
            return b""
        return b"".join(replies)

    def _answer_line(self, line: bytes, now: float) -> bytes | None:
        user = self._user
        if user is not None:  # the usual requests, unparsed: this takes a quarter of the time
            if line == _LIST:
                self._alive_at = now
                self._garbled_lines = 0
                return self._list(user, now)
            reply = self._ready.get(line + CRLF)
            if reply is not None:
                self._alive_at = now
                self._garbled_lines = 0
                return reply
        request = parse_request(line)
        if request is None:
            self._refuse_or_ignore(line, now)
            return None
        self._alive_at = now
        self._garbled_lines = 0
        match request:
            case Register():
                self._register(request, line, now)
            case ListRequest():
                return None if user is None else self._list(user, now)  # §2.3
            case AddressRequest(name):
                return self._tell_address(name)
            case Keep():
                self._note_keep()
            case Disconnect():
                self._tracker._depart(self, DepartureReason.DISC, now)
            case _:
                assert_never(request)
        return None

    def _refuse_or_ignore(self, line: bytes, now: float) -> None:
        if is_register(line):
            self._tracker._refuse(self, RefusalReason.BAD_USER, line, now)
            return
        self._tracker._events.append(LineIgnored(self.number, line[:_REPORTED_LINE_BYTES]))
        self._garbled_lines += 1
        if self._garbled_lines > self._tracker._config.max_garbled_lines:
            self._tracker._depart(self, DepartureReason.GARBLED, now)

    # Private: taking turns

    def _yield_before(self, data: bytes, now: float) -> None:
        """Answer these requests, from a ``LIST`` on, when others had their turn; see ``Tracker._begin_turn``."""
        self._rest = data
        tracker = self._tracker
        if len(data) > max(tracker._limits.max_waiting_request_bytes, tracker._config.max_request_bytes):
            self._tracker._depart(self, DepartureReason.NOT_READING, now)
        elif not self._yields:
            self._yields = True
            self._alive_at = now
            self._ready = _NOTHING_READY  # keeps the order: nothing that follows is answered before
            self._tracker._yielding.append(self)

    def _resume(self, now: float) -> None:
        """Answer what has waited."""
        self._yields = False
        if self._user is not None:
            self._ready = self._user.vantage.ready
        data, self._rest = self._rest, b""
        if data:
            self.receive_data(data, now=now)

    # Private: from requests to replies

    def _note_keep(self) -> None:
        if self._tracker._reports_queries:
            name = self._user.name if self._user is not None else None
            self._tracker._events.append(KeepReceived(self.number, name))

    def _list(self, user: User["TrackerConnection"], now: float) -> bytes:
        tracker = self._tracker
        if now != tracker._turn:
            tracker._begin_turn(now)
        if tracker._listed_bytes >= tracker._limits.max_list_bytes_at_once:
            return _LATER
        if tracker._reports_queries:
            tracker._events.append(ClientListed(self.number, user.name, tracker.online))
        reply = tracker._registry.list_reply(user)
        tracker._listed_bytes += len(reply)
        return reply

    def _tell_address(self, name: str) -> bytes | None:
        if self._user is None:
            return None  # §2.3
        tracker = self._tracker
        reply = tracker._registry.address_reply(name, self._user)
        if tracker._reports_queries:
            tracker._events.append(AddressAsked(self.number, self._user.name, name, reply is not None))
        return reply

    def _register(self, request: Register, line: bytes, now: float) -> None:
        """Enter, move or rename this client, unless another one holds the name (§2.2)."""
        tracker, user = self._tracker, self._user
        registry = tracker._registry
        name, port = request.name, request.port
        previous_name = user.name if user is not None else None
        if user is not None and name == previous_name:
            registry.move(user, port)
        else:
            taken = registry.users.get(name)
            if taken is not None and not tracker._replace_ghost(taken.holder, now):
                tracker._refuse(self, RefusalReason.NAME_TAKEN, line, now)
                return
            if user is not None:
                registry.remove(user)
            self._user = user = registry.add(self, name, self._host, port, self._own_host)
            self._ready = user.vantage.ready
        tracker._events.append(
            ClientRegistered(self.number, name, self._host, port, len(registry.users), previous_name)
        )

    def _check_unread(self, now: float) -> None:
        if self._unsent_bytes + len(self._outgoing) > self._tracker._allowed_unread_bytes():
            self._tracker._depart(self, DepartureReason.NOT_READING, now)


class Tracker:
    """A tracker's whole state; drives nothing by itself.

    ``accept`` makes the connections; after any call to one of them or to the
    tracker, see ``Connection`` for what is to be done with it, and with those
    from ``take_ready``. ``handle_timer`` is due at ``next_timer``.
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
        report_queries: Whether ``LIST``, ``ADDR`` and ``KEEP`` become events; then every request is slow.
        """
        self._config = config if config is not None else TrackerConfig()
        self._limits = limits
        self._max_unread_bytes = limits.max_unread_reply_bytes
        self._reports_queries = report_queries
        self._registry: Registry[TrackerConnection] = Registry(
            self._config.edition, keeps_ready=not report_queries
        )
        self._greeting_table = self._registry.greeting_table()
        self._expiry_seconds = EXPIRY_KEEPALIVES * self._config.keepalive_seconds
        self._ghost_seconds = GHOST_KEEPALIVES * self._config.keepalive_seconds
        self._expiry: ExpiryQueue[TrackerConnection] = ExpiryQueue(self._expiry_seconds)
        self._clients_by_host: dict[str, int] = {}  # kept only if there is a limit
        self._clients = 0
        self._last_number = 0
        self._events: list[TrackerEvent] = []
        self._to_flush: list[TrackerConnection] = []
        self._turn = 0.0  # when it began
        self._listed_bytes = 0  # in it
        self._yielding: deque[TrackerConnection] = deque()
        self._closing = False
        self._may_turn_away = (
            self._config.max_clients is not None or self._config.max_clients_per_host is not None
        )

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
        connection = TrackerConnection(self, self._last_number, host, own_host, now)
        self._clients += 1
        if self._config.max_clients_per_host is not None:
            self._clients_by_host[host] = self._clients_by_host.get(host, 0) + 1
        connection._expiry_slot = self._expiry.add(connection, now + self._expiry_seconds)
        if self._may_turn_away:
            self._turn_away(connection, now)
        return connection

    def handle_timer(self, *, now: float) -> None:
        """Shut the connections that have been silent for three keepalive periods (§2.4).

        And answer those who waited for their list, as many as are due in a turn.
        """
        if self._yielding:
            self._begin_turn(now)
            while self._yielding and self._listed_bytes < self._limits.max_list_bytes_at_once:
                connection = self._yielding.popleft()
                if connection._yields:
                    connection._resume(now)
                    self._to_flush.append(connection)
        for connection in self._expiry.take_due(now):
            deadline = connection._alive_at + self._expiry_seconds
            if deadline > now:
                connection._expiry_slot = self._expiry.add(connection, deadline)
            else:
                self._depart(connection, DepartureReason.EXPIRED, now)
                self._to_flush.append(connection)

    def close(self, *, now: float) -> None:
        """Shut down: every connection wants to be closed, later ones too; again has no effect."""
        self._closing = self._may_turn_away = True
        for connection in sorted(self._expiry, key=lambda connection: connection.number):
            self._depart(connection, DepartureReason.SHUTDOWN, now)
            self._to_flush.append(connection)

    # Fetching

    def next_timer(self) -> float | None:
        """When ``handle_timer`` is due: soon after the first deadline, so that many share one wake-up."""
        return self._turn if self._yielding else self._expiry.next_deadline

    def take_events(self) -> list[TrackerEvent]:
        """What happened since the last call, each once."""
        events, self._events = self._events, []
        return events

    def take_ready(self) -> list[TrackerConnection]:
        """The connections that something else than their own input has closed."""
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
            UserStatus(
                user.holder.number, user.name, user.host, user.port, now - user.holder._alive_at
            )
            for user in self._registry.users.values()
        ]

    # Private: for the connections

    def _begin_turn(self, now: float) -> None:
        """Note that there is another turn, which is all that comes with the same ``now``.

        In each so many bytes of lists may be answered. If everybody asks at once, thousands
        of long lists would keep the others waiting: measured with 10,000 users, an ``ADDR``
        waited for up to a second.
        """
        self._turn = now
        self._listed_bytes = 0

    def _turn_away(self, connection: TrackerConnection, now: float) -> None:
        per_host = self._config.max_clients_per_host
        if self._closing:
            self._depart(connection, DepartureReason.SHUTDOWN, now)
        elif self._config.max_clients is not None and self._clients > self._config.max_clients:
            self._refuse(connection, RefusalReason.TOO_MANY_CLIENTS, b"", now)
        elif per_host is not None and self._clients_by_host[connection._host] > per_host:
            self._refuse(connection, RefusalReason.TOO_MANY_FROM_HOST, b"", now)

    def _refuse(self, connection: TrackerConnection, reason: RefusalReason, line: bytes, now: float) -> None:
        self._events.append(
            ClientRefused(connection.number, reason, connection._host, line[:_REPORTED_LINE_BYTES])
        )
        self._depart(connection, DepartureReason.REFUSED, now)

    def _replace_ghost(self, holder: TrackerConnection, now: float) -> bool:
        """Shut the holder of a wanted name, if it has been silent for two keepalive periods (§2.2)."""
        if now - holder._alive_at < self._ghost_seconds:
            return False
        self._depart(holder, DepartureReason.REPLACED, now)
        self._to_flush.append(holder)
        return True

    def _depart(self, connection: TrackerConnection, reason: DepartureReason, now: float) -> None:
        """Take a connection out of everything; the first reason counts."""
        if connection._departure is not None:
            return
        connection._departure = reason
        connection.wants_close = True
        connection._ready = _NOTHING_READY
        connection._rest = b""
        connection._yields = False
        if reason in _NOT_READING:
            connection._outgoing = b""
        user, connection._user = connection._user, None  # the two refer to each other
        if user is not None:
            self._registry.remove(user)
        self._expiry.discard(connection, connection._expiry_slot)
        self._clients -= 1
        if self._config.max_clients_per_host is not None:
            self._count_out(connection._host)
        self._events.append(
            ClientDeparted(
                connection.number,
                reason,
                connection._host,
                user.name if user is not None else None,
                len(self._registry.users),
                now - connection._alive_at,
            )
        )

    def _count_out(self, host: str) -> None:
        remaining = self._clients_by_host.pop(host) - 1
        if remaining:
            self._clients_by_host[host] = remaining

    def _allowed_unread_bytes(self) -> int:
        # One whole reply is no sign of a client that does not read, however long the list is.
        list_bytes = self._registry.roster_bytes + len(b"LIST \r\n")
        return max(self._limits.max_unread_reply_bytes, list_bytes, _LONGEST_ADDRESS_REPLY_BYTES)


_NOTHING_READY: Final[ReadyReplies] = {}


@lru_cache(_KNOWN_HOSTS)
def _known_host(host: str) -> tuple[str, bool]:
    """An address in its normal form, and whether it is on loopback; equal ones share one string."""
    normal = normalise_host(host)
    return normal, is_loopback(normal)
