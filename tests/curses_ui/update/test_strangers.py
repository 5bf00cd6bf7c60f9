"""Callers that the user never asked for: at most 64 windows, and nothing they say is lost without a word."""

from core import ChatEnd, ChatEnded, ChatOpened, ConversationId, PeerVerified, Verdict

from curses_ui.state.effects import Bell
from curses_ui.state.limits import CLIENT_LIMITS
from curses_ui.state.windows import strangers
from curses_ui.update.node_events import begin_call

from ..scene import Scene


def crowd(count: int = CLIENT_LIMITS.max_strangers) -> Scene:
    """P1 to P64 have called, and each has said something; the user has looked at nobody."""
    scene = Scene()
    for chat in range(1, count + 1):
        scene.called_by(chat, f"P{chat}")
        scene.hear(chat, "oi")
    return scene


def one_more(scene: Scene) -> None:
    """P65 calls; there may be no window for it."""
    scene.event(ChatOpened(ConversationId(65), "P65", "10.0.0.65", 40065, incoming=True, namesake=False))


def leave(scene: Scene, chat: int) -> None:
    scene.event(ChatEnded(ConversationId(chat), ChatEnd.FAREWELL, None, (), ()))


def test_the_oldest_ended_call_folds_into_the_status_window() -> None:
    scene = crowd()
    scene.hear(7, "e aí", "sumiu?")
    leave(scene, 9)
    leave(scene, 7)
    scene.called_by(65, "P65")
    assert scene.last(scene.state.status) == "P7 called and sent 3 messages, at last: sumiu?"
    assert scene.state.status.attention or scene.state.here is scene.state.status
    assert len(strangers(scene.state)) == CLIENT_LIMITS.max_strangers
    assert scene.window(65).number == 66
    assert 8 not in scene.state.conversations


def test_a_caller_that_said_nothing_is_folded_as_one_that_called() -> None:
    scene = crowd()
    scene.window(3).log.clear()
    leave(scene, 3)
    scene.called_by(65, "P65")
    assert scene.last(scene.state.status) == "P3 called and left."


def test_a_folded_caller_that_comes_back_has_its_number_again() -> None:
    scene = crowd()
    leave(scene, 7)
    scene.called_by(65, "P65")
    leave(scene, 9)
    scene.called_by(7, "P7")
    assert scene.window(7).number == 8


def test_a_connected_one_is_never_folded_the_next_stranger_stands_in_the_status_window() -> None:
    scene = crowd()
    one_more(scene)
    assert len(scene.state.conversations) == 1 + CLIENT_LIMITS.max_strangers
    assert scene.last(scene.state.status) == "P65 is calling. There are too many windows; /chat P65 opens one."
    scene.hear(65, "olá")
    entry = scene.state.status.log[-1]
    assert (entry.sender, entry.text) == ("P65", "olá")
    leave(scene, 65)
    assert not scene.state.windowless


def test_a_flood_of_strangers_without_a_window_is_folded_for_each_by_name() -> None:
    scene = crowd()
    one_more(scene)
    scene.event(ChatOpened(ConversationId(66), "P66", "10.0.0.66", 40066, incoming=True, namesake=False))
    scene.hear(65, *(f"t{number}" for number in range(CLIENT_LIMITS.flood_texts_per_second + 3)))
    scene.hear(66, "u0", "u1")
    scene.hear(65, "t")
    scene.wait(2)
    assert scene.log(scene.state.status)[-3:] == [
        "3 messages from P65 hidden. /show",
        "2 messages from P66 hidden. /show",
        "1 message from P65 hidden. /show",
    ]
    assert scene.state.status.log[-2].folded == ("u0", "u1")


def test_a_stranger_without_a_window_gets_one_when_the_user_asks() -> None:
    scene = crowd()
    one_more(scene)
    begin_call(scene.state, ConversationId(65), "P65", show=True)
    assert scene.state.here.label == "P65"
    assert scene.state.here.is_open
    scene.hear(65, "olá")
    assert scene.last() == "olá"


def test_a_stranger_without_a_window_keeps_the_verdict_on_its_address() -> None:
    scene = crowd()
    one_more(scene)
    scene.event(PeerVerified(ConversationId(65), Verdict.MISMATCH, "10.0.0.9", "10.0.0.77"))
    begin_call(scene.state, ConversationId(65), "P65", show=True)
    assert scene.state.here.verdict is Verdict.MISMATCH
    assert scene.last() == "P65 called from 10.0.0.9, but the tracker says 10.0.0.77."


def test_a_stranger_that_the_user_gives_a_window_takes_no_bell_from_the_next_one() -> None:
    scene = crowd()
    one_more(scene)
    scene.wait(10)
    begin_call(scene.state, ConversationId(65), "P65", show=False)
    scene.effects.clear()
    scene.hear(1, "oi")
    assert scene.effects == [Bell()]


def test_windows_that_the_user_visited_do_not_count() -> None:
    scene = crowd()
    scene.press("M-2", "M-3")
    scene.called_by(65, "P65")
    scene.called_by(66, "P66")
    assert len(scene.state.conversations) == 1 + 66


def test_the_numbers_of_removed_windows_are_not_kept_for_ever() -> None:
    scene = crowd()
    for chat in range(65, CLIENT_LIMITS.max_window_numbers + 100):
        leave(scene, chat - CLIENT_LIMITS.max_strangers)
        scene.called_by(chat, f"P{chat}")
    assert len(scene.state.windows) <= CLIENT_LIMITS.max_window_numbers
    assert scene.window(chat).number == chat + 1
