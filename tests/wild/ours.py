"""Our own programs for the tests: the real machines on the real adapters, each in a thread of its own."""

import random
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Generic, Self, TypeVar

from core import (
    CallBackEnded,
    ChatOpened,
    ConversationId,
    Edition,
    Node,
    NodeEvent,
    TextId,
    TextReceived,
    Tracker,
    TrackerConfig,
    TrackerEvent,
    TrackerRegistered,
)
from io_adapters import Address, PeerNode, Reactor, TrackerServer, listening_address, open_listener

from .harness import LOOPBACK, WAIT_SECONDS

Result = TypeVar("Result")
Event = TypeVar("Event")
Wanted = TypeVar("Wanted")


class _InThread(Generic[Event]):
    """A reactor in a thread, the events that came, and calls into its thread."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.reactor = Reactor()
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self.reactor.run, name=type(self).__name__, daemon=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Let the loop run."""
        self._thread.start()

    def close(self) -> None:
        """Stop the loop; fails if it had died before."""
        assert self._thread.is_alive(), f"the loop of {type(self).__name__} died"
        self.in_loop(self.close_adapter)
        self.reactor.stop()
        self._thread.join(WAIT_SECONDS)
        self.reactor.close()

    def close_adapter(self) -> None:
        """Close what runs on the reactor; called in its thread."""
        raise AssertionError("subclasses do")

    def note(self, event: Event) -> None:
        """Called in the loop, for every event."""
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def in_loop(self, work: Callable[[], Result]) -> Result:
        """Do ``work`` in the loop's thread; returns or raises what it does."""
        done = threading.Event()
        results: list[Result] = []
        errors: list[Exception] = []

        def call() -> None:
            try:
                results.append(work())
            except (RuntimeError, ValueError, AssertionError) as error:
                errors.append(error)
            done.set()

        self.reactor.call_soon(call)
        assert done.wait(WAIT_SECONDS), "the loop does not answer"
        if errors:
            raise errors[0]
        return results[0]

    def wait_for(
        self, kind: type[Wanted], fits: Callable[[Wanted], bool] = lambda event: True, *, after: int = 0
    ) -> Wanted:
        """Wait for the first event of ``kind`` that ``fits``, of those behind the first ``after`` ones."""

        def found() -> Wanted | None:
            return next((e for e in self.events[after:] if isinstance(e, kind) and fits(e)), None)

        with self._changed:
            event = self._changed.wait_for(found, WAIT_SECONDS)
        assert event is not None, f"no {kind.__name__} came; events: {self.events!r}"
        return event


class OurTracker(_InThread[TrackerEvent]):
    """``core.Tracker`` on ``io_adapters.TrackerServer``."""

    def __init__(self, edition: Edition = Edition.E2024, *, keepalive_seconds: float = 5.0) -> None:
        super().__init__()
        self.tracker = Tracker(TrackerConfig(keepalive_seconds, edition), report_queries=True)
        listener = open_listener(LOOPBACK, 0)
        self.address: Address = listening_address(listener)
        self._server = TrackerServer(self.reactor, self.tracker, [listener], on_event=self.note)
        self.start()

    def close_adapter(self) -> None:
        self._server.close()


class OurClient(_InThread[NodeEvent]):
    """``core.Node`` on ``io_adapters.PeerNode``."""

    def __init__(self, name: str, tracker: Address, *, wait_until_registered: bool = True) -> None:
        super().__init__()
        listener = open_listener(LOOPBACK, 0)
        self.address: Address = listening_address(listener)
        self.node = Node(name, self.address[1], now=self.reactor.time(), random=random.Random(5).random)
        self._adapter = PeerNode(
            self.reactor, self.node, tracker_address=tracker, listeners=[listener]
        )
        self.reactor.add_end_of_turn(self._note_events)
        self.start()
        if wait_until_registered:
            self.wait_for(TrackerRegistered)

    def close_adapter(self) -> None:
        self._adapter.close()

    def _note_events(self) -> None:
        for event in self.node.take_events():
            self.note(event)

    def intend(self, intent: Callable[[float], Result]) -> Result:
        """Carry out an intent of the user, given the time, in the loop."""

        def work() -> Result:
            result = intent(self.reactor.time())
            self._adapter.pump()
            return result

        return self.in_loop(work)

    def request_chat(self, name: str) -> ConversationId:
        """``/chat name``."""
        return self.intend(lambda now: self.node.open_chat(name, now=now))

    def open_chat(self, name: str) -> ConversationId:
        """``/chat name``, until the chat is open."""
        conversation = self.request_chat(name)
        self.wait_for(ChatOpened, lambda event: event.conversation == conversation)
        return conversation

    def say(self, conversation: ConversationId, text: str) -> TextId:
        """Send a text."""
        return self.intend(lambda now: self.node.say(conversation, text, now=now))

    def call_back(self, conversation: ConversationId) -> CallBackEnded:
        """``/chat name`` twice, with somebody who called and does not answer; until that is decided."""
        self.intend(lambda now: self.node.call_back(conversation, now=now))
        return self.wait_for(CallBackEnded)

    def end_chat(self, conversation: ConversationId) -> None:
        """``/bye``."""
        self.intend(lambda now: self.node.end_chat(conversation, now=now))

    def wait_for_text(self, text: str) -> TextReceived:
        """The event that shows exactly ``text``."""
        return self.wait_for(TextReceived, lambda event: event.text == text)

    def texts(self) -> list[str]:
        """Every text shown so far, in order."""
        return [event.text for event in self.events if isinstance(event, TextReceived)]
