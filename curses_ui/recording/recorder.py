"""The file of a recorded session: how it began, then every input of the client, one line of JSON each.

The first line holds the fields of ``Beginning``. A line after it is ``[now, input,
values ...]``: the call of a method of ``Client`` or ``ClientConnection``, bytes written
as text of the same code points (Latin-1). Between them stands ``shown``, with a number
that tells what was shown then from anything else.
"""

import dataclasses
import enum
import json
import math
import os
import stat
import types
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args, get_origin

from core import VERSION, Limits
from io_adapters import NO_WAIT_FLAGS, PRIVATE_FILE_FLAGS

from ..client import INPUTS, Value
from ..i18n import LANGUAGES
from ..settings import SETTINGS, setting_text
from ..state.beginning import Beginning
from ..state.limits import ClientLimits
from ..terminal.frame import Frame, Role, Span

FORMAT: Final = 3  # of the file; another one cannot be read
SHOWN: Final = "shown"
MAX_ROWS: Final = 1000
MAX_COLUMNS: Final = 4000
MAX_WALL: Final = 1e11  # POSIX time, some thousand years from now
MAX_NOW: Final = 1e10
MAX_ENTRY_BYTES: Final = 16 * 1024 * 1024  # a paste of a megabyte takes a third of it

_KINDS: Final[Mapping[str, tuple[type, ...]]] = {**INPUTS, SHOWN: (int,)}


class RecordingFault(Exception):
    """A file is no recorded session, or is damaged."""


@dataclass(frozen=True, slots=True)
class Header:
    """The first line."""

    version: str
    """Of the program that recorded."""
    unicode: str
    """The version of its tables: others give other widths, and so other frames."""
    beginning: Beginning


@dataclass(frozen=True, slots=True)
class Entry:
    """A further line: an input, or the number of what was shown."""

    now: float
    kind: str
    values: tuple[Value, ...]


# Writing


class Recorder:
    """Writes a session into a new file that its owner alone can read."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Create the file.

        Raises:
            OSError: It cannot be created; a file that is there already is never overwritten.
        """
        self.path: Final = os.fspath(path)
        self._fd: Final = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | PRIVATE_FILE_FLAGS, 0o600)
        self._lines: list[str] = []
        self._has_failed = False

    def begin(self, beginning: Beginning) -> None:
        """Write how the session begins; before everything else."""
        header = {"prosa recording": FORMAT, "version": VERSION, "unicode": unicodedata.unidata_version}
        self._lines.append(_line(header | {"beginning": beginning}))

    def note(self, now: float, kind: str, values: Sequence[Value]) -> None:
        """Write down an input; see ``client.Note``."""
        if not self._has_failed:
            self._lines.append(_line([now, kind, *values]))

    def note_frame(self, now: float, frame: Frame) -> None:
        """Write down that a frame was shown."""
        self.note(now, SHOWN, [frame_number(frame)])

    def note_lines(self, now: float, lines: Iterable[str]) -> None:
        """The same without a screen."""
        self.note_frame(now, page(lines))

    def flush(self) -> OSError | None:
        """Bring everything into the file, at the end of a turn; return once why that cannot be, if so."""
        data = "".join(self._lines).encode("ascii")
        self._lines.clear()
        try:
            while data:
                data = data[os.write(self._fd, data) :]
        except OSError as fault:
            self._has_failed = True
            return fault
        return None

    def close(self) -> None:
        """Write the rest and close the file."""
        self.flush()
        os.close(self._fd)


def frame_number(frame: Frame) -> int:
    """A number that differs when a frame does."""
    spans = (f"{span.role.name} {span.hue} {span.text}" for line in frame.lines for span in line)
    return zlib.crc32("\n".join([f"{frame.cursor} {frame.title}", *spans]).encode(errors="surrogatepass"))


def page(lines: Iterable[str]) -> Frame:
    """Lines that were written without a screen, as a frame."""
    return Frame(tuple((Span(line, Role.TEXT),) for line in lines), None, "")


def _line(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), default=_as_json) + "\n"


def _as_json(value: object) -> object:
    """What JSON has for a value that it does not know."""
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, enum.Enum):
        return value.name
    assert dataclasses.is_dataclass(value) and not isinstance(value, type)
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}


# Reading


def read_recording(path: str | os.PathLike[str]) -> tuple[Header, Iterator[Entry]]:
    """How a session began, and its entries; a last line without its end, as a crash leaves it, is not there.

    Raises:
        OSError: The file cannot be read.
        RecordingFault: It is no recording; also while the entries are taken.
    """
    fd = os.open(path, os.O_RDONLY | NO_WAIT_FLAGS)  # does not wait for the writer of a pipe
    with open(fd, "rb") as file:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise RecordingFault("not a file")
        lines = file.read().split(b"\n")[:-1]
    if not lines:
        raise RecordingFault("it is no recording: it has no whole line")
    return _read_header(lines[0]), (_read_entry(line, number) for number, line in enumerate(lines[1:], 2))


