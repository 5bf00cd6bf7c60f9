"""Walks another tracker through the protocol, as several clients at once.

A step that finds its connection broken by the step before makes a new one, so
that one fault does not hide the next.
"""

from collections.abc import Callable
from typing import Final

from core import Edition, LossReason
from core.limits import EXPIRY_KEEPALIVES, KEEPALIVE_SECONDS
from core.wire.addresses import is_unspecified
from core.wire.messages import CRLF, AddressReply, parse_reply

from . import rules
from . import tracker_words as words
from .loss_words import loss_words
from .played_clients import CONNECT_SECONDS, GAP_SECONDS, Client, Clients
from .recorder import Recorder
from .report import Finding, Report, shown
from .tracker_asker import ANSWER_SECONDS, SILENCE_SECONDS, Asker, names_in, seconds_text
from .wire import Observer, Wire

EARLY_SHARE: Final = 0.8  # of the three keepalives: an end before that is a fault
SLACK_KEEPALIVES: Final = 1.5  # so much later is none: many trackers look once a period
PROMPT_SECONDS: Final = 2.0  # to forget who has closed
_RUBBISH: Final = (bytes(range(256)) + CRLF, b"USER\r\nADDR\r\nLIST LIST\r\n:::\r\n", b"\xff\xfe USER ")
_STEPS_SECONDS: Final = 120.0  # all limits before the expiry, added up, if everything is a fault


def limit_seconds(keepalive_seconds: float = KEEPALIVE_SECONDS) -> float:
    """The longest that ``check_tracker`` can take."""
    return _STEPS_SECONDS + (EXPIRY_KEEPALIVES + SLACK_KEEPALIVES) * keepalive_seconds


def check_tracker(
    host: str,
    port: int,
    *,
    edition: Edition = Edition.E2024,
    keepalive_seconds: float = KEEPALIVE_SECONDS,
    on_finding: Callable[[Finding], None] = lambda finding: None,
) -> Report:
    """Check the tracker at ``host`` and ``port``.

    Registers users with ``check`` and a number in their names; they are gone
    when it ends. Never raises for what the tracker does, and ends within
    ``limit_seconds``.

    Args:
        host: A name or an address.
        port: 1 to 65535.
        edition: Whose sentences a finding quotes; ``ADDR`` is right in the form of either.
        keepalive_seconds: The period in which the tracker expects ``KEEP``; 5 in the assignment.
        on_finding: Told each finding as soon as it is made.
    """
    with Observer(limit_seconds=limit_seconds(keepalive_seconds)) as observer:
        recorder = Recorder(edition, on_finding, lambda: observer.is_over)
        idle = observer.connect(host, port, seconds=CONNECT_SECONDS)
        if isinstance(idle, LossReason):
            return Report((), loss_words(idle))
        clients = Clients(observer, host, port, keepalive_seconds, f"check{idle.local[1]}")
        _TrackerCheck(observer, recorder, clients, keepalive_seconds).run(idle)
        return recorder.report(rules.OF_A_TRACKER)


