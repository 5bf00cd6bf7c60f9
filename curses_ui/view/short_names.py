"""Names cut to the room they have, so that people at hand stay different."""

from ..state.model import UiState
from ..text.cells import text_width
from ..text.shortening import shorten_apart
from .glyphs import Glyphs


def short_name(state: UiState, label: str, cells: int, glyphs: Glyphs) -> str:
    """Return a label in at most ``cells``; unlike every other label of a conversation or a person."""
    text = glyphs.text(label)
    if text_width(text) <= cells:
        return text
    labels = (state.name, *(c.label for c in state.chats()), *(person.shown for person in state.people))
    return shorten_apart(tuple(map(glyphs.text, (*labels, label))), max(0, cells), glyphs.ellipsis)[text]
