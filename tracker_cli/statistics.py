"""Counts of events, for the line of ``--stats`` and for whoever types ``stats`` at the terminal."""

from dataclasses import dataclass
from datetime import timedelta

from core import (
    AddressAsked,
    ClientDeparted,
    ClientListed,
    ClientRefused,
    ClientRegistered,
    LineIgnored,
    TrackerEvent,
)

from .log_line import Level, LogLine


@dataclass(slots=True)
class Statistics:
    """Since the start of the program."""

    registered: int = 0
    """Names that came online. Less ``departed``, they are the users who are online now."""
    departed: int = 0
    """Names that went offline. A connection that never had a name is not counted."""
    peak: int = 0
    """The most users at once."""
    refused: int = 0
    lists: int = 0
    addresses: int = 0
    """Addresses that were asked for, found or not."""
    bad_lines: int = 0

    def count(self, event: TrackerEvent) -> None:
        """Count an event of a tracker that reports queries."""
        match event:
            case ClientRegistered():
                self.registered += event.previous_name is None  # not for another port or name
                self.peak = max(self.peak, event.online)
            case ClientDeparted():
                self.departed += event.name is not None
            case ClientRefused():
                self.refused += 1
            case ClientListed():
                self.lists += 1
            case AddressAsked():
                self.addresses += 1
            case LineIgnored():
                self.bad_lines += 1
            case _:
                pass  # the others are not counted

    def words(self, *, online: int, uptime_seconds: float) -> tuple[str, ...]:
        """Return the same for people, in a few lines."""
        return (
            f"online: {online} ({self.peak} at most)",
            f"in {timedelta(seconds=int(uptime_seconds))}: {self.registered} registered, {self.departed} departed, {self.refused} refused",
            f"asked for: {self.lists} lists, {self.addresses} addresses; not understood: {self.bad_lines} lines",
        )

    def line(self, *, online: int, clients: int, uptime_seconds: float) -> LogLine:
        """Return the line of the log."""
        return LogLine(
            Level.INFO,
            "stats",
            (
                ("online", online),
                ("peak", self.peak),
                ("clients", clients),
                ("registered", self.registered),
                ("departed", self.departed),
                ("refused", self.refused),
                ("lists", self.lists),
                ("addresses", self.addresses),
                ("bad-lines", self.bad_lines),
                ("uptime", uptime_seconds),
            ),
        )
