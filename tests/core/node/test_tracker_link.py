"""core/node/tracker_link.py: a client's connection to its tracker (docs/protocol.md §3)."""

from collections.abc import Sequence

import pytest

from core.events import LossReason, TrackerLossReason
from core.limits import (
    INSTRUCTION_GAP_SECONDS,
    KEEPALIVE_SECONDS,
    LIST_INTERVAL_SECONDS,
    LIST_TIMEOUT_SECONDS,
    MAX_REPLY_BYTES,
)
from core.node.link_events import (
    AddressFound,
    AddressUnknown,
    ListAnswered,
    TrackerLinkEnded,
    TrackerLinkEvent,
)
from core.node.tracker_link import TrackerLink

from ..feeding import outcome_however_cut
from .keeper import Keeper

GAP = INSTRUCTION_GAP_SECONDS


def run(link: TrackerLink, until: float) -> list[tuple[float, bytes]]:
    """Follow the timer to ``until``; returns what was sent when."""
    sent: list[tuple[float, bytes]] = []
    while (at := link.next_timer()) is not None and at < until:
        link.handle_timer(now=at)
        if data := link.data_to_send():
            sent.append((at, data))
    return sent


def registered(names: bytes = b"Bruno", now: float = GAP) -> TrackerLink:
    """A link that has sent USER and LIST and got its first answer."""
    link = TrackerLink(Keeper(), "Ana", 20000, now=0.0)
    link.data_to_send()
    run(link, now + 0.001)
    link.receive_data(b"LIST " + names + b"\r\n", now=now)
    link.take_events()
    link.data_to_send()
    return link


def ask(link: TrackerLink, name: str, now: float) -> float:
    """Ask for an address and let ADDR and its fence go out; returns when they are out."""
    link.request_address(name, now=now)
    run(link, now + 2.5 * GAP)
    link.data_to_send()
    return now + 2.5 * GAP


def test_a_link_registers_first_and_asks_for_the_list_at_once() -> None:
    """§3.1"""
    link = TrackerLink(Keeper(), "Ana", 20000, now=0.0)
    assert link.data_to_send() == b"USER Ana:20000\r\n"
    assert run(link, 1.0) == [(GAP, b"LIST\r\n")]


def test_every_instruction_leaves_in_a_segment_of_its_own() -> None:
    """§3.1, §3.3: real trackers take one recv for one instruction."""
    link = registered()
    link.request_address("Bruno", now=4.99)
    sent = [(4.99, link.data_to_send()), *run(link, 6.0)]
    assert sorted(data for _, data in sent) == [b"ADDR Bruno\r\n", b"KEEP\r\n", b"LIST\r\n"]
    times = [at for at, _ in sent]
    assert all(later - earlier >= GAP - 1e-9 for earlier, later in zip(times, times[1:], strict=False))


def test_the_first_list_answer_proves_the_registration() -> None:
    """§3.1"""
    link = TrackerLink(Keeper(), "Ana", 20000, now=0.0)
    before = link.is_registered
    link.receive_data(b"LIST Bruno\r\n", now=0.1)
    assert (before, link.is_registered) == (False, True)
    assert link.take_events() == [ListAnswered(b"Bruno", wanted=False)]


def test_an_end_of_stream_before_any_answer_is_a_refusal() -> None:
    """§3.1"""
    link = TrackerLink(Keeper(), "Ana", 20000, now=0.0)
    link.receive_eof(now=0.1)
    assert link.take_events() == [TrackerLinkEnded(TrackerLossReason.REFUSED, None)]
    assert link.wants_close


def test_a_reset_before_any_answer_is_a_refusal_too() -> None:
    """§3.1: a tracker that shuts a connection down may reset it."""
    link = TrackerLink(Keeper(), "Ana", 20000, now=0.0)
    link.connection_lost(LossReason.RESET, now=0.1)
    assert link.take_events() == [TrackerLinkEnded(TrackerLossReason.REFUSED, LossReason.RESET)]


def test_an_end_of_stream_after_an_answer_is_a_loss() -> None:
    """§3.1"""
    link = registered()
    link.receive_eof(now=1.0)
    link.receive_eof(now=1.1)
    assert link.take_events() == [TrackerLinkEnded(TrackerLossReason.CLOSED, None)]


def test_a_broken_connection_is_a_loss() -> None:
    """§3.1"""
    link = registered()
    link.connection_lost(LossReason.TIMED_OUT, now=1.0)
    assert link.take_events() == [TrackerLinkEnded(TrackerLossReason.BROKEN, LossReason.TIMED_OUT)]


