"""Questions that one key answers."""

import pytest

from core import ConversationId
from core.events import ChatEnd, ChatEnded, ChatRequested, PersonNotOnline

from curses_ui.settings import Settings
from curses_ui.state.effects import EndChat, Leave
from curses_ui.state.model import CloseQuestion, ExitQuestion, PasteQuestion
from curses_ui.state.windows import remove_window

from ..scene import Scene


def in_chat() -> Scene:
    scene = Scene()
    scene.call(1, "Ana")
    return scene


def texts(scene: Scene) -> list[str]:
    return [say.text for say in scene.said]


# Pasting


def asked(scene: Scene) -> str:
    """The question as it stands on the screen."""
    return scene.picture().split("\n")[-1].rstrip()


@pytest.mark.parametrize("pasted", ["one", "one\n", "\n\none\n\n"])
def test_one_pasted_line_goes_to_the_cursor(pasted: str) -> None:
    scene = in_chat()
    scene.type("a  b")
    scene.press("Left", "Left")
    scene.paste(pasted)
    assert scene.state.here.draft.text == "a one b"
    assert scene.state.question is None


def test_several_lines_are_asked_about_with_their_number_and_where_they_would_go() -> None:
    scene = in_chat()
    scene.type("draft")
    scene.paste("one\n\ntwo\nthree\n")
    assert asked(scene) == "Paste 3 lines to Ana (blank ones left out: 1)? (y)es (n)o (e)dit"
    assert scene.said == []
    scene.type("n")
    scene.paste("one\ntwo\n\n")
    assert asked(scene) == "Paste 2 lines to Ana? (y)es (n)o (e)dit"


def test_a_single_long_line_is_asked_about_too_and_shown_whole() -> None:
    """A line of 40 KB went out as 40 messages unasked, and our own log showed it cut."""
    scene = in_chat()
    line = "word " * 8000
    scene.paste(line)
    assert asked(scene) == "Paste 40 lines to Ana? (y)es (n)o (e)dit"
    scene.type("e")
    assert scene.state.here.draft.text == line
    scene.press("Enter")
    scene.wait(10)
    assert "".join(texts(scene)) == line
    assert "".join(entry.text for entry in scene.state.here.log if entry.sender) == line


def test_what_is_pasted_while_the_question_is_open_is_added_to_it() -> None:
    scene = in_chat()
    scene.paste("one\ntwo\n")
    scene.paste("three\n")
    assert asked(scene) == "Paste 3 lines to Ana? (y)es (n)o (e)dit"
    scene.type("y")
    scene.wait(1)
    assert texts(scene) == ["one", "two", "three"]


def test_a_running_paste_shows_how_far_it_is_and_what_is_typed_comes_behind_it() -> None:
    scene = in_chat()
    scene.paste("a\nb\nc")
    scene.type("y")
    assert "Sending 1 of 3; Esc stops." in scene.picture()
    scene.enter("typed")
    assert "Sending 1 of 4; Esc stops." in scene.picture()
    scene.wait(1)
    assert texts(scene) == ["a", "b", "c", "typed"]
    assert "Esc stops" not in scene.picture()


def test_blank_rows_of_a_draft_are_said_to_be_left_out() -> None:
    scene = in_chat()
    scene.type("one")
    scene.press("M-Enter", "M-Enter")
    scene.type("two")
    scene.press("Enter")
    assert scene.state.notice == "Blank rows are left out."
    scene.wait(1)
    assert texts(scene) == ["one", "two"]


@pytest.mark.parametrize("yes", ["y", "Y", "s"])
def test_yes_sends_at_most_five_lines_a_second(yes: str) -> None:
    scene = in_chat()
    scene.paste("\n".join("abcdefgh"))
    scene.type(yes)
    assert texts(scene) == ["a"]
    scene.wait(0.99)
    assert texts(scene) == list("abcde")
    scene.wait(0.65)
    assert texts(scene) == list("abcdefgh")
    assert scene.state.here.draft.text == ""


@pytest.mark.parametrize("key", ["Escape", "C-c", "C-g"])
def test_no_drops_the_paste_and_keeps_the_draft(key: str) -> None:
    for answer in ("n", key):
        scene = in_chat()
        scene.type("draft")
        scene.paste("one\ntwo")
        if len(answer) == 1:
            scene.type(answer)
        else:
            scene.press(answer)
        scene.wait(2)
        assert scene.said == []
        assert scene.state.question is None
        assert scene.state.here.draft.text == "draft"


def test_edit_puts_the_lines_into_the_draft() -> None:
    scene = in_chat()
    scene.paste("one\ntwo")
    scene.type("e!")
    assert scene.state.here.draft.text == "one\ntwo!"
    assert "one⏎two!" in scene.picture().split("\n")[-1]
    assert scene.said == []


def test_other_keys_answer_nothing() -> None:
    scene = in_chat()
    scene.paste("one\ntwo")
    scene.type("xq1")
    scene.press("Enter", "Up", "Tab", "M-1", "F2")
    assert isinstance(scene.state.question, PasteQuestion)
    assert scene.state.current == 2
    assert scene.state.here.draft.text == ""


