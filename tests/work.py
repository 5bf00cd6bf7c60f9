"""Work counted instead of timed: the same input always costs the same, on a busy machine too.

A step is one line of Python that runs, or one call. A few functions of the C library take time that grows faster
than their input, and Python sees one call each; the table below says how many steps they stand for.
"""

import itertools
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final
from unittest.mock import patch

_EXCHANGES_PER_STEP: Final = 100  # 1.3 ns each (measured), where a line of Python takes some 100 ns
_CHARACTERS_PER_STEP: Final = 16
_STEPS_PER_CALL: Final = 4  # the lines between one call or return and the next (measured in the simulation)
_normalize: Final = unicodedata.normalize


def normalize_steps(text: str) -> int:
    """Return what normalising a text costs: its marks are sorted by insertion, which takes the square of a run."""
    if text.isascii():
        return 0
    steps = len(text) // _CHARACTERS_PER_STEP
    for is_mark, run in itertools.groupby(map(unicodedata.combining, text), bool):
        if is_mark:
            steps += _exchanges(list(run)) // _EXCHANGES_PER_STEP
    return steps


def _exchanges(classes: list[int]) -> int:
    """Count the exchanges with which insertion sorts the combining classes of one run of marks."""
    exchanges = 0
    seen: dict[int, int] = {}
    for one in classes:
        exchanges += sum(count for other, count in seen.items() if other > one)
        seen[one] = seen.get(one, 0) + 1
    return exchanges


class WorkCounter:
    """Counts steps while it is active."""

    def __init__(self) -> None:
        self.steps = 0

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Count what happens inside, in this thread."""
        before = sys.gettrace()
        with patch("unicodedata.normalize", self._normalize):
            sys.settrace(self._trace)
            try:
                yield
            finally:
                sys.settrace(before)

    def _normalize(self, form: Any, text: str) -> str:  # Any: the name of a form, which the function checks
        tracing = sys.gettrace()
        sys.settrace(None)
        self.steps += normalize_steps(text)
        sys.settrace(tracing)
        return _normalize(form, text)

    def _trace(self, frame: FrameType, event: str, argument: object) -> Callable[..., Any]:
        self.steps += 1
        return self._trace


class CallMeter:
    """Counts calls and returns, which is quick enough for a whole simulation; one runs at a time."""

    def __init__(self) -> None:
        self.steps = 0
        self._is_running = False

    def start(self) -> None:
        """Begin at zero."""
        self.steps = 0
        self._is_running = True
        sys.setprofile(self._count)

    def stop(self) -> int:
        """Return the steps since ``start``."""
        sys.setprofile(None)
        self._is_running = False
        return self.steps

    @contextmanager
    def left_out(self) -> Iterator[None]:
        """Leave out what a test does in the midst of the program that it measures."""
        sys.setprofile(None)
        try:
            yield
        finally:
            if self._is_running:
                sys.setprofile(self._count)

    def normalize(self, form: Any, text: str) -> str:  # Any: the name of a form, which the function checks
        """Take the place of ``unicodedata.normalize``."""
        with self.left_out():
            self.steps += normalize_steps(text) // _STEPS_PER_CALL
        return _normalize(form, text)

    def _count(self, frame: FrameType, event: str, argument: object) -> None:
        self.steps += 1


def count_steps(action: Callable[[], object]) -> int:
    """Return how many steps an action takes."""
    counter = WorkCounter()
    with counter.counting():
        action()
    return counter.steps
