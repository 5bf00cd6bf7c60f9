"""What every stand-in shares: blocking sockets, a thread for each connection, a memory of what was heard.

A stand-in behaves as carelessly as the program it stands for; the harness
behind it does not: every wait has a limit, every socket a time limit, every
thread is a daemon, and a stand-in stops by closing its sockets.
"""

import functools
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Final, Self

WAIT_SECONDS: Final = 15.0  # guards against hanging; nothing is measured with it
SERVING_SECONDS: Final = 120.0  # the same for a thread that serves a client, who may say nothing for long
RECV_BYTES: Final = 1024  # how much every program of the course reads at a time
LOOPBACK: Final = "127.0.0.1"

Address = tuple[str, int]
_SIDE_BY_SIDE: Final = 8


@functools.cache
def side_by_side(talk: Callable[..., None], cases: tuple[tuple[object, ...], ...]) -> dict[tuple[object, ...], Future[None]]:
    """Begin the same talk with every program, some of them at once: most of the time everybody waits."""
    pool = ThreadPoolExecutor(_SIDE_BY_SIDE)
    talks = {case: pool.submit(talk, *case) for case in cases}
    pool.shutdown(wait=False)
    return talks


class Crashed(Exception):
    """The program behind a stand-in would have died of what it received."""


class NoReply(Exception):
    """The program shows nothing, because nothing came; its user waits, or does something else."""


class StandIn:
    """A program with blocking sockets.

    ``heard`` holds what each ``recv`` returned, in order, over all of its
    connections: tests look at the very segments. ``crashes`` holds what would
    have killed a thread of the real program.
    """

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.crashes: list[Exception] = []
        self._changed = threading.Condition()
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._closing = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop: shut every socket down, so that every thread falls out of its call; wait for them; close."""
        self._closing = True
        for sock in self._sockets:
            shut_down(sock)
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(WAIT_SECONDS)
        # Not before: a thread on its way into a call would find somebody else's socket under its number.
        for sock in self._sockets:
            sock.close()
        with self._changed:
            self._changed.notify_all()

    def wait_for(self, what: str, condition: Callable[[], bool]) -> None:
        """Block until ``condition``; fails with what was heard so far when the time is up.

        ``condition`` is looked at again whenever something was heard.
        """
        with self._changed:
            if not self._changed.wait_for(condition, WAIT_SECONDS):
                raise AssertionError(f"{type(self).__name__} waited for {what}; heard {self.heard!r}")

    def everything_heard(self) -> bytes:
        """All bytes received so far, joined."""
        with self._changed:
            return b"".join(self.heard)

    def wait_until_heard(self, expected: bytes) -> None:
        """Block until ``expected`` is somewhere in what was received."""
        self.wait_for(repr(expected), lambda: expected in b"".join(self.heard))

    # For the programs themselves

    def listen(self) -> tuple[socket.socket, Address]:
        """A listening socket on a free port of loopback."""
        listener = socket.create_server((LOOPBACK, 0))
        return self.own(listener), (LOOPBACK, int(listener.getsockname()[1]))

    def connect(self, address: Address) -> socket.socket:
        """A blocking connection, with the harness's time limit on it."""
        return self.own(socket.create_connection(address, WAIT_SECONDS))

    def own(self, sock: socket.socket, limit_seconds: float = WAIT_SECONDS) -> socket.socket:
        """Have a socket closed with the stand-in, and no call on it last longer than the limit."""
        sock.settimeout(limit_seconds)
        self._sockets.append(sock)
        if self._closing:
            hang_up(sock)
        return sock

    def recv(self, sock: socket.socket, size_bytes: int = RECV_BYTES) -> bytes:
        """``sock.recv``, remembered; b"" at the end however it came."""
        try:
            data = sock.recv(size_bytes)
        except OSError:  # reset, timed out, or closed under us: the real program's thread ends as well
            data = b""
        self.note(data)
        return data

    def note(self, data: bytes) -> None:
        """Remember what was received and wake who waits."""
        with self._changed:
            if data:
                self.heard.append(data)
            self._changed.notify_all()

    def changed(self, change: Callable[[], object]) -> None:
        """Carry out a change of state that a test may be waiting for."""
        with self._changed:
            change()
            self._changed.notify_all()

    def spawn(self, work: Callable[[], None]) -> None:
        """Run ``work`` in a thread of its own; what kills it is remembered in ``crashes``."""

        def run() -> None:
            try:
                work()
            except OSError:
                pass  # its socket was closed: how these threads end
            except (ValueError, IndexError, Crashed) as error:
                self.changed(lambda: self.crashes.append(error))

        thread = threading.Thread(target=run, name=type(self).__name__, daemon=True)
        self._threads.append(thread)
        thread.start()

    def accept_forever(self, listener: socket.socket, serve: Callable[[socket.socket], None]) -> None:
        """Accept until closed; a thread for each connection, which is closed when the thread ends."""
        while not self._closing:
            try:
                sock, _ = listener.accept()
            except TimeoutError:
                continue
            self.own(sock, SERVING_SECONDS)
            self.spawn(functools.partial(self.serve_connection, sock, serve))

    def serve_connection(self, sock: socket.socket, serve: Callable[[socket.socket], None]) -> None:
        """Serve one connection, and close it however that ends."""
        try:
            serve(sock)
        finally:
            hang_up(sock)


def shut_down(sock: socket.socket) -> None:
    """``shutdown`` both ways, which wakes a thread that waits in it."""
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # never connected, or already gone


def hang_up(sock: socket.socket) -> None:
    """``shutdown`` both ways and close."""
    shut_down(sock)
    sock.close()


def pause(seconds: float) -> None:
    """A pause that the program stood for makes: part of its behaviour, never a wait for a result."""
    time.sleep(seconds)
