"""Kinds of characters: what joins, colours or marks others, and what ``clean`` does with each.

The only module that lists code points of joiners, selectors, skin tones and pictographs.
"""

import enum
import re
import unicodedata
from functools import cache, lru_cache
from typing import Final

CACHED_CHARACTERS: Final = 8192
"""Entries of each cache of characters: a peer may send every character there is."""

ZERO_WIDTH_JOINER: Final = "\u200d"
NON_JOINER: Final = "\u200c"
JOINERS: Final = NON_JOINER + ZERO_WIDTH_JOINER
"""Characters that make the neighbours be drawn joined, or not joined."""
SELECTORS: Final = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
"""Ranges of a regular expression: they ask for another look of the character before."""
TONES: Final = "\U0001f3fb-\U0001f3ff"
"""A range of a regular expression: skin tones for the emoji before them."""
MARK_CATEGORIES: Final = frozenset({"Mn", "Mc", "Me"})
_PICTOGRAPHS: Final = (
    (0x00A9, 0x00A9), (0x00AE, 0x00AE), (0x203C, 0x203C), (0x2049, 0x2049), (0x2122, 0x2122),
    (0x2139, 0x2139), (0x2194, 0x21AA), (0x231A, 0x23FF), (0x24C2, 0x24C2), (0x25AA, 0x25FE),
    (0x2600, 0x27BF), (0x2934, 0x2935),
    (0x2B05, 0x2B55), (0x3030, 0x3030), (0x303D, 0x303D), (0x3297, 0x3299), (0x1F000, 0x1F0FF),
    (0x1F10D, 0x1F1E5), (0x1F200, 0x1F3FA), (0x1F400, 0x1FAFF),
)  # fmt: skip
_EMOJI_BLOCKS: Final = ((0x1F300, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F900, 0x1F9FF), (0x1FA70, 0x1FAFF))
"""Here every character is an emoji or will be one, and whatever is added takes two cells."""
_WIDTHLESS_JAMO: Final = ((0x1160, 0x11FF), (0xD7B0, 0xD7FB))
"""Vowels and endings that are drawn into the cell of the consonant before."""


class Policy(enum.Enum):
    """What becomes of a character."""

    KEEP = enum.auto()
    """It stays."""
    MARK = enum.auto()
    """It stands on the character before it, with at most a few others."""
    TONE = enum.auto()
    """A skin tone: a mark on an emoji, else a sign of its own."""
    SELECTOR = enum.auto()
    """Asks for another look of the character before it."""
    JOINER = enum.auto()
    """It joins its neighbours, or parts them."""
    CONTROL = enum.auto()
    """C0 or DEL: there is a picture of it."""
    TAB = enum.auto()
    LINE_BREAK = enum.auto()
    """Would begin a line that the sender did not send."""
    ESCAPE = enum.auto()
    """Named by its number."""
    PAYLOAD = enum.auto()
    """Without a meaning for people: named by its number, or only counted."""
    HIDE = enum.auto()
    """Invisible: leaves a sign once in a text."""
    REPLACE = enum.auto()
    """No character at all."""


_LINE_BREAKS: Final = frozenset("\u0085\u2028\u2029")
_INVISIBLE: Final = frozenset(
    "\u00ad\u180e\u200b\u2060\ufeff"  # soft hyphen, vowel separator, zero width space, word joiner, BOM
    "\u2061\u2062\u2063\u2064\u206a\u206b\u206c\u206d\u206e\u206f"  # invisible operators, old format controls
    "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # marks and letters without a look
)
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
_GENERAL_MARKS: Final = (
    (0x0300, 0x036F),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE20, 0xFE2F),
)
"""Marks that belong to no script: any letter can be buried under them."""


@cache
def _needs_care() -> re.Pattern[str]:
    """Outside the blocks where every printable character is kept wherever it stands.

    Compiled when the first text comes that is not ASCII: that takes longer than anything else in this module.
    """
    return re.compile(
        "[^ -~\u00a0-\u02ff\u0370-\u0482\u048a-\u0590\u2010-\u2027\u2030-\u205e\u2070-\u20cf\u2100-\u2bff"
        "\u3000-\u3029\u3030-\u3098\u309b-\u3163\u3165-\ua48c\uac00-\ud7a3\uff01-\uff9f"
        "\U0001f000-\U0001f3fa\U0001f400-\U0001faff\U00020000-\U000323af]"
    )


def needs_care(text: str) -> bool:
    """Whether cleaning may change the text; false only if it certainly does not."""
    return not text.isprintable() or (not text.isascii() and _needs_care().search(text) is not None)


@lru_cache(maxsize=CACHED_CHARACTERS)
def policy_of(character: str) -> Policy:
    """What becomes of one character, wherever it stands."""
    category = unicodedata.category(character)
    if character in _INVISIBLE:
        return Policy.HIDE
    if is_new_emoji(character):
        return Policy.KEEP
    if character in _LINE_BREAKS:
        return Policy.LINE_BREAK
    if character == "\t":
        return Policy.TAB
    if character in JOINERS:
        return Policy.JOINER
    if category == "Cc":
        return Policy.CONTROL if ord(character) < 0x80 else Policy.ESCAPE
    if category == "Cs":
        return Policy.REPLACE
    if category in _PAYLOAD_CATEGORIES or 0xE0000 <= ord(character) <= 0xE007F:
        return Policy.PAYLOAD
    if category == "Cf":
        return Policy.ESCAPE
    if unicodedata.name(character, "").startswith(("VARIATION SELECTOR", "MONGOLIAN FREE VARIATION")):
        return Policy.SELECTOR
    if is_tone(character):
        return Policy.TONE
    if category in MARK_CATEGORIES or is_widthless_jamo(character):
        return Policy.MARK
    return Policy.KEEP


def is_tone(character: str) -> bool:
    """Whether it is a skin tone for the emoji before it."""
    return TONES[0] <= character <= TONES[-1]


def is_pictograph(character: str) -> bool:
    """Whether the character may stand in an emoji sequence."""
    return _within(character, _PICTOGRAPHS)


def new_emoji() -> str:
    """All characters that ``is_new_emoji`` is true for."""
    return "".join(
        chr(code) for first, last in _EMOJI_BLOCKS for code in range(first, last + 1) if is_new_emoji(chr(code))
    )


def is_new_emoji(character: str) -> bool:
    """Whether it is, or will be, an emoji that Python's tables do not know yet; a noncharacter is none."""
    return character >= "\U0001f300" and _within(character, _EMOJI_BLOCKS) and unicodedata.category(character) == "Cn"


def is_widthless_jamo(character: str) -> bool:
    """Whether it is a part of a Korean syllable that takes no cell of its own."""
    return _within(character, _WIDTHLESS_JAMO)


def is_general_mark(character: str) -> bool:
    """Whether the mark belongs to no script, so that any letter can be buried under it."""
    return _within(character, _GENERAL_MARKS)


def takes_selector(base: str, selector: str) -> bool:
    """Whether ``base`` has the look that ``selector`` asks for; if not, it can only carry data."""
    if selector in _EMOJI_SELECTORS:
        return is_pictograph(base) or base in _KEYCAPS
    return "CJK" in unicodedata.name(base, "")


def is_joined_letter(character: str) -> bool:
    """Whether it is a letter or mark of a script where joiners change how words are written."""
    return _within(character, _JOINED_SCRIPTS) and unicodedata.category(character)[0] in "LM"


def _within(character: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= ord(character) <= last for first, last in ranges)
