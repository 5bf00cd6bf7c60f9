"""Clients, other people's nodes and a tracker in one process: no sockets, and a clock that jumps.

For ``tools.demo_session`` and for tests of the client as a machine.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any, Final

from core import (
    CancelDial,
    Connection,
    ConversationId,
    DialPeer,
    LossReason,
    Node,
    NodeEvent,
    NodeMachine,
    NodeRequest,
    ReachTracker,
    Tracker,
)

from curses_ui.catalogue import load_catalogue
from curses_ui.client import Client
from curses_ui.recording.recorder import Recorder
from curses_ui.state.beginning import Beginning
from curses_ui.state.effects import ProbeTracker, SetTrackerAddress, StartTracker, Task
from curses_ui.terminal.frame import Frame

TRACKER: Final = ("10.0.0.1", 10000)
NOON: Final = 1_795_348_800.0
"""2026-11-22 12:00:00 UTC, a Sunday."""

_FIRST_CALLING_PORT: Final = 40000
_LONGEST_WAIT_SECONDS: Final = 60.0


class End:
    """One end of a link."""

    def __init__(self, connection: Connection, owner: "Party | Tracker") -> None:
        self.connection: Final = connection
        self.owner: Final = owner
        self.other: End | None = None
        self.incoming: Final[deque[bytes | None]] = deque()  # None is the end of the stream
        self.has_ended = False
        self.is_closed = False
        self.reads = True
        """Whether the program there reads what comes; without, the bytes wait at the other end."""


class Party:
    """Somebody on the network: a machine at an address."""

    def __init__(self, stage: "Stage", machine: NodeMachine[object], host: str, port: int) -> None:
        self.stage: Final = stage
        self.machine: Final = machine
        self.host: Final = host
        self.port: Final = port
        self.tracker_address = TRACKER

    def look(self) -> None:
        """Take what there is to see; called whenever something has happened."""


class Person(Party):
    """Somebody with a node and no face."""

    def __init__(self, stage: "Stage", name: str, host: str, port: int) -> None:
        self.node: Final = Node(name, port, now=stage.now, random=lambda: 0.5)
        super().__init__(stage, self.node, host, port)
        self.events: Final[list[NodeEvent]] = []

    def look(self) -> None:
        self.events.extend(self.node.take_events())

    def call(self, name: str) -> ConversationId:
        """Open a chat."""
        conversation = self.node.open_chat(name, now=self.stage.now)
        self.stage.settle()
        return conversation

    def say(self, conversation: ConversationId, *texts: str) -> None:
        """Send some texts."""
        for text in texts:
            self.node.say(conversation, text, now=self.stage.now)
        self.stage.settle()

    def has(self, kind: type[NodeEvent]) -> bool:
        """Whether there was an event of that kind."""
        return any(isinstance(event, kind) for event in self.events)


class User(Party):
    """Somebody with a client; what it shows and asks for is kept."""

    def __init__(self, stage: "Stage", beginning: Beginning, host: str, recorder: Recorder | None = None) -> None:
        beginning = replace(beginning, now=stage.now, wall=NOON + stage.now)
        if recorder is not None:
            recorder.begin(beginning)
        self.client: Final = Client(
            beginning,
            catalogue=load_catalogue("en"),
            random=Random(beginning.seed).random,
            note=None if recorder is None else recorder.note,
        )
        super().__init__(stage, self.client, host, beginning.listen_port)
        self.tracker_address = beginning.tracker
        self.tracker_starts = False
        """Whether our own tracker can be started."""
        self.tracker_is_elsewhere = False
        """Whether the tracker answers on another address of this machine."""
        self.tasks: Final[list[Task]] = []
        self.frames: Final[list[Frame]] = []
        self.frames_at: Final[list[float]] = []
        self.lines: Final[list[str]] = []
        self.recorder: Final = recorder

    def look(self) -> None:
        now = self.stage.now
        for task in self.client.take_events():
            self.tasks.append(task)
            match task:
                case ProbeTracker():
                    self.client.tracker_probed(self.tracker_is_elsewhere, now=now)
                case StartTracker():
                    if self.tracker_starts:
                        self.stage.trackers[self.tracker_address] = Tracker()
                    self.client.own_tracker(self.tracker_starts, now=now)
                case SetTrackerAddress(host, port):
                    self.tracker_address = host, port
                case _:
                    pass
        frame = self.client.take_frame(now=now)
        if frame is not None:
            self.frames.append(frame)
            self.frames_at.append(now)
            if self.recorder is not None:
                self.recorder.note_frame(now, frame)
        if lines := self.client.take_lines():
            self.lines.extend(lines)
            if self.recorder is not None:
                self.recorder.note_lines(now, lines)

    def resize(self, rows: int = 24, columns: int = 80) -> None:
        """There is a screen of that size."""
        self.client.resize(rows, columns, now=self.stage.now)
        self.stage.settle()

    def type(self, keys: str | bytes) -> None:
        """Press keys; without a screen, hand in lines."""
        self.client.receive_input(keys.encode() if isinstance(keys, str) else keys, now=self.stage.now)
        self.stage.settle()

    def enter(self, *lines: str) -> None:
        """Type lines, each with Enter."""
        for line in lines:
            self.type(line + ("\n" if self.client.state.plain else "\r"))

    @property
    def picture(self) -> str:
        """The screen as text, once it is drawn."""
        self.stage.run(0.02)
        return self.frames[-1].text() if self.frames else ""

    def sees(self, *texts: str) -> bool:
        """Whether all the texts are on the screen, or among the lines."""
        seen = "\n".join(self.lines) if self.client.state.plain else self.picture
        return all(text in seen for text in texts)

    def wait_for(self, *texts: str) -> None:
        """Let time pass until all the texts can be seen."""
        self.stage.run_until(lambda: self.sees(*texts), lambda: f"{texts} in\n{self.picture or self.lines}")


class Stage:
    """The network, and the time."""

    def __init__(self, now: float = 0.0) -> None:
        self.now = now
        self.trackers: Final[dict[tuple[str, int], Tracker]] = {TRACKER: Tracker()}
        self.parties: Final[list[Party]] = []
        self._ends: Final[list[End]] = []
        self._calls = 0

    def add_user(self, name: str = "Ana", *, recorder: Recorder | None = None, **fields: Any) -> User:
        """Somebody with a client comes, at 10.0.0.2 and so on; ``fields`` are those of ``Beginning``."""
        host = f"10.0.0.{len(self.parties) + 2}"
        beginning = replace(Beginning(name, 20000, TRACKER), **fields)
        user = User(self, beginning, host, recorder)
        self.parties.append(user)
        self.settle()
        return user

    def add_person(self, name: str, host: str = "", port: int = 20000) -> Person:
        """Somebody else comes."""
        person = Person(self, name, host or f"10.0.0.{len(self.parties) + 2}", port)
        self.parties.append(person)
        self.settle()
        return person

    def settle(self) -> None:
        """Carry out requests and deliver bytes until nothing moves."""
        moved = True
        while moved:
            moved = False
            for party in self.parties:
                party.look()
                for request in party.machine.take_requests():
                    moved = True
                    self._carry_out(party, request)
                party.machine.take_ready()
            for tracker in self.trackers.values():
                tracker.take_ready()
                tracker.take_events()
            for end in list(self._ends):
                moved |= self._flush(end)
                if end.incoming and end.reads:
                    moved = True
                    self._deliver(end)
        self._ends[:] = [end for end in self._ends if not end.is_closed or end.incoming]

    def run(self, seconds: float) -> None:
        """Let time pass, jumping from deadline to deadline."""
        until = self.now + seconds
        self.settle()
        while True:
            machines: list[NodeMachine[object] | Tracker] = [*(party.machine for party in self.parties), *self.trackers.values()]
            deadline = min((at for machine in machines if (at := machine.next_timer()) is not None), default=until)
            if deadline > until:
                self.now = until
                return
            self.now = max(self.now, deadline)
            for machine in machines:
                machine.handle_timer(now=self.now)
            self.settle()

    def run_until(self, condition: Callable[[], bool], what: Callable[[], str] = lambda: "it") -> None:
        """Let time pass until something is so."""
        until = self.now + _LONGEST_WAIT_SECONDS
        while not condition():
            assert self.now < until, f"waited in vain for {what()}"
            self.run(0.01)

    def stop_tracker(self) -> None:
        """The tracker's process ends, and nobody listens there."""
        self.trackers.clear()
        self.cut(lambda end: not isinstance(end.owner, Party))

    def cut(self, condition: Callable[[End], bool]) -> None:
        """Those ends close without a word, as when their process is killed."""
        for end in self._ends:
            if condition(end) and not end.is_closed:
                end.is_closed = True
                end.incoming.clear()
                if end.other is not None:
                    end.other.incoming.append(None)
        self.settle()

    def ends_of(self, party: Party) -> list[End]:
        """The open ends at somebody's."""
        return [end for end in self._ends if end.owner is party and not end.is_closed]

    # Private

    def _carry_out(self, party: Party, request: NodeRequest) -> None:
        match request:
            case ReachTracker():
                address = party.tracker_address
                tracker = self.trackers.get(address)
                if tracker is None:
                    party.machine.tracker_unreachable(LossReason.REFUSED, now=self.now)
                    return
                theirs = tracker.accept(party.host, address[0], now=self.now)
                self._link(End(party.machine.tracker_connected(address[0], now=self.now), party), End(theirs, tracker))
            case DialPeer(number, host, port):
                for other in self.parties:
                    if (other.host, other.port) == (host, port):
                        self._calls += 1
                        called = other.machine.accept_peer(party.host, _FIRST_CALLING_PORT + self._calls, now=self.now)
                        dialled = party.machine.dial_succeeded(number, now=self.now)
                        self._link(End(dialled, party), End(called, other))
                        return
                party.machine.dial_failed(number, LossReason.REFUSED, now=self.now)
            case CancelDial():
                pass  # no dial is ever under way here

    def _link(self, one: End, other: End) -> None:
        one.other, other.other = other, one
        self._ends.extend((one, other))

    def _flush(self, end: End) -> bool:
        """Write what an end has to say; whether that was anything."""
        if end.is_closed or end.other is None:
            return False
        connection, other = end.connection, end.other
        if data := connection.data_to_send():
            other.incoming.append(data)
        if not other.reads:
            connection.report_unsent(sum(len(piece or b"") for piece in other.incoming), now=self.now)
        ends = (connection.wants_half_close or connection.wants_close) and not end.has_ended
        if ends:
            end.has_ended = True
            other.incoming.append(None)
        end.is_closed = connection.wants_close
        return bool(data) or ends

    def _deliver(self, end: End) -> None:
        piece = end.incoming.popleft()
        if end.is_closed:
            return
        if piece is None:
            end.connection.receive_eof(now=self.now)
        else:
            end.connection.receive_data(piece, now=self.now)
        if end.other is not None and not end.other.is_closed:
            left = sum(len(piece or b"") for piece in end.incoming)
            end.other.connection.report_unsent(left, now=self.now)