def _read_header(line: bytes) -> Header:
    try:
        fields = _parse(line)
        if not isinstance(fields, dict) or fields.pop("prosa recording", None) != FORMAT:
            raise RecordingFault(f"it is no recording of format {FORMAT}")
        header: Header = _fitted(fields, Header)
        _check(header.beginning)
    except ValueError as fault:
        raise RecordingFault(f"line 1 is not how a session begins: {fault}") from None
    return header


def _read_entry(line: bytes, number: int) -> Entry:
    try:
        row = _parse(line)
        if not isinstance(row, list) or len(row) < 2 or not isinstance(row[1], str) or row[1] not in _KINDS:
            raise ValueError("it names no input")
        now, kind, *values = row
        kinds = _KINDS[kind]
        if len(values) != len(kinds):
            raise ValueError(f"{kind} has {len(kinds)} values")
        entry = Entry(_fitted(now, float), kind, tuple(map(_fitted, values, kinds)))
        _check_entry(entry)
    except ValueError as fault:
        raise RecordingFault(f"line {number} is no entry: {fault}") from None
    return entry


def _parse(line: bytes) -> object:
    """What a line says in JSON; ValueError for everything that it can be instead."""
    if len(line) > MAX_ENTRY_BYTES:
        raise ValueError("it is too long")
    try:
        found: object = json.loads(line)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return found


def _fitted(value: object, kind: Any) -> Any:
    """The value that JSON has for one of this kind. Any: it is of that kind, whichever it is.

    Raises:
        ValueError: It is of another.
    """
    origin, arguments = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        known = {field.name: field.type for field in dataclasses.fields(kind)}
        if isinstance(value, dict) and value.keys() <= known.keys():
            try:
                return kind(**{name: _fitted(part, known[name]) for name, part in value.items()})
            except TypeError:
                pass  # a field is missing
    elif origin is types.UnionType:
        return None if value is None else _fitted(value, arguments[0])
    elif origin is tuple and isinstance(value, list):
        if arguments[-1] is ...:
            return tuple(_fitted(part, arguments[0]) for part in value)
        if len(value) == len(arguments):
            return tuple(map(_fitted, value, arguments))
    elif origin is not None and isinstance(value, dict):
        return {_fitted(name, arguments[0]): _fitted(part, arguments[1]) for name, part in value.items()}
    elif isinstance(kind, type) and issubclass(kind, enum.Enum):
        if isinstance(value, str) and value in kind.__members__:
            return kind[value]
    elif kind is bytes and isinstance(value, str):
        return value.encode("latin-1")  # UnicodeEncodeError is a ValueError
    elif kind is float and type(value) is int and abs(value) < MAX_WALL:
        return float(value)
    elif kind is float and isinstance(value, float) and not math.isfinite(value):
        pass
    elif type(value) is kind:
        return value
    raise ValueError(f"{str(value)[:80]!r} is not {getattr(kind, '__name__', kind)}")


def _check(beginning: Beginning) -> None:
    """ValueError for what fits its kind, and with which no session begins."""
    settings = beginning.settings
    try:
        b"x".decode(beginning.encoding)
    except LookupError:
        raise ValueError("encoding") from None
    wrong = (
        beginning.language not in LANGUAGES and "language",
        not 0.0 <= beginning.now <= MAX_NOW and "now",
        not 0.0 <= beginning.wall <= MAX_WALL and "wall",
        not 0.0 <= beginning.escape_seconds <= 10.0 and "escape_seconds",
        not beginning.tracker[0].isprintable() and "tracker",
        any("\ud800" <= c <= "\udfff" or c == "\n" for c in "".join(beginning.commands)) and "commands",
        *(SETTINGS[key].parse(setting_text(settings, key)) is None and f"settings: {key}" for key in SETTINGS),
        *_too_small("limits", beginning.limits),
        *_too_small("client_limits", beginning.client_limits),
    )
    for field in wrong:
        if field:
            raise ValueError(field)


def _too_small(what: str, limits: Limits | ClientLimits) -> Iterator[str]:
    for name, value in dataclasses.asdict(limits).items():
        if value < 1:
            yield f"{what}: {name}"


def _check_entry(entry: Entry) -> None:
    match entry.kind, entry.values:
        case "resize", (int(rows), int(columns)) if not (rows <= MAX_ROWS and columns <= MAX_COLUMNS):
            raise ValueError("no screen is so large")
        case "set_clock", (float(wall), _) if not 0.0 <= wall <= MAX_WALL:
            raise ValueError("no clock shows that")
    if not 0.0 <= entry.now <= MAX_NOW:
        raise ValueError("no clock shows that")
