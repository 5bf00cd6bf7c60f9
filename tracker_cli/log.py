"""The log: which lines are written, and how.

Not the ``logging`` module: there a line takes 9 µs, a system call of its own
included, here 0.7 µs (measured, two of them for a client that comes and goes).
A turn of the loop is one write, further turns within 10 ms are another one, and
a reader that is slow is not waited for.
"""

import time
from collections.abc import Mapping
from typing import Final

from core import TrackerEvent
from io_adapters import LineOutput, Reactor, Timer

from .log_format import Format, Stamps, json_format, text_format
from .log_line import Level, LogLine, line_of
from .options import LogFormat, Options
from .quick_lines import quick_line

_BAD_LINES_PER_SECOND: Final = 20  # anybody can send as many as the network takes
_GATHER_SECONDS: Final = 0.01  # each write takes as long as eight lines
_MOST_GATHERED: Final = 1000  # in 10 ms: hardly so many can come and go


class Log:
    """Writes the lines that the options ask for; ``end_turn`` comes at the end of each turn of the loop.

    What is seldom is written at once. After a write the lines of further turns are
    gathered: to make them and to write them takes less time for many than for each.
    """

    def __init__(
        self, reactor: Reactor, output: LineOutput, options: Options, environment: Mapping[str, str]
    ) -> None:
        """Begin with nothing to write.

        Args:
            environment: ``$JOURNAL_STREAM`` says that lines get their time elsewhere, and a priority here.
        """
        self._reactor: Final = reactor
        self._output: Final = output
        self._journal: Final = bool(environment.get("JOURNAL_STREAM"))
        is_text = options.log_format is LogFormat.TEXT
        self._format: Final[Format] = text_format if is_text else json_format
        self._least: Final = Level.DEBUG if options.verbose else Level.WARN if options.quiet else Level.INFO
        self._has_quick_lines: Final = is_text and not self._journal and self._least >= Level.INFO
        self._stamps: Final = Stamps()
        self._stamp: str | None = None  # all lines of a turn have the time of its first
        self._events: list[tuple[str, TrackerEvent]] = []  # of which lines have still to be made
        self._has_lines = False
        self._gathers_until = -1.0
        self._gathering: Timer | None = None
        self._bad_line_second = 0
        self._bad_lines = 0

    def write_event(self, event: TrackerEvent) -> None:
        """Write the line for an event, if it is wanted."""
        self._events.append((self._stamp or self._begin_turn(), event))

    def write(self, line: LogLine) -> None:
        """Write a line, if it is wanted."""
        self._make_lines()
        self._write(line, self._stamp or self._begin_turn())

    def end_turn(self) -> None:
        """Hand on what was written, or have it gathered for a moment."""
        self._stamp = None
        if not self._events and not self._has_lines and not self._output.dropped_lines:
            return
        if self._reactor.now >= self._gathers_until or len(self._events) > _MOST_GATHERED:
            self.flush()
        elif self._gathering is None:
            self._gathering = self._reactor.call_at(self._gathers_until, self._end_gathering)

    def flush(self) -> None:
        """Hand on what was written, now."""
        self._gathers_until = self._reactor.now + _GATHER_SECONDS
        self._make_lines()
        dropped = self._output.take_dropped()
        if dropped:
            self.write(LogLine(Level.WARN, "log-full", (("dropped", dropped),)))
            self._stamp = None
        self._has_lines = False
        self._output.flush()

    def drain(self) -> None:
        """Give a slow reader a moment for what waits; for the end of the program."""
        self.flush()
        self._output.drain()

    def _end_gathering(self) -> None:
        self._gathering = None
        self._stamp = None
        if self._events or self._has_lines:
            self.flush()

    def _make_lines(self) -> None:
        events, self._events = self._events, []
        write, has_quick_lines = self._output.write, self._has_quick_lines
        for stamp, event in events:
            text = quick_line(event, stamp) if has_quick_lines else None
            if text is None:
                self._write(line_of(event), stamp)
            else:
                self._has_lines = True
                write(text)

    def _write(self, line: LogLine, stamp: str) -> None:
        if line.level > self._least or (line.event == "bad-line" and self._is_flood(stamp)):
            return
        self._has_lines = True
        if self._journal:
            self._output.write(f"<{line.level}>{self._format(line, '')}")
        else:
            self._output.write(self._format(line, stamp))

    def _begin_turn(self) -> str:
        self._stamp = stamp = self._stamps.text(time.time())
        return stamp

    def _is_flood(self, stamp: str) -> bool:
        second = int(time.time())
        if second != self._bad_line_second:
            suppressed, self._bad_lines = self._bad_lines - _BAD_LINES_PER_SECOND, 0
            self._bad_line_second = second
            if suppressed > 0:
                self._write(LogLine(Level.INFO, "bad-lines", (("suppressed", suppressed),)), stamp)
        self._bad_lines += 1
        return self._bad_lines > _BAD_LINES_PER_SECOND
