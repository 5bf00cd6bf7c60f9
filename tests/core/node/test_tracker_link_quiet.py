"""core/node/tracker_link.py and trackers that end none of their replies (docs/protocol.md §4.4, for replies)."""

from core.limits import INSTRUCTION_GAP_SECONDS, QUIET_LINE_SECONDS
from core.node.link_events import AddressFound, AddressUnknown, ListAnswered, TrackerLinkEvent
from core.node.tracker_link import TrackerLink

from .keeper import Keeper


class _UnterminatedTracker:
    """Answers each instruction at once, with no line end; knows Bruno."""

    def __init__(self) -> None:
        self.link = TrackerLink(Keeper(), "Ana", 20000, now=0.0)
        self.sent_at: list[tuple[float, bytes]] = []

    def run(self, until: float) -> list[TrackerLinkEvent]:
        """Follow the timer, one instruction at a time; returns what the link reported."""
        events: list[TrackerLinkEvent] = []
        self.answer(0.0)
        while (at := self.link.next_timer()) is not None and at < until:
            self.link.handle_timer(now=at)
            self.answer(at)
            events += self.link.take_events()
        return events

    def answer(self, now: float) -> None:
        request = self.link.data_to_send()
        if request:
            self.sent_at.append((now, request))
        if request == b"LIST\r\n":
            self.link.receive_data(b"LIST Bruno", now=now)
        elif request == b"ADDR Bruno\r\n":
            self.link.receive_data(b"ADDR 10.0.0.1:20001", now=now)


def test_a_reply_with_no_end_counts_as_a_line_once_it_has_been_quiet() -> None:
    tracker = _UnterminatedTracker()
    assert tracker.run(INSTRUCTION_GAP_SECONDS + QUIET_LINE_SECONDS - 0.001) == []
    assert tracker.run(1.0) == [ListAnswered(b"Bruno", wanted=False)]
    assert tracker.link.is_registered


def test_the_answer_and_the_fence_behind_it_do_not_run_together() -> None:
    tracker = _UnterminatedTracker()
    tracker.run(1.0)
    tracker.link.request_address("Bruno", now=1.0)
    tracker.link.request_address("Camila", now=1.0)
    events = [event for event in tracker.run(4.0) if not isinstance(event, ListAnswered)]
    assert events == [AddressFound("Bruno", "10.0.0.1", 20001), AddressUnknown("Camila")]
    times = [at for at, _ in tracker.sent_at[2:]]
    assert all(later - earlier > QUIET_LINE_SECONDS for earlier, later in zip(times, times[1:], strict=False))


def test_a_slow_reply_of_a_tracker_that_has_shown_a_line_end_is_never_cut() -> None:
    link = TrackerLink(Keeper(), "Ana", 20000, now=0.0)
    link.receive_data(b"LIST \r\nLIST Bru", now=0.1)
    link.take_events()
    link.handle_timer(now=0.1 + 2 * QUIET_LINE_SECONDS)
    assert link.take_events() == []
    link.receive_data(b"no\r\n", now=1.0)
    assert link.take_events() == [ListAnswered(b"Bruno", wanted=False)]
