"""examples/: each program runs as a user would run it, against the real tracker and the real client."""

import asyncio
import errno
import re
import socket
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from core import (
    CancelDial,
    ChatEnd,
    ChatEnded,
    ChatOpened,
    ClientDeparted,
    ClientListed,
    ClientRegistered,
    DepartureReason,
    Limits,
    LossReason,
    ReachTracker,
    Tracker,
    TrackerConfig,
    TrackerEvent,
    TrackerLost,
)
from examples import asyncio_streams_tracker, asyncio_tracker
from examples.asyncio_bot import Bot
from examples.asyncio_driver import Address, Attach
from examples.loss_reasons import reason_of
from io_adapters import Reactor, TrackerServer, open_listener

from .io_adapters.support import LOOPBACK, run_until
from .person import Person
from .programs import PATIENCE_SECONDS, ROOT, Program

EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


class Example(Program):
    """An example, beside the real programs on a reactor, which has to turn while it is waited for."""

    def __init__(self, reactor: Reactor, module: str, *arguments: str) -> None:
        super().__init__(sys.executable, "-u", "-m", f"examples.{module}", *arguments)
        self._reactor = reactor

    def wait_until(self, condition: Callable[[], bool]) -> bool:
        """Turn the loop until something is so."""
        try:
            run_until(self._reactor, condition)
        except AssertionError:
            return False
        return True


class Scene:
    """A reactor with the real tracker on it, the real people and the examples."""

    def __init__(self, reactor: Reactor) -> None:
        self.reactor = reactor
        self.people: list[Person] = []
        self.programs: list[Example] = []
        self.tracker_server: TrackerServer | None = None
        self.registered: set[str] = set()

    def start_tracker(self) -> int:
        """Start the real tracker; returns its port."""
        self.tracker_server = TrackerServer(
            self.reactor, Tracker(), [open_listener(LOOPBACK, 0)], on_event=self._note
        )
        return self.tracker_server.addresses[0][1]

    def _note(self, event: TrackerEvent) -> None:
        if isinstance(event, ClientRegistered):
            self.registered.add(event.name)

    def wait_for_registration(self, name: str) -> None:
        """Turn the loop until the real tracker knows somebody."""
        run_until(self.reactor, lambda: name in self.registered)

    def person(self, name: str, tracker_port: int) -> Person:
        """Somebody with the real client, registered."""
        person = Person(self.reactor, name, tracker_port)
        self.people.append(person)
        person.register()
        return person

    def program(self, module: str, *arguments: object) -> Example:
        """Start an example."""
        self.programs.append(Example(self.reactor, module, *map(str, arguments)))
        return self.programs[-1]

    def close(self) -> None:
        """Leave nothing behind."""
        for program in self.programs:
            program.close()
        for person in self.people:
            person.peer_node.close()
        if self.tracker_server is not None:
            self.tracker_server.close()


@pytest.fixture
def scene() -> Iterator[Scene]:
    with Reactor() as reactor:
        scene = Scene(reactor)
        try:
            yield scene
        finally:
            scene.close()


# The trackers


@pytest.mark.parametrize("module", ["asyncio_tracker", "asyncio_streams_tracker"])
def test_the_asyncio_trackers_serve_real_clients(scene: Scene, module: str) -> None:
    program = scene.program(module, LOOPBACK, 0)
    port = int(program.wait_for("listening on port").split()[-1])
    ana, bruno = scene.person("Ana", port), scene.person("Bruno", port)
    conversation = bruno.call("Ana")
    bruno.say(conversation, "DISCO é bom")
    assert ana.hears() == "DISCO é bom"
    bruno.leave()
    program.wait_for("ClientDeparted", "Bruno", "END_OF_STREAM")
    program.interrupt()
    ana.wait_for(TrackerLost)
    assert program.wait_for_end() == 0
    assert not any("Traceback" in line for line in program.lines)


Fail = Callable[[LossReason], None]
ExampleServer = asyncio_tracker.TrackerServer | asyncio_streams_tracker.TrackerServer
TRACKERS = pytest.mark.parametrize(
    "server_type", [asyncio_tracker.TrackerServer, asyncio_streams_tracker.TrackerServer]
)


@TRACKERS
def test_the_asyncio_trackers_drop_a_silent_client(server_type: type[ExampleServer]) -> None:
    async def stay_silent() -> list[TrackerEvent]:
        events: list[TrackerEvent] = []
        tracker = Tracker(TrackerConfig(keepalive_seconds=0.1))
        server = server_type(tracker, on_event=events.append)
        listener = await server.start(LOOPBACK, 0)
        async with asyncio.timeout(PATIENCE_SECONDS):
            reader, writer = await asyncio.open_connection(*listener.sockets[0].getsockname()[:2])
            assert await reader.read() == b""
        writer.close()
        listener.close()
        return events

    departures = [event for event in asyncio.run(stay_silent()) if isinstance(event, ClientDeparted)]
    assert [event.reason for event in departures] == [DepartureReason.EXPIRED]


