"""Listening sockets and accepting, on every address that this machine has."""

import errno
import json
import socket
import subprocess
import sys
from collections.abc import Callable

import pytest

from io_adapters import listening
from io_adapters.listening import (
    ACCEPTS_PER_TURN,
    PAUSE_SECONDS,
    Acceptor,
    ListenError,
    ListenFault,
    listening_address,
    open_listener,
    open_listeners,
)
from io_adapters.reactor import Reactor

from .scarce_descriptors import CALLERS, SPARE_DESCRIPTORS
from .support import LOOPBACK, PATIENCE_SECONDS, SteppedClock, dial_guest, has_ipv6, run_until, unused_port


class Visitors:
    """Accepts, and notes who came."""

    def __init__(
        self,
        reactor: Reactor,
        listener: socket.socket,
        exhausted: Callable[[OSError], None] | None = None,
        reserved: int = 0,
    ) -> None:
        self.port = listening_address(listener)[1]
        self.came: list[tuple[str, int]] = []
        self.sockets: list[socket.socket] = []
        self.acceptor = Acceptor(
            reactor, listener, self._accepted, exhausted, reserved_descriptors=reserved
        )

    def _accepted(self, sock: socket.socket, host: str, port: int) -> None:
        self.sockets.append(sock)
        self.came.append((host, port))

    def close(self) -> None:
        """Close everything."""
        self.acceptor.close()
        for sock in self.sockets:
            sock.close()


@pytest.mark.parametrize("host", ["", "::"])
def test_all_interfaces_are_served_by_one_socket_for_ipv6_and_ipv4_where_there_is_ipv6(
    reactor: Reactor, host: str
) -> None:
    if not has_ipv6() and host == "::":
        with pytest.raises(ListenError):
            open_listener(host, 0)
        return
    visitors = Visitors(reactor, open_listener(host, 0))
    hosts = [LOOPBACK, "::1"] if has_ipv6() else [LOOPBACK]
    guests = [dial_guest(reactor, visitors.port, host) for host in hosts]
    run_until(reactor, lambda: len(visitors.came) == len(hosts))
    # An IPv4 caller on an IPv6 socket is shown as IPv4.
    assert sorted(visitors.came) == sorted(guest.socket.getsockname()[:2] for guest in guests)
    for guest in guests:
        guest.close()
    visitors.close()


