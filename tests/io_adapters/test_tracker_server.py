"""The tracker on real sockets."""

import errno
import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence

import pytest

from core.events import ClientDeparted, ClientRegistered, DepartureReason, TrackerEvent
from core.limits import DEFAULT_LIMITS, Limits
from core.tracker.tracker import Tracker, TrackerConfig, TrackerConnection
from io_adapters.listening import open_listener, open_listeners
from io_adapters.reactor import Reactor
from io_adapters.tracker_server import TrackerServer

from .scarce_tracker import CLIENTS, SPARE_DESCRIPTORS
from .support import LOOPBACK, PATIENCE_SECONDS, Guest, SteppedClock, dial_guest, has_ipv6, refuse_to_watch, run_until


class Office:
    """A tracker, its server and its clients."""

    def __init__(self, reactor: Reactor, config: TrackerConfig, hosts: Sequence[str], limits: Limits) -> None:
        self.reactor = reactor
        self.events: list[TrackerEvent] = []
        self.faults: list[Exception] = []
        self.tracker = Tracker(config, limits=limits)
        self.server = TrackerServer(
            reactor,
            self.tracker,
            open_listeners(hosts, 0),
            on_event=self.events.append,
            on_fault=self.faults.append,
        )
        self.port = self.server.addresses[0][1]
        self.guests: list[Guest] = []

    def enter(self, host: str = LOOPBACK) -> Guest:
        """Let somebody connect."""
        guest = dial_guest(self.reactor, self.port, host)
        self.guests.append(guest)
        return guest

    def register(self, name: str, port: int, host: str = LOOPBACK) -> Guest:
        """Let somebody connect and register."""
        guest = self.enter(host)
        guest.send(b"USER %b:%d\r\n" % (name.encode(), port))
        run_until(self.reactor, lambda: any(_registers(event, name) for event in self.events))
        return guest

    def departures(self) -> list[DepartureReason]:
        """Why clients have gone, so far."""
        return [event.reason for event in self.events if isinstance(event, ClientDeparted)]

    def close(self) -> None:
        """Close everything."""
        self.server.close()
        for guest in self.guests:
            guest.close()


def _registers(event: TrackerEvent, name: str) -> bool:
    return isinstance(event, ClientRegistered) and event.name == name


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def reactor(clock: SteppedClock) -> Iterator[Reactor]:
    with Reactor(clock=clock) as loop:
        yield loop


OpenOffice = Callable[..., Office]


@pytest.fixture
def open_office(reactor: Reactor) -> Iterator[OpenOffice]:
    offices: list[Office] = []

    def open_one(
        config: TrackerConfig | None = None, hosts: Sequence[str] = (LOOPBACK,), limits: Limits = DEFAULT_LIMITS
    ) -> Office:
        office = Office(reactor, config if config is not None else TrackerConfig(), hosts, limits)
        offices.append(office)
        return office

    yield open_one
    for office in offices:
        office.close()


def test_the_assignments_example_runs_byte_for_byte(open_office: OpenOffice) -> None:
    office = open_office()
    ana = office.register("Ana", 20000)
    bruno = office.register("Bruno", 21500)
    bruno.send(b"LIST\r\n")
    assert bruno.read_until(b"\r\n") == b"LIST Ana\r\n"
    camila = office.register("Camila", 45000)
    camila.send(b"LIST\r\n")
    assert camila.read_until(b"\r\n") == b"LIST Ana:Bruno\r\n"
    camila.send(b"ADDR Bruno\r\n")
    assert camila.read_until(b"\r\n") == b"ADDR 127.0.0.1:21500\r\n"
    camila.send(b"ADDR Daniel\r\nLIST\r\n")  # silence, then the list
    assert camila.read_until(b"\r\n") == b"LIST Ana:Bruno\r\n"
    ana.close()
    run_until(office.reactor, lambda: office.tracker.online == 2)
    camila.send(b"LIST\r\n")
    assert camila.read_until(b"\r\n") == b"LIST Bruno\r\n"
    bruno.close()
    run_until(office.reactor, lambda: office.tracker.online == 1)
    camila.send(b"LIST\r\n")
    assert camila.read_until(b"\r\n") == b"LIST \r\n"
    camila.close()
    run_until(office.reactor, lambda: office.tracker.clients == 0)
    assert office.departures() == [DepartureReason.END_OF_STREAM] * 3


def test_requests_that_come_byte_by_byte_are_answered_alike(open_office: OpenOffice) -> None:
    office = open_office()
    office.register("Ana", 20000)
    guest = office.enter()
    for byte in b"USER Bruno:21500\r\nLIST\r\nADDR Ana\r\nDISC\r\n":
        guest.send(bytes([byte]))
        office.reactor.run_turn(0.0)
    assert guest.read_to_end() == b"LIST Ana\r\nADDR 127.0.0.1:20000\r\n"
    assert office.departures() == [DepartureReason.DISC]


