"""What was typed, from one session to the next."""

import random
import stat
from pathlib import Path

import pytest

from curses_ui.line.history import HISTORY_ENTRIES
from curses_ui.run.history_file import (
    MAX_GROWN_BYTES,
    MAX_NAMES,
    add_history,
    format_history,
    load_history,
    parse_history,
)


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


def test_what_was_typed_is_added_and_the_file_is_private(tmp_path: Path) -> None:
    path = tmp_path / "state" / "history"
    assert load_history(path) == {}
    add_history(path, {}, {"Ana": ["1"], "Bia": ["2"]})
    add_history(path, {"Ana": ["1"]}, {"Ana": ["1", "3"]})
    assert load_history(path) == {"Bia": ["2"], "Ana": ["1", "3"]}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == ["history"]


def test_two_clients_of_one_home_add_to_the_file_and_neither_overwrites_it(tmp_path: Path) -> None:
    path = tmp_path / "history"
    add_history(path, {}, {"": ["/help"], "Ana": ["old"]})
    began = load_history(path)
    add_history(path, began, {"": ["/help", "/list"], "Ana": ["old", "first"]})
    add_history(path, began, {"": ["/help"], "Ana": ["old", "second"], "Bia": ["oi"]})
    assert load_history(path) == {"": ["/help", "/list"], "Ana": ["old", "first", "second"], "Bia": ["oi"]}


def test_entries_that_a_long_session_has_forgotten_are_not_added_again(tmp_path: Path) -> None:
    path = tmp_path / "history"
    rows = [str(number) for number in range(HISTORY_ENTRIES)]
    add_history(path, {}, {"Ana": rows})
    add_history(path, {"Ana": rows}, {"Ana": [*rows[2:], "a", "b"]})
    assert load_history(path) == {"Ana": [*rows[2:], "a", "b"]}


def test_the_names_used_last_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "history"
    add_history(path, {}, {str(number): ["x"] for number in range(MAX_NAMES)})
    add_history(path, {}, {"0": ["y"], "new": ["x"]})
    names = list(load_history(path))
    assert len(names) == MAX_NAMES
    assert names[0] == "2"
    assert names[-2:] == ["0", "new"]


def test_a_file_that_has_grown_large_loses_what_is_not_read_any_more(tmp_path: Path) -> None:
    path = tmp_path / "history"
    path.write_text("Ana\t" + "x" * 1000 + "\n")
    for _ in range(6):
        add_history(path, {}, {"Ana": [f"{number} " + "y" * 1000 for number in range(HISTORY_ENTRIES)]})
    assert path.stat().st_size <= MAX_GROWN_BYTES
    assert len(load_history(path)["Ana"]) == HISTORY_ENTRIES
    assert [entry.name for entry in tmp_path.iterdir()] == ["history"]


def test_a_folder_in_place_of_the_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        load_history(tmp_path)
