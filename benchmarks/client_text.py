"""The client without a terminal: from the bytes of a peer's text to a rendered frame."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from curses_ui.view.render import Renderer

from .chat import Listener, texts
from .figures import Effort, Figure, median_ratio, significant
from .references import bare_client

SUBJECT: Final = "client"
FRAMES: Final = 2000
FLOOD_TEXTS: Final = 50_000
ROWS, COLUMNS = 24, 80

_READ_BYTES: Final = 64 * 1024
_CALM_SECONDS: Final = 0.05  # between texts that are to be shown one by one


def run(effort: Effort) -> Iterator[Figure]:
    """One text and one frame at a time; then many texts without a frame."""
    lines = [text.encode() + b"\r\n" for text in texts(effort.count(FRAMES, least=10))]
    yield _figure(
        f"one text to a rendered frame of {COLUMNS}x{ROWS}",
        lambda: _frames(lines),
        lambda: bare_client.listen(lines, draws=True),
        len(lines),
        effort,
    )
    flood = b"".join(text.encode() + b"\r\n" for text in texts(effort.count(FLOOD_TEXTS, least=10)))
    chunks = [flood[at : at + _READ_BYTES] for at in range(0, len(flood), _READ_BYTES)]
    yield _figure(
        "one of many texts that come at once, without frames",
        lambda: _flood(chunks),
        lambda: bare_client.listen(chunks, draws=False),
        flood.count(b"\n"),
        effort,
    )


def _figure(
    what: str, ours: Callable[[], object], bare: Callable[[], object], count: int, effort: Effort
) -> Figure:
    our_costs: list[float] = []
    bare_costs: list[float] = []
    for _ in range(effort.rounds):
        our_costs.append(_microseconds(ours, count))
        bare_costs.append(_microseconds(bare, count))
    return Figure(
        SUBJECT,
        what,
        f"{significant(statistics.median(our_costs))} µs",
        f"{significant(statistics.median(bare_costs))} µs",
        median_ratio(bare_costs, our_costs),
    )


def _microseconds(work: Callable[[], object], count: int) -> float:
    began = time.process_time()
    work()
    return 1e6 * (time.process_time() - began) / count


def _frames(lines: Sequence[bytes]) -> None:
    listener = Listener()
    renderer = Renderer()
    for line in lines:
        listener.now += _CALM_SECONDS
        listener.hear(line)
        renderer.render(listener.state, ROWS, COLUMNS)


def _flood(chunks: Sequence[bytes]) -> None:
    listener = Listener()
    for chunk in chunks:
        listener.hear(chunk)
