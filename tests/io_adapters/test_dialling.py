"""Outgoing connections: success, and every way to fail."""

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest

from core.events import LossReason
from io_adapters.dialling import Dial
from io_adapters.reactor import Reactor
from io_adapters.resolver import Resolver, SocketAddress

from .support import LOOPBACK, count_turns, has_ipv6, run_for, run_until, unused_port


class Attempt:
    """A dial, and what became of it."""

    def __init__(
        self,
        reactor: Reactor,
        host: str,
        port: int,
        *,
        seconds: float = 10.0,
        addresses: Sequence[SocketAddress] = (),
        look_up: Callable[[str, int], list[SocketAddress]] | None = None,
    ) -> None:
        self.sockets: list[socket.socket] = []
        self.hosts: list[str] = []
        self.failures: list[LossReason] = []
        resolver = Resolver(reactor, look_up=look_up or (lambda host, port: list(addresses)))
        self.dial = Dial(
            reactor,
            resolver,
            host,
            port,
            timeout_seconds=seconds,
            connected=self._connected,
            failed=self.failures.append,
        )

    def _connected(self, sock: socket.socket, host: str) -> None:
        self.sockets.append(sock)
        self.hosts.append(host)

    def is_over(self) -> bool:
        return bool(self.sockets or self.failures)

    def close(self) -> None:
        for sock in self.sockets:
            sock.close()


@contextmanager
def listening(host: str = LOOPBACK) -> Iterator[int]:
    """Somebody who is there; the port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.bind((host, 0))
        listener.listen()
        yield listener.getsockname()[1]


@contextmanager
def swallowing() -> Iterator[int]:
    """A listener whose queue is full: whoever calls now hears nothing at all; the port."""
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        listener.listen(0)
        callers = [socket.socket() for _ in range(4)]
        for caller in callers:
            caller.setblocking(False)
            caller.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]
        for caller in callers:
            caller.close()


def test_a_dial_connects_and_says_to_which_address(reactor: Reactor) -> None:
    with listening() as port:
        attempt = Attempt(reactor, "localhost", port)
        assert not attempt.is_over()
        run_until(reactor, attempt.is_over)
        assert attempt.hosts == [LOOPBACK]
        assert attempt.failures == []
        assert attempt.sockets[0].getpeername() == (LOOPBACK, port)
        assert attempt.sockets[0].gettimeout() == 0.0
        attempt.dial.cancel()  # too late, and harmless
        assert attempt.sockets[0].fileno() >= 0
        attempt.close()


def test_a_dial_reaches_an_ipv6_address_or_says_that_there_is_no_way(reactor: Reactor) -> None:
    if has_ipv6():
        with listening("::1") as port:
            attempt = Attempt(reactor, "::1", port)
            run_until(reactor, attempt.is_over)
            assert attempt.hosts == ["::1"]
            attempt.close()
    else:
        attempt = Attempt(reactor, "::1", unused_port())
        run_until(reactor, attempt.is_over)
        assert attempt.failures == [LossReason.NO_ROUTE]


def test_a_dial_where_nobody_listens_is_refused(reactor: Reactor) -> None:
    attempt = Attempt(reactor, LOOPBACK, unused_port())
    run_until(reactor, attempt.is_over)
    assert attempt.failures == [LossReason.REFUSED]


def test_a_dial_without_an_answer_times_out_once_and_leaves_nothing_behind(reactor: Reactor) -> None:
    with swallowing() as port:
        attempt = Attempt(reactor, LOOPBACK, port, seconds=0.1)
        run_until(reactor, attempt.is_over)
        assert attempt.failures == [LossReason.TIMED_OUT]
        assert count_turns(reactor, 0.03) <= 3
        assert attempt.failures == [LossReason.TIMED_OUT]


def test_a_dial_to_an_unknown_name_says_so(reactor: Reactor) -> None:
    attempt = Attempt(reactor, "nobody.example", 80)
    run_until(reactor, attempt.is_over)
    assert attempt.failures == [LossReason.UNKNOWN_HOST]


def test_a_dial_times_out_in_the_look_up_too(reactor: Reactor) -> None:
    may_answer = threading.Event()

    def look_up(host: str, port: int) -> list[SocketAddress]:
        may_answer.wait()
        return [(socket.AF_INET, (LOOPBACK, 9))]

    attempt = Attempt(reactor, "slow.example", 80, seconds=0.05, look_up=look_up)
    run_until(reactor, attempt.is_over)
    may_answer.set()
    run_for(reactor, 0.05)
    assert attempt.failures == [LossReason.TIMED_OUT]
    assert attempt.sockets == []


def test_a_dial_tries_one_address_after_another(reactor: Reactor) -> None:
    with listening() as port:
        addresses: list[SocketAddress] = [
            (socket.AF_INET, (LOOPBACK, unused_port())),
            (255, ("of no family", 1)),
            (socket.AF_INET, (LOOPBACK, port)),
        ]
        attempt = Attempt(reactor, "ana.example", 80, addresses=addresses)
        run_until(reactor, attempt.is_over)
        assert attempt.sockets[0].getpeername() == (LOOPBACK, port)
        attempt.close()


def test_an_address_that_swallows_everything_leaves_time_for_the_next(reactor: Reactor) -> None:
    with swallowing() as silent, listening() as port:
        addresses: list[SocketAddress] = [
            (socket.AF_INET, (LOOPBACK, silent)),
            (socket.AF_INET, (LOOPBACK, port)),
        ]
        attempt = Attempt(reactor, "ana.example", 80, seconds=1.0, addresses=addresses)
        run_until(reactor, attempt.is_over)
        assert attempt.failures == []
        assert attempt.sockets[0].getpeername() == (LOOPBACK, port)
        attempt.close()


def test_of_several_reasons_the_most_telling_is_told(reactor: Reactor) -> None:
    no_family = (255, ("of no family", 1))
    refused = (socket.AF_INET, (LOOPBACK, unused_port()))
    for addresses in ([no_family, refused], [refused, no_family]):
        attempt = Attempt(reactor, "ana.example", 80, addresses=addresses)
        run_until(reactor, attempt.is_over)
        assert attempt.failures == [LossReason.REFUSED]


def test_a_cancelled_dial_calls_nothing(reactor: Reactor) -> None:
    with listening() as port, swallowing() as silent:
        in_the_look_up = Attempt(reactor, LOOPBACK, port)
        in_the_look_up.dial.cancel()
        in_connecting = Attempt(reactor, LOOPBACK, silent, seconds=0.05)
        run_for(reactor, 0.02)
        in_connecting.dial.cancel()
        in_connecting.dial.cancel()
        run_for(reactor, 0.1)
        assert not in_the_look_up.is_over()
        assert not in_connecting.is_over()
        assert count_turns(reactor, 0.03) <= 3


def test_a_connection_to_ourselves_by_chance_counts_as_refused(
    reactor: Reactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TCP connects a socket to itself when its own free port is the one that it dials."""

    class Unlucky(socket.socket):
        def connect_ex(self, address: tuple[str, int]) -> int:  # type: ignore[override]  # narrower, for bind
            self.bind(address)
            return super().connect_ex(address)

    with socket.socket() as first:
        first.bind((LOOPBACK, 0))
        port = first.getsockname()[1]
    monkeypatch.setattr(socket, "socket", Unlucky)
    attempt = Attempt(reactor, LOOPBACK, port)
    run_until(reactor, attempt.is_over)
    assert attempt.failures == [LossReason.REFUSED]
    assert attempt.sockets == []
