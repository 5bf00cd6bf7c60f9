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
_LIMITS = (RefusalReason.TOO_MANY_CLIENTS, RefusalReason.TOO_MANY_FROM_HOST)


def line_of(event: TrackerEvent) -> LogLine:
    """Return the line for an event of the tracker."""
    match event:
        case ClientRegistered():
            return _registered(event)
        case ClientRefused():
            return _refused(event)
        case ClientDeparted():
            return _departed(event)
        case LineIgnored(connection, line):
            return LogLine(Level.INFO, "bad-line", (("line", line), ("conn", connection)))
        case ClientListed(connection, name, online):
            return LogLine(Level.DEBUG, "list", (("name", name), ("conn", connection), ("online", online)))
        case AddressAsked(connection, name, asked, found):
            fields = (("name", name), ("asked", asked), ("found", found), ("conn", connection))
            return LogLine(Level.DEBUG, "addr", fields)
        case AddressAskedRepeatedly(connection, name, asked):
            hint = (("name", name), ("asked", asked), ("conn", connection), ("reason", _OTHER_EDITION))
            return LogLine(Level.INFO, "hint", hint)
        case KeepReceived(connection, name):
            named = () if name is None else (("name", name),)
            return LogLine(Level.DEBUG, "keep", (*named, ("conn", connection)))
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


def _registered(event: ClientRegistered) -> LogLine:
    address = Bare(format_address(event.host, event.port))
    was = () if event.previous_name is None else (("was", event.previous_name),)
    who = (("name", event.name), ("addr", address), ("conn", event.connection))
    return LogLine(Level.INFO, "register", (*who, *was, ("online", event.online)))


def _refused(event: ClientRefused) -> LogLine:
    name = "limit" if event.reason in _LIMITS else "refuse"
    line = (("line", event.line),) if event.line else ()
    fields = (("reason", event.reason.value), ("host", Bare(event.host)), *line, ("conn", event.connection))
    return LogLine(Level.INFO, name, fields)


def _departed(event: ClientDeparted) -> LogLine:
    # Not by default: a refused client has its line already, a client that never registered needs
    # none, and at the end of the program one line stands for all.
    unremarkable = event.reason is DepartureReason.SHUTDOWN or (
        event.name is None and event.reason in (DepartureReason.END_OF_STREAM, DepartureReason.REFUSED)
    )
    named = () if event.name is None else (("name", event.name),)
    return LogLine(
        Level.DEBUG if unremarkable else Level.INFO,
        _DEPARTURES[event.reason],
        (
            *named,
            ("host", Bare(event.host)),
            ("conn", event.connection),
            ("reason", event.reason.value),
            ("idle", event.idle_seconds),
            ("online", event.online),
        ),
    )
