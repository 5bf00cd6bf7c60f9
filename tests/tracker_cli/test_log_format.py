"""Log lines as text and as JSON: nothing that a client sends reaches a terminal as it is."""

import json
import random
import re
import time
import unicodedata
from collections.abc import Iterator
from datetime import datetime

import pytest

from tracker_cli.log_format import Stamps, json_format, quote, text_format
from tracker_cli.log_line import Bare, Level, LogLine


@pytest.fixture
def brasilia() -> Iterator[None]:
    """Three hours behind UTC."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "<-03>3")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(
    "text, quoted",
    [
        ("Ana", '"Ana"'),
        ("ana julia", '"ana julia"'),
        ("José 美咲", '"José 美咲"'),
        ('a"b\\c', r'"a\"b\\c"'),
        ("\x1b[2J", r'"\x1b[2J"'),
        ("\x00\x07\r\n\t\x7f", r'"\x00\x07\x0d\x0a\x09\x7f"'),
        ("\x9b\x85", r'"\u009b\u0085"'),
        ("\u202e\u2028\u200b\ufeff", r'"\u202e\u2028\u200b\ufeff"'),
        ("\U000e0041", r'"\U000e0041"'),
        (b"Ana", '"Ana"'),
        ("José".encode(), '"José"'),
        (b"\x9b31m\xff\xed\xa0\x80", r'"\x9b31m\xff\xed\xa0\x80"'),
        (b"\\xff", r'"\\xff"'),
        (b"", '""'),
    ],
)
def test_quote_leaves_visible_characters_and_escapes_the_rest(text: str | bytes, quoted: str) -> None:
    assert quote(text) == quoted


@pytest.mark.parametrize("seed", range(5))
def test_quote_lets_nothing_hostile_pass_and_keeps_texts_apart(seed: int) -> None:
    print("seed", seed)
    chance = random.Random(seed)
    seen: dict[str, bytes] = {}
    for _ in range(2000):
        data = bytes(chance.choices(range(256), k=chance.randint(0, 6)))
        quoted = quote(data)
        assert all(unicodedata.category(c)[0] != "C" and c not in "\u2028\u2029" for c in quoted)
        assert re.fullmatch(r'"(?:[^"\\]|\\.)*"', quoted)
        assert seen.setdefault(quoted, data) == data


def test_text_has_time_with_milliseconds_and_zone_then_level_event_and_values(brasilia: None) -> None:
    stamps = Stamps()
    fields = (("name", "Camila"), ("addr", Bare("10.0.0.8:9382")), ("conn", 17))
    line = LogLine(Level.INFO, "register", fields)
    expected = '-03:00 info register name="Camila" addr=10.0.0.8:9382 conn=17'
    for seconds, time_of_day in (
        (1795366867.1239, "14:01:07.123"),
        (1795366867.9999, "14:01:07.999"),
        (1795366868.0, "14:01:08.000"),
    ):
        assert text_format(line, stamps.text(seconds)) == f"2026-11-22T{time_of_day}{expected}"


def test_text_writes_every_kind_of_value() -> None:
    numbers = (("found", True), ("lost", False), ("conn", 3), ("idle", 15.24))
    fields = (*numbers, ("line", b"\xff"), ("name", "é"))
    assert text_format(LogLine(Level.WARN, "x", fields), "") == (
        r'warn x found=yes lost=no conn=3 idle=15.2s line="\xff" name="é"'
    )


def test_json_is_one_object_in_ascii_with_the_same_order(brasilia: None) -> None:
    fields = (("name", "é\u202e\n"), ("line", b'\xff"'), ("found", True), ("conn", 3), ("idle", 15.24159))
    text = json_format(LogLine(Level.ERROR, "x", fields), Stamps().text(1795366867.25))
    assert text.isascii() and "\n" not in text
    found = json.loads(text)
    assert found == {
        "time": "2026-11-22T14:01:07.250-03:00",
        "level": "error",
        "event": "x",
        "name": "é\u202e\n",
        "line": r"\xff\"",
        "found": True,
        "conn": 3,
        "idle": 15.242,
    }
    assert list(found) == ["time", "level", "event", "name", "line", "found", "conn", "idle"]
    assert datetime.fromisoformat(found["time"]).timestamp() == 1795366867.25


def test_json_leaves_the_time_to_the_collector_when_told_to() -> None:
    assert json_format(LogLine(Level.INFO, "x"), "") == '{"level": "info", "event": "x"}'
