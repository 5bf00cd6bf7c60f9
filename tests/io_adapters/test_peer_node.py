"""Peers on real sockets: with each other over a tracker, and with callers of every kind."""

import random
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import pytest

from core.errors import BufferFull
from core.events import (
    CameOnline,
    ChatEnd,
    ChatEnded,
    ChatFailed,
    ChatOpened,
    ConversationId,
    LossReason,
    NodeEvent,
    NodeLeft,
    PeerVerified,
    TextReceived,
    TrackerLossReason,
    TrackerLost,
    TrackerRegistered,
    Verdict,
)
from core.node.node import Node
from core.tracker.tracker import Tracker
from io_adapters.listening import listening_address, open_listener
from io_adapters.peer_node import PeerNode
from io_adapters.reactor import Reactor
from io_adapters.resolver import Resolver, SocketAddress
from io_adapters.tracker_server import TrackerServer

from .support import (
    LOOPBACK,
    PATIENCE_SECONDS,
    Guest,
    count_turns,
    dial_guest,
    has_ipv6,
    refuse_to_watch,
    run_for,
    run_until,
    unused_port,
)

AnyEvent = TypeVar("AnyEvent", bound=NodeEvent)


class Person:
    """A node on sockets, and what it reported."""

    def __init__(
        self,
        reactor: Reactor,
        name: str,
        tracker: tuple[str, int],
        *,
        resolver: Resolver | None = None,
        host: str = LOOPBACK,
    ) -> None:
        self.reactor = reactor
        self.events: list[NodeEvent] = []
        self.on_event: Callable[[NodeEvent], None] = lambda event: None
        self.trace: list[str] = []
        listener = open_listener(host, 0)
        self.port = listening_address(listener)[1]
        self.node = Node(name, self.port, now=reactor.time(), random=random.Random(name).random)
        self.adapter = PeerNode(
            reactor,
            self.node,
            tracker_address=tracker,
            listeners=[listener],
            resolver=resolver,
            trace=self.trace.append,
        )
        reactor.add_end_of_turn(self._take_events)

    def _take_events(self) -> None:
        while events := self.node.take_events():
            for event in events:
                self.events.append(event)
                self.on_event(event)

    def seen(self, kind: type[AnyEvent]) -> list[AnyEvent]:
        """The events of one kind, so far."""
        return [event for event in self.events if isinstance(event, kind)]

    def wait_for(self, kind: type[AnyEvent], number: int = 1) -> AnyEvent:
        """Turn the loop until so many events of that kind have come; return the last of these."""
        run_until(self.reactor, lambda: len(self.seen(kind)) >= number)
        return self.seen(kind)[number - 1]

    def texts(self) -> list[str]:
        """What was heard, in order."""
        return [event.text for event in self.seen(TextReceived)]

    def open_chat(self, name: str) -> ConversationId:
        """Begin a chat."""
        conversation = self.node.open_chat(name, now=self.reactor.time())
        self.adapter.pump()
        return conversation

    def open_chat_at(self, host: str, port: int) -> ConversationId:
        """Begin a chat with an address."""
        conversation = self.node.open_chat_at(host, port, now=self.reactor.time())
        self.adapter.pump()
        return conversation

    def say(self, conversation: ConversationId, *texts: str) -> None:
        """Say one text after another."""
        for text in texts:
            self.node.say(conversation, text, now=self.reactor.time())
        self.adapter.pump()

    def end_chat(self, conversation: ConversationId) -> None:
        """Take leave of one."""
        self.node.end_chat(conversation, now=self.reactor.time())
        self.adapter.pump()

    def leave(self) -> None:
        """Take leave of all."""
        self.node.leave(now=self.reactor.time())
        self.adapter.pump()


@dataclass
class Town:
    """A tracker and people, all in one loop."""

    reactor: Reactor
    tracker: Tracker
    server: TrackerServer
    people: list[Person] = field(default_factory=list)

    @property
    def address(self) -> tuple[str, int]:
        """Where the tracker is."""
        return self.server.addresses[0]

    def add(self, name: str, tracker: tuple[str, int] | None = None, host: str = LOOPBACK) -> Person:
        """Let somebody in, and wait until they are registered, unless with another tracker."""
        person = Person(self.reactor, name, tracker if tracker is not None else self.address, host=host)
        self.people.append(person)
        if tracker is None:
            person.wait_for(TrackerRegistered)
        return person


