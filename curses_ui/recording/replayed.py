"""The surroundings of a client in a replay: its loop, network and display, out of a recording."""

from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Final, NoReturn, Self

from core import Connection, ConversationId, LossReason, Node, NodeEvent, TextId
from io_adapters import Address, ListenError, ListenFault, Timer

from ..terminal.frame import Frame
from .session_file import Entry, Kind, Value


class Diverged(Exception):
    """The program decided otherwise than the recorded one."""


class Deck:
    """The entries, one after another."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries: Final[Iterator[Entry]] = iter(entries)
        self._head: Entry | None = None
        self._taken = 0
        self.now = 0.0
        """Of the entry that was taken last."""
        self.on_wall: Callable[[float], None] = lambda ahead: None

    def peek(self) -> Entry | None:
        """The next entry; None at the end."""
        while self._head is None or self._head.kind is Kind.WALL:
            if self._head is not None:
                self.on_wall(number_of(self._head.values[0]))
            self._head = next(self._entries, None)
            if self._head is None:
                return None
        return self._head

    def take(self, *expected: Kind) -> Entry:
        """The next entry, which has to be of one of the kinds."""
        entry = self.peek()
        if entry is None or entry.kind not in expected:
            kinds = " or ".join(kind.value for kind in expected)
            self.diverge(f"{kinds} where the recording {describe(entry)}")
        self._head = None
        self._taken += 1
        self.now = entry.now
        return entry

    def diverge(self, what: str) -> NoReturn:
        """Say that the program and the recording part here."""
        raise Diverged(f"after entry {self._taken}: {what}")


def describe(entry: Entry | None) -> str:
    """What the recording has there, for people."""
    return "ends" if entry is None else f"has {entry.kind.value} {list(entry.values)}"


def number_of(value: Value) -> float:
    """A value that has to be a number."""
    assert isinstance(value, int | float)
    return float(value)


class ReplayedLoop:
    """A ``Loop``: turns as the entries say."""

    def __init__(self, deck: Deck, now: float) -> None:
        deck.now = now
        self.network: ReplayedNetwork | None = None
        self._deck: Final = deck
        self._timers: Final[dict[int, Timer]] = {}
        self._timers_set = 0
        self._signals: Final[dict[int, Callable[[], None]]] = {}
        self._reader: Callable[[], None] | None = None
        self.keys = b""
        """What was read."""
        self._turn_end: Callable[[], None] | None = None
        self._is_stopping = False

    @property
    def now(self) -> float:
        """See ``Loop``."""
        return self._deck.now

    def time(self) -> float:
        """See ``Loop``."""
        entry = self._deck.peek()
        if entry is not None:
            self._deck.now = entry.now
        return self._deck.now

    def call_at(self, deadline: float, callback: Callable[[], None]) -> Timer:
        """See ``Loop``."""
        self._timers_set += 1
        timer = self._timers[self._timers_set] = Timer(deadline, callback)
        return timer

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """See ``Loop``."""
        return self.call_at(self.time() + seconds, callback)

    def add_reader(self, fd: int, callback: Callable[[], None]) -> None:
        """See ``Loop``."""
        self._reader = callback

    def remove_reader(self, fd: int) -> None:
        """See ``Loop``."""
        self._reader = None

    def add_signal(self, number: int, callback: Callable[[], None]) -> None:
        """See ``Loop``."""
        self._signals[int(number)] = callback

    def remove_signal(self, number: int) -> None:
        """See ``Loop``."""
        del self._signals[int(number)]

    def set_turn_end(self, callback: Callable[[], None] | None) -> None:
        """See ``Loop``."""
        self._turn_end = callback

    def stop(self) -> None:
        """See ``Loop``."""
        self._is_stopping = True

    def run(self) -> None:
        """See ``Loop``."""
        while (entry := self._deck.peek()) is not None:
            if entry.kind is Kind.PUMP:
                self._of_network().pump()
                continue
            self._act(self._deck.take(entry.kind))
            if entry.kind is Kind.TURN and self._is_stopping:
                return

    def _act(self, entry: Entry) -> None:
        match entry.kind, entry.values:
            case Kind.KEYS, (str(keys),) if self._reader is not None:
                self.keys = keys.encode("latin-1")
                self._reader()
            case Kind.TIMER, (int(number),) if number in self._timers:
                self._timers.pop(number).fire()
            case Kind.SIGNAL, (int(number),) if number in self._signals:
                self._signals[number]()
            case Kind.TURN, () if self._turn_end is not None:
                self._turn_end()
            case (Kind.NODE | Kind.CONNECTION | Kind.EXHAUSTED), _:
                self._of_network().report(entry)
            case _:
                self._deck.diverge(f"nothing comes of {describe(entry)}")

    def _of_network(self) -> "ReplayedNetwork":
        assert self.network is not None
        return self.network


class ReplayedNetwork:
    """A ``Network``: what it carries is in the entries."""

    def __init__(
        self,
        deck: Deck,
        node: Node,
        listening: Address,
        on_event: Callable[[NodeEvent], None],
        on_exhausted: Callable[[OSError], None],
    ) -> None:
        self.node: Final = node
        self.listening: Final = listening
        self._deck: Final = deck
        self._on_event: Final = on_event
        self._on_exhausted: Final = on_exhausted
        self._connections: Final[list[Connection]] = []
        self._is_pumping = False

    def pump(self) -> None:
        """See ``Network``."""
        if self._is_pumping:
            return
        self._is_pumping = True
        self._deck.take(Kind.PUMP)
        while True:
            entry = self._deck.take(Kind.PUMPED, Kind.EVENTS, Kind.NODE, Kind.CONNECTION, Kind.EXHAUSTED)
            if entry.kind is Kind.PUMPED:
                break
            if entry.kind is Kind.EVENTS:
                self._hand_on_events(entry)
            else:
                self.report(entry)
        self._is_pumping = False
        self.node.take_ready()  # the entries say which were flushed, and when
        self.node.take_requests()  # and what came of them

    def set_tracker_address(self, address: Address) -> None:
        """See ``Network``."""
        pass  # the entries say what came of it

    def close(self) -> None:
        """See ``Network``."""

    def _hand_on_events(self, entry: Entry) -> None:
        events = self.node.take_events()
        if entry.values != (len(events),):
            self._deck.diverge(f"{len(events)} events where the recording {describe(entry)}")
        for event in events:
            self._on_event(event)

    def report(self, entry: Entry) -> None:
        """Tell the node what the entry says."""
        node, now = self.node, entry.now
        match entry.kind, entry.values:
            case Kind.NODE, ("tracker_connected", str(host)):
                self._connections.append(node.tracker_connected(host, now=now))
            case Kind.NODE, ("tracker_unreachable", str(reason)):
                node.tracker_unreachable(LossReason[reason], now=now)
            case Kind.NODE, ("dial_succeeded", int(dial)):
                self._connections.append(node.dial_succeeded(dial, now=now))
            case Kind.NODE, ("dial_failed", int(dial), str(reason)):
                node.dial_failed(dial, LossReason[reason], now=now)
            case Kind.NODE, ("accept_peer", str(host), int(port)):
                self._connections.append(node.accept_peer(host, port, now=now))
            case Kind.NODE, ("handle_timer",):
                node.handle_timer(now=now)
            case Kind.CONNECTION, (int(number), *what) if 0 < number <= len(self._connections):
                self._report_of(self._connections[number - 1], what, entry)
            case Kind.EXHAUSTED, (number, why):
                self._on_exhausted(OSError(number, why))
            case _:
                self._deck.diverge(f"nothing comes of {describe(entry)}")

    def _report_of(self, connection: Connection, what: list[Value], entry: Entry) -> None:
        now = entry.now
        match what:
            case ["receive_data", str(data)]:
                connection.receive_data(data.encode("latin-1"), now=now)
            case ["receive_eof"]:
                connection.receive_eof(now=now)
            case ["connection_lost", str(reason)]:
                connection.connection_lost(LossReason[reason], now=now)
            case ["report_unsent", int(count)]:
                connection.report_unsent(count, now=now)
            case ["report_unacknowledged", int(count)]:
                connection.report_unacknowledged(count, now=now)
            case ["data_to_send", int(count)]:
                sent = connection.data_to_send()
                if len(sent) != count:
                    self._deck.diverge(f"{len(sent)} bytes to send where the recording {describe(entry)}")
            case _:
                self._deck.diverge(f"nothing comes of {describe(entry)}")


class ReplayedNode(Node):
    """A node whose user wants what the recorded one wanted, at the same times."""

    def __init__(self, deck: Deck, name: str, listen_port: int, *, now: float) -> None:
        self._deck: Final = deck
        super().__init__(name, listen_port, now=now, random=self._random)

    def _random(self) -> float:
        return number_of(self._deck.take(Kind.RANDOM).values[0])

    def _find(self, *intent: Value) -> float:
        """Find an intent again; returns when it was."""
        entry = self._deck.take(Kind.INTENT)
        if entry.values != intent:
            self._deck.diverge(f"intent {list(intent)} where the recording {describe(entry)}")
        return entry.now

    def open_chat(self, name: str, *, now: float) -> ConversationId:
        """See ``Node``."""
        return super().open_chat(name, now=self._find("open_chat", name))

    def open_chat_at(self, host: str, port: int, *, now: float) -> ConversationId:
        """See ``Node``."""
        return super().open_chat_at(host, port, now=self._find("open_chat_at", host, port))

    def say(self, conversation: ConversationId, text: str, *, now: float) -> TextId:
        """See ``Node``."""
        return super().say(conversation, text, now=self._find("say", conversation, text))

    def end_chat(self, conversation: ConversationId, *, now: float) -> None:
        """See ``Node``."""
        super().end_chat(conversation, now=self._find("end_chat", conversation))

    def refresh_list(self, *, now: float) -> None:
        """See ``Node``."""
        super().refresh_list(now=self._find("refresh_list"))

    def reconnect(self, *, now: float) -> None:
        """See ``Node``."""
        super().reconnect(now=self._find("reconnect"))

    def rename(self, name: str, *, now: float) -> None:
        """See ``Node``."""
        super().rename(name, now=self._find("rename", name))

    def leave(self, *, now: float) -> None:
        """See ``Node``."""
        super().leave(now=self._find("leave"))


class ReplayedTracker:
    """An ``OwnTracker``: what came of starting it is in the entries."""

    def __init__(self, deck: Deck, is_running: bool) -> None:
        self.is_running = is_running
        self._deck: Final = deck

    def start(self) -> bool:
        """See ``OwnTracker``."""
        (outcome,) = self._deck.take(Kind.OWN_TRACKER).values
        if outcome is None:
            raise ListenError(ListenFault.OTHER, "", 0, "as recorded")
        self.is_running = bool(outcome)
        return self.is_running

    def close(self) -> None:
        """See ``OwnTracker``."""
        self.is_running = False


class ReplayedDisplay:
    """A ``Display`` of the recorded sizes."""

    def __init__(self, deck: Deck) -> None:
        self._deck: Final = deck

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        pass

    def suspend(self) -> None:
        """See ``Display``."""

    def resume(self) -> None:
        """See ``Display``."""

    def redraw(self) -> None:
        """See ``Display``."""

    def resize(self) -> tuple[int, int]:
        """See ``Display``."""
        rows, columns = self._deck.take(Kind.SIZE).values
        return int(number_of(rows)), int(number_of(columns))

    def ring(self) -> None:
        """See ``Display``."""

    def use_mouse(self, on: bool) -> None:
        """See ``Display``."""

    def notify(self, text: str) -> None:
        """See ``Display``."""

    def draw(self, frame: Frame) -> None:
        """See ``Display``."""
