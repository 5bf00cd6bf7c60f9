"""Where one user-perceived character ends and the next begins (UAX #29, extended grapheme clusters).

Built on ``unicodedata`` alone. What its tables do not tell is approximated:
pictographs are recognised by their blocks, and prepended marks, too rare to
matter in a chat, count as letters.
"""

import enum
import unicodedata
from functools import lru_cache
from typing import Final

from .characters import (
    CACHED_CHARACTERS,
    MARK_CATEGORIES,
    NON_JOINER,
    ZERO_WIDTH_JOINER,
    is_pictograph,
    is_tone,
)


class _Kind(enum.Enum):
    """What a character does to the cluster before it."""

    OTHER = enum.auto()
    CONTROL = enum.auto()
    MARK = enum.auto()
    JOINER = enum.auto()
    PICTOGRAPH = enum.auto()
    TONE = enum.auto()
    FLAG_LETTER = enum.auto()
    LEADING_CONSONANT = enum.auto()
    VOWEL = enum.auto()
    TRAILING_CONSONANT = enum.auto()
    SYLLABLE = enum.auto()
    CLOSED_SYLLABLE = enum.auto()


_JAMO_BLOCKS: Final = (
    (0x1100, 0x115F, _Kind.LEADING_CONSONANT),
    (0xA960, 0xA97C, _Kind.LEADING_CONSONANT),
    (0x1160, 0x11A7, _Kind.VOWEL),
    (0xD7B0, 0xD7C6, _Kind.VOWEL),
    (0x11A8, 0x11FF, _Kind.TRAILING_CONSONANT),
    (0xD7CB, 0xD7FB, _Kind.TRAILING_CONSONANT),
)
_FIRST_SYLLABLE: Final = 0xAC00
_LAST_SYLLABLE: Final = 0xD7A3
_TRAILING_FORMS: Final = 28  # trailing forms per consonant-vowel pair, including "none"

_HANGUL_JOINS: Final = {
    _Kind.LEADING_CONSONANT: frozenset(
        {_Kind.LEADING_CONSONANT, _Kind.VOWEL, _Kind.SYLLABLE, _Kind.CLOSED_SYLLABLE}
    ),
    _Kind.SYLLABLE: frozenset({_Kind.VOWEL, _Kind.TRAILING_CONSONANT}),
    _Kind.VOWEL: frozenset({_Kind.VOWEL, _Kind.TRAILING_CONSONANT}),
    _Kind.CLOSED_SYLLABLE: frozenset({_Kind.TRAILING_CONSONANT}),
    _Kind.TRAILING_CONSONANT: frozenset({_Kind.TRAILING_CONSONANT}),
}
_ALWAYS_BEGIN: Final = frozenset({_Kind.OTHER, _Kind.CONTROL})
_DO_NOT_JOIN: Final = _ALWAYS_BEGIN | {_Kind.PICTOGRAPH, _Kind.SYLLABLE, _Kind.CLOSED_SYLLABLE}
"""Among themselves: each is a cluster where there is nothing else in the text."""
_CONTROL_CATEGORIES: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})


def graphemes(text: str) -> list[str]:
    """Split ``text`` into its clusters; joined again, they are the text."""
    if text.isascii() or _DO_NOT_JOIN.issuperset(map(_kind, text)):
        return list(text)
    clusters = []
    start = 0
    while start < len(text):
        end = next_boundary(text, start)
        clusters.append(text[start:end])
        start = end
    return clusters


def next_boundary(text: str, index: int) -> int:
    """Where the cluster that begins at ``index`` ends; the length of the text at its end."""
    if index >= len(text):
        return len(text)
    kind = _kind(text[index])
    index += 1
    if kind is _Kind.CONTROL:
        return index
    pictograph = kind is _Kind.PICTOGRAPH
    half_flag = kind is _Kind.FLAG_LETTER
    while index < len(text):
        following = _kind(text[index])
        joins = (
            following is _Kind.MARK
            or following is _Kind.JOINER
            or (following is _Kind.TONE and pictograph)
            or (following is _Kind.PICTOGRAPH and pictograph and kind is _Kind.JOINER)
            or (following is _Kind.FLAG_LETTER and half_flag)
            or following in _HANGUL_JOINS.get(kind, ())
        )
        if not joins:
            break
        half_flag = False
        kind = following
        index += 1
    return index


def previous_boundary(text: str, index: int) -> int:
    """Where the cluster before ``index`` begins; 0 at the start of the text.

    Args:
        text: Any text.
        index: A boundary; anything else counts as the end of its own cluster.
    """
    if index <= 0:
        return 0
    start = index - 1
    while not _surely_begins(text, start):
        start -= 1
    while (end := next_boundary(text, start)) < index:
        start = end
    return start


def boundary_at_or_before(text: str, index: int) -> int:
    """``index`` if a cluster begins or the text ends there, else where its cluster begins."""
    if index <= 0:
        return 0
    if index >= len(text):
        return len(text)
    return previous_boundary(text, index + 1)


def _surely_begins(text: str, index: int) -> bool:
    """Whether a cluster begins at ``index`` whatever stands before the character to its left."""
    if index == 0:
        return True
    kind = _kind(text[index])
    if kind in _ALWAYS_BEGIN:
        return True
    before = _kind(text[index - 1])
    if before is _Kind.CONTROL:
        return True
    if kind is _Kind.PICTOGRAPH:
        return before is not _Kind.JOINER
    if kind is _Kind.FLAG_LETTER:
        return before is not _Kind.FLAG_LETTER
    if kind in _HANGUL_JOINS:
        return kind not in _HANGUL_JOINS.get(before, ())
    return False


@lru_cache(maxsize=CACHED_CHARACTERS)
def _kind(character: str) -> _Kind:
    if character == ZERO_WIDTH_JOINER:
        return _Kind.JOINER
    code = ord(character)
    category = unicodedata.category(character)
    if category in MARK_CATEGORIES or character == NON_JOINER or 0xE0020 <= code <= 0xE007F:
        return _Kind.MARK
    if category in _CONTROL_CATEGORIES:
        return _Kind.CONTROL
    if code < 0x1100:
        return _Kind.PICTOGRAPH if is_pictograph(character) else _Kind.OTHER
    if _FIRST_SYLLABLE <= code <= _LAST_SYLLABLE:
        closed = (code - _FIRST_SYLLABLE) % _TRAILING_FORMS
        return _Kind.CLOSED_SYLLABLE if closed else _Kind.SYLLABLE
    if 0x1F1E6 <= code <= 0x1F1FF:
        return _Kind.FLAG_LETTER
    if is_tone(character):
        return _Kind.TONE
    if is_pictograph(character):
        return _Kind.PICTOGRAPH
    for first, last, kind in _JAMO_BLOCKS:
        if first <= code <= last:
            return kind
    return _Kind.OTHER
