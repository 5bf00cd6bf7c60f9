"""core/node/verification.py: does a caller call from where its name listens? (docs/protocol.md §4.8)"""

import pytest

from core import ConversationId, PeerVerified, Tracker, Verdict

from ..world import World


def people(*names: str) -> World:
    """A tracker, and these people registered with it."""
    world = World()
    for number, name in enumerate(names):
        world.add(name, 20000 + number)
    world.run(6.0)
    for name in names:
        world.take(name)
    return world


def verdicts(world: World) -> list[PeerVerified]:
    """What Ana was told."""
    return [event for event in world.take("Ana") if isinstance(event, PeerVerified)]


@pytest.mark.parametrize(
    ("host", "verdict"), [("127.0.0.1", Verdict.VERIFIED), ("10.0.0.66", Verdict.MISMATCH)]
)
def test_the_address_behind_a_callers_name_is_verified(host: str, verdict: Verdict) -> None:
    """§4.8"""
    world = people("Ana", "Bruno")
    world.call("Ana", host=host).send(b"USER Bruno\r\n")
    world.run(1.0)
    assert verdicts(world) == [PeerVerified(ConversationId(1), verdict, host, "127.0.0.1")]


def test_a_name_that_the_tracker_does_not_know_is_unverified() -> None:
    """§4.8"""
    world = people("Ana")
    world.call("Ana", host="10.0.0.5").send(b"USER Davi\r\n")
    world.run(1.0)
    assert verdicts(world) == [PeerVerified(ConversationId(1), Verdict.UNKNOWN_NAME, "10.0.0.5", None)]


def test_verification_waits_for_a_tracker_that_is_away() -> None:
    """§4.8"""
    world = people("Ana")
    world.lose_tracker()
    world.call("Ana").send(b"USER Bruno\r\n")
    world.run(5.0)
    assert verdicts(world) == []
    world.tracker = Tracker()
    world.add("Bruno", 20001)
    world.run(20.0)
    assert verdicts(world) == [PeerVerified(ConversationId(1), Verdict.VERIFIED, "127.0.0.1", "127.0.0.1")]


def test_two_callers_of_one_name_both_get_their_verdict_from_one_answer() -> None:
    """§4.8: the second caller comes before the tracker has answered about the first."""
    world = people("Ana")
    world.lose_tracker()
    world.call("Ana", host="127.0.0.1").send(b"USER Bruno\r\n")
    world.call("Ana", host="10.0.0.66").send(b"USER Bruno\r\n")
    world.tracker = Tracker()
    world.add("Bruno", 20001)
    world.run(20.0)
    assert verdicts(world) == [
        PeerVerified(ConversationId(1), Verdict.VERIFIED, "127.0.0.1", "127.0.0.1"),
        PeerVerified(ConversationId(2), Verdict.MISMATCH, "10.0.0.66", "127.0.0.1"),
    ]
