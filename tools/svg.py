"""Frames of the client as pictures: one, or many that move. No font is needed but any monospaced one.

Every piece of text is given its place and its width, so that a picture has the cells
of the screen whatever font draws it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from curses_ui.terminal.colours import DEFAULT, Look, look_of
from curses_ui.terminal.frame import Frame, Line, Span
from curses_ui.text.cells import text_width
from curses_ui.text.graphemes import graphemes

_CELL_WIDTH: Final = 9  # pixels, as are all lengths here; whole ones, so that bars have no seams
_CELL_HEIGHT: Final = 18
_FONT_SIZE: Final = 15
_BASE_LINE: Final = 14  # below the top of a cell
_MARGIN: Final = 12
_BACKGROUND: Final = "#16181d"
_FOREGROUND: Final = "#d8dbe0"
_CURSOR: Final = "#8a919e"
_COLOURS: Final = 256
_FONTS: Final = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Noto Sans Mono CJK JP',monospace"


@dataclass(frozen=True, slots=True)
class Scene:
    """A frame, and for how long it is shown."""

    frame: Frame
    seconds: float


def picture(frame: Frame) -> str:
    """One frame as an SVG document."""
    rows = [_row(number, line) for number, line in enumerate(frame.lines)]
    return _document(frame, [*rows, _cursor(frame)])


def moving_picture(scenes: Sequence[Scene]) -> str:
    """Frames of one size, one after another, again and again, as an SVG document.

    A row is in it once for each time that it looks different, however many frames there are.
    """
    total = sum(scene.seconds for scene in scenes)
    first = scenes[0].frame
    pieces: list[str] = []
    for number in range(len(first.lines)):
        pieces += _in_turn([(_row(number, s.frame.lines[number]), s.seconds) for s in scenes], total)
    pieces += _in_turn([(_cursor(scene.frame), scene.seconds) for scene in scenes], total)
    return _document(first, pieces)


def _document(frame: Frame, pieces: Sequence[str]) -> str:
    columns = sum(text_width(span.text) for span in frame.lines[0]) if frame.lines else 0
    width = columns * _CELL_WIDTH + 2 * _MARGIN
    height = len(frame.lines) * _CELL_HEIGHT + 2 * _MARGIN
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-family="{_FONTS}" font-size="{_FONT_SIZE}" '
            f'fill="{_FOREGROUND}">',
            f"<title>{escape(frame.title)}</title>",
            f'<rect width="{width}" height="{height}" rx="8" fill="{_BACKGROUND}"/>',
            *(piece for piece in pieces if piece),
            "</svg>\n",
        ]
    )


def _in_turn(pieces: Sequence[tuple[str, float]], total: float) -> list[str]:
    """Each piece, shown from when it comes until another takes its place."""
    spells: list[tuple[str, float, float]] = []
    now = 0.0
    for piece, seconds in pieces:
        if spells and spells[-1][0] == piece:
            spells[-1] = (piece, spells[-1][1], now + seconds)
        else:
            spells.append((piece, now, now + seconds))
        now += seconds
    return [_shown(piece, begin, end, total) for piece, begin, end in spells if piece]


def _shown(piece: str, begin: float, end: float, total: float) -> str:
    if begin == 0.0 and end >= total:
        return piece
    times, values = [begin / total, end / total], ["inline", "none"]
    if begin > 0.0:
        times, values = [0.0, *times], ["none", *values]
    if end >= total:
        times, values = times[:-1], values[:-1]
    return (
        f'<g>{piece}<animate attributeName="display" dur="{total:.1f}s" repeatCount="indefinite" '
        f'calcMode="discrete" keyTimes="{";".join(f"{time:.4f}" for time in times)}" '
        f'values="{";".join(values)}"/></g>'
    )


def _row(number: int, line: Line) -> str:
    top = number * _CELL_HEIGHT + _MARGIN
    column = 0
    bars: list[tuple[int, int, str]] = []  # column, cells, colour
    texts: list[str] = []
    for span in line:
        look = look_of(span.role, span.hue, _COLOURS)
        cells = text_width(span.text)
        if look.reverse and cells:
            colour = _FOREGROUND if look.colour == DEFAULT else _colour(look.colour)
            begin = column
            if bars and (bars[-1][0] + bars[-1][1], bars[-1][2]) == (column, colour):
                begin = bars.pop()[0]  # in one piece, so that no seam is seen
            bars.append((begin, column + cells - begin, colour))
        for piece in _pieces(span):
            texts.append(_text(piece, column, top, look))
            column += text_width(piece)
    return "".join([*(_rectangle(at, top, cells, colour) for at, cells, colour in bars), *texts])


def _text(text: str, column: int, top: int, look: Look) -> str:
    shown = text.strip(" ")
    if not shown:
        return ""
    column += len(text) - len(text.lstrip(" "))
    style = ' font-weight="bold"' if look.bold else ""
    if look.underline:
        style += ' text-decoration="underline"'
    if look.reverse:
        style += f' fill="{_BACKGROUND}"'
    elif look.colour != DEFAULT:
        style += f' fill="{_colour(look.colour)}"'
    left, width = column * _CELL_WIDTH + _MARGIN, text_width(shown) * _CELL_WIDTH
    return (
        f'<text x="{left}" y="{top + _BASE_LINE}" textLength="{width}" lengthAdjust="spacingAndGlyphs"'
        f'{style} xml:space="preserve">{escape(shown, quote=False)}</text>'
    )


def _cursor(frame: Frame) -> str:
    if frame.cursor is None:
        return ""
    row, column = frame.cursor
    return _rectangle(column, row * _CELL_HEIGHT + _MARGIN, 1, _CURSOR)


def _rectangle(column: int, top: int, cells: int, colour: str) -> str:
    left, width = column * _CELL_WIDTH + _MARGIN, cells * _CELL_WIDTH
    return f'<rect x="{left}" y="{top}" width="{width}" height="{_CELL_HEIGHT}" fill="{colour}"/>'


def _pieces(span: Span) -> list[str]:
    """A text in pieces of characters of one width: a font may draw a wide one otherwise than two cells."""
    pieces: list[str] = []
    for cluster in graphemes(span.text):
        if pieces and text_width(cluster) == 1 and text_width(pieces[-1]) == len(pieces[-1]):
            pieces[-1] += cluster
        else:
            pieces.append(cluster)
    return pieces


def _colour(number: int) -> str:
    """One of a terminal's 256 colours: a cube of six steps, then greys."""
    if number >= 232:
        return "#" + f"{8 + 10 * (number - 232):02x}" * 3
    steps = [(number - 16) // 36, (number - 16) // 6 % 6, (number - 16) % 6]
    return "#" + "".join(f"{55 + 40 * step if step else 0:02x}" for step in steps)
