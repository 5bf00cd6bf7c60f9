"""What has to be true of a run, checked while it happens and at rest.

The oracle knows more than any machine: it reads along on every wire. So it can tell
a text that was lost in silence from one that was reported, and a text that came twice
from one that was said twice.
"""

from collections import defaultdict, deque
from typing import TYPE_CHECKING, Final

from core import (
    CallBackEnded,
    CameOnline,
    ChatEnd,
    ChatEnded,
    ChatFailed,
    ChatOpened,
    ChatRequested,
    ClientDeparted,
    ClientRegistered,
    NodeEvent,
    NodeLeft,
    PeerVerified,
    PeopleListed,
    PersonNotOnline,
    TextId,
    TextReceived,
    TextsUnconfirmed,
    TrackerEvent,
    TrackerLost,
    TrackerRegistered,
    WentOffline,
)
from core.limits import MAX_TEXT_BYTES
from core.node.tracker_session import TrackerState
from core.wire.chat_text import GUARD, split_text

from .clockwork import Clockwork
from .network import TRACKER_PORT
from .tcp import SimSocket, WireTap

if TYPE_CHECKING:  # the run makes the oracle
    from .processes import PeerProcess


MOST_ATTEMPTS_PER_MINUTE: Final = 22
"""Refused each time, a client waits 0.8 s, 1.6 s, and then 3.2 s at least (§3.1)."""
ATTEMPTS_AFTER_ASKING: Final = 3
"""More, for each time that the user asks: the delays begin again at the first."""


MOST_LINES_PER_MINUTE: Final = {b"USER": 60, b"KEEP": 30, b"LIST": 620, b"ADDR": 620}
"""A question is asked twenty times a second at most, by ``ADDR`` and ``LIST`` (§3.3)."""
MOST_QUESTIONS_BEFORE: Final = 3
"""Of callers' names: the one under way, and another that crosses with it."""


class Violation(AssertionError):
    """An invariant does not hold; the first word names it."""


class SaidText:
    """A text that a node accepted from its user."""

    __slots__ = (
        "arrived", "carriers", "conversation", "pieces", "report", "said_at", "sender", "text_id", "wanted", "written_at",
    )  # fmt: skip

    def __init__(
        self, sender: "PeerProcess", text_id: TextId, pieces: list[str], said_at: float, conversation: int
    ) -> None:
        self.sender = sender
        self.text_id = text_id
        self.pieces = pieces
        """Without empty rows."""
        self.said_at = said_at
        self.conversation = conversation
        """Of the sender."""
        self.carriers: dict[int, tuple[SimSocket, int]] = {}
        """By piece: the end that wrote it, and how many pieces that end had written before."""
        self.arrived: set[int] = set()
        self.written_at = 0.0
        """When its kernel took the last of it."""
        self.report = ""
        self.wanted: PeerProcess | None = None
        """Who alone may show it, if it is said over a connection that is made for it: whoever was called keeps an old name."""

    @property
    def is_delivered(self) -> bool:
        """Whether every piece was shown, or read by a program of another make."""
        return len(self.arrived) == len(self.pieces)

    def __repr__(self) -> str:
        return f"text {self.text_id} of {self.sender.label} ({self.pieces[0][:30]!r}, said at {self.said_at:.3f})"


