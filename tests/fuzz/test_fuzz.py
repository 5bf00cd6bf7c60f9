"""Hostile input, as far as every run of the tests affords it (docs/reliability.md)."""

import random
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from unittest.mock import patch

import pytest

from core import Limits, Node, Tracker
from core.limits import DEFAULT_LIMITS
from io_adapters.line_output import LineOutput
from io_adapters.resolver import Lookup, Resolver
from tests.work import count_steps

from .crowd import CROWDS, Crowd
from .heavy import Pair, Shape, make_pair, weigh_by_time, weigh_growth
from .mutator import Mutator
from .queues import QUEUES, Queue
from .targets import TARGETS, Target, held_bytes

INPUTS_PER_TARGET = 150  # a campaign is a command of its own: python3 -m tests.fuzz
WEIGHED_PER_TARGET = 40
SCRIPTS_PER_CROWD = 5


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_a_machine_takes_whatever_comes(target: Target) -> None:
    for seed in range(round(INPUTS_PER_TARGET * target.share)):
        try:
            target.check(seed)
        except Exception as error:  # whatever it is, it comes with how to see it again
            again = f"python3 -m tests.fuzz --target {target.name!r} --seed {seed}"
            raise AssertionError(f"again with: {again}") from error


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_no_input_is_much_more_work_than_plain_text(target: Target) -> None:
    for seed in range(round(WEIGHED_PER_TARGET * target.share)):
        try:
            target.weigh_by_steps(seed)
        except AssertionError as error:
            again = f"python3 -m tests.fuzz --target {target.name!r} --seed {seed}"
            raise AssertionError(f"again with: {again}") from error


@pytest.mark.parametrize("crowd", CROWDS, ids=lambda crowd: crowd.name)
def test_a_member_of_a_crowd_is_no_more_work_for_the_others_that_are_there(crowd: Crowd) -> None:
    for seed in range(SCRIPTS_PER_CROWD):
        try:
            crowd.check(seed)
        except AssertionError as error:
            again = f"python3 -m tests.fuzz --target {crowd.name!r} --seed {seed}"
            raise AssertionError(f"again with: {again}") from error


@pytest.mark.parametrize("queue", QUEUES, ids=lambda queue: queue.name)
def test_a_queue_that_waits_for_something_outside_keeps_its_limits_and_loses_nothing_in_silence(queue: Queue) -> None:
    for seed in range(queue.scripts):
        try:
            queue.check(seed)
        except AssertionError as error:
            again = f"python3 -m tests.fuzz --target {queue.name!r} --seed {seed}"
            raise AssertionError(f"again with: {again}") from error


def _waits_without_limit(resolver: Resolver, lookup: Lookup) -> None:
    resolver._waiting.append(lookup)


def _forgets_the_count(output: LineOutput) -> bytes:
    output._dropped = 0
    return b""


@pytest.mark.parametrize(
    ("owner", "symbol", "fault", "queue"),
    [(Resolver, "_wait", _waits_without_limit, QUEUES[1]), (LineOutput, "_notice", _forgets_the_count, QUEUES[0])],
)
def test_a_queue_without_a_limit_or_a_count_is_found(owner: type, symbol: str, fault: object, queue: Queue) -> None:
    with patch.object(owner, symbol, fault), pytest.raises(AssertionError):
        for seed in range(queue.scripts):
            queue.check(seed)


def test_work_that_grows_with_the_square_of_a_crowd_is_found() -> None:
    class Greeted:
        weighed = None
        heard = ()

        def __init__(self, limits: Limits) -> None:
            """Nobody is there."""

        def carry_out(self, script: Sequence[str], members: range) -> None:
            there: list[int] = []
            for number in members:
                there.append(sum(_same(other) for other in there) + number)

    with pytest.raises(AssertionError, match="times those of a quarter of the members"):
        Crowd("planted", ("come",), ("wait",), 40, Greeted).check(0)


def test_what_is_kept_of_those_who_left_and_work_that_grows_with_them_is_found() -> None:
    class Book:
        def __init__(self, limits: Limits) -> None:
            self.weighed: list[int] = []
            self.heard = ()

        def carry_out(self, script: Sequence[str], members: range) -> None:
            for number in members:
                _same(number)
            self.weighed += members

    class Slow(Book):
        def carry_out(self, script: Sequence[str], members: range) -> None:
            for number in range(members.stop * 100):
                _same(number)

    with pytest.raises(AssertionError, match="entries, and all have left"):
        Crowd("planted", ("come",), ("wait",), 40, Book).check(0)
    with pytest.raises(AssertionError, match="of one generation after the other"):
        Crowd("planted", ("come",), ("wait",), 40, Slow).check(0)


def _same(number: int) -> int:
    return number


