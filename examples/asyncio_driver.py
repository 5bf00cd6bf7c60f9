"""Drives a ``Tracker`` or a ``Node`` under asyncio: the same face serves both, so one driver does."""

import asyncio
from collections.abc import Callable

from core import CLOSE_SECONDS, Connection, Machine

from .loss_reasons import reason_of

Address = tuple[str, int]

Attach = Callable[[asyncio.Transport], Connection]
"""Has the machine take a connected socket; returns the connection that it makes of it."""


def address_of(transport: asyncio.Transport, end: str) -> Address:
    """Host and port of an ``end``, ``peername`` or ``sockname``; a socket that broke meanwhile has none."""
    host, port = (transport.get_extra_info(end) or ("", 0))[:2]
    return host, port


class Driver:
    """The sockets of one machine, and its timer, in the current loop.

    ``pump`` does what is special to the program: it takes the machine's events
    (and requests, if it makes any) and returns whether there were some.
    """

    def __init__(self, machine: Machine[object], pump: Callable[[], bool]) -> None:
        self.machine = machine
        self.pump = pump
        self.loop = asyncio.get_running_loop()
        self.links: dict[Connection, Link] = {}
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

    def settle(self) -> None:
        """After every input of any kind: do all that the machine wants done, then set the timer."""
        while True:
            ready = self.machine.take_ready()
            for connection in ready:
                if link := self.links.get(connection):
                    link.flush()
            if not self.pump() and not ready:
                break
        if self.alarm is not None:
            self.alarm.cancel()
        deadline = self.machine.next_timer()
        self.alarm = None if deadline is None else self.loop.call_at(deadline, self.wake)

    def wake(self) -> None:
        self.machine.handle_timer(now=self.now())
        self.settle()


class Link(asyncio.Protocol):
    """Moves bytes between one socket and one connection of the machine."""

    transport: asyncio.Transport
    connection: Connection

    def __init__(self, driver: Driver, attach: Attach) -> None:
        self.driver, self.attach = driver, attach

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.set_write_buffer_limits(high=0)  # so that resume_writing comes when all is written
        self.connection = self.attach(transport)
        self.driver.links[self.connection] = self
        self.settle()

    def data_received(self, data: bytes) -> None:
        self.connection.receive_data(data, now=self.driver.now())
        self.settle()

    def eof_received(self) -> bool:
        self.connection.receive_eof(now=self.driver.now())
        self.settle()
        return True  # the machine says when to close

    def connection_lost(self, error: Exception | None) -> None:
        del self.driver.links[self.connection]
        self.connection.connection_lost(reason_of(error), now=self.driver.now())
        self.driver.settle()

    def resume_writing(self) -> None:
        self.connection.report_unsent(0, now=self.driver.now())
        self.settle()

    def settle(self) -> None:
        self.flush()
        self.driver.settle()

    def flush(self) -> None:
        """Write what the machine has to say, and end as it wants."""
        if data := self.connection.data_to_send():
            self.transport.write(data)
            self.connection.report_unsent(self.transport.get_write_buffer_size(), now=self.driver.now())
        if self.connection.wants_close and not self.transport.is_closing():
            self.transport.close()
            self.driver.loop.call_later(CLOSE_SECONDS, self.transport.abort)  # if it is still not written
        elif self.connection.wants_half_close:
            self.transport.write_eof()
