"""Deadlines that move, kept without scanning (docs/protocol.md §2.4)."""

import random

import pytest

from core.tracker.expiry import ExpiryQueue


def test_queue_takes_out_what_is_due_and_nothing_twice() -> None:
    queue: ExpiryQueue[str] = ExpiryQueue(15.0)
    queue.add("a", 15.0)
    queue.add("b", 16.0)
    assert queue.next_deadline == 15.0
    assert queue.take_due(14.0) == []
    assert queue.take_due(15.0) == ["a"]
    assert queue.take_due(15.0) == []
    assert deadline_of(queue) == 16.0
    assert queue.take_due(99.0) == ["b"]
    assert deadline_of(queue) is None


def deadline_of(queue: ExpiryQueue[str]) -> float | None:
    """A call, because mypy would take the attribute for constant."""
    return queue.next_deadline


def test_queue_gives_deadlines_close_together_one_wake_up_and_keeps_their_order() -> None:
    queue: ExpiryQueue[str] = ExpiryQueue(15.0)
    for name, deadline in (("c", 15.03), ("a", 15.01), ("b", 15.02)):
        queue.add(name, deadline)
    assert queue.next_deadline == 15.25
    assert queue.take_due(15.25) == ["c", "a", "b"]


def test_queue_offers_a_slot_early_to_an_early_caller() -> None:
    """So that a caller who asks at the very deadline finds the item."""
    queue: ExpiryQueue[str] = ExpiryQueue(15.0)
    queue.add("a", 15.01)
    assert queue.take_due(15.0) == []
    assert queue.take_due(15.01) == ["a"]


def test_queue_forgets_what_is_discarded() -> None:
    queue: ExpiryQueue[str] = ExpiryQueue(15.0)
    first = queue.add("a", 15.0)
    second = queue.add("b", 15.1)
    queue.add("c", 15.1)
    queue.discard("a", first)
    queue.discard("a", first)
    queue.discard("b", second)
    assert list(queue) == ["c"]
    assert queue.next_deadline == 15.25
    assert queue.take_due(99.0) == ["c"]
    queue.discard("c", second)
    assert deadline_of(queue) is None


@pytest.mark.parametrize("seed", range(10))
def test_queue_never_ends_a_slot_before_its_deadlines(seed: int) -> None:
    """Or a clock that jumps to the deadline would stand still: found at odd periods and large times."""
    print("seed", seed)
    chance = random.Random(seed)
    period = chance.choice([15.0, 0.3, 1.1, chance.uniform(0.01, 100.0)])
    queue: ExpiryQueue[int] = ExpiryQueue(period)
    deadlines = {item: chance.uniform(0, 1e6) for item in range(100)}
    for item, deadline in deadlines.items():
        queue.add(item, deadline)
    while (now := queue.next_deadline) is not None:
        for item in queue.take_due(now):
            if deadlines[item] <= now:
                assert now - deadlines[item] <= period / 60 + 1e-9
                del deadlines[item]
            else:
                queue.add(item, deadlines[item])
                assert queue.next_deadline is not None and queue.next_deadline > now
    assert not deadlines