@pytest.fixture
def town(reactor: Reactor) -> Iterator[Town]:
    tracker = Tracker()
    place = Town(reactor, tracker, TrackerServer(reactor, tracker, [open_listener(LOOPBACK, unused_port())]))
    yield place
    for person in place.people:
        person.adapter.close()
    place.server.close()


def call(person: Person) -> Guest:
    """Connect to somebody as a peer, with a plain socket."""
    return dial_guest(person.reactor, person.port)


# Between our own


def test_three_people_and_a_tracker_chat(town: Town) -> None:
    ana, bruno, camila = (town.add(name) for name in ("Ana", "Bruno", "Camila"))
    assert camila.seen(TrackerRegistered)[0].names == ("Ana", "Bruno")
    with_bruno = camila.open_chat("Bruno")
    camila.say(with_bruno, "Oi Bruno!")  # kept until the chat is open
    assert bruno.wait_for(ChatOpened).name == "Camila"
    assert bruno.wait_for(PeerVerified).verdict is Verdict.VERIFIED
    assert bruno.wait_for(TextReceived).text == "Oi Bruno!"
    bruno.say(bruno.seen(ChatOpened)[0].conversation, "Tudo bem, Camila?")
    assert camila.wait_for(TextReceived).text == "Tudo bem, Camila?"
    with_ana = camila.open_chat("Ana")
    camila.say(with_ana, "Oi Ana!")
    assert ana.wait_for(TextReceived).text == "Oi Ana!"
    bruno.say(bruno.seen(ChatOpened)[0].conversation, "Tchau")
    bruno.end_chat(bruno.seen(ChatOpened)[0].conversation)
    assert camila.wait_for(ChatEnded).end is ChatEnd.FAREWELL
    assert camila.texts() == ["Tudo bem, Camila?", "Tchau"]
    assert bruno.wait_for(ChatEnded).end is ChatEnd.WE_LEFT
    assert bruno.seen(ChatEnded)[0].unconfirmed == ()
    assert ana.seen(ChatEnded) == []


def test_every_text_arrives_unchanged_in_order_and_once(town: Town) -> None:
    """§4.3"""
    ana, bruno = town.add("Ana"), town.add("Bruno")
    texts = ["DISC", "USER x", "/bye", "DISCO é bom", "LIST", "KEEP", "ADDR Ana", "o fim DISC", " "]
    texts.append("😀👩‍👩‍👧 é")
    conversation = ana.open_chat("Bruno")
    ana.say(conversation, *texts)
    run_until(town.reactor, lambda: len(bruno.texts()) >= len(texts))
    answer = bruno.seen(ChatOpened)[0].conversation
    bruno.say(answer, *texts)
    run_until(town.reactor, lambda: len(ana.texts()) >= len(texts))
    run_for(town.reactor, 0.3)  # longer than a quiet line takes (§4.4)
    assert bruno.texts() == texts
    assert ana.texts() == texts
    assert ana.seen(ChatEnded) == []


def test_a_burst_of_300_lines_arrives_in_order_and_the_last_words_before_the_farewell_too(town: Town) -> None:
    """§4.6"""
    ana, bruno = town.add("Ana"), town.add("Bruno")
    lines = [f"line {number} é ♥" for number in range(300)]
    conversation = ana.open_chat("Bruno")
    ana.wait_for(ChatOpened)
    ana.say(conversation, *lines, "last words")
    ana.end_chat(conversation)
    assert bruno.wait_for(ChatEnded).end is ChatEnd.FAREWELL
    assert bruno.texts() == [*lines, "last words"]
    ended = ana.wait_for(ChatEnded)
    assert (ended.end, ended.unsent, ended.unconfirmed) == (ChatEnd.WE_LEFT, (), ())


def test_last_words_arrive_although_the_other_side_was_speaking_too(town: Town) -> None:
    ana, bruno = town.add("Ana"), town.add("Bruno")
    conversation = ana.open_chat("Bruno")
    ana.wait_for(ChatOpened)
    answer = bruno.wait_for(ChatOpened).conversation
    ana.say(conversation, "one", "two", "three")
    bruno.say(answer, *(f"interruption {number}" for number in range(500)))
    ana.end_chat(conversation)
    bruno.wait_for(ChatEnded)
    assert bruno.texts() == ["one", "two", "three"]