def test_a_link_says_keep_every_five_seconds() -> None:
    """§3.2"""
    link = registered()
    keeps: list[float] = []
    while (at := link.next_timer()) is not None and at < 26:
        link.handle_timer(now=at)
        data = link.data_to_send()
        if data == b"KEEP\r\n":
            keeps.append(at)
        elif data == b"LIST\r\n":
            link.receive_data(b"LIST \r\n", now=at)
    assert keeps == pytest.approx([KEEPALIVE_SECONDS * n for n in range(1, 6)], abs=0.2)


def test_a_link_refreshes_the_list_every_five_seconds() -> None:
    """§3.2"""
    link = registered()
    lists = [at for at, data in run(link, 12.0) if data == b"LIST\r\n"]
    assert lists == pytest.approx([GAP + LIST_INTERVAL_SECONDS, GAP + 2 * LIST_INTERVAL_SECONDS], abs=0.2)


def test_a_list_leaves_however_many_addresses_are_asked_for_and_answered_at_once() -> None:
    """Each answer came before the LIST behind its question had left; the next question then went before that."""
    link = registered()
    now, lists, questions = GAP, [], 0
    for number in range(3000):
        now += 0.01
        link.request_address(f"n{number}", urgent=False, now=now)
        link.handle_timer(now=now)
        sent = link.data_to_send()
        if b"LIST" in sent:
            lists.append(now)
            link.receive_data(b"LIST Bruno\r\n", now=now)
        if b"ADDR" in sent:
            questions += 1
            link.receive_data(b"ADDR 192.0.2.9:5\r\n", now=now)
    assert questions > 400
    assert max(later - earlier for earlier, later in zip([GAP, *lists], [*lists, now], strict=True)) < 3 * LIST_INTERVAL_SECONDS


def test_the_list_interval_grows_so_that_presence_costs_four_kib_a_second() -> None:
    """§3.2"""
    names = b":".join(b"somebody%05d" % number for number in range(10_000))
    link = registered(names)
    interval = (len(names) + 5) / 4096
    assert interval > 30
    lists = [at for at, data in run(link, 60.0) if data == b"LIST\r\n"]
    assert lists[0] == pytest.approx(GAP + interval, abs=0.2)


def test_the_users_list_is_told_from_the_refresh() -> None:
    """§3.2"""
    link = registered()
    link.request_list(now=1.0)
    assert link.data_to_send() == b"LIST\r\n"
    link.receive_data(b"LIST Bruno\r\n", now=1.1)
    assert link.take_events() == [ListAnswered(b"Bruno", wanted=True)]
    link.receive_data(b"LIST Bruno\r\n", now=1.2)
    assert link.take_events() == [ListAnswered(b"Bruno", wanted=False)]


def test_an_answer_to_an_earlier_list_is_not_taken_for_the_users() -> None:
    """§3.2: Camila came between the two."""
    link = TrackerLink(Keeper(), "Ana", 20000, now=0.0)
    link.data_to_send()
    run(link, GAP + 0.001)
    link.request_list(now=1.0)
    link.receive_data(b"LIST Bruno\r\nLIST Bruno:Camila\r\n", now=1.1)
    assert link.take_events() == [
        ListAnswered(b"Bruno", wanted=False),
        ListAnswered(b"Bruno:Camila", wanted=True),
    ]


def test_a_known_name_is_found() -> None:
    """§3.3"""
    link = registered()
    now = ask(link, "Bruno", 1.0)
    link.receive_data(b"ADDR 10.0.0.5:21500\r\nLIST Bruno\r\n", now=now)
    assert link.take_events() == [
        AddressFound("Bruno", "10.0.0.5", 21500),
        ListAnswered(b"Bruno", wanted=False),
    ]


def test_an_unknown_name_is_known_by_the_fence_within_one_round_trip() -> None:
    """§3.3"""
    link = registered()
    link.request_address("Ninguém", now=1.0)
    sent = [(1.0, link.data_to_send()), *run(link, 1.2)]
    assert [data for _, data in sent] == ["ADDR Ninguém\r\n".encode(), b"LIST\r\n"]
    link.receive_data(b"LIST Bruno\r\n", now=1.2)
    assert AddressUnknown("Ninguém") in link.take_events()


def test_a_list_already_on_its_way_is_no_fence() -> None:
    """§3.3: it was asked before the ADDR, and says nothing of it."""
    link = registered()
    link.request_list(now=1.0)
    link.data_to_send()
    now = ask(link, "Bruno", 1.01)
    link.receive_data(b"LIST \r\n", now=now)
    assert link.take_events() == [ListAnswered(b"", wanted=True)]
    link.receive_data(b"ADDR 10.0.0.5:21500\r\n", now=now)
    assert link.take_events() == [AddressFound("Bruno", "10.0.0.5", 21500)]