@TRACKERS
def test_the_asyncio_trackers_cut_off_a_client_that_does_not_read(server_type: type[ExampleServer]) -> None:
    async def never_read() -> list[TrackerEvent]:
        events: list[TrackerEvent] = []
        tracker = Tracker(limits=Limits(max_unread_reply_bytes=100_000))
        server = server_type(tracker, on_event=events.append)
        listener = await server.start(LOOPBACK, 0)
        port = listener.sockets[0].getsockname()[1]
        async with asyncio.timeout(PATIENCE_SECONDS):
            with socket.socket() as sock:
                sock.setblocking(False)
                await asyncio.get_running_loop().sock_connect(sock, (LOOPBACK, port))
                await asyncio.get_running_loop().sock_sendall(sock, b"USER Ana:20000\r\n")
                while not any(isinstance(event, ClientDeparted) for event in events):
                    with suppress(OSError):
                        sock.send(b"ADDR Ana\r\n" * 1000)
                    await asyncio.sleep(0)
        listener.close()
        return events

    departures = [event for event in asyncio.run(never_read()) if isinstance(event, ClientDeparted)]
    assert [event.reason for event in departures] == [DepartureReason.NOT_READING]


LONG_LIST_USERS = 1000
ASKERS = 40


@TRACKERS
def test_the_asyncio_trackers_give_all_that_is_served_in_a_turn_one_time(server_type: type[ExampleServer]) -> None:
    """So one turn holds a bounded amount of long lists, and short answers are quick (docs/protocol.md §2.6)."""

    async def ask_all_at_once() -> list[int]:
        turn = 0
        lists: list[int] = []
        loop = asyncio.get_running_loop()

        def count_turns() -> None:
            nonlocal turn
            turn += 1
            loop.call_soon(count_turns)

        def note(event: TrackerEvent) -> None:
            if isinstance(event, ClientListed):
                lists.append(turn)

        tracker = Tracker(report_queries=True)
        for number in range(LONG_LIST_USERS):
            user = tracker.accept("192.0.2.1", "192.0.2.9", now=loop.time())
            user.receive_data(f"USER {number:064}:20000\r\n".encode(), now=loop.time())
        tracker.take_events()
        listener = await (server := server_type(tracker, on_event=note)).start(LOOPBACK, 0)
        async with asyncio.timeout(PATIENCE_SECONDS):
            port = listener.sockets[0].getsockname()[1]
            askers = [await asyncio.open_connection(LOOPBACK, port, limit=2**20) for _ in range(ASKERS)]
            for number, (reader, writer) in enumerate(askers):
                writer.write(f"USER Ana{number}:20000\r\nADDR Ana{number}\r\n".encode())
                await reader.readline()
            count_turns()
            for _, writer in askers:
                writer.write(b"LIST\r\n")  # written at once; the tracker reads in its next turn
            for reader, _ in askers:
                assert (await reader.readline()).startswith(b"LIST ")
        for _, writer in askers:
            writer.transport.abort()
        listener.close()
        del server
        return [lists.count(turn) for turn in set(lists)]

    in_each_turn = asyncio.run(ask_all_at_once())
    list_bytes = LONG_LIST_USERS * 65
    assert sum(in_each_turn) == ASKERS
    assert max(in_each_turn) <= Limits().max_list_bytes_at_once // list_bytes + 1


@TRACKERS
def test_the_asyncio_trackers_survive_callers_who_reset_at_once(
    server_type: type[ExampleServer], caplog: pytest.LogCaptureFixture
) -> None:
    async def reset_many() -> bytes:
        tracker = Tracker()
        listener = await server_type(tracker, on_event=lambda event: None).start(LOOPBACK, 0)
        address = listener.sockets[0].getsockname()[:2]
        for _ in range(100):
            with socket.create_connection(address) as caller:
                caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        async with asyncio.timeout(PATIENCE_SECONDS):
            reader, writer = await asyncio.open_connection(*address)
            writer.write(b"USER Ana:20000\r\nLIST\r\n")
            reply = await reader.readline()
            while tracker.clients > 1:
                await asyncio.sleep(0)
        writer.transport.abort()
        listener.close()
        return reply

    assert asyncio.run(reset_many()) == b"LIST \r\n"
    assert caplog.text == ""


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, ""), LossReason.REFUSED),
        (ConnectionResetError(errno.ECONNRESET, ""), LossReason.RESET),
        (BrokenPipeError(errno.EPIPE, ""), LossReason.RESET),
        (OSError(errno.ETIMEDOUT, ""), LossReason.TIMED_OUT),
        (TimeoutError(), LossReason.TIMED_OUT),
        (OSError(errno.ENETUNREACH, ""), LossReason.NO_ROUTE),
        (socket.gaierror(socket.EAI_NONAME, ""), LossReason.UNKNOWN_HOST),
        (OSError(errno.EIO, ""), LossReason.ERROR),
        (OSError("several"), LossReason.ERROR),
        (None, LossReason.ERROR),
    ],
)
def test_a_loss_is_called_a_reset_only_if_it_is_one(error: Exception | None, reason: LossReason) -> None:
    assert reason_of(error) is reason


