"""Adds entries to the logs: messages of peers, our own, and the program's news."""

import unicodedata
from collections.abc import Collection
from dataclasses import replace
from typing import Final

from core import TextId

from ..text.clean import clean_message, clean_name
from .conversation import Conversation, EntryKind, LogEntry, Mark
from .effects import Bell, Effect, Notify
from .memory import append, keep_aside, make_room, put_last, take_aside
from .model import UiState
from .windows import is_watched

FLOOD_CALM_SECONDS: Final = 1.0
BELL_INTERVAL_SECONDS: Final = 3.0


def tell(
    state: UiState,
    conversation: Conversation,
    text: str,
    kind: EntryKind = EntryKind.NEWS,
    *,
    attention: bool = False,
) -> None:
    """Add a line of the program's own.

    Args:
        state: Changed.
        conversation: Where to say it.
        text: Translated; names and messages of others in it must be clean.
        kind: ``NEWS`` or ``ERROR``.
        attention: Show in the activity list that something happened, if nobody is watching.
    """
    end_fold(state, conversation)
    _add(state, conversation, LogEntry(state.next_entry_number(), kind, state.wall, "", text))
    if attention and not is_watched(state, conversation):
        conversation.attention = True


def tell_error(state: UiState, conversation: Conversation, text: str) -> None:
    """Add a line of the program's own about what did not work."""
    tell(state, conversation, text, EntryKind.ERROR, attention=True)


def tell_here(state: UiState, text: str, kind: EntryKind = EntryKind.NEWS) -> None:
    """Add a line of the program's own to the conversation on the screen."""
    tell(state, state.here, text, kind)


def note_own_text(
    state: UiState, conversation: Conversation, text: str, text_id: TextId | None
) -> None:
    """Add a text of ours; ``text_id`` is None if the node did not take it."""
    end_fold(state, conversation)
    entry = LogEntry(
        state.next_entry_number(),
        EntryKind.OURS,
        state.wall,
        clean_name(state.name),
        clean_message(text),
        mark=Mark.NONE if text_id is not None else Mark.UNSENT,
        text_id=text_id,
    )
    conversation.visited = True
    if text_id is not None:  # before the text is added: from now on the latest entries are kept
        conversation.texts_out += 1
        conversation.bytes_out += len(text.encode(errors="replace"))
    _add(state, conversation, entry)


def hear(state: UiState, conversation: Conversation, text: str, *, sender: str = "") -> list[Effect]:
    """Add a message from the peer, or from a ``sender`` who has no window; in a flood, fold it."""
    conversation.texts_in += 1
    conversation.bytes_in += len(text.encode(errors="replace"))
    if conversation.waiting:
        if len(conversation.held) < state.limits.max_held_texts:
            keep_aside(state, conversation, conversation.held, clean_message(text))
            _make_room(state)
        else:
            conversation.held_lost += 1
        return []
    if not state.plain and _is_flood(state, conversation):
        return _fold(state, conversation, text, sender)
    end_fold(state, conversation)
    sender = sender or conversation.label
    entry = LogEntry(state.next_entry_number(), EntryKind.THEIRS, state.wall, sender, clean_message(text))
    _add(state, conversation, entry)
    effects = _note_unread(state, conversation, entry)
    _tell_of_controls(state, conversation, text)
    return effects


def release_held(state: UiState, conversation: Conversation) -> None:
    """Show what a caller said while waiting."""
    for text in take_aside(state, conversation, conversation.held):
        entry = LogEntry(state.next_entry_number(), EntryKind.THEIRS, state.wall, conversation.label, text)
        _add(state, conversation, entry)
    lost, conversation.held_lost = conversation.held_lost, 0
    if lost:
        text = state.catalogue.trn("{n} further message was not kept.", "{n} further messages were not kept.", lost)
        tell_error(state, conversation, text)


def _add(state: UiState, conversation: Conversation, entry: LogEntry) -> None:
    append(state, conversation, entry)
    _make_room(state)


def _make_room(state: UiState) -> None:
    if make_room(state) and not state.told_of_dropping:
        state.told_of_dropping = True
        tell(state, state.status, state.tr("Too much was said to keep all of it: the oldest messages go."))


def _tell_of_controls(state: UiState, conversation: Conversation, text: str) -> None:
    """Say once that a peer sends characters which are made to act on terminals; they are shown as signs."""
    if conversation.controls_told or text.isprintable():
        return
    controls = sum(unicodedata.category(character) == "Cc" and character != "\t" for character in text)
    if controls:
        conversation.controls_told = True
        said = state.catalogue.trn(
            "{p} sent {n} control character.",
            "{p} sent {n} control characters.",
            controls,
            p=conversation.label,
        )
        tell(state, conversation, said)


