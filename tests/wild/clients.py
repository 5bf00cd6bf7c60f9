"""Clients and what they do to their tracker: wild.md's rows, one class each."""

from .harness import RECV_BYTES
from .programs import ClientProgram


class SpaceAfterColon(ClientProgram):
    """``USER name: port``."""

    def registration(self) -> bytes:
        return f"USER {self.name}: {self.address[1]}\r\n".encode()


class SaysDiscToTracker(ClientProgram):
    """``DISC`` to the tracker, too, when it leaves."""

    def quit(self) -> None:
        self.tracker.sendall(b"DISC\r\n")
        super().quit()


class OneRecvPerAnswer(ClientProgram):
    """Reads one ``recv(1024)`` for each question and expects the whole answer in it, and nothing else."""

    def tracker_reply(self, verb: str) -> str:
        reply = self.recv(self.tracker, RECV_BYTES).decode()
        if not reply.startswith(verb) or not reply.endswith("\n"):
            raise ValueError(f"no whole answer to {verb}: {reply!r}")
        return reply.strip("\r\n")


class SplitsListOnOneSpace(OneRecvPerAnswer):
    """Splits the answer at spaces and unpacks exactly two parts."""

    def list_people(self) -> list[str]:
        self.tracker.sendall(b"LIST\r\n")
        _, names = self.tracker_reply("LIST").split(" ")
        return names.split(":")


class ReplacesListWord(OneRecvPerAnswer):
    """Removes ``LIST `` and splits at colons, with no trimming at all."""

    def list_people(self) -> list[str]:
        self.tracker.sendall(b"LIST\r\n")
        return self.tracker_reply("LIST").replace("LIST ", "").split(":")


class ReplacesListWordAndTrims(ReplacesListWord):
    """The same, trimming each name."""

    def list_people(self) -> list[str]:
        return [name.strip() for name in super().list_people()]


class PollsWhenIdle(ClientProgram):
    """Asks without reading the answers: it looks for them when its user is back, minutes later."""

    def ask_for_list(self) -> None:
        """``LIST``; the answer stays in the socket."""
        self.tracker.sendall(b"LIST\r\n")

    def read_answer(self) -> str:
        """One answer of those that wait."""
        return self.tracker_reply("LIST")
