"""Name look-ups that never block the loop: one daemon thread for each."""

import socket
from collections import deque
from collections.abc import Callable
from typing import Final

from .reactor import Reactor

MAX_LOOKUPS_AT_ONCE: Final = 8  # a look-up that hangs keeps its thread for half a minute or more
MAX_LOOKUPS_WAITING: Final = 64

SocketAddress = tuple[int, tuple[object, ...]]
"""Address family, and what ``socket.connect`` takes."""
Deliver = Callable[[list[SocketAddress]], None]


class Lookup:
    """One look-up; made by ``Resolver.resolve``."""

    __slots__ = ("host", "port", "_deliver")

    def __init__(self, host: str, port: int, deliver: Deliver) -> None:
        self.host: Final = host
        self.port: Final = port
        self._deliver: Deliver | None = deliver

    def cancel(self) -> None:
        """Deliver nothing; harmless afterwards. A look-up that has started keeps running."""
        self._deliver = None

    @property
    def is_wanted(self) -> bool:
        """Whether the look-up was neither answered nor cancelled."""
        return self._deliver is not None

    def answer(self, found: list[SocketAddress]) -> None:
        """Deliver, unless cancelled."""
        deliver, self._deliver = self._deliver, None
        if deliver is not None:
            deliver(found)


class Resolver:
    """Turns hosts into addresses to connect to."""

    def __init__(
        self, reactor: Reactor, *, look_up: Callable[[str, int], list[SocketAddress]] | None = None
    ) -> None:
        """Start with nothing under way.

        Args:
            look_up: Resolves a name, blocking, in a thread; the system's resolver by default.
        """
        self._reactor: Final = reactor
        self._look_up: Final = look_up or system_look_up
        self._waiting: Final[deque[Lookup]] = deque()
        self._threads = 0

    def resolve(self, host: str, port: int, deliver: Deliver) -> Lookup:
        """Find the addresses of a host; they are delivered in a later turn.

        IP addresses and ``localhost`` take no thread. The list is empty if the host has
        no address, or if too many look-ups wait.
        """
        lookup = Lookup(host, port, deliver)
        found = literal_addresses(host, port)
        if found is not None:
            self._reactor.call_soon(lambda: lookup.answer(found))
        elif self._threads < MAX_LOOKUPS_AT_ONCE:
            self._start(lookup)
        else:
            self._wait(lookup)
        return lookup

    def _wait(self, lookup: Lookup) -> None:
        if len(self._waiting) >= MAX_LOOKUPS_WAITING:
            for other in [other for other in self._waiting if not other.is_wanted]:
                self._waiting.remove(other)
        if len(self._waiting) < MAX_LOOKUPS_WAITING:
            self._waiting.append(lookup)
        else:
            self._reactor.call_soon(lambda: lookup.answer([]))

    def _start(self, lookup: Lookup) -> None:
        import threading  # only here: most addresses need no look-up

        thread = threading.Thread(target=self._work, args=(lookup,), name="look-up", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the system has no thread to spare
            self._reactor.call_soon(lambda: lookup.answer([]))
        else:
            self._threads += 1

    def _work(self, lookup: Lookup) -> None:
        """In the thread: look the name up, and hand the answer to the loop."""
        found = self._look_up(lookup.host, lookup.port)
        self._reactor.call_soon(lambda: self._finish(lookup, found))

    def _finish(self, lookup: Lookup, found: list[SocketAddress]) -> None:
        self._threads -= 1
        while self._waiting and self._threads < MAX_LOOKUPS_AT_ONCE:
            waiting = self._waiting.popleft()
            if waiting.is_wanted:
                self._start(waiting)
        lookup.answer(found)


def literal_addresses(host: str, port: int) -> list[SocketAddress] | None:
    """Return what an IP address or ``localhost`` stands for; None for any other name."""
    if host.rstrip(".").lower() == "localhost":
        return [(socket.AF_INET, ("127.0.0.1", port)), (socket.AF_INET6, ("::1", port, 0, 0))]
    return _addresses(host, port, socket.AI_NUMERICHOST) or None


def system_look_up(host: str, port: int) -> list[SocketAddress]:
    """Ask the system's resolver; blocks. Empty if the name has no address."""
    return _addresses(host, port, 0)


def _addresses(host: str, port: int, flags: int) -> list[SocketAddress]:
    if not host:  # getaddrinfo takes it for this machine
        return []
    try:
        known: str | bytes = host.encode() if host.isascii() else host  # given text, Python loads tables of names
        found = socket.getaddrinfo(known, port, type=socket.SOCK_STREAM, flags=flags)
    except (OSError, ValueError):  # ValueError: what cannot be a name at all (NUL, too long, not encodable)
        return []
    return [(family, address) for family, _, _, _, address in found]
