"""Makes text from outside harmless, once, when it enters the model.

Whatever arrives, the result moves no cursor, hides nothing, reorders nothing
and forges no line: it holds no character of the categories Cc, Cs, Co, Cn, Zl
and Zp, and of Cf only joiners inside emoji and inside words of scripts that
need them. Cleaning again changes nothing, so screen, transcript, title and
plain mode show the same.
"""

import enum
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from .cells import REPLACEMENT, char_width, shorten, text_width
from .graphemes import ZERO_WIDTH_JOINER, is_pictograph

MAX_TEXT_BYTES: Final = 8 * 1024
MAX_TITLE_BYTES: Final = 256  # some terminals stop reading a title soon after
MAX_NAME_CELLS: Final = 32
MAX_MARKS: Final = 3  # on one base; ncurses draws four and drops the rest without a word
MAX_SHOWN_ESCAPES: Final = 3  # in one text, of characters that carry nothing a person could read
TAB_CELLS: Final = 4
CUT_MARK: Final = "[cut]"

_CACHED_CHARACTERS: Final = 8192  # bounded: a peer may send every character there is


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


@dataclass(frozen=True, slots=True)
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


_UNICODE: Final = _Glyphs(_picture, "␤", "·", "◌", "…")
_ASCII: Final = _Glyphs(_caret, "^J", ".", "'", "...")


class _Policy(enum.Enum):
    """What becomes of a character."""

    KEEP = enum.auto()
    MARK = enum.auto()
    TONE = enum.auto()
    SELECTOR = enum.auto()
    JOINER = enum.auto()
    CONTROL = enum.auto()
    TAB = enum.auto()
    LINE_BREAK = enum.auto()
    ESCAPE = enum.auto()
    PAYLOAD = enum.auto()
    HIDE = enum.auto()
    REPLACE = enum.auto()


_LINE_BREAKS: Final = frozenset("\u0085\u2028\u2029")
_JOINERS: Final = frozenset("\u200c\u200d")
_HIDDEN: Final = frozenset(
    "\u00ad\u180e\u200b\u2060\ufeff"  # soft hyphen, vowel separator, zero width space, word joiner, BOM
    "\u2061\u2062\u2063\u2064\u206a\u206b\u206c\u206d\u206e\u206f"  # invisible operators, old format controls
    "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # marks and letters without a look
)
_MARK_CATEGORIES: Final = frozenset({"Mn", "Mc", "Me"})
_PAYLOAD_CATEGORIES: Final = frozenset({"Co", "Cn"})
_EMOJI_SELECTORS: Final = frozenset("\ufe0e\ufe0f")
_KEYCAPS: Final = frozenset("0123456789#*")

_JOINED_SCRIPTS: Final = (
    (0x0600, 0x08FF),  # Arabic, Syriac, N'Ko, Mandaic
    (0x0900, 0x0DFF),  # the scripts of India and Sri Lanka
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x18AF),  # Khmer, Mongolian
    (0xA840, 0xA87F),  # Phags-pa
    (0xFB50, 0xFDFF),  # Arabic presentation forms
    (0xFE70, 0xFEFC),
    (0x11000, 0x11FFF),  # more of the scripts of India
)
_GENERAL_MARKS: Final = ((0x0300, 0x036F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F))
"""Marks that belong to no script: any letter can be buried under them."""

_NEEDS_CARE: Final = re.compile(
    "[^ -~\u00a0-\u02ff\u0370-\u0482\u048a-\u0590\u2010-\u2027\u2030-\u205e\u2070-\u20cf\u2100-\u2bff"
    "\u3000-\u3029\u3030-\u3098\u309b-\u3163\u3165-\ua48c\uac00-\ud7a3\uff01-\uff9f"
    "\U0001f000-\U0001f3fa\U0001f400-\U0001faff\U00020000-\U000323af]"
)
"""Any character that is not always kept as it is, were it only printable."""


def clean(text: str, kind: Kind, *, ascii_only: bool = False) -> str:
    """What to keep and show of a text from outside.

    Args:
        text: Anything; of more than the kind's limit only the start is kept, and the cut is marked.
        kind: What the text is for.
        ascii_only: Use signs of ASCII for what cannot be shown. Letters stay what they are.
    """
    if _is_plain(text, kind):
        return text
    glyphs = _ASCII if ascii_only else _UNICODE
    match kind:
        case Kind.MESSAGE | Kind.LOG:
            return _clean_up_to(text, kind, glyphs, MAX_TEXT_BYTES, CUT_MARK)
        case Kind.TITLE:
            return _clean_up_to(text, kind, glyphs, MAX_TITLE_BYTES, glyphs.ellipsis)
        case Kind.NAME:
            name = unicodedata.normalize("NFC", text[:MAX_TEXT_BYTES])
            name = unicodedata.normalize("NFC", _Cleaning(kind, glyphs).run(name))
            if text_width(name) > MAX_NAME_CELLS:
                name = shorten(name, MAX_NAME_CELLS, glyphs.ellipsis)
            return name


