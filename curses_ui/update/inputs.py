"""The entrance for everything that changes the state: keys, events of the node, and time.

Each call is given the time and returns effects for the outside. Nothing here
draws, does I/O or reads a clock.
"""

import math

from core import NodeEvent

from ..state.effects import Effect
from ..state.journal import FLOOD_CALM_SECONDS, end_folds_if_due
from ..state.model import PendingCall, TrackerState, UiState
from ..state.windows import mark_read_if_due
from ..terminal.keys import KeyEvent
from . import sending
from .chat_commands import call_if_due
from .key_bindings import apply_key_event
from .node_events import apply_node_event
from .presence import tell_gone_if_due

_MINUTE_SECONDS = 60.0


def apply_event(state: UiState, event: NodeEvent, *, now: float, wall: float) -> list[Effect]:
    """Take note of what the node reports.

    Args:
        state: Changed.
        event: From ``Node.take_events``.
        now: Seconds of a monotonic clock.
        wall: POSIX time.
    """
    note_time(state, now=now, wall=wall)
    return apply_node_event(state, event)


def apply_key(state: UiState, event: KeyEvent, *, now: float, wall: float) -> list[Effect]:
    """Do what the user wants."""
    note_time(state, now=now, wall=wall)
    return apply_key_event(state, event)


def enter_line(state: UiState, line: str, *, now: float, wall: float) -> list[Effect]:
    """Carry out or send one whole line; for a client without a screen."""
    note_time(state, now=now, wall=wall)
    return sending.enter(state, line)


def set_clock(state: UiState, *, now: float, wall: float, utc_offset_seconds: int) -> None:
    """Note that POSIX time or local time has stepped."""
    state.local_clock.note(wall, utc_offset_seconds)
    note_time(state, now=now, wall=wall)


def resize(state: UiState, rows: int, columns: int) -> None:
    """Note the size of the screen."""
    state.rows, state.columns = rows, columns


def next_timer(state: UiState) -> float | None:
    """Absolute time for ``handle_timer``, or None; asking changes nothing."""
    here = state.here
    deadlines = [state.now + _MINUTE_SECONDS - math.fmod(state.wall, _MINUTE_SECONDS)]
    if here.read_at is not None:
        deadlines.append(here.read_at)
    if state.paste:
        deadlines.append(state.paste_at)
    deadlines += [p.until for p in state.pending_lists if isinstance(p, PendingCall) and not p.is_done]
    if state.presence.tell_gone_at is not None:
        deadlines.append(state.presence.tell_gone_at)
    if state.tracker.state is TrackerState.WAITING and state.tracker.retry_at > state.now:
        # The countdown changes when a whole number of seconds is left.
        left = state.tracker.retry_at - state.now
        deadlines.append(state.tracker.retry_at - math.ceil(left) + 1.0)
    deadlines += [
        conversation.flood.second_from + FLOOD_CALM_SECONDS
        for conversation in state.conversations.values()
        if conversation.flood.hidden
    ]
    return min(deadlines)


def handle_timer(state: UiState, *, now: float, wall: float) -> list[Effect]:
    """Do what is due; harmless early, late and twice."""
    note_time(state, now=now, wall=wall)
    end_folds_if_due(state)
    tell_gone_if_due(state)
    return [*call_if_due(state), *sending.send_next_line(state)]


def note_time(state: UiState, *, now: float, wall: float) -> None:
    """Let time pass; before any change of the state that does not come through here."""
    state.now = max(state.now, now)
    state.wall = wall
    mark_read_if_due(state)  # first, so that the new input does not count as read
