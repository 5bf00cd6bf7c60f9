"""Who comes and goes, as the status window says it: a crowd in one line, and nothing of those who are back at once."""

from dataclasses import replace
from typing import Final

from ..state.conversation import LogEntry
from ..state.journal import tell
from ..state.memory import put_last
from ..state.model import Presence, UiState
from ..text.clean import clean_name

MAX_CROWD_NAMES: Final = 5  # of those who come or go together
MAX_PRESENCE_LINES_PER_SECOND: Final = 5
COME_BACK_SECONDS: Final = 20.0
"""After the loss of a tracker the others register again within this time, and are then no news (docs/protocol.md §3.1, §3.2)."""


def came_online(state: UiState, name: str) -> None:
    """Say who has come; not of somebody who was missing since the tracker was back."""
    if name in state.presence.gone:
        del state.presence.gone[name]
    else:
        _tell_presence(state, (name,), came=True)


def went_offline(state: UiState, name: str) -> None:
    """Say who has gone, at once or when the time to come back is over."""
    if state.presence.tell_gone_at is not None:
        state.presence.gone[name] = None
    else:
        _tell_presence(state, (name,), came=False)


def expect_back(state: UiState) -> None:
    """Note that the tracker is back: the others have some time to come back, too."""
    state.presence.tell_gone_at = state.now + COME_BACK_SECONDS


def tell_gone_if_due(state: UiState) -> None:
    """Say who has not come back since the tracker has."""
    presence = state.presence
    if presence.tell_gone_at is not None and presence.tell_gone_at <= state.now:
        presence.tell_gone_at = None
        gone, presence.gone = presence.gone, {}
        if gone:
            _tell_presence(state, tuple(gone), came=False)


def _tell_presence(state: UiState, names: tuple[str, ...], *, came: bool) -> None:
    """Say who came or went; of a crowd in one line, and nothing of the rest of a second with many lines."""
    presence, status = state.presence, state.status
    if state.now - presence.since >= 1.0:
        presence.since, presence.lines = state.now, 0
    entry = status.log[-1] if status.log else None
    if presence.came is came and entry is not None and entry.number == presence.entry and _is_fresh(state, entry):
        _count_in(presence, names)
        merged = replace(entry, text=_describe_presence(state))
        put_last(state, status, merged)
        state.fresh[-1] = (status.number, merged)
        return
    presence.came, presence.names, presence.count = came, [], 0
    _count_in(presence, names)
    presence.lines += 1
    presence.entry = None
    if presence.lines <= MAX_PRESENCE_LINES_PER_SECOND:
        presence.entry = state.entries + 1  # a line about messages that had to go may come behind it
        tell(state, status, _describe_presence(state))


def _count_in(presence: Presence, names: tuple[str, ...]) -> None:
    presence.count += len(names)
    presence.names += map(clean_name, names[: MAX_CROWD_NAMES - len(presence.names)])


def _is_fresh(state: UiState, entry: LogEntry) -> bool:
    """Whether nobody has been shown the entry yet."""
    return bool(state.fresh) and state.fresh[-1][1] is entry


def _describe_presence(state: UiState) -> str:
    names = state.presence.names
    if len(names) == 1:
        return state.tr("{n} is online." if state.presence.came else "{n} went offline.", n=names[0])
    listed = ", ".join(names)
    if more := state.presence.count - len(names):
        listed = state.catalogue.trn("{names} and {n} more", "{names} and {n} more", more, names=listed)
    return state.tr("Online: {names}." if state.presence.came else "Went offline: {names}.", names=listed)
