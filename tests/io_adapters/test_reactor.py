"""The loop itself: timers, descriptors, other threads, signals, and who comes when in a turn."""

import os
import signal
import socket
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from io_adapters.reactor import READ, WRITE, Reactor, Timer

from .support import PATIENCE_SECONDS, SteppedClock, count_turns, run_until


class Handler:
    """Notes what it is called for."""

    def __init__(self, serve: Callable[[], None] = lambda: None) -> None:
        self.serve = serve
        self.masks: list[int] = []
        self.faults: list[Exception] = []

    def on_ready(self, mask: int) -> None:
        self.masks.append(mask)
        self.serve()

    def on_fault(self, fault: Exception) -> None:
        self.faults.append(fault)


# Timers


def test_timers_fire_in_the_order_of_their_deadlines() -> None:
    fired: list[str] = []
    with Reactor(clock=SteppedClock()) as reactor:
        reactor.call_at(0.003, lambda: fired.append("third"))
        reactor.call_at(0.001, lambda: fired.append("first"))
        reactor.call_at(0.002, lambda: fired.append("second"))
        run_until(reactor, lambda: len(fired) == 3)
    assert fired == ["first", "second", "third"]


def test_timers_with_one_deadline_fire_in_the_order_they_were_set() -> None:
    fired: list[int] = []
    with Reactor(clock=SteppedClock()) as reactor:
        for number in range(5):
            reactor.call_at(0.0, partial(fired.append, number))
        reactor.run_turn(PATIENCE_SECONDS)
    assert fired == [0, 1, 2, 3, 4]


def test_a_wait_that_ends_early_counts_as_the_deadline_so_that_the_loop_cannot_spin() -> None:
    clock = SteppedClock()
    seen: list[float] = []
    with Reactor(clock=clock) as reactor:
        reactor.call_at(0.01, lambda: seen.append(reactor.now))
        reactor.run_turn(PATIENCE_SECONDS)  # the clock stands, as if the wait had been cut short
    assert seen == [0.01]


def test_the_time_of_the_loop_never_goes_back_behind_a_deadline_that_fired() -> None:
    clock = SteppedClock()
    with Reactor(clock=clock) as reactor:
        reactor.call_at(0.01, lambda: None)
        reactor.run_turn(PATIENCE_SECONDS)
        assert reactor.time() == 0.01
        clock.seconds = 0.005
        assert reactor.time() == 0.01
        clock.seconds = 5.0
        assert reactor.time() == 5.0


def test_a_timer_does_not_fire_before_its_time_when_something_else_ends_the_wait() -> None:
    fired: list[str] = []
    with Reactor(clock=SteppedClock()) as reactor:
        reactor.call_at(60.0, lambda: fired.append("timer"))
        reactor.call_soon(lambda: fired.append("call"))
        reactor.run_turn(PATIENCE_SECONDS)
        assert fired == ["call"]
        assert reactor.now == 0.0


def test_a_timer_set_by_a_timer_waits_for_the_next_turn_even_if_it_is_due() -> None:
    clock = SteppedClock()
    fired: list[int] = []

    def again() -> None:
        fired.append(len(fired))
        reactor.call_at(0.0, again)

    with Reactor(clock=clock) as reactor:
        reactor.call_at(0.0, again)
        reactor.run_turn(PATIENCE_SECONDS)
        assert fired == [0]
        reactor.run_turn(PATIENCE_SECONDS)
        assert fired == [0, 1]


def test_a_cancelled_timer_does_not_fire() -> None:
    fired: list[str] = []
    with Reactor(clock=SteppedClock()) as reactor:
        timer = reactor.call_at(0.0, lambda: fired.append("cancelled"))
        reactor.call_at(0.001, lambda: fired.append("kept"))
        timer.cancel()
        timer.cancel()
        assert not timer.is_pending
        run_until(reactor, lambda: bool(fired))
    assert fired == ["kept"]


def test_a_timer_cancelled_by_one_due_in_the_same_turn_does_not_fire() -> None:
    fired: list[str] = []
    timers: list[Timer] = []

    def cancel_other() -> None:
        fired.append("first")
        timers[0].cancel()

    with Reactor(clock=SteppedClock()) as reactor:
        reactor.call_at(0.0, cancel_other)
        timers.append(reactor.call_at(0.0, lambda: fired.append("second")))
        reactor.run_turn(PATIENCE_SECONDS)
        reactor.run_turn(0.0)
    assert fired == ["first"]


