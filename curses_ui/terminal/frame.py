"""A picture of the screen as a value: what ``render`` makes and ``screen`` draws."""

import enum
import zlib
from dataclasses import dataclass
from typing import NamedTuple

from ..text.cells import clip, drawable, text_width


# Roles

class Role(enum.Enum):
    """The purpose of a span of text. Colour never carries anything that the text does not say too."""

    TEXT = enum.auto()
    TIME = enum.auto()
    NAME = enum.auto()
    """Somebody's name, in the colour of its ``hue``."""
    OWN_NAME = enum.auto()
    NEWS = enum.auto()
    COMMAND = enum.auto()
    """What can be typed, in a help text."""
    ERROR = enum.auto()
    """The sign before what did not work."""
    UNSENT = enum.auto()
    """The mark of a text that did not arrive, or may not have."""
    RULE = enum.auto()
    """A day's beginning."""
    NEW_RULE = enum.auto()
    """Where the unread texts begin."""
    BAR = enum.auto()
    """Header and status bar."""
    BAR_ALERT = enum.auto()
    """The part of a bar that wants attention."""
    BAR_CURRENT = enum.auto()
    """The peer on the screen, among the others in the status bar."""
    BORDER = enum.auto()
    PANE = enum.auto()
    PANE_TITLE = enum.auto()
    PANE_CURRENT = enum.auto()
    PANE_UNREAD = enum.auto()
    PROMPT = enum.auto()
    INPUT = enum.auto()
    QUESTION = enum.auto()
    WIRE_ACTION = enum.auto()
    """What happened to a connection: green, as in the assignment."""
    WIRE_PROTOCOL = enum.auto()
    """An instruction on the wire: red."""
    WIRE_TYPED = enum.auto()
    """A message on its way out: blue. One that came in is plain."""
    HIT = enum.auto()
    """What a search found."""


def hue_of(name: str) -> int:
    """Return a number for a name, the same on every machine; ``colours`` makes a colour of it."""
    return zlib.crc32(name.encode(errors="replace"))


# Frames


class Span(NamedTuple):
    """A piece of one line that looks the same all over."""

    text: str
    """Printable characters only."""
    role: Role
    hue: int = 0
    """From ``hue_of``; only for ``Role.NAME``."""


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


# Spans in rows of an exact width


def line_width(line: Line) -> int:
    """Return how many cells the spans take together."""
    return sum(text_width(span.text) for span in line)


def fit(line: Line, cells: int, fill: Role) -> Line:
    """Return the spans in exactly ``cells``: cut where they are too long, then filled with spaces."""
    fitted: list[Span] = []
    room = max(0, cells)
    for span in line:
        text = drawable(span.text)
        width = text_width(text)
        if width > room:
            text = clip(text, room)
            room -= text_width(text)
            fitted.append(Span(text, span.role, span.hue))
            break
        fitted.append(span if text == span.text else Span(text, span.role, span.hue))
        room -= width
    if room:
        fitted.append(Span(" " * room, fill))
    return tuple(span for span in fitted if span.text)


def spread(left: Line, right: Line, cells: int, fill: Role) -> Line:
    """Return two groups of spans at the two ends of a row; if both do not fit, without the right one."""
    gap = cells - line_width(left) - line_width(right)
    if gap < 0:
        return fit(left, cells, fill)
    return fit((*left, Span(" " * gap, fill), *right), cells, fill)
