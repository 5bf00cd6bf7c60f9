"""Figures, and the one table that they are printed in."""

import math
import statistics
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is done for each figure."""

    rounds: int
    """In each, everything that is compared has its turn; ratios are taken within a round."""
    seconds: float
    """Of load, for each server in each round."""
    share: float = 1.0
    """Of the full number of clients, lines and repetitions; the figures of a small share mean little."""

    def count(self, full: int, *, least: int = 1) -> int:
        """So many instead of the full number."""
        return max(least, round(full * self.share))


QUICK: Final = Effort(rounds=1, seconds=0.1, share=0.01)


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure has to keep to."""

    bound: float
    at_most: bool
    unit: str = ""

    def __str__(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {self.bound:g}{' ' if self.unit else ''}{self.unit}"

    def is_met(self, value: float) -> bool:
        """Whether the value, in the target's unit, is on the right side."""
        return value <= self.bound if self.at_most else value >= self.bound


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table."""

    subject: str
    what: str
    ours: str
    bare: str = ""
    """The same of the reference loop, in the same unit."""
    ratio: float | None = None
    """Greater is better: how fast ours is in terms of the reference, or how small."""
    target: Target | None = None
    judged: float | None = None
    """What the target is about: the ratio, or the figure itself in the target's unit."""
    note: str = ""

    @property
    def verdict(self) -> str:
        """Whether the target is met."""
        if self.target is None or self.judged is None:
            return ""
        return "yes" if self.target.is_met(self.judged) else "NO"


Benchmark = Callable[[Effort], Iterator[Figure]]

_HEAD: Final = ("benchmark", "figure", "Prosa", "bare loop", "ratio", "target", "met", "remarks")


def table_lines(figures: Iterable[Figure]) -> Iterator[str]:
    """The table in Markdown, a line at a time, so that a long run shows how far it is."""
    yield _row(_HEAD)
    yield "|" + "---|" * len(_HEAD)
    for figure in figures:
        ratio = "" if figure.ratio is None else f"{figure.ratio:.3f}"
        target = "" if figure.target is None else str(figure.target)
        compared = (figure.ours, figure.bare, ratio)
        yield _row((figure.subject, figure.what, *compared, target, figure.verdict, figure.note))


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def median_ratio(numerators: Sequence[float], denominators: Sequence[float]) -> float:
    """The median of the ratios of figures that were taken in the same round."""
    return statistics.median(a / b if b else math.nan for a, b in zip(numerators, denominators, strict=True))


def significant(value: float) -> str:
    """A number with three significant digits, and no exponent."""
    if not math.isfinite(value):
        return "-"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    digits = 2 if abs(value) < 10 else 1
    return f"{value:.{digits}f}"
