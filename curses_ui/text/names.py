"""Names that other people chose: what is wrong with one, whom it resembles, what file it may name."""

import enum
import hashlib
import unicodedata
from collections.abc import Iterable
from typing import Final

from .cells import text_width
from .clean import MAX_NAME_CELLS, Kind, clean

MAX_FILE_NAME_BYTES: Final = 100  # well under every file system's 255, with room for a date and a suffix
_DIGEST_CHARACTERS: Final = 16
_SAFE_IN_FILE_NAMES: Final = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")


class NameProblem(enum.Enum):
    """Why a name is shown, but not to be chosen."""

    EMPTY = "empty"
    TOO_LONG = "too long"
    """More cells than ``MAX_NAME_CELLS``."""
    SPACES_AT_ENDS = "spaces at the ends"
    UNFIT_CHARACTERS = "unfit characters"
    """Controls, hidden or reordering characters, unknown ones, or marks piled up."""


def name_problems(name: str) -> frozenset[NameProblem]:
    """What speaks against talking to somebody of this name (not cleaned); empty if nothing does."""
    problems = set()
    if not name.strip():
        problems.add(NameProblem.EMPTY)
    elif name != name.strip():
        problems.add(NameProblem.SPACES_AT_ENDS)
    if text_width(name) > MAX_NAME_CELLS:
        problems.add(NameProblem.TOO_LONG)
    elif clean(name, Kind.NAME) != unicodedata.normalize("NFC", name):
        problems.add(NameProblem.UNFIT_CHARACTERS)
    return frozenset(problems)


def needs_quotes(name: str) -> bool:
    """Whether a command would take the name for something else: a number, another command."""
    return name.isdigit() or name.startswith(("/", '"'))


# Look-alikes

_LOOK_ALIKE_CAPITALS: Final = str.maketrans(
    "АВЕЗКМНОРСТУХІЈЅԌ" "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "ABE3KMHOPCTYXIJSG" "ABEZHIKMNOPTYX",
)
_LOOK_ALIKES: Final = {
    **str.maketrans("авекмнорстухіјѕԁԛԝһӏ", "abekmhopctyxijsdqwhl"),
    **str.maketrans("αβεικνορτυχγω", "abeikvoptuxyw"),
    **str.maketrans("ıɩɑɡ", "iiag"),
    **str.maketrans("‐‑‒–—−_", "-------"),
}
_STROKES: Final = str.maketrans("i1|!05", "llllos")
_LOOK_ALIKE_PAIRS: Final = (("rn", "m"), ("vv", "w"), ("cl", "d"))


def looks_like(name: str, known: Iterable[str]) -> str | None:
    """The first known name that another one could be mistaken for: alike, but not the same; or None."""
    look = _look_of(name)
    for other in known:
        if other != name and _look_of(other) == look:
            return other
    return None


def _look_of(name: str) -> str:
    """Equal for names that look alike; for comparing only."""
    visible = "".join(c for c in unicodedata.normalize("NFKC", name) if c.isprintable() or c.isspace())
    look = visible.translate(_LOOK_ALIKE_CAPITALS).casefold().translate(_LOOK_ALIKES).translate(_STROKES)
    for pair, single in _LOOK_ALIKE_PAIRS:
        look = look.replace(pair, single)
    return " ".join(look.split())


# Files


def safe_file_name(name: str) -> str:
    """A file name for a person's name: another for each name, and never a path.

    Letters without accents, digits, ``_``, ``-`` and inner ``.`` stay; other
    bytes of UTF-8 become ``%XX``. What is longer than ``MAX_FILE_NAME_BYTES`` is
    cut there and told apart by a digest.
    """
    data = name.encode(errors="surrogatepass")
    encoded = "".join(chr(byte) if byte in _SAFE_IN_FILE_NAMES else f"%{byte:02X}" for byte in data)
    if encoded.startswith("."):
        encoded = "%2E" + encoded[1:]
    if len(encoded) <= MAX_FILE_NAME_BYTES:
        return encoded or "%"
    digest = hashlib.sha256(data).hexdigest()[:_DIGEST_CHARACTERS]
    return f"{encoded[:MAX_FILE_NAME_BYTES]}~{digest}"
