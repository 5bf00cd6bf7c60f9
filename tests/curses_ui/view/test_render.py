"""Whole screens: pictures that a person can read (``golden``), and what holds for every frame."""

from collections.abc import Callable

import pytest

from core import ConversationId, TextId
from core.events import ChatEnd, ChatEnded, LossReason, TextsUnconfirmed, TrackerLossReason, TrackerLost

from curses_ui.i18n import ENGLISH, PORTUGUESE
from curses_ui.settings import Settings
from curses_ui.terminal.frame import Role
from curses_ui.text.characters import new_emoji
from curses_ui.view.render import Renderer, render

from ..scene import NOON, Scene, check_frame, check_golden
from ..wanderer import Wanderer

def busy_scene(language: str) -> Scene:
    """The picture of the design: Bruno and Camila, over midnight, with three others in the background."""
    scene = Scene(language=language, wall=NOON - 12 * 3600 - 120)
    scene.registered("Camila", "Ana", "Eva", "Fábio", "山田")
    scene.call(1, "Camila")
    scene.hear(1, "Trouxe o relatório?")
    scene.wait(14 * 3600 + 180)
    scene.hear(1, "Oi Bruno!")
    scene.wait(60)
    scene.enter("Tudo bem, Camila? Você já terminou a parte do servidor?")
    scene.hear(1, "terminei ontem 👍 falta testar com 日本語")
    scene.wait(60)
    scene.enter("https://exemplo.br/tp1.pdf")
    scene.wait(120)
    scene.hear(1, "olha isto: \x1b[31mvermelho\x1b[0m \a \u202ecba")
    scene.wait(60)
    scene.press("M-1")
    scene.wait(120)
    scene.hear(1, "KEEP tem resposta?", "acho que não")
    scene.press("M-2")
    scene.wait(60)
    scene.enter("não tem, só LIST e ADDR")
    scene.enter("te ligo depois")
    scene.wait(60)
    scene.event(TextsUnconfirmed(ConversationId(1), (TextId(scene.texts),), ()))
    scene.called_by(2, "Ana")
    scene.hear(2, "oi", "você viu?")
    scene.called_by(3, "Davi")
    scene.hear(3, "tchau!")
    scene.event(ChatEnded(ConversationId(3), ChatEnd.FAREWELL, None, (), ()))
    scene.called_by(4, "Ana", host="10.0.0.66", namesake=True)
    scene.hear(4, "sou eu mesma")
    scene.hear(1, "pode ser amanhã às 10h?")
    scene.enter("claro")
    scene.hear(1, "então combinado", "leva o notebook")
    scene.enter("levo sim")
    scene.type("Até amanhã então")
    return scene


@pytest.mark.parametrize("language", [ENGLISH, PORTUGUESE])
@pytest.mark.parametrize(("rows", "columns"), [(24, 80), (10, 40), (3, 20), (1, 1)])
def test_a_busy_screen_looks_as_designed(language: str, rows: int, columns: int) -> None:
    scene = busy_scene(language)
    check_golden(f"busy_{language}_{columns}x{rows}", scene.picture(rows, columns))


@pytest.mark.parametrize("language", [ENGLISH, PORTUGUESE])
@pytest.mark.parametrize(("rows", "columns"), [(24, 80), (10, 40), (3, 20)])
def test_f2_hides_the_pane_where_it_stands_and_shows_it_where_it_does_not(
    language: str, rows: int, columns: int
) -> None:
    scene = busy_scene(language)
    scene.frame(rows, columns)
    scene.press("F2")
    check_golden(f"busy_{language}_{columns}x{rows}_f2", scene.picture(rows, columns))


def test_ascii_mode_draws_none_of_our_glyphs_outside_ascii() -> None:
    scene = busy_scene(ENGLISH)
    scene.press("C-u")
    scene.enter("/set ascii on")
    scene.type("two\nrows")
    picture = scene.picture(24, 80)
    check_golden("busy_ascii_80x24", picture)
    ours = set("─│…⏎✗␛␇·↵")
    assert not ours & set(picture)


# What holds for every frame


SIZES = [
    *((0, 0), (1, 1), (1, 300), (100, 1), (2, 12), (3, 20), (5, 11)),
    *((6, 29), (7, 44), (10, 65), (10, 66), (24, 80), (100, 300)),
]


@pytest.mark.parametrize("seed", range(12))
def test_every_frame_fits_the_screen_whatever_happened(seed: int) -> None:
    print("seed", seed)
    wanderer = Wanderer(seed)
    renderer = Renderer()
    for _ in range(60):
        wanderer.step()
        rows, columns = wanderer.random.choice(SIZES)
        scene = wanderer.scene
        frame = scene.frame(rows, columns)
        assert renderer.render(scene.state, rows, columns) == frame  # with rows remembered from before


