"""What the user typed, kept in a file from one session to the next if the user wants it.

A line of the file is the peer's name, TAB, and what was typed; in both,
backslash, TAB and line ends are escaped.
"""

import os
from collections.abc import Mapping, Sequence
from typing import Final

from ..line.history import HISTORY_ENTRIES
from .private_files import StrPath, append_private, make_private_folder, replace_private

MAX_HISTORY_BYTES: Final = 8 * 1024 * 1024  # beyond it the file is not ours, or is broken
MAX_GROWN_BYTES: Final = 1024 * 1024  # beyond it, what is not read any more is dropped
MAX_NAMES: Final = 500  # the names used last are kept

_ESCAPES: Final = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_UNESCAPES: Final = {escaped[1]: plain for plain, escaped in _ESCAPES.items()}


def format_history(entries: Mapping[str, Sequence[str]]) -> str:
    """The content of the file for the entries of each name, oldest first."""
    return "".join(f"{_escape(name)}\t{_escape(entry)}\n" for name, rows in entries.items() for entry in rows)


def parse_history(text: str) -> dict[str, list[str]]:
    """The entries of each name, oldest first, for the names used last; lines that make no sense are left out."""
    entries: dict[str, list[str]] = {}
    for line in text.split("\n"):
        name, tab, entry = line.partition("\t")
        if tab and entry:
            rows = entries.pop(_unescape(name), [])
            entries[_unescape(name)] = [*rows[-HISTORY_ENTRIES + 1 :], _unescape(entry)]
    return dict(list(entries.items())[-MAX_NAMES:])


def _escape(text: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in text)


def _unescape(text: str) -> str:
    characters = iter(text)
    # A backslash before anything else than it is ever put before stands for nothing.
    return "".join(_UNESCAPES.get(next(characters, ""), "") if c == "\\" else c for c in characters)


def load_history(path: StrPath) -> dict[str, list[str]]:
    """Read the file; one that is not there gives nothing.

    Raises:
        OSError: It cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return parse_history(file.read(MAX_HISTORY_BYTES).decode(errors="replace"))
    except FileNotFoundError:
        return {}


def add_history(path: StrPath, before: Mapping[str, Sequence[str]], after: Mapping[str, Sequence[str]]) -> None:
    """Add to the file what was typed in a session.

    One write at the end of the file adds it, so two clients of one home add to what the
    other has written. A file that has grown large is replaced as a whole, with the entries
    that are read from it.

    Args:
        path: The file.
        before: The entries of each name when the session began.
        after: The same at its end.

    Raises:
        OSError: It cannot be written.
    """
    typed = {name: _new_entries(before.get(name, ()), rows) for name, rows in after.items()}
    make_private_folder(os.path.dirname(path))
    append_private(path, format_history(typed))
    if os.stat(path).st_size > MAX_GROWN_BYTES:
        replace_private(path, format_history(load_history(path)))


def _new_entries(before: Sequence[str], after: Sequence[str]) -> Sequence[str]:
    """What was added: the oldest entries may be gone."""
    for kept in range(min(len(before), len(after)), 0, -1):
        if list(before[-kept:]) == list(after[:kept]):
            return after[kept:]
    return after
