"""The window of the wire: what it shows of every connection, and the four faults of a newcomer's program."""

from pathlib import Path
from random import Random
from typing import Final

import pytest

from core import LossReason
from curses_ui.catalogue import load_catalogue
from curses_ui.client import Client, ClientConnection
from curses_ui.i18n import ENGLISH, PORTUGUESE
from curses_ui.recording.recorder import Recorder, read_recording
from curses_ui.recording.replay import replay
from curses_ui.state.beginning import Beginning
from curses_ui.state.conversation import Conversation, EntryKind
from curses_ui.terminal.colours import look_of
from curses_ui.terminal.frame import Frame, Role
from curses_ui.update.wire_help import explain_line
from curses_ui.update.wire import BYTES_AT_ONCE, LINES_PER_SECOND
from tools.stage import NOON, Stage

from .scene import check_frame, check_golden

OWN: Final = 1  # the number of our own client's connection with the tracker inside the program
CARLA: Final = 2
PEER_ADDRESS: Final = ("10.0.0.9", 51000)


class Desk:
    """Ana Maria's client, which runs a tracker; the test speaks for the network, and for Carla's program."""

    def __init__(self, *, language: str = ENGLISH, name: str = "Ana Maria", rows: int = 24, columns: int = 80) -> None:
        self.now = 0.0
        beginning = Beginning(name, 20000, ("127.0.0.1", 10000), wall=NOON, language=language, runs_tracker=True)
        self.client = Client(beginning, catalogue=load_catalogue("en"), random=Random(1).random)
        self.client.resize(rows, columns, now=0.0)
        self.language = language
        self.to_tracker = self.client.tracker_connected("127.0.0.1", now=0.0)
        self.tracker_says("connected", b"127.0.0.1:40001", OWN)
        self.flush()
        self.wait(0.1)
        self.reply("")

    def flush(self) -> None:
        """Bring what our client says to the tracker inside the program."""
        if data := self.to_tracker.data_to_send():
            self.tracker_says("received", data, OWN)

    def reply(self, names: str) -> None:
        """The tracker answers our LIST."""
        self.flush()
        data = f"LIST {names}\r\n".encode()
        self.tracker_says("sent", data, OWN)
        self.to_tracker.receive_data(data, now=self.now)

    def tracker_says(self, what: str, data: bytes, number: int = CARLA) -> None:
        """Something happens at the tracker inside the program."""
        self.client.watch_tracker(number, what, data, now=self.now)

    def carla_comes(self) -> None:
        """Carla's program connects to our tracker."""
        self.tracker_says("connected", b"10.0.0.9:50001")

    def carla_sends(self, data: bytes, reply: bytes = b"") -> None:
        """Carla's program speaks to our tracker, which answers."""
        self.wait(0.5)
        self.tracker_says("received", data)
        if reply:
            self.tracker_says("sent", reply)

    def carla_calls(self) -> ClientConnection:
        """Carla's program connects to our client."""
        made = self.client.accept_peer(*PEER_ADDRESS, now=self.now)
        assert isinstance(made, ClientConnection)
        return made

    def wait(self, seconds: float) -> None:
        """Let time pass, from deadline to deadline."""
        until = self.now + seconds
        while (at := self.client.next_timer()) is not None and at <= until:
            self.now = max(self.now, at)
            self.client.handle_timer(now=self.now)
            self.client.take_ready()
            self.client.take_requests()
            self.frame()
        self.now = until

    def enter(self, line: str) -> None:
        self.client.receive_input(f"{line}\r".encode(), now=self.now)

    def frame(self) -> Frame | None:
        return self.client.take_frame(now=self.now)

    def picture(self) -> Frame:
        """The screen, once everything is read."""
        self.wait(0.5)
        self.client.resize(self.client.state.rows, self.client.state.columns, now=self.now)
        frame = self.frame()
        assert frame is not None
        check_frame(frame, self.client.state.rows, self.client.state.columns)
        return frame

    @property
    def window(self) -> Conversation:
        view = self.client.state.wire
        assert view is not None
        return self.client.state.conversations[view.number]

    def lines(self) -> list[str]:
        """The lines of the wire: who and what."""
        self.wait(0.1)
        return [f"{entry.sender} {entry.text}" for entry in self.window.log if entry.kind is EntryKind.WIRE]


# The four faults of a newcomer's program


def no_line_ends(desk: Desk) -> None:
    """Nothing that Carla's program sends has an end."""
    desk.carla_comes()
    desk.carla_sends(b"USER Carla:22000")
    desk.carla_sends(b"LIST")
    desk.wait(1.0)
    peer = desk.carla_calls()
    peer.receive_data(b"USER Carla", now=desk.now)
    desk.wait(1.0)
    peer.receive_data(b"Oi!", now=desk.now)


