"""Queues: what waits for the reader of a log, for the system's resolver, or until a client has read a list.

A seed makes a script of what comes in and what becomes of it. However that goes, no queue passes its limit, what was asked
for is answered once, and what was left out is counted.
"""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, cast
from unittest.mock import patch

from curses_ui.catalogue import load_catalogue
from curses_ui.client import Client
from curses_ui.state.beginning import Beginning
from curses_ui.state.people import MAX_PEOPLE
from io_adapters.line_output import MAX_WAITING_BYTES, LineOutput
from io_adapters.reactor import Reactor
from io_adapters.resolver import MAX_LOOKUPS_AT_ONCE, MAX_LOOKUPS_WAITING, Lookup, Resolver, SocketAddress
from tests.work import count_steps

_LONGEST_LINE: Final = 4000
_MOST_LINES: Final = 200  # written in one turn
_DROPPED: Final = "lines were dropped: "
_READ_BYTES: Final = 4096
_MOST_STEPS_AT_ONCE: Final = 800_000  # of some 100 ns; two thousand names are made ready to be shown in one go
_FOUND: Final[list[SocketAddress]] = [(2, ("10.0.0.1", 80))]


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for something outside."""

    name: str
    check: Callable[[int], None]
    """Takes a seed, and raises an AssertionError where the queue does not do what it has to."""
    scripts: int = 40
    """As many as a run of the tests affords."""


# Lines, and whoever reads them


def _check_lines(seed: int) -> None:
    chance = random.Random(f"lines {seed}")
    read_end, write_end = os.pipe()
    os.set_blocking(read_end, False)
    written = 0
    received = b""
    try:
        with Reactor() as reactor:
            output = LineOutput(reactor, write_end, dropped_line=lambda count: f"{_DROPPED}{count}")
            for _ in range(chance.randint(1, 60)):
                if chance.random() < 0.6:
                    for _ in range(chance.randint(1, _MOST_LINES)):
                        output.write(f"{written} {'x' * chance.randrange(_LONGEST_LINE)}")
                        written += 1
                    output.flush()
                if chance.random() < 0.5:
                    received += _read(read_end, chance.randrange(200_000))
                reactor.run_turn(0.0)
                waiting = len(output._waiting)
                assert waiting <= MAX_WAITING_BYTES + _MOST_LINES * (_LONGEST_LINE + 20), f"{waiting} bytes wait"
            while output._is_watched:
                received += _read(read_end, 1 << 20)
                reactor.run_turn(0.0)
            received += _read(read_end, 1 << 20)
            output.close()
    finally:
        os.close(read_end)
        os.close(write_end)
    _check_received(received.decode(), written)


def _read(fd: int, most: int) -> bytes:
    try:
        return os.read(fd, most) if most else b""
    except BlockingIOError:
        return b""


def _check_received(received: str, written: int) -> None:
    """Every line is whole, in order, once, or counted in the place where it is missing."""
    expected = 0
    for line in received.splitlines():
        if line.startswith(_DROPPED):
            expected += int(line.removeprefix(_DROPPED))
        else:
            number, _, rest = line.partition(" ")
            assert int(number) == expected and not rest.strip("x"), f"line {number[:20]} comes where {expected} should"
            expected += 1
    assert expected == written, f"of {written} lines, {expected} were written or counted"


# Names that are looked up


class _Threads:
    """Takes the place of ``threading.Thread``: nothing runs until the script says so."""

    def __init__(self, chance: random.Random) -> None:
        self._chance: Final = chance
        self.running: Final[list[Callable[[], None]]] = []

    def __call__(self, *, target: Callable[..., None], args: tuple[Any, ...], name: str, daemon: bool) -> "_Thread":
        return _Thread(self, lambda: target(*args))

    def begin(self, work: Callable[[], None]) -> None:
        if self._chance.random() < 0.05:
            raise RuntimeError("can't start new thread")
        self.running.append(work)

    def end_one(self) -> None:
        if self.running:
            self.running.pop(self._chance.randrange(len(self.running)))()


@dataclass(frozen=True, slots=True)
class _Thread:
    threads: _Threads
    work: Callable[[], None]

    def start(self) -> None:
        self.threads.begin(self.work)


class _Soon:
    """As much of a reactor as a resolver needs."""

    def __init__(self) -> None:
        self._calls: list[Callable[[], None]] = []

    def call_soon(self, call: Callable[[], None]) -> None:
        self._calls.append(call)

    def run(self) -> None:
        while self._calls:
            self._calls.pop(0)()


def _check_look_ups(seed: int) -> None:
    chance = random.Random(f"names {seed}")
    soon, threads = _Soon(), _Threads(chance)
    asked: list[str] = []

    def look_up(host: str, port: int) -> list[SocketAddress]:
        asked.append(host)
        return _FOUND

    resolver = Resolver(cast(Reactor, soon), look_up=look_up)
    lookups: list[Lookup] = []
    answers: dict[int, int] = {}
    cancelled: set[int] = set()
    never: set[str] = set()  # cancelled while they waited

    def ask() -> None:
        number = len(lookups)
        lookups.append(resolver.resolve(f"n{number}.example", 80, lambda found: answers.update({number: answers.get(number, 0) + 1})))

    def cancel() -> None:
        if lookups:
            number = chance.randrange(len(lookups))
            lookups[number].cancel()
            if number not in answers:
                cancelled.add(number)
            if lookups[number] in resolver._waiting:
                never.add(lookups[number].host)

    with patch("threading.Thread", threads):
        for _ in range(chance.randint(1, 300)):
            chance.choice((ask, ask, ask, cancel, cancel, threads.end_one, soon.run))()
            assert len(threads.running) <= MAX_LOOKUPS_AT_ONCE, f"{len(threads.running)} look-ups at once"
            assert len(resolver._waiting) <= MAX_LOOKUPS_WAITING, f"{len(resolver._waiting)} look-ups wait"
        soon.run()
        while threads.running:
            threads.end_one()
            soon.run()
    for number in range(len(lookups)):
        assert answers.get(number, 0) == (number not in cancelled), f"look-up {number} was answered {answers.get(number, 0)} times"
    assert not never & set(asked), f"looked up, though nobody wanted them any more: {never & set(asked)}"


# Lists that a client works through


def _check_lists(seed: int) -> None:
    """Long lists and short ones, in any order: no step is long, and no more people are kept than may be."""
    chance = random.Random(f"lists {seed}")
    beginning = Beginning("Ana", 20000, ("10.0.0.1", 10000), wall=1_795_348_800.0)
    client = Client(beginning, catalogue=load_catalogue("en"), random=lambda: 0.5)
    client.resize(24, 80, now=0.0)
    tracker = client.tracker_connected("10.0.0.1", now=0.0)
    now = 0.0

    def look(call: Callable[[], object]) -> None:
        steps = count_steps(call)
        assert steps <= _MOST_STEPS_AT_ONCE, f"{steps} steps at once"
        client.take_ready()
        client.take_events()
        client.take_frame(now=now)
        assert len(client.state.people) <= MAX_PEOPLE, f"{len(client.state.people)} people are kept"

    for _ in range(chance.randint(2, 6)):
        first, count = chance.randrange(1000), chance.choice((0, 1, 5, MAX_PEOPLE - 10, MAX_PEOPLE + 50, 10_000))
        long = ":".join(f"{number} de Souza" for number in range(first, first + count))
        shorts = chance.choice((0, 0, 3, 400))
        data = f"LIST {long}\r\n".encode() + b"LIST Bia\r\n" * shorts
        for at in range(0, len(data), _READ_BYTES):
            look(partial(tracker.receive_data, data[at : at + _READ_BYTES], now=now))
            if chance.random() < 0.5:
                continue
            while (deadline := client.next_timer()) is not None and deadline <= now:
                look(partial(client.handle_timer, now=now))
        now += chance.choice((0.0, 0.5, 10.0))
        while (deadline := client.next_timer()) is not None and deadline <= now:
            look(partial(client.handle_timer, now=now))


QUEUES: Final = (
    Queue("lines of a log", _check_lines),
    Queue("look-ups", _check_look_ups),
    Queue("lists", _check_lists, scripts=2),
)
