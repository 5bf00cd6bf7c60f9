"""``python3 -m tracker_cli --check-client`` and ``--check-tracker``."""

import pytest

from tracker_cli.conformance import Rule, rules
from tracker_cli.i18n import load_catalogue

from .checking import LANGUAGE_OF_CHECK, OUR_CLIENT, OUR_TRACKER, Commands
from .harness import LOOPBACK
from .plain import start_command
from .strange import StrangeServer


@pytest.mark.parametrize(
    ("program", "checked", "verdict"),
    [
        (OUR_CLIENT, rules.OF_A_CLIENT, "Está conforme: nenhuma falha encontrada."),
        (OUR_TRACKER, rules.OF_A_TRACKER, "Conforms: no fault found."),
    ],
)
def test_check_of_our_own_program_prints_that_everything_conforms(
    commands: Commands, program: str, checked: tuple[Rule, ...], verdict: str
) -> None:
    result = commands[program]
    assert result.lines[-1] == verdict
    assert result.exit_code == 0
    catalogue = load_catalogue(LANGUAGE_OF_CHECK[program])
    conforming = [line.removeprefix("ok").strip() for line in result.lines if line.startswith("ok ")]
    assert sorted(conforming) == sorted(catalogue.tr(rule.asks) for rule in checked)


def test_check_of_a_tracker_that_is_not_there_exits_with_3() -> None:
    with StrangeServer() as server:
        port = server.address[1]
    with start_command("tracker_cli", "--check-tracker", f"{LOOPBACK}:{port}", "--lang", "pt_BR") as check:
        assert check.wait_for_end() == 3
        assert check.lines[-1] == "Nada foi verificado: conexão recusada, nenhum programa escuta ali."


def test_check_of_a_client_on_a_port_in_use_exits_with_3() -> None:
    with StrangeServer() as server:
        words = ("--check-client", "--host", LOOPBACK, "--port", str(server.address[1]))
        with start_command("tracker_cli", *words) as check:
            assert check.wait_for_end() == 3
            assert len(check.lines) == 1  # no instructions for what cannot begin
            assert "address in use" in check.lines[0]


@pytest.mark.parametrize(
    "words",
    [
        ("tracker_cli", "--check-tracker"),
        ("tracker_cli", "--check-tracker", "lab:x"),
        ("tracker_cli", "--check-client", "--lang", "de"),
        ("curses_ui", "--check-tracker", "lab"),
    ],
)
def test_mistakes_on_the_command_line_exit_with_2(words: tuple[str, ...]) -> None:
    with start_command(*words) as check:
        assert check.wait_for_end() == 2
        assert len(check.lines) == 1