def test_a_timer_far_away_does_not_overflow_the_wait() -> None:
    fired: list[str] = []
    with Reactor() as reactor:
        reactor.call_later(1e12, lambda: fired.append("timer"))
        reactor.call_soon(lambda: fired.append("call"))
        reactor.run_turn(PATIENCE_SECONDS)
    assert fired == ["call"]


# Descriptors


def test_a_reader_is_called_while_there_is_something_to_read(reactor: Reactor) -> None:
    reading, writing = os.pipe()
    received: list[bytes] = []
    reactor.add_reader(reading, lambda: received.append(os.read(reading, 2)))
    os.write(writing, b"abc")
    run_until(reactor, lambda: len(received) == 2)
    assert received == [b"ab", b"c"]
    reactor.remove_reader(reading)
    os.write(writing, b"d")
    reactor.run_turn(0.0)
    assert received == [b"ab", b"c"]
    os.close(reading)
    os.close(writing)


def test_a_regular_file_counts_as_readable_in_every_turn(reactor: Reactor, tmp_path: Path) -> None:
    path = tmp_path / "input.txt"
    path.write_bytes(b"abcdef")
    fd = os.open(path, os.O_RDONLY)
    received: list[bytes] = []

    def read() -> None:
        received.append(os.read(fd, 4))
        if not received[-1]:
            reactor.remove_reader(fd)

    reactor.add_reader(fd, read)
    run_until(reactor, lambda: b"" in received)
    reactor.run_turn(0.0)
    assert received == [b"abcd", b"ef", b""]
    os.close(fd)


def test_the_null_device_can_be_read_as_standard_input(reactor: Reactor) -> None:
    fd = os.open(os.devnull, os.O_RDONLY)
    received: list[bytes] = []
    reactor.add_reader(fd, lambda: received.append(os.read(fd, 4)))
    run_until(reactor, lambda: bool(received))
    reactor.remove_reader(fd)
    assert received[0] == b""
    os.close(fd)


def test_a_reader_removed_by_another_one_in_the_same_turn_is_not_called(reactor: Reactor) -> None:
    pairs = [socket.socketpair() for _ in range(2)]
    called: list[int] = []

    def serve(number: int) -> None:
        called.append(number)
        for ours, _ in pairs:
            reactor.remove_reader(ours.fileno())

    reactor.add_reader(pairs[0][0].fileno(), lambda: serve(0))
    reactor.add_reader(pairs[1][0].fileno(), lambda: serve(1))
    for _, theirs in pairs:
        theirs.send(b"x")
    run_until(reactor, lambda: bool(called))
    reactor.run_turn(0.0)
    assert len(called) == 1
    for ours, theirs in pairs:
        ours.close()
        theirs.close()


def test_removing_a_reader_that_was_not_added_raises(reactor: Reactor) -> None:
    with pytest.raises(KeyError):
        reactor.remove_reader(99)


def test_a_handler_hears_what_it_asked_for(reactor: Reactor) -> None:
    ours, theirs = socket.socketpair()
    handler = Handler()
    reactor.register(ours.fileno(), WRITE, handler)
    reactor.run_turn(PATIENCE_SECONDS)
    assert handler.masks == [WRITE]
    reactor.modify(ours.fileno(), READ, handler)
    reactor.run_turn(0.0)
    assert handler.masks == [WRITE]
    theirs.send(b"x")
    run_until(reactor, lambda: READ in handler.masks)
    reactor.unregister(ours.fileno())
    ours.close()
    theirs.close()


@pytest.mark.parametrize("mask", [READ, WRITE], ids=["for reading", "for writing"])
def test_who_gets_the_number_of_a_closed_descriptor_does_not_hear_what_that_one_was_ready_for(
    reactor: Reactor, mask: int
) -> None:
    pairs = [socket.socketpair() for _ in range(2)]
    numbers = [ours.fileno() for ours, _ in pairs]
    newcomer = Handler()
    opened: list[socket.socket] = []

    def replace(other: int) -> None:
        if not opened:  # the other one is ready as well, and comes later in this turn
            reactor.unregister(numbers[other])
            pairs[other][0].close()
            opened.extend(socket.socketpair())
            assert opened[0].fileno() == numbers[other]  # the lowest free number
            reactor.register(numbers[other], READ, newcomer)

    for (ours, theirs), other in zip(pairs, (1, 0), strict=True):
        reactor.register(ours.fileno(), mask, Handler(partial(replace, other)))
        theirs.send(b"x")
    reactor.run_turn(PATIENCE_SECONDS)
    reactor.run_turn(0.0)
    assert opened and newcomer.masks == []
    for sock in (*opened, *(sock for pair in pairs for sock in pair)):
        sock.close()


