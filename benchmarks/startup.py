"""How long the programs take from the command to the first sign of life."""

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from .figures import Effort, Figure, Target, median_ratio
from .processes import PROSA_TRACKER, ROOT, Server, cpu_seconds
from .terminal import Terminal

SUBJECT: Final = "startup"
CLIENT: Final = ("-m", "curses_ui", "Ana", "--host", "127.0.0.1:0", "--no-config")
HELP_MS: Final = 100.0
FRAME_MS: Final = 250.0

# The title is what the client writes last of a frame.
_FRAME_IS_UP: Final = b"\x1b]2;prosa\a"
_BARE: Final = ("-c", "import argparse, selectors, socket")
_BARE_FRAME: Final = ("-m", "benchmarks.references.bare_frame")
_TURNS: Final = 5  # in each round


@dataclass(frozen=True, slots=True)
class Start:
    """How long one start took; others on the machine spoil the processor's part of it less."""

    milliseconds: float
    processor_milliseconds: float


def run(effort: Effort) -> Iterator[Figure]:
    """Help of both programs, a tracker that listens, a client's first frame."""
    turns = effort.rounds * _TURNS if effort.share == 1 else 1
    bare = partial(_ended, _BARE)
    for program, module in (("prosa", "curses_ui"), ("prosa-tracker", "tracker_cli")):
        yield _figure(f"{program} --help", partial(_ended, ("-m", module, "--help")), bare, turns, HELP_MS)
    yield _figure("prosa-tracker listens", _listening, bare, turns, None)
    what = "first frame of prosa, which starts a tracker inside"
    yield _figure(what, partial(_drawn, CLIENT), partial(_drawn, _BARE_FRAME), turns, FRAME_MS)


def _figure(
    what: str, ours: Callable[[], Start], bare: Callable[[], Start], turns: int, at_most: float | None
) -> Figure:
    starts: list[Start] = []
    bare_starts: list[Start] = []
    for _ in range(turns):
        starts.append(ours())
        bare_starts.append(bare())
    our_times = [start.milliseconds for start in starts]
    bare_times = [start.milliseconds for start in bare_starts]
    middle = statistics.median(our_times)
    busy = statistics.median(start.processor_milliseconds for start in starts)
    return Figure(
        SUBJECT,
        what,
        f"{middle:.0f} ms",
        f"{statistics.median(bare_times):.0f} ms",
        median_ratio(bare_times, our_times),
        None if at_most is None else Target(at_most, at_most=True, unit="ms"),
        None if at_most is None else middle,
        f"fastest {min(our_times):.0f} ms; {busy:.0f} ms of processor time",
    )


def _ended(arguments: Sequence[str]) -> Start:
    """From the command to the end of the program."""
    began, busy = time.monotonic(), _processor_seconds_of_ended()
    command = [sys.executable, *arguments]
    subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    return Start(1000 * (time.monotonic() - began), 1000 * (_processor_seconds_of_ended() - busy))


def _processor_seconds_of_ended() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _listening() -> Start:
    began = time.monotonic()
    with Server(PROSA_TRACKER) as server:
        return Start(1000 * (time.monotonic() - began), 1000 * cpu_seconds(server.pid))


def _drawn(arguments: Sequence[str]) -> Start:
    with Terminal(arguments) as terminal:
        drawn_at = terminal.wait_for(_FRAME_IS_UP)
        return Start(1000 * (drawn_at - terminal.started_at), 1000 * cpu_seconds(terminal.process.pid))
