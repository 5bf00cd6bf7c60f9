"""What happens with a row that the user entered: a text goes to the peer, a command does what it says."""

from collections.abc import Callable
from typing import Final, assert_never

from ..line.command_line import AmbiguousCommand, ParsedCommand, Text, UnknownCommand, UsageError, parse
from ..state.conversation import Conversation
from ..state.effects import Effect, Say
from ..state.model import UiState
from ..text.clean import clean_message
from . import chat_commands, program_commands, window_commands, wire_commands
from .targets import complain, complain_no_peer, known_names

_RUN: Final[dict[str, Callable[[UiState, ParsedCommand], list[Effect] | None]]] = {
    "list": chat_commands.list_people,
    "chat": chat_commands.chat,
    "msg": chat_commands.msg,
    "bye": chat_commands.bye,
    "accept": chat_commands.accept,
    "reject": chat_commands.reject,
    "whois": chat_commands.whois,
    "ignore": chat_commands.ignore,
    "unignore": chat_commands.unignore,
    "win": window_commands.win,
    "next": window_commands.next_conversation,
    "prev": window_commands.previous_conversation,
    "close": window_commands.close,
    "search": window_commands.search,
    "show": window_commands.show,
    "unread": window_commands.unread,
    "clear": window_commands.clear,
    "wire": wire_commands.wire,
    "exit": program_commands.leave,
    "log": program_commands.log,
    "tracker": program_commands.tracker,
    "name": program_commands.rename,
    "reconnect": program_commands.reconnect,
    "set": program_commands.set_value,
    "save": program_commands.save,
    "lang": program_commands.lang,
    "help": program_commands.help_about,
    "keys": program_commands.list_keys,
    "version": program_commands.version,
}


def enter(state: UiState, row: str) -> list[Effect]:
    """Carry out one row as it was typed.

    Whatever is not blank is answered: by the echo of the text once the node has
    taken it, by a command's result, or by an error in the conversation on the
    screen.
    """
    parsed = parse(row, known_names(state))
    if state.plain and not (isinstance(parsed, ParsedCommand) and parsed.command.name == "exit"):
        state.question = None  # without a screen only a second /exit is an answer
    match parsed:
        case Text(text):
            return send_text(state, state.here, text)
        case ParsedCommand(command):
            return _RUN[command.name](state, parsed) or []
        case UnknownCommand(word):
            program_commands.complain_unknown(state, word)
        case AmbiguousCommand(word, candidates):
            names = ", ".join(f"/{command.name_in(state.catalogue.language)}" for command in candidates)
            complain(state, '"{p}" matches: {list}.', p=f"/{clean_message(word)}", list=names)
        case UsageError(command):
            complain(state, "Usage: {u}", u=state.tr(command.usage))
        case _:
            assert_never(parsed)
    return []


def send_text(state: UiState, conversation: Conversation, text: str) -> list[Effect]:
    """Send one row of text to a peer, or say why it cannot be sent; a blank one is nothing."""
    if not text.strip():
        return []
    if conversation.chat is None:
        complain_no_peer(state)
    elif conversation.waiting:
        complain(state, "{n} is calling. /accept to talk, /reject to end the call.", n=conversation.label)
    elif not conversation.takes_text:
        complain(state, "Not connected to {n}. Use /chat {n} to call again.", n=conversation.label)
    elif any(number == conversation.number for number, _ in state.paste):
        state.paste.append((conversation.number, text))  # behind what is being pasted there
        state.paste_count += 1
    else:
        return [Say(conversation.chat, text)]
    return []