def test_thousands_of_requests_at_once_are_all_answered_in_order(open_office: OpenOffice) -> None:
    office = open_office()
    office.register("Ana", 20000)
    guest = office.register("Bruno", 21500)
    guest.send(b"LIST\r\nADDR Ana\r\nKEEP\r\n" * 5000 + b"ADDR Bruno\r\n")
    replies = b"LIST Ana\r\nADDR 127.0.0.1:20000\r\n" * 5000
    assert guest.read_until(b":21500\r\n") == replies + b"ADDR 127.0.0.1:21500\r\n"


def test_a_client_that_ends_its_stream_first_still_gets_its_answers(open_office: OpenOffice) -> None:
    office = open_office()
    office.register("Ana", 20000)
    guest = office.enter()
    guest.send(b"USER Bruno:21500\nLIST\n")  # as `printf … | nc` does
    guest.socket.shutdown(socket.SHUT_WR)
    assert guest.read_to_end() == b"LIST Ana\r\n"
    assert not guest.was_reset


def test_a_refused_client_is_shut_down_and_the_holder_of_the_name_stays(open_office: OpenOffice) -> None:
    """§2.2"""
    office = open_office()
    ana = office.register("Ana", 20000)
    other = office.enter()
    other.send(b"USER Ana:20001\r\nLIST\r\n")
    assert other.read_to_end() == b""
    ana.send(b"LIST\r\n")
    assert ana.read_until(b"\r\n") == b"LIST \r\n"
    assert office.departures() == [DepartureReason.REFUSED]


def test_one_client_too_many_is_shut_down_at_once(open_office: OpenOffice) -> None:
    office = open_office(TrackerConfig(max_clients=1))
    office.register("Ana", 20000)
    assert office.enter().read_to_end() == b""
    assert office.departures() == [DepartureReason.REFUSED]


def test_a_silent_client_is_shut_down_and_those_who_say_keep_stay(
    open_office: OpenOffice, clock: SteppedClock
) -> None:
    """§2.4"""
    office = open_office()
    ana = office.register("Ana", 20000)
    silent = office.register("Bruno", 21500)
    stranger = office.enter()
    run_until(office.reactor, lambda: office.tracker.clients == 3)
    clock.seconds = 14.9
    ana.send(b"KEEP\r\nADDR Bruno\r\n")
    assert ana.read_until(b"\r\n") == b"ADDR 127.0.0.1:21500\r\n"
    clock.seconds = 15.5
    assert silent.read_to_end() == b""
    assert stranger.read_to_end() == b""
    clock.seconds = 29.8
    ana.send(b"LIST\r\n")
    assert ana.read_until(b"\r\n") == b"LIST \r\n"
    assert office.departures() == [DepartureReason.EXPIRED] * 2


def test_the_expiry_of_many_clients_wakes_the_loop_a_few_times_only(
    open_office: OpenOffice, clock: SteppedClock
) -> None:
    office = open_office()
    guests = []
    for number in range(100):
        clock.seconds = number / 1000
        guests.append(office.enter())
        run_until(office.reactor, lambda: office.tracker.clients == len(guests))
    wake_ups = 0
    while (deadline := office.tracker.next_timer()) is not None:
        clock.seconds = deadline
        office.reactor.run_turn(0.0)
        wake_ups += 1
    assert office.tracker.clients == 0
    assert wake_ups <= 10
    for guest in guests:
        assert guest.read_to_end() == b""


def test_a_newcomer_gets_the_name_of_a_ghost_who_is_shut_down(
    open_office: OpenOffice, clock: SteppedClock
) -> None:
    """§2.2"""
    office = open_office()
    ghost = office.register("Ana", 20000)
    clock.seconds = 10.5
    newcomer = office.enter()
    newcomer.send(b"USER Ana:20001\r\nADDR Ana\r\n")
    assert newcomer.read_until(b"\r\n") == b"ADDR 127.0.0.1:20001\r\n"
    assert ghost.read_to_end() == b""
    assert office.departures() == [DepartureReason.REPLACED]


def test_a_client_that_does_not_read_is_cut_off_and_the_others_never_wait(open_office: OpenOffice) -> None:
    """§2.6"""
    office = open_office(limits=Limits(max_unread_reply_bytes=100_000))
    ana = office.register("Ana" * 20, 20000)
    deaf = office.register("Bruno", 21500)

    def ask_on() -> bool:
        try:
            deaf.socket.send(b"LIST\r\n" * 10_000)
        except (BlockingIOError, ConnectionError):
            pass
        ana.socket.send(b"LIST\r\n")
        ana.read_until(b"\r\n")
        return bool(office.departures())

    run_until(office.reactor, ask_on)
    assert office.departures() == [DepartureReason.NOT_READING]
    ana.send(b"LIST\r\n")
    assert ana.read_until(b"\r\n") == b"LIST \r\n"


