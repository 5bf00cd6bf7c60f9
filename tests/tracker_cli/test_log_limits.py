"""How many lines of a kind are written, and the count of the others."""

from tracker_cli.log_limits import (
    MAX_LINES_OF_CONNECTION,
    MAX_LINES_OF_KIND,
    PERIOD_SECONDS,
    LineLimits,
)


def test_a_connection_causes_a_limited_number_of_lines_of_each_kind_and_keeps_nobody_else_out() -> None:
    limits = LineLimits()
    for _ in range(MAX_LINES_OF_CONNECTION):
        assert limits.admits("register", 1, now=5.0)
    for _ in range(7):
        assert not limits.admits("register", 1, now=5.0 + PERIOD_SECONDS - 0.001)
    assert limits.admits("bye", 1, now=6.0)
    assert limits.admits("register", 2, now=6.0)
    assert limits.take_suppressed() == {"register": 7}
    assert limits.take_suppressed() == {}


def test_all_connections_together_cause_a_limited_number_of_lines_of_each_kind() -> None:
    limits = LineLimits()
    admitted = [limits.admits("register", number, now=0.0) for number in range(MAX_LINES_OF_KIND + 3)]
    assert admitted == [True] * MAX_LINES_OF_KIND + [False] * 3
    assert limits.admits("bye", MAX_LINES_OF_KIND + 1, now=0.0)
    assert limits.take_suppressed() == {"register": 3}


def test_lines_of_no_connection_are_limited_together() -> None:
    limits = LineLimits()
    admitted = sum(limits.admits("fault", None, now=0.0) for _ in range(MAX_LINES_OF_KIND + 3))
    assert admitted == MAX_LINES_OF_KIND
    assert limits.take_suppressed() == {"fault": 3}


def test_the_next_period_begins_with_the_first_line_behind_the_end_of_the_last() -> None:
    limits = LineLimits()
    for period in range(3):
        now = 100.0 + 25.0 * period
        admitted = sum(limits.admits("refuse", 1, now=now) for _ in range(MAX_LINES_OF_CONNECTION + 5))
        assert admitted == MAX_LINES_OF_CONNECTION
        assert limits.period_ends_at == now + PERIOD_SECONDS
        assert limits.take_suppressed() == {"refuse": 5}
    assert limits.admits("refuse", 1, now=150.0 + PERIOD_SECONDS)
