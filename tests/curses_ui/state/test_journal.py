"""Lines in the logs: what makes them unread, rings the bell, or folds them away."""

import pytest

from core import ConversationId, TextId
from core.events import TextsUnconfirmed

from curses_ui.settings import Settings
from curses_ui.state.conversation import EntryKind, Mark
from curses_ui.state.effects import Bell, Notify
from curses_ui.state.limits import CLIENT_LIMITS
from curses_ui.state.journal import (
    hear,
    mark_texts,
    release_held,
    tell,
    tell_error,
    tell_here,
    tell_unsent,
)

from ..scene import NOON, Scene


def quiet_chat() -> Scene:
    """Ana has called and is in window 2; window 1 is shown, and the bell may ring again."""
    scene = Scene()
    scene.called_by(1, "Ana")
    scene.wait(10)
    scene.effects.clear()
    return scene


# What peers say


def test_a_text_enters_clean_with_its_sender_and_time() -> None:
    scene = quiet_chat()
    scene.hear(1, "a\x1b[31mb\u202ec")
    entry = scene.window(1).log[-2]  # behind it stands the news of the control character
    assert (entry.kind, entry.sender, entry.text) == (EntryKind.THEIRS, "Ana", "a␛[31mb[U+202E]c")
    assert entry.wall == NOON + 10
    assert scene.window(1).texts_in == 1
    assert scene.window(1).bytes_in == 11


def test_control_characters_are_pointed_out_once() -> None:
    scene = quiet_chat()
    scene.hear(1, "\a\a", "\x1b", "tab\tonly")
    assert scene.log(scene.window(1))[1:] == ["␇␇", "Ana sent 2 control characters.", "␛", "tab only"]


def test_format_codes_and_markup_are_just_text() -> None:
    scene = quiet_chat()
    scene.hear(1, "%s {n} {0} **b** \x02bold\x03")
    assert scene.window(1).log[1].text == "%s {n} {0} **b** ␂bold␃"


# The bell


def test_the_bell_rings_for_a_text_that_is_not_seen_once_in_three_seconds() -> None:
    scene = quiet_chat()
    scene.hear(1, "a", "b")
    assert scene.effects == [Bell()]
    scene.wait(2.9)
    scene.hear(1, "c")
    assert scene.effects == [Bell()]
    scene.wait(0.1)
    scene.hear(1, "d")
    assert scene.effects == [Bell(), Bell()]


def test_the_bell_is_silent_for_a_text_on_the_screen() -> None:
    scene = quiet_chat()
    scene.press("M-2")
    scene.hear(1, "a")
    assert scene.effects == []


def test_the_bell_rings_for_the_text_on_the_screen_of_a_terminal_out_of_focus() -> None:
    scene = quiet_chat()
    scene.press("M-2")
    scene.wait(1)
    scene.focus(False)
    scene.hear(1, "a")
    assert scene.effects == [Bell()]


def test_the_bell_rings_for_a_fold_that_begins_out_of_focus() -> None:
    scene = quiet_chat()
    scene.press("M-2")
    scene.wait(1)
    scene.hear(1, *("a" for _ in range(CLIENT_LIMITS.flood_texts_per_second)))
    scene.focus(False)
    assert scene.effects == []
    scene.hear(1, "b", "c")
    assert scene.effects == [Bell()]
    assert scene.window(1).unread == 1


def test_the_bell_can_be_switched_off() -> None:
    scene = quiet_chat()
    scene.state.settings = Settings(bell=False)
    scene.hear(1, "a")
    assert scene.effects == []


def test_a_notification_comes_with_the_bell_if_it_is_wanted() -> None:
    scene = quiet_chat()
    scene.state.settings = Settings(notify=True)
    scene.hear(1, "olá\x1b]0;x\a")
    assert scene.effects == [Bell(), Notify("Ana: olá␛]0;x␇")]


def test_a_call_rings_as_well() -> None:
    scene = quiet_chat()
    scene.called_by(2, "Davi")
    assert scene.effects == [Bell()]


# Floods


def test_what_comes_faster_than_fifty_lines_a_second_is_folded_into_one_line() -> None:
    scene = quiet_chat()
    scene.hear(1, *(f"t{number}" for number in range(80)))
    log = scene.window(1).log
    assert log[-1].text == "1 message from Ana hidden. /show"  # it is counted once a turn of the loop
    scene.wait(1.1)
    assert len(log) == 1 + CLIENT_LIMITS.flood_texts_per_second + 1
    assert log[-1].text == "30 messages from Ana hidden. /show"
    assert scene.window(1).texts_in == 80


def test_a_folded_flood_can_be_read_after_all() -> None:
    scene = quiet_chat()
    scene.hear(1, *(f"t{number}" for number in range(53)))
    scene.wait(2)
    assert scene.window(1).log[-1].folded == ("t50", "t51", "t52")


