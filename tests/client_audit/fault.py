"""What the audit finds."""

import unicodedata
from collections.abc import Callable
from typing import Final

_ACTING: Final = frozenset({"Cc", "Cs", "Co", "Zl", "Zp"})
_JOINERS: Final = frozenset("\u200c\u200d")


class AuditFault(AssertionError):
    """The client contradicts what it was given; the first word names how."""


def is_harmless(text: str) -> bool:
    """Whether a text holds nothing that acts on a terminal, hides or reorders; joiners are part of words and emoji."""
    if text.isascii():
        return text.isprintable()
    return not any(
        category in _ACTING or category == "Cf" and character not in _JOINERS
        for character, category in zip(text, map(unicodedata.category, text), strict=True)
    )


def demand(holds: bool, message: Callable[[], str]) -> None:
    """Raise ``AuditFault`` unless it holds; only then the message is made."""
    if not holds:
        raise AuditFault(message())
