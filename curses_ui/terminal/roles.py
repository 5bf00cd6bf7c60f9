"""What a piece of the screen is for; ``screen.py`` alone decides how each looks."""

import enum
import zlib


class Role(enum.Enum):
    """The purpose of a span of text. Colour never carries anything that the text does not say too."""

    TEXT = enum.auto()
    TIME = enum.auto()
    NAME = enum.auto()
    """Somebody's name, in the colour of its ``hue``."""
    OWN_NAME = enum.auto()
    NEWS = enum.auto()
    ERROR = enum.auto()
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
    BORDER = enum.auto()
    PANE = enum.auto()
    PANE_TITLE = enum.auto()
    PANE_CURRENT = enum.auto()
    PANE_UNREAD = enum.auto()
    PROMPT = enum.auto()
    INPUT = enum.auto()
    QUESTION = enum.auto()
    HIT = enum.auto()
    """What a search found."""


def hue_of(name: str) -> int:
    """A number that is the same for a name everywhere and always; the screen makes a colour of it."""
    return zlib.crc32(name.encode(errors="replace"))
