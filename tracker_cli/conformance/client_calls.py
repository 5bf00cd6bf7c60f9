"""The part of a client's check in which it talks to other clients, which the check plays."""

from typing import Final

from core import LossReason
from core.wire import chat_text
from core.wire.addresses import is_loopback
from core.wire.messages import Edition, parse_hello
from io_adapters import Address, ListenError, format_address

from . import client_words as words
from . import rules
from .client_session import Session
from .loss_words import loss_words
from .report import Words, shown
from .wire import Line, Wire

REACTION_SECONDS: Final = 5.0  # how long the client may take for what it does by itself
CRASH_SECONDS: Final = 1.5  # how long a client is watched for an end that should not come
CALLER_PAUSE_SECONDS: Final = 0.5  # between our call and our USER
APART_SECONDS: Final = 0.3  # between what we say

_TYPED: Final = ("sim", "não")
_GREETING: Final = "Oi!"
_GLUED: Final = "Oi de novo!"  # arrives together with USER
_SPLIT: Final = "coração"  # arrives in two parts
_LIKE_DISC: Final = ("DISCO é bom", "meu DISC")
_OTHER_LOOPBACK: Final = "127.0.0.2"
"""On most systems a second address of this machine; tells who dials as told from who dials localhost."""


class Calls:
    """The client calls Eco, talks and leaves; then Eco and Bia call the client."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._observer = session.observer
        self._note = session.note
        self._received: list[Wire] = []
        self._told: Address = ("", 0)
        self._first_text = 0
        """How many lines of the call come before its texts."""

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

    # The client calls

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
        if not self._observer.wait(lambda: bool(self._received), seconds=REACTION_SECONDS):
            seconds = f"{REACTION_SECONDS:.0f}"
            self._note.fault(rules.DIALS_AS_TOLD, words.NOT_DIALLED, address=told, seconds=seconds)
            return None
        call = self._received[0]
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
        call.send(f"{_GREETING}\r\n".encode())
        one, two = _TYPED
        self._session.ask(
            "say",
            words.SAY,
            lambda: len(self._texts(call)) >= len(_TYPED) or not call.is_open,
            name=self._session.eco,
            text=_GREETING,
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
        ended = self._session.ask(
            "bye",
            words.BYE,
            lambda: not call.is_open or bool(_farewells(call)),
            name=self._session.eco,
        )
        farewells = _farewells(call)
        if farewells and farewells[0].data.strip(b" ") != b"DISC":
            self._note.fault(rules.SAYS_DISC, words.OTHER_FAREWELL, sent=shown(farewells[0].whole))
        elif not farewells and ended and self._session.edition is Edition.E2024:
            self._note.fault(rules.SAYS_DISC, words.NO_DISC)
        elif not farewells and ended:
            self._note.conforms(rules.SAYS_DISC, words.NO_DISC_2026)
        elif farewells:
            self._note.conforms(rules.SAYS_DISC)
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

    # The client is called

    def check_answering(self, address: Address) -> None:
        """Eco and Bia call the client, which listens at ``address``; Eco ends it with ``DISC``."""
        session = self._session
        texts = ", ".join(f"“{text}”" for text in (_GLUED, _SPLIT, *_LIKE_DISC))
        session.tell("calls", words.WATCH_CALLS, first=session.eco, second=session.bia, texts=texts)
        eco = self._observer.connect(*address, seconds=REACTION_SECONDS)
        if isinstance(eco, LossReason):
            reason = Words(loss_words(eco))
            self._note.fault(rules.LISTENS, words.REFUSED, address=format_address(*address), reason=reason)
            return
        self._note.conforms(rules.LISTENS)
        if self._ends(eco, CALLER_PAUSE_SECONDS):
            self._note.fault(rules.WAITS_FOR_CALLER, words.GAVE_UP, seconds=f"{CALLER_PAUSE_SECONDS:.1f}")
            again = self._call(address)
            if again is None:
                return
            eco = again
        else:
            self._note.conforms(rules.WAITS_FOR_CALLER)
            eco.send(self._hello(_GLUED))
        self._check_text_stream(eco)
        self._check_second_call(address)
        self._check_texts_like_disc(address, eco)
        self._check_disc(address, eco)

    def _hello(self, text: str) -> bytes:
        return f"USER {self._session.eco}\r\n{text}\r\n".encode()

    def _check_text_stream(self, eco: Wire) -> None:
        """``USER`` and a text have gone out in one segment; a text in two parts follows."""
        if self._ends(eco, APART_SECONDS):
            sent = shown(self._hello(_GLUED))
            self._note.fault(rules.READS_TEXT_STREAM, words.CLOSED_ON_HELLO, sent=sent)
            return
        split = f"{_SPLIT}\r\n".encode()
        cut = split.index("ã".encode()) + 1
        eco.send(split[:cut])
        self._observer.pause(APART_SECONDS)
        eco.send(split[cut:])
        if self._ends(eco, CRASH_SECONDS):
            self._note.fault(rules.READS_TEXT_STREAM, words.CLOSED_ON_SPLIT_TEXT, text=shown(split))
        self._note.conforms(rules.READS_TEXT_STREAM)

    def _check_second_call(self, address: Address) -> None:
        name = self._session.bia
        bia = self._observer.connect(*address, seconds=REACTION_SECONDS)
        if isinstance(bia, LossReason):
            self._note.fault(
                rules.TAKES_SECOND_CALL,
                words.REFUSED,
                address=format_address(*address),
                reason=Words(loss_words(bia)),
            )
            return
        bia.send(f"USER {name}\r\n".encode())
        if self._ends(bia, CRASH_SECONDS):
            if bia.lines:
                sent = shown(bia.lines[0].whole)
                self._note.fault(rules.TAKES_SECOND_CALL, words.SECOND_CLOSED_WITH, name=name, sent=sent)
            else:
                self._note.fault(rules.TAKES_SECOND_CALL, words.SECOND_CLOSED, name=name)
        self._note.conforms(rules.TAKES_SECOND_CALL)
        bia.send(b"DISC\r\n")
        self._ends(bia, APART_SECONDS)
        self._observer.close(bia)

    def _check_texts_like_disc(self, address: Address, eco: Wire) -> None:
        for text in _LIKE_DISC:
            call = eco if eco.is_open else self._call(address)
            if call is None:
                return
            self._observer.pause(APART_SECONDS)
            call.send(f"{text}\r\n".encode())
            if self._ends(call, CRASH_SECONDS):
                self._note.fault(rules.TAKES_DISC_TEXTS, words.CLOSED_ON_TEXT, text=shown(text.encode()))
            elif call is not eco:
                self._observer.close(call)
        self._note.conforms(rules.TAKES_DISC_TEXTS)

    def _check_disc(self, address: Address, eco: Wire) -> None:
        call = eco if eco.is_open else self._call(address)
        if call is None:
            return
        self._observer.pause(APART_SECONDS)
        if call.is_open:
            call.send(b"DISC\r\n")
            if not self._ends(call, REACTION_SECONDS):
                self._note.fault(rules.CLOSES_ON_DISC, words.KEPT_OPEN, seconds=f"{REACTION_SECONDS:.0f}")
            self._note.conforms(rules.CLOSES_ON_DISC)
        self._observer.close(call)

    def _call(self, address: Address) -> Wire | None:
        wire = self._observer.connect(*address, seconds=REACTION_SECONDS)
        if isinstance(wire, LossReason):
            return None
        wire.send(self._hello(_GLUED))
        return wire

    def _ends(self, wire: Wire, seconds: float) -> bool:
        return self._observer.wait(lambda: not wire.is_open, seconds=seconds)


def _farewells(call: Wire) -> list[Line]:
    return [line for line in call.lines if chat_text.is_farewell(chat_text.decode(line.data))]


def _is_utf8(line: Line) -> bool:
    try:
        line.data.decode()
    except UnicodeDecodeError:
        return False
    return True
