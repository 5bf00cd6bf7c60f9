"""Drives a client without a screen: lines in, lines out, through terminals, pipes and files alike.

Nothing that was typed is echoed, and no escape sequence is ever written.
"""

from functools import partial
from typing import Final

from io_adapters import LineOutput

from ..state.effects import TerminalTask
from ..view.lines import lost_lines
from .driving import Driver, Wiring


class PlainDriver(Driver):
    """Lines in, lines out."""

    def __init__(self, wiring: Wiring, output_fd: int) -> None:
        """Take everything over."""
        super().__init__(wiring)
        client = wiring.client
        self._output: Final = LineOutput(
            wiring.reactor, output_fd, encoding=client.encoding, dropped_line=partial(lost_lines, client.state)
        )
        self._output_has_ended = False

    def run(self) -> None:
        """Turn the loop until the client is over."""
        super().run()
        self._show()
        self._output.drain()

    def _show(self) -> None:
        lines = self._client.take_lines()
        if lines and self._recorder is not None:
            self._recorder.note_lines(self._reactor.now, lines)
        for line in lines:
            self._output.write(line)
        self._output.flush()
        if self._output.is_broken and not self._output_has_ended:
            self._output_has_ended = True
            self._client.end_output(now=self._reactor.now)

    def _do(self, task: TerminalTask) -> None:
        """Nothing: lines are read later or by programs, and a terminal's own driver stops the program."""
