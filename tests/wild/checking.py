"""Every self-check that the tests look at. They mostly wait, so all of them run at once."""

from concurrent.futures import Executor, Future
from contextlib import closing

from core import Edition
from tracker_cli.conformance import Report, Step, check_client, check_tracker

from . import clients, faulty, peers, programs, strange, trackers
from .commands import CommandResult, run_check_of_our_client, run_check_of_our_tracker
from .driving import PersonAtOurs, PersonAtProgram, told
from .harness import LOOPBACK
from .ours import OurTracker

QUICK_SECONDS = 1.0  # the keepalive period of stand-ins, so that an expiry can be waited for
STEP_SECONDS = 10.0
OUR_CLIENT = "our client"
OUR_TRACKER = "our tracker"

LANGUAGE_OF_CHECK = {OUR_CLIENT: "pt_BR", OUR_TRACKER: "en"}  # as a command; the other language is as good

Commands = dict[str, "Future[CommandResult]"]
"""By what is checked."""
Reports = dict[object, "Future[Report]"]
"""By the class of the stand-in, or for our own programs and in another edition by (what, edition)."""

TRACKERS = [
    trackers.TrackerProgram,
    trackers.NamedAddressTracker,
    trackers.SpacedAddressTracker,
    trackers.OneRecvTracker,
    trackers.UnterminatedTracker,
    trackers.TalkativeTracker,
    trackers.ListsEverybodyTracker,
    trackers.OneClientTracker,
    faulty.RegistersAnything,
    faulty.DiesOfRubbish,
    faulty.ListsNamesTwice,
    faulty.NeverForgets,
    faulty.DropsWhoOnlyKeeps,
    faulty.AsciiTracker,
    faulty.TellsItsOwnPort,
    faulty.TellsNoAddress,
    faulty.AnswersOtherwise,
    faulty.ListsWithoutSpace,
]
CLIENTS: list[type[programs.ClientProgram]] = [
    programs.ClientProgram,
    clients.SpaceAfterColon,
    clients.SaysDiscToTracker,
    clients.OneRecvPerAnswer,
    clients.SplitsListOnOneSpace,
    clients.ReplacesListWord,
    clients.ReplacesListWordAndTrims,
    clients.PollsWhenIdle,
    peers.ReadsSegments,
    peers.NeverTerminates,
    peers.LineFeedTexts,
    peers.SpaceAfterText,
    peers.SaysBye,
    peers.SaysByeUnterminated,
    peers.LeavesWithoutDisc,
    peers.TellsPeersItsPort,
    peers.BareName,
    peers.NeverIntroduces,
    peers.ConnectionPerMessage,
    peers.WaitsATenthForUser,
    peers.FirstRecvIsTheName,
    peers.DiscPrefixEnds,
    peers.DiscAnywhereEnds,
    peers.BusyElsewhere,
    peers.DialsLocalhost,
    peers.ConsoleCodePage,
    peers.SlowTypist,
    faulty.SaysNoKeep,
    faulty.KeepsTooOften,
    faulty.NeverEndsItsUser,
    faulty.Deaf,
    faulty.IgnoresDisc,
    faulty.AsksInItsOwnWords,
    faulty.TellsPeersAnotherName,
    faulty.TalksToTheTracker,
    faulty.LosesItsTracker,
    faulty.StaysForEver,
]
STRANGE_SERVERS = [
    strange.StrangeServer,
    strange.NeverAnswers,
    strange.Echoes,
    strange.Floods,
    strange.FloodsLines,
    strange.FloodsNoise,
    strange.Trickles,
    strange.SpeaksHttp,
    strange.Resets,
]
STRANGE_CALLERS = [
    strange.StrangeCaller,
    strange.CallerThatFloods,
    strange.CallerThatFloodsRequests,
    strange.CallerThatStorms,
    strange.CallerWithAnEvilName,
    strange.CallerThatCallsItself,
    strange.CallerThatChatters,
]


def start_checks(pool: Executor, busy_pool: Executor) -> Reports:
    """Begin them all; those in which much is sent go into ``busy_pool``, a few at a time."""
    reports: Reports = {}
    for edition in Edition:
        reports[OUR_CLIENT, edition] = pool.submit(check_of_our_client, edition)
        reports[OUR_TRACKER, edition] = pool.submit(check_of_our_tracker, edition)
    for tracker in TRACKERS:
        reports[tracker] = pool.submit(check_of_tracker, tracker)
    for client in CLIENTS:
        reports[client] = pool.submit(check_of_client, client, Edition.E2024)
    reports[peers.LeavesWithoutDisc, Edition.E2026] = pool.submit(
        check_of_client, peers.LeavesWithoutDisc, Edition.E2026
    )
    for server in STRANGE_SERVERS:
        reports[server] = busy_pool.submit(_check_strange_server, server)
    for caller in STRANGE_CALLERS:
        reports[caller] = busy_pool.submit(_check_strange_caller, caller)
    return reports


def start_commands(pool: Executor) -> Commands:
    """Begin the checks that are processes of their own."""
    return {
        OUR_CLIENT: pool.submit(run_check_of_our_client, LANGUAGE_OF_CHECK[OUR_CLIENT]),
        OUR_TRACKER: pool.submit(run_check_of_our_tracker, LANGUAGE_OF_CHECK[OUR_TRACKER]),
    }


def check_of_tracker(kind: type[trackers.TrackerProgram]) -> Report:
    with kind() as tracker:
        return check_tracker(*tracker.address, keepalive_seconds=QUICK_SECONDS)


def check_of_our_tracker(edition: Edition) -> Report:
    with OurTracker(edition, keepalive_seconds=QUICK_SECONDS) as tracker:
        return check_tracker(*tracker.address, keepalive_seconds=QUICK_SECONDS)


def check_of_client(kind: type[programs.ClientProgram], edition: Edition) -> Report:
    with closing(PersonAtProgram(lambda: kind("Ana", keepalive_seconds=QUICK_SECONDS))) as person:
        return check_client(
            [LOOPBACK],
            0,
            edition=edition,
            keepalive_seconds=QUICK_SECONDS,
            step_seconds=STEP_SECONDS,
            on_step=person,
        )


def check_of_our_client(edition: Edition) -> Report:
    with closing(PersonAtOurs("Ana")) as person:
        return check_client([LOOPBACK], 0, edition=edition, on_step=person)


def _check_strange_server(kind: type[strange.StrangeServer]) -> Report:
    with kind() as server:
        return check_tracker(*server.address, keepalive_seconds=0.5)


def _check_strange_caller(kind: type[strange.StrangeCaller]) -> Report:
    with kind() as caller:

        def on_step(step: Step) -> None:
            if step.key == "start":
                host, _, port = told(step, "address").rpartition(":")
                caller.visit((host, int(port)))

        return check_client([LOOPBACK], 0, keepalive_seconds=0.5, step_seconds=1.0, on_step=on_step)