def test_people_who_leave_say_farewell_to_all_and_go_off_the_list(town: Town) -> None:
    ana, bruno, camila = (town.add(name) for name in ("Ana", "Bruno", "Camila"))
    for name in ("Bruno", "Camila"):
        ana.say(ana.open_chat(name), "bye then")
    for other in (bruno, camila):
        other.wait_for(TextReceived)
    ana.leave()
    ana.wait_for(NodeLeft)
    for other in (bruno, camila):
        assert other.wait_for(ChatEnded).end is ChatEnd.FAREWELL
        assert other.texts() == ["bye then"]
    run_until(town.reactor, lambda: town.tracker.online == 2)
    assert ana.events[-1] == NodeLeft()


def test_intents_and_pump_within_an_event_are_carried_out_in_the_same_turn(town: Town) -> None:
    ana, bruno = town.add("Ana"), town.add("Bruno")

    def answer(event: NodeEvent) -> None:
        if isinstance(event, TextReceived):
            bruno.say(event.conversation, f"you said: {event.text}")

    bruno.on_event = answer
    ana.say(ana.open_chat("Bruno"), "one", "two")
    run_until(town.reactor, lambda: len(ana.texts()) == 2)
    assert ana.texts() == ["you said: one", "you said: two"]


def test_a_chat_by_address_works_over_ipv6_or_says_that_there_is_no_way(town: Town) -> None:
    ana = town.add("Ana")
    bruno = town.add("Bruno", host="")
    ana.open_chat_at("::1", bruno.port)
    if has_ipv6():
        assert ana.wait_for(ChatOpened).host == "::1"
        assert bruno.wait_for(ChatOpened).name == "Ana"
    else:
        assert ana.wait_for(ChatFailed).reason is LossReason.NO_ROUTE


def test_a_person_who_cannot_be_reached_is_told_with_the_reason(town: Town) -> None:
    ana = town.add("Ana")
    port = unused_port()
    conversation = ana.open_chat_at(LOOPBACK, port)
    ana.say(conversation, "are you there?")
    failed = ana.wait_for(ChatFailed)
    assert (failed.reason, failed.host, failed.port) == (LossReason.REFUSED, LOOPBACK, port)
    assert len(failed.texts) == 1


def test_a_chat_that_is_given_up_while_it_is_dialled_leaves_nothing_behind(town: Town) -> None:
    ana = town.add("Ana")
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        listener.listen()
        conversation = ana.open_chat_at(LOOPBACK, listener.getsockname()[1])
        ana.end_chat(conversation)
        run_for(town.reactor, 0.05)
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert ana.seen(ChatOpened) == []


# With callers of other kinds


def test_a_callers_farewell_is_answered_by_the_end_of_our_stream_after_its_last_words(town: Town) -> None:
    """§4.6: without a reset, and without ``DISC`` back."""
    ana = town.add("Ana")
    guest = call(ana)
    guest.send(b"USER Bruno\r\nlast words\r\nDISC\r\n")
    assert guest.read_to_end() == b""
    assert not guest.was_reset
    guest.close()
    assert ana.wait_for(ChatEnded).end is ChatEnd.FAREWELL
    assert ana.texts() == ["last words"]


def test_a_caller_is_heard_out_after_our_farewell(town: Town) -> None:
    """§4.6"""
    ana = town.add("Ana")
    guest = call(ana)
    guest.send(b"USER Bruno\r\nhello\r\n")
    opened = ana.wait_for(ChatOpened)
    ana.wait_for(TextReceived)
    ana.say(opened.conversation, "last words")
    ana.end_chat(opened.conversation)
    assert guest.read_to_end() == b"last words\r\nDISC\r\n"
    assert ana.seen(ChatEnded) == []
    guest.send(b"one more thing\r\n")
    guest.close()
    assert ana.wait_for(ChatEnded).end is ChatEnd.WE_LEFT
    assert ana.texts() == ["hello", "one more thing"]


def test_a_caller_who_never_ends_its_stream_is_closed_two_seconds_after_our_farewell(town: Town) -> None:
    """§4.6"""
    ana = town.add("Ana")
    guest = call(ana)
    guest.send(b"USER Bruno\r\n")
    ana.end_chat(ana.wait_for(ChatOpened).conversation)
    assert guest.read_to_end() == b"DISC\r\n"
    assert ana.wait_for(ChatEnded).end is ChatEnd.WE_LEFT
    guest.close()


def test_a_broken_connection_is_told_after_what_had_arrived_and_reaches_no_other(town: Town) -> None:
    ana = town.add("Ana")
    breaking, steady = call(ana), call(ana)
    steady.send(b"USER Camila\r\n")
    breaking.send(b"USER Bruno\r\nwait\r\n")
    breaking.reset()
    ended = ana.wait_for(ChatEnded)
    assert (ended.end, ended.detail) == (ChatEnd.LOST, LossReason.RESET)
    assert ana.texts() == ["wait"]
    steady.send(b"still here\r\n")
    ana.wait_for(TextReceived, 2)
    assert ana.texts() == ["wait", "still here"]
    steady.close()


