"""What goes over the wire, as lines for people who look for a fault of the program."""

import io
import socket
from collections.abc import Callable
from typing import Final

from core import format_address

from .addresses import plain_host


class Trace:
    """A ``SocketWatcher`` that writes a line for every byte received (``<``) and sent (``>``).

    One line of the wire is one line of the trace, its bytes written as in Python:
    ``caller 10.0.0.8:40512 < USER Ana\\r\\n``.
    """

    def __init__(self, sock: socket.socket, role: str, write: Callable[[str], None]) -> None:
        """Begin with a line that says that the socket is connected.

        Args:
            sock: Of which it will be told.
            role: What the other side is to us; begins each line.
            write: Given each line, without its end.
        """
        self._write: Final = write
        try:
            host, port = sock.getpeername()[:2]
            self._label = f"{role} {format_address(plain_host(host), port)}"
        except OSError:  # broken already
            self._label = role
        self._tell("connected")

    def received(self, data: bytes) -> None:
        for line in io.BytesIO(data):
            self._tell(f"< {repr(line)[2:-1]}")

    def sent(self, data: bytes) -> None:
        for line in io.BytesIO(data):
            self._tell(f"> {repr(line)[2:-1]}")

    def ended(self, *, by_us: bool) -> None:
        self._tell("> end of stream" if by_us else "< end of stream")

    def failed(self, reason: str) -> None:
        self._tell(reason)

    def closed(self) -> None:
        self._tell("closed")

    def _tell(self, what: str) -> None:
        self._write(f"{self._label} {what}")
