"""The input line: a draft, a cursor, and what the editing keys do to them. Pure.

Every position is an index into the text, in code points, on the boundary of a
grapheme cluster; what the user sees as one character is moved over and deleted
as one. A draft may have several rows; the input line shows it as one, with a
sign for each row end.
"""

import enum
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ..text.cells import clip, drawable, text_width
from ..text.graphemes import boundary_at_or_before, next_boundary, previous_boundary
from .kill_ring import KillRing

MAX_DRAFT_CHARACTERS: Final = 64 * 1024  # a page pasted by mistake fits, and editing it stays quick
UNDO_STEPS: Final = 200
NEWLINE_SIGN: Final = "⏎"
_WORD: Final = re.compile(r"\s\S*|\S+")  # with the space in front of it
_LOOKAHEAD_SHARE: Final = 4  # a quarter of the line shows what follows the cursor


class _Last(enum.Enum):
    """The kind of the last edit; some edits extend the previous edit of the same kind."""

    OTHER = enum.auto()
    TYPING = enum.auto()
    KILL = enum.auto()
    YANK = enum.auto()


@dataclass(slots=True)
class View:
    """The part of the draft that fits into the input line."""

    text: str
    """As it is drawn."""
    cursor_cell: int
    """Where the cursor stands in it, from 0; less than the cells asked for."""


