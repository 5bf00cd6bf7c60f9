"""Limits of the whole run: pyproject.toml gives each test its time, and this module gives the run its memory.

Hundreds of tests start a program. They do so with its bytecode in the cache, as users do from the second start on.
"""

import compileall
import os
import tempfile
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from subprocess import CompletedProcess
from typing import Final

import pytest

from .beside import Packages, make_packages, run_benchmarks

try:
    import resource
except ImportError:  # Windows
    _HAS_LIMITS = False
else:
    _HAS_LIMITS = True

_ROOT: Final = Path(__file__).parent.parent
_PACKAGES: Final = ("core", "io_adapters", "curses_ui", "tracker_cli")
_FOLDER: Final = pytest.StashKey["tempfile.TemporaryDirectory[str]"]()
_MADE: Final = pytest.StashKey["Future[Packages]"]()
_MEASURED: Final = pytest.StashKey["Future[dict[str, CompletedProcess[str]]]"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("memory_limit_mib", "address space of the run and of each program that it starts", default="0")


def pytest_configure(config: pytest.Config) -> None:
    """Limit the memory of the run, and compile what the tests will start, which speaks English wherever they run."""
    _limit_memory(config)
    os.environ["LC_ALL"] = "C.UTF-8"
    for package in _PACKAGES:  # where nothing may be written, each start compiles again: slower, and not wrong
        compileall.compile_dir(_ROOT / package, quiet=2)


def _limit_memory(config: pytest.Config) -> None:
    """Limit the address space, so that a runaway test gets a MemoryError and fails instead of filling the machine."""
    limit_bytes = int(config.getini("memory_limit_mib")) * 1024 * 1024
    if not limit_bytes or not _HAS_LIMITS or not hasattr(resource, "RLIMIT_AS"):
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    if most == resource.RLIM_INFINITY or limit_bytes < most:
        try:
            resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, most))
        except (OSError, ValueError):
            pass  # macOS knows the limit, and takes none


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start what the tests will wait for."""
    wanted = {name for item in session.items for name in getattr(item, "fixturenames", ())}
    if session.config.option.collectonly or not wanted & {"packages", "quick_runs"}:
        return
    pool, stash = ProcessPoolExecutor(1, get_context("spawn")), session.config.stash
    if "packages" in wanted:
        stash[_FOLDER] = tempfile.TemporaryDirectory()
        stash[_MADE] = pool.submit(make_packages, Path(stash[_FOLDER].name))
    if "quick_runs" in wanted:
        stash[_MEASURED] = pool.submit(run_benchmarks)
    pool.shutdown(wait=False)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove what was built."""
    if _FOLDER in config.stash:
        config.stash[_FOLDER].cleanup()


@pytest.fixture
def packages(pytestconfig: pytest.Config) -> Packages:
    """What is given to others, built and installed."""
    return pytestconfig.stash[_MADE].result()


@pytest.fixture
def quick_runs(pytestconfig: pytest.Config) -> dict[str, CompletedProcess[str]]:
    """What each benchmark printed, run quickly."""
    return pytestconfig.stash[_MEASURED].result()
