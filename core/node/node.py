"""A whole client of the protocol: its tracker, its conversations, and what connects them (docs/protocol.md §3, §4)."""

from collections.abc import Callable

from ..connection import Connection, NodeMachine
from ..errors import LocalProtocolError
from ..events import ConversationId, LossReason, NodeEvent, NodeLeft, NodeRequest, TextId
from ..limits import DEFAULT_LIMITS, Limits
from ..wire.addresses import MAX_PORT, is_ip_address, is_loopback, normalise_host
from ..wire.names import name_fault, normalise_name
from .chats import Chats
from .event_queue import EventQueue
from .tracker_session import TrackerSession, TrackerState


class Node(NodeMachine[NodeEvent]):
    """A client of one tracker and a peer of many.

    Its inputs are those of its connections, the adapter's reports, the timer, and
    the user's intents. An intent raises ``LocalProtocolError`` for what cannot be
    done; then nothing has changed.
    """

    def __init__(
        self,
        name: str,
        listen_port: int,
        *,
        now: float,
        random: Callable[[], float],
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        """Begin by asking for the tracker.

        Args:
            name: The user's; it is trimmed and composed, and must be fit (§2.1).
            listen_port: Where our adapter accepts peers.
            now: Seconds of the caller's monotonic clock.
            random: Gives numbers in [0, 1), for the jitter of reconnects (§3.1).
            limits: How much is kept.

        Raises:
            LocalProtocolError: The name or the port is unfit.
        """
        if not 1 <= listen_port <= MAX_PORT:
            raise LocalProtocolError(f"port {listen_port} is not within 1 to {MAX_PORT}")
        self._queue = EventQueue()
        self._tracker = TrackerSession(
            _require_fit(name),
            listen_port,
            queue=self._queue,
            random=random,
            limits=limits,
        )
        self._chats = Chats(
            queue=self._queue, tracker=self._tracker, listen_port=listen_port, limits=limits
        )
        self._listen_port = listen_port
        self._leaving = False
        self._left = False

    def __repr__(self) -> str:
        return f"<Node {self.name!r}: {self.tracker_state.name}>"

    # Reports of the adapter

    def tracker_connected(self, host: str, *, now: float) -> Connection:
        return self._tracker.connected(normalise_host(host), now=now)

    def tracker_unreachable(self, reason: LossReason, *, now: float) -> None:
        self._tracker.unreachable(reason, now=now)

    def dial_succeeded(self, dial: int, *, now: float) -> Connection:
        return self._chats.dial_succeeded(dial, now=now)

    def dial_failed(self, dial: int, reason: LossReason, *, now: float) -> None:
        self._chats.dial_failed(dial, reason, now=now)

    def accept_peer(self, host: str, port: int, *, now: float) -> Connection:
        return self._chats.accept(host, port, now=now)

    # Intents of the user

    def open_chat(self, name: str, *, now: float) -> ConversationId:
        """Open a chat with ``name``, unless it is open already.

        ``ChatRequested`` follows if there was no connection; then ``ChatOpened``,
        ``ChatFailed`` or ``PersonNotOnline``.

        Raises:
            LocalProtocolError: The name is unfit or our own, or we are leaving.
        """
        fit = _require_fit(name)
        self._require_present()
        if fit == self._tracker.name:
            raise LocalProtocolError("that is our own name")
        return self._chats.open(fit, now=now)

    def open_chat_at(self, host: str, port: int, *, now: float) -> ConversationId:
        """Open a chat with the peer that listens at an IP address; the tracker is not asked.

        Raises:
            LocalProtocolError: The host is no IP address, the port none, or both are our own.
        """
        self._require_present()
        if not is_ip_address(host):
            raise LocalProtocolError(f"{host!r} is no IP address")
        if not 1 <= port <= MAX_PORT or port != int(port):
            raise LocalProtocolError(f"port {port} is not within 1 to {MAX_PORT}")
        host = normalise_host(host)
        if is_loopback(host) and port == self._listen_port:
            raise LocalProtocolError("that is our own address")
        return self._chats.open_at(host, port, now=now)

    def call_back(self, conversation: ConversationId, *, now: float) -> None:
        """Dial a peer that called and may not hear us (§4.7); ``CallBackEnded`` follows. Again has no effect.

        Until then texts wait.

        Raises:
            LocalProtocolError: ``may_not_hear`` is false, or there is no tracker.
        """
        self._require_present()
        self._chats.begin_call_back(conversation, now=now)

    def say(self, conversation: ConversationId, text: str, *, now: float) -> TextId:
        """Send a text; it waits while the chat is being opened.

        Each of its lines is a line on the wire, and a long one goes out as several
        (§4.3). The returned number stands for all of them.

        Raises:
            NotConnected: The conversation has no connection and none is being made.
            BufferFull: The peer is not reading (§4.9); the text was not taken.
            LocalProtocolError: The text is empty.
        """
        if not text:
            raise LocalProtocolError("an empty text cannot be sent")
        return self._chats.say(conversation, text, now=now)

    def end_chat(self, conversation: ConversationId, *, now: float) -> None:
        """Say farewell (§4.6); ``ChatEnded`` follows when the peer has ended its side, or after 2 s.

        Raises:
            NotConnected: There is nothing to end.
        """
        self._chats.end(conversation, now=now)

    def refresh_list(self, *, now: float) -> None:
        """Ask the tracker for the active users; ``PeopleListed`` follows.

        Raises:
            LocalProtocolError: There is no tracker at present.
        """
        if not self._tracker.ask_list(now=now):
            raise LocalProtocolError("not registered with a tracker")

    def reconnect(self, *, now: float) -> None:
        """Try the tracker at once, also if its address has changed; chats go on."""
        self._require_present()
        self._tracker.reconnect(now=now)

    def rename(self, name: str, *, now: float) -> None:
        """Register under another name, on a new connection; open chats keep the old one.

        If the tracker refuses it, the node registers at once under the name that it had.
        """
        fit = _require_fit(name)
        self._require_present()
        self._tracker.rename(fit, now=now)

    def leave(self, *, now: float) -> None:
        """Say farewell everywhere; ``NodeLeft`` follows within 2 s. Again has no effect."""
        if self._leaving:
            return
        self._leaving = True
        self._tracker.leave(now=now)
        self._chats.leave(now=now)

    # Timers

    def next_timer(self) -> float | None:
        return self._queue.timers.next_timer()

    def handle_timer(self, *, now: float) -> None:
        for timed in self._queue.timers.take_due(now=now):
            timed.handle_timer(now=now)

    # Fetching

    def take_events(self) -> list[NodeEvent]:
        events = self._queue.take_events()
        if self.wants_close and not self._left:
            self._left = True
            events.append(NodeLeft())
        return events

    def take_requests(self) -> list[NodeRequest]:
        return self._queue.take_requests()

    def take_ready(self) -> list[Connection]:
        return self._queue.take_ready()

    # Queries

    @property
    def wants_close(self) -> bool:
        """Whether ``leave`` is carried out: the adapter may stop once everything is flushed."""
        return self._leaving and self._chats.is_empty

    @property
    def name(self) -> str:
        """The user's name."""
        return self._tracker.name

    @property
    def people(self) -> tuple[str, ...]:
        """The other active users, in the order of the tracker's last list."""
        return self._tracker.people

    @property
    def tracker_state(self) -> TrackerState:
        """Where we stand with the tracker."""
        return self._tracker.state

    @property
    def retry_at(self) -> float | None:
        """When the tracker is tried again, while ``WAITING``; else None."""
        return self._tracker.retry_at

    def is_connected(self, conversation: ConversationId) -> bool:
        """Whether a text to that conversation would be sent at once."""
        return self._chats.is_connected(conversation)

    def may_not_hear(self, conversation: ConversationId) -> bool:
        """Whether there is only the peer's call, and it has said nothing since a text of ours (§4.7)."""
        return self._chats.may_not_hear(conversation)

    # Private

    def _require_present(self) -> None:
        if self._leaving:
            raise LocalProtocolError("already leaving")


def _require_fit(name: str) -> str:
    normalised = normalise_name(name)
    fault = name_fault(normalised)
    if fault is not None:
        raise LocalProtocolError(f"unfit name: {fault.value}")
    return normalised
