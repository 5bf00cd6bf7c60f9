"""Clients that a check plays for a tracker."""

from typing import Final

from core import LossReason

from .wire import Line, Observer, Wire

CONNECT_SECONDS: Final = 5.0
GAP_SECONDS: Final = 0.4  # between instructions that are to arrive one by one, at a slow program too


class Client:
    """One connection of ours under a name; sends its instructions apart from each other."""

    def __init__(self, observer: Observer, wire: Wire, name: str, port: int) -> None:
        self.wire = wire
        self.name = name
        self.port = port
        self.says_keep = False
        self._observer = observer
        self._last_sent_at = observer.now
        self._last_keep_at = observer.now
        self._lines_read = 0

    def send(self, data: bytes) -> None:
        """Send one instruction in a segment of its own; lines that came before it are no answer to it."""
        self._observer.wait(self._is_apart, seconds=2 * GAP_SECONDS)
        self._lines_read = len(self.wire.lines)
        self.wire.send(data)
        self._last_sent_at = self._observer.now

    def keep_alive(self, keepalive_seconds: float) -> None:
        """Say ``KEEP`` if it is time."""
        is_due = self._observer.now - self._last_keep_at >= keepalive_seconds
        if self.says_keep and is_due and self._is_apart():
            self.wire.send(b"KEEP\r\n")
            self._last_keep_at = self._last_sent_at = self._observer.now

    def lines(self) -> list[Line]:
        """What came since the last ``send``."""
        return self.wire.lines[self._lines_read :]

    def _is_apart(self) -> bool:
        return self._observer.now - self._last_sent_at >= GAP_SECONDS


class Clients:
    """All the clients that a check plays, of one tracker."""

    def __init__(
        self, observer: Observer, host: str, port: int, keepalive_seconds: float, name_prefix: str
    ) -> None:
        self._observer = observer
        self._address = (host, port)
        self._keepalive_seconds = keepalive_seconds
        self._clients: list[Client] = []
        self.name_prefix = name_prefix
        observer.repeat(GAP_SECONDS, self._keep_alive)

    def connect(self) -> Wire | None:
        """A connection that has said nothing; None if the tracker takes none."""
        wire = self._observer.connect(*self._address, seconds=CONNECT_SECONDS)
        return None if isinstance(wire, LossReason) else wire

    def register(self, name: str, *, port: int | None = None) -> Client | None:
        """A client that has said ``USER``; its port, if not given, is one that nobody else has said."""
        wire = self.connect()
        if wire is None:
            return None
        client = Client(self._observer, wire, name, port or 20000 + len(self._clients))
        client.wire.send(f"USER {client.name}:{client.port}\r\n".encode())
        self._clients.append(client)
        return client

    def _keep_alive(self) -> None:
        for client in self._clients:
            client.keep_alive(self._keepalive_seconds)
