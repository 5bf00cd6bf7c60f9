"""core/wire/chat_text.py: what is typed arrives as text (docs/protocol.md §4.2, §4.3, §4.5)."""

import random

import pytest

from core.limits import MAX_TEXT_BYTES
from core.wire.chat_text import GUARD, decode, guard, is_farewell, split_text, unguard

LOOKS_LIKE_INSTRUCTIONS = [
    "DISC",
    "DISCO é bom",
    "USER x",
    "USER Ana:20000",
    "LIST",
    "LISTA de compras",
    "KEEP",
    "ADDR Ana",
    "/bye",
    "/bye bye",
    "eu disse DISC",
    "  DISC",
    f"{GUARD}DISC",
    f"{GUARD}{GUARD}DISC{GUARD}",
    f"DISC{GUARD}",
    f" {GUARD} USER",
]
PLAIN = ["oi", "", " ", GUARD, f"{GUARD}oi", f"oi{GUARD}", "disc", "Disco", "👩‍👩‍👧 日本語", "a\tb"]


@pytest.mark.parametrize("text", LOOKS_LIKE_INSTRUCTIONS + PLAIN)
def test_a_guarded_text_comes_back_unchanged(text: str) -> None:
    """§4.3"""
    assert unguard(guard(text)) == text


def test_random_texts_made_of_guards_and_words_come_back_unchanged() -> None:
    """§4.3"""
    seed = 4301
    print(f"seed {seed}")
    source = random.Random(seed)
    parts = [GUARD, " ", "DISC", "USER", "/bye", "LIST", "x", "é", "DIS", "C"]
    for _ in range(5000):
        text = "".join(source.choices(parts, k=source.randrange(7)))
        assert unguard(guard(text)) == text


@pytest.mark.parametrize("text", ["DISC", "DISCO é bom", "USER x", "LIST", "KEEP", "ADDR Ana", "/bye"])
def test_no_client_that_tests_the_start_takes_a_guarded_text_for_an_instruction(text: str) -> None:
    """§4.3: real clients test ``text[:4]``, or strip first."""
    assert guard(text).strip()[0] == GUARD


@pytest.mark.parametrize("text", [" /bye", "  DISC", " /bye ", f"{GUARD} /bye"])
def test_a_farewell_typed_behind_spaces_is_none_on_the_wire(text: str) -> None:
    """§4.3: spaces before the word do not count, for the peer that reads it."""
    assert guard(text).startswith(GUARD)
    assert not is_farewell(guard(text))
    assert unguard(guard(text)) == text


@pytest.mark.parametrize("text", ["DISC", "eu disse DISC", "xDISC"])
def test_no_client_that_searches_for_disc_and_crlf_finds_it_in_a_guarded_text(text: str) -> None:
    """§4.3: a real client looks for ``DISC\\r\\n`` anywhere in what it received."""
    assert b"DISC\r\n" not in guard(text).encode() + b"\r\n"


@pytest.mark.parametrize("text", PLAIN)
def test_ordinary_texts_go_out_as_they_are(text: str) -> None:
    """§4.3"""
    assert guard(text) == text


@pytest.mark.parametrize("text", ["DISC", "/bye", "DISC ", " DISC", "/bye "])
def test_a_farewell_is_a_whole_line_with_or_without_spaces(text: str) -> None:
    """§4.2"""
    assert is_farewell(text)


@pytest.mark.parametrize("text", ["DISCO", "disc", "/bye bye", "DISC DISC", f"{GUARD}DISC", ""])
def test_other_lines_are_no_farewell(text: str) -> None:
    """§4.2"""
    assert not is_farewell(text)


def test_bytes_that_are_no_utf8_are_read_as_windows_1252() -> None:
    """§4.5"""
    assert decode("olá, João — “oi”".encode("cp1252")) == "olá, João — “oi”"


