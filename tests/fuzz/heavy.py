"""Inputs that may cost more than they should: long runs of what is slow to compare, to sort, to decode or to name.

Each comes with a plain one: the same instruction, of the same size, with ASCII letters. The hostile one may cost
``MOST_TIMES`` what the plain one costs.
"""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from tests.work import count_steps

Feed = Callable[[Sequence[bytes]], object]

MOST_TIMES: Final = 20

MOST_GROWTH: Final = 9
"""From a quarter of an input to all of it; it would be 16, if each byte cost more for each byte before it."""

_SMALL_CHUNK_BYTES: Final = 64
_LEAST_GROWING_BYTES: Final = 8 * 1024
_FREE_STEPS: Final = 200  # what an instruction costs whatever is in it …
_BYTES_PER_FREE_STEP: Final = 16  # … and what the bytes of any input cost
_FREE_SECONDS: Final = 20e-6
_FREE_SECONDS_PER_BYTE: Final = 5e-9
_LEAST_ROUND_SECONDS: Final = 0.02
_ROUNDS: Final = 3
_ATTEMPTS: Final = 3
_STRANGE_LETTERS: Final = "é\u212b\ufdfa\u1100\u1161\u3300ßİ\u0130名\u0e33\U0001d15f"

_UNITS: Final = (
    b"a",
    b"\xff",
    b"\xc3",
    b"\x00",
    b" ",
    b"\t",
    b"\r",
    b"  a",
    b"0",
    b"1.",
    b"[",
    b"(",
    b"{",
    b"<",
    b'"',
    b"'",
    b"\\",
    b"/",
    b"%(",
    b"$",
    b",",
    b"-",
    b"\x1b",
    b"\x1b[",
    b"\x1b[1;",
    b"\x1b[200~",
    b"\x1b]",
    b"\x1b]0;title",
    b"\x1bP",
    b"\x1b_",
    b"\x1b^",
    b"\x1bX",
    b"\x1b\\",
    b"\x1b[<0;1;1",
    b"\xc2\x9d",
    "\t名".encode(),
    "名\ta".encode(),
    *(letter.encode() for letter in _STRANGE_LETTERS),
    "\u0301".encode(),
    "\u0301\u0316".encode(),
    "a\u0301\u0316".encode(),
    "\u064b\u0300\u0316".encode(),
    "\u1160\u11a8".encode(),
    "\u115f".encode(),
    "\u200d".encode(),
    "\u2060".encode(),
    "\u202e".encode(),
    "\ufe0f".encode(),
    "\U000e0041".encode(),
    "\U0001f1e7".encode(),
    "\U0001f469\u200d".encode(),
    "\U0001f3fb".encode(),
)
_MARK_RUNS: Final = ("\u0301", "\u0316")
"""Of a higher and a lower class: each of the second kind moves before all of the first."""


@dataclass(frozen=True, slots=True)
class Shape:
    """An instruction with a place for something long."""

    before: bytes
    after: bytes
    separator: bytes = b""
    """What separates the names of a list; empty where there is one name."""
    plain: bytes = b"a"
    """What a plain input has in the long place, again and again."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A hostile input, and a plain one of the same size."""

    what: str
    hostile: bytes
    plain: bytes
    chunk_bytes: int
    """How both are cut."""

    def chunks(self, data: bytes) -> list[bytes]:
        """Cut one of the two."""
        return [data[at : at + self.chunk_bytes] for at in range(0, len(data), self.chunk_bytes)]


