"""How long the programs take from the command to the first sign of life."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from .figures import Effort, Figure, Target, median_ratio
from .processes import PROSA_TRACKER, ROOT, Server
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
    what: str, ours: Callable[[], float], bare: Callable[[], float], turns: int, at_most: float | None
) -> Figure:
    our_times: list[float] = []
    bare_times: list[float] = []
    for _ in range(turns):
        our_times.append(1000 * ours())
        bare_times.append(1000 * bare())
    middle = statistics.median(our_times)
    return Figure(
        SUBJECT,
        what,
        f"{middle:.0f} ms",
        f"{statistics.median(bare_times):.0f} ms",
        median_ratio(bare_times, our_times),
        None if at_most is None else Target(at_most, at_most=True, unit="ms"),
        None if at_most is None else middle,
        f"fastest {min(our_times):.0f} ms",
    )


def _ended(arguments: Sequence[str]) -> float:
    """Seconds from the command to the end of the program."""
    began = time.monotonic()
    command = [sys.executable, *arguments]
    subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - began


def _listening() -> float:
    began = time.monotonic()
    with Server(PROSA_TRACKER):
        return time.monotonic() - began


def _drawn(arguments: Sequence[str]) -> float:
    with Terminal(arguments) as terminal:
        return terminal.wait_for(_FRAME_IS_UP) - terminal.started_at
