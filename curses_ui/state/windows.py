"""Which conversation is on the screen, and which messages count as read."""

from typing import Final

from core import ConversationId

from ..text.clean import clean_name
from .conversation import STATUS_WINDOW, ChatState, Conversation, EntryKind
from .memory import forget as forget_messages
from .model import CloseQuestion, PasteQuestion, UiState
from .wire import WIRE_CHAT
from .people import Person

MAX_MET: Final = 2000  # people who are remembered
READ_AFTER_SECONDS: Final = 0.5  # hopping across a conversation does not read it


def is_watched(state: UiState, conversation: Conversation) -> bool:
    """Whether the user sees at once what is said there."""
    return conversation.number == state.current and state.focused and conversation.anchor is None


def go_to(state: UiState, number: int) -> None:
    """Show another conversation; no effect if there is none of that number, or it is shown."""
    if number == state.current or number not in state.conversations:
        return
    _look_away(state.here)
    # What was begun with the line of one window does not go on in that of another.
    state.completion = state.reverse_search = None
    state.typed.stop()
    state.previous, state.current = state.current, number
    state.here.visited = True
    look(state)


def look(state: UiState) -> None:
    """Note that the user sees the bottom of the conversation on the screen, or may no longer."""
    here = state.here
    if not is_watched(state, here):
        here.read_at = None
    elif (here.unread or here.attention) and here.read_at is None:
        here.read_at = state.now + READ_AFTER_SECONDS


def set_focused(state: UiState, focused: bool) -> None:
    """Note whether the user looks at the terminal at all."""
    if state.focused and not focused:
        _look_away(state.here)
    state.focused = focused
    look(state)


def mark_read_if_due(state: UiState) -> None:
    """Take the unread marks off once the conversation has been on the screen long enough."""
    here = state.here
    if here.read_at is not None and state.now >= here.read_at:
        here.read_at = None
        here.unread = 0
        here.attention = False


def mark_unread(conversation: Conversation) -> bool:
    """Make the latest text from the peer unread again; False if there is none."""
    for entry in reversed(conversation.log):
        if entry.kind is EntryKind.THEIRS:
            conversation.rule, conversation.rule_count = entry.number, 1
            conversation.unread = 1
            conversation.read_at = None
            return True
    return False


def _look_away(conversation: Conversation) -> None:
    conversation.read_at = None
    if not conversation.unread:
        conversation.rule, conversation.rule_count = None, 0


# Hopping


def next_window(state: UiState, step: int) -> int:
    """The number of the conversation ``step`` places on, round and round."""
    numbers = list(state.conversations)
    return numbers[(numbers.index(state.current) + step) % len(numbers)]


def next_active(state: UiState) -> int | None:
    """Return the number of the conversation to read next: the first one in the status bar, or None."""
    return next((c.number for c in active_peers(state) if isinstance(c, Conversation) and wants_reader(state, c)), None)


def wants_reader(state: UiState, conversation: Conversation) -> bool:
    """Whether something was said or happened there that the user has not seen."""
    return conversation.number != state.current and bool(conversation.unread or conversation.attention)


def active_peers(state: UiState) -> list[Conversation | Person]:
    """Return who is there, in the order of the status bar.

    First conversations with unread messages, the oldest message first; then the connected ones, those where
    something else happened before the others; then ended ones where something happened, and the status
    window; then the other people by name.
    """
    peers = [c for c in state.chats() if c.unread or c.attention or c.takes_text or c.name in state.people]
    if wants_reader(state, state.status):
        peers.append(state.status)

    def order(conversation: Conversation) -> tuple[int, int]:
        if conversation.unread and conversation.number != state.current:
            return 0, conversation.rule or 0
        if conversation.takes_text or conversation.waiting:
            return 1 if wants_reader(state, conversation) else 2, conversation.number
        return 3 if wants_reader(state, conversation) else 4, conversation.number

    known = {c.name for c in state.chats() if not c.unnamed}
    return [*sorted(peers, key=order), *(person for person in state.people if person.name not in known)]


def total_unread(state: UiState) -> int:
    """Unread texts in all conversations."""
    return sum(c.unread for c in state.conversations.values())


# Coming and going


