"""core/node/chats.py: who finds a place when there are too many callers (docs/protocol.md §4.1)."""

import pytest

from core import CallersTurnedAway, ChatEnd, ChatEnded, Connection, ConversationId, DialPeer, Limits, Node
from core.limits import TURNED_AWAY_SECONDS

CROWD, LAB, HOME = "10.0.0.66", "10.0.0.2", "10.0.0.3"


class Door:
    """Ana's node, with room for four connections."""

    def __init__(self) -> None:
        self.now = 0.0
        self.node = Node("Ana", 20000, now=0.0, random=lambda: 0.5, limits=Limits(max_peer_connections=4))
        self.node.take_requests()

    def call(self, host: str, name: str = "") -> Connection:
        """A caller a second later, who names itself if there is a name."""
        self.now += 1.0
        caller = self.node.accept_peer(host, 40000, now=self.now)
        if name:
            caller.receive_data(f"USER {name}\r\n".encode(), now=self.now)
        return caller

    def turned_away(self) -> list[int]:
        return [event.count for event in self.node.take_events() if isinstance(event, CallersTurnedAway)]


def test_a_newcomer_from_elsewhere_gets_the_place_of_the_longest_idle_of_a_crowd() -> None:
    door = Door()
    crowd = [door.call(CROWD, f"c{number}") for number in range(4)]
    crowd[0].receive_data(b"Oi\r\n", now=5.0)  # no longer the one that is idle for longest
    door.node.take_events()
    newcomer = door.call(LAB, "Bruno")
    assert not newcomer.wants_close
    assert [caller.wants_close for caller in crowd] == [False, True, False, False]
    assert crowd[1] in door.node.take_ready()
    ended = [event for event in door.node.take_events() if isinstance(event, ChatEnded)]
    assert ended == [ChatEnded(ConversationId(2), ChatEnd.DISPLACED, None, (), ())]


def test_a_caller_of_the_crowd_itself_is_turned_away() -> None:
    door = Door()
    crowd = [door.call(CROWD, f"c{number}") for number in range(4)]
    assert door.call(CROWD).wants_close
    assert not any(caller.wants_close for caller in crowd)
    assert door.turned_away() == [1]


def test_addresses_end_up_with_equal_shares() -> None:
    door = Door()
    crowd = [door.call(CROWD) for _ in range(4)]
    lab = [door.call(LAB) for _ in range(3)]
    assert [caller.wants_close for caller in crowd] == [True, True, False, False]
    assert [caller.wants_close for caller in lab] == [False, False, True]
    assert not door.call(HOME).wants_close


def test_one_network_of_ipv6_counts_as_one_address() -> None:
    door = Door()
    crowd = [door.call(f"2001:db8::{number}") for number in range(4)]
    assert door.call("2001:db8:0:0:ffff::1").wants_close
    assert not door.call("2001:db8:0:1::1").wants_close
    assert crowd[0].wants_close


def test_who_the_user_has_spoken_to_keeps_the_place() -> None:
    door = Door()
    crowd = [door.call(CROWD, f"c{number}") for number in range(4)]
    door.node.say(ConversationId(1), "Oi", now=door.now)
    assert not door.call(LAB).wants_close
    assert [caller.wants_close for caller in crowd] == [False, True, False, False]


def test_nobody_is_displaced_when_the_user_has_spoken_to_all() -> None:
    door = Door()
    for number in range(4):
        door.call(CROWD, f"c{number}")
        door.node.say(ConversationId(number + 1), "Oi", now=door.now)
    assert door.call(LAB).wants_close
    assert door.turned_away() == [1]


def test_the_users_own_calls_are_never_displaced_and_always_made() -> None:
    door = Door()
    own: list[Connection] = []
    for number in range(6):
        door.node.open_chat_at(CROWD, 3000 + number, now=door.now)
        (dial,) = door.node.take_requests()
        assert isinstance(dial, DialPeer)
        own.append(door.node.dial_succeeded(dial.dial, now=door.now))
    assert not any(link.wants_close for link in own)
    assert door.call(LAB).wants_close


def test_places_become_free_again() -> None:
    door = Door()
    crowd = [door.call(CROWD) for _ in range(4)]
    crowd[2].receive_eof(now=door.now)
    assert not door.call(CROWD).wants_close
    assert door.call(CROWD).wants_close


@pytest.mark.parametrize("more", [0, 1, 1000])
def test_callers_turned_away_are_reported_at_once_and_then_once_a_minute(more: int) -> None:
    door = Door()
    for _ in range(4):
        door.call(CROWD, "Eva")
    door.node.take_events()
    for _ in range(1 + more):
        door.node.accept_peer(CROWD, 40000, now=10.0)
    assert door.turned_away() == [1]
    door.node.handle_timer(now=10.0 + TURNED_AWAY_SECONDS - 0.1)
    assert door.turned_away() == []
    door.node.handle_timer(now=10.0 + TURNED_AWAY_SECONDS)
    assert door.turned_away() == ([more] if more else [])
    door.node.handle_timer(now=10.0 + 2 * TURNED_AWAY_SECONDS)
    door.node.accept_peer(CROWD, 40000, now=200.0)
    assert door.turned_away() == [1]  # and the second time


def test_who_leaves_turns_nobody_away() -> None:
    door = Door()
    door.node.leave(now=0.0)
    assert door.call(CROWD).wants_close
    assert door.turned_away() == []
