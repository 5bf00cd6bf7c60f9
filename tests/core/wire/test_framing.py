"""Bytes to lines, whatever the network does to them (docs/protocol.md §2.3, §2.8, §4.4, §4.5)."""

import random
from collections.abc import Sequence

import pytest

from core.wire.framing import LineFramer, cut_lines

from ..feeding import cuts, outcome_however_cut


def lines_of(chunks: Sequence[bytes], max_line_bytes: int = 8, *, in_pieces: bool = False) -> list[bytes]:
    framer = LineFramer(max_line_bytes, in_pieces=in_pieces)
    return [line for chunk in chunks for line in framer.feed(chunk)]


def lines_cut(chunks: Sequence[bytes], max_line_bytes: int = 8) -> tuple[list[bytes], bytes, bool]:
    """What an owner of ``cut_lines`` gets, who keeps the rest itself and stops at a line too long."""
    lines: list[bytes] = []
    rest = b""
    for chunk in chunks:
        more, rest, too_long = cut_lines(rest + chunk, max_line_bytes)
        lines += more
        if too_long:
            return lines, rest, True
    return lines, rest, False


_SAMPLES = [
    (b"KEEP\r\n", [b"KEEP"]),
    (b"KEEP\n", [b"KEEP"]),
    (b"\r\n\n", [b"", b""]),
    (b"a\r\r\n", [b"a\r"]),
    (b"a\rb\r\n", [b"a\rb"]),
    (b"\ra\n", [b"\ra"]),
    (b"LIST\r\nKEEP\nx", [b"LIST", b"KEEP"]),
    (b"12345678\r\n12345678\n", [b"12345678", b"12345678"]),
    ("olá\r\n\u2028\x85\x0b\r\n".encode(), ["olá".encode(), "\u2028\x85\x0b".encode()]),
    (b"", []),
    (b"KEEP\r", []),
]


@pytest.mark.parametrize("sample, expected", _SAMPLES)
def test_framer_ends_lines_at_lf_and_drops_one_cr_however_cut(sample: bytes, expected: list[bytes]) -> None:
    """§2.8: no other character ends a line."""
    assert outcome_however_cut(lines_of, sample) == expected
    whole = [line + b"\r\n" for line in expected]
    assert outcome_however_cut(lines_of, b"".join(whole), following=b"LIST\r\n") == expected


@pytest.mark.parametrize("sample, expected", _SAMPLES)
def test_cut_lines_gives_the_lines_of_the_framer_however_cut(sample: bytes, expected: list[bytes]) -> None:
    """§2.8"""
    lines, rest, too_long = outcome_however_cut(lines_cut, sample)
    assert lines == expected
    assert rest == sample[sample.rfind(b"\n") + 1 :]
    assert not too_long


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"", b"x\r\n", b"\r"])
def test_framer_is_overrun_by_one_byte_over_the_limit_even_before_the_line_end(end: bytes) -> None:
    """§2.3: what came before is handed out, what follows is not."""

    def run(chunks: Sequence[bytes]) -> tuple[list[bytes], bool, int]:
        framer = LineFramer(8)
        lines = [line for chunk in chunks for line in framer.feed(chunk)]
        return lines, framer.overrun, framer.pending_bytes

    sample = b"12345678\r\n123456789" + end
    assert outcome_however_cut(run, sample, following=b"LIST\r\n") == ([b"12345678"], True, 0)
    assert outcome_however_cut(lines_cut, sample) == ([b"12345678"], b"", True)


@pytest.mark.parametrize("end", [b"", b"\r"])
def test_framer_is_not_overrun_by_a_full_line_whose_end_is_still_to_come(end: bytes) -> None:
    """§2.3: a CR at the limit may be the line end's."""
    framer = LineFramer(8)
    assert framer.feed(b"12345678" + end) == []
    assert not framer.overrun
    assert framer.feed(b"\n") == [b"12345678"]
    assert cut_lines(b"12345678" + end, 8) == ([], b"12345678" + end, False)


