"""A tracker under asyncio, with streams: one coroutine for each client.

``python3 -m examples.asyncio_streams_tracker [HOST [PORT]]``
"""

import asyncio
import sys
from collections.abc import Callable

from core import CLOSE_SECONDS, Tracker, TrackerConnection, TrackerEvent

from .loss_reasons import reason_of


class TrackerServer:
    """The tracker's machine, its clients, and its timer."""

    def __init__(self, tracker: Tracker, on_event: Callable[[TrackerEvent], None]) -> None:
        self.loop = asyncio.get_running_loop()
        self.tracker = tracker
        self.writers: dict[TrackerConnection, asyncio.StreamWriter] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.on_event = on_event
        self.alarm: asyncio.TimerHandle | None = None
        self.turn: float | None = None

    def now(self) -> float:
        """The time of this turn of the loop: one for all that is served in it, so that long lists take turns."""
        if self.turn is None:
            self.turn = self.loop.time()
            self.loop.call_soon(self.end_turn)  # first of all in the next turn
        return self.turn

    def end_turn(self) -> None:
        self.turn = None

    async def start(self, host: str, port: int) -> asyncio.Server:
        return await asyncio.start_server(self.begin, host, port)

    def begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self.serve(reader, writer))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client until either side has had enough."""
        # A socket that broke meanwhile has no address any more.
        peer_host, own_host = ((writer.get_extra_info(end) or [""])[0] for end in ("peername", "sockname"))
        connection = self.tracker.accept(peer_host, own_host, now=self.now())
        self.writers[connection] = writer
        self.settle(connection)
        try:
            while not connection.wants_close:
                data = await reader.read(65536)
                self.report_unsent(connection)  # what was read since the last write counts no more
                if data:
                    connection.receive_data(data, now=self.now())
                else:
                    connection.receive_eof(now=self.now())
                self.settle(connection)
        except OSError as error:
            connection.connection_lost(reason_of(error), now=self.now())
            self.settle(connection)
        del self.writers[connection]

    def report_unsent(self, connection: TrackerConnection) -> None:
        unsent_bytes = self.writers[connection].transport.get_write_buffer_size()
        connection.report_unsent(unsent_bytes, now=self.now())

    def flush(self, connection: TrackerConnection) -> None:
        """Write what the machine has to say, and close if it wants to."""
        writer = self.writers[connection]
        if data := connection.data_to_send():
            writer.write(data)  # no drain(): the machine itself bounds what may wait
        self.report_unsent(connection)
        if connection.wants_close and not writer.is_closing():
            writer.close()
            self.loop.call_later(CLOSE_SECONDS, writer.transport.abort)  # if it is still not written

    def settle(self, *changed: TrackerConnection) -> None:
        """Flush what has changed and what is ready, hand on what happened, and set the timer."""
        for connection in (*changed, *self.tracker.take_ready()):
            if connection in self.writers:
                self.flush(connection)
        for event in self.tracker.take_events():
            self.on_event(event)
        if self.alarm is not None:
            self.alarm.cancel()
        deadline = self.tracker.next_timer()
        self.alarm = self.loop.call_at(deadline, self.wake) if deadline is not None else None

    def wake(self) -> None:
        self.tracker.handle_timer(now=self.now())
        self.settle()

    async def close(self) -> None:
        self.tracker.close(now=self.now())
        self.settle()
        if self.tasks:
            await asyncio.wait(self.tasks)


async def main(host: str = "127.0.0.1", port: str = "10000") -> None:
    server = TrackerServer(Tracker(), on_event=print)
    listener = await server.start(host, int(port))
    print("listening on port", listener.sockets[0].getsockname()[1])
    try:
        await asyncio.Event().wait()  # for ever
    finally:
        listener.close()
        await server.close()


if __name__ == "__main__":
    try:
        asyncio.run(main(*sys.argv[1:]))
    except KeyboardInterrupt:
        pass  # how this program is ended
