"""Listening sockets: dual-stack where possible, any free port, and patience when descriptors run out."""

import enum
import errno
import os
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from .addresses import Address, format_address, plain_host
from .descriptors import are_free
from .faults import OUT_OF_RESOURCES
from .reactor import READ, Reactor, Timer

ACCEPTS_PER_TURN: Final = 64  # so that many callers at once do not delay open connections
PAUSE_SECONDS: Final = 0.25  # without descriptors: how long callers wait in the queue
TELL_AGAIN_SECONDS: Final = 60.0  # under a storm, accepting pauses and resumes all the time
BACKLOG: Final = 4096  # the system lowers it to its own limit
_SAME_PORT_ATTEMPTS: Final = 8  # to find one free port on several addresses


class ListenFault(enum.Enum):
    """Why the program cannot listen on a port."""

    IN_USE = "address in use"
    NOT_AVAILABLE = "address not available"
    """No interface of this machine has this address."""
    FORBIDDEN = "permission denied"
    UNKNOWN_HOST = "unknown host"
    OTHER = "error"


_LISTEN_FAULTS: Final = {
    errno.EADDRINUSE: ListenFault.IN_USE,
    errno.EADDRNOTAVAIL: ListenFault.NOT_AVAILABLE,
    errno.EAFNOSUPPORT: ListenFault.NOT_AVAILABLE,
    errno.EACCES: ListenFault.FORBIDDEN,
    errno.EPERM: ListenFault.FORBIDDEN,
}


class ListenError(Exception):
    """The program cannot listen on a port."""

    def __init__(self, fault: ListenFault, host: str, port: int, detail: str) -> None:
        """Describe it.

        Args:
            fault: Why not.
            host: As asked for; empty for all interfaces.
            port: As asked for.
            detail: The message of the operating system, for ``OTHER``.
        """
        what = detail if fault is ListenFault.OTHER else fault.value
        super().__init__(f"cannot listen on {format_address(host or '*', port)}: {what}")
        self.fault: Final = fault
        self.host: Final = host
        self.port: Final = port


