"""Our client against other people's trackers."""

import pytest

from core import (
    CameOnline,
    ChatRequested,
    PeopleListed,
    PersonNotOnline,
    TrackerLost,
    TrackerRegistered,
    WentOffline,
)

from .harness import side_by_side
from .ours import OurClient
from .programs import ClientProgram
from .trackers import (
    ListsEverybodyTracker,
    NamedAddressTracker,
    OneRecvTracker,
    SpacedAddressTracker,
    SpacedListTracker,
    TalkativeTracker,
    TrackerProgram,
    UnterminatedTracker,
)

KINDS = [
    TrackerProgram,
    NamedAddressTracker,
    SpacedAddressTracker,
    OneRecvTracker,
    UnterminatedTracker,
    TalkativeTracker,
    ListsEverybodyTracker,
    SpacedListTracker,
]


EACH = tuple((kind,) for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_our_client_registers_lists_finds_and_chats_by_any_tracker(kind: type[TrackerProgram]) -> None:
    side_by_side(chats_by_the_tracker, EACH)[kind,].result()


def chats_by_the_tracker(kind: type[TrackerProgram]) -> None:
    with kind() as tracker, ClientProgram("Bruno da Silva") as bruno:
        bruno.join(tracker.address)
        tracker.wait_until_registered("Bruno da Silva")
        with OurClient("Ana", tracker.address, wait_until_registered=False) as ana:
            registered = ana.wait_for(TrackerRegistered)
            assert registered.names == ("Bruno da Silva",)
            assert tracker.users["Ana"] == ana.address
            chat = ana.open_chat("Bruno da Silva")
            ana.say(chat, "Oi!")
            theirs = bruno.wait_for_chat()
            bruno.wait_for_text(theirs, "Oi!")
            assert theirs.peer == "Ana"
            assert not tracker.crashes


@pytest.mark.parametrize("kind", KINDS)
def test_our_client_learns_from_any_trackers_silence_that_nobody_has_a_name(
    kind: type[TrackerProgram],
) -> None:
    side_by_side(asks_the_tracker_for_nobody, EACH)[kind,].result()


def asks_the_tracker_for_nobody(kind: type[TrackerProgram]) -> None:
    with kind() as tracker, OurClient("Ana", tracker.address) as ana:
        conversation = ana.request_chat("Ninguém")
        ana.wait_for(ChatRequested)
        unknown = ana.wait_for(PersonNotOnline)
        assert (unknown.conversation, unknown.name) == (conversation, "Ninguém")
        ana.intend(lambda now: ana.node.refresh_list(now=now))
        assert ana.wait_for(PeopleListed).names == ()
        assert not tracker.crashes


@pytest.mark.parametrize("kind", KINDS)
def test_our_client_follows_who_comes_and_goes_by_any_tracker(kind: type[TrackerProgram]) -> None:
    side_by_side(follows_by_the_tracker, EACH)[kind,].result()


def follows_by_the_tracker(kind: type[TrackerProgram]) -> None:
    with kind() as tracker, OurClient("Ana", tracker.address) as ana:
        with ClientProgram("Bruno") as bruno:
            bruno.join(tracker.address)
            tracker.wait_until_registered("Bruno")
            ana.intend(lambda now: ana.node.refresh_list(now=now))
            assert ana.wait_for(CameOnline).name == "Bruno"
            bruno.quit()
            tracker.wait_for("Bruno to leave", lambda: "Bruno" not in tracker.users)
        ana.intend(lambda now: ana.node.refresh_list(now=now))
        assert ana.wait_for(WentOffline).name == "Bruno"
        assert not any(isinstance(event, TrackerLost) for event in ana.events)