def test_of_a_great_flood_only_so_much_is_kept() -> None:
    scene = quiet_chat()
    scene.hear(1, *(f"t{number}" for number in range(5000)))
    scene.wait(2)
    assert scene.last(scene.window(1)) == "4950 messages from Ana hidden. /show"
    assert len(scene.window(1).log[-1].folded) == CLIENT_LIMITS.max_folded_texts
    assert len(scene.window(1).log) < 60


def test_after_the_flood_texts_are_shown_again() -> None:
    scene = quiet_chat()
    scene.hear(1, *("x" for _ in range(60)))
    scene.wait(1.1)
    scene.hear(1, "calm")
    assert scene.log(scene.window(1))[-2:] == ["10 messages from Ana hidden. /show", "calm"]


def test_the_flood_of_one_peer_hides_nothing_of_another() -> None:
    scene = quiet_chat()
    scene.called_by(2, "Davi")
    scene.hear(1, *("x" for _ in range(60)))
    scene.hear(2, "hello")
    assert scene.last(scene.window(2)) == "hello"


def test_a_client_without_a_screen_folds_nothing() -> None:
    scene = quiet_chat()
    scene.state.plain = True
    scene.hear(1, *(f"t{number}" for number in range(300)))
    assert scene.log(scene.window(1))[1:] == [f"t{number}" for number in range(300)]


def test_a_fold_is_handed_out_for_transcripts_when_it_is_closed() -> None:
    scene = quiet_chat()
    scene.state.take_fresh()
    scene.hear(1, *("x" for _ in range(52)))
    assert sum(number == 2 for number, _ in scene.state.take_fresh()) == 50
    scene.wait(2)
    ((number, entry),) = scene.state.take_fresh()
    assert (number, entry.folded) == (2, ("x", "x"))


# A caller who waits


def test_what_a_waiting_caller_says_is_held_back() -> None:
    scene = quiet_chat()
    conversation = scene.window(1)
    conversation.waiting = True
    before = len(conversation.log)
    for number in range(CLIENT_LIMITS.max_held_texts + 5):
        hear(scene.state, conversation, str(number))
    assert len(conversation.log) == before
    assert conversation.unread == 0
    conversation.waiting = False
    release_held(scene.state, conversation)
    assert len(conversation.log) == before + CLIENT_LIMITS.max_held_texts + 1
    assert scene.last(conversation) == "5 further messages were not kept."
    assert conversation.held == []
    release_held(scene.state, conversation)
    assert scene.last(conversation) == "5 further messages were not kept."
    assert len(conversation.log) == before + CLIENT_LIMITS.max_held_texts + 1


# The program's own lines


def test_news_in_another_window_draw_attention_only_if_they_should() -> None:
    scene = quiet_chat()
    scene.window(1).attention = False
    tell(scene.state, scene.window(1), "by the way")
    assert not scene.window(1).attention
    tell_error(scene.state, scene.window(1), "look!")
    assert scene.window(1).attention
    assert scene.window(1).log[-1].kind is EntryKind.ERROR
    assert scene.window(1).unread == 0


def test_news_on_the_screen_need_no_attention() -> None:
    scene = quiet_chat()
    tell_error(scene.state, scene.state.status, "here")
    tell_here(scene.state, "here")
    assert not scene.state.status.attention


# What became of our texts


@pytest.mark.parametrize(
    ("unsent", "unconfirmed", "said"),
    [
        ((2,), (), "Not sent: 1 message kept in history (Up)."),
        ((1, 2), (), "Not sent: 2 messages kept in history (Up)."),
        ((), (2,), "1 message may not have arrived."),
    ],
)
def test_texts_that_did_not_arrive_are_marked_and_counted(
    unsent: tuple[TextId, ...], unconfirmed: tuple[TextId, ...], said: str
) -> None:
    scene = Scene()
    scene.call(1, "Ana")
    scene.enter("one")
    scene.enter("two")
    scene.event(TextsUnconfirmed(ConversationId(1), unsent, unconfirmed))
    assert scene.last() == said
    marks = {entry.text_id: entry.mark for entry in scene.state.here.log if entry.text_id is not None}
    assert {number for number, mark in marks.items() if mark is Mark.UNSENT} == set(unsent)
    assert {number for number, mark in marks.items() if mark is Mark.UNCONFIRMED} == set(unconfirmed)


def test_without_such_texts_nothing_is_said() -> None:
    scene = Scene()
    scene.call(1, "Ana")
    before = scene.log()
    mark_texts(scene.state, scene.state.here, (), ())
    assert scene.log() == before


def test_without_a_screen_nothing_is_said_of_keys() -> None:
    scene = quiet_chat()
    scene.state.plain = True
    tell_unsent(scene.state, scene.window(1), 2)
    assert scene.last(scene.window(1)) == "Not sent: 2 messages."
