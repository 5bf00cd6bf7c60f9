"""Drives a client without a screen: lines in, lines out, through terminals, pipes and files alike.

Nothing that was typed is echoed, and no escape sequence is ever written.
"""

from dataclasses import dataclass
from functools import partial

from io_adapters import LineOutput

from ..state.effects import TerminalTask
from ..view.lines import lost_lines
from .driving import Driver


@dataclass(eq=False)
class PlainDriver(Driver):
    """Lines in, lines out."""

    output_fd: int

    def __post_init__(self) -> None:
        super().__post_init__()
        lost, encoding = partial(lost_lines, self.client.state), self.client.encoding
        self._output = LineOutput(self.reactor, self.output_fd, encoding=encoding, dropped_line=lost)
        self._output_has_ended = False

    def run(self) -> None:
        """Turn the loop until the client is over."""
        super().run()
        self._show()
        self._output.drain()

    def _show(self) -> None:
        lines = self.client.take_lines()
        if lines and self.recorder is not None:
            self.recorder.note_lines(self.reactor.now, lines)
        for line in lines:
            self._output.write(line)
        self._output.flush()
        if self._output.is_broken and not self._output_has_ended:
            self._output_has_ended = True
            self.client.end_output(now=self.reactor.now)

    def _do(self, task: TerminalTask) -> None:
        """Nothing: lines are read later or by programs, and a terminal's own driver stops the program."""
