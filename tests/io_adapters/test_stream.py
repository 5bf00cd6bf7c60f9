"""A stream between a scripted machine and a plain socket: reading, writing, and every kind of end."""

import errno
import os
import random
import socket
from typing import ClassVar

import pytest

from core.events import LossReason
from io_adapters.peer_stream import PeerStream
from io_adapters.reactor import LEAST_TURN_BYTES, READ, TURN_BYTES, Reactor, share_of
from io_adapters.stream import Stream

from .support import Guest, RecordingOwner, ScriptedConnection, connected_pair, count_turns, run_until

LARGE_BYTES = 8 * 1024 * 1024
"""More than the kernel's buffers of both sides take."""


class PatientStream(Stream):
    """Waits longer than any test takes."""

    UNSENT_PATIENCE_SECONDS: ClassVar[float] = 3600.0


class HastyStream(Stream):
    """Waits a moment."""

    UNSENT_PATIENCE_SECONDS: ClassVar[float] = 0.05


class Link:
    """A stream with all around it."""

    def __init__(self, reactor: Reactor, kind: type[Stream] = PatientStream) -> None:
        ours, theirs = connected_pair()
        self.machine = ScriptedConnection()
        self.owner = RecordingOwner()
        self.socket = ours
        self.stream = kind(reactor, ours, self.machine, self.owner)
        self.guest = Guest(reactor, theirs)

    def say(self, data: bytes) -> None:
        """Have the machine say something."""
        self.machine.outgoing += data
        self.stream.flush()

    def is_over(self) -> bool:
        """Whether the stream is closed; a method, since mypy would narrow a property."""
        return self.stream.is_closed

    def close(self) -> None:
        """Close both ends."""
        self.stream.abort()
        self.guest.close()


@pytest.fixture
def link(reactor: Reactor) -> Link:
    return Link(reactor)


def noise(size: int) -> bytes:
    return random.Random(7).randbytes(size)


# Reading and writing


def test_a_stream_hands_on_what_it_reads_and_writes_the_answer(reactor: Reactor, link: Link) -> None:
    link.machine.on_data = lambda data: link.machine.outgoing.extend(data.upper())
    link.guest.send(b"hello\r\n")
    assert link.guest.read_until(b"\r\n") == b"HELLO\r\n"
    assert link.machine.received == b"hello\r\n"
    assert link.machine.unsent_reports == []
    link.close()


def test_a_stream_reads_a_limited_amount_in_a_turn_so_that_a_flood_delays_nobody(reactor: Reactor) -> None:
    flooded, quiet = Link(reactor), Link(reactor)
    while True:
        try:
            flooded.guest.socket.send(noise(TURN_BYTES))
        except BlockingIOError:
            break
    quiet.guest.socket.send(b"x")
    run_until(reactor, lambda: bool(quiet.machine.received))
    assert max(flooded.machine.chunks) <= TURN_BYTES
    assert len(flooded.machine.chunks) <= 2
    flooded.close()
    quiet.close()


