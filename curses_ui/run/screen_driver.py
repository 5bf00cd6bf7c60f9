"""Drives a client on a screen."""

from collections.abc import Callable
from typing import Final, assert_never

from io_adapters import signals

from ..state.effects import Bell, MeasureEmoji, Notify, Redraw, Suspend, TerminalTask
from ..terminal.screen import Screen, draws_wide
from ..text.characters import new_emoji
from .driving import Driver, Wiring


class ScreenDriver(Driver):
    """Keys in, frames out."""

    def __init__(self, wiring: Wiring, screen: Screen) -> None:
        """Take everything over; the screen is not entered yet."""
        super().__init__(wiring)
        self._screen: Final = screen

    def run(self) -> None:
        """Turn the loop until the client is over. Whatever happens, the terminal is given back."""
        # Before curses begins: else it takes this one as its own, and drops it while it draws.
        self._catch("SIGTSTP", self._stop_asked)
        with self._screen:
            # Only now: curses keeps its own handler where it finds another.
            self._catch("SIGWINCH", self._resized)
            self._catch("SIGCONT", self._continued)
            self._resized()
            self._read_what_was_typed_before()
            super().run()

    def _read_what_was_typed_before(self) -> None:
        """Take the keys that were pressed before the screen was up: then the terminal made Enter a line end."""
        data = self._input.read_waiting()
        if data:
            self._client.receive_input(data.replace(b"\n", b"\r"), now=self._reactor.now)

    def _show(self) -> None:
        frame = self._client.take_frame(now=self._reactor.now)
        if frame is not None:
            if self._recorder is not None:
                self._recorder.note_frame(self._reactor.now, frame)
            self._screen.use_mouse(self._client.state.settings.mouse)
            self._screen.draw(frame)

    def _do(self, task: TerminalTask) -> None:
        match task:
            case Bell():
                self._screen.ring()
            case Notify(text):
                self._screen.notify(text)
            case Redraw():
                self._screen.redraw()
            case MeasureEmoji():
                self._client.emoji_measured(draws_wide(new_emoji()), now=self._reactor.now)
            case Suspend():
                self._screen.suspend()
                self._reactor.time()
                self._resized()
            case _:
                assert_never(task)

    def _catch(self, name: str, callback: Callable[[], None]) -> None:
        for number in signals(name):
            self._reactor.add_signal(number, callback)

    def _resized(self) -> None:
        rows, columns = self._screen.resize()
        self._client.resize(rows, columns, now=self._reactor.now)

    def _continued(self) -> None:
        """Somebody else stopped and continued us: the shell may have changed the terminal's modes."""
        self._screen.resume()
        self._resized()

    def _stop_asked(self) -> None:
        self._client.suspend(now=self._reactor.now)
