"""A client in plain blocking threads.

``python3 -m examples.threads_client NAME [TRACKER_HOST [TRACKER_PORT]]``, then lines like ``Bruno: Oi!``
"""

import random
import socket
import sys
import time
from collections.abc import Callable
from typing import Final, assert_never

from core import CancelDial, Connection, DialPeer, LocalProtocolError, LossReason, Node, NodeEvent
from core import NodeRequest, ReachTracker

from .loss_reasons import reason_of
from .threads_driver import Address, Attach, Driver, start_thread

Fail = Callable[[LossReason, float], None]

CLOSE_SECONDS: Final = 3.0  # for the last words, when the program ends


class Client:
    """A node that begins at once; ``on_event`` is called in whatever thread an event came from."""

    def __init__(
        self, name: str, tracker: Address, listener: socket.socket, on_event: Callable[[NodeEvent], None]
    ) -> None:
        self.tracker, self.listener, self.on_event = tracker, listener, on_event
        self.node = Node(name, listener.getsockname()[1], now=time.monotonic(), random=random.random)
        self.driver = Driver(self.node, self.pump)
        start_thread(self.driver.keep_time)
        start_thread(self.answer)

    def say(self, to: str, text: str) -> None:
        """Send a text, calling first if need be.

        Raises:
            LocalProtocolError: It cannot be.
        """
        with self.driver.turn() as now:
            self.node.say(self.node.open_chat(to, now=now), text, now=now)

    def leave(self) -> None:
        """Take leave of everybody; returns when the last words are out."""
        with self.driver.turn() as now:
            self.node.leave(now=now)
        self.driver.wait_for(lambda: self.node.wants_close, CLOSE_SECONDS)

    # What any program with a node needs

    def pump(self) -> bool:
        requests, events = self.node.take_requests(), self.node.take_events()
        for request in requests:
            self.carry_out(request)
        for event in events:
            self.on_event(event)
        return bool(requests or events)

    def answer(self) -> None:
        while True:
            sock, address = self.listener.accept()
            start_thread(self.driver.serve, sock, address[:2], self.accept_peer)

    def accept_peer(self, address: Address, now: float) -> Connection:
        return self.node.accept_peer(*address, now=now)

    def carry_out(self, request: NodeRequest) -> None:
        node = self.node
        attach: Attach
        fail: Fail
        match request:
            case ReachTracker(seconds):
                to = self.tracker
                attach = lambda address, now: node.tracker_connected(address[0], now=now)
                fail = lambda reason, now: node.tracker_unreachable(reason, now=now)
            case DialPeer(dial, host, port, seconds):
                to = host, port
                attach = lambda address, now: node.dial_succeeded(dial, now=now)
                fail = lambda reason, now: node.dial_failed(dial, reason, now=now)
            case CancelDial():
                return  # a blocking connect goes on; the node turns away what comes of it
            case _:
                assert_never(request)
        start_thread(self.dial, to, seconds, attach, fail)

    def dial(self, to: Address, timeout_seconds: float, attach: Attach, fail: Fail) -> None:
        try:
            sock = socket.create_connection(to, timeout_seconds)
            address = sock.getpeername()[:2]
        except OSError as error:  # a TimeoutError too
            with self.driver.turn() as now:
                fail(reason_of(error), now)
        else:
            sock.settimeout(None)
            self.driver.serve(sock, address, attach)


def main(name: str, tracker_host: str = "127.0.0.1", tracker_port: str = "10000") -> None:
    client = Client(name, (tracker_host, int(tracker_port)), socket.create_server(("", 0)), on_event=print)
    for line in sys.stdin:
        to, _, text = line.partition(":")
        try:
            client.say(to, text.strip())
        except LocalProtocolError as error:
            with client.driver.turn():  # events are printed in turns, too
                print("!", error)
    client.leave()


if __name__ == "__main__":
    main(*sys.argv[1:])
