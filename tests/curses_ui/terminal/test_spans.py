"""Rows of an exact width."""

from curses_ui.terminal.frame import Role, Span, fit, line_width, spread

A = Span("abc", Role.TEXT)
WIDE = Span("日本", Role.NEWS)


def test_fit_fills_with_spaces_of_the_given_role() -> None:
    assert fit((A,), 5, Role.BAR) == (A, Span("  ", Role.BAR))


def test_fit_cuts_behind_the_last_whole_character_that_fits() -> None:
    assert fit((A, WIDE), 6, Role.BAR) == (A, Span("日", Role.NEWS), Span(" ", Role.BAR))
    assert fit((A, WIDE), 3, Role.BAR) == (A,)


def test_fit_leaves_nothing_in_a_row_without_cells() -> None:
    assert fit((A,), 0, Role.BAR) == ()
    assert fit((A,), -1, Role.BAR) == ()


def test_fit_draws_what_cannot_be_drawn_as_something_that_can() -> None:
    (span,) = fit((Span("a\x1bb", Role.TEXT),), 3, Role.TEXT)
    assert span.text == "a\ufffdb"


def test_spread_puts_two_groups_at_the_ends() -> None:
    line = spread((A,), (WIDE,), 10, Role.BAR)
    assert "".join(span.text for span in line) == "abc   日本"
    assert line_width(line) == 10


def test_spread_drops_the_right_group_when_both_do_not_fit() -> None:
    assert "".join(span.text for span in spread((A,), (WIDE,), 6, Role.BAR)) == "abc   "
