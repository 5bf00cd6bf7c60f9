"""Makes the state tables of docs/protocol.md §5, by running each machine from each state with each input.

``python3 -m tools.state_tables`` prints them; with ``--write`` it puts them into the page.
"""

import argparse
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, assert_never

from core import (
    ClientDeparted,
    ClientRefused,
    ClientRegistered,
    Connection,
    LocalProtocolError,
    LossReason,
    Node,
    ReachTracker,
    TextId,
    Tracker,
    TrackerConnection,
    TrackerLost,
    TrackerRegistered,
)
from core.node.link_events import PeerIntroduced, PeerLinkEnded, PeerSilent, TextHeard
from core.node.peer_link import PeerLink

PAGE: Final = Path(__file__).parent.parent / "docs" / "protocol.md"
NEVER: Final = "–"  # in a cell: this input cannot come in this state


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(before: str, after: str, written: bytes, facts: Sequence[str]) -> str:
    parts = [f"→ {after}"] if after != before else []
    parts += [f"`{line}`" for line in written.decode().splitlines()]
    parts += [f"*{fact}*" for fact in facts]
    return ", ".join(parts)


# §5.1


class _TrackerScene:
    """Ten seconds after Bruno and Ghost have registered; Ghost has said nothing since."""

    def __init__(self, state: str) -> None:
        self.tracker = Tracker()
        bruno = self._accept("USER Bruno:21500", now=0.0)
        self._accept("USER Ghost:30000", now=0.0)
        bruno.receive_data(b"KEEP\r\n", now=9.0)
        self.connection = self._accept("USER Ana:20000" if state == "ACTIVE" else "", now=9.0)
        self.state = state
        self.tracker.take_events()

    def _accept(self, line: str, *, now: float) -> TrackerConnection:
        connection = self.tracker.accept("192.0.2.80", "192.0.2.1", now=now)
        connection.receive_data(f"{line}\r\n".encode() if line else b"", now=now)
        return connection

    def take_facts(self) -> list[str]:
        facts: list[str] = []
        for event in self.tracker.take_events():
            if event.connection != self.connection.number:
                continue
            match event:
                case ClientRegistered(name=name, port=port):
                    self.state = "ACTIVE"
                    facts.append(f"registered: {name}, {port}")
                case ClientRefused(reason=reason):
                    facts.append(f"refused: {reason.value}")
                case ClientDeparted(reason=reason):
                    self.state = "GONE"
                    facts.append(f"departed: {reason.value}")
                case _:
                    pass
        return facts


def _line(text: str) -> tuple[str, Callable[[_TrackerScene], None]]:
    return f"`{text}`", lambda scene: scene.connection.receive_data(text.encode() + b"\r\n", now=10.0)


_TRACKER_INPUTS: Final[list[tuple[str, Callable[[_TrackerScene], None]]]] = [
    _line("USER Ana:20002"),
    _line("USER Carla:20002"),
    _line("USER Bruno:20002"),
    _line("USER Ghost:20002"),
    _line("USER Ana:0"),
    _line("LIST"),
    _line("ADDR Bruno"),
    _line("ADDR Eva"),
    _line("KEEP"),
    _line("DISC"),
    _line("HELLO"),
    ("4097 bytes without LF", lambda scene: scene.connection.receive_data(bytes(4097), now=10.0)),
    ("end of stream", lambda scene: scene.connection.receive_eof(now=10.0)),
    ("connection broken", lambda scene: scene.connection.connection_lost(LossReason.RESET, now=10.0)),
    ("15 s of silence", lambda scene: scene.tracker.handle_timer(now=24.25)),
]


def tracker_connection_table() -> str:
    """A connection of the tracker: what it answers, and what ends it."""
    states = ("NEW", "ACTIVE")
    rows = []
    for what, act in _TRACKER_INPUTS:
        row = [what]
        for state in states:
            scene = _TrackerScene(state)
            act(scene)
            facts = scene.take_facts()
            row.append(_cell(state, scene.state, scene.connection.data_to_send(), facts))
        rows.append(row)
    return _table(("", *states), rows)


