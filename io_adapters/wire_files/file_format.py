"""The wire file: one line of text for each line of the wire, fields parted by tabs.

Two lines that begin with ``#`` begin each run of a program: what the file is, and the names of the
fields. ``docs/wire.md`` describes them for people.
"""

import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from core.tap import Direction, Ending, Note, Role, Taken, WireLine, escape, unescape

FORMAT_VERSION: Final = 1
FIELDS: Final = (
    "time", "connection", "local", "direction", "remote", "role", "name", "bytes", "ending", "taken", "text",
)  # fmt: skip
_MARK: Final = "# prosa wire "
HEADER: Final = f"{_MARK}{FORMAT_VERSION}\n# " + "\t".join(FIELDS)
"""Two lines, without the end of the second."""


def format_line(line: WireLine) -> str:
    """Return the line of the file, without its end; printable characters and tabs only."""
    return "\t".join(
        (
            format_time(line.wall),
            str(line.connection),
            escape(line.local.encode()),
            line.direction.value,
            escape(line.remote.encode()),
            line.role.value,
            escape(line.name.encode(errors="surrogateescape")),
            str(line.size_bytes),
            line.ending.value,
            ",".join((line.taken.value, *(note.value for note in line.notes))),
            line.text,
        )
    )


def parse_line(text: str) -> WireLine:
    """Return what ``format_line`` wrote as ``text``.

    Raises:
        ValueError: It is no such line.
    """
    fields = text.split("\t")
    if len(fields) != len(FIELDS):
        raise ValueError(f"{len(fields)} fields instead of {len(FIELDS)}")
    wall, connection, local, direction, remote, role, name, size, ending, taken, shown = fields
    kind, *notes = taken.split(",")
    return WireLine(
        wall=parse_time(wall),
        connection=int(connection),
        local=unescape(local).decode(errors="replace"),
        direction=Direction(direction),
        remote=unescape(remote).decode(errors="replace"),
        role=Role(role),
        name=unescape(name).decode(errors="replace"),
        size_bytes=int(size),
        ending=Ending(ending),
        taken=Taken(kind),
        notes=tuple(Note(note) for note in notes),
        data=unescape(shown),
    )


def read_runs(lines: Iterable[str]) -> Iterator[list[WireLine]]:
    """Yield the lines of each run of a program that wrote into a file.

    A last line that was cut, because the program was killed or the disk was full, is left out.

    Args:
        lines: Of the file, with or without their ends.

    Raises:
        ValueError: The file is no wire file, or of another version; says which line.
    """
    run: list[WireLine] | None = None
    damage: str | None = None
    for number, raw in enumerate(lines, start=1):
        text = raw.rstrip("\n")
        if text.startswith(_MARK):
            if text != f"{_MARK}{FORMAT_VERSION}":
                raise ValueError(f"line {number}: a wire file of another version: {text[len(_MARK):][:20]!r}")
            if run is not None:
                yield run
            run, damage = [], None
            continue
        if damage is not None:
            raise ValueError(damage)
        if run is None:
            raise ValueError(f"line {number}: a wire file begins with {_MARK + str(FORMAT_VERSION)!r}")
        if text.startswith("#") or not text:
            continue
        try:
            run.append(parse_line(text))
        except ValueError as error:
            damage = f"line {number}: {error}"
    if run is not None:
        yield run


def format_time(wall: float) -> str:
    """Return POSIX seconds as RFC 3339 in UTC, with milliseconds."""
    seconds, milliseconds = divmod(round(wall * 1000), 1000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{milliseconds:03d}Z"


def parse_time(text: str) -> float:
    """Return the POSIX seconds of an RFC 3339 time.

    Raises:
        ValueError: It is none, or does not say its offset.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"no offset in {text!r}")
    return moment.timestamp()
