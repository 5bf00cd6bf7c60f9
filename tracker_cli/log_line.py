"""Events of the tracker as lines of the log: a level, the name of the event, and values in a fixed order."""

import enum
from typing import NamedTuple, assert_never

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
from io_adapters import format_address


class Bare(str):
    """A text of ours that needs no quotes, for example an address."""

    __slots__ = ()


Value = str | bytes | int | float | bool
"""A float is a number of seconds. Text and bytes may come from anybody: the formats make them harmless."""


class Level(enum.IntEnum):
    """How important a line is, in the numbers of syslog: lower is more important."""

    ERROR = 3
    WARN = 4
    INFO = 6
    DEBUG = 7


class LogLine(NamedTuple):
    """One line of the log."""

    level: Level
    event: str
    fields: tuple[tuple[str, Value], ...] = ()
    """Keys with values, in the order of writing."""


_DEPARTURES = {
    DepartureReason.END_OF_STREAM: "bye",
    DepartureReason.DISC: "bye",
    DepartureReason.EXPIRED: "timeout",
    DepartureReason.REPLACED: "replace",
    DepartureReason.REFUSED: "bye",
    DepartureReason.LINE_TOO_LONG: "limit",
    DepartureReason.GARBLED: "limit",
    DepartureReason.NOT_READING: "limit",
    DepartureReason.CONNECTION_LOST: "reset",
    DepartureReason.DISMISSED: "kick",
    DepartureReason.SHUTDOWN: "bye",
}
_OTHER_EDITION = "asked three times in 30 s; this client may expect the other edition, see --edition"
_SHUTDOWN = DepartureReason.SHUTDOWN
_UNREMARKABLE = (DepartureReason.END_OF_STREAM, DepartureReason.REFUSED)
_LIMITS = (RefusalReason.TOO_MANY_CLIENTS, RefusalReason.TOO_MANY_FROM_HOST)


def kind_of(event: TrackerEvent) -> tuple[Level, str]:
    """Return the level and the name of an event's line, without making the line: most may be unwanted."""
    match event:
        case ClientRegistered():
            return Level.INFO, "register"
        case ClientDeparted():
            reason = event.reason
            # Not by default: a refused client has its line already, a client that never registered needs
            # none, and at the end of the program one line stands for all.
            unremarkable = event.name is None and reason in _UNREMARKABLE or reason is _SHUTDOWN
            return Level.DEBUG if unremarkable else Level.INFO, _DEPARTURES[reason]
        case ClientRefused(reason=reason):
            return Level.INFO, "limit" if reason in _LIMITS else "refuse"
        case LineIgnored():
            return Level.INFO, "bad-line"
        case ClientListed():
            return Level.DEBUG, "list"
        case AddressAsked():
            return Level.DEBUG, "addr"
        case AddressAskedRepeatedly():
            return Level.INFO, "hint"
        case KeepReceived():
            return Level.DEBUG, "keep"
        case _:
            assert_never(event)


def line_of(event: TrackerEvent) -> LogLine:
    """Return the line for an event of the tracker."""
    return LogLine(*kind_of(event), _fields_of(event))


def _fields_of(event: TrackerEvent) -> tuple[tuple[str, Value], ...]:
    match event:
        case ClientRegistered():
            return _registered(event)
        case ClientDeparted():
            return _departed(event)
        case ClientRefused(connection, reason, host, line):
            its_line = (("line", line),) if line else ()
            return (("reason", reason.value), ("host", Bare(host)), *its_line, ("conn", connection))
        case LineIgnored(connection, line):
            return (("line", line), ("conn", connection))
        case ClientListed(connection, name, online):
            return (("name", name), ("conn", connection), ("online", online))
        case AddressAsked(connection, name, asked, found):
            return (("name", name), ("asked", asked), ("found", found), ("conn", connection))
        case AddressAskedRepeatedly(connection, name, asked):
            return (("name", name), ("asked", asked), ("conn", connection), ("reason", _OTHER_EDITION))
        case KeepReceived(connection, name):
            named = () if name is None else (("name", name),)
            return (*named, ("conn", connection))
        case _:
            assert_never(event)


def table_line(user: UserStatus) -> LogLine:
    """Return one row of the table of users."""
    address = Bare(format_address(user.host, user.port))
    return LogLine(
        Level.INFO,
        "user",
        (("name", user.name), ("addr", address), ("conn", user.connection), ("idle", user.idle_seconds)),
    )


def _registered(event: ClientRegistered) -> tuple[tuple[str, Value], ...]:
    address = Bare(format_address(event.host, event.port))
    was = () if event.previous_name is None else (("was", event.previous_name),)
    who = (("name", event.name), ("addr", address), ("conn", event.connection))
    return (*who, *was, ("online", event.online))


def _departed(event: ClientDeparted) -> tuple[tuple[str, Value], ...]:
    named = () if event.name is None else (("name", event.name),)
    return (
        *named,
        ("host", Bare(event.host)),
        ("conn", event.connection),
        ("reason", event.reason.value),
        ("idle", event.idle_seconds),
        ("online", event.online),
    )
