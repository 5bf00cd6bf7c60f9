"""Cutting names so that those who are at hand stay different."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache

from .cells import clip, shorten, text_width
from .graphemes import boundary_at_or_before
from .matching import shared_start


@lru_cache(maxsize=16)  # the same names are drawn frame after frame
def shorten_apart(names: Sequence[str], cells: int, mark: str) -> Mapping[str, str]:
    """Return, for each name wider than ``cells``, what to show of it; no two are equal if there is a way.

    A name that would look like another one loses its middle: ``Ana Paul…uza`` and ``Ana Paul…usa``.

    Args:
        names: A tuple; those that fit stay as they are, and are not in the result.
        cells: The width to cut to.
        mark: Stands for what is left out.
    """
    cut = {name: shorten(name, cells, mark) for name in dict.fromkeys(names) if text_width(name) > cells}
    alike = defaultdict(list)
    for name, shown in cut.items():
        alike[shown].append(name)
    for shown, group in alike.items():
        group += [shown] if shown in names else []  # somebody is really called so
        if len(group) > 1:
            cut |= {name: _without_middle(name, group, cells, mark) for name in group if name in cut}
    return cut


def _without_middle(name: str, group: Sequence[str], cells: int, mark: str) -> str:
    """Show the start of a name, and what follows its last difference from another one of the group."""
    differs = max(shared_start(name, other) for other in group if other != name)
    end = name[boundary_at_or_before(name, min(differs, len(name) - 1)) :]
    longest = max(cells // 2, cells - 2 * text_width(mark) - 1)
    if text_width(end) > longest:
        end = shorten(end, longest, mark)
    while text_width(end) < min(3, longest) and len(end) < len(name):
        end = name[boundary_at_or_before(name, len(name) - len(end) - 1) :]
    return clip(name, cells - text_width(mark) - text_width(end)) + mark + end
