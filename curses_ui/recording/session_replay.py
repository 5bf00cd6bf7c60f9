"""Brings a recorded session back: the same client, with the recording for its surroundings.

Nothing is drawn, sent or written here: the client decides anew, from what came in,
what it decided then, and each frame is handed on. Where it decides otherwise, the
recording is of another program, and the replay says where the two part.
"""

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Final, Self

from core import NodeEvent

from ..client import Client
from ..i18n import load_catalogue
from ..loop import Network
from ..run.ending_signals import EndingSignals
from ..run.network_plan import NetworkPlan
from ..run.screen_driver import ScreenFace
from ..state.conversation import EntryKind, LogEntry
from ..state.local_clock import LocalClock
from ..state.memory import append
from ..state.model import UiState
from ..terminal.frame import Frame
from .replayed import Deck, ReplayedDisplay, ReplayedLoop, ReplayedNetwork, ReplayedNode, ReplayedTracker
from .session_file import Entry, Header, Kind, frame_number

_INPUT: Final = 0


class Replay:
    """One recorded session, to be run once; the client's ``Surroundings`` meanwhile."""

    def __init__(self, header: Header, entries: Iterable[Entry]) -> None:
        """Prepare the client as it was when the session began.

        Args:
            header: How it began.
            entries: What came in.
        """
        self.other_frames = 0
        """How many frames differ from those that were drawn then."""
        self._on_frame: Callable[[float, Frame], None] = lambda seconds, frame: None
        self._deck: Final = Deck(entries)
        self.loop: Final = ReplayedLoop(self._deck, header.now)
        self._wall_ahead = header.wall - header.now
        self._deck.on_wall = self._set_wall
        self._header: Final = header
        tracker = None
        if header.runs_tracker is not None:
            tracker = ReplayedTracker(self._deck, header.runs_tracker)
        plan = NetworkPlan(header.tracker, header.listening, tracker)
        state = _state_at_the_beginning(header)
        self._client: Final = _ReplayedClient(
            self.loop, state, plan, join=self.join, wall_clock=self.wall_clock
        )
        state.tracker.address = header.tracker_address

    def run(self, on_frame: Callable[[float, Frame], None]) -> None:
        """Go through the whole session.

        Args:
            on_frame: Given each frame, and when it was drawn in seconds from the beginning.

        Raises:
            Diverged: The program does not decide as the recorded one did.
            SessionFault: The file is damaged.
        """
        self._on_frame = on_frame
        display = ReplayedDisplay(self._deck)
        escape_seconds = self._header.escape_seconds
        face = ScreenFace(self, self._client, display, input_fd=_INPUT, escape_seconds=escape_seconds)
        with EndingSignals(self.loop, self._client):
            face.run()

    # Surroundings

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        pass

    def wall_clock(self) -> float:
        """See ``Surroundings``."""
        return self.loop.now + self._wall_ahead

    def read(self, fd: int, most: int) -> bytes:
        """See ``Surroundings``."""
        return self.loop.keys

    def watch(self, plan: NetworkPlan) -> NetworkPlan:
        """See ``Surroundings``."""
        return plan

    def begin(self, state: UiState, plan: NetworkPlan, escape_seconds: float) -> None:
        """See ``Surroundings``."""

    def note_size(self, rows: int, columns: int) -> None:
        """See ``Surroundings``."""

    def note_frame(self, frame: Frame) -> None:
        """See ``Surroundings``: compare it with the one that was drawn then, and hand it on."""
        drawn_then = self._deck.take(Kind.FRAME).values
        self.other_frames += drawn_then != (frame_number(frame),)
        self._on_frame(self.loop.now - self._header.now, frame)

    def join(
        self,
        name: str,
        plan: NetworkPlan,
        on_event: Callable[[NodeEvent], None],
        on_exhausted: Callable[[OSError], None],
    ) -> Network:
        """See ``Surroundings``."""
        node = ReplayedNode(self._deck, name, plan.listen[1], now=self._header.node_now)
        network = ReplayedNetwork(self._deck, node, plan.listen, on_event, on_exhausted)
        self.loop.network = network
        return network

    def _set_wall(self, ahead: float) -> None:
        self._wall_ahead = ahead


def _state_at_the_beginning(header: Header) -> UiState:
    state = UiState(
        header.name,
        catalogue=load_catalogue(header.language),
        settings=header.settings,
        local_clock=LocalClock(header.utc_offset_seconds),
        old_history=header.old_history,
        config_file=header.config_file,
        transcript_folder=header.transcript_folder,
        logging=header.logging,
    )
    for typed in state.old_history.get(state.status.name, ()):
        state.status.history.add(typed)
    for kind, wall, text in header.log:
        entry = LogEntry(state.next_entry_number(), EntryKind[kind], wall, "", text)
        append(state, state.status, entry, is_fresh=False)
    return state


class _ReplayedClient(Client):
    """A client that writes no transcripts: they were written then."""

    def take_fresh(self) -> list[LogEntry]:
        return [entry for _, entry in self.state.take_fresh()]
