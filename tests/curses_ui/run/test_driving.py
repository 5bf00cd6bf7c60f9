"""What drives a client: real sockets, files and signals; the machine itself is tested in ``test_client``."""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from io_adapters import PeerNode, Reactor, listening_address, open_input, open_listener

from curses_ui.catalogue import load_catalogue
from curses_ui.client import Client
from curses_ui.recording.recorder import Recorder
from curses_ui.recording.replay import load_session
from curses_ui.run.driving import ENDING_SIGNALS, Clock
from curses_ui.run.network_plan import EmbeddedTracker
from curses_ui.run.plain_driver import PlainDriver
from curses_ui.state.beginning import Beginning
from curses_ui.state.model import TrackerState
from curses_ui.update import own_tracker
from tests.io_adapters.support import LOOPBACK, PATIENCE_SECONDS


class Driven:
    """A client in plain mode, its input and output pipes of the test."""

    def __init__(
        self, stack: ExitStack, name: str, tracker: "tuple[str, int] | None", recorder: Recorder | None, folder: str
    ) -> None:
        clock = Clock()
        self.reactor = stack.enter_context(Reactor(clock=clock))
        self.own_tracker = EmbeddedTracker(self.reactor, LOOPBACK, 0 if tracker is None else tracker[1])
        if tracker is None:
            assert self.own_tracker.start() is None
        self.tracker = tracker or (LOOPBACK, self.own_tracker.port)
        listener = open_listener(LOOPBACK, 0)
        beginning = Beginning(
            name,
            listening_address(listener)[1],
            self.tracker,
            now=clock.now,
            wall=clock.wall,
            plain=True,
            runs_tracker=self.own_tracker.is_running,
            logging=bool(folder),
            transcript_folder=folder,
        )
        if recorder is not None:
            recorder.begin(beginning)
        self.client = Client(
            beginning,
            catalogue=load_catalogue("en"),
            random=random.Random(0).random,
            note=None if recorder is None else recorder.note,
        )
        typed, self.keyboard = os.pipe()
        self.screen, written = os.pipe()
        os.set_blocking(self.screen, False)
        for fd in (typed, self.screen, written):
            stack.callback(os.close, fd)
        stack.callback(self.hang_up)
        network = PeerNode(self.reactor, self.client, tracker_address=self.tracker, listeners=[listener])
        keys = open_input(self.reactor, typed)
        self.driver = PlainDriver(self.reactor, clock, self.client, network, self.own_tracker, keys, recorder, written)
        stack.callback(self.driver.close)
        self.driver._follow_input()  # as run does
        self._seen = b""

    def enter(self, *lines: str) -> None:
        os.write(self.keyboard, "".join(f"{line}\n" for line in lines).encode())

    def hang_up(self) -> None:
        """End the input."""
        if self.keyboard >= 0:
            os.close(self.keyboard)
            self.keyboard = -1

    def has_seen(self, text: str) -> bool:
        try:
            self._seen += os.read(self.screen, 65536)
        except BlockingIOError:
            pass
        return text in self._seen.decode()

    @property
    def is_registered(self) -> bool:
        return self.client.state.tracker.state is TrackerState.REGISTERED


@contextmanager
def driven(
    name: str, tracker: "tuple[str, int] | None" = None, *, recorder: Recorder | None = None, folder: str = ""
) -> Iterator[Driven]:
    with ExitStack() as stack:
        yield Driven(stack, name, tracker, recorder, folder)


def turn_until(condition: Callable[[], bool], *clients: Driven) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        for each in clients:
            each.reactor.run_turn(0.005)
        assert time.monotonic() < deadline, [each._seen.decode() for each in clients]


def test_two_clients_find_each_other_chat_and_part() -> None:
    with driven("Ana") as ana, driven("Bruno", ana.tracker) as bruno:
        bruno.enter("/chat Ana", "Oi Ana!")
        turn_until(lambda: ana.has_seen("<Bruno> Oi Ana!\n"), ana, bruno)
        ana.enter("Oi Bruno!")
        turn_until(lambda: bruno.has_seen("<Ana> Oi Bruno!\n"), ana, bruno)
        bruno.hang_up()
        turn_until(lambda: ana.has_seen("said goodbye") and bruno.client.is_over, ana, bruno)


def test_another_client_takes_the_tracker_over_when_its_program_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_tracker, "TAKE_OVER_SECONDS", (0.1, 0.5))
    with ExitStack() as stack:
        bruno = stack.enter_context(driven("Bruno"))
        camila, davi = (stack.enter_context(driven(name, bruno.tracker)) for name in ("Camila", "Davi"))
        turn_until(lambda: all(each.is_registered for each in (bruno, camila, davi)), bruno, camila, davi)
        camila.enter("/chat Davi")
        turn_until(lambda: camila.has_seen("Connected to Davi."), bruno, camila, davi)
        others = (camila, davi)
        turn_until(lambda: all(each.client.state.tracker.in_a_client for each in others), bruno, *others)
        bruno.driver.close()
        turn_until(lambda: any(each.client.state.tracker.embedded for each in others), *others)
        turn_until(lambda: all(each.is_registered for each in others), *others)
        assert [each.own_tracker.is_running for each in others].count(True) == 1
        assert any(each.has_seen("The tracker runs inside this program now.") for each in others)
        assert camila.client.state.here.is_open


