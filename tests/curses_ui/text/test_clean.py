"""Hostile text: every row of the table becomes something harmless, on every output."""

import random
import unicodedata
from pathlib import Path
from typing import Literal

import pytest

from curses_ui.text.cells import drawable, text_width
from curses_ui.text.characters import new_emoji
from curses_ui.text.clean import (
    CUT_MARK,
    MAX_CLEAN_BYTES,
    MAX_NAME_CELLS,
    MAX_RAW_NAME,
    MAX_TITLE_BYTES,
    Kind,
    clean,
    clean_message,
    clean_name,
)
from curses_ui.text.matching import casefold

CORPUS = Path(__file__).parents[1] / "data" / "hostile_lines.txt"
ALPHABET = (
    "ab 1\t\n\x1b\x9b\x85\u2028\u202e\u200b\u200c\u200d\ufeff\xad\ufe0f\ufe01\u0301\u0302\u0327👩👍🏽❤🇧🇷日ส"
    "\u0e35\u0e48\u0915\u094d\u0937ه\u06cc\U000e0041\ue000\ufffe\U000e0100\u1100\u1161\u11a8가\u20e3\ud800é·[]"
)
FORBIDDEN_CATEGORIES = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}


def unescaped(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode("unicode_escape")


def corpus() -> list[tuple[str, str, str]]:
    rows = []
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            title, arrives, shown = line.split(" | ")
            rows.append((title, unescaped(arrives), unescaped(shown)))
    return rows


CASES = corpus()


@pytest.mark.parametrize(("title", "arrives", "shown"), CASES, ids=[case[0] for case in CASES])
def test_a_message_is_shown_harmless(title: str, arrives: str, shown: str) -> None:
    assert clean_message(arrives) == shown


@pytest.mark.parametrize(
    ("arrives", "shown"),
    [
        ("\x1b[31m\x07\x7f", "^[[31m^G^?"),
        ("a\u2028b", "a^Jb"),
        ("pay\u200bpal", "pay.pal"),
        ("e" + 9 * "\u0301", "e\u0301\u0301\u0301."),
        ("\u0301", "'\u0301"),
        ("não", "não"),
    ],
)
def test_signs_are_ascii_when_asked_for(arrives: str, shown: str) -> None:
    assert clean(arrives, Kind.MESSAGE, ascii_only=True) == shown


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        (Kind.MESSAGE, "a   b"),
        (Kind.LOG, "a b"),
        (Kind.TITLE, "a b"),
        (Kind.NAME, "a␉b"),
    ],
)
def test_a_tab_never_reaches_a_log_file_a_title_or_a_name(kind: Kind, shown: str) -> None:
    assert clean("a\tb", kind) == shown


def test_tab_stops_are_counted_in_cells() -> None:
    assert clean_message("日\tb\t👍🏽\te\u0301\tx") == "日  b   👍🏽  e\u0301   x"


def test_many_payload_characters_are_counted_where_the_first_uncounted_stood() -> None:
    assert clean_message("\ue000a" * 10) == "[U+E000]a[U+E000]a[U+E000]a[+7]" + "a" * 7


