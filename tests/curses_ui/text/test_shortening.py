"""Names cut to the room they have."""

import pytest

from curses_ui.text.cells import text_width
from curses_ui.text.shortening import shorten_apart


def test_names_that_fit_are_not_touched_and_others_lose_their_end() -> None:
    assert shorten_apart(("Eva", "Camila Lima de Andrade"), 12, "…") == {"Camila Lima de Andrade": "Camila Lima…"}


@pytest.mark.parametrize(
    "names",
    [
        ("Ana Paula Souza", "Ana Paula Sousa"),
        ("Ana Paula Souza da Silva Lima", "Ana Paula Sousa da Silva Lima", "Ana Paula Sousa da Silva Lino"),
        ("Ana Paula Souza", "Ana Paula Souza X"),
        ("Ana Paula Souza", "Ana Paula S…"),
        ("日本語日本語日本語日本", "日本語日本語日本語日語"),
    ],
)
@pytest.mark.parametrize("mark", ["…", "+"])
def test_names_that_are_alike_stay_different(names: tuple[str, ...], mark: str) -> None:
    for cells in (7, 9, 12, 14):
        cut = shorten_apart(names, cells, mark)
        shown = [cut.get(name, name) for name in names]
        assert len(set(shown)) == len(names), shown
        assert all(text_width(text) <= cells for text in cut.values())


def test_the_difference_is_shown() -> None:
    cut = shorten_apart(("Ana Paula Souza", "Ana Paula Sousa"), 12, "…")
    assert list(cut.values()) == ["Ana Paul…uza", "Ana Paul…usa"]
