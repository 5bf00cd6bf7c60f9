"""Bytes to lines: LF ends a line, one CR before it is dropped (docs/protocol.md §2.8).

The limits hold here, while a line is still incomplete, and not in any I/O
loop: a loop that stops reading a full buffer would never see the line end.
How the bytes were cut on their way never changes the lines.
"""

from typing import Final

_LF: Final = b"\n"
_CRLF: Final = b"\r\n"
_CR: Final = 0x0D


def cut_lines(data: bytes, max_line_bytes: int) -> tuple[list[bytes], bytes, bool]:
    """The lines in ``data`` without their ends, the incomplete rest, and whether a line is too long.

    What ``LineFramer`` does, for an owner with thousands of connections that
    keeps the rest itself: to be put in front of the next bytes. Lines from the
    first too long one on are not handed out.
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

    Driven by ``feed``. A longer line comes in pieces of at most that size, cut
    between UTF-8 characters, where ``in_pieces`` is true (docs/protocol.md §4.5);
    otherwise the framer is ``overrun`` (§2.3) and takes nothing more.
    """

    __slots__ = ("_buffer", "_in_pieces", "_max", "_searched", "overrun", "seen_line_end")

    def __init__(self, max_line_bytes: int, *, in_pieces: bool = False) -> None:
        self._max = max_line_bytes
        self._in_pieces = in_pieces
        self._buffer = bytearray()
        self._searched = 0  # so far the buffer is known to hold no LF
        self.seen_line_end = False
        """Whether the stream has shown an LF yet (§4.4)."""
        self.overrun = False
        """Whether a line went over the limit; what came before it was handed out."""

    @property
    def pending_bytes(self) -> int:
        """How many bytes wait for the end of their line."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        """Take the next bytes of the stream; returns the lines they complete."""
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
        """Look at what waits for its line end; empty if it is longer than ``max_bytes``."""
        return bytes(self._buffer).removesuffix(b"\r") if len(self._buffer) <= max_bytes else b""

    def take_rest(self) -> bytes:
        """Hand out what waits for its line end, as a line of its own (§4.4)."""
        rest = bytes(self._buffer)
        self._buffer.clear()
        self._searched = 0
        return rest.removesuffix(b"\r")

    def _content_bytes(self, end: int) -> int:
        """Length of the first line without its end; of a line still open, the least it can be."""
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