def open_listener(host: str, port: int) -> socket.socket:
    """Open a non-blocking listening socket.

    Args:
        host: An address or a name of this machine. A name is looked up, which may block.
            Empty or ``::`` means all interfaces: IPv6 and IPv4 in one socket if the
            system can do that, else IPv4 alone. ``0.0.0.0`` is IPv4 alone.
        port: 0 for any free port.

    Raises:
        ListenError: The system refuses it.
    """
    if host in ("", "::"):
        with suppress(_NoDualStackError):
            return _open_dual_stack(host, port)
        if host == "":
            return _bind(socket.AF_INET, ("0.0.0.0", port), host, port)
    try:
        # Given text, Python loads the tables of international names first.
        known: str | bytes = host.encode() if host.isascii() else host
        found = socket.getaddrinfo(known, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise ListenError(ListenFault.UNKNOWN_HOST, host, port, "") from None
    family, _, _, _, address = found[0]
    return _bind(family, address, host, port)


def open_listeners(hosts: Sequence[str], port: int) -> list[socket.socket]:
    """Open one socket for each host, all on the same port; port 0 finds a port that is free on all.

    Raises:
        ListenError: The system refuses one of them; then none stays open.
    """
    for attempt in range(_SAME_PORT_ATTEMPTS):
        opened: list[socket.socket] = []
        try:
            for host in hosts:
                opened.append(open_listener(host, port if not opened else opened[0].getsockname()[1]))
        except ListenError as error:
            for sock in opened:
                sock.close()
            by_chance = port == 0 and bool(opened) and error.fault is ListenFault.IN_USE
            if not by_chance or attempt == _SAME_PORT_ATTEMPTS - 1:
                raise
        else:
            return opened
    raise AssertionError("the last attempt returns or raises")


def listening_address(listener: socket.socket) -> Address:
    """Return the host and port of a listening socket."""
    address = listener.getsockname()
    return plain_host(address[0]), address[1]


class _NoDualStackError(Exception):
    """This machine has no IPv6, or cannot serve IPv4 with the same socket."""


def _open_dual_stack(host: str, port: int) -> socket.socket:
    try:
        sock = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    except OSError:
        raise _NoDualStackError from None
    try:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    except OSError:
        sock.close()
        raise _NoDualStackError from None
    try:
        return _listen(sock, ("::", port), host, port)
    except ListenError as error:
        if error.fault is ListenFault.NOT_AVAILABLE:
            raise _NoDualStackError from None
        raise


def _bind(family: int, address: tuple[object, ...], host: str, port: int) -> socket.socket:
    try:
        sock = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise _listen_error(error, host, port) from None
    return _listen(sock, address, host, port)


def _listen(sock: socket.socket, address: tuple[object, ...], host: str, port: int) -> socket.socket:
    try:
        if os.name == "posix":  # elsewhere the option lets two programs have one port
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(BACKLOG)
    except OSError as error:
        sock.close()
        raise _listen_error(error, host, port) from None
    sock.setblocking(False)
    return sock


def _listen_error(error: OSError, host: str, port: int) -> ListenError:
    fault = _LISTEN_FAULTS.get(error.errno or 0, ListenFault.OTHER)
    return ListenError(fault, host, port, error.strerror or str(error))


class Acceptor:
    """Accepts on one listening socket, in batches, and pauses while the system is out of descriptors."""

    def __init__(
        self,
        reactor: Reactor,
        listener: socket.socket,
        accepted: Callable[[socket.socket, str, int], None],
        exhausted: Callable[[OSError], None] | None = None,
        *,
        reserved_descriptors: int = 0,
    ) -> None:
        """Begin to accept.

        Args:
            reactor: The loop.
            listener: Taken over: ``close`` closes it.
            accepted: Given each connection, non-blocking, with the caller's host and port.
            exhausted: Called with the reason when accepting pauses. It is called again only after the queue of
                callers was drained, and at most once a minute.
            reserved_descriptors: With fewer free, accepting pauses too.
        """
        self._reactor: Final = reactor
        self._listener: Final = listener
        self._accepted: Final = accepted
        self._exhausted: Final = exhausted
        self._reserved_descriptors: Final = reserved_descriptors
        self._is_exhausted = False
        self._may_tell_at = float("-inf")
        self._pause: Timer | None = None
        reactor.register(listener.fileno(), READ, self)

    def on_ready(self, mask: int) -> None:
        """Accept a batch."""
        for _ in range(ACCEPTS_PER_TURN):
            if self._reserved_descriptors and not are_free(self._reserved_descriptors):
                self._wait_for_resources(OSError(errno.EMFILE, os.strerror(errno.EMFILE)))
                return
            try:
                sock, address = self._listener.accept()
            except BlockingIOError:
                self._is_exhausted = False
                return
            except OSError as error:
                if self._listener.fileno() < 0:  # closed earlier in this turn
                    return
                if error.errno in OUT_OF_RESOURCES:
                    self._wait_for_resources(error)
                    return
                continue  # this caller is gone already; others wait
            sock.setblocking(False)
            host = address[0]
            self._accepted(sock, plain_host(host) if ":" in host else host, address[1])

    def on_fault(self, fault: Exception) -> None:
        """End the loop: the fault is in ``accepted``."""
        raise fault

    def _wait_for_resources(self, error: OSError) -> None:
        if self._listener.fileno() < 0:  # closed earlier in this turn
            return
        self._reactor.unregister(self._listener.fileno())
        self._pause = self._reactor.call_later(PAUSE_SECONDS, self._resume)
        if not self._is_exhausted:
            self._is_exhausted = True
            if self._exhausted is not None and self._reactor.now >= self._may_tell_at:
                self._may_tell_at = self._reactor.now + TELL_AGAIN_SECONDS
                self._exhausted(error)

    def _resume(self) -> None:
        self._pause = None
        self._reactor.register(self._listener.fileno(), READ, self)

    def close(self) -> None:
        """Stop accepting and close the socket; again has no effect."""
        if self._listener.fileno() < 0:
            return
        if self._pause is None:
            self._reactor.unregister(self._listener.fileno())
        else:
            self._pause.cancel()
        self._listener.close()
