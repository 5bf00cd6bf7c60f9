"""The name that the user goes by: stricter than what the tracker takes from others."""

import unicodedata
from typing import Final

from core import name_fault, normalise_name

MAX_OWN_NAME_CHARACTERS: Final = 32

_JOINERS: Final = "\u200c\u200d"  # seen in emoji and in several scripts
_INVISIBLE_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def fit_own_name(text: str) -> str | None:
    """The name as it is used, or None unless it has 1 to 32 visible characters and no colon."""
    name = normalise_name(text).strip()
    hidden = any(unicodedata.category(c) in _INVISIBLE_CATEGORIES and c not in _JOINERS for c in name)
    fault = name_fault(name, max_characters=MAX_OWN_NAME_CHARACTERS)
    return None if hidden or fault is not None or not name.strip(_JOINERS) else name
