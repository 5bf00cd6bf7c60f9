"""The client's place among its peers, on real sockets."""

import random
from collections.abc import Callable
from typing import Final

from core import Node, NodeEvent
from io_adapters import Address, PeerNode, Reactor, listening_address, open_listener

from ..loop import Join, Network
from .network_plan import NetworkPlan


class SocketNetwork(PeerNode):
    """A ``Network``: see ``loop.py``."""

    def __init__(
        self,
        reactor: Reactor,
        plan: NetworkPlan,
        make_node: Callable[[int], Node],
        on_event: Callable[[NodeEvent], None],
        on_exhausted: Callable[[OSError], None],
    ) -> None:
        """Begin; see ``PeerNode``.

        Args:
            reactor: The loop.
            plan: Whom to reach and where to be reached.
            make_node: Given the port where peers call.
            on_event: Given every event of the node.
            on_exhausted: Told when no more calls can be taken.

        Raises:
            ListenError: Peers cannot be listened for where the plan says.
        """
        listener = open_listener(*plan.listen)
        self.listening: Final[Address] = listening_address(listener)
        """Where peers call: host and port."""
        self.node: Final = make_node(self.listening[1])
        """For the user's intents."""
        self._on_event: Final = on_event
        self._is_pumping = False
        super().__init__(
            reactor,
            self.node,
            tracker_address=plan.tracker,
            listeners=[listener],
            on_exhausted=on_exhausted,
        )

    def pump(self) -> None:
        """Do all that the node wants done now, and hand on its events; within an event, once all are handed on."""
        if self._is_pumping:
            return
        self._is_pumping = True
        try:
            super().pump()
            while not self._is_closed and (events := self.node.take_events()):
                for event in events:
                    self._on_event(event)
                super().pump()
        finally:
            self._is_pumping = False


def on_sockets(reactor: Reactor) -> Join:
    """Let a client take part in the real network."""

    def join(
        name: str,
        plan: NetworkPlan,
        on_event: Callable[[NodeEvent], None],
        on_exhausted: Callable[[OSError], None],
    ) -> Network:
        def make_node(port: int) -> Node:
            return Node(name, port, now=reactor.time(), random=random.random)

        return SocketNetwork(reactor, plan, make_node, on_event, on_exhausted)

    return join
