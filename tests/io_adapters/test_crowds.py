"""Hundreds of callers at a client in a process of its own, with many descriptors and with few."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from core import TextReceived, Tracker
from io_adapters.descriptors import RESERVED_FROM_CALLERS
from io_adapters.listening import open_listener
from io_adapters.reactor import Reactor
from io_adapters.tracker_server import TrackerServer

from ..person import Person
from .scarce_client import CALL, HOW_MANY
from .support import LOOPBACK, PATIENCE_SECONDS, Guest, run_for, run_until

CROWD = 300


class Office:
    """A tracker that can be replaced, and one client with a number of descriptors."""

    def __init__(self, reactor: Reactor, descriptors: int) -> None:
        self._reactor = reactor
        self.tracker = Tracker()
        self._server = TrackerServer(reactor, self.tracker, [open_listener(LOOPBACK, 0)])
        self.port = self._server.addresses[0][1]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.io_adapters.scarce_client", str(self.port), str(descriptors)],
            stdout=subprocess.PIPE,
            text=True,
        )
        run_until(reactor, lambda: self.tracker.online == 1)
        (self.client,) = self.tracker.users(now=reactor.now)

    def replace_tracker(self) -> None:
        """Close the tracker, and open another one at the same port."""
        self._server.close()
        self.tracker = Tracker()
        self._server = TrackerServer(self._reactor, self.tracker, [open_listener(LOOPBACK, self.port)])

    def call(self, number: int, text: bytes, host: str = LOOPBACK) -> Guest:
        """Call the client from a host, and send the name and a text as one segment."""
        sock = socket.create_connection((LOOPBACK, self.client.port), PATIENCE_SECONDS, (host, 0))
        sock.sendall(b"USER caller%d\r\n%s" % (number, text))
        return Guest(self._reactor, sock)

    def close(self) -> str:
        """End everything; return what the client said on its standard output."""
        self.process.kill()
        said, _ = self.process.communicate()
        self._server.close()
        return said


@contextmanager
def open_office(reactor: Reactor, descriptors: int) -> Iterator[Office]:
    office = Office(reactor, descriptors)
    try:
        yield office
    finally:
        office.close()


def test_callers_at_once_who_speak_at_once_are_all_heard(reactor: Reactor) -> None:
    with open_office(reactor, 1024) as office:
        office.process.send_signal(signal.SIGSTOP)  # so that all of them wait when it goes on
        guests = [office.call(number, b"hello\r\n") for number in range(CROWD)]
        office.process.send_signal(signal.SIGCONT)
        asker = office.call(CROWD, b"hello\r\n")

        def has_heard_all() -> bool:
            asker.send(HOW_MANY.encode() + b"\r\n")
            return asker.read_until(b" texts\r\n") == b"%d texts\r\n" % (CROWD + 1)

        run_until(reactor, has_heard_all)
        for guest in (*guests, asker):
            guest.close()


def test_a_client_full_of_callers_reaches_its_tracker_again_and_whom_its_user_calls(reactor: Reactor) -> None:
    few = 256
    with open_office(reactor, few) as office:
        first = office.call(0, b"hello\r\n")
        guests = [office.call(number, b"hello\r\n") for number in range(1, CROWD)]
        run_for(reactor, 0.5)
        taken = len(os.listdir(f"/proc/{office.process.pid}/fd"))
        assert few // 2 < taken <= few - RESERVED_FROM_CALLERS
        office.replace_tracker()
        run_until(reactor, lambda: office.tracker.online == 1)
        bruno = Person(reactor, "Bruno", office.port)
        bruno.register()
        first.send(CALL.encode() + b"Bruno\r\n")
        event = bruno.wait_for(TextReceived)
        assert isinstance(event, TextReceived) and event.text == "hello"
        bruno.peer_node.close()
        for guest in (first, *guests):
            guest.close()


def test_a_client_full_of_callers_from_one_address_hears_a_caller_from_another(reactor: Reactor) -> None:
    with open_office(reactor, 256) as office:
        guests = [office.call(number, b"hello\r\n") for number in range(CROWD)]
        run_for(reactor, 0.5)
        for number in (CROWD, CROWD + 1):  # the second time as well
            newcomer = office.call(number, HOW_MANY.encode() + b"\r\n", host="127.0.0.2")
            assert newcomer.read_until(b" texts\r\n").endswith(b" texts\r\n")
            guests.append(newcomer)
        for guest in guests:
            guest.close()
