"""Commands about people: who is there, calling them, taking leave, knowing them."""

from dataclasses import replace
from typing import Final

from core import Verdict, fit_name, format_address, is_ip_address

from ..i18n import N_
from ..line.command_line import ParsedCommand, split_name
from ..state.conversation import ChatState, Conversation, EntryKind
from ..state.effects import CallBack, Effect, EndChat, OpenChat, OpenChatAt, RefreshList, Say
from ..state.journal import release_held, tell, tell_here
from ..state.model import LIST_PATIENCE_SECONDS, PendingCall, PendingList, SendQuestion, TrackerState, UiState
from ..state.windows import go_to
from ..text.address import split_address
from ..text.clean import clean_message, clean_name
from .program_commands import leave_now
from .targets import (
    complain,
    complain_no_peer,
    find_chat,
    find_longer_name,
    find_person,
    is_guess,
    is_prefix,
    known_names,
    tell_where,
)


def list_people(state: UiState, parsed: ParsedCommand) -> list[Effect]:
    """``/list [text]``"""
    if state.tracker.state is not TrackerState.REGISTERED:
        complain(state, "Not connected to a tracker.")
        return []
    state.pending_lists.append(PendingList(state.current, parsed.text))
    return [RefreshList()]


# Calling


def chat(state: UiState, parsed: ParsedCommand) -> list[Effect]:
    """``/chat <name>`` or ``/chat <ip>:<port>``"""
    address = None if parsed.quoted else _ip_address(parsed.name)
    if address is not None:
        if is_ip_address(address[0]):
            return [OpenChatAt(*address)]
        complain(state, "{host} is no IP address.", host=clean_message(address[0]))
        return []
    return _when_sure(state, parsed)


def msg(state: UiState, parsed: ParsedCommand) -> list[Effect]:
    """``/msg <name> <text>``"""
    return _when_sure(state, parsed)


def _when_sure(state: UiState, parsed: ParsedCommand) -> list[Effect]:
    """Call at once, or ask the tracker first if it is not clear whose name this is.

    A person with exactly this name, or with more of the words that were typed, may
    have come since the last list. Then no other person may get the call or the text.
    """
    if state.tracker.state is TrackerState.REGISTERED and is_guess(state, parsed):
        state.pending_lists.append(PendingCall(parsed, state.now + LIST_PATIENCE_SECONDS))
        return [RefreshList()]
    return call_now(state, parsed)


def call_if_due(state: UiState) -> list[Effect]:
    """Carry out what has waited long enough for a list."""
    effects: list[Effect] = []
    for pending in list(state.pending_lists):
        if isinstance(pending, PendingCall) and pending.until <= state.now:
            effects += carry_out(state, pending)
    return effects


def carry_out(state: UiState, pending: PendingCall) -> list[Effect]:
    """Carry out a command that waited for a list, once."""
    if pending.is_done:
        return []
    pending.is_done = True
    if pending.command.command.name == "exit":
        return leave_now(state)
    return call_now(state, pending.command)


def call_now(state: UiState, parsed: ParsedCommand) -> list[Effect]:
    """Carry out a ``/chat`` or ``/msg`` with the names that are known."""
    if parsed.text:
        return _message(state, parsed)
    who = _peer(state, parsed)
    if who is None:
        return []
    return [OpenChat(who)] if isinstance(who, str) else _open(state, who)


def _message(state: UiState, parsed: ParsedCommand) -> list[Effect]:
    """Send a text if its recipient is clear; else ask, or only write the draft."""
    row = f"{parsed.name} {parsed.text}"
    if not parsed.quoted:  # somebody with more of these words in the name may have come
        name, text, _ = split_name(row, known_names(state))
        parsed = replace(parsed, name=name, text=text)
    who = _peer(state, parsed)
    if who is None:
        return []
    label = clean_name(who) if isinstance(who, str) else who.label
    if is_prefix(state, parsed):
        return _offer_draft(state, who, label, parsed.text)
    longer = None if parsed.quoted else find_longer_name(state, parsed.name, parsed.text)
    if longer is None:
        return _send(state, who, parsed.text)
    if state.plain:
        complain(state, 'Not sent: is it for {n} or {m}? Put the name in quotes: /msg "{n}" ...', n=label, m=longer)
    else:
        state.question = SendQuestion(replace(parsed, quoted=True, name=label), f"/msg {row}")
    return []


