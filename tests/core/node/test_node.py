"""core/node/node.py: what a node decides beyond one connection (docs/protocol.md §3, §4)."""

import random
from collections.abc import Callable

import pytest

from core import (
    BufferFull,
    BytesLike,
    CameOnline,
    ChatEnd,
    ChatEnded,
    ChatFailed,
    ChatOpened,
    ChatRequested,
    ConversationId,
    DialPeer,
    LocalProtocolError,
    LossReason,
    Node,
    NodeEvent,
    NodeLeft,
    NotConnected,
    PeerNamed,
    PeerVerified,
    PeopleListed,
    PersonNotOnline,
    ReachTracker,
    TextReceived,
    TextsUnconfirmed,
    Tracker,
    TrackerLossReason,
    TrackerLost,
    TrackerRegistered,
    TrackerState,
    Verdict,
    WentOffline,
)
from core.limits import CROSSING_SECONDS, DEFAULT_LIMITS, SILENT_AFTER_SECONDS, UNNAMED_SECONDS

from ..world import Chop, World, bytewise, whole

ANA, BRUNO, CAMILA = 20000, 21500, 45000


def people(*names: str, chop: Chop = whole) -> World:
    """A tracker, and these people registered with it."""
    world = World(chop)
    ports = {"Ana": ANA, "Bruno": BRUNO, "Camila": CAMILA}
    for name in names:
        world.add(name, ports[name])
    world.run(6.0)  # until each has seen the others
    for name in names:
        world.take(name)
    return world


def chatting(chop: Chop = whole) -> World:
    """Ana has called Bruno; conversation 1 on both sides."""
    world = people("Ana", "Bruno", chop=chop)
    world.nodes["Ana"].open_chat("Bruno", now=world.now)
    world.run(1.0)
    world.take("Ana")
    world.take("Bruno")
    return world


def texts(events: list[NodeEvent]) -> list[str]:
    return [event.text for event in events if isinstance(event, TextReceived)]


def only(events: list[NodeEvent], *kinds: type) -> list[NodeEvent]:
    return [event for event in events if isinstance(event, kinds)]


# §3.1, §3.2 The tracker


def test_a_node_registers_and_learns_who_is_there() -> None:
    """§3.1"""
    world = World()
    world.add("Ana", ANA)
    world.run(0.2)
    world.add("Bruno", BRUNO)
    world.run(0.2)
    assert world.take("Bruno") == [TrackerRegistered("Bruno", ("Ana",))]
    assert world.nodes["Bruno"].tracker_state is TrackerState.REGISTERED
    assert world.nodes["Bruno"].people == ("Ana",)


def test_differences_between_two_lists_are_told() -> None:
    """§3.2"""
    world = people("Ana")
    world.add("Bruno", BRUNO)
    world.run(6.0)
    assert world.take("Ana") == [CameOnline("Bruno")]
    world.nodes["Bruno"].leave(now=world.now)
    world.run(6.0)
    assert world.take("Ana") == [WentOffline("Bruno")]
    assert world.nodes["Ana"].people == ()


def test_the_users_list_is_answered() -> None:
    """§3.2"""
    world = people("Ana", "Bruno")
    world.nodes["Ana"].refresh_list(now=world.now)
    world.run(0.5)
    assert world.take("Ana") == [PeopleListed(("Bruno",))]


def test_a_taken_name_is_refused_and_tried_again() -> None:
    """§3.1: a half-open old session frees its name after a while."""
    world = people("Ana")
    world.add("Ana", BRUNO, key="other")
    world.run(0.5)
    lost = only(world.take("other"), TrackerLost)
    assert lost == [TrackerLost(TrackerLossReason.REFUSED, None, 7.0, False)]
    assert world.nodes["other"].tracker_state is TrackerState.WAITING
    assert world.nodes["other"].retry_at == 7.0
    world.nodes["Ana"].leave(now=world.now)
    world.run(1.0)
    assert only(world.take("other"), TrackerRegistered) == [TrackerRegistered("Ana", ())]


def test_another_name_can_be_chosen_after_a_refusal() -> None:
    """§3.1"""
    world = people("Ana")
    world.add("Ana", BRUNO, key="other")
    world.run(0.5)
    world.take("other")
    world.nodes["other"].rename("Bruno", now=world.now)
    world.run(0.5)
    assert world.take("other") == [TrackerRegistered("Bruno", ("Ana",))]


