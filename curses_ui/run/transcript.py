"""Conversations written to files, one per peer; off unless the user switches it on.

``transcript_line`` is pure; ``TranscriptFolder`` is the thin part that owns files.
Nobody else on the machine can read them: 0600 in folders of 0700.
"""

import hashlib
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

from ..state.conversation import EntryKind, LogEntry
from ..state.journal import tell_error
from ..state.model import UiState
from ..text.clean import clean_message
from .private_files import append_private, make_private_folder

MAX_FILE_NAME_BYTES: Final = 100  # well under every file system's 255, with room for a date and a suffix
_DIGEST_CHARACTERS: Final = 16
_SAFE_IN_FILE_NAMES: Final = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")


def transcript_line(at: datetime, name: str, text: str) -> str:
    """One line: RFC 3339 time, TAB, who, TAB, what; nobody is the program itself.

    A clean text holds no tab and no line end; if one came here nevertheless, it
    would forge a field or a line, and becomes a space.

    Args:
        at: When, in the user's time of day.
        name: Who spoke, clean; empty for news of the program.
        text: What was said, clean.
    """
    return f"{rfc3339(at)}\t{_field(name)}\t{_field(text)}\n"


def rfc3339(local: datetime) -> str:
    """A local time with its distance from UTC, to the second."""
    return local.isoformat(timespec="seconds")


def _field(text: str) -> str:
    return " ".join(text.translate(_TABS).splitlines())


_TABS: Final = {ord("\t"): " "}


class TranscriptFolder:
    """The folder of the transcripts.

    A file is opened for each write: nothing is held open while a peer is silent,
    and a file that was moved away begins anew.
    """

    def __init__(self, path: Path) -> None:
        self.path: Final = path

    def file_of(self, peer: str) -> Path:
        """Where the conversation with a peer is written."""
        return self.path / f"{safe_file_name(peer)}.log"

    def write(self, peer: str, lines: Iterable[str]) -> None:
        """Append lines to the transcript of a peer.

        Args:
            peer: The label of the conversation.
            lines: As ``transcript_line`` makes them.

        Raises:
            OSError: They cannot be written; ``filename`` says where.
        """
        make_private_folder(self.path)
        append_private(self.file_of(peer), "".join(lines))


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


# What is said, as it is said


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
    at = state.local_clock.at(entry.wall)
    said = entry.text.split("\n") if entry.kind in (EntryKind.NEWS, EntryKind.ERROR) else [entry.text]
    for text in said:
        yield transcript_line(at, entry.sender, text)
    for text in entry.folded:  # of a flood: hidden on the screen, not here
        yield transcript_line(at, label, text)
