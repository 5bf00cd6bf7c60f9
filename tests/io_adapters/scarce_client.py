"""A client that may have few descriptors, and does what callers tell it; run by ``test_crowds``."""

import random
import resource
import sys

from core import ChatOpened, Limits, Node, NodeEvent, TextReceived
from core.limits import DEFAULT_LIMITS
from io_adapters.descriptors import most_connections
from io_adapters.listening import listening_address, open_listener
from io_adapters.peer_node import PeerNode
from io_adapters.reactor import Reactor

from .support import LOOPBACK

CALL = "call "
HOW_MANY = "how many texts"


class Client:
    """Answers ``call NAME`` by a call and a hello, ``how many texts`` by their number."""

    def __init__(self, reactor: Reactor, tracker_port: int) -> None:
        listener = open_listener(LOOPBACK, 0)
        limits = Limits(max_peer_connections=most_connections(DEFAULT_LIMITS.max_peer_connections))
        self._reactor = reactor
        self._node = Node(
            "Ana", listening_address(listener)[1], now=reactor.time(), random=random.random, limits=limits
        )
        self._adapter = PeerNode(
            reactor,
            self._node,
            tracker_address=(LOOPBACK, tracker_port),
            listeners=[listener],
            on_exhausted=lambda error: print(error.strerror, flush=True),
        )
        self._texts = 0
        reactor.add_end_of_turn(self._take_events)

    def _take_events(self) -> None:
        while events := self._node.take_events():
            for event in events:
                self._take(event)
            self._adapter.pump()

    def _take(self, event: NodeEvent) -> None:
        now = self._reactor.now
        match event:
            case TextReceived(_, text) if text.startswith(CALL):
                self._node.open_chat(text.removeprefix(CALL), now=now)
            case TextReceived(conversation, text) if text == HOW_MANY:
                self._node.say(conversation, f"{self._texts} texts", now=now)
            case TextReceived():
                self._texts += 1
            case ChatOpened(conversation, incoming=False):
                self._node.say(conversation, "hello", now=now)
            case _:
                pass


def main() -> None:
    """Run until somebody ends this process."""
    tracker_port, descriptors = map(int, sys.argv[1:])
    resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))
    with Reactor() as reactor:
        client = Client(reactor, tracker_port)
        reactor.run()
        del client


if __name__ == "__main__":
    main()