def test_what_is_typed_behind_the_answer_is_typed() -> None:
    scene = in_chat()
    scene.paste("one\ntwo")
    scene.type("yhello")
    assert scene.state.here.draft.text == "hello"


def test_pasted_commands_are_texts() -> None:
    scene = in_chat()
    scene.paste("/exit\n/bye")
    scene.type("y")
    scene.wait(1)
    assert texts(scene) == ["/exit", "/bye"]
    assert scene.effects == []


def test_escape_stops_sending_and_the_rest_is_kept() -> None:
    scene = in_chat()
    scene.paste("\n".join("abcdef"))
    scene.type("y")
    scene.wait(0.3)
    scene.press("Escape")
    scene.wait(5)
    assert texts(scene) == ["a", "b"]
    assert scene.last() == "Not sent: 4 messages kept in history (Up)."
    scene.press("Up")
    assert scene.state.here.draft.text == "c\nd\ne\nf"


def test_a_second_paste_right_behind_the_first_is_no_faster() -> None:
    scene = in_chat()
    scene.paste("a\nb")
    scene.type("y")
    scene.wait(0.3)
    scene.paste("c\nd")
    scene.type("y")
    assert texts(scene) == ["a", "b"]
    scene.wait(0.15)
    assert texts(scene) == ["a", "b", "c"]
    scene.wait(0.1)
    assert texts(scene) == ["a", "b", "c"]
    scene.wait(0.1)
    assert texts(scene) == ["a", "b", "c", "d"]


def test_sending_stops_when_the_chat_ends() -> None:
    scene = in_chat()
    scene.paste("\n".join("abc"))
    scene.type("y")
    scene.event(ChatEnded(ConversationId(1), ChatEnd.LOST, None, (), ()))
    scene.wait(5)
    assert texts(scene) == ["a"]
    assert scene.log()[-1] == "Not sent: 2 messages kept in history (Up)."
    assert scene.state.paste == type(scene.state.paste)()


def test_the_lines_go_where_they_were_pasted_whatever_is_shown() -> None:
    scene = in_chat()
    scene.called_by(2, "Davi")
    scene.paste("a\nb\nc")
    scene.type("y")
    scene.press("M-3")
    scene.wait(2)
    assert [(say.conversation, say.text) for say in scene.said] == [(1, "a"), (1, "b"), (1, "c")]
    assert "To Ana" not in "".join(scene.log())


def test_where_nobody_listens_several_lines_become_a_draft() -> None:
    scene = Scene()
    scene.paste("one\ntwo")
    assert scene.state.question is None
    assert scene.state.here.draft.text == "one\ntwo"


# Leaving and removing


def test_leaving_is_asked_about_only_if_wanted() -> None:
    scene = in_chat()
    scene.enter("/exit")
    assert scene.effects == [Leave()]
    scene = in_chat()
    scene.state.settings = Settings(confirm_exit=True)
    scene.enter("/exit")
    assert scene.state.question == ExitQuestion()
    assert scene.picture().split("\n")[-1].rstrip() == "Leave the program? (y)es (n)o"
    scene.type("e")
    scene.type("n")
    assert scene.effects == []
    scene.enter("/exit")
    scene.type("y")
    assert scene.effects == [Leave()]


def test_removing_unread_texts_is_asked_about() -> None:
    scene = in_chat()
    scene.called_by(2, "Davi")
    scene.hear(2, "oi")
    scene.effects.clear()
    scene.enter("/close Davi")
    assert scene.state.question == CloseQuestion(3)
    assert "Davi" in scene.picture().split("\n")[-1]
    scene.type("en")
    assert 3 in scene.state.conversations
    scene.enter("/close Davi")
    scene.type("y")
    assert 3 not in scene.state.conversations
    assert scene.effects == [EndChat(ConversationId(2))]


# A window that goes while it is asked about


def test_a_call_that_fails_keeps_its_window_while_a_paste_for_it_is_asked_about() -> None:
    """The window was taken back, and the next frame looked for its name."""
    scene = Scene()
    scene.event(ChatRequested(ConversationId(1), "Bruno"))
    scene.enter("/win 2")
    scene.paste("one\ntwo")
    scene.event(PersonNotOnline(ConversationId(1), "Bruno", ()))
    assert scene.picture().split("\n")[-1].startswith("Paste 2 lines to Bruno?")
    scene.type("y")
    assert "Not connected to Bruno" in scene.picture()


def test_what_is_pasted_while_the_question_is_open_becomes_the_draft_with_it_when_the_chat_has_ended() -> None:
    """The question stayed, and its lines stood in the draft as well."""
    scene = in_chat()
    scene.paste("one\ntwo")
    scene.event(ChatEnded(ConversationId(1), ChatEnd.FAREWELL, None, (), (), ()))
    scene.paste("three")
    assert scene.state.question is None
    assert scene.state.here.draft.text == "one\ntwo\nthree"


def test_a_question_about_a_window_that_is_removed_is_asked_no_more() -> None:
    scene = in_chat()
    scene.paste("one\ntwo")
    remove_window(scene.state, scene.state.here)
    assert scene.state.question is None
    assert scene.picture()
