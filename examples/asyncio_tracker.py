"""A tracker under asyncio, with transports and protocols.

``python3 -m examples.asyncio_tracker [HOST [PORT]]``
"""

import asyncio
import sys
from collections.abc import Callable

from core import Connection, Tracker, TrackerEvent

from .asyncio_driver import Driver, Link, address_of


class TrackerServer:
    """A tracker in the current loop; ``start`` makes it listen."""

    def __init__(self, tracker: Tracker, on_event: Callable[[TrackerEvent], None]) -> None:
        self.tracker = tracker
        self.driver = Driver(self.tracker, self.pump)
        self.on_event = on_event

    async def start(self, host: str, port: int) -> asyncio.Server:
        return await self.driver.loop.create_server(lambda: Link(self.driver, self.accept), host, port)

    def accept(self, transport: asyncio.Transport) -> Connection:
        (peer_host, _), (own_host, _) = address_of(transport, "peername"), address_of(transport, "sockname")
        return self.tracker.accept(peer_host, own_host, now=self.driver.now())

    def pump(self) -> bool:
        events = self.tracker.take_events()
        for event in events:
            self.on_event(event)
        return bool(events)

    def close(self) -> None:
        self.tracker.close(now=self.driver.now())
        self.driver.settle()


async def main(host: str = "127.0.0.1", port: str = "10000") -> None:
    server = TrackerServer(Tracker(), on_event=print)
    listener = await server.start(host, int(port))
    print("listening on port", listener.sockets[0].getsockname()[1])
    try:
        await asyncio.Event().wait()  # for ever
    finally:
        listener.close()
        server.close()


if __name__ == "__main__":
    try:
        asyncio.run(main(*sys.argv[1:]))
    except KeyboardInterrupt:
        pass  # how this program is ended
