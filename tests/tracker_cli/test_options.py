"""The command line of the tracker."""

import pytest

from core import VERSION, Edition, TrackerConfig
from curses_ui.text.address import TRACKER_PORT
from tracker_cli.command_line import DEFAULT_PORT, LogFormat, build_parser
from tracker_cli import options as program_options
from tracker_cli.i18n import load_catalogue
from tracker_cli.options import Options

ENGLISH = load_catalogue("en")


def parse_options(arguments: list[str]) -> Options:
    return program_options.parse_options(arguments, ENGLISH)


def test_options_are_the_defaults_when_nothing_is_said() -> None:
    assert parse_options([]) == Options(
        hosts=("",),
        port=10000,
        wait_seconds=15.0,
        config=TrackerConfig(),
        log_format=LogFormat.TEXT,
        verbose=False,
        quiet=False,
        stats_seconds=None,
        ready_fd=None,
    )


def test_options_take_everything_at_once() -> None:
    line = "--host 127.0.0.1 --host [::1] --host ::1 --port 0 --wait 2.5 --keepalive 0.5 --edition 2026 --max-clients 9"
    line += " --max-per-host 3 --log-format json -v --stats 60 --ready-fd 1"
    assert parse_options(line.split()) == Options(
        hosts=("127.0.0.1", "::1"),
        port=0,
        wait_seconds=2.5,
        config=TrackerConfig(
            keepalive_seconds=0.5, edition=Edition.E2026, max_clients=9, max_clients_per_host=3
        ),
        log_format=LogFormat.JSON,
        verbose=True,
        quiet=False,
        stats_seconds=60.0,
        ready_fd=1,
    )


@pytest.mark.parametrize(
    ("word", "address"),
    [
        ("lab", ("lab", 10000)),
        ("10.0.0.1:9", ("10.0.0.1", 9)),
        ("::1", ("::1", 10000)),
        ("[::1]", ("::1", 10000)),
        ("[::1]:9", ("::1", 9)),
    ],
)
def test_the_tracker_to_check_is_a_host_with_or_without_a_port(word: str, address: tuple[str, int]) -> None:
    assert parse_options(["--check-tracker", word]).check_tracker == address


@pytest.mark.parametrize("word", ["pt", "pt_BR", "pt-br"])
def test_a_language_is_called_as_people_call_it(word: str) -> None:
    assert parse_options(["--lang", word]).language == "pt_BR"


@pytest.mark.parametrize(
    "arguments, complaint",
    [
        (["--port", "65536"], '--port: "65536": not a port (0-65535)'),
        (["--port", "-1"], '--port: "-1": not a port (0-65535)'),
        (["--port", "٨٠"], '--port: "٨٠": not a port (0-65535)'),
        (["--port"], "--port needs a value"),
        (["--host", ""], '--host: "": not a valid address'),
        (["--host", "a b"], '--host: "a b": not a valid address'),
        (["--keepalive", "0"], '--keepalive: "0": not a number of seconds (0.1-86400)'),
        (["--keepalive", "nan"], '--keepalive: "nan": not a number of seconds (0.1-86400)'),
        (["--wait", "-1"], '--wait: "-1": not a number of seconds (0-86400)'),
        (["--stats", "soon"], '--stats: "soon": not a number of seconds (0.1-86400)'),
        (["--edition", "2025"], '--edition: "2025": must be one of: 2024, 2026'),
        (["--max-clients", "0"], '--max-clients: "0": not a number from 1 up'),
        (["--max-per-host", "many"], '--max-per-host: "many": not a number from 1 up'),
        (["--log-format", "xml"], '--log-format: "xml": must be one of: text, json'),
        (["-v", "-q"], "-q/--quiet cannot be used with -v/--verbose"),
        (["-q=1"], "-q/--quiet takes no value"),
        (["--ready-fd", "987"], '--ready-fd: "987": not an open descriptor'),
        (["--ready-fd", "x"], '--ready-fd: "x": not an open descriptor'),
        (["--check-tracker"], "--check-tracker needs a value"),
        (["--check-tracker", "lab:x"], '--check-tracker: "lab:x": not a valid address; example: 10.0.0.1:10000'),
        (["--check-tracker", "lab:0"], '--check-tracker: "lab:0": not a valid address; example: 10.0.0.1:10000'),
        (["--check-tracker", ":9"], '--check-tracker: ":9": not a valid address; example: 10.0.0.1:10000'),
        (["--check-tracker", "lab", "--check-client"], "--check-client cannot be used with --check-tracker"),
        (["--lang", "de"], '--lang: "de": must be one of: en, pt'),
        (["--watch"], "unknown argument: --watch"),
        (["--por", "1"], "unknown argument: --por 1"),
        (["10000"], "unknown argument: 10000"),
    ],
)
def test_options_answer_a_mistake_with_one_line_and_exit_code_2(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_options(arguments)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith(f"prosa-tracker: {complaint}")
    assert said.endswith("(try: prosa-tracker --help)\n") and said.count("\n") == 1


HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e\r\n\udc9b"
"""Sets the title, clears the screen, turns the reading order, and forges a line."""


@pytest.mark.parametrize(
    "arguments",
    [
        [HOSTILE],
        [f"--{HOSTILE}"],
        [f"--quiet={HOSTILE}"],
        ["--check-tracker", f"{HOSTILE}:9"],
        ["--check-tracker", f"lab:{HOSTILE}"],
        *(
            [option, HOSTILE]
            for option in (
                *("--host", "--port", "--keepalive", "--edition", "--max-clients", "--max-per-host"),
                *("--log-format", "--stats", "--ready-fd", "--check-tracker", "--lang"),
            )
        ),
        ["--port", "9" * 5000],
    ],
    ids=lambda arguments: arguments[0].partition("=")[0].encode(errors="replace"),
)
def test_options_show_what_is_hostile_in_an_argument_in_a_harmless_way(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_options(arguments)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.endswith("(try: prosa-tracker --help)\n")
    assert said[:-1].isprintable()


def test_options_tell_the_version_that_the_project_has(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_options(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"prosa-tracker {VERSION}\n"


def test_both_programs_have_the_port_of_the_assignment() -> None:
    assert DEFAULT_PORT == TRACKER_PORT


def test_the_help_says_the_values_that_the_core_has() -> None:
    said = " ".join(build_parser(ENGLISH).format_help().split())
    assert f"three times that (default: {TrackerConfig().keepalive_seconds:g})" in said
    assert f"--edition {'|'.join(str(edition.value) for edition in Edition)}" in said
    assert f"in replies (default: {TrackerConfig().edition.value})" in said


def test_options_explain_every_flag_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_options(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    flags = "--host --port --keepalive --edition --max-clients --max-per-host --log-format -v -q --stats"
    for flag in flags.split():
        assert flag in said


def test_help_and_mistakes_are_in_the_language_of_the_user(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--help"], ["--port", "x"]):
        with pytest.raises(SystemExit):
            program_options.parse_options(arguments, load_catalogue("pt_BR"))
    said, complaint = capsys.readouterr()
    assert said.startswith("uso: prosa-tracker [--host ADDR]")
    assert "mostrar esta ajuda e sair" in said
    assert complaint == 'prosa-tracker: --port: "x": não é uma porta (0-65535) (tente: prosa-tracker --help)\n'
