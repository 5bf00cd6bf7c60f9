"""Makes text from outside harmless, once, when it enters the model.

Whatever arrives, the result moves no cursor, hides nothing, reorders nothing
and forges no line: it holds no character of the categories Cc, Cs, Co, Zl and
Zp, of Cn only emoji newer than Python's tables, and of Cf only joiners inside
emoji and inside words of scripts that need them. Cleaning again changes nothing, so screen, transcript, title and
plain mode show the same.
"""

import enum
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from .cells import REPLACEMENT, shorten, text_width
from .characters import (
    JOINERS,
    ZERO_WIDTH_JOINER,
    Policy,
    is_general_mark,
    is_joined_letter,
    is_pictograph,
    is_tone,
    needs_care,
    policy_of,
    takes_selector,
)

MAX_CLEAN_BYTES: Final = 8 * 1024
MAX_TITLE_BYTES: Final = 256  # some terminals stop reading a title soon after
MAX_NAME_CELLS: Final = 128  # the longest name that the protocol has, in wide characters
MAX_RAW_NAME: Final = 576
"""Characters of a name that are looked at: 64 letters, decomposed. Composing more could take seconds (NFC
is quadratic in runs of marks)."""
MAX_MARKS: Final = 3  # on one base; ncurses draws four and drops the rest without a word
MAX_SHOWN_ESCAPES: Final = 3  # in one text, of characters that carry nothing a person could read
TAB_CELLS: Final = 4
CUT_MARK: Final = "[cut]"


class Kind(enum.Enum):
    """What a text is for."""

    MESSAGE = "message"
    """Shown in a log."""
    NAME = "name"
    """Shown as somebody's name; no tabs, one accent a letter, at most ``MAX_NAME_CELLS``."""
    LOG = "log"
    """Written to a file whose fields are parted by tabs."""
    TITLE = "title"
    """Put into the terminal's title."""


@dataclass(slots=True)
class _Glyphs:
    """The signs that are put in the place of what cannot be shown."""

    controls: Callable[[int], str]
    line_break: str
    hidden: str
    no_base: str
    """Carries marks that have no character to stand on."""
    ellipsis: str


def _picture(code: int) -> str:
    return "\u2421" if code == 0x7F else chr(0x2400 + code)


def _caret(code: int) -> str:
    return "^" + chr(code ^ 0x40)


_UNICODE_GLYPHS: Final = _Glyphs(_picture, "␤", "·", "◌", "…")
_ASCII_GLYPHS: Final = _Glyphs(_caret, "^J", ".", "'", "...")


def clean(text: str, kind: Kind, *, ascii_only: bool = False) -> str:
    """What to keep and show of a text from outside.

    Args:
        text: Anything; of more than the kind's limit only the start is kept, and the cut is marked.
        kind: What the text is for.
        ascii_only: Use signs of ASCII for what cannot be shown. Letters stay what they are.
    """
    if _is_plain(text, kind):
        return text
    glyphs = _ASCII_GLYPHS if ascii_only else _UNICODE_GLYPHS
    match kind:
        case Kind.MESSAGE | Kind.LOG:
            return _clean_up_to(text, kind, glyphs, MAX_CLEAN_BYTES, CUT_MARK)
        case Kind.TITLE:
            return _clean_up_to(text, kind, glyphs, MAX_TITLE_BYTES, glyphs.ellipsis)
        case Kind.NAME:
            name = unicodedata.normalize("NFC", text[:MAX_RAW_NAME])
            name = unicodedata.normalize("NFC", _Cleaning(kind, glyphs).run(name))
            if len(text) > MAX_RAW_NAME:
                name += glyphs.ellipsis
            return shorten(name, MAX_NAME_CELLS, glyphs.ellipsis) if text_width(name) > MAX_NAME_CELLS else name


def clean_message(text: str) -> str:
    """What to show of a text, from a peer or from our user."""
    return clean(text, Kind.MESSAGE)


def clean_name(name: str) -> str:
    """What to show of somebody's name."""
    return clean(name, Kind.NAME)


def _is_plain(text: str, kind: Kind) -> bool:
    """Whether cleaning certainly changes nothing; quick, and false for some texts that stay as they are."""
    if needs_care(text):
        return False
    if kind is Kind.NAME:
        most_cells = len(text) if text.isascii() else 2 * len(text)
        return most_cells <= MAX_NAME_CELLS and unicodedata.is_normalized("NFC", text)
    most_bytes = len(text) if text.isascii() else 4 * len(text)
    return most_bytes <= (MAX_TITLE_BYTES if kind is Kind.TITLE else MAX_CLEAN_BYTES)