def _feed_quadratic(chunks: Sequence[bytes]) -> object:
    """Ask of each byte whether it is among those before it, unless it is a letter."""
    data = b"".join(chunks)
    return sum(1 for at, byte in enumerate(data) if byte != 0x61 and any(byte == other for other in data[:at]) and at < 0)


def _feed_normalizing(chunks: Sequence[bytes]) -> object:
    return unicodedata.normalize("NFC", b"".join(chunks).decode(errors="replace"))


@pytest.mark.parametrize("feed", [_feed_quadratic, _feed_normalizing])
def test_a_machine_whose_work_grows_faster_than_its_input_is_found(
    feed: Callable[[Sequence[bytes]], object],
) -> None:
    target = Target("planted", Mutator((b"a",), ()), feed, (Shape(b"USER ", b""),))
    with pytest.raises(AssertionError, match="times those of plain text"):
        for seed in range(WEIGHED_PER_TARGET):
            target.weigh_by_steps(seed)
    with pytest.raises(AssertionError, match="times a quarter of it"):
        weigh_growth(Pair("all again", b"x" * 64_000, b"", 64), lambda chunks: [b"".join(chunks[:end]).decode("cp1252") for end in range(len(chunks))])
    with pytest.raises(AssertionError, match="times that of plain text"):
        weigh_by_time(Pair("marks", b"\xcc\x81" * 1500 + b"\xcc\x96" * 1500, b"a" * 6000, 6000), feed)


@pytest.mark.parametrize("seed", [1754, 2564, 5087, 5845])
def test_what_the_long_run_of_the_keyboard_found_stays_mended(seed: int) -> None:
    """Windows that were removed and opened again in one turn; a notice, and undo, that depended on the cuts."""
    next(target for target in TARGETS if target.name == "client's keyboard").check(seed)


def test_both_inputs_of_a_pair_are_of_one_size_and_one_shape() -> None:
    for target in (target for target in TARGETS if target.shapes):
        for seed in range(100):
            pair = make_pair(target.shapes, random.Random(seed), 10_000)
            assert len(pair.hostile) == len(pair.plain)
            assert b"".join(pair.chunks(pair.hostile)) == pair.hostile


def test_the_mutator_makes_the_same_input_of_the_same_seed_and_loses_no_byte_in_cutting() -> None:
    mutator = Mutator((b"USER Ana:1\r\n", b"LIST\r\n"), (b"KEEP",))
    made = set()
    for seed in range(200):
        data = mutator.make(random.Random(seed))
        assert mutator.make(random.Random(seed)) == data
        assert b"".join(mutator.cut(data, random.Random(seed))) == data
        made.add(data)
    assert len(made) > 150


def test_a_machine_that_depends_on_the_cuts_is_found() -> None:
    target = Target("chunks", Mutator((b"a line\r\n",), ()), lambda chunks: len(chunks), (Shape(b"", b""),))
    with pytest.raises(AssertionError, match="cutting changes the outcome"):
        for seed in range(20):
            target.check(seed)


def test_held_bytes_finds_buffers_wherever_they_are() -> None:
    class Slotted:
        __slots__ = ("buffer",)

        def __init__(self) -> None:
            self.buffer = bytearray(1000)

    class Plain:
        def __init__(self) -> None:
            self.parts = [Slotted(), {"x": b"y" * 500}]

    assert held_bytes(Plain()) >= 1500


def test_short_lists_behind_a_long_one_do_not_hurry_it_on() -> None:
    """Each was worth eight steps, so that a tracker could have 100,000 names read at once."""

    def hear(*lists: bytes) -> int:
        node = Node("Ana", 20000, now=0.0, random=lambda: 0.5)
        connection = node.tracker_connected("10.0.0.1", now=0.0)
        data = b"".join(b"LIST " + names + b"\r\n" for names in lists)
        return count_steps(lambda: connection.receive_data(data, now=0.1))

    long = b":".join(b"%x" % number for number in range(100_000))
    assert hear(long, *[b"Bia"] * 200) < 3 * hear(long)


def test_many_lists_that_wait_at_the_end_of_a_stream_are_answered_in_one_go() -> None:
    """Else each list of a small turn would cut all the others into lines again."""

    def steps_of(count: int) -> int:
        tracker = Tracker(limits=replace(DEFAULT_LIMITS, max_list_bytes_at_once=2))
        connection = tracker.accept("10.0.0.1", "10.0.0.9", now=0.0)
        connection.receive_data(b"USER Ana:1\r\n" + count * b"LIST\r\n", now=0.0)
        assert connection.data_to_send() == b"LIST \r\n"  # the turn is over
        steps = count_steps(lambda: connection.receive_eof(now=0.0))
        assert connection.data_to_send() == (count - 1) * b"LIST \r\n"
        return steps

    assert steps_of(2400) < 3 * steps_of(1200)
