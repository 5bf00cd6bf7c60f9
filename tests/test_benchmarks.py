"""benchmarks/: each of them runs, and prints its rows of the table; what they measure is not judged here."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import BENCHMARKS
from benchmarks.figures import Figure, Target, table_lines

ROOT = Path(__file__).parent.parent
PATIENCE_SECONDS = 120.0
"""Only guards against hanging."""


@pytest.mark.parametrize("name", BENCHMARKS)
def test_benchmark_prints_its_table_when_it_is_run_quickly(
    name: str, quick_runs: dict[str, subprocess.CompletedProcess[str]]
) -> None:
    assert quick_runs[name].returncode == 0, quick_runs[name].stderr
    head, rule, *rows = quick_runs[name].stdout.splitlines()
    assert head.startswith("| benchmark | figure | Prosa |")
    assert set(rule) == {"|", "-"}
    assert rows
    for row in rows:
        assert row.startswith(f"| {name} | ")
        assert row.count(" | ") == head.count(" | ")


def test_unknown_benchmark_is_refused_with_the_names_of_those_that_there_are() -> None:
    command = [sys.executable, "-m", "benchmarks", "spped"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_SECONDS)

    assert done.returncode == 2
    assert done.stdout == ""
    assert all(name in done.stderr for name in BENCHMARKS)


def test_table_tells_whether_a_figure_keeps_to_its_target() -> None:
    small = Target(1.2, at_most=True, unit="KiB")
    fast = Target(0.92, at_most=False)
    figures = [
        Figure("tracker", "memory", "1.0 KiB", target=small, judged=1.0),
        Figure("tracker", "more memory", "1.3 KiB", target=small, judged=1.3),
        Figure("tracker", "speed", "9 µs", "10 µs", 1.1111, fast, 1.1111, "loud machine"),
        Figure("core", "no target", "3 M/s"),
    ]

    assert list(table_lines(figures))[2:] == [
        "| tracker | memory | 1.0 KiB |  |  | ≤ 1.2 KiB | yes |  |",
        "| tracker | more memory | 1.3 KiB |  |  | ≤ 1.2 KiB | NO |  |",
        "| tracker | speed | 9 µs | 10 µs | 1.111 | ≥ 0.92 | yes | loud machine |",
        "| core | no target | 3 M/s |  |  |  |  |  |",
    ]
