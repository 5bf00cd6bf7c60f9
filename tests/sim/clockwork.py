"""Virtual time: one heap of calls to come, and nothing else that knows the time."""

import heapq
import random
from collections.abc import Callable
from typing import Any, Final


class Clockwork:
    """Makes calls in the order of their time; equal times in the order of asking."""

    __slots__ = ("_calls", "_count", "now", "random")

    def __init__(self, seed: int) -> None:
        self.now = 0.0
        """Seconds since the run began."""
        self.random: Final = random.Random(seed)
        """For whatever the network and the machines leave to chance."""
        self._calls: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self._count = 0

    def at(self, time: float, call: Callable[..., None], *arguments: Any) -> None:  # Any: whatever the call takes
        """Make a call at ``time``, or now if that is past."""
        self._count += 1
        heapq.heappush(self._calls, (time if time > self.now else self.now, self._count, call, arguments))

    def later(self, seconds: float, call: Callable[..., None], *arguments: Any) -> None:
        """Make a call so many seconds from now."""
        self._count += 1
        heapq.heappush(self._calls, (self.now + seconds, self._count, call, arguments))

    def run_until(self, end: float) -> None:
        """Make every call due until ``end``; then it is ``end``."""
        calls = self._calls
        while calls and calls[0][0] <= end:
            self.now, _, call, arguments = heapq.heappop(calls)
            call(*arguments)
        self.now = end
