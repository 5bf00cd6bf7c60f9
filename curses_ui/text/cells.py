"""Text on a grid of terminal cells: what is drawn, how wide it is, what fits.

**The width of a text is the width of what is drawn for it**, and only what all
terminals draw alike is drawn. They do not agree on emoji sequences: for a
heart with the emoji selector (U+2764 U+FE0F) ncurses and tmux count one cell,
newer terminals two; for a family joined by U+200D they count six, or two. A
wrong guess moves the rest of the row, and may push its end onto the next one.
So ``drawable`` leaves out the characters that only change the look of the one
before: selectors, joiners, skin tones. The heart is drawn in one cell, the
family as its members, a thumb in yellow. All of it stays in the text itself:
it is sent, logged and edited whole.

Widths come from ``unicodedata``: two cells for East Asian wide and fullwidth
characters, none for marks, else one. An emoji that is newer than its tables
takes two cells; where the terminal may see that otherwise, ``render`` puts a
sign of two cells in its place.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final, Literal

from .characters import (
    CACHED_CHARACTERS,
    NON_JOINER,
    SELECTORS,
    TONES,
    ZERO_WIDTH_JOINER,
    is_new_emoji,
    is_pictograph,
    is_widthless_jamo,
)
from .graphemes import graphemes

Align = Literal["left", "right", "center"]

REPLACEMENT: Final = "\ufffd"
"""Drawn for a character that has no look of its own."""
HIDDEN: Final = "\u00b7"
"""Drawn in the place of an invisible character."""

_LOOK_ONLY: Final = re.compile(f"[{ZERO_WIDTH_JOINER}{SELECTORS}]")
_TONES_ON_ONE: Final = re.compile(f"(.)[{TONES}]+", re.DOTALL)
_MAY_CHANGE: Final = re.compile(f"[{ZERO_WIDTH_JOINER}{SELECTORS}{TONES}]")
_ONE_CELL_EACH: Final = re.compile("[\0-~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u2010-\u2027\u2030-\u205e\u2500-\u257f]*")
"""Texts of ASCII, Latin, Greek and Cyrillic letters without marks, and rules: nearly all, so they have a quick way."""
_WIDE_IN_LIBC: Final = ((0x3248, 0x324F), (0x4DC0, 0x4DFF))  # and in Unicode 16; narrow in older tables


# Width


def drawable(text: str) -> str:
    """Return what is drawn for ``text``: printable, and of one width on every terminal.

    ``clean`` has already seen text from outside, but not what the user typed or
    pasted. A control or unassigned character, unless it is a new emoji,
    becomes ``REPLACEMENT``, an invisible one ``HIDDEN``.
    """
    if text.isprintable():
        if text.isascii() or not _MAY_CHANGE.search(text):
            return text
    text = _LOOK_ONLY.sub("", text)
    text = _TONES_ON_ONE.sub(_without_tones, text)
    if not text.isprintable():
        text = "".join(map(_printable, text))
    return text


def char_width(character: str) -> int:
    """Return how many cells a single character takes: 0, 1 or 2."""
    return 1 if character.isascii() else _char_width(character)


def text_width(text: str) -> int:
    """Return how many cells the text takes when it is drawn."""
    if is_one_cell_each(text):
        return len(text)
    if _TONES_ON_ONE.search(text):
        text = drawable(text)
    return sum(map(_char_width, text))


def is_one_cell_each(text: str) -> bool:
    """Return True only if every character takes one cell; False may be a lack of knowledge."""
    return text.isascii() or _ONE_CELL_EACH.fullmatch(text) is not None


# Fitting


def clip(text: str, cells: int) -> str:
    """Return the start of the text, as drawn, that fits into ``cells``; no cluster is cut."""
    text = drawable(text)
    if is_one_cell_each(text):
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
    """Return ``text`` as drawn if it fits, else its start and ``mark``, together at most ``cells``."""
    if text_width(text) <= cells:
        return drawable(text)
    return clip(clip(text, cells - text_width(mark)) + mark, cells)


def pad(text: str, cells: int, align: Align = "left") -> str:
    """Return ``text`` as drawn, in exactly ``cells``: clipped, or filled with spaces."""
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


# Characters


@lru_cache(maxsize=CACHED_CHARACTERS)
def _char_width(character: str) -> int:
    code = ord(character)
    if _LOOK_ONLY.match(character) or character == NON_JOINER:
        return 0
    if not character.isprintable() and unicodedata.category(character) != "Zs":
        return 2 if is_new_emoji(character) else 1  # of what is drawn in its place
    if unicodedata.category(character) in ("Mn", "Me") or is_widthless_jamo(character):
        return 0
    if unicodedata.east_asian_width(character) in "WF":
        return 2
    return 2 if any(first <= code <= last for first, last in _WIDE_IN_LIBC) else 1


def _without_tones(match: re.Match[str]) -> str:
    base = match.group(1)
    return base if is_pictograph(base) else match.group()


def _printable(character: str) -> str:
    if character.isprintable() or character == NON_JOINER or is_new_emoji(character):
        return character
    category = unicodedata.category(character)
    if category == "Zs":
        return character
    return HIDDEN if category == "Cf" else REPLACEMENT