def _offer_draft(state: UiState, who: Conversation | str, label: str, text: str) -> list[Effect]:
    """Open the conversation with the text as its draft: the user sees its recipient, and presses Enter."""
    if state.plain:
        complain(state, 'Not sent: did you mean {n}? Type the whole name: /msg "{n}" ...', n=label)
        return []
    if isinstance(who, str):
        return [OpenChat(who, draft=text)]
    if not who.draft.is_blank:
        complain(state, "Not sent: did you mean {n}? There is another draft.", n=label)
        return []
    effects = _open(state, who)
    write_draft(state, who, text)
    return effects


def write_draft(state: UiState, conversation: Conversation, text: str) -> None:
    """Put a text that was not sent into the empty input line of a conversation, and say so."""
    if conversation.draft.is_blank:
        conversation.draft.replace(text)
        state.notice = state.tr("Not sent yet: Enter sends it to {n}.", n=conversation.label)


def _open(state: UiState, conversation: Conversation) -> list[Effect]:
    """Go to a conversation, and call again if it has ended."""
    was_here = conversation.number == state.current
    go_to(state, conversation.number)
    if not conversation.takes_text:
        return _call_again(conversation)
    is_call = conversation.incoming and conversation.is_open and not conversation.waiting
    if was_here and not is_call:
        say_connected(state, conversation)
    elif not was_here and state.plain:
        tell_where(state)
    return [CallBack(conversation.chat, was_here)] if is_call and conversation.chat is not None else []


def say_connected(state: UiState, conversation: Conversation) -> None:
    """Say why the peer on the screen is not called."""
    if conversation.calls_back:
        text = state.tr("Calling {n} back...", n=conversation.label)
    elif conversation.state is ChatState.CONNECTING:
        text = state.tr("Connecting to {n}...", n=conversation.label)
    else:
        text = state.tr("Already connected to {n}.", n=conversation.label)
    tell_here(state, text)


def _send(state: UiState, who: Conversation | str, text: str) -> list[Effect]:
    if isinstance(who, str):
        return [OpenChat(who, show=False, text=text)]
    if who.waiting:
        complain(state, "{n} is calling. /accept to talk, /reject to end the call.", n=who.label)
        return []
    if who.takes_text and who.chat is not None:
        return [Say(who.chat, text, aside=True)]
    return [OpenChat(who.name, show=False, text=text)]


def _ip_address(text: str) -> tuple[str, int] | None:
    """An address to call without a tracker; a name can hold no colon, so there is no doubt."""
    address = split_address(text, default_port=0)
    if address is None or not address[1]:
        return None
    host, port = address
    return ("127.0.0.1" if host == "localhost" else host), port


def _peer(state: UiState, parsed: ParsedCommand) -> Conversation | str | None:
    """Return the conversation or the name to call; None after a complaint."""
    who = find_person(state, parsed)
    if not isinstance(who, str):
        return who
    name = fit_name(who)
    if name is None:
        complain(state, "{n} is not online.", n=clean_message(parsed.name))
    elif name == state.name:
        complain(state, "You cannot chat with yourself.")
        return None
    return name


def _call_again(conversation: Conversation) -> list[Effect]:
    if conversation.unnamed:
        return [OpenChatAt(conversation.host, conversation.port)]
    return [OpenChat(conversation.name)]


# Taking leave


def bye(state: UiState, parsed: ParsedCommand) -> list[Effect]:
    """``/bye [name]``; never leaves the program."""
    conversation = find_chat(state, parsed)
    return [] if conversation is None else _say_goodbye(state, conversation)


def _say_goodbye(state: UiState, conversation: Conversation) -> list[Effect]:
    """Take leave, and say so where it was typed."""
    if conversation.takes_text and conversation.number != state.current:
        tell_here(state, state.tr("Saying goodbye to {n}...", n=conversation.label))
    return end(state, conversation)


def end(state: UiState, conversation: Conversation) -> list[Effect]:
    """Take leave in a conversation; say so if there is nothing to end."""
    if conversation.chat is None:
        complain_no_peer(state)
    elif not conversation.takes_text:
        complain(state, "Not connected to {n}. Use /chat {n} to call again.", n=conversation.label)
    else:
        conversation.waiting = False
        return [EndChat(conversation.chat)]
    return []


def accept(state: UiState, parsed: ParsedCommand) -> None:
    """``/accept [name]``"""
    conversation = _caller(state, parsed)
    if conversation is not None:
        conversation.waiting = False
        tell(state, conversation, state.tr("Connected to {n}.", n=conversation.label))
        release_held(state, conversation)
        go_to(state, conversation.number)


