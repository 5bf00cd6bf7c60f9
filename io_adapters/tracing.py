"""What goes over the wire, as lines for people who look for a fault."""

import io
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from .addresses import format_address, plain_host

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class TracedSocket(socket.socket):
    """A connected socket that tells of every byte that it receives (``<``) and sends (``>``).

    One line of the wire is one line of the trace, its bytes written as in Python:
    ``caller 10.0.0.8:40512 < USER Ana\\r\\n``. What the socket did not take is not told.
    """

    def __init__(self, sock: socket.socket, role: str, write: Callable[[str], None]) -> None:
        """Take over a non-blocking socket.

        Args:
            role: What the other side is to us; begins each line.
            write: Given each line, without its end.
        """
        super().__init__(sock.family, sock.type, sock.proto, fileno=sock.detach())
        self.setblocking(False)
        self._write: Final = write
        try:
            host, port = self.getpeername()[:2]
            self._label = f"{role} {format_address(plain_host(host), port)}"
        except OSError:  # broken already
            self._label = role
        self._write(f"{self._label} connected")

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        """As ``socket.recv``."""
        try:
            data = super().recv(bufsize, flags)
        except BlockingIOError:
            raise
        except OSError as error:
            self._write(f"{self._label} {error.strerror}")
            raise
        if not data:
            self._write(f"{self._label} < end of stream")
        self._tell("<", data)
        return data

    def send(self, data: "ReadableBuffer", flags: int = 0, /) -> int:
        """As ``socket.send``."""
        try:
            sent = super().send(data, flags)
        except BlockingIOError:
            raise
        except OSError as error:
            self._write(f"{self._label} {error.strerror}")
            raise
        self._tell(">", memoryview(data)[:sent].tobytes())
        return sent

    def shutdown(self, how: int, /) -> None:
        """As ``socket.shutdown``."""
        super().shutdown(how)
        self._write(f"{self._label} > end of stream")

    def close(self) -> None:
        """As ``socket.close``."""
        if self.fileno() >= 0:
            self._write(f"{self._label} closed")
        super().close()

    def _tell(self, arrow: str, data: bytes) -> None:
        for line in io.BytesIO(data):
            self._write(f"{self._label} {arrow} {repr(line)[2:-1]}")
