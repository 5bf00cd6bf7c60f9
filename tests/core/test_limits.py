"""core/limits.py: the limits reach the machines by their constructors, and may be tiny."""

import pytest

from core import BufferFull, ChatEnd, ChatEnded, ChatOpened, DialPeer, Limits, LossReason, Node, TextId, Tracker
from core.events import DepartureReason

from .tracker_talk import ANA, OURS, ask, departures, join, over


def test_a_tracker_of_tiny_limits_serves_who_reads_what_it_asks_for() -> None:
    """§2.6: one whole reply may wait whatever the limit is; each list takes a turn of its own."""
    tracker = Tracker(limits=Limits(max_unread_reply_bytes=2, max_waiting_request_bytes=2, max_list_bytes_at_once=2))
    ana = join(tracker, "Ana")
    bruno = join(tracker, "Bruno", 21500)
    assert ask(ana, "LIST\r\n", now=1.0) == "LIST Bruno\r\n"
    assert ask(bruno, "LIST\r\n", now=1.0) == ""
    assert tracker.next_timer() == 1.0
    tracker.handle_timer(now=1.0)
    assert bruno in tracker.take_ready()
    assert bruno.data_to_send() == b"LIST Ana\r\n"
    assert ask(ana, "ADDR Bruno\r\n", now=2.0) == f"ADDR {ANA}:21500\r\n"
    ana.report_unsent(50, now=2.0)
    assert not over(ana)


def test_a_tracker_of_tiny_limits_cuts_off_who_asks_and_does_not_read() -> None:
    tracker = Tracker(limits=Limits(max_unread_reply_bytes=2))
    ana = join(tracker, "Ana")
    ana.receive_data(30 * b"ADDR Ana\r\n", now=0.0)
    assert departures(tracker.take_events()) == [(1, DepartureReason.NOT_READING)]
    assert tracker.accept(ANA, OURS, now=0.0).data_to_send() == b""


def tiny_node() -> Node:
    limits = Limits(
        max_peer_connections=2,
        max_silent_callers=1,
        max_ended_conversations=1,
        max_unverified_names=1,
        max_unconfirmed_texts=1,
        max_unsent_bytes=2,
    )
    node = Node("Ana", 20000, now=0.0, random=lambda: 0.5, limits=limits)
    node.take_requests()
    return node


def test_a_node_of_tiny_limits_keeps_one_text_and_one_silent_caller() -> None:
    node = tiny_node()
    first = node.accept_peer("10.0.0.1", 1, now=0.0)
    node.accept_peer("10.0.0.2", 2, now=0.0)
    node.handle_timer(now=1.0)
    assert first.wants_close  # silent, and so is one more
    number = node.open_chat_at("10.0.0.3", 3, now=0.0)
    with pytest.raises(BufferFull):
        node.say(number, "Oi!", now=0.0)
    node.say(number, "Oi", now=0.0)
    (dial,) = node.take_requests()
    assert isinstance(dial, DialPeer)
    link = node.dial_succeeded(dial.dial, now=0.0)
    with pytest.raises(BufferFull):
        node.say(number, "!", now=0.0)
    assert link.data_to_send() == b"USER Ana\r\n"
    node.handle_timer(now=0.1)
    assert link.data_to_send() == b"Oi\r\n"
    node.say(number, "um", now=0.2)
    link.connection_lost(LossReason.RESET, now=0.3)
    opened, ended = node.take_events()[-2:]
    assert isinstance(opened, ChatOpened)
    assert ended == ChatEnded(number, ChatEnd.LOST, LossReason.RESET, (TextId(2),), ())  # the oldest, 1, is forgotten