def test_after_a_change_of_tracker_our_own_is_stopped() -> None:
    with driven("Ana") as ana, driven("Bruno") as bruno:
        turn_until(lambda: bruno.is_registered, ana, bruno)
        bruno.enter(f"/tracker {ana.tracker[0]}:{ana.tracker[1]}")
        turn_until(lambda: bruno.has_seen(f"Registered at {ana.tracker[0]}:{ana.tracker[1]}"), ana, bruno)
        assert not bruno.own_tracker.is_running
        ana.enter("/list")
        turn_until(lambda: ana.has_seen("Active (besides you): Bruno"), ana, bruno)


def test_another_tracker_chosen_during_a_dial_is_the_one_though_both_answer() -> None:
    with driven("Ana") as ana, driven("Eva") as eva, driven("Bruno", ana.tracker) as bruno:
        turn_until(lambda: bruno.is_registered, ana, eva, bruno)
        for each in (ana, eva, ana, eva):  # in one turn: nothing has answered yet
            bruno.client.receive_input(f"/tracker {LOOPBACK}:{each.tracker[1]}\n".encode(), now=bruno.reactor.now)
        turn_until(lambda: bruno.has_seen(f"Registered at {LOOPBACK}:{eva.tracker[1]}"), ana, eva, bruno)
        eva.enter("/list")
        turn_until(lambda: eva.has_seen("Active (besides you): Bruno"), ana, eva, bruno)
        ana.enter("/list")
        turn_until(lambda: ana.has_seen("Active (besides you): nobody"), ana, eva, bruno)


def test_transcripts_are_written_and_a_fault_is_said(tmp_path: Path) -> None:
    with driven("Ana", folder=str(tmp_path / "t")) as ana, driven("Bruno", ana.tracker) as bruno:
        bruno.enter("/msg Ana primeiro")
        turn_until(lambda: ana.has_seen("primeiro"), ana, bruno)
        assert "\tBruno\tprimeiro\n" in (tmp_path / "t" / "Bruno.log").read_text()
        (tmp_path / "t" / "Bruno.log").unlink()
        (tmp_path / "t" / "Bruno.log").mkdir()
        bruno.enter("/msg Ana segundo")
        turn_until(lambda: ana.has_seen("Logging off."), ana, bruno)


def test_settings_are_saved_by_command_and_a_fault_is_said(tmp_path: Path) -> None:
    path = tmp_path / "config.ini"
    with driven("Ana") as ana:
        ana.client.state.config_file = str(path)
        ana.enter("/set bell off", "/save")
        turn_until(lambda: ana.has_seen("Saved in"), ana)
        assert path.read_text() == "[prosa]\nbell = off\n"
        path.unlink()
        path.mkdir()
        ana.enter("/set bell on", "/save")
        turn_until(lambda: ana.has_seen("Nothing is saved."), ana)


def test_a_session_on_sockets_is_recorded_and_comes_back(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "session")
    with driven("Ana", recorder=recorder) as ana, driven("Bruno", ana.tracker) as bruno:
        bruno.enter("/chat Ana", *(f"linha {number}" for number in range(200)))
        turn_until(lambda: ana.has_seen("linha 199"), ana, bruno)
        ana.enter("/list", "até já")
        turn_until(lambda: bruno.has_seen("até já"), ana, bruno)
        ana.hang_up()
        turn_until(lambda: ana.client.is_over, ana, bruno)
        seen = ana._seen.decode()
    recorder.close()
    session = load_session(tmp_path / "session")
    assert session.others == 0
    assert "\n".join(shot.frame.text() for shot in session.shots).startswith(seen.rstrip("\n"))


def test_a_full_disk_ends_the_recording_and_the_chat_goes_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "session")
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, recorder._fd)
    os.close(full)
    with driven("Ana", recorder=recorder) as ana:
        turn_until(lambda: ana.has_seen("The recording ends here."), ana)
        ana.enter("/list")
        turn_until(lambda: ana.has_seen("Active (besides you): nobody"), ana)
    recorder.close()


# Signals


@pytest.mark.parametrize("number", ENDING_SIGNALS)
def test_a_signal_ends_the_loop_and_its_handler_is_given_back(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with driven("Ana") as ana:
        ana.reactor.call_later(0.05, lambda: os.kill(os.getpid(), number))
        ana.driver._is_reading = False
        ana.driver.input.rest()
        ana.driver.run()
        assert ana.client.is_over
        assert ana.driver._ended_by is number
    assert signal.getsignal(number) == before


# The clock


def test_a_step_of_the_system_clock_reaches_the_client(monkeypatch: pytest.MonkeyPatch) -> None:
    with driven("Ana") as ana:
        turn_until(lambda: ana.is_registered, ana)
        system_clock = time.time
        monkeypatch.setattr(time, "time", lambda: system_clock() + 3600.0)
        before = ana.client.state.wall
        ana.reactor.run_turn(0.0)
        assert 3590.0 < ana.client.state.wall - before < 3700.0
