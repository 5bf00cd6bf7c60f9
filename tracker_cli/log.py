"""The log: which lines are written, and how.

Not the ``logging`` module: there each line takes several times as long and a system
call of its own. Here a turn of the loop is one write, and a slow reader is not waited for.
"""

import time
from collections.abc import Mapping
from typing import Final

from core import TrackerEvent
from io_adapters import LineOutput, Reactor

from .log_format import Format, Stamps, json_format, text_format
from .log_line import Level, LogLine, line_of
from .options import LogFormat, Options

_BAD_LINES_PER_SECOND: Final = 20  # anybody can send as many as the network takes


class Log:
    """Writes the lines that the options ask for; call ``end_turn`` at the end of each turn of the loop."""

    def __init__(
        self, reactor: Reactor, fd: int, encoding: str, options: Options, environment: Mapping[str, str]
    ) -> None:
        """Begin with nothing to write.

        Args:
            reactor: The program's loop.
            fd: Where the lines go.
            encoding: In which they are read.
            options: Say which lines are wanted, and in which format.
            environment: If ``$JOURNAL_STREAM`` is set, lines carry a priority and no time: the journal adds its own.
        """
        self._output: Final = LineOutput(reactor, fd, encoding=encoding, dropped_line=self._dropped_line)
        self._journal: Final = bool(environment.get("JOURNAL_STREAM"))
        is_text = options.log_format is LogFormat.TEXT
        self._format: Final[Format] = text_format if is_text else json_format
        self._least: Final = Level.DEBUG if options.verbose else Level.WARN if options.quiet else Level.INFO
        self._stamps: Final = Stamps()
        self._stamp: str | None = None  # all lines of a turn have the time of its first
        self._bad_line_second = 0
        self._bad_lines = 0

    def write_event(self, event: TrackerEvent) -> None:
        """Write the line for an event, if it is wanted."""
        self.write(line_of(event))

    def write(self, line: LogLine) -> None:
        """Write a line, if it is wanted."""
        if line.level > self._least:
            return
        stamp = self._stamp or self._begin_turn()
        if line.event == "bad-line" and self._is_flood():
            return
        self._output.write(self._text(line, stamp))

    def end_turn(self) -> None:
        """Hand on what was written."""
        self._stamp = None
        self._output.flush()

    def drain(self) -> None:
        """Give a slow reader a moment for what waits; for the end of the program."""
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

    def _is_flood(self) -> bool:
        second = int(time.time())
        if second != self._bad_line_second:
            suppressed, self._bad_lines = self._bad_lines - _BAD_LINES_PER_SECOND, 0
            self._bad_line_second = second
            if suppressed > 0:
                self.write(LogLine(Level.INFO, "bad-lines", (("suppressed", suppressed),)))
        self._bad_lines += 1
        return self._bad_lines > _BAD_LINES_PER_SECOND
