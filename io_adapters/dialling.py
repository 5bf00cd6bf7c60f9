"""Outgoing connections: look the name up, try one address after another, within a time limit."""

import errno
import socket
from collections.abc import Callable
from typing import Final

from core import LossReason

from .addresses import plain_host
from .faults import loss_reason
from .reactor import WRITE, Reactor, Timer
from .resolver import Lookup, Resolver, SocketAddress

_IN_PROGRESS: Final = frozenset({errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EINTR})
_TELLING: Final = (LossReason.REFUSED, LossReason.TIMED_OUT, LossReason.RESET, LossReason.NO_ROUTE)
"""If several addresses fail, the first reason in this order is reported."""


class Dial:
    """One attempt to connect to a host. It calls exactly one of its two callbacks, in a later turn."""

    def __init__(
        self,
        reactor: Reactor,
        resolver: Resolver,
        host: str,
        port: int,
        *,
        timeout_seconds: float,
        connected: Callable[[socket.socket, str], None],
        failed: Callable[[LossReason], None],
    ) -> None:
        """Begin.

        Args:
            reactor: The loop.
            resolver: Looks the host up.
            host: A name or an IP address.
            port: Where the other side listens.
            timeout_seconds: For everything, including the look-up.
            connected: Called with the non-blocking socket and the IP address it is connected to.
            failed: Called with the most useful reason of all addresses.
        """
        self._reactor: Final = reactor
        self._connected: Final = connected
        self._failed: Final = failed
        self._deadline: Final = reactor.time() + timeout_seconds
        self._is_over = False
        self._addresses: list[SocketAddress] = []
        self._reasons: Final[list[LossReason]] = []
        self._socket: socket.socket | None = None
        self._timer: Timer = reactor.call_at(self._deadline, self._time_out)
        self._lookup: Final[Lookup] = resolver.resolve(host, port, self._resolved)

    def cancel(self) -> None:
        """Give up, and call neither callback; harmless after the end."""
        self._is_over = True
        self._lookup.cancel()
        self._timer.cancel()
        self._drop_socket()

    # Called by the reactor

    def on_ready(self, mask: int) -> None:
        """Take the connection, or try the next address."""
        sock = self._socket
        if sock is None:
            return
        host = ""
        try:
            error_number = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if not error_number:
                host = plain_host(sock.getpeername()[0])
                if sock.getsockname() == sock.getpeername():
                    # TCP connected the socket to itself: nobody listens, and our own port happens to be that port.
                    error_number = errno.ECONNREFUSED
        except OSError as error:  # broken again by now
            error_number = error.errno or errno.EIO
        if error_number:
            self._attempt_failed(error_number)
            return
        self._reactor.unregister(sock.fileno())
        self._socket = None
        self.cancel()
        self._connected(sock, host)

    def on_fault(self, fault: Exception) -> None:
        """End the loop: the fault is in one of the callbacks."""
        raise fault

    # Attempts

    def _resolved(self, found: list[SocketAddress]) -> None:
        if not found:
            self._fail(LossReason.UNKNOWN_HOST)
            return
        self._addresses = found[::-1]
        self._try_next()

    def _try_next(self) -> None:
        while self._addresses:
            # Each address gets its share of the time that is left, so that an address that
            # never answers leaves time for the next.
            share = (self._deadline - self._reactor.time()) / len(self._addresses)
            family, address = self._addresses.pop()
            error_number = self._start(family, address)
            if error_number == 0:
                self._timer.cancel()
                self._timer = self._reactor.call_later(share, self._time_out)
                return
            self._reasons.append(loss_reason(error_number))
        self._fail(next((reason for reason in _TELLING if reason in self._reasons), LossReason.ERROR))

    def _start(self, family: int, address: tuple[object, ...]) -> int:
        """Begin to connect; return 0, or the error number if that failed at once."""
        try:
            sock = socket.socket(family, socket.SOCK_STREAM)
        except OSError as error:
            return error.errno or errno.EIO
        sock.setblocking(False)
        error_number = sock.connect_ex(address)
        if error_number and error_number not in _IN_PROGRESS:
            sock.close()
            return error_number
        try:
            self._reactor.register(sock.fileno(), WRITE, self)
        except OSError as error:  # the system cannot watch one more
            sock.close()
            return error.errno or errno.EIO
        self._socket = sock
        return 0

    def _attempt_failed(self, error_number: int) -> None:
        self._reasons.append(loss_reason(error_number))
        self._drop_socket()
        self._try_next()

    def _time_out(self) -> None:
        if self._socket is None:
            self._fail(LossReason.TIMED_OUT)  # in the look-up
        else:
            self._attempt_failed(errno.ETIMEDOUT)

    def _drop_socket(self) -> None:
        if self._socket is not None:
            self._reactor.unregister(self._socket.fileno())
            self._socket.close()
            self._socket = None

    def _fail(self, reason: LossReason) -> None:
        if not self._is_over:
            self.cancel()
            self._failed(reason)
