"""Cells: widths, clipping, padding and wrapping."""

import random

import pytest

from curses_ui.text.cells import (
    HIDDEN,
    REPLACEMENT,
    Align,
    char_width,
    clip,
    drawable,
    pad,
    shorten,
    text_width,
)
from curses_ui.text.graphemes import graphemes

WIDTHS = {
    "": 0,
    "abc": 3,
    "a日é👍": 6,
    "e\u0301": 1,
    "ｆｕｌｌ": 8,
    "ｶﾅ": 2,
    "한국": 4,
    "\u1112\u1161\u11ab": 2,
    "\u3000": 2,
    "\u00a0": 1,
    "क\u094dष": 2,
    "ท\u0e35\u0e48": 1,
    "שלום": 4,
    "\u4dc0": 2,
    "▒": 1,
    "…": 1,
}
"""Texts that are drawn as they are."""
DRAWN = {
    "heart, drawn in one cell": ("❤\ufe0f", "❤", 1),
    "keycap": ("1\ufe0f\u20e3", "1\u20e3", 1),
    "thumb without its tone": ("👍🏽", "👍", 2),
    "several tones": ("👍🏽🏽🏽", "👍", 2),
    "pointing hand with selector and tone": ("☝\ufe0f🏽", "☝", 1),
    "tone alone": ("🏽", "🏽", 2),
    "tone behind a letter": ("a🏽", "a🏽", 3),
    "family as its members": ("👩\u200d👩\u200d👧", "👩👩👧", 6),
    "flag": ("🇧🇷", "🇧🇷", 2),
    "ideographic variant": ("葛\U000e0100", "葛", 2),
    "non-joiner stays": ("می\u200cخواهم", "می\u200cخواهم", 7),
    "escape": ("a\x1b[31mb", f"a{REPLACEMENT}[31mb", 7),
    "C1": ("\x9b", REPLACEMENT, 1),
    "line end": ("a\nb", f"a{REPLACEMENT}b", 3),
    "line separator": ("\u2028", REPLACEMENT, 1),
    "surrogate": ("\udc9b", REPLACEMENT, 1),
    "private use": ("\ue000", REPLACEMENT, 1),
    "unassigned": ("\u0378", REPLACEMENT, 1),
    "bidi control": ("\u202e", HIDDEN, 1),
    "zero width space": ("\u200b", HIDDEN, 1),
    "soft hyphen": ("\u00ad", HIDDEN, 1),
}
ALPHABET = "ab   é日本、👍🏽👩\u200d❤\ufe0f🇧🇷\u0301가\u1100\u1161\u0915\u094d\u093f\u3000"


def any_text(chooser: random.Random, longest: int) -> str:
    return "".join(chooser.choices(ALPHABET, k=chooser.randrange(longest)))


@pytest.mark.parametrize(("text", "cells"), WIDTHS.items())
def test_a_text_has_its_width_and_is_drawn_as_it_is(text: str, cells: int) -> None:
    assert text_width(text) == cells
    assert drawable(text) == text
    assert sum(map(char_width, text)) == cells


@pytest.mark.parametrize(("text", "drawn", "cells"), DRAWN.values(), ids=DRAWN.keys())
def test_only_that_is_drawn_about_which_terminals_agree(text: str, drawn: str, cells: int) -> None:
    assert drawable(text) == drawn
    assert text_width(text) == cells
    assert text_width(drawn) == cells


def test_width_is_the_sum_over_clusters_and_drawing_twice_changes_nothing() -> None:
    seed = 1
    chooser = random.Random(seed)
    for _ in range(500):
        text = any_text(chooser, 20)
        drawn = drawable(text)
        assert drawable(drawn) == drawn, (seed, text)
        assert text_width(drawn) == text_width(text), (seed, text)
        assert sum(map(text_width, graphemes(drawn))) == text_width(text), (seed, text)


# Fitting


@pytest.mark.parametrize(
    ("text", "cells", "expected"),
    [
        ("abc", 2, "ab"),
        ("abc", 0, ""),
        ("abc", -1, ""),
        ("日本", 3, "日"),
        ("日本", 1, ""),
        ("e\u0301a", 1, "e\u0301"),
        ("ae\u0301", 1, "a"),
        ("❤\ufe0fx", 1, "❤"),
        ("a\tb", 3, f"a{REPLACEMENT}b"),
    ],
)
def test_clip_cuts_between_clusters(text: str, cells: int, expected: str) -> None:
    assert clip(text, cells) == expected


@pytest.mark.parametrize(
    ("text", "cells", "align", "expected"),
    [
        ("ab", 4, "left", "ab  "),
        ("ab", 4, "right", "  ab"),
        ("ab", 5, "center", " ab  "),
        ("日本", 3, "left", "日 "),
        ("日本", 3, "right", " 日"),
        ("abcdef", 3, "left", "abc"),
        ("", 0, "left", ""),
        ("a", -3, "left", ""),
    ],
)
def test_pad_fills_exactly_the_cells(text: str, cells: int, align: Align, expected: str) -> None:
    assert pad(text, cells, align) == expected


@pytest.mark.parametrize(
    ("text", "cells", "expected"),
    [
        ("Bartolomeu", 12, "Bartolomeu"),
        ("Bartolomeu de Gusmão", 12, "Bartolomeu …"),
        ("日本語日本語", 6, "日本…"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
    ],
)
def test_shorten_marks_what_is_missing(text: str, cells: int, expected: str) -> None:
    assert shorten(text, cells) == expected


def test_a_mark_wider_than_the_area_is_clipped_too() -> None:
    assert shorten("abcdef", 2, "...") == ".."


def test_clip_pad_and_shorten_keep_to_any_width() -> None:
    seed = 2
    chooser = random.Random(seed)
    for _ in range(300):
        text = any_text(chooser, 15)
        cells = chooser.randrange(12)
        assert text_width(clip(text, cells)) <= cells, (seed, text)
        assert text_width(shorten(text, cells)) <= cells, (seed, text)
        for align in ("left", "right", "center"):
            assert text_width(pad(text, cells, align)) == cells, (seed, text)


def test_every_character_of_the_quick_way_takes_one_cell() -> None:
    for first, last in ((0x20, 0x2FF), (0x370, 0x482), (0x2010, 0x2027), (0x2030, 0x205E)):
        for character in map(chr, range(first, last + 1)):
            assert text_width(character) == char_width(character) == text_width(drawable(character)) == 1