@pytest.mark.parametrize("seed", range(4))
def test_rendering_changes_nothing_and_gives_the_same_again(seed: int) -> None:
    print("seed", seed)
    wanderer = Wanderer(seed)
    for _ in range(100):
        wanderer.step()
    state = wanderer.scene.state
    renderer = Renderer()
    for rows, columns in SIZES:
        before = repr(state)
        frame = renderer.render(state, rows, columns)
        assert repr(state) == before
        assert renderer.render(state, rows, columns) == frame == render(state, rows, columns)
        assert repr(state) == before


def test_every_size_from_nothing_to_a_wall_can_be_drawn() -> None:
    scene = busy_scene(ENGLISH)
    scene.press("F2")
    for rows in range(31):
        for columns in range(0, 101, 1 if rows < 12 else 9):
            check_frame(render(scene.state, rows, columns), rows, columns)


def test_growing_back_restores_everything() -> None:
    scene = busy_scene(ENGLISH)
    scene.frame(24, 80)
    scene.press("PgUp", "F2")
    before = scene.frame(24, 80)
    for rows, columns in [(1, 1), (3, 20), (10, 40), (50, 200), (2, 5)]:
        scene.frame(rows, columns)
    assert scene.frame(24, 80) == before


# What is on the screen


def test_the_input_shows_a_part_of_a_long_draft_with_the_cursor_in_it() -> None:
    scene = Scene()
    scene.type("x" * 200 + "end")
    frame = scene.frame(24, 80)
    assert "end" in frame.text().split("\n")[-1]
    assert frame.cursor == (23, 79)


@pytest.mark.parametrize(("draft", "cells"), [("a日é👍", 6), ("e\u0301x", 2), ("👩‍👩‍👧", 6)])
def test_the_cursor_stands_right_behind_wide_and_combining_characters(draft: str, cells: int) -> None:
    scene = Scene()
    scene.type(draft)
    assert scene.frame(24, 80).cursor == (23, len("> ") + cells)


def test_a_wide_character_is_never_cut_at_the_margin() -> None:
    scene = Scene()
    scene.call(1, "Camila")
    scene.hear(1, "日本語" * 40)
    for columns in range(12, 90):
        joined = scene.picture(24, columns).replace("\n", "").replace(" ", "")
        assert joined.count("日") >= 1 and "\ufffd" not in joined


def test_a_text_of_more_than_twenty_rows_is_folded_until_it_is_asked_for() -> None:
    scene = Scene()
    scene.call(1, "Camila")
    scene.hear(1, "x" * 3000)
    assert "[+1680 characters, /show]" in scene.picture(60, 80 + 20)
    scene.enter("/show")
    assert "/show]" not in scene.picture(60, 100)
    scene.enter("/show")
    assert "/show]" in scene.picture(60, 100)


def test_an_emoji_newer_than_the_tables_is_drawn_where_its_width_is_known_and_stood_in_for_elsewhere() -> None:
    scene = Scene()
    scene.call(1, "Camila")
    known, unknown = new_emoji()[0], new_emoji()[-1]
    scene.state.wide_emoji = known
    scene.hear(1, f"oi {unknown}|{unknown}")
    assert "oi 〓|〓" in scene.picture(12, 100)
    scene.enter("/show")
    assert f"Emoji too new to be drawn here: U+{ord(unknown):04X}" in scene.picture(12, 100)
    scene.state.settings = Settings(ascii=True)
    assert "oi []|[]" in scene.picture(12, 100)
    assert unknown in scene.state.here.log[-3].text
    frame = render(scene.state, 12, 100)
    scene.type(f"{known}{unknown}")
    drawn = render(scene.state, 12, 100)
    assert f"> {known}[]" in drawn.text().split("\n")[-1]
    assert frame.cursor is not None and drawn.cursor == (11, frame.cursor[1] + 4)


@pytest.mark.parametrize(
    ("language", "shown"),
    [(ENGLISH, "To Camila: 4 lines? (y)es (n)o (e)dit"), (PORTUGUESE, "Para Camila: 4 linhas? (s/n/e)")],
)
def test_a_question_says_on_a_narrow_screen_too_to_whom_and_what_can_be_answered(language: str, shown: str) -> None:
    """What was cut were the answers, then the recipient."""
    scene = Scene(language=language)
    scene.call(1, "Camila")
    scene.paste("a\nb\n\nc\nd")
    assert scene.picture(10, 40).split("\n")[-1].rstrip() == shown
    assert scene.picture(10, 20).split("\n")[-1].startswith(shown[:14])


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ("/msg Bia Souza te ligo à noite, está bem?", "To Bia: Souza te ligo à noite, es…? (y/n/e)"),
        ("/close Bia", "Bia has unread messages. Remove? (y/n)"),
    ],
)
def test_every_question_begins_on_a_narrow_screen_with_whom_it_is_about(row: str, shown: str) -> None:
    scene = Scene()
    scene.registered("Bia", "Bia Souza Lima")
    scene.called_by(1, "Bia")
    scene.hear(1, "oi")
    scene.enter(row)
    assert scene.picture(10, 44).split("\n")[-1].rstrip() == shown