def reject(state: UiState, parsed: ParsedCommand) -> list[Effect]:
    """``/reject [name]``"""
    conversation = _caller(state, parsed)
    return [] if conversation is None else _say_goodbye(state, conversation)


def _caller(state: UiState, parsed: ParsedCommand) -> Conversation | None:
    """Return the waiting caller: the named one, the one on the screen, or the only one."""
    waiting = [conversation for conversation in state.chats() if conversation.waiting]
    if not parsed.name and not state.here.waiting:
        if len(waiting) == 1:
            return waiting[0]
        if waiting:
            labels = ", ".join(conversation.label for conversation in waiting)
            complain(state, "Several are calling: {list}.", list=labels)
        else:
            complain(state, "Nobody is calling.")
        return None
    conversation = find_chat(state, parsed)
    if conversation is not None and not conversation.waiting:
        complain(state, "{n} is not calling.", n=conversation.label)
        return None
    return conversation


# Knowing them

_VERDICTS: Final = {
    None: N_("not asked yet"),
    Verdict.VERIFIED: N_("verified by the tracker"),
    Verdict.MISMATCH: N_("the tracker names another address: {ip}"),
    Verdict.UNKNOWN_NAME: N_("the tracker does not know the name"),
}


def whois(state: UiState, parsed: ParsedCommand) -> None:
    """``/whois <name>``"""
    who = find_person(state, parsed)
    if isinstance(who, Conversation):
        tell_here(state, "\n".join(_describe(state, who)))
    elif who is not None and who in state.people:
        tell_here(state, state.tr("{n} is online. No conversation yet.", n=clean_name(who)))
    elif who is not None:
        complain(state, "{n} is not online.", n=clean_message(who))


def _describe(state: UiState, conversation: Conversation) -> list[str]:
    rows = [conversation.label]
    if conversation.host:
        verdict = state.tr(_VERDICTS[conversation.verdict], ip=conversation.tracker_host or "?")
        address = format_address(conversation.host, conversation.port)
        rows.append(state.tr("address: {addr} ({verdict})", addr=address, verdict=verdict))
    clock = state.clock(conversation.since_wall, state.settings.time_format)
    match conversation.state:
        case ChatState.OPEN:
            rows.append(state.tr("connected since {time}", time=clock))
        case ChatState.CONNECTING:
            rows.append(state.tr("being called"))
        case ChatState.ENDED | ChatState.NONE:
            rows.append(state.tr("not connected since {time}", time=clock))
    trn = state.catalogue.trn
    texts_in = trn("{n} message", "{n} messages", conversation.texts_in)
    bytes_in = trn("{n} byte", "{n} bytes", conversation.bytes_in)
    rows.append(state.tr("received: {texts} ({bytes})", texts=texts_in, bytes=bytes_in))
    texts_out = trn("{n} message", "{n} messages", conversation.texts_out)
    bytes_out = trn("{n} byte", "{n} bytes", conversation.bytes_out)
    rows.append(state.tr("sent: {texts} ({bytes})", texts=texts_out, bytes=bytes_out))
    if conversation.name in state.people:
        rows.append(state.tr("on the tracker's list"))
    else:
        rows.append(state.tr("not on the tracker's list"))
    if conversation.name in state.ignored:
        rows.append(state.tr("ignored"))
    return rows


def ignore(state: UiState, parsed: ParsedCommand) -> None:
    """``/ignore [name]``"""
    if not parsed.name:
        names = ", ".join(sorted(clean_name(name) for name in state.ignored))
        tell_here(state, state.tr("Ignored: {list}", list=names) if names else state.tr("Nobody is ignored."))
        return
    who = find_person(state, parsed)
    if who is not None:
        name = who.name if isinstance(who, Conversation) else who
        state.ignored.add(name)
        tell_here(state, state.tr("Ignoring {n}. /unignore {n} undoes it.", n=clean_name(name)))


def unignore(state: UiState, parsed: ParsedCommand) -> None:
    """``/unignore <name>``"""
    by_shown = {clean_name(name): name for name in state.ignored}
    for shown, name in by_shown.items():
        if parsed.name in (shown, name):
            state.ignored.discard(name)
            tell_here(state, state.tr("Messages from {n} are shown again.", n=shown))
            return
    tell_here(state, state.tr("{n} is not ignored.", n=clean_message(parsed.name)), EntryKind.ERROR)