class Oracle(WireTap):
    """Follows every text from its user to the other user's screen."""

    def __init__(self, clock: Clockwork, *, max_held_bytes: int) -> None:
        """Args:
        max_held_bytes: Beyond these, a peer's texts are shown before those of its older connection (§4.7).
        """
        self._clock = clock
        self._max_held_bytes = max_held_bytes
        self.texts: Final[list[SaidText]] = []
        self._by_id: dict[tuple[PeerProcess, TextId], SaidText] = {}
        self._by_piece: dict[str, tuple[SaidText, int]] = {}
        self._rests: dict[SimSocket, bytes] = {}
        self._written: defaultdict[SimSocket, list[tuple[SaidText, int]]] = defaultdict(list)
        self._shown: defaultdict[SimSocket, int] = defaultdict(int)
        self._fragments: defaultdict[SimSocket, str] = defaultdict(str)
        self._opened: dict[tuple[PeerProcess, int], ChatOpened] = {}
        self._called_at: dict[tuple[PeerProcess, int], float] = {}
        self._left: set[PeerProcess] = set()
        self._hellos: set[str] = set()
        self._holders: dict[str, int] = {}
        self._departed: set[int] = set()
        self._ended: set[tuple[PeerProcess, int]] = set()
        self._left_by_us: set[tuple[PeerProcess, int]] = set()
        self._farewells: set[SimSocket] = set()
        self._spoke_at: dict[SimSocket, float] = {}
        self._people: dict[PeerProcess, set[str]] = {}
        self._unverified: dict[tuple[PeerProcess, int], float] = {}
        self._requested: dict[tuple[PeerProcess, int], float] = {}
        self._ended_at: dict[tuple[PeerProcess, int], float] = {}
        self._expected: set[str] = set()
        self._attempts: defaultdict[PeerProcess, deque[float]] = defaultdict(deque)
        self._urgent: dict[tuple[object, int], tuple[str, int]] = {}
        """By reactor and conversation: the name that a user wants, and how many others were asked for since."""
        self._last_question: dict[object, str] = {}
        """By reactor; perhaps it is not answered yet, and is not asked again."""
        self._asked: defaultdict[tuple[object, bytes], deque[float]] = defaultdict(deque)
        self.lost_tracker_at: Final[dict[PeerProcess, float]] = {}
        """When a client last reported that."""
        self.listed_at: Final[dict[object, float]] = {}
        """By reactor: when a program last asked a tracker for its list."""
        self.strangers: Final[set[str]] = set()
        """Hosts of programs of another make: what they say is theirs to answer for."""
        self.called_back: Final[set[tuple[PeerProcess, int]]] = set()
        """Conversations of those who called back, once the new connection had taken over."""
        self._newest_shown: defaultdict[tuple[PeerProcess, int, PeerProcess, int], int] = defaultdict(int)
        """By the sender's conversation and the reader's: one opened by an address that has not said its name is another."""

    # From the users

    def note_said(self, sender: "PeerProcess", text_id: TextId, text: str, now: float, conversation: int) -> SaidText:
        """A node took a text."""
        rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        pieces = split_text(text)
        if "".join(pieces) != "".join(rows) or any(len(piece.encode()) > MAX_TEXT_BYTES for piece in pieces):
            raise Violation(f"cutting: {text!r} became {pieces!r}")
        said = SaidText(sender, text_id, [piece for piece in pieces if piece], now, conversation)
        self.texts.append(said)
        self._by_id[sender, text_id] = said
        for index, piece in enumerate(said.pieces):
            self._by_piece[_bare(piece)] = said, index
        return said

    def expect(self, text: str) -> None:
        """A program of another make says a text that may have to be shown."""
        self._expected.add(text)

    def is_awaited(self, text: str) -> bool:
        """Whether an expected text was not shown yet."""
        return text in self._expected

    # From the wires

    def note_sent(self, end: SimSocket, data: bytes) -> None:
        """See ``WireTap``."""
        self._spoke_at[end] = self._clock.now
        if data.startswith(b"LIST\r\n"):
            self.listed_at[end.reactor] = self._clock.now
        is_tracked = end.peer.address[1] == TRACKER_PORT and end.machine.host not in self.strangers
        if is_tracked and data[:4] in MOST_LINES_PER_MINUTE:
            self._check_asked(end, data[:4])
            for asked in data.decode().splitlines():
                if asked.startswith("ADDR "):
                    self._check_urgent(end.reactor, asked.removeprefix("ADDR "))
        if end in self._farewells:
            raise Violation(f"after-farewell: {end} writes {data[:60]!r} behind its DISC")
        *lines, self._rests[end] = (self._rests.get(end, b"") + data).split(b"\n")
        for line in lines:
            if line == b"DISC\r" and end.machine.host not in self.strangers:
                self._farewells.add(end)
                if line is not lines[-1] or self._rests[end]:
                    raise Violation(f"after-farewell: {end} writes something behind its DISC: {data[-60:]!r}")
            found = self._by_piece.get(_bare(line.decode(errors="replace").removesuffix("\r")))
            if found is not None:
                said, index = found
                if index in said.carriers:
                    raise Violation(f"twice: {said} was written on {said.carriers[index][0]} and on {end}")
                said.written_at = self._clock.now
                said.carriers[index] = end, len(self._written[end])
                self._written[end].append(found)

    def _check_asked(self, end: SimSocket, kind: bytes) -> None:
        """However the tracker answers, nobody floods it (§3.1, §3.2)."""
        asked = self._asked[end.reactor, kind]
        asked.append(self._clock.now)
        while asked[0] < self._clock.now - 60.0:
            asked.popleft()
        if len(asked) > MOST_LINES_PER_MINUTE[kind]:
            raise Violation(f"asking: {end} has sent {kind!r} {len(asked)} times in a minute")

    def _check_urgent(self, reactor: object, name: str) -> None:
        """What a user asks for goes before what callers make us ask for (§3.3)."""
        self._last_question[reactor] = name
        wanted = {key: value for key, value in self._urgent.items() if key[0] is reactor}
        is_wanted = any(name == wanted_name for wanted_name, _ in wanted.values())
        for key, (wanted_name, before) in wanted.items():
            if name == wanted_name:
                del self._urgent[key]
            elif not is_wanted:
                self._urgent[key] = wanted_name, before + 1
            if before >= MOST_QUESTIONS_BEFORE:
                raise Violation(f"urgent: {name!r} is asked for, and a user waits for {wanted_name!r}")

    def note_read_by_stranger(self, data: bytes) -> None:
        """A program of another make has read a whole line of a node's."""
        found = self._by_piece.get(_bare(data.decode(errors="replace").removesuffix("\r")))
        if found is not None:
            found[0].arrived.add(found[1])

    # From the nodes

    def note_event(self, process: "PeerProcess", event: NodeEvent, now: float) -> None:
        """A node reported something."""
        self._hellos.update(f"USER {name}" for name in process.names)
        if process in self._left:
            raise Violation(f"after-the-end: {process.label} reports {event}")
        match event:
            case ChatRequested(conversation, name):
                self._requested[process, conversation] = now
                goes_on = self._ended_at.get((process, conversation)) == now  # a call that outlives an old connection
                if ":" not in name and self._last_question.get(process.reactor) != name and not goes_on:  # else it is an address
                    self._urgent[process.reactor, conversation] = name, 0
            case TrackerRegistered() | TrackerLost():
                for key in [key for key in self._urgent if key[0] is process.reactor]:
                    del self._urgent[key]
            case ChatOpened(conversation) | ChatFailed(conversation) | PersonNotOnline(conversation) | ChatEnded(conversation):
                self._requested.pop((process, conversation), None)
                self._urgent.pop((process.reactor, conversation), None)
            case _:
                pass
        match event:
            case ChatOpened(conversation):
                self._opened[process, conversation] = event
                if not event.incoming:
                    self._called_at[process, conversation] = now
                self._ended.discard((process, conversation))
                if event.incoming and event.name is not None:
                    self._unverified[process, conversation] = now
            case TextReceived(conversation, text):
                self._expected.discard(text)
                self._check_shown(process, conversation, text, now)
            case ChatEnded(conversation):
                self._ended.add((process, conversation))
                self._ended_at[process, conversation] = now
                if event.end is ChatEnd.WE_LEFT:
                    self._left_by_us.add((process, conversation))
                self._note_reports(process, event, now)
            case CallBackEnded(conversation, took_over):
                if took_over:
                    self.called_back.add((process, conversation))
            case TextsUnconfirmed():
                self._note_reports(process, event, now)
            case PersonNotOnline(texts=texts) | ChatFailed(texts=texts):
                self._note_report(process, texts, "unsent", now)
            case PeerVerified(conversation):
                self._unverified.pop((process, conversation), None)
            case TrackerRegistered(names=names):
                self._people.setdefault(process, set(names))
            case CameOnline() | WentOffline() | PeopleListed():
                self._check_presence(process, event)
            case NodeLeft():
                self._left.add(process)
            case TrackerLost():
                self.lost_tracker_at[process] = now
            case _:
                pass

    def _check_presence(self, process: "PeerProcess", event: CameOnline | WentOffline | PeopleListed) -> None:
        """Whoever comes was not there, whoever goes was, and a list is what the events before it made of the last."""
        people = self._people[process]
        match event:
            case CameOnline(name) if name not in people:
                people.add(name)
            case WentOffline(name) if name in people:
                people.remove(name)
            case PeopleListed(names) if set(names) == people:
                pass
            case _:
                raise Violation(f"presence: {process.label} reports {event}, and knows of {sorted(people)}")

    def check_people(self, process: "PeerProcess") -> None:
        """Compare a node's people with what its events said of them."""
        people = self._people.get(process, set())
        if set(process.node.people) != people:
            raise Violation(f"presence: {process.label} has {process.node.people}, its events said {sorted(people)}")

    def note_attempt(self, process: "PeerProcess") -> None:
        """A node dials its tracker."""
        attempts = self._attempts[process]
        attempts.append(self._clock.now)
        while attempts[0] < self._clock.now - 60.0:
            attempts.popleft()
        asked = sum(at > self._clock.now - 60.0 for at in process.asked_for_tracker_at)
        if len(attempts) > MOST_ATTEMPTS_PER_MINUTE + ATTEMPTS_AFTER_ASKING * asked:
            raise Violation(f"attempts: {process.label} dials its tracker {len(attempts)} times in a minute")

    def _check_shown(self, process: "PeerProcess", conversation: int, text: str, now: float) -> None:
        opened = self._opened.get((process, conversation))
        if opened is None or (process, conversation) in self._ended:
            raise Violation(f"unopened: {process.label} shows {text!r} in conversation {conversation}")
        found = self._by_piece.get(_bare(text))
        if found is None:
            if text and opened.host not in self.strangers:
                self._check_fragment(process, conversation, text)
            return
        said, index = found
        if said.pieces[index] != text:
            if text and said.pieces[index].startswith(text):
                self._check_fragment(process, conversation, text)  # its last space is missing
                return
            raise Violation(f"changed: {said.pieces[index]!r} is shown as {text!r}")
        self._check_sender(process, said, opened)
        self._note_shown(said, index, process, conversation)

    def _check_sender(self, process: "PeerProcess", said: SaidText, opened: ChatOpened) -> None:
        sender = said.sender
        at_host = opened.host in (sender.machine.host, "127.0.0.1")
        named = any(name.startswith(opened.name or "") for name in sender.names)  # see _check_fragment
        if not at_host or not named and opened.incoming:
            raise Violation(f"by-whom: {said} of {sender.names} is shown by {process.label} as from {opened}")

    def _note_shown(self, said: SaidText, index: int, reader: "PeerProcess", conversation: int) -> None:
        is_called = self._called_at.get((said.sender, said.conversation), -1.0) >= said.said_at
        if is_called and said.wanted is not None and reader is not said.wanted:
            raise Violation(f"to-whom: {said} is for {said.wanted.label}, and {reader.label} shows it")
        if index not in said.carriers:  # cut off right before its line end
            said.arrived.add(index)
            return
        end, place = said.carriers[index]
        if place != self._shown[end]:
            raise Violation(f"order: {said} is piece {place} of {end}, shown after {self._shown[end]}")
        self._shown[end] += 1
        talk = said.sender, said.conversation, reader, conversation
        is_late = talk[:2] in self.called_back and not said.report and said.text_id < self._newest_shown[talk]
        if is_late and self._shown_before(said) <= self._max_held_bytes:
            raise Violation(f"order: {said} is shown after text {self._newest_shown[talk]}, behind a call back")
        self._newest_shown[talk] = max(self._newest_shown[talk], said.text_id)
        if said.report == "unsent":
            raise Violation(f"unsent: {said} was reported as certainly not sent, and is shown")
        said.arrived.add(index)

    def _shown_before(self, said: SaidText) -> int:
        """How many bytes of texts that were said later have been shown."""
        later = (text for text in self.texts if text.sender is said.sender and text.text_id > said.text_id)
        return sum(len(text.pieces[index]) + 1 for text in later for index in text.arrived)

    def find(self, text: str) -> SaidText | None:
        """What a shown text is, or is part of."""
        found = self._by_piece.get(_bare(text))
        return found[0] if found is not None else None

    def _check_fragment(self, process: "PeerProcess", conversation: int, text: str) -> None:
        """Part of a piece: cut off by the end, or by a pause before the first line end (§4.4)."""
        if any(text in instruction for instruction in ("DISC", *self._hellos)):
            return  # of an instruction that was held up, or cut off, in its midst
        for end in list(self._rests):
            if end.peer.machine is not process.machine:
                continue
            written = self._written[end]
            shown = self._fragments[end] + _ascii(text)
            if self._shown[end] < len(written):
                said, index = written[self._shown[end]]
                piece = _ascii(said.pieces[index])
            else:
                said, index = None, 0
                piece = _ascii(self._rests[end].decode(errors="ignore"))
            if piece.startswith(shown):
                self._fragments[end] = shown
                if said is not None and piece == shown:
                    self._fragments[end] = ""
                    self._note_shown(said, index, process, conversation)
                return
        raise Violation(f"never-said: {process.label} shows {text!r}")

    def _note_reports(self, process: "PeerProcess", event: ChatEnded | TextsUnconfirmed, now: float) -> None:
        self._note_report(process, event.unsent, "unsent", now)
        self._note_report(process, event.unconfirmed, "unconfirmed", now)
        self._note_report(process, event.acknowledged, "acknowledged", now)

    def was_answered_before_our_farewell(self, said: SaidText) -> bool:
        """Whether we left, and words of the peer came after the text was written, even older ones (§4.10).

        The farewell itself need not have left: a peer that reads nothing has no room for it.
        """
        we_left = (said.sender, said.conversation) in self._left_by_us
        return any(
            (we_left or end in self._farewells)
            and max(self._spoke_at.get(end.peer, -1.0), end.heard_at, end.peer.blocked_until) > said.written_at
            for end, _ in said.carriers.values()
        )

    def _note_report(self, process: "PeerProcess", texts: tuple[TextId, ...], report: str, now: float) -> None:
        for text_id in texts:
            said = self._by_id.get((process, text_id))
            if said is None:
                raise Violation(f"unknown: {process.label} reports text {text_id}, which nobody said")
            if said.report:
                raise Violation(f"reported-twice: {said}, {said.report} and then {report}")
            if report == "unsent" and said.arrived:
                raise Violation(f"unsent: {said} was shown, and is now reported as certainly not sent")
            said.report = report

    def opened(self, process: "PeerProcess", conversation: int) -> ChatOpened:
        """How a conversation was opened last."""
        return self._opened[process, conversation]

    # From the trackers

    def note_tracker_started(self) -> None:
        """A new tracker: nobody is registered."""
        self._holders.clear()
        self._departed.clear()

    def note_tracker_event(self, event: TrackerEvent) -> None:
        """A tracker reported something."""
        connection = event.connection
        if connection in self._departed:
            raise Violation(f"after-the-end: the tracker reports {event}")
        match event:
            case ClientRegistered(name=name, previous_name=previous):
                if previous is not None:
                    del self._holders[previous]
                if name in self._holders:
                    raise Violation(f"one-name-twice: {name!r} is held by {self._holders[name]} and {connection}")
                self._holders[name] = connection
            case ClientDeparted(name=name):
                self._departed.add(connection)
                if name is not None:
                    del self._holders[name]
            case _:
                pass

    @property
    def registered(self) -> int:
        """How many names the tracker's events say are held."""
        return len(self._holders)

    # At rest

    def unverified(self) -> list[str]:
        """Name the callers of registered nodes who gave a name, and of whom no verdict was reported."""
        return [
            f"{process.label} has no verdict on conversation {conversation}, opened at {at:.3f}"
            for (process, conversation), at in self._unverified.items()
            if process.is_running and not process.has_left and process.node.tracker_state is TrackerState.REGISTERED
        ]

    def unanswered(self) -> list[str]:
        """Name the chats that a user asked for, and of which nothing was told since."""
        return [
            f"{process.label} asked for conversation {conversation} at {at:.3f}, and knows nothing of it"
            for (process, conversation), at in self._requested.items()
            if process.is_running and not process.has_left
        ]

    def unsettled(self) -> list[SaidText]:
        """Texts neither delivered nor reported, whose sender is there to be asked."""
        return [
            said
            for said in self.texts
            if not said.report and not said.is_delivered and (said.sender.is_running or said.sender.has_left)
        ]


def _bare(text: str) -> str:
    return text.strip(GUARD + " ")


def _ascii(text: str) -> str:
    # A fragment may be cut inside a character, and is then read in another encoding (§4.5).
    return text.encode("ascii", errors="ignore").decode()
