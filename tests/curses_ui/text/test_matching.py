"""What people type against names."""

import pytest

from curses_ui.text.matching import (
    NameAmbiguous,
    NameFound,
    NameUnknown,
    casefold,
    match_name,
    nearest,
    typing_slips,
)

NAMES = ("Ana", "ana", "Camila", "Carlos", "João", "Ana Julia")


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ana", "ana"),
        ("JOÃO", "joao"),
        ("joa\u0303o", "joao"),
        ("straße", "strasse"),
        ("山田", "山田"),
        ("", ""),
    ],
)
def test_fold_drops_case_and_accents(text: str, folded: str) -> None:
    assert casefold(text) == folded


@pytest.mark.parametrize(
    ("typed", "match"),
    [
        ("Ana", NameFound("Ana")),
        ("ana", NameFound("ana")),
        ("ANA", NameAmbiguous(("Ana", "ana"))),
        ("camila", NameFound("Camila")),
        ("cam", NameFound("Camila")),
        ("ca", NameAmbiguous(("Camila", "Carlos"))),
        ("jo", NameFound("João")),
        ("Ana J", NameFound("Ana Julia")),
        ("Camlia", NameUnknown("Camila")),
        ("Zé", NameUnknown(None)),
        ("", NameUnknown(None)),
    ],
)
def test_match_name_prefers_exact_then_folded_then_a_unique_prefix(typed: str, match: object) -> None:
    assert match_name(typed, NAMES) == match


def test_match_name_counts_a_name_once_when_it_is_given_twice() -> None:
    assert match_name("CAM", ("Camila", "Camila")) == NameFound("Camila")


@pytest.mark.parametrize(
    ("left", "right", "slips"),
    [
        ("", "", 0),
        ("chat", "chat", 0),
        ("cht", "chat", 1),
        ("chaat", "chat", 1),
        ("chst", "chat", 1),
        ("hcat", "chat", 1),
        ("", "abc", 3),
        ("abc", "cab", 2),
    ],
)
def test_typing_slips_counts_each_slip_once_in_both_directions(left: str, right: str, slips: int) -> None:
    assert typing_slips(left, right) == typing_slips(right, left) == slips


@pytest.mark.parametrize(
    ("typed", "suggestion"),
    [
        ("lsit", "list"),
        ("exti", "exit"),
        ("conversra", "conversar"),
        ("by", None),  # "bye" would be half of the word
        ("zzzz", None),
        ("helpless", None),
    ],
)
def test_nearest_suggests_only_what_is_two_slips_away_at_most(typed: str, suggestion: str | None) -> None:
    assert nearest(typed, ("list", "exit", "conversar", "help", "b")) == suggestion


def test_nearest_prefers_the_first_of_equals() -> None:
    assert nearest("lost", ("list", "last")) == "list"
