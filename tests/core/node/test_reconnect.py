"""core/node/reconnect.py: 1, 2, 4 … 10 s with jitter (docs/protocol.md §3.1)."""

from core.node.reconnect import Backoff


def test_delays_double_up_to_the_most() -> None:
    """§3.1"""
    backoff = Backoff()
    assert [backoff.next_delay(0.5, now=0.0) for _ in range(7)] == [1.0, 2.0, 4.0, 8.0, 10.0, 10.0, 10.0]


def test_who_is_refused_comes_back_sooner_because_a_ghost_of_its_own_may_be_gone() -> None:
    """§2.2, §3.1"""
    backoff = Backoff()
    delays = [backoff.next_delay(0.5, was_refused=refused, now=0.0) for refused in (True, True, True, True, False)]
    assert delays == [1.0, 2.0, 4.0, 4.0, 10.0]


def test_jitter_spreads_a_delay_by_a_fifth_either_way() -> None:
    """§3.1"""
    assert Backoff().next_delay(0.0, now=0.0) == 0.8
    assert 1.19 < Backoff().next_delay(0.999, now=0.0) < 1.2


def test_delays_start_over_after_a_settled_spell_only() -> None:
    """§3.1: a tracker that answers and falls over again is not hammered."""
    backoff = Backoff()
    for _ in range(4):
        backoff.next_delay(0.5, now=0.0)
    backoff.note_registered(now=100.0)
    assert backoff.next_delay(0.5, now=101.0) == 10.0
    backoff.note_registered(now=200.0)
    assert backoff.next_delay(0.5, now=260.0) == 1.0


def test_the_user_can_start_the_delays_over() -> None:
    backoff = Backoff()
    for _ in range(5):
        backoff.next_delay(0.5, now=0.0)
    backoff.start_over()
    assert backoff.next_delay(0.5, now=0.0) == 1.0


def test_years_of_failures_do_not_overflow() -> None:
    backoff = Backoff()
    assert [backoff.next_delay(0.5, now=0.0) for _ in range(5000)][-1] == 10.0
