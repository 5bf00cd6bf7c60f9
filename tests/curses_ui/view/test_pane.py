"""The people pane."""

from core import ConversationId
from core.events import ChatEnd, ChatEnded, ChatRequested

from curses_ui.settings import Settings
from curses_ui.terminal.frame import Role
from curses_ui.text.cells import text_width
from curses_ui.view.glyphs import UNICODE
from curses_ui.view.pane import people_pane

from ..scene import Scene


def pane(scene: Scene, rows: int = 21, columns: int = 19) -> list[str]:
    lines = people_pane(scene.state, rows, columns, UNICODE)
    assert len(lines) == rows
    texts = ["".join(span.text for span in line) for line in lines]
    assert all(text_width(text) == columns for text in texts)
    return [text.rstrip() for text in texts]


def test_conversations_come_by_number_then_everybody_else_by_name() -> None:
    scene = Scene()
    scene.registered("Zé", "Camila", "ana", "Davi")
    scene.call(1, "Camila")
    scene.called_by(2, "Davi")
    scene.hear(2, "a", "b")
    assert pane(scene)[:7] == [
        " PEOPLE  4 online",
        ">2 * Camila",
        " 3 * Davi        2",
        "",
        "   . ana",
        "   . Zé",
        "",
    ]


def test_every_state_of_a_conversation_has_a_sign_of_its_own() -> None:
    scene = Scene()
    scene.called_by(1, "open")
    scene.called_by(2, "ended")
    scene.event(ChatEnded(ConversationId(2), ChatEnd.FAREWELL, None, (), ()))
    scene.called_by(3, "open", namesake=True)
    scene.event(ChatRequested(ConversationId(4), "calling"))
    scene.state.settings = Settings(accept="ask")
    scene.called_by(5, "waiting")
    assert pane(scene)[1:6] == [" 2 * open", " 3 x ended", " 4 ? open~2", " 5 ~ calling", " 6 ! waiting"]


def test_the_legend_explains_the_signs_that_are_there_if_there_is_room() -> None:
    scene = Scene()
    assert pane(scene)[-1] == ""
    scene.called_by(1, "Ana")
    scene.called_by(2, "Ana", host="10.0.0.66", namesake=True)
    scene.event(ChatRequested(ConversationId(3), "Davi"))
    assert pane(scene)[-4:] == ["", " * in chat", " ~ calling", " ? not verified"]
    scene.state.settings = Settings(accept="ask")
    scene.called_by(4, "Eva")
    scene.lose(1)
    assert pane(scene)[-5:] == ["", " ~ calling", " ! is calling you", " x ended", " ? not verified"]
    scene.registered(*(f"u{number}" for number in range(17)))
    assert " . online" not in pane(scene)


def test_numbers_of_two_digits_stand_right() -> None:
    scene = Scene()
    for chat in range(1, 11):
        scene.called_by(chat, f"p{chat}")
    scene.registered("else")
    lines = pane(scene)
    assert lines[1] == "  2 * p1"
    assert lines[10] == " 11 * p10"
    assert lines[12] == "    . else"


def test_long_names_are_shortened_before_the_count() -> None:
    scene = Scene()
    scene.called_by(1, "Bartholomeu Lourenço")
    scene.hear(1, *("x" for _ in range(12)))
    assert pane(scene)[1] == " 2 * Bartholom… 12"
    scene.called_by(2, "山田太郎花子次郎三郎")
    assert pane(scene)[2].startswith(" 3 * 山田太郎花子…")


def test_more_people_than_rows_are_counted_and_can_be_scrolled_to() -> None:
    scene = Scene()
    scene.registered(*(f"u{number:03}" for number in range(100)))
    lines = pane(scene, rows=10)
    assert lines[1] == "   . u000"
    assert lines[-1] == "   +92  F11 F12"
    seen: set[str] = set()
    for scroll in range(0, 110, 4):
        scene.state.people_scroll = scroll
        seen.update(pane(scene, rows=10))
    assert {f"   . u{number:03}" for number in range(100)} <= seen


def test_unread_and_current_are_told_apart_without_colour() -> None:
    scene = Scene()
    scene.called_by(1, "Ana")
    scene.called_by(2, "Davi")
    scene.hear(2, "x")
    scene.press("M-2")
    lines = people_pane(scene.state, 10, 19, UNICODE)
    assert (lines[1][0].role, lines[2][0].role) == (Role.PANE_CURRENT, Role.PANE_UNREAD)
    assert lines[1][0].text.startswith(">") and lines[2][0].text.rstrip().endswith("1")


def test_an_unnamed_peer_hides_nobody_from_the_list() -> None:
    scene = Scene()
    scene.registered("Ana")
    scene.called_by(1, None)
    assert "   . Ana" in pane(scene)
    assert pane(scene)[1].startswith(" 2 ? 10.0.0.9:4")


def test_a_pane_of_any_size_is_exact() -> None:
    scene = Scene()
    scene.registered(*(f"u{number}" for number in range(30)))
    scene.call(1, "Camila")
    for rows in range(1, 30):
        pane(scene, rows, 19)
    for columns in range(1, 20):
        pane(scene, 29, columns)
        pane(scene, 5, columns)
