"""A session with a script, recorded: the real client and network, without a terminal."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from core import Tracker
from io_adapters import Reactor, TrackerServer, open_listener

from curses_ui.client import Client
from curses_ui.recording.session_file import read_session
from curses_ui.recording.session_recording import SessionRecorder
from curses_ui.recording.session_replay import Replay
from curses_ui.run.ending_signals import EndingSignals
from curses_ui.run.network_plan import NetworkPlan
from curses_ui.run.screen_driver import ScreenFace
from curses_ui.state.model import UiState
from curses_ui.terminal.frame import Frame
from tests.io_adapters.support import LOOPBACK, PATIENCE_SECONDS
from tests.person import Person

ESCAPE_SECONDS = 0.025


class NotingDisplay:
    """A display that keeps its frames."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size
        self.frames: list[Frame] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        pass

    def suspend(self) -> None:
        pass

    def resume(self) -> None:
        pass

    def redraw(self) -> None:
        pass

    def resize(self) -> tuple[int, int]:
        return self.size

    def ring(self) -> None:
        pass

    def use_mouse(self, on: bool) -> None:
        pass

    def notify(self, text: str) -> None:
        pass

    def draw(self, frame: Frame) -> None:
        self.frames.append(frame)


class Stage:
    """What a script plays on: the keyboard and the screen of Ana, and others on the same reactor."""

    def __init__(self, reactor: Reactor, display: NotingDisplay, state: UiState, keyboard: int) -> None:
        self.reactor = reactor
        self.display = display
        self.state = state
        self._keyboard = keyboard
        self.tracker = TrackerServer(reactor, Tracker(), [open_listener(LOOPBACK, 0)])
        self.tracker_port = self.tracker.addresses[0][1]
        self.people: dict[str, Person] = {}

    def add(self, name: str) -> Person:
        """Somebody else comes, with a node and no face."""
        self.people[name] = Person(self.reactor, name, self.tracker_port)
        return self.people[name]

    def type(self, keys: str | bytes) -> None:
        """Press keys."""
        os.write(self._keyboard, keys.encode() if isinstance(keys, str) else keys)

    def enter(self, line: str) -> None:
        """Type a line."""
        self.type(f"{line}\r")

    def shows(self, *texts: str) -> Callable[[], bool]:
        """A condition: all of the texts are on the screen."""
        return lambda: bool(self.display.frames) and all(
            text in self.display.frames[-1].text() for text in texts
        )

    def has_rows(self, rows: int) -> Callable[[], bool]:
        """A condition: the last frame is so high."""
        return lambda: bool(self.display.frames) and len(self.display.frames[-1].lines) == rows

    def draws_or_waits(self, seconds: float) -> Callable[[], bool]:
        """A condition: another frame was drawn, or so much time has passed."""
        frames = len(self.display.frames)
        timer = self.reactor.call_later(seconds, lambda: None)
        return lambda: len(self.display.frames) > frames or not timer.is_pending

    def waits(self, seconds: float) -> Callable[[], bool]:
        """A condition: so much time has passed."""
        timer = self.reactor.call_later(seconds, lambda: None)
        return lambda: not timer.is_pending

    def hang_up(self) -> None:
        """The terminal goes away."""
        os.close(self._keyboard)
        self._keyboard = -1

    def close(self) -> None:
        """Leave nothing open."""
        for person in self.people.values():
            person.peer_node.close()
        self.tracker.close()
        if self._keyboard >= 0:
            os.close(self._keyboard)


Script = Callable[[Stage], Iterator[Callable[[], bool]]]
"""Acts, and yields the conditions that it wants to wait for."""


def record_session(
    path: Path,
    script: Script,
    *,
    size: tuple[int, int] = (24, 80),
    wall_clock: Callable[[], float] = time.time,
    look_seconds: float = 0.01,
) -> list[Frame]:
    """Play the script to the end of the session; returns all frames that were drawn.

    Args:
        path: Where to record.
        script: What happens.
        size: Of the screen, rows and columns.
        wall_clock: Gives POSIX time.
        look_seconds: How often to see whether the script can go on.
    """
    with ExitStack() as stack:
        reactor = stack.enter_context(Reactor())
        recorder = stack.enter_context(SessionRecorder(path, reactor, wall_clock))
        display = NotingDisplay(size)
        keys, keyboard = os.pipe()
        stack.callback(os.close, keys)
        state = UiState("Ana")
        stage = Stage(reactor, display, state, keyboard)
        stack.callback(stage.close)
        plan = recorder.watch(NetworkPlan((LOOPBACK, stage.tracker_port), (LOOPBACK, 0), None))
        client = Client(recorder.loop, state, plan, join=recorder.join, wall_clock=recorder.wall_clock)
        stack.callback(client.close)
        stack.enter_context(EndingSignals(recorder.loop, client))
        face = ScreenFace(recorder, client, display, input_fd=keys, escape_seconds=ESCAPE_SECONDS)
        recorder.begin(state, plan, ESCAPE_SECONDS)
        director = _Director(reactor, script(stage), look_seconds)
        reactor.add_end_of_turn(director.go_on)
        face.run()
        assert not director.failure, director.failure
        assert director.is_done, f"the script waits, the screen shows\n{display.frames[-1].text()}"
        return display.frames


class _Director:
    """Goes on with a script when what it waits for has come, in whatever turn that is."""

    def __init__(
        self, reactor: Reactor, script: Iterator[Callable[[], bool]], look_seconds: float
    ) -> None:
        self._reactor = reactor
        self._look_seconds = look_seconds
        self._script = script
        self._condition: Callable[[], bool] = lambda: True
        self.is_done = False
        self.failure = ""
        self._look_again = reactor.call_later(0.0, lambda: None)
        self._deadline = reactor.call_later(2 * PATIENCE_SECONDS, self._give_up)

    def go_on(self) -> None:
        while not self.is_done and self._condition():
            try:
                self._condition = next(self._script)
            except StopIteration:
                self.is_done = True
                self._deadline.cancel()
        if not self.is_done and not self._look_again.is_pending:
            self._look_again = self._reactor.call_later(self._look_seconds, lambda: None)

    def _give_up(self) -> None:
        self.failure = "waited too long"
        self._reactor.stop()


def replay_session(path: Path) -> tuple[list[Frame], Replay]:
    """All frames that a replay draws."""
    frames: list[Frame] = []
    header, entries = read_session(path)
    replay = Replay(header, entries)
    replay.run(lambda seconds, frame: frames.append(frame))
    return frames, replay


def differing(these: Sequence[Frame], those: Sequence[Frame]) -> str:
    """The first two frames that differ, side by side as text; empty if there are none."""
    for number, (one, other) in enumerate(zip(these, those, strict=False)):
        if one != other:
            return f"frame {number}:\n{one.text()}\n{other.text()}"
    return "" if len(these) == len(those) else f"{len(these)} frames and {len(those)}"
