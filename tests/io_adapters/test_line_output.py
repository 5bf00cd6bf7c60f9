"""Lines to a descriptor that may be slow, without ever waiting for it."""

import os
import tempfile
from collections.abc import Iterator
from itertools import count

import pytest

from io_adapters.line_output import MAX_WAITING_BYTES, LineOutput
from io_adapters.reactor import Reactor


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    read_end, write_end = os.pipe()
    yield read_end, write_end
    for end in (read_end, write_end):
        try:
            os.close(end)
        except OSError:
            pass  # closed by the test


def read_some(fd: int) -> bytes:
    return os.read(fd, 1 << 20)


def test_output_writes_the_lines_of_a_turn_at_once_to_a_file() -> None:
    with Reactor() as reactor, tempfile.TemporaryFile() as file:
        output = LineOutput(reactor, file.fileno())
        output.write("Olá")
        output.write("x")
        assert os.fstat(file.fileno()).st_size == 0
        output.flush()
        output.flush()
        file.seek(0)
        assert file.read() == "Olá\nx\n".encode()


@pytest.mark.parametrize("device", ["/dev/null", "/dev/full"])
def test_output_to_a_device_that_never_blocks_waits_for_nothing(device: str) -> None:
    fd = os.open(device, os.O_WRONLY)
    with Reactor() as reactor:
        output = LineOutput(reactor, fd)
        for _ in range(2):
            output.write("x")
            output.flush()
            assert not output.is_waiting
            reactor.run_turn(0.0)
    os.close(fd)


def test_output_to_a_reader_that_keeps_up_waits_for_one_turn_only(pipe: tuple[int, int]) -> None:
    with Reactor() as reactor:
        output = LineOutput(reactor, pipe[1])
        output.write("x" * 50_000)
        output.flush()
        reactor.run_turn(10.0)
        assert not output.is_waiting
        assert len(read_some(pipe[0])) == 50_001


def test_output_writes_to_a_pipe_when_it_is_ready(pipe: tuple[int, int]) -> None:
    with Reactor() as reactor:
        output = LineOutput(reactor, pipe[1])
        for _ in range(3):
            output.write("x")
            output.flush()
            reactor.run_turn(10.0)
            assert read_some(pipe[0]) == b"x\n"


def test_output_keeps_what_a_pipe_has_no_room_for_and_drops_beyond_the_limit(pipe: tuple[int, int]) -> None:
    with Reactor() as reactor:
        output = LineOutput(reactor, pipe[1])
        line = "x" * 999
        for _ in range(2 * MAX_WAITING_BYTES // 1000):
            output.write(line)
            output.flush()
            reactor.run_turn(0.0)
        assert output.take_dropped() == 0, "there is no room for saying so yet"
        received = 0
        while output.is_waiting:
            received += len(read_some(pipe[0]))
            reactor.run_turn(0.0)
        os.set_blocking(pipe[0], False)
        received += len(read_some(pipe[0]))
        dropped = output.take_dropped()
        assert dropped > 0 and received == 1000 * (2 * MAX_WAITING_BYTES // 1000 - dropped)
        assert output.take_dropped() == 0
        output.write("more")
        output.flush()
        reactor.run_turn(10.0)
        assert read_some(pipe[0]) == b"more\n"


def test_output_gives_up_quietly_when_the_reader_is_gone(pipe: tuple[int, int]) -> None:
    with Reactor() as reactor:
        output = LineOutput(reactor, pipe[1])
        os.close(pipe[0])
        for _ in range(3):
            output.write("x")
            output.flush()
            reactor.run_turn(0.0)
        assert not output.is_waiting
        assert output.is_broken
        output.drain()


def test_output_drains_what_a_reader_takes_and_waits_no_longer_than_its_limit(pipe: tuple[int, int]) -> None:
    looks = count()  # at a clock that leaps, so that the test need not wait as long
    with Reactor(clock=lambda: next(looks) * 0.4) as reactor:
        output = LineOutput(reactor, pipe[1])
        output.write("x" * 10)
        output.drain()
        assert read_some(pipe[0]) == b"x" * 10 + b"\n"
        output.write("x" * MAX_WAITING_BYTES)
        output.drain()
        assert output.is_waiting


def test_output_escapes_what_its_encoding_does_not_have() -> None:
    """In UTF-8, À ends in a byte that is a control character to a Latin-1 terminal."""
    with Reactor() as reactor, tempfile.TemporaryFile() as file:
        output = LineOutput(reactor, file.fileno(), encoding="latin-1")
        output.write("À美")
        output.flush()
        file.seek(0)
        assert file.read() == b"\xc0\\u7f8e\n"
