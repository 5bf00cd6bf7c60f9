"""core/node/node.py: chats, and callers without a name (docs/protocol.md §4.1)."""

import pytest

from core import (
    BufferFull,
    ChatEnd,
    ChatEnded,
    ChatFailed,
    ChatOpened,
    ChatRequested,
    ConversationId,
    LossReason,
    Node,
    NotConnected,
    PeerNamed,
    PeerVerified,
    TextReceived,
    Verdict,
)
from core.limits import CROSSING_SECONDS, DEFAULT_LIMITS, SILENT_AFTER_SECONDS, UNNAMED_SECONDS

from ..world import Chop, bytewise, whole
from .people import ANA, BRUNO, chatting, only, people, texts


# §4.1 Chats


@pytest.mark.parametrize("chop", [whole, bytewise])
def test_a_chat_is_opened_spoken_in_and_ended(chop: Chop) -> None:
    """§4.1, §4.6"""
    world = people("Ana", "Bruno", chop=chop)
    ana, bruno = world.nodes["Ana"], world.nodes["Bruno"]
    number = ana.open_chat("Bruno", now=world.now)
    world.run(0.5)
    assert world.take("Ana") == [
        ChatRequested(ConversationId(1), "Bruno"),
        ChatOpened(ConversationId(1), "Bruno", "127.0.0.1", BRUNO, incoming=False, namesake=False),
    ]
    opened, verified = world.take("Bruno")
    assert isinstance(opened, ChatOpened) and opened.name == "Ana" and opened.incoming
    assert verified == PeerVerified(ConversationId(1), Verdict.VERIFIED, "127.0.0.1", "127.0.0.1")
    ana.say(number, "Oi Bruno!", now=world.now)
    world.run(CROSSING_SECONDS)
    bruno.say(ConversationId(1), "Tchau", now=world.now)
    bruno.end_chat(ConversationId(1), now=world.now)
    world.run(0.1)
    assert texts(world.take("Bruno")) == ["Oi Bruno!"]
    assert world.take("Ana") == [
        TextReceived(ConversationId(1), "Tchau"),
        ChatEnded(ConversationId(1), ChatEnd.FAREWELL, None, (), ()),
    ]


def test_what_is_said_before_the_chat_is_open_waits_for_it() -> None:
    """§4.1"""
    world = people("Ana", "Bruno")
    number = world.nodes["Ana"].open_chat("Bruno", now=world.now)
    for text in ("um", "dois", "três"):
        world.nodes["Ana"].say(number, text, now=world.now)
    world.run(1.0)
    world.nodes["Ana"].say(number, "quatro", now=world.now)
    world.run(0.1)
    assert texts(world.take("Bruno")) == ["um", "dois", "três", "quatro"]


def test_what_waits_is_given_back_when_the_dial_fails() -> None:
    """§4.10"""
    world = people("Ana", "Bruno")
    world.hold_dials = True
    number = world.nodes["Ana"].open_chat("Bruno", now=world.now)
    said = world.nodes["Ana"].say(number, "oi", now=world.now)
    world.run(0.5)
    (_, request), world.held_dials = world.held_dials[0], []
    world.nodes["Ana"].dial_failed(request.dial, LossReason.REFUSED, now=world.now)
    world.settle()
    failed = ChatFailed(number, "Bruno", "127.0.0.1", BRUNO, LossReason.REFUSED, (said,))
    assert only(world.take("Ana"), ChatFailed) == [failed]
    with pytest.raises(NotConnected):
        world.nodes["Ana"].say(number, "oi", now=world.now)


def test_what_waits_is_bounded() -> None:
    """§4.9"""
    world = people("Ana", "Bruno")
    number = world.nodes["Ana"].open_chat("Bruno", now=world.now)
    world.nodes["Ana"].say(number, "x" * DEFAULT_LIMITS.max_unsent_bytes, now=world.now)
    with pytest.raises(BufferFull):
        world.nodes["Ana"].say(number, "y", now=world.now)


