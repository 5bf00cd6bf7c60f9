"""POSIX time as the user's own time of day, by the offsets from UTC that the driver reports."""

import bisect
from datetime import datetime, timedelta, timezone
from typing import Final

_LAST_WALL: Final = 253_370_000_000.0  # in the year 9998: beyond it there are no dates


class LocalClock:
    """Knows which offset from UTC was in force when, so that what was said keeps its time of day."""

    def __init__(self, offset_seconds: int = 0) -> None:
        """Begin with one offset, in force since ever and until ``note``."""
        self._since: list[float] = []
        self._zones: list[timezone] = [_zone(offset_seconds)]

    def note(self, wall: float, offset_seconds: int) -> None:
        """Note the offset that is in force from ``wall`` (POSIX time) on."""
        zone = _zone(offset_seconds)
        if zone != self._zones[-1]:
            while self._since and self._since[-1] >= wall:  # the system's clock was put back
                self._since.pop()
                self._zones.pop()
            self._since.append(wall)
            self._zones.append(zone)

    def at(self, wall: float) -> datetime:
        """The local time at ``wall`` (POSIX time), with the offset of that time."""
        zone = self._zones[bisect.bisect_right(self._since, wall)]
        return datetime.fromtimestamp(min(max(0.0, wall), _LAST_WALL), zone)


def _zone(offset_seconds: int) -> timezone:
    return timezone(timedelta(seconds=max(-86_399, min(offset_seconds, 86_399))))
