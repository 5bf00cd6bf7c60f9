"""A row that was entered: sent, carried out, or answered with an error; never nothing."""

import random

import pytest

from curses_ui.state.conversation import ChatState, EntryKind
from curses_ui.state.effects import Say
from curses_ui.update.commands import enter

from ..desk import add_chat, make_state, run, said

NO_PEER = "No active P2P connection. Use /chat <name>."


def test_a_text_goes_to_the_peer_on_the_screen() -> None:
    state = make_state()
    add_chat(state, "Ana")
    camila = add_chat(state, "Camila")
    run(state, "/win Camila")
    assert camila.chat is not None
    assert run(state, "Oi!", "//list", "DISC", " / x", " /bye") == [
        Say(camila.chat, "Oi!"),
        Say(camila.chat, "/list"),
        Say(camila.chat, "DISC"),
        Say(camila.chat, " / x"),
        Say(camila.chat, " /bye"),
    ]
    assert said(state) == []  # the echo comes when the node has taken it


def test_a_text_while_connecting_is_kept_by_the_node() -> None:
    state = make_state()
    camila = add_chat(state, "Camila", chat_state=ChatState.CONNECTING)
    assert camila.chat is not None
    assert run(state, "/win 2", "oi") == [Say(camila.chat, "oi")]


@pytest.mark.parametrize("blank", ["", " ", "\t", "\u3000"])
def test_a_blank_row_sends_and_says_nothing(blank: str) -> None:
    state = make_state()
    add_chat(state, "Camila")
    run(state, "/win 2")
    assert run(state, blank) == []
    assert said(state) == []


def test_a_text_in_the_status_window_is_an_error_also_with_chats_elsewhere() -> None:
    state = make_state()
    assert run(state, "Alguém aí?") == []
    add_chat(state, "Camila")
    assert run(state, "Alguém aí?") == []
    assert said(state) == [NO_PEER, "This window is no conversation. /win 2 goes to Camila."]
    assert {entry.kind for entry in state.status.log} == {EntryKind.ERROR}


def test_a_text_to_an_ended_chat_says_how_to_call_again() -> None:
    state = make_state()
    add_chat(state, "Davi", chat_state=ChatState.ENDED)
    assert run(state, "/win Davi", "oi") == []
    assert said(state) == ["Not connected to Davi. Use /chat Davi to call again."]


def test_a_text_to_a_call_that_waits_says_what_to_do() -> None:
    state = make_state()
    add_chat(state, "Davi").waiting = True
    assert run(state, "/win Davi", "oi", "/msg Davi oi") == []
    assert said(state) == ["Davi is calling. /accept to talk, /reject to end the call."] * 2


def test_reject_says_where_it_was_typed_that_it_takes_leave() -> None:
    state = make_state()
    add_chat(state, "Davi").waiting = True
    run(state, "/reject Davi")
    assert said(state) == ["Saying goodbye to Davi..."]


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ("/lsit", 'Unknown command "/lsit". Did you mean /list? Type /help.'),
        ("/bogus x", 'Unknown command "/bogus". Type /help.'),
        ("/etc/passwd", 'Unknown command "/etc/passwd". To send it as text: //etc/passwd'),
        ("/b\x1b[31m", 'Unknown command "/b␛[31m". Type /help.'),
        ("/b{0}%s", 'Unknown command "/b{0}%s". Type /help.'),
        ("/chat", "Usage: /chat <name or ip:port>"),
        ("/msg Ana", "Usage: /msg <name> <text>"),
        ("/exit now", "Usage: /exit"),
        ("/se", '"/se" matches: /msg, /search, /tracker, /set.'),
    ],
)
def test_what_is_no_command_is_answered_with_help(row: str, error: str) -> None:
    state = make_state()
    assert run(state, row) == []
    assert said(state) == [error]
    assert state.here.log[-1].kind is EntryKind.ERROR


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ("/lsita", 'Comando desconhecido "/lsita". Você quis dizer /lista? Digite /ajuda.'),
        ("/chat", "Uso: /chat <nome ou ip:porta>"),
        ("oi", "Nenhuma conexão P2P ativa. Use /chat <nome>."),
        ("/se", '"/se" corresponde a: /enviar, /buscar, /tracker, /config.'),
    ],
)
def test_errors_speak_portuguese(row: str, error: str) -> None:
    state = make_state("pt_BR")
    run(state, row)
    assert said(state) == [error]


@pytest.mark.parametrize("language", ["en", "pt_BR"])
def test_every_row_is_answered_and_only_the_peer_of_the_window_is_written_to(language: str) -> None:
    seed = 99
    print("seed", seed)
    rng = random.Random(seed)
    words = ["list", "chat", "msg", "bye", "close", "win", "whois", "ignore", "unignore", "search", "set", "log"]
    words += ["lang", "help", "tracker", "accept", "reject", "unread", "clear", "show", "keys", "next", "prev", "x"]
    rests = ["", "Camila", "cam", '"1"', "2", "99999999999999999999", "João oi", "a:b", "1.2.3.4:5", "on", "\x00", "{x}"]
    state = make_state(language)
    for _ in range(2000):
        if len(state.conversations) < 3:
            add_chat(state, "Camila", chat=rng.randrange(1000))
            add_chat(state, "Davi", chat=rng.randrange(1000), chat_state=ChatState.ENDED)
        row = f"{rng.choice(['/', '', '//'])}{rng.choice(words)} {rng.choice(rests)}"
        state.question = state.search = None
        state.take_fresh()
        before = state.here
        for effect in enter(state, row):
            if isinstance(effect, Say) and not effect.aside:
                assert effect.conversation == before.chat
        for _, entry in state.take_fresh():
            assert entry.text.replace("\n", "").isprintable(), row
