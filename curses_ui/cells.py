"""Text on a grid of terminal cells: what is drawn, how wide it is, where it wraps.

**The width of a text is the width of what is drawn for it**, and only that is
drawn about which terminals agree. They do not agree on emoji sequences: for a
heart with the emoji selector (U+2764 U+FE0F) ncurses and tmux count one cell,
newer terminals two; for a family joined by U+200D they count six, or two. A
wrong guess moves the rest of the row, and may push its end onto the next one.
So ``drawable`` leaves out what only asks for another look of the character
before it: selectors, joiners, skin tones. The heart is drawn in one cell, the
family as its members, a thumb in yellow. All of it stays in the text itself:
it is sent, logged and edited whole.

Widths come from ``unicodedata``: two cells for East Asian wide and fullwidth
characters, none for marks, else one.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from .graphemes import graphemes, is_pictograph

Align = Literal["left", "right", "center"]

REPLACEMENT: Final = "\ufffd"
"""Drawn for a character that has no look of its own."""
HIDDEN: Final = "\u00b7"
"""Drawn for a character that is meant not to be seen."""
TOO_WIDE: Final = "?"
"""Drawn for a cluster that is wider than the whole area."""

_CACHED_CHARACTERS: Final = 8192  # bounded: a peer may send every character there is
_CACHED_TEXTS: Final = 1024  # some screens of wrapped texts

_NON_JOINER: Final = "\u200c"
_LOOK_ONLY: Final = re.compile("[\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_TONES: Final = re.compile("(.)[\U0001f3fb-\U0001f3ff]+", re.DOTALL)
_MAY_CHANGE: Final = re.compile("[\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef\U0001f3fb-\U0001f3ff]")
_ONE_CELL_EACH: Final = re.compile("[\0-~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u2010-\u2027\u2030-\u205e]*")
"""Texts of ASCII, Latin, Greek and Cyrillic letters without marks: nearly all, so they have a quick way."""
_SPACES: Final = re.compile(" *")
_WORD: Final = re.compile("[^ ]*")
_CLOSING: Final = frozenset("、。，．：；！？）」』】》〉〕ー～…")
"""Do not begin a row: they close what stands before them."""
_WIDE_IN_LIBC: Final = ((0x3248, 0x324F), (0x4DC0, 0x4DFF))  # and in Unicode 16; narrow in older tables
_WIDTHLESS_JAMO: Final = ((0x1160, 0x11FF), (0xD7B0, 0xD7FB))  # drawn into the cell of the consonant before


class Row(NamedTuple):
    """One row of a wrapped text."""

    text: str
    """As it is drawn."""
    start: int
    """Where it begins in ``drawable(text)``, in code points."""


# Width


def drawable(text: str) -> str:
    """What is drawn for ``text``: printable, and of one width on every terminal.

    Text from outside has been through ``clean`` long before; here the last
    doubt is removed, also about what the user typed or pasted: a control or
    unassigned character becomes ``REPLACEMENT``, a hidden one ``HIDDEN``.
    """
    if text.isprintable():
        if text.isascii() or not _MAY_CHANGE.search(text):
            return text
    text = _LOOK_ONLY.sub("", text)
    text = _TONES.sub(_without_tones, text)
    if not text.isprintable():
        text = "".join(map(_printable, text))
    return text


def char_width(character: str) -> int:
    """How many cells one character takes that stands alone: 0, 1 or 2."""
    return 1 if character.isascii() else _char_width(character)


def text_width(text: str) -> int:
    """How many cells the text takes when drawn."""
    if _is_one_cell_each(text):
        return len(text)
    if _TONES.search(text):
        text = drawable(text)
    return sum(map(_char_width, text))


# Fitting


def clip(text: str, cells: int) -> str:
    """The start of the text, as drawn, that fits into so many cells; no cluster is cut."""
    text = drawable(text)
    if _is_one_cell_each(text):
        return text[: max(0, cells)]
    if text_width(text) <= cells:
        return text
    end = 0
    for cluster in graphemes(text):
        cells -= text_width(cluster)
        if cells < 0:
            break
        end += len(cluster)
    return text[:end]


def shorten(text: str, cells: int, mark: str = "…") -> str:
    """``text`` as drawn if it fits, else its start and ``mark``, together at most ``cells``."""
    if text_width(text) <= cells:
        return drawable(text)
    return clip(clip(text, cells - text_width(mark)) + mark, cells)


def pad(text: str, cells: int, align: Align = "left") -> str:
    """``text`` as drawn, in exactly so many cells: clipped, or with spaces where it is aligned to."""
    text = clip(text, cells)
    missing = max(0, cells - text_width(text))
    match align:
        case "left":
            return text + " " * missing
        case "right":
            return " " * missing + text
        case "center":
            before = missing // 2
            return " " * before + text + " " * (missing - before)


# Wrapping


@lru_cache(maxsize=_CACHED_TEXTS)
def wrap(text: str, first_width: int, rest_width: int) -> tuple[Row, ...]:
    """Break a text into rows, at spaces and around wide characters, else inside long words.

    The spaces at a break belong to no row. A word that fits the rest but not
    the first row leaves the first one empty.

    Args:
        text: One paragraph.
        first_width: Cells in the first row, where something may stand before the text; may be 0.
        rest_width: Cells in each other row; less than 1 counts as 1.

    Returns:
        At least one row, none wider than its width.
    """
    text = drawable(text)
    if text_width(text) <= first_width:
        return (Row(text, 0),)
    first_width, rest_width = max(0, first_width), max(1, rest_width)
    if _is_one_cell_each(text):
        return tuple(_simple_rows(text, first_width, rest_width))
    wrapping = _Wrapping(text, first_width, rest_width)
    for unit in _units(text):
        wrapping.add(unit)
    return tuple(wrapping.finish())


def _simple_rows(text: str, width: int, rest_width: int) -> Iterator[Row]:
    """The rows that ``_Wrapping`` would make if every character takes one cell, found much faster."""
    first = True
    start = 0
    end = len(text.rstrip(" "))
    while end - start > width:
        word = _end_of(_SPACES, text, start)
        space = text.rfind(" ", word, start + width + 1)
        if space >= 0:
            yield Row(text[start:space].rstrip(" "), start)
            start = _end_of(_SPACES, text, space)
        elif first and width < _end_of(_WORD, text, word) - word <= rest_width:
            yield Row("", start)
            start = word
        elif word > start:
            start = word  # the row has no room for the spaces in front of the text
            continue
        else:
            yield Row(text[start : start + width], start)
            start += width
        width = rest_width
        first = False
    yield Row(text[start:end], start)


def _end_of(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.match(text, start)
    return match.end() if match else start


class _Unit(NamedTuple):
    """A stretch of text that is not broken if it fits into a row."""

    start: int
    end: int
    width: int
    is_space: bool


class _Wrapping:
    """The rows made so far, and the row being filled: ``text[_start:_end]``, ``_used`` cells."""

    def __init__(self, text: str, first_width: int, rest_width: int) -> None:
        self._text = text
        self._rows: list[Row] = []
        self._width = first_width
        self._rest_width = rest_width
        self._start = 0
        self._end = 0
        self._used = 0
        self._gap = 0

    def add(self, unit: _Unit) -> None:
        if unit.is_space:
            self._gap += unit.width
        elif self._used + self._gap + unit.width <= self._width:
            self._take(unit)
        else:
            if self._end > self._start or (not self._rows and self._width < unit.width <= self._rest_width):
                self._end_row(unit.start)
            self._begin_at(unit.start)
            if unit.width <= self._width:
                self._take(unit)
            else:
                self._break_up(unit)

    def finish(self) -> list[Row]:
        if self._end > self._start or not self._rows:
            self._end_row(self._end)
        return self._rows

    def _take(self, unit: _Unit) -> None:
        self._used += self._gap + unit.width
        self._gap = 0
        self._end = unit.end

    def _begin_at(self, start: int) -> None:
        self._start = self._end = start
        self._used = self._gap = 0

    def _end_row(self, next_start: int) -> None:
        self._rows.append(Row(self._text[self._start : self._end], self._start))
        self._width = self._rest_width
        self._begin_at(next_start)

    def _break_up(self, unit: _Unit) -> None:
        """Fill rows with a word longer than a row, cluster by cluster."""
        at = unit.start
        for cluster in graphemes(self._text[at : unit.end]):
            end = at + len(cluster)
            width = _cluster_width(cluster)
            begun = self._end > self._start
            if self._used + width > self._width and (begun or self._width < self._rest_width):
                self._end_row(at)
            if width > self._width:
                self._rows.append(Row(TOO_WIDE, at))
                self._width = self._rest_width
                self._begin_at(end)
            else:
                self._take(_Unit(at, end, width, False))
            at = end


def _units(text: str) -> Iterator[_Unit]:
    for match in re.finditer(" +|[^ ]+", text):
        start, end = match.span()
        word = match.group()
        if word.isascii():
            yield _Unit(start, end, end - start, word[0] == " ")
        else:
            yield from _units_of_word(word, start)


def _units_of_word(word: str, start: int) -> Iterator[_Unit]:
    """Wide clusters stand for themselves, with what closes them; others form words."""
    end = start
    width = 0
    wide_before = False
    for cluster in graphemes(word):
        cells = _cluster_width(cluster)
        wide = _char_width(cluster[0]) == 2
        if (wide or wide_before) and end > start and cluster not in _CLOSING:
            yield _Unit(start, end, width, False)
            start, width = end, 0
        wide_before = wide
        end += len(cluster)
        width += cells
    yield _Unit(start, end, width, False)


# Characters


def _cluster_width(cluster: str) -> int:
    return _char_width(cluster) if len(cluster) == 1 else text_width(cluster)


def _is_one_cell_each(text: str) -> bool:
    return text.isascii() or _ONE_CELL_EACH.fullmatch(text) is not None


@lru_cache(maxsize=_CACHED_CHARACTERS)
def _char_width(character: str) -> int:
    code = ord(character)
    if _LOOK_ONLY.match(character) or character == _NON_JOINER:
        return 0
    if not character.isprintable() and unicodedata.category(character) != "Zs":
        return 1  # of what is drawn in its place
    if unicodedata.category(character) in ("Mn", "Me") or _within(code, _WIDTHLESS_JAMO):
        return 0
    if unicodedata.east_asian_width(character) in "WF" or _within(code, _WIDE_IN_LIBC):
        return 2
    return 1


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= code <= last for first, last in ranges)


def _without_tones(match: re.Match[str]) -> str:
    base = match.group(1)
    return base if is_pictograph(base) else match.group()


def _printable(character: str) -> str:
    if character.isprintable() or character == _NON_JOINER:
        return character
    category = unicodedata.category(character)
    if category == "Zs":
        return character
    return HIDDEN if category == "Cf" else REPLACEMENT
