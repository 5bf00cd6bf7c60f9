"""Wrapping: at spaces, around wide characters, between clusters, and to an end."""

import random

import pytest

from curses_ui.text.cells import drawable, text_width
from curses_ui.text.wrapping import TOO_WIDE, wrap

ALPHABET = "ab   é日本、👍🏽👩\u200d❤\ufe0f🇧🇷\u0301가\u1100\u1161\u0915\u094d\u093f\u3000"


def any_text(chooser: random.Random, longest: int) -> str:
    return "".join(chooser.choices(ALPHABET, k=chooser.randrange(longest)))


def rows(text: str, first_width: int, rest_width: int) -> list[str]:
    return [row.text for row in wrap(text, first_width, rest_width)]


@pytest.mark.parametrize(
    ("text", "first", "rest", "expected"),
    [
        ("", 5, 5, [""]),
        ("oi", 5, 5, ["oi"]),
        ("leva o notebook", 6, 8, ["leva o", "notebook"]),
        ("leva o notebook", 14, 8, ["leva o", "notebook"]),
        ("abcdefgh", 3, 4, ["abc", "defg", "h"]),
        ("ab abcdefgh", 4, 4, ["ab", "abcd", "efgh"]),
        ("word", 3, 10, ["", "word"]),
        ("word", 0, 10, ["", "word"]),
        ("  indented", 12, 12, ["  indented"]),
        ("  indented by two", 10, 10, ["  indented", "by two"]),
        ("a     b", 3, 3, ["a", "b"]),
        ("a b      ", 3, 3, ["a b"]),
        ("      ", 3, 3, [""]),
        ("      b", 3, 3, ["b"]),
        ("falta testar com 日本語", 20, 20, ["falta testar com 日", "本語"]),
        ("日本語", 4, 4, ["日本", "語"]),
        ("日本語", 5, 5, ["日本", "語"]),
        ("a日本語b", 4, 4, ["a日", "本語", "b"]),
        ("日本。語", 4, 4, ["日", "本。", "語"]),
        ("cafe\u0301s", 4, 4, ["cafe\u0301", "s"]),
        ("👩\u200d👩\u200d👧", 4, 4, ["👩👩", "👧"]),
        ("🇧🇷🇵🇹", 3, 3, ["🇧🇷", "🇵🇹"]),
    ],
)
def test_wrap_breaks_at_spaces_and_between_clusters(
    text: str, first: int, rest: int, expected: list[str]
) -> None:
    assert rows(text, first, rest) == expected


@pytest.mark.parametrize("width", [0, 1, -4])
def test_wrap_ends_when_an_emoji_is_wider_than_the_area(width: int) -> None:
    assert rows("a👍b日", 1, width) == ["a", TOO_WIDE, "b", TOO_WIDE]


def test_wrap_moves_a_wide_character_to_the_rows_where_it_fits() -> None:
    assert rows("日本", 1, 4) == ["", "日本"]


def test_rows_know_where_they_begin_so_that_a_view_can_stay_anchored() -> None:
    text = "um  dois ❤\ufe0f 日本 palavralonga"
    for width in range(2, 12):
        for row in wrap(text, width, width):
            assert drawable(text)[row.start :].startswith(row.text)


def test_no_row_is_wider_than_its_area_and_no_letter_is_lost() -> None:
    seed = 3
    chooser = random.Random(seed)
    for _ in range(600):
        text = any_text(chooser, 40)
        first, rest = chooser.randrange(8), chooser.randrange(2, 8)
        wrapped = wrap(text, first, rest)
        for number, row in enumerate(wrapped):
            assert text_width(row.text) <= (rest if number else first), (seed, text, first, rest)
        if TOO_WIDE not in "".join(row.text for row in wrapped):
            letters = "".join(row.text for row in wrapped).replace(" ", "")
            assert letters == drawable(text).replace(" ", ""), (seed, text, first, rest)


def test_simple_text_wraps_like_any_other_text() -> None:
    seed = 4
    chooser = random.Random(seed)
    for _ in range(2000):
        ascii_text = "".join(chooser.choices("aa a", k=chooser.randrange(40)))
        first, rest = chooser.randrange(9), chooser.randrange(1, 9)
        if len(ascii_text) <= first:
            continue
        other = ascii_text.replace("a", "ạ")  # as wide, but not looked at in the quick way
        expected = [(row.text.replace("ạ", "a"), row.start) for row in wrap(other, first, rest)]
        assert list(wrap(ascii_text, first, rest)) == expected, (seed, ascii_text, first, rest)


def test_a_message_of_the_greatest_size_wraps() -> None:
    assert len(wrap("日" * 2700, 10, 10)) == 540
    assert len(wrap("x" * 8192, 10, 10)) == 820
