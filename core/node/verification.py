"""Does a caller call from where its name listens? (docs/protocol.md §4.8)"""

from ..events import PeerVerified, Verdict
from .conversation import Conversation
from .event_queue import EventQueue
from .tracker_session import TrackerSession


class Verification:
    """Asks the tracker about the names that callers claim, and reports the verdicts."""

    def __init__(self, *, queue: EventQueue, tracker: TrackerSession, max_names: int) -> None:
        self._queue = queue
        self._tracker = tracker
        self._max_names = max_names
        self._waiting: dict[str, dict[Conversation, None]] = {}  # by name, until the tracker answers

    def ask(self, name: str, conversation: Conversation, *, now: float) -> None:
        """Report the verdict on a caller once the tracker has answered for the name."""
        self._waiting.setdefault(name, {})[conversation] = None
        if len(self._waiting) > self._max_names:
            del self._waiting[next(iter(self._waiting))]  # a flood of names while there is no tracker
        self._tracker.ask_address(name, urgent=False, now=now)

    def address_answered(self, name: str, address: tuple[str, int] | None) -> None:
        """Report the verdict on every caller that claims the name."""
        for conversation in self._waiting.pop(name, {}):
            self._report(conversation, None if address is None else address[0])

    def tracker_registered(self, *, now: float) -> None:
        """Ask about the callers that came while there was no tracker."""
        for name in list(self._waiting):
            self._tracker.ask_address(name, urgent=False, now=now)

    def _report(self, conversation: Conversation, tracker_host: str | None) -> None:
        if tracker_host is None:
            verdict = Verdict.UNKNOWN_NAME
        else:
            verdict = Verdict.VERIFIED if tracker_host == conversation.host else Verdict.MISMATCH
        self._queue.emit(PeerVerified(conversation.number, verdict, conversation.host, tracker_host))
