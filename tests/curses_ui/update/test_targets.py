"""Whom a command means."""

import pytest

from dataclasses import replace

from curses_ui.line.command_line import ParsedCommand, find_command
from curses_ui.line.command_table import Command
from curses_ui.state.people import People
from curses_ui.update.targets import find_chat, find_person, find_window, is_guess, known_names

from ..desk import add_chat, make_state, said


def asked(name: str, *, quoted: bool = False) -> ParsedCommand:
    command = find_command("whois")
    assert isinstance(command, Command)
    return ParsedCommand(command, name, quoted=quoted)


def test_known_names_are_conversations_and_people() -> None:
    state = make_state(people=("Ana", "Camila"))
    add_chat(state, "Camila")
    add_chat(state, "Camila")
    assert list(known_names(state)) == ["Camila", "Camila~2", "Ana"]


@pytest.mark.parametrize(
    ("name", "quoted", "number"),
    [("", False, 1), ("2", False, 2), ("Davi", False, 3), ("dav", False, 3), ("2", True, 4), ("4", False, 4)],
)
def test_find_window_takes_a_number_a_name_or_nothing(name: str, quoted: bool, number: int) -> None:
    state = make_state()
    for peer in ("Camila", "Davi", "2"):
        add_chat(state, peer)
    found = find_window(state, asked(name, quoted=quoted))
    assert found is not None
    assert found.number == number


def test_find_chat_is_never_the_status_window() -> None:
    state = make_state()
    for name in ("", "1", "prosa"):
        assert find_chat(state, asked(name)) is None
    assert said(state) == ["No active P2P connection. Use /chat <name>."] * 3


def test_find_person_prefers_a_conversation_to_somebody_online() -> None:
    state = make_state(people=("Camila", "Zoë"))
    camila = add_chat(state, "Camila")
    assert find_person(state, asked("Camila")) is camila
    assert find_person(state, asked("zoe")) == "Zoë"
    assert find_person(state, asked("Rui")) == "Rui"
    assert find_person(state, asked("cam", quoted=True)) == "cam"
    assert said(state) == []


def test_find_person_knows_the_name_behind_what_is_shown() -> None:
    state = make_state()
    state.people = People(["Ev\u200bil"])
    shown = next(iter(state.people)).shown
    assert shown != "Ev\u200bil"
    assert find_person(state, asked(shown)) == "Ev\u200bil"


def test_a_guess_is_a_name_that_was_not_typed_as_it_is() -> None:
    state = make_state(people=("Ana", "Ana Julia", "Beto"))
    guesses = {name: is_guess(state, asked(name)) for name in ("Ana", "ana", "Ana J", "an", "b", "x")}
    assert guesses == {"Ana": False, "ana": True, "Ana J": True, "an": False, "b": True, "x": False}
    assert not is_guess(state, asked("b", quoted=True))


def test_where_an_unknown_name_ends_is_a_guess() -> None:
    state = make_state(people=("Ana",))
    said_to = {name: is_guess(state, replace(asked(name), text="oi")) for name in ("Ana", "Caio")}
    assert said_to == {"Ana": False, "Caio": True}


def test_several_who_are_called_alike_are_listed() -> None:
    state = make_state(people=("Ana", "Ana Julia"))
    assert find_person(state, asked("an")) is None
    assert said(state) == ['"an" matches: Ana, Ana Julia.']
