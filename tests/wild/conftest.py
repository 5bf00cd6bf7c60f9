"""Fixtures of the tests with stand-ins.

The self-checks mostly wait. So they run in a process of their own, from the end of the collection on, as far as tests look at them.
"""

from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Final

import pytest

from .checking import Checks, Commands, Reports, run_checks

_OF_CHECKS: Final = {"reports", "commands"}
_RUNNING: Final = pytest.StashKey["Future[Checks]"]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that wait for the self-checks come last."""
    items.sort(key=lambda item: bool(_OF_CHECKS & {*getattr(item, "fixturenames", ())}))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start what the tests will ask for."""
    wanted = {name for item in session.items for name in getattr(item, "fixturenames", ())}
    if session.config.option.collectonly or not wanted & _OF_CHECKS:
        return
    pool = ProcessPoolExecutor(1, get_context("spawn"))
    session.config.stash[_RUNNING] = pool.submit(run_checks, reports="reports" in wanted, commands="commands" in wanted)
    pool.shutdown(wait=False)


@pytest.fixture
def reports(pytestconfig: pytest.Config) -> Reports:
    """What the self-checks find; waited for when it is asked for."""
    return pytestconfig.stash[_RUNNING].result()[0]


@pytest.fixture
def commands(pytestconfig: pytest.Config) -> Commands:
    """The same for the self-checks as commands."""
    return pytestconfig.stash[_RUNNING].result()[1]
