"""Our widths against those that a real terminal told: ``tools.widths`` keeps its answers in a file."""

import unicodedata
from functools import cache

from curses_ui.text.cells import drawable, text_width
from curses_ui.text.characters import is_new_emoji
from tools import widths

RECORD_AGAIN = "see tools/widths.py, which measures again"
NEWER_THAN_THE_RECORD = {"14.0.0": 0, "15.0.0": 4482, "15.1.0": 5109}
"""Characters of each version of Unicode that the C library of the recorded terminal does not know: it has 14.0.

Such a terminal draws nothing for them. On the screen a sign stands for what the machine's own library does not know."""
EXAMPLES = {"a": 1, "é": 1, "日": 2, "👍": 2, "\u0301": 0, "\u0e35": 0, "\u1161": 0, "\u093e": 1, "\U0001f1e7": 1, "⏎": 1}

record = cache(widths.read_record)


def assigned() -> list[str]:
    """Every character that this Python's tables know, but for surrogates and private use."""
    return [c for c in map(chr, range(0x110000)) if unicodedata.category(c) not in ("Cn", "Co", "Cs")]


def told(text: str) -> int | None:
    """Cells of a character in the recorded terminal; None if it does not know it."""
    return 1 if text.isascii() else record().characters.get(text)


def test_the_record_is_read() -> None:
    assert {character: told(character) for character in EXAMPLES} == EXAMPLES
    assert len(record().characters) > 140_000


def test_every_character_is_drawn_as_wide_as_we_count() -> None:
    unknown = 0
    wrong = {}
    for character in assigned():
        drawn = drawable(character)
        cells = told(drawn) if drawn else 0
        if cells is None:
            unknown += 1
        elif cells != text_width(character):
            wrong[f"U+{ord(character):04X}"] = f"the terminal says {cells}, we say {text_width(character)}"
    assert not wrong, RECORD_AGAIN
    assert unknown == NEWER_THAN_THE_RECORD.get(unicodedata.unidata_version, unknown)


def test_characters_that_this_python_does_not_know_take_the_cells_of_their_signs() -> None:
    unassigned = [c for c in map(chr, range(0x40000)) if unicodedata.category(c) in ("Cn", "Co", "Cs")]
    drawn = {c: drawable(c) for c in unassigned if not is_new_emoji(c)}
    assert {told(sign) for sign in drawn.values()} == {1}
    assert {text_width(c) for c in drawn} == {1}


def test_clusters_and_scripts_are_drawn_as_wide_as_we_count() -> None:
    wrong = {}
    for name, text in widths.TEXTS.items():
        drawn = drawable(text)
        assert drawn in record().texts, f"{name} is not in the record: {RECORD_AGAIN}"
        if record().texts[drawn] != text_width(text):
            wrong[name] = f"the terminal says {record().texts[drawn]}, we say {text_width(text)}"
    assert not wrong


def test_a_record_is_read_as_it_was_written() -> None:
    kept = widths.Record({"\xa1": 1, "\xa2": 1, "日": 2, "\u0301": 0}, {"e\u0301": 1})
    text = widths.written(kept, "a terminal")
    assert "00A1-00A2\n" in text
    assert widths.parse_record(text) == kept
