"""Drives a ``Tracker`` or a ``Node`` with blocking threads: two a connection, one for time, one lock."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from core import CLOSE_SECONDS, Connection, Machine

from .loss_reasons import reason_of

Address = tuple[str, int]
Attach = Callable[[Address, float], Connection]
"""Has the machine take a connection with an address, at a time; returns what it makes of it."""


def start_thread(work: Callable[..., None], *arguments: object) -> None:
    threading.Thread(target=work, args=arguments, daemon=True).start()


def hang_up(sock: socket.socket, after_seconds: float = 0.0) -> None:
    """End a socket, freeing the threads that block on it."""
    time.sleep(after_seconds)
    with suppress(OSError):  # it is gone already
        sock.shutdown(socket.SHUT_RDWR)


class Driver:
    """The threads of one machine; ``pump`` does what is special to the program, as in ``asyncio_driver``."""

    def __init__(self, machine: Machine[object], pump: Callable[[], bool]) -> None:
        self.machine, self.pump = machine, pump
        self.unsent: dict[Connection, bytearray] = {}
        self.sockets: dict[Connection, socket.socket] = {}  # of those that do not want to close
        self.changed = threading.Condition()

    @contextmanager
    def turn(self, connection: Connection | None = None) -> Iterator[float]:
        """Hold the machine for one input, then do all that it wants done. Gives the time."""
        with self.changed:
            try:
                yield time.monotonic()
            finally:
                if connection is not None:
                    self.flush(connection)
                while True:
                    ready = self.machine.take_ready()
                    for one in ready:
                        self.flush(one)
                    if not self.pump() and not ready:
                        break
                self.changed.notify_all()

    def flush(self, connection: Connection) -> None:
        if connection in self.unsent:
            self.unsent[connection] += connection.data_to_send()
            connection.report_unsent(len(self.unsent[connection]), now=time.monotonic())
        if connection.wants_close and (sock := self.sockets.pop(connection, None)):
            start_thread(hang_up, sock, CLOSE_SECONDS)

    def wait_for(self, condition: Callable[[], bool], timeout_seconds: float) -> None:
        """Block until something is true of the machine, and all is written; or the time is up."""
        with self.changed:
            self.changed.wait_for(lambda: condition() and not self.unsent, timeout_seconds)

    def keep_time(self) -> None:
        """Block a thread for ever, and wake the machine when it is time."""
        while True:
            with self.turn() as now:
                self.machine.handle_timer(now=now)
            with self.changed:
                deadline = self.machine.next_timer()
                self.changed.wait(None if deadline is None else max(0.0, deadline - time.monotonic()))

    def serve(self, sock: socket.socket, address: Address, attach: Attach) -> None:
        """Read what comes on a connected socket, until it ends."""
        with self.turn() as now:
            connection = attach(address, now)
            self.unsent[connection] = bytearray()
            self.sockets[connection] = sock
        start_thread(self.write, sock, connection)
        try:
            while data := sock.recv(65536):
                with self.turn(connection) as now:
                    connection.receive_data(data, now=now)
            with self.turn(connection) as now:
                connection.receive_eof(now=now)
        except OSError as error:
            with self.turn(connection) as now:
                connection.connection_lost(reason_of(error), now=now)

    def write(self, sock: socket.socket, connection: Connection) -> None:
        """Write what the machine has to say on a socket, and end it as it wants."""
        unsent, ended = self.unsent[connection], False
        with suppress(OSError):  # the reading thread meets it too, and reports it
            while unsent or not connection.wants_close:
                if unsent:
                    sent = sock.send(unsent[:65536])
                    with self.turn(connection):
                        del unsent[:sent]
                elif connection.wants_half_close and not ended:
                    ended = True
                    sock.shutdown(socket.SHUT_WR)
                wanted = lambda: unsent or connection.wants_close or connection.wants_half_close != ended
                with self.changed:
                    self.changed.wait_for(wanted)
        hang_up(sock)
        with self.turn():
            del self.unsent[connection]
