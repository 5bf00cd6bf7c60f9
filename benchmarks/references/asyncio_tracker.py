"""The same tracker as an ``asyncio.Protocol``, as a good programmer would write it without a core apart.

usage: python3 -m benchmarks.references.asyncio_tracker      (prints its port)
"""

import asyncio

SILENCE_SECONDS = 15.0


class Directory:
    """Who is there."""

    def __init__(self) -> None:
        self.answers: dict[bytes, bytes] = {}
        self.roster = bytearray(b":")

    def add(self, name: bytes, host: str, port: bytes) -> None:
        self.answers[b"ADDR " + name] = b"ADDR %b:%b\r\n" % (host.encode(), port)
        self.roster += name + b":"

    def remove(self, name: bytes) -> None:
        if self.answers.pop(b"ADDR " + name, None) is not None:
            at = self.roster.find(b":" + name + b":")
            del self.roster[at : at + len(name) + 1]

    def list_for(self, name: bytes) -> bytes:
        at = self.roster.find(b":" + name + b":")
        head, tail = self.roster[1 : at + 1], self.roster[at + len(name) + 2 : -1]
        return b"".join((b"LIST ", head if tail else head[:-1], tail, b"\r\n"))


class Client(asyncio.Protocol):
    """One connection."""

    def __init__(
        self, directory: Directory, everybody: "set[Client]", loop: asyncio.AbstractEventLoop
    ) -> None:
        self.directory = directory
        self.everybody = everybody
        self.loop = loop
        self.seen = loop.time()
        self.rest = b""
        self.name = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.everybody.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.everybody.discard(self)
        self.directory.remove(self.name)

    def data_received(self, data: bytes) -> None:
        self.seen = self.loop.time()
        lines = (self.rest + data).split(b"\r\n")
        self.rest = lines.pop()
        replies = b"".join(map(self.answer, lines))
        if replies:
            self.transport.write(replies)

    def answer(self, line: bytes) -> bytes:
        verb = line[:5]
        if verb == b"ADDR ":
            return self.directory.answers.get(line, b"")
        if verb == b"LIST":
            return self.directory.list_for(self.name)
        if verb == b"USER ":
            self.directory.remove(self.name)
            self.name, _, port = line[5:].partition(b":")
            self.directory.add(self.name, self.transport.get_extra_info("peername")[0], port)
        return b""


async def serve() -> None:
    """Serve for ever."""
    loop = asyncio.get_running_loop()
    directory, everybody = Directory(), set[Client]()
    server = await loop.create_server(
        lambda: Client(directory, everybody, loop), "127.0.0.1", 0, backlog=4096
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    while True:
        await asyncio.sleep(1)
        oldest = loop.time() - SILENCE_SECONDS
        for client in [client for client in everybody if client.seen < oldest]:
            client.transport.abort()


if __name__ == "__main__":
    asyncio.run(serve())
