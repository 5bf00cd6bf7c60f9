"""Which texts of one connection were read, and which may be lost (docs/protocol.md §4.10)."""

from collections import deque

from ..events import TextId
from ..limits import CONFIRMED_AFTER_SECONDS, FRESH_WORDS_SECONDS


class _SentText:
    """A text without a proof that the peer has read it."""

    __slots__ = ("begins_at", "ends_at", "sent_at", "text_id")

    def __init__(self, text_id: TextId, begins_at: int, ends_at: int, sent_at: float) -> None:
        self.text_id = text_id
        self.begins_at = begins_at
        """The first byte of it in the outgoing stream."""
        self.ends_at = ends_at
        self.sent_at = sent_at


class SentTexts:
    """Remembers each text until there is a proof that the peer has read it."""

    __slots__ = ("_answered_bytes", "_old_bytes", "_old_words_at", "_texts")

    def __init__(self, max_texts: int) -> None:
        """Args:
        max_texts: Beyond this number the oldest are forgotten.
        """
        self._texts: deque[_SentText] = deque(maxlen=max_texts)
        self._answered_bytes = 0  # the peer's system had them, and then the peer spoke
        self._old_words_at: float | None = None
        self._old_bytes = 0  # bytes of ours sent well before those words were read

    def add(self, text_id: TextId, begins_at: int, ends_at: int, *, now: float) -> None:
        """Remember a text that takes these bytes of the outgoing stream."""
        self._texts.append(_SentText(text_id, begins_at, ends_at, now))

    def note_words(self, written_bytes: int, *, now: float) -> None:
        """Forget the texts that the peer has read: it speaks ``CONFIRMED_AFTER_SECONDS`` after them.

        The first words after that time may be old: our own program may have been
        stopped, by Ctrl+Z for example. Only words that come after them are a proof.

        Args:
            written_bytes: How much of the stream the socket has taken.
            now: When the peer's words were read.
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

    def note_answer(self, acknowledged_bytes: int) -> None:
        """Note that the peer speaks, when its system has acknowledged this much of the stream."""
        self._answered_bytes = max(self._answered_bytes, acknowledged_bytes)

    def account(
        self,
        written_bytes: int,
        acknowledged_bytes: int,
        read_until: float | None,
        *,
        by_acknowledgement: bool = False,
    ) -> tuple[tuple[TextId, ...], tuple[TextId, ...], tuple[TextId, ...]]:
        """Return what became of the texts when the connection ended.

        Args:
            written_bytes: How much of the stream the socket has taken.
            acknowledged_bytes: How much of it the peer can have read at most.
            read_until: Texts sent later than this may be unread all the same; None if all may be.
            by_acknowledgement: Whether an answer counts for all that the peer's system had
                acknowledged before it, as at a farewell of ours.

        Returns:
            The texts that did not leave; those that may not have arrived; and those that
            the peer's system has, of which it is not known whether they were read.
        """
        unsent = tuple(text.text_id for text in self._texts if text.begins_at >= written_bytes)
        unconfirmed = tuple(
            text.text_id
            for text in self._texts
            if text.begins_at < written_bytes
            and (text.ends_at > acknowledged_bytes or read_until is None or text.sent_at > read_until)
        )
        acknowledged: tuple[TextId, ...] = ()
        if by_acknowledgement:
            doubtful = {*unconfirmed}
            texts = [text for text in self._texts if text.text_id in doubtful]
            unconfirmed = tuple(text.text_id for text in texts if text.ends_at > acknowledged_bytes)
            acknowledged = tuple(
                text.text_id for text in texts if self._answered_bytes < text.ends_at <= acknowledged_bytes
            )
        self._texts.clear()
        return unsent, unconfirmed, acknowledged