def test_utf8_that_breaks_off_inside_a_character_keeps_what_came_before() -> None:
    """§4.5: the connection was lost there."""
    assert decode("olá 日本".encode()[:-1]) == "olá 日\ufffd"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (b"\xa3o e ma\xc3\xa7\xc3\xa3", "\ufffdo e maçã"),
        (b"fim \xf0\x9f\x98", "fim \ufffd"),
        (b"caf\xe9", "café"),
        (b"\xa35 \xe9 barato", "£5 é barato"),
        (b"a\xe7\xe3o", "ação"),
        (b"vo\xc3", "voÃ"),
        (b"\x9f\x98\x80 \xc3\xa9", "\ufffd é"),  # one character, however many of its bytes are left
        (b"\x80\x80\x80\x80\xc3\xa9", "\ufffd" * 4 + "é"),  # no character has so many
        (b"ol\xc3\xa1 \xe9 \xff!", "olá \ufffd \ufffd!"),
        (b"\xc3\xa9 \xf0\x9f\x98 fim \xc3", "é \ufffd fim \ufffd"),
        (b"\xef\xbf\xbd\xe9", "\ufffd\ufffd"),  # a replacement character that was sent is a character
        (b"\xa3", "£"),
        (b"\xc3", "Ã"),
    ],
)
def test_what_a_cut_inside_a_character_leaves_does_not_change_the_rest(line: bytes, text: str) -> None:
    """§4.5"""
    assert decode(line) == text


def test_every_byte_decodes_to_some_character() -> None:
    """§4.5: five bytes have no meaning in Windows-1252."""
    assert len(decode(bytes(range(256)))) == 256


def test_a_text_up_to_the_limit_stays_whole() -> None:
    """§4.3"""
    assert split_text("á" * (MAX_TEXT_BYTES // 2)) == ["á" * (MAX_TEXT_BYTES // 2)]


def test_a_longer_text_is_cut_at_spaces() -> None:
    """§4.3"""
    words = " ".join(["palavra"] * 400)
    pieces = split_text(words)
    assert len(pieces) == 4
    assert "".join(pieces) == words
    assert all(piece.strip().split(" ") == ["palavra"] * len(piece.strip().split(" ")) for piece in pieces)


def test_a_text_without_spaces_is_cut_between_characters_and_never_before_a_mark() -> None:
    """§4.3"""
    text = "e\u0301" * 900
    pieces = split_text(text)
    assert "".join(pieces) == text
    assert all(len(piece.encode()) <= MAX_TEXT_BYTES for piece in pieces)
    assert all(piece[0] == "e" for piece in pieces)


def test_marks_without_end_are_cut_all_the_same() -> None:
    """§4.3: one base character with more marks than a line holds."""
    text = "e" + "\u0301" * 3000
    pieces = split_text(text)
    assert "".join(pieces) == text
    assert all(len(piece.encode()) <= MAX_TEXT_BYTES for piece in pieces)


def test_line_ends_in_a_text_separate_lines() -> None:
    """§4.3: the wire has no other way to carry them."""
    assert split_text("um\r\ndois\rtrês\n\nquatro") == ["um", "dois", "três", "", "quatro"]


def test_random_texts_are_cut_within_the_limit_and_lose_nothing() -> None:
    """§4.3"""
    seed = 4302
    print(f"seed {seed}")
    source = random.Random(seed)
    alphabet = ["a", " ", "é", "日", "👍", "\u0301", "\u200d", "\U0001f3fd", "palavra "]
    for _ in range(300):
        text = "".join(source.choices(alphabet, k=source.randrange(1500)))
        pieces = split_text(text)
        assert "".join(pieces) == text
        assert all(len(piece.encode()) <= MAX_TEXT_BYTES for piece in pieces)


def test_a_lone_surrogate_is_replaced_since_it_has_no_utf8() -> None:
    """§4.5"""
    assert split_text("a\udc80b") == ["a?b"]
