"""What was recorded comes back frame by frame, whatever happened."""

import os
import random
import signal
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core import ChatOpened, TextReceived, TrackerRegistered
from io_adapters import ListenError, ListenFault, Reactor

from curses_ui.recording import session_recording
from curses_ui.recording.session_file import Kind, read_session
from curses_ui.recording.session_recording import RecordedTracker, SessionRecorder
from curses_ui.state.model import UiState
from curses_ui.terminal.frame import Frame
from curses_ui.view.render import Renderer

from ..recorded import Script, Stage, differing, record_session, replay_session

KEYS = ["\t", "\x1b[A", "\x1b[B", "\x17", "\x01", "\x05", "\x7f", "\x1ba", "\x1b[5~", "\x1b[6~", "\x0e", "\x10", "\x12"]
WORDS = ["oi", "é", "日本", "👍", "/list", "/win 1", "/chat Bruno", "/bye", "/help", "/lang pt", "/x", "//x", "Bru"]


def check_replay(path: Path, script: Script, *, size: tuple[int, int] = (24, 80)) -> None:
    """Record the script's session and compare it with its replay."""
    recorded = record_session(path, script, size=size)
    replayed, replay = replay_session(path)
    assert not (found := differing(recorded, replayed)), found
    assert replay.other_frames == 0
    assert len(recorded) > 3


def test_a_chat_comes_back_frame_by_frame(tmp_path: Path) -> None:
    def script(stage: Stage) -> Iterator[Callable[[], bool]]:
        bruno = stage.add("Bruno")
        yield stage.shows("Registered")
        stage.enter("/list")
        yield stage.shows("Active (besides you): Bruno")
        stage.enter("/chat Bruno")
        yield stage.shows("Connected to Bruno.")
        stage.enter("Oi, Bruno! 日本 👍 é")
        yield lambda: bruno.has(TextReceived)
        for number in range(80):  # a flood, folded
            bruno.say(1, f"linha {number}")
        yield stage.shows("hidden")
        stage.type("\x1b[200~um\ndois\x1b[201~")
        yield stage.shows("Paste 2 lines")
        stage.type("y")
        yield stage.shows("Ana  dois")
        bruno.peer_node.close()  # without a word
        yield stage.shows("closed")
        stage.enter("/exit")

    check_replay(tmp_path / "chat", script)


def test_sizes_and_signals_come_back(tmp_path: Path) -> None:
    def script(stage: Stage) -> Iterator[Callable[[], bool]]:
        yield stage.shows("Registered")
        for size in ((10, 40), (1, 1), (3, 20), (24, 80)):
            stage.display.size = size
            os.kill(os.getpid(), signal.SIGWINCH)
            yield stage.has_rows(size[0])
        stage.type("rascunho")
        yield stage.shows("rascunho")
        os.kill(os.getpid(), signal.SIGTERM)

    check_replay(tmp_path / "sizes", script)


def test_the_loss_of_the_tracker_and_the_end_of_the_terminal_come_back(tmp_path: Path) -> None:
    def script(stage: Stage) -> Iterator[Callable[[], bool]]:
        bruno = stage.add("Bruno")
        yield stage.shows("Registered")
        yield lambda: bruno.has(TrackerRegistered)
        conversation = bruno.node.open_chat("Ana", now=stage.reactor.time())
        bruno.peer_node.pump()
        yield lambda: bruno.has(ChatOpened)
        bruno.say(conversation, "Oi")
        yield stage.shows("Act: 2")
        stage.tracker.close()
        yield stage.shows("Lost the tracker")
        stage.enter("/chat Eva")
        yield stage.shows("no tracker")
        stage.hang_up()

    check_replay(tmp_path / "losses", script)


@pytest.mark.parametrize("seed", range(3))
def test_random_keys_come_back_frame_by_frame(tmp_path: Path, seed: int) -> None:
    print(f"seed {seed}")
    chance = random.Random(seed)

    def script(stage: Stage) -> Iterator[Callable[[], bool]]:
        bruno = stage.add("Bruno")
        yield stage.shows("Registered")
        stage.enter("/chat Bruno")
        yield stage.shows("Connected to Bruno.")
        for _ in range(60):
            stage.type("".join(chance.choices([*KEYS, *WORDS, "\r", "\r", " "], k=chance.randint(1, 4))))
            if chance.random() < 0.3 and bruno.node.is_connected(1):
                bruno.say(1, chance.choice(WORDS))
            yield stage.draws_or_waits(0.1)
        os.kill(os.getpid(), signal.SIGTERM)

    check_replay(tmp_path / "random", script, size=(chance.randint(8, 30), chance.randint(30, 90)))


