"""Finding texts in a conversation, without regard to case and accents."""

from dataclasses import replace
from typing import Final

from ..state.conversation import Conversation, EntryKind, LogEntry
from ..state.model import Search, UiState
from ..state.windows import look
from ..text.clean import clean_message
from ..text.matching import casefold
from ..view.bars import search_status
from ..view.viewport import Viewport
from .paging import screen_layout

MAX_LISTED_HITS: Final = 20
_SPOKEN: Final = frozenset({EntryKind.THEIRS, EntryKind.OURS, EntryKind.WIRE})


def find_entries(conversation: Conversation, query: str) -> tuple[int, ...]:
    """Numbers of the entries in which somebody says ``query``, oldest first."""
    wanted = casefold(query)
    if not wanted:
        return ()
    return tuple(entry.number for entry in conversation.log if _says(entry, wanted))


def _says(entry: LogEntry, wanted: str) -> bool:
    return entry.kind in _SPOKEN and wanted in casefold(entry.text)


# On the screen


def search_here(state: UiState, query: str, *, typing: bool = False) -> None:
    """Begin a search in the conversation on the screen and go to its latest hit.

    Args:
        state: Changed.
        query: May be empty at first if it is being typed.
        typing: Keys go into the query (Alt+s).
    """
    state.search = Search(query, (), -1, state.here.anchor, typing)
    retype(state, query)


def retype(state: UiState, query: str) -> None:
    """Look for another text; the view goes back to where it was if there is none."""
    search = state.search
    if search is None:
        return
    hits = find_entries(state.here, query)
    state.search = replace(search, query=query, hits=hits, at=len(hits) - 1)
    _show_hit(state)


def step(state: UiState, by: int) -> None:
    """Go to an older (-1) or newer (1) hit; stays at the first and the last."""
    search = state.search
    if search is None or not search.hits:
        return
    state.search = replace(search, at=max(0, min(len(search.hits) - 1, search.at + by)))
    _show_hit(state)


def stop(state: UiState, *, restore: bool) -> None:
    """End the search; with ``restore`` the view goes back to where it was."""
    if state.search is not None and restore:
        state.here.anchor = state.search.anchor
        look(state)
    elif state.search is not None and state.search.hits and state.wire is not None:
        state.wire.hit = state.search.hits[state.search.at]
    state.search = None


def _show_hit(state: UiState) -> None:
    search = state.search
    if search is None:
        return
    if search.at < 0:
        state.here.anchor = search.anchor
        look(state)
        return
    layout = screen_layout(state)
    viewport = Viewport(state, state.here, layout)
    state.here.anchor = viewport.anchor_at(search.hits[search.at], rows_above=layout.log_rows // 2)
    look(state)


def describe_hits(state: UiState) -> str:
    """The hits as text, the latest last, for those who have no screen."""
    search = state.search
    if search is None or not search.hits:
        return state.tr("{text}: no match", text=clean_message(search.query if search else ""))
    entries = [state.here.log[state.here.index_of(hit)] for hit in search.hits[-MAX_LISTED_HITS:]]
    return "\n".join([search_status(state), *(f"<{entry.sender}> {entry.text}" for entry in entries)])
