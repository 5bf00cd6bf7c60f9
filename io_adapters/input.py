"""Standard input as the loop reads it: directly, or where a selector takes sockets alone, by a thread."""

import os
import socket
import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol

from .reactor import Reactor
from .system import WATCHES_SOCKETS_ALONE, waiting_bytes

_READ_BYTES: Final = 64 * 1024


class Input(Protocol):
    """Where keys or lines come from."""

    def follow(self, callback: Callable[[], None]) -> None:
        """Call whenever ``read`` has something, or the end, until ``rest``."""

    def rest(self) -> None:
        """Call no more until ``follow``; what comes meanwhile waits."""

    def read(self) -> bytes:
        """Return what has come; empty at the end, and when the input is gone."""
        ...

    def read_waiting(self) -> bytes:
        """Return what has come already, without waiting; nothing where the system cannot tell."""
        ...


def open_input(reactor: Reactor, fd: int) -> Input:
    """Return the input of a descriptor, which stays the caller's."""
    return _ThreadInput(reactor, fd) if WATCHES_SOCKETS_ALONE else _DirectInput(reactor, fd)


class _DirectInput:
    """The loop watches the descriptor itself."""

    def __init__(self, reactor: Reactor, fd: int) -> None:
        self._reactor: Final = reactor
        self._fd: Final = fd

    def follow(self, callback: Callable[[], None]) -> None:
        self._reactor.add_reader(self._fd, callback)

    def rest(self) -> None:
        self._reactor.remove_reader(self._fd)

    def read(self) -> bytes:
        try:
            return os.read(self._fd, _READ_BYTES)
        except OSError:  # the terminal is gone
            return b""

    def read_waiting(self) -> bytes:
        waiting = waiting_bytes(self._fd)
        return os.read(self._fd, waiting) if waiting else b""


class _ThreadInput:
    """A thread reads the descriptor and writes into a socket, whose other end the loop watches.

    When nobody reads that end, the socket fills and the thread waits. It ends with the
    process: nothing can take a thread out of a read.
    """

    def __init__(self, reactor: Reactor, fd: int) -> None:
        self._reactor: Final = reactor
        self._fd: Final = fd
        self._socket, self._writer = socket.socketpair()
        weakref.finalize(self, _close, self._socket, self._writer)  # at the end of the process, at the latest
        self._has_begun = False

    def follow(self, callback: Callable[[], None]) -> None:
        if not self._has_begun:
            self._has_begun = True
            import threading  # only here: most selectors watch standard input themselves

            threading.Thread(target=self._pass_on, daemon=True).start()
        self._reactor.add_reader(self._socket.fileno(), callback)

    def rest(self) -> None:
        self._reactor.remove_reader(self._socket.fileno())

    def read(self) -> bytes:
        return self._socket.recv(_READ_BYTES)

    def read_waiting(self) -> bytes:
        return b""

    def _pass_on(self) -> None:
        # Opened by Python, a Windows console gives UTF-8.
        with suppress(OSError), self._writer, open(self._fd, "rb", buffering=0, closefd=False) as file:
            while data := file.read(_READ_BYTES):
                self._writer.sendall(data)


def _close(*sockets: socket.socket) -> None:
    for one in sockets:
        one.close()