def clean_message(text: str) -> str:
    """What to show of a text, from a peer or from our user."""
    return clean(text, Kind.MESSAGE)


def clean_name(name: str) -> str:
    """What to show of somebody's name."""
    return clean(name, Kind.NAME)


def _is_plain(text: str, kind: Kind) -> bool:
    """Whether cleaning certainly changes nothing; quick, and false for some texts that stay as they are."""
    if not text.isprintable():
        return False
    if kind is Kind.NAME and len(text) > MAX_NAME_CELLS // 2:
        return text.isascii() and len(text) <= MAX_NAME_CELLS
    if text.isascii():
        return len(text) <= (MAX_TITLE_BYTES if kind is Kind.TITLE else MAX_TEXT_BYTES)
    longest = (MAX_TITLE_BYTES if kind is Kind.TITLE else MAX_TEXT_BYTES) // 4
    if len(text) > longest or _NEEDS_CARE.search(text):
        return False
    return kind is not Kind.NAME or unicodedata.is_normalized("NFC", text)


def _clean_up_to(text: str, kind: Kind, glyphs: _Glyphs, max_bytes: int, mark: str) -> str:
    cleaned = _Cleaning(kind, glyphs).run(text[:max_bytes])
    if len(text) <= max_bytes and len(cleaned.encode()) <= max_bytes:
        return cleaned
    start = cleaned.encode()[: max_bytes - len(mark.encode())].decode(errors="ignore")
    return start.rstrip("".join(_JOINERS)) + mark


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
        self._measured = 0  # so many pieces of _out end at _column
        self._column = 0

    def run(self, text: str) -> str:
        """Clean ``text``."""
        for index, character in enumerate(text):
            match _policy(character):
                case _Policy.KEEP:
                    self._put(character)
                case _Policy.MARK | _Policy.TONE:
                    self._put_mark(character)
                case _Policy.SELECTOR:
                    self._put_selector(character)
                case _Policy.JOINER:
                    self._put_joiner(character, text[index + 1 : index + 2])
                case _Policy.TAB:
                    self._put_tab()
                case _Policy.CONTROL:
                    self._put(self._glyphs.controls(ord(character)))
                case _Policy.LINE_BREAK:
                    self._put(self._glyphs.line_break)
                case _Policy.ESCAPE:
                    self._put(_escape(character))
                case _Policy.PAYLOAD:
                    self._put_payload(character)
                case _Policy.HIDE:
                    self._hide()
                case _Policy.REPLACE:
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
        if _is_tone(mark) and not is_pictograph(self._base or " "):
            self._put(mark)
            return
        if not self._base:
            self._put(self._glyphs.no_base)
        general = _within(mark, _GENERAL_MARKS)
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
        has_looks = bool(base) and self._last == base and self._marks == 0
        if selector in _EMOJI_SELECTORS:
            has_looks = has_looks and (is_pictograph(base) or base in _KEYCAPS)
        else:
            has_looks = has_looks and "CJK" in unicodedata.name(base, "")
        if has_looks:
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
        if not self._base or not following or self._flooded or self._last in _JOINERS:
            return False
        if joiner == ZERO_WIDTH_JOINER and is_pictograph(self._base):
            return is_pictograph(following) and _policy(following) is _Policy.KEEP
        if not (_within(self._last, _JOINED_SCRIPTS) and _within(following, _JOINED_SCRIPTS)):
            return False
        if _policy(following) is _Policy.MARK:
            return self._marks < MAX_MARKS
        return unicodedata.category(self._last)[0] in "LM" and unicodedata.category(following)[0] == "L"

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


def _is_tone(character: str) -> bool:
    return "\U0001f3fb" <= character <= "\U0001f3ff"


def _within(character: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= ord(character) <= last for first, last in ranges)


@lru_cache(maxsize=_CACHED_CHARACTERS)
def _policy(character: str) -> _Policy:
    category = unicodedata.category(character)
    if character in _HIDDEN:
        return _Policy.HIDE
    if character in _LINE_BREAKS:
        return _Policy.LINE_BREAK
    if character == "\t":
        return _Policy.TAB
    if character in _JOINERS:
        return _Policy.JOINER
    if category == "Cc":
        return _Policy.CONTROL if ord(character) < 0x80 else _Policy.ESCAPE
    if category == "Cs":
        return _Policy.REPLACE
    if category in _PAYLOAD_CATEGORIES or 0xE0000 <= ord(character) <= 0xE007F:
        return _Policy.PAYLOAD
    if category == "Cf":
        return _Policy.ESCAPE
    if unicodedata.name(character, "").startswith(("VARIATION SELECTOR", "MONGOLIAN FREE VARIATION")):
        return _Policy.SELECTOR
    if _is_tone(character):
        return _Policy.TONE
    if category in _MARK_CATEGORIES or char_width(character) == 0:
        return _Policy.MARK
    return _Policy.KEEP