# The peers


def test_the_bot_cancels_an_attempt_at_the_tracker_that_another_replaces() -> None:
    class PatientBot(Bot):
        """Its dials never end."""

        async def dial(self, to: Address, timeout_seconds: float, attach: Attach, fail: Fail) -> None:
            await asyncio.Event().wait()

    async def replace() -> tuple[bool, bool]:
        with socket.create_server((LOOPBACK, 0)) as own:
            bot = PatientBot("Echo", (LOOPBACK, 1), own)
            bot.carry_out(ReachTracker())
            (first,) = bot.dials.values()
            await asyncio.sleep(0)
            bot.carry_out(ReachTracker())
            (second,) = bot.dials.values()
            for _ in range(3):
                await asyncio.sleep(0)
            outcome = first.cancelled(), list(bot.dials.values()) == [second]
            bot.carry_out(CancelDial(7))  # which has ended: nothing happens
            second.cancel()
            return outcome

    assert asyncio.run(replace()) == (True, True)


def test_the_bot_greets_a_real_client_echoes_it_and_takes_leave(scene: Scene) -> None:
    port = scene.start_tracker()
    bot = scene.program("asyncio_bot", "Echo", LOOPBACK, port)
    scene.wait_for_registration("Echo")
    ana = scene.person("Ana", port)
    conversation = ana.call("Echo")
    assert ana.hears() == "Hello, Ana!"
    for text in ("Oi", "DISC", "/bye", "日本語 👍", "x" * 900):
        ana.say(conversation, text)
        assert ana.hears() == text
    bot.interrupt()
    ended = ana.wait_for(ChatEnded)
    assert isinstance(ended, ChatEnded)
    assert ended.end is ChatEnd.FAREWELL
    assert bot.wait_for_end() == 0
    assert bot.lines == []


def test_the_threads_client_talks_with_a_real_client_and_takes_leave_at_end_of_input(scene: Scene) -> None:
    port = scene.start_tracker()
    ana = scene.person("Ana", port)
    bruno = scene.program("threads_client", "Bruno", LOOPBACK, port)
    bruno.wait_for("TrackerRegistered", "Ana")
    bruno.type("Ana: Oi, Ana!")
    opened = ana.wait_for(ChatOpened)
    assert isinstance(opened, ChatOpened)
    assert (opened.name, ana.hears()) == ("Bruno", "Oi, Ana!")
    ana.say(opened.conversation, "Tudo bem?")
    bruno.wait_for("TextReceived", "Tudo bem?")
    bruno.type("Ana: última")
    bruno.end_input()
    assert ana.hears() == "última"
    ended = ana.wait_for(ChatEnded)
    assert isinstance(ended, ChatEnded)
    assert ended.end is ChatEnd.FAREWELL
    assert bruno.wait_for_end() == 0
    bruno.wait_for("NodeLeft")


def test_the_threads_client_hears_who_calls_and_says_what_cannot_be(scene: Scene) -> None:
    port = scene.start_tracker()
    bruno = scene.program("threads_client", "Bruno", LOOPBACK, port)
    bruno.wait_for("TrackerRegistered")
    ana = scene.person("Ana", port)
    ana.say(ana.call("Bruno"), "Oi")
    bruno.wait_for("TextReceived", "Oi")
    bruno.type("Bruno: eu mesmo")
    bruno.wait_for("!", "our own name")
    bruno.type("Eva: Oi")
    bruno.wait_for("PersonNotOnline", "Eva")
    bruno.end_input()
    assert bruno.wait_for_end() == 0


def test_the_examples_get_along_among_themselves(scene: Scene) -> None:
    """Nothing of the project's own adapters takes part."""
    tracker = scene.program("asyncio_tracker", LOOPBACK, 0)
    port = int(tracker.wait_for("listening on port").split()[-1])
    scene.program("asyncio_bot", "Echo", LOOPBACK, port)
    tracker.wait_for("ClientRegistered", "Echo")
    bruno = scene.program("threads_client", "Bruno", LOOPBACK, port)
    bruno.wait_for("TrackerRegistered")
    bruno.type("Echo: Oi")
    bruno.wait_for("TextReceived", "Hello, Bruno!")
    bruno.wait_for("TextReceived", "'Oi'")
    bruno.end_input()
    assert bruno.wait_for_end() == 0


# What an example may be


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_is_short_and_knows_nothing_of_the_protocol(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) < 120
    assert re.findall(r"\b(USER|LIST|KEEP|ADDR|DISC)\b|\\r|\\n|§", source) == []
    assert set(re.findall(r"^(?:from|import) (core\S*|io_adapters\S*)", source, re.M)) <= {"core"}
