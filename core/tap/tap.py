"""The raw chunks of all connections, the last of them kept, for whoever wants to read them later."""

from collections import deque
from collections.abc import Callable
from typing import Final

from ..connection import BytesLike
from .chunks import CHUNK_BYTES, Chunk, Happening, Link
from .lines import Direction, Role
from .reading import WireReader

KEPT_BYTES: Final = 256 * 1024  # a minute of a busy client, an hour of a quiet one


class Tap:
    """Is told of each chunk, keeps the last ones, and passes them on to those who read.

    While nobody reads, a chunk costs one entry in a queue. Times are seconds of the
    caller's monotonic clock, ``wall_offset`` is what makes POSIX time of them.
    """

    def __init__(self, *, kept_bytes: int = KEPT_BYTES, wall_offset: float = 0.0) -> None:
        """Begin with nothing.

        Args:
            kept_bytes: How much is kept for later readers, with a little for each chunk; 0 keeps nothing.
            wall_offset: POSIX time minus the monotonic clock, in seconds.
        """
        self.wall_offset = wall_offset
        """May be set again at any time, since clocks are corrected."""
        self._most_bytes: Final = kept_bytes
        self._kept: Final[deque[Chunk]] = deque()
        self._kept_bytes = 0
        self._feeds: Final[list[Callable[[Chunk], None]]] = []
        self._links = 0

    def __repr__(self) -> str:
        return f"<Tap of {self._links} connections, {self._kept_bytes} bytes kept>"

    def connect(
        self, role: Role, local: str, remote: str, *, number: int | None = None, now: float
    ) -> "TappedLink":
        """Note a new connection, and return what is told of its bytes.

        Args:
            role: What the other side is to us.
            local: Our end, ``host:port``.
            remote: The other end, ``host:port``.
            number: The name of the connection in other records; by default, 1, 2, 3 …
            now: Seconds of the caller's monotonic clock.
        """
        link = TappedLink(self, self._next_number() if number is None else number, role, local, remote)
        self.note(link, Happening.CONNECTED, Direction.NEITHER, b"", now=now)
        return link

    def unreachable(self, role: Role, remote: str, reason: str, *, now: float) -> None:
        """Note that a connection could not be made, and why."""
        link = TappedLink(self, self._next_number(), role, "", remote)
        self.note(link, Happening.UNREACHABLE, Direction.NEITHER, reason.encode(), now=now)

    def read(self) -> WireReader:
        """Return a new reader that gets all that is kept, and then each chunk as it comes."""
        reader = WireReader()
        self.attach(reader.feed)
        return reader

    def attach(self, feed: Callable[[Chunk], None]) -> None:
        """Call ``feed`` with all that is kept, and then with each chunk as it comes."""
        for chunk in self._kept:
            feed(chunk)
        self._feeds.append(feed)

    def detach(self, feed: Callable[[Chunk], None]) -> None:
        """Call ``feed``, of ``attach`` or of a reader that ``read`` returned, no more."""
        self._feeds.remove(feed)

    def note(self, link: "TappedLink", what: Happening, direction: Direction, data: bytes, *, now: float) -> None:
        """Keep a chunk and pass it on; called by ``TappedLink``."""
        chunk = Chunk(now, now + self.wall_offset, link, what, direction, data)
        for feed in self._feeds:
            feed(chunk)
        if self._most_bytes:
            self._kept.append(chunk)
            self._kept_bytes += len(data) + CHUNK_BYTES
            while self._kept_bytes > self._most_bytes:
                oldest = self._kept.popleft()
                self._kept_bytes -= len(oldest.data) + CHUNK_BYTES
                oldest.link.is_cut_off = True

    def _next_number(self) -> int:
        self._links += 1
        return self._links


class TappedLink(Link):
    """What a ``Tap`` is told of one connection, in the order in which it happens.

    Times are seconds of the caller's monotonic clock.
    """

    __slots__ = ("_tap",)

    def __init__(self, tap: Tap, number: int, role: Role, local: str, remote: str) -> None:
        """Made by ``Tap.connect``."""
        super().__init__(number, role, local, remote)
        self._tap: Final = tap

    def received(self, data: BytesLike, *, now: float) -> None:
        """Note bytes from the other side, however cut."""
        if data:
            self._tap.note(self, Happening.DATA, Direction.RECEIVED, bytes(data), now=now)

    def sent(self, data: BytesLike, *, now: float) -> None:
        """Note bytes to the other side, however cut."""
        if data:
            self._tap.note(self, Happening.DATA, Direction.SENT, bytes(data), now=now)

    def ended(self, direction: Direction, *, now: float) -> None:
        """Note that the stream in this direction ended in order."""
        self._tap.note(self, Happening.END_OF_STREAM, direction, b"", now=now)

    def lost(self, reason: str, *, now: float) -> None:
        """Note that the connection broke."""
        self._tap.note(self, Happening.LOST, Direction.NEITHER, reason.encode(), now=now)

    def closed(self, reason: str = "", *, now: float) -> None:
        """Note that we are done with the connection; nothing may follow.

        Args:
            reason: In a few words; empty where the wire shows it.
            now: Seconds of the caller's monotonic clock.
        """
        self._tap.note(self, Happening.CLOSED, Direction.NEITHER, reason.encode(), now=now)
