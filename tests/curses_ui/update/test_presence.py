"""Who comes and goes, in the status window."""

from dataclasses import replace

import pytest

from core import CameOnline, ChatOpened, ConversationId, TextReceived, TrackerLossReason, TrackerLost, TrackerRegistered, WentOffline

from curses_ui.update.presence import COME_BACK_SECONDS

from ..scene import Scene


def lose_tracker(scene: Scene) -> None:
    scene.event(TrackerLost(TrackerLossReason.CLOSED, None, scene.now + 4.0, True))


def test_who_comes_and_goes_is_said_in_the_status_window_and_kept_in_the_list() -> None:
    scene = Scene()
    scene.registered("Ana")
    scene.event(CameOnline("\u202eEva"))
    scene.event(WentOffline("Ana"))
    assert scene.log()[-2:] == ["[U+202E]Eva is online.", "Ana went offline."]
    assert scene.state.people.names() == ["\u202eEva"]
    assert not scene.state.status.attention


def test_a_crowd_that_comes_or_goes_is_one_line() -> None:
    scene = Scene()
    scene.registered()
    before = len(scene.log())
    for number in range(500):
        scene.event(CameOnline(f"user{number}"))
    assert len(scene.state.people) == 500
    assert scene.log()[before:] == ["Online: user0, user1, user2, user3, user4 and 495 more."]
    scene.event(WentOffline("user1"))
    scene.event(WentOffline("user2"))
    assert scene.last() == "Went offline: user1, user2."
    assert [entry.text for _, entry in scene.state.take_fresh()][-2:] == scene.log()[-2:]


def test_those_who_come_one_after_the_other_are_told_one_by_one_and_not_too_many() -> None:
    scene = Scene()
    scene.registered()
    before = len(scene.log())
    for number in range(500):
        scene.event(CameOnline(f"user{number}"))
        scene.state.take_fresh()  # the turn is over
    assert len(scene.log()) - before < 10
    scene.wait(1.1)
    scene.event(CameOnline("Ana"))
    assert scene.last() == "Ana is online."


def test_who_comes_back_after_the_tracker_did_is_no_news() -> None:
    scene = Scene()
    scene.registered("Ana", "Eva", "Rui")
    for _ in range(2):  # the tracker restarts twice
        lose_tracker(scene)
        scene.registered("Ana")
        before = len(scene.log())
        scene.event(WentOffline("Eva"))
        scene.event(WentOffline("Rui"))
        assert scene.state.people.names() == ["Ana"]
        scene.wait(COME_BACK_SECONDS - 1)
        scene.event(CameOnline("Eva"))
        scene.event(CameOnline("Rui"))
        scene.event(CameOnline("Zoe"))
        assert scene.log()[before:] == ["Zoe is online."]
        scene.event(WentOffline("Zoe"))
        scene.event(WentOffline("Rui"))
        scene.event(CameOnline("Zoe"))
        assert scene.log()[before:] == ["Zoe is online."]
    scene.wait(2)
    assert scene.last() == "Rui went offline."
    scene.state.take_fresh()
    scene.event(WentOffline("Ana"))
    assert scene.last() == "Ana went offline."
    scene.event(CameOnline("Rui"))
    assert scene.last() == "Rui is online."


def test_many_who_do_not_come_back_are_one_line() -> None:
    scene = Scene()
    people = [f"user{number}" for number in range(500)]
    scene.registered(*people)
    lose_tracker(scene)
    scene.registered()
    before = len(scene.log())
    for name in people:
        scene.event(WentOffline(name))
    scene.wait(COME_BACK_SECONDS + 1)
    assert scene.log()[before:] == ["Went offline: user0, user1, user2, user3, user4 and 495 more."]


@pytest.mark.parametrize("elsewhere", [False, True])
def test_after_a_new_name_or_at_another_tracker_who_goes_is_said_at_once(elsewhere: bool) -> None:
    scene = Scene()
    scene.registered("Ana")
    if elsewhere:
        scene.state.tracker.address = "192.0.2.9:10000"
    scene.event(TrackerRegistered("Bruno" if elsewhere else "Bruno2", ()))
    scene.event(WentOffline("Ana"))
    assert scene.last() == "Ana went offline."


def test_a_crowd_does_not_overwrite_the_line_about_messages_that_had_to_go() -> None:
    """That line came behind the one about who went, which grows while nobody has read it."""
    scene = Scene()
    scene.registered("Ana", "Eva")
    scene.event(ChatOpened(ConversationId(1), "Rui", "10.0.0.7", 40000, True, False))
    for number in range(50):  # of these the oldest go
        scene.event(TextReceived(ConversationId(1), f"text {number}"))
    scene.state.take_fresh()
    scene.state.limits = replace(scene.state.limits, max_kept_bytes=scene.state.kept_bytes + 1)
    scene.event(WentOffline("Ana"))
    scene.event(WentOffline("Eva"))
    assert scene.log()[-3:] == [
        "Ana went offline.",
        "Too much was said to keep all of it: the oldest messages go.",
        "Eva went offline.",
    ]
