"""How each role looks, by the number of colours; without colours, attributes tell the roles apart.

The background stays the terminal's own. The colours for names stand out from
white and from black alike (contrast of at least 3:1 to both).
"""

from dataclasses import dataclass, replace
from typing import Final

from .frame import Role

DEFAULT: Final = -1
"""The terminal's own foreground."""

RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN = range(1, 7)

NAME_COLOURS_8: Final = (RED, BLUE, MAGENTA)
"""Of the first 8 colours, those that can be read on white, whatever the terminal makes of them."""
NAME_COLOURS_256: Final = (
    *(131, 160, 167, 166, 130, 137, 136, 100),
    *(64, 28, 29, 30, 31, 32, 33, 67),
    *(27, 69, 63, 99, 135, 165, 163, 198),
)


@dataclass(slots=True)
class Look:
    """How a span is drawn."""

    colour: int = DEFAULT
    bold: bool = False
    dim: bool = False
    reverse: bool = False
    underline: bool = False


_READABLE: Final = {RED: 160, GREEN: 28, BLUE: 33, MAGENTA: 164, CYAN: 30}
"""Shades of the same that stand out from white and from black."""
_PALE: Final = frozenset({CYAN})
"""Of the first 8 colours, hard to read on white, whatever the terminal makes of them."""

_PLAIN: Final = Look()
_LOOKS: Final = {
    Role.TEXT: _PLAIN,
    Role.TIME: Look(dim=True),
    Role.NAME: Look(),
    Role.OWN_NAME: Look(bold=True),
    Role.NEWS: Look(dim=True),
    Role.COMMAND: Look(bold=True),
    Role.ERROR: Look(RED, bold=True),
    Role.UNSENT: Look(RED, underline=True),
    Role.RULE: Look(CYAN),
    Role.NEW_RULE: Look(MAGENTA, bold=True),
    Role.BAR: Look(reverse=True),
    Role.BAR_ALERT: Look(bold=True, reverse=True),
    Role.BAR_CURRENT: Look(reverse=True, underline=True),
    Role.BORDER: _PLAIN,
    Role.PANE: _PLAIN,
    Role.PANE_TITLE: Look(bold=True),
    Role.PANE_CURRENT: Look(reverse=True),
    Role.PANE_UNREAD: Look(bold=True),
    Role.PROMPT: Look(bold=True),
    Role.INPUT: _PLAIN,
    Role.QUESTION: Look(bold=True, reverse=True),
    Role.WIRE_ACTION: Look(GREEN),
    Role.WIRE_PROTOCOL: Look(RED),
    Role.WIRE_TYPED: Look(BLUE),
    Role.HIT: Look(reverse=True),
}


def look_of(role: Role, hue: int, colours: int) -> Look:
    """How to draw a role.

    Args:
        role: What the span is for.
        hue: Of a name, from ``frame.hue_of``.
        colours: How many the terminal has; fewer than 8 count as none.
    """
    look = _LOOKS[role]
    if colours < 8:
        return replace(look, colour=DEFAULT)
    if role is Role.NAME:
        return Look(name_colour(hue, colours))
    if colours >= 256:
        return replace(look, colour=_READABLE.get(look.colour, DEFAULT))
    return replace(look, colour=DEFAULT) if look.colour in _PALE else look


def name_colour(hue: int, colours: int) -> int:
    """Return the colour of a name, the same on every screen with this number of colours."""
    names = NAME_COLOURS_256 if colours >= 256 else NAME_COLOURS_8
    return names[hue % len(names)]
