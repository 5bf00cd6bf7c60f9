"""The client on a screen: keys in, frames out, at most sixty a second."""

import os
import signal
from collections.abc import Mapping, Sequence
from typing import Final

from io_adapters import Timer

from ..client import Client
from ..loop import Display
from ..state.conversation import LogEntry
from ..surroundings import Surroundings
from ..terminal.keys import ESCAPE_SECONDS, KeyDecoder
from ..update import inputs
from ..view.render import Renderer

READ_BYTES: Final = 64 * 1024
FRAME_SECONDS: Final = 1 / 60
REMOTE_ESCAPE_SECONDS: Final = 0.1  # a network may part an ESC from what follows it
GOODBYE_SECONDS: Final = 1.0  # when the terminal is gone, nobody waits longer
_MAX_ESCAPE_SECONDS: Final = 2.0


class ScreenFace:
    """Shows a client on a screen; ``run`` returns when all is over."""

    def __init__(
        self,
        surroundings: Surroundings,
        client: Client,
        screen: Display,
        *,
        input_fd: int,
        escape_seconds: float,
    ) -> None:
        """Take over the client.

        Args:
            surroundings: Those of the client.
            client: Whose state is shown.
            screen: Not entered yet.
            input_fd: Where the keys come from.
            escape_seconds: See ``KeyDecoder``.
        """
        self._surroundings: Final = surroundings
        self._loop: Final = surroundings.loop
        self._client: Final = client
        self._screen: Final = screen
        self._input_fd: Final = input_fd
        self._decoder: Final = KeyDecoder(escape_seconds=escape_seconds)
        self._decoder_timer: Timer | None = None
        self._renderer: Final = Renderer()
        self._size = (0, 0)
        self._drawn_at: float | None = None
        self._draw_timer: Timer | None = None
        client.show_on(self)

    def run(self) -> None:
        """Chat until the user leaves. Whatever happens, the terminal is given back."""
        # Before curses begins: else it takes this one as its own, and drops it while it draws.
        self._loop.add_signal(signal.SIGTSTP, self.suspend)
        with self._screen:
            # Only now: curses keeps its own handler where it finds another.
            self._loop.add_signal(signal.SIGWINCH, self._resized)
            self._loop.add_signal(signal.SIGCONT, self._continued)
            self._loop.add_reader(self._input_fd, self._read)
            self._resized()
            self._loop.run()

    # Face

    def ring(self) -> None:
        """Ring the terminal's bell."""
        self._screen.ring()

    def notify(self, text: str) -> None:
        """Ask the terminal for a desktop notification."""
        self._screen.notify(text)

    def suspend(self) -> None:
        """Stop the process with the terminal given back; goes on when it is continued."""
        self._screen.suspend()
        self._loop.time()
        self._resized()

    def redraw(self) -> None:
        """Draw everything anew."""
        self._screen.redraw()

    def turn_ended(self, fresh: Sequence[LogEntry]) -> None:
        """Draw, unless the last frame is too young; then when its time is over."""
        if self._client.state.left:
            self._loop.stop()
        now = self._loop.now
        if self._drawn_at is None or now - self._drawn_at >= FRAME_SECONDS:
            self._draw()
        elif self._draw_timer is None or not self._draw_timer.is_pending:
            # The end of the turn in which it fires draws.
            self._draw_timer = self._loop.call_at(self._drawn_at + FRAME_SECONDS, lambda: None)

    # Private

    def _draw(self) -> None:
        self._drawn_at = self._loop.now
        self._screen.use_mouse(self._client.state.settings.mouse)
        frame = self._renderer.render(self._client.state, *self._size)
        self._surroundings.note_frame(frame)
        self._screen.draw(frame)

    def _resized(self) -> None:
        self._size = self._screen.resize()
        self._surroundings.note_size(*self._size)
        inputs.resize(self._client.state, *self._size)
        self._drawn_at = None

    def _continued(self) -> None:
        """Somebody else stopped and continued us: the shell may have changed the terminal's modes."""
        self._screen.resume()
        self._resized()

    def _read(self) -> None:
        try:
            data = self._surroundings.read(self._input_fd, READ_BYTES)
        except OSError:  # the terminal is gone
            data = b""
        now = self._loop.now
        if data:
            self._decoder.receive_data(data, now=now)
        else:
            self._decoder.receive_eof(now=now)
            self._loop.remove_reader(self._input_fd)
        self._apply_keys()
        if not data:
            self._client.leave()
            self._loop.call_later(GOODBYE_SECONDS, self._loop.stop)

    def _decoder_timer_fired(self) -> None:
        self._decoder.handle_timer(now=self._loop.now)
        self._apply_keys()

    def _apply_keys(self) -> None:
        for event in self._decoder.take_events():
            self._client.apply_key(event)
        deadline = self._decoder.next_timer()
        if self._decoder_timer is not None:
            self._decoder_timer.cancel()
        self._decoder_timer = (
            None if deadline is None else self._loop.call_at(deadline, self._decoder_timer_fired)
        )


def escape_seconds(environment: Mapping[str, str]) -> float:
    """How long an ESC waits for more: ``$ESCDELAY`` in milliseconds, longer over a network."""
    delay = environment.get("ESCDELAY", "")
    if delay.isascii() and delay.isdecimal():
        return min(int(delay) / 1000, _MAX_ESCAPE_SECONDS)
    return REMOTE_ESCAPE_SECONDS if "SSH_CONNECTION" in environment else ESCAPE_SECONDS
