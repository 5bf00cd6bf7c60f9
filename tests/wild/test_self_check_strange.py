"""The self-check ends, and with a report, whatever program it meets; what it prints is harmless."""

import io

import pytest

from io_adapters import LANGUAGES
from tracker_cli.conformance import (
    check_client,
    finding_lines,
    print_tracker_check,
    verdict_line,
)
from tracker_cli.i18n import load_catalogue

from . import strange
from .checking import STRANGE_CALLERS, STRANGE_SERVERS, Reports
from .harness import LOOPBACK


@pytest.mark.parametrize("kind", [*STRANGE_SERVERS, *STRANGE_CALLERS])
def test_check_ends_with_faults_that_can_be_printed(reports: Reports, kind: type[object]) -> None:
    report = reports[kind]
    assert report.exit_code == 1
    assert report.faults
    for catalogue in (load_catalogue(language) for language in LANGUAGES):
        lines = [line for finding in report.findings for line in finding_lines(finding, catalogue)]
        lines.append(verdict_line(report, catalogue))
        assert all(line.isprintable() for line in lines), lines


@pytest.mark.parametrize(("language", "words"), [("en", "connection refused"), ("pt_BR", "conexão recusada")])
def test_check_of_a_tracker_that_is_not_there_says_so(language: str, words: str) -> None:
    with strange.StrangeServer() as server:
        address = server.address
    out = io.StringIO()
    assert print_tracker_check(*address, catalogue=load_catalogue(language), out=out) == 3
    assert words in out.getvalue().splitlines()[-1]


def test_check_of_a_client_that_never_comes_ends_by_itself() -> None:
    report = check_client([LOOPBACK], 0, step_seconds=0.2)
    assert (report.exit_code, report.findings) == (3, ())


