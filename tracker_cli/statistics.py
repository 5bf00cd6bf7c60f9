"""Counts of events, for the line of ``--stats``."""

from dataclasses import dataclass

from core import ClientDeparted, ClientRefused, ClientRegistered, LineIgnored, TrackerEvent

from .log_line import Level, LogLine


@dataclass(slots=True)
class Statistics:
    """Since the start of the program."""

    registered: int = 0
    departed: int = 0
    refused: int = 0
    bad_lines: int = 0

    def count(self, event: TrackerEvent) -> None:
        """Count an event of the tracker."""
        if isinstance(event, ClientRegistered):
            self.registered += 1
        elif isinstance(event, ClientDeparted):
            self.departed += 1
        elif isinstance(event, ClientRefused):
            self.refused += 1
        elif isinstance(event, LineIgnored):
            self.bad_lines += 1

    def line(self, *, online: int, clients: int, uptime_seconds: float) -> LogLine:
        """Return the line of the log."""
        return LogLine(
            Level.INFO,
            "stats",
            (
                ("online", online),
                ("clients", clients),
                ("registered", self.registered),
                ("departed", self.departed),
                ("refused", self.refused),
                ("bad-lines", self.bad_lines),
                ("uptime", uptime_seconds),
            ),
        )
