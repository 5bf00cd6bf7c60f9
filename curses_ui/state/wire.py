"""What the window of the wire shows, and how it folds."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from core.tap import Role, WireLine

WIRE_CHAT: Final = 0
"""Holds the number of the window among those of conversations, which begin at 1."""
REPEATS_SEEN: Final = 3
"""A ``KEEP``, a ``LIST`` and its reply count in their earlier lines, if those are the latest ones."""


@dataclass(slots=True)
class Repeat:
    """One of the latest lines, and how often it came."""

    key: tuple[object, ...]
    entry: int
    """The number of its entry."""
    count: int = 1


@dataclass(slots=True, eq=False)
class WireView:
    """The window of the wire, while there is one."""

    number: int
    """Of the window."""
    only: str = ""
    """The name, or the address, whose connections are shown; empty for all."""
    chosen: set[tuple[bool, int]] = field(default_factory=set)
    """Connections that are shown, where not all are."""
    unnamed: dict[tuple[bool, int], list[WireLine]] = field(default_factory=dict)
    """The first lines of connections of which it is not known yet who is at the other end."""
    hidden_links: set[tuple[bool, int]] = field(default_factory=set)
    """Connections of our own client with the tracker inside this program: their lines are there once already."""
    repeats: deque[Repeat] = field(default_factory=lambda: deque(maxlen=REPEATS_SEEN))
    second: int = 0
    """The second in which ``count`` lines came."""
    count: int = 0
    folded: int = 0
    """Lines in the fold that is open; 0 if none is."""
    fold: int = 0
    """The number of the entry that tells of it."""
    told_of_own_tracker: bool = False
    hit: int | None = None
    """The number of the entry that the latest search has found, for ``/wire ?`` while it is in view."""

    def link_of(self, line: WireLine) -> tuple[bool, int]:
        """What tells connections apart: a tracker inside this program has numbers of its own."""
        return (line.role is Role.CLIENT, line.connection)
