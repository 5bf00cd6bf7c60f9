"""Both pollers keep the same promises, and one that saves a system call breaks none."""

import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from io_adapters.polling import READ, WRITE, Poller, SelectorPoller, make_poller

WAIT_SECONDS = 10.0


@pytest.fixture(params=[make_poller, SelectorPoller], ids=["fastest", "selectors"])
def poller(request: pytest.FixtureRequest) -> Iterator[Poller[str]]:
    make: Callable[[], Poller[str]] = request.param
    made = make()
    yield made
    made.close()


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    one, other = socket.socketpair()
    with one, other:
        yield one, other


Pair = tuple[socket.socket, socket.socket]


def test_poller_tells_who_is_ready_for_what(poller: Poller[str], pair: Pair) -> None:
    one, other = pair
    poller.register(one.fileno(), READ, "reader")
    poller.register(other.fileno(), WRITE, "writer")
    assert poller.poll(WAIT_SECONDS) == [("writer", WRITE)]
    other.send(b"x")
    assert sorted(poller.poll(WAIT_SECONDS)) == [("reader", READ), ("writer", WRITE)]


def test_poller_tells_nothing_when_nothing_is_ready(poller: Poller[str], pair: Pair) -> None:
    poller.register(pair[0].fileno(), READ, "reader")
    assert poller.poll(0.0) == []


def test_poller_tells_both_at_once(poller: Poller[str], pair: Pair) -> None:
    one, other = pair
    other.send(b"x")
    poller.register(one.fileno(), READ | WRITE, "both")
    assert poller.poll(WAIT_SECONDS) == [("both", READ | WRITE)]


def test_poller_watches_for_what_was_asked_last(poller: Poller[str], pair: Pair) -> None:
    one, other = pair
    other.send(b"x")
    fd = one.fileno()
    poller.register(fd, READ, "first")
    for mask, handler in ((WRITE, "second"), (READ | WRITE, "third"), (READ, "fourth")):
        poller.modify(fd, mask, handler)
        assert poller.poll(WAIT_SECONDS) == [(handler, mask)]


@pytest.mark.parametrize("mask", [READ, WRITE, READ | WRITE])
def test_the_end_of_a_connection_is_for_whatever_it_is_watched_for(
    poller: Poller[str], pair: Pair, mask: int
) -> None:
    one, other = pair
    poller.register(one.fileno(), mask, "it")
    other.close()
    assert poller.poll(WAIT_SECONDS) == [("it", mask)]


def test_poller_gives_back_the_handler_and_tells_no_more(poller: Poller[str], pair: Pair) -> None:
    one, other = pair
    other.send(b"x")
    poller.register(one.fileno(), READ, "reader")
    assert poller.unregister(one.fileno()) == "reader"
    assert poller.poll(0.0) == []
    poller.register(one.fileno(), READ, "again")
    assert poller.poll(WAIT_SECONDS) == [("again", READ)]


@pytest.mark.parametrize("mask", [READ, WRITE])
def test_a_number_that_was_forgotten_and_closed_is_free_for_another(poller: Poller[str], mask: int) -> None:
    for number in range(3):
        one, other = socket.socketpair()
        with one, other:
            other.send(b"x")
            poller.register(one.fileno(), mask, f"handler {number}")
            assert poller.poll(WAIT_SECONDS) == [(f"handler {number}", mask)]
            poller.forget(one.fileno())
            one.close()
            assert poller.poll(0.0) == []


def test_a_descriptor_closed_too_early_can_still_be_unregistered(poller: Poller[str]) -> None:
    one, other = socket.socketpair()
    fd = one.fileno()
    poller.register(fd, READ, "reader")
    with one, other:
        pass
    assert poller.unregister(fd) == "reader"


def test_mistakes_with_descriptors_raise(poller: Poller[str], pair: Pair) -> None:
    fd = pair[0].fileno()
    calls = (lambda: poller.modify(fd, READ, "it"), lambda: poller.unregister(fd), lambda: poller.forget(fd))
    for call in calls:
        with pytest.raises(KeyError):
            call()
    poller.register(fd, READ, "it")
    with pytest.raises(KeyError):
        poller.register(fd, WRITE, "another")
    with pytest.raises(ValueError):
        poller.register(-1, READ, "nothing")


def test_a_descriptor_that_never_blocks_is_refused_and_not_half_registered(
    poller: Poller[str], tmp_path: Path
) -> None:
    if sys.platform != "linux":
        return  # elsewhere it can be watched
    with (tmp_path / "file").open("wb") as file:
        for _ in range(2):
            with pytest.raises(PermissionError):
                poller.register(file.fileno(), READ, "file")