def glued(desk: Desk) -> None:
    """KEEP of one thread and LIST of another leave with no end between them."""
    desk.carla_comes()
    desk.carla_sends(b"USER Carla:22000\r\n")
    desk.carla_sends(b"LIST\r\n", b"LIST Ana Maria\r\n")
    desk.wait(4.0)
    desk.carla_sends(b"KEEPLIST\r\n")
    desk.wait(4.0)
    desk.carla_sends(b"LISTKEEP\r\n")


def cut_name(desk: Desk) -> None:
    """Carla's program takes the first word of a name for the whole."""
    desk.carla_comes()
    desk.carla_sends(b"USER Carla:22000\r\n")
    desk.carla_sends(b"LIST\r\n", b"LIST Ana Maria\r\n")
    desk.carla_sends(b"KEEP\r\n")
    desk.carla_sends(b"ADDR Ana\r\n")
    desk.carla_sends(b"KEEP\r\n")


def no_farewell(desk: Desk) -> None:
    """Carla's program closes without a word."""
    desk.carla_comes()
    desk.carla_sends(b"USER Carla:22000\r\n")
    desk.carla_sends(b"ADDR Ana Maria\r\n", b"ADDR 10.0.0.2:20000\r\n")
    peer = desk.carla_calls()
    peer.receive_data(b"USER Carla\r\n", now=desk.now)
    desk.wait(1.0)
    peer.receive_data("Oi, é a Carla\r\n".encode(), now=desk.now)
    desk.wait(2.0)
    peer.receive_data(b"Tenho de ir\r\n", now=desk.now)
    desk.wait(0.5)
    peer.receive_eof(now=desk.now)


FAULTS: Final = {"no_line_ends": no_line_ends, "glued": glued, "cut_name": cut_name, "no_farewell": no_farewell}


@pytest.mark.parametrize("language", [ENGLISH, PORTUGUESE])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_a_newcomers_program_can_be_seen(fault: str, language: str) -> None:
    desk = Desk(language=language, columns=100)
    desk.client.receive_input(b"\x1bOQ", now=0.0)  # F2: no people beside it
    FAULTS[fault](desk)
    desk.enter("/wire" if fault == "no_line_ends" else "/wire Carla")  # whose program has not got as far as a name
    check_golden(f"wire_{fault}_{language}", desk.picture().text())


@pytest.mark.parametrize(("rows", "columns"), [(10, 40), (3, 20), (1, 1)])
def test_the_window_fits_every_screen(rows: int, columns: int) -> None:
    desk = Desk(rows=rows, columns=columns)
    no_line_ends(desk)
    desk.enter("/wire")
    check_golden(f"wire_{columns}x{rows}", desk.picture().text())


# What it shows


def test_it_shows_what_came_before_it_was_opened() -> None:
    desk = Desk()
    desk.enter("/wire")
    assert desk.lines() == [
        "* tracker <connected to 127.0.0.1:10000>",
        "> tracker USER Ana Maria:20000  [CRLF]",
        "> tracker LIST  [CRLF]",
        "< tracker LIST   [CRLF]",
    ]


def test_our_own_client_is_not_shown_twice_when_the_tracker_is_in_the_program() -> None:
    desk = Desk()
    desk.carla_comes()
    desk.enter("/wire")
    desk.carla_sends(b"USER Carla:22000\r\n")
    shown = [line for line in desk.lines() if line.startswith("T")]
    assert shown == ["T* 10.0.0.9:50001 <connection from 10.0.0.9:50001>", "T< Carla USER Carla:22000  [CRLF]"]


def test_a_name_shows_one_link_and_tracker_the_trackers() -> None:
    desk = Desk()
    no_farewell(desk)
    desk.enter("/wire tracker")
    assert {line.split()[1] for line in desk.lines()} == {"tracker"}
    desk.enter("/wire carla")
    shown = desk.lines()
    assert shown[0] == "T* 10.0.0.9:50001 <connection from 10.0.0.9:50001>"
    assert "< Carla Tenho de ir  [text; CRLF]" in shown
    assert not any("tracker" in line for line in shown)
    desk.enter(f"/wire {PEER_ADDRESS[0]}:{PEER_ADDRESS[1]}")
    assert len(desk.lines()) == 6


def test_a_link_whose_name_comes_late_is_shown_from_its_beginning() -> None:
    desk = Desk()
    desk.enter("/wire Carla")
    peer = desk.carla_calls()
    assert desk.lines() == []
    peer.receive_data(b"USER Carla\r\n", now=desk.now)
    assert desk.lines() == ["* 10.0.0.9:51000 <connection from 10.0.0.9:51000>", "< Carla USER Carla  [CRLF]"]


