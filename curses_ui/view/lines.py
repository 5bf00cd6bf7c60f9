"""Entries of a log as lines of text: for a client without a screen, and for transcripts."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from ..state.conversation import Conversation, EntryKind, LogEntry
from ..state.model import UiState
from .glyphs import glyphs_for

_SIGNS: Final = {EntryKind.NEWS: "* ", EntryKind.ERROR: "! "}
_TABS: Final = {ord("\t"): " "}


def plain_lines(state: UiState, entry: LogEntry) -> list[str]:
    """The lines of an entry without a screen; none for our own texts, which were seen as they were typed.

    A text from a peer is ``<NAME> TEXT``; news of the program begin with ``* ``, errors with ``! ``.
    """
    glyphs = glyphs_for(state.settings.ascii)
    text = glyphs.text(entry.text)
    match entry.kind:
        case EntryKind.THEIRS:
            return [f"<{glyphs.text(entry.sender)}> {text}"]
        case EntryKind.OURS:
            return []
        case EntryKind.WIRE:
            return [f"{state.clock(entry.wall, '%H:%M:%S')} {glyphs.text(entry.sender)} {text}"]
        case EntryKind.NEWS | EntryKind.ERROR:
            return [_SIGNS[entry.kind] + row for row in text.split("\n")]


def lost_lines(state: UiState, count: int) -> str:
    """The line that stands for lines which were not written."""
    said = state.catalogue.trn(
        "{n} line was lost: its reader is too slow.", "{n} lines were lost: their reader is too slow.", count
    )
    return _SIGNS[EntryKind.ERROR] + said


def transcript_lines(state: UiState, conversation: Conversation, entry: LogEntry) -> Iterator[str]:
    """The lines of an entry in the transcript of its conversation, with those that a flood hides on the screen."""
    at = state.local_clock.at(entry.wall)
    said = entry.text.split("\n") if entry.kind in _SIGNS else [entry.text]
    for text in said:
        yield transcript_line(at, entry.sender, text)
    for text in entry.folded:
        yield transcript_line(at, conversation.label, text)


def transcript_line(at: datetime, name: str, text: str) -> str:
    """One line: RFC 3339 time, TAB, who, TAB, what; nobody is the program itself.

    A clean text holds no tab and no line end; if one came here nevertheless, it
    would forge a field or a line, and becomes a space.

    Args:
        at: When, in the user's time of day.
        name: Who spoke, clean; empty for news of the program.
        text: What was said, clean.
    """
    return f"{at.isoformat(timespec='seconds')}\t{_field(name)}\t{_field(text)}\n"


def _field(text: str) -> str:
    return " ".join(text.translate(_TABS).splitlines())
