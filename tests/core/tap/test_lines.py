"""Bytes as printable text, and back."""

import random
import unicodedata

import pytest

from core.tap import escape, unescape


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"USER Ana:20000", "USER Ana:20000"),
        ("João diz é".encode(), "João diz é"),
        (b"Jo\xe3o", "Jo\\xe3o"),
        (b"a\\b", "a\\\\b"),
        (b"a\tb\rc\nd", "a\\tb\\rc\\nd"),
        (b"\x1b]0;x\x07\x00", "\\x1b]0;x\\x07\\x00"),
        ("\u2060DISC".encode(), "\\u2060DISC"),
        ("\u009b\u202e\U000e0041".encode(), "\\u009b\\u202e\\U000e0041"),
        (b"\xe2\x82", "\\xe2\\x82"),
        (b"", ""),
    ],
)
def test_what_cannot_be_shown_is_an_escape(data: bytes, text: str) -> None:
    assert escape(data) == text
    assert unescape(text) == data


def test_any_bytes_come_back_and_are_printable_meanwhile() -> None:
    seed = 17
    chance = random.Random(seed)
    alphabet = [b"\\", b"x", b"u2060", b"\xc3", b"\xa3", "\u2028".encode(), b"\n", b"\t", "😀".encode(), b"n", b"\xff"]
    for _ in range(2000):
        data = b"".join(chance.choice([*alphabet, chance.randbytes(3)]) for _ in range(chance.randrange(12)))
        text = escape(data)
        assert unescape(text) == data, (seed, data)
        assert all(unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for c in text), (seed, text)


@pytest.mark.parametrize("text", ["\\", "\\q", "\\x1", "\\uzzzz", "\\Uffffffff", "\\ud800"])
def test_a_wrong_escape_is_no_error(text: str) -> None:
    assert isinstance(unescape(text), bytes)
