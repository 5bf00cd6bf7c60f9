"""The core without sockets: instructions per second through its public face, and memory."""

import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from core import Tracker, TrackerConnection

from .figures import Effort, Figure, Target, median_ratio, significant
from .load import KEEP, LIST, address_reply, address_request, name_of
from .references import bare_dispatch

SUBJECT: Final = "core"
USERS: Final = 100
LINES: Final = 40_000
CHUNK_BYTES: Final = 1024
CONNECTIONS: Final = 10_000

_HOST: Final = "127.0.0.1"


def run(effort: Effort) -> Iterator[Figure]:
    """Measure requests in chunks and one by one, and memory."""
    count = effort.count(LINES, least=100)
    lines = [KEEP if number % 2 else address_request(number * 7 % USERS) for number in range(count)]
    mixed = [*lines]
    mixed[::16] = [LIST] * len(mixed[::16])
    yield _speed("KEEP and ADDR, 1 KiB at a time", _chunks(lines), len(lines), effort, 2.0)
    yield _speed("KEEP and ADDR, one at a time", lines, len(lines), effort, 0.9)
    what = f"the same, every 16th a LIST of {USERS}, 1 KiB at a time"
    yield _speed(what, _chunks(mixed), len(mixed), effort, None)
    yield _memory(effort)


def _chunks(lines: Sequence[bytes]) -> list[bytes]:
    """Return the same bytes in pieces that cut lines anywhere."""
    data = b"".join(lines)
    return [data[at : at + CHUNK_BYTES] for at in range(0, len(data), CHUNK_BYTES)]


def _speed(
    what: str, chunks: Sequence[bytes], instructions: int, effort: Effort, at_least: float | None
) -> Figure:
    answers = {address_request(number)[:-2]: address_reply(number) for number in range(USERS)}
    answers[LIST[:-2]] = b"LIST " + b":".join(name_of(number) for number in range(USERS - 1)) + b"\r\n"
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(max(3, 3 * effort.rounds) if effort.share == 1 else 1):
        connection = _registered_connection()
        tracker_seconds, tracker_bytes = _timed(lambda: _through_the_core(connection, chunks))
        bare_seconds, bare_bytes = _timed(lambda: bare_dispatch.serve(chunks, answers))
        assert tracker_bytes == bare_bytes, "both give the same answers"
        ours.append(instructions / tracker_seconds / 1e6)
        bare.append(instructions / bare_seconds / 1e6)
    rate = statistics.median(ours)
    return Figure(
        SUBJECT,
        what,
        f"{significant(rate)} M/s",
        f"{significant(statistics.median(bare))} M/s",
        median_ratio(ours, bare),
        None if at_least is None else Target(at_least, at_most=False, unit="M/s"),
        None if at_least is None else rate,
    )


def _timed(work: Callable[[], int]) -> tuple[float, int]:
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


def _registered_connection() -> TrackerConnection:
    """Return the user that registered last."""
    tracker = Tracker()
    for number in range(USERS):
        connection = tracker.accept(_host_of(number), _HOST, now=0.0)
        connection.receive_data(_user_request(number), now=0.0)
    tracker.take_events()
    return connection


def _through_the_core(connection: TrackerConnection, chunks: Sequence[bytes]) -> int:
    """Do what an adapter does with each chunk, one a turn; return how many bytes the replies have."""
    written = 0
    for turn, chunk in enumerate(chunks):
        connection.receive_data(chunk, now=float(turn))
        written += len(connection.data_to_send())
        if connection.wants_close or connection.wants_half_close:
            raise AssertionError("nothing in the chunks ends a connection")
    return written


def _user_request(number: int) -> bytes:
    """Register a user, so that ``address_reply`` is right for it."""
    port = address_reply(number).rpartition(b":")[2]
    return b"USER " + name_of(number) + b":" + port


def _host_of(number: int) -> str:
    return address_reply(number).removeprefix(b"ADDR ").rpartition(b":")[0].decode()


def _memory(effort: Effort) -> Figure:
    """Return bytes of Python's heap for a registered connection; for the bare loop, the bytes of its dictionaries."""
    count = effort.count(CONNECTIONS)
    tracemalloc.start()
    try:
        tracker = Tracker()
        kept = []
        for number in range(count):
            connection = tracker.accept(_host_of(number), _HOST, now=0.0)
            connection.receive_data(_user_request(number), now=0.0)
            tracker.take_events()
            kept.append(connection)
        ours = tracemalloc.get_traced_memory()[0] / count
        assert tracker.online == count
        del tracker, kept, connection
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        hosts = {number: _host_of(number).encode() for number in range(count)}
        names = {number: name_of(number) for number in range(count)}
        answers = {b"ADDR " + name: address_reply(number) for number, name in names.items()}
        seen = {number: float(number) for number in range(count)}
        bare = (tracemalloc.get_traced_memory()[0] - before) / count
        assert len(hosts) == len(answers) == len(seen) == count
    finally:
        tracemalloc.stop()
    return Figure(
        SUBJECT,
        f"memory per registered connection, {count:,} of them",
        f"{significant(ours)} B",
        f"{significant(bare)} B",
        bare / ours,
    )
