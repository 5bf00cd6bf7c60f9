"""What became of what was asked of the node and of the driver, as changes of the state."""

from ..state.conversation import ChatState, Conversation
from ..state.journal import tell, tell_error, tell_here
from ..state.model import TrackerState, UiState
from ..text.characters import is_new_emoji
from ..text.clean import clean_message


def begin_leaving(state: UiState) -> None:
    """Note that everybody is being told goodbye."""
    state.leaving = True
    state.notice = state.tr("Saying goodbye...")


def begin_reconnecting(state: UiState) -> None:
    """Note that the tracker is tried at once."""
    state.tracker.state = TrackerState.CONNECTING


def say_connected(state: UiState, conversation: Conversation) -> None:
    """Say why the peer on the screen is not called."""
    if conversation.calls_back:
        text = state.tr("Calling {n} back...", n=conversation.label)
    elif conversation.state is ChatState.CONNECTING:
        text = state.tr("Connecting to {n}...", n=conversation.label)
    else:
        text = state.tr("Already connected to {n}.", n=conversation.label)
    tell_here(state, text)


def offer_call_back(state: UiState, conversation: Conversation) -> None:
    """Say that the peer may not hear us, and what can be done."""
    conversation.call_back_offered = True
    text = state.tr(
        "{n} called, and may or may not hear you on that connection. /chat {n} once more calls back.",
        n=conversation.label,
    )
    tell(state, conversation, text)


def begin_call_back(state: UiState, conversation: Conversation) -> None:
    """Note that the peer is being called back."""
    conversation.calls_back = True
    tell(state, conversation, state.tr("Calling {n} back...", n=conversation.label))


def refuse_call_back(state: UiState, conversation: Conversation) -> None:
    """Say that nobody can say where the peer listens."""
    tell_error(state, conversation, state.tr("Not connected to a tracker."))


def begin_renaming(state: UiState, name: str) -> None:
    """Note that the tracker is asked for another name."""
    state.tracker.asked_name = name
    begin_reconnecting(state)


def run_tracker(state: UiState) -> None:
    """Note that the tracker runs inside this program from now on."""
    state.tracker.embedded = True
    tell(state, state.status, state.tr("The tracker runs inside this program now."))


def emoji_measured(state: UiState, wide: str) -> None:
    """Note which emoji newer than Python's tables can be drawn, in two cells."""
    state.wide_emoji = "".join(filter(is_new_emoji, wide))


def tracker_probed(state: UiState, *, is_elsewhere: bool) -> None:
    """Note whether the tracker answers on another address of this machine; one that does is in no client."""
    if state.tracker.state is TrackerState.REGISTERED:  # what is gone answers nowhere
        state.tracker.in_a_client = not is_elsewhere


def forget_probe(state: UiState) -> None:
    """Note that it is not known where the tracker runs."""
    state.tracker.in_a_client = False


def refuse(state: UiState) -> None:
    """Say that the node refused: the commands check what the user can do wrong, so something came in between."""
    tell_error(state, state.here, state.tr("That is not possible now."))


def refuse_own_address(state: UiState) -> None:
    """Say that the address to call is our own."""
    tell_error(state, state.here, state.tr("You cannot chat with yourself."))


def calls_exhausted(state: UiState, why: str) -> None:
    """Say that no more calls can be taken; ``why`` is clean."""
    tell_error(state, state.status, state.tr("Cannot take more calls at present: {why}.", why=why))


def tracker_failed(state: UiState, why: str) -> None:
    """Say that the tracker inside this program has failed to serve somebody; ``why`` is clean."""
    tell_error(state, state.status, state.tr("Fault in the tracker: {why}", why=why))


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


def recording_failed(state: UiState, path: str, why: str) -> None:
    """Say that the recording of this session has ended; both clean."""
    text = state.tr("Cannot write {path}: {why}. The recording ends here.", path=path, why=why)
    tell_error(state, state.status, text)


def wire_file_failed(state: UiState, path: str, why: str) -> None:
    """Say that what goes over the wire is not written any more; both clean."""
    text = state.tr("Cannot write {path}: {why}. The wire file ends here.", path=path, why=why)
    tell_error(state, state.status, text)
