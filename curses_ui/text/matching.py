"""Comparing what people type with names: case and accents aside, by prefix, by nearness."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

MAX_TYPING_SLIPS: Final = 2  # more, and a suggestion is a guess


def casefold(text: str) -> str:
    """Return ``text`` without case and accents, for comparing only: ``João`` and ``joao`` are equal."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@dataclass(frozen=True, slots=True)
class NameFound:
    """The one name that was meant."""

    name: str


@dataclass(frozen=True, slots=True)
class NameAmbiguous:
    """Several names begin like this."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NameUnknown:
    """No name begins like this."""

    suggestion: str | None
    """The nearest name, if one is near enough to have been meant."""


NameMatch = NameFound | NameAmbiguous | NameUnknown


def match_name(typed: str, names: Iterable[str]) -> NameMatch:
    """Return the name that ``typed`` means: exact, then without case and accents, then a unique prefix."""
    known = tuple(dict.fromkeys(names))
    if typed in known:
        return NameFound(typed)
    folded = casefold(typed)
    if not folded:
        return NameUnknown(None)
    for found in (
        tuple(name for name in known if casefold(name) == folded),
        tuple(name for name in known if casefold(name).startswith(folded)),
    ):
        if len(found) == 1:
            return NameFound(found[0])
        if found:
            return NameAmbiguous(found)
    return NameUnknown(nearest(typed, known))


def nearest(typed: str, names: Iterable[str]) -> str | None:
    """Return the name with the fewest typing slips from ``typed``, the first of equals; None if none is near."""
    folded = casefold(typed)
    best: str | None = None
    best_slips = MAX_TYPING_SLIPS + 1
    for name in names:
        other = casefold(name)
        if abs(len(other) - len(folded)) >= best_slips:
            continue
        slips = typing_slips(folded, other)
        # Two slips turn any two-letter word into any other: that is no likeness.
        if slips < best_slips and slips * 2 <= min(len(folded), len(other)):
            best, best_slips = name, slips
    return best


def typing_slips(left: str, right: str) -> int:
    """Return the edit distance: letters missing, added, changed, or two neighbours swapped, each counted once."""
    before_last: list[int] = []
    last = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        row = [i]
        for j, b in enumerate(right, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before_last[j - 2] + 1)
            row.append(cost)
        before_last, last = last, row
    return last[-1]


# Where a text stands in another


def find_spans(text: str, query: str) -> list[tuple[int, int]]:
    """Return where ``query`` stands in ``text``, without overlaps: (start, end) in characters."""
    wanted = casefold(query)
    if not wanted or wanted not in casefold(text):
        return []
    folded, origins = _fold_with_origins(text)
    spans: list[tuple[int, int]] = []
    at = folded.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        spans.append((origins[at], origins[end - 1] + 1))
        at = folded.find(wanted, end)
    return [(start, _with_marks(text, end)) for start, end in spans]


def _fold_with_origins(text: str) -> tuple[str, list[int]]:
    """Return the folded text, and for each of its characters the index in ``text`` it comes from."""
    pieces: list[str] = []
    origins: list[int] = []
    for index, character in enumerate(text):
        piece = casefold(character)
        pieces.append(piece)
        origins += [index] * len(piece)
    return "".join(pieces), origins


def _with_marks(text: str, end: int) -> int:
    """``end`` moved behind the marks that belong to the last character."""
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return end
