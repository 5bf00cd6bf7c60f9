"""What was said since it was last asked for, as lines that are written down: without a screen, and in transcripts."""

from ..state.effects import WriteTranscript
from ..state.model import UiState
from ..view.lines import plain_lines, transcript_lines


def take_fresh_lines(state: UiState) -> tuple[list[str], list[WriteTranscript]]:
    """The lines for the user, and those for each conversation's transcript; each once."""
    lines: list[str] = []
    transcripts: dict[str, list[str]] = {}
    for number, entry in state.take_fresh():
        if state.plain:
            lines += plain_lines(state, entry)
        conversation = state.conversations.get(number)
        if state.logging and conversation is not None and conversation.chat is not None:
            transcripts.setdefault(conversation.label, []).extend(transcript_lines(state, conversation, entry))
    return lines, [WriteTranscript(label, tuple(rows)) for label, rows in transcripts.items()]
