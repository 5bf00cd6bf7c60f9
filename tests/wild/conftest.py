"""Fixtures of the tests with stand-ins."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from .checking import Reports, start_checks


@pytest.fixture(scope="session", autouse=True)
def running_checks(request: pytest.FixtureRequest) -> Iterator[Reports]:
    """Starts the self-checks before the other tests, which they leave time for, if any test looks at them."""
    wanted = any("reports" in getattr(item, "fixturenames", ()) for item in request.session.items)
    with ThreadPoolExecutor(max_workers=100) as pool:
        yield start_checks(pool) if wanted else {}


@pytest.fixture
def reports(running_checks: Reports) -> Reports:
    """What the self-checks find; each result is waited for when it is asked for."""
    return running_checks
