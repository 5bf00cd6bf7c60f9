"""The man pages: up to date, without a warning, and with every flag."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core import VERSION
from curses_ui.catalogue import load_catalogue
from curses_ui.line.command_table import COMMANDS
from curses_ui.run.options import build_parser
from curses_ui.run.shell_completion import flags_of
from curses_ui.settings import SETTINGS
from tools.man_pages import FOLDER, PAGES, main, out_of_date, roff

ROOT = FOLDER.parent.parent
ALL_PAGES = sorted(FOLDER.rglob("*.[18]"))


def rendered(page: Path) -> str:
    """A page as it is read, in one long row, for a terminal of 80 columns."""
    groff = shutil.which("groff")
    assert groff is not None, "this test needs groff"
    command = [groff, "-man", "-K", "utf8", "-T", "utf8", "-P", "-cbou", "-ww", str(page)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr == ""
    return " ".join(done.stdout.split())


def test_pages_are_up_to_date() -> None:
    assert out_of_date() == []


def test_there_are_pages_for_both_programs_in_both_languages() -> None:
    assert [page.relative_to(FOLDER).as_posix() for page in ALL_PAGES] == [
        "man1/prosa.1",
        "man8/prosa-tracker.8",
        "pt_BR/man1/prosa.1",
        "pt_BR/man8/prosa-tracker.8",
    ]


def test_every_page_has_the_version_of_the_program() -> None:
    for page in ALL_PAGES:
        assert f'"prosa {VERSION}"' in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ALL_PAGES, ids=lambda page: page.relative_to(FOLDER).as_posix())
def test_troff_warns_of_nothing(page: Path) -> None:
    assert len(rendered(page)) > 1000


@pytest.mark.parametrize("name", PAGES)
def test_the_page_has_every_flag_command_and_setting(name: str) -> None:
    catalogue = load_catalogue(PAGES[name])
    text = rendered(FOLDER / name).replace("‐", "-")
    for flag in flags_of(build_parser(catalogue)):
        assert ", ".join(flag.names) in text
        assert flag.help in text
    for command in COMMANDS:
        assert catalogue.tr(command.usage) in text
        assert all(f"/{word}" in text for word in command.words)
    for key, setting in SETTINGS.items():
        assert key in text
        assert catalogue.tr(setting.help) in text


@pytest.mark.parametrize("name", ["man8/prosa-tracker.8", "pt_BR/man8/prosa-tracker.8"])
def test_the_page_of_the_tracker_has_the_flags_of_its_help(name: str) -> None:
    command = [sys.executable, "-m", "tracker_cli", "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, cwd=ROOT).stdout
    shown = shown.replace("python3 -m tracker_cli", "")
    flags = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")
    assert set(flags.findall(rendered(FOLDER / name).replace("‐", "-"))) == set(flags.findall(shown))


def test_roff_prints_text_as_it_is() -> None:
    assert roff("-a\\b") == "\\-a\\eb"
    assert roff(".TH") == "\\&.TH"
    assert roff("'x") == "\\&'x"
    assert roff("^_ ~/x") == "\\(ha_ \\(ti/x"


def test_main_wants_to_be_told_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "update" in capsys.readouterr().err
