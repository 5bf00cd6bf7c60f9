"""core/node/timers.py: the nearest of many deadlines, without a scan."""

from core.node.timers import TimerQueue


def test_a_queue_without_deadlines_has_no_timer() -> None:
    queue: TimerQueue[str] = TimerQueue()
    assert queue.next_timer() is None
    assert queue.take_due(now=1e9) == []


def test_the_nearest_deadline_is_next_and_due_keys_come_in_order() -> None:
    queue: TimerQueue[str] = TimerQueue()
    queue.arm("late", 3.0)
    queue.arm("early", 1.0)
    queue.arm("middle", 2.0)
    assert queue.next_timer() == 1.0
    assert queue.take_due(now=2.0) == ["early", "middle"]
    assert queue.next_timer() == 3.0


def test_a_deadline_that_moves_earlier_counts_at_once() -> None:
    queue: TimerQueue[str] = TimerQueue()
    queue.arm("key", 5.0)
    queue.arm("key", 1.0)
    assert queue.next_timer() == 1.0
    assert queue.take_due(now=1.0) == ["key"]
    assert queue.take_due(now=9.0) == []


def test_a_deadline_that_moves_later_wakes_at_its_old_time_to_be_armed_again() -> None:
    queue: TimerQueue[str] = TimerQueue()
    queue.arm("key", 1.0)
    for later in range(2, 1000):
        queue.arm("key", float(later))
    assert queue.take_due(now=1.0) == ["key"]
    assert queue.next_timer() is None


def test_a_forgotten_deadline_never_comes() -> None:
    queue: TimerQueue[str] = TimerQueue()
    queue.arm("gone", 1.0)
    queue.arm("stays", 2.0)
    queue.arm("gone", None)
    queue.arm("never there", None)
    assert queue.next_timer() == 2.0
    assert queue.take_due(now=5.0) == ["stays"]
