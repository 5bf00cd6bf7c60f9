"""What people type against names."""

import itertools

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
from tests.work import count_steps

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
    assert typing_slips(left, right, 3) == typing_slips(right, left, 3) == slips


def distance(left: str, right: str) -> int:
    """The same by its definition, without a limit; for short words only."""
    if not left or not right:
        return len(left) + len(right)
    choices = [
        distance(left[1:], right) + 1,
        distance(left, right[1:]) + 1,
        distance(left[1:], right[1:]) + (left[0] != right[0]),
    ]
    if len(left) > 1 and len(right) > 1 and left[0] == right[1] and left[1] == right[0]:
        choices.append(distance(left[2:], right[2:]) + 1)
    return min(choices)


def test_typing_slips_is_the_edit_distance_up_to_its_limit() -> None:
    words = ["".join(letters) for size in range(5) for letters in itertools.product("ab", repeat=size)]
    words += ["abcab", "bacab", "cabab", "aabbcc"]
    for left in words:
        for right in words:
            for most in range(3):
                assert typing_slips(left, right, most) == min(distance(left, right), most + 1), (left, right, most)


def test_a_typo_of_64_letters_among_2000_names_is_no_more_work_than_letters_and_names() -> None:
    """Each name took the square of its length: 1.1 s for one command."""
    typed = "a" * 64
    names = [f"{'a' * 60}{number:04}" for number in range(2000)]
    assert count_steps(lambda: nearest(typed, names)) < 2000 * 64 * 10


def test_a_word_of_thousands_of_accents_is_no_more_work_than_its_length() -> None:
    typed = "a" + "\u0301\u0316" * 5000
    assert count_steps(lambda: nearest(typed, ["ana", "bia"])) < len(typed)
    assert count_steps(lambda: match_name(typed, ["ana", "bia"])) < len(typed)
    assert match_name(typed, ["ana", typed]) == NameFound(typed)


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
