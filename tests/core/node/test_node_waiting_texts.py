"""Texts said while a chat is being made (docs/protocol.md §4.1, §4.7): cases that the simulation found."""

from core import ChatFailed, ChatOpened, ConversationId, DialPeer, LossReason, TextReceived

from ..world import World

ANA, BRUNO = 20000, 21500


def ana_and_bruno() -> World:
    world = World()
    world.add("Ana", ANA)
    world.add("Bruno", BRUNO)
    world.run(6.0)
    world.take("Ana")
    world.take("Bruno")
    return world


def test_a_chat_opened_again_during_the_farewell_is_dialled_and_carries_its_texts() -> None:
    """The old connection, still saying goodbye, was taken for a caller: no dial, and the text was gone."""
    world = ana_and_bruno()
    ana = world.nodes["Ana"]
    world.call("Ana").send(b"USER Bruno\r\n")
    ana.end_chat(ConversationId(1), now=world.now)  # the caller does not answer
    assert ana.open_chat("Bruno", now=world.now) == 1
    ana.say(ConversationId(1), "mais uma coisa", now=world.now)
    world.run(1.0)
    assert TextReceived(ConversationId(1), "mais uma coisa") in world.take("Bruno")


def test_a_caller_who_leaves_at_once_does_not_take_the_waiting_texts_with_it() -> None:
    """``USER`` and ``DISC`` in one read: nothing could be sent any more, and the text was gone."""
    world = ana_and_bruno()
    ana = world.nodes["Ana"]
    world.hold_dials = True
    number = ana.open_chat("Bruno", now=world.now)
    ana.say(number, "oi", now=world.now)
    world.run(1.0)  # the dial is under way
    world.call("Ana").send(b"USER Bruno\r\nDISC\r\n")
    (key, request), world.hold_dials = world.held_dials[0], False
    world.dial(key, request)
    world.run(1.0)
    assert TextReceived(ConversationId(1), "oi") in world.take("Bruno")


def test_a_dial_that_fails_during_a_farewell_is_told() -> None:
    """The old connection was taken for as good as a new one, and nothing was said."""
    world = ana_and_bruno()
    ana = world.nodes["Ana"]
    world.hold_dials = True
    world.call("Ana").send(b"USER Bruno\r\n")
    ana.end_chat(ConversationId(1), now=world.now)
    ana.open_chat("Bruno", now=world.now)
    text_id = ana.say(ConversationId(1), "oi", now=world.now)
    world.run(1.0)
    (_, request) = world.held_dials[0]
    assert isinstance(request, DialPeer)
    ana.dial_failed(request.dial, LossReason.REFUSED, now=world.now)
    events = ana.take_events()
    assert ChatFailed(ConversationId(1), "Bruno", "127.0.0.1", BRUNO, LossReason.REFUSED, (text_id,)) in events
    assert not any(isinstance(event, ChatOpened) for event in events)
