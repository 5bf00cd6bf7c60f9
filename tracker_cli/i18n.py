"""The catalogue of the tracker: its help, its console, and the words of the self-checks. Its log is English."""

from io_adapters import Catalogue, read_catalogue


def load_catalogue(language: str) -> Catalogue:
    """Return the tracker's catalogue for one of ``LANGUAGES``."""
    return read_catalogue(__name__.partition(".")[0], language)
