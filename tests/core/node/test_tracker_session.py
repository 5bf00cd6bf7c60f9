"""core/node/tracker_session.py: lists of users, however long (docs/protocol.md §3.2, §3.4)."""

from collections.abc import Sequence

from core import (
    CameOnline,
    ChatFailed,
    Connection,
    Limits,
    LossReason,
    NamesDropped,
    Node,
    NodeEvent,
    PeopleListed,
    ReachTracker,
    TrackerLossReason,
    TrackerLost,
    TrackerRegistered,
    TrackerState,
    WentOffline,
)
from core.limits import LIST_STEP_BYTES, LIST_STEP_NAMES, LIST_STEPS_AT_ONCE
from core.wire.name_list import NameListReader

MANY = 5000


class Desk:
    """Ana's node and its tracker, whose part the test plays."""

    def __init__(self, limits: Limits = Limits()) -> None:
        self.now = 0.0
        self.node = Node("Ana", 20000, now=0.0, random=lambda: 0.5, limits=limits)
        self.link = self.reach()

    def reach(self) -> Connection:
        assert ReachTracker() in self.node.take_requests()
        self.link = self.node.tracker_connected("192.0.2.1", now=self.now)
        return self.link

    def hear(self, *lines: str) -> list[NodeEvent]:
        self.link.receive_data("".join(f"{line}\r\n" for line in lines).encode(), now=self.now)
        return self.node.take_events()

    def turn(self) -> list[NodeEvent]:
        """What one call of the timer brings that is due at once."""
        assert self.node.next_timer() == self.now
        self.node.handle_timer(now=self.now)
        return self.node.take_events()

    def finish(self) -> list[NodeEvent]:
        """Call the timer for as long as it is due at once."""
        events: list[NodeEvent] = []
        while self.node.next_timer() == self.now:
            events += self.turn()
        return events

    def later(self, seconds: float) -> None:
        """Follow the timer; what is written and reported is dropped."""
        until = self.now + seconds
        while (at := self.node.next_timer()) is not None and at <= until:
            self.now = max(at, self.now)
            self.node.handle_timer(now=self.now)
        self.now = until
        self.node.take_events()
        self.link.data_to_send()


def listed(names: Sequence[str]) -> str:
    return "LIST " + ":".join(names)


def numbered(count: int, letter: str = "x") -> list[str]:
    return [f"{letter}{number}" for number in range(count)]


def test_names_are_trimmed_and_empty_own_and_double_ones_dropped() -> None:
    """§3.4"""
    desk = Desk()
    assert desk.hear("LIST : Bruno:Ana::Bruno : Jose\u0301:José") == [TrackerRegistered("Ana", ("Bruno", "José"))]
    assert desk.node.people == ("Bruno", "José")


def test_short_lists_are_taken_at_once() -> None:
    """§3.2: what came, what went, and the answer to the user."""
    desk = Desk()
    desk.hear("LIST Bruno:Camila")
    desk.later(1.0)
    desk.node.refresh_list(now=desk.now)
    assert desk.hear("LIST Davi:Camila") == [
        CameOnline("Davi"),
        WentOffline("Bruno"),
        PeopleListed(("Davi", "Camila")),
    ]
    assert desk.node.people == ("Davi", "Camila")


def test_a_long_list_is_read_a_little_in_each_turn() -> None:
    """§3.2: in between everything else has its turn."""
    desk = Desk()
    names = numbered(MANY)
    assert desk.hear(listed(names)) == []
    assert desk.node.tracker_state is TrackerState.REGISTERING
    turns = 0
    while not (events := desk.turn()):
        turns += 1
    assert events == [TrackerRegistered("Ana", tuple(names))]
    assert turns > len(listed(names)) // (LIST_STEP_BYTES * LIST_STEPS_AT_ONCE) - 2
    assert desk.finish() == []


def test_the_differences_of_long_lists_are_told_a_few_in_each_turn() -> None:
    desk = Desk()
    old, new = numbered(MANY, "x"), numbered(MANY, "y")
    desk.hear(listed(old))
    desk.finish()
    assert desk.hear(listed(new)) == []
    told: list[NodeEvent] = []
    while desk.node.next_timer() == desk.now:
        events = desk.turn()
        assert len(events) <= LIST_STEP_NAMES * LIST_STEPS_AT_ONCE
        told += events
    assert told == [*map(CameOnline, new), *map(WentOffline, old)]
    assert desk.node.people == tuple(new)


