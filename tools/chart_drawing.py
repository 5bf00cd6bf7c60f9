"""A conversation as the table that the assignment draws: a column for each program, time going down.

One chart becomes an SVG document, or text for a terminal. The colours are those of the assignment:
what is done in green, the protocol in red, what is typed in blue, what is shown plain.
"""

import enum
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Final

from curses_ui.text.cells import clip, drawable, shorten, text_width


class Kind(enum.Enum):
    """What a text of the chart is; each has its colour."""

    ACTION = "#1a7f37"
    PROTOCOL = "#b42318"
    TYPED = "#1d4ed8"
    SHOWN = "#1f2328"


@dataclass(frozen=True, slots=True)
class Note:
    """A text in one column."""

    at: float
    """Seconds, on the clock of the chart."""
    column: int
    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """A line of the wire, from one column to another."""

    at: float
    """When it was sent."""
    source: int
    target: int
    kind: Kind
    text: str
    is_lost: bool = False
    """Whether it was sent and nobody received it."""


@dataclass(frozen=True, slots=True)
class Aside:
    """What is folded into one grey row."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    """The line between two rows of the table."""


Row = Note | Arrow | Aside | Rule


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that is drawn."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Row]
    remarks: Sequence[str] = ()
    """Below the table."""
    format_time: Callable[[float], str] = field(default="{:.2f}".format)


# As text

TEXT_CELLS: Final = 80
_TIME_CELLS: Final = 12
_LEAST_COLUMN_CELLS: Final = 8
_NOTE_LINES: Final = 3
MOST_TEXT_COLUMNS: Final = (TEXT_CELLS - _TIME_CELLS - 1) // _LEAST_COLUMN_CELLS


def text_chart(chart: Chart) -> str:
    """Return the chart as lines of at most 80 cells.

    Raises:
        ValueError: It has more columns than there is room for.
    """
    if len(chart.columns) > MOST_TEXT_COLUMNS:
        raise ValueError(f"{len(chart.columns)} columns do not fit into {TEXT_CELLS} cells")
    return "\n".join(line.rstrip() for line in _TextDrawing(chart).lines()) + "\n"


class _TextDrawing:
    """The chart on a grid of cells."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart
        self._width = (TEXT_CELLS - _TIME_CELLS - 1) // max(1, len(chart.columns))
        self._lives = [_TIME_CELLS + 1 + column * self._width for column in range(len(chart.columns))]

    def lines(self) -> Iterator[str]:
        chart = self._chart
        yield shorten(chart.title, TEXT_CELLS)
        yield ""
        names = [textwrap.wrap(drawable(name), self._width - 1)[:_NOTE_LINES] for name in chart.columns]
        for number in range(max(map(len, names), default=0)):
            heads = [(life, name[number]) for life, name in zip(self._lives, names, strict=True) if number < len(name)]
            yield self._line("", heads, "")
        last_time = ""
        for row in chart.rows:
            time = "" if isinstance(row, Rule) else chart.format_time(row.at)
            shown = "" if time == last_time else time
            last_time = time or last_time
            match row:
                case Note():
                    yield from self._note(row, shown)
                case Arrow():
                    yield from self._arrow(row, shown)
                case Aside(_, text):
                    room = TEXT_CELLS - self._lives[0] - 2
                    for line in textwrap.wrap(drawable(text), room)[:_NOTE_LINES]:
                        yield self._line(shown, [(self._lives[0] + 2, line)], "┊")
                        shown = ""
                case Rule():
                    yield " " * (self._lives[0] - 1) + "╌" * (TEXT_CELLS - self._lives[0] + 1)
        if chart.remarks:
            yield ""
        for remark in chart.remarks:
            yield from textwrap.wrap(drawable(remark), TEXT_CELLS, subsequent_indent="  ", break_on_hyphens=False)

    def _line(self, time: str, texts: Sequence[tuple[int, str]], life: str) -> str:
        """One line of the grid: the time, the lives of all columns, and texts over them."""
        cells = [" "] * TEXT_CELLS
        if life:
            for at in self._lives:
                cells[at] = life
        for at, text in [(0, clip(time, _TIME_CELLS)), *texts]:
            for character in text:
                width = text_width(character)
                if width == 0:
                    cells[at - 1] += character
                    continue
                cells[at : at + width] = [character, *[""] * (width - 1)]
                at += width
        return "".join(cells)

    def _note(self, note: Note, time: str) -> Iterator[str]:
        life = self._lives[note.column]
        room = (TEXT_CELLS if note.column == len(self._lives) - 1 else self._lives[note.column + 1]) - life - 3
        lines = textwrap.wrap(drawable(note.text), max(1, room)) or [""]
        if len(lines) > _NOTE_LINES:
            lines = [*lines[: _NOTE_LINES - 1], shorten(" ".join(lines[_NOTE_LINES - 1 :]), room)]
        for line in lines:
            yield self._line(time, [(life + 2, shorten(line, room))], "│")
            time = ""

    def _arrow(self, arrow: Arrow, time: str) -> Iterator[str]:
        first, last = sorted((self._lives[arrow.source], self._lives[arrow.target]))
        goes_right = self._lives[arrow.source] == first
        room = last - first - 4  # without a head, and a piece of line at each end
        label = drawable(arrow.text)
        if text_width(label) > room:
            yield self._line(time, [(first + 2, shorten(label, TEXT_CELLS - first - 2))], "│")
            time, label = "", ""
        body = f" {label} ".center(last - first - 2, "─") if label else "─" * (last - first - 2)
        body += "─" * (last - first - 2 - text_width(body))
        body = _fit_line(body, last - first - 2)
        head = "✗" if arrow.is_lost else "▶" if goes_right else "◀"
        yield self._line(time, [(first + 1, body + head if goes_right else head + body)], "│")