def _clean_up_to(text: str, kind: Kind, glyphs: _Glyphs, max_bytes: int, mark: str) -> str:
    cleaned = _Cleaning(kind, glyphs).run(text[:max_bytes])
    if len(text) <= max_bytes and len(cleaned.encode()) <= max_bytes:
        return cleaned
    start = cleaned.encode()[: max_bytes - len(mark.encode())].decode(errors="ignore")
    return start.rstrip(JOINERS) + mark


class _Cleaning:
    """One text being cleaned, character by character."""

    def __init__(self, kind: Kind, glyphs: _Glyphs) -> None:
        self._kind = kind
        self._glyphs = glyphs
        self._out: list[str] = []
        self._base = ""  # the character that marks stand on; empty at the start of the text
        self._marks = 0  # on it so far
        self._general_marks = 0
        self._flooded = False  # more marks than it may have
        self._last = ""
        self._mark_shown = False  # of hidden characters
        self._payload = 0
        self._payload_at = 0  # where in _out their number goes
        self._measured = 0  # pieces of _out that end at _column
        self._column = 0

    def run(self, text: str) -> str:
        """Clean ``text``."""
        for index, character in enumerate(text):
            match policy_of(character):
                case Policy.KEEP:
                    self._put(character)
                case Policy.MARK | Policy.TONE:
                    self._put_mark(character)
                case Policy.SELECTOR:
                    self._put_selector(character)
                case Policy.JOINER:
                    self._put_joiner(character, text[index + 1 : index + 2])
                case Policy.TAB:
                    self._put_tab()
                case Policy.CONTROL:
                    self._put(self._glyphs.controls(ord(character)))
                case Policy.LINE_BREAK:
                    self._put(self._glyphs.line_break)
                case Policy.ESCAPE:
                    self._put(_escape(character))
                case Policy.PAYLOAD:
                    self._put_payload(character)
                case Policy.HIDE:
                    self._hide()
                case Policy.REPLACE:
                    self._put(REPLACEMENT)
        if self._payload > MAX_SHOWN_ESCAPES:
            self._out[self._payload_at] = f"[+{self._payload - MAX_SHOWN_ESCAPES}]"
        return "".join(self._out)

    def _put(self, piece: str) -> None:
        """Append what marks can stand on."""
        self._out.append(piece)
        self._base = self._last = piece[-1:]
        self._marks = self._general_marks = 0
        self._flooded = False

    def _put_mark(self, mark: str) -> None:
        if is_tone(mark) and not is_pictograph(self._base or " "):
            self._put(mark)
            return
        if not self._base:
            self._put(self._glyphs.no_base)
        general = is_general_mark(mark)
        if self._marks == MAX_MARKS or (self._kind is Kind.NAME and general and self._general_marks == 1):
            if not self._flooded:
                self._out.append(self._glyphs.hidden)
                self._last = self._glyphs.hidden
            self._flooded = True
        if not self._flooded:
            self._attach(mark)
            self._general_marks += general

    def _attach(self, character: str) -> None:
        self._out.append(character)
        self._last = character
        self._marks += 1

    def _put_selector(self, selector: str) -> None:
        """Keep one selector right behind a character that has another look; elsewhere they only hide data."""
        base = self._base
        if base and self._last == base and self._marks == 0 and takes_selector(base, selector):
            self._attach(selector)
        else:
            self._hide()

    def _put_joiner(self, joiner: str, following: str) -> None:
        if self._joins(joiner, following):
            self._out.append(joiner)
            self._last = joiner
        else:
            self._hide()

    def _joins(self, joiner: str, following: str) -> bool:
        if not self._base or not following or self._flooded or self._last in JOINERS:
            return False
        if joiner == ZERO_WIDTH_JOINER and is_pictograph(self._base):
            return is_pictograph(following) and policy_of(following) is Policy.KEEP
        if not (is_joined_letter(self._last) and is_joined_letter(following)):
            return False
        if policy_of(following) is Policy.MARK:
            return self._marks < MAX_MARKS
        return policy_of(following) is Policy.KEEP

    def _put_tab(self) -> None:
        if self._kind is Kind.NAME:
            self._put(self._glyphs.controls(ord("\t")))
            return
        if self._kind is not Kind.MESSAGE:
            self._put(" ")
            return
        self._column += text_width("".join(self._out[self._measured :]))
        spaces = TAB_CELLS - self._column % TAB_CELLS
        self._put(" " * spaces)
        self._column += spaces
        self._measured = len(self._out)

    def _put_payload(self, character: str) -> None:
        self._payload += 1
        if self._payload <= MAX_SHOWN_ESCAPES:
            self._put(_escape(character))
        elif self._payload == MAX_SHOWN_ESCAPES + 1:
            self._payload_at = len(self._out)
            self._put("]")  # the end of the number that will stand here

    def _hide(self) -> None:
        if not self._mark_shown:
            self._put(self._glyphs.hidden)
        self._mark_shown = True


def _escape(character: str) -> str:
    return f"[U+{ord(character):04X}]"