def test_a_fault_of_one_handler_is_told_to_it_and_does_not_reach_the_others(reactor: Reactor) -> None:
    fault = ZeroDivisionError("a bug")

    def fail() -> None:
        raise fault

    pairs = [socket.socketpair() for _ in range(3)]
    handlers = [Handler(), Handler(fail), Handler()]
    for (ours, _), handler in zip(pairs, handlers, strict=True):
        reactor.register(ours.fileno(), WRITE, handler)
    reactor.run_turn(PATIENCE_SECONDS)
    assert [handler.masks for handler in handlers] == [[WRITE], [WRITE], [WRITE]]
    assert [handler.faults for handler in handlers] == [[], [fault], []]
    for ours, theirs in pairs:
        reactor.unregister(ours.fileno())
        ours.close()
        theirs.close()


def test_a_fault_of_a_reader_ends_the_loop_because_it_is_the_programs_own(reactor: Reactor) -> None:
    ours, theirs = socket.socketpair()

    def fail() -> None:
        raise ZeroDivisionError("a bug")

    reactor.add_reader(ours.fileno(), fail)
    theirs.send(b"x")
    with pytest.raises(ZeroDivisionError, match="a bug"):
        reactor.run()
    reactor.remove_reader(ours.fileno())
    ours.close()
    theirs.close()


# Turns


def test_a_turn_serves_descriptors_then_timers_then_end_of_turn_callbacks_then_the_hook(reactor: Reactor) -> None:
    ours, theirs = socket.socketpair()
    order: list[str] = []

    def read() -> None:
        ours.recv(1)
        order.append("descriptor")

    reactor.set_turn_end(lambda: order.append("hook"))
    reactor.add_reader(ours.fileno(), read)
    reactor.call_at(reactor.now, lambda: order.append("timer"))
    reactor.add_end_of_turn(lambda: order.append("first callback"))
    reactor.add_end_of_turn(lambda: order.append("second callback"))
    theirs.send(b"x")
    reactor.run_turn(PATIENCE_SECONDS)
    assert order == ["descriptor", "timer", "first callback", "second callback", "hook"]
    reactor.remove_reader(ours.fileno())
    ours.close()
    theirs.close()


def test_the_hook_is_called_once_in_a_turn_however_much_happens(reactor: Reactor) -> None:
    hooks: list[str] = []
    for _ in range(10):
        reactor.call_at(reactor.now, lambda: None)
        reactor.call_soon(lambda: None)
    reactor.set_turn_end(lambda: hooks.append("hook"))
    reactor.run_turn(PATIENCE_SECONDS)
    assert hooks == ["hook"]
    reactor.set_turn_end(None)
    reactor.run_turn(0.0)
    assert hooks == ["hook"]


def test_a_removed_end_of_turn_callback_is_not_called(reactor: Reactor) -> None:
    called: list[str] = []

    def callback() -> None:
        called.append("callback")
        reactor.remove_end_of_turn(callback)

    reactor.add_end_of_turn(callback)
    reactor.run_turn(0.0)
    reactor.run_turn(0.0)
    assert called == ["callback"]


def test_run_returns_at_the_end_of_the_turn_in_which_it_was_stopped_and_can_run_again(
    reactor: Reactor,
) -> None:
    hooks: list[str] = []
    reactor.set_turn_end(lambda: hooks.append("hook"))
    for _ in range(2):
        reactor.call_soon(reactor.stop)
        reactor.run()
    assert len(hooks) >= 2


# Other threads


def test_a_call_from_another_thread_wakes_the_loop(reactor: Reactor) -> None:
    seen: list[int] = []
    caller = threading.Thread(target=lambda: reactor.call_soon(lambda: seen.append(threading.get_ident())))
    caller.start()
    run_until(reactor, lambda: bool(seen))
    caller.join()
    assert seen == [threading.get_ident()]


