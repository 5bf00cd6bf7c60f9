"""A peer as a whole: its tracker, its conversations, and every decision between them (docs/protocol.md §3, §4).

The adapter that drives a ``Node`` connects sockets where a request asks for
it, and moves bytes; it decides nothing of the protocol.
"""

from collections.abc import Callable

from ..connection import Connection
from ..errors import LocalProtocolError
from ..events import ConversationId, LossReason, NodeEvent, NodeLeft, NodeRequest, TextId
from ..limits import DEFAULT_LIMITS, Limits
from ..wire.addresses import MAX_PORT, is_ip_address, is_loopback, normalise_host
from ..wire.names import name_fault, normalise_name
from .chats import Chats
from .event_queue import EventQueue
from .tracker_session import TrackerSession, TrackerState


class Node:
    """A client of the tracker and a peer of many, as one machine.

    Driven by its connections, by what the adapter reports of the requests it
    carried out, by the timer, and by the user's intents. After each of these
    the adapter flushes what ``take_ready`` hands out, carries out
    ``take_requests``, passes on ``take_events`` and asks ``next_timer``.

    Intents raise ``LocalProtocolError`` for what cannot be done; nothing has
    changed then.
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
            name: Our user's; trimmed and composed, it must be fit (§2.1).
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
        """The connection that ``ReachTracker`` asked for.

        Args:
            host: The tracker's IP address, as connected to.
            now: Seconds of the caller's monotonic clock.
        """
        return self._tracker.connected(normalise_host(host), now=now)

    def tracker_unreachable(self, reason: LossReason, *, now: float) -> None:
        """What ``ReachTracker`` asked for came to nothing."""
        self._tracker.unreachable(reason, now=now)

    def dial_succeeded(self, dial: int, *, now: float) -> Connection:
        """The connection that ``DialPeer`` asked for; one that wants to close, if it was cancelled."""
        return self._chats.dial_succeeded(dial, now=now)

    def dial_failed(self, dial: int, reason: LossReason, *, now: float) -> None:
        """What ``DialPeer`` asked for came to nothing."""
        self._chats.dial_failed(dial, reason, now=now)

    def accept_peer(self, host: str, port: int, *, now: float) -> Connection:
        """The connection of a peer that called from ``host`` and ``port``."""
        return self._chats.accept(host, port, now=now)

    # Intents of the user

    def open_chat(self, name: str, *, now: float) -> ConversationId:
        """Connect to ``name``, unless that is so already.

        ``ChatRequested`` follows if there was no connection; then ``ChatOpened``,
        ``ChatFailed`` or ``PersonNotOnline``.
        """
        fit = _require_fit(name)
        self._require_present()
        if fit == self._tracker.name:
            raise LocalProtocolError("that is our own name")
        return self._chats.open(fit, now=now)

    def open_chat_at(self, host: str, port: int, *, now: float) -> ConversationId:
        """Connect to whoever listens at an IP address; the tracker is not asked.

        Raises:
            LocalProtocolError: The host is no IP address, the port none, or both are our own.
        """
        self._require_present()
        if not is_ip_address(host):
            raise LocalProtocolError(f"{host!r} is no IP address")
        if not 1 <= port <= MAX_PORT:
            raise LocalProtocolError(f"port {port} is not within 1 to {MAX_PORT}")
        host = normalise_host(host)
        if is_loopback(host) and port == self._listen_port:
            raise LocalProtocolError("that is our own address")
        return self._chats.open_at(host, port, now=now)

    def say(self, conversation: ConversationId, text: str, *, now: float) -> TextId:
        """Send a text; while the chat is being made, it waits for its opening.

        Line ends in it separate lines on the wire, and a long text goes out in
        several (§4.3); all have the one returned number.

        Raises:
            NotConnected: The conversation has no connection and none is being made.
            BufferFull: The peer is not reading (§4.9); the text was not taken.
            LocalProtocolError: The text is empty.
        """
        if not text:
            raise LocalProtocolError("an empty text cannot be sent")
        return self._chats.say(conversation, text, now=now)

    def end_chat(self, conversation: ConversationId, *, now: float) -> None:
        """Take leave (§4.6); ``ChatEnded`` follows when the last words have been heard.

        Raises:
            NotConnected: There is nothing to end.
        """
        self._chats.end(conversation, now=now)

    def refresh_list(self, *, now: float) -> None:
        """Ask the tracker who is active; ``PeopleListed`` follows.

        Raises:
            LocalProtocolError: There is no tracker at present.
        """
        if not self._tracker.ask_list(now=now):
            raise LocalProtocolError("not registered with a tracker")

    def reconnect(self, *, now: float) -> None:
        """Try the tracker at once, also when it has another address now; chats go on."""
        self._require_present()
        self._tracker.reconnect(now=now)

    def rename(self, name: str, *, now: float) -> None:
        """Register under another name, on a new connection; open chats keep the one they know.

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
        """Absolute time for ``handle_timer``, or None; at times a little early."""
        return self._queue.timers.next_timer()

    def handle_timer(self, *, now: float) -> None:
        """Act on every deadline that has passed; harmless early, late and after the end."""
        for timed in self._queue.timers.take_due(now=now):
            timed.handle_timer(now=now)

    # Fetching

    def take_events(self) -> list[NodeEvent]:
        """What happened since the last call, each once."""
        events = self._queue.take_events()
        if self.wants_close and not self._left:
            self._left = True
            events.append(NodeLeft())
        return events

    def take_requests(self) -> list[NodeRequest]:
        """What the adapter has to carry out, each once."""
        return self._queue.take_requests()

    def take_ready(self) -> list[Connection]:
        """Which connections have to be flushed, each once."""
        return self._queue.take_ready()

    # Queries

    @property
    def wants_close(self) -> bool:
        """Whether ``leave`` is carried out: the adapter may stop once all is flushed."""
        return self._leaving and self._chats.is_empty

    @property
    def name(self) -> str:
        """Our user's name."""
        return self._tracker.name

    @property
    def people(self) -> tuple[str, ...]:
        """Who else is active, in the tracker's order, by its last answer."""
        return self._tracker.people

    @property
    def tracker_state(self) -> TrackerState:
        """Where we stand with the tracker."""
        return self._tracker.state

    @property
    def retry_at(self) -> float | None:
        """When the tracker is tried again, while ``WAITING``."""
        return self._tracker.retry_at

    def is_connected(self, conversation: ConversationId) -> bool:
        """Whether a text to that conversation would be sent at once."""
        return self._chats.is_connected(conversation)

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
