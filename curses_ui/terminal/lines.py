"""Bytes to lines, where there is no screen."""

from collections import deque
from typing import Final

MAX_TYPED_LINE_BYTES: Final = 1024 * 1024  # what is longer is taken as several lines


class LineDecoder:
    """Cuts the input into lines, in ``lines`` until somebody takes them out."""

    def __init__(self, encoding: str) -> None:
        """Begin with nothing received; bytes that ``encoding`` does not know become replacement characters."""
        self._encoding: Final = encoding
        self._pending = bytearray()
        self.lines: Final[deque[str]] = deque()
        """Those that are whole, without their ends."""

    def receive_data(self, data: bytes) -> None:
        """Feed bytes, cut anywhere."""
        self._pending += data
        *lines, rest = self._pending.split(b"\n")
        self._pending = rest
        if len(rest) > MAX_TYPED_LINE_BYTES:
            lines.append(rest)
            self._pending = bytearray()
        self.lines.extend(self._decode(line) for line in lines)

    def receive_eof(self) -> None:
        """Note the end: what stands there without a line end is a line."""
        if self._pending:
            self.lines.append(self._decode(self._pending))
            self._pending = bytearray()

    def _decode(self, line: bytearray) -> str:
        return line.removesuffix(b"\r").decode(self._encoding, "replace")