def test_a_peer_that_does_not_read_is_told_at_one_mib() -> None:
    """§4.9"""
    world = chatting()
    end = world.end_of("Ana", "Bruno")
    end.machine.report_unsent(DEFAULT_LIMITS.max_unsent_bytes, now=world.now)
    with pytest.raises(BufferFull):
        world.nodes["Ana"].say(ConversationId(1), "oi", now=world.now)
    end.machine.report_unsent(0, now=world.now)
    world.nodes["Ana"].say(ConversationId(1), "oi", now=world.now)
    world.run(0.1)
    assert texts(world.take("Bruno")) == ["oi"]


def test_a_chat_that_is_open_is_not_opened_twice() -> None:
    """§4.7"""
    world = chatting()
    assert world.nodes["Ana"].open_chat("Bruno", now=world.now) == 1
    assert world.nodes["Bruno"].open_chat("Ana", now=world.now) == 1
    world.run(1.0)
    assert world.take("Ana") == world.take("Bruno") == []


def test_an_ended_chat_is_taken_up_again_under_its_number() -> None:
    """§4.7"""
    world = chatting()
    world.nodes["Ana"].end_chat(ConversationId(1), now=world.now)
    world.run(1.0)
    assert world.take("Ana") == [ChatEnded(ConversationId(1), ChatEnd.WE_LEFT, None, (), ())]
    assert world.nodes["Bruno"].open_chat("Ana", now=world.now) == 1
    world.run(1.0)
    opened = only(world.take("Ana"), ChatOpened)
    assert [event.conversation for event in opened if isinstance(event, ChatOpened)] == [1]


def test_a_chat_that_is_being_made_can_be_given_up() -> None:
    """§4.6"""
    world = people("Ana", "Bruno")
    world.hold_dials = True
    number = world.nodes["Ana"].open_chat("Bruno", now=world.now)
    said = world.nodes["Ana"].say(number, "oi", now=world.now)
    world.run(0.5)
    (_, request) = world.held_dials[0]
    world.nodes["Ana"].end_chat(number, now=world.now)
    world.settle()
    assert ChatEnded(number, ChatEnd.WE_LEFT, None, (said,), ()) in world.take("Ana")
    assert world.held_dials == []
    assert world.nodes["Ana"].dial_succeeded(request.dial, now=world.now).wants_close
    world.nodes["Ana"].dial_failed(request.dial, LossReason.REFUSED, now=world.now)
    world.settle()
    assert world.take("Ana") == []


def test_a_chat_by_address_needs_no_tracker() -> None:
    """§4.1"""
    world = people("Ana", "Bruno")
    world.lose_tracker()
    world.take("Ana")
    number = world.nodes["Ana"].open_chat_at("127.0.0.1", BRUNO, now=world.now)
    world.nodes["Ana"].say(number, "oi", now=world.now)
    world.run(0.5)
    opened = ChatOpened(number, None, "127.0.0.1", BRUNO, incoming=False, namesake=False)
    assert opened in world.take("Ana")
    assert texts(world.take("Bruno")) == ["oi"]


# §4.1 Unnamed callers


def test_silent_callers_never_keep_a_speaking_one_out() -> None:
    """§4.1: at most 64 wait, and one more closes the oldest."""
    world = people("Ana")
    silent = [world.call("Ana", port=50000 + n) for n in range(DEFAULT_LIMITS.max_silent_callers)]
    world.run(2 * SILENT_AFTER_SECONDS)
    speaking = world.call("Ana", port=51000)
    silent[0].collect()
    assert not silent[0].saw_close  # the newcomer is not silent yet
    speaking.send(b"USER Bruno\r\nOi\r\n")
    assert texts(world.take("Ana")) == ["Oi"]
    world.run(2 * SILENT_AFTER_SECONDS)
    silent[0].collect()
    assert not silent[0].saw_close
    world.call("Ana", port=51001).wait(2 * SILENT_AFTER_SECONDS)
    closed = []
    for caller in silent:
        caller.collect()
        closed.append(caller.saw_close)
    assert closed == [True] + [False] * (len(silent) - 1)


def test_callers_who_all_come_at_once_are_all_heard() -> None:
    """§4.1: what they said is read after all were accepted."""
    node = Node("Ana", ANA, now=0.0, random=lambda: 0.5)
    callers = [node.accept_peer(f"10.0.{n // 250}.{n % 250}", 40000, now=0.0) for n in range(300)]
    for number, caller in enumerate(callers):
        caller.receive_data(f"USER u{number}\r\nOi\r\n".encode(), now=0.0)
    events = node.take_events()
    assert sum(isinstance(event, ChatOpened) for event in events) == 300
    assert texts(events) == ["Oi"] * 300


