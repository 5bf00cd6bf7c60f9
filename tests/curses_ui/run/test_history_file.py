"""What was typed, from one session to the next."""

import random
import stat
from pathlib import Path

import pytest

from curses_ui.line.history import HISTORY_ENTRIES
from curses_ui.run.history_file import MAX_NAMES, format_history, load_history, parse_history, save_history


def test_what_is_written_is_read_back_the_same() -> None:
    seed = 8
    print("seed", seed)
    rng = random.Random(seed)
    for _ in range(300):
        entries = {
            f"{number}" + "".join(rng.choices("aé\\\t\n\r tn", k=rng.randrange(6))): [
                "".join(rng.choices("oi\\\t\n\rtn ", k=rng.randrange(1, 9))) for _ in range(rng.randrange(1, 4))
            ]
            for number in range(rng.randrange(4))
        }
        assert parse_history(format_history(entries)) == entries


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("", {}),
        ("no tab\n\tx\nAna\t\nAna\toi\n", {"": ["x"], "Ana": ["oi"]}),
        ("Ana\ta\\qb\\\n", {"Ana": ["ab"]}),
    ],
)
def test_lines_that_make_no_sense_do_no_harm(text: str, entries: dict[str, list[str]]) -> None:
    assert parse_history(text) == entries


def test_only_the_newest_entries_of_a_name_are_read() -> None:
    text = format_history({"Ana": [str(number) for number in range(HISTORY_ENTRIES + 5)]})
    assert parse_history(text)["Ana"][0] == "5"


def test_save_replaces_the_entries_of_its_names_and_keeps_the_others(tmp_path: Path) -> None:
    path = tmp_path / "state" / "history"
    assert load_history(path) == {}
    save_history(path, {"Ana": ["1"], "Bia": ["2"]})
    save_history(path, {"Ana": ["1", "3"]})
    assert load_history(path) == {"Bia": ["2"], "Ana": ["1", "3"]}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == ["history"]


def test_save_keeps_the_names_used_last(tmp_path: Path) -> None:
    path = tmp_path / "history"
    save_history(path, {str(number): ["x"] for number in range(MAX_NAMES)})
    save_history(path, {"new": ["x"]})
    names = list(load_history(path))
    assert len(names) == MAX_NAMES
    assert names[0] == "1"
    assert names[-1] == "new"


def test_a_folder_in_place_of_the_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        load_history(tmp_path)
