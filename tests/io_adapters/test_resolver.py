"""Name resolution; no test asks a real name server."""

import socket
import threading

import pytest

from io_adapters.reactor import Reactor
from io_adapters.resolver import (
    MAX_LOOKUPS_AT_ONCE,
    MAX_LOOKUPS_WAITING,
    Resolver,
    SocketAddress,
    literal_addresses,
    system_look_up,
)

from .support import PATIENCE_SECONDS, run_until

FOUND: list[SocketAddress] = [(socket.AF_INET, ("127.0.0.1", 80))]


def no_look_up(host: str, port: int) -> list[SocketAddress]:
    raise AssertionError(f"{host} needs no look-up")


class SlowNames:
    """A resolver of the system that answers when the test lets it."""

    def __init__(self) -> None:
        self.may_answer = threading.Event()
        self.asked: list[str] = []
        self.threads: set[int] = set()

    def look_up(self, host: str, port: int) -> list[SocketAddress]:
        self.asked.append(host)
        self.threads.add(threading.get_ident())
        self.may_answer.wait()
        return FOUND


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", [(socket.AF_INET, ("127.0.0.1", 80))]),
        ("::1", [(socket.AF_INET6, ("::1", 80, 0, 0))]),
        ("localhost", [(socket.AF_INET, ("127.0.0.1", 80)), (socket.AF_INET6, ("::1", 80, 0, 0))]),
        ("LocalHost.", [(socket.AF_INET, ("127.0.0.1", 80)), (socket.AF_INET6, ("::1", 80, 0, 0))]),
    ],
)
def test_addresses_and_localhost_take_no_thread_and_are_delivered_in_a_later_turn(
    reactor: Reactor, host: str, expected: list[SocketAddress]
) -> None:
    delivered: list[list[SocketAddress]] = []
    Resolver(reactor, look_up=no_look_up).resolve(host, 80, delivered.append)
    assert delivered == []
    reactor.run_turn(PATIENCE_SECONDS)
    assert delivered == [expected]


@pytest.mark.parametrize("host", ["ana.example", "localhost.example", "", "a b"])
def test_names_are_no_addresses(host: str) -> None:
    assert literal_addresses(host, 80) is None


@pytest.mark.parametrize("host", ["", "no host\0", "x" * 300, "..", "a..b", "\ud800"])
def test_what_cannot_be_a_name_has_no_address(host: str) -> None:
    assert system_look_up(host, 80) == []


def test_a_name_is_looked_up_in_a_thread_and_delivered_in_the_loops(reactor: Reactor) -> None:
    names = SlowNames()
    delivered: list[tuple[int, list[SocketAddress]]] = []
    resolver = Resolver(reactor, look_up=names.look_up)
    resolver.resolve("ana.example", 80, lambda found: delivered.append((threading.get_ident(), found)))
    run_until(reactor, lambda: names.asked == ["ana.example"])
    assert delivered == []
    names.may_answer.set()
    run_until(reactor, lambda: bool(delivered))
    assert delivered == [(threading.get_ident(), FOUND)]
    assert threading.get_ident() not in names.threads


def test_a_cancelled_look_up_delivers_nothing(reactor: Reactor) -> None:
    names = SlowNames()
    delivered: list[str] = []
    resolver = Resolver(reactor, look_up=names.look_up)
    unwanted = resolver.resolve("ana.example", 80, lambda found: delivered.append("unwanted"))
    literal = resolver.resolve("127.0.0.1", 80, lambda found: delivered.append("literal"))
    resolver.resolve("bruno.example", 80, lambda found: delivered.append("wanted"))
    unwanted.cancel()
    literal.cancel()
    names.may_answer.set()
    run_until(reactor, lambda: "wanted" in delivered)
    assert delivered == ["wanted"]


def test_look_ups_at_once_and_waiting_are_limited(reactor: Reactor) -> None:
    names = SlowNames()
    resolver = Resolver(reactor, look_up=names.look_up)
    delivered: dict[int, list[SocketAddress]] = {}

    def resolve(number: int) -> None:
        resolver.resolve(f"{number}.example", 80, lambda found: delivered.update({number: found}))

    most = MAX_LOOKUPS_AT_ONCE + MAX_LOOKUPS_WAITING
    for number in range(most + 3):
        resolve(number)
    run_until(reactor, lambda: len(delivered) == 3)
    assert delivered == {most: [], most + 1: [], most + 2: []}
    assert len(names.asked) == MAX_LOOKUPS_AT_ONCE
    names.may_answer.set()
    run_until(reactor, lambda: len(delivered) == most + 3)
    assert all(delivered[number] == FOUND for number in range(most))
    assert sorted(names.asked) == sorted(f"{number}.example" for number in range(most))


def test_cancelled_look_ups_make_room_for_others(reactor: Reactor) -> None:
    names = SlowNames()
    resolver = Resolver(reactor, look_up=names.look_up)
    delivered: list[list[SocketAddress]] = []
    lookups = [
        resolver.resolve(f"{number}.example", 80, lambda found: pytest.fail("not wanted any more"))
        for number in range(MAX_LOOKUPS_AT_ONCE + MAX_LOOKUPS_WAITING)
    ]
    for lookup in lookups:
        lookup.cancel()
    resolver.resolve("wanted.example", 80, delivered.append)
    names.may_answer.set()
    run_until(reactor, lambda: bool(delivered))
    assert delivered == [FOUND]
    assert len(names.asked) == MAX_LOOKUPS_AT_ONCE + 1


def test_a_name_has_no_address_while_the_system_has_no_threads(
    reactor: Reactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    delivered: list[list[SocketAddress]] = []
    resolver = Resolver(reactor, look_up=lambda host, port: FOUND)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        for _ in range(MAX_LOOKUPS_AT_ONCE + 1):
            resolver.resolve("ana.example", 80, delivered.append)
        reactor.run_turn(PATIENCE_SECONDS)
    assert delivered == [[]] * (MAX_LOOKUPS_AT_ONCE + 1)
    resolver.resolve("ana.example", 80, delivered.append)
    run_until(reactor, lambda: delivered[-1] == FOUND)
