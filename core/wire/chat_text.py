"""Chat text on the wire: it arrives as it was typed (docs/protocol.md §4.2, §4.3, §4.5)."""

import codecs
import re
import unicodedata
from typing import Final

from ..limits import MAX_TEXT_BYTES

GUARD: Final = "\u2060"  # word joiner: invisible, and no known client takes what follows for an instruction
FAREWELL_WORD: Final = "DISC"
_FAREWELLS: Final = frozenset({FAREWELL_WORD, "/bye"})
_RESERVED_STARTS: Final = ("DISC", "USER", "LIST", "KEEP", "ADDR", "/bye")
_ZERO_WIDTH_JOINER: Final = "\u200d"


def is_farewell(text: str) -> bool:
    """Whether a received line ends the conversation; spaces around it do not count (§4.2)."""
    return text.strip(" ") in _FAREWELLS


def guard(text: str) -> str:
    """Mark a text that looks like an instruction, so that it arrives as text; ``unguard`` removes the marks.

    The check ignores word joiners at the edges. So a text that was typed with one
    gets another, and keeps its own.
    """
    if _starts_reserved(text):
        text = GUARD + text
    if _ends_reserved(text):
        text += GUARD
    return text


def unguard(text: str) -> str:
    """Undo ``guard`` on a received text."""
    if text.startswith(GUARD) and _starts_reserved(text):
        text = text[1:]
    if text.endswith(GUARD) and _ends_reserved(text):
        text = text[:-1]
    return text


def _starts_reserved(text: str) -> bool:
    return text.lstrip(GUARD + " ").startswith(_RESERVED_STARTS)


def _ends_reserved(text: str) -> bool:
    return text.rstrip(GUARD).endswith(FAREWELL_WORD)


def decode(line: bytes) -> str:
    """Return a received line as text: UTF-8, or Windows-1252 as some consoles send it (§4.5).

    Other programs cut lines at a number of bytes, and so inside characters. A
    line that holds a character of several bytes, or breaks off inside one, is
    UTF-8 all the same; what is damaged in it becomes U+FFFD.
    """
    try:
        return line.decode()
    except UnicodeDecodeError:
        pass
    decoder = _UTF8_DECODER("surrogateescape")
    text = decoder.decode(line)
    begun, _ = decoder.getstate()
    if len(begun) < 2 and not _SEVERAL_BYTES.search(text):
        return line.decode("latin-1").translate(_WINDOWS_1252)
    rest = line.lstrip(_CONTINUATION_BYTES)
    is_end_of_character = 1 <= len(line) - len(rest) <= 3
    return "\ufffd" + rest.decode(errors="replace") if is_end_of_character else line.decode(errors="replace")


_UTF8_DECODER: Final = codecs.getincrementaldecoder("utf-8")
_CONTINUATION_BYTES: Final = bytes(range(0x80, 0xC0))
_SEVERAL_BYTES: Final = re.compile("[^\0-\x7f\udc80-\udcff]")  # surrogateescape makes U+DC80 to U+DCFF of other bytes
# Python's own table leaves five bytes undefined; here they are Latin-1 controls.
_WINDOWS_1252: Final = "".join(bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in range(256))


def split_text(text: str, max_bytes: int = MAX_TEXT_BYTES) -> list[str]:
    """Split a typed text into the texts that go out, each at most ``max_bytes`` of UTF-8 (§4.3).

    The wire cannot carry a line end, so each row of the text is one text. A longer
    row is cut after a space if there is one near the limit, else between characters,
    and not before a combining mark. The pieces of a row, joined, are the row.
    """
    text = text.encode(errors="replace").decode()  # a lone surrogate has no UTF-8
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [piece for row in rows for piece in _split_row(row, max_bytes)]


def _split_row(row: str, max_bytes: int) -> list[str]:
    pieces: list[str] = []
    at = 0
    while True:
        rest = row[at : at + max_bytes + 1]  # at least one character more than fits
        if len(rest) <= max_bytes and len(rest.encode()) <= max_bytes:
            return [*pieces, rest]
        fits = _characters_within(rest, max_bytes)
        space = rest.rfind(" ", 0, fits)
        cut = space + 1 if space > fits // 2 else _before_marks(rest, fits)
        pieces.append(rest[:cut])
        at += cut


def _characters_within(row: str, max_bytes: int) -> int:
    """Return how many characters of ``row`` fit into ``max_bytes``; at least one."""
    head = row[:max_bytes].encode()[:max_bytes]
    return max(1, len(head.decode(errors="ignore")))


def _before_marks(row: str, cut: int) -> int:
    """Move a cut to the left, before a character with its marks, unless these fill half the piece."""
    at = cut
    while at > cut // 2:
        if not _joins(row[at - 1], row[at]):
            return at
        at -= 1
    return cut


def _joins(left: str, right: str) -> bool:
    return (
        unicodedata.category(right).startswith("M")
        or right == _ZERO_WIDTH_JOINER
        or left == _ZERO_WIDTH_JOINER
        or "\U0001f3fb" <= right <= "\U0001f3ff"  # skin tones
    )
