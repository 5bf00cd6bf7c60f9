"""When the tracker of this machine runs inside this program, and what is known of it meanwhile."""

from collections.abc import Callable
from typing import Final

from core import NodeEvent, TrackerLossReason, TrackerLost, TrackerRegistered

from ..state.effects import Effect, ProbeTracker, Reconnect, StartTracker
from ..state.journal import tell
from ..state.model import TrackerState, UiState

TAKE_OVER_SECONDS: Final = (10.0, 20.0)  # between the loss of the tracker and ours: drawn, so that one client is first


class OwnTracker:
    """Decides when ours is started; another program has it where the tracker is another's."""

    def __init__(self, state: UiState, *, may_run: bool, random: Callable[[], float]) -> None:
        self._state: Final = state
        self._random: Final = random
        self.may_run = may_run
        """Whether this program is one that runs it at all."""
        self._take_over_at: float | None = None

    def apply_event(self, event: NodeEvent, *, now: float) -> list[Effect]:
        """See whether the tracker is there; before the state does."""
        if isinstance(event, TrackerLost):
            self._plan_take_over(event, now=now)
        elif isinstance(event, TrackerRegistered):
            self._forget()
            if self.may_run and not self._state.tracker.embedded:
                return [ProbeTracker()]
        return []

    def probed(self, *, is_elsewhere: bool) -> None:
        """Note whether the tracker answers on another address of this machine; one that does is in no client."""
        if self.may_run and self._state.tracker.state is TrackerState.REGISTERED:  # what is gone answers nowhere
            self._state.tracker.in_a_client = not is_elsewhere

    def started(self) -> list[Effect]:
        """Note that ours runs from now on."""
        if not self.may_run:
            return []
        self._state.tracker.embedded = True
        tell(self._state, self._state.status, self._state.tr("The tracker runs inside this program now."))
        return [Reconnect()]

    def give_up(self) -> None:
        """Note that the user has chosen a tracker: ours does not run again."""
        self.may_run = False
        self._forget()

    def next_timer(self) -> float | None:
        """Absolute time for ``handle_timer``, or None."""
        return None if self._state.leaving else self._take_over_at

    def handle_timer(self) -> list[Effect]:
        """The task to start ours."""
        self._take_over_at = None
        return [StartTracker()]

    def _plan_take_over(self, loss: TrackerLost, *, now: float) -> None:
        """Draw when to run the tracker ourselves, if the one that went was inside a client.

        Any other is started again by whoever runs it, and could not be if we had its port.
        """
        tracker = self._state.tracker
        may_run = self.may_run and not tracker.embedded and not self._state.leaving
        if may_run and tracker.in_a_client and loss.reason is not TrackerLossReason.REFUSED and self._take_over_at is None:
            least, most = TAKE_OVER_SECONDS
            self._take_over_at = now + least + (most - least) * self._random()

    def _forget(self) -> None:
        self._take_over_at = None
        self._state.tracker.in_a_client = False