def make_pair(shapes: Sequence[Shape], chance: random.Random, most_bytes: int) -> Pair:
    """Make one input of these shapes, at most about as large as asked for."""
    shape = chance.choice(shapes)
    size = int(64 * (most_bytes / 64) ** chance.random())
    lines = chance.choice((1, 1, 1, 20)) if shape.after else 1
    parts = 1
    if shape.separator:
        parts = min(size // 2, chance.choice((1, 10, 1000, 100_000)))
    name_bytes = size // lines // max(parts, 1)
    unit = chance.choice(_UNITS)
    is_run = chance.random() < 0.2
    hostile = shape.separator.join(_fill(unit, is_run, number, name_bytes) for number in range(parts))
    wanted = len(hostile)
    if parts > 1:
        name = max(name_bytes, 8)
        plain = shape.separator.join(b"%x" % number + b"a" * (name - 4) for number in range(wanted // name + 1))
    else:
        plain = shape.plain * (wanted // len(shape.plain) + 1)
    whole, other = (
        (shape.before + content + shape.after) * lines for content in (hostile, plain[:wanted].ljust(wanted, b"a"))
    )
    chunk_bytes = chance.choice((len(whole), len(whole), 1460, 4096))
    if len(whole) < 4000 and chance.random() < 0.2:
        chunk_bytes = 1
    kind = "two runs of marks" if is_run else repr(unit)
    what = f"{shape.before!r} with {kind}, {lines} lines of {parts} parts, {len(whole)} bytes in chunks of {chunk_bytes}"
    return Pair(what, whole, other, max(chunk_bytes, 1))


def _fill(unit: bytes, is_run: bool, number: int, size: int) -> bytes:
    start = b"%x" % number
    if is_run:
        half = max(0, size - len(start)) // 4
        return start + b"".join(mark.encode() * half for mark in _MARK_RUNS)
    return start + unit * max(0, (size - len(start)) // len(unit))


def is_too_much(hostile: float, plain: float, free: float) -> bool:
    """Whether a hostile input costs too much, in whatever unit; ``free`` is what is not worth a comparison."""
    return hostile > MOST_TIMES * max(plain, free)


def weigh_by_steps(pair: Pair, feed: Feed, most_times: int = MOST_TIMES) -> None:
    """Compare the two inputs by counted work.

    Args:
        pair: The inputs.
        feed: Feeds a machine made anew.
        most_times: More where plain text is nearly all C, which takes time and no steps.

    Raises:
        AssertionError: The hostile one costs too much.
    """
    nothing = count_steps(lambda: feed([]))
    hostile = count_steps(lambda: feed(pair.chunks(pair.hostile))) - nothing
    plain = count_steps(lambda: feed(pair.chunks(pair.plain))) - nothing
    free = _FREE_STEPS + len(pair.hostile) / _BYTES_PER_FREE_STEP
    times = hostile / max(plain, free)
    assert times <= most_times, f"{pair.what}: {hostile} steps, {times:.0f} times those of plain text"


def weigh_by_time(pair: Pair, feed: Feed) -> None:
    """Compare the two inputs by process time; a breach is tried again.

    Raises:
        AssertionError: The hostile one costs too much, each time.
    """
    free = _FREE_SECONDS + len(pair.hostile) * _FREE_SECONDS_PER_BYTE
    for _ in range(_ATTEMPTS):
        nothing = _seconds(feed, [])
        hostile = _seconds(feed, pair.chunks(pair.hostile)) - nothing
        plain = _seconds(feed, pair.chunks(pair.plain)) - nothing
        times = hostile / max(plain, free)
        if times <= MOST_TIMES:
            return
    raise AssertionError(f"{pair.what}: {hostile * 1e3:.2f} ms, {times:.0f} times that of plain text")


def weigh_growth(pair: Pair, feed: Feed) -> None:
    """Compare the first quarter of the hostile input with all of it, in small pieces, by process time; a breach is tried again.

    Raises:
        AssertionError: All of it costs far more than four times as much, each time.
    """
    data = pair.hostile
    if len(data) < _LEAST_GROWING_BYTES:
        return
    free = _FREE_SECONDS + len(data) * _FREE_SECONDS_PER_BYTE
    pieces = [data[at : at + _SMALL_CHUNK_BYTES] for at in range(0, len(data), _SMALL_CHUNK_BYTES)]
    part = pieces[: len(pieces) // 4]
    if data.endswith(b"\n") and not part[-1].endswith(b"\n"):
        part.append(b"\r\n")  # a list, for one, is read when its line has ended
    for _ in range(_ATTEMPTS):
        nothing = _seconds(feed, [])
        quarter = _seconds(feed, part) - nothing
        whole = _seconds(feed, pieces) - nothing
        times = whole / max(quarter, free)
        if times <= MOST_GROWTH:
            return
    raise AssertionError(f"{pair.what}, in pieces of {_SMALL_CHUNK_BYTES}: {whole * 1e3:.2f} ms, {times:.0f} times a quarter of it")


def _seconds(feed: Feed, chunks: Sequence[bytes]) -> float:
    """Return the process time of feeding an input once: the fastest of a few rounds of many."""
    feeds = 1
    while (spent := _round(feed, chunks, feeds)) < _LEAST_ROUND_SECONDS:
        feeds = max(feeds + 1, int(feeds * 1.2 * _LEAST_ROUND_SECONDS / max(spent, 1e-6)))
    return min(spent, *(_round(feed, chunks, feeds) for _ in range(_ROUNDS - 1))) / feeds


def _round(feed: Feed, chunks: Sequence[bytes], feeds: int) -> float:
    began = time.process_time()
    for _ in range(feeds):
        feed(chunks)
    return time.process_time() - began
