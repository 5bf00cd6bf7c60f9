"""Deadlines of many parts of a node; the nearest is known without a scan."""

import heapq
from typing import Generic, TypeVar

Key = TypeVar("Key")


class TimerQueue(Generic[Key]):
    """One deadline for each key, kept in a heap.

    A deadline that moves later keeps its old place; the owner arms it again when
    that time comes. So data that moves a deadline costs nothing.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Key]] = []
        self._armed: dict[Key, float] = {}
        self._count = 0  # orders equal deadlines by age, and keeps keys from being compared

    def arm(self, key: Key, deadline: float | None) -> None:
        """Wake ``key`` at ``deadline`` or earlier; None forgets the key."""
        armed = self._armed.get(key)
        if deadline is None:
            if armed is not None:
                del self._armed[key]
                self._drop_stale()
        elif armed is None or deadline < armed:
            self._armed[key] = deadline
            self._count += 1
            heapq.heappush(self._heap, (deadline, self._count, key))
            self._drop_stale()

    def next_timer(self) -> float | None:
        """Return the nearest deadline, never later than the true one; None if there is none."""
        return self._heap[0][0] if self._heap else None

    def take_due(self, *, now: float) -> list[Key]:
        """Remove and return the keys that are due; their owners arm them again."""
        due: list[Key] = []
        while self._heap and self._heap[0][0] <= now:
            deadline, _, key = heapq.heappop(self._heap)
            if self._armed.get(key) == deadline:
                del self._armed[key]
                due.append(key)
        self._drop_stale()
        return due

    def _drop_stale(self) -> None:
        while self._heap and self._armed.get(self._heap[0][2]) != self._heap[0][0]:
            heapq.heappop(self._heap)
