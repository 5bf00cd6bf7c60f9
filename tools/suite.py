"""Runs every test, in several processes of pytest side by side.

    python3 -m tools.suite [--jobs N] [PYTEST_OPTION ...]

Each process takes the next part of the suite, the longest first; a part is a folder of tests, or a file
that takes long by itself. In the end as many tests must have run as pytest collects: none is lost between
two parts.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
TESTS: Final = ROOT / "tests"
JOBS: Final = 2
LONG_SECONDS: Final = 5.0  # a file that takes longer is a part of its own
TOGETHER: Final = ("tests/wild",)
"""There, one process works for some tests while the others run, if they are in one part."""

_DURATIONS: Final = ROOT / ".pytest_cache" / "suite.json"  # of each file, in the last run; only decides the order
_BYTES_PER_SECOND: Final = 3000.0  # of a file that has not been run yet: a guess


@dataclass(frozen=True, slots=True)
class Part:
    """Files that one process of pytest runs."""

    files: tuple[str, ...]
    seconds: float
    """How long it will take, as far as known."""


@dataclass(slots=True)
class Outcome:
    """What the processes have found so far."""

    tests: int = 0
    failed_parts: int = 0


def known_durations() -> dict[str, float]:
    """Return the seconds that each file took in the last run; empty if there was none."""
    try:
        found = json.loads(_DURATIONS.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): float(seconds) for name, seconds in found.items()}


def parts_of(files: Sequence[Path], durations: dict[str, float]) -> list[Part]:
    """Return the parts of the suite, the longest first; each file is in exactly one."""
    groups: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for path in files:
        name = path.relative_to(ROOT).as_posix()
        seconds = durations.get(name, path.stat().st_size / _BYTES_PER_SECOND)
        is_alone = seconds > LONG_SECONDS and path.relative_to(ROOT).parent.as_posix() not in TOGETHER
        groups[name if is_alone else path.parent.as_posix()].append((name, seconds))
    parts = [
        Part(tuple(name for name, _ in group), sum(seconds for _, seconds in group)) for group in groups.values()
    ]
    return sorted(parts, key=lambda part: -part.seconds)


class Suite:
    """The parts that wait, and the processes that take them."""

    def __init__(self, parts: Sequence[Part], options: Sequence[str]) -> None:
        self.outcome: Final = Outcome()
        self.durations: Final[dict[str, float]] = {}
        self._waiting: Final = list(reversed(parts))
        self._options: Final = options
        self._lock: Final = threading.Lock()

    def run(self, jobs: int) -> None:
        """Run all parts, ``jobs`` at a time."""
        workers = [threading.Thread(target=self._work) for _ in range(jobs)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    return
                part = self._waiting.pop()
            self._run_part(part)

    def _run_part(self, part: Part) -> None:
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder, "report.xml")
            command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"--junitxml={report}"]
            done = subprocess.run(
                [*command, *self._options, *part.files],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            cases = list(ElementTree.parse(report).iter("testcase")) if report.exists() else []
        taken: defaultdict[str, float] = defaultdict(float)
        for case in cases:
            taken[_file_of(case.get("classname", ""), part.files)] += float(case.get("time", 0))
        with self._lock:
            self.outcome.tests += len(cases)
            self.durations.update(taken)
            where = part.files[0] if len(part.files) == 1 else f"{part.files[0].rpartition('/')[0]}, {len(part.files)} files"
            print(f"{sum(taken.values()):6.1f} s {len(cases):5} tests  {where}", flush=True)
            if done.returncode:
                self.outcome.failed_parts += 1
                print(done.stdout, flush=True)


def _file_of(class_name: str, files: Sequence[str]) -> str:
    """Return which of the files a test of the report is in: it names the module, and perhaps a class in it."""
    path = class_name.replace(".", "/")
    return next((name for name in files if f"{path}/".startswith(f"{name.removesuffix('.py')}/")), files[0])


def collected_tests(options: Sequence[str]) -> int:
    """Return how many tests pytest collects."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-p", "no:cacheprovider", "-o", "addopts=", "-qq", *options]
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    return sum(int(number) for number in re.findall(r"^\S+: (\d+)$", done.stdout, re.M))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tool; return the exit code."""
    parser = argparse.ArgumentParser(prog="python3 -m tools.suite", description=__doc__.partition("\n")[0])
    parser.add_argument("--jobs", type=int, default=JOBS, help=f"processes side by side (default: {JOBS})")
    found, options = parser.parse_known_args(arguments)
    began = time.monotonic()
    suite = Suite(parts_of(sorted(TESTS.rglob("test_*.py")), known_durations()), options)
    suite.run(found.jobs)
    outcome = suite.outcome
    expected = collected_tests(options)
    print(f"{outcome.tests} of {expected} tests, {time.monotonic() - began:.0f} s", end="; ")
    print(f"{outcome.failed_parts} parts failed" if outcome.failed_parts else "all passed")
    if outcome.tests != expected:
        print("some tests were not run", file=sys.stderr)
    if not outcome.failed_parts and not options:
        _DURATIONS.parent.mkdir(exist_ok=True)
        _DURATIONS.write_text(json.dumps(suite.durations, indent=1), encoding="utf-8")
    return 1 if outcome.failed_parts or outcome.tests != expected else 0


if __name__ == "__main__":
    sys.exit(main())
