"""The self-check names the faults of the stand-ins, and finds none in our own programs."""

from collections.abc import Callable
from typing import Final

import pytest

from core import Edition
from tracker_cli.conformance import Outcome, Report, finding_lines, rules, verdict_line
from tracker_cli.i18n import load_catalogue

from . import checking, clients, faulty, peers, trackers
from .checking import OUR_CLIENT, OUR_TRACKER, Reports
from .harness import StandIn
from .programs import ClientProgram

ATTEMPTS_ALONE: Final = 2
ENGLISH: Final = load_catalogue("en")

Faults = set[tuple[str, str]]
"""Key of the rule, and words that are in what was observed."""

NO_KEEPALIVE_LIMIT = ("expires the silent", "still listed")

TRACKERS: dict[type[trackers.TrackerProgram], Faults] = {
    trackers.TrackerProgram: {NO_KEEPALIVE_LIMIT},
    trackers.NamedAddressTracker: {NO_KEEPALIVE_LIMIT},
    trackers.SpacedAddressTracker: {NO_KEEPALIVE_LIMIT, ("answers ADDR", "spaces between its parts")},
    trackers.OneRecvTracker: {
        NO_KEEPALIVE_LIMIT,
        ("reads glued instructions", r"No answer to `KEEP\r\nLIST\r\n`"),
        ("reads split instructions", r"No answer to `LI` + `ST\r\n`"),
    },
    trackers.UnterminatedTracker: {
        NO_KEEPALIVE_LIMIT,
        ("replies end in CRLF", "no line end at all"),
        ("reads glued instructions", "No answer"),
        ("reads split instructions", "No answer"),
    },
    trackers.TalkativeTracker: {
        NO_KEEPALIVE_LIMIT,
        ("no other replies", r"It answered USER with `Bem-vindo!\r\n`"),
        ("silent on unknown ADDR", "usuário não encontrado"),
    },
    trackers.ListsEverybodyTracker: {NO_KEEPALIVE_LIMIT, ("lists the others", "-ana1 asked and got")},
    trackers.OneClientTracker: {("serves in parallel", "which said nothing, was open")},
    faulty.RegistersAnything: {NO_KEEPALIVE_LIMIT, ("refuses bad USER", "-bad is in")},
    faulty.DiesOfRubbish: {("survives rubbish", "After it, LIST had no answer")},
    faulty.ListsNamesTwice: {NO_KEEPALIVE_LIMIT},
    faulty.NeverForgets: {NO_KEEPALIVE_LIMIT, ("forgets who left", "-bruno was still listed")},
    faulty.DropsWhoOnlyKeeps: {
        NO_KEEPALIVE_LIMIT,
        ("keeps the living", "-keeper said KEEP every 1 s, and was disconnected"),
    },
    faulty.AsciiTracker: {NO_KEEPALIVE_LIMIT, ("takes any name", "da Conceição check")},
    faulty.TellsItsOwnPort: {NO_KEEPALIVE_LIMIT, ("answers ADDR", "-bruno had said port 20001")},
    faulty.TellsNoAddress: {NO_KEEPALIVE_LIMIT, ("answers ADDR", "nobody can dial that address")},
    faulty.AnswersOtherwise: {("answers LIST", "It answered LIST with `USERS")},
    faulty.ListsWithoutSpace: {NO_KEEPALIVE_LIMIT},
}

HALF_A_CHARACTER = ("reads a stream of texts", "cut inside a character")