def test_silent_callers_are_closed_after_a_minute_without_a_word_to_the_user() -> None:
    """§4.1"""
    world = people("Ana")
    caller = world.call("Ana")
    caller.wait(UNNAMED_SECONDS + 1)
    assert caller.saw_close
    assert world.take("Ana") == []


def test_a_caller_without_a_name_is_heard_and_answered() -> None:
    """§4.1"""
    world = people("Ana")
    caller = world.call("Ana", host="10.0.0.9", port=51000)
    caller.send(b"Oi!\r\n")
    assert world.take("Ana") == [
        ChatOpened(ConversationId(1), None, "10.0.0.9", 51000, incoming=True, namesake=False),
        TextReceived(ConversationId(1), "Oi!"),
    ]
    world.nodes["Ana"].say(ConversationId(1), "quem fala?", now=world.now)
    assert caller.collect() == "quem fala?\r\n".encode()


def test_a_bare_name_from_the_people_list_names_the_caller() -> None:
    """§4.1"""
    world = people("Ana", "Bruno")
    world.call("Ana").send(b"Bruno\r\nOi\r\n")
    opened = only(world.take("Ana"), ChatOpened)
    assert [event.name for event in opened if isinstance(event, ChatOpened)] == ["Bruno"]


def test_a_bare_name_that_comes_before_its_list_names_the_caller_with_the_next_one() -> None:
    """§4.1: a program registers, and calls at once."""
    world = people("Ana")
    caller = world.call("Ana")
    caller.send(b"Bruno\r\nOi\r\n")
    world.add("Bruno", BRUNO)
    assert texts(world.take("Ana")) == ["Bruno", "Oi"]
    world.run(6.0)
    events = world.take("Ana")
    assert only(events, PeerNamed) == [PeerNamed(ConversationId(1), "Bruno", namesake=False)]
    assert only(events, PeerVerified) == [PeerVerified(ConversationId(1), Verdict.VERIFIED, "127.0.0.1", "127.0.0.1")]
    assert world.nodes["Ana"].open_chat("Bruno", now=world.now) == 1
    world.run(6.0)
    assert only(world.take("Ana"), PeerNamed) == []


@pytest.mark.parametrize("line", ["bruno", "Bruno!", "Oi Bruno", "Bru:no", "Ana"])
def test_only_exactly_a_name_on_the_next_list_is_a_name(line: str) -> None:
    """§4.1"""
    world = people("Ana")
    world.call("Ana").send(f"{line}\r\n".encode())
    world.add("Bruno", BRUNO)
    world.run(6.0)
    assert only(world.take("Ana"), PeerNamed) == []


def test_a_first_line_that_is_on_no_list_yet_is_forgotten_after_the_next_one() -> None:
    """§4.1: a text is not a name because somebody takes that name an hour later."""
    world = people("Ana")
    world.call("Ana").send(b"Bruno\r\n")
    world.run(6.0)
    world.add("Bruno", BRUNO)
    world.run(12.0)
    assert only(world.take("Ana"), PeerNamed) == []


def test_a_peer_that_is_named_late_may_be_a_namesake() -> None:
    """§4.8"""
    world = people("Ana")
    world.call("Ana", host="10.0.0.7").send(b"USER Bruno\r\n")
    world.call("Ana", host="10.0.0.9").send(b"Bruno\r\n")
    world.add("Bruno", BRUNO)
    world.run(6.0)
    assert only(world.take("Ana"), PeerNamed) == [PeerNamed(ConversationId(2), "Bruno", namesake=True)]


def test_a_caller_that_calls_for_every_message_keeps_one_conversation() -> None:
    """§4.1: a real client connects, names itself, says one text and closes, for every single message."""
    world = people("Ana", "Bruno")
    for number in range(5):
        caller = world.call("Ana", port=50000 + number)
        caller.send(b"USER Bruno\r\n" + b"texto %d" % number)
        caller.end()
    events = world.take("Ana")
    assert texts(events) == [f"texto {number}" for number in range(5)]
    assert {event.conversation for event in events if isinstance(event, TextReceived | ChatEnded)} == {1}
