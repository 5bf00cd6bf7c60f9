"""Writes down a session on its way in: stands between the client and its loop, network and terminal.

What decides is pure, so what came in is all there is to a session: keys, bytes, sizes
and times. See ``session_file.py`` for the file and ``session_replay.py`` for the way back.
"""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from core import VERSION, NodeEvent
from io_adapters import ListenError, Reactor, Timer

from ..loop import Network
from ..run.embedded import OwnTracker
from ..run.network_plan import NetworkPlan
from ..state.journal import tell_error
from ..state.model import UiState
from ..terminal.frame import Frame
from ..text.clean import clean_message
from .recorded_node import RecordedNetwork
from .session_file import Header, Kind, Note, Tape, create_session_file, frame_number

_CLOCK_STEP_SECONDS: Final = 0.5  # a smaller difference of the clocks is not followed


class SessionRecorder:
    """The ``Surroundings`` of a session that is recorded."""

    def __init__(self, path: Path, reactor: Reactor, wall_clock: Callable[[], float] = time.time) -> None:
        """Create the file.

        Raises:
            OSError: It cannot be created; it may be there already.
        """
        self._tape: Final = Tape(create_session_file(path))
        self._reactor: Final = reactor
        self._system_clock: Final = wall_clock
        self._wall_ahead = wall_clock() - reactor.time()
        self._network: RecordedNetwork | None = None
        self._path: Final = path
        self._state: UiState | None = None
        self._has_ended = False
        self.loop: Final = RecordedLoop(reactor, self._tape.note, self._turn_ended)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._tape.close()

    def wall_clock(self) -> float:
        """See ``Surroundings``; in step with the loop's: so that a replay knows it as well."""
        return self._reactor.now + self._wall_ahead

    def join(
        self,
        name: str,
        plan: NetworkPlan,
        on_event: Callable[[NodeEvent], None],
        on_exhausted: Callable[[OSError], None],
    ) -> Network:
        """See ``loop.Join``."""

        def note_exhausted(error: OSError) -> None:
            self._tape.note(self._reactor.now, Kind.EXHAUSTED, error.errno, error.strerror)
            on_exhausted(error)

        self._network = RecordedNetwork(
            self._reactor, name, plan, on_event, note_exhausted, self._tape.note
        )
        return self._network

    def watch(self, plan: NetworkPlan) -> NetworkPlan:
        """See ``Surroundings``: note what comes of starting a tracker."""
        if plan.embedded is None:
            return plan
        return replace(plan, embedded=RecordedTracker(plan.embedded, self._reactor, self._tape.note))

    def read(self, fd: int, most: int) -> bytes:
        """See ``Surroundings``."""
        try:
            data = os.read(fd, most)
        except OSError:  # the terminal is gone
            data = b""
        self._tape.note(self._reactor.now, Kind.KEYS, data.decode("latin-1"))
        return data

    def note_size(self, rows: int, columns: int) -> None:
        """See ``Surroundings``."""
        self._tape.note(self._reactor.now, Kind.SIZE, rows, columns)

    def note_frame(self, frame: Frame) -> None:
        """See ``Surroundings``."""
        self._tape.note(self._reactor.now, Kind.FRAME, frame_number(frame))

    def begin(self, state: UiState, plan: NetworkPlan, escape_seconds: float) -> None:
        """See ``Surroundings``: write how the session begins."""
        assert self._network is not None
        self._state = state
        self._tape.begin(
            Header(
                version=VERSION,
                name=state.name,
                language=state.catalogue.language,
                settings=state.settings,
                log=tuple((entry.kind.name, entry.wall, entry.text) for entry in state.status.log),
                tracker=plan.tracker,
                tracker_address=state.tracker.address,
                runs_tracker=None if plan.embedded is None else plan.embedded.is_running,
                listening=self._network.listening,
                node_now=self._network.began_at,
                now=state.now,
                wall=state.wall,
                utc_offset_seconds=time.localtime(state.wall).tm_gmtoff,
                escape_seconds=escape_seconds,
                logging=state.logging,
                transcript_folder=state.transcript_folder,
                config_file=state.config_file,
                old_history={name: list(lines) for name, lines in state.old_history.items()},
            )
        )

    def _turn_ended(self) -> None:
        ahead = self._system_clock() - self._reactor.now
        if abs(ahead - self._wall_ahead) > _CLOCK_STEP_SECONDS:
            self._wall_ahead = ahead
            self._tape.note(self._reactor.now, Kind.WALL, ahead)
        self._tape.flush()
        if self._tape.fault is not None and not self._has_ended and self._state is not None:
            self._has_ended = True
            why = clean_message(self._tape.fault.strerror or str(self._tape.fault))
            path = clean_message(str(self._path))
            text = self._state.tr("Cannot write {path}: {why}. The recording ends here.", path=path, why=why)
            tell_error(self._state, self._state.status, text)


