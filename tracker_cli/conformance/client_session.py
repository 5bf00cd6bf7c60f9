"""What the steps of a client's check share: the tracker it plays, the person it asks, the findings."""

from collections.abc import Callable

from core.wire.messages import Edition

from . import client_words as words
from . import rules
from .client_words import Step
from .played_tracker import PlayedTracker
from .recorder import Recorder
from .wire import Observer, Wire


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
        self._on_step = on_step

    def choose_names(self) -> None:
        """Give the two users that the check plays names that the client does not have."""
        self.eco, self.bia = (name if name != self.name else f"{name} 2" for name in (self.eco, self.bia))

    def ask(self, key: str, asks: str, done: Callable[[], bool], **values: str) -> bool:
        """Have the person do something; False if the time was up, or the client gone, before it was done."""
        self._on_step(Step(key, asks, self.step_seconds, values))
        registered = bool(self.tracker.registered)
        self.observer.wait(
            lambda: done() or (registered and self.tracker.client is None), seconds=self.step_seconds
        )
        return done()

    def tell(self, key: str, says: str, **values: str) -> None:
        """Have the person look at something."""
        self._on_step(Step(key, says, 0.0, values))

    def client(self, *, explained: bool = False) -> Wire | None:
        """The client's connection to the tracker; if it has gone, the person is asked to start it again.

        Args:
            explained: A finding tells already why it went.
        """
        if self.tracker.client is None and not self.observer.is_over:
            if not explained:
                self.note.fault(rules.STAYS_CONNECTED, words.LEFT_TRACKER)
            self._on_step(Step("restart", words.RESTART, self.step_seconds))
            self.observer.wait(lambda: self.tracker.client is not None, seconds=self.step_seconds)
        return self.tracker.client
