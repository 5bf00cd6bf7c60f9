"""Log lines as text for people and as JSON for programs; nothing hostile passes either of them."""

import json
import time
from collections.abc import Callable
from typing import Final

from .log_line import LogLine, Value

Format = Callable[[LogLine, float], str]
"""Writes a line, without its end, given the time in seconds of the wall clock."""

_BARE_KEYS: Final = frozenset({"addr", "host", "pid", "version"})  # texts of ours that need no quotes


class _Clock:
    """RFC 3339 times with milliseconds and the zone; the part that lasts a second is made once a second."""

    def __init__(self) -> None:
        self._second = -1
        self._text = ""
        self._zone = ""

    def text(self, wall_seconds: float) -> str:
        second = int(wall_seconds)
        if second != self._second:
            local = time.localtime(second)
            minutes = local.tm_gmtoff // 60
            self._text = time.strftime("%Y-%m-%dT%H:%M:%S", local)
            self._zone = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
            self._second = second
        return f"{self._text}.{int((wall_seconds - second) * 1000):03}{self._zone}"


def text_format(*, timed: bool) -> Format:
    """``TIME LEVEL EVENT KEY=VALUE…``, without the time where whoever collects the lines adds it."""
    clock = _Clock()

    def write(line: LogLine, wall_seconds: float) -> str:
        fields = "".join(f" {key}={_text_value(key, value)}" for key, value in line.fields)
        head = f"{clock.text(wall_seconds)} " if timed else ""
        return f"{head}{line.level.name.lower()} {line.event}{fields}"

    return write


def json_format(*, timed: bool) -> Format:
    """One object a line: ``time``, ``level``, ``event``, then the values."""
    clock = _Clock()

    def write(line: LogLine, wall_seconds: float) -> str:
        members: dict[str, Value] = {"time": clock.text(wall_seconds)} if timed else {}
        members |= {"level": line.level.name.lower(), "event": line.event}
        members |= {key: _json_value(value) for key, value in line.fields}
        return json.dumps(members)  # in ASCII: every other character is escaped

    return write


def quote(text: str | bytes) -> str:
    """The text in quotes, with an escape for whatever is not a visible character; unambiguous."""
    if isinstance(text, bytes):
        text = text.decode(errors="surrogateescape")
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


def _text_value(key: str, value: Value) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case int():
            return str(value)
        case float():
            return f"{value:.1f}s"
        case str() if key in _BARE_KEYS:
            return value
        case _:
            return quote(value)


def _json_value(value: Value) -> Value:
    match value:
        case float():
            return round(value, 3)
        case bytes():
            return quote(value)[1:-1]
        case _:
            return value
