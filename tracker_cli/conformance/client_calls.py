"""The part of a client's check in which the client calls: it asks for Eco, dials, talks and leaves."""

from typing import Final

from core.wire import chat_text
from core.wire.addresses import is_loopback
from core.wire.messages import Edition, parse_hello
from io_adapters import Address, ListenError, format_address

from . import client_words as words
from . import rules
from .client_session import APART_SECONDS, REACTION_SECONDS, Session, leave
from .report import shown
from .wire import Line, Wire

_TYPED: Final = ("sim", "não")
GREETING: Final = "Oi!"
_OTHER_LOOPBACK: Final = "127.0.0.2"
"""On most systems a second address of this machine; a client that dials localhost does not arrive there."""


class Calls:
    """Eco's port, and the client's calls to it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._observer = session.observer
        self._note = session.note
        self._received: list[Wire] = []
        self._told: Address = ("", 0)
        self._first_text = 0
        """How many lines of the call come before its texts."""
        self.work = False
        """Whether the client has dialled Eco once: from then on, a chat shows that the client works."""

    def listen(self, client: Wire) -> None:
        """Have the tracker name an address of ours as Eco's.

        Raises:
            ListenError: There is no port for it.
        """
        local = client.local[0]
        try:
            hosts = [_OTHER_LOOPBACK, local] if is_loopback(local) and ":" not in local else [local]
            self._told = self._observer.listen(hosts, 0, self._received.append)
        except ListenError:
            self._told = self._observer.listen([local], 0, self._received.append)
        eco = self._session.eco
        self._session.tracker.address_of = lambda name: self._told if name == eco else None

    # The whole call

    def check_call(self) -> None:
        """The client asks for Eco, calls it, talks, and leaves."""
        call = self._await_call()
        if call is not None:
            self._judge_hello(call)
            self._check_texts(call)
            self._check_farewell(call)
            self._judge_line_ends(call)

    def _await_call(self) -> Wire | None:
        session, asked = self._session, self._session.tracker.asked
        wanted = f"ADDR {session.eco}".encode()

        def is_asked() -> bool:
            return any(line.data == wanted for line in asked)

        if session.ask("chat", words.CHAT, is_asked, name=session.eco):
            self._note.conforms(rules.SAYS_ADDR)
        elif asked:
            self._note.fault(rules.SAYS_ADDR, words.OTHER_ADDR, sent=shown(asked[-1].whole))
            return None
        else:
            self._note.unseen(rules.SAYS_ADDR, words.NOT_DONE)
            return None
        told = format_address(*self._told)
        call = self.next_call(0)
        if call is None:
            seconds = f"{REACTION_SECONDS:.0f}"
            self._note.fault(rules.DIALS_AS_TOLD, words.NOT_DIALLED, address=told, seconds=seconds)
            return None
        self.work = True
        if call.local[0] != self._told[0]:
            self._note.fault(rules.DIALS_AS_TOLD, words.DIALLED_ELSEWHERE, address=told, host=call.local[0])
        self._note.conforms(rules.DIALS_AS_TOLD)
        return call

    def _judge_hello(self, call: Wire) -> None:
        line = self._observer.next_line(call, 0, seconds=REACTION_SECONDS)
        if line is None:
            self._note.fault(rules.INTRODUCES_ITSELF, words.NO_HELLO, seconds=f"{REACTION_SECONDS:.0f}")
            return
        self._first_text = 1
        text = chat_text.decode(line.data)
        hello = parse_hello(text)
        if hello is None or text != f"USER {hello.name}":
            self._note.fault(rules.INTRODUCES_ITSELF, words.HELLO_WAS, sent=shown(line.whole))
        elif hello.name != self._session.name:
            self._note.fault(
                rules.INTRODUCES_ITSELF, words.HELLO_NAME, sent=shown(line.whole), name=self._session.name
            )
        self._note.conforms(rules.INTRODUCES_ITSELF)

    def _check_texts(self, call: Wire) -> None:
        self._observer.pause(APART_SECONDS)
        call.send(f"{GREETING}\r\n".encode())
        one, two = _TYPED
        self._session.ask(
            "say",
            words.SAY,
            lambda: len(self._texts(call)) >= len(_TYPED) or not call.is_open,
            needs_tracker=False,
            name=self._session.eco,
            text=GREETING,
            one=one,
            two=two,
        )
        texts = self._texts(call)
        for typed, line in zip(_TYPED, texts, strict=False):
            if not _is_utf8(line):
                self._note.leaves_open(rules.SENDS_TEXTS, words.NOT_UTF8, sent=shown(line.whole))
            elif line.data != typed.encode():
                self._note.leaves_open(rules.SENDS_TEXTS, words.TEXT_WAS, typed=typed, sent=shown(line.whole))
        if len(texts) >= len(_TYPED):
            self._note.conforms(rules.SENDS_TEXTS)
        elif texts and not call.is_open:
            self._note.fault(rules.SENDS_TEXTS, words.CLOSED_AFTER_TEXT)
        self._note.unseen(rules.SENDS_TEXTS, words.NOT_DONE)

    def _check_farewell(self, call: Wire) -> None:
        """How the client leaves; the edition of 2026 asks nothing of it."""
        if self._session.edition is Edition.E2024:
            ended = self._session.ask(
                "bye",
                words.BYE,
                lambda: not call.is_open or bool(_farewells(call)),
                needs_tracker=False,
                name=self._session.eco,
            )
            farewells = _farewells(call)
            if farewells and farewells[0].data.strip(b" ") != b"DISC":
                self._note.fault(rules.SAYS_DISC, words.OTHER_FAREWELL, sent=shown(farewells[0].whole))
            elif farewells:
                self._note.conforms(rules.SAYS_DISC)
            elif ended:
                self._note.fault(rules.SAYS_DISC, words.NO_DISC)
            self._note.unseen(rules.SAYS_DISC, words.NOT_DONE)
        self._observer.close(call)

    def _judge_line_ends(self, call: Wire) -> None:
        for line in call.lines:
            if line.end != b"\r\n":
                ending = words.LF_END if line.end else words.NO_END
                self._note.fault(rules.PEER_LINES_END_IN_CRLF, ending, sent=shown(line.whole))
        if call.lines:
            self._note.conforms(rules.PEER_LINES_END_IN_CRLF)

    def _texts(self, call: Wire) -> list[Line]:
        lines = call.lines[self._first_text :]
        return [line for line in lines if not chat_text.is_farewell(chat_text.decode(line.data))]

    # One more call, as a sign of life

    @property
    def count(self) -> int:
        """How many calls came."""
        return len(self._received)

    def next_call(self, after: int) -> Wire | None:
        """Wait for the call behind the first ``after`` ones; None if there is none in time."""
        self._observer.wait(lambda: len(self._received) > after, seconds=REACTION_SECONDS)
        return self._received[after] if len(self._received) > after else None

    def end(self, call: Wire) -> None:
        """End a call that was a sign of life: a client that does not close never reads what it dials."""
        self._observer.next_line(call, 0, seconds=APART_SECONDS)
        if not call.is_open:
            self._note.unseen(rules.READS_ITS_CALLS, words.BECAUSE_CLOSED)
        leave(self._session, call)
        has_closed = self._observer.wait(lambda: not call.is_open, seconds=REACTION_SECONDS)
        self._observer.close(call)
        if has_closed:
            self._note.conforms(rules.READS_ITS_CALLS)
        elif self._note.has_fault(rules.CLOSES_ON_DISC):
            self._note.unseen(rules.READS_ITS_CALLS, words.BECAUSE_NEVER_CLOSES)
        else:
            self._note.fault(
                rules.READS_ITS_CALLS,
                words.DEAF_TO_ITS_CALL,
                name=self._session.eco,
                seconds=f"{REACTION_SECONDS:.0f}",
            )


def _farewells(call: Wire) -> list[Line]:
    return [line for line in call.lines if chat_text.is_farewell(chat_text.decode(line.data))]


def _is_utf8(line: Line) -> bool:
    try:
        line.data.decode()
    except UnicodeDecodeError:
        return False
    return True
