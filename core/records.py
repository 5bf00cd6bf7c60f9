"""Immutable values that are made for every client that comes and goes."""

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def record(cls: type[T]) -> type[T]:
    """A slotted dataclass that only type checkers hold to be frozen.

    Where Python checks it as well, making one takes 0.7 µs instead of 0.15 (measured,
    with six fields), and a visit to the tracker makes three, within 50 µs altogether.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)
