"""Names: how a command takes them, which ones look alike, which ones the user may have."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from core import name_fault, normalise_name

from .characters import JOINERS


def quoted(name: str) -> str:
    """The name as a command takes it: in quotes if it would be read as a number or another command."""
    return f'"{name}"' if name.isdigit() or name.startswith(("/", '"')) else name


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


@lru_cache(maxsize=4096)  # all names on the people list, for each caller
def _look_of(name: str) -> str:
    """Return a text that is equal for names that look alike."""
    visible = "".join(c for c in unicodedata.normalize("NFKC", name) if c.isprintable() or c.isspace())
    look = visible.translate(_LOOK_ALIKE_CAPITALS).casefold().translate(_LOOK_ALIKES).translate(_STROKES)
    for pair, single in _LOOK_ALIKE_PAIRS:
        look = look.replace(pair, single)
    return " ".join(look.split())


# The user's own name

MAX_OWN_NAME_CHARACTERS: Final = 32
_INVISIBLE_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def another_name(name: str) -> str:
    """Return a name for somebody whose own is taken: ``Ana2`` for ``Ana``, then ``Ana3``."""
    start = name.rstrip("0123456789")
    number = int(name[len(start) :][-9:] or "1") + 1
    return f"{start[: MAX_OWN_NAME_CHARACTERS - len(str(number))]}{number}"


def fit_own_name(text: str) -> str | None:
    """The name as it is used, or None unless it has 1 to 32 visible characters and no colon."""
    name = normalise_name(text).strip()
    hidden = any(unicodedata.category(c) in _INVISIBLE_CATEGORIES and c not in JOINERS for c in name)
    fault = name_fault(name, max_characters=MAX_OWN_NAME_CHARACTERS)
    return None if hidden or fault is not None or not name.strip(JOINERS) else name
