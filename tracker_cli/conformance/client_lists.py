"""The part of a client's check in which it receives lists: a plain one, and those that break programs.

A client that no longer reads its tracker may go on to ask and to say ``KEEP``. So a
chat is asked for after each list that may break it: a client that asks for the
address and then calls nobody has not read the reply.
"""

from typing import Final

from . import client_words as words
from . import rules
from .client_calls import Calls
from .client_session import REACTION_SECONDS, Session
from .played_tracker import SPLIT_SECONDS
from .report import Rule, shown

LEAVING_SECONDS: Final = 1.0  # how long a client is watched for leaving its tracker

_SPACED_NAME: Final = "Ana Júlia"


class Lists:
    """The lists that the client asks for."""

    def __init__(self, session: Session, calls: Calls) -> None:
        self._session = session
        self._observer = session.observer
        self._note = session.note
        self._tracker = session.tracker
        self._calls = calls

    def check_plain_list(self) -> None:
        """A reply in one part, with two names of ASCII."""
        session, tracker = self._session, self._tracker
        before = tracker.lists_answered
        session.ask(
            "list",
            words.LIST,
            lambda: tracker.lists_answered > before,
            first=session.eco,
            second=session.bia,
        )
        if tracker.lists_answered > before:
            self._note.conforms(rules.SAYS_LIST)
        self._note.unseen(rules.SAYS_LIST, words.NOT_DONE)
        self._observer.wait(lambda: tracker.client is None, seconds=LEAVING_SECONDS)

    def check_spaced_list(self) -> None:
        """A reply in one part, with a space and an accent in a name."""
        self._check(rules.SURVIVES_LISTS, words.LIST_AND_CHAT, None, words.LEFT_ON_LIST, words.DEAF_AFTER_LIST)

    def check_split_list(self) -> None:
        """A reply in two parts, cut between characters."""
        at = self._reply().index("ú".encode())
        self._check(
            rules.READS_SPLIT_LISTS, words.SPLIT_AND_CHAT, at, words.LEFT_ON_SPLIT_LIST, words.DEAF_AFTER_SPLIT_LIST
        )

    def check_cut_list(self) -> None:
        """A reply in two parts, cut inside a character."""
        at = self._reply().index("ú".encode()) + 1
        self._check(
            rules.READS_CUT_LISTS, words.SPLIT_AND_CHAT, at, words.LEFT_ON_CUT_LIST, words.DEAF_AFTER_CUT_LIST
        )

    # Private

    def _reply(self) -> bytes:
        session = self._session
        return self._tracker.list_reply((_SPACED_NAME, session.eco, session.bia))

    def _check(self, rule: Rule, asks: str, cut: int | None, left: str, deaf: str) -> None:
        """One list, then a chat that shows whether the client still reads."""
        session, tracker, calls = self._session, self._tracker, self._calls
        if session.client() is None:
            return
        names, reply = (_SPACED_NAME, session.eco, session.bia), shown(self._reply())
        lists, asked, called = tracker.lists_answered, len(tracker.asked), calls.count
        tracker.names, tracker.cut = names, cut
        session.ask(
            "list and chat",
            asks,
            lambda: tracker.lists_answered > lists and calls.count > called,
            name=session.eco,
            new=_SPACED_NAME,
            first=session.eco,
            second=session.bia,
        )
        was_asked = len(tracker.asked) > asked
        call = calls.next_call(called) if was_asked or calls.count > called else None
        self._observer.wait(lambda: tracker.client is None, seconds=SPLIT_SECONDS)
        tracker.names, tracker.cut = (session.eco, session.bia), None
        if tracker.lists_answered == lists:
            self._note.unseen(rule, words.NOT_DONE)
        elif call is not None:
            self._note.conforms(rule)
            calls.end(call)
        elif tracker.client is None and not (was_asked and not calls.work):
            self._note.fault(rule, left, reply=reply)
            session.is_explained = True
        elif not calls.work:
            self._note.unseen(rule, words.BECAUSE_NEVER_DIALS)
        elif was_asked:
            seconds = f"{REACTION_SECONDS:.0f}"
            self._note.fault(rule, deaf, reply=reply, name=session.eco, seconds=seconds)
            session.restart(words.RESTART_DEAF_TO_TRACKER)
        else:
            self._note.unseen(rule, words.NOT_DONE)
