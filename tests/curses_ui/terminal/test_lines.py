"""Bytes to lines, where there is no screen."""

import pytest

from curses_ui.terminal.lines import MAX_TYPED_LINE_BYTES, LineDecoder


def decoded(*pieces: bytes, encoding: str = "utf-8", ended: bool = True) -> list[str]:
    decoder = LineDecoder(encoding)
    for piece in pieces:
        decoder.receive_data(piece)
    if ended:
        decoder.receive_eof()
    return list(decoder.lines)


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_where_the_bytes_were_cut_changes_nothing(size: int) -> None:
    data = "um\r\ndois é\n\n日本".encode()
    assert decoded(*(data[at : at + size] for at in range(0, len(data), size))) == ["um", "dois é", "", "日本"]


def test_a_line_without_its_end_is_one_at_the_end_only() -> None:
    assert decoded(b"um\ndois", ended=False) == ["um"]
    assert decoded(b"um\n") == ["um"]


def test_odd_bytes_become_replacement_characters() -> None:
    assert decoded(b"a\xffb\n") == ["a\ufffdb"]
    assert decoded(b"caf\xe9\n", encoding="latin-1") == ["café"]


def test_what_is_endless_is_cut() -> None:
    lines = decoded(b"x" * (MAX_TYPED_LINE_BYTES + 1), b"y")
    assert [len(line) for line in lines] == [MAX_TYPED_LINE_BYTES + 1, 1]
