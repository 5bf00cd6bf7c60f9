"""What the streams of a client can do besides."""

import socket
import sys

import pytest

from core import BytesLike
from io_adapters.peer_stream import PEERS_TURN_BYTES, PeerStream, set_peer_options
from io_adapters.reactor import LEAST_TURN_BYTES, READ, Reactor

from .support import Guest, RecordingOwner, ScriptedConnection, connected_pair, run_until


def test_what_the_other_side_had_acknowledged_when_it_ended_is_told_before_the_end(reactor: Reactor) -> None:
    """§4.10: on Linux the kernel knows; elsewhere nothing is said."""

    class Watching(ScriptedConnection):
        def report_unacknowledged(self, unacknowledged_bytes: int, *, now: float) -> None:
            assert self.ends == 0
            super().report_unacknowledged(unacknowledged_bytes, now=now)

    ours, theirs = connected_pair()
    machine = Watching()
    stream = PeerStream(reactor, ours, machine, RecordingOwner())
    guest = Guest(reactor, theirs)
    machine.outgoing += b"read before the end\r\n"
    stream.flush()
    guest.read_until(b"end\r\n")
    guest.close()
    run_until(reactor, lambda: machine.ends == 1)
    assert machine.unacknowledged_reports == ([0] if sys.platform == "linux" else [])


def test_what_the_other_side_has_acknowledged_is_told_before_its_words_and_during_our_farewell(
    reactor: Reactor,
) -> None:
    """§4.10"""
    told_before_words: list[int] = []

    class Watching(ScriptedConnection):
        def receive_data(self, data: BytesLike, *, now: float) -> None:
            told_before_words.append(len(self.unacknowledged_reports))
            super().receive_data(data, now=now)

    ours, theirs = connected_pair()
    machine = Watching()
    stream = PeerStream(reactor, ours, machine, RecordingOwner())
    guest = Guest(reactor, theirs)
    machine.outgoing += b"oi\r\n"
    stream.flush()
    guest.read_until(b"oi\r\n")
    guest.send(b"sim\r\n")
    run_until(reactor, lambda: bool(told_before_words))
    machine.wants_half_close = True
    stream.flush()
    is_linux = sys.platform == "linux"
    run_until(reactor, lambda: len(machine.unacknowledged_reports) == 2 or not is_linux)
    assert told_before_words == [1 if is_linux else 0]
    assert machine.unacknowledged_reports == ([0, 0] if is_linux else [])
    stream.abort()
    guest.close()


@pytest.mark.parametrize("has_spoken", [False, True])
def test_who_is_turned_away_without_a_word_learns_that_nobody_read_its_text(
    reactor: Reactor, has_spoken: bool
) -> None:
    """§4.6: last words survive unread input; where there are none, a reset says that it was not read."""
    ours, theirs = connected_pair()
    machine = ScriptedConnection()
    stream = PeerStream(reactor, ours, machine, RecordingOwner())
    guest = Guest(reactor, theirs)
    if has_spoken:
        machine.outgoing += b"last words\r\n"
    guest.send(b"USER Bruno\r\nhello\r\n")
    machine.wants_close = True
    stream.flush()
    assert guest.read_to_end() == (b"last words\r\n" if has_spoken else b"")
    assert guest.was_reset is not has_spoken
    guest.close()


@pytest.mark.parametrize("sharers, share", [(1, PEERS_TURN_BYTES), (4, PEERS_TURN_BYTES // 4), (1000, LEAST_TURN_BYTES)])
def test_peers_share_what_is_read_in_one_turn(reactor: Reactor, sharers: int, share: int) -> None:
    """However many flood us, the keyboard waits for little."""
    ours, theirs = connected_pair()
    machine = ScriptedConnection()
    PeerStream(reactor, ours, machine, RecordingOwner(), lambda: sharers)
    theirs.sendall(2 * PEERS_TURN_BYTES * b"\n")
    run_until(reactor, lambda: len(machine.received) > 0)
    assert len(machine.received) == share
    reactor.run_turn(0.0)
    assert len(machine.received) == 2 * share
    theirs.close()


def test_a_stream_that_was_closed_in_this_turn_reads_nothing(reactor: Reactor) -> None:
    """Its owner has forgotten it, and counts none."""
    ours, theirs = connected_pair()
    machine = ScriptedConnection()
    stream = PeerStream(reactor, ours, machine, RecordingOwner(), lambda: 0)
    stream.abort()
    stream.on_ready(READ)
    assert machine.received == b"" and not machine.losses
    theirs.close()


def test_peer_sockets_notice_a_dead_peer_within_30_seconds() -> None:
    """§4.9"""
    ours, theirs = connected_pair()
    set_peer_options(ours)
    assert ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert ours.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    wanted = {"TCP_KEEPIDLE": 15, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 30_000}
    there = {name: getattr(socket, name) for name in wanted if hasattr(socket, name)}
    assert {name: ours.getsockopt(socket.IPPROTO_TCP, option) for name, option in there.items()} == {
        name: wanted[name] for name in there
    }
    ours.close()
    theirs.close()


def test_options_of_a_socket_that_is_closed_already_are_let_be() -> None:
    ours, theirs = connected_pair()
    ours.close()
    set_peer_options(ours)
    assert ours.fileno() == -1
    theirs.close()
