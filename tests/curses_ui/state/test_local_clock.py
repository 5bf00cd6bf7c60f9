"""curses_ui/state/local_clock.py: what was said keeps its time of day when the offset from UTC changes."""

import pytest

from curses_ui.state.local_clock import LocalClock

from ..scene import NOON


def test_it_is_utc_at_first() -> None:
    assert LocalClock().at(NOON).isoformat() == "2026-11-22T12:00:00+00:00"


def test_what_was_before_a_change_keeps_its_offset() -> None:
    clock = LocalClock(-3 * 3600)
    clock.note(NOON + 60, -2 * 3600)
    assert clock.at(NOON).isoformat() == "2026-11-22T09:00:00-03:00"
    assert clock.at(NOON + 60).isoformat() == "2026-11-22T10:01:00-02:00"


def test_a_clock_that_was_put_back_takes_later_changes_with_it() -> None:
    clock = LocalClock()
    clock.note(NOON + 60, 3600)
    clock.note(NOON - 60, 7200)
    assert clock.at(NOON + 120).hour == 14
    assert clock.at(NOON - 120).hour == 11


def test_the_same_offset_again_changes_nothing() -> None:
    clock = LocalClock(3600)
    clock.note(NOON, 3600)
    assert clock.at(NOON + 1).hour == 13


@pytest.mark.parametrize("wall", [-1e300, -1.0, 0.0, 1e12, 1e300])
@pytest.mark.parametrize("offset", [-(10**9), 0, 10**9])
def test_no_time_and_no_offset_is_too_strange(wall: float, offset: int) -> None:
    assert LocalClock(offset).at(wall).year in (1969, 1970, 1971, 9998)
