"""The log: which lines are written, and how.

Not the ``logging`` module: there each line takes several times as long and a system
call of its own. Here a turn of the loop is one write, and a slow reader is not waited for.
"""

import time
from collections.abc import Mapping
from typing import Final

from core import TrackerEvent
from io_adapters import LineOutput, Reactor, Timer

from .command_line import LogFormat
from .log_format import Format, Stamps, json_format, text_format
from .log_limits import LineLimits
from .log_line import Bare, Level, LogLine, kind_of, line_of
from .options import Options


class Log:
    """Writes the lines that the options ask for; call ``end_turn`` at the end of each turn of the loop."""

    def __init__(
        self,
        reactor: Reactor,
        fd: int,
        encoding: str,
        options: Options,
        environment: Mapping[str, str],
        limits: LineLimits | None = None,
    ) -> None:
        """Begin with nothing to write.

        Args:
            reactor: The program's loop.
            fd: Where the lines go.
            encoding: In which they are read.
            options: Say which lines are wanted, and in which format.
            environment: If ``$JOURNAL_STREAM`` is set, lines carry a priority and no time: the journal adds its own.
            limits: How many lines others may cause; None for the usual numbers.
        """
        self._output: Final = LineOutput(reactor, fd, encoding=encoding, dropped_line=self._dropped_line)
        self._journal: Final = bool(environment.get("JOURNAL_STREAM"))
        is_text = options.log_format is LogFormat.TEXT
        self._format: Final[Format] = text_format if is_text else json_format
        self._least: Final = Level.DEBUG if options.verbose else Level.WARN if options.quiet else Level.INFO
        self._stamps: Final = Stamps()
        self._stamp: str | None = None  # all lines of a turn have the time of its first
        self._reactor: Final = reactor
        self._limits: Final = LineLimits() if limits is None else limits
        self._says_suppressed: Timer | None = None

    def write_event(self, event: TrackerEvent) -> None:
        """Write the line for an event, if it is wanted and not one of too many."""
        level, kind = kind_of(event)
        if level <= self._least and self._admits(kind, event.connection):
            self.write(line_of(event))

    def write_limited(self, line: LogLine) -> None:
        """Write a line that others caused, it is not known who, if it is wanted and not one of too many."""
        if line.level <= self._least and self._admits(line.event, None):
            self.write(line)

    def _admits(self, kind: str, connection: int | None) -> bool:
        admitted = self._limits.admits(kind, connection, now=self._reactor.now)
        if not admitted and self._says_suppressed is None:
            self._says_suppressed = self._reactor.call_at(self._limits.period_ends_at, self.say_suppressed)
        return admitted

    def write(self, line: LogLine) -> None:
        """Write a line, if it is wanted."""
        if line.level <= self._least:
            self._output.write(self._text(line, self._stamp or self._begin_turn()))

    def say_suppressed(self) -> None:
        """Write now how many lines were left out, if any were."""
        if self._says_suppressed is not None:
            self._says_suppressed.cancel()
            self._says_suppressed = None
        for kind, lines in self._limits.take_suppressed().items():
            # With --quiet too, where only lines that are wanted all the same are counted.
            self.write(LogLine(min(self._least, Level.INFO), "suppressed", (("kind", Bare(kind)), ("lines", lines))))

    def end_turn(self) -> None:
        """Hand on what was written."""
        self._stamp = None
        self._output.flush()

    def drain(self) -> None:
        """Give a slow reader a moment for what waits; for the end of the program."""
        self.say_suppressed()
        self.end_turn()
        self._output.drain()

    def _text(self, line: LogLine, stamp: str) -> str:
        return f"<{line.level}>{self._format(line, '')}" if self._journal else self._format(line, stamp)

    def _dropped_line(self, dropped: int) -> str:
        line = LogLine(Level.WARN, "log-full", (("dropped", dropped),))
        return self._text(line, self._stamps.text(time.time()))

    def _begin_turn(self) -> str:
        self._stamp = stamp = self._stamps.text(time.time())
        return stamp
