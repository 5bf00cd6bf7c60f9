"""Programs with one fault each, made up so that every rule of the self-check has somebody who breaks it."""

import socket
from collections.abc import Iterator

from .harness import Address, Crashed, shut_down
from .programs import Chat, ClientProgram
from .trackers import TrackerProgram

# Trackers


class RegistersAnything(TrackerProgram):
    """Takes a ``USER`` whose port is no number."""

    def parse_user(self, line: str) -> tuple[str, int]:
        name, _, port = line[5:].rpartition(":")
        return name, int(port) if port.isdigit() else 0


class DiesOfRubbish(TrackerProgram):
    """One line that it cannot decode ends it all."""

    def instructions(self, sock: socket.socket) -> Iterator[str]:
        try:
            yield from super().instructions(sock)
        except UnicodeDecodeError:
            self._closing = True
            for owned in self._sockets:
                shut_down(owned)
            raise


class ListsNamesTwice(TrackerProgram):
    """Keeps a list, and looks for nobody in it before it adds a name."""

    def __init__(self) -> None:
        self.said: list[str] = []
        super().__init__()

    def parse_user(self, line: str) -> tuple[str, int]:
        name, port = super().parse_user(line)
        self.said.append(name)
        return name, port

    def listed(self, asker: str | None) -> list[str]:
        return [name for name in self.said if name != asker and name in self.users]


class NeverForgets(TrackerProgram):
    """A client that was there once stays on its list."""

    def forget(self, name: str) -> None:
        pass


class DropsWhoOnlyKeeps(TrackerProgram):
    """Three ``KEEP`` and nothing between them are no life to it."""

    def instructions(self, sock: socket.socket) -> Iterator[str]:
        keeps = 0
        for line in super().instructions(sock):
            keeps = keeps + 1 if line == "KEEP" else 0
            if keeps == 3:
                raise Crashed
            yield line


class AsciiTracker(TrackerProgram):
    """Knows names of ASCII letters only."""

    def parse_user(self, line: str) -> tuple[str, int]:
        return super().parse_user(line.encode("ascii").decode())


class TellsItsOwnPort(TrackerProgram):
    """``ADDR`` with the port of the tracker itself."""

    def address_reply(self, name: str, host: str, port: int) -> bytes:
        return super().address_reply(name, host, self.address[1])


class TellsNoAddress(TrackerProgram):
    """``ADDR`` with the address that it listens on: all of them."""

    def address_reply(self, name: str, host: str, port: int) -> bytes:
        return super().address_reply(name, "0.0.0.0", port)


class AnswersOtherwise(TrackerProgram):
    """``USERS`` in place of ``LIST``."""

    def list_reply(self, names: list[str]) -> bytes:
        return f"USERS {names}\r\n".encode()


class ListsWithoutSpace(TrackerProgram):
    """``LIST`` and nothing behind it when nobody else is there."""

    def list_reply(self, names: list[str]) -> bytes:
        return super().list_reply(names) if names else b"LIST\r\n"


# Clients


class SaysNoKeep(ClientProgram):
    """Registers, and is never heard of by itself again."""

    def keep_alive(self) -> None:
        pass


class KeepsTooOften(ClientProgram):
    """Says ``KEEP`` ten times as often as it should."""

    def keep_alive(self) -> None:
        self._keepalive_seconds /= 10
        super().keep_alive()


class NeverEndsItsUser(ClientProgram):
    """No terminator behind ``USER``, and nothing that could be taken for its end for a while."""

    def registration(self) -> bytes:
        return super().registration().rstrip()

    def keep_alive(self) -> None:
        self._left.wait(1.5)
        super().keep_alive()


class Deaf(ClientProgram):
    """Tells the tracker a port on which nobody listens."""

    def registration(self) -> bytes:
        self._unused = socket.socket()  # bound, so that no other program gets the port; it never listens
        self._unused.bind(("127.0.0.1", 0))
        return f"USER {self.name}:{self._unused.getsockname()[1]}\r\n".encode()


class AlwaysBusy(ClientProgram):
    """Answers every call with ``BUSY``."""

    def answer(self, sock: socket.socket) -> None:
        self.recv(sock)
        sock.sendall(b"BUSY\r\n")


class DiesOfHalfACharacter(ClientProgram):
    """A text that is cut inside a character ends the whole program, as in one with a single thread."""

    def converse(self, chat: Chat) -> None:
        text = ""
        try:
            while "DISC" not in text.split("\r\n") and (data := self.recv(chat.sock)):
                text += data.decode()
        except UnicodeDecodeError:
            shut_down(self.tracker)
        self.end(chat, "end of stream")


class IgnoresDisc(ClientProgram):
    """Goes on when the other side has said ``DISC``."""

    def hear(self, chat: Chat, line: str) -> None:
        super().hear(chat, line.removesuffix("\0"))

    def lines(self, sock: socket.socket) -> Iterator[bytes]:
        return (line + b"\0" if line == b"DISC" else line for line in super().lines(sock))


class AsksInItsOwnWords(ClientProgram):
    """``ADDR the Eco``: asks for a name that is not on the list."""

    def find(self, name: str) -> Address:
        self.tracker.sendall(f"ADDR the {name}\r\n".encode())
        raise ConnectionError("no answer")


class TellsPeersAnotherName(ClientProgram):
    """Introduces itself to peers with a name of its own choice."""

    def greet(self, chat: Chat) -> None:
        chat.sock.sendall(b"USER Zeca\r\n")


class TalksToTheTracker(ClientProgram):
    """Sends the tracker what the user types before there is a chat."""

    def list_people(self) -> list[str]:
        self.tracker.sendall("Alguém aí?\r\n".encode())
        return super().list_people()


class LosesItsTracker(ClientProgram):
    """Closes the connection to the tracker as soon as it has an address."""

    def find(self, name: str) -> Address:
        found = super().find(name)
        self.quit()
        return found


class StaysForEver(ClientProgram):
    """Does not close when its user leaves."""

    def quit(self) -> None:
        pass
