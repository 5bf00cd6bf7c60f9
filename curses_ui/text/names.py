"""Names: which one the user may go by, what is wrong with one of another person, what it resembles."""

import enum
import unicodedata
from collections.abc import Iterable
from typing import Final

from core import name_fault, normalise_name

from .cells import text_width
from .clean import MAX_NAME_CELLS, Kind, clean



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


# The user's own name

MAX_OWN_NAME_CHARACTERS: Final = 32
_JOINERS: Final = "\u200c\u200d"  # seen in emoji and in several scripts
_INVISIBLE_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def fit_own_name(text: str) -> str | None:
    """The name as it is used, or None unless it has 1 to 32 visible characters and no colon."""
    name = normalise_name(text).strip()
    hidden = any(unicodedata.category(c) in _INVISIBLE_CATEGORIES and c not in _JOINERS for c in name)
    fault = name_fault(name, max_characters=MAX_OWN_NAME_CHARACTERS)
    return None if hidden or fault is not None or not name.strip(_JOINERS) else name
