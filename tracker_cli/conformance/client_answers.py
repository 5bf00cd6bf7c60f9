"""The part of a client's check in which others call it.

Each probe is a call of its own, and ends with a question: does the client close
when the caller leaves? A client that does not was broken by the probe. How callers
leave so that this client closes is found out first, by a call without any probe.
"""

import enum
from collections.abc import Callable
from typing import Final

from core import LossReason
from core.wire.messages import Edition
from io_adapters import format_address

from . import client_words as words
from . import rules
from .client_calls import GREETING
from .client_session import APART_SECONDS, REACTION_SECONDS, Session
from .loss_words import loss_words
from .report import Rule, Words, shown
from .wire import Wire

CRASH_SECONDS: Final = 1.0  # how long a client is watched for an end that should not come
CALLER_PAUSE_SECONDS: Final = 0.5  # between our call and our USER
ATTEMPTS: Final = 3  # of a call that the client ends: a race with a timeout of its own is no fault
AGAIN_SECONDS: Final = 1.0  # before the next attempt

_GLUED: Final = "Oi de novo!"
_LAST: Final = "Tchau!"
_SPLIT: Final = "coração"
_LIKE_DISC: Final = ("DISCO é bom", "meu DISC")
_DISC: Final = b"DISC\r\n"


class _Leaving(enum.Enum):
    """What a caller does so that the client closes."""

    DISC = "says DISC"
    END = "ends its stream"


