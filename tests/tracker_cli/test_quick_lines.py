"""The quick way to a line is no other line."""

import random

import pytest

from core import (
    ClientDeparted,
    ClientListed,
    ClientRefused,
    ClientRegistered,
    DepartureReason,
    KeepReceived,
    LineIgnored,
    RefusalReason,
    TrackerEvent,
)
from tracker_cli.log_format import text_format
from tracker_cli.log_line import Level, line_of
from tracker_cli.quick_lines import quick_line

HOSTS = ("10.0.0.8", "::1", "2001:db8::7")
STAMP = "2026-03-09T14:02:11.250+00:00"
LETTERS = "aé美\"\\ \u202e\x1b\n\U000e0041"


def event_by_chance(chance: random.Random) -> TrackerEvent:
    name = "".join(chance.choices(LETTERS, k=chance.randint(1, 6)))
    number, online, host = chance.randint(1, 99999), chance.randint(0, 99), chance.choice(HOSTS)
    if chance.random() < 0.5:
        previous_name = chance.choice((None, None, name))
        return ClientRegistered(number, name, host, chance.randint(1, 65535), online, previous_name)
    reason = chance.choice((DepartureReason.END_OF_STREAM, *DepartureReason))
    said = chance.choice((name, name, None))
    return ClientDeparted(number, reason, host, said, online, chance.choice((0.0, 0.0499, 0.05, 0.051, 15.25, 1e6)))


@pytest.mark.parametrize("seed", range(4))
def test_quick_line_is_the_line_that_the_format_writes(seed: int) -> None:
    print("seed", seed)
    chance = random.Random(seed)
    quick = 0
    for _ in range(500):
        event = event_by_chance(chance)
        line = line_of(event)
        text = quick_line(event, STAMP)
        if text is not None:
            quick += 1
            assert line.level is Level.INFO
            assert text == text_format(line, STAMP)
    assert quick > 100


@pytest.mark.parametrize(
    "event",
    [
        ClientDeparted(3, DepartureReason.END_OF_STREAM, "10.0.0.8", None, 4, 15.2),
        ClientDeparted(3, DepartureReason.SHUTDOWN, "10.0.0.8", "Ana", 4, 15.2),
        ClientRegistered(17, "Eva", "10.0.0.8", 9382, 5, previous_name="Camila"),
        ClientRefused(3, RefusalReason.NAME_TAKEN, "10.0.0.8", b"USER Ana:1"),
        ClientListed(3, "Ana", 2),
        LineIgnored(3, b"x"),
        KeepReceived(3, None),
    ],
)
def test_there_is_no_quick_line_for_what_is_rare(event: TrackerEvent) -> None:
    assert quick_line(event, STAMP) is None
