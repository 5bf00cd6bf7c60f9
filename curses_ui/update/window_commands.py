"""Commands about what is on the screen: going from conversation to conversation, and within one."""

from ..line.command_line import ParsedCommand
from ..state.conversation import STATUS_WINDOW, Conversation
from ..state.effects import Effect
from ..state.journal import tell_here
from ..state.model import CloseQuestion, UiState
from ..state.windows import go_to, mark_unread, next_window, remove_window
from ..text.characters import is_new_emoji
from .chat_commands import end
from .search import describe_hits, search_here
from .targets import complain, find_chat, find_window, tell_where


def win(state: UiState, parsed: ParsedCommand) -> None:
    """``/win <number or name>``"""
    conversation = find_window(state, parsed)
    if conversation is not None:
        show_window(state, conversation.number)


def next_conversation(state: UiState, _parsed: ParsedCommand) -> None:
    """``/next``"""
    show_window(state, next_window(state, 1))


def previous_conversation(state: UiState, _parsed: ParsedCommand) -> None:
    """``/prev``"""
    show_window(state, next_window(state, -1))


def show_window(state: UiState, number: int) -> None:
    """Go to a conversation; where the screen does not show that, say it."""
    if number == state.current and not state.plain:
        complain(state, "You are already in that conversation.")
        return
    go_to(state, number)
    if state.plain:
        tell_where(state)


def close(state: UiState, parsed: ParsedCommand) -> list[Effect]:
    """``/close [number or name]``; asks first if there are unread texts."""
    conversation = find_window(state, parsed)
    if conversation is None:
        return []
    if conversation.number == STATUS_WINDOW:
        complain(state, "This window stays. /exit leaves the program.")
        return []
    if conversation.unread and not state.plain:
        state.question = CloseQuestion(conversation.number)
        return []
    return close_window(state, conversation)


def close_window(state: UiState, conversation: Conversation) -> list[Effect]:
    """End a conversation if it is connected, and remove it."""
    effects = end(state, conversation) if conversation.takes_text else []
    if effects and conversation.chat is not None:
        state.closing[conversation.chat] = conversation.name
    remove_window(state, conversation)
    if conversation.chat is None:
        tell_here(state, state.tr("The window of the wire is closed."))
        return effects
    tell_here(state, state.tr("The conversation with {n} is removed.", n=conversation.label))
    return effects


def search(state: UiState, parsed: ParsedCommand) -> None:
    """``/search <text>``: goes to the latest hit; without a screen, lists the hits."""
    search_here(state, parsed.text)
    if state.plain:
        tell_here(state, describe_hits(state))
        state.search = None


def show(state: UiState, _parsed: ParsedCommand) -> None:
    """``/show``"""
    if state.plain:
        tell_here(state, state.tr("Without a screen, messages are always in full."))
        return
    state.here.unfolded = not state.here.unfolded
    if state.here.unfolded:
        tell_here(state, state.tr("Long messages are shown in full; /show folds them again."))
        if codes := _codes_of_new_emoji(state):
            tell_here(state, state.tr("Emoji too new to be drawn here: {list}", list=codes))
    else:
        tell_here(state, state.tr("Long messages are folded again."))


def _codes_of_new_emoji(state: UiState) -> str:
    """The numbers of the emoji in this conversation that a sign stands for, each once, as ``U+1FAE9 U+1F6D8``."""
    if state.plain:
        return ""
    drawn = (c for entry in state.here.log for c in entry.text if is_new_emoji(c) and c not in state.wide_emoji)
    return " ".join(f"U+{ord(character):04X}" for character in dict.fromkeys(drawn))


def unread(state: UiState, parsed: ParsedCommand) -> None:
    """``/unread [name]``"""
    conversation = find_chat(state, parsed)
    if conversation is None:
        return
    if not mark_unread(conversation):
        complain(state, "{n} has said nothing yet.", n=conversation.label)
    else:  # the rule above the message may be off the screen
        tell_here(state, state.tr("The last message of {n} counts as unread again.", n=conversation.label))


def clear(state: UiState, _parsed: ParsedCommand) -> None:
    """``/clear``"""
    if state.plain:
        tell_here(state, state.tr("There is no screen to clear here."))
    state.here.cleared = state.entries
    state.here.anchor = None
