"""A whole client with its screen, or without one, as a program of the simulation: the real driver on a simulated terminal."""

import errno
import random
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final, cast

from core import Node, NodeEvent, TrackerLossReason, TrackerLost, TrackerRegistered
from curses_ui.catalogue import load_catalogue
from curses_ui.client import Client
from curses_ui.recording.recorder import Recorder
from curses_ui.run.driving import Clock, Driver
from curses_ui.run.network_plan import EmbeddedTracker
from curses_ui.run.plain_driver import PlainDriver
from curses_ui.run.screen_driver import ScreenDriver
from curses_ui.state.beginning import Beginning
from curses_ui.state.effects import Bell, Notify, SetTrackerAddress, StartTracker, Suspend, Task, WriteTranscript
from curses_ui.terminal.frame import Frame
from curses_ui.terminal.screen import Screen
from curses_ui.update.outcomes import Failure
from curses_ui.update.own_tracker import TAKE_OVER_SECONDS
from io_adapters.peer_node import PeerNode
from io_adapters.reactor import Reactor
from tests.client_audit import ClientAudit

from ..network import Machine, Network
from ..oracle import Violation
from ..processes import Process, TimerWatch
from ..reactor import SimReactor
from .terminal import NOON, SimClock, SimInput, SimOutput, SimScreen, SimTranscripts

__all__ = ["NOON", "ScreenProcess"]

_PROBE_SECONDS: Final = 0.1
_SLACK_SECONDS: Final = 1.0


class HandingOut(Client):
    """A client that remembers, for a turn, what it has handed to its driver."""

    def __init__(
        self, beginning: Beginning, *, random: Callable[[], float], audit: ClientAudit, clock: Callable[[], float]
    ) -> None:
        self.clock: Final = clock
        self.tasks: Final[list[Task]] = []
        self.lines: Final[list[str]] = []
        self.frame: Frame | None = None
        self.alone_since: float | None = None
        """When it lost a tracker for which it may take over, and has not tried yet."""
        super().__init__(beginning, catalogue=load_catalogue("en"), random=random, note=audit.note, trace=audit.trace)

    def take_events(self) -> list[Task]:
        tasks = super().take_events()
        self.tasks.extend(tasks)
        return tasks

    def _apply_event(self, event: NodeEvent) -> None:
        super()._apply_event(event)
        tracker = self.state.tracker
        if isinstance(event, TrackerLost) and event.reason is not TrackerLossReason.REFUSED:
            if self._own_tracker.may_run and tracker.in_a_client and not tracker.embedded and not self.state.leaving:
                self.alone_since = self.alone_since or self.clock()
        elif isinstance(event, TrackerRegistered):
            self.alone_since = None

    def take_lines(self) -> list[str]:
        lines = super().take_lines()
        self.lines.extend(lines)
        return lines

    def take_frame(self, *, now: float) -> Frame | None:
        frame = super().take_frame(now=now)
        if frame is not None:
            self.frame = frame
        return frame


class SimOwnTracker:
    """Takes the place of the tracker that a client may run: there is one port for it in the town."""

    def __init__(self, reactor: SimReactor, start: Callable[[], bool], stop: Callable[[], None]) -> None:
        self.on_fault: Callable[[Exception], None] | None = None
        self.watchers: Final[list[object]] = []
        self._reactor: Final = reactor
        self._start: Final = start
        self._stop: Final = stop

    def probe(self, found: Callable[[bool], None]) -> None:
        """All trackers of the town are in clients, as far as can be seen."""
        self._reactor.call_later(_PROBE_SECONDS, lambda: found(False))

    def start(self) -> OSError | None:
        """Have it run, unless one runs."""
        return None if self._start() else OSError(errno.EADDRINUSE, "in use")

    def close(self) -> None:
        """Stop it, if it runs here."""
        self._stop()


