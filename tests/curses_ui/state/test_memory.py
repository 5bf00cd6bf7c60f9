"""How much is kept of what others say, and what goes first."""

from core import ChatEnd, ChatEnded, ConversationId

from curses_ui.state.conversation import Conversation
from curses_ui.state.limits import ClientLimits
from curses_ui.state.memory import ENTRY_BYTES, kept_bytes

from ..scene import Scene


SMALL = 200 * (ENTRY_BYTES + 2)
"""At most 200 short messages fit."""


def small_scene() -> Scene:
    scene = Scene()
    scene.state.limits = ClientLimits(max_kept_bytes=SMALL)
    return scene


def talk(scene: Scene, chat: int, count: int, text: str = "xx") -> None:
    """Messages that come too slowly to be folded."""
    for _ in range(count):
        scene.wait(0.05)
        scene.hear(chat, text)


def counted(scene: Scene) -> int:
    """What is really there."""
    waiting = [text for c in scene.state.conversations.values() for text in (*c.held, *c.flood.kept)]
    entries = [entry for c in scene.state.conversations.values() for entry in c.log]
    return sum(map(kept_bytes, entries)) + sum(ENTRY_BYTES + len(text.encode()) for text in waiting)


def theirs(conversation: Conversation) -> int:
    return sum(entry.sender != "" for entry in conversation.log)


def test_an_entry_counts_its_utf8_and_200_bytes() -> None:
    scene = Scene()
    scene.called_by(1, "Ana")
    scene.hear(1, "oi")  # the first one is also spoken of in the first window
    before = scene.state.kept_bytes
    scene.hear(1, "né")
    assert scene.state.kept_bytes - before == 203


def test_the_sum_is_right_through_floods_waiting_callers_and_removed_windows() -> None:
    scene = Scene()
    scene.state.settings = scene.state.settings.__class__(accept="ask")
    for chat in (1, 2, 3):
        scene.called_by(chat, f"P{chat}")
        scene.hear(chat, *(["é"] * 80))
        assert scene.state.kept_bytes == counted(scene)
    scene.enter("/accept P1")
    scene.hear(1, *(["long"] * 80))
    assert scene.state.here.flood.kept
    assert scene.state.kept_bytes == counted(scene)
    scene.wait(5)
    scene.enter("/reject P2")
    scene.event(ChatEnded(ConversationId(2), ChatEnd.WE_LEFT, None, (), ()))
    assert not scene.window(2).held
    assert scene.state.kept_bytes == counted(scene)
    scene.press("M-3")
    scene.enter("/close")
    assert 3 not in scene.state.conversations
    assert scene.state.kept_bytes == counted(scene)


def test_what_strangers_said_goes_before_anything_the_user_has_seen() -> None:
    scene = small_scene()
    scene.called_by(1, "Ana")
    scene.press("M-2", "M-1")
    scene.called_by(2, "Stranger")
    talk(scene, 2, 60)
    talk(scene, 1, 160)
    assert theirs(scene.window(1)) == 160
    assert theirs(scene.window(2)) < 60
    assert scene.state.kept_bytes <= SMALL


def test_without_strangers_the_oldest_of_the_largest_window_goes() -> None:
    scene = small_scene()
    for chat in (1, 2):
        scene.called_by(chat, f"P{chat}")
        scene.press(f"M-{chat + 1}")
    scene.hear(1, "first")
    talk(scene, 1, 150)
    talk(scene, 2, 60)
    assert "first" not in scene.log(scene.window(1))
    assert theirs(scene.window(2)) == 60
    assert scene.state.kept_bytes <= SMALL


def test_the_last_hundred_of_a_window_where_the_user_spoke_stay() -> None:
    scene = small_scene()
    scene.call(1, "Ana")
    scene.enter("oi")
    talk(scene, 1, 150)
    scene.called_by(2, "Eva")
    scene.press("M-3")
    talk(scene, 2, 190)
    assert len(scene.window(1).log) == 100
    assert scene.state.kept_bytes <= SMALL


def test_what_the_user_answers_stays_when_the_answer_is_the_first_thing_said() -> None:
    scene = small_scene()
    scene.called_by(1, "Ana")
    scene.press("M-2")
    talk(scene, 1, 80, "x" * 100)
    scene.called_by(2, "Eva")
    scene.press("M-3")
    while scene.state.kept_bytes < SMALL - 300:
        talk(scene, 2, 1)
    before = scene.log(scene.window(1))
    scene.press("M-2")
    scene.enter("x" * 500)
    assert scene.log(scene.window(1))[:-1] == before
    assert scene.state.kept_bytes <= SMALL


def test_what_a_waiting_caller_said_and_an_open_fold_go_too() -> None:
    scene = small_scene()
    scene.state.settings = scene.state.settings.__class__(accept="ask")
    scene.called_by(1, "Ana")
    scene.hear(1, *(["x" * 1000] * 100))
    assert scene.state.kept_bytes <= SMALL
    scene.press("M-2")
    scene.enter("/accept")
    scene.hear(1, *(["y" * 1000] * 200))
    scene.frame()
    assert scene.state.kept_bytes <= SMALL
    assert scene.state.kept_bytes == counted(scene)


def test_it_is_said_once_that_old_messages_go() -> None:
    scene = small_scene()
    scene.called_by(1, "Ana")
    talk(scene, 1, 500)
    said = "Too much was said to keep all of it: the oldest messages go."
    assert scene.log(scene.state.status).count(said) == 1
