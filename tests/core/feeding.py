"""Feeds wire samples to machines in every way that a network may cut them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

Outcome = TypeVar("Outcome")

_MOST_SPLIT_POINTS: Final = 600  # a longer sample is split where it matters, and evenly in between


def outcome_however_cut(
    run: Callable[[Sequence[bytes]], Outcome], sample: bytes, *, following: bytes = b""
) -> Outcome:
    """Assert that a sample has one outcome, however it is cut; returns that outcome.

    Args:
        run: Feeds the chunks, in order, to a machine made anew on each call, and
            returns whatever is to be compared: events, replies, state.
        sample: What one side sends; fed whole, byte by byte, and split at every point.
        following: Bytes that come after it; glued on, they must change nothing
            against coming in a chunk of their own.
    """
    outcome = run([sample])
    for chunks in cuts(sample):
        assert run(chunks) == outcome, f"cut as {_shown(chunks)}"
    if following:
        apart = run([sample, following])
        for chunks in cuts(sample + following):
            assert run(chunks) == apart, f"with following data, cut as {_shown(chunks)}"
    return outcome


def cuts(sample: bytes) -> Iterator[list[bytes]]:
    """The sample whole, byte by byte, and in two parts, split at every point."""
    yield [sample]
    yield [sample[at : at + 1] for at in range(len(sample))]
    for at in split_points(sample):
        yield [sample[:at], sample[at:]]


def split_points(sample: bytes) -> list[int]:
    """Every point inside the sample; of a long one those around line ends and limits, and some between."""
    points = range(1, len(sample))
    if len(points) <= _MOST_SPLIT_POINTS:
        return list(points)
    line_ends = [at for at, byte in enumerate(sample) if byte == 0x0A]
    near_line_ends = {at + offset for at in line_ends for offset in (-1, 0, 1, 2)}
    near_limits = {at + offset for at in range(0, len(sample), 1024) for offset in (-1, 0, 1)}
    ends = {1, 2, 3, len(sample) - 2, len(sample) - 1}
    even = set(points[:: max(1, len(points) // 64)])
    chosen = sorted((near_line_ends | near_limits | ends | even) & set(points))
    return chosen[:: 1 + len(chosen) // _MOST_SPLIT_POINTS]


def _shown(chunks: Sequence[bytes]) -> str:
    return repr([chunk if len(chunk) <= 80 else chunk[:77] + b"..." for chunk in chunks][:8])
