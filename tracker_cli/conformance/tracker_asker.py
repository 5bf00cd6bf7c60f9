"""The client that asks a tracker the questions of a check."""

from collections.abc import Callable
from typing import Final

from core.wire.messages import CRLF

from . import rules
from . import tracker_words as words
from .played_clients import Client, Clients
from .recorder import Recorder
from .report import Rule, shown
from .wire import Line, Observer

ANSWER_SECONDS: Final = 3.0  # how long a tracker may take for one reply
SILENCE_SECONDS: Final = 0.7  # how long nothing must come where there is no reply


class Asker:
    """Asks, and judges the form of each reply; connects again when the tracker has closed its connection."""

    def __init__(
        self, observer: Observer, recorder: Recorder, clients: Clients, keepalive_seconds: float
    ) -> None:
        self.current: Client | None = None
        self.chatter: set[bytes] = set()
        """What the tracker says where it should be silent: a fault already, and no answer to anything."""
        self._observer = observer
        self._note = recorder
        self._clients = clients
        self._keepalive_seconds = keepalive_seconds
        self._askers = 0
        self._other_reply: Line | None = None  # to the last request, in place of an answer

    def hear_silences(self) -> None:
        """``USER`` and ``KEEP``, which have no reply."""
        asker = self.working()
        if asker is None:
            return
        for request in ("USER", "KEEP"):
            if request == "KEEP":
                asker.send(b"KEEP\r\n")
            self._observer.pause(SILENCE_SECONDS)
            self._observer.wait(lambda: not asker.wire.has_rest, seconds=ANSWER_SECONDS)
            for line in asker.lines():
                self.chatter.add(line.data)
                reply = shown(line.whole)
                self._note.fault(rules.NO_OTHER_REPLIES, words.ANSWERED, sent=request, reply=reply)
        asker.says_keep = True

    def working(self) -> Client | None:
        """The client that asks; a new one if the tracker has closed it. None if it takes none."""
        if self.current is None or not self.current.wire.is_open:
            self._askers += 1
            self.current = self._clients.register(f"{self._clients.name_prefix}-ana{self._askers}")
            if self.current is not None and self._askers > 1:
                self.current.says_keep = True
        return self.current

    def ask(self, request: bytes, verb: str) -> Line | None:
        """Send, and wait for the line that begins with ``verb``; judges its end. None if there is none."""
        asker = self.working()
        if asker is None:
            return None
        asker.send(request)

        def answer() -> Line | None:
            return next((line for line in asker.lines() if line.data.startswith(verb.encode())), None)

        self._observer.wait(
            lambda: answer() is not None or not asker.wire.is_open, seconds=ANSWER_SECONDS
        )
        reply = answer()
        self._other_reply = None if reply is not None else self._something_else(asker)
        if reply is None:
            if asker.wire.is_open and verb == "LIST":
                # Nobody knows what the tracker has read: the next step begins with a new connection.
                self._observer.close(asker.wire)
                self.current = None
            return None
        if reply.end != CRLF:
            ending = words.LF_END if reply.end else words.NO_END
            self._note.fault(rules.REPLIES_END_IN_CRLF, ending, reply=shown(reply.whole))
        if verb == "LIST" and _has_spaces(reply):
            self._note.leaves_open(rules.SEPARATES_NAMES, words.SPACED, reply=shown(reply.whole))
        return reply

    def list_until(self, condition: Callable[[list[str]], bool], *, seconds: float) -> Line | None:
        """Ask for the list again and again; the last answer, or None if one failed to come."""
        until = self._observer.now + seconds
        while True:
            reply = self.ask(b"LIST\r\n", "LIST")
            if reply is None or condition(names_in(reply)):
                return reply
            if self._observer.now >= until or self._observer.is_over:
                return reply
            self._observer.pause(self._keepalive_seconds / 10)

    def note_no_answer(self, rule: Rule, sent: str) -> None:
        """Note of ``rule`` what came, or did not come, in place of an answer to ``sent``."""
        if self._observer.is_over:
            return  # not the tracker's fault: nobody waited
        closed = self.current is not None and not self.current.wire.is_open
        if self._other_reply is not None:
            reply = shown(self._other_reply.whole)
            self._note.fault(rule, words.ANSWERED, sent=sent, reply=reply)
        elif closed:
            self._note.fault(rule, words.CLOSED, sent=sent)
        else:
            self._note.fault(rule, words.NO_ANSWER, sent=sent, seconds=seconds_text(ANSWER_SECONDS))

    # Private

    def _something_else(self, asker: Client) -> Line | None:
        return next((line for line in asker.lines() if line.data not in self.chatter), None)


def names_in(reply: Line) -> list[str]:
    """The names in a LIST reply, doubles kept."""
    text = reply.data.decode(errors="replace").removeprefix("LIST")
    return [name.strip(" ") for name in text.split(":") if name.strip(" ")]


def _has_spaces(reply: Line) -> bool:
    names = reply.data.removeprefix(b"LIST ").split(b":")
    return any(name != name.strip(b" ") for name in names)


def seconds_text(seconds: float) -> str:
    """Seconds for people."""
    return f"{seconds:.1f}".removesuffix(".0")
