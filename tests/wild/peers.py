"""Clients and what they do to other clients: wild.md's rows, one class each."""

import select
import socket

from .harness import RECV_BYTES, Address, pause
from .programs import Chat, ClientProgram

NAME_WAIT_SECONDS = 0.1


class ReadsSegments(ClientProgram):
    """Takes each ``recv(1024)`` for one message and decodes it at once: half a character kills it.

    Not a row of its own; most programs that send without line ends read so, too.
    """

    def converse(self, chat: Chat) -> None:
        while data := self.recv(chat.sock, RECV_BYTES):
            if self.is_farewell(data.decode()):
                self.end(chat, "DISC")
                return
            self.hear(chat, data.decode())
        self.end(chat, "end of stream")

    def is_farewell(self, message: str) -> bool:
        """Whether a message ends the chat."""
        return message.strip() == "DISC"

    def hear(self, chat: Chat, line: str) -> None:
        super().hear(chat, line.rstrip("\r\n"))


class NeverTerminates(ReadsSegments):
    """``USER``, texts and ``DISC`` with no terminator at all."""

    def greet(self, chat: Chat) -> None:
        chat.sock.sendall(f"USER {self.name}".encode())

    def say(self, chat: Chat, text: str) -> None:
        chat.sock.sendall(text.encode())

    def leave(self, chat: Chat) -> None:
        chat.sock.sendall(b"DISC")
        self.end(chat, "left")


class LineFeedTexts(ClientProgram):
    """Texts end in LF, ``DISC`` in CRLF."""

    def say(self, chat: Chat, text: str) -> None:
        chat.sock.sendall(f"{text}\n".encode())


class SpaceAfterText(ReadsSegments):
    """A space behind every text, and no terminator."""

    def say(self, chat: Chat, text: str) -> None:
        chat.sock.sendall(f"{text} ".encode())


class SaysBye(ClientProgram):
    """``/bye`` instead of ``DISC``."""

    farewell = b"/bye\r\n"

    def leave(self, chat: Chat) -> None:
        chat.sock.sendall(self.farewell)
        self.end(chat, "left")


class SaysByeUnterminated(SaysBye):
    """``/bye`` instead of ``DISC``, with no terminator.

    Its ``close`` does not reach us: the thread that waits in ``recv`` keeps the
    connection open until we close it.
    """

    farewell = b"/bye"


class LeavesWithoutDisc(ClientProgram):
    """Closes without a word: the 2026 edition has no ``DISC``."""

    def leave(self, chat: Chat) -> None:
        chat.sock.shutdown(socket.SHUT_RDWR)
        self.end(chat, "left")


class TellsPeersItsPort(ClientProgram):
    """``USER name:port`` to a peer."""

    def greet(self, chat: Chat) -> None:
        chat.sock.sendall(f"USER {self.name}:{self.address[1]}\r\n".encode())


class BareName(ClientProgram):
    """Its bare name first, without ``USER``."""

    def greet(self, chat: Chat) -> None:
        chat.sock.sendall(f"{self.name}\r\n".encode())


class NeverIntroduces(ClientProgram):
    """Says nothing of who it is."""

    def greet(self, chat: Chat) -> None:
        pass


class ConnectionPerMessage(ClientProgram):
    """Connects, says ``USER`` and one text, shuts down and closes, for every single message."""

    def send_message(self, address: Address, text: str) -> None:
        """One message, from the dial to the close."""
        with socket.create_connection(address) as sock:
            sock.sendall(f"USER {self.name}\r\n".encode())
            sock.sendall(f"{text}\r\n".encode())
            sock.shutdown(socket.SHUT_RDWR)


class WaitsATenthForUser(ReadsSegments):
    """Waits 0.1 s after ``accept`` for the caller's ``USER``, then gives up."""

    def answer(self, sock: socket.socket) -> None:
        readable, _, _ = select.select([sock], [], [], NAME_WAIT_SECONDS)
        if not readable:
            self.changed(lambda: self.chats.append(_given_up(sock)))
            return
        super().answer(sock)


def _given_up(sock: socket.socket) -> Chat:
    chat = Chat(sock, incoming=True)
    chat.over = "no USER in time"
    return chat


class FirstRecvIsTheName(ReadsSegments):
    """Takes the first ``recv`` for the caller's name, whatever is in it."""

    def hear(self, chat: Chat, line: str) -> None:
        if chat.incoming and chat.peer is None:
            self.changed(lambda: setattr(chat, "peer", line.strip().removeprefix("USER ")))
        else:
            super().hear(chat, line)


class DiscPrefixEnds(ReadsSegments):
    """Any message that *starts* with ``DISC`` ends the chat."""

    def is_farewell(self, message: str) -> bool:
        return message.startswith("DISC")


class DiscAnywhereEnds(ReadsSegments):
    """``DISC`` and a line end anywhere in what one ``recv`` returned ends the chat (§4.3)."""

    def is_farewell(self, message: str) -> bool:
        return "DISC\r\n" in message


class BusyElsewhere(ClientProgram):
    """``BUSY`` and the end for whoever calls while it talks to somebody."""

    def answer(self, sock: socket.socket) -> None:
        if any(chat.over is None for chat in self.chats):
            sock.sendall(b"BUSY\r\n")
            return
        super().answer(sock)


class DialsLocalhost(ClientProgram):
    """Dials ``localhost`` whatever the tracker said."""

    def dial_address(self, found: Address) -> Address:
        return ("localhost", found[1])


class ConsoleCodePage(ReadsSegments):
    """A C++ program on Windows: its texts are in Windows-1252."""

    def say(self, chat: Chat, text: str) -> None:
        chat.sock.sendall(text.encode("cp1252") + b"\r\n")


class SlowTypist(ClientProgram):
    """A text of it arrives in two halves, with a pause inside a character."""

    def say(self, chat: Chat, text: str) -> None:
        data = f"{text}\r\n".encode()
        middle = len(data) // 2
        chat.sock.sendall(data[:middle])
        pause(0.4)  # longer than the quiet line rule waits (§4.4)
        chat.sock.sendall(data[middle:])