CLIENTS: dict[type[ClientProgram], Faults] = {
    ClientProgram: set(),
    # Towards the tracker
    clients.SpaceAfterColon: {("says USER first", "has spaces beside the “:”")},
    clients.SaysDiscToTracker: {("says only protocol", r"It sent `DISC\r\n` to the tracker")},
    clients.OneRecvPerAnswer: {("survives lists", "in two parts")},
    clients.SplitsListOnOneSpace: {("survives lists", r"`LIST Ana Júlia:Eco:Bia\r\n`.")},
    clients.ReplacesListWord: {("survives lists", "in two parts")},
    clients.ReplacesListWordAndTrims: {("survives lists", "in two parts")},
    clients.PollsWhenIdle: set(),  # what it does not read, nobody sees from outside
    # Towards other clients
    peers.ReadsSegments: {HALF_A_CHARACTER},
    peers.NeverTerminates: {
        HALF_A_CHARACTER,
        ("peer lines end in CRLF", "`USER Ana` has no line end at all"),
    },
    peers.LineFeedTexts: {("peer lines end in CRLF", r"ends in \n alone")},
    peers.SpaceAfterText: {HALF_A_CHARACTER, ("peer lines end in CRLF", "`sim ` has no line end at all")},
    peers.SaysBye: {("says DISC", r"It said `/bye\r\n` in place of DISC")},
    peers.SaysByeUnterminated: {
        ("says DISC", "It said `/bye` in place of DISC"),
        ("peer lines end in CRLF", "`/bye` has no line end at all"),
    },
    peers.LeavesWithoutDisc: {("says DISC", "closed without DISC")},
    peers.TellsPeersItsPort: {("introduces itself", "It said `USER Ana:")},
    peers.BareName: {("introduces itself", r"It said `Ana\r\n` first")},
    peers.NeverIntroduces: {("introduces itself", "said nothing for 5 s")},
    peers.ConnectionPerMessage: {
        ("sends texts", "closed the connection after one text"),
        ("says DISC", "closed without DISC"),
    },
    peers.WaitsATenthForUser: {
        HALF_A_CHARACTER,
        ("waits for the caller", "closed after 0.5 s, before the caller had said USER"),
    },
    peers.FirstRecvIsTheName: {HALF_A_CHARACTER},  # whose name it shows, only its user sees
    peers.DiscPrefixEnds: {HALF_A_CHARACTER, ("takes DISC texts", "`DISCO é bom`")},
    peers.DiscAnywhereEnds: {HALF_A_CHARACTER, ("takes DISC texts", "`meu DISC`")},
    peers.BusyElsewhere: {("takes a second call", r"got `BUSY\r\n` and was cut off")},
    peers.DialsLocalhost: {("dials as told", "it called 127.0.0.1")},
    peers.ConsoleCodePage: {HALF_A_CHARACTER},
    peers.SlowTypist: set(),
    # Made up
    faulty.SaysNoKeep: {("says KEEP", "No KEEP came within")},
    faulty.KeepsTooOften: set(),
    faulty.NeverEndsItsUser: {
        ("requests end in CRLF", "has no line end at all"),
        ("says KEEP", "s passed without a KEEP"),
    },
    faulty.Deaf: {("listens", "connection refused")},
    faulty.IgnoresDisc: {("closes on DISC", "5 s after DISC it had not closed")},
    faulty.AsksInItsOwnWords: {
        ("says ADDR", r"Its question was `ADDR the Eco\r\n`"),
        ("stays connected", "left the tracker"),
    },
    faulty.TellsPeersAnotherName: {("introduces itself", "but is registered as Ana")},
    faulty.TalksToTheTracker: {("says only protocol", r"It sent `Alguém aí?\r\n` to the tracker")},
    faulty.LosesItsTracker: {("stays connected", "left the tracker while")},
}

NOTES: dict[type[StandIn], tuple[str, str]] = {
    faulty.ListsNamesTwice: ("one of a name", "is listed twice"),
    faulty.ListsWithoutSpace: ("separates names", r"it answers `LIST\r\n`, without the space"),
    faulty.KeepsTooOften: ("says KEEP", "A KEEP came every 0.1 s"),
    peers.SpaceAfterText: ("sends texts", "Typed sim, arrived `sim `"),
    peers.ConsoleCodePage: ("sends texts", r"`n\xe3o\r\n` is not UTF-8"),
}


