"""Wire files of real sockets: every byte, both endpoints, and never in the way of the program."""

import io
import os
import random
import resource
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core import LossReason, Node, TextReceived, Tracker, TrackerLost, TrackerRegistered
from core.tap import Direction, Ending, Note, Role, Taken, WireLine
from io_adapters import PeerNode, Reactor, TrackerServer, listening_address, open_listener, open_listeners
from io_adapters.wire_files import WireLog, WireWatcher, read_runs
from io_adapters.watched_socket import WatchedSocket, ends_of

from .support import LOOPBACK, connected_pair, dial_guest, run_for, run_until, unused_port


@pytest.fixture
def reactor() -> Iterator[Reactor]:
    with Reactor() as loop:
        yield loop


def open_log(reactor: Reactor, path: object, errors: list[OSError] | None = None) -> WireLog:
    complaints: list[OSError] = [] if errors is None else errors
    return WireLog(reactor, str(path), on_error=complaints.append)


def read(path: Path) -> list[WireLine]:
    with path.open(encoding="utf-8") as file:
        (run,) = read_runs(file)
    return run


def test_a_conversation_over_a_tracker_is_written_from_both_ends(reactor: Reactor, tmp_path: Path) -> None:
    logs = {name: open_log(reactor, tmp_path / name) for name in ("tracker", "Ana", "Bruno")}
    tracker = Tracker()
    server = TrackerServer(reactor, tracker, open_listeners([LOOPBACK], 0), watchers=[logs["tracker"]])
    events: dict[str, list[object]] = {"Ana": [], "Bruno": []}
    nodes: dict[str, Node] = {}
    adapters: dict[str, PeerNode] = {}
    for name in events:
        listener = open_listener(LOOPBACK, 0)
        node = nodes[name] = Node(
            name, listening_address(listener)[1], now=reactor.time(), random=random.Random(1).random
        )
        adapters[name] = PeerNode(
            reactor, node, tracker_address=server.addresses[0], listeners=[listener], wire=logs[name]
        )

    def take_events() -> None:
        for name, node in nodes.items():
            events[name] += node.take_events()

    reactor.add_end_of_turn(take_events)
    for log in logs.values():
        reactor.add_end_of_turn(log.end_turn)

    def has(name: str, kind: type) -> Callable[[], bool]:
        return lambda: any(isinstance(event, kind) for event in events[name])

    run_until(reactor, has("Ana", TrackerRegistered))
    run_until(reactor, has("Bruno", TrackerRegistered))
    chat = nodes["Bruno"].open_chat("Ana", now=reactor.time())
    nodes["Bruno"].say(chat, "DISC\t\x1b", now=reactor.time())
    adapters["Bruno"].pump()
    run_until(reactor, has("Ana", TextReceived))
    nodes["Bruno"].end_chat(chat, now=reactor.time())
    adapters["Bruno"].pump()
    run_for(reactor, 0.3)
    for adapter in adapters.values():
        adapter.close()
    run_until(reactor, lambda: tracker.clients == 0)
    server.close()
    for log in logs.values():
        log.close()
        log.close()

    lines = {name: read(tmp_path / name) for name in logs}
    assert all((tmp_path / name).stat().st_mode & 0o777 == 0o600 for name in logs)

    def said(name: str, role: Role, direction: Direction) -> list[tuple[str, str, str]]:
        return [
            (line.local, line.text, line.remote)
            for line in lines[name]
            if line.role is role and line.direction is direction and line.ending is not Ending.NOT_A_LINE
        ]

    # What one end has sent, the other has received; and each file has the ports of both.
    assert said("Bruno", Role.CALLED, Direction.SENT) == [
        (remote, text, local) for local, text, remote in said("Ana", Role.CALLER, Direction.RECEIVED)
    ]
    assert [text for _, text, _ in said("Ana", Role.CALLER, Direction.RECEIVED)] == [
        "USER Bruno",
        "\\u2060DISC\\t\\x1b",
        "DISC",
    ]
    asked = [line.text for line in lines["tracker"] if line.name == "Bruno" and line.direction is Direction.RECEIVED]
    assert [text for text in asked if text.startswith("ADDR")] == ["ADDR Ana"]
    (called,) = {line.name for line in lines["Bruno"] if line.role is Role.CALLED}
    assert called == "Ana"
    assert {line.text for line in lines["tracker"] if line.taken is Taken.CLOSED} == {"end of stream"}