def _fit_line(body: str, cells: int) -> str:
    """Cut what wide characters made too long."""
    while text_width(body) > cells:
        body = body[1:] if body.startswith("─") else body[:-1]
    return body


# As a picture

_LEFT: Final = 124  # pixels, as are all lengths here
_COLUMN: Final = 232
_SPARE: Final = 48  # right of the last column
_ROW: Final = 22
_TOP: Final = 84
_SIZE: Final = 13
_CELL: Final = 7.8  # of the font, about; every text is given its width
_GREY: Final = "#6e7781"
_LINE: Final = "#d0d7de"
_FONTS: Final = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace"
_MAX_REMARK_CELLS: Final = 120


def svg_chart(chart: Chart) -> str:
    """Return the chart as an SVG document: no script, no link, nothing from elsewhere."""
    width = _LEFT + _COLUMN * max(2, len(chart.columns)) + _SPARE
    pieces: list[str] = []
    top = _TOP
    last_time = ""
    for row in chart.rows:
        if isinstance(row, Rule):
            pieces.append(_stroke(16, top - 4, width - 16, top - 4, _LINE))
            top += _ROW // 2
            continue
        time = chart.format_time(row.at)
        if time != last_time:
            pieces.append(_text(16, top + (14 if isinstance(row, Arrow) else 10), time, _GREY, _LEFT - 24))
            last_time = time
        pieces += _drawn(row, top, width)
        top += _ROW * (2 if isinstance(row, Arrow) else 1)
    bottom = top + 6
    lives = [
        piece
        for column, name in enumerate(chart.columns)
        for piece in (
            _stroke(_life(column), _TOP - 22, _life(column), bottom, _LINE),
            _text(_life(column) - 4, _TOP - 32, name, Kind.SHOWN.value, _COLUMN - 16, bold=True),
        )
    ]
    for remark in chart.remarks:
        bottom += _ROW
        pieces.append(_text(16, bottom, shorten(remark, _MAX_REMARK_CELLS), _GREY, width - 32))
    height = bottom + 20
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-family="{_FONTS}" font-size="{_SIZE}">',
            f"<title>{_escaped(chart.title)}</title>",
            f'<rect width="{width}" height="{height}" rx="8" fill="#ffffff"/>',
            _text(16, 30, chart.title, Kind.SHOWN.value, width - 32, bold=True),
            *lives,
            *pieces,
            "</svg>\n",
        ]
    )


def _drawn(row: Note | Arrow | Aside, top: int, width: int) -> list[str]:
    match row:
        case Note(_, column, kind, text):
            is_last = _life(column + 1) + _SPARE >= width
            return [_text(_life(column) + 8, top + 10, text, kind.value, _COLUMN - 16 + is_last * _SPARE)]
        case Arrow():
            return _drawn_arrow(row, top, width)
        case Aside(_, text):
            return [_text(_life(0) + 8, top + 10, text, _GREY, width - _LEFT - 24)]


def _drawn_arrow(arrow: Arrow, top: int, width: int) -> list[str]:
    begin, end = _life(arrow.source), _life(arrow.target)
    step = 1 if end > begin else -1
    y = top + _ROW + 2
    dashes = ' stroke-dasharray="5 4"' if arrow.is_lost else ""
    tip = end - step * (24 if arrow.is_lost else 0)
    colour = arrow.kind.value
    room = width - begin - 24 if step > 0 else begin - _LEFT
    pieces = [
        _text(begin + 8 * step, top + 14, arrow.text, colour, room, ends=step < 0),
        f'<path d="M{begin} {y}H{tip}" stroke="{colour}" fill="none"{dashes}/>',
    ]
    if arrow.is_lost:
        pieces.append(f'<path d="M{tip - 5} {y - 5}l10 10m0 -10l-10 10" stroke="{colour}" fill="none"/>')
    else:
        pieces.append(f'<path d="M{end} {y}l{-8 * step} -4v8z" fill="{colour}"/>')
    return pieces


def _life(column: int) -> int:
    return _LEFT + column * _COLUMN


def _stroke(x1: int, y1: int, x2: int, y2: int, colour: str) -> str:
    return f'<path d="M{x1} {y1}L{x2} {y2}" stroke="{colour}"/>'


def _text(x: int, y: int, text: str, colour: str, room: int, *, bold: bool = False, ends: bool = False) -> str:
    """A text of at most ``room`` pixels that begins at ``x``, or ends there."""
    shown = shorten(text, int(room / _CELL))
    if not shown.strip():
        return ""
    style = (' font-weight="bold"' if bold else "") + (' text-anchor="end"' if ends else "")
    length = round(text_width(shown) * _CELL)
    return (
        f'<text x="{x}" y="{y}" fill="{colour}" textLength="{length}" lengthAdjust="spacingAndGlyphs"{style} '
        f'xml:space="preserve">{_escaped(shown)}</text>'
    )


def _escaped(text: str) -> str:
    return escape(drawable(text), quote=False)
