"""Tells the client what goes over the connections of the tracker inside the program, for its window of the wire."""

from typing import Final

from io_adapters import Reactor, RoleName, SocketWatcher

from ..client import Client


class TrackerFeed:
    """A ``ConnectionWatcher`` for the tracker inside the program."""

    def __init__(self, reactor: Reactor, client: Client) -> None:
        self._reactor: Final = reactor
        self._client: Final = client

    def watch(self, role: RoleName, local: str, remote: str, *, number: int | None = None) -> SocketWatcher:
        assert number is not None  # a tracker's connections have one
        self.tell(number, "connected", remote.encode())
        return _Watcher(self, number)

    def departed(self, number: int, reason: str) -> None:
        self.tell(number, "closed", reason.encode())

    def tell(self, number: int, what: str, data: bytes) -> None:
        """Hand it to the client."""
        self._client.watch_tracker(number, what, data, now=self._reactor.now)


class _Watcher:
    """Of one connection."""

    def __init__(self, feed: TrackerFeed, number: int) -> None:
        self._feed: Final = feed
        self._number: Final = number

    def received(self, data: bytes) -> None:
        self._feed.tell(self._number, "received", data)

    def sent(self, data: bytes) -> None:
        self._feed.tell(self._number, "sent", data)

    def ended(self, *, by_us: bool) -> None:
        if not by_us:
            self._feed.tell(self._number, "ended", b"")

    def failed(self, reason: str) -> None:
        self._feed.tell(self._number, "lost", reason.encode())

    def closed(self) -> None:
        pass  # ``departed`` says it, and why
