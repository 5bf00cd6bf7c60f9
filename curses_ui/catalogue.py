"""The client's catalogues, out of its own files."""

from io_adapters import Catalogue, read_catalogue


def load_catalogue(language: str) -> Catalogue:
    """Return the client's catalogue for one of ``LANGUAGES``."""
    return read_catalogue(__name__.partition(".")[0], language)
