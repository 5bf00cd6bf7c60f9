"""The report of a crash."""

import os
import re
import stat
from pathlib import Path

import pytest

from curses_ui.run.crash import crash_report, write_crash_report

WALL = 1_795_356_067.0


def fail() -> BaseException:
    try:
        raise ValueError("café \udc80")
    except ValueError as error:
        return error


def test_a_report_says_what_ran_and_where_it_failed() -> None:
    rows = crash_report(fail(), WALL).split("\n")
    assert re.fullmatch(r"prosa \d.*, Python 3\.\d+\..*", rows[0])
    assert rows[1] == "2026-11-22 14:01:07 UTC"
    assert rows[3].startswith("Traceback")
    assert rows[-2] == "ValueError: café \udc80"


def test_a_report_is_for_the_user_only(tmp_path: Path) -> None:
    path = Path(write_crash_report(tmp_path / "state" / "prosa", crash_report(fail(), WALL), WALL))
    assert path == tmp_path / "state" / "prosa" / f"crash-20261122T140107Z-{os.getpid()}.log"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "café \\udc80" in path.read_text()


def test_a_report_overwrites_nothing(tmp_path: Path) -> None:
    path = Path(write_crash_report(tmp_path, "first", WALL))
    with pytest.raises(FileExistsError):
        write_crash_report(tmp_path, "second", WALL)
    assert path.read_text() == "first"


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError):
        write_crash_report(tmp_path / "file" / "prosa", "x", WALL)
