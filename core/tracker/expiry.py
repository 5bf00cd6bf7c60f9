"""Deadlines of many items; most of them move before they pass (docs/protocol.md §2.4)."""

from collections.abc import Iterator
from math import ceil, nan
from typing import Final, Generic, TypeVar

SLOTS_PER_PERIOD: Final = 60  # upper bound of wake-ups per period

Item = TypeVar("Item")


class ExpiryQueue(Generic[Item]):
    """Holds every item once, in the slot of time that its deadline fell into when it was added.

    An item whose deadline moves stays in its slot. When the slot is due, the owner
    looks up the new deadline and adds the item again. So a sign of life costs
    nothing here. All deadlines of a slot share one wake-up, at its end.
    """

    __slots__ = ("_last_deadline", "_last_number", "_slot_seconds", "_slots", "next_deadline")

    def __init__(self, period_seconds: float) -> None:
        """Args:
        period_seconds: How far ahead of now deadlines usually are.
        """
        self._slot_seconds = period_seconds / SLOTS_PER_PERIOD
        self._slots: dict[int, dict[Item, None]] = {}  # the inner ones are sets that keep their order
        self._last_deadline: float = nan
        self._last_number = 0
        self.next_deadline: float | None = None
        """When to call ``take_due`` next: at most one slot's length after the first deadline; None if empty."""

    def __iter__(self) -> Iterator[Item]:
        """Iterate over all items, by slot; the queue must not change meanwhile."""
        return (item for slot in self._slots.values() for item in slot)

    def add(self, item: Item, deadline: float) -> int:
        """Queue an item; return the number of its slot, for ``discard``."""
        number = self._last_number
        if deadline != self._last_deadline:  # items of one turn of the loop have the same
            number = self._number_of(deadline)
            self._last_deadline, self._last_number = deadline, number
        slot = self._slots.get(number)
        if slot is not None:
            slot[item] = None
            return number
        self._slots[number] = {item: None}
        end = number * self._slot_seconds
        if self.next_deadline is None or end < self.next_deadline:
            self.next_deadline = end
        return number

    def discard(self, item: Item, number: int) -> None:
        """Forget an item; without effect if its slot no longer holds it."""
        slot = self._slots.get(number)
        if slot is None:
            return
        slot.pop(item, None)
        if not slot:
            del self._slots[number]
            if number * self._slot_seconds == self.next_deadline:  # else an earlier one remains
                self._find_next_deadline()

    def take_due(self, now: float) -> list[Item]:
        """Remove and return the items whose deadline may have passed; add those again that have time left."""
        due = [number for number in self._slots if (number - 1) * self._slot_seconds < now]
        items = [item for number in sorted(due) for item in self._slots.pop(number)]
        self._find_next_deadline()
        return items

    def _number_of(self, deadline: float) -> int:
        number = ceil(deadline / self._slot_seconds)
        # The division was rounded, and a slot must not end before its deadlines.
        return number + 1 if number * self._slot_seconds < deadline else number

    def _find_next_deadline(self) -> None:
        # There are few slots at any time: all deadlines lie within one period from now.
        self.next_deadline = min(self._slots) * self._slot_seconds if self._slots else None
