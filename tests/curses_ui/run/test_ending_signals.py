"""Signals that end the program; what they do to a whole process is tested with ``start`` and ``app``."""

import os
import signal

import pytest

from io_adapters import Reactor

from curses_ui.client import Client
from curses_ui.run.ending_signals import ENDING, EndingSignals
from curses_ui.run.network import on_sockets
from curses_ui.run.network_plan import NetworkPlan
from curses_ui.state.model import UiState


def client_on(reactor: Reactor) -> Client:
    plan = NetworkPlan(("127.0.0.1", 1), ("127.0.0.1", 0), None)
    return Client(reactor, UiState("Ana"), plan, join=on_sockets(reactor))


@pytest.mark.parametrize("number", ENDING)
def test_the_first_signal_lets_the_client_leave_and_a_second_stops_at_once(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with Reactor() as reactor:
        client = client_on(reactor)
        with EndingSignals(reactor, client):
            os.kill(os.getpid(), number)
            while not client.state.leaving:
                reactor.run_turn(1)
            os.kill(os.getpid(), number)
            reactor.run()  # returns
        client.close()
    assert signal.getsignal(number) == before


def test_a_farewell_that_takes_too_long_is_cut_short() -> None:
    with Reactor() as reactor:
        client = client_on(reactor)
        with EndingSignals(reactor, client):
            os.kill(os.getpid(), signal.SIGTERM)
            reactor.run()  # nobody stops it but the time limit
            assert client.state.leaving
        client.close()


def test_without_a_signal_nothing_is_raised_again() -> None:
    with Reactor() as reactor:
        client = client_on(reactor)
        with EndingSignals(reactor, client) as signals:
            pass
        signals.raise_again()
        client.close()