class ScreenProcess(Process):
    """A client; its user types, and looks at the frames."""

    def __init__(
        self,
        network: Network,
        machine: Machine,
        label: str,
        beginning: Beginning,
        size: tuple[int, int],
        on_frame: Callable[["ScreenProcess", Frame], None],
        on_end: Callable[["ScreenProcess"], None],
        record_to: Path | None,
        own_tracker: tuple[Callable[[], bool], Callable[[], None]],
    ) -> None:
        """Args:
        own_tracker: What starts one in the town, unless there is one, and what stops that.
        """
        super().__init__(network, machine, label)
        self.clock: Final = SimClock(self.reactor)
        beginning = replace(beginning, now=self.reactor.now, wall=self.clock.wall)
        self.name: Final = beginning.name
        self.is_busy_until = 0.0
        """When its user has finished what was begun."""
        self.ended_at: float | None = None
        self.had_windowless = False
        """Whether there were ever more callers than windows."""
        self._on_frame: Final = on_frame
        self._on_end: Final = on_end
        self._seen: Frame | None = None
        self._is_up = False
        self._recorder: Final = Recorder(record_to) if record_to is not None else None
        if self._recorder is not None:
            self._recorder.begin(beginning)
        self.audit: Final = ClientAudit(self._recorder.note if self._recorder is not None else None)
        self.client: Final = HandingOut(beginning, random=random.Random(beginning.seed).random, audit=self.audit, clock=lambda: network.clock.now)
        self.audit.watch(self.client)
        reactor = cast(Reactor, self.reactor)
        self.adapter: Final = PeerNode(
            reactor,
            self.client,
            tracker_address=beginning.tracker,
            listeners=[cast(socket.socket, network.listen(machine, beginning.listen_port))],
            on_exhausted=lambda error: self.client.note_failure(Failure.CALLERS, "", str(error), now=self.reactor.now),
        )
        self._input: Final = SimInput(self.reactor)
        self._screen: Final = SimScreen(size)
        self._transcripts: Final = SimTranscripts()
        self._output: Final = SimOutput() if beginning.plain else None
        own = SimOwnTracker(self.reactor, *own_tracker) if beginning.runs_tracker is not None else None
        parts = (
            reactor,
            cast(Clock, self.clock),
            self.client,
            self.adapter,
            cast(EmbeddedTracker | None, own),
            self._input,
            self._recorder,
        )
        self._driver: Final[Driver] = (
            ScreenDriver(*parts, cast(Screen, self._screen)) if self._output is None else PlainDriver(*parts, self._output.fd)
        )
        vars(self._driver)["_transcripts"] = self._transcripts
        self._timers: Final = TimerWatch(self.reactor, self.client.next_timer, label)
        self._written: Final[dict[str, list[str]]] = {}
        self._own_tracker: Final = own
        self.reactor.after_turn = self._look
        self.reactor.stopped = self._exit
        self.reactor.call_soon(self._driver.run)

    @property
    def node(self) -> Node:
        """The client's node, to be compared with what the screen says."""
        return self.client._node

    @property
    def frame(self) -> Frame | None:
        """What the screen shows."""
        return self._screen.frame

    def press(
        self, keys: bytes, before: Callable[[], None] | None = None, after: Callable[[], None] | None = None
    ) -> None:
        """Let bytes of the keyboard come, which a program that is stopped reads later; look ``before`` and ``after`` it does so."""
        self._input.put(keys, before, after)

    def resize(self, rows: int, columns: int) -> None:
        """The terminal's window gets another size."""
        self._screen.size = rows, columns
        self.reactor.signal("SIGWINCH")

    def suspend(self, size: tuple[int, int] | None) -> None:
        """Ctrl+Z; when the program goes on, its terminal has this size."""
        self._screen.size_after = size
        self.press(b"\x1a")

    def close_terminal(self) -> None:
        """The terminal's window is closed."""
        self.press(b"")

    def signal(self, name: str) -> None:
        """A signal arrives."""
        self.reactor.signal(name)

    def fill_disk(self, *, is_full: bool) -> None:
        """Fill the disk of the machine, or make room on it."""
        self._transcripts.is_full = is_full

    def kill(self) -> None:
        self.finish()
        super().kill()
        if self._own_tracker is not None:
            self._own_tracker.close()

    def _look(self) -> None:
        """Compare, after each turn, what the client handed out with what its driver made of it."""
        if self.ended_at is not None:
            return
        self._timers.look()
        client = self.client
        with self.network.unmetered():
            self._check_driver(client)
            frame = self._screen.frame
            if frame is not None and frame is not self._seen:
                self._seen = frame
                self._on_frame(self, frame)
            self.audit.look(client.tasks, client.lines)
        self._look_for_tracker()
        self.had_windowless |= bool(client.state.windowless)
        client.tasks.clear()
        client.lines.clear()

    def _look_for_tracker(self) -> None:
        """A tracker that was in a client, and is gone, is started here in 20 s at the latest."""
        client, now = self.client, self.network.clock.now
        if not client._own_tracker.may_run or any(isinstance(task, StartTracker) for task in client.tasks):
            client.alone_since = None
        since = client.alone_since
        if since is not None and now - max(since, self.disturbed_at) > TAKE_OVER_SECONDS[1] + _SLACK_SECONDS:
            raise Violation(f"tracker: {self.label} is without one since {since:.3f}, and starts none")

    def _check_driver(self, client: HandingOut) -> None:
        screen, label = self._screen, self.label
        if client._tasks or client._lines:
            raise Violation(f"driver: of {label}, {client._tasks[:3]} {client._lines[:3]} were not fetched")
        if self._output is None and screen.frame is not client.frame:
            raise Violation(f"driver: {label} does not see the latest frame")
        state = client.state
        if self._output is None and self._is_up and not self.reactor.has_calls and (state.rows, state.columns) != screen.size:
            raise Violation(f"driver: {label} has a screen of {screen.size}, the client believes in {state.rows, state.columns}")
        self._is_up |= screen.frame is not None
        chosen = [(task.host, task.port) for task in client.tasks if isinstance(task, SetTrackerAddress)][-1:]
        if chosen and self.adapter.tracker_address != chosen[0]:
            raise Violation(f"driver: {label} reaches for {self.adapter.tracker_address}, and not for {chosen[0]}")
        for task in client.tasks:
            match task:
                case Bell() if self._output is None:
                    screen.rings -= 1
                case Notify(text) if self._output is None and screen.notified.pop(0) != text:
                    raise Violation(f"driver: {label} is not notified of {text!r}")
                case Suspend() if self._output is None:
                    screen.suspended -= 1
                case WriteTranscript(peer, lines) if not self._transcripts.is_full:
                    self._written.setdefault(peer, []).extend(lines)
        if screen.rings or screen.notified or screen.suspended:
            raise Violation(f"driver: the terminal of {label} rings or stops, or does not")
        if self._transcripts.lines != self._written:
            raise Violation(f"driver: the transcripts of {label} are not what was said")
        if self._transcripts.is_full and any(isinstance(task, WriteTranscript) for task in client.tasks) and client.state.logging:
            raise Violation(f"driver: {label} is not told that its disk is full")
        if self._output is not None:
            written = self._output.read().decode(client.encoding)
            if written != "".join(f"{line}\n" for line in client.lines):
                raise Violation(f"driver: {label} writes {written[-200:]!r}, and not {client.lines[-3:]}")
        if client.wants_input != self._input.is_followed and not client.is_over:
            raise Violation(f"driver: {label} reads, and should not, or does not")

    def _exit(self) -> None:
        self.finish()
        self._driver.close()
        self.reactor.die()

    def finish(self) -> None:
        """Have what the user saw read: the program or the run ends."""
        if self.ended_at is None:
            self.ended_at = self.network.clock.now
            self._on_end(self)
            if self._recorder is not None:
                self._recorder.close()
            if self._output is not None:
                self._output.close()
