"""core/node/node.py: its tracker, its intents, and everything together (docs/protocol.md §3, §4)."""

import random
from collections.abc import Callable
from typing import Any, cast

import pytest

from core import (
    BytesLike,
    CameOnline,
    ChatEnded,
    ChatFailed,
    ChatRequested,
    ConversationId,
    DialPeer,
    LocalProtocolError,
    LossReason,
    Node,
    NotConnected,
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
    WentOffline,
)

from ..world import Chop, World, bytewise, whole
from .people import ANA, BRUNO, CAMILA, chatting, only, people, texts


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
        lambda: node.open_chat_at("10.0.0.1", cast(int, 20.5), now=world.now),
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


def test_a_connection_shows_whose_it_is_and_where_it_stands() -> None:
    node = Node("Ana", 20000, now=0.0, random=lambda: 0.5)
    tracker, peer = node.tracker_connected("192.0.2.1", now=0.0), node.accept_peer("192.0.2.7", 5000, now=0.0)
    assert repr(tracker) == "<TrackerLink: 'Ana', not registered, open>"
    tracker.receive_data(b"LIST \r\n", now=0.1)
    assert repr(tracker) == "<TrackerLink: 'Ana', registered, open>"
    assert repr(peer) == "<PeerLink: GREETING, 0 bytes wait, open>"
    peer.connection_lost(LossReason.RESET, now=0.2)
    assert repr(peer) == "<PeerLink: ENDED, 0 bytes wait, ended>"


def test_a_number_is_no_data() -> None:
    node = Node("Ana", 20000, now=0.0, random=lambda: 0.5)
    for connection in (node.accept_peer("192.0.2.7", 5000, now=0.0), Tracker().accept("192.0.2.7", "192.0.2.1", now=0.0)):
        for wrong in cast(tuple[Any, ...], (5, [1], "text")):  # Any: the mistake is what is tested
            with pytest.raises(TypeError):
                connection.receive_data(wrong, now=0.1)


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
