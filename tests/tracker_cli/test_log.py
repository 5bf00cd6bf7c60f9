"""When lines are written."""

import json
import os
import tempfile
from collections.abc import Iterator

import pytest

from core import ClientDeparted, ClientRegistered, DepartureReason
from io_adapters import Reactor
from tracker_cli.log import Log
from tracker_cli.log_limits import MAX_LINES_OF_CONNECTION, MAX_LINES_OF_KIND, PERIOD_SECONDS
from tracker_cli.log_line import Level, LogLine
from tracker_cli.i18n import load_catalogue
from tracker_cli.options import parse_options


class Bench:
    """A log that writes into a file, and a clock that goes as it is told."""

    def __init__(self, *arguments: str) -> None:
        self.seconds = 100.0
        self._file = tempfile.TemporaryFile()
        self._reactor = Reactor(clock=lambda: self.seconds)
        self.log = Log(self._reactor, self._file.fileno(), "utf-8", parse_options(list(arguments), load_catalogue("en")), {})

    def turn(self, *, after_seconds: float) -> None:
        """A turn of the loop, and its end."""
        self.seconds += after_seconds
        self._reactor.run_turn(0.0)
        self.log.end_turn()

    def written(self) -> list[str]:
        """The names of the events in the file, in order."""
        return [line.split(" ")[2] for line in self.text().splitlines()]

    def text(self) -> str:
        """What is in the file."""
        return os.pread(self._file.fileno(), 1_000_000, 0).decode()

    def forget(self) -> None:
        """Empty the file."""
        self._file.seek(0)
        self._file.truncate()

    def close(self) -> None:
        """Give everything back."""
        self._reactor.close()
        self._file.close()


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.close()


def came(number: int) -> ClientRegistered:
    return ClientRegistered(number, "Ana", "10.0.0.1", 7, 1)


def renamed(number: int) -> ClientRegistered:
    return ClientRegistered(number, "Bia", "10.0.0.1", 7, 1, "Ana")


def left(number: int) -> ClientDeparted:
    return ClientDeparted(number, DepartureReason.END_OF_STREAM, "10.0.0.1", "Ana", 0, 0.0)


def test_the_lines_of_a_turn_are_written_at_its_end(bench: Bench) -> None:
    bench.log.write_event(came(1))
    bench.turn(after_seconds=0.0)
    assert bench.written() == ["register"]
    bench.log.write_event(left(1))
    bench.turn(after_seconds=0.02)
    assert bench.written() == ["register", "bye"]


def test_the_count_of_suppressed_lines_is_said_when_the_period_ends_although_nothing_follows(
    bench: Bench,
) -> None:
    for _ in range(2):
        for _ in range(MAX_LINES_OF_CONNECTION + 30):
            bench.log.write_event(renamed(1))
        bench.turn(after_seconds=0.0)
        for _ in range(12):
            bench.log.write_event(renamed(1))
        bench.turn(after_seconds=PERIOD_SECONDS - 0.5)
        assert bench.written() == ["register"] * MAX_LINES_OF_CONNECTION
        bench.turn(after_seconds=0.5)
        assert bench.written()[MAX_LINES_OF_CONNECTION:] == ["suppressed"]
        assert bench.text().endswith(" info suppressed kind=register lines=42\n")
        bench.turn(after_seconds=PERIOD_SECONDS)
        assert bench.written()[MAX_LINES_OF_CONNECTION:] == ["suppressed"], "once"
        bench.forget()


def test_the_count_of_suppressed_lines_is_said_at_the_end_of_the_program(bench: Bench) -> None:
    for _ in range(MAX_LINES_OF_CONNECTION + 5):
        bench.log.write_event(left(1))
    bench.log.drain()
    assert bench.text().endswith(" info suppressed kind=bye lines=5\n")


def test_programs_can_tell_the_count_from_the_lines_that_it_counts() -> None:
    bench = Bench("--log-format", "json")
    for _ in range(MAX_LINES_OF_CONNECTION + 5):
        bench.log.write_event(left(1))
    bench.log.drain()
    said = json.loads(bench.text().splitlines()[-1])
    assert (said["event"], said["kind"], said["lines"]) == ("suppressed", "bye", 5)
    bench.close()


def test_the_lines_of_the_operator_are_not_limited(bench: Bench) -> None:
    for _ in range(MAX_LINES_OF_KIND + 5):
        bench.log.write(LogLine(Level.INFO, "user"))
    bench.turn(after_seconds=0.0)
    assert bench.written() == ["user"] * (MAX_LINES_OF_KIND + 5)


def test_lines_that_are_not_wanted_are_not_counted() -> None:
    bench = Bench("--quiet")
    for _ in range(MAX_LINES_OF_CONNECTION + 5):
        bench.log.write_event(left(1))
    bench.log.drain()
    assert bench.text() == ""
    bench.close()
