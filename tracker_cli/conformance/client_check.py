"""Walks another client through the protocol, as its tracker and as two other clients.

The check tells a person, or a program in their place, what to do at the client, and
watches what the client does by itself.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from core.limits import KEEPALIVE_SECONDS
from core.wire.messages import Disconnect, Edition, Keep, Register, parse_request
from io_adapters import ALL_INTERFACES, format_address

from . import client_words as words
from . import rules
from .client_answers import Answers
from .client_calls import Calls
from .client_lists import Lists
from .client_session import Session
from .client_words import Step
from .played_tracker import PlayedTracker
from .recorder import Recorder
from .report import Finding, Report, shown
from .wire import Observer

STEP_SECONDS: Final = 60.0  # how long the person may take for a step
KEEPS_WATCHED: Final = 3
LATE_KEEP_SHARE: Final = 1.6  # of the period: a gap that is longer is a fault
OFTEN_KEEP_SHARE: Final = 0.5  # of the period: more often is worth a note
_PERSON_STEPS: Final = 20  # with a restart after each probe that can break a program
_OWN_SECONDS: Final = 180.0  # all the waits that are not the person's, added up


def limit_seconds(
    step_seconds: float = STEP_SECONDS, keepalive_seconds: float = KEEPALIVE_SECONDS
) -> float:
    """The longest that ``check_client`` can take."""
    return _PERSON_STEPS * step_seconds + _OWN_SECONDS + (KEEPS_WATCHED + 1) * keepalive_seconds


def check_client(
    hosts: Sequence[str],
    port: int,
    *,
    edition: Edition = Edition.E2024,
    keepalive_seconds: float = KEEPALIVE_SECONDS,
    step_seconds: float = STEP_SECONDS,
    on_step: Callable[[Step], None] = lambda step: None,
    on_finding: Callable[[Finding], None] = lambda finding: None,
) -> Report:
    """Check the client that connects to ``hosts`` and ``port`` as to its tracker.

    Never raises for what the client does, and ends within ``limit_seconds``.

    Args:
        hosts: Where to listen; an empty one is all interfaces.
        port: 0 for any free one; the first step names the address.
        edition: In which form ``ADDR`` is answered, and whether a chat may end without ``DISC``.
        keepalive_seconds: The period of the client's ``KEEP``; 5 in the assignment.
        step_seconds: How long to wait for the person at each step.
        on_step: Told what the person is to do, when it is time to do it.
        on_finding: Told each finding as soon as it is made.

    Raises:
        ListenError: The port cannot be listened on.
    """
    with Observer(limit_seconds=limit_seconds(step_seconds, keepalive_seconds)) as observer:
        recorder = Recorder(edition, on_finding, lambda: observer.is_over)
        tracker = PlayedTracker(observer, edition)
        session = Session(observer, recorder, tracker, edition, step_seconds, on_step)
        bound_host, bound_port = observer.listen(hosts, port, tracker.called)
        address = format_address("127.0.0.1" if bound_host in ALL_INTERFACES else bound_host, bound_port)
        connected = _ClientCheck(session, keepalive_seconds).run(address)
        if not connected:
            return Report((), words.NOBODY_CAME)
        return recorder.report(rules.of_a_client(edition))


class _ClientCheck:
    """The course of the check, and the steps towards the tracker."""

    def __init__(self, session: Session, keepalive_seconds: float) -> None:
        self._session = session
        self._observer = session.observer
        self._note = session.note
        self._tracker = session.tracker
        self._keepalive_seconds = keepalive_seconds

    def run(self, address: str) -> bool:
        """All the steps, as far as the client goes with us; False if it never connected.

        What can break a program comes last, and each kind of list behind all that needs no restart.
        """
        session, tracker = self._session, self._tracker
        tracker.names = (session.eco, session.bia)
        if not session.ask("start", words.START, lambda: bool(tracker.wires), address=address):
            return False
        if self._check_registration():
            calls, answers = Calls(session), Answers(session)
            lists = Lists(session, calls)
            lists.check_plain_list()
            client = session.client()
            if client is not None:
                calls.listen(client)
                calls.check_call()
            for check in (
                answers.check_harmless_calls,
                self._check_keeps,
                lists.check_spaced_list,
                lists.check_split_list,
                answers.check_cut_texts,
                lists.check_cut_list,
                self._check_exit,
            ):
                if session.client() is not None:
                    check()
            self._note.conforms(rules.STAYS_CONNECTED)
        self._judge_requests()
        return True

    def _check_registration(self) -> bool:
        tracker = self._tracker
        limit = self._session.step_seconds  # the person may have to type a name first
        self._observer.wait(lambda: bool(tracker.registered), seconds=limit)
        first = tracker.lines[0][1] if tracker.lines else None
        if first is None:
            self._note.fault(rules.SAYS_USER_FIRST, words.NO_USER, seconds=f"{limit:.0f}")
        elif not isinstance(parse_request(first.data), Register):
            self._note.fault(rules.SAYS_USER_FIRST, words.FIRST_WAS, sent=shown(first.whole))
        if not tracker.registered:
            return False
        _, register, line = tracker.registered[0]
        name, _, port = line.data.removeprefix(b"USER ").rpartition(b":")
        if name.strip(b" ") != name or port.strip(b" ") != port:
            self._note.fault(rules.SAYS_USER_FIRST, words.USER_SPACES, sent=shown(line.whole))
        self._note.conforms(rules.SAYS_USER_FIRST)
        self._session.name = register.name
        self._session.choose_names()
        tracker.names = (self._session.eco, self._session.bia)
        return True

    def _check_keeps(self) -> None:
        client = self._tracker.client
        if client is None:
            return
        self._session.tell("keeps", words.WATCH_KEEPS)
        since = client.connected_at
        until = since + (KEEPS_WATCHED + 1) * self._keepalive_seconds

        def keeps() -> list[float]:
            return [line.at for line in client.lines if parse_request(line.data) == Keep()]

        self._observer.wait(
            lambda: len(keeps()) >= KEEPS_WATCHED or not client.is_open, seconds=until - self._observer.now
        )
        times = keeps()
        if not times:
            passed = f"{self._observer.now - since:.1f}"
            self._note.fault(rules.SAYS_KEEP, words.NO_KEEP, seconds=passed)
            return
        gaps = [later - earlier for earlier, later in zip([since, *times], times, strict=False)]
        moments = [since, *times, self._observer.now]
        longest = max(
            later - earlier - self._observer.stalled_seconds(earlier, later) for earlier, later in pairwise(moments)
        )
        if longest > LATE_KEEP_SHARE * self._keepalive_seconds:
            self._note.fault(rules.SAYS_KEEP, words.LATE_KEEP, seconds=f"{longest:.1f}")
        elif len(times) > 1 and sum(gaps) / len(gaps) < OFTEN_KEEP_SHARE * self._keepalive_seconds:
            self._note.leaves_open(rules.SAYS_KEEP, words.MANY_KEEPS, seconds=f"{sum(gaps) / len(gaps):.1f}")
        self._note.conforms(rules.SAYS_KEEP, words.KEEPS, count=str(len(times)), seconds=f"{longest:.1f}")

    def _check_exit(self) -> None:
        if self._session.ask("exit", words.EXIT, lambda: self._tracker.client is None):
            self._note.conforms(rules.LEAVES)
        self._note.unseen(rules.LEAVES, words.NOT_DONE)

    def _judge_requests(self) -> None:
        for _, line in self._tracker.lines:
            if line.end != b"\r\n":
                ending = words.LF_END if line.end else words.NO_END
                self._note.fault(rules.REQUESTS_END_IN_CRLF, ending, sent=shown(line.whole))
            if isinstance(parse_request(line.data), Disconnect | None):
                self._note.fault(rules.SAYS_ONLY_PROTOCOL, words.SENT_TO_TRACKER, sent=shown(line.whole))
        if self._tracker.lines:
            self._note.conforms(rules.REQUESTS_END_IN_CRLF)
            self._note.conforms(rules.SAYS_ONLY_PROTOCOL)
