"""core/node/conversation.py: to which conversation a caller belongs (docs/protocol.md §4.8)."""

from core import ChatEnd, ChatEnded, ChatOpened, ChatRequested, ConversationId, TextReceived

from ..world import World


def test_whom_we_are_asking_for_is_joined_by_no_namesake() -> None:
    """Found by simulation: while Bia's address was asked for and Bia had called, a stranger who
    called itself Bia, too, spoke in Bia's conversation."""
    world = World()
    world.add("Ana", 20000)
    world.add("Bia", 20001, host="10.0.0.2")
    world.run(6.0)
    ana = world.nodes["Ana"]
    world.take("Ana")
    number = ana.open_chat("Bia", now=world.now)
    bia = ana.accept_peer("10.0.0.2", 40001, now=world.now)
    bia.receive_data(b"USER Bia\r\n", now=world.now)
    stranger = ana.accept_peer("10.0.9.1", 40002, now=world.now)
    stranger.receive_data(b"USER Bia\r\nI am Bia, too\r\n", now=world.now)
    events = ana.take_events()
    opened = {event.host: event for event in events if isinstance(event, ChatOpened)}
    assert opened["10.0.0.2"].conversation == number
    assert opened["10.0.9.1"].namesake
    assert TextReceived(opened["10.0.9.1"].conversation, "I am Bia, too") in events
    assert opened["10.0.9.1"].conversation != number


def test_whom_we_have_left_does_not_speak_for_a_namesake() -> None:
    """Found by simulation: Ana left a stranger who called itself Bia and called the real Bia; what the
    stranger still said before it ended its stream was shown as Bia's, and later by nobody, although
    the stranger took it for read."""
    world = World()
    world.add("Ana", 20000)
    world.add("Bia", 20001, host="10.0.0.2")
    world.run(6.0)
    ana = world.nodes["Ana"]
    stranger = ana.accept_peer("10.0.9.1", 40002, now=world.now)
    stranger.receive_data(b"USER Bia\r\n", now=world.now)
    world.settle()
    ana.end_chat(ConversationId(1), now=world.now)
    assert ana.open_chat("Bia", now=world.now) == 1
    world.run(0.5)
    world.nodes["Bia"].say(ConversationId(1), "it is me", now=world.now)
    stranger.receive_data(b"I am Bia\r\nindeed\r\n", now=world.now)
    world.run(0.5)
    stranger.receive_eof(now=world.now)
    world.run(3.0)
    events = [event for event in world.take("Ana") if isinstance(event, ChatOpened | TextReceived | ChatEnded)]
    of_bia = [event for event in events if event.conversation == 1]
    assert of_bia[-2:] == [ChatOpened(ConversationId(1), "Bia", "10.0.0.2", 20001, False, False), TextReceived(ConversationId(1), "it is me")]
    assert [event for event in events if event.conversation == 2] == [
        ChatOpened(ConversationId(2), "Bia", "10.0.9.1", 40002, True, namesake=True),
        TextReceived(ConversationId(2), "I am Bia"),
        TextReceived(ConversationId(2), "indeed"),
        ChatEnded(ConversationId(2), ChatEnd.WE_LEFT, None, (), ()),
    ]


def test_a_peer_that_is_called_at_an_ipv6_address_is_called_by_it_in_brackets() -> None:
    world = World()
    world.add("Ana", 20000)
    world.run(6.0)
    ana = world.nodes["Ana"]
    number = ana.open_chat_at("2001:db8::7", 9000, now=world.now)
    assert ChatRequested(number, "[2001:db8::7]:9000") in ana.take_events()
