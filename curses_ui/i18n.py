"""What the client says in its languages. Pure: the catalogue of a language is handed in."""

from typing import Final, Protocol, Self

ENGLISH: Final = "en"
PORTUGUESE: Final = "pt_BR"
LANGUAGES: Final = (ENGLISH, PORTUGUESE)
LANGUAGE_WORDS: Final = (ENGLISH, "pt")
"""What users type for them; ``find_language`` reads more."""


class Catalogue(Protocol):
    """The messages of one language; it leads to those of the others."""

    @property
    def language(self) -> str:
        """One of ``LANGUAGES``."""

    def in_language(self, language: str) -> Self:
        """The catalogue of another language."""

    def tr(self, message: str, /, **values: object) -> str:
        """``message`` in this language, its ``{placeholders}`` filled from ``values``."""

    def trn(self, singular: str, plural: str, n: int, /, **values: object) -> str:
        """The form for ``n``, filled from ``values`` and with ``n`` as ``{n}``."""

    def day(self, year: int, month: int, day: int, weekday: int) -> str:
        """A date for a day rule, as ``Mon 23 Nov 2026``; ``weekday`` 0 is Monday."""


def N_(message: str) -> str:
    """Mark a message that stands in a table and is translated when it is shown."""
    return message


def find_language(text: str) -> str | None:
    """One of ``LANGUAGES`` from what a user writes: ``pt``, ``pt_BR.UTF-8``, ``EN-us``; None for any other."""
    code = text.lower().replace("-", "_").partition("_")[0].partition(".")[0]
    return {"en": ENGLISH, "pt": PORTUGUESE}.get(code)
