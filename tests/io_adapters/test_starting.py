"""The command that a user types, by how this program was started."""

import sys

import pytest

from io_adapters.starting import typed_command


@pytest.mark.parametrize(
    ("started_as", "client", "tracker"),
    [
        ("/usr/bin/prosa", "prosa", "prosa-tracker"),
        ("/home/ana/prosa/curses_ui/__main__.py", "python3 -m curses_ui", "python3 -m tracker_cli"),
        ("/home/ana/prosa/tracker_cli/__main__.py", "python3 -m curses_ui", "python3 -m tracker_cli"),
        ("prosa.pyz", "python3 prosa.pyz", "python3 prosa-tracker.pyz"),
        ("/opt/pytest/__main__.py", "prosa", "prosa-tracker"),
        ("", "prosa", "prosa-tracker"),
    ],
)
def test_it_works_where_the_program_was_started(
    monkeypatch: pytest.MonkeyPatch, started_as: str, client: str, tracker: str
) -> None:
    monkeypatch.setattr(sys, "argv", [started_as])
    assert (typed_command("prosa"), typed_command("prosa-tracker")) == (client, tracker)
