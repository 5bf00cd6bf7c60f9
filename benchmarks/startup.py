"""How long the programs take from the command to the first sign of life.

They are measured in a clean environment, which holds Python and the programs and nothing else, with the
bytecode of an earlier start in its caches. A first start of all compiles the sources, and is stated apart.
"""

import resource
import shutil
import statistics
import subprocess
import tempfile
import time
import venv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from .figures import Effort, Figure, Target, median_ratio
from .processes import PROSA_TRACKER, ROOT, Place, Server, cpu_seconds
from .terminal import Terminal

SUBJECT: Final = "startup"
CLIENT: Final = ("-m", "curses_ui", "Ana", "--host", "127.0.0.1:0", "--no-config", "--lang", "en")
HELP_TIMES: Final = 1.5  # the bare loop
TRACKER_HELP_TIMES: Final = 2.5  # which says defaults that the core has
FRAME_TIMES: Final = 4.5
GAP_MS: Final = 50.0  # docs/protocol.md §3.1: between the two instructions of a registration

_PACKAGES: Final = ("core", "io_adapters", "curses_ui", "tracker_cli", "benchmarks")
# The title is what the client writes last of a frame.
_FRAME_IS_UP: Final = b"\x1b]2;prosa\a"
_IS_REGISTERED: Final = b"Registered at"
_BARE: Final = ("-c", "import argparse, selectors, socket")
_BARE_FRAME: Final = ("-m", "benchmarks.references.bare_frame")
_TURNS: Final = 5  # in each round


@dataclass(frozen=True, slots=True)
class Start:
    """How long one start took. Processor time depends less on other programs than elapsed time."""

    milliseconds: float
    processor_milliseconds: float


def run(effort: Effort) -> Iterator[Figure]:
    """Measure the help of both programs, a tracker that listens, a client's first frame, and its registration."""
    turns = effort.rounds * _TURNS if effort.share == 1 else 1
    with tempfile.TemporaryDirectory() as folder:
        place = _clean_place(Path(folder))
        bare = partial(_ended, place, _BARE)
        prosa, tracker = (partial(_ended, place, ("-m", module, "--help")) for module in ("curses_ui", "tracker_cli"))
        yield _figure("prosa --help", prosa, bare, turns, HELP_TIMES)
        yield _figure("prosa-tracker --help", tracker, bare, turns, TRACKER_HELP_TIMES)
        yield _figure("prosa-tracker listens", partial(_listening, place), bare, turns)
        bare_frame = partial(_drawn, place, _BARE_FRAME)
        frame = partial(_drawn, place, CLIENT)
        what = "first frame of prosa, which starts a tracker inside"
        yield _figure(what, frame, bare_frame, turns, FRAME_TIMES)
        yield _figure(f"{what}: first start of all", partial(_drawn_uncompiled, place), bare_frame, turns)
        yield _registration(place, bare, turns)


def _clean_place(folder: Path) -> Place:
    """Make an environment with the programs in ``folder``."""
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    for package in _PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    return Place(str(folder / "venv" / "bin" / "python"), folder)


def _figure(
    what: str,
    ours: Callable[[], Start],
    bare: Callable[[], Start],
    turns: int,
    times: float | None = None,
) -> Figure:
    for start in (ours, bare):
        start()  # leaves its bytecode in the caches
    starts: list[Start] = []
    bare_starts: list[Start] = []
    for _ in range(turns):
        starts.append(ours())
        bare_starts.append(bare())
    our_times = [start.milliseconds for start in starts]
    bare_times = [start.milliseconds for start in bare_starts]
    busy = statistics.median(start.processor_milliseconds for start in starts)
    ratio = median_ratio(bare_times, our_times)
    return Figure(
        SUBJECT,
        what,
        f"{statistics.median(our_times):.0f} ms",
        f"{statistics.median(bare_times):.0f} ms",
        ratio,
        None if times is None else Target(times, at_most=True, unit="times"),
        None if times is None else 1 / ratio,
        f"{1 / ratio:.2f} times; fastest {min(our_times):.0f} ms; {busy:.0f} ms of processor time",
    )


def _registration(place: Place, bare: Callable[[], Start], turns: int) -> Figure:
    """Measure from the first frame until the client shows that it is registered, and the list."""
    gaps: list[float] = []
    bare_times: list[float] = []
    for _ in range(turns):
        with Terminal(CLIENT, place=place) as terminal:
            drawn_at = terminal.wait_for(_FRAME_IS_UP)
            gaps.append(1000 * (terminal.wait_for(_IS_REGISTERED) - drawn_at))
        bare_times.append(bare().milliseconds)
    middle, bare_middle = statistics.median(gaps), statistics.median(bare_times)
    return Figure(
        SUBJECT,
        "registered and listed, after the first frame",
        f"{middle:.0f} ms",
        f"{bare_middle:.0f} ms",
        None,
        Target(round(GAP_MS + bare_middle), at_most=True, unit="ms"),
        middle,
        "the protocol's gap, and one start of Python",
    )


def _ended(place: Place, arguments: Sequence[str]) -> Start:
    """Measure from the command to the end of the program."""
    began, busy = time.monotonic(), _processor_seconds_of_ended()
    subprocess.run(
        [place.python, *arguments],
        cwd=place.folder,
        env=place.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return Start(1000 * (time.monotonic() - began), 1000 * (_processor_seconds_of_ended() - busy))


def _processor_seconds_of_ended() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _listening(place: Place) -> Start:
    began = time.monotonic()
    with Server(PROSA_TRACKER, place=place) as server:
        return Start(1000 * (time.monotonic() - began), 1000 * cpu_seconds(server.pid))


def _drawn(place: Place, arguments: Sequence[str]) -> Start:
    with Terminal(arguments, place=place) as terminal:
        drawn_at = terminal.wait_for(_FRAME_IS_UP)
        return Start(1000 * (drawn_at - terminal.started_at), 1000 * cpu_seconds(terminal.process.pid))


def _drawn_uncompiled(place: Place) -> Start:
    for package in _PACKAGES:
        for cache in list((place.folder / package).rglob("__pycache__")):
            shutil.rmtree(cache)
    return _drawn(place, CLIENT)