def assert_faults(report: Report, expected: Faults) -> None:
    """Each expected fault was found, each fault found was expected, and the rest was seen."""
    words = {(fault.rule.key, finding_lines(fault, ENGLISH)[0]) for fault in report.faults}
    for key, part in expected:
        assert any(key == found and part in line for found, line in words), (key, part, words)
    assert {key for key, _ in words} == {key for key, _ in expected}, words
    assert report.exit_code == (1 if expected else 0), verdict_line(report, ENGLISH)


def settled(reports: Reports, checked: object, again: Callable[[], Report], expected: Faults) -> Report:
    """The report of a check, or of the same check alone where it differs from what is expected.

    With seventy checks under way at once on a busy machine, a ``KEEP`` can be late
    by more than the check forgives.
    """
    report = reports[checked].result()
    keys = {key for key, _ in expected}
    for _ in range(ATTEMPTS_ALONE):
        if {fault.rule.key for fault in report.faults} == keys:
            break
        for other in reports.values():
            other.result()
        report = again()
    return report


@pytest.mark.parametrize("kind", TRACKERS)
def test_check_names_the_faults_of_a_tracker(
    reports: Reports, kind: type[trackers.TrackerProgram]
) -> None:
    expected = TRACKERS[kind]
    assert_faults(settled(reports, kind, lambda: checking.check_of_tracker(kind), expected), expected)


@pytest.mark.parametrize("kind", CLIENTS)
def test_check_names_the_faults_of_a_client(
    reports: Reports, kind: type[ClientProgram]
) -> None:
    expected = CLIENTS[kind]

    def again() -> Report:
        return checking.check_of_client(kind, Edition.E2024)

    assert_faults(settled(reports, kind, again, expected), expected)


@pytest.mark.parametrize("kind", NOTES)
def test_check_notes_what_the_assignment_leaves_open(
    reports: Reports, kind: type[StandIn]
) -> None:
    key, part = NOTES[kind]
    notes = [finding for finding in reports[kind].result().findings if finding.outcome is Outcome.OPEN]
    assert [note.rule.key for note in notes] == [key]
    assert part in finding_lines(notes[0], ENGLISH)[0]


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("program", [OUR_CLIENT, OUR_TRACKER])
def test_check_finds_no_fault_in_our_own_programs(
    reports: Reports, program: str, edition: Edition
) -> None:
    def again() -> Report:
        check = checking.check_of_our_client if program == OUR_CLIENT else checking.check_of_our_tracker
        return check(edition)

    report = settled(reports, (program, edition), again, set())
    assert [finding for finding in report.findings if finding.outcome is not Outcome.CONFORMS] == []
    assert report.exit_code == 0


def test_chat_that_ends_without_disc_conforms_to_the_edition_that_has_none(
    reports: Reports,
) -> None:
    assert reports[peers.LeavesWithoutDisc].result().exit_code == 1
    assert reports[peers.LeavesWithoutDisc, Edition.E2026].result().exit_code == 0


def test_check_is_not_complete_when_the_person_does_not_do_a_step(reports: Reports) -> None:
    report = reports[faulty.StaysForEver].result()
    assert report.faults == ()
    assert [finding.rule.key for finding in report.unseen] == ["leaves"]
    assert report.exit_code == 1


def test_every_stand_in_has_its_expected_faults() -> None:
    assert list(TRACKERS) == checking.TRACKERS
    assert [*CLIENTS, faulty.StaysForEver] == checking.CLIENTS


def test_every_rule_is_broken_by_somebody() -> None:
    broken = {key for faults in (*TRACKERS.values(), *CLIENTS.values()) for key, _ in faults}
    noted = {key for key, _ in NOTES.values()}
    not_done = {"says LIST", "leaves"}  # a program that does not is a person who did not ask
    rules_of_both = (*rules.OF_A_TRACKER, *rules.OF_A_CLIENT)
    assert {rule.key for rule in rules_of_both} == broken | noted | not_done