def test_a_reset_takes_the_client_off_the_list_and_reaches_nobody_else(open_office: OpenOffice) -> None:
    office = open_office()
    ana = office.register("Ana", 20000)
    office.register("Bruno", 21500).reset()
    run_until(office.reactor, lambda: office.tracker.online == 1)
    ana.send(b"LIST\r\n")
    assert ana.read_until(b"\r\n") == b"LIST \r\n"
    assert office.departures() == [DepartureReason.CONNECTION_LOST]


def test_a_fault_of_the_program_cuts_off_one_client_and_is_reported(
    open_office: OpenOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = open_office()
    ana = office.register("Ana", 20000)
    bruno = office.register("Bruno", 21500)
    true_receive_data = TrackerConnection.receive_data

    def receive_data(self: TrackerConnection, data: bytes, *, now: float) -> None:
        if data == b"KEEP\r\n":
            raise ZeroDivisionError("a bug")
        true_receive_data(self, data, now=now)

    monkeypatch.setattr(TrackerConnection, "receive_data", receive_data)
    bruno.send(b"KEEP\r\n")
    assert bruno.read_to_end() == b""
    assert [str(fault) for fault in office.faults] == ["a bug"]
    ana.send(b"LIST\r\n")
    assert ana.read_until(b"\r\n") == b"LIST \r\n"  # Bruno is off the list


def test_without_a_listener_for_faults_the_fault_ends_the_loop(
    reactor: Reactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def receive_data(self: TrackerConnection, data: bytes, *, now: float) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(TrackerConnection, "receive_data", receive_data)
    server = TrackerServer(reactor, Tracker(), [open_listener(LOOPBACK, 0)])
    guest = dial_guest(reactor, server.addresses[0][1])
    guest.socket.send(b"KEEP\r\n")
    with pytest.raises(ZeroDivisionError, match="a bug"):
        reactor.run()
    guest.close()
    server.close()


def test_closing_shuts_every_client_at_once_also_one_that_does_not_read(open_office: OpenOffice) -> None:
    office = open_office(limits=Limits(max_unread_reply_bytes=1 << 30))
    ana = office.register("Ana", 20000)
    deaf = office.register("Bruno", 21500)
    for _ in range(30):  # more than the kernel's buffers take
        deaf.send(b"ADDR Bruno\r\n" * 10_000)
    office.server.close()
    office.server.close()
    assert ana.read_to_end() == b""
    assert not ana.was_reset
    assert office.departures() == [DepartureReason.SHUTDOWN] * 2
    assert office.tracker.clients == 0
    with pytest.raises(ConnectionRefusedError):
        office.enter()
    office.reactor.run_turn(0.0)


def test_a_tracker_on_all_interfaces_shows_every_asker_an_address_it_can_use(
    open_office: OpenOffice,
) -> None:
    """§2.7: an IPv4 client of a dual-stack socket is shown as IPv4."""
    office = open_office(hosts=[""])
    ana = office.register("Ana", 20000)
    far = office.register("Bruno", 21500, host="::1" if has_ipv6() else "127.0.0.2")
    far.send(b"ADDR Ana\r\n")
    assert far.read_until(b"\r\n") == b"ADDR 127.0.0.1:20000\r\n"
    ana.send(b"ADDR Bruno\r\n")
    assert ana.read_until(b"\r\n") in (b"ADDR ::1:21500\r\n", b"ADDR 127.0.0.1:21500\r\n")


def test_a_tracker_on_several_addresses_is_one_tracker(open_office: OpenOffice) -> None:
    office = open_office(hosts=[LOOPBACK, "127.0.0.2"])
    assert office.server.addresses == ((LOOPBACK, office.port), ("127.0.0.2", office.port))
    office.register("Ana", 20000)
    bruno = office.register("Bruno", 21500, host="127.0.0.2")
    bruno.send(b"LIST\r\n")
    assert bruno.read_until(b"\r\n") == b"LIST Ana\r\n"


def test_a_tracker_out_of_descriptors_serves_those_who_are_in_and_lets_others_in_later() -> None:
    program = subprocess.run(
        [sys.executable, "-m", "tests.io_adapters.scarce_tracker"],
        capture_output=True,
        timeout=2 * PATIENCE_SECONDS,
        check=False,
        text=True,
    )
    assert program.stderr == ""
    assert json.loads(program.stdout) == {
        "in": SPARE_DESCRIPTORS,
        "answers_while_full": SPARE_DESCRIPTORS,
        "notices": [errno.EMFILE],
        "in_later": CLIENTS - SPARE_DESCRIPTORS,
    }


def test_a_client_that_the_system_cannot_watch_is_closed_and_the_others_are_served(
    open_office: OpenOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = open_office()
    ana = office.register("Ana", 20000)
    with monkeypatch.context() as patch:
        patch.setattr(Reactor, "register", refuse_to_watch)
        unlucky = office.enter()
        assert unlucky.read_to_end() == b""
    assert office.faults == [] and office.tracker.clients == 1
    office.register("Bruno", 21500)
    ana.send(b"LIST\r\n")
    assert ana.read_until(b"\r\n") == b"LIST Bruno\r\n"
