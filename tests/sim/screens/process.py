"""A whole client with its screen as a program of the simulation."""

import random
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final, cast

from core import Node
from curses_ui.client import Client
from curses_ui.recording.recorder import Recorder
from curses_ui.state.beginning import Beginning
from curses_ui.state.effects import SetTrackerAddress, StartTracker, WriteTranscript
from curses_ui.terminal.frame import Frame
from io_adapters.peer_node import PeerNode
from io_adapters.reactor import Reactor

from tests.client_audit import ClientAudit

from ..network import Machine, Network
from ..processes import Process, TimerWatch

NOON: Final = 1_795_348_800.0


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
    ) -> None:
        super().__init__(network, machine, label)
        beginning = replace(beginning, now=self.reactor.now, wall=NOON + network.clock.now)
        self.name: Final = beginning.name
        self.frame: Frame | None = None
        """What the screen shows."""
        self.frames = 0
        self.disk_is_full = False
        self.is_busy_until = 0.0
        """When its user has finished what was begun."""
        self.ended_at: float | None = None
        self.had_windowless = False
        """Whether there were ever more callers than windows."""
        self._on_frame: Final = on_frame
        self._on_end: Final = on_end
        self._recorder: Final = Recorder(record_to) if record_to is not None else None
        if self._recorder is not None:
            self._recorder.begin(beginning)
        audit = self._audit = ClientAudit(self._recorder.note if self._recorder is not None else None)
        chance = random.Random(beginning.seed).random
        self.client: Final = Client(beginning, random=chance, note=audit.note, trace=audit.trace)
        audit.watch(self.client)
        self.adapter: Final = PeerNode(
            cast(Reactor, self.reactor),
            self.client,
            tracker_address=beginning.tracker,
            listeners=[cast(socket.socket, network.listen(machine, beginning.listen_port))],
            on_exhausted=lambda error: self.client.calls_exhausted(str(error), now=self.reactor.now),
        )
        self.reactor.add_end_of_turn(self._end_turn)
        self.reactor.after_turn = TimerWatch(self.reactor, self.client.next_timer, label).look
        if not beginning.plain:
            self.reactor.call_soon(lambda: self.client.resize(*size, now=self.reactor.now))

    @property
    def node(self) -> Node:
        """The client's node, to be compared with what the screen says."""
        return self.client._node

    def press(
        self, keys: bytes, before: Callable[[], None] | None = None, after: Callable[[], None] | None = None
    ) -> None:
        """Let bytes of the keyboard come, which a program that is stopped reads later; look ``before`` and ``after`` it does so."""

        def read() -> None:
            if before is not None:
                before()
            self.client.receive_input(keys, now=self.reactor.now)
            if after is not None:
                after()

        self.reactor.call_soon(read)

    def resize(self, rows: int, columns: int) -> None:
        """The terminal's window gets another size."""
        self.reactor.call_soon(lambda: self.client.resize(rows, columns, now=self.reactor.now))

    def close_terminal(self) -> None:
        """The terminal's window is closed."""
        self.reactor.call_soon(lambda: self.client.end_input(now=self.reactor.now))

    def kill(self) -> None:
        self.finish()
        super().kill()

    def _end_turn(self) -> None:
        now = self.reactor.now
        client = self.client
        tasks = client.take_events()
        for task in tasks:
            match task:
                case WriteTranscript(label=label) if self.disk_is_full:
                    client.transcript_failed(label, "/transcripts/log", "No space left on device", now=now)
                case StartTracker():
                    client.own_tracker(False, now=now)
                case SetTrackerAddress(host, port):
                    self.adapter.set_tracker_address((host, port))
                case _:
                    pass
        lines = client.take_lines()
        frame = client.take_frame(now=now)
        if frame is not None:
            self.frame = frame
            self.frames += 1
            if self._recorder is not None:
                self._recorder.note_frame(now, frame)
            with self.network.unmetered():
                self._on_frame(self, frame)
        self._audit.look(tasks, lines)
        self.had_windowless |= bool(client.state.windowless)
        self.adapter.pump()
        if client.is_over and self.ended_at is None:
            self.finish()
            self.adapter.close()
            self.reactor.die()

    def finish(self) -> None:
        """Have what the user saw read: the program or the run ends."""
        if self.ended_at is None:
            self.ended_at = self.network.clock.now
            self._on_end(self)
            if self._recorder is not None:
                self._recorder.close()