def test_a_new_name_is_registered_on_a_new_connection_and_open_chats_go_on() -> None:
    """§3.1"""
    world = people("Ana", "Bruno")
    chat = world.nodes["Ana"].open_chat("Bruno", now=world.now)
    world.run(1.0)
    world.nodes["Ana"].rename("Bia", now=world.now)
    world.run(6.0)
    assert only(world.take("Ana"), TrackerRegistered)[-1:] == [TrackerRegistered("Bia", ("Bruno",))]
    world.nodes["Ana"].say(chat, "oi", now=world.now)
    world.run(1.0)
    told = world.take("Bruno")
    assert CameOnline("Bia") in told and WentOffline("Ana") in told
    assert [event.text for event in told if isinstance(event, TextReceived)] == ["oi"]


def test_a_new_name_that_is_refused_gives_the_old_one_back_at_once() -> None:
    """§3.1"""
    world = people("Ana", "Bruno")
    world.nodes["Ana"].rename("Bruno", now=world.now)
    world.run(0.5)
    told = world.take("Ana")
    assert [event.reason for event in told if isinstance(event, TrackerLost)] == [TrackerLossReason.REFUSED]
    assert only(told, TrackerRegistered)[-1:] == [TrackerRegistered("Ana", ("Bruno",))]
    assert world.nodes["Ana"].name == "Ana"


def test_two_new_names_before_the_first_is_answered_go_back_to_the_one_that_was_taken() -> None:
    """§3.1"""
    world = people("Ana", "Bruno")
    world.nodes["Ana"].rename("Bia", now=world.now)
    world.nodes["Ana"].rename("Bruno", now=world.now)
    world.run(1.0)
    assert only(world.take("Ana"), TrackerRegistered)[-1:] == [TrackerRegistered("Ana", ("Bruno",))]


def test_a_lost_tracker_is_tried_again_after_one_two_four_up_to_ten_seconds() -> None:
    """§3.1"""
    world = people("Ana")
    lost_at = world.now
    world.lose_tracker()
    world.run(100.0)
    lost = [event for event in world.take("Ana") if isinstance(event, TrackerLost)]
    assert [event.reason for event in lost[:2]] == [TrackerLossReason.CLOSED, TrackerLossReason.UNREACHABLE]
    assert all(event.ever_registered for event in lost)
    times = [lost_at, *(event.retry_at for event in lost)]
    delays = [round(later - earlier, 6) for earlier, later in zip(times, times[1:], strict=False)]
    assert delays == [1.0, 2.0, 4.0, 8.0, *[10.0] * (len(delays) - 4)]


def test_a_node_registers_again_under_its_name_and_tells_what_changed() -> None:
    """§3.1, §3.2"""
    world = people("Ana", "Bruno")
    world.lose_tracker()
    world.run(3.0)
    world.tracker = Tracker()
    world.add("Camila", CAMILA)
    world.run(20.0)
    events = only(world.take("Ana"), TrackerRegistered, CameOnline)
    assert isinstance(events[0], TrackerRegistered)
    assert CameOnline("Camila") in events
    assert set(world.nodes["Ana"].people) == {"Bruno", "Camila"}


def test_the_user_can_have_the_tracker_tried_at_once() -> None:
    """§3.1"""
    world = people("Ana")
    world.lose_tracker()
    world.run(20.0)
    world.tracker = Tracker()
    world.nodes["Ana"].reconnect(now=world.now)
    world.run(0.2)
    assert world.nodes["Ana"].tracker_state is TrackerState.REGISTERED


def test_an_attempt_that_was_given_up_is_closed() -> None:
    """§3.1: the adapter's report of it may come late."""
    node = Node("Ana", ANA, now=0.0, random=lambda: 0.5)
    node.reconnect(now=0.0)
    node.tracker_connected("127.0.0.1", now=0.1)
    late = node.tracker_connected("127.0.0.1", now=0.2)
    assert late.wants_close and late.data_to_send() == b""  # it never registers
    node.tracker_unreachable(LossReason.REFUSED, now=0.3)
    assert node.take_events() == []


def test_chats_go_on_while_the_tracker_is_away() -> None:
    """§3.1"""
    world = chatting()
    world.lose_tracker()
    world.nodes["Ana"].say(ConversationId(1), "ainda aí?", now=world.now)
    world.run(60.0)
    assert texts(world.take("Bruno")) == ["ainda aí?"]
    world.nodes["Bruno"].say(ConversationId(1), "sim", now=world.now)
    world.run(1.0)
    assert texts(world.take("Ana")) == ["sim"]


# §3.3 Asking for an address


