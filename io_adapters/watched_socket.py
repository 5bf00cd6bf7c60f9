"""A socket that says what goes through it, for people who look at the wire."""

import socket
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, Literal, Protocol

from core import format_address

from .addresses import plain_host

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class SocketWatcher(Protocol):
    """Is told what one socket does, in order."""

    def received(self, data: bytes) -> None:
        """Note bytes that the socket handed out; never empty."""

    def sent(self, data: bytes) -> None:
        """Note bytes that the socket took; never empty."""

    def ended(self, *, by_us: bool) -> None:
        """Note the end of the stream in one direction."""

    def failed(self, reason: str) -> None:
        """Note that the operating system reports an error, and how it calls it."""

    def closed(self) -> None:
        """Note that the socket was closed; nothing follows."""


RoleName = Literal["tracker", "client", "called", "caller"]
"""The value of a ``core.tap.Role``: the drivers need not load that while nobody looks at the wire."""


class ConnectionWatcher(Protocol):
    """Watches the connections of a tracker, which ``TrackerServer`` tells it of."""

    def watch(self, role: RoleName, local: str, remote: str, *, number: int | None = None) -> SocketWatcher:
        """Note a new connection: both its ends as ``host:port``, and its number; return what is told of its socket."""

    def departed(self, number: int, reason: str) -> None:
        """Note why a connection ends, or has ended in this turn of the loop."""


def ends_of(sock: socket.socket) -> tuple[str, str]:
    """Both addresses of a connected socket, ``host:port``; empty where the connection is gone already."""
    return _address(sock.getsockname), _address(sock.getpeername)


def _address(ask: Callable[[], tuple[str, int]]) -> str:
    try:
        host, port = ask()[:2]
    except OSError:
        return ""
    return format_address(plain_host(host), port)


class WatchedSocket(socket.socket):
    """A connected socket that tells its watchers of every byte that it receives and sends.

    What the socket did not take is not told.
    """

    def __init__(self, sock: socket.socket, watchers: Sequence[SocketWatcher]) -> None:
        """Take over a non-blocking socket."""
        super().__init__(sock.family, sock.type, sock.proto, fileno=sock.detach())
        self.setblocking(False)
        self._watchers: Final = watchers
        self._is_shut = False  # in both directions: what is read then is not the other side's doing

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        """As ``socket.recv``."""
        try:
            data = super().recv(bufsize, flags)
        except BlockingIOError:
            raise
        except OSError as error:
            self._tell_failure(error)
            raise
        for watcher in self._watchers:
            if data:
                watcher.received(data)
            elif not self._is_shut:
                watcher.ended(by_us=False)
        return data

    def send(self, data: "ReadableBuffer", flags: int = 0, /) -> int:
        """As ``socket.send``."""
        try:
            sent = super().send(data, flags)
        except BlockingIOError:
            raise
        except OSError as error:
            self._tell_failure(error)
            raise
        taken = memoryview(data)[:sent].tobytes()
        if taken:
            for watcher in self._watchers:
                watcher.sent(taken)
        return sent

    def shutdown(self, how: int, /) -> None:
        """As ``socket.shutdown``."""
        super().shutdown(how)
        self._is_shut = how == socket.SHUT_RDWR
        for watcher in self._watchers:
            watcher.ended(by_us=True)

    def close(self) -> None:
        """As ``socket.close``."""
        if self.fileno() >= 0:
            for watcher in self._watchers:
                watcher.closed()
        super().close()

    def _tell_failure(self, error: OSError) -> None:
        for watcher in self._watchers:
            watcher.failed(error.strerror or str(error))
