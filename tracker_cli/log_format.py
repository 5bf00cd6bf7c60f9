"""Log lines as text for people and as JSON for programs; both make hostile text harmless."""

import json
import time
from collections.abc import Callable
from typing import Final

from .log_line import Bare, Level, LogLine, Value

Format = Callable[[LogLine, str], str]
"""Writes a line, without its end, given its time; an empty time is omitted: journald adds its own."""

_LEVEL_NAMES: Final = {level: level.name.lower() for level in Level}


class Stamps:
    """RFC 3339 times with milliseconds and the zone; the date, hour, minute and second are made once a second."""

    def __init__(self) -> None:
        self._second = -1
        self._date_and_time = ""
        self._zone = ""

    def text(self, wall_seconds: float) -> str:
        """Return the time as text, given in seconds of the wall clock."""
        second = int(wall_seconds)
        if second != self._second:
            local = time.localtime(second)
            minutes = local.tm_gmtoff // 60
            self._date_and_time = time.strftime("%Y-%m-%dT%H:%M:%S", local)
            self._zone = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
            self._second = second
        return f"{self._date_and_time}.{int((wall_seconds - second) * 1000):03}{self._zone}"


def text_format(line: LogLine, stamp: str) -> str:
    """``TIME LEVEL EVENT KEY=VALUE…``"""
    words = [stamp] if stamp else []
    words += (_LEVEL_NAMES[line.level], line.event)
    words += [f"{key}={_TEXT_OF_TYPE[type(value)](value)}" for key, value in line.fields]
    return " ".join(words)


def json_format(line: LogLine, stamp: str) -> str:
    """One object a line: ``time``, ``level``, ``event``, then the values."""
    members: dict[str, Value] = {"time": stamp} if stamp else {}
    members |= {"level": _LEVEL_NAMES[line.level], "event": line.event}
    members |= {key: _json_value(value) for key, value in line.fields}
    return json.dumps(members)  # in ASCII, with an escape for every other character


def quote(text: str | bytes) -> str:
    """Return the text in quotes, with an escape for each character that is not visible; unambiguous."""
    if isinstance(text, bytes):
        text = text.decode(errors="surrogateescape")
    if text.isalnum():  # most names are
        return f'"{text}"'
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return f'"{"".join(map(_escape, text))}"'


def _escape(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is no UTF-8
        return f"\\x{code - 0xDC00:02x}"
    if code <= 0xFF:
        return f"\\u{code:04x}" if code >= 0x80 else f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


# A table: a match would take a third of the time of a whole line.
_TEXT_OF_TYPE: Final[dict[type[Value], Callable[..., str]]] = {
    bool: lambda value: "yes" if value else "no",
    int: str,
    float: "{:.1f}s".format,
    Bare: str,
    str: quote,
    bytes: quote,
}


def _json_value(value: Value) -> Value:
    match value:
        case float():
            return round(value, 3)
        case bytes():
            return quote(value)[1:-1]
        case _:
            return value