def test_text_of_the_greatest_size_stays_whole() -> None:
    assert clean_message("x" * MAX_CLEAN_BYTES) == "x" * MAX_CLEAN_BYTES
    assert clean_message("é" * (MAX_CLEAN_BYTES // 2)) == "é" * (MAX_CLEAN_BYTES // 2)


@pytest.mark.parametrize("character", ["x", "é", "日", "👩\u200d", "\x1b", "\u202e", "\u200b", "e\u0301", "\t"])
@pytest.mark.parametrize("kind", [Kind.MESSAGE, Kind.LOG])
def test_longer_text_is_cut_and_marked(character: str, kind: Kind) -> None:
    shown = clean(character * (MAX_CLEAN_BYTES + 1), kind)
    assert len(shown.encode()) <= MAX_CLEAN_BYTES
    assert shown.endswith(CUT_MARK)
    assert clean(shown, kind) == shown


def test_a_title_is_short() -> None:
    shown = clean("é" * 1000, Kind.TITLE)
    assert len(shown.encode()) <= MAX_TITLE_BYTES
    assert shown.endswith("…")


@pytest.mark.parametrize(
    ("arrives", "shown"),
    [
        ("João", "João"),
        ("Joa\u0303o", "João"),
        ("山田", "山田"),
        ("พี่ต้น", "พี่ต้น"),
        ("e\u0301\u0301\u0301", "é\u0301·"),
        ("x\u0301\u0301", "x\u0301·"),
        ("Ana\u200b", "Ana·"),
        ("Ana\u202e", "Ana[U+202E]"),
        ("Ana\x1b[2J", "Ana␛[2J"),
        ("n" * MAX_NAME_CELLS, "n" * MAX_NAME_CELLS),
        ("n" * (MAX_NAME_CELLS + 1), "n" * (MAX_NAME_CELLS - 1) + "…"),
        ("日" * 64, "日" * 64),
        ("日" * 80, "日" * 63 + "…"),
        ("❤\ufe0f Ana", "❤\ufe0f Ana"),
    ],
)
def test_a_name_is_shown_harmless(arrives: str, shown: str) -> None:
    assert clean_name(arrives) == shown


def random_texts(seed: int, count: int) -> list[str]:
    chooser = random.Random(seed)
    texts = []
    for _ in range(count):
        characters = [
            chooser.choice(ALPHABET) if chooser.random() < 0.8 else chr(chooser.randrange(0x110000))
            for _ in range(chooser.choice([3, 8, 20]))
        ]
        texts.append("".join(characters))
    return texts


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("ascii_only", [False, True])
def test_whatever_arrives_the_result_is_harmless_and_stays_as_it_is(kind: Kind, ascii_only: bool) -> None:
    seed = 6
    for text in random_texts(seed, 500):
        shown = clean(text, kind, ascii_only=ascii_only)
        for index, character in enumerate(shown):
            category = unicodedata.category(character)
            assert category not in FORBIDDEN_CATEGORIES, (seed, text)
            if category == "Cf":
                assert character in "\u200c\u200d", (seed, text)
                before, after = shown[index - 1], shown[index + 1]
                assert index > 0 and not before.isascii() and not after.isascii(), (seed, text)
        assert clean(shown, kind, ascii_only=ascii_only) == shown, (seed, text)
        assert text_width(drawable(shown)) == text_width(shown), (seed, text)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("ascii_only", [False, True])
def test_emoji_newer_than_the_tables_stay_as_they_are(kind: Kind, ascii_only: bool) -> None:
    text = f"oi {new_emoji()[-1]}! {new_emoji()[-1]}\u200d👍"
    assert clean(text, kind, ascii_only=ascii_only) == text
    assert drawable(text) == text.replace("\u200d", "")
    assert text_width(text) == 3 + 2 + 2 + 2 + 2


def test_any_bytes_become_harmless_text() -> None:
    seed = 7
    chooser = random.Random(seed)
    for _ in range(300):
        text = chooser.randbytes(40).decode(errors="replace")
        shown = clean_message(text)
        assert {unicodedata.category(c) for c in shown}.isdisjoint(FORBIDDEN_CATEGORIES), (seed, text)


def test_the_quick_way_lets_nothing_through_that_the_long_way_would_change() -> None:
    kept = [c for c in map(chr, range(0x110000)) if c.isprintable() and clean_message(c) == c]
    assert len(kept) > 100_000
    for first in range(0, len(kept), 1000):
        text = " ".join(kept[first : first + 1000])
        # One character that needs care sends the whole text the long way.
        assert clean_message(f"\x1b{text}") == f"␛{text}"


def test_no_more_of_a_name_is_composed_than_64_letters_can_have(monkeypatch: pytest.MonkeyPatch) -> None:
    """Composing is quadratic in runs of marks: one line of 60 KB took two seconds."""
    sizes: list[int] = []
    normalize = unicodedata.normalize

    def measured(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
        sizes.append(len(text))
        return normalize(form, text)

    monkeypatch.setattr(unicodedata, "normalize", measured)
    assert clean_name("a" + "\u0301\u0316" * 15_000 + "b") == "á\u0316·…"
    assert casefold("a" + "\u0301\u0316" * 15_000 + "b") == "ab"
    assert max(sizes) <= MAX_RAW_NAME


@pytest.mark.parametrize("kind", [Kind.MESSAGE, Kind.LOG])
@pytest.mark.parametrize("more", range(1, 6))
def test_a_text_cut_behind_a_joiner_stays_as_it_is_when_it_is_cleaned_again(kind: Kind, more: int) -> None:
    family = "👩\u200d👩\u200d👧"
    room = MAX_CLEAN_BYTES - len(CUT_MARK)
    text = "x" * (room % len(family.encode()) + more) + family * (MAX_CLEAN_BYTES // 10)
    shown = clean(text, kind)
    assert shown.endswith(CUT_MARK) and "\u200d" in shown
    assert clean(shown, kind) == shown
