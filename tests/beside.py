"""Work that some tests wait for: it is done in a process of its own, from the end of the collection on (``conftest``)."""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from benchmarks.__main__ import BENCHMARKS
from tools import release

ROOT = Path(__file__).parent.parent


class Packages(NamedTuple):
    """What is given to others, built twice, and where it was installed."""

    sources: Path
    wheel: Path
    sources_again: Path
    wheel_again: Path
    commands: Path
    """The folder of the commands, in an environment that has the wheel."""


def make_packages(folder: Path) -> Packages:
    """Build everything in ``folder`` twice, and install it once."""
    python = release.make_environment(folder / "venv")
    release.install(python, release.BUILD_REQUIREMENT)
    for name in ("one", "two"):
        (folder / name).mkdir()
    sources, wheel = release.build(python, folder / "one")
    sources_again, wheel_again = release.build(python, folder / "two")
    release.install(python, "--no-deps", wheel)
    return Packages(sources, wheel, sources_again, wheel_again, python.parent)


def run_benchmarks() -> dict[str, "subprocess.CompletedProcess[str]"]:
    """Run each of them quickly, all at once: they wait more than they work, and nobody reads these figures."""
    runs = {
        name: subprocess.Popen(
            [sys.executable, "-m", "benchmarks", name, "--quick"],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in BENCHMARKS
    }
    done = {}
    for name, run in runs.items():
        with run:
            output, errors = run.communicate()
            done[name] = subprocess.CompletedProcess(run.args, run.returncode, output, errors)
    return done
