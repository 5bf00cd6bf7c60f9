"""Header and status bar at every width."""

import pytest

from curses_ui.state.model import TrackerState
from curses_ui.text.cells import text_width
from curses_ui.view.bars import prompt, tracker_text
from curses_ui.view.glyphs import UNICODE
from curses_ui.view.layout import compute_layout

from ..scene import Scene


def busy() -> Scene:
    scene = Scene()
    scene.registered()
    scene.call(1, "Camila")
    for chat, name in enumerate(("Ana", "Davi", "Eva"), start=2):
        scene.called_by(chat, name)
        scene.hear(chat, *("x" for _ in range(chat)))
    return scene


def bars(scene: Scene, columns: int, rows: int = 24) -> tuple[str, str]:
    lines = scene.picture(rows, columns).split("\n")
    return lines[0], lines[-2]


def test_the_status_bar_says_when_where_who_and_what_is_written() -> None:
    status = bars(busy(), 80)[1]
    assert status.rstrip() == " 12:00  [2:Camila]  Act: 5:Eva(4) 4:Davi(3) 3:Ana(2)  log: off"


def test_the_status_bar_shows_that_transcripts_are_written() -> None:
    scene = busy()
    scene.state.logging = True
    assert "log: on" in bars(scene, 80)[1]


@pytest.mark.parametrize(
    ("columns", "status"),
    [
        (62, " 12:00  [2:Camila]  Act: 5:Eva(4) 4:Davi(3) 3:Ana(2)"),
        (52, " 12:00  [2:Camila]  Act: 5:Eva(4) 4:Davi(3)"),
        (45, " 12:00  [2:Camila]  Act: 5:Eva(4) 4:Davi(3)"),
        (44, " 12:00 [2:Camila] Act:5(4),4(3),3(2)"),
        (30, " 12:00 [2:Camila] Act:5(4)"),
        (29, "[2:Camila] Act:5,4,3"),
        (20, "[2:Camila] Act:5,4,3"),
        (16, "[2:Camila] Act:5"),
        (12, "[2:Camila]"),
    ],
)
def test_items_go_from_the_right_when_there_is_less_room(columns: int, status: str) -> None:
    assert bars(busy(), columns)[1].rstrip() == status


def test_bars_are_exact_and_never_wrap_at_any_width() -> None:
    scene = busy()
    scene.state.here.anchor = None
    for columns in range(12, 140):
        for line in bars(scene, columns):
            assert text_width(line) == columns


def test_a_screen_without_a_header_has_the_tracker_in_the_status_bar() -> None:
    scene = busy()
    assert "tracker ok" in bars(scene, 80, rows=5)[1]
    assert "tracker ok" not in bars(scene, 80, rows=6)[1]


def test_the_header_gives_up_the_address_then_our_name() -> None:
    scene = busy()
    assert bars(scene, 80)[0].split() == [
        *("prosa", "Bruno", "Camila", "10.0.0.8:9382", "(verified)", "tracker", "ok")
    ]
    assert bars(scene, 50)[0].split() == ["Camila", "10.0.0.8:9382", "(verified)", "tracker", "ok"]
    assert bars(scene, 40)[0].split() == ["Camila", "(verified)", "tracker", "ok"]
    assert bars(scene, 20)[0].split()[0] == "Camila"


def test_the_header_of_the_status_window_has_nobody_in_it() -> None:
    scene = Scene()
    assert bars(scene, 80)[0].split() == ["prosa", "Bruno", "tracker", "..."]
    assert bars(scene, 30)[0].split() == ["Bruno", "tracker", "..."]


def test_a_notice_takes_the_place_of_the_activity_until_the_next_key() -> None:
    scene = busy()
    scene.press("C-c")
    assert bars(scene, 80)[1].rstrip() == " 12:00  [2:Camila]  Press Ctrl+C again or type /exit to leave."
    assert bars(scene, 30)[1] == " Press Ctrl+C again or type /…"
    scene.type("x")
    assert "Act:" in bars(scene, 80)[1]


def test_candidates_are_shown_with_the_chosen_one_marked_at_any_width() -> None:
    scene = Scene()
    scene.registered(*(f"name{number:02}" for number in range(30)))
    scene.type("/chat name")
    for pressed in range(30):
        scene.press("Tab")
        for columns in (12, 40, 80):
            assert f"[name{pressed:02}]" in bars(scene, columns)[1]


@pytest.mark.parametrize(
    ("state", "retry_at", "text"),
    [
        (TrackerState.REGISTERED, 0.0, "tracker ok"),
        (TrackerState.CONNECTING, 0.0, "tracker ..."),
        (TrackerState.WAITING, 3.2, "no tracker, 3 s"),
        (TrackerState.WAITING, 0.0, "tracker ..."),
    ],
)
def test_how_the_tracker_is_takes_few_words(state: TrackerState, retry_at: float, text: str) -> None:
    scene = Scene()
    scene.state.tracker.state = state
    scene.state.tracker.retry_at = retry_at
    assert tracker_text(scene.state) == text


@pytest.mark.parametrize(
    ("columns", "shown"),
    [(80, "Camila> "), (40, "Camila> "), (30, "Camila> "), (29, "> "), (4, "> "), (3, "")],
)
def test_the_prompt_names_the_recipient_where_there_is_room(columns: int, shown: str) -> None:
    scene = busy()
    layout = compute_layout(24, columns, pane_wanted=True)
    assert prompt(scene.state, layout, UNICODE) == shown


def test_a_long_name_leaves_room_for_the_draft() -> None:
    scene = Scene()
    scene.call(1, "x" * 32)
    assert scene.picture(24, 80).split("\n")[-1].startswith("xxxxxxxxxxx…> ")
