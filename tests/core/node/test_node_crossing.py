"""core/node/node.py: crossing calls, namesakes, losses, and leaving (docs/protocol.md §4.7 to §4.10)."""

import pytest

from core import (
    ChatEnd,
    ChatEnded,
    ChatFailed,
    ChatOpened,
    ChatRequested,
    ConversationId,
    LossReason,
    NodeLeft,
    NotConnected,
    PeerVerified,
    TextId,
    TextsUnconfirmed,
    Verdict,
)

from ..world import World
from .people import ANA, BRUNO, chatting, only, people, texts


# §4.7 Crossing calls


def crossing() -> World:
    """Ana and Bruno have dialled each other at the same time."""
    world = people("Ana", "Bruno")
    world.hold_dials = True
    world.nodes["Ana"].open_chat("Bruno", now=world.now)
    world.nodes["Bruno"].open_chat("Ana", now=world.now)
    world.run(0.5)
    assert len(world.held_dials) == 2
    for key, request in world.held_dials:
        world.dial(key, request)
    world.run(1.0)
    return world


def test_two_calls_that_cross_are_one_conversation() -> None:
    """§4.7"""
    world = crossing()
    for key in ("Ana", "Bruno"):
        opened = only(world.take(key), ChatOpened)
        assert len(opened) == 1
    for number in range(3):
        world.nodes["Ana"].say(ConversationId(1), f"a{number}", now=world.now)
        world.nodes["Bruno"].say(ConversationId(1), f"b{number}", now=world.now)
    world.run(1.0)
    assert texts(world.take("Ana")) == ["b0", "b1", "b2"]
    assert texts(world.take("Bruno")) == ["a0", "a1", "a2"]


def test_a_crossed_conversation_ends_when_both_connections_are_gone() -> None:
    """§4.7"""
    world = crossing()
    world.take("Ana"), world.take("Bruno")
    world.nodes["Ana"].end_chat(ConversationId(1), now=world.now)
    world.run(3.0)
    assert world.take("Ana") == [ChatEnded(ConversationId(1), ChatEnd.WE_LEFT, None, (), ())]
    assert world.take("Bruno") == [ChatEnded(ConversationId(1), ChatEnd.FAREWELL, None, (), ())]


def test_a_crossed_conversation_goes_on_over_the_second_when_the_first_breaks() -> None:
    """§4.7, §4.10"""
    world = crossing()
    world.take("Ana")
    said = world.nodes["Ana"].say(ConversationId(1), "um", now=world.now)
    first = next(end for end in world.ends if end.owner == "Ana" and b"um" in end.machine.data_to_send())
    first.machine.connection_lost(LossReason.RESET, now=world.now)
    first.closed = True
    world.settle()
    assert world.take("Ana") == [TextsUnconfirmed(ConversationId(1), (), (said,))]
    world.nodes["Ana"].say(ConversationId(1), "dois", now=world.now)
    world.run(0.5)
    assert texts(world.take("Bruno")) == ["dois"]


def test_a_peer_that_calls_while_we_dial_it_is_whom_we_wanted() -> None:
    """§4.7: what was said meanwhile goes out at once, and in order."""
    world = people("Ana", "Bruno")
    world.hold_dials = True
    number = world.nodes["Ana"].open_chat("Bruno", now=world.now)
    world.nodes["Ana"].say(number, "um", now=world.now)
    world.run(0.5)
    world.hold_dials = False
    world.nodes["Bruno"].open_chat("Ana", now=world.now)
    world.run(0.5)
    world.nodes["Ana"].say(number, "dois", now=world.now)
    world.run(0.5)
    assert texts(world.take("Bruno")) == ["um", "dois"]
    key, request = world.held_dials[0]
    world.nodes["Ana"].dial_failed(request.dial, LossReason.TIMED_OUT, now=world.now)
    world.settle()
    assert only(world.take("Ana"), ChatFailed) == []


def test_a_call_goes_on_when_the_connection_that_we_had_left_ends() -> None:
    """§4.9: whoever takes leave and calls again at once is calling, not gone, until there is an answer."""
    world = chatting()
    world.hold_dials = True
    ana, number = world.nodes["Ana"], ConversationId(1)
    ana.end_chat(number, now=world.now)
    ana.open_chat("Bruno", now=world.now)
    world.settle()
    assert world.take("Ana") == [
        ChatRequested(number, "Bruno"),
        ChatEnded(number, ChatEnd.WE_LEFT, None, (), ()),
        ChatRequested(number, "Bruno"),
    ]
    ana.say(number, "de novo", now=world.now)
    ana.end_chat(number, now=world.now)
    world.run(1.0)
    assert only(world.take("Ana"), ChatEnded, ChatRequested) == [ChatEnded(number, ChatEnd.WE_LEFT, None, (TextId(1),), ())]


