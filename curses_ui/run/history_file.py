"""What the user typed, kept in a file from one session to the next if the user wants it.

A line of the file is the peer's name, TAB, and what was typed; in both,
backslash, TAB and line ends are escaped.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from ..line.history import HISTORY_ENTRIES
from .private_files import append_private, make_private_folder

MAX_FILE_BYTES: Final = 8 * 1024 * 1024  # beyond it the file is not ours, or is broken
MAX_NAMES: Final = 500  # the names used last are kept

_ESCAPES: Final = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_UNESCAPES: Final = {escaped[1]: plain for plain, escaped in _ESCAPES.items()}


def format_history(entries: Mapping[str, Sequence[str]]) -> str:
    """The content of the file for the entries of each name, oldest first."""
    return "".join(f"{_escape(name)}\t{_escape(entry)}\n" for name, rows in entries.items() for entry in rows)


def parse_history(text: str) -> dict[str, list[str]]:
    """The entries of each name, oldest first; lines that make no sense are left out."""
    entries: dict[str, list[str]] = {}
    for line in text.split("\n"):
        name, tab, entry = line.partition("\t")
        if tab and entry:
            entries.setdefault(_unescape(name), []).append(_unescape(entry))
    return {name: rows[-HISTORY_ENTRIES:] for name, rows in entries.items()}


def _escape(text: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in text)


def _unescape(text: str) -> str:
    characters = iter(text)
    # A backslash before anything else than it is ever put before stands for nothing.
    return "".join(_UNESCAPES.get(next(characters, ""), "") if c == "\\" else c for c in characters)


def load_history(path: Path) -> dict[str, list[str]]:
    """Read the file; one that is not there gives nothing.

    Raises:
        OSError: It cannot be read.
    """
    try:
        with path.open("rb") as file:
            return parse_history(file.read(MAX_FILE_BYTES).decode(errors="replace"))
    except FileNotFoundError:
        return {}


def save_history(path: Path, entries: Mapping[str, Sequence[str]]) -> None:
    """Put the entries of some names into the file, in place of theirs; those of other names stay.

    The file is replaced as a whole: whoever reads it meanwhile reads the old one.

    Raises:
        OSError: It cannot be written.
    """
    kept = load_history(path)
    for name, rows in entries.items():
        kept.pop(name, None)
        kept[name] = list(rows)
    names = list(kept)[-MAX_NAMES:]
    make_private_folder(path.parent)
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    beside.unlink(missing_ok=True)
    append_private(beside, format_history({name: kept[name] for name in names}))
    beside.replace(path)
