"""Which rows are in view, and that the view stays with the text that is being read."""

import random

import pytest

from curses_ui.state.conversation import Anchor
from curses_ui.state.limits import CLIENT_LIMITS
from curses_ui.view.layout import Layout, compute_layout
from curses_ui.view.viewport import Viewport

from ..scene import Scene

SEVEN_ROWS = compute_layout(9, 80, pane_wanted=False)


def scene_with(*texts: str) -> Scene:
    """Camila's window, with these texts and no news."""
    scene = Scene()
    conversation = scene.call(1, "Camila")
    conversation.log.clear()
    for text in texts:
        scene.hear(1, text)
        scene.now += 1  # slowly: no flood
    return scene


def texts_in_view(scene: Scene, layout: Layout) -> list[str]:
    view = Viewport(scene.state, scene.state.here, layout).view()
    return [row.line[-1].text for row in view.rows]


def numbered(count: int) -> list[str]:
    return [f"t{number}" for number in range(count)]


def test_a_short_log_begins_at_the_top_with_the_day() -> None:
    scene = scene_with("a", "b")
    assert texts_in_view(scene, SEVEN_ROWS)[1:] == ["a", "b"]


def test_the_bottom_of_a_long_log_is_shown() -> None:
    scene = scene_with(*numbered(30))
    assert texts_in_view(scene, SEVEN_ROWS) == numbered(30)[-SEVEN_ROWS.log_rows :]


def test_a_scrolled_view_counts_what_is_below() -> None:
    scene = scene_with(*numbered(30))
    here = scene.state.here
    here.anchor = Viewport(scene.state, here, SEVEN_ROWS).scrolled(-10)
    view = Viewport(scene.state, here, SEVEN_ROWS).view()
    assert view.below == 10
    assert view.rows[-1].line[-1].text == "t19"


def test_the_view_stays_on_the_same_text_while_new_ones_arrive() -> None:
    scene = scene_with(*numbered(30))
    here = scene.state.here
    here.anchor = Viewport(scene.state, here, SEVEN_ROWS).scrolled(-10)
    before = texts_in_view(scene, SEVEN_ROWS)
    scene.hear(1, "new", "newer")
    assert texts_in_view(scene, SEVEN_ROWS) == before
    assert Viewport(scene.state, here, SEVEN_ROWS).view().below == 12


def test_the_text_at_the_top_stays_there_at_every_width() -> None:
    scene = scene_with(*(f"n{number} " + "word " * 40 for number in range(20)))
    here = scene.state.here
    here.anchor = Viewport(scene.state, here, SEVEN_ROWS).anchor_at(here.log[8].number)
    anchor = here.anchor
    for rows, columns in [(9, 80), (9, 30), (24, 200), (5, 45), (9, 80)]:
        layout = compute_layout(rows, columns, pane_wanted=False)
        assert texts_in_view(scene, layout)[0].startswith("n8 ")
        assert here.anchor == anchor


def test_a_place_inside_a_long_text_survives_being_narrow_for_a_while() -> None:
    scene = scene_with("start", " ".join(numbered(300)), *numbered(30))
    here = scene.state.here
    here.anchor = Viewport(scene.state, here, SEVEN_ROWS).scrolled(-40)
    before = texts_in_view(scene, SEVEN_ROWS)
    narrow = texts_in_view(scene, compute_layout(9, 33, pane_wanted=False))
    assert narrow[0].split()[-1] in before[0] or before[0].split()[0] in narrow[0]
    assert texts_in_view(scene, SEVEN_ROWS) == before


def test_scrolling_up_and_down_by_the_same_rows_comes_back() -> None:
    scene = scene_with(*(f"text {number} " * (number % 7) for number in range(80)))
    here = scene.state.here
    here.anchor = Viewport(scene.state, here, SEVEN_ROWS).scrolled(-60)
    generator = random.Random(5)
    for _ in range(50):
        before = here.anchor
        rows = generator.randint(1, 15)
        here.anchor = Viewport(scene.state, here, SEVEN_ROWS).scrolled(-rows)
        here.anchor = Viewport(scene.state, here, SEVEN_ROWS).scrolled(rows)
        assert here.anchor == before


def test_scrolling_beyond_either_end_stops_there() -> None:
    scene = scene_with(*numbered(30))
    here = scene.state.here
    here.anchor = Viewport(scene.state, here, SEVEN_ROWS).scrolled(-1000)
    assert texts_in_view(scene, SEVEN_ROWS)[1] == "t0"
    assert Viewport(scene.state, here, SEVEN_ROWS).scrolled(1000) is None


def test_a_log_that_fits_cannot_be_scrolled() -> None:
    scene = scene_with("a", "b")
    assert Viewport(scene.state, scene.state.here, SEVEN_ROWS).scrolled(-5) is None
    empty = Scene()
    assert Viewport(empty.state, empty.state.here, SEVEN_ROWS).scrolled(-5) is None
    assert Viewport(empty.state, empty.state.here, SEVEN_ROWS).anchor_at(1) is None


def test_a_screen_that_grows_beyond_the_end_is_filled_from_the_bottom() -> None:
    scene = scene_with(*numbered(30))
    here = scene.state.here
    here.anchor = Viewport(scene.state, here, SEVEN_ROWS).scrolled(-3)
    tall = compute_layout(22, 80, pane_wanted=False)
    assert texts_in_view(scene, tall) == numbered(30)[-tall.log_rows :]


def test_the_oldest_texts_go_first_and_the_view_goes_to_the_oldest_left() -> None:
    scene = scene_with("very first")
    here = scene.state.here
    here.anchor = Anchor(here.log[0].number, 0)
    scene.state.plain = True  # nothing is folded
    scene.hear(1, *numbered(CLIENT_LIMITS.max_log_entries))
    assert len(here.log) == CLIENT_LIMITS.max_log_entries
    assert texts_in_view(scene, SEVEN_ROWS)[2] == "t0"  # below the day and the unread rule


def test_a_cleared_view_is_empty_until_something_is_said_and_scrolling_finds_the_rest() -> None:
    scene = scene_with(*numbered(30))
    here = scene.state.here
    here.cleared = scene.state.entries
    assert texts_in_view(scene, SEVEN_ROWS) == []
    scene.hear(1, "after")
    assert texts_in_view(scene, SEVEN_ROWS) == ["after"]
    here.anchor = Viewport(scene.state, here, SEVEN_ROWS).scrolled(-3)
    assert "t29" in texts_in_view(scene, SEVEN_ROWS)


@pytest.mark.parametrize("rows", [1, 2, 3, 7])
def test_every_row_of_a_log_is_reached_by_scrolling(rows: int) -> None:
    layout = compute_layout(rows + 2, 40, pane_wanted=False)
    scene = scene_with(*("w" * (number * 7 % 90) + f" {number}" for number in range(40)))
    here = scene.state.here
    here.anchor = Viewport(scene.state, here, layout).anchor_at(here.log[0].number)
    seen: list[str] = texts_in_view(scene, layout)
    while here.anchor is not None:
        here.anchor = Viewport(scene.state, here, layout).scrolled(1)
        seen.append(texts_in_view(scene, layout)[-1])
    everything = texts_in_view(scene, compute_layout(500, 40, pane_wanted=False))
    assert seen == everything
