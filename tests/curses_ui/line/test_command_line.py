"""Reading one typed line."""

import random

import pytest

from curses_ui.line.command_line import (
    AmbiguousCommand,
    ParsedCommand,
    Text,
    UnknownCommand,
    UsageError,
    find_command,
    parse,
    suggest_command,
)
from curses_ui.line.command_table import COMMANDS, Command

NAMES = ("Ana", "Ana Julia", "ana julia b", "João", "1", 'Zé "Doido"')


def command(name: str) -> Command:
    return next(c for c in COMMANDS if c.name == name)


def said(line: str) -> tuple[str, str, str]:
    parsed = parse(line, NAMES)
    assert isinstance(parsed, ParsedCommand), parsed
    return parsed.command.name, parsed.name, parsed.text


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("", ""),
        ("oi", "oi"),
        (" /list", " /list"),
        ("/", "/"),
        ("/ list", "/ list"),
        ("/1", "/1"),
        ("//list", "/list"),
        ("///", "//"),
        ("DISC", "DISC"),
    ],
)
def test_a_line_without_slash_and_letter_is_text(line: str, text: str) -> None:
    assert parse(line) == Text(text)


@pytest.mark.parametrize("wanted", COMMANDS, ids=lambda c: c.name)
def test_every_word_calls_its_command_in_any_case(wanted: Command) -> None:
    for word in wanted.words:
        for typed in (word, word.upper()):
            parsed = parse(f"/{typed}")
            assert isinstance(parsed, ParsedCommand | UsageError)
            assert parsed.command == wanted


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/list", ("list", "", "")),
        ("/LIST  an ", ("list", "", "an")),
        ("/próxima", ("next", "", "")),
        ("/?", ("help", "", "")),
        ("/exi", ("exit", "", "")),
        ("/conv Ana", ("chat", "Ana", "")),
        ("/dcc chat Ana", ("chat", "Ana", "")),
        ("/DCC  CHAT  Ana Julia", ("chat", "Ana Julia", "")),
        ("/chat Ana Julia", ("chat", "Ana Julia", "")),
        ('/chat "1"', ("chat", "1", "")),
        ('/chat Zé "Doido"', ("chat", 'Zé "Doido"', "")),
        ("/chat 10.0.0.1:9382", ("chat", "10.0.0.1:9382", "")),
        ("/bye", ("bye", "", "")),
        ("/set", ("set", "", "")),
        ("/set time_format  %H:%M:%S ", ("set", "time_format", "%H:%M:%S")),
        ("/log on", ("log", "on", "")),
    ],
)
def test_commands_take_their_arguments(line: str, expected: tuple[str, str, str]) -> None:
    assert said(line) == expected


@pytest.mark.parametrize(
    ("line", "name", "text"),
    [
        ("/msg Ana oi", "Ana", "oi"),
        ("/msg Ana Julia oi", "Ana Julia", "oi"),
        ("/msg Ana Julia b oi", "Ana Julia b", "oi"),  # the longest, whatever its case
        ("/msg Ana  Julia  oi", "Ana Julia", "oi"),
        ("/msg Ana Jul oi", "Ana", "Jul oi"),
        ('/msg Zé "Do oi', 'Zé "Do', "oi"),  # the longest beginning of a name
        ("/msg ana julia b oi", "ana julia b", "oi"),
        ("/msg joao oi João", "joao", "oi João"),
        ("/msg Julia e Ana", "Julia", "e Ana"),
        ('/msg "Ana Julia" oi', "Ana Julia", "oi"),
        ('/msg "Rui" "oi"', "Rui", '"oi"'),
        ('/msg "Rui oi', '"Rui', "oi"),
        ('/msg Zé "Doido" oi', 'Zé "Doido"', "oi"),
        ("/msg 1 oi", "1", "oi"),
    ],
)
def test_msg_takes_the_longest_known_name(line: str, name: str, text: str) -> None:
    assert said(line) == ("msg", name, text)


def test_quotes_are_told_apart() -> None:
    parsed = parse('/win "1"', NAMES)
    assert isinstance(parsed, ParsedCommand)
    assert parsed.quoted
    plain = parse("/win 1", NAMES)
    assert isinstance(plain, ParsedCommand)
    assert not plain.quoted


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("/chat", "chat"),
        ('/chat ""', "chat"),
        ("/msg Ana", "msg"),
        ("/msg Ana Julia", "msg"),  # not "Julia" to Ana
        ("/msg", "msg"),
        ("/search", "search"),
        ("/exit now", "exit"),
        ("/log on off", "log"),
        ("/win", "win"),
        ('/bye " "', "bye"),
    ],
)
def test_missing_and_superfluous_arguments_are_usage_errors(line: str, name: str) -> None:
    assert parse(line, NAMES) == UsageError(command(name))


@pytest.mark.parametrize(
    ("line", "word", "language", "suggestion"),
    [
        ("/bogus", "bogus", "en", None),
        ("/lsit", "lsit", "en", "list"),
        ("/hepl chat", "hepl", "en", "help"),
        ("/tchua", "tchua", "pt_BR", "tchau"),
        ("/home/ana/x.txt", "home/ana/x.txt", "en", None),
        ("/foo", "foo", "en", None),
        ("/foo", "foo", "pt_BR", "fio"),
        ("/lsita", "lsita", "pt_BR", "lista"),
        ("/serach", "serach", "en", "search"),
    ],
)
def test_an_unknown_word_gets_the_nearest_command_of_the_language(line: str, word: str, language: str, suggestion: str | None) -> None:
    assert parse(line) == UnknownCommand(word)
    assert suggest_command(word, language) == suggestion


def test_a_prefix_of_several_commands_names_them() -> None:
    parsed = parse("/se")
    assert isinstance(parsed, AmbiguousCommand)
    assert {c.name for c in parsed.candidates} == {"search", "set", "msg", "tracker"}


def test_a_prefix_of_two_words_of_one_command_is_enough() -> None:
    assert find_command("vers") == command("version")


def test_parse_answers_every_line() -> None:
    seed = 4
    print("seed", seed)
    rng = random.Random(seed)
    alphabet = '/ "?abcehilmnostAÇ山\u0301\u202e\x00{}%'
    for _ in range(2000):
        line = "/" * rng.randrange(2) + "".join(rng.choices(alphabet, k=rng.randrange(12)))
        parsed = parse(line, NAMES)
        if isinstance(parsed, Text):
            assert parsed.text in line
