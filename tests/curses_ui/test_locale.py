"""The catalogues and the source hold together; the hand-out's words are kept."""

from collections.abc import Callable

import pytest

from curses_ui.command_line import ParsedCommand, parse
from curses_ui.command_table import COMMANDS, Command
from curses_ui.help_texts import explain, keys, overview
from curses_ui.i18n import LANGUAGES, Catalogue, load_catalogue
from curses_ui.wrapping import wrap
from tools.catalogue import check_files

LOG_ROWS = 21
TEXT_CELLS = 43  # beside the people, behind time and name
PORTUGUESE = load_catalogue("pt_BR")


def test_every_message_is_translated_with_the_same_placeholders_and_compiled() -> None:
    assert check_files() == []


@pytest.mark.parametrize(
    ("message", "values", "text"),
    [
        ("Active (besides you): {names}", {"names": "Ana, Bruno"}, "Ativos (além de você): Ana, Bruno"),
        ("Connected to {n}.", {"n": "Camila"}, "Conectado a Camila."),
        (
            "No active P2P connection. Use /chat <name>.",
            {},
            "Nenhuma conexão P2P ativa. Use /chat <nome>.",
        ),
        ("To start a conversation type: /chat <name>", {}, "Para iniciar uma conversa digite: /chat <nome>"),
        ("Press Ctrl+C again or type /exit to leave.", {}, "Tecle Ctrl+C de novo ou digite /sair para sair."),
    ],
)
def test_portuguese_uses_the_words_of_the_assignment(message: str, values: dict[str, str], text: str) -> None:
    assert PORTUGUESE.tr(message, **values) == text


@pytest.mark.parametrize(("n", "text"), [(0, "0 linha"), (1, "1 linha"), (2, "2 linhas")])
def test_portuguese_counts_nothing_as_one(n: int, text: str) -> None:
    said = PORTUGUESE.trn("{n} line from {p} hidden. /show", "{n} lines from {p} hidden. /show", n, p="Ana")
    assert said.startswith(f"{text} de Ana ")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_usage_and_example_use_the_name_of_the_language(command: Command, language: str) -> None:
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
@pytest.mark.parametrize("text_of", [overview, keys])
def test_help_and_keys_fit_a_screen_of_80x24(text_of: Callable[[Catalogue], str], language: str) -> None:
    rows = text_of(load_catalogue(language)).split("\n")
    assert sum(len(wrap(row, TEXT_CELLS, TEXT_CELLS)) for row in rows) <= LOG_ROWS
