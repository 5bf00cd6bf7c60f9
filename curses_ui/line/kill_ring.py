"""Texts that were cut from the input lines, to paste them again."""

from collections import deque
from typing import Final

KILL_RING_ENTRIES: Final = 60


class KillRing:
    """The last texts that were cut, shared by the input lines of all conversations."""

    def __init__(self, limit: int = KILL_RING_ENTRIES) -> None:
        self._texts: deque[str] = deque(maxlen=limit)

    @property
    def newest(self) -> str:
        """What ``Ctrl+Y`` puts back; empty if nothing was cut yet."""
        return self._texts[-1] if self._texts else ""

    def push(self, text: str) -> None:
        """Keep a cut text as the newest one."""
        if text:
            self._texts.append(text)

    def extend(self, text: str, *, in_front: bool) -> None:
        """Join a cut to the newest text: cuts in a row are put back as one."""
        newest = self._texts.pop() if self._texts else ""
        self.push(text + newest if in_front else newest + text)

    def rotate(self) -> None:
        """Make the next older text the newest one, and the newest the oldest."""
        self._texts.rotate(1)