class _TrackerCheck:
    """The steps; each notes its findings."""

    def __init__(
        self, observer: Observer, recorder: Recorder, clients: Clients, keepalive_seconds: float
    ) -> None:
        self._observer = observer
        self._note = recorder
        self._clients = clients
        self._keepalive_seconds = keepalive_seconds
        self._asker = Asker(observer, recorder, clients, keepalive_seconds)

    def run(self, idle: Wire) -> None:
        """All the steps, as far as the tracker carries them; ``idle`` is a connection that says nothing."""
        if not self._check_first_list(idle):
            return
        bruno = self._register("bruno")
        silent, keeper = self._register("silent"), self._register("keeper")
        silent_since = self._observer.now
        for client in (bruno, keeper):
            if client is not None:
                client.says_keep = True
        if bruno is not None:
            self._check_list(bruno)
            self._check_address(bruno)
        self._check_unknown_address()
        self._check_glued()
        self._check_split()
        self._check_any_name()
        if bruno is not None:
            self._check_namesake(bruno)
        dora = self._register("dora")
        if dora is not None:
            self._check_departure(dora)
        if silent is not None:
            self._check_expiry(silent, silent_since)
        if keeper is not None:
            self._check_keeper(keeper)
        self._check_bad_user()  # from here on, what can end a program
        self._check_rubbish()
        for rule in (rules.REPLIES_END_IN_CRLF, rules.NO_OTHER_REPLIES, rules.SEPARATES_NAMES):
            self._note.conforms(rule)

    # Steps

    def _check_first_list(self, idle: Wire) -> bool:
        """The first ``LIST``, with nobody else there but an idle connection; False if nothing can follow."""
        self._asker.hear_silences()
        reply = self._asker.ask(b"LIST\r\n", "LIST")
        self._observer.close(idle)
        if reply is None:
            self._asker.hear_silences()  # a tracker that serves one after the other comes to us now
            if self._asker.ask(b"LIST\r\n", "LIST") is None:
                self._asker.note_no_answer(rules.ANSWERS_LIST, "LIST")
            else:
                self._note.conforms(rules.ANSWERS_LIST)
                self._note.fault(rules.SERVES_IN_PARALLEL, words.SERVED_AFTER)
            return False
        self._note.conforms(rules.SERVES_IN_PARALLEL)
        self._note.conforms(rules.ANSWERS_LIST)
        if reply.data == b"LIST":
            self._note.leaves_open(rules.SEPARATES_NAMES, words.BARE_LIST, reply=shown(reply.whole))
        return True

    def _check_list(self, other: Client) -> None:
        reply = self._asker.list_until(lambda names: other.name in names, seconds=ANSWER_SECONDS)
        if reply is None:
            self._asker.note_no_answer(rules.LISTS_OTHERS, "LIST")
            return
        names = names_in(reply)
        asker = self._asker.current
        if other.name not in names:
            self._note.fault(rules.LISTS_OTHERS, words.NOT_LISTED, name=other.name, reply=shown(reply.whole))
        elif asker is not None and asker.name in names:
            self._note.fault(rules.LISTS_OTHERS, words.LISTS_ASKER, name=asker.name, reply=shown(reply.whole))
        else:
            self._note.conforms(rules.LISTS_OTHERS)

    def _check_address(self, other: Client) -> None:
        reply = self._asker.ask(f"ADDR {other.name}\r\n".encode(), "ADDR")
        if reply is None:
            self._asker.note_no_answer(rules.ANSWERS_ADDR, f"ADDR {other.name}")
            return
        text = shown(reply.whole)
        match parse_reply(reply.data, asked=other.name):
            case AddressReply(host, port, name):
                values = {"reply": text, "name": other.name}
                if port != other.port:
                    self._note.fault(rules.ANSWERS_ADDR, words.WRONG_PORT, **values, port=str(other.port))
                own_host = other.wire.local[0]
                if is_unspecified(host):
                    self._note.fault(rules.ANSWERS_ADDR, words.USELESS_HOST, reply=text)
                elif host != own_host:
                    self._note.leaves_open(rules.ANSWERS_ADDR, words.OTHER_HOST, **values, host=own_host)
                if b" " in reply.data.removeprefix(b"ADDR "):
                    self._note.fault(rules.ANSWERS_ADDR, words.ADDR_SPACES, reply=text)
                edition = "2024" if name is None else "2026"
                self._note.conforms(rules.ANSWERS_ADDR, words.ADDR_FORM, reply=text, edition=edition)
            case _:
                self._note.fault(rules.ANSWERS_ADDR, words.ANSWERED, sent=f"ADDR {other.name}", reply=text)

    def _check_unknown_address(self) -> None:
        asker = self._asker.working()
        if asker is None:
            return
        sent = f"ADDR {self._clients.name_prefix}-nobody"
        asker.send(f"{sent}\r\n".encode())
        self._observer.pause(SILENCE_SECONDS)
        self._observer.wait(lambda: not asker.wire.has_rest, seconds=ANSWER_SECONDS)
        for line in asker.lines():
            if line.data not in self._asker.chatter:
                reply = shown(line.whole)
                self._note.fault(rules.IGNORES_UNKNOWN_ADDR, words.ANSWERED, sent=sent, reply=reply)
        if not asker.wire.is_open:
            self._note.fault(rules.IGNORES_UNKNOWN_ADDR, words.CLOSED, sent=sent)
        self._note.conforms(rules.IGNORES_UNKNOWN_ADDR)

    def _check_glued(self) -> None:
        if self._asker.ask(b"KEEP\r\nLIST\r\n", "LIST") is None:
            self._asker.note_no_answer(rules.READS_GLUED, shown(b"KEEP\r\nLIST\r\n"))
        self._note.conforms(rules.READS_GLUED)

    def _check_split(self) -> None:
        asker = self._asker.working()
        if asker is None:
            return
        asker.says_keep = False  # not between the two parts
        asker.send(b"LI")
        if self._asker.ask(b"ST\r\n", "LIST") is None:
            self._asker.note_no_answer(rules.READS_SPLIT, f"{shown(b'LI')} + {shown(b'ST' + CRLF)}")
        asker.says_keep = True
        self._note.conforms(rules.READS_SPLIT)

    def _check_any_name(self) -> None:
        spaced = self._register(f"da Conceição {self._clients.name_prefix}", bare=True)
        if spaced is None:
            return
        spaced.says_keep = True
        reply = self._asker.list_until(lambda names: spaced.name in names, seconds=ANSWER_SECONDS)
        if reply is None:
            self._asker.note_no_answer(rules.TAKES_ANY_NAME, "LIST")
        elif spaced.name not in names_in(reply):
            shown_reply = shown(reply.whole)
            self._note.fault(rules.TAKES_ANY_NAME, words.NOT_LISTED, name=spaced.name, reply=shown_reply)
        elif self._asker.ask(f"ADDR {spaced.name}\r\n".encode(), "ADDR") is None:
            self._asker.note_no_answer(rules.TAKES_ANY_NAME, f"ADDR {spaced.name}")
        self._note.conforms(rules.TAKES_ANY_NAME)
        self._observer.close(spaced.wire)

    def _check_bad_user(self) -> None:
        wire = self._clients.connect()
        if wire is None:
            return
        name = f"{self._clients.name_prefix}-bad"
        wire.send(f"USER {name}:porta\r\n".encode())
        self._observer.pause(SILENCE_SECONDS)
        reply = self._asker.ask(b"LIST\r\n", "LIST")
        if reply is None:
            self._note.fault(rules.REFUSES_BAD_USER, words.DEAD)
        elif any(listed.startswith(name) for listed in names_in(reply)):
            self._note.fault(rules.REFUSES_BAD_USER, words.LISTED, name=name, reply=shown(reply.whole))
        self._note.conforms(rules.REFUSES_BAD_USER)
        self._observer.close(wire)

    def _check_rubbish(self) -> None:
        for rubbish in _RUBBISH:
            wire = self._clients.connect()
            if wire is not None:
                wire.send(rubbish)
                self._observer.pause(GAP_SECONDS)
                self._observer.close(wire, with_reset=True)
        self._observer.pause(GAP_SECONDS)
        if self._asker.ask(b"LIST\r\n", "LIST") is None:
            self._note.fault(rules.SURVIVES_RUBBISH, words.DEAD)
        self._note.conforms(rules.SURVIVES_RUBBISH)

    def _check_namesake(self, first: Client) -> None:
        second = self._clients.register(first.name)
        if second is None:
            return
        self._observer.pause(SILENCE_SECONDS)
        reply = self._asker.ask(b"LIST\r\n", "LIST")
        if reply is None:
            self._note.fault(rules.ONE_OF_A_NAME, words.DEAD)
        elif names_in(reply).count(first.name) > 1:
            self._note.leaves_open(
                rules.ONE_OF_A_NAME, words.LISTED_TWICE, name=first.name, reply=shown(reply.whole)
            )
        self._note.conforms(rules.ONE_OF_A_NAME)
        self._observer.close(second.wire)

    def _check_departure(self, leaver: Client) -> None:
        self._asker.list_until(lambda names: leaver.name in names, seconds=ANSWER_SECONDS)
        self._observer.close(leaver.wire)
        left_at = self._observer.now
        limit = self._expiry_limit_seconds
        reply = self._asker.list_until(lambda names: leaver.name not in names, seconds=limit)
        passed = seconds_text(self._observer.now - left_at)
        if reply is None:
            self._asker.note_no_answer(rules.FORGETS_WHO_LEFT, "LIST")
        elif leaver.name in names_in(reply):
            self._note.fault(rules.FORGETS_WHO_LEFT, words.STILL_LISTED, name=leaver.name, seconds=passed)
        elif self._observer.now - left_at > PROMPT_SECONDS + ANSWER_SECONDS:
            self._note.leaves_open(rules.FORGETS_WHO_LEFT, words.GONE_LATE, seconds=passed)
        self._note.conforms(rules.FORGETS_WHO_LEFT)

    def _check_expiry(self, silent: Client, since: float) -> None:
        """``silent`` has said nothing but ``USER``."""
        limit = since + self._expiry_limit_seconds - self._observer.now
        reply = self._asker.list_until(lambda names: silent.name not in names, seconds=limit)
        gone_at = silent.wire.ended_at or self._observer.now
        passed = seconds_text(gone_at - since)
        due_seconds = EXPIRY_KEEPALIVES * self._keepalive_seconds
        if reply is None:
            self._asker.note_no_answer(rules.EXPIRES_THE_SILENT, "LIST")
        elif silent.name in names_in(reply):
            self._note.fault(rules.EXPIRES_THE_SILENT, words.STILL_LISTED, name=silent.name, seconds=passed)
        elif not self._observer.wait(lambda: not silent.wire.is_open, seconds=self._keepalive_seconds):
            self._note.fault(rules.EXPIRES_THE_SILENT, words.STILL_CONNECTED, name=silent.name)
        elif gone_at - since < EARLY_SHARE * due_seconds:
            self._note.fault(rules.EXPIRES_THE_SILENT, words.TOO_EARLY, seconds=passed)
        self._note.conforms(rules.EXPIRES_THE_SILENT, words.GONE_AFTER, seconds=passed)

    def _check_keeper(self, keeper: Client) -> None:
        """``keeper`` has said ``KEEP`` all the time, and nothing else."""
        values = {"name": keeper.name, "seconds": seconds_text(self._keepalive_seconds)}
        reply = self._asker.ask(b"LIST\r\n", "LIST")
        if reply is None:
            self._asker.note_no_answer(rules.KEEPS_THE_LIVING, "LIST")
        elif not keeper.wire.is_open:
            self._note.fault(rules.KEEPS_THE_LIVING, words.KEEPER_CUT, **values)
        elif keeper.name not in names_in(reply):
            self._note.fault(rules.KEEPS_THE_LIVING, words.KEEPER_GONE, **values, reply=shown(reply.whole))
        self._note.conforms(rules.KEEPS_THE_LIVING)

    # Private

    @property
    def _expiry_limit_seconds(self) -> float:
        return (EXPIRY_KEEPALIVES + SLACK_KEEPALIVES) * self._keepalive_seconds

    def _register(self, word: str, *, bare: bool = False) -> Client | None:
        return self._clients.register(word if bare else f"{self._clients.name_prefix}-{word}")
