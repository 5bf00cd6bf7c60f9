"""How long to wait before the tracker is tried again (docs/protocol.md §3.1)."""

from ..limits import (
    RECONNECT_FIRST_SECONDS,
    RECONNECT_JITTER,
    RECONNECT_MOST_SECONDS,
    RECONNECT_REFUSED_MOST_SECONDS,
    RECONNECT_SETTLED_SECONDS,
)


class Backoff:
    """Delays of 1, 2, 4 … 10 s, each with jitter; after a minute of registration they start again."""

    def __init__(self) -> None:
        self._failures = 0
        self._registered_at: float | None = None

    def note_registered(self, *, now: float) -> None:
        """Note that the tracker answered; only a lasting registration starts the delays again."""
        self._registered_at = now

    def start_over(self) -> None:
        """Make the next delay the first one again: the user asked for an attempt."""
        self._failures = 0
        self._registered_at = None

    def next_delay(self, random: float, *, was_refused: bool = False, now: float) -> float:
        """Return the seconds until the next attempt.

        Args:
            random: In [0, 1); spreads the clients that one restart of a tracker threw out.
            was_refused: Whether the tracker was there, and would not have us.
            now: Seconds of the caller's monotonic clock.
        """
        if self._registered_at is not None and now - self._registered_at >= RECONNECT_SETTLED_SECONDS:
            self._failures = 0
        self._registered_at = None
        exponent = min(self._failures, 16)  # far beyond the most
        most = RECONNECT_REFUSED_MOST_SECONDS if was_refused else RECONNECT_MOST_SECONDS
        delay = min(RECONNECT_FIRST_SECONDS * 2.0**exponent, most)
        self._failures += 1
        return delay * (1 - RECONNECT_JITTER + 2 * RECONNECT_JITTER * random)
