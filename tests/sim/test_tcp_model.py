"""The simulated TCP itself: a simulation proves nothing if its network is kinder than the real one."""

import errno
import socket

import pytest

from io_adapters.reactor import WRITE

from .clockwork import Clockwork
from .network import Machine, Network
from .reactor import SimReactor
from .tcp import SimListener, SimSocket

HERE, THERE, PORT = "10.0.0.1", "10.0.0.2", 7000


class Pair:
    """Two machines with one connection; ``one`` dialled."""

    def __init__(self, seed: int = 5) -> None:
        self.clock = Clockwork(seed)
        self.network = Network(self.clock)
        self.here, self.there = self.network.machine(HERE), self.network.machine(THERE)
        self.listener: SimListener = self.network.listen(self.there, PORT)
        connected: list[SimSocket] = []
        self.network.dial(self.here, THERE, PORT, connected.append, lambda reason: None)
        self.wait(5.0)
        (self.one,) = connected
        self.other, _ = self.listener.accept()
        for end in (self.one, self.other):
            set_options(end)

    def wait(self, seconds: float) -> None:
        self.clock.run_until(self.clock.now + seconds)

    def part(self) -> None:
        self.network.set_groups({self.there: 1})

    def heal(self) -> None:
        self.network.set_groups({})


def set_options(end: SimSocket) -> None:
    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 30_000)


def read_all(end: SimSocket) -> bytes:
    data = b""
    try:
        while chunk := end.recv(1000):
            data += chunk
    except BlockingIOError:
        pass
    return data


@pytest.mark.parametrize("seed", range(8))
def test_bytes_arrive_in_order_and_the_end_behind_them(seed: int) -> None:
    pair = Pair(seed)
    sent = bytes(range(256)) * 4
    for at in range(0, len(sent), 100):
        assert pair.one.send(sent[at : at + 100]) == len(sent[at : at + 100])
    pair.one.close()
    received = b""
    for _ in range(20):
        pair.wait(1.0)
        received += read_all(pair.other)
    assert received == sent
    assert pair.other.recv(10) == b""


def test_a_reader_that_does_not_read_stops_the_writer_and_is_found_out_in_30_s() -> None:
    pair = Pair(seed=1)
    taken = 0
    with pytest.raises(BlockingIOError):
        while True:
            taken += pair.one.send(b"x" * 4096)
            pair.wait(1.0)
    assert taken <= 2 * pair.network.buffer_bytes
    pair.wait(20.0)  # it has been full for some seconds already
    assert not pair.one.is_dead
    pair.wait(11.0)
    with pytest.raises(OSError) as caught:
        pair.one.send(b"x")
    assert caught.value.errno == errno.ETIMEDOUT


def test_a_close_with_unread_input_resets_the_other_end() -> None:
    pair = Pair()
    pair.other.send(b"never read")
    pair.wait(2.0)
    pair.one.close()
    pair.wait(2.0)
    with pytest.raises(OSError) as caught:
        pair.other.recv(10)
    assert caught.value.errno == errno.ECONNRESET


def test_data_for_a_closed_end_is_answered_by_a_reset_that_a_read_end_does_not_show() -> None:
    """What makes an end of stream a poor proof: recv says b"" though the text came back as a RST."""
    pair = Pair()
    pair.other.close()
    pair.one.send(b"crosses the end")
    pair.wait(5.0)
    assert pair.one.recv(10) == b""
    assert pair.one.is_dead


def test_a_silent_connection_into_nothing_is_noticed_by_keepalive() -> None:
    pair = Pair()
    pair.network.power_off(pair.there)
    pair.wait(24.0)  # and five have passed since the connection was made
    assert not pair.one.is_dead
    pair.wait(7.0)
    with pytest.raises(OSError) as caught:
        pair.one.recv(10)
    assert caught.value.errno == errno.ETIMEDOUT


def test_a_restarted_machine_answers_old_connections_by_a_reset() -> None:
    pair = Pair()
    pair.network.power_off(pair.there)
    pair.one.send(b"hello?")
    pair.wait(3.0)
    pair.network.power_on(pair.there)
    pair.wait(10.0)
    with pytest.raises(OSError) as caught:
        pair.one.recv(10)
    assert caught.value.errno == errno.ECONNRESET


def test_what_a_partition_swallowed_arrives_after_it_in_order() -> None:
    pair = Pair()
    pair.part()
    pair.one.send(b"one ")
    pair.wait(5.0)
    pair.one.send(b"two")
    assert read_all(pair.other) == b""
    pair.heal()
    pair.wait(10.0)
    assert read_all(pair.other) == b"one two"


def test_without_options_nobody_is_told_of_a_partition() -> None:
    """A tracker sets none: its own rule of 15 s has to find its dead clients."""
    pair = Pair()
    bare = SimSocket(pair.network, pair.here, (HERE, 1), 99, 99)
    bare.peer = SimSocket(pair.network, pair.there, (THERE, 2), 99, 100)
    bare.peer.peer = bare
    pair.part()
    bare.send(b"x")
    pair.wait(600.0)
    assert not bare.is_dead


