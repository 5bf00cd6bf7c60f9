"""Comparing what people type with names: case and accents aside, by prefix, by nearness."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from os.path import commonprefix
from typing import Final

MAX_TYPING_SLIPS: Final = 2  # more, and a suggestion is a guess
MAX_COMPARED_CHARACTERS: Final = 576  # of a typed word: no name or command is longer (docs/protocol.md §2.1), and
# removing accents takes the square of a run of them


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
    folded = casefold(typed) if len(typed) <= MAX_COMPARED_CHARACTERS else ""
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
    if len(typed) > MAX_COMPARED_CHARACTERS:
        return None
    folded = casefold(typed)
    best: str | None = None
    best_slips = MAX_TYPING_SLIPS + 1
    for name in names:
        other = casefold(name)
        slips = typing_slips(folded, other, best_slips - 1)
        # Two slips turn any two-letter word into any other: that is no likeness.
        if slips < best_slips and slips * 2 <= min(len(folded), len(other)):
            best, best_slips = name, slips
    return best


def typing_slips(left: str, right: str, most: int) -> int:
    """Return the edit distance, or ``most + 1`` if it is greater than ``most``.

    A letter missing, added or changed, or two neighbours swapped, counts as one slip. Cells further than ``most``
    from the diagonal are never part of a distance up to ``most``, so that the time grows with the length of the
    words and not with its square.
    """
    beyond = most + 1
    if abs(len(left) - len(right)) > most:
        return beyond
    start = len(commonprefix((left, right)))
    left, right = left[start:], right[start:]
    before_last: list[int] = []
    last = [j if j <= most else beyond for j in range(len(right) + 1)]
    for i, a in enumerate(left, start=1):
        row = [beyond] * (len(right) + 1)
        if i <= most:
            row[0] = i
        for j in range(max(1, i - most), min(len(right), i + most) + 1):
            b = right[j - 1]
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before_last[j - 2] + 1)
            row[j] = min(cost, beyond)
        if min(row) == beyond and min(last) == beyond:  # a swap reaches back two rows
            return beyond
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
