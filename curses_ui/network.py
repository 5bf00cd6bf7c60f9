"""The client's place among its peers, on real sockets."""

import random
import socket
from collections.abc import Callable
from typing import Final

from core import Node, NodeEvent
from io_adapters import Address, PeerNode, Reactor, listening_address, open_listener

from .loop import Join, Network
from .network_plan import NetworkPlan


class SocketNetwork(PeerNode):
    """A ``Network``: see ``loop.py``."""

    def __init__(
        self,
        reactor: Reactor,
        node: Node,
        plan: NetworkPlan,
        listener: socket.socket,
        on_event: Callable[[NodeEvent], None],
        on_exhausted: Callable[[OSError], None],
    ) -> None:
        """Begin; see ``PeerNode``."""
        super().__init__(
            reactor,
            node,
            tracker_address=plan.tracker,
            listeners=[listener],
            on_event=on_event,
            on_exhausted=on_exhausted,
        )
        self.listening: Final[Address] = listening_address(listener)
        """Where peers call: host and port."""


def on_sockets(reactor: Reactor) -> Join:
    """Let a client take part in the real network."""

    def join(
        name: str,
        plan: NetworkPlan,
        on_event: Callable[[NodeEvent], None],
        on_exhausted: Callable[[OSError], None],
    ) -> Network:
        listener = open_listener(*plan.listen)
        port = listening_address(listener)[1]
        node = Node(name, port, now=reactor.time(), random=random.random)
        return SocketNetwork(reactor, node, plan, listener, on_event, on_exhausted)

    return join
