"""How many descriptors this process may have, and what the last ones are kept for."""

import os
from typing import Final

from .system import MOST_WATCHED, descriptor_limit

RESERVED_DESCRIPTORS: Final = 32
"""Of a client: kept for what it listens on and writes to, for its tracker, and for calls of its own."""

RESERVED_FROM_CALLERS: Final = 12
"""Of a client: with fewer free, no caller is accepted at all. The tracker's connection, eight look-ups of names
and some calls still find one, whatever else the same program does: it may run a tracker for others."""


def raise_descriptor_limit() -> int | None:
    """Ask for as many descriptors as the system allows; return how many, None if there is no limit."""
    return descriptor_limit(raise_it=True)


def most_connections(most: int) -> int:
    """Return how many connections a client may have: ``most``, or fewer if descriptors are scarce; at least 1."""
    limit = MOST_WATCHED or descriptor_limit()
    return most if limit is None else max(1, min(most, limit - RESERVED_DESCRIPTORS))


def are_free(count: int) -> bool:
    """Return whether at least ``count`` descriptors are free."""
    limit = descriptor_limit()
    if limit is None:
        return True
    try:
        lowest_free = os.open(os.devnull, os.O_RDONLY)
    except OSError:  # there is none at all
        return False
    os.close(lowest_free)
    return limit - lowest_free >= count
