"""How many descriptors there are, and who gets the last ones."""

import os
import resource
from collections.abc import Callable, Iterator

import pytest

from io_adapters import descriptors
from io_adapters.descriptors import RESERVED_DESCRIPTORS, are_free, most_connections, raise_descriptor_limit

SetLimit = Callable[[int], None]


@pytest.fixture
def set_limit() -> Iterator[SetLimit]:
    """Sets the soft limit for the test; the hard one stays, so that it can be taken back."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield lambda soft: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, before[1]))
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_the_soft_limit_is_raised_to_the_hard_one(set_limit: SetLimit) -> None:
    set_limit(200)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    assert raise_descriptor_limit() == (None if hard == resource.RLIM_INFINITY else hard)
    assert raise_descriptor_limit() == (None if hard == resource.RLIM_INFINITY else hard)
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == hard


def test_a_system_that_raises_no_limit_is_asked_in_vain(
    set_limit: SetLimit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(what: int, limits: tuple[int, int]) -> None:
        raise ValueError("current limit exceeds maximum limit")

    set_limit(200)
    with monkeypatch.context() as patch:
        patch.setattr(resource, "setrlimit", refuse)
        assert raise_descriptor_limit() == 200


def test_connections_leave_the_reserve(set_limit: SetLimit) -> None:
    for limit, connections in ((256, 256 - RESERVED_DESCRIPTORS), (1024, 1024 - RESERVED_DESCRIPTORS), (20, 1)):
        set_limit(limit)
        assert most_connections(1000) == connections
    set_limit(2000)
    assert most_connections(1000) == 1000


def test_free_descriptors_are_counted_from_the_lowest_free_one(set_limit: SetLimit) -> None:
    highest = max(map(int, os.listdir("/dev/fd")))
    fillers = []  # of the gaps that other tests have left
    while (lowest_free := os.dup(0)) <= highest:
        fillers.append(lowest_free)
    os.close(lowest_free)
    set_limit(lowest_free + 3)
    assert are_free(3) and not are_free(4)
    taken = [os.dup(0) for _ in range(3)]
    assert not are_free(1)
    for fd in taken:
        os.close(fd)
    assert are_free(3), "nothing is kept"
    for fd in fillers:
        os.close(fd)


def test_without_a_limit_there_is_always_one_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda what: (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert are_free(1_000_000)
    assert most_connections(1000) == 1000
    assert raise_descriptor_limit() is None
    assert descriptors.RESERVED_FROM_CALLERS < RESERVED_DESCRIPTORS