def test_a_connection_that_cannot_be_made_is_written_with_its_reason(reactor: Reactor, tmp_path: Path) -> None:
    log = open_log(reactor, tmp_path / "wire")
    port = unused_port()
    node = Node("Ana", 1, now=reactor.time(), random=random.Random(1).random)
    adapter = PeerNode(reactor, node, tracker_address=(LOOPBACK, port), listeners=[], wire=log)
    reactor.add_end_of_turn(log.end_turn)
    run_until(reactor, lambda: any(isinstance(event, TrackerLost) for event in node.take_events()))
    adapter.close()
    log.close()
    (line,) = read(tmp_path / "wire")
    assert (line.role, line.taken, line.text, line.remote, line.local) == (
        Role.TRACKER,
        Taken.UNREACHABLE,
        LossReason.REFUSED.value,
        f"{LOOPBACK}:{port}",
        "",
    )


def watched(reactor: Reactor, log: WireLog) -> tuple[socket.socket, socket.socket]:
    ours, theirs = connected_pair()
    return WatchedSocket(ours, [log.watch("caller", *ends_of(ours))]), theirs


def test_what_quiet_ends_is_written_without_another_byte(reactor: Reactor, tmp_path: Path) -> None:
    log = open_log(reactor, tmp_path / "wire")
    reactor.add_end_of_turn(log.end_turn)
    ours, theirs = watched(reactor, log)
    theirs.send(b"USER Bruno")
    run_until(reactor, lambda: _received(ours))
    run_until(reactor, lambda: "quiet-0.25s" in (tmp_path / "wire").read_text())
    theirs.close()
    ours.close()
    log.close()


def _received(sock: socket.socket) -> bool:
    try:
        return bool(sock.recv(100))
    except BlockingIOError:
        return False


def test_a_file_that_takes_no_more_is_told_once_and_nothing_else_happens(reactor: Reactor) -> None:
    errors: list[OSError] = []
    log = open_log(reactor, "/dev/full", errors)
    reactor.add_end_of_turn(log.end_turn)
    ours, theirs = watched(reactor, log)
    for _ in range(3):
        ours.send(b"Oi\r\n")
        reactor.run_turn(0.0)
    log.departed(1, "gone")
    log.close()
    assert [(error.filename, error.strerror) for error in errors] == [("/dev/full", os.strerror(28))]
    ours.close()
    theirs.close()


def test_a_disk_that_fills_up_leaves_a_file_that_can_be_read(reactor: Reactor, tmp_path: Path) -> None:
    """The limit of 4 KiB for a file stands in for a full disk; this process ignores the signal that comes with it."""
    errors: list[OSError] = []
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    log = open_log(reactor, tmp_path / "wire", errors)
    reactor.add_end_of_turn(log.end_turn)
    ours, theirs = watched(reactor, log)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        for _ in range(100):
            ours.send(b"x" * 90 + b"\r\n")
            reactor.run_turn(0.0)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert len(errors) == 1
    assert 10 < len(read(tmp_path / "wire")) < 40
    ours.close()
    theirs.close()
    log.close()