def test_nothing_waits_for_a_long_list() -> None:
    """§3.2: an address is told, KEEP goes out, a refused dial is reported."""
    desk = Desk()
    desk.hear("LIST Bruno")
    desk.later(1.0)
    desk.hear(listed(numbered(MANY)))
    desk.node.open_chat("Bruno", now=desk.now)
    desk.node.take_events()
    assert desk.link.data_to_send() == b"ADDR Bruno\r\n"
    desk.hear("ADDR 10.0.0.5:21500")
    assert desk.node.next_timer() == desk.now  # the list is still being read
    assert [str(request) for request in desk.node.take_requests()] == [
        "DialPeer(dial=1, host='10.0.0.5', port=21500, timeout_seconds=5.0)"
    ]
    desk.node.dial_failed(1, LossReason.REFUSED, now=desk.now)
    (failed,) = desk.node.take_events()
    assert isinstance(failed, ChatFailed)
    desk.now = 5.0
    desk.node.handle_timer(now=desk.now)
    assert desk.link.data_to_send() != b""
    assert desk.node.next_timer() is not None
    desk.finish()
    assert len(desk.node.people) == MANY


def test_a_newer_list_takes_the_place_of_one_that_waits() -> None:
    """And if the user asked for that one, the newer one is the answer."""
    desk = Desk()
    desk.hear("LIST Bruno")
    desk.later(1.0)
    desk.hear(listed(numbered(MANY)))
    desk.node.refresh_list(now=desk.now)
    desk.hear("LIST Davi")  # the answer to the user waits
    desk.hear("LIST Camila")  # and is replaced
    events = desk.finish()
    assert events[-1] == PeopleListed(("Camila",))
    assert CameOnline("Davi") not in events
    assert desk.node.people == ("Camila",)


def test_a_list_is_forgotten_with_its_connection() -> None:
    """What was told of it so far stays true."""
    desk = Desk()
    desk.hear(listed(numbered(MANY)))
    desk.link.receive_eof(now=desk.now)
    (lost,) = desk.node.take_events()
    assert isinstance(lost, TrackerLost) and lost.reason is TrackerLossReason.CLOSED and not lost.ever_registered
    assert desk.finish() == []
    assert desk.node.people == ()
    desk.later(2.0)
    desk.reach()
    assert desk.hear("LIST Bruno") == [TrackerRegistered("Ana", ("Bruno",))]


def test_the_differences_that_were_told_are_those_to_the_list_that_is_known() -> None:
    """A connection ends in the middle of them."""
    desk = Desk()
    desk.hear("LIST Bruno")
    desk.hear(listed(numbered(MANY)))
    known = {"Bruno"}

    def follow(events: list[NodeEvent]) -> None:
        for event in events:
            match event:
                case CameOnline(name):
                    assert name not in known
                    known.add(name)
                case WentOffline(name):
                    known.remove(name)
                case _:
                    pass

    while len(known) == 1:
        follow(desk.turn())
    assert len(known) < MANY
    desk.link.receive_eof(now=desk.now)
    follow(desk.node.take_events())
    assert set(desk.node.people) == known
    desk.later(2.0)
    desk.reach()
    follow(desk.hear("LIST Camila"))
    follow(desk.finish())
    assert set(desk.node.people) == known == {"Camila"}


def test_names_too_long_are_dropped_and_it_is_said_once() -> None:
    """§3.4: 576 bytes; composing them would take the square of their length."""
    desk = Desk()
    marks = "a" + "\u0301\u0316" * 15_000
    assert desk.hear(f"LIST Bruno:{marks}:{'x' * 577}") == [TrackerRegistered("Ana", ("Bruno",)), NamesDropped(2)]
    assert desk.hear(f"LIST Bruno:{marks}") == []
    desk.link.receive_eof(now=desk.now)
    desk.later(2.0)
    desk.reach()
    assert desk.hear(f"LIST Bruno:{marks}") == [TrackerRegistered("Ana", ("Bruno",)), NamesDropped(1)]


def test_names_too_many_are_dropped_and_counted() -> None:
    desk = Desk(Limits(max_people=2))
    assert desk.hear("LIST Bruno:Camila:Davi:Bruno:Eva") == [
        TrackerRegistered("Ana", ("Bruno", "Camila")),
        NamesDropped(2),
    ]


def test_no_step_reads_more_than_a_little() -> None:
    """8 MiB of marks, one name of them or ten thousand: counted work, no clock."""
    name = "a" + "\u0301\u0316" * 143
    for text in (":".join([name] * 2000), "x" * 2_000_000, ":" * 500_000, "a:" * 500_000):
        data = text.encode()
        reader = NameListReader(data, max_names=100_000)
        before = 0
        while True:
            done = reader.read(LIST_STEP_BYTES)
            raw = data[before : reader._at]
            longest = max((part for part in raw.split(b":")), key=len)
            assert len(raw) - len(longest) <= LIST_STEP_BYTES + 1
            before = reader._at
            if done:
                break
