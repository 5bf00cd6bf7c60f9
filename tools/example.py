"""The example table of the assignment, played by the real machines in virtual time, as a chart.

    python3 -m tools.example            as text
    python3 -m tools.example --write    the picture in docs/protocol.md

Three nodes and a tracker talk over a network that takes 20 ms. What is typed comes from the assignment;
what is sent, answered and closed comes from the machines, and what they say is put into the assignment's words.
"""

import argparse
import heapq
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final, assert_never

from core import (
    CancelDial,
    ChatOpened,
    ClientDeparted,
    ClientRegistered,
    Connection,
    ConversationId,
    DialPeer,
    LocalProtocolError,
    Machine,
    Node,
    PeopleListed,
    ReachTracker,
    TextReceived,
    Tracker,
    TrackerRegistered,
)
from core.tap import Direction, Role, Taken, Tap, TappedLink, WireLine, WireReader

from .chart_drawing import Arrow, Aside, Chart, Kind, Note, Row, Rule, svg_chart, text_chart

PICTURE: Final = Path(__file__).resolve().parent.parent / "docs" / "pictures" / "example.svg"
COLUMNS: Final = ("Servidor central", "Ana", "Bruno", "Camila")
HOST: Final = "200.235.90.80"

_TRACKER: Final = 0
_TRACKER_HOST: Final = "200.235.90.1"
_TRACKER_PORT: Final = 10000
_PORTS: Final = {"Ana": 20000, "Bruno": 21500, "Camila": 45000}
_DELAY_SECONDS: Final = 0.02
_PAUSE_SECONDS: Final = 1.0  # between two things that somebody types
_FIRST_FREE_PORT: Final = 50000


class _End:
    """One end of a connection: a machine, and what its owner saw on the wire."""

    def __init__(self, column: int, machine: Connection, link: TappedLink, reader: WireReader) -> None:
        self.column: Final = column
        self.machine: Final = machine
        self.link: Final = link
        self.reader: Final = reader
        self.other: _End | None = None
        self.has_ended = False
        self.is_closed = False


class _Person:
    """A node, and what its user wants."""

    def __init__(self, column: int, name: str) -> None:
        self.column: Final = column
        self.name: Final = name
        self.node: Final = Node(name, _PORTS[name], now=0.0, random=lambda: 0.5)
        self.is_here = False
        self.conversation: int | None = None
        self.questions: list[str] = []
        """Instructions to the tracker that its user has asked for and that have not left yet."""
        self.answers: list[tuple[str, bool]] = []
        """Instructions that wait for a reply, and whether the user asked for them."""


