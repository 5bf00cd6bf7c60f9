"""Names of users: what is fit, and how names are compared (docs/protocol.md §2.1)."""

import enum
import unicodedata
from typing import Final

from ..limits import MAX_NAME_CHARACTERS

_BIDI_CONTROLS: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_FORBIDDEN_CATEGORIES: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})


class NameFault(enum.Enum):
    """Why a name is not fit (§2.1)."""

    EMPTY = "empty"
    TOO_LONG = "too long"
    COLON = "holds a colon"
    FORBIDDEN_CHARACTER = "holds a control character"


def normalise_name(text: str) -> str:
    """Trim spaces and compose (NFC): how names are compared everywhere (§2.1)."""
    return unicodedata.normalize("NFC", text.strip(" "))


def name_fault(name: str, *, max_characters: int = MAX_NAME_CHARACTERS) -> NameFault | None:
    """What is wrong with a normalised name, or None (§2.1)."""
    if not name:
        return NameFault.EMPTY
    if len(name) > max_characters:
        return NameFault.TOO_LONG
    if ":" in name:
        return NameFault.COLON
    if not name.isprintable() and any(
        unicodedata.category(c) in _FORBIDDEN_CATEGORIES or c in _BIDI_CONTROLS for c in name
    ):
        return NameFault.FORBIDDEN_CHARACTER
    return None


def fit_name(text: str) -> str | None:
    """The normalised name, or None if it is not fit."""
    name = normalise_name(text)
    return name if name_fault(name) is None else None