def test_repeated_signs_of_life_are_one_line_with_a_count() -> None:
    desk = Desk()
    desk.enter("/wire tracker")
    for _ in range(3):
        desk.wait(5.0)
        desk.flush()
        desk.wait(0.1)
        desk.reply("")
    last = desk.lines()[-3:]
    assert "> tracker KEEP  [CRLF; 3 times]" in last
    assert any(line.startswith("< tracker LIST   [CRLF; ") for line in last)
    walls = [entry.wall for entry in desk.window.log if entry.kind is EntryKind.WIRE]
    assert walls == sorted(walls)


def test_what_is_hostile_is_harmless() -> None:
    desk = Desk()
    peer = desk.carla_calls()
    peer.receive_data(b"USER Carla\r\n", now=0.2)
    peer.receive_data("\x1b[2J\x00\u202e\u2028é".encode() + b"\xff" + "e\u0301".encode() * 3 + b"\r\n", now=0.2)
    peer.receive_data(b"x" * 70_000 + b"\r\n", now=0.2)
    desk.enter("/wire Carla")
    frame = desk.picture()
    assert "\\x1b[2J\\x00\\u202e\\u2028é\\xff" in "".join(desk.lines())
    assert all(character.isprintable() or character == "\n" for character in frame.text())


@pytest.mark.parametrize("reason", LossReason)
def test_an_attempt_that_fails_says_why(reason: LossReason) -> None:
    desk = Desk()
    desk.to_tracker.connection_lost(LossReason.RESET, now=desk.now)
    desk.client.tracker_unreachable(reason, now=desk.now)
    desk.enter("/wire")
    assert any(line.startswith("* tracker <connection lost: ") for line in desk.lines())
    (said,) = [line for line in desk.lines() if "cannot be reached" in line]
    assert reason is LossReason.UNKNOWN_HOST or "unknown" not in said


def test_colours_are_those_of_the_assignment_and_words_say_the_same() -> None:
    desk = Desk()
    no_farewell(desk)
    desk.enter("/wire Carla")
    roles = {
        span.text.split("  [")[0].rstrip(): span.role for line in desk.picture().lines for span in line if span.text.strip()
    }
    assert roles["USER Carla"] is Role.WIRE_PROTOCOL
    assert roles["<closed, and nobody said DISC>"] is Role.WIRE_ACTION
    assert roles["Tenho de ir"] is Role.TEXT
    for role in (Role.WIRE_ACTION, Role.WIRE_PROTOCOL, Role.WIRE_TYPED):
        assert look_of(role, 0, 0).colour == -1
        assert look_of(role, 0, 256).colour != -1


def test_what_we_type_is_blue() -> None:
    stage = Stage()
    ana = stage.add_user("Ana")
    ana.resize()
    stage.add_person("Bruno")
    ana.wait_for("Registered")
    ana.enter("/chat Bruno")
    ana.wait_for("Connected to Bruno.")
    ana.enter("Oi Bruno", "/wire Bruno")
    ana.wait_for("Oi Bruno  [text; CRLF]")
    spans = {span.text: span.role for line in ana.frames[-1].lines for span in line}
    assert spans["Oi Bruno  [text; CRLF]"] is Role.WIRE_TYPED
    assert ana.sees("> Bruno      USER Ana  [CRLF]", "* Bruno      <connected to ")


# Living in it


def test_search_finds_lines_and_the_explanation_is_of_the_hit() -> None:
    desk = Desk()
    cut_name(desk)
    desk.enter("/wire")
    desk.wait(0.5)
    desk.enter("/search USER Carla")
    desk.client.receive_input(b"\r", now=desk.now)
    desk.enter("/wire ?")
    assert desk.window.log[-1].text.startswith("USER Carla:22000  [CRLF]\nA client registers its name")
    assert "The assignment, Messages sent from the clients to the central server" in desk.window.log[-1].text


def test_without_a_search_the_lowest_line_is_explained() -> None:
    desk = Desk()
    no_farewell(desk)
    desk.enter("/wire")
    desk.wait(0.5)
    for _ in range(2):
        desk.enter("/wire ?")
        assert desk.window.log[-1].text.startswith("<closed, and nobody said DISC>\nThe connection ended, and nobody")
        assert "before closing the connection" in desk.window.log[-1].text


@pytest.mark.parametrize("language", [ENGLISH, PORTUGUESE])
@pytest.mark.parametrize("word", ["USER", "LIST", "KEEP", "ADDR", "DISC"])
def test_every_instruction_is_explained(word: str, language: str) -> None:
    desk = Desk(language=language)
    desk.enter(f"/wire {word}")
    said = desk.client.state.here.log[-1].text
    assert said.startswith(word)
    assert ("The assignment, " if language == ENGLISH else "O enunciado, ") in said


