"""Somebody with the real client, less its face: for tests that need others to talk to."""

from core import ChatOpened, ConversationId, Node, NodeEvent, TextReceived, TrackerRegistered
from io_adapters import PeerNode, Reactor, open_listener

from .io_adapters.support import LOOPBACK, run_until


class Person:
    """A node on real sockets of a reactor that others may use too."""

    def __init__(self, reactor: Reactor, name: str, tracker_port: int) -> None:
        self.reactor = reactor
        listener = open_listener(LOOPBACK, 0)
        self.port: int = listener.getsockname()[1]
        self.node = Node(name, self.port, now=reactor.time(), random=lambda: 0.5)
        self.events: list[NodeEvent] = []
        self.peer_node = PeerNode(
            reactor,
            self.node,
            tracker_address=(LOOPBACK, tracker_port),
            listeners=[listener],
        )
        reactor.add_end_of_turn(self._take_events)

    def _take_events(self) -> None:
        self.events += self.node.take_events()

    def register(self) -> None:
        """Wait until the tracker has answered."""
        self.wait_for(TrackerRegistered)

    def wait_for(self, kind: type[NodeEvent]) -> NodeEvent:
        """Turn the loop until there is an event of that kind; takes it."""
        try:
            run_until(self.reactor, lambda: self.has(kind))
        except AssertionError:
            raise AssertionError(f"no {kind.__name__} in {self.events}") from None
        found = next(event for event in self.events if isinstance(event, kind))
        self.events.remove(found)
        return found

    def has(self, kind: type[NodeEvent]) -> bool:
        """Whether there is an event of that kind."""
        return any(isinstance(event, kind) for event in self.events)

    def call(self, name: str) -> ConversationId:
        """Open a chat and wait for it."""
        conversation = self.node.open_chat(name, now=self.reactor.time())
        self.peer_node.pump()
        self.wait_for(ChatOpened)
        return conversation

    def say(self, conversation: ConversationId, text: str) -> None:
        """Send a text."""
        self.node.say(conversation, text, now=self.reactor.time())
        self.peer_node.pump()

    def hears(self) -> str:
        """The next text."""
        event = self.wait_for(TextReceived)
        assert isinstance(event, TextReceived)
        return event.text

    def leave(self) -> None:
        """Leave and wait until it is done."""
        self.node.leave(now=self.reactor.time())
        self.peer_node.pump()
        run_until(self.reactor, lambda: self.node.wants_close)