def test_no_call_from_another_thread_is_lost_and_each_threads_order_is_kept(reactor: Reactor) -> None:
    calls_of_each = 2000
    seen: list[tuple[int, int]] = []

    def call_often(thread: int) -> None:
        for number in range(calls_of_each):
            reactor.call_soon(partial(seen.append, (thread, number)))

    threads = [threading.Thread(target=call_often, args=(thread,)) for thread in range(3)]
    for thread in threads:
        thread.start()
    run_until(reactor, lambda: len(seen) == 3 * calls_of_each)
    for thread in threads:
        thread.join()
    for which in range(3):
        assert [number for thread, number in seen if thread == which] == list(range(calls_of_each))


def test_a_call_made_by_a_call_waits_for_the_next_turn(reactor: Reactor) -> None:
    calls: list[int] = []

    def again() -> None:
        calls.append(len(calls))
        reactor.call_soon(again)

    reactor.call_soon(again)
    reactor.run_turn(PATIENCE_SECONDS)
    assert calls == [0]
    reactor.run_turn(PATIENCE_SECONDS)
    assert calls == [0, 1]


def test_a_thread_that_comes_too_late_does_no_harm() -> None:
    reactor = Reactor()
    reactor.close()
    reactor.close()
    reactor.call_soon(lambda: None)
    reactor.stop()


# Signals


def test_a_signal_becomes_a_call_in_the_loop_and_the_old_handler_comes_back() -> None:
    heard: list[str] = []
    before = signal.getsignal(signal.SIGUSR1)
    with Reactor() as reactor:
        reactor.add_signal(signal.SIGUSR1, lambda: heard.append("first"))
        reactor.add_signal(signal.SIGUSR1, lambda: heard.append("second"))
        reactor.add_signal(signal.SIGUSR2, lambda: heard.append("other"))
        os.kill(os.getpid(), signal.SIGUSR1)
        os.kill(os.getpid(), signal.SIGUSR2)
        run_until(reactor, lambda: len(heard) == 2)
        assert heard == ["second", "other"]
    assert signal.getsignal(signal.SIGUSR1) is before
    wake_up_fd = signal.set_wakeup_fd(-1)
    assert wake_up_fd == -1


def test_a_signal_ends_a_wait_that_nothing_else_would_end(reactor: Reactor) -> None:
    heard: list[str] = []
    reactor.add_signal(signal.SIGUSR1, lambda: heard.append("signal"))
    sender = threading.Timer(0.05, lambda: os.kill(os.getpid(), signal.SIGUSR1))
    sender.start()
    reactor.run_turn(PATIENCE_SECONDS)  # nothing else is due before
    sender.join()
    assert heard == ["signal"]


def test_a_signal_is_heard_even_when_the_wake_up_buffer_is_full(reactor: Reactor) -> None:
    heard: list[str] = []
    reactor.add_signal(signal.SIGUSR1, lambda: heard.append("one"))
    reactor.add_signal(signal.SIGUSR2, lambda: heard.append("two"))
    for _ in range(20_000):  # each leaves a byte; the buffer takes some hundreds
        signal.raise_signal(signal.SIGUSR1)
    signal.raise_signal(signal.SIGUSR2)
    run_until(reactor, lambda: "two" in heard)
    assert heard == ["one", "two"]


def test_a_signal_whose_handler_runs_after_its_byte_was_read_is_not_forgotten(reactor: Reactor) -> None:
    """So it can be when another thread, deep in a system call, is the one that is interrupted."""
    heard: list[str] = []
    reactor.add_signal(signal.SIGUSR1, lambda: heard.append("signal"))
    wake_up_fd = signal.set_wakeup_fd(-1)
    signal.set_wakeup_fd(wake_up_fd)
    os.write(wake_up_fd, bytes([signal.SIGUSR1]))
    reactor.run_turn(0.0)
    assert heard == []
    handler = signal.getsignal(signal.SIGUSR1)
    assert callable(handler)
    handler(signal.SIGUSR1, None)
    reactor.run_turn(1.0)
    assert heard == ["signal"]
    reactor.run_turn(0.0)
    assert count_turns(reactor, 0.03) <= 3


def test_a_removed_signal_is_left_to_its_old_handler(reactor: Reactor) -> None:
    heard: list[str] = []
    old = signal.signal(signal.SIGUSR1, lambda number, frame: heard.append("old"))
    try:
        reactor.add_signal(signal.SIGUSR1, lambda: heard.append("new"))
        reactor.remove_signal(signal.SIGUSR1)
        signal.raise_signal(signal.SIGUSR1)
        reactor.run_turn(0.0)
        assert heard == ["old"]
    finally:
        signal.signal(signal.SIGUSR1, old)
