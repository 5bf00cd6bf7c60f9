"""A peer made of a bare socket: it says exactly what a test wants it to say."""

import socket
from types import TracebackType
from typing import Self

from .pseudo_terminal import PATIENCE_SECONDS


class WirePeer:
    """Registers with a tracker, finds somebody there, and is connected to them."""

    def __init__(self, tracker: tuple[str, int], name: str, whom: str) -> None:
        self.tracker = socket.create_connection(tracker, PATIENCE_SECONDS)
        self.listener = socket.create_server(("127.0.0.1", 0))
        port = self.listener.getsockname()[1]
        self.tracker.sendall(f"USER {name}:{port}\r\nADDR {whom}\r\n".encode())
        host, _, found = self._line(self.tracker).removeprefix("ADDR ").rpartition(":")
        self.socket = socket.create_connection((host, int(found)), PATIENCE_SECONDS)
        self.socket.sendall(f"USER {name}\r\n".encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for sock in (self.socket, self.listener, self.tracker):
            sock.close()

    def say(self, data: str | bytes) -> None:
        """Send bytes, or a text as one line."""
        self.socket.sendall(data if isinstance(data, bytes) else f"{data}\r\n".encode())

    def hear(self) -> str:
        """The next line, without its end; empty at the end of the stream."""
        return self._line(self.socket)

    @staticmethod
    def _line(sock: socket.socket) -> str:
        data = b""
        while not data.endswith(b"\r\n"):
            received = sock.recv(1)
            if not received:
                break
            data += received
        return data.decode().removesuffix("\r\n")
