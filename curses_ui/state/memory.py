"""How much text the client keeps in all, and what goes first when that is too much."""

from typing import Final

from .conversation import Conversation, LogEntry
from .model import UiState

ENTRY_BYTES: Final = 200  # that each message counts besides its text
FREED_SHARE: Final = 64  # this part of the limit is freed at once, so that the search for what goes is rare


def kept_bytes(entry: LogEntry) -> int:
    """Return what an entry counts."""
    return ENTRY_BYTES + sum(_utf8_bytes(text) for text in (entry.text, *entry.folded))


def append(state: UiState, conversation: Conversation, entry: LogEntry, *, is_fresh: bool = True) -> None:
    """Put an entry at the end of a log; the oldest goes if there are too many.

    One that is not ``is_fresh`` is not handed out by ``take_fresh``: it will still change.
    """
    conversation.log.append(entry)
    _count(state, conversation, kept_bytes(entry))
    if len(conversation.log) > state.limits.max_log_entries:
        _count(state, conversation, -kept_bytes(conversation.log.pop(0)))
    if is_fresh:
        state.fresh.append((conversation.number, entry))


def put_last(state: UiState, conversation: Conversation, entry: LogEntry) -> None:
    """Put an entry in the place of the latest one."""
    put(state, conversation, len(conversation.log) - 1, entry)


def remove(state: UiState, conversation: Conversation, index: int) -> None:
    """Drop one entry."""
    _count(state, conversation, -kept_bytes(conversation.log.pop(index)))


def put(state: UiState, conversation: Conversation, index: int, entry: LogEntry) -> None:
    """Put an entry in the place of another."""
    _count(state, conversation, kept_bytes(entry) - kept_bytes(conversation.log[index]))
    conversation.log[index] = entry


def clear(state: UiState, conversation: Conversation) -> None:
    """Drop all entries of a log."""
    _count(state, conversation, -sum(map(kept_bytes, conversation.log)))
    conversation.log.clear()


def keep_aside(state: UiState, conversation: Conversation, texts: list[str], text: str) -> None:
    """Add a message to those that wait to be shown: held or folded ones."""
    texts.append(text)
    _count(state, conversation, ENTRY_BYTES + _utf8_bytes(text))


def take_aside(state: UiState, conversation: Conversation, texts: list[str]) -> list[str]:
    """Hand out the messages that waited; none are left."""
    taken = texts[:]
    texts.clear()
    _count(state, conversation, -sum(ENTRY_BYTES + _utf8_bytes(text) for text in taken))
    return taken


def forget(state: UiState, conversation: Conversation) -> None:
    """Note that a conversation is gone with all its messages."""
    _count(state, conversation, -conversation.kept_bytes)


def make_room(state: UiState) -> bool:
    """Drop the oldest messages until all fit; return False if nothing was dropped.

    Windows that strangers opened and the user never visited go first, then the
    largest window. Of a window where the user spoke the latest entries stay.
    """
    limit = state.limits.max_kept_bytes
    dropped = False
    while state.kept_bytes > limit:
        windows = [c for c in state.conversations.values() if c.held or c.flood.kept or _spare_entries(state, c)]
        if not windows:
            break
        largest = max(windows, key=lambda c: (not c.visited, c.kept_bytes))
        _drop(state, largest, state.kept_bytes - limit + limit // FREED_SHARE)
        dropped = True
    return dropped


def _count(state: UiState, conversation: Conversation, size: int) -> None:
    conversation.kept_bytes += size
    state.kept_bytes += size


def _spare_entries(state: UiState, conversation: Conversation) -> int:
    """Return how many entries may go. The latest one stays: it may be a fold that still grows."""
    return max(0, len(conversation.log) - (state.limits.always_kept_entries if conversation.texts_out else 1))


def _drop(state: UiState, conversation: Conversation, wanted: int) -> None:
    enough = conversation.kept_bytes - wanted
    entries = 0
    for entry in conversation.log[: _spare_entries(state, conversation)]:
        if conversation.kept_bytes <= enough:
            break
        _count(state, conversation, -kept_bytes(entry))
        entries += 1
    del conversation.log[:entries]
    for waiting in (conversation.held, conversation.flood.kept):
        if conversation.kept_bytes > enough:
            take_aside(state, conversation, waiting)


def _utf8_bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode(errors="replace"))
