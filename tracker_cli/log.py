"""The log: which lines are written, and how.

Not the ``logging`` module: its record and handler for each line take 12 µs and a
system call, four times what the tracker itself spends on a client that comes and
goes. Here a turn of the loop is one write, and a reader that is slow is not waited for.
"""

import time
from collections.abc import Mapping
from typing import Final

from io_adapters import LineOutput

from .log_format import json_format, text_format
from .log_line import Level, LogLine
from .options import LogFormat, Options

_BAD_LINES_PER_SECOND: Final = 20  # anybody can send as many as the network takes


class Log:
    """Writes the lines that the options ask for; ``flush`` comes at the end of each turn."""

    def __init__(self, output: LineOutput, options: Options, environment: Mapping[str, str]) -> None:
        """Begin with nothing to write.

        Args:
            environment: ``$JOURNAL_STREAM`` says that lines get their time elsewhere, and a priority here.
        """
        self._output: Final = output
        self._journal: Final = bool(environment.get("JOURNAL_STREAM"))
        make_format = json_format if options.log_format is LogFormat.JSON else text_format
        self._format: Final = make_format(timed=not self._journal)
        self._least: Final = Level.DEBUG if options.verbose else Level.WARN if options.quiet else Level.INFO
        self._turn_time: float | None = None  # all lines of a turn have the time of its first
        self._bad_line_second = 0
        self._bad_lines = 0

    def write(self, line: LogLine) -> None:
        """Write a line at the end of this turn, if it is wanted."""
        if line.level > self._least or (line.event == "bad-line" and self._is_flood()):
            return
        if self._turn_time is None:
            self._turn_time = time.time()
        text = self._format(line, self._turn_time)
        self._output.write(f"<{line.level}>{text}" if self._journal else text)

    def flush(self) -> None:
        """Hand on what was written; to be called at the end of each turn of the loop."""
        dropped = self._output.take_dropped()
        if dropped:
            self.write(LogLine(Level.WARN, "log-full", (("dropped", dropped),)))
        self._output.flush()
        self._turn_time = None

    def drain(self) -> None:
        """Give a slow reader a moment for what waits; for the end of the program."""
        self._output.drain()

    def _is_flood(self) -> bool:
        second = int(time.time())
        if second != self._bad_line_second:
            suppressed, self._bad_lines = self._bad_lines - _BAD_LINES_PER_SECOND, 0
            self._bad_line_second = second
            if suppressed > 0:
                self.write(LogLine(Level.INFO, "bad-lines", (("suppressed", suppressed),)))
        self._bad_lines += 1
        return self._bad_lines > _BAD_LINES_PER_SECOND
