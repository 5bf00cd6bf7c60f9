"""The suite's own limits: a test that hangs, or fills the memory, ends with its name and a status that is not 0."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

HANG = """
def test_that_never_ends():
    while True:
        pass
"""
HOG = """
def test_that_fills_the_memory():
    kept = []
    for _ in range(1024):
        kept.append(bytearray(16 * 1024 * 1024))  # untouched pages: the limit counts addresses, the machine gives none
"""


def run_suite(folder: Path, source: str, *settings: str) -> subprocess.CompletedProcess[str]:
    """Run a suite of one planted test under the project's settings, with a few of them overridden."""
    planted = folder / "test_planted.py"
    planted.write_text(source, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "-c", "pyproject.toml"]
    for setting in settings:
        command += ["-o", setting]
    return subprocess.run([*command, str(planted)], cwd=ROOT, capture_output=True, text=True, timeout=60.0)


def test_a_test_that_hangs_ends_the_run_with_its_name(tmp_path: Path) -> None:
    ended = run_suite(tmp_path, HANG, "faulthandler_timeout=1")
    assert ended.returncode != 0
    assert "test_that_never_ends" in ended.stderr


def test_a_test_that_fills_the_memory_fails_under_its_name(tmp_path: Path) -> None:
    if sys.platform != "linux":
        return  # other systems take the limit and keep nobody to it, or have none
    ended = run_suite(tmp_path, HOG, "memory_limit_mib=512")
    assert ended.returncode != 0
    assert "FAILED" in ended.stdout and "test_that_fills_the_memory" in ended.stdout
    assert "MemoryError" in ended.stdout


def test_the_project_sets_both_limits(pytestconfig: pytest.Config) -> None:
    assert 60.0 <= float(pytestconfig.getini("faulthandler_timeout")) <= 600.0
    assert pytestconfig.getini("faulthandler_exit_on_timeout") in (True, "true")
    assert 1024 <= int(pytestconfig.getini("memory_limit_mib")) <= 8192
