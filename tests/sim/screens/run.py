"""Carries a plan of people with screens out and asks the oracle."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final
from unittest.mock import patch

from core import TrackerEvent
from curses_ui.terminal.frame import Frame
from io_adapters import peer_node, stream

from ..clockwork import Clockwork
from ..network import Network
from ..processes import SimDial
from ..tcp import SimSocket
from .oracle import ScreenOracle
from .plan import ScreenPlan
from .process import ScreenProcess
from .town import ScreenTown

REST_SECONDS: Final = 45.0
LONGEST_REST_SECONDS: Final = 180.0
_ACCEPTING: Final = 6  # times: so many callers may wait for somebody's word
_SAMPLED: Final = 4  # of so many actions one, a whole screen is drawn once more


class ScreenFigures:
    """What a run came to."""

    def __init__(self) -> None:
        self.peer_seconds = 0.0
        self.texts = 0
        self.delivered = 0
        self.marked = 0
        self.frames = 0
        self.exceptions: Counter[str] = Counter()


class ScreenRun:
    """One run of one plan. ``trace`` is given whatever happens, and with ``shows_screens`` every frame."""

    def __init__(
        self,
        plan: ScreenPlan,
        trace: Callable[[str], None] | None = None,
        *,
        shows_screens: bool = False,
        record_to: Path | None = None,
    ) -> None:
        self.plan: Final = plan
        self.figures: Final = ScreenFigures()
        self.clock: Final = Clockwork(plan.seed)
        self.network: Final = Network(self.clock, tells_unacknowledged=True)
        self.oracle: Final = ScreenOracle(self.clock)
        self.town: Final = ScreenTown(
            self.network, self.oracle, plan, self._take_frame, self._take_tracker_event, record_to
        )
        self._trace: Final = trace
        self._shows_screens: Final = shows_screens

    def carry_out(self) -> ScreenFigures:
        """Do what the plan says, mend everything, and read all windows.

        Raises:
            AssertionError: An invariant does not hold. Any other exception came out of a machine.
        """
        with (
            patch.object(peer_node, "Dial", SimDial),
            patch.object(stream, "unacknowledged_bytes", self._tell_unacknowledged),
        ):
            self.town.start_tracker()
            for seat in range(self.plan.people):
                self.clock.at(0.2 * seat, self.town.start, seat)
            for action in self.plan.actions:
                self._wait_until(action.at)
                self._note(str(action))
                self.town.act(action)
                if self.town.running and action.a % _SAMPLED == 0:
                    self.oracle.check_freshness(self.town.running[action.b % len(self.town.running)])
            self._note("mend everything")
            self.town.mend()
            for _ in range(_ACCEPTING):
                self._wait_until(self.clock.now + 1.0)
                self.town.accept_calls()
            self._wait_until(self.clock.now + REST_SECONDS)
            for person in self.town.running:
                person.finish()
            self.oracle.check()
        figures, oracle = self.figures, self.oracle
        figures.texts, figures.delivered, figures.marked = len(oracle.typed), oracle.delivered, oracle.marked
        figures.exceptions.update(oracle.exceptions)
        return figures

    def _wait_until(self, time: float) -> None:
        self.figures.peer_seconds += len(self.town.running) * (time - self.clock.now)
        self.clock.run_until(time)

    def _tell_unacknowledged(self, end: SimSocket) -> int | None:
        return end.unacknowledged_bytes

    def _take_frame(self, person: ScreenProcess, frame: Frame) -> None:
        self.figures.frames += 1
        if self._shows_screens:
            self._note(f"{person.label} sees\n{frame.text()}")
        self.oracle.check_frame(person, frame)

    def _take_tracker_event(self, event: TrackerEvent) -> None:
        self._note(f"tracker: {event}")

    def _note(self, line: str) -> None:
        if self._trace is not None:
            self._trace(f"{self.clock.now:9.3f}  {line}")
