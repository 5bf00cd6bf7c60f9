"""Drives a client on a screen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from io_adapters import signals

from ..state.effects import Bell, MeasureEmoji, Notify, Redraw, Suspend, TerminalTask
from ..terminal.screen import Screen, draws_wide
from ..text.characters import new_emoji
from .driving import Driver


@dataclass(eq=False)
class ScreenDriver(Driver):
    """Keys in, frames out."""

    screen: Screen  # not entered yet

    def run(self) -> None:
        """Turn the loop until the client is over. Whatever happens, the terminal is given back."""
        # Before curses begins: else it takes this one as its own, and drops it while it draws.
        self._catch("SIGTSTP", self._stop_asked)
        with self.screen:
            # Only now: curses keeps its own handler where it finds another.
            self._catch("SIGWINCH", self._resized)
            self._catch("SIGCONT", self._continued)
            self._resized()
            self._read_what_was_typed_before()
            super().run()

    def _read_what_was_typed_before(self) -> None:
        """Take the keys that were pressed before the screen was up: then the terminal made Enter a line end."""
        data = self.input.read_waiting()
        if data:
            self.client.receive_input(data.replace(b"\n", b"\r"), now=self.reactor.now)

    def _show(self) -> None:
        frame = self.client.take_frame(now=self.reactor.now)
        if frame is not None:
            if self.recorder is not None:
                self.recorder.note_frame(self.reactor.now, frame)
            self.screen.use_mouse(self.client.state.settings.mouse)
            self.screen.draw(frame)

    def _do(self, task: TerminalTask) -> None:
        match task:
            case Bell():
                self.screen.ring()
            case Notify(text):
                self.screen.notify(text)
            case Redraw():
                self.screen.redraw()
            case MeasureEmoji():
                self.client.emoji_measured(draws_wide(new_emoji()), now=self.reactor.now)
            case Suspend():
                self.screen.suspend()
                self.reactor.time()
                self._resized()
            case _:
                assert_never(task)

    def _catch(self, name: str, callback: Callable[[], None]) -> None:
        for number in signals(name):
            self.reactor.add_signal(number, callback)

    def _resized(self) -> None:
        rows, columns = self.screen.resize()
        self.client.resize(rows, columns, now=self.reactor.now)

    def _continued(self) -> None:
        """Somebody else stopped and continued us: the shell may have changed the terminal's modes."""
        self.screen.resume()
        self._resized()

    def _stop_asked(self) -> None:
        self.client.suspend(now=self.reactor.now)
