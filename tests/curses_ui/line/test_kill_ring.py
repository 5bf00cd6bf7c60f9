"""The kill ring."""

from curses_ui.line.kill_ring import KillRing


def test_the_newest_cut_comes_back_first() -> None:
    ring = KillRing()
    assert ring.newest == ""
    ring.push("um")
    ring.push("dois")
    ring.push("")
    assert ring.newest == "dois"


def test_cuts_in_a_row_grow_on_the_side_they_were_made() -> None:
    ring = KillRing()
    ring.extend("b", in_front=False)
    ring.extend("c", in_front=False)
    ring.extend("a", in_front=True)
    assert ring.newest == "abc"


def test_rotating_goes_through_all_and_starts_again() -> None:
    ring = KillRing()
    ring.rotate()
    for text in ("um", "dois", "três"):
        ring.push(text)
    seen = []
    for _ in range(4):
        seen.append(ring.newest)
        ring.rotate()
    assert seen == ["três", "dois", "um", "três"]


def test_the_oldest_cut_is_forgotten_at_the_limit() -> None:
    ring = KillRing(limit=2)
    for text in ("um", "dois", "três"):
        ring.push(text)
    ring.rotate()
    assert ring.newest == "dois"
    ring.rotate()
    assert ring.newest == "três"