def open_window(state: UiState, chat: ConversationId, name: str) -> Conversation:
    """The window of one of the node's conversations; a new one, not shown yet, if it has none."""
    number = state.windows.get(chat)
    if number is None:
        number = 1 + max((STATUS_WINDOW, *state.windows.values()))
        state.windows[chat] = number
        _forget_old_numbers(state, number)
    conversation = state.conversations.get(number)
    if conversation is None:
        conversation = state.add_conversation(number, chat, name, _free_label(state, name, number))
        for typed in state.old_history.get(name, ()):
            conversation.history.add(typed)
    return conversation


def open_wire_window(state: UiState) -> Conversation:
    """The window of the wire; a new one, not shown yet, if there is none."""
    number = state.windows.setdefault(ConversationId(WIRE_CHAT), 1 + max((STATUS_WINDOW, *state.windows.values())))
    window = state.conversations.get(number)
    if window is None:
        window = state.add_conversation(number, None, "", _free_label(state, state.tr("wire"), number))
    return window


def relabel(state: UiState, conversation: Conversation, name: str) -> None:
    """Note the name that a peer turned out to have."""
    conversation.name = name
    conversation.label = _free_label(state, name, conversation.number)


def remove_window(state: UiState, conversation: Conversation, *, forget: bool = False) -> None:
    """Take a conversation away and show another if it was on the screen.

    Args:
        conversation: Any but the status window.
        forget: Free its number as well; else the peer keeps it.
    """
    if conversation.number == STATUS_WINDOW:
        return
    if conversation.number == state.current:
        back = state.previous if state.previous in state.conversations else STATUS_WINDOW
        go_to(state, back if back != conversation.number else STATUS_WINDOW)
    del state.conversations[conversation.number]
    forget_messages(state, conversation)
    if state.previous == conversation.number:
        state.previous = STATUS_WINDOW
    if forget and conversation.chat is not None:
        state.windows.pop(conversation.chat, None)
    if is_asked_about(state, conversation):
        state.question = None
    state.paste = type(state.paste)(line for line in state.paste if line[0] != conversation.number)


def is_asked_about(state: UiState, conversation: Conversation) -> bool:
    """Whether the question on the screen is about this conversation."""
    match state.question:
        case PasteQuestion(conversation=number) | CloseQuestion(conversation=number):
            return number == conversation.number
        case _:
            return False


def is_untouched(conversation: Conversation) -> bool:
    """Whether nothing was ever said or typed there, so that nobody would miss it."""
    return (
        not conversation.opened_before
        and not conversation.texts_out
        and not conversation.draft.text
        and conversation.state is not ChatState.OPEN
        and all(entry.kind is EntryKind.NEWS for entry in conversation.log)
    )


def is_only_asides(state: UiState, conversation: Conversation, asides: int) -> bool:
    """Whether nothing is there but texts that were typed elsewhere for a call that came to nothing."""
    return (
        conversation.number != state.current
        and not conversation.opened_before
        and conversation.draft.is_blank
        and conversation.texts_out == asides
        and not conversation.texts_in
    )


def note_met(state: UiState, *names: str) -> None:
    """Remember that these people were there; the oldest of too many are forgotten."""
    for name in names[:MAX_MET]:
        state.met.pop(name, None)
        state.met[name] = None
    for name in list(state.met)[: max(0, len(state.met) - MAX_MET)]:
        del state.met[name]


def strangers(state: UiState) -> list[Conversation]:
    """Return the windows that strangers opened and the user never visited, oldest first."""
    return [conversation for conversation in state.chats() if not conversation.visited]


def _forget_old_numbers(state: UiState, new: int) -> None:
    """Keep the numbers of removed windows bounded: a stranger may call under any number of names."""
    if len(state.windows) > state.limits.max_window_numbers:
        old = (chat for chat, number in state.windows.items() if number not in state.conversations and number != new)
        for chat in list(old)[: max(1, state.limits.max_window_numbers // 2)]:
            del state.windows[chat]


def _free_label(state: UiState, name: str, number: int) -> str:
    """``Ana``, or ``Ana~2`` if another window has that label (docs/protocol.md §4.8)."""
    label = clean_name(name)
    taken = {c.label for c in state.conversations.values() if c.number != number}
    free, again = label, 2
    while free in taken:
        free, again = f"{label}~{again}", again + 1
    return free
