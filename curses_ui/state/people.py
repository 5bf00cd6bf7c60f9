"""The other people online, in the order of the people list."""

import bisect
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from ..text.clean import clean_name
from ..text.matching import casefold

MAX_PEOPLE: Final = 2000  # a hostile tracker may name any number


class Person(NamedTuple):
    """One entry of the people list; sorts without regard to case and accents."""

    key: str
    name: str
    """As the tracker spells it."""
    shown: str
    """Clean."""


class People:
    """A sorted list of people, each name once."""

    __slots__ = ("_sorted",)

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._sorted: list[Person] = []
        self.replace(names)

    def __len__(self) -> int:
        return len(self._sorted)

    def __iter__(self) -> Iterator[Person]:
        return iter(self._sorted)

    def __contains__(self, name: str) -> bool:
        person = _person(name)
        at = self._find(person)
        return self._sorted[at : at + 1] == [person]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, People) and self._sorted == other._sorted

    def __repr__(self) -> str:
        return f"People({self.names()!r})"

    def names(self) -> list[str]:
        """The names as the tracker spells them, in order."""
        return [person.name for person in self._sorted]

    def replace(self, names: Iterable[str]) -> None:
        """Replace the whole list; names beyond the limit are not looked at."""
        self._sorted = sorted({_person(name) for name in islice(names, MAX_PEOPLE)})

    def add(self, name: str) -> None:
        """Add a name; a known name, or one beyond the limit, has no effect."""
        person = _person(name)
        at = self._find(person)
        if len(self) < MAX_PEOPLE and self._sorted[at : at + 1] != [person]:
            self._sorted.insert(at, person)

    def remove(self, name: str) -> None:
        """Remove a name; an unknown one has no effect."""
        person = _person(name)
        at = self._find(person)
        if self._sorted[at : at + 1] == [person]:
            del self._sorted[at]

    def _find(self, person: Person) -> int:
        return bisect.bisect_left(self._sorted, person)


def _person(name: str) -> Person:
    return Person(casefold(name), name, clean_name(name))