def test_a_peer_that_does_not_read_is_refused_more_and_the_others_never_wait(town: Town) -> None:
    """§4.9"""
    ana = town.add("Ana")
    deaf, other = call(ana), call(ana)
    deaf.send(b"USER Bruno\r\n")
    conversation = ana.wait_for(ChatOpened).conversation
    with pytest.raises(BufferFull):
        for _ in range(20_000):
            ana.say(conversation, "x" * 900)
    assert count_turns(town.reactor, 0.1) <= 20  # waits, and does not spin
    other.send(b"USER Camila\r\n")
    ana.say(ana.wait_for(ChatOpened, 2).conversation, "hello Camila")
    assert other.read_until(b"\r\n") == b"hello Camila\r\n"
    deaf.read_until(b"x\r\n")  # now it reads, and there is room again

    def can_say_more() -> bool:
        deaf.read()
        try:
            ana.say(conversation, "again")
        except BufferFull:
            return False
        return True

    run_until(town.reactor, can_say_more)
    deaf.close()
    other.close()


def test_a_text_without_line_end_is_heard_when_it_has_been_quiet(town: Town) -> None:
    """§4.4"""
    ana = town.add("Ana")
    guest = call(ana)
    guest.send(b"USER Bruno")
    assert ana.wait_for(ChatOpened).name == "Bruno"
    guest.send(b"oi")
    assert ana.wait_for(TextReceived).text == "oi"
    guest.close()
    assert ana.wait_for(ChatEnded).end is ChatEnd.END_OF_STREAM


# The tracker


def test_a_tracker_is_found_by_name(town: Town) -> None:
    ana = town.add("Ana", tracker=("localhost", town.address[1]))
    assert ana.wait_for(TrackerRegistered).name == "Ana"


def test_a_tracker_that_cannot_be_reached_is_told_with_the_reason_and_tried_again(
    town: Town, reactor: Reactor
) -> None:
    """§3.1"""
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))  # nobody listens, and nobody else gets the port
        ana = town.add("Ana", tracker=taken.getsockname())
        lost = ana.wait_for(TrackerLost)
        assert (lost.reason, lost.detail) == (TrackerLossReason.UNREACHABLE, LossReason.REFUSED)
        taken.listen()
        taken.settimeout(0.0)
        callers: list[socket.socket] = []

        def is_called() -> bool:
            try:
                callers.append(taken.accept()[0])
            except BlockingIOError:
                return False
            return True

        run_until(reactor, is_called)
        guest = Guest(reactor, callers[0])
        guest.read_until(b"USER Ana:%d\r\nLIST\r\n" % ana.port)
        guest.send(b"LIST Bruno\r\n")
        assert ana.wait_for(TrackerRegistered).names == ("Bruno",)
        guest.close()


def test_an_unknown_tracker_host_is_told_as_such(town: Town, reactor: Reactor) -> None:
    def find_nothing(host: str, port: int) -> list[SocketAddress]:
        return []

    ana = Person(reactor, "Ana", ("nowhere.example", 10000), resolver=Resolver(reactor, look_up=find_nothing))
    town.people.append(ana)
    assert ana.wait_for(TrackerLost).detail is LossReason.UNKNOWN_HOST


def test_chats_go_on_when_the_tracker_is_lost_and_people_come_back_to_its_successor(
    town: Town, reactor: Reactor
) -> None:
    """§3.1"""
    ana, bruno = town.add("Ana"), town.add("Bruno")
    conversation = ana.open_chat("Bruno")
    bruno.wait_for(PeerVerified)
    host, port = town.address
    town.server.close()
    for person in (ana, bruno):
        assert person.wait_for(TrackerLost).reason is TrackerLossReason.CLOSED
    ana.say(conversation, "are you there?")
    assert bruno.wait_for(TextReceived).text == "are you there?"
    successor = TrackerServer(reactor, Tracker(), [open_listener(host, port)])
    for person in (ana, bruno):
        person.wait_for(TrackerRegistered, 2)
    successor.close()