class RecordedLoop:
    """A ``Loop``: the reactor, for the client alone. Its timers are numbered as they are set."""

    def __init__(self, reactor: Reactor, note: Note, after_turn: Callable[[], None]) -> None:
        self._reactor: Final = reactor
        self._note: Final = note
        self._after_turn: Final = after_turn
        self._timers = 0

    @property
    def now(self) -> float:
        """See ``Loop``."""
        return self._reactor.now

    def time(self) -> float:
        """See ``Loop``."""
        return self._reactor.time()

    def call_at(self, deadline: float, callback: Callable[[], None]) -> Timer:
        """See ``Loop``."""
        self._timers += 1
        number = self._timers

        def fire() -> None:
            self._note(self._reactor.now, Kind.TIMER, number)
            callback()

        return self._reactor.call_at(deadline, fire)

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """See ``Loop``."""
        return self.call_at(self._reactor.time() + seconds, callback)

    def add_reader(self, fd: int, callback: Callable[[], None]) -> None:
        """See ``Loop``; what is read notes ``SessionRecorder.read``."""
        self._reactor.add_reader(fd, callback)

    def remove_reader(self, fd: int) -> None:
        """See ``Loop``."""
        self._reactor.remove_reader(fd)

    def add_signal(self, number: int, callback: Callable[[], None]) -> None:
        """See ``Loop``."""

        def arrive() -> None:
            self._note(self._reactor.now, Kind.SIGNAL, int(number))
            callback()

        self._reactor.add_signal(number, arrive)

    def remove_signal(self, number: int) -> None:
        """See ``Loop``."""
        self._reactor.remove_signal(number)

    def set_turn_end(self, callback: Callable[[], None] | None) -> None:
        """See ``Loop``."""
        if callback is None:
            self._reactor.set_turn_end(None)
            return
        at_turn_end = callback

        def end_turn() -> None:
            self._note(self._reactor.now, Kind.TURN)
            at_turn_end()
            self._after_turn()

        self._reactor.set_turn_end(end_turn)

    def run(self) -> None:
        """See ``Loop``."""
        self._reactor.run()

    def stop(self) -> None:
        """See ``Loop``."""
        self._reactor.stop()


class RecordedTracker:
    """An ``OwnTracker`` that notes what comes of starting it."""

    def __init__(self, tracker: OwnTracker, reactor: Reactor, note: Note) -> None:
        self._tracker: Final = tracker
        self._reactor: Final = reactor
        self._note: Final = note

    @property
    def is_running(self) -> bool:
        """See ``OwnTracker``."""
        return self._tracker.is_running

    def start(self) -> bool:
        """See ``OwnTracker``."""
        try:
            started = self._tracker.start()
        except ListenError:
            self._note(self._reactor.now, Kind.OWN_TRACKER, None)
            raise
        self._note(self._reactor.now, Kind.OWN_TRACKER, started)
        return started

    def close(self) -> None:
        """See ``OwnTracker``."""
        self._tracker.close()
