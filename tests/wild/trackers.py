"""Trackers as other people write them: a blocking accept loop and one thread for each client."""

import functools
import socket
from collections.abc import Iterator

from .harness import Address, StandIn


class TrackerProgram(StandIn):
    """A student's tracker: no keepalive deadline, the asker is left out, answers come in order.

    It reads whole lines; what differs in other programs is in the subclasses.
    """

    def __init__(self) -> None:
        super().__init__()
        self.users: dict[str, Address] = {}
        listener, self.address = self.listen()
        self.spawn(lambda: self.accept_forever(listener, self.serve))

    def serve(self, sock: socket.socket) -> None:
        """One client, from its ``USER`` to the end of its stream."""
        name: str | None = None
        try:
            for line in self.instructions(sock):
                if line.startswith("USER "):
                    name, port = self.parse_user(line)
                    address = (str(sock.getpeername()[0]), port)
                    self.changed(functools.partial(self.users.__setitem__, name, address))
                    self.after_user(sock)
                elif line.startswith("LIST"):
                    sock.sendall(self.list_reply(self.listed(name)))
                elif line.startswith("ADDR "):
                    self.answer_address(sock, line[5:])
                elif line.startswith("KEEP"):
                    self.after_keep(sock)
        finally:
            if name is not None:
                self.forget(name)

    def forget(self, name: str) -> None:
        """Take who has gone off the list."""
        self.changed(lambda: self.users.pop(name, None))

    def instructions(self, sock: socket.socket) -> Iterator[str]:
        """Whole lines, however the stream was cut."""
        buffer = b""
        while data := self.recv(sock):
            buffer += data
            while b"\n" in buffer:
                line, _, buffer = buffer.partition(b"\n")
                yield line.decode().rstrip("\r")

    def parse_user(self, line: str) -> tuple[str, int]:
        """Name and port; whatever is not exactly that kills the thread."""
        name, port = line[5:].split(":")
        return name, int(port)

    def listed(self, asker: str | None) -> list[str]:
        """The names that an answer to ``asker`` holds."""
        return [name for name in self.users if name != asker]

    def list_reply(self, names: list[str]) -> bytes:
        """The whole answer to ``LIST``."""
        return f"LIST {':'.join(names)}\r\n".encode()

    def address_reply(self, name: str, host: str, port: int) -> bytes:
        """The whole answer to an ``ADDR`` of somebody who is there."""
        return f"ADDR {host}:{port}\r\n".encode()

    def answer_address(self, sock: socket.socket, name: str) -> None:
        """Silence for an unknown name, as the assignment wants it."""
        if name in self.users:
            sock.sendall(self.address_reply(name, *self.users[name]))

    def after_user(self, sock: socket.socket) -> None:
        """What it sends back for ``USER``: nothing."""

    def after_keep(self, sock: socket.socket) -> None:
        """What it sends back for ``KEEP``: nothing."""

    def wait_until_registered(self, name: str) -> None:
        """Block until ``name`` is on its list."""
        self.wait_for(f"{name} to register", lambda: name in self.users)


class NamedAddressTracker(TrackerProgram):
    """2026 edition: ``ADDR name:ip:port``."""

    def address_reply(self, name: str, host: str, port: int) -> bytes:
        return f"ADDR {name}:{host}:{port}\r\n".encode()


class SpacedAddressTracker(TrackerProgram):
    """2026 edition, with a space behind each colon."""

    def address_reply(self, name: str, host: str, port: int) -> bytes:
        return f"ADDR {name}: {host}: {port}\r\n".encode()


class OneRecvTracker(TrackerProgram):
    """Takes each ``recv(1024)`` for one instruction: two in one segment are one broken one."""

    def instructions(self, sock: socket.socket) -> Iterator[str]:
        while data := self.recv(sock):
            yield data.decode().strip()


class UnterminatedTracker(OneRecvTracker):
    """Ends none of its replies; what a client reads with one ``recv`` looks whole to it."""

    def list_reply(self, names: list[str]) -> bytes:
        return super().list_reply(names).rstrip(b"\r\n")

    def address_reply(self, name: str, host: str, port: int) -> bytes:
        return super().address_reply(name, host, port).rstrip(b"\r\n")


class TalkativeTracker(TrackerProgram):
    """Answers what has no answer: a greeting for ``USER``, ``OK`` for ``KEEP``, words for a stranger."""

    def after_user(self, sock: socket.socket) -> None:
        sock.sendall("Bem-vindo!\r\n".encode())

    def after_keep(self, sock: socket.socket) -> None:
        sock.sendall(b"OK\r\n")

    def answer_address(self, sock: socket.socket, name: str) -> None:
        if name in self.users:
            super().answer_address(sock, name)
        else:
            sock.sendall("ADDR usuário não encontrado\r\n".encode())


class ListsEverybodyTracker(TrackerProgram):
    """Lists the asker too, as the example table spaces it: ``LIST Ana: Bruno``."""

    def listed(self, asker: str | None) -> list[str]:
        return list(self.users)

    def list_reply(self, names: list[str]) -> bytes:
        return f"LIST {': '.join(names)}\r\n".encode()


class SpacedListTracker(TrackerProgram):
    """Lists the others with a space behind each colon: ``LIST Ana: Bruno``."""

    def list_reply(self, names: list[str]) -> bytes:
        return f"LIST {': '.join(names)}\r\n".encode()


class OneClientTracker(TrackerProgram):
    """Serves its clients one after another, in one thread: the second waits for the first to leave."""

    def accept_forever(self, listener: socket.socket, serve: object) -> None:
        while not self._closing:
            try:
                sock, _ = listener.accept()
            except TimeoutError:
                continue
            with self.own(sock):
                self.serve(sock)
