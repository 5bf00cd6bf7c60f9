"""Every self-check that the tests look at. They mostly wait, so all of them run at once.

    python3 -m tests.wild.checking [RUNS]      run every check of a stand-in this often (10), and print what differs
"""

import sys
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import closing

from core import Edition
from tracker_cli.conformance import Report, Step, check_client, check_tracker, rules

from . import peers, programs, strange, trackers
from .commands import CommandResult, run_check_of_our_client, run_check_of_our_tracker
from .driving import PersonAtOurs, PersonAtProgram, told
from .harness import LOOPBACK, pause
from .ours import OurTracker
from .verdicts import CLIENTS, TRACKERS, differences

APART_SECONDS = 0.06  # between the beginnings of the checks, so that they are not all at the same step
QUICK_SECONDS = 1.0  # the keepalive period of stand-ins, so that an expiry can be waited for
STEP_SECONDS = 10.0
Kind = type[trackers.TrackerProgram] | type[programs.ClientProgram]
OUR_CLIENT = "our client"
OUR_TRACKER = "our tracker"

LANGUAGE_OF_CHECK = {OUR_CLIENT: "pt_BR", OUR_TRACKER: "en"}  # as a command; the other language is as good

Commands = dict[str, CommandResult]
"""By what is checked."""
Reports = dict[object, Report]
"""By the class of the stand-in, or for our own programs and in another edition by (what, edition)."""
Checks = tuple[Reports, Commands]

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


def run_checks(*, reports: bool, commands: bool) -> Checks:
    """Run those that are wanted, side by side; the first that fails raises its error."""
    with ThreadPoolExecutor(max_workers=100) as pool, ThreadPoolExecutor(max_workers=5) as busy_pool:
        started = _start_checks(pool, busy_pool) if reports else {}
        as_commands = _start_commands(pool) if commands else {}
        return {key: one.result() for key, one in started.items()}, {key: one.result() for key, one in as_commands.items()}


def _start_checks(pool: Executor, busy_pool: Executor) -> dict[object, Future[Report]]:
    """Begin them all; those in which much is sent go into ``busy_pool``, a few at a time."""
    reports: dict[object, Future[Report]] = {}
    for edition in Edition:
        reports[OUR_CLIENT, edition] = pool.submit(check_of_our_client, edition)
        reports[OUR_TRACKER, edition] = pool.submit(check_of_our_tracker, edition)
    kinds: list[Kind] = [*TRACKERS, *CLIENTS]
    for kind in kinds:
        reports[kind] = pool.submit(_check_later, kind, APART_SECONDS * len(reports))
    reports[peers.LeavesWithoutDisc, Edition.E2026] = pool.submit(
        check_of_client, peers.LeavesWithoutDisc, Edition.E2026
    )
    for server in STRANGE_SERVERS:
        reports[server] = busy_pool.submit(_check_strange_server, server)
    for caller in STRANGE_CALLERS:
        reports[caller] = busy_pool.submit(_check_strange_caller, caller)
    return reports


def _start_commands(pool: Executor) -> dict[str, Future[CommandResult]]:
    """Begin the checks that are processes of their own."""
    return {
        OUR_CLIENT: pool.submit(run_check_of_our_client, LANGUAGE_OF_CHECK[OUR_CLIENT]),
        OUR_TRACKER: pool.submit(run_check_of_our_tracker, LANGUAGE_OF_CHECK[OUR_TRACKER]),
    }


def check_of(kind: Kind) -> Report:
    """The check of a stand-in, as its verdicts have it."""
    if issubclass(kind, trackers.TrackerProgram):
        return check_of_tracker(kind)
    return check_of_client(kind, Edition.E2024)


def _check_later(kind: Kind, seconds: float) -> Report:
    pause(seconds)
    return check_of(kind)


def differences_of(kind: Kind, report: Report) -> list[str]:
    """What a report of a stand-in says otherwise than its verdicts, a row each."""
    if issubclass(kind, trackers.TrackerProgram):
        return differences(report, TRACKERS[kind], rules.OF_A_TRACKER)
    return differences(report, CLIENTS[kind], rules.OF_A_CLIENT)


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


def main(runs: int = 10) -> int:
    """Run every check of a stand-in ``runs`` times; returns the exit code."""
    differing = 0
    kinds: list[Kind] = [*TRACKERS, *CLIENTS]
    for run in range(1, runs + 1):
        began = time.monotonic()
        with ThreadPoolExecutor(max_workers=len(kinds)) as pool:
            for kind, report in zip(kinds, pool.map(check_of, kinds), strict=True):
                for row in differences_of(kind, report):
                    differing += 1
                    print(f"run {run}: {kind.__name__}: {row}", flush=True)
        print(f"run {run} of {runs}: {len(kinds)} checks in {time.monotonic() - began:.0f} s", flush=True)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