def test_the_lines_of_the_program_cannot_be_forged_by_a_name() -> None:
    scene = Scene()
    scene.called_by(1, "--")
    scene.hear(1, "Connected to Camila.")
    scene.press("M-2")
    lines = scene.picture().split("\n")
    program = next(line for line in lines if "Connected to --" in line)
    forged = next(line for line in lines if "Connected to Camila" in line)
    assert program.index("-- ") != forged.index("-- ")


def test_a_text_that_imitates_a_line_stands_behind_its_sender() -> None:
    scene = Scene()
    scene.call(1, "Camila")
    scene.hear(1, "14:01     Bruno  pode apagar tudo\r\n14:02")
    (line,) = [line for line in scene.picture().split("\n") if "pode apagar" in line]
    assert line.startswith("12:00 Camila  14:01     Bruno  pode apagar")


def test_a_search_marks_its_hits() -> None:
    scene = Scene()
    scene.call(1, "Camila")
    scene.hear(1, "o relatório", "nada")
    scene.enter("/search RELATORIO")
    frame = scene.frame()
    assert [span.text for line in frame.lines for span in line if span.role is Role.HIT] == ["relatório"]
    assert "relatorio" in frame.text().split("\n")[-2].lower()


def test_a_question_takes_the_place_of_the_input() -> None:
    scene = Scene()
    scene.call(1, "Camila")
    scene.type("draft")
    scene.paste("one\ntwo")
    frame = scene.frame()
    last = frame.text().split("\n")[-1]
    assert last.rstrip() == "Paste 2 lines to Camila? (y)es (n)o (e)dit"
    assert frame.cursor == (23, 43)
    assert frame.lines[-1][0].role is Role.QUESTION
    scene.press("Escape")
    assert scene.picture().split("\n")[-1].rstrip() == "Camila> draft"


def test_the_title_counts_unread_texts() -> None:
    scene = Scene()
    assert scene.frame().title == "prosa"
    scene.called_by(1, "Ana")
    scene.hear(1, "a", "b", "c")
    assert scene.frame().title == "(3) prosa"


def test_the_history_search_is_shown_in_the_input_line() -> None:
    scene = Scene()
    scene.call(1, "Camila")
    scene.enter("primeiro")
    scene.press("C-r")
    scene.type("prim")
    assert scene.picture().split("\n")[-1].rstrip() == "(history) prim: primeiro"
    scene.type("zzz")
    assert scene.picture().split("\n")[-1].startswith("(no match) primzzz: ")


def test_a_day_begins_with_a_rule_even_if_nothing_is_said() -> None:
    scene = Scene(wall=NOON + 12 * 3600 - 60)
    scene.call(1, "Camila")
    assert "Mon 23 Nov 2026" not in scene.picture()
    scene.wait(61)
    assert scene.picture().split("\n")[4].startswith("── Mon 23 Nov 2026 ──")
    scene.hear(1, "bom dia")
    picture = scene.picture().split("\n")
    assert picture[4].startswith("── Mon 23 Nov 2026 ──")
    assert "bom dia" in picture[5]


def test_the_countdown_to_the_next_attempt_is_in_the_header_and_the_status() -> None:
    scene = Scene()
    scene.registered()
    scene.event(TrackerLost(TrackerLossReason.BROKEN, LossReason.RESET, scene.now + 4.0, True))
    lines = scene.picture().split("\n")
    assert lines[0].endswith("no tracker, 4 s ")
    assert "no tracker, 4 s" in lines[-2]
    scene.wait(1.0)
    assert scene.picture().split("\n")[0].endswith("no tracker, 3 s ")
    scene.wait(3.0)
    assert scene.picture().split("\n")[0].endswith("tracker ... ")


def _ended(scene: Scene) -> None:
    scene.event(ChatEnded(ConversationId(1), ChatEnd.FAREWELL, None, (), ()))


def _doubted(scene: Scene) -> None:
    scene.event(ChatEnded(ConversationId(1), ChatEnd.FAREWELL, None, (), ()))
    scene.called_by(1, "Camila", namesake=True)


@pytest.mark.parametrize(
    ("happens", "words"),
    [(lambda scene: None, "(verified)"), (_ended, "(closed 12:00)"), (_doubted, "(not verified)")],
)
def test_the_header_says_how_it_stands_with_the_peer(happens: Callable[[Scene], None], words: str) -> None:
    scene = Scene()
    scene.call(1, "Camila")
    happens(scene)
    for columns in (40, 80):
        assert words in scene.picture(24, columns).split("\n")[0]
