"""The areas of the screen, and the sizes at which they appear."""

import enum
from dataclasses import dataclass
from typing import Final

PANE_COLUMNS: Final = 19
PANE_MIN_COLUMNS: Final = 66
PANE_MIN_ROWS: Final = 10
NAME_COLUMN_MIN_COLUMNS: Final = 45  # narrower, names stand in the text
CLOCK_MIN_COLUMNS: Final = 30
BARS_MIN_COLUMNS: Final = 12  # narrower, there is only the input line
HEADER_MIN_ROWS: Final = 6


class LogStyle(enum.Enum):
    """How much stands before a text."""

    COLUMNS = enum.auto()
    """Time, then the name in a column of its own."""
    INLINE = enum.auto()
    """Time, then name and text as one paragraph."""
    BARE = enum.auto()
    """Name and text only, and no indent: what is long can be copied whole."""


@dataclass(slots=True)
class Layout:
    """The areas of a screen; one with no rows or columns is not drawn."""

    rows: int
    columns: int
    header_rows: int
    """0 or 1, at the top."""
    log_rows: int
    log_columns: int
    pane_columns: int
    """Without its border; 0 if the pane is not drawn."""
    pane_overlaid: bool
    """The pane covers the right end of the log instead of standing beside it."""
    status_rows: int
    input_rows: int
    style: LogStyle

    @property
    def log_top(self) -> int:
        """The first row of the log and of the pane."""
        return self.header_rows

    @property
    def compact(self) -> bool:
        """Whether the bars use their short words."""
        return self.columns < NAME_COLUMN_MIN_COLUMNS

    @property
    def clock(self) -> bool:
        """Whether there is room for the time."""
        return self.columns >= CLOCK_MIN_COLUMNS


def compute_layout(
    rows: int, columns: int, *, pane_wanted: bool, pane_forced: bool = False, bare: bool = False
) -> Layout:
    """Divide a screen.

    Args:
        rows: Of the screen; nothing is drawn where there are none.
        columns: Of the screen.
        pane_wanted: Show the people pane if there is room beside the log.
        pane_forced: Show it over the log if there is none beside it.
        bare: Show the log alone, without times, indents and the pane.
    """
    rows, columns = max(0, rows), max(0, columns)
    input_rows = min(rows, 1)
    bars = columns >= BARS_MIN_COLUMNS
    status_rows = 1 if bars and rows >= 2 else 0
    header_rows = 1 if bars and rows >= HEADER_MIN_ROWS else 0
    log_rows = rows - input_rows - status_rows - header_rows if bars else 0
    has_room = columns >= PANE_MIN_COLUMNS and rows >= PANE_MIN_ROWS
    beside = pane_wanted and has_room and not bare
    overlaid = pane_forced and not has_room and log_rows > 0 and not bare
    pane_columns = min(PANE_COLUMNS, columns - 1) if beside or overlaid else 0
    return Layout(
        rows=rows,
        columns=columns,
        header_rows=header_rows,
        log_rows=log_rows,
        log_columns=columns - pane_columns - 1 if beside else columns,
        pane_columns=pane_columns,
        pane_overlaid=overlaid,
        status_rows=status_rows,
        input_rows=input_rows,
        style=LogStyle.BARE if bare else _log_style(columns),
    )


def _log_style(columns: int) -> LogStyle:
    if columns >= NAME_COLUMN_MIN_COLUMNS:
        return LogStyle.COLUMNS
    return LogStyle.INLINE if columns >= CLOCK_MIN_COLUMNS else LogStyle.BARE
