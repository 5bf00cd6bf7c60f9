"""One line of the wire as people see it: who, when, which bytes, how it ended, and what it was taken for."""

import enum
import re
from dataclasses import dataclass
from typing import Final


class Role(enum.Enum):
    """What the other side of a connection is to us."""

    TRACKER = "tracker"
    """We are its client."""
    CLIENT = "client"
    """We are its tracker."""
    CALLED = "called"
    """A peer that we dialled."""
    CALLER = "caller"
    """A peer that dialled us."""


class Direction(enum.Enum):
    """Which way a line went."""

    SENT = ">"
    RECEIVED = "<"
    NEITHER = "*"
    """A fact about the connection as a whole."""


class Ending(enum.Enum):
    """How a line ended."""

    CRLF = "CRLF"
    LF = "LF"
    NONE = "none"
    """It has no end yet, or the stream ended behind it."""
    QUIET = "quiet-0.25s"
    """Nothing came for 0.25 s, which counts as an end (docs/protocol.md §4.4)."""
    LONG_QUIET = "quiet-1s"
    """Nothing came for 1 s, after a ``USER`` that had its line end (docs/protocol.md §4.4)."""
    NOT_A_LINE = "-"


class Taken(enum.Enum):
    """What a line was taken for, or what happened to the connection."""

    USER = "USER"
    LIST = "LIST"
    KEEP = "KEEP"
    ADDR = "ADDR"
    DISC = "DISC"
    TEXT = "text"
    NOTHING = "nothing"
    """It is ignored."""
    LATE_END = "late-end"
    """The line end of a line that quiet has ended already (docs/protocol.md §4.4)."""
    WAITS = "waits"
    """A tracker takes no line before its end is there (docs/protocol.md §2.8)."""
    CONNECTED = "connected"
    UNREACHABLE = "unreachable"
    """The connection could not be made."""
    END_OF_STREAM = "end"
    """One side ended its stream, in order."""
    LOST = "lost"
    """The connection broke."""
    CLOSED = "closed"
    """We are done with the connection."""


CONNECTION_FACTS: Final = frozenset(
    {Taken.CONNECTED, Taken.UNREACHABLE, Taken.END_OF_STREAM, Taken.LOST, Taken.CLOSED}
)


class Note(enum.Enum):
    """What else there is to say about a line."""

    GUARDED = "guarded"
    """A text that would look like an instruction without its U+2060 (docs/protocol.md §4.3)."""
    NOT_UTF8 = "not-utf8"
    """Read as Windows-1252 (docs/protocol.md §4.5)."""
    GLUED = "glued"
    """Two instructions with no line end between them."""
    JOINED = "joined"
    """The rest of a line whose beginning stands further up, where it waits."""
    PIECE = "piece"
    """Part of a line that is longer than the limit (docs/protocol.md §4.5)."""
    TOO_LONG = "too-long"
    """Beyond the limit, which ends the connection (docs/protocol.md §2.3, §3.6)."""
    UNFIT = "unfit"
    """A ``USER`` with a name or a port that a tracker refuses (docs/protocol.md §2.2)."""
    NOT_REGISTERED = "not-registered"
    """No ``USER`` came before it (docs/protocol.md §2.3)."""
    NO_USER = "no-user"
    """The first line of a caller, without a ``USER`` (docs/protocol.md §4.1)."""
    BARE_NAME = "bare-name"
    """The first line of a caller, which is only a name (docs/protocol.md §4.1)."""
    CUT_NAME = "cut-name"
    """Nobody has this name, and somebody has one that begins with it and a space."""
    BYE = "bye"
    """``/bye``, which counts as ``DISC`` (docs/protocol.md §4.2)."""
    NO_DISC = "no-disc"
    """Nobody said ``DISC`` on this connection (docs/protocol.md §4.6)."""


@dataclass(frozen=True, slots=True)
class WireLine:
    """One instruction or text on a connection, or something that happened to the connection."""

    wall: float
    """When, in seconds of POSIX time: of its last byte."""
    connection: int
    local: str
    """Our end, ``host:port``."""
    direction: Direction
    remote: str
    """The other end, ``host:port``."""
    role: Role
    name: str
    """Of the other side, as far as the wire has shown it; empty if it has not. May hold anything that was sent."""
    size_bytes: int
    """Without the line end."""
    ending: Ending
    taken: Taken
    notes: tuple[Note, ...] = ()
    data: bytes = b""
    """The line without its end, cut to ``MAX_DATA_BYTES``; of a fact about the connection, the reason."""

    @property
    def text(self) -> str:
        """The line with everything that cannot be shown as an escape; printable characters only."""
        return escape(self.data)


MAX_DATA_BYTES: Final = 8 * 1024  # kept of one line: more than an honest text has, and than anybody reads

_SHORT_ESCAPES: Final = {"\\": "\\\\", "\t": "\\t", "\r": "\\r", "\n": "\\n"}
_ESCAPED: Final = r"\\(?:\\|t|r|n|x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))|[^\\]+|\\"


def escape(data: bytes) -> str:
    r"""Bytes as printable text; ``unescape`` undoes it exactly.

    Control characters and bytes that are no UTF-8 become ``\x1b``, other characters that
    cannot be seen ``\u2060`` or ``\U000e0041``, a backslash two.
    """
    text = data.decode(errors="surrogateescape")
    if text.isprintable() and "\\" not in text:
        return text
    return "".join(
        character if character.isprintable() and character != "\\" else _escape_character(character)
        for character in text
    )


def _escape_character(character: str) -> str:
    short = _SHORT_ESCAPES.get(character)
    if short is not None:
        return short
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"  # a byte that is no UTF-8
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def unescape(text: str) -> bytes:
    """The bytes that ``escape`` wrote as ``text``; what is no escape stands for itself."""
    return b"".join(_unescape_match(match) for match in re.finditer(_ESCAPED, text))


def _unescape_match(match: re.Match[str]) -> bytes:
    byte, short, long = match.groups()
    if byte is not None:
        return bytes([int(byte, 16)])
    code = short or long
    if code is not None:
        number = int(code, 16)
        return (chr(number) if number <= 0x10FFFF else "\ufffd").encode(errors="replace")
    piece = match[0]
    for character, written in _SHORT_ESCAPES.items():
        if piece == written:
            return character.encode()
    return piece.encode(errors="surrogateescape")
