"""The table of commands holds together."""

import pytest

from curses_ui.line.command_table import COMMANDS, Command, Completes
from curses_ui.text.matching import casefold

CALLS = {
    "list": "l who lista quem",
    "chat": "c query conversar",
    "msg": "m send enviar dizer",
    "bye": "disc tchau part",
    "close": "wc fechar",
    "exit": "quit sair",
    "win": "w buffer janela",
    "next": "proxima",
    "prev": "anterior",
    "accept": "aceitar",
    "reject": "recusar",
    "whois": "info dados",
    "ignore": "ignorar",
    "unignore": "reexibir",
    "search": "lastlog buscar",
    "show": "mostrar",
    "unread": "naolida",
    "clear": "limpar",
    "wire": "fio",
    "log": "registro",
    "tracker": "servidor",
    "name": "nick nome",
    "reconnect": "reconectar",
    "set": "config",
    "save": "salvar",
    "lang": "idioma",
    "help": "h ? ajuda",
    "keys": "teclas",
    "version": "versao",
}


def test_table_has_every_command_and_alias() -> None:
    words = {command.name: set(command.words) for command in COMMANDS}
    assert list(words) == list(CALLS)
    for name, aliases in CALLS.items():
        assert words[name] >= {name, *aliases.split()}
    assert "dcc chat" in words["chat"]


def test_no_word_calls_two_commands() -> None:
    words = [word for command in COMMANDS for word in command.words]
    assert sorted(set(words)) == sorted(words)


def test_q_alone_is_no_command_word() -> None:
    assert all("q" not in command.words for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_each_command_is_explained(command: Command) -> None:
    assert all(casefold(word) == word for word in command.words)
    assert command.usage.startswith(f"/{command.name}")
    assert command.example.startswith(f"/{command.name}")
    assert 0 < len(command.summary) <= 40
    assert command.details.endswith(".")
    assert bool(command.choices) == (command.completes is Completes.CHOICE)


def test_name_in_follows_the_language() -> None:
    command = next(c for c in COMMANDS if c.name == "help")
    assert (command.name_in("en"), command.name_in("pt_BR")) == ("help", "ajuda")
