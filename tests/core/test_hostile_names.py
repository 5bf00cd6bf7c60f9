"""Names that are made to be slow, wherever the core parses one (docs/protocol.md §2.1)."""

from core import ChatOpened, ConversationId, Node, TextReceived, Tracker

from .tracker_talk import ANA, OURS, ask, join, over

MARKS = "a" + "\u0301\u0316" * 15_000  # to compose it takes seconds: a core that does is stopped by the limit of time for a test
SHORT_MARKS = "a" + "\u0301\u0316" * 1000  # within the 4096 bytes of a request


def test_a_tracker_refuses_the_name_and_ignores_the_question() -> None:
    tracker = Tracker()
    ana = join(tracker, "Ana")
    assert ask(ana, f"ADDR {SHORT_MARKS}\r\n") == ""
    assert ask(ana, f"ADDR  {SHORT_MARKS}  \r\nLIST\r\n") == "LIST \r\n"
    guest = tracker.accept(ANA, OURS, now=0.0)
    guest.receive_data(f"USER {SHORT_MARKS}:20000\r\n".encode(), now=0.0)
    assert over(guest)
    join(tracker, "José")
    assert ask(ana, "ADDR Jose\u0301\r\n") != ""


def calling(first_line: str) -> list[object]:
    node = Node("Ana", 20000, now=0.0, random=lambda: 0.5)
    caller = node.accept_peer("10.0.0.1", 40000, now=0.0)
    caller.receive_data(first_line.encode() + b"\r\nOi\r\n", now=0.0)
    return [*node.take_events()]


def test_a_caller_with_such_a_name_has_none() -> None:
    opened, said, oi = calling(f"USER {MARKS}")
    assert opened == ChatOpened(ConversationId(1), None, "10.0.0.1", 40000, True, False)
    assert said == TextReceived(ConversationId(1), f"USER {MARKS}") and oi == TextReceived(ConversationId(1), "Oi")
    opened, said, oi = calling(MARKS)
    assert opened == ChatOpened(ConversationId(1), None, "10.0.0.1", 40000, True, False)
    assert said == TextReceived(ConversationId(1), MARKS)


def test_a_trackers_replies_are_read_without_it() -> None:
    node = Node("Ana", 20000, now=0.0, random=lambda: 0.5)
    link = node.tracker_connected("192.0.2.1", now=0.0)
    names = ":".join([MARKS, "Bruno", f" {MARKS} ", "Jose\u0301"])
    link.receive_data(f"LIST {names}\r\nADDR {MARKS}:10.0.0.5:21500\r\nADDR {MARKS}\r\n".encode(), now=0.0)
    while node.next_timer() == 0.0:
        node.handle_timer(now=0.0)
    assert node.people == ("Bruno", "José")
