"""The signs of our own on the screen, and what stands for them where only ASCII can be drawn."""

from dataclasses import dataclass
from typing import Final

from ..line.line_edit import NEWLINE_SIGN

_PICTURES: Final = {0x2400 + code: f"^{chr(code + 64)}" for code in range(32)}
_SUBSTITUTES: Final = _PICTURES | {
    0x2421: "^?",
    0x2424: "^J",
    ord("\N{REPLACEMENT CHARACTER}"): "?",
    ord("\N{MIDDLE DOT}"): ".",
    ord("\N{HORIZONTAL ELLIPSIS}"): "...",
}


@dataclass(slots=True)
class Glyphs:
    """One set of signs; each takes one cell, ``not_sent`` two with its space."""

    rule: str
    border: str
    ellipsis: str
    newline: str
    not_sent: str
    new_emoji: str
    """Two cells, for an emoji whose width on the terminal is not known."""
    is_ascii: bool

    def text(self, text: str) -> str:
        """A clean text with the signs in it that ``clean`` or a translation brought along."""
        return text.translate(_SUBSTITUTES) if self.is_ascii and not text.isascii() else text


UNICODE: Final = Glyphs("─", "│", "…", NEWLINE_SIGN, "✗ ", "〓", is_ascii=False)
ASCII: Final = Glyphs("-", "|", "+", "\\", "x ", "[]", is_ascii=True)


def glyphs_for(ascii_only: bool) -> Glyphs:
    """The set to draw with."""
    return ASCII if ascii_only else UNICODE
