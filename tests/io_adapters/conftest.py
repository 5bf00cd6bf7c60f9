"""Fixtures of the adapters' tests."""

from collections.abc import Iterator

import pytest

from io_adapters.reactor import Reactor


@pytest.fixture
def reactor() -> Iterator[Reactor]:
    """A loop with the real clock."""
    with Reactor() as loop:
        yield loop
