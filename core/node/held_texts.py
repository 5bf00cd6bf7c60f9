"""Texts of a peer that has called us back, held until the older ones have been read (docs/protocol.md §4.7)."""

from collections.abc import Callable
from typing import Final

from .event_queue import EventQueue
from .peer_link import PeerLink

_QUIET_TURNS: Final = 2  # the timer may come before or after the other inputs of a turn


class _Held:
    __slots__ = ("byte_count", "older", "quiet_turns", "reads", "texts")

    def __init__(self, older: list[PeerLink]) -> None:
        self.older = older
        self.reads = self.count_reads()
        self.quiet_turns = 0
        self.texts: list[str] = []
        self.byte_count = 0

    def count_reads(self) -> int:
        return sum(link.reads for link in self.older)


class HeldTexts:
    """Keeps texts on a newer connection until two turns of the loop have brought nothing on the older ones.

    What the peer knows as acknowledged our system has, and our program may not have
    read. If it was stopped for a while, both connections may be full of texts.
    """

    def __init__(
        self, *, queue: EventQueue, max_bytes: int, hand_on: Callable[[PeerLink, str, float], None]
    ) -> None:
        """Args:
        queue: Of the node.
        max_bytes: Held for one connection at most; then they are handed on at once.
        hand_on: Takes each text, and the time.
        """
        self._queue = queue
        self._max_bytes = max_bytes
        self._hand_on = hand_on
        self._held: dict[PeerLink, _Held] = {}

    def take(self, link: PeerLink, older: list[PeerLink], text: str, *, now: float) -> None:
        """Hold a text, or hand it on at once if there are no older connections."""
        held = self._held.get(link)
        if held is None:
            if not older:
                self._hand_on(link, text, now)
                return
            held = self._held[link] = _Held(older)
            self._queue.timers.arm(self, now)
        held.texts.append(text)
        held.byte_count += len(text) + 1
        if held.byte_count > self._max_bytes:
            self.release(link, now=now)

    def release(self, link: PeerLink, *, now: float) -> None:
        """Hand on what is held for a connection."""
        held = self._held.pop(link, None)
        if held is not None:
            for text in held.texts:
                self._hand_on(link, text, now)

    def handle_timer(self, *, now: float) -> None:
        """Hand on what waited long enough; it is a timer that is due at once, and other inputs go first."""
        for link, held in list(self._held.items()):
            reads = held.count_reads()
            held.quiet_turns = held.quiet_turns + 1 if reads == held.reads else 0
            held.reads = reads
            if held.quiet_turns == _QUIET_TURNS:
                self.release(link, now=now)
        if self._held:
            self._queue.timers.arm(self, now)
