"""What the user may be called."""

import pytest

from curses_ui.text.names import another_name, fit_own_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ana", "Ana"),
        ("  Ana Julia ", "Ana Julia"),
        ("\u3000山田\u3000", "山田"),
        ("Joa\u0303o", "João"),
        ("x" * 32, "x" * 32),
        ("👩\u200d💻", "👩\u200d💻"),
    ],
)
def test_fit_own_name_trims_and_composes(text: str, name: str) -> None:
    assert fit_own_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "x" * 33,
        "a:b",
        "a\tb",
        "a\x1b[31m",
        "a\u202eb",
        "\u200b",
        "\u200d",
        "a\u2028b",
        "\ue000",
        "\udc80",
    ],
)
def test_fit_own_name_refuses_what_cannot_be_seen_or_sent(text: str) -> None:
    assert fit_own_name(text) is None


@pytest.mark.parametrize(
    ("name", "other"), [("Ana", "Ana2"), ("Ana2", "Ana3"), ("Ana 9", "Ana 10"), ("x" * 32, "x" * 31 + "2"), ("7", "8")]
)
def test_another_name_can_be_had_for_one_that_is_taken(name: str, other: str) -> None:
    assert another_name(name) == other
    assert fit_own_name(other) == other
