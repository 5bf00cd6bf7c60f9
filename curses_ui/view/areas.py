"""The areas of the screen, as the user wants them."""

from ..state.model import UiState
from .layout import Layout, compute_layout


def screen_areas(state: UiState, rows: int, columns: int) -> Layout:
    """Divide a screen of that size."""
    return compute_layout(
        rows,
        columns,
        pane_wanted=state.people_wanted,
        pane_forced=state.people_overlaid,
        bare=state.bare,
    )