# §5.2


class _NodeScene:
    """Ana's node in one of its states."""

    def __init__(self, state: str) -> None:
        self.now = 0.0
        self.node = Node("Ana", 20000, now=0.0, random=lambda: 0.5)
        self.connection: Connection | None = None
        self._raised: list[str] = []
        match state:
            case "REGISTERING":
                self.reach()
            case "REGISTERED":
                self.reach()
                self.take_connection().receive_data(b"LIST Bruno\r\n", now=0.0)
            case "WAITING":
                self.node.tracker_unreachable(LossReason.REFUSED, now=0.0)
            case "LEFT":
                self.node.leave(now=0.0)
            case _:
                pass
        self.node.take_events()
        self.node.take_requests()
        self.take_written()

    def reach(self) -> None:
        self.connection = self.node.tracker_connected("192.0.2.1", now=self.now)

    def take_connection(self) -> Connection:
        assert self.connection is not None
        return self.connection

    def pass_time(self) -> None:
        before = self.node.tracker_state
        while self.node.tracker_state is before:
            deadline = self.node.next_timer()
            if deadline is None:
                return
            self.now = deadline
            self.node.handle_timer(now=deadline)
            self.take_written()

    def reconnect(self) -> None:
        try:
            self.node.reconnect(now=0.0)
        except LocalProtocolError as error:
            self._raised.append(str(error))

    def take_written(self) -> bytes:
        return self.connection.data_to_send() if self.connection is not None else b""

    def take_facts(self) -> list[str]:
        facts = [f"after {self.now:.0f} s"] if self.now else []
        facts += [f"raises: {message}" for message in self._raised]
        for event in self.node.take_events():
            match event:
                case TrackerRegistered():
                    facts.append("registered")
                case TrackerLost(reason=reason):
                    facts.append(f"lost: {reason.value}")
                case _:
                    pass
        facts += ["reach the tracker" for request in self.node.take_requests() if request == ReachTracker()]
        if self.connection is not None and self.connection.wants_close:
            facts.append("closed")
        return facts


_NODE_INPUTS: Final[list[tuple[str, bool, Callable[[_NodeScene], None]]]] = [
    ("the tracker is reached", False, _NodeScene.reach),
    (
        "the tracker cannot be reached",
        False,
        lambda scene: scene.node.tracker_unreachable(LossReason.REFUSED, now=0.0),
    ),
    ("`LIST Bruno`", True, lambda scene: scene.take_connection().receive_data(b"LIST Bruno\r\n", now=0.0)),
    ("end of stream", True, lambda scene: scene.take_connection().receive_eof(now=0.0)),
    (
        "connection broken",
        True,
        lambda scene: scene.take_connection().connection_lost(LossReason.TIMED_OUT, now=0.0),
    ),
    ("connection reset", True, lambda scene: scene.take_connection().connection_lost(LossReason.RESET, now=0.0)),
    ("nothing comes", False, _NodeScene.pass_time),
    ("the user wants to reconnect", False, _NodeScene.reconnect),
    ("the user leaves", False, lambda scene: scene.node.leave(now=0.0)),
]
"""What it is called, whether it needs a connection, and what does it."""


def tracker_state_table() -> str:
    """A client and its tracker, across connections."""
    states = ("CONNECTING", "REGISTERING", "REGISTERED", "WAITING", "LEFT")
    rows = []
    for what, needs_connection, act in _NODE_INPUTS:
        row = [what]
        for state in states:
            scene = _NodeScene(state)
            assert scene.node.tracker_state.name == state
            if needs_connection and scene.connection is None:
                row.append(NEVER)
                continue
            act(scene)
            facts = scene.take_facts()
            row.append(_cell(state, scene.node.tracker_state.name, scene.take_written(), facts))
        rows.append(row)
    return _table(("", *states), rows)


# §5.3


