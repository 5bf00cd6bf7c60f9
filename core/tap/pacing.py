"""Reading a flood without holding up everything else: chunks wait, and are read a little at a time."""

from collections import deque
from dataclasses import replace
from typing import Final

from .chunks import CHUNK_BYTES, Chunk
from .lines import WireLine
from .reading import WireReader

PIECE_BYTES: Final = 1024  # read in one go: at most this many lines, some milliseconds of work
MAX_WAITING_BYTES: Final = 1024 * 1024


class PacedReader:
    """A ``WireReader`` that reads when ``step`` says so. Attach ``put`` to a ``Tap``.

    At most 1 MiB waits. What comes beyond it pushes the oldest out, unread, and is
    counted: the connections concerned are then read as from their middle.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._reader: Final = WireReader()
        self._waiting: Final[deque[Chunk]] = deque()
        self._waiting_bytes = 0
        self._left_out_bytes = 0

    def __repr__(self) -> str:
        return f"<PacedReader, {self._waiting_bytes} bytes wait>"

    @property
    def is_behind(self) -> bool:
        """Whether chunks wait to be read."""
        return bool(self._waiting)

    @property
    def waiting_bytes(self) -> int:
        """How much waits, with a little for each chunk."""
        return self._waiting_bytes

    def put(self, chunk: Chunk) -> None:
        """Let a chunk wait."""
        data = chunk.data
        for at in range(0, max(1, len(data)), PIECE_BYTES):
            piece = replace(chunk, data=data[at : at + PIECE_BYTES]) if len(data) > PIECE_BYTES else chunk
            self._waiting.append(piece)
            self._waiting_bytes += len(piece.data) + CHUNK_BYTES
        while self._waiting_bytes > MAX_WAITING_BYTES:
            oldest = self._take()
            self._left_out_bytes += len(oldest.data)
            oldest.link.is_cut_off = True
            self._reader.forget(oldest.link)

    def step(self) -> int:
        """Read one piece of what waits, or of a long list before it.

        Returns:
            The size of the piece, with a little for each chunk; 0 if nothing waits.
        """
        if not self._waiting:
            return 0
        if read_bytes := self._reader.read_list():
            return read_bytes
        chunk = self._take()
        self._reader.feed(chunk)
        return len(chunk.data) + CHUNK_BYTES

    def next_timer(self) -> float | None:
        """When quiet ends a line, on the clock of the chunks; None if none waits for that, or chunks wait."""
        return None if self._waiting else self._reader.next_timer()

    def handle_timer(self, *, now: float) -> None:
        """Hand out the lines that quiet has ended; harmless early, late, and while chunks wait."""
        if not self._waiting:
            self._reader.handle_timer(now=now)

    def take_lines(self) -> list[WireLine]:
        """Return the lines since the last call."""
        return self._reader.take_lines()

    def take_left_out_bytes(self) -> int:
        """Return how many bytes were not read since the last call, because there were too many."""
        left_out, self._left_out_bytes = self._left_out_bytes, 0
        return left_out

    def _take(self) -> Chunk:
        chunk = self._waiting.popleft()
        self._waiting_bytes -= len(chunk.data) + CHUNK_BYTES
        return chunk