class Answers:
    """The calls of Eco and Bia, and how the client bears them."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._observer = session.observer
        self._note = session.note
        self._leaving: _Leaving | None = None

    def check_harmless_calls(self) -> None:
        """A call without any probe, and probes that break no program that was seen."""
        session = self._session
        session.tell("calls", words.WATCH_CALLS, first=session.eco, second=session.bia)
        if self._check_plain_call():
            self._check_late_hello()
            self._check_glued()
            for text in _LIKE_DISC if session.edition is Edition.E2024 else ():
                self._check_text_like_disc(text)
            self._check_second_call()

    def check_cut_texts(self) -> None:
        """Texts in two parts: cut between characters, then inside one."""
        if self._leaving is None:
            return  # said already why nothing can be seen
        text = f"{_SPLIT}\r\n".encode()
        cut = text.index("ç".encode())
        self._check_cut(rules.READS_SPLIT_TEXTS, text, cut, words.CLOSED_ON_SPLIT_TEXT)
        cut = text.index("ã".encode()) + 1
        self._check_cut(rules.READS_CUT_TEXTS, text, cut, words.CLOSED_ON_CUT_TEXT)

    # Probes

    def _check_plain_call(self) -> bool:
        """``LISTENS``, ``CLOSES_ON_DISC``, and how callers leave; False if nothing can be asked after it."""
        host, port = self._session.client_address()
        dialled = self._observer.connect(host, port, seconds=REACTION_SECONDS)
        if isinstance(dialled, LossReason):
            reason = Words(loss_words(dialled))
            self._note.fault(rules.LISTENS, words.REFUSED, address=format_address(host, port), reason=reason)
            self._leave_out(words.BECAUSE_REFUSED)
            return False
        call = self._say_on(dialled, self._greet)
        if _is_busy(call):
            self._note.conforms(rules.LISTENS)
            self._leave_out(words.BECAUSE_BUSY)
            return False
        if not call.is_open:
            self._note.fault(rules.LISTENS, words.CLOSED_ON_TEXT, text=shown(f"{GREETING}\r\n".encode()))
            self._leave_out(words.BECAUSE_CLOSED)
            return False
        self._note.conforms(rules.LISTENS)
        self._leaving = self._find_out_leaving(call)
        self._observer.close(call)
        if self._leaving is None:
            self._leave_out(words.BECAUSE_NEVER_CLOSES)
        return self._leaving is not None

    def _find_out_leaving(self, call: Wire) -> _Leaving | None:
        if self._session.edition is Edition.E2024:
            call.send(_DISC)
            if self._ends(call, REACTION_SECONDS):
                self._note.conforms(rules.CLOSES_ON_DISC)
                return _Leaving.DISC
            self._note.fault(rules.CLOSES_ON_DISC, words.KEPT_OPEN, seconds=f"{REACTION_SECONDS:.0f}")
        call.end()
        return _Leaving.END if self._ends(call, REACTION_SECONDS) else None

    def _leave_out(self, why: str) -> None:
        """Nothing that is asked of a call can be seen."""
        for rule in (rules.CLOSES_ON_DISC, *rules.OF_CALLS):
            if rule in rules.of_a_client(self._session.edition):
                self._note.unseen(rule, why)

    def _check_late_hello(self) -> None:
        def say(call: Wire) -> None:
            self._observer.wait(lambda: not call.is_open, seconds=CALLER_PAUSE_SECONDS)
            call.send(self._hello())

        seconds = f"{CALLER_PAUSE_SECONDS:.1f}"
        call = self._probe(rules.WAITS_FOR_CALLER, say, words.GAVE_UP, seconds=seconds)
        self._ask_whether_it_reads(call, rules.WAITS_FOR_CALLER, self._hello())

    def _check_glued(self) -> None:
        """``USER`` and a text in one segment; then a text and ``DISC``, where that ends a call."""
        together = self._hello() + f"{_GLUED}\r\n".encode()
        call = self._probe(
            rules.READS_GLUED_TEXTS,
            lambda call: call.send(together),
            words.CLOSED_ON_GLUED,
            sent=shown(together),
        )
        if call is not None and self._can_be_shown_by_disc(rules.READS_GLUED_TEXTS):
            last = f"{_LAST}\r\n".encode() + _DISC
            call.send(last)
            if not self._ends(call, REACTION_SECONDS):
                self._note.fault(rules.READS_GLUED_TEXTS, words.MISSED_GLUED_DISC, sent=shown(last))
        self._ask_whether_it_reads(call, rules.READS_GLUED_TEXTS, together)

    def _check_text_like_disc(self, text: str) -> None:
        said = f"{text}\r\n".encode()

        def say(call: Wire) -> None:
            self._greet(call)
            call.send(said)

        call = self._probe(rules.TAKES_DISC_TEXTS, say, words.CLOSED_ON_TEXT, text=shown(said))
        # What the first of the two texts shows is not all: the rule is kept only if the second shows it, too.
        self._ask_whether_it_reads(call, rules.TAKES_DISC_TEXTS, said, is_last=text == _LIKE_DISC[-1])

    def _check_second_call(self) -> None:
        """Bia calls while Eco talks; both must be served, until each leaves."""
        rule, session = rules.TAKES_SECOND_CALL, self._session
        names = {"first": session.eco, "second": session.bia}
        first = self._dial()
        if first is None:
            self._note.unseen(rule, words.BECAUSE_REFUSED)
            return
        self._greet(first)
        if self._ends(first, APART_SECONDS):
            self._note.unseen(rule, words.BECAUSE_BUSY if _is_busy(first) else words.BECAUSE_CLOSED)
            return
        second = self._dial()
        if second is None:
            self._note.fault(rule, words.SECOND_REFUSED, **names)
        else:
            second.send(self._hello(session.bia))
            if self._ends(second, CRASH_SECONDS):
                if second.lines:
                    sent = shown(second.lines[0].whole)
                    self._note.fault(rule, words.SECOND_CLOSED_WITH, **names, sent=sent)
                else:
                    self._note.fault(rule, words.SECOND_CLOSED, **names)
            elif self._ends(first, 0.0):
                self._note.fault(rule, words.FIRST_DROPPED, **names)
            elif not self._closes(second):
                self._note.fault(rule, words.SECOND_WAITS, **names)
            elif self._ends(first, 0.0) or not self._closes(first):
                self._note.fault(rule, words.FIRST_DROPPED, **names)
            self._note.conforms(rule)
            self._observer.close(second)
        self._leave(first)
        self._ends(first, REACTION_SECONDS)
        self._observer.close(first)

    def _check_cut(self, rule: Rule, text: bytes, at: int, closed: str) -> None:
        """A text in two parts; then, where it ends a call and no character is cut, ``DISC`` in two parts."""

        def say(call: Wire) -> None:
            self._greet(call)
            self._say_in_parts(call, text, at)

        call = self._probe(rule, say, closed, text=shown(text))
        if call is not None and rule is rules.READS_SPLIT_TEXTS and self._can_be_shown_by_disc(rule):
            self._say_in_parts(call, _DISC, 2)
            if not self._ends(call, REACTION_SECONDS):
                self._note.fault(rule, words.MISSED_SPLIT_DISC, one=shown(_DISC[:2]), two=shown(_DISC[2:]))
        self._ask_whether_it_reads(call, rule, text)

    # What probes share

    def _can_be_shown_by_disc(self, rule: Rule) -> bool:
        """How a client reads what comes together or in parts shows when that is ``DISC``, if it obeys it."""
        if self._leaving is not _Leaving.DISC and self._session.edition is Edition.E2024:
            self._note.unseen(rule, words.BECAUSE_NOT_ON_DISC)
        return self._leaving is _Leaving.DISC

    def _probe(
        self, rule: Rule, say: Callable[[Wire], None], closed: str, **values: str
    ) -> Wire | None:
        """Call, say it, and note ``closed`` if the client ends the call; the call if it goes on."""
        call = self._dial()
        if call is not None:
            call = self._say_on(call, say)
        if call is None:
            self._note.unseen(rule, words.BECAUSE_REFUSED)
        elif call.is_open:
            return call
        elif _is_busy(call):
            self._note.unseen(rule, words.BECAUSE_BUSY)
        else:
            self._note.fault(rule, closed, **values)
        self._session.is_explained = self._note.has_fault(rule)
        return None

    def _say_on(self, call: Wire, say: Callable[[Wire], None]) -> Wire:
        """Say it on a call and watch; if the client ends that, on another one. The last call."""
        for _ in range(ATTEMPTS - 1):
            say(call)
            if not self._ends(call, CRASH_SECONDS) or self._session.tracker.client is None:
                return call
            self._observer.pause(AGAIN_SECONDS)
            again = self._dial()
            if again is None:
                return call
            call = again
        say(call)
        self._ends(call, CRASH_SECONDS)
        return call

    def _ask_whether_it_reads(self, call: Wire | None, rule: Rule, said: bytes, *, is_last: bool = True) -> None:
        """Leave: a client that does not close was broken by what was said. Without a fault, the rule is kept."""
        if call is None:
            return
        if call.is_open and not self._closes(call):
            self._note.fault(rule, words.DEAF_AFTER, sent=shown(said))
            self._observer.close(call)
            self._restart_if_broken()
        self._observer.close(call)
        if self._session.tracker.client is None:
            self._note.fault(rule, words.LEFT_AFTER, sent=shown(said))
        self._session.is_explained = self._note.has_fault(rule)
        if is_last:
            self._note.conforms(rule)

    def _restart_if_broken(self) -> None:
        """Have the client started again if a call without any probe is not answered either."""
        call = self._dial()
        if call is None:
            return
        self._greet(call)
        if not self._closes(call):
            self._session.restart(words.RESTART_DEAF)
        self._observer.close(call)

    def _dial(self) -> Wire | None:
        """Call the client, which is started again if the last probe has ended it."""
        if self._session.client() is None:
            return None
        self._observer.pause(APART_SECONDS)
        call = self._observer.connect(*self._session.client_address(), seconds=REACTION_SECONDS)
        return None if isinstance(call, LossReason) else call

    def _greet(self, call: Wire) -> None:
        """``USER`` and a text, apart from each other."""
        call.send(self._hello())
        self._observer.pause(APART_SECONDS)
        call.send(f"{GREETING}\r\n".encode())
        self._observer.pause(APART_SECONDS)

    def _say_in_parts(self, call: Wire, data: bytes, at: int) -> None:
        call.send(data[:at])
        self._observer.pause(APART_SECONDS)
        call.send(data[at:])

    def _hello(self, name: str = "") -> bytes:
        return f"USER {name or self._session.eco}\r\n".encode()

    def _closes(self, call: Wire) -> bool:
        """Leave, and wait for the client to close."""
        self._leave(call)
        return self._ends(call, REACTION_SECONDS)

    def _leave(self, call: Wire) -> None:
        if self._leaving is _Leaving.DISC:
            call.send(_DISC)
        else:
            call.end()

    def _ends(self, call: Wire, seconds: float) -> bool:
        return self._observer.wait(lambda: not call.is_open, seconds=seconds)


def _is_busy(call: Wire) -> bool:
    return not call.is_open and any(line.data.strip().upper().startswith(b"BUSY") for line in call.lines)
