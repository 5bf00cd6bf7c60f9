"""A tracker inside the client, so that two people need nothing but the client."""

from collections.abc import Callable
from typing import Final

from core import Tracker, TrackerConfig
from io_adapters import RESERVED_FROM_CALLERS, ListenError, ListenFault, Reactor, TrackerServer, open_listener

LOOPBACK: Final = "127.0.0.1"


class EmbeddedTracker:
    """A tracker that this program may run; the first program that asks for the port has it.

    Who binds the port runs the tracker. When that program ends, the port is
    free again, and whoever of the others asks next takes over.
    """

    def __init__(self, reactor: Reactor, host: str, port: int) -> None:
        """Prepare; nothing is started.

        Args:
            reactor: The program's loop.
            host: Where to listen; empty for all interfaces.
            port: 0 for any free one.
        """
        self._reactor: Final = reactor
        self._host: Final = host
        self._port: Final = port
        self.on_fault: Callable[[Exception], None] = _raise
        """Told of a fault in serving one client."""
        self._server: TrackerServer | None = None

    @property
    def is_running(self) -> bool:
        """Whether the tracker is in this program."""
        return self._server is not None

    @property
    def port(self) -> int:
        """The port it listens on, or would."""
        return self._server.addresses[0][1] if self._server is not None else self._port

    def start(self) -> bool:
        """Run the tracker, unless it runs; False if another program listens on the port.

        Raises:
            ListenError: The port cannot be had for another reason.
        """
        if self._server is not None:
            return True
        try:
            listener = open_listener(self._host, self._port)
        except ListenError as error:
            if error.fault is ListenFault.IN_USE:
                return False
            raise
        tracker = Tracker(TrackerConfig())
        self._server = TrackerServer(
            self._reactor,
            tracker,
            [listener],
            on_fault=lambda fault: self.on_fault(fault),
            reserved_descriptors=RESERVED_FROM_CALLERS,
        )
        return True

    def close(self) -> None:
        """Stop; harmless if it never ran."""
        if self._server is not None:
            self._server.close()
            self._server = None


def _raise(fault: Exception) -> None:
    raise fault
