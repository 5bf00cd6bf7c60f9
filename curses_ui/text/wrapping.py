"""Breaks texts into the rows of an area of the screen."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from .cells import char_width, drawable, is_one_cell_each, text_width
from .graphemes import graphemes

TOO_WIDE: Final = "?"
"""Drawn for a cluster that is wider than the whole area."""

_CACHED_TEXTS: Final = 1024  # some screens of wrapped texts
_SPACES: Final = re.compile(" *")
_WORD: Final = re.compile("[^ ]*")
_CLOSING: Final = frozenset("、。，．：；！？）」』】》〉〕ー～…")
"""Do not begin a row: they close what stands before them."""


class Row(NamedTuple):
    """One row of a wrapped text."""

    text: str
    """As it is drawn."""
    start: int
    """Where it begins in ``drawable(text)``, in code points."""


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
    if is_one_cell_each(text):
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
            width = _width_of(cluster)
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
        cells = _width_of(cluster)
        wide = char_width(cluster[0]) == 2
        if (wide or wide_before) and end > start and cluster not in _CLOSING:
            yield _Unit(start, end, width, False)
            start, width = end, 0
        wide_before = wide
        end += len(cluster)
        width += cells
    yield _Unit(start, end, width, False)


def _width_of(cluster: str) -> int:
    return char_width(cluster) if len(cluster) == 1 else text_width(cluster)