def _note_unread(state: UiState, conversation: Conversation, entry: LogEntry) -> list[Effect]:
    watched = is_watched(state, conversation)
    if watched and not conversation.unread:
        return []
    conversation.unread += 1
    if conversation.rule is None:
        conversation.rule, conversation.rule_count = entry.number, 0
    conversation.rule_count += 1
    return [] if watched else ring(state, f"{entry.sender}: {entry.text}" if entry.sender else entry.text)


def ring(state: UiState, why: str) -> list[Effect]:
    """The bell, and a notification with ``why`` (clean) if wanted; nothing if it has just rung."""
    if not state.settings.bell and not state.settings.notify:
        return []
    if state.bell_at is not None and state.now - state.bell_at < BELL_INTERVAL_SECONDS:
        return []
    state.bell_at = state.now
    return [Bell(), Notify(why)] if state.settings.notify else [Bell()]


# Floods


def _is_flood(state: UiState, conversation: Conversation) -> bool:
    flood = conversation.flood
    if state.now - flood.second_from >= 1.0:
        flood.second_from, flood.count = state.now, 0
    flood.count += 1
    return flood.count > state.limits.flood_texts_per_second


def _fold(state: UiState, conversation: Conversation, text: str, sender: str) -> list[Effect]:
    flood = conversation.flood
    effects: list[Effect] = []
    if sender != flood.sender:
        end_fold(state, conversation)
        flood.sender = sender
    flood.hidden += 1
    if flood.hidden == 1:
        entry = LogEntry(state.next_entry_number(), EntryKind.NEWS, state.wall, "", "")
        append(state, conversation, entry, is_fresh=False)
        _tell_fold(state, conversation)
        effects = _note_unread(state, conversation, conversation.log[-1])
    elif flood.told_at != state.now:  # once a turn: thousands may come in one
        _tell_fold(state, conversation)
    if len(flood.kept) < state.limits.max_folded_texts:
        keep_aside(state, conversation, flood.kept, clean_message(text))
    _make_room(state)  # last: it may add a line, which ends the fold
    return effects


def _tell_fold(state: UiState, conversation: Conversation) -> None:
    """Write into the line of a fold how many texts it hides."""
    flood = conversation.flood
    flood.told_at = state.now
    said = state.catalogue.trn(
        "{n} message from {p} hidden. /show",
        "{n} messages from {p} hidden. /show",
        flood.hidden,
        p=flood.sender or conversation.label,
    )
    put_last(state, conversation, replace(conversation.log[-1], text=said))


def end_fold(state: UiState, conversation: Conversation) -> None:
    """Close the fold of a flood, if one is open. Call it before you add an entry."""
    flood = conversation.flood
    if not flood.hidden:
        return
    _tell_fold(state, conversation)
    folded = tuple(take_aside(state, conversation, flood.kept))
    put_last(state, conversation, replace(conversation.log[-1], folded=folded))
    state.fresh.append((conversation.number, conversation.log[-1]))
    flood.hidden = 0


def end_folds_if_due(state: UiState) -> None:
    """Close the folds of peers that have calmed down."""
    for conversation in state.conversations.values():
        if conversation.flood.hidden and state.now >= conversation.flood.second_from + FLOOD_CALM_SECONDS:
            end_fold(state, conversation)


# What became of our texts


def tell_unsent(state: UiState, conversation: Conversation, n: int) -> None:
    """Say that ``n`` messages did not leave, and where they are; without a screen there is no key to get them."""
    trn = state.catalogue.trn
    if state.plain:
        text = trn("Not sent: {n} message.", "Not sent: {n} messages.", n)
    else:
        text = trn("Not sent: {n} message kept in history (Up).", "Not sent: {n} messages kept in history (Up).", n)
    tell_error(state, conversation, text)


def mark_texts(
    state: UiState, conversation: Conversation, unsent: Collection[TextId], unconfirmed: Collection[TextId]
) -> None:
    """Mark texts that did not arrive, or may not have, and say so once."""
    marks = dict.fromkeys(unconfirmed, Mark.UNCONFIRMED) | dict.fromkeys(unsent, Mark.UNSENT)
    if not marks:
        return
    for at in range(len(conversation.log) - 1, -1, -1):
        entry = conversation.log[at]
        if entry.text_id in marks:
            conversation.log[at] = replace(entry, mark=marks[entry.text_id])
    if unsent:
        tell_unsent(state, conversation, len(unsent))
    if unconfirmed:
        say = state.catalogue.trn(
            "{n} message may not have arrived.", "{n} messages may not have arrived.", len(unconfirmed)
        )
        tell_error(state, conversation, say)
