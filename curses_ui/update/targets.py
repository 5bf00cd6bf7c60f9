"""Finds the conversation or person that a command means; complains itself if there is none."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Final, TypeVar

from ..line.command_line import ParsedCommand
from ..state.conversation import Conversation
from ..state.journal import tell_error, tell_here
from ..state.model import UiState
from ..state.windows import active_peers
from ..text.clean import clean_message, clean_name
from ..text.matching import NameAmbiguous, NameFound, NameUnknown, casefold, match_name

Target = Conversation | str
"""A conversation, or the name of a person without one, as the tracker spells it."""

_T = TypeVar("_T", bound=Target)

MAX_LISTED_NAMES: Final = 10


def targets_by_name(state: UiState) -> dict[str, list[Target]]:
    """Return everybody who can be named, by everything that names them: what is shown, and the full name.

    Two people are called alike where only the ends of their names differ, which are not shown.
    """
    found: dict[str, list[Target]] = defaultdict(list)
    names = set()
    for conversation in state.chats():
        names.add(conversation.name)
        found[conversation.label].append(conversation)
        if conversation.label == clean_name(conversation.name) != conversation.name:
            found[conversation.name].append(conversation)
    for person in state.people:
        if person.name not in names:
            for name in {person.shown, person.name}:
                found[name].append(person.name)
    return found


def known_names(state: UiState) -> Collection[str]:
    """Return every name that ``targets_by_name`` knows."""
    return targets_by_name(state)


def complain(state: UiState, message: str, /, **values: object) -> None:
    """Say in the conversation on the screen why a command did nothing."""
    tell_error(state, state.here, state.tr(message, **values))


def find_window(state: UiState, parsed: ParsedCommand) -> Conversation | None:
    """Return the conversation with the number or name in the command; without one, that on the screen."""
    if not parsed.name:
        return state.here
    if parsed.name.isdecimal() and not parsed.quoted:
        conversation = state.conversations.get(int(parsed.name[:9]))
        if conversation is not None:
            return conversation
        if parsed.name not in known_names(state):
            complain(state, "There is no window {n}.", n=parsed.name)
            return None
    return find_conversation(state, parsed.name)


def find_conversation(state: UiState, typed: str) -> Conversation | None:
    """Return the window that has this name; None after a complaint."""
    conversations = {c.label: [c] for c in state.conversations.values() if c.chat is None}
    for name, targets in targets_by_name(state).items():
        if chats := [target for target in targets if isinstance(target, Conversation)]:
            conversations[name] = chats
    found = _match(state, typed, conversations)
    if isinstance(found, NameUnknown):
        complain(state, "No conversation with {n}. Use /chat {n}.", n=clean_message(typed))
        return None
    return found


def find_chat(state: UiState, parsed: ParsedCommand) -> Conversation | None:
    """Return what ``find_window`` does, if it is a conversation with a peer."""
    conversation = find_window(state, parsed)
    if conversation is not None and conversation.chat is None:
        complain_no_peer(state)
        return None
    return conversation


def complain_no_peer(state: UiState) -> None:
    """Report that this window has no peer, and name a connected conversation if there is one."""
    open_one = next((c for c in active_peers(state) if isinstance(c, Conversation) and c.takes_text), None)
    if open_one is None:
        complain(state, "No active P2P connection. Use /chat <name>.")
    else:
        complain(state, "This window is no conversation. /win {w} goes to {n}.", w=open_one.number, n=open_one.label)


def find_person(state: UiState, parsed: ParsedCommand) -> Target | None:
    """Return a conversation, the name of a person online, or an unknown name as it was typed.

    None if several are meant, which is said. A unique prefix of a known name
    means that name, unless it is in quotes.
    """
    targets = targets_by_name(state)
    if parsed.quoted and parsed.name not in targets:
        return parsed.name
    found = _match(state, parsed.name, targets, unsent=bool(parsed.text))
    return parsed.name if isinstance(found, NameUnknown) else found


def is_guess(state: UiState, parsed: ParsedCommand) -> bool:
    """Whether a newer list may give the words another meaning: whose name they are, or where it ends and the text begins."""
    targets = targets_by_name(state)
    if parsed.quoted or parsed.name in targets:
        return False
    found = match_name(parsed.name, targets)
    return bool(parsed.text) if isinstance(found, NameUnknown) else len(_meant(found, targets)) == 1


def is_prefix(state: UiState, parsed: ParsedCommand) -> bool:
    """Whether only the beginning of a known name was typed."""
    if parsed.quoted:
        return False
    typed, names = casefold(parsed.name), {casefold(name) for name in known_names(state)}
    return typed not in names and any(name.startswith(typed) for name in names)


def find_longer_name(state: UiState, name: str, text: str) -> str | None:
    """Return the name of somebody of this session that begins with all of ``name`` and the first word of ``text``."""
    first, _, _ = text.partition(" ")
    start = casefold(f"{name} {first}")
    for other in (*known_names(state), *state.met):
        if f"{casefold(other)} ".startswith(f"{start} "):
            return clean_name(other)
    return None


def tell_where(state: UiState) -> None:
    """Say who gets what is typed: without a screen, nothing else does."""
    if state.here.chat is None:
        tell_here(state, state.tr("What you type goes to nobody now."))
    elif state.here.takes_text:
        tell_here(state, state.tr("What you type goes to {n} now.", n=state.here.label))
    else:
        complain(state, "Not connected to {n}. Use /chat {n} to call again.", n=state.here.label)


def _match(
    state: UiState, typed: str, targets: Mapping[str, list[_T]], *, unsent: bool = False
) -> _T | NameUnknown | None:
    """Return the target with this name, or None after a complaint if several match.

    Args:
        unsent: The command had a text; the complaint says that it was not sent.
    """
    found = match_name(typed, targets)
    if isinstance(found, NameUnknown):
        return found
    meant = _meant(found, targets)
    if len(meant) == 1:
        return meant[0]
    shown = [clean_message(t) if isinstance(t, str) else t.label for t in meant[:MAX_LISTED_NAMES]]
    if others := len(meant) - len(shown):
        shown.append(state.catalogue.trn("{n} more", "{n} more", others))
    names, typed = ", ".join(shown), clean_message(typed)
    if unsent:
        complain(state, 'Not sent: "{p}" matches: {list}.', p=typed, list=names)
    else:
        complain(state, '"{p}" matches: {list}.', p=typed, list=names)
    return None


def _meant(found: NameFound | NameAmbiguous, targets: Mapping[str, list[_T]]) -> list[_T]:
    """Return those behind the names, each once: a shown and a full name may be one person's."""
    names = (found.name,) if isinstance(found, NameFound) else found.names
    return list({t if isinstance(t, str) else t.number: t for name in names for t in targets[name]}.values())
