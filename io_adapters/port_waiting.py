"""Listening on a port that another program still holds: trying until it is free."""

import signal
import socket
from collections.abc import Callable, Sequence
from typing import Final

from .listening import ListenError, ListenFault, open_listeners
from .reactor import Reactor, Timer

RETRY_SECONDS: Final = 0.5


class PortWait:
    """Tries to listen until it succeeds, or its time is up, or another fault than ``IN_USE`` comes."""

    def __init__(
        self,
        reactor: Reactor,
        hosts: Sequence[str],
        port: int,
        *,
        seconds: float,
        opened: Callable[[list[socket.socket]], None],
        failed: Callable[[ListenError], None],
    ) -> None:
        """Begin; the first attempt is made after ``RETRY_SECONDS``, or at the end of the time if that is earlier.

        Args:
            reactor: The loop.
            hosts: As for ``open_listeners``.
            port: As for ``open_listeners``.
            seconds: For how long to try.
            opened: Given the listening sockets, if there are any in time.
            failed: Given the last reason, if there are none.
        """
        self._reactor: Final = reactor
        self._hosts: Final = hosts
        self._port: Final = port
        self._opened: Final = opened
        self._failed: Final = failed
        self._end_at: Final = reactor.time() + seconds
        self._timer: Timer = self._later()

    def cancel(self) -> None:
        """Give up and tell nobody; again, or after the end, has no effect."""
        self._timer.cancel()

    def _later(self) -> Timer:
        return self._reactor.call_at(min(self._reactor.now + RETRY_SECONDS, self._end_at), self._try)

    def _try(self) -> None:
        try:
            listeners = open_listeners(self._hosts, self._port)
        except ListenError as error:
            if error.fault is ListenFault.IN_USE and self._reactor.now < self._end_at:
                self._timer = self._later()
            else:
                self._failed(error)
        else:
            self._opened(listeners)


def listen_with_patience(
    reactor: Reactor,
    hosts: Sequence[str],
    port: int,
    *,
    seconds: float,
    waiting: Callable[[ListenError], None],
) -> list[socket.socket]:
    """Open listeners as ``open_listeners`` does, after a wait if another program holds the port.

    Args:
        reactor: Runs during the wait.
        hosts: As for ``open_listeners``.
        port: As for ``open_listeners``.
        seconds: For how long to try.
        waiting: Told why, when a wait begins.

    Returns:
        The sockets; none if SIGTERM or SIGINT ended the wait.

    Raises:
        ListenError: There are none, for another reason or at the end of the time.
    """
    try:
        return open_listeners(hosts, port)
    except ListenError as error:
        if error.fault is not ListenFault.IN_USE or not seconds:
            raise
        first = error
    opened: list[socket.socket] = []
    failures: list[ListenError] = []

    def end_with(listeners: list[socket.socket]) -> None:
        opened.extend(listeners)
        reactor.stop()

    def fail_with(error: ListenError) -> None:
        failures.append(error)
        reactor.stop()

    wait = PortWait(reactor, hosts, port, seconds=seconds, opened=end_with, failed=fail_with)
    ending = (signal.SIGTERM, signal.SIGINT)
    for number in ending:
        reactor.add_signal(number, reactor.stop)
    waiting(first)
    reactor.run()
    wait.cancel()
    for number in ending:
        reactor.remove_signal(number)
    if failures:
        raise failures[0]
    return opened