def test_a_list_that_waits_to_be_sent_goes_behind_the_question() -> None:
    """§3.3: otherwise it would overtake it and be taken for its fence."""
    link = registered()
    link.request_list(now=GAP)  # too soon after the LIST before: it waits
    assert link.data_to_send() == b""
    link.request_address("Bruno", now=GAP)
    assert [data for _, data in run(link, 1.0)] == [b"ADDR Bruno\r\n", b"LIST\r\n"]


def test_a_tracker_that_never_answers_is_waited_for_five_seconds() -> None:
    """§3.3"""
    link = registered()
    link.request_address("Bruno", now=1.0)
    run(link, 5.9)
    assert link.take_events() == []
    run(link, 6.1)
    assert link.take_events() == [AddressUnknown("Bruno")]


def test_a_tracker_that_answers_behind_the_fence_is_trusted_by_time_only() -> None:
    """§3.3"""
    link = registered()
    now = ask(link, "Bruno", 1.0)
    link.receive_data(b"LIST Bruno\r\n", now=now)
    link.receive_data(b"ADDR 10.0.0.5:21500\r\n", now=now + 0.01)
    link.take_events()
    now = ask(link, "Bruno", 2.0)
    link.receive_data(b"LIST Bruno\r\n", now=now)
    assert link.take_events() == [ListAnswered(b"Bruno", wanted=False)]
    link.receive_data(b"ADDR 10.0.0.5:21500\r\n", now=now + 0.01)
    assert link.take_events() == [AddressFound("Bruno", "10.0.0.5", 21500)]


def test_an_answer_that_comes_after_its_question_was_given_up_is_not_taken_for_the_next() -> None:
    """§3.3: a stopped tracker went on, and texts for Bia went to Bruno's address."""
    link = registered()
    now = ask(link, "Bruno", 1.0)
    run(link, 6.2)
    assert link.take_events() == [AddressUnknown("Bruno")]
    now = ask(link, "Bia", 6.3)
    link.receive_data(b"ADDR 10.0.0.2:20001\r\n", now=now)
    assert link.take_events() == []
    link.receive_data(b"LIST Bruno\r\n" + b"ADDR 10.0.0.3:20002\r\n", now=now)
    assert AddressFound("Bia", "10.0.0.3", 20002) in link.take_events()


def test_questions_go_one_after_another_and_the_users_first() -> None:
    """§3.3: a late two-part answer must not be taken for the answer to the next."""
    link = registered()
    link.request_address("Davi", urgent=False, now=1.0)
    link.request_address("Eva", urgent=False, now=1.0)
    link.request_address("Bruno", now=1.0)
    link.request_address("Bruno", now=1.0)
    run(link, 1.5)
    link.receive_data(b"ADDR 10.0.0.7:1000\r\n", now=1.5)
    assert link.take_events() == [AddressFound("Davi", "10.0.0.7", 1000)]
    run(link, 2.0)
    link.receive_data(b"LIST \r\nADDR 10.0.0.5:1000\r\n", now=2.0)
    assert AddressFound("Bruno", "10.0.0.5", 1000) in link.take_events()


def test_a_question_before_registration_waits_for_it() -> None:
    """§3.1, §3.3"""
    link = TrackerLink(Keeper(), "Ana", 20000, now=0.0)
    link.request_address("Bruno", now=0.0)
    link.data_to_send()
    assert [data for _, data in run(link, 1.0)] == [b"LIST\r\n"]
    link.receive_data(b"LIST Bruno\r\n", now=1.0)
    assert link.data_to_send() == b"ADDR Bruno\r\n"


def test_an_answer_for_another_name_is_ignored() -> None:
    """§3.5: in the 2026 edition it says whom it is about."""
    link = registered()
    now = ask(link, "Bruno", 1.0)
    link.receive_data(b"ADDR Camila:10.0.0.9:9000\r\nADDR Bruno:10.0.0.5:21500\r\n", now=now)
    assert link.take_events() == [AddressFound("Bruno", "10.0.0.5", 21500)]


@pytest.mark.parametrize(
    "line", [b"ADDR", b"ADDR x", b"ADDR 10.0.0.5:0", b"ADDR 10.0.0.5:99999", b"ADDR :1", b"ADDR evil.example:80"]
)
def test_a_garbled_address_is_ignored(line: bytes) -> None:
    """§3.5"""
    link = registered()
    now = ask(link, "Bruno", 1.0)
    link.receive_data(line + b"\r\n", now=now)
    assert link.take_events() == []