# The file


def test_a_recording_is_for_its_owner_alone_and_overwrites_nothing(tmp_path: Path) -> None:
    path = tmp_path / "session"
    with Reactor() as reactor:
        with SessionRecorder(path, reactor):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
        with pytest.raises(FileExistsError):
            SessionRecorder(path, reactor)


def test_a_step_of_the_system_clock_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "session"
    ahead = 0.0

    def wall_clock() -> float:
        return time.time() + ahead

    with Reactor() as reactor, SessionRecorder(path, reactor, wall_clock) as recorder:
        before = recorder.wall_clock()
        recorder.loop.set_turn_end(lambda: None)
        ahead = 3600.0
        reactor.run_turn(0.0)
        assert 3599.0 < recorder.wall_clock() - before < 3620.0


# A tracker of one's own


class OwnTracker:
    """Starts as the test says."""

    def __init__(self, outcome: bool | ListenError) -> None:
        self.outcome = outcome
        self.is_running = False

    def start(self) -> bool:
        if isinstance(self.outcome, ListenError):
            raise self.outcome
        self.is_running = self.outcome
        return self.outcome

    def close(self) -> None:
        self.is_running = False


@pytest.mark.parametrize("outcome", [True, False, ListenError(ListenFault.OTHER, "", 0, "why")])
def test_what_comes_of_starting_a_tracker_is_noted(outcome: bool | ListenError) -> None:
    noted: list[object] = []

    def note(now: float, kind: Kind, /, *values: object) -> None:
        noted.append((kind, values))

    with Reactor() as reactor:
        tracker = RecordedTracker(OwnTracker(outcome), reactor, note)
        if isinstance(outcome, ListenError):
            with pytest.raises(ListenError):
                tracker.start()
            assert noted == [(Kind.OWN_TRACKER, (None,))]
        else:
            assert tracker.start() is tracker.is_running is outcome
            assert noted == [(Kind.OWN_TRACKER, (outcome,))]
        tracker.close()
        assert not tracker.is_running


def test_a_recording_can_be_read_while_it_goes_on(tmp_path: Path) -> None:
    """And so after a crash, too: each turn is in the file when it is over."""
    path = tmp_path / "session"
    seen: list[int] = []

    def script(stage: Stage) -> Iterator[Callable[[], bool]]:
        yield stage.shows("Registered")
        stage.type("rascunho")
        yield stage.shows("rascunho")
        yield stage.shows("rascunho")
        _, entries = read_session(path)
        seen.append(sum(entry.kind is Kind.KEYS for entry in entries))
        stage.hang_up()

    record_session(path, script)
    assert seen == [1]


def test_a_disk_that_is_full_is_told_and_the_chat_goes_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(session_recording, "create_session_file", lambda path: os.open("/dev/full", os.O_WRONLY))

    def script(stage: Stage) -> Iterator[Callable[[], bool]]:
        yield stage.shows("Registered", "The recording ends here.")
        stage.enter("/list")
        yield stage.shows("Active (besides you)")
        stage.enter("/exit")

    record_session(tmp_path / "full", script)


def test_a_crash_in_a_session_is_a_crash_in_its_replay(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    render = Renderer.render

    def faulty(self: Renderer, state: UiState, rows: int, columns: int) -> Frame:
        if state.here.draft.text == "boom":
            raise RuntimeError("boom")
        return render(self, state, rows, columns)

    def script(stage: Stage) -> Iterator[Callable[[], bool]]:
        yield stage.shows("Registered")
        stage.type("boom")

    monkeypatch.setattr(Renderer, "render", faulty)
    with pytest.raises(RuntimeError, match="boom"):
        record_session(tmp_path / "crash", script)
    with pytest.raises(RuntimeError, match="boom"):
        replay_session(tmp_path / "crash")
