"""The real log of a tracker in the simulation, and what has to be in it."""

import os
from collections import Counter
from collections.abc import Callable
from typing import Final, cast

from core import TrackerEvent
from io_adapters.reactor import Reactor
from tracker_cli.log import Log
from tracker_cli.log_limits import PERIOD_SECONDS, LineLimits
from tracker_cli.log_line import line_of
from tracker_cli.i18n import load_catalogue
from tracker_cli.options import parse_options

from .oracle import Violation
from .reactor import SimReactor


class _Lines:
    """What the log writes to."""

    def __init__(self, take: Callable[[str], None]) -> None:
        self.write: Final = take

    def flush(self) -> None:
        """Nothing waits."""


class TrackerLog:
    """Counts what is written, of each kind and connection, and what is said to be left out (docs/reliability.md)."""

    def __init__(self, reactor: SimReactor, of_connection: int, of_kind: int) -> None:
        self._reactor: Final = reactor
        self._most_of_connection: Final = of_connection
        self._most_of_kind: Final = of_kind
        null = os.open(os.devnull, os.O_WRONLY)
        options = parse_options(["--verbose"], load_catalogue("en"))
        self._log: Final = Log(
            cast(Reactor, reactor), null, "utf-8", options, {"JOURNAL_STREAM": "1"}, LineLimits(of_connection, of_kind)
        )
        os.close(null)
        vars(self._log)["_output"] = _Lines(self._take)
        self._events: Counter[str] = Counter()
        self._written: Counter[str] = Counter()
        self._left_out: Counter[str] = Counter()
        self._period_ends_at = float("-inf")
        self._of_kind: Counter[str] = Counter()
        self._of_connection: Counter[tuple[str, int]] = Counter()
        self._connection = 0

    def note(self, event: TrackerEvent) -> None:
        """Have an event logged."""
        self._events[line_of(event).event] += 1
        self._connection = event.connection
        self._log.write_event(event)

    def _take(self, text: str) -> None:
        _, kind, *fields = text.split(" ")
        if kind == "suppressed":
            values = dict(field.split("=") for field in fields)
            self._left_out[values["kind"]] += int(values["lines"])
            return
        now = self._reactor.now
        if now >= self._period_ends_at:
            self._period_ends_at = now + PERIOD_SECONDS
            self._of_kind.clear()
            self._of_connection.clear()
        self._written[kind] += 1
        self._of_kind[kind] += 1
        self._of_connection[kind, self._connection] += 1
        if self._of_kind[kind] > self._most_of_kind or self._of_connection[kind, self._connection] > self._most_of_connection:
            raise Violation(f"log: {self._of_kind[kind]} lines of the kind {kind} in {PERIOD_SECONDS} s")

    def check(self) -> None:
        """Every event was written or counted."""
        self._log.say_suppressed()
        lost = self._events - self._written
        if lost != self._left_out:
            raise Violation(f"log: {lost} are not written, {self._left_out} are said to be left out")
