"""The command line: what it says, and one clear line for what it cannot say."""

import pytest

from io_adapters import wanted_language

from curses_ui.catalogue import load_catalogue
from curses_ui.run.options import SHELLS, build_parser, parse_options
from curses_ui.run.shell_completion import flags_of

ENGLISH = load_catalogue("en")


def said_by(*words: str) -> dict[str, object]:
    """What a command line says, without the options that it does not have."""
    options = parse_options(words, ENGLISH)
    return {name: value for name, value in vars(options).items() if value not in (None, False)}


def test_an_empty_command_line_says_nothing() -> None:
    assert said_by() == {}


def test_every_option_is_understood() -> None:
    words = (
        "Ana --host --listen [::1]:9000 --plain --lang pt --ascii --color never --log"
        " --config c.ini --print-config --debug d.log"
    )
    assert said_by(*words.split()) == {
        "name": "Ana",
        "host": ("", 10000),
        "listen": ("::1", 9000),
        "plain": True,
        "lang": "pt_BR",
        "ascii": True,
        "color": "never",
        "log": True,
        "config": "c.ini",
        "print_config": True,
        "debug": "d.log",
    }
    assert said_by("--tracker", "[::1]:9", "--no-config") == {"tracker": ("::1", 9), "no_config": True}
    assert said_by("--record", "s") == {"record": "s"}


@pytest.mark.parametrize(
    ("word", "host"),
    [("0.0.0.0", ("0.0.0.0", 10000)), ("lab:9", ("lab", 9)), (":9", ("", 9)), (":0", ("", 0))],
)
def test_host_takes_an_address_a_port_or_both(word: str, host: tuple[str, int]) -> None:
    assert parse_options(["--host", word], ENGLISH).host == host


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("--nope", "unknown argument: --nope"),
        ("Ana Julia", "unknown argument: Julia"),
        ("--track lab", "unknown argument: --track"),
        ("--listen", "--listen needs a value"),
        ("--listen x", '--listen: "x": not a port (0-65535)'),
        ("--tracker lab:0", '--tracker: "lab:0": not a valid address; example: 10.0.0.1:10000'),
        ("--host :x", '--host: ":x": not a valid address; example: 0.0.0.0:10000'),
        ("--plain=1", "--plain takes no value"),
        ("--lang de", '--lang: "de": must be one of: en, pt'),
        ("--color red", '--color: "red": must be one of: auto, always, never'),
        ("--completion csh", '--completion: "csh": must be one of: bash, zsh, fish'),
        ("--host --tracker lab", "--host starts a tracker: it cannot be used with --tracker"),
        ("--config x --no-config", "--config cannot be used with --no-config"),
    ],
)
def test_a_wrong_command_line_is_one_line_and_exit_2(
    words: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_options(words.split(), ENGLISH)
    assert ended.value.code == 2
    captured = capsys.readouterr()
    assert captured.err == f"prosa: {complaint} (try: prosa --help)\n"
    assert captured.out == ""


@pytest.mark.parametrize(
    ("words", "language", "said"),
    [
        ("--check-tracker lab", "en", "prosa: --check-tracker has moved: prosa-tracker --check-tracker HOST[:PORT]\n"),
        ("Ana --check-tracker=lab", "pt_BR", "prosa: --check-tracker mudou: prosa-tracker --check-tracker HOST[:PORT]\n"),
    ],
)
def test_an_option_that_moved_says_where_it_went(
    words: str, language: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_options(words.split(), load_catalogue(language))
    assert ended.value.code == 2
    assert capsys.readouterr() == ("", said)
    assert "check-tracker" not in build_parser(load_catalogue(language)).format_help()


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("--nope", "prosa: argumento desconhecido: --nope (tente: prosa --help)\n"),
        ("--listen", "prosa: --listen precisa de um valor (tente: prosa --help)\n"),
        ("--lang de", 'prosa: --lang: "de": deve ser um destes: en, pt (tente: prosa --help)\n'),
    ],
)
def test_complaints_speak_portuguese(words: str, complaint: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_options(words.split(), load_catalogue("pt_BR"))
    assert capsys.readouterr().err == complaint


def test_help_is_in_the_language_of_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_options(["--help"], load_catalogue("pt_BR"))
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert text.startswith("uso: prosa ")
    assert "opções:" in text
    for english in ("usage", "options", "show", "arguments"):
        assert english not in text


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_knows_every_flag_of_the_help(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_options(["--completion", shell], ENGLISH)
    assert ended.value.code == 0
    script = capsys.readouterr().out
    text = build_parser(ENGLISH).format_help()
    for flag in flags_of(build_parser(ENGLISH)):
        assert flag.help.split("\n")[0].split(" ")[0] in text
        for name in flag.names:
            assert name in text
            shown = name if shell != "fish" else f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}"
            assert shown in script


def test_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_options(["--version"], ENGLISH)
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("prosa ")


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("", None),
        ("--lang pt", "pt_BR"),
        ("Ana --lang=en", "en"),
        ("--lang", None),
        ("--lang de", None),
    ],
)
def test_wanted_language_is_found_before_the_command_line_is_read(words: str, language: str | None) -> None:
    assert wanted_language(words.split()) == language


@pytest.mark.parametrize(
    "words",
    [
        ["--tracker", "\x1b[31m"],
        ["--listen", "\x1b]0;owned\x07"],
        ["--lang", "\x9b31m"],
        ["--color", "\u202e"],
        ["--host", "a\nb:c"],
        ["--\x1b[31m"],
        ["--\x1b[31m=\n"],
        ["--check-tracker=\x1b", "\x1b[31m"],
        ["Ana", "\x1b[31m"],
    ],
)
def test_no_argument_can_act_on_the_terminal(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_options(words, load_catalogue("en"))
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said[:-1].isprintable()


def test_commands_for_the_start_are_kept_in_order() -> None:
    assert said_by("-r", "/chat Bia", "--run=oi", "Ana") == {"commands": ["/chat Bia", "oi"], "name": "Ana"}


@pytest.mark.parametrize("word", ["", " ", "a\nb", "a\udcff"])
def test_a_command_for_the_start_is_one_row_of_text(word: str) -> None:
    with pytest.raises(SystemExit):
        parse_options(["-r", word], ENGLISH)
