"""Writes what is said into transcripts while the user wants it; a fault is said once and the chat goes on."""

import os
from collections.abc import Iterable

from ..state.conversation import EntryKind, LogEntry
from ..state.journal import tell_error
from ..state.model import UiState
from ..text.clean import clean_message
from .transcript import TranscriptFolder, transcript_line


def record(state: UiState, folder: TranscriptFolder, entries: Iterable[tuple[int, LogEntry]]) -> None:
    """Append fresh entries to the transcripts of their conversations.

    The first fault is told in the conversation that it is about, and switches
    the transcripts off.

    Args:
        state: Changed only by a fault.
        folder: Where the transcripts are.
        entries: As ``state.take_fresh`` hands them out.
    """
    lines: dict[int, list[str]] = {}
    for number, entry in entries:
        conversation = state.conversations.get(number)
        if conversation is not None and conversation.chat is not None:
            lines.setdefault(number, []).extend(_lines(state, conversation.label, entry))
    for number, rows in lines.items():
        conversation = state.conversations[number]
        try:
            folder.write(conversation.label, rows)
        except OSError as error:
            path = clean_message(os.fsdecode(error.filename or folder.file_of(conversation.label)))
            why = clean_message(error.strerror or str(error))
            state.logging = False
            tell_error(
                state, conversation, state.tr("Cannot write {path}: {why}. Logging off.", path=path, why=why)
            )
            return


def _lines(state: UiState, label: str, entry: LogEntry) -> Iterable[str]:
    said = entry.text.split("\n") if entry.kind in (EntryKind.NEWS, EntryKind.ERROR) else [entry.text]
    for text in said:
        yield transcript_line(entry.wall, entry.sender, text, state.local_time)
    for text in entry.folded:  # of a flood: hidden on the screen, not here
        yield transcript_line(entry.wall, label, text, state.local_time)
