"""Clients and what they do to other clients: wild.md's rows, one class each."""

import select
import socket
from collections.abc import Callable

from .harness import RECV_BYTES, SERVING_SECONDS, Address, NoReply, hang_up, pause, shut_down
from .programs import Chat, ClientProgram

NAME_WAIT_SECONDS = 0.1
REPLY_WAIT_SECONDS = 3.0
SMALL_RECV_BYTES = 255
LINE_BUFFER_BYTES = 256  # of ``fgets``, with the zero at its end


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
    """``BUSY`` and the end for each caller while it talks to another one."""

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


class NeverReadsWhatItDialled(ClientProgram):
    """Reads only the connections that it accepted, so that two of them talk by dialling each other."""

    def call(self, address: Address) -> Chat:
        chat = Chat(self.connect(address), incoming=False)
        self.greet(chat)
        self.changed(lambda: self.chats.append(chat))
        return chat  # and no thread reads it

    def leave(self, chat: Chat) -> None:
        super().leave(chat)
        if not chat.incoming:
            chat.sock.close()  # at once: nobody waits in ``recv``


class ServesOneCallAtATime(ClientProgram):
    """Accepts and reads in one thread: a second caller waits until the first has left."""

    def accept_forever(
        self, listener: socket.socket, serve: Callable[[socket.socket], None]
    ) -> None:
        while not self._closing:
            try:
                sock, _ = listener.accept()
            except TimeoutError:
                continue
            self.own(sock, SERVING_SECONDS)
            self.serve_connection(sock, serve)


class DropsFirstCallAtSecond(ClientProgram):
    """Has one socket for the peer: the second caller takes the place of the first."""

    def answer(self, sock: socket.socket) -> None:
        for chat in self.chats:
            if chat.incoming and chat.over is None:
                shut_down(chat.sock)
        super().answer(sock)


class BareNameAtOnce(BareName):
    """Registers and calls in one breath, so that nobody's list has its name yet."""

    def join_and_call(self, tracker: Address, name: str) -> Chat:
        """Join the tracker and call ``name``."""
        self.join(tracker)
        return self.chat_with(name)


class ReadsSmallPieces(ReadsSegments):
    """``recv`` of 255 bytes, each shown as a message: a long text is cut, often inside a character."""

    def converse(self, chat: Chat) -> None:
        while data := self.recv(chat.sock, SMALL_RECV_BYTES):
            message = data.decode(errors="replace")
            if self.is_farewell(message):
                self.end(chat, "DISC")
                return
            self.hear(chat, message)
        self.end(chat, "end of stream")


class TypesWithFgets(ClientProgram):
    """Reads the keyboard with ``fgets(256)``: a long line leaves in pieces, often cut inside a character."""

    def say(self, chat: Chat, text: str) -> None:
        line = text.encode()
        for at in range(0, len(line), LINE_BUFFER_BYTES - 1):
            chat.sock.sendall(line[at : at + LINE_BUFFER_BYTES - 1] + b"\r\n")


class DeafAfterHalfACharacter(ClientProgram):
    """Half a character kills the thread that reads; the connection stays open, and the rest of it goes on."""

    def join(self, tracker: Address) -> None:
        self.replies: list[str] = []
        super().join(tracker)
        self.tracker.settimeout(SERVING_SECONDS)  # its thread waits in ``recv`` all the time
        self.spawn(self.read_replies)

    def quit(self) -> None:
        self._left.set()
        shut_down(self.tracker)

    def read_replies(self) -> None:
        """What the tracker says, line by line."""
        buffer = ""
        while data := self.recv(self.tracker):
            buffer += data.decode()
            *lines, buffer = buffer.split("\n")
            with self._changed:
                self.replies += [line.strip() for line in lines]
                self._changed.notify_all()

    def tracker_reply(self, verb: str) -> str:
        with self._changed:
            if not self._changed.wait_for(lambda: bool(self.replies), REPLY_WAIT_SECONDS):
                raise NoReply
            return self.replies.pop(0)

    def converse(self, chat: Chat) -> None:
        buffer = ""
        while data := self.recv(chat.sock):
            buffer += data.decode()
            *lines, buffer = buffer.split("\n")
            for line in lines:
                if line.strip() == "DISC":
                    self.end(chat, "DISC")
                    return
                self.hear(chat, line.strip())
        self.end(chat, "end of stream")

    def serve_connection(self, sock: socket.socket, serve: Callable[[socket.socket], None]) -> None:
        serve(sock)  # whatever it raises, nobody closes the connection
        hang_up(sock)


class BusyToTheSameName(ClientProgram):
    """``BUSY`` and the end for a caller whose name it is talking to already."""

    def hear(self, chat: Chat, line: str) -> None:
        name = line.removeprefix("USER ")
        if chat.peer is None and any(c.peer == name and c.over is None for c in self.chats if c is not chat):
            chat.sock.sendall(b"BUSY\r\n")
            raise ConnectionAbortedError
        super().hear(chat, line)


class EndsOnlyOnExactDisc(ReadsSegments):
    """Only ``DISC`` without any end is the end of a chat."""

    def is_farewell(self, message: str) -> bool:
        return message == "DISC"
