"""The catalogues and the source hold together; the hand-out's words are kept."""

import pytest

from curses_ui.catalogue import load_catalogue
from tools.catalogue import check_files

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


@pytest.mark.parametrize(("n", "text"), [(0, "0 mensagem"), (1, "1 mensagem"), (2, "2 mensagens")])
def test_portuguese_counts_nothing_as_one(n: int, text: str) -> None:
    said = PORTUGUESE.trn("{n} message from {p} hidden. /show", "{n} messages from {p} hidden. /show", n, p="Ana")
    assert said.startswith(f"{text} de Ana ")
