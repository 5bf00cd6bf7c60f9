"""What drives a client on this machine, with a screen or without: clocks, sockets, signals and files."""

import os
import signal
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from io_adapters import Input, PeerNode, Reactor, signals

from ..client import Client
from ..state import effects
from ..update.outcomes import Failure
from .config_file import save_settings
from .network_plan import EmbeddedTracker
from .tracker_feed import TrackerFeed
from .transcript import TranscriptFolder

if TYPE_CHECKING:  # hardly anybody records: it is loaded only then
    from ..recording.recorder import Recorder

ENDING_SIGNALS: Final = signals("SIGTERM", "SIGHUP", "SIGINT")
LAST_WORDS_SECONDS: Final = 1.0  # after a crash
_CLOCK_STEP_SECONDS: Final = 0.5  # a smaller difference between the clocks is not followed


class Clock:
    """The clock of the loop. At each look it sees whether POSIX time or local time has stepped meanwhile."""

    def __init__(self) -> None:
        self.on_step: Callable[[], None] = lambda: None
        """Called when the fields have changed."""
        self._look(time.monotonic(), time.time())

    def __call__(self) -> float:
        now, wall = time.monotonic(), time.time()
        stepped = abs((wall - now) - (self.wall - self.now)) > _CLOCK_STEP_SECONDS
        if stepped or time.localtime(wall).tm_gmtoff != self.utc_offset_seconds:
            self._look(now, wall)
            self.on_step()
        return now

    def _look(self, now: float, wall: float) -> None:
        self.now, self.wall = now, wall
        self.utc_offset_seconds = time.localtime(wall).tm_gmtoff


@dataclass(eq=False)
class Driver(ABC):
    """Turns the loop, feeds the client, and carries out what it asks for; decides nothing until ``run``."""

    reactor: Reactor
    clock: Clock  # of the reactor
    client: Client
    network: PeerNode  # of the client
    own_tracker: EmbeddedTracker | None  # that may have to run
    input: Input  # where keys or lines come from
    recorder: "Recorder | None"  # told of the client's inputs already; here, of what is shown

    def __post_init__(self) -> None:
        """Take everything over."""
        reactor, client, clock = self.reactor, self.client, self.clock
        self._transcripts = TranscriptFolder(client.state.transcript_folder)
        self._is_reading = False
        self._ended_by: signal.Signals | None = None
        clock.on_step = lambda: client.set_clock(clock.wall, clock.utc_offset_seconds, now=clock.now)
        if self.own_tracker is not None:
            self.own_tracker.on_fault = lambda fault: client.note_failure(
                Failure.TRACKER, "", repr(fault), now=reactor.now
            )
            self.own_tracker.watchers.append(TrackerFeed(reactor, client))
        reactor.set_turn_end(self._turn_ended)

    def run(self) -> None:
        """Turn the loop until the client is over."""
        for number in ENDING_SIGNALS:
            self.reactor.add_signal(number, partial(self._end, number))
        self._follow_input()
        self.reactor.run()

    def say_goodbye(self) -> None:
        """After a crash: try to tell everybody, and show nothing any more."""
        self.reactor.set_turn_end(None)
        # The same fault may come again; the terminal is given back already, and there is no more to save.
        with suppress(Exception):
            self.client.end(now=self.reactor.time())
            until = self.reactor.now + LAST_WORDS_SECONDS
            while not self.client.is_over and self.reactor.time() < until:
                self.reactor.run_turn(until - self.reactor.now)

    def close(self) -> None:
        """Drop every connection, and our own tracker."""
        self.reactor.set_turn_end(None)
        self.network.close()
        if self.own_tracker is not None:
            self.own_tracker.close()

    def raise_signal(self) -> None:
        """Let the signal that ended the client, if one did, do what it does to any program."""
        if self._ended_by is not None:
            signal.signal(self._ended_by, signal.SIG_DFL)
            signal.raise_signal(self._ended_by)

    # How it is shown

    @abstractmethod
    def _show(self) -> None:
        """Show what has changed."""

    @abstractmethod
    def _do(self, task: effects.TerminalTask) -> None:
        """Do something with the terminal."""

    # Called by the loop

    def _turn_ended(self) -> None:
        self._carry_out_tasks()
        self._show()
        self._carry_out_tasks()  # a frame may ask for something
        self.network.pump()
        self._follow_input()
        if self.recorder is not None and (fault := self.recorder.flush()) is not None:
            why = fault.strerror or str(fault)
            self.client.note_failure(Failure.RECORDING, self.recorder.path, why, now=self.reactor.now)
        if self.client.is_over:
            self.reactor.stop()

    def _read(self) -> None:
        data = self.input.read()
        if data:
            self.client.receive_input(data, now=self.reactor.now)
        else:
            self.client.end_input(now=self.reactor.now)

    def _end(self, number: signal.Signals) -> None:
        self._ended_by = self._ended_by or number
        self.client.end(now=self.reactor.now)

    # Private

    def _follow_input(self) -> None:
        wanted = self.client.wants_input
        if wanted and not self._is_reading:
            self.input.follow(self._read)
        elif self._is_reading and not wanted:
            self.input.rest()
        self._is_reading = wanted

    def _carry_out_tasks(self) -> None:
        while tasks := self.client.take_events():
            for task in tasks:
                self._carry_out(task)

    def _carry_out(self, task: effects.Task) -> None:
        match task:
            case effects.WriteTranscript():
                self._write(task)
            case effects.ProbeTracker():
                if self.own_tracker is not None:
                    self.own_tracker.probe(
                        lambda found: self.client.tracker_probed(found, now=self.reactor.now)
                    )
            case effects.SaveSettings(changes):
                self._save(dict(changes))
            case effects.StartTracker():
                # If it cannot be started, the next attempt finds another's tracker, or none.
                started = self.own_tracker is not None and self.own_tracker.start() is None
                self.client.own_tracker(started, now=self.reactor.now)
            case effects.StopTracker():
                if self.own_tracker is not None:
                    self.own_tracker.close()
            case effects.SetTrackerAddress(host, port):
                self.network.set_tracker_address((host, port))
            case _:
                self._do(task)

    def _save(self, changes: dict[str, str]) -> None:
        why_not = ""
        try:
            save_settings(self.client.state.config_file, changes)
        except OSError as error:
            why_not = error.strerror or str(error)
        self.client.settings_saved(why_not, now=self.reactor.now)

    def _write(self, task: effects.WriteTranscript) -> None:
        try:
            self._transcripts.write(task.label, task.lines)
        except OSError as error:
            path = os.fsdecode(error.filename or self._transcripts.file_of(task.label))
            self.client.transcript_failed(task.label, path, error.strerror or str(error), now=self.reactor.now)