def test_the_tracker_can_be_changed_while_running(town: Town, reactor: Reactor) -> None:
    ana = town.add("Ana")
    tracker = Tracker()
    server = TrackerServer(reactor, tracker, [open_listener(LOOPBACK, 0)])
    ana.adapter.set_tracker_address(server.addresses[0])
    ana.node.reconnect(now=reactor.time())
    ana.adapter.pump()
    ana.wait_for(TrackerRegistered, 2)
    assert ana.adapter.tracker_address == server.addresses[0]
    assert tracker.online == 1
    run_until(reactor, lambda: town.tracker.online == 0)
    server.close()


def test_the_tracker_can_be_changed_while_it_is_being_dialled(town: Town) -> None:
    with socket.socket() as silent:
        silent.bind((LOOPBACK, 0))
        silent.listen(0)
        callers = [socket.socket() for _ in range(4)]
        for caller in callers:
            caller.setblocking(False)
            caller.connect_ex(silent.getsockname())
        ana = town.add("Ana", tracker=silent.getsockname())
        run_for(town.reactor, 0.05)
        assert ana.events == []
        ana.adapter.set_tracker_address(town.address)
        assert ana.wait_for(TrackerRegistered).name == "Ana"
        assert ana.seen(TrackerLost) == []
        for caller in callers:
            caller.close()


def test_somebody_who_comes_is_seen_by_the_others(town: Town) -> None:
    """§3.2"""
    ana = town.add("Ana")
    bruno = town.add("Bruno")
    ana.node.refresh_list(now=town.reactor.time())
    ana.adapter.pump()
    assert ana.wait_for(CameOnline).name == "Bruno"
    bruno.adapter.close()
    run_until(town.reactor, lambda: town.tracker.online == 1)


# The trace


def test_everything_on_the_wire_can_be_traced(town: Town) -> None:
    ana, bruno = town.add("Ana"), town.add("Bruno")
    ana.say(ana.open_chat("Bruno"), "oi")
    bruno.wait_for(TextReceived)
    unreachable = unused_port()
    ana.open_chat_at(LOOPBACK, unreachable)
    ana.wait_for(ChatFailed)
    tracker = "tracker {}:{}".format(*town.address)
    assert ana.trace[:3] == [
        f"{tracker} connected",
        f"{tracker} > USER Ana:{ana.port}\\r\\n",
        f"{tracker} > LIST\\r\\n",
    ]
    assert f"dial 1: {LOOPBACK}:{bruno.port}" in ana.trace
    assert f"dial 1 {LOOPBACK}:{bruno.port} > USER Ana\\r\\n" in ana.trace
    assert f"dial 1 {LOOPBACK}:{bruno.port} > oi\\r\\n" in ana.trace
    dial = ana.trace.index(f"dial 2: {LOOPBACK}:{unreachable}")
    assert "dial 2: refused" in ana.trace[dial:]
    assert any(line.startswith("caller ") and line.endswith(" < oi\\r\\n") for line in bruno.trace)


# The end


def test_closing_drops_everything_at_once_and_is_harmless_again(town: Town) -> None:
    ana, bruno = town.add("Ana"), town.add("Bruno")
    ana.open_chat("Bruno")
    bruno.wait_for(ChatOpened)
    ana.open_chat_at(LOOPBACK, unused_port())
    ana.adapter.close()
    ana.adapter.close()
    ana.adapter.pump()
    assert bruno.wait_for(ChatEnded).end in (ChatEnd.END_OF_STREAM, ChatEnd.LOST)
    run_until(town.reactor, lambda: town.tracker.online == 1)
    with pytest.raises(ConnectionRefusedError):
        call(ana)


def test_closing_while_the_tracker_is_dialled_stops_the_dial(town: Town) -> None:
    ana = town.add("Ana", tracker=(LOOPBACK, unused_port()))
    town.reactor.run_turn(PATIENCE_SECONDS)
    ana.adapter.close()
    ana.adapter.set_tracker_address(town.address)
    run_for(town.reactor, 0.05)
    assert ana.events == []


def test_a_caller_that_the_system_cannot_watch_is_closed_and_the_chats_go_on(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, bruno, camila = town.add("Ana"), town.add("Bruno"), town.add("Camila")
    conversation = ana.open_chat("Bruno")
    bruno.wait_for(ChatOpened)
    with monkeypatch.context() as patch:
        patch.setattr(Reactor, "register", refuse_to_watch)
        unlucky = call(ana)
        assert unlucky.read_to_end() == b""
        ana.open_chat_at(LOOPBACK, camila.port)
        assert ana.wait_for(ChatFailed).reason is LossReason.ERROR
    ana.say(conversation, "still here")
    bruno.wait_for(TextReceived)
    call(ana).close()