def test_a_name_that_is_not_active_is_known_within_a_round_trip() -> None:
    """§3.3"""
    world = people("Ana")
    world.nodes["Ana"].open_chat("Ninguém", now=world.now)
    world.run(0.2)
    assert world.take("Ana") == [ChatRequested(ConversationId(1), "Ninguém"), PersonNotOnline(ConversationId(1), "Ninguém", ())]


def test_without_a_tracker_no_address_can_be_asked_for() -> None:
    """§3.3"""
    world = people("Ana")
    world.lose_tracker()
    world.take("Ana")
    world.nodes["Ana"].open_chat("Bruno", now=world.now)
    world.settle()
    assert world.take("Ana") == [
        ChatRequested(ConversationId(1), "Bruno"),
        ChatFailed(ConversationId(1), "Bruno", "", 0, LossReason.NO_TRACKER, ()),
    ]


def test_a_tracker_lost_while_asking_fails_the_chat_and_gives_its_texts_back() -> None:
    """§3.3, §4.10"""
    world = people("Ana", "Bruno")
    number = world.nodes["Ana"].open_chat("Bruno", now=world.now)
    said = world.nodes["Ana"].say(number, "oi", now=world.now)
    world.lose_tracker()
    assert ChatFailed(number, "Bruno", "", 0, LossReason.NO_TRACKER, (said,)) in world.take("Ana")


@pytest.mark.parametrize("reply", [b"ADDR 0.0.0.0:21500\r\n", b"ADDR 127.0.0.1:21500\r\n", b"ADDR [::]:1\r\n"])
def test_an_address_that_cannot_be_the_peers_is_not_dialled(reply: bytes) -> None:
    """§2.7, §3.5: loopback from a tracker far away would make us call our own machine."""
    node = Node("Ana", ANA, now=0.0, random=lambda: 0.5)
    tracker = node.tracker_connected("10.0.0.1", now=0.0)
    tracker.receive_data(b"LIST Bruno\r\n", now=0.1)
    node.open_chat("Bruno", now=0.2)
    tracker.receive_data(reply, now=0.3)
    assert [type(request) for request in node.take_requests()] == [ReachTracker]
    failed = only(node.take_events(), ChatFailed)
    assert [event.reason for event in failed if isinstance(event, ChatFailed)] == [LossReason.UNUSABLE_ADDRESS]


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


# Misuse


def test_misuse_raises_and_changes_nothing() -> None:
    """Local faults are the caller's (core/errors.py)."""
    world = chatting()
    node = world.nodes["Ana"]
    for call in (
        lambda: node.open_chat("", now=world.now),
        lambda: node.open_chat("a:b", now=world.now),
        lambda: node.open_chat("x" * 65, now=world.now),
        lambda: node.open_chat(" Ana ", now=world.now),
        lambda: node.open_chat_at("10.0.0.1", 0, now=world.now),
        lambda: node.open_chat_at("127.0.0.1", ANA, now=world.now),
        lambda: node.say(ConversationId(1), "", now=world.now),
        lambda: node.rename("\n", now=world.now),
    ):
        with pytest.raises(LocalProtocolError):
            call()
    with pytest.raises(NotConnected):
        node.say(ConversationId(99), "oi", now=world.now)
    with pytest.raises(NotConnected):
        node.end_chat(ConversationId(99), now=world.now)
    world.settle()
    assert world.take("Ana") == []
    node.say(ConversationId(1), "oi", now=world.now)
    world.run(0.1)
    assert texts(world.take("Bruno")) == ["oi"]


def test_after_leaving_nothing_more_can_be_begun() -> None:
    world = people("Ana")
    world.nodes["Ana"].leave(now=world.now)
    with pytest.raises(LocalProtocolError):
        world.nodes["Ana"].open_chat("Bruno", now=world.now)
    with pytest.raises(LocalProtocolError):
        world.nodes["Ana"].refresh_list(now=world.now)


def test_an_unfit_name_or_port_makes_no_node() -> None:
    """§2.1"""
    for name, port in (("", ANA), ("a:b", ANA), ("Ana", 0), ("Ana", 65536)):
        with pytest.raises(LocalProtocolError):
            Node(name, port, now=0.0, random=lambda: 0.5)


def test_the_first_request_is_for_the_tracker_and_each_comes_once() -> None:
    node = Node(" Ana ", ANA, now=0.0, random=lambda: 0.5)
    assert node.name == "Ana"
    assert node.take_requests() == [ReachTracker()]
    assert node.take_requests() == []


# All together