def test_an_address_that_nobody_asked_for_is_ignored() -> None:
    """§3.5"""
    link = registered()
    link.receive_data(b"ADDR 10.0.0.5:21500\r\n", now=1.0)
    assert link.take_events() == []


def test_a_tracker_silent_for_fifteen_seconds_is_lost() -> None:
    """§3.6"""
    link = registered()
    first_unanswered = GAP + LIST_INTERVAL_SECONDS
    run(link, first_unanswered + 14.9)
    waited = not link.wants_close
    run(link, first_unanswered + 15.3)
    assert waited
    assert link.take_events() == [TrackerLinkEnded(TrackerLossReason.SILENT, None)]
    assert link.wants_close
    assert link.next_timer() is None


def test_a_tracker_that_answers_one_of_two_lists_and_falls_silent_is_lost_in_time() -> None:
    """§3.6: the answer to the first LIST does not excuse the one that the second waits for."""
    link = registered()
    run(link, 4.9)
    link.request_list(now=4.9)
    link.request_list(now=5.1)
    run(link, 5.2)
    link.receive_data(b"LIST Bruno\r\n", now=6.0)
    run(link, 6.0 + LIST_TIMEOUT_SECONDS - 0.1)
    assert not link.wants_close
    run(link, 6.0 + LIST_TIMEOUT_SECONDS + 0.1)
    assert link.wants_close


def test_a_tracker_that_dropped_one_list_is_not_lost_and_fences_again() -> None:
    """§3.6: an answer that never came is not waited for."""
    link = registered()
    run(link, 5.9)
    link.data_to_send()
    for at in range(6, 60):
        for sent_at, data in run(link, at):
            if data == b"LIST\r\n" and sent_at > 10.0:
                link.receive_data(b"LIST Bruno\r\n", now=sent_at)
    assert not link.wants_close
    link.take_events()
    now = ask(link, "Ninguém", 60.0)
    link.receive_data(b"LIST Bruno\r\n", now=now)
    assert AddressUnknown("Ninguém") in link.take_events()


def test_a_line_beyond_every_limit_ends_the_link() -> None:
    """§3: memory stays bounded."""
    link = registered()
    link.receive_data(b"LIST " + b"x" * (MAX_REPLY_BYTES + 10), now=1.0)
    assert link.take_events() == [TrackerLinkEnded(TrackerLossReason.FAULTY, None)]


def test_leaving_reports_nothing_and_ends() -> None:
    """§2.5"""
    link = registered()
    link.close(now=1.0)
    assert link.take_events() == []
    assert link.wants_close and not link.wants_half_close
    link.receive_data(b"LIST x\r\n", now=1.0)
    link.handle_timer(now=99.0)
    link.connection_lost(LossReason.RESET, now=99.0)
    assert (link.take_events(), link.data_to_send(), link.next_timer()) == ([], b"", None)


def test_the_timer_is_harmless_early_and_twice() -> None:
    """§3"""
    link = registered()
    at = link.next_timer()
    assert at is not None
    link.handle_timer(now=at - 0.001)
    assert link.data_to_send() == b""
    link.handle_timer(now=at)
    first = link.data_to_send()
    link.handle_timer(now=at)
    assert first and link.data_to_send() == b""


@pytest.mark.parametrize(
    "sample",
    [
        b"LIST \r\n",
        b"LIST Bruno:Camila\r\n",
        b"LIST Bruno\nLIST Bruno\n",
        b"ADDR 10.0.0.5:21500\r\nLIST Bruno\r\n",
        b"ADDR Bruno:10.0.0.5:21500\r\n",
        b"ADDR Bruno: 10.0.0.5: 21500\r\n",
        b"ADDR ::1:21500\r\n",
        b"ADDR Bruno:[fe80::1]:21500\r\n",
        "LIST João:日本\r\n".encode(),
        b"WELCOME to my tracker\r\n\xff\xfe\r\nLIST \xff:Bruno\r\n",
    ],
)
def test_how_a_reply_was_cut_never_changes_what_it_means(sample: bytes) -> None:
    """§2.8, §3.5"""

    def feed(chunks: Sequence[bytes]) -> list[TrackerLinkEvent]:
        link = registered()
        ask(link, "Bruno", 1.0)
        for chunk in chunks:
            link.receive_data(chunk, now=1.5)
        return link.take_events()

    assert outcome_however_cut(feed, sample, following=b"LIST Davi\r\n")
