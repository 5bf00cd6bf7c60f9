"""Chat text on the wire: what is typed arrives as text (docs/protocol.md §4.2, §4.3, §4.5)."""

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
    """Make a text that looks like an instruction arrive as text; ``unguard`` undoes it exactly.

    The test looks behind guards already there, so a text that was typed with
    one is given another and keeps its own.
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
        return codecs.charmap_decode(line, "strict", _WINDOWS_1252)[0]
    rest = line.lstrip(_CONTINUATION_BYTES)
    is_end_of_character = 1 <= len(line) - len(rest) <= 3
    return "\ufffd" + rest.decode(errors="replace") if is_end_of_character else line.decode(errors="replace")


_UTF8_DECODER: Final = codecs.getincrementaldecoder("utf-8")
_CONTINUATION_BYTES: Final = bytes(range(0x80, 0xC0))
_SEVERAL_BYTES: Final = re.compile("[^\0-\x7f\udc80-\udcff]")  # surrogateescape makes U+DC80 to U+DCFF of other bytes
# Python's own table leaves five bytes undefined; here they are Latin-1 controls.
_WINDOWS_1252: Final = "".join(bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in range(256))


def split_text(text: str, max_bytes: int = MAX_TEXT_BYTES) -> list[str]:
    """One typed text as the texts that go out, each at most ``max_bytes`` of UTF-8 (§4.3).

    Line ends separate them, since the wire has no other way to carry a line
    end. Longer rows are cut behind a space where one is near enough, otherwise
    between characters, never before a combining mark. Joined again, the pieces
    of a row are the row.
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
    """How many characters of ``row`` fit in ``max_bytes``; at least one."""
    head = row[:max_bytes].encode()[:max_bytes]
    return max(1, len(head.decode(errors="ignore")))


def _before_marks(row: str, cut: int) -> int:
    """Move a cut left, out of a cluster of base and marks; clusters that fill the piece are cut."""
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
