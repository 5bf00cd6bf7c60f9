"""Figures, and the table that shows them."""

import math
import statistics
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Effort:
    """How much work each figure takes."""

    rounds: int
    """In a round, all that is compared has its turn; ratios are taken within a round."""
    seconds: float
    """Seconds of load, for each server in each round."""
    share: float = 1.0
    """Share of the full number of clients, lines and repetitions; figures of a small share mean little."""

    def count(self, full: int, *, least: int = 1) -> int:
        """Return the number to use instead of the full one."""
        return max(least, round(full * self.share))


QUICK: Final = Effort(rounds=1, seconds=0.1, share=0.01)


@dataclass(frozen=True, slots=True)
class Target:
    """The limit of a figure."""

    bound: float
    at_most: bool
    unit: str = ""

    def __str__(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {self.bound:g}{' ' if self.unit else ''}{self.unit}"

    def is_met(self, value: float) -> bool:
        """Return whether a value, in the unit of the target, meets it."""
        return value <= self.bound if self.at_most else value >= self.bound


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table."""

    subject: str
    what: str
    ours: str
    bare: str = ""
    """The figure of the reference loop, in the same unit."""
    ratio: float | None = None
    """How fast, or how small, ours is in terms of the reference; greater is better."""
    target: Target | None = None
    judged: float | None = None
    """The value that the target limits: the ratio, or the figure in the unit of the target."""
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
    """Print the table in Markdown, a line at a time, so that a long run shows its progress."""
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
    """Return the median of the ratios of figures of the same round."""
    return statistics.median(a / b if b else math.nan for a, b in zip(numerators, denominators, strict=True))


def significant(value: float) -> str:
    """Return a number with three significant digits and no exponent."""
    if not math.isfinite(value):
        return "-"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    digits = 2 if abs(value) < 10 else 1
    return f"{value:.{digits}f}"
