"""Bytes to lines: LF ends a line, one CR before it is dropped (docs/protocol.md §2.8).

The limits apply here, while a line is still incomplete, and not in an I/O
loop: a loop that stops reading a full buffer would never see the line end.
The lines do not depend on how the network cut the bytes.
"""

from typing import Final

_LF: Final = b"\n"
_CRLF: Final = b"\r\n"
_CR: Final = 0x0D


def cut_lines(data: bytes, max_line_bytes: int) -> tuple[list[bytes], bytes, bool]:
    """Return the lines in ``data`` without their ends, the incomplete rest, and whether a line is too long.

    The same as ``LineFramer``, without an object for each of thousands of
    connections: the caller keeps the rest, and puts it before the next bytes. The
    first line that is too long, and all that follow it, are not returned.
    """
    if len(data) <= max_line_bytes:  # the usual case: no line can be too long
        lines = data.replace(_CRLF, _LF).split(_LF)
        rest = lines.pop()
        return lines, rest, False
    lines = data.split(_LF)
    whole: list[bytes] = []
    rest = lines.pop()
    for line in lines:
        content = line.removesuffix(b"\r")
        if len(content) > max_line_bytes:
            return whole, b"", True
        whole.append(content)
    if len(rest.removesuffix(b"\r")) > max_line_bytes:
        return whole, b"", True
    return whole, rest, False


class LineFramer:
    """Splits a stream into lines of at most ``max_line_bytes``, without their ends.

    If ``in_pieces`` is true, a longer line comes in pieces of at most that size,
    cut between UTF-8 characters (docs/protocol.md §4.5). Otherwise the framer is
    ``overrun`` (§2.3), and ignores further bytes.
    """

    __slots__ = ("_buffer", "_in_pieces", "_max", "_searched", "overrun", "seen_line_end")

    def __init__(self, max_line_bytes: int, *, in_pieces: bool = False) -> None:
        self._max = max_line_bytes
        self._in_pieces = in_pieces
        self._buffer = bytearray()
        self._searched = 0  # there is no LF before this place
        self.seen_line_end = False
        """Whether there was an LF in the stream yet (§4.4)."""
        self.overrun = False
        """Whether a line was longer than the limit; the lines before it were returned."""

    @property
    def pending_bytes(self) -> int:
        """The number of bytes of the incomplete line."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        """Take the next bytes of the stream; return the lines that they complete."""
        lines: list[bytes] = []
        if self.overrun:
            return lines
        buffer = self._buffer
        buffer += data
        while True:
            end = buffer.find(_LF, self._searched)
            content = self._content_bytes(end)
            if content > self._max:
                if not self._in_pieces:
                    self.overrun = True
                    buffer.clear()
                    return lines
                lines.append(self._cut_piece())
                continue
            if end < 0:
                self._searched = len(buffer)
                return lines
            lines.append(bytes(buffer[:content]))
            del buffer[: end + 1]
            self._searched = 0
            self.seen_line_end = True

    def peek_rest(self, max_bytes: int) -> bytes:
        """Return the incomplete line; empty if it is longer than ``max_bytes``."""
        return bytes(self._buffer).removesuffix(b"\r") if len(self._buffer) <= max_bytes else b""

    def take_rest(self) -> bytes:
        """Remove and return the incomplete line, as if it had ended (§4.4)."""
        rest = bytes(self._buffer)
        self._buffer.clear()
        self._searched = 0
        return rest.removesuffix(b"\r")

    def _content_bytes(self, end: int) -> int:
        """Return the length of the first line without its end; of an incomplete line, the least possible."""
        length = end if end >= 0 else len(self._buffer)
        if length > 0 and self._buffer[length - 1] == _CR:
            return length - 1  # part of the line end, or soon to be
        return length

    def _cut_piece(self) -> bytes:
        buffer = self._buffer
        cut = self._max
        # A UTF-8 character has at most three continuation bytes; longer runs are no UTF-8.
        while cut > max(1, self._max - 3) and buffer[cut] & 0xC0 == 0x80:
            cut -= 1
        if buffer[cut] & 0xC0 == 0x80:
            cut = self._max
        piece = bytes(buffer[:cut])
        del buffer[:cut]
        self._searched = 0
        return piece