def test_a_reader_that_is_too_slow_is_not_waited_for_and_told_what_it_has_missed(reactor: Reactor) -> None:
    reader, writer = os.pipe()
    log = open_log(reactor, f"/dev/fd/{writer}")
    reactor.add_end_of_turn(log.end_turn)
    ours, theirs = watched(reactor, log)
    for _ in range(3):
        for _ in range(40):
            try:
                ours.send(b"x" * 8000 + b"\n" + b"y\n" * 1000)
            except BlockingIOError:
                theirs.recv(1_000_000)
        reactor.run_turn(0.0)
    os.set_blocking(reader, False)
    received = b""

    def has_all() -> bool:
        nonlocal received
        try:
            received += os.read(reader, 65536)
        except BlockingIOError:
            pass
        log.end_turn()
        return b"lines dropped" in received

    run_until(reactor, has_all)
    for sock in (ours, theirs):
        sock.close()
    log.close()
    os.close(reader)
    os.close(writer)
    assert b"# prosa wire 1\n" in received


def test_a_run_is_appended_and_the_file_becomes_private(reactor: Reactor, tmp_path: Path) -> None:
    path = tmp_path / "wire"
    path.touch(mode=0o644)
    for _ in range(2):
        log = open_log(reactor, path)
        ours, theirs = watched(reactor, log)
        ours.close()
        theirs.close()
        log.close()
    assert path.stat().st_mode & 0o777 == 0o600
    assert [len(run) for run in read_runs(io.StringIO(path.read_text()))] == [2, 2]


def test_the_reason_of_an_end_may_come_before_it_or_after_it(reactor: Reactor, tmp_path: Path) -> None:
    log = open_log(reactor, tmp_path / "wire")
    pairs = [connected_pair() for _ in range(2)]
    watchers: list[WireWatcher] = [
        log.watch("client", *ends_of(ours), number=number) for number, (ours, _) in enumerate(pairs, start=7)
    ]
    log.departed(7, "expired")
    watchers[0].closed()
    watchers[1].closed()
    log.departed(8, "disc")
    log.departed(9, "of nobody")
    for pair in pairs:
        for sock in pair:
            sock.close()
    log.close()
    ends = [(line.connection, line.text, line.notes) for line in read(tmp_path / "wire") if line.taken is Taken.CLOSED]
    assert ends == [(7, "expired", ()), (8, "disc", ())]


def test_a_storm_of_lines_from_one_client_is_written_whole(reactor: Reactor, tmp_path: Path) -> None:
    log = open_log(reactor, tmp_path / "wire")
    tracker = Tracker()
    server = TrackerServer(reactor, tracker, open_listeners([LOOPBACK], 0), watchers=[log])
    reactor.add_end_of_turn(log.end_turn)
    guest = dial_guest(reactor, server.addresses[0][1])
    guest.send(b"USER Ana:20000\r\n" + b"\x00\x1b[2J\xff\r\nKEEP\n" * 10_000 + b"LIST\r\n")
    guest.read_until(b"LIST \r\n")
    guest.close()
    server.close()
    log.close()
    lines = read(tmp_path / "wire")
    # A line may have stood still on its way, and is then in the file in two pieces.
    said = b"".join(line.data for line in lines if line.direction is Direction.RECEIVED)
    assert said.count(b"\x00\x1b[2J\xffKEEP") == 10_000
    assert all(Note.TOO_LONG not in line.notes for line in lines)


def test_a_flood_holds_up_no_turn_and_what_is_left_out_is_said(
    reactor: Reactor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.tap.pacing.MAX_WAITING_BYTES", 256 * 1024)
    log = open_log(reactor, tmp_path / "wire")
    reactor.add_end_of_turn(log.end_turn)
    watcher = log.watch("caller", "10.0.0.1:1", "10.0.0.2:2")
    for _ in range(16):
        watcher.received(b"y\n" * 32_768)
    reactor.run_turn(0.0)
    assert (tmp_path / "wire").read_text().count("\ttext\ty\n") < 32_768
    run_until(reactor, lambda: not log.is_behind)
    log.close()
    text = (tmp_path / "wire").read_text()
    left_out = sum(int(row.split()[1]) for row in text.splitlines() if "bytes left out" in row)
    assert left_out + 2 * text.count("\ty\n") == 16 * 65_536
