"""tests/work.py: the same steps each time, and a table that is right about the C library."""

import unicodedata

import pytest

from .work import count_steps, normalize_steps


def test_the_same_action_takes_the_same_steps_and_more_of_it_more() -> None:
    def act(rounds: int) -> None:
        for _ in range(rounds):
            len("text")

    assert count_steps(lambda: act(10)) == count_steps(lambda: act(10))
    assert count_steps(lambda: act(1000)) > 50 * count_steps(lambda: act(10))


def test_normalising_is_counted_within_and_restored_after_it() -> None:
    function = unicodedata.normalize
    marks = "\u0301" * 3000 + "\u0316" * 3000
    assert count_steps(lambda: unicodedata.normalize("NFC", marks)) > 50_000
    assert unicodedata.normalize is function


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("a" * 10_000, 0),
        ("é" * 1600, 100),
        ("\u0301" * 1600, 100),
        ("\u0316" * 800 + "\u0301" * 800, 100),
        ("\u0301" * 800 + "\u0316" * 800, 100 + 6400),
        ("\u0301\u0316" * 800, 100 + 3204),
        ("a\u0301\u0316" * 800, 150),
    ],
)
def test_marks_out_of_order_cost_an_exchange_each(text: str, steps: int) -> None:
    assert normalize_steps(text) == steps