class Play:
    """The network, everybody on it, and what is seen of it as rows."""

    def __init__(self) -> None:
        """Begin, with the tracker alone."""
        self.steps: list[list[Note | Arrow | Aside]] = []
        """The rows of each row of the assignment's table."""
        self._own: list[Arrow] = []
        self._now = 0.0
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._sequence = 0
        self._tracker = Tracker()
        self._taps = [Tap(kept_bytes=0) for _ in COLUMNS]
        self._readers = [tap.read() for tap in self._taps]
        self._people = {name: _Person(column, name) for column, name in enumerate(COLUMNS) if column != _TRACKER}
        self._ends: list[_End] = []
        self._next_port = _FIRST_FREE_PORT

    # The script

    def run(self) -> None:
        """Play the whole table."""
        self._begin_step()
        self._note(_TRACKER, Kind.ACTION, "<aguardando conexão>")
        self._end_step()
        self._step(partial(self._arrive, "Ana"))
        self._step(partial(self._arrive, "Bruno"))
        self._step(partial(self._list, "Bruno"))
        self._step(partial(self._arrive, "Camila"))
        self._step(partial(self._list, "Camila"))
        self._step(partial(self._chat, "Camila", "Bruno"))
        self._step(partial(self._say, "Camila", "Oi Bruno!"), partial(self._say, "Bruno", "Tudo bem, Camila?"))
        self._step(partial(self._say, "Bruno", "Tchau"), partial(self._bye, "Bruno"))
        self._step(partial(self._say, "Ana", "Alguém aí?"), partial(self._exit, "Ana"))
        self._step(partial(self._exit, "Bruno"))
        self._step(partial(self._exit, "Camila"))

    def _step(self, *acts: Callable[[], None]) -> None:
        self._begin_step()
        for act in acts:
            act()
            self._pass(_PAUSE_SECONDS)
        self._end_step()

    def _begin_step(self) -> None:
        self.steps.append([])
        self._own = []

    def _end_step(self) -> None:
        """What clients have said by themselves becomes one grey row."""
        if self._own:
            names = dict.fromkeys(COLUMNS[arrow.source] for arrow in self._own)
            said = {name: [arrow.text for arrow in self._own if COLUMNS[arrow.source] == name] for name in names}
            told = "; ".join(f"{name}: {', '.join(texts)}" for name, texts in said.items() if name != COLUMNS[_TRACKER])
            self.steps[-1].append(Aside(self.steps[-1][-1].at, f"(by itself) {told}"))

    def _arrive(self, name: str) -> None:
        person = self._people[name]
        self._note(person.column, Kind.TYPED, f"Nome de usuário: {name}")
        person.is_here = True
        person.questions.append("USER")
        self._settle()

    def _list(self, name: str) -> None:
        person = self._people[name]
        self._note(person.column, Kind.TYPED, "/list")
        person.questions.append("LIST")
        person.node.refresh_list(now=self._now)
        self._settle()

    def _chat(self, name: str, other: str) -> None:
        person = self._people[name]
        self._note(person.column, Kind.TYPED, f"/chat {other}")
        person.questions.append("ADDR")
        person.conversation = person.node.open_chat(other, now=self._now)
        self._settle()

    def _say(self, name: str, text: str) -> None:
        person = self._people[name]
        try:
            person.node.say(ConversationId(person.conversation or 0), text, now=self._now)
        except LocalProtocolError:
            self._note(person.column, Kind.TYPED, text)
            self._note(person.column, Kind.SHOWN, "Nenhuma conexão P2P ativa")
        self._settle()

    def _bye(self, name: str) -> None:
        person = self._people[name]
        self._note(person.column, Kind.TYPED, "/bye")
        assert person.conversation is not None
        person.node.end_chat(ConversationId(person.conversation), now=self._now)
        self._settle()

    def _exit(self, name: str) -> None:
        person = self._people[name]
        self._note(person.column, Kind.TYPED, "/exit")
        person.node.leave(now=self._now)
        self._settle()

    # The network

    def _pass(self, seconds: float) -> None:
        """Let time pass, from one deadline to the next."""
        until = self._now + seconds
        machines: list[Machine[object]] = [self._tracker, *(person.node for person in self._people.values() if person.is_here)]
        while True:
            timers = [at for machine in machines if (at := machine.next_timer()) is not None]
            if self._due:
                timers.append(self._due[0][0])
            next_at = min(timers, default=until)
            if next_at >= until:
                self._now = until
                return
            self._now = max(self._now, next_at)
            while self._due and self._due[0][0] <= self._now:
                heapq.heappop(self._due)[2]()
            for machine in machines:
                machine.handle_timer(now=self._now)
            self._settle()

    def _later(self, act: Callable[[], None]) -> None:
        self._sequence += 1
        heapq.heappush(self._due, (self._now + _DELAY_SECONDS, self._sequence, act))

    def _settle(self) -> None:
        """Carry out and write all that the machines want now."""
        moved = True
        while moved:
            moved = False
            for person in self._people.values():
                if not person.is_here:
                    continue
                person.node.take_ready()
                for request in person.node.take_requests():
                    moved = True
                    self._carry_out(person, request)
            self._tracker.take_ready()
            for end in list(self._ends):
                moved |= self._flush(end)
            for person in self._people.values():
                self._take_events(person)
            self._take_tracker_events()

    def _carry_out(self, person: _Person, request: ReachTracker | DialPeer | CancelDial) -> None:
        match request:
            case ReachTracker():
                self._note(person.column, Kind.ACTION, "<inicia conexão TCP serv.>")
                self._later(partial(self._reach_tracker, person))
            case DialPeer():
                self._note(person.column, Kind.ACTION, "<inicia conexão TCP peer>")
                self._later(partial(self._reach_peer, person, request))
            case CancelDial():
                pass  # every dial of the example is answered
            case _:
                assert_never(request)

    def _reach_tracker(self, person: _Person) -> None:
        port = self._free_port()
        self._note(_TRACKER, Kind.ACTION, "<conexão TCP realizada>")
        theirs = self._tracker.accept(HOST, _TRACKER_HOST, now=self._now)
        ours = person.node.tracker_connected(_TRACKER_HOST, now=self._now)
        here, there = f"{HOST}:{port}", f"{_TRACKER_HOST}:{_TRACKER_PORT}"
        self._join((person.column, ours, Role.TRACKER, here), (_TRACKER, theirs, Role.CLIENT, there))

    def _reach_peer(self, person: _Person, request: DialPeer) -> None:
        port = self._free_port()
        peer = next(other for other in self._people.values() if _PORTS[other.name] == request.port)
        self._note(peer.column, Kind.ACTION, "<conexão TCP realizada>")
        theirs = peer.node.accept_peer(HOST, port, now=self._now)
        ours = person.node.dial_succeeded(request.dial, now=self._now)
        here, there = f"{HOST}:{port}", f"{HOST}:{request.port}"
        self._join((person.column, ours, Role.CALLED, here), (peer.column, theirs, Role.CALLER, there))

    def _join(self, *sides: tuple[int, Connection, Role, str]) -> None:
        ends = []
        for (column, machine, role, local), (_, _, _, remote) in zip(sides, reversed(sides), strict=True):
            link = self._taps[column].connect(role, local, remote, now=self._now)
            ends.append(_End(column, machine, link, self._readers[column]))
            self._readers[column].take_lines()
        ends[0].other, ends[1].other = ends[1], ends[0]
        self._ends += ends

    def _free_port(self) -> int:
        self._next_port += 1
        return self._next_port

    def _flush(self, end: _End) -> bool:
        """Send what a machine has to say, and close as it wants; return whether anything was sent."""
        other = end.other
        assert other is not None
        data = b"" if end.is_closed else end.machine.data_to_send()
        if data:
            end.link.sent(data, now=self._now)
            for line in end.reader.take_lines():
                self._show(end, other, line)
            self._later(partial(self._deliver, other, data))
        if (end.machine.wants_half_close or end.machine.wants_close) and not end.has_ended:
            end.has_ended = True
            self._later(partial(self._deliver, other, b""))
        if end.machine.wants_close and not end.is_closed:
            end.is_closed = True
            end.link.closed(now=self._now)
            end.reader.take_lines()
            if end.column != _TRACKER:
                what = "serv." if other.column == _TRACKER else "peer"
                self._note(end.column, Kind.ACTION, f"<encerrar conexão {what}>")
        return bool(data)

    def _deliver(self, end: _End, data: bytes) -> None:
        if end.is_closed:
            return
        if data:
            end.link.received(data, now=self._now)
            end.machine.receive_data(data, now=self._now)
        else:
            end.machine.receive_eof(now=self._now)
        end.reader.take_lines()
        self._settle()

    # What is seen

    def _note(self, column: int, kind: Kind, text: str) -> None:
        self.steps[-1].append(Note(self._now, column, kind, text))

    def _show(self, end: _End, other: _End, line: WireLine) -> None:
        """An arrow; in the open if somebody has asked for it, else as one of those that are folded."""
        kind = Kind.TYPED if line.taken is Taken.TEXT else Kind.PROTOCOL
        text = line.data.decode()
        arrow = Arrow(self._now, end.column, other.column, kind, text)
        assert line.direction is Direction.SENT
        is_own = False
        if other.column == _TRACKER:
            is_own = _leaves(self._person_at(end.column), line.taken.value)
        elif end.column == _TRACKER:
            is_own = _is_answered(self._person_at(other.column), line.taken.value)
        if is_own:
            self._own.append(arrow)
        else:
            self.steps[-1].append(arrow)

    def _person_at(self, column: int) -> _Person:
        return self._people[COLUMNS[column]]

    def _take_events(self, person: _Person) -> None:
        for event in person.node.take_events():
            match event:
                case TrackerRegistered():
                    self._note(person.column, Kind.ACTION, "<aguardando conexão>")
                case PeopleListed(names):
                    self._note(person.column, Kind.SHOWN, f"Ativos (além de você): {', '.join(names)}")
                case ChatOpened(conversation=conversation, name=name, incoming=True):
                    person.conversation = conversation
                    self._note(person.column, Kind.SHOWN, f"Conectado a {name}")
                case TextReceived(text=text):
                    self._note(person.column, Kind.SHOWN, text)
                case _:
                    pass  # the table does not show it

    def _take_tracker_events(self) -> None:
        for event in self._tracker.take_events():
            match event:
                case ClientRegistered():
                    self._note(_TRACKER, Kind.ACTION, "<cadastro usuário ativo>")
                case ClientDeparted():
                    self._note(_TRACKER, Kind.ACTION, "<encerrar conexão>")
                case _:
                    pass


