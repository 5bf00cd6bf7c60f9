"""Programs that speak no protocol at all: a self-check must get over them, and end."""

import random
import socket
import threading

from .harness import RECV_BYTES, Address, StandIn, hang_up, pause

FLOOD_BYTES = 64 * 1024


class StrangeServer(StandIn):
    """Accepts, and does with each connection what ``behave`` says."""

    def __init__(self) -> None:
        super().__init__()
        listener, self.address = self.listen()
        self.spawn(lambda: self.accept_forever(listener, self.behave))

    def behave(self, sock: socket.socket) -> None:
        """Close at once."""


class NeverAnswers(StrangeServer):
    """Reads, and says nothing."""

    def behave(self, sock: socket.socket) -> None:
        while self.recv(sock):
            pass


class Echoes(StrangeServer):
    """Sends back what it receives."""

    def behave(self, sock: socket.socket) -> None:
        while data := self.recv(sock):
            sock.sendall(data)


class Floods(StrangeServer):
    """Sends bytes without end and without lines."""

    flood = b"A" * FLOOD_BYTES

    def behave(self, sock: socket.socket) -> None:
        while True:
            sock.sendall(self.flood)


class FloodsLines(Floods):
    """Sends answers without end."""

    flood = b"LIST Ana:Bruno\r\n" * 4096


class FloodsNoise(Floods):
    """Sends noise without end."""

    flood = random.Random(7).randbytes(FLOOD_BYTES)


class Trickles(StrangeServer):
    """A byte now and then, and never a line end."""

    def behave(self, sock: socket.socket) -> None:
        while True:
            sock.sendall(b"L")
            pause(0.05)


class SpeaksHttp(StrangeServer):
    """A web server that was reached by mistake."""

    def behave(self, sock: socket.socket) -> None:
        self.recv(sock)
        sock.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n<html>\x1b[2J\x07</html>")


class Resets(StrangeServer):
    """Breaks every connection off at its first byte."""

    def behave(self, sock: socket.socket) -> None:
        self.recv(sock)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        sock.close()


class StrangeCaller(StandIn):
    """Connects to a tracker, and does there what ``behave`` says."""

    def visit(self, tracker: Address) -> None:
        """Begin, in a thread."""
        self.spawn(lambda: self.behave(tracker))

    def behave(self, tracker: Address) -> None:
        """Connect, and say nothing."""
        self.connect(tracker)


class CallerThatFloods(StrangeCaller):
    """Bytes without end and without lines."""

    flood = b"\x00\x1b[2J" * 10_000

    def behave(self, tracker: Address) -> None:
        sock = self.connect(tracker)
        while True:
            sock.sendall(self.flood)


class CallerThatFloodsRequests(CallerThatFloods):
    """``LIST`` without end, once registered, and never a look at the answers."""

    flood = b"LIST\r\n" * 10_000

    def behave(self, tracker: Address) -> None:
        sock = self.connect(tracker)
        sock.sendall(b"USER Ana:1\r\n")
        while True:
            sock.sendall(self.flood)


class CallerThatStorms(StrangeCaller):
    """One connection after another, each closed at once."""

    def behave(self, tracker: Address) -> None:
        while not self._closing:
            hang_up(socket.create_connection(tracker))


class CallerWithAnEvilName(StrangeCaller):
    """A name that would clear the screen of who prints it, and a port where nobody listens."""

    def behave(self, tracker: Address) -> None:
        sock = self.connect(tracker)
        sock.sendall(b"USER \x1b[2J\x07\xe2\x80\xae:1\r\nUSER Ana:1\r\nLIST\r\n\x1b]0;x\x07\r\n")
        while sock.recv(RECV_BYTES):
            pass


class CallerThatCallsItself(StrangeCaller):
    """Registers the port of its own tracker as the one where it listens."""

    def behave(self, tracker: Address) -> None:
        sock = self.connect(tracker)
        sock.sendall(f"USER Ana:{tracker[1]}\r\nADDR Eco\r\n".encode())
        while sock.recv(RECV_BYTES):
            pass


class CallerThatChatters(StrangeCaller):
    """A line of rubbish a hundred times a second, and connections to whatever it is told."""

    def behave(self, tracker: Address) -> None:
        sock = self.connect(tracker)
        sock.sendall(b"USER Ana:9\r\nADDR Eco\r\n")
        reply = sock.recv(RECV_BYTES).decode()
        host, port = reply.removeprefix("ADDR ").strip().rsplit(":", 1)
        calls = [self.connect((host, int(port))) for _ in range(20)]
        threading.Event().wait(0.1)
        while not self._closing:
            for call in calls:
                call.sendall(random.Random(3).randbytes(50))
            sock.sendall(b"LSIT\r\n")
            pause(0.01)