@pytest.mark.parametrize("flooding", [1, 4, 50])
def test_all_who_flood_share_what_is_read_in_a_turn(reactor: Reactor, flooding: int) -> None:
    """A hundred clients that send empty lines would else keep the others waiting for seconds."""
    links = [Link(reactor) for _ in range(flooding)]
    for link in links:
        link.guest.socket.send(noise(TURN_BYTES // 2))
    reactor.run_turn(1.0)
    read = sum(len(link.machine.received) for link in links)
    assert 0 < read <= TURN_BYTES
    assert {len(link.machine.received) for link in links} == {min(TURN_BYTES // 2, TURN_BYTES // flooding)}
    for link in links:
        link.close()


def test_however_many_are_ready_each_is_read_a_little(reactor: Reactor, link: Link) -> None:
    link.guest.socket.send(noise(TURN_BYTES))
    reactor.share_bytes = share_of(10 * TURN_BYTES)
    link.stream.on_ready(READ)
    assert len(link.machine.received) == LEAST_TURN_BYTES
    link.close()


def test_a_stream_writes_a_rest_when_the_other_side_reads_on_and_reports_it(
    reactor: Reactor, link: Link
) -> None:
    data = noise(LARGE_BYTES)
    link.say(data)
    assert link.machine.unsent_reports[0] > 0
    link.say(b"the end\r\n")
    assert link.machine.unsent_reports[1] == link.machine.unsent_reports[0] + len(b"the end\r\n")
    assert link.guest.read_until(b"the end\r\n") == data + b"the end\r\n"
    run_until(reactor, lambda: link.machine.unsent_reports[-1] == 0)
    assert link.machine.unsent_reports[1:] == sorted(link.machine.unsent_reports[1:], reverse=True)
    link.close()


def test_a_stream_waits_for_writing_only_while_something_is_unsent(reactor: Reactor, link: Link) -> None:
    assert count_turns(reactor, 0.03) <= 3
    link.say(noise(LARGE_BYTES))
    assert count_turns(reactor, 0.03) <= 3  # nobody reads
    link.say(b"the end\r\n")
    link.guest.read_until(b"the end\r\n")
    run_until(reactor, lambda: link.machine.unsent_reports[-1] == 0)
    assert count_turns(reactor, 0.03) <= 3
    link.close()


def test_a_stream_goes_on_reading_while_it_cannot_write(reactor: Reactor, link: Link) -> None:
    link.say(noise(LARGE_BYTES))
    link.guest.socket.send(b"still here")
    run_until(reactor, lambda: link.machine.received == b"still here")
    link.close()


def test_what_the_machine_says_in_answer_to_a_report_is_written(reactor: Reactor) -> None:
    class Answering(ScriptedConnection):
        def report_unsent(self, unsent_bytes: int, *, now: float) -> None:
            super().report_unsent(unsent_bytes, now=now)
            if unsent_bytes == 0:
                self.outgoing += b"all sent\r\n"

    ours, theirs = connected_pair()
    machine = Answering()
    stream = Stream(reactor, ours, machine, RecordingOwner())
    guest = Guest(reactor, theirs)
    machine.outgoing += noise(LARGE_BYTES)
    stream.flush()
    assert guest.read_until(b"all sent\r\n").startswith(noise(LARGE_BYTES))
    stream.abort()
    guest.close()


# Ends that the machine wants


def test_a_stream_closes_when_the_machine_wants_it_and_everything_is_written(
    reactor: Reactor, link: Link
) -> None:
    data = noise(LARGE_BYTES)
    link.machine.wants_close = True
    link.say(data)
    assert not link.is_over()
    assert link.guest.read_to_end() == data
    assert not link.guest.was_reset
    assert link.owner.closed == [link.stream]
    link.close()


def test_the_last_words_arrive_although_input_was_left_unread(reactor: Reactor, link: Link) -> None:
    """§4.6: closing with unread input would reset the connection and destroy them."""
    link.guest.socket.send(noise(50_000))
    link.machine.wants_close = True
    link.say(b"last words\r\n")
    assert link.is_over()
    assert link.guest.read_to_end() == b"last words\r\n"
    assert not link.guest.was_reset
    link.close()


def test_a_stream_half_closes_after_everything_is_written_and_reads_on(reactor: Reactor, link: Link) -> None:
    """§4.6"""
    data = noise(LARGE_BYTES)
    link.machine.wants_half_close = True
    link.say(data)
    assert link.guest.read_to_end() == data
    assert not link.is_over()
    link.guest.send(b"one more thing")
    run_until(reactor, lambda: link.machine.received == b"one more thing")
    link.stream.flush()  # asked again, it does nothing new
    link.guest.close()
    run_until(reactor, lambda: link.is_over())
    assert link.machine.ends == 1
    assert link.machine.losses == []
    assert link.owner.closed == [link.stream]


def test_a_stream_gives_up_on_the_unsent_rest_of_what_is_over_when_its_patience_ends(
    reactor: Reactor,
) -> None:
    link = Link(reactor, HastyStream)
    link.say(noise(LARGE_BYTES))
    link.machine.wants_close = True
    link.stream.flush()
    link.stream.flush()
    assert not link.is_over()
    run_until(reactor, lambda: link.is_over())
    assert link.owner.closed == [link.stream]
    link.close()


def test_a_stream_drops_the_unsent_rest_at_once_when_it_has_no_patience(reactor: Reactor) -> None:
    link = Link(reactor, PeerStream)
    link.machine.wants_close = True
    link.say(noise(LARGE_BYTES))
    assert link.is_over()
    link.close()


def test_flushing_and_aborting_after_the_end_do_nothing(reactor: Reactor, link: Link) -> None:
    link.stream.abort()
    link.say(b"too late")
    link.machine.wants_half_close = True
    link.machine.wants_close = True
    link.stream.flush()
    link.stream.abort()
    assert link.owner.closed == [link.stream]
    assert link.machine.losses == []
    assert link.guest.read_to_end() == b""


# Ends that the other side makes


def test_the_end_of_the_stream_is_told_once_and_what_is_left_to_say_is_still_written(
    reactor: Reactor, link: Link
) -> None:
    data = noise(LARGE_BYTES)
    link.say(data)
    link.guest.socket.send(b"enough")
    link.guest.socket.shutdown(socket.SHUT_WR)
    run_until(reactor, lambda: link.machine.ends == 1)
    assert link.machine.received == b"enough"
    assert not link.is_over()
    assert link.guest.read_to_end() == data
    assert link.machine.ends == 1
    assert link.is_over()
    link.close()


def test_a_stream_that_has_ended_does_not_keep_the_loop_busy_while_the_machine_lets_it_be(
    reactor: Reactor,
) -> None:
    class Staying(ScriptedConnection):
        def receive_eof(self, *, now: float) -> None:
            self.ends += 1

    ours, theirs = connected_pair()
    machine = Staying()
    stream = Stream(reactor, ours, machine, RecordingOwner())
    guest = Guest(reactor, theirs)
    guest.socket.shutdown(socket.SHUT_WR)
    run_until(reactor, lambda: machine.ends == 1)
    assert count_turns(reactor, 0.03) <= 3
    machine.outgoing += b"still speaking\r\n"
    stream.flush()
    assert guest.read_until(b"\r\n") == b"still speaking\r\n"
    machine.outgoing += noise(LARGE_BYTES)
    stream.flush()
    assert machine.unsent_reports[-1] > 0
    machine.wants_close = True
    assert guest.read_to_end() == noise(LARGE_BYTES)
    assert machine.ends == 1
    guest.close()


def test_a_reset_is_reported_as_such_after_what_had_arrived_before_it(reactor: Reactor, link: Link) -> None:
    link.guest.socket.send(b"last words")
    link.guest.reset()
    run_until(reactor, lambda: link.is_over())
    assert link.machine.received == b"last words"
    assert link.machine.losses == [LossReason.RESET]
    assert link.machine.ends == 0
    assert link.owner.closed == [link.stream]


def test_a_reset_that_is_noticed_in_writing_does_not_lose_what_had_arrived_before_it(
    reactor: Reactor, link: Link
) -> None:
    link.guest.socket.send(b"last words")
    link.guest.reset()
    link.say(b"are you there?")
    assert link.machine.unsent_reports[-1] == len(b"are you there?")
    run_until(reactor, lambda: link.is_over())
    assert link.machine.received == b"last words"
    assert link.machine.losses == [LossReason.RESET]
    assert link.owner.closed == [link.stream]


def test_what_arrived_before_a_failed_write_is_read_a_turn_at_a_time(reactor: Reactor, link: Link) -> None:
    sent = noise(TURN_BYTES + TURN_BYTES // 2)
    link.guest.socket.send(sent)
    link.guest.reset()
    link.say(b"are you there?")
    assert link.machine.received == b""
    link.say(b"nor now?")
    assert link.machine.unsent_reports[-1] == len(b"are you there?nor now?")
    reactor.run_turn(0.01)
    assert link.machine.received == sent[:TURN_BYTES]
    assert link.machine.losses == []
    run_until(reactor, lambda: link.is_over())
    assert link.machine.received == sent
    assert link.machine.losses == [LossReason.RESET]


def test_a_write_that_fails_on_a_sound_connection_is_a_loss_after_what_had_arrived(
    reactor: Reactor, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a firewall forbids the packet."""

    class Failing:
        def send(self, data: bytes) -> int:
            raise OSError(errno.EPERM, "a test")

        def __getattr__(self, name: str) -> object:
            return getattr(link.socket, name)

    monkeypatch.setattr(link.stream, "_socket", Failing())
    link.guest.socket.send(b"last words")
    link.say(b"are you there?")
    run_until(reactor, lambda: link.is_over())
    assert link.machine.received == b"last words"
    assert link.machine.losses == [LossReason.ERROR]
    assert link.owner.closed == [link.stream]
    link.guest.close()


def test_a_machine_that_is_done_with_a_broken_connection_waits_for_nothing(reactor: Reactor, link: Link) -> None:
    link.guest.socket.send(noise(TURN_BYTES + 1))
    link.guest.reset()
    link.say(b"are you there?")
    link.machine.wants_close = True
    link.stream.flush()
    assert link.is_over()
    assert link.machine.losses == []
    assert link.owner.closed == [link.stream]


def test_a_write_that_fails_after_the_end_was_read_is_a_loss_at_once(reactor: Reactor, link: Link) -> None:
    link.say(noise(LARGE_BYTES))
    link.guest.socket.shutdown(socket.SHUT_WR)
    run_until(reactor, lambda: link.machine.ends == 1)
    link.guest.reset()
    run_until(reactor, lambda: link.is_over())
    assert link.machine.losses == [LossReason.RESET]
    assert link.owner.closed == [link.stream]


def test_a_reset_while_a_rest_is_unsent_is_reported_once(reactor: Reactor, link: Link) -> None:
    link.say(noise(LARGE_BYTES))
    link.guest.reset()
    run_until(reactor, lambda: link.is_over())
    assert link.machine.losses == [LossReason.RESET]
    assert link.owner.closed == [link.stream]


def test_a_half_close_of_a_broken_connection_is_a_loss(reactor: Reactor, link: Link) -> None:
    link.guest.reset()
    link.machine.wants_half_close = True
    link.stream.flush()
    run_until(reactor, lambda: link.is_over())
    assert link.machine.losses == [LossReason.RESET]


# Faults


def test_a_fault_in_one_machine_closes_its_stream_and_reaches_no_other(reactor: Reactor) -> None:
    faulty, healthy = Link(reactor), Link(reactor)
    fault = ZeroDivisionError("a bug")

    def fail(data: bytes) -> None:
        raise fault

    faulty.machine.on_data = fail
    for link in (faulty, healthy):
        link.guest.send(b"x")
    run_until(reactor, lambda: bool(faulty.owner.faults) and bool(healthy.machine.received))
    assert faulty.owner.faults == [fault]
    assert faulty.owner.closed == [faulty.stream]
    assert faulty.machine.losses == [LossReason.ERROR]
    assert not healthy.is_over()
    faulty.close()
    healthy.close()


def test_a_stream_closed_by_another_one_in_the_same_turn_reads_no_more(reactor: Reactor) -> None:
    links = [Link(reactor), Link(reactor)]

    def abort_all(data: bytes) -> None:
        for link in links:
            link.stream.abort()

    for link in links:
        link.machine.on_data = abort_all
        link.guest.socket.send(b"x")
    run_until(reactor, lambda: all(link.is_over() for link in links))
    assert sum(len(link.machine.received) for link in links) == 1
    assert all(link.machine.losses == [] for link in links)
    for link in links:
        link.close()


def test_the_number_of_a_stream_that_waited_to_write_can_be_used_again(reactor: Reactor) -> None:
    old = Link(reactor)
    old.say(noise(LARGE_BYTES))
    number = old.socket.fileno()
    old.stream.abort()
    ours, theirs = connected_pair()
    given = ours.detach()
    if given != number:
        os.dup2(given, number)
        os.close(given)
    again = socket.socket(fileno=number)
    again.setblocking(False)
    machine = ScriptedConnection()
    stream = Stream(reactor, again, machine, RecordingOwner())
    guest = Guest(reactor, theirs)
    guest.send(b"hello")
    run_until(reactor, lambda: machine.received == b"hello")
    assert count_turns(reactor, 0.05) <= 3  # nobody waits for writing any more
    machine.outgoing += b"hi"
    stream.flush()
    assert guest.read_until(b"hi") == b"hi"
    stream.abort()
    guest.close()
    old.close()