def test_a_call_goes_on_when_a_caller_of_that_name_leaves_again() -> None:
    """§4.7"""
    world = people("Ana", "Bruno")
    world.hold_dials = True
    number = world.nodes["Ana"].open_chat("Bruno", now=world.now)
    world.run(0.5)
    world.hold_dials = False
    world.nodes["Bruno"].open_chat("Ana", now=world.now)
    world.run(0.5)
    world.take("Ana")
    world.nodes["Bruno"].end_chat(ConversationId(1), now=world.now)
    world.run(3.0)
    assert world.take("Ana") == [ChatEnded(number, ChatEnd.FAREWELL, None, (), ()), ChatRequested(number, "Bruno")]
    _, request = world.held_dials[0]
    world.nodes["Ana"].dial_failed(request.dial, LossReason.TIMED_OUT, now=world.now)
    world.settle()
    assert len(only(world.take("Ana"), ChatFailed)) == 1


def test_texts_for_a_name_never_go_to_a_caller_that_only_claims_it() -> None:
    """§4.8: who calls in the moment in which we ask for the address is not yet whom we want."""
    world = World(tracker_host="10.0.0.1")
    world.add("Ana", ANA, host="10.0.0.2")
    world.add("Bruno", BRUNO, host="10.0.0.3")
    world.run(6.0)
    world.take("Ana")
    liar = world.call("Ana", host="10.0.0.66")
    number = world.nodes["Ana"].open_chat("Bruno", now=world.now)
    said = world.nodes["Ana"].say(number, "a senha é 1234", now=world.now)
    liar.connection.receive_data(b"USER Bruno\r\n", now=world.now)
    world.run(1.0)
    events = world.take("Ana")
    assert liar.collect() == b""
    assert TextsUnconfirmed(number, (said,), ()) in events
    assert PeerVerified(number, Verdict.MISMATCH, "10.0.0.66", "10.0.0.3") in events


# §4.8 Namesakes


def test_one_name_from_two_addresses_is_two_conversations_the_second_marked() -> None:
    """§4.8"""
    world = people("Ana")
    world.call("Ana", host="10.0.0.5").send(b"USER Bruno\r\n")
    world.call("Ana", host="10.0.0.66").send(b"USER Bruno\r\n")
    opened = [event for event in world.take("Ana") if isinstance(event, ChatOpened)]
    assert [(event.conversation, event.namesake) for event in opened] == [(1, False), (2, True)]


def test_a_flood_of_names_without_a_tracker_is_forgotten_not_gathered() -> None:
    """§4.8: memory stays bounded, and the last conversation still works."""
    world = people("Ana")
    world.lose_tracker()
    for number in range(2500):
        caller = world.call("Ana", port=50000)
        caller.send(b"USER nome%d\r\n" % number)
        caller.end()
    world.take("Ana")
    last = world.call("Ana")
    last.send(b"USER Bruno\r\nOi\r\n")
    assert texts(world.take("Ana")) == ["Oi"]
    with pytest.raises(NotConnected):
        world.nodes["Ana"].say(ConversationId(1), "oi", now=world.now)


# §4.10 Losses


def test_a_broken_chat_says_what_may_not_have_arrived() -> None:
    """§4.10"""
    world = chatting()
    said = [world.nodes["Ana"].say(ConversationId(1), text, now=world.now) for text in ("um", "dois")]
    world.settle()
    world.end_of("Ana", "Bruno").machine.connection_lost(LossReason.TIMED_OUT, now=world.now)
    world.settle()
    assert world.take("Ana") == [ChatEnded(ConversationId(1), ChatEnd.LOST, LossReason.TIMED_OUT, (), tuple(said))]


# Leaving


def test_leaving_says_farewell_to_everybody_and_ends() -> None:
    """§4.6"""
    world = people("Ana", "Bruno", "Camila")
    world.nodes["Ana"].open_chat("Bruno", now=world.now)
    world.nodes["Camila"].open_chat("Ana", now=world.now)
    silent = world.call("Ana")
    world.run(1.0)
    world.nodes["Ana"].say(ConversationId(1), "fui", now=world.now)
    for key in ("Ana", "Bruno", "Camila"):
        world.take(key) if key != "Bruno" else None
    world.nodes["Ana"].leave(now=world.now)
    world.nodes["Ana"].leave(now=world.now)
    world.run(3.0)
    assert world.take("Ana")[-1] == NodeLeft()
    assert world.nodes["Ana"].wants_close
    assert texts(world.take("Bruno")) == ["fui"]
    assert ChatEnded(ConversationId(1), ChatEnd.FAREWELL, None, (), ()) in world.take("Camila")
    silent.collect()
    assert silent.saw_close
    assert world.tracker is not None and world.tracker.online == 2
    late = world.call("Ana", port=52000)
    assert late.saw_close
    world.run(100.0)
    assert world.take("Ana") == []


def test_a_peer_that_never_ends_holds_nobody_for_more_than_two_seconds() -> None:
    """§4.6"""
    world = people("Ana")
    world.call("Ana").send(b"USER Bruno\r\n")
    world.nodes["Ana"].leave(now=world.now)
    world.run(1.9)
    assert not world.nodes["Ana"].wants_close
    world.run(0.2)
    assert world.nodes["Ana"].wants_close