def test_a_machine_that_is_down_answers_no_dial() -> None:
    pair = Pair()
    machine: Machine = pair.there
    pair.network.power_off(machine)
    outcome: list[object] = []
    pair.network.dial(pair.here, THERE, PORT, outcome.append, outcome.append)
    pair.wait(60.0)
    assert outcome == []


def test_where_one_direction_is_blocked_bytes_arrive_and_their_sender_gives_up() -> None:
    pair = Pair()
    set_options(pair.one)
    pair.network.block({(pair.there, pair.here)})
    pair.one.send(b"heard")
    pair.wait(5.0)
    assert read_all(pair.other) == b"heard"
    assert pair.one.unacknowledged_bytes == 5
    pair.other.send(b"never arrives")
    pair.wait(10.0)
    assert read_all(pair.one) == b""
    pair.wait(30.0)
    with pytest.raises(OSError) as caught:
        pair.one.recv(10)
    assert caught.value.errno == errno.ETIMEDOUT


def test_a_way_that_opens_again_brings_the_acknowledgement_and_what_was_held_up() -> None:
    pair = Pair()
    pair.network.block({(pair.there, pair.here)})
    pair.one.send(b"one")
    pair.other.send(b"other")
    pair.wait(5.0)
    pair.network.block(set())
    pair.wait(10.0)
    assert pair.one.unacknowledged_bytes == 0
    assert (read_all(pair.one), read_all(pair.other)) == (b"other", b"one")
    pair.wait(40.0)
    assert not pair.one.is_dead


def test_a_writer_that_waits_for_room_learns_of_an_acknowledgement_that_came_late() -> None:
    pair = Pair()
    unsent = 3 * pair.network.buffer_bytes

    class Writer:
        def on_ready(self, ready: int) -> None:
            nonlocal unsent
            unsent -= pair.one.send(b"x" * unsent)
            if not unsent:
                reactor.unregister(pair.one.fileno())

        def on_fault(self, fault: Exception) -> None:
            raise fault

    pair.network.block({(pair.there, pair.here)})
    reactor = SimReactor(pair.network, pair.here, 0.0)
    reactor.register(pair.one.fileno(), WRITE, Writer())
    for _ in range(20):
        pair.wait(1.0)
        read_all(pair.other)
    assert unsent == 2 * pair.network.buffer_bytes
    pair.network.block(set())
    for _ in range(20):
        pair.wait(1.0)
        read_all(pair.other)
    assert unsent == 0


def test_a_slow_way_is_no_silence_however_large_the_buffers() -> None:
    """A full buffer may be under way for longer than the system's patience: its acknowledgements come meanwhile."""
    pair = Pair()
    buffer = pair.network.buffer_bytes
    pair.network.path(pair.here, pair.there).bytes_per_second = buffer / 40.0
    assert pair.one.send(b"x" * buffer) == buffer
    pair.wait(45.0)
    assert pair.one.send(b"x" * buffer) == buffer  # for which there is no room before the reader reads
    assert len(pair.other.recv(buffer)) == buffer
    pair.wait(45.0)
    assert not pair.one.is_dead
    assert len(pair.other.recv(buffer)) == buffer


def test_nothing_is_read_behind_what_was_lost_with_its_sender() -> None:
    """A machine that was down for a moment sends nothing again, and what it sent later is no use without that."""
    pair = Pair()
    way = pair.network.path(pair.here, pair.there)
    way.least_seconds, way.jitter_seconds = 1.0, 0.0
    pair.one.send(b"one ")
    pair.wait(0.8)
    pair.one.send(b"two")
    pair.network.power_off(pair.here)
    pair.wait(0.4)  # in which the first arrives
    pair.network.power_on(pair.here)
    pair.wait(1.0)
    assert read_all(pair.other) == b""


def test_nothing_is_read_behind_what_a_partition_swallowed_and_nobody_sends_again() -> None:
    pair = Pair()
    way = pair.network.path(pair.here, pair.there)
    way.least_seconds, way.jitter_seconds = 1.0, 0.0
    pair.part()
    pair.one.send(b"one ")
    pair.wait(0.8)
    pair.one.send(b"two")
    pair.wait(0.4)
    pair.one.fail(errno.ETIMEDOUT)
    pair.heal()
    pair.wait(1.0)
    assert read_all(pair.other) == b""


def test_accept_and_send_fail_as_often_as_they_are_told_to() -> None:
    pair = Pair()
    pair.one.failing_sends.append(errno.ENOBUFS)
    with pytest.raises(OSError):
        pair.one.send(b"x")
    assert pair.one.send(b"x") == 1
    pair.network.dial(pair.here, THERE, PORT, lambda end: None, lambda reason: None)
    pair.listener.failing_accepts.append(errno.EMFILE)
    pair.wait(5.0)
    with pytest.raises(OSError, match="simulated"):
        pair.listener.accept()
    assert pair.listener.accept()[0].connection == 2
