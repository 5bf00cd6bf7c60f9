"""What became of what the driver was asked to do, and what failed outside, as changes of the state."""

import enum

from ..i18n import N_
from ..state.journal import tell, tell_error
from ..state.model import UiState
from ..text.characters import is_new_emoji
from ..text.clean import clean_message


class Failure(enum.Enum):
    """What can fail outside the client and is said in the status window, with the sentence that says it."""

    CALLERS = N_("Cannot take more calls at present: {why}.")
    TRACKER = N_("Fault in the tracker: {why}")
    RECORDING = N_("Cannot write {path}: {why}. The recording ends here.")
    WIRE_FILE = N_("Cannot write {path}: {why}. The wire file ends here.")


def tell_failure(state: UiState, failure: Failure, path: str, why: str) -> None:
    """Say that something failed; ``path`` is empty if that was no file."""
    tell_error(state, state.status, state.tr(failure.value, path=clean_message(path), why=clean_message(why)))


def emoji_measured(state: UiState, wide: str) -> None:
    """Note which emoji newer than Python's tables can be drawn, in two cells."""
    state.wide_emoji = "".join(filter(is_new_emoji, wide))


def transcript_failed(state: UiState, label: str, path: str, why: str) -> None:
    """Say in its conversation that a transcript cannot be written, and write none; all clean."""
    if not state.logging:
        return
    state.logging = False
    here = next((c for c in state.chats() if c.label == label), state.status)
    tell_error(state, here, state.tr("Cannot write {path}: {why}. Logging off.", path=path, why=why))


def settings_saved(state: UiState, why_not: str) -> None:
    """Say whether the settings are written; ``why_not`` is clean, and empty if they are."""
    asked, state.being_saved = state.being_saved, {}
    path = clean_message(state.config_file)
    if why_not:
        state.unsaved = asked | state.unsaved
        tell_error(state, state.here, state.tr("Cannot write {path}: {why}. Nothing is saved.", path=path, why=why_not))
    else:
        keys = ", ".join(asked)
        tell(state, state.here, state.tr("Saved in {path}: {list}.", path=path, list=keys))
