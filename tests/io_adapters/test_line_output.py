"""Lines to a descriptor that may be slow, without ever waiting for it."""

import errno
import os
import tempfile
from collections.abc import Iterator
from itertools import count

import pytest

from io_adapters.line_output import MAX_WAITING_BYTES, LineOutput
from io_adapters.reactor import Reactor

from .support import count_turns


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


def read_until_blocked(fd: int) -> bytes:
    received = b""
    try:
        while more := read_some(fd):
            received += more
    except BlockingIOError:
        pass
    return received


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
            assert count_turns(reactor, 0.01) <= 2
    os.close(fd)


def test_output_to_a_reader_that_keeps_up_waits_for_one_turn_only(pipe: tuple[int, int]) -> None:
    with Reactor() as reactor:
        output = LineOutput(reactor, pipe[1])
        output.write("x" * 50_000)
        output.flush()
        reactor.run_turn(10.0)
        assert len(read_some(pipe[0])) == 50_001
        assert count_turns(reactor, 0.01) <= 2


def test_output_writes_to_a_pipe_when_it_is_ready(pipe: tuple[int, int]) -> None:
    with Reactor() as reactor:
        output = LineOutput(reactor, pipe[1])
        for _ in range(3):
            output.write("x")
            output.flush()
            reactor.run_turn(10.0)
            assert read_some(pipe[0]) == b"x\n"


def dropped_line(dropped: int) -> str:
    return f"{dropped} lost"


def test_output_keeps_what_a_pipe_has_no_room_for_drops_beyond_the_limit_and_says_so_twice(
    pipe: tuple[int, int],
) -> None:
    os.set_blocking(pipe[0], False)
    with Reactor() as reactor:
        output = LineOutput(reactor, pipe[1], dropped_line=dropped_line)

        def read_all() -> bytes:
            received = b""
            while more := read_until_blocked(pipe[0]):
                received += more
                reactor.run_turn(0.0)
                reactor.run_turn(0.0)  # the line about what was dropped comes in a turn of its own
            assert count_turns(reactor, 0.01) <= 2
            return received

        for _ in range(2):
            written = 2 * MAX_WAITING_BYTES // 1000
            for number in range(written):
                output.write(f"{number:0999}")
                output.flush()
                reactor.run_turn(0.0)
            *kept, notice = read_all().decode().splitlines()
            assert [int(line) for line in kept] == list(range(len(kept)))
            assert notice == f"{written - len(kept)} lost" and len(kept) < written
            output.write("more")
            output.flush()
            reactor.run_turn(0.0)
            assert read_all() == b"more\n"


def test_output_takes_no_line_while_it_is_still_behind_and_says_first_how_many_were_dropped(
    pipe: tuple[int, int],
) -> None:
    os.set_blocking(pipe[0], False)
    with Reactor() as reactor:
        output = LineOutput(reactor, pipe[1], dropped_line=dropped_line)
        output.write("x" * (MAX_WAITING_BYTES + 200_000))
        output.flush()
        output.write("no room")
        output.flush()
        received = b""
        for enough, line in ((300_000, "more than half of the limit still waits"), (900_000, "room")):
            while len(received) < enough:
                reactor.run_turn(1.0)
                received += read_until_blocked(pipe[0])
            output.write(line)
            output.flush()
        for _ in range(30):
            reactor.run_turn(0.0)
            received += read_until_blocked(pipe[0])
        assert received.endswith(b"x\n2 lost\nroom\n")


def test_a_line_that_a_full_disk_cut_is_ended_before_the_next_and_the_lost_ones_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room = [0]
    write = os.write

    def write_while_there_is_room(fd: int, data: bytes) -> int:
        if not room[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = write(fd, data[: room[0]])
        room[0] -= written
        return written

    with Reactor() as reactor, tempfile.TemporaryFile() as file:
        output = LineOutput(reactor, file.fileno(), dropped_line=dropped_line)
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", write_while_there_is_room)
            for free_bytes, lines in (
                (8, ["one", "two-", "three"]),  # a byte is missing
                (0, ["four"]),
                (5, ["five"]),  # is no room for the notice
                (1000, ["six"]),
                (2, ["seven", "eight"]),
                (1000, ["nine"]),
                (1000, ["ten"]),
            ):
                room[0] = free_bytes
                for line in lines:
                    output.write(line)
                output.flush()
        file.seek(0)
        assert file.read().decode().splitlines() == [
            "one",
            "two-",
            "3 lo",
            "4 lost",
            "six",
            "se",
            "2 lost",
            "nine",
            "ten",
        ]


def test_output_gives_up_quietly_when_the_reader_is_gone(pipe: tuple[int, int]) -> None:
    with Reactor() as reactor:
        output = LineOutput(reactor, pipe[1])
        os.close(pipe[0])
        for _ in range(3):
            output.write("x")
            output.flush()
            reactor.run_turn(0.0)
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
        assert 0 < len(read_some(pipe[0])) < MAX_WAITING_BYTES


def test_output_escapes_what_its_encoding_does_not_have() -> None:
    """In UTF-8, À ends in a byte that is a control character to a Latin-1 terminal."""
    with Reactor() as reactor, tempfile.TemporaryFile() as file:
        output = LineOutput(reactor, file.fileno(), encoding="latin-1")
        output.write("À美")
        output.flush()
        file.seek(0)
        assert file.read() == b"\xc0\\u7f8e\n"
