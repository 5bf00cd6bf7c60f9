"""A port that another program holds is had as soon as it is free, or not at all."""

import socket

from io_adapters.listening import ListenError, ListenFault, listening_address, open_listener
from io_adapters.port_waiting import PortWait
from io_adapters.reactor import Reactor

from .support import LOOPBACK, run_for, run_until, unused_port


class Waiting:
    """A wait for a port, with what came of it."""

    def __init__(self, reactor: Reactor, port: int, seconds: float, host: str = LOOPBACK) -> None:
        self.opened: list[socket.socket] = []
        self.failures: list[ListenError] = []
        self.wait = PortWait(
            reactor, [host], port, seconds=seconds, opened=self.opened.extend, failed=self.failures.append
        )

    def is_over(self) -> bool:
        return bool(self.opened or self.failures)


def test_a_port_is_had_when_it_is_free(reactor: Reactor) -> None:
    held = open_listener(LOOPBACK, unused_port())
    port = listening_address(held)[1]
    waiting = Waiting(reactor, port, 60.0)
    run_for(reactor, 0.02)
    assert not waiting.is_over()
    held.close()
    run_until(reactor, waiting.is_over)
    assert listening_address(waiting.opened[0]) == (LOOPBACK, port)
    assert waiting.failures == []
    waiting.opened[0].close()


def test_the_wait_ends_with_the_reason_when_its_time_is_up(reactor: Reactor) -> None:
    with open_listener(LOOPBACK, 0) as held:
        waiting = Waiting(reactor, listening_address(held)[1], 0.01)
        run_until(reactor, waiting.is_over)
    assert [error.fault for error in waiting.failures] == [ListenFault.IN_USE]
    assert waiting.opened == []


def test_another_fault_ends_the_wait_at_once(reactor: Reactor) -> None:
    waiting = Waiting(reactor, 1, 3600.0, host="192.0.2.1")
    run_until(reactor, waiting.is_over)
    assert [error.fault for error in waiting.failures] == [ListenFault.NOT_AVAILABLE]


def test_a_wait_that_was_given_up_takes_no_port(reactor: Reactor) -> None:
    held = open_listener(LOOPBACK, unused_port())
    waiting = Waiting(reactor, listening_address(held)[1], 0.01)
    waiting.wait.cancel()
    waiting.wait.cancel()
    held.close()
    run_for(reactor, 0.05)
    assert not waiting.is_over()
