"""Keys that scroll the log."""

import pytest

from curses_ui.state.conversation import Anchor

from ..scene import Scene


def long_talk() -> Scene:
    scene = Scene()
    scene.call(1, "Camila")
    for number in range(100):
        scene.hear(1, f"t{number}")
        scene.wait(0.5)
    scene.frame()
    return scene


def top_text(scene: Scene) -> str:
    """The first row of the log, without its name column."""
    return scene.picture().split("\n")[1][14:60].strip()


def status(scene: Scene) -> str:
    return scene.picture().split("\n")[-2]


def test_page_up_and_down_keep_two_rows_of_the_page_before() -> None:
    scene = long_talk()
    assert top_text(scene) == "t79"
    scene.press("PgUp")
    assert top_text(scene) == "t60"
    assert "-- more 19 v --" in status(scene)
    scene.press("PgUp")
    assert top_text(scene) == "t41"
    scene.press("PgDn")
    assert top_text(scene) == "t60"
    scene.press("PgDn")
    assert top_text(scene) == "t79"
    assert "more" not in status(scene)


def test_alt_page_keys_scroll_three_rows() -> None:
    scene = long_talk()
    scene.press("M-PgUp")
    assert top_text(scene) == "t76"
    scene.press("M-PgDn")
    assert scene.state.here.anchor is None


@pytest.mark.parametrize(("up", "down"), [("C-Home", "C-End"), ("M-Home", "M-End"), ("C-Home", "End")])
def test_both_pairs_of_keys_go_to_the_top_and_to_the_bottom(up: str, down: str) -> None:
    scene = long_talk()
    scene.press(up)
    assert scene.state.here.anchor is not None
    assert scene.picture().split("\n")[1].startswith("── Sun 22 Nov 2026")
    scene.press(down)
    assert scene.state.here.anchor is None


def test_enter_on_an_empty_line_goes_to_the_bottom() -> None:
    scene = long_talk()
    scene.press("PgUp", "Enter")
    assert scene.state.here.anchor is None


def test_end_on_a_draft_goes_to_its_end_and_leaves_the_log_alone() -> None:
    scene = long_talk()
    scene.press("PgUp")
    scene.type("ab")
    scene.press("Home", "End")
    assert scene.state.here.anchor is not None
    assert scene.state.here.draft.cursor == 2


def test_what_is_sent_is_seen() -> None:
    scene = long_talk()
    scene.press("PgUp")
    scene.enter("minha")
    assert scene.state.here.anchor is None
    assert "minha" in scene.picture()


def test_the_number_of_hidden_texts_grows_while_one_reads_above() -> None:
    scene = long_talk()
    scene.press("PgUp")
    scene.hear(1, "new")
    assert "-- more 20 v --" in status(scene)
    assert top_text(scene) == "t60"


def test_paging_uses_the_size_of_the_screen() -> None:
    scene = long_talk()
    scene.frame(10, 40)
    scene.press("PgUp")
    assert "12v" not in scene.picture(10, 40).split("\n")[-2]
    assert "5v" in scene.picture(10, 40).split("\n")[-2]


@pytest.mark.parametrize("asks", ["F1", "/help", "/keys"])
def test_a_long_answer_is_shown_from_its_beginning(asks: str) -> None:
    scene = long_talk()
    scene.frame(10, 40)
    scene.press("PgUp")
    if asks == "F1":
        scene.press("F1")
    else:
        scene.enter(asks)
    lines = scene.picture(10, 40).split("\n")
    assert lines[1].startswith("12:00 -- ")
    assert lines[-2].rstrip().endswith("1v")
    scene.press("End")
    assert scene.state.here.anchor is None


def test_a_short_answer_is_at_the_bottom() -> None:
    scene = long_talk()
    scene.press("PgUp")
    scene.enter("/version")
    assert scene.state.here.anchor is None


def test_scrolling_an_empty_log_does_nothing() -> None:
    scene = Scene()
    scene.press("PgUp", "C-Home", "M-u", "PgDn")
    assert scene.state.here.anchor is None


def test_a_view_of_each_conversation_stays_where_it_was() -> None:
    scene = long_talk()
    scene.press("PgUp")
    anchor = scene.state.here.anchor
    assert isinstance(anchor, Anchor)
    scene.press("M-1", "M-2")
    assert scene.state.here.anchor == anchor