def test_every_line_that_can_be_shown_can_be_explained() -> None:
    for fault in FAULTS.values():
        desk = Desk()
        fault(desk)
        desk.enter("/wire")
        desk.wait(0.5)
        for entry in desk.window.log:
            if entry.wire is not None:
                assert explain_line(entry.wire, desk.client.state.catalogue)


def test_there_is_nothing_to_explain_where_no_line_is() -> None:
    desk = Desk()
    desk.enter("/wire ?")
    assert desk.client.state.here.log[-1].text.startswith("There is no line of the wire here.")


def test_it_scrolls_and_is_closed_and_opened_again() -> None:
    desk = Desk(rows=10)
    no_farewell(desk)
    desk.enter("/wire")
    bottom = desk.picture().text()
    desk.client.receive_input(b"\x1b[5~", now=desk.now)
    assert desk.picture().text() != bottom
    number = desk.window.number
    desk.enter("/close")
    assert desk.client.state.here.number != number
    assert desk.client.state.here.log[-1].text == "The window of the wire is closed."
    desk.wait(0.1)
    assert desk.client.state.wire is None
    desk.enter("/wire")
    assert desk.window.number == number
    assert len(desk.lines()) > 5


def test_the_bare_log_has_lines_of_the_wire_without_times() -> None:
    desk = Desk(columns=100)
    no_farewell(desk)
    desk.enter("/wire Carla")
    desk.client.receive_input(b"\x1bOQ\x1bOQ", now=desk.now)  # F2, twice
    rows = [row.rstrip() for row in desk.picture().text().split("\n")]
    assert "< Carla Tenho de ir  [text; CRLF]" in rows
    assert "* Carla <closed, and nobody said DISC>" in rows


def test_nothing_that_is_typed_in_it_is_sent() -> None:
    desk = Desk()
    desk.enter("/wire")
    desk.enter("Oi")
    assert desk.window.log[-1].text.startswith("No active P2P connection.")


def test_without_a_screen_it_is_lines() -> None:
    stage = Stage()
    ana = stage.add_user("Ana", plain=True)
    stage.add_person("Bruno")
    stage.run(1.0)
    ana.enter("/wire")
    stage.run(0.5)
    assert "12:00:00 > tracker USER Ana:20000  [CRLF]" in ana.lines
    assert ana.client.state.current == 1
    ana.enter("/close wire")
    stage.run(0.5)
    said = len(ana.lines)
    stage.run(20.0)
    assert len(ana.lines) == said


# Floods


def test_a_flood_folds_and_memory_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.tap.pacing.MAX_WAITING_BYTES", 128 * 1024)
    desk = Desk()
    desk.enter("/wire")
    peer = desk.carla_calls()
    peer.receive_data(b"USER Carla\r\n", now=desk.now)
    for _ in range(5):
        peer.receive_data(b"yes and yes and yes and yes and\n" * 2048, now=desk.now)
    turns = 0
    while desk.client._wire.is_behind:
        desk.client.handle_timer(now=desk.now)
        turns += 1
        assert turns < 1000
    assert turns * BYTES_AT_ONCE < 256 * 1024
    assert len(desk.lines()) < LINES_PER_SECOND + 20
    texts = [entry.text for entry in desk.window.log]
    assert any(text.endswith(" lines more") for text in texts)
    assert any(text.endswith(" KiB came too fast to be shown.") for text in texts)


def test_one_input_reads_a_bounded_part_of_a_flood() -> None:
    desk = Desk()
    desk.enter("/wire")
    peer = desk.carla_calls()
    desk.wait(0.1)
    before = len(desk.window.log)
    peer.receive_data(b"".join(b"%d\n" % number for number in range(8000)), now=desk.now)
    assert desk.client._wire.is_behind
    assert len(desk.window.log) - before < BYTES_AT_ONCE
    due = desk.client.next_timer()
    assert due is not None and due <= desk.now


def test_while_nobody_looks_nothing_is_read() -> None:
    desk = Desk()
    peer = desk.carla_calls()
    peer.receive_data(b"y\n" * 32_768, now=desk.now)
    assert not desk.client._wire.is_behind
    due = desk.client.next_timer()
    assert due is None or due > desk.now or desk.frame() is not None


# Recordings


def test_a_recording_shows_the_window_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "session"
    recorder = Recorder(path)
    stage = Stage()
    ana = stage.add_user("Ana", recorder=recorder)
    ana.resize()
    bruno = stage.add_person("Bruno")
    ana.wait_for("Registered")
    ana.enter("/wire")
    bruno.call("Ana")
    stage.run(3.0)
    ana.enter("/chat Bruno", "Oi", "/wire Bruno", "/bye Bruno")
    stage.run(10.0)
    recorder.close()
    assert ana.sees("DISC  [CRLF]", "<closed>")
    shots = list(replay(*read_recording(path)))
    assert len(shots) > 5
    assert all(as_it_was for _, as_it_was in shots)
