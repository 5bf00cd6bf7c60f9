"""What the program says about itself."""

from collections.abc import Callable

import pytest

from curses_ui.catalogue import load_catalogue
from curses_ui.i18n import LANGUAGES, Catalogue
from curses_ui.line.command_line import ParsedCommand, parse
from curses_ui.line.command_table import COMMANDS, Command
from curses_ui.text.wrapping import wrap
from curses_ui.update.help_texts import KEYS, explain, keys, overview, welcome

LOG_ROWS = 21
TEXT_CELLS = 51  # beside the pane, behind time and sign


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_five_rows_tell_a_newcomer_what_to_do(language: str) -> None:
    rows = welcome(load_catalogue(language), "Ana", "10.0.0.1:10000").split("\n")
    assert len(rows) == 5
    list_name, help_name = ("/list", "/help") if language == "en" else ("/lista", "/ajuda")
    for row, word in zip(rows, ("Ana", "10.0.0.1:10000", list_name, "/chat <", help_name), strict=True):
        assert word in row


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text_of", [overview, keys])
def test_help_and_keys_fit_a_screen_of_80x24(text_of: Callable[[Catalogue], str], language: str) -> None:
    rows = text_of(load_catalogue(language)).split("\n")
    assert sum(len(wrap(row, TEXT_CELLS, TEXT_CELLS)) for row in rows) <= LOG_ROWS


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_overview_names_every_command_and_says_that_nothing_is_encrypted(language: str) -> None:
    catalogue = load_catalogue(language)
    text = overview(catalogue)
    assert all(f"/{command.name_in(language)}" in text for command in COMMANDS)
    assert catalogue.tr("Chats are not encrypted.") in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_is_explained_with_its_name_in_the_language(command: Command, language: str) -> None:
    catalogue = load_catalogue(language)
    own = f"/{command.name_in(language)}"
    assert catalogue.tr(command.usage).split(" ")[0] == own
    assert catalogue.tr(command.example).split(" ")[0] == own
    parsed = parse(catalogue.tr(command.example))
    assert isinstance(parsed, ParsedCommand)
    assert parsed.command == command
    assert len(catalogue.tr(command.summary)) <= 40
    assert len(explain(command, catalogue).split("\n")) in (3, 4)


@pytest.mark.parametrize("language", LANGUAGES)
def test_keys_are_one_row_each(language: str) -> None:
    rows = keys(load_catalogue(language)).split("\n")
    assert len(rows) == len(KEYS)
    assert all("  " in row for row in rows)
