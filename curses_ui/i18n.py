"""The client's messages in its languages: what ``io_adapters`` offers, and the client's own catalogue."""

from io_adapters import (
    ENGLISH,
    LANGUAGE_WORDS,
    LANGUAGES,
    PORTUGUESE,
    Catalogue,
    N_,
    choose_language,
    parse_language,
    read_catalogue,
)

__all__ = [
    "ENGLISH",
    "LANGUAGES",
    "LANGUAGE_WORDS",
    "PORTUGUESE",
    "Catalogue",
    "N_",
    "choose_language",
    "load_catalogue",
    "parse_language",
]


def load_catalogue(language: str) -> Catalogue:
    """Return the client's catalogue for one of ``LANGUAGES``."""
    return read_catalogue(__name__.partition(".")[0], language)
