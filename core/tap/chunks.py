"""What a reader of the wire is told: that bytes passed, and what happened to their connection."""

import enum
from dataclasses import dataclass
from typing import Final

from .lines import Direction, Role

CHUNK_BYTES: Final = 64  # that a chunk counts beside its data, so that empty and tiny ones are bounded, too


class Happening(enum.Enum):
    """What a chunk is about."""

    CONNECTED = enum.auto()
    UNREACHABLE = enum.auto()
    DATA = enum.auto()
    END_OF_STREAM = enum.auto()
    LOST = enum.auto()
    CLOSED = enum.auto()


class Link:
    """One connection, as its chunks name it."""

    __slots__ = ("is_cut_off", "local", "number", "remote", "role")

    def __init__(self, number: int, role: Role, local: str, remote: str) -> None:
        self.number: Final = number
        self.role: Final = role
        self.local: Final = local
        self.remote: Final = remote
        self.is_cut_off = False
        """Whether its first chunks are forgotten, so that a reader begins in the middle."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.number}: {self.role.value}, {self.local} to {self.remote}>"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes that passed in one go, or something that happened."""

    now: float
    """Seconds of the caller's monotonic clock."""
    wall: float
    """The same as POSIX time."""
    link: Link
    what: Happening
    direction: Direction
    data: bytes
    """Of ``LOST``, ``CLOSED`` and ``UNREACHABLE`` the reason."""
