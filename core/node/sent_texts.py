"""What became of the texts that were sent over one connection (docs/protocol.md §4.10)."""

from collections import deque

from ..events import TextId
from ..limits import CONFIRMED_AFTER_SECONDS, FRESH_WORDS_SECONDS


class _SentText:
    """A text that the peer has not been proved to have read."""

    __slots__ = ("begins_at", "ends_at", "sent_at", "text_id")

    def __init__(self, text_id: TextId, begins_at: int, ends_at: int, sent_at: float) -> None:
        self.text_id = text_id
        self.begins_at = begins_at
        """In bytes of the outgoing stream."""
        self.ends_at = ends_at
        self.sent_at = sent_at


class SentTexts:
    """Remembers each text until the peer is proved to have read it."""

    __slots__ = ("_old_bytes", "_old_words_at", "_texts")

    def __init__(self, max_texts: int) -> None:
        """Args:
        max_texts: The oldest are forgotten beyond it.
        """
        self._texts: deque[_SentText] = deque(maxlen=max_texts)
        self._old_words_at: float | None = None
        self._old_bytes = 0  # of our stream, said long before those words were read

    def add(self, text_id: TextId, begins_at: int, ends_at: int, *, now: float) -> None:
        """Remember a text that takes these bytes of the outgoing stream."""
        self._texts.append(_SentText(text_id, begins_at, ends_at, now))

    def note_words(self, written_bytes: int, *, now: float) -> None:
        """Forget what the peer must have read, since it speaks so long after it.

        The first words after so long may be old ones, if we were stopped meanwhile
        (by Ctrl+Z, say): the proof is in those that come behind them.

        Args:
            written_bytes: How much of the stream the socket has taken.
            now: When the words were read.
        """
        if self._old_words_at is not None:
            if now - self._old_words_at < FRESH_WORDS_SECONDS:
                return
            while self._texts and self._texts[0].ends_at <= self._old_bytes:
                self._texts.popleft()
            self._old_words_at = None
        for text in self._texts:
            if text.ends_at > written_bytes or now - text.sent_at < CONFIRMED_AFTER_SECONDS:
                return
            self._old_words_at = now
            self._old_bytes = text.ends_at

    def account(
        self, written_bytes: int, acknowledged_bytes: int, read_until: float | None
    ) -> tuple[tuple[TextId, ...], tuple[TextId, ...]]:
        """At the end of the connection: the texts that did not leave, and those that may not have arrived.

        Args:
            written_bytes: How much of the stream the socket has taken.
            acknowledged_bytes: How much of it the peer can have read at all.
            read_until: Texts said later than this may be unread even so; None: all may.
        """
        unsent = tuple(text.text_id for text in self._texts if text.begins_at >= written_bytes)
        unconfirmed = tuple(
            text.text_id
            for text in self._texts
            if text.begins_at < written_bytes
            and (text.ends_at > acknowledged_bytes or read_until is None or text.sent_at > read_until)
        )
        self._texts.clear()
        return unsent, unconfirmed
