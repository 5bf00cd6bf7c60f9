"""Fixtures of the tests with stand-ins."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from .checking import Commands, Reports, start_checks, start_commands


@pytest.fixture(scope="session", autouse=True)
def running_checks(request: pytest.FixtureRequest) -> Iterator[tuple[Reports, Commands]]:
    """Starts the self-checks before the other tests, as far as tests look at them: they mostly wait."""
    wanted = {name for item in request.session.items for name in getattr(item, "fixturenames", ())}
    with ThreadPoolExecutor(max_workers=100) as pool, ThreadPoolExecutor(max_workers=5) as busy_pool:
        yield (
            start_checks(pool, busy_pool) if "reports" in wanted else {},
            start_commands(pool) if "commands" in wanted else {},
        )


@pytest.fixture
def reports(running_checks: tuple[Reports, Commands]) -> Reports:
    """What the self-checks find; each result is waited for when it is asked for."""
    return running_checks[0]


@pytest.fixture
def commands(running_checks: tuple[Reports, Commands]) -> Commands:
    """The same for the self-checks as commands."""
    return running_checks[1]
