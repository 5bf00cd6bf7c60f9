"""Signals that end the program: an orderly farewell first, then what the signal does by itself."""

import os
import signal
from functools import partial
from types import TracebackType
from typing import Final, Self

from ..client import Client
from ..loop import Loop

FAREWELL_SECONDS: Final = 1.0  # whoever sends the signal waits for us

ENDING: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


class EndingSignals:
    """Catches them while it is entered: the first lets the client leave, a second stops the loop at once."""

    def __init__(self, loop: Loop, client: Client) -> None:
        self._loop: Final = loop
        self._client: Final = client
        self._caught: signal.Signals | None = None

    def __enter__(self) -> Self:
        for number in ENDING:
            self._loop.add_signal(number, partial(self._end, number))
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number in ENDING:
            self._loop.remove_signal(number)

    def raise_again(self) -> None:
        """Let the signal that ended the loop do what it does to any program; nothing if there was none."""
        if self._caught is not None:
            signal.signal(self._caught, signal.SIG_DFL)
            os.kill(os.getpid(), self._caught)

    def _end(self, number: signal.Signals) -> None:
        if self._caught is not None:
            self._loop.stop()
            return
        self._caught = number
        self._client.leave()
        self._loop.call_later(FAREWELL_SECONDS, self._loop.stop)
