"""Names of users: what is fit, and how names are compared (docs/protocol.md §2.1)."""

import enum
import unicodedata
from typing import Final

from ..limits import MAX_NAME_CHARACTERS, MAX_RAW_NAME_BYTES

_BIDI_CONTROLS: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_FORBIDDEN_CATEGORIES: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})


_BLANK_CATEGORIES: Final = frozenset({"Zs", "Cf"})
_BLANK_CHARACTERS: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # fillers and joiners of other categories
    "\u180b\u180c\u180d\u180f" + "".join(map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))
)
"""Characters that show nothing, beside those of ``_BLANK_CATEGORIES``; the second line selects variations."""


class NameFault(enum.Enum):
    """Why a name is not fit (§2.1)."""

    EMPTY = "empty"
    """Or it looks so."""
    TOO_LONG = "too long"
    COLON = "holds a colon"
    FORBIDDEN_CHARACTER = "holds a control character"


def normalise_name(text: str) -> str:
    """Trim spaces and compose (NFC): how names are compared everywhere (§2.1).

    A text of more than ``MAX_RAW_NAME_BYTES`` is too long for a name, and stays
    uncomposed: to compose a run of marks takes the square of its length.
    """
    name = text.strip(" ")
    if name.isascii() or len(name) > MAX_RAW_NAME_BYTES:
        return name
    if len(name.encode(errors="surrogatepass")) > MAX_RAW_NAME_BYTES:
        return name
    return unicodedata.normalize("NFC", name)


def name_fault(name: str, *, max_characters: int = MAX_NAME_CHARACTERS) -> NameFault | None:
    """Return what is wrong with a normalised name; None if it is fit (§2.1)."""
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
    if all(c in _BLANK_CHARACTERS or unicodedata.category(c) in _BLANK_CATEGORIES for c in name):
        return NameFault.EMPTY
    return None


def fit_name(text: str) -> str | None:
    """Return the normalised name; None if it is not fit."""
    name = normalise_name(text)
    return name if name_fault(name) is None else None
