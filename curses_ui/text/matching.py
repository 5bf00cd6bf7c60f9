"""Comparing what people type with names: case and accents aside, by prefix, by nearness."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from .characters import CACHED_CHARACTERS

MAX_TYPING_SLIPS: Final = 2  # more, and a suggestion is a guess


def casefold(text: str) -> str:
    """Return ``text`` without case and accents, for comparing only: ``João`` and ``joao`` are equal."""
    return text.lower() if text.isascii() else "".join(map(_bare, text.casefold()))


@lru_cache(maxsize=CACHED_CHARACTERS)
def _bare(character: str) -> str:
    """Return a character without its marks. Decomposing a whole text is quadratic in runs of marks."""
    return "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))


@dataclass(slots=True)
class NameFound:
    """The one name that was meant."""

    name: str


@dataclass(slots=True)
class NameAmbiguous:
    """Several names begin like this."""

    names: tuple[str, ...]


@dataclass(slots=True)
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
        slips = typing_slips(folded, other, best_slips - 1)
        # Two slips turn any two-letter word into any other: that is no likeness.
        if slips < best_slips and slips * 2 <= min(len(folded), len(other)):
            best, best_slips = name, slips
    return best


def typing_slips(left: str, right: str, most: int = MAX_TYPING_SLIPS) -> int:
    """Return the edit distance if it is at most ``most``, else ``most + 1``.

    Letters missing, added, changed, or two neighbours swapped count once each. What both
    begin with costs nothing, so the work grows with the length, not with its square.
    """
    if left == right:
        return 0
    if not most:
        return 1
    at = shared_start(left, right)
    left, right = left[at:], right[at:]
    rests = [(left[1:], right[1:]), (left[1:], right), (left, right[1:])]
    if len(left) > 1 and left[:2] == right[1::-1]:
        rests.append((left[2:], right[2:]))
    return 1 + min(typing_slips(*rest, most - 1) for rest in rests)


def shared_start(left: str, right: str) -> int:
    """Return how many characters both begin with."""
    shorter = min(len(left), len(right))
    return next((at for at in range(shorter) if left[at] != right[at]), shorter)


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
