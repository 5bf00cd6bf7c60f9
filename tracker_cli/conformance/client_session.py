"""What the steps of a client's check share: the tracker it plays, the person it asks, the findings."""

from collections.abc import Callable
from typing import Final

from core.wire.messages import Edition
from io_adapters import Address

from . import client_words as words
from . import rules
from .client_words import Step
from .played_tracker import PlayedTracker
from .recorder import Recorder
from .wire import Observer, Wire

REACTION_SECONDS: Final = 5.0  # how long the client may take for what it does by itself
APART_SECONDS: Final = 0.3  # between what we say


class Session:
    """One check of one client; ``name`` is the client's, empty before it has registered."""

    def __init__(
        self,
        observer: Observer,
        note: Recorder,
        tracker: PlayedTracker,
        edition: Edition,
        step_seconds: float,
        on_step: Callable[[Step], None],
    ) -> None:
        self.observer = observer
        self.note = note
        self.tracker = tracker
        self.edition = edition
        self.name = ""
        self.eco = "Eco"
        self.bia = "Bia"
        self.step_seconds = step_seconds
        self.is_explained = False
        """Whether a finding tells why the client has left the tracker, if it has."""
        self._on_step = on_step

    def choose_names(self) -> None:
        """Give the two users that the check plays names that the client does not have."""
        self.eco, self.bia = (name if name != self.name else f"{name} 2" for name in (self.eco, self.bia))

    def ask(
        self, key: str, asks: str, done: Callable[[], bool], *, needs_tracker: bool = True, **values: str
    ) -> bool:
        """Have the person do something; False if the time was up before it was done.

        Args:
            needs_tracker: A client that has left its tracker cannot do it.
        """
        self._on_step(Step(key, asks, self.step_seconds, values))
        can_leave = needs_tracker and bool(self.tracker.registered)
        self.observer.wait(
            lambda: done() or (can_leave and self.tracker.client is None), seconds=self.step_seconds
        )
        return done()

    def tell(self, key: str, says: str, **values: str) -> None:
        """Have the person look at something."""
        self._on_step(Step(key, says, 0.0, values))

    def client(self) -> Wire | None:
        """The client's connection to the tracker; if it has gone, the person is asked to start it again."""
        if self.tracker.client is None and not self.observer.is_over:
            if not self.is_explained:
                self.note.fault(rules.STAYS_CONNECTED, words.LEFT_TRACKER)
            self._start_again(words.RESTART)
        self.is_explained = False
        return self.tracker.client

    def restart(self, asks: str) -> None:
        """Have the person end a client that a probe has broken, and start it again."""
        if not self.observer.is_over:
            self._start_again(asks)

    def client_address(self) -> Address:
        """Where the client listens, as it said when it last registered."""
        wire, register, _ = self.tracker.registered[-1]
        return wire.remote[0], register.port

    def _start_again(self, asks: str) -> None:
        before = len(self.tracker.registered)
        self._on_step(Step("restart", asks, self.step_seconds))
        self.observer.wait(lambda: len(self.tracker.registered) > before, seconds=self.step_seconds)


def leave(session: Session, call: Wire) -> None:
    """End a call as the edition has it: with ``DISC``, or with the end of the stream alone."""
    if session.edition is Edition.E2024:
        call.send(b"DISC\r\n")
    call.end()
