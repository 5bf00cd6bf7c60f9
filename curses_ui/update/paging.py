"""Scrolling the log and the people pane."""

from typing import Final

from ..state.model import UiState
from ..state.windows import look
from ..view.areas import screen_areas
from ..view.layout import Layout
from ..view.viewport import Viewport

FEW_ROWS: Final = 3
_KEPT_ROWS: Final = 2  # of the page before, so that the eye finds its place


def screen_layout(state: UiState) -> Layout:
    """The areas of the screen as it is now."""
    return screen_areas(state, state.rows, state.columns)


def scroll_pages(state: UiState, pages: int) -> None:
    """Scroll by pages, up if negative."""
    layout = screen_layout(state)
    scroll_rows(state, pages * max(1, layout.log_rows - _KEPT_ROWS))


def scroll_rows(state: UiState, rows: int) -> None:
    """Scroll by rows, up if negative."""
    here = state.here
    here.anchor = Viewport(state, here, screen_layout(state)).scrolled(rows)
    look(state)


def scroll_to_top(state: UiState) -> None:
    """Show the oldest entry."""
    here = state.here
    if here.log:
        here.anchor = Viewport(state, here, screen_layout(state)).anchor_at(here.log[0].number)
    look(state)


def scroll_to_bottom(state: UiState) -> None:
    """Show the newest entry, and follow those to come."""
    state.here.anchor = None
    look(state)


def show_from(state: UiState, number: int) -> None:
    """If there are entries with this number or greater, and they do not fit the screen, show their beginning."""
    here = state.here
    if here.log and here.log[-1].number >= number:
        here.anchor = Viewport(state, here, screen_layout(state)).anchor_at(number)
        look(state)


def scroll_to_unread(state: UiState) -> None:
    """Show the unread rule, if there is one."""
    here = state.here
    if here.rule is not None:
        here.anchor = Viewport(state, here, screen_layout(state)).anchor_at(here.rule)
    look(state)


def scroll_people(state: UiState, rows: int) -> None:
    """Scroll the people pane by rows, up if negative."""
    most = max(0, len(state.people) + len(state.conversations) - 1)
    state.people_scroll = max(0, min(state.people_scroll + rows, most))
