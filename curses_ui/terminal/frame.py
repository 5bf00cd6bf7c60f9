"""A picture of the screen as a value: what ``render`` makes and ``screen`` draws."""

from dataclasses import dataclass

from .roles import Role


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of one line that looks the same all over."""

    text: str
    """Printable characters only."""
    role: Role
    hue: int = 0
    """For ``Role.NAME``: see ``hue_of``."""


Line = tuple[Span, ...]
"""One row of the screen, from its left edge to its right one."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The whole screen."""

    lines: tuple[Line, ...]
    """From the top; as many as the screen has rows, each exactly as many cells as it has columns."""
    cursor: tuple[int, int] | None
    """Row and column, from 0; None: hidden."""
    title: str
    """For the terminal's title."""

    def text(self) -> str:
        """The picture without roles, one line of text per row."""
        return "\n".join("".join(span.text for span in line) for line in self.lines)