class _PeerScene:
    """A connection with Bruno, in one of its states; it owns the link and leaves the events there."""

    def __init__(self, state: str) -> None:
        self.link = PeerLink(self, now=0.0, hello=None, is_online=lambda name: False)
        if state != "GREETING":
            self.link.receive_data(b"USER Bruno\r\n", now=0.0)
        match state:
            case "WE_LEFT":
                self.leave()
            case "PEER_LEFT":
                self.link.receive_data(b"DISC\r\n", now=0.0)
            case "ENDED":
                self.link.receive_eof(now=0.0)
            case _:
                pass
        self.link.take_events()
        self.link.data_to_send()

    def settle(self, link: PeerLink, *, now: float) -> None:
        pass

    @property
    def state(self) -> str:
        # The only reader outside its file: an adapter has no use for it.
        return self.link._state.name

    def say(self) -> None:
        if self.link.can_send:  # the node refuses the text else
            self.link.send_text(TextId(1), "Oi", now=0.0)

    def leave(self) -> None:
        self.link.send_farewell(now=0.0)

    def pass_time(self) -> None:
        before = self.state
        while self.state == before and (deadline := self.link.next_timer()) is not None:
            self.link.handle_timer(now=deadline)

    def take_facts(self) -> list[str]:
        facts = []
        for event in self.link.take_events():
            match event:
                case PeerSilent():
                    pass  # it only counts the caller among the silent ones
                case PeerIntroduced(name):
                    facts.append(f"introduced: {name}" if name is not None else "introduced without a name")
                case TextHeard(text):
                    facts.append(f"heard: {text}")
                case PeerLinkEnded(end, _, unsent, unconfirmed):
                    facts.append(f"ended: {end.value}")
                    facts += ["text not sent"] * len(unsent) + ["text may not have arrived"] * len(unconfirmed)
                case _:
                    assert_never(event)
        return facts


_PEER_INPUTS: Final[list[tuple[str, Callable[[_PeerScene], None]]]] = [
    ("`USER Bruno`", lambda scene: scene.link.receive_data(b"USER Bruno\r\n", now=0.0)),
    ("`Oi`", lambda scene: scene.link.receive_data(b"Oi\r\n", now=0.0)),
    ("`DISC`", lambda scene: scene.link.receive_data(b"DISC\r\n", now=0.0)),
    ("end of stream", lambda scene: scene.link.receive_eof(now=0.0)),
    ("connection broken", lambda scene: scene.link.connection_lost(LossReason.RESET, now=0.0)),
    ("time is up", _PeerScene.pass_time),
    ("we say `Oi`", _PeerScene.say),
    ("we leave", _PeerScene.leave),
]


def peer_link_table() -> str:
    """A connection between peers."""
    states = ("GREETING", "OPEN", "WE_LEFT", "PEER_LEFT", "ENDED")
    rows = []
    for what, act in _PEER_INPUTS:
        row = [what]
        for state in states:
            scene = _PeerScene(state)
            assert scene.state == state
            act(scene)
            facts = scene.take_facts()
            row.append(_cell(state, scene.state, scene.link.data_to_send(), facts))
        rows.append(row)
    return _table(("", *states), rows)


TABLES: Final[dict[str, Callable[[], str]]] = {
    "tracker-connection": tracker_connection_table,
    "tracker-state": tracker_state_table,
    "peer-link": peer_link_table,
}


def renew(page: str) -> str:
    """The page with each table as it is now, between ``<!-- name -->`` and ``<!-- end -->``.

    Raises:
        ValueError: A table has no place in the page.
    """
    for name, make in TABLES.items():
        place = re.compile(f"(<!-- {name} -->\n).*?(<!-- end -->)", re.S)
        if place.search(page) is None:
            raise ValueError(f"the page has no place for the table {name}")
        page = place.sub(rf"\g<1>{make()}\g<2>", page)
    return page


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables, or write them into the page."""
    parser = argparse.ArgumentParser(prog="python3 -m tools.state_tables", description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"renew {PAGE.name} instead of printing")
    if parser.parse_args(arguments).write:
        PAGE.write_text(renew(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        print("\n".join(make() for make in TABLES.values()), end="")


if __name__ == "__main__":
    main()
