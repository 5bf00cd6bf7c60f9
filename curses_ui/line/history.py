"""What was sent before, conversation by conversation, and the way back to it."""

from collections import deque
from typing import Final

from ..text.graphemes import previous_boundary
from ..text.matching import casefold

HISTORY_ENTRIES: Final = 200


class InputHistory:
    """Entries from oldest to newest, and a place among them while the user browses.

    Driven by ``older`` and ``newer``; ``add`` and ``stop`` end the browsing.
    The draft that was being typed is kept as if it were the newest entry; if the
    browsing ends elsewhere, it becomes one, so that nothing typed is lost.
    """

    def __init__(self, limit: int = HISTORY_ENTRIES) -> None:
        self._entries: deque[str] = deque(maxlen=limit)
        self._back = 0  # how far from the draft: 0 is the draft itself, 1 the newest entry
        self._draft = ""

    @property
    def entries(self) -> tuple[str, ...]:
        """Everything kept, oldest first."""
        return tuple(self._entries)

    def add(self, text: str) -> None:
        """Keep a sent text; not if it is blank or the newest one already."""
        self.stop()
        self._append(text)

    def older(self, shown: str) -> str | None:
        """The entry before the one shown; None at the oldest one.

        Args:
            shown: What stands in the input line now; kept as the draft on the first step.
        """
        if self._back == len(self._entries):
            return None
        if self._back == 0:
            self._draft = shown
        self._back += 1
        return self._entries[-self._back]

    def newer(self) -> str | None:
        """The entry after the one shown, behind the newest one the draft; None if that is shown."""
        if self._back == 0:
            return None
        self._back -= 1
        return self._entries[-self._back] if self._back else self._draft

    def stop(self) -> None:
        """Forget the place: what the input line shows has become the draft."""
        if self._back > 0:
            self._append(self._draft)
        self._back = 0
        self._draft = ""

    def _append(self, text: str) -> None:
        if text.strip() and (not self._entries or self._entries[-1] != text):
            self._entries.append(text)


class ReverseSearch:
    """Ctrl+R: looks for a text in the entries, newest first, while it is being typed.

    Case and accents do not matter. Driven by ``type``, ``erase`` and ``older``;
    a step that finds nothing keeps the last match and sets ``failed``.
    """

    def __init__(self, entries: tuple[str, ...]) -> None:
        """Begin a search; ``entries`` are oldest first, as in ``InputHistory.entries``."""
        self._entries = entries
        self._at = len(entries)  # where the match is; behind the last entry: nowhere yet
        self.query = ""
        """What was typed so far."""
        self.failed = False
        """Whether no older entry holds the query."""

    @property
    def match(self) -> str | None:
        """The entry found last, or None."""
        return self._entries[self._at] if self._at < len(self._entries) else None

    def type(self, text: str) -> None:
        """Lengthen the query, character by character; the match stays if it holds that too."""
        for character in text:
            self.query += character
            self._look(self._at)

    def erase(self) -> None:
        """Shorten the query by one cluster and look again from the newest entry."""
        self.query = self.query[: previous_boundary(self.query, len(self.query))]
        self._at = len(self._entries)
        self._look(self._at)

    def older(self) -> None:
        """Go on to the next older entry that holds the query and differs from the match."""
        self._look(self._at - 1, unlike=self.match)

    def _look(self, newest: int, *, unlike: str | None = None) -> None:
        self.failed = False
        if not self.query:
            return
        wanted = casefold(self.query)
        for at in range(min(newest, len(self._entries) - 1), -1, -1):
            entry = self._entries[at]
            if entry != unlike and wanted in casefold(entry):
                self._at = at
                return
        self.failed = True