@pytest.mark.parametrize("chop", [whole, bytewise])
def test_three_people_say_everything_to_each_other_in_order_and_once(chop: Chop) -> None:
    """§4.3: also what looks like an instruction, in a burst."""
    world = people("Ana", "Bruno", "Camila", chop=chop)
    awkward = ["DISC", "USER x", "/bye", "DISCO é bom", "👩‍👩‍👧 日本語", " ", "LIST", "fim DISC"]
    burst = [f"linha {number}" for number in range(300)]
    for caller, called in (("Ana", "Bruno"), ("Bruno", "Camila"), ("Camila", "Ana")):
        number = world.nodes[caller].open_chat(called, now=world.now)
        for text in awkward + burst:
            world.nodes[caller].say(number, text, now=world.now)
    world.run(2.0)
    for key in ("Ana", "Bruno", "Camila"):
        assert texts(world.take(key)) == awkward + burst


def test_random_intents_at_random_times_never_raise_and_every_text_is_accounted_for() -> None:
    """§4.10: delivered, or reported as not sent or not confirmed."""
    seed = 4100
    print(f"seed {seed}")
    source = random.Random(seed)
    for _ in range(15):
        world = people("Ana", "Bruno", "Camila")
        said: dict[str, dict[int, str]] = {"Ana": {}, "Bruno": {}, "Camila": {}}
        for step in range(60):
            key = source.choice(list(world.nodes))
            node = world.nodes[key]
            other = source.choice([name for name in world.nodes if name != key])
            try:
                match source.randrange(6):
                    case 0 | 1:
                        node.open_chat(other, now=world.now)
                    case 2 | 3 | 4:
                        text = f"{key} {step}"
                        said[key][node.say(ConversationId(source.randrange(1, 4)), text, now=world.now)] = text
                    case _:
                        node.end_chat(ConversationId(source.randrange(1, 4)), now=world.now)
            except NotConnected:
                pass
            world.run(source.choice([0.0, 0.01, 0.06, 0.5]))
        world.run(5.0)
        events = {key: world.take(key) for key in world.nodes}
        heard = {text for key in events for text in texts(events[key])}
        for key, sent in said.items():
            reported: set[int] = set()
            for event in events[key]:
                match event:
                    case ChatEnded() | TextsUnconfirmed():
                        reported.update(event.unsent, event.unconfirmed)
                    case ChatFailed() | PersonNotOnline():
                        reported.update(event.texts)
                    case _:
                        pass
            assert all(text in heard or number in reported for number, text in sent.items())


def test_the_timer_never_asks_twice_without_progress() -> None:
    """A deadline in the past that stays there would make an adapter spin."""
    world = chatting()
    world.call("Ana").send(b"sem fim de linha")
    node = world.nodes["Ana"]
    for _ in range(500):
        at = node.next_timer()
        assert at is not None
        world.now = max(world.now, at)
        node.handle_timer(now=world.now)
        world.settle()
        following = node.next_timer()
        assert following is None or following > world.now


def test_a_dial_request_says_where_and_how_long() -> None:
    """§4.1"""
    world = people("Ana", "Bruno")
    world.hold_dials = True
    world.nodes["Ana"].open_chat("Bruno", now=world.now)
    world.run(0.5)
    assert world.held_dials == [("Ana", DialPeer(1, "127.0.0.1", BRUNO, 5.0))]


@pytest.mark.parametrize("host", ["lab", "localhost", "", "10.0.0", "10.0.0.1:9", "::g"])
def test_a_chat_by_address_is_with_an_ip_address_alone(host: str) -> None:
    node = Node("Ana", 20000, now=0.0, random=lambda: 0.5)
    node.take_requests()
    with pytest.raises(LocalProtocolError):
        node.open_chat_at(host, 9, now=0.0)
    assert (node.take_requests(), node.take_events()) == ([], [])


def test_a_node_shows_its_name_and_where_it_stands_with_its_tracker() -> None:
    assert repr(Node("Ana", 20000, now=0.0, random=lambda: 0.5)) == "<Node 'Ana': CONNECTING>"


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_a_link_takes_whatever_holds_bytes_and_keeps_none_of_it(kind: Callable[[BytesLike], BytesLike]) -> None:
    node = Node("Ana", 20000, now=0.0, random=lambda: 0.5)
    peer = node.accept_peer("192.0.2.7", 5000, now=0.0)
    data = kind(bytearray(b"USER Bruno\r\nOi"))
    peer.receive_data(data, now=0.1)
    if isinstance(data, bytearray):
        data[:] = bytes(len(data))
    peer.receive_data(kind(b"!\r\n"), now=0.2)
    assert [event.text for event in node.take_events() if isinstance(event, TextReceived)] == ["Oi!"]