def test_framer_delivers_a_long_line_in_pieces_however_cut() -> None:
    """§4.5: nothing is dropped."""
    sample = b"12345678abcdefgh!\r\nx\n"
    pieces = outcome_however_cut(lambda chunks: lines_of(chunks, in_pieces=True), sample, following=b"y\n")
    assert pieces == [b"12345678", b"abcdefgh", b"!", b"x"]


@pytest.mark.parametrize("character", ["é", "€", "🙂"])
@pytest.mark.parametrize("before", range(8))
def test_framer_cuts_no_character_in_two(character: str, before: int) -> None:
    """§4.5: pieces are cut between UTF-8 characters, wherever they stand."""
    text = "x" * before + 6 * character
    sample = text.encode() + b"\r\n"
    pieces = outcome_however_cut(lambda chunks: lines_of(chunks, in_pieces=True), sample)
    assert "".join(piece.decode() for piece in pieces) == text
    assert all(len(piece) <= 8 for piece in pieces)


def test_framer_cuts_what_is_no_utf_8_at_the_limit() -> None:
    """§4.5: a run of continuation bytes must neither loop nor grow."""
    sample = b"\x80" * 30 + b"\n"
    pieces = outcome_however_cut(lambda chunks: lines_of(chunks, in_pieces=True), sample)
    assert b"".join(pieces) == b"\x80" * 30
    assert max(map(len, pieces)) == 8


def test_framer_keeps_no_more_than_a_line_of_an_endless_one() -> None:
    """§4.5: memory stays bounded."""
    framer = LineFramer(8, in_pieces=True)
    for _ in range(1000):
        framer.feed(b"abcde")
        assert framer.pending_bytes <= 9


def test_framer_knows_whether_it_has_seen_a_line_end() -> None:
    """§4.4"""
    framer = LineFramer(8, in_pieces=True)
    framer.feed(b"123456789")
    assert not has_seen_line_end(framer)
    framer.feed(b"\n")
    assert has_seen_line_end(framer)


def has_seen_line_end(framer: LineFramer) -> bool:
    """A call, because mypy would take the attribute for constant."""
    return framer.seen_line_end


@pytest.mark.parametrize(
    "sample, rest", [(b"Oi", b"Oi"), (b"x\nOi\r", b"Oi"), (b"x\n", b""), (b"Oi\r\r", b"Oi\r")]
)
def test_framer_hands_out_the_rest_as_a_line_once(sample: bytes, rest: bytes) -> None:
    """§4.4: a CR at its end would have been a line end's."""
    for chunks in cuts(sample):
        framer = LineFramer(8)
        for chunk in chunks:
            framer.feed(chunk)
        assert framer.pending_bytes in (len(rest), len(rest) + 1)
        assert framer.take_rest() == rest
        assert framer.take_rest() == b"" and framer.pending_bytes == 0
        assert framer.feed(b"next\n") == [b"next"]


@pytest.mark.parametrize("seed", range(20))
def test_framers_agree_with_a_plain_model_on_random_streams(seed: int) -> None:
    """§2.3, §2.8, §4.5: both of them, cut at random."""
    print("seed", seed)
    chance = random.Random(seed)
    stream = bytes(chance.choice(b"ab\r\r\n\n\xc3\xa9") for _ in range(300))
    chunks, at = [], 0
    while at < len(stream):
        size = chance.randint(1, 40)
        chunks.append(stream[at : at + size])
        at += size
    for limit in (2, 5, 300):
        expected = []
        for line in stream.split(b"\n")[:-1]:
            content = line.removesuffix(b"\r")
            if len(content) > limit:
                break
            expected.append(content)
        assert lines_of(chunks, limit) == lines_cut(chunks, limit)[0] == expected
        pieces = lines_of(chunks, limit, in_pieces=True)
        joined = b"".join(pieces)
        assert joined == b"".join(line.removesuffix(b"\r") for line in stream.split(b"\n"))[: len(joined)]
