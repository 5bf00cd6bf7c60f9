"""Limits on log lines that clients cause, so that no client can fill the disk."""

from typing import Final

PERIOD_SECONDS: Final = 10.0
MAX_LINES_OF_CONNECTION: Final = 20  # of one kind in a period: people cause two or three
MAX_LINES_OF_KIND: Final = 1000  # of all connections in a period: some 10 KB/s


class LineLimits:
    """Counts lines by kind and connection during a period, and what was left out of the log.

    The first line opens a period. The first line behind its end opens the next one.
    """

    def __init__(self, of_connection: int = MAX_LINES_OF_CONNECTION, of_kind: int = MAX_LINES_OF_KIND) -> None:
        """Begin with no lines; the numbers are how many of one kind may be written in a period."""
        self._most_of_connection: Final = of_connection
        self._most_of_kind: Final = of_kind
        self._period_ends_at = float("-inf")
        self._of_kind: dict[str, int] = {}
        self._of_connection: dict[tuple[str, int], int] = {}  # as large as what was admitted
        self._suppressed: dict[str, int] = {}

    @property
    def period_ends_at(self) -> float:
        """When the counts start again, in seconds of the caller's clock."""
        return self._period_ends_at

    def admits(self, kind: str, connection: int | None, *, now: float) -> bool:
        """Count a line; return whether it may be written.

        Args:
            kind: The event of the line.
            connection: The number of the connection that caused the line; None if it is unknown.
            now: Seconds of the caller's monotonic clock.
        """
        if now >= self._period_ends_at:
            self._period_ends_at = now + PERIOD_SECONDS
            self._of_kind.clear()
            self._of_connection.clear()
        of_kind = self._of_kind.get(kind, 0)
        if of_kind >= self._most_of_kind:
            return self._suppress(kind)
        if connection is not None:
            key = (kind, connection)
            of_connection = self._of_connection.get(key, 0)
            if of_connection >= self._most_of_connection:
                return self._suppress(kind)
            self._of_connection[key] = of_connection + 1
        self._of_kind[kind] = of_kind + 1
        return True

    def _suppress(self, kind: str) -> bool:
        self._suppressed[kind] = self._suppressed.get(kind, 0) + 1
        return False

    def take_suppressed(self) -> dict[str, int]:
        """Return how many lines of each kind were left out since the last call."""
        suppressed, self._suppressed = self._suppressed, {}
        return suppressed