def test_all_interfaces_are_served_over_ipv4_where_there_is_no_ipv6(
    reactor: Reactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_family = 255
    with monkeypatch.context() as patch:
        patch.setattr(socket, "AF_INET6", no_family)
        listener = open_listener("", 0)
    assert listening_address(listener)[0] == "0.0.0.0"
    visitors = Visitors(reactor, listener)
    guest = dial_guest(reactor, visitors.port)
    run_until(reactor, lambda: bool(visitors.came))
    guest.close()
    visitors.close()


def test_all_interfaces_are_served_over_ipv4_where_ipv6_sockets_serve_ipv6_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(self: socket.socket, *arguments: object) -> None:
        raise OSError(errno.EINVAL, "cannot be switched off")

    with monkeypatch.context() as patch:
        patch.setattr(socket.socket, "setsockopt", refuse)
        patch.setattr("io_adapters.listening.os.name", "nt")  # no SO_REUSEADDR, which would be refused too
        listener = open_listener("", 0)
    assert listening_address(listener)[0] == "0.0.0.0"
    listener.close()


def test_one_address_is_served_alone(reactor: Reactor) -> None:
    listener = open_listener(LOOPBACK, 0)
    host, port = listening_address(listener)
    assert host == LOOPBACK
    assert port > 0
    with socket.socket() as other, pytest.raises(ConnectionRefusedError):
        other.connect(("127.0.0.2", port))
    listener.close()


def test_a_name_of_this_machine_can_be_listened_on() -> None:
    listener = open_listener("localhost", 0)
    assert listening_address(listener)[0] in (LOOPBACK, "::1")
    listener.close()


def test_several_addresses_get_the_same_free_port() -> None:
    listeners = open_listeners([LOOPBACK, "127.0.0.2", "127.0.0.3"], 0)
    assert [listening_address(listener)[0] for listener in listeners] == [LOOPBACK, "127.0.0.2", "127.0.0.3"]
    assert len({listening_address(listener)[1] for listener in listeners}) == 1
    for listener in listeners:
        listener.close()


def test_a_free_port_that_is_taken_on_the_second_address_is_given_up_for_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    true_bind = socket.socket.bind
    tried: list[int] = []

    def bind(self: socket.socket, address: tuple[str, int]) -> None:
        if address[0] == "127.0.0.2":
            tried.append(address[1])
            if len(tried) < 3:
                raise OSError(errno.EADDRINUSE, "in use")
        true_bind(self, address)

    monkeypatch.setattr(socket.socket, "bind", bind)
    listeners = open_listeners([LOOPBACK, "127.0.0.2"], 0)
    assert len(tried) == 3
    assert {listening_address(listener)[1] for listener in listeners} == {tried[-1]}
    for listener in listeners:
        listener.close()


def test_no_address_is_kept_when_one_of_them_cannot_be_had() -> None:
    port = unused_port()
    taken = open_listener("127.0.0.2", port)
    with pytest.raises(ListenError) as caught:
        open_listeners([LOOPBACK, "127.0.0.2"], port)
    assert (caught.value.fault, caught.value.host, caught.value.port) == (
        ListenFault.IN_USE,
        "127.0.0.2",
        port,
    )
    open_listener(LOOPBACK, port).close()
    taken.close()


def test_a_port_in_use_is_told_as_such_also_against_all_interfaces() -> None:
    taken = open_listener(LOOPBACK, 0)
    port = listening_address(taken)[1]
    for host, shown in ((LOOPBACK, LOOPBACK), ("", "*"), ("0.0.0.0", "0.0.0.0")):
        with pytest.raises(ListenError, match="address in use") as caught:
            open_listener(host, port)
        assert caught.value.fault is ListenFault.IN_USE
        assert str(caught.value) == f"cannot listen on {shown}:{port}: address in use"
    taken.close()


def test_a_port_is_free_again_at_once_although_its_connections_linger(reactor: Reactor) -> None:
    visitors = Visitors(reactor, open_listener(LOOPBACK, unused_port()))
    guest = dial_guest(reactor, visitors.port)
    run_until(reactor, lambda: bool(visitors.came))
    visitors.close()  # this side first: it is the one that has to remember the connection
    guest.close()
    open_listener(LOOPBACK, visitors.port).close()


def test_an_address_of_another_machine_is_told_as_such() -> None:
    with pytest.raises(ListenError, match="cannot listen on 192.0.2.1:0: address not available") as caught:
        open_listener("192.0.2.1", 0)
    assert caught.value.fault is ListenFault.NOT_AVAILABLE


def test_an_ipv6_address_is_written_in_brackets() -> None:
    with pytest.raises(ListenError) as caught:
        open_listener("2001:db8::1", 9999)
    assert str(caught.value) == "cannot listen on [2001:db8::1]:9999: address not available"


@pytest.mark.parametrize("host", ["no host\0", "x" * 300, ".."])
def test_what_is_no_host_is_told_as_such(host: str) -> None:
    with pytest.raises(ListenError, match="unknown host") as caught:
        open_listener(host, 0)
    assert caught.value.fault is ListenFault.UNKNOWN_HOST


@pytest.mark.parametrize(
    ("number", "fault", "text"),
    [
        (errno.EACCES, ListenFault.FORBIDDEN, "permission denied"),
        (errno.ENOBUFS, ListenFault.OTHER, "what the system says"),
    ],
)
def test_other_refusals_of_the_system_are_told(
    monkeypatch: pytest.MonkeyPatch, number: int, fault: ListenFault, text: str
) -> None:
    def refuse(self: socket.socket, address: object) -> None:
        raise OSError(number, "what the system says")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(ListenError) as caught:
        open_listener(LOOPBACK, 80)
    assert caught.value.fault is fault
    assert str(caught.value) == f"cannot listen on 127.0.0.1:80: {text}"


# Accepting


def test_accepting_takes_a_limited_number_in_a_turn(reactor: Reactor) -> None:
    visitors = Visitors(reactor, open_listener(LOOPBACK, 0))
    guests = [dial_guest(reactor, visitors.port) for _ in range(ACCEPTS_PER_TURN + 10)]
    reactor.run_turn(PATIENCE_SECONDS)
    assert len(visitors.came) == ACCEPTS_PER_TURN
    run_until(reactor, lambda: len(visitors.came) == len(guests))
    for sock in visitors.sockets:
        with pytest.raises(BlockingIOError):
            sock.recv(1)
    for guest in guests:
        guest.close()
    visitors.close()


def test_a_caller_who_is_gone_already_does_not_keep_the_next_one_out(reactor: Reactor) -> None:
    class Shaky(socket.socket):
        faults = [errno.ECONNABORTED, errno.EPROTO]

        def accept(self) -> tuple[socket.socket, object]:
            if self.faults:
                raise OSError(self.faults.pop(), "that caller is gone")
            return super().accept()

    steady = open_listener(LOOPBACK, 0)
    visitors = Visitors(reactor, Shaky(fileno=steady.detach()))
    guest = dial_guest(reactor, visitors.port)
    reactor.run_turn(PATIENCE_SECONDS)
    assert visitors.came == [guest.socket.getsockname()]
    guest.close()
    visitors.close()


def test_an_acceptor_that_was_closed_accepts_nobody(reactor: Reactor) -> None:
    visitors = Visitors(reactor, open_listener(LOOPBACK, 0))
    visitors.acceptor.close()
    visitors.acceptor.close()
    visitors.acceptor.on_ready(0)  # as if it had been ready in the turn in which it was closed
    assert visitors.came == []
    with pytest.raises(ConnectionRefusedError):
        dial_guest(reactor, visitors.port)


def test_accepting_pauses_and_says_so_once_while_there_are_no_descriptors() -> None:
    program = subprocess.run(
        [sys.executable, "-m", "tests.io_adapters.scarce_descriptors"],
        capture_output=True,
        timeout=PATIENCE_SECONDS,
        check=False,
        text=True,
    )
    assert program.stderr == ""
    outcome = json.loads(program.stdout)
    assert outcome["held"] == SPARE_DESCRIPTORS
    assert outcome["notices_while_full"] == 1
    assert outcome["turns_while_full"] < 30  # in 0.6 s; without the pause, tens of thousands
    assert outcome["errors"] == [errno.EMFILE]
    assert outcome["accepted"] == CALLERS


class Poor(socket.socket):
    """A listener on a system that has no descriptors, for as long as the test wants."""

    is_poor = True

    def accept(self) -> tuple[socket.socket, object]:
        if self.is_poor:
            raise OSError(errno.EMFILE, "no descriptors")
        return super().accept()


def poor_listener() -> Poor:
    steady = open_listener(LOOPBACK, 0)
    poor = Poor(fileno=steady.detach())
    poor.setblocking(False)
    return poor


def test_an_acceptor_that_is_closed_while_it_pauses_lets_its_descriptor_be() -> None:
    clock = SteppedClock()
    with Reactor(clock=clock) as reactor:
        listener = poor_listener()
        visitors = Visitors(reactor, listener)
        number = listener.fileno()
        guest = dial_guest(reactor, visitors.port)
        reactor.run_turn(PATIENCE_SECONDS)
        visitors.close()
        with socket.socket() as another:
            assert another.fileno() == number, "the lowest free one"
            clock.seconds += 2 * PAUSE_SECONDS
            reactor.run_turn(0.0)  # when accepting would have gone on
            with pytest.raises(KeyError):
                reactor.unregister(number)
        assert visitors.came == []
        guest.close()


def test_accepting_that_pauses_again_and_again_says_so_at_most_once_a_minute() -> None:
    """Descriptors are exhausted three times: the second time within the minute, the third time behind it."""
    clock = SteppedClock()
    told: list[tuple[float, int | None]] = []
    with Reactor(clock=clock) as reactor:
        listener = poor_listener()
        visitors = Visitors(reactor, listener, lambda error: told.append((clock.seconds, error.errno)))
        guests = []
        for moment in (100.0, 110.0, 170.0):
            clock.seconds = moment
            listener.is_poor = True
            guests.append(dial_guest(reactor, visitors.port))
            for _ in range(3):  # it looks, and pauses; then the pause is over
                reactor.run_turn(PATIENCE_SECONDS)
                clock.seconds += 2 * PAUSE_SECONDS
                reactor.run_turn(0.0)
            listener.is_poor = False
            run_until(reactor, lambda: len(visitors.came) == len(guests))
        assert told == [(100.0, errno.EMFILE), (170.0, errno.EMFILE)]
        for guest in guests:
            guest.close()
        visitors.close()


def test_an_acceptor_leaves_reserved_descriptors_alone(reactor: Reactor, monkeypatch: pytest.MonkeyPatch) -> None:
    are_enough = [True, False, False]
    monkeypatch.setattr(listening, "are_free", lambda count: count == 12 and are_enough.pop(0))
    told: list[int | None] = []
    visitors = Visitors(reactor, open_listener(LOOPBACK, 0), lambda error: told.append(error.errno), reserved=12)
    guests = [dial_guest(reactor, visitors.port) for _ in range(2)]
    run_until(reactor, lambda: len(are_enough) == 0)
    assert len(visitors.came) == 1 and told == [errno.EMFILE]
    monkeypatch.setattr(listening, "are_free", lambda count: True)
    run_until(reactor, lambda: len(visitors.came) == 2)
    for guest in guests:
        guest.close()
    visitors.close()
