"""What Enter does with a draft, and what becomes of texts on their way."""

import pytest

from core import ConversationId
from core.events import ChatEnd, ChatEnded

from curses_ui.state.conversation import EntryKind, Mark
from curses_ui.state.effects import OpenChat, Say
from curses_ui.update.sending import note_not_said

from ..scene import Scene


def in_chat() -> Scene:
    scene = Scene()
    scene.registered("Ana", "Davi")
    scene.call(1, "Ana")
    scene.effects.clear()
    return scene


# One row


def test_a_text_goes_to_the_peer_on_the_screen_and_is_echoed() -> None:
    scene = in_chat()
    scene.enter("Olá!")
    assert scene.said == [Say(ConversationId(1), "Olá!")]
    entry = scene.state.here.log[-1]
    assert (entry.kind, entry.sender, entry.text, entry.text_id) == (EntryKind.OURS, "Bruno", "Olá!", 1)
    assert scene.state.here.draft.text == ""
    assert scene.state.here.texts_out == 1
    assert scene.state.here.bytes_out == 5


@pytest.mark.parametrize("draft", ["", "   ", "\n \n"])
def test_a_blank_draft_sends_nothing_and_says_nothing(draft: str) -> None:
    scene = in_chat()
    before = scene.log()
    scene.paste(draft)
    scene.press("Enter")
    assert scene.said == []
    assert scene.log() == before
    assert scene.state.here.draft.text == ""


def test_two_slashes_send_one() -> None:
    scene = in_chat()
    scene.enter("//exit")
    assert scene.said == [Say(ConversationId(1), "/exit")]


@pytest.mark.parametrize("text", ["DISC", "USER x", "KEEP", "LIST", "/ bye", "  indented"])
def test_texts_that_look_like_something_else_just_go(text: str) -> None:
    scene = in_chat()
    scene.enter(text)
    assert scene.said == [Say(ConversationId(1), text)]


def test_text_in_the_status_window_has_nobody_to_go_to() -> None:
    scene = Scene()
    scene.enter("Alguém aí?")
    assert scene.last() == "No active P2P connection. Use /chat <name>."
    scene.press("Up")
    assert scene.state.here.draft.text == "Alguém aí?"


def test_text_in_an_ended_chat_is_refused_with_the_way_back_and_kept() -> None:
    scene = in_chat()
    scene.event(ChatEnded(ConversationId(1), ChatEnd.FAREWELL, None, (), ()))
    scene.enter("wait")
    assert scene.said == []
    assert scene.last() == "Not connected to Ana. Use /chat Ana to call again."
    scene.press("Up")
    assert scene.state.here.draft.text == "wait"


@pytest.mark.parametrize(
    "line", ["/nonsense", "/chat", "/win 99", "/msg", "/set x y", "/list", "/bye", "hello"]
)
def test_no_line_is_left_without_an_answer(line: str) -> None:
    scene = Scene()
    before = scene.state.entries
    scene.enter(line)
    assert scene.state.entries > before or scene.effects


# Another window


def test_msg_shows_here_that_it_went_there() -> None:
    scene = in_chat()
    scene.called_by(2, "Davi")
    scene.enter("/msg Davi até já")
    assert scene.said == [Say(ConversationId(2), "até já", aside=True)]
    assert scene.last(scene.window(2)) == "até já"
    assert scene.last() == "To Davi: até já"
    assert scene.state.here.label == "Ana"


def test_msg_to_somebody_not_connected_calls_first() -> None:
    scene = in_chat()
    scene.enter("/msg Davi até já")
    assert scene.effects == [OpenChat("Davi", show=False, text="até já")]


# Several rows


def test_a_draft_of_several_rows_goes_as_several_texts_not_all_at_once() -> None:
    scene = in_chat()
    scene.type("one")
    scene.press("M-Enter")
    scene.type("two")
    scene.press("C-j")
    scene.type("three")
    scene.press("Enter")
    assert [say.text for say in scene.said] == ["one"]
    scene.wait(0.5)
    assert [say.text for say in scene.said] == ["one", "two", "three"]
    scene.press("Up")
    assert scene.state.here.draft.text == "one\ntwo\nthree"


def test_the_rows_of_a_draft_are_texts_never_commands() -> None:
    scene = in_chat()
    scene.paste("x")
    scene.press("C-j")
    scene.type("/exit")
    scene.press("Enter")
    scene.wait(1)
    assert [say.text for say in scene.said] == ["x", "/exit"]
    assert scene.effects == []


def test_a_command_of_two_rows_is_refused_and_stays_in_the_line() -> None:
    scene = in_chat()
    scene.type("/msg Davi one")
    scene.press("C-j")
    scene.type("two")
    scene.press("Enter")
    assert scene.last() == "Commands fit on one line. To send this as text, begin with //."
    assert scene.state.here.draft.text == "/msg Davi one\ntwo"


def test_two_slashes_at_the_start_of_several_rows_send_one() -> None:
    scene = in_chat()
    scene.type("//usr")
    scene.press("C-j")
    scene.type("//bin")
    scene.press("Enter")
    scene.wait(1)
    assert [say.text for say in scene.said] == ["/usr", "//bin"]


# What becomes of it


def test_a_text_that_the_peer_has_no_room_for_is_marked_and_explained() -> None:
    scene = in_chat()
    note_not_said(scene.state, Say(ConversationId(1), "much"), is_full=True)
    assert scene.state.here.log[-2].mark is Mark.UNSENT
    assert scene.last() == "Ana is not reading; nothing more can be sent now."


def test_a_text_that_came_too_late_is_marked_and_explained() -> None:
    scene = in_chat()
    note_not_said(scene.state, Say(ConversationId(1), "late"), is_full=False)
    assert scene.state.here.log[-2].mark is Mark.UNSENT
    assert scene.last() == "Not connected to Ana. Use /chat Ana to call again."


def test_a_text_for_elsewhere_that_is_not_taken_is_told_where_it_was_typed() -> None:
    scene = in_chat()
    scene.press("M-1")
    note_not_said(scene.state, Say(ConversationId(1), "late", aside=True), is_full=False)
    why = "Not connected to Ana. Use /chat Ana to call again."
    assert scene.last(scene.window(1)) == why
    assert scene.last(scene.state.status) == f"{why}\nNot sent: late"
    note_not_said(scene.state, Say(ConversationId(9), "x", aside=True), is_full=False)
    assert scene.last(scene.state.status) == "Not sent: x"


def test_without_a_screen_a_text_that_is_not_taken_is_told_once() -> None:
    scene = in_chat()
    scene.press("M-1")
    scene.state.plain = True
    before = len(scene.log(scene.state.status))
    note_not_said(scene.state, Say(ConversationId(1), "late", aside=True), is_full=False)
    assert len(scene.log(scene.state.status)) == before


def test_a_text_of_a_window_that_is_gone_is_no_matter() -> None:
    scene = in_chat()
    note_not_said(scene.state, Say(ConversationId(9), "x"), is_full=True)
    assert scene.last() == "Connected to Ana."
