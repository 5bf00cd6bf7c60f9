"""What the log says of each event."""

import pytest

from core import (
    AddressAsked,
    AddressAskedRepeatedly,
    ClientDeparted,
    ClientListed,
    ClientRefused,
    ClientRegistered,
    DepartureReason,
    KeepReceived,
    LineIgnored,
    RefusalReason,
    TrackerEvent,
    UserStatus,
)
from tracker_cli.log_format import text_format
from tracker_cli.log_line import LogLine, line_of, table_line


def shown(line: LogLine) -> str:
    return text_format(line, "")


@pytest.mark.parametrize(
    "event, text",
    [
        (
            ClientRegistered(17, "Camila", "10.0.0.8", 9382, 5),
            'info register name="Camila" addr=10.0.0.8:9382 conn=17 online=5',
        ),
        (
            ClientRegistered(17, "Eva", "2001:db8::7", 9382, 5, previous_name="Camila"),
            'info register name="Eva" addr=[2001:db8::7]:9382 conn=17 was="Camila" online=5',
        ),
        (
            ClientRefused(3, RefusalReason.NAME_TAKEN, "10.0.0.8", b"USER Ana:1"),
            'info refuse reason="name taken" host=10.0.0.8 line="USER Ana:1" conn=3',
        ),
        (
            ClientRefused(3, RefusalReason.BAD_USER, "10.0.0.8", b"USER \x1b[2J\xff:1"),
            r'info refuse reason="bad user" host=10.0.0.8 line="USER \x1b[2J\xff:1" conn=3',
        ),
        (
            ClientRefused(3, RefusalReason.TOO_MANY_CLIENTS, "10.0.0.8", b""),
            'info limit reason="too many clients" host=10.0.0.8 conn=3',
        ),
        (
            ClientRefused(3, RefusalReason.TOO_MANY_FROM_HOST, "10.0.0.8", b""),
            'info limit reason="too many from host" host=10.0.0.8 conn=3',
        ),
        (LineIgnored(3, b"GET /\r"), r'info bad-line line="GET /\x0d" conn=3'),
        (ClientListed(3, "Ana", 2), 'debug list name="Ana" conn=3 online=2'),
        (AddressAsked(3, "Ana", "Eva", True), 'debug addr name="Ana" asked="Eva" found=yes conn=3'),
        (AddressAsked(3, "Ana", "Eva", False), 'debug addr name="Ana" asked="Eva" found=no conn=3'),
        (
            AddressAskedRepeatedly(3, "Ana", "Eva"),
            'info hint name="Ana" asked="Eva" conn=3'
            ' reason="asked three times in 30 s; this client may expect the other edition, see --edition"',
        ),
        (KeepReceived(3, "Ana"), 'debug keep name="Ana" conn=3'),
        (KeepReceived(3, None), "debug keep conn=3"),
    ],
)
def test_log_tells_an_event_in_one_line(event: TrackerEvent, text: str) -> None:
    assert shown(line_of(event)) == text


@pytest.mark.parametrize(
    "reason, named, unnamed",
    [
        (DepartureReason.END_OF_STREAM, "info bye", "debug bye"),
        (DepartureReason.DISC, "info bye", "info bye"),
        (DepartureReason.EXPIRED, "info timeout", "info timeout"),
        (DepartureReason.REPLACED, "info replace", "info replace"),
        (DepartureReason.REFUSED, "info bye", "debug bye"),
        (DepartureReason.LINE_TOO_LONG, "info limit", "info limit"),
        (DepartureReason.GARBLED, "info limit", "info limit"),
        (DepartureReason.NOT_READING, "info limit", "info limit"),
        (DepartureReason.CONNECTION_LOST, "info reset", "info reset"),
        (DepartureReason.DISMISSED, "info kick", "info kick"),
        (DepartureReason.SHUTDOWN, "debug bye", "debug bye"),
    ],
)
def test_log_tells_how_a_connection_ended(reason: DepartureReason, named: str, unnamed: str) -> None:
    rest = f'host=10.0.0.8 conn=3 reason="{reason.value}" idle=15.2s online=4'
    event = ClientDeparted(3, reason, "10.0.0.8", "Ana", 4, 15.2)
    assert shown(line_of(event)) == f'{named} name="Ana" {rest}'
    event = ClientDeparted(3, reason, "10.0.0.8", None, 4, 15.2)
    assert shown(line_of(event)) == f"{unnamed} {rest}"


def test_log_has_a_line_for_every_way_to_end() -> None:
    for reason in DepartureReason:
        line_of(ClientDeparted(3, reason, "10.0.0.8", "Ana", 4, 15.2))


def test_table_has_a_line_for_each_user() -> None:
    assert shown(table_line(UserStatus(3, "Ana", "::1", 20000, 1.25))) == (
        'info user name="Ana" addr=[::1]:20000 conn=3 idle=1.2s'
    )
