"""Bytes to lines, where there is no screen."""

from typing import Final

MAX_LINE_BYTES: Final = 1024 * 1024  # what is longer is taken as several lines


class LineDecoder:
    """Cuts the input into lines. Driven by received bytes; after each input, call ``take_lines``."""

    def __init__(self, encoding: str) -> None:
        """Begin with nothing received; bytes that ``encoding`` does not know become replacement characters."""
        self._encoding: Final = encoding
        self._pending = bytearray()
        self._lines: list[str] = []

    def receive_data(self, data: bytes) -> None:
        """Feed bytes, cut anywhere."""
        self._pending += data
        *lines, rest = self._pending.split(b"\n")
        self._pending = rest
        if len(rest) > MAX_LINE_BYTES:
            lines.append(rest)
            self._pending = bytearray()
        self._lines += [self._decode(line) for line in lines]

    def receive_eof(self) -> None:
        """Note the end: what stands there without a line end is a line."""
        if self._pending:
            self._lines.append(self._decode(self._pending))
            self._pending = bytearray()

    def take_lines(self) -> list[str]:
        """The lines that are whole, each once."""
        lines, self._lines = self._lines, []
        return lines

    def _decode(self, line: bytearray) -> str:
        return line.removesuffix(b"\r").decode(self._encoding, "replace")
