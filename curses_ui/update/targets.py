"""Finds the conversation or person that a command means; complains itself if there is none."""

from collections.abc import Iterable, Iterator

from ..line.command_line import ParsedCommand
from ..state.conversation import STATUS_WINDOW, Conversation
from ..state.journal import tell_error, tell_here
from ..state.model import UiState
from ..text.clean import clean_message
from ..text.matching import NameAmbiguous, NameFound, NameUnknown, match_name


def known_names(state: UiState) -> Iterator[str]:
    """Everybody who can be named: conversations by their labels, then people online."""
    yield from (conversation.label for conversation in state.chats())
    yield from (person.shown for person in state.people)


def complain(state: UiState, message: str, /, **values: object) -> None:
    """Say in the conversation on the screen why a command did nothing."""
    tell_error(state, state.here, state.tr(message, **values))


def find_window(state: UiState, parsed: ParsedCommand) -> Conversation | None:
    """The conversation with the number or name in the command; the one on the screen if there is none."""
    if not parsed.name:
        return state.here
    if parsed.name.isdecimal() and not parsed.quoted:
        conversation = state.conversations.get(int(parsed.name[:9]))
        if conversation is not None:
            return conversation
    return find_conversation(state, parsed.name)


def find_conversation(state: UiState, typed: str) -> Conversation | None:
    """The conversation with a peer, or the status window, that is called so."""
    by_label = {conversation.label: conversation for conversation in state.conversations.values()}
    found = _match(state, typed, by_label)
    if isinstance(found, NameFound):
        return by_label[found.name]
    if found is not None:
        complain(state, "No conversation with {n}. Use /chat {n}.", n=clean_message(typed))
    return None


def find_chat(state: UiState, parsed: ParsedCommand) -> Conversation | None:
    """Like ``find_window``, but only a conversation with a peer."""
    conversation = find_window(state, parsed)
    if conversation is not None and conversation.number == STATUS_WINDOW:
        complain_no_peer(state)
        return None
    return conversation


def complain_no_peer(state: UiState) -> None:
    """Say that here is nobody to talk to."""
    complain(state, "No active P2P connection. Use /chat <name>.")


def find_person(state: UiState, parsed: ParsedCommand) -> Conversation | str | None:
    """Return a conversation, the name of a person online, or an unknown name as it was typed.

    None if several are meant, which is said. A unique prefix of a known name
    means that name, unless it is in quotes.
    """
    by_label = {conversation.label: conversation for conversation in state.chats()}
    by_shown = {person.shown: person.name for person in state.people}
    if is_exact(state, parsed):
        return by_label.get(parsed.name) or by_shown.get(parsed.name, parsed.name)
    found = _match(state, parsed.name, [*by_label, *by_shown])
    if isinstance(found, NameFound):
        return by_label.get(found.name) or by_shown[found.name]
    return parsed.name if found is not None else None


def is_exact(state: UiState, parsed: ParsedCommand) -> bool:
    """Whether the command has somebody's very name, or quotes that say so."""
    return parsed.quoted or parsed.name in known_names(state)


def is_guess(state: UiState, parsed: ParsedCommand) -> bool:
    """Whether somebody is meant whose name was not typed as it is."""
    return not is_exact(state, parsed) and isinstance(match_name(parsed.name, known_names(state)), NameFound)


def tell_where(state: UiState) -> None:
    """Say who gets what is typed: without a screen, nothing else does."""
    if state.here.chat is None:
        tell_here(state, state.tr("What you type goes to nobody now."))
    elif state.here.takes_text:
        tell_here(state, state.tr("What you type goes to {n} now.", n=state.here.label))
    else:
        complain(state, "Not connected to {n}. Use /chat {n} to call again.", n=state.here.label)


def _match(state: UiState, typed: str, names: Iterable[str]) -> NameFound | NameUnknown | None:
    """None if it is ambiguous, which is said."""
    found = match_name(typed, names)
    if isinstance(found, NameAmbiguous):
        complain(state, '"{p}" matches: {list}.', p=clean_message(typed), list=", ".join(found.names))
        return None
    return found