class LineEdit:
    """One draft. Driven by ``press`` with the names of keys, ``type`` and ``replace``."""

    def __init__(self, kill_ring: KillRing | None = None) -> None:
        self._ring = KillRing() if kill_ring is None else kill_ring
        self._text = ""
        self._cursor = 0
        self._undo: list[tuple[str, int]] = []
        self._last = _Last.OTHER
        self._yanked_from = 0

    # Queries

    @property
    def text(self) -> str:
        """The draft; its rows are parted by ``\\n``."""
        return self._text

    @property
    def cursor(self) -> int:
        """Where the next character goes."""
        return self._cursor

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing in it to send."""
        return not self._text.strip()

    def view(self, cells: int, newline_sign: str = NEWLINE_SIGN) -> View:
        """What the input line shows, scrolled so that the cursor is in it.

        Args:
            cells: Its width; less than 1 shows nothing.
            newline_sign: Drawn for a row end; one cell wide.
        """
        if cells < 1:
            return View("", 0)
        after = self._shown_after(cells, newline_sign)
        lookahead = min(text_width("".join(after)), (cells - 1) // _LOOKAHEAD_SHARE)
        before = self._shown_before(cells - 1 - lookahead, newline_sign)
        cursor_cell = text_width(before)
        return View(before + clip("".join(after), cells - cursor_cell), cursor_cell)

    # Editing

    def press(self, key: str) -> bool:
        """Do what an editing key does; return False if ``key`` is not in ``EDITING_KEYS``."""
        action = EDITING_KEYS.get(key)
        if action is None:
            return False
        action(self)
        if action not in _GO_ON:
            self._last = _Last.OTHER
        return True

    def type(self, text: str) -> bool:
        """Insert typed text at the cursor as far as there is room; False if the draft is full.

        What is typed in a row is undone word by word. In how many pieces it comes changes nothing.
        """
        room = MAX_DRAFT_CHARACTERS - len(self._text)
        words = _WORD.findall(text[:room])
        for word in ("".join(words[:-UNDO_STEPS]), *words[-UNDO_STEPS:]):
            if word:
                self._insert(word, undo_apart=self._last is not _Last.TYPING or word[0].isspace())
        return len(text) <= room

    def paste(self, text: str) -> bool:
        """Insert ``text`` at the cursor as one step; False if it does not fit as a whole, and then nothing changed."""
        inserted = self._insert(text, undo_apart=True)
        self._last = _Last.OTHER
        return inserted

    def replace(self, text: str, cursor: int | None = None) -> None:
        """Put another draft in the place of this one, for history and completion; can be undone.

        Args:
            text: Longer ones are cut at ``MAX_DRAFT_CHARACTERS``.
            cursor: Where to go, moved left to a boundary; None: to the end.
        """
        self._keep_for_undo()
        self._text = text[:MAX_DRAFT_CHARACTERS]
        self._cursor = boundary_at_or_before(self._text, len(text) if cursor is None else cursor)
        self._last = _Last.OTHER

    def take(self) -> str:
        """Hand out the draft and begin an empty one, with nothing to undo."""
        text = self._text
        self._text = ""
        self._cursor = 0
        self._undo.clear()
        self._last = _Last.OTHER
        return text

    # What the keys do

    def move_left(self) -> None:
        """Go back by one cluster."""
        self._cursor = previous_boundary(self._text, self._cursor)

    def move_right(self) -> None:
        """Go on by one cluster."""
        self._cursor = next_boundary(self._text, self._cursor)

    def move_to_start(self) -> None:
        """Go to the start of the draft."""
        self._cursor = 0

    def move_to_end(self) -> None:
        """Go to the end of the draft."""
        self._cursor = len(self._text)

    def move_word_left(self) -> None:
        """Go to the start of the word before the cursor."""
        self._cursor = self._word_start()

    def move_word_right(self) -> None:
        """Go to the end of the word behind the cursor."""
        self._cursor = self._word_end()

    def insert_newline(self) -> None:
        """Begin another row."""
        self.paste("\n")

    def delete_left(self) -> None:
        """Delete the cluster before the cursor."""
        self._delete(previous_boundary(self._text, self._cursor), self._cursor)

    def delete_right(self) -> None:
        """Delete the cluster behind the cursor."""
        self._delete(self._cursor, next_boundary(self._text, self._cursor))

    def kill_word_left(self) -> None:
        """Cut to the start of the word."""
        self._kill(self._word_start(), self._cursor, in_front=True)

    def kill_word_right(self) -> None:
        """Cut to the end of the word."""
        self._kill(self._cursor, self._word_end(), in_front=False)

    def kill_to_space(self) -> None:
        """Cut back to the space before the word."""
        start = self._back_while(self._back_while(self._cursor, str.isspace), _is_no_space)
        self._kill(start, self._cursor, in_front=True)

    def kill_to_start(self) -> None:
        """Cut all before the cursor."""
        self._kill(0, self._cursor, in_front=True)

    def kill_to_end(self) -> None:
        """Cut all behind the cursor."""
        self._kill(self._cursor, len(self._text), in_front=False)

    def kill_all(self) -> None:
        """Cut the whole draft, as one text to put back."""
        self._last = _Last.OTHER
        self._kill(0, len(self._text), in_front=False)

    def yank(self) -> None:
        """Put back what was cut last."""
        self._yanked_from = self._cursor
        if self._ring.newest and self._insert(self._ring.newest, undo_apart=True):
            self._last = _Last.YANK

    def yank_older(self) -> None:
        """Just after a yank: put the text that was cut before it in its place."""
        if self._last is not _Last.YANK:
            return
        self._ring.rotate()
        start, end = self._yanked_from, self._cursor
        if len(self._text) - (end - start) + len(self._ring.newest) <= MAX_DRAFT_CHARACTERS:
            self._text = self._text[:start] + self._text[end:]
            self._cursor = start
            self._insert(self._ring.newest, undo_apart=False)
        self._last = _Last.YANK

    def transpose(self) -> None:
        """Swap the clusters around the cursor and go on; at the end, the last two."""
        middle = self._cursor if self._cursor < len(self._text) else self._previous(self._cursor)
        start, end = self._previous(middle), next_boundary(self._text, middle)
        if start < middle < end:
            self._keep_for_undo()
            swapped = self._text[middle:end] + self._text[start:middle]
            self._text = self._text[:start] + swapped + self._text[end:]
            self._go_to(end)

    def undo(self) -> None:
        """Take back the last change."""
        if self._undo:
            self._text, self._cursor = self._undo.pop()

    # Private

    def _previous(self, index: int) -> int:
        return previous_boundary(self._text, index)

    def _insert(self, text: str, *, undo_apart: bool) -> bool:
        if len(self._text) + len(text) > MAX_DRAFT_CHARACTERS:
            return False
        if undo_apart:
            self._keep_for_undo()
        at = self._cursor
        self._text = self._text[:at] + text + self._text[at:]
        self._go_to(at + len(text))
        self._last = _Last.TYPING
        return True

    def _delete(self, start: int, end: int) -> None:
        if start < end:
            self._keep_for_undo()
            self._text = self._text[:start] + self._text[end:]
            self._go_to(start)

    def _kill(self, start: int, end: int, *, in_front: bool) -> None:
        if start == end:
            return
        killed = self._text[start:end]
        if self._last is _Last.KILL:
            self._ring.extend(killed, in_front=in_front)
        else:
            self._ring.push(killed)
        self._delete(start, end)
        self._last = _Last.KILL

    def _go_to(self, index: int) -> None:
        """Set the cursor; right of the cluster if an edit made one out of what stood around it."""
        start = boundary_at_or_before(self._text, index)
        self._cursor = index if start == index else next_boundary(self._text, start)

    def _keep_for_undo(self) -> None:
        self._undo.append((self._text, self._cursor))
        del self._undo[:-UNDO_STEPS]

    def _word_start(self) -> int:
        return self._back_while(self._back_while(self._cursor, _is_no_word), _is_word)

    def _word_end(self) -> int:
        return self._on_while(self._on_while(self._cursor, _is_no_word), _is_word)

    def _back_while(self, index: int, condition: Callable[[str], bool]) -> int:
        while index > 0 and condition(self._text[start := self._previous(index)]):
            index = start
        return index

    def _on_while(self, index: int, condition: Callable[[str], bool]) -> int:
        while index < len(self._text) and condition(self._text[index]):
            index = next_boundary(self._text, index)
        return index

    def _shown_before(self, cells: int, newline_sign: str) -> str:
        """The last of what stands before the cursor, as drawn, that fits into ``cells``."""
        shown: list[str] = []
        at = self._cursor
        while at > 0:
            start = self._previous(at)
            cluster = _shown(self._text[start:at], newline_sign)
            cells -= text_width(cluster)
            if cells < 0:
                break
            shown.append(cluster)
            at = start
        return "".join(reversed(shown))

    def _shown_after(self, cells: int, newline_sign: str) -> list[str]:
        """What stands behind the cursor, as drawn, until it fills ``cells``."""
        shown: list[str] = []
        at = self._cursor
        while at < len(self._text) and cells > 0:
            end = next_boundary(self._text, at)
            cluster = _shown(self._text[at:end], newline_sign)
            cells -= text_width(cluster)
            shown.append(cluster)
            at = end
        return shown


def _shown(cluster: str, newline_sign: str) -> str:
    return newline_sign if cluster == "\n" else drawable(cluster)


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _is_no_word(character: str) -> bool:
    return not _is_word(character)


def _is_no_space(character: str) -> bool:
    return not character.isspace()


_Action = Callable[[LineEdit], None]

_GO_ON: Final[frozenset[_Action]] = frozenset(
    {
        LineEdit.kill_word_left,
        LineEdit.kill_word_right,
        LineEdit.kill_to_space,
        LineEdit.kill_to_start,
        LineEdit.kill_to_end,
        LineEdit.kill_all,
        LineEdit.yank,
        LineEdit.yank_older,
    }
)
"""After these, an equal one goes on with what they began."""

EDITING_KEYS: Final[Mapping[str, _Action]] = MappingProxyType(
    {
        "Left": LineEdit.move_left,
        "C-b": LineEdit.move_left,
        "Right": LineEdit.move_right,
        "C-f": LineEdit.move_right,
        "Home": LineEdit.move_to_start,
        "C-a": LineEdit.move_to_start,
        "End": LineEdit.move_to_end,
        "C-e": LineEdit.move_to_end,
        "C-Left": LineEdit.move_word_left,
        "M-b": LineEdit.move_word_left,
        "C-Right": LineEdit.move_word_right,
        "M-f": LineEdit.move_word_right,
        "M-Enter": LineEdit.insert_newline,
        "C-j": LineEdit.insert_newline,
        "Backspace": LineEdit.delete_left,
        "C-h": LineEdit.delete_left,
        "Delete": LineEdit.delete_right,
        "C-d": LineEdit.delete_right,
        "M-Backspace": LineEdit.kill_word_left,
        "C-M-h": LineEdit.kill_word_left,
        "M-d": LineEdit.kill_word_right,
        "C-w": LineEdit.kill_to_space,
        "C-u": LineEdit.kill_to_start,
        "C-k": LineEdit.kill_to_end,
        "C-y": LineEdit.yank,
        "M-y": LineEdit.yank_older,
        "C-t": LineEdit.transpose,
        "C-_": LineEdit.undo,
    }
)
"""The keys of the input line by their names in ``keys``. Those with a second meaning on an empty
draft (End, Ctrl+D) are looked at by ``update`` first."""
