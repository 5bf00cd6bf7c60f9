"""The self-check says of each stand-in what is true of it, and finds no fault in our own programs."""

import pytest

from core import Edition
from tracker_cli.conformance import Outcome, rules

from . import checking, peers
from .checking import OUR_CLIENT, OUR_TRACKER, Kind, Reports
from .verdicts import CLIENTS, TRACKERS, source_lines, verdicts_of

each_stand_in = pytest.mark.parametrize("kind", [*TRACKERS, *CLIENTS])


@each_stand_in
def test_check_says_what_is_true_of_a_stand_in(reports: Reports, kind: Kind) -> None:
    report = reports[kind]
    assert checking.differences_of(kind, report) == []
    must_pass = {Outcome.CONFORMS, Outcome.OPEN}
    conforms = {verdict.outcome for verdict in verdicts_of(kind)} <= must_pass
    assert report.exit_code == (0 if conforms else 1)


@each_stand_in
def test_every_verdict_has_its_line_in_the_source(kind: Kind) -> None:
    lines = source_lines(kind)
    assert [verdict.line for verdict in verdicts_of(kind) if verdict.line not in lines] == []


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("program", [OUR_CLIENT, OUR_TRACKER])
def test_check_finds_no_fault_in_our_own_programs(
    reports: Reports, program: str, edition: Edition
) -> None:
    report = reports[program, edition]
    assert [finding for finding in report.findings if finding.outcome is not Outcome.CONFORMS] == []
    assert report.exit_code == 0


def test_edition_of_2026_has_no_rule_about_disc(reports: Reports) -> None:
    report = reports[peers.LeavesWithoutDisc, Edition.E2026]
    assert report.exit_code == 0
    assert {finding.rule for finding in report.findings} == {*rules.OF_A_CLIENT} - {*rules.ABOUT_DISC}


def test_every_rule_is_broken_by_somebody() -> None:
    broken = {verdict.rule for kind in (*TRACKERS, *CLIENTS) for verdict in verdicts_of(kind)}
    not_done = {rules.SAYS_LIST}  # a program that does not is a person who did not ask
    assert {*rules.OF_A_TRACKER, *rules.OF_A_CLIENT} == broken | not_done
