"""A whole client as a student writes it: blocking sockets, and a thread for each connection.

``ClientProgram`` keeps to the assignment. The quirks of real programs are its
subclasses in ``clients.py`` (towards the tracker) and ``peers.py`` (towards
other clients).
"""

import socket
import threading
from collections.abc import Iterator

from .harness import Address, StandIn

KEEPALIVE_SECONDS = 5.0


class Chat:
    """One connection to another client.

    ``peer`` is the name that the other side gave, None while it gave none;
    ``texts`` is what the program showed; ``over`` says why the chat ended.
    """

    def __init__(self, sock: socket.socket, *, incoming: bool) -> None:
        self.sock = sock
        self.incoming = incoming
        self.peer: str | None = None
        self.texts: list[str] = []
        self.over: str | None = None


class ClientProgram(StandIn):
    """A client that keeps to the assignment, driven by the test in place of a person.

    Methods named like what a user does (``join``, ``list_people``, ``chat_with``,
    ``say``, ``leave``, ``quit``) block as that program does.
    """

    def __init__(self, name: str, *, keepalive_seconds: float = KEEPALIVE_SECONDS) -> None:
        super().__init__()
        self.name = name
        self.chats: list[Chat] = []
        self.tracker: socket.socket
        self._tracker_lines: Iterator[bytes]
        self._keepalive_seconds = keepalive_seconds
        self._left = threading.Event()
        listener, self.address = self.listen()
        self.spawn(lambda: self.accept_forever(listener, self.answer))

    def close(self) -> None:
        self._left.set()
        super().close()

    # Towards the tracker

    def join(self, tracker: Address) -> None:
        """Connect, say ``USER`` and begin to say ``KEEP``."""
        self.tracker = self.connect(tracker)
        self._tracker_lines = self.lines(self.tracker)
        self.tracker.sendall(self.registration())
        self.spawn(self.keep_alive)

    def registration(self) -> bytes:
        """Its first message."""
        return f"USER {self.name}:{self.address[1]}\r\n".encode()

    def keep_alive(self) -> None:
        """``KEEP`` for as long as the program runs."""
        while not self._left.wait(self._keepalive_seconds):
            self.tracker.sendall(b"KEEP\r\n")

    def list_people(self) -> list[str]:
        """``LIST``, and who its answer names."""
        self.tracker.sendall(b"LIST\r\n")
        names = self.tracker_reply("LIST").removeprefix("LIST").strip()
        return [name.strip() for name in names.split(":")] if names else []

    def find(self, name: str) -> Address:
        """``ADDR``: where ``name`` listens, in either edition."""
        self.tracker.sendall(f"ADDR {name}\r\n".encode())
        *_, host, port = self.tracker_reply("ADDR").removeprefix("ADDR ").split(":")
        return host.strip(), int(port)

    def tracker_reply(self, verb: str) -> str:
        """The next line that answers ``verb``."""
        for line in self._tracker_lines:
            if line.decode().startswith(verb):
                return line.decode()
        raise ConnectionError("the tracker closed")

    def quit(self) -> None:
        """Leave the tracker, without a word."""
        self._left.set()
        self.tracker.close()

    # Towards other clients

    def call(self, address: Address) -> Chat:
        """Dial, say who calls, and listen in a thread."""
        chat = Chat(self.connect(address), incoming=False)
        self.greet(chat)
        self.changed(lambda: self.chats.append(chat))
        self.spawn(lambda: self.serve_connection(chat.sock, lambda sock: self.converse(chat)))
        return chat

    def chat_with(self, name: str) -> Chat:
        """What ``/chat name`` does."""
        return self.call(self.dial_address(self.find(name)))

    def dial_address(self, found: Address) -> Address:
        """Where it dials, when the tracker said ``found``."""
        return found

    def answer(self, sock: socket.socket) -> None:
        """An accepted connection: its caller's name first, then the chat."""
        chat = Chat(sock, incoming=True)
        self.changed(lambda: self.chats.append(chat))
        self.converse(chat)

    def converse(self, chat: Chat) -> None:
        """Read until the chat is over."""
        for line in self.lines(chat.sock):
            if line == b"DISC":
                self.end(chat, "DISC")
                return
            self.hear(chat, line.decode(errors="replace"))
        self.end(chat, "end of stream")

    def hear(self, chat: Chat, line: str) -> None:
        """One received line: the name of who called, or a text."""
        if chat.peer is None and line.startswith("USER ") and not chat.texts:
            self.changed(lambda: setattr(chat, "peer", line.removeprefix("USER ")))
        else:
            self.show(chat, line)

    def show(self, chat: Chat, text: str) -> None:
        """Print a text."""
        self.changed(lambda: chat.texts.append(text))

    def greet(self, chat: Chat) -> None:
        """What it sends first when it dialled."""
        chat.sock.sendall(f"USER {self.name}\r\n".encode())

    def say(self, chat: Chat, text: str) -> None:
        """Send one text."""
        chat.sock.sendall(f"{text}\r\n".encode())

    def leave(self, chat: Chat) -> None:
        """What ``/bye`` does."""
        chat.sock.sendall(b"DISC\r\n")
        self.end(chat, "left")

    def end(self, chat: Chat, why: str) -> None:
        """Note the end; the thread that reads closes the connection when its ``recv`` has returned.

        That is what ``close`` in another thread comes to: the other side sees
        nothing of it while a thread still waits in ``recv``.
        """
        if chat.over is None:
            self.changed(lambda: setattr(chat, "over", why))

    def lines(self, sock: socket.socket) -> Iterator[bytes]:
        """Whole lines, however the stream was cut, until its end."""
        buffer = b""
        while data := self.recv(sock):
            buffer += data
            while b"\n" in buffer:
                line, _, buffer = buffer.partition(b"\n")
                yield line.removesuffix(b"\r")

    # For tests

    def wait_for_chat(self) -> Chat:
        """Block until somebody has called, and return that chat."""
        self.wait_for("a call", lambda: bool(self.chats))
        return self.chats[-1]

    def wait_for_text(self, chat: Chat, text: str) -> None:
        """Block until ``text`` is somewhere in what the chat showed."""
        self.wait_for(repr(text), lambda: text in "\n".join(chat.texts))

    def wait_until_over(self, chat: Chat) -> None:
        """Block until the chat is over."""
        self.wait_for("the chat to end", lambda: chat.over is not None)


