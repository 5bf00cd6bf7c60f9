"""A bot under asyncio: greets whoever calls, and says again what they say.

``python3 -m examples.asyncio_bot [NAME [TRACKER_HOST [TRACKER_PORT]]]``
"""

import asyncio
import random
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import assert_never

from core import CancelDial, ChatOpened, Connection, DialPeer, LocalProtocolError, LossReason, Node
from core import NodeEvent, NodeLeft, NodeRequest, ReachTracker, TextReceived

from .asyncio_driver import Address, Attach, Driver, Link, address_of
from .loss_reasons import reason_of


class Bot:
    """A node in the current loop, and what it says."""

    def __init__(self, name: str, tracker: Address, listener: socket.socket) -> None:
        self.tracker, self.listener = tracker, listener
        began, port = asyncio.get_running_loop().time(), listener.getsockname()[1]
        self.node = Node(name, port, now=began, random=random.random)
        self.driver = Driver(self.node, self.pump)
        self.now = self.driver.now
        self.dials: dict[int, asyncio.Task[None]] = {}
        self.has_left = asyncio.Event()

    async def run(self) -> None:
        """Take calls; when cancelled, take leave of everybody first."""
        server = await self.driver.loop.create_server(lambda: Link(self.driver, self.accept), sock=self.listener)
        self.driver.settle()
        try:
            await asyncio.Event().wait()  # for ever
        finally:
            server.close()
            self.node.leave(now=self.now())
            self.driver.settle()
            await self.has_left.wait()

    def on_event(self, event: NodeEvent) -> None:
        with suppress(LocalProtocolError):  # gone already, or not reading: no matter to a bot
            match event:
                case ChatOpened(conversation, name):
                    self.node.say(conversation, f"Hello, {name or 'stranger'}!", now=self.now())
                case TextReceived(conversation, text):
                    self.node.say(conversation, text, now=self.now())
                case NodeLeft():
                    self.has_left.set()
                case _:
                    pass

    # What any program with a node needs

    def accept(self, transport: asyncio.Transport) -> Connection:
        return self.node.accept_peer(*address_of(transport, "peername"), now=self.now())

    def pump(self) -> bool:
        requests, events = self.node.take_requests(), self.node.take_events()
        for request in requests:
            self.carry_out(request)
        for event in events:
            self.on_event(event)
        return bool(requests or events)

    def carry_out(self, request: NodeRequest) -> None:
        match request:
            case ReachTracker(timeout_seconds):
                number = 0  # the node's own numbers begin at 1
                attempt = self.dial(
                    self.tracker,
                    timeout_seconds,
                    lambda to: self.node.tracker_connected(address_of(to, "peername")[0], now=self.now()),
                    lambda reason: self.node.tracker_unreachable(reason, now=self.now()),
                )
            case DialPeer(number, host, port, timeout_seconds):
                attempt = self.dial(
                    (host, port),
                    timeout_seconds,
                    lambda to: self.node.dial_succeeded(number, now=self.now()),
                    lambda reason: self.node.dial_failed(number, reason, now=self.now()),
                )
            case CancelDial(number):
                self.cancel(number)
                return
            case _:
                assert_never(request)
        self.cancel(number)  # an attempt at the tracker that this one replaces
        task = self.dials[number] = asyncio.create_task(attempt)
        task.add_done_callback(lambda _: self.dials.get(number) is task and self.dials.pop(number))

    def cancel(self, number: int) -> None:
        if dial := self.dials.pop(number, None):
            dial.cancel()  # without effect on one that has ended

    async def dial(
        self, to: Address, timeout_seconds: float, attach: Attach, fail: Callable[[LossReason], None]
    ) -> None:
        try:
            async with asyncio.timeout(timeout_seconds):
                await self.driver.loop.create_connection(lambda: Link(self.driver, attach), *to)
        except OSError as error:  # a TimeoutError too
            fail(reason_of(error))
            self.driver.settle()


async def main(name: str = "Echo", tracker_host: str = "127.0.0.1", tracker_port: str = "10000") -> None:
    await Bot(name, (tracker_host, int(tracker_port)), socket.create_server(("", 0))).run()


if __name__ == "__main__":
    try:
        asyncio.run(main(*sys.argv[1:]))
    except KeyboardInterrupt:
        pass  # how this program is ended
