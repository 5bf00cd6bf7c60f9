"""Where everything stands, and what goes first when there is no room."""

import pytest

from curses_ui.view.layout import PANE_COLUMNS, Layout, LogStyle, compute_layout


def layout(rows: int, columns: int, *, wanted: bool = True, forced: bool = False) -> Layout:
    return compute_layout(rows, columns, pane_wanted=wanted, pane_forced=forced)


def test_a_usual_screen_has_everything() -> None:
    found = layout(24, 80)
    assert (found.header_rows, found.log_rows, found.status_rows, found.input_rows) == (1, 21, 1, 1)
    assert (found.log_columns, found.pane_columns) == (60, PANE_COLUMNS)
    assert found.style is LogStyle.COLUMNS
    assert found.clock and not found.compact


@pytest.mark.parametrize(
    ("rows", "columns", "pane"), [(10, 66, True), (10, 65, False), (9, 66, False), (24, 66, True)]
)
def test_the_pane_needs_66_columns_and_10_rows(rows: int, columns: int, pane: bool) -> None:
    assert bool(layout(rows, columns).pane_columns) is pane


@pytest.mark.parametrize(
    ("columns", "style"),
    [(45, LogStyle.COLUMNS), (44, LogStyle.INLINE), (30, LogStyle.INLINE), (29, LogStyle.BARE)],
)
def test_narrow_logs_give_up_the_name_column_then_the_clock(columns: int, style: LogStyle) -> None:
    assert layout(24, columns).style is style


@pytest.mark.parametrize(
    ("rows", "header", "log", "status", "typed"),
    [(6, 1, 3, 1, 1), (5, 0, 3, 1, 1), (3, 0, 1, 1, 1), (2, 0, 0, 1, 1), (1, 0, 0, 0, 1), (0, 0, 0, 0, 0)],
)
def test_low_screens_give_up_the_header_then_the_log_then_the_status(
    rows: int, header: int, log: int, status: int, typed: int
) -> None:
    found = layout(rows, 40)
    assert (found.header_rows, found.log_rows, found.status_rows, found.input_rows) == (
        header,
        log,
        status,
        typed,
    )


def test_below_twelve_columns_there_is_only_the_input() -> None:
    found = layout(24, 11)
    assert (found.header_rows, found.log_rows, found.status_rows, found.input_rows) == (0, 0, 0, 1)


def test_the_pane_is_laid_over_a_narrow_log_when_it_is_asked_for() -> None:
    found = layout(24, 40, forced=True)
    assert found.pane_overlaid
    assert (found.log_columns, found.pane_columns) == (40, 19)
    assert not layout(24, 80, forced=True).pane_overlaid


def test_a_negative_size_draws_nothing() -> None:
    assert layout(-3, -1) == layout(0, 0)


def test_the_areas_never_exceed_the_screen() -> None:
    for rows in range(40):
        for columns in range(120):
            for wanted in (True, False):
                found = layout(rows, columns, wanted=wanted, forced=not wanted)
                used = found.header_rows + found.log_rows + found.status_rows + found.input_rows
                assert used <= rows and found.log_rows >= 0
                assert found.log_columns <= columns and found.pane_columns < max(1, columns)