def _leaves(person: _Person, verb: str) -> bool:
    """Note an instruction to the tracker; return whether the client says it by itself."""
    is_own = verb not in person.questions
    if not is_own:
        person.questions.remove(verb)
    if verb in ("LIST", "ADDR"):
        person.answers.append((verb, is_own))
    return is_own


def _is_answered(person: _Person, verb: str) -> bool:
    """Whether a reply answers what the client has asked by itself."""
    number = next(n for n, (asked, _) in enumerate(person.answers) if asked == verb)
    is_own = person.answers[number][1]
    del person.answers[: number + 1]
    return is_own


def play() -> list[list[Note | Arrow | Aside]]:
    """Return the rows of the chart for each row of the assignment's table."""
    whole = Play()
    whole.run()
    return whole.steps


def _rows(steps: Iterable[Iterable[Row]]) -> Iterator[Row]:
    for number, step in enumerate(steps):
        if number:
            yield Rule()
        yield from step


def example_chart() -> Chart:
    """Return the table as a chart."""
    return Chart(
        title="The example of the assignment, played by the machines of core",
        columns=COLUMNS,
        rows=list(_rows(play())),
        format_time=lambda at: f"{at:.2f} s",
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the chart, or renew the picture."""
    parser = argparse.ArgumentParser(prog="python3 -m tools.example", description="The example of the assignment.")
    parser.add_argument("--write", action="store_true", help=f"renew {PICTURE.name} instead of printing text")
    if parser.parse_args(arguments).write:
        PICTURE.write_text(svg_chart(example_chart()), encoding="utf-8")
    else:
        sys.stdout.write(text_chart(example_chart()))


if __name__ == "__main__":
    main()
