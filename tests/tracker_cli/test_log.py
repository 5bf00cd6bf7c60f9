"""When lines are written."""

import os
import tempfile
from collections.abc import Iterator

import pytest

from core import ClientDeparted, ClientRegistered, DepartureReason
from io_adapters import Reactor
from tracker_cli.log import Log
from tracker_cli.log_line import Level, LogLine
from tracker_cli.options import parse_options


class Bench:
    """A log that writes into a file, and a clock that goes as it is told."""

    def __init__(self) -> None:
        self.seconds = 100.0
        self._file = tempfile.TemporaryFile()
        self._reactor = Reactor(clock=lambda: self.seconds)
        self.log = Log(self._reactor, self._file.fileno(), "utf-8", parse_options([]), {})

    def turn(self, *, after_seconds: float) -> None:
        """A turn of the loop, and its end."""
        self.seconds += after_seconds
        self._reactor.run_turn(0.0)
        self.log.end_turn()

    def written(self) -> list[str]:
        """The names of the events in the file, in order."""
        lines = os.pread(self._file.fileno(), 1_000_000, 0).decode().splitlines()
        return [line.split(" ")[2] for line in lines]

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


def left(number: int) -> ClientDeparted:
    return ClientDeparted(number, DepartureReason.END_OF_STREAM, "10.0.0.1", "Ana", 0, 0.0)


def test_the_lines_of_a_turn_are_written_at_its_end(bench: Bench) -> None:
    bench.log.write_event(came(1))
    bench.turn(after_seconds=0.0)
    assert bench.written() == ["register"]
    bench.log.write_event(left(1))
    bench.turn(after_seconds=0.02)
    assert bench.written() == ["register", "bye"]
