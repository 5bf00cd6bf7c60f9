"""The file of a recorded session: one line of JSON for how it began, then one for each thing that came in.

Bytes are written as text of the same code points (Latin-1), so that what is ASCII can
be read. Times are those of the recorded program's monotonic clock, all digits of them:
a replay has to come to the same decisions.
"""

import dataclasses
import enum
import json
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from ..settings import Settings
from ..terminal.frame import Frame

FORMAT: Final = 1  # of the file; another one cannot be read

Value = str | int | float | bool | None


class Kind(enum.Enum):
    """What an entry says."""

    KEYS = "keys"
    """The terminal sent these bytes; none: it is gone."""
    SIZE = "size"
    """The terminal has so many rows and columns."""
    SIGNAL = "signal"
    """A signal of this number arrived."""
    TIMER = "timer"
    """The timer that was the n-th to be set has fired."""
    TURN = "turn"
    """A turn of the loop is over."""
    WALL = "wall"
    """POSIX time is ahead of the monotonic clock by so many seconds from now on."""
    FRAME = "frame"
    """A frame was drawn; a number that tells it from others."""
    NODE = "node"
    """The adapter reported something to the node: which method, and its arguments."""
    CONNECTION = "connection"
    """The same for the n-th connection of the node."""
    INTENT = "intent"
    """The user's intent, as the client passed it to the node; to be found again."""
    RANDOM = "random"
    """The node asked for a random number."""
    PUMP = "pump"
    """The adapter begins to do what the node wants."""
    EVENTS = "events"
    """It hands on so many events."""
    PUMPED = "pumped"
    """It has done all."""
    OWN_TRACKER = "own tracker"
    """What came of starting a tracker: true, false, or null for a fault."""
    EXHAUSTED = "exhausted"
    """No more calls can be taken, and why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that came in, or that has to be found again."""

    now: float
    kind: Kind
    values: tuple[Value, ...] = ()


class Note(Protocol):
    """Writes down one thing; see ``Tape.note``."""

    def __call__(self, now: float, kind: Kind, /, *values: Value) -> None: ...


@dataclass(frozen=True, slots=True)
class Header:
    """How a session began: all that the state was made of."""

    version: str
    """Of the program."""
    name: str
    language: str
    settings: Settings
    log: tuple[tuple[str, float, str], ...]
    """What stood in the status window: kind, POSIX time, text."""
    tracker: tuple[str, int]
    tracker_address: str
    """As shown."""
    runs_tracker: bool | None
    """None: never."""
    listening: tuple[str, int]
    node_now: float
    """When the node was made."""
    now: float
    wall: float
    """POSIX time at ``now``."""
    utc_offset_seconds: int
    escape_seconds: float
    logging: bool
    transcript_folder: str
    config_file: str
    old_history: dict[str, list[str]]


class SessionFault(Exception):
    """A file is no recorded session, or cannot be read as one."""


class Tape:
    """Writes a session; ``flush`` at the end of each turn, so that a crash loses nothing."""

    def __init__(self, fd: int) -> None:
        """Take over an open descriptor; nothing is written before ``begin``."""
        self._fd: Final = fd
        self._lines: list[str] = []
        self._has_begun = False
        self.fault: OSError | None = None
        """Why nothing is written any more."""

    def begin(self, header: Header) -> None:
        """Write how it began, in front of all that was noted before."""
        self._lines.insert(0, _line({"prosa session": FORMAT, **dataclasses.asdict(header)}))
        self._has_begun = True

    def note(self, now: float, kind: Kind, /, *values: Value) -> None:
        """Write down one thing."""
        self._lines.append(_line([now, kind.value, *values]))

    def flush(self) -> None:
        """Bring what was noted into the file."""
        if not self._has_begun or not self._lines or self.fault is not None:
            return
        data = "".join(self._lines).encode("ascii")
        self._lines.clear()
        try:
            while data:
                data = data[os.write(self._fd, data) :]
        except OSError as fault:
            self.fault = fault

    def close(self) -> None:
        """Write the rest and close the file."""
        self.flush()
        os.close(self._fd)


def frame_number(frame: Frame) -> int:
    """A number that differs when a frame does."""
    number = zlib.crc32(f"{frame.cursor} {frame.title}".encode(errors="surrogatepass"))
    for line in frame.lines:
        for span in line:
            look = f"{span.role.name} {span.hue} {span.text}\n"
            number = zlib.crc32(look.encode(errors="surrogatepass"), number)
    return number


def create_session_file(path: Path) -> int:
    """A descriptor of a new file that its owner alone can read.

    Raises:
        OSError: It cannot be; a file that is there already is never overwritten.
    """
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)


def read_session(path: Path) -> tuple[Header, Iterator[Entry]]:
    """How a session began, and what came in.

    A last line without its end, as a crash may leave it, is not there.

    Raises:
        OSError: The file cannot be read.
        SessionFault: It is no session; also while the entries are taken.
    """
    lines = path.read_bytes().split(b"\n")[:-1]
    if not lines:
        raise SessionFault(f"{path} is empty")
    return _read_header(lines[0]), (_read_entry(line, number) for number, line in enumerate(lines[1:], 2))


def _line(value: object) -> str:
    return json.dumps(value, separators=(",", ":")) + "\n"


def _read_header(line: bytes) -> Header:
    try:
        fields: dict[str, Any] = json.loads(line)  # Any: as it comes from the file
        found = fields.pop("prosa session", None)
        if found != FORMAT:
            raise SessionFault(f"this is no recorded session of format {FORMAT}")
        return Header(
            **fields
            | {
                "settings": Settings(**fields["settings"]),
                "log": tuple((kind, wall, text) for kind, wall, text in fields["log"]),
                "tracker": tuple(fields["tracker"]),
                "listening": tuple(fields["listening"]),
            }
        )
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise SessionFault(f"line 1 is not how a session begins: {fault}") from fault


def _read_entry(line: bytes, number: int) -> Entry:
    try:
        now, kind, *values = json.loads(line)
        return Entry(float(now), Kind(kind), tuple(values))
    except (ValueError, TypeError) as fault:
        raise SessionFault(f"line {number} is no entry: {fault}") from fault
