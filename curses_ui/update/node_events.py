"""Changes the state as the events of the node say."""

from collections import deque
from dataclasses import replace
from typing import Final, assert_never

from core import (
    CallBackEnded,
    CallersTurnedAway,
    CameOnline,
    ChatEnd,
    ChatEnded,
    ChatFailed,
    ChatOpened,
    ChatRequested,
    ConversationId,
    LossReason,
    NamesDropped,
    NodeEvent,
    NodeLeft,
    PeerNamed,
    PeerVerified,
    PeopleListed,
    PersonNotOnline,
    TextId,
    TextReceived,
    TextsUnconfirmed,
    TrackerLossReason,
    TrackerLost,
    TrackerRegistered,
    Verdict,
    WentOffline,
    format_address,
)

from ..i18n import N_
from ..line.command_table import COMMANDS
from ..state.conversation import ChatState, Conversation, EntryKind
from ..state.effects import Effect
from ..state.journal import hear, mark_texts, release_held, ring, tell, tell_error, tell_here
from ..state.memory import take_aside
from ..state.model import PendingCall, PendingList, TrackerState, UiState, Windowless
from ..state.people import MAX_PEOPLE
from ..state.windows import (
    go_to,
    is_asked_about,
    is_only_asides,
    is_untouched,
    note_met,
    is_watched,
    open_window,
    relabel,
    remove_window,
    strangers,
)
from ..text.cells import shorten
from ..text.clean import clean_name
from ..text.matching import casefold, nearest
from ..text.names import another_name, looks_like, quoted
from .chat_commands import carry_out, say_connected, write_draft
from .presence import came_online, expect_back, went_offline

BRIEF_VISIT_SECONDS: Final = 2.0
"""Some peers connect for every single message. Visits this short are shown without their begin and end."""
MAX_FOLDED_CELLS: Final = 60  # of the last message of a window that is folded
MAX_NAMES_AT_START: Final = 30  # more are a number, so that the first screen still says what to type
MAX_NAMES_TOLD: Final = 200  # in one line; the people list has them all

WHY: Final = {
    LossReason.REFUSED: N_("refused"),
    LossReason.TIMED_OUT: N_("timed out"),
    LossReason.NO_ROUTE: N_("no route"),
    LossReason.UNKNOWN_HOST: N_("unknown host"),
    LossReason.RESET: N_("connection reset"),
    LossReason.UNUSABLE_ADDRESS: N_("unusable address"),
    LossReason.NO_TRACKER: N_("no tracker"),
    LossReason.ERROR: N_("network error"),
}
TRACKER_WHY: Final = {
    TrackerLossReason.UNREACHABLE: N_("not reachable"),
    TrackerLossReason.REFUSED: N_("refused"),
    TrackerLossReason.CLOSED: N_("closed"),
    TrackerLossReason.BROKEN: N_("connection reset"),
    TrackerLossReason.SILENT: N_("no answer"),
    TrackerLossReason.FAULTY: N_("not a tracker"),
}


def apply_node_event(state: UiState, event: NodeEvent) -> list[Effect]:
    """Change the state as one event of the node says; ``state.now`` and ``state.wall`` are up to date."""
    match event:
        case TextReceived():  # first, and without taking it apart: a flood is nothing else
            return _text_received(state, event.conversation, event.text)
        case TrackerRegistered():
            return _tracker_registered(state, event)
        case TrackerLost():
            _tracker_lost(state, event)
            return give_up_lists(state)
        case CameOnline(name):
            state.people.add(name)
            note_met(state, name)
            came_online(state, name)
        case WentOffline(name):
            state.people.remove(name)
            went_offline(state, name)
        case PeopleListed(names):
            return _people_listed(state, names)
        case NamesDropped(count):
            text = state.catalogue.trn(
                "{n} name in the tracker's list is not usable and is left out.",
                "{n} names in the tracker's list are not usable and are left out.",
                count,
            )
            tell(state, state.status, text)
        case PersonNotOnline(chat, name, texts):
            _call_failed(state, chat, _not_online(state, name), texts)
        case ChatRequested(chat, name):
            _chat_requested(state, chat, name)
        case ChatOpened():
            return _chat_opened(state, event)
        case ChatFailed():
            _call_failed(state, event.conversation, _cannot_connect(state, event), event.texts)
        case ChatEnded():
            _chat_ended(state, event)
        case TextsUnconfirmed(chat, unsent, unconfirmed, acknowledged):
            if (conversation := state.of_chat(chat)) is not None:
                mark_texts(state, conversation, unsent, unconfirmed)
                _tell_acknowledged(state, conversation, acknowledged)
        case CallBackEnded(chat, took_over):
            _call_back_ended(state, chat, took_over=took_over)
        case CallersTurnedAway(count):
            text = state.catalogue.trn(
                "{n} caller was turned away: there are too many.",
                "{n} callers were turned away: there are too many.",
                count,
            )
            tell(state, state.status, text)
        case PeerNamed():
            _peer_named(state, event)
        case PeerVerified():
            _peer_verified(state, event)
        case NodeLeft():
            state.left = True
        case _:
            assert_never(event)
    return []


# The tracker


def _tracker_registered(state: UiState, event: TrackerRegistered) -> list[Effect]:
    first = not state.tracker.ever_registered
    name_before, state.name = state.name, event.name
    state.tracker.asked_name = None
    renamed = not first and event.name != name_before
    if not renamed and state.tracker.registered_at == state.tracker.address:
        expect_back(state)
    state.people.replace(event.names)
    note_met(state, *event.names)
    state.tracker.state = TrackerState.REGISTERED
    state.tracker.ever_registered = True
    state.tracker.registered_at = state.tracker.address
    state.tracker.told = None
    state.tracker.refused_name = ""
    state.tracker.told_how_to_start = False
    text = state.tr("Registered at {addr} as {n}.", addr=state.tracker.address, n=clean_name(event.name))
    if renamed:
        tell(state, state.status, text)
        _tell_new_name(state)
    else:
        _tell_everywhere(state, text, EntryKind.NEWS)
    if first and len(event.names) > MAX_NAMES_AT_START:
        n = len(event.names)
        tell(state, state.status, state.tr("Active (besides you): {n} people, /list shows them.", n=n))
    elif first:
        tell(state, state.status, _who_is_active(state, event.names, ""))
    # What was asked on a connection that was given up would wait for ever.
    waiting, state.pending_lists = state.pending_lists, deque()
    return [effect for pending in waiting for effect in _answer(state, pending, event.names)]


def _tell_new_name(state: UiState) -> None:
    tell_here(state, state.tr("You are {name} now.", name=clean_name(state.name)))
    for conversation in state.chats():
        if conversation.is_open and conversation.knows_us_as != state.name:
            text = state.tr("{p} still knows you as {n}.", p=conversation.label, n=clean_name(conversation.knows_us_as))
            tell(state, conversation, text)


def _name_refused(state: UiState, name: str, *, keeps_old: bool) -> None:
    """Say that a name is taken, and write the command for another one into an empty input line.

    If the tracker refuses a second name, too, it more likely refuses this address: then no third name is offered.
    """
    other = another_name(name)
    if keeps_old and other == state.name:
        other = another_name(other)
    is_second = not keeps_old and state.tracker.refused_name not in ("", name)
    if keeps_old:
        text = state.tr("The name {n} is taken. You are still {m}.", n=clean_name(name), m=clean_name(state.name))
    elif is_second:
        text = state.tr(
            "The name {n} is refused, too. If it is not taken, the tracker may refuse everybody from here: ask who runs it.",
            n=clean_name(name),
        )
    else:
        text = state.tr("The name {n} is taken, or unfit. Choose another: /name {m}", n=clean_name(name), m=other)
    tell_error(state, state.here if keeps_old else state.status, text)
    if not keeps_old:
        state.tracker.refused_name = name
    if is_second:
        return
    if state.here.draft.is_blank and not state.plain:
        command = next(command for command in COMMANDS if command.name == "name")
        state.here.draft.replace(f"/{command.name_in(state.catalogue.language)} {quoted(other)}")


def _tracker_lost(state: UiState, event: TrackerLost) -> None:
    tracker = state.tracker
    tracker.state = TrackerState.WAITING
    tracker.retry_at = event.retry_at
    if event.reason is TrackerLossReason.REFUSED and event.ever_registered and tracker.asked_name is not None:
        asked, tracker.asked_name = tracker.asked_name, None
        _name_refused(state, asked, keeps_old=True)
        return
    # Attempts to come back are only counted down in the bar: that the tracker is gone was said.
    comes_back = event.reason is TrackerLossReason.UNREACHABLE and tracker.registered_at == tracker.address
    if tracker.told is event.reason or (tracker.told is not None and comes_back):
        if event.reason is TrackerLossReason.UNREACHABLE:
            _tell_how_to_start(state)
        return
    tracker.told = event.reason
    why = state.tr(WHY[event.detail] if event.detail else TRACKER_WHY[event.reason])
    seconds = max(1, round(event.retry_at - state.now))
    if event.reason is TrackerLossReason.REFUSED and not event.ever_registered:
        _name_refused(state, tracker.asked_name or state.name, keeps_old=False)
        return
    if event.ever_registered and event.reason is not TrackerLossReason.UNREACHABLE:
        text = state.tr(
            "Lost the tracker ({why}). Retrying in {s} s; open chats go on.", why=why, s=seconds
        )
    else:
        text = state.tr(
            "Cannot reach the tracker at {addr} ({why}). Retrying in {s} s.",
            addr=tracker.address,
            why=why,
            s=seconds,
        )
    _tell_everywhere(state, text, EntryKind.ERROR)
    if tracker.in_a_client and not tracker.embedded and event.reason is not TrackerLossReason.REFUSED:
        tell(state, state.status, state.tr("If nobody starts one, it will run inside this program in 10 to 20 s."))
    if event.reason is TrackerLossReason.UNREACHABLE:
        _tell_how_to_start(state)


def _tell_how_to_start(state: UiState) -> None:
    """Show the command that starts a tracker on this machine, once per outage: no tracker runs there now."""
    tracker = state.tracker
    if tracker.start_command and not (tracker.embedded or tracker.in_a_client or tracker.told_how_to_start):
        tracker.told_how_to_start = True
        text = state.tr("It is not started from here. To start one on this machine:")
        tell(state, state.status, f"{text}\n{tracker.start_command}")


def _tell_everywhere(state: UiState, text: str, kind: EntryKind) -> None:
    """Say in the status window, and in the one on the screen, how the tracker is."""
    if not state.plain and state.here is not state.status:
        tell(state, state.here, text, kind)
        tell(state, state.status, text, kind)
    else:
        tell(state, state.status, text, kind, attention=kind is EntryKind.ERROR)


def _people_listed(state: UiState, names: tuple[str, ...]) -> list[Effect]:
    pending = state.pending_lists.popleft() if state.pending_lists else PendingList(state.current, "")
    return _answer(state, pending, names)


def _answer(state: UiState, pending: PendingList | PendingCall, names: tuple[str, ...]) -> list[Effect]:
    match pending:
        case PendingCall():
            return carry_out(state, pending)
        case PendingList(number, contains):
            conversation = state.conversations.get(number, state.status)
            tell(state, conversation, _who_is_active(state, names, contains))
            return []
        case _:
            assert_never(pending)


def give_up_lists(state: UiState) -> list[Effect]:
    """Without a tracker, carry out the commands that wait for its list with the names that are known."""
    effects: list[Effect] = []
    while state.pending_lists:
        pending = state.pending_lists.popleft()
        match pending:
            case PendingCall():
                effects += carry_out(state, pending)
            case PendingList(number):
                conversation = state.conversations.get(number, state.status)
                tell_error(state, conversation, state.tr("Not connected to a tracker."))
            case _:
                assert_never(pending)
    return effects


def _who_is_active(state: UiState, names: tuple[str, ...], contains: str) -> str:
    wanted = casefold(contains)
    found = [name for name in names if wanted in casefold(name)] if wanted else names
    if not found:
        return state.tr("Active (besides you): nobody.")
    if len(found) <= MAX_PEOPLE:
        found = sorted(found, key=casefold)  # as in the people list
    shown = ", ".join(map(clean_name, found[:MAX_NAMES_TOLD]))
    if len(found) > MAX_NAMES_TOLD:
        rest = len(found) - MAX_NAMES_TOLD
        shown = state.catalogue.trn("{names} and {n} more", "{names} and {n} more", rest, names=shown)
    return state.tr("Active (besides you): {names}", names=shown)


# Calls


def begin_call(state: UiState, chat: ConversationId, name: str, *, show: bool, draft: str = "") -> None:
    """Make a window for a call of our user; an unanswered call leads back to where it was made."""
    is_new = state.of_chat(chat) is None
    conversation = open_window(state, chat, name)
    conversation.visited = True
    if is_new:
        conversation.origin = state.current
    if (caller := state.windowless.pop(chat, None)) is not None:
        _note_opened(state, conversation, caller.opened)
        if caller.verified is not None:
            _peer_verified(state, caller.verified)
    if show:
        go_to(state, conversation.number)
        if conversation.is_open and not is_new:  # of two windows of that name, the other one
            say_connected(state, conversation)
    if draft:
        write_draft(state, conversation, draft)


def _chat_requested(state: UiState, chat: ConversationId, name: str) -> None:
    conversation = open_window(state, chat, name)
    conversation.state = ChatState.CONNECTING
    tell(state, conversation, state.tr("Connecting to {n}...", n=conversation.label))


def _chat_opened(state: UiState, event: ChatOpened) -> list[Effect]:
    name = event.name or format_address(event.host, event.port)
    if state.of_chat(event.conversation) is None and event.incoming and not _has_room(state):
        state.windowless[event.conversation] = Windowless(event)
        text = state.tr("{n} is calling. There are too many windows; /chat {n} opens one.", n=clean_name(name))
        tell(state, state.status, text, attention=True)
        return ring(state, clean_name(name))
    conversation = open_window(state, event.conversation, name)
    return ring(state, conversation.label) if _note_opened(state, conversation, event) else []


def _has_room(state: UiState) -> bool:
    """Whether one more stranger can have a window; the oldest ended one is folded for it if needed."""
    visitors = strangers(state)
    if len(visitors) < state.limits.max_strangers:
        return True
    ended = next((c for c in visitors if c.state is ChatState.ENDED), None)
    if ended is None:
        return False
    said = [entry.text for entry in ended.log if entry.kind is EntryKind.THEIRS]
    text = state.catalogue.trn(
        "{p} called and sent {n} message: {text}",
        "{p} called and sent {n} messages, at last: {text}",
        ended.texts_in,
        p=ended.label,
        text=shorten(said[-1], MAX_FOLDED_CELLS) if said else "",
    )
    remove_window(state, ended)
    tell(state, state.status, text if said else state.tr("{n} called and left.", n=ended.label), attention=True)
    return True


def _note_opened(state: UiState, conversation: Conversation, event: ChatOpened) -> bool:
    """Say it in the window; return whether the bell has to tell of it too."""
    if event.name is not None:
        note_met(state, event.name)
    if event.name is not None and conversation.name != event.name:
        relabel(state, conversation, event.name)
    was_brief = conversation.visits_briefly and event.incoming
    conversation.state = ChatState.OPEN
    conversation.opened_before = True
    conversation.knows_us_as = state.name
    conversation.call_back_offered = conversation.calls_back = False
    conversation.incoming = event.incoming
    conversation.unnamed = event.name is None
    conversation.namesake = event.namesake
    conversation.host, conversation.port = event.host, event.port
    conversation.since_wall, conversation.opened_at = state.wall, state.now
    conversation.verdict = None if event.incoming or event.name is None else Verdict.VERIFIED
    conversation.waiting = event.incoming and state.settings.accept == "ask"
    asides, conversation.asides = conversation.asides, []
    for aside in asides:
        text = state.tr("To {n}: {text}", n=conversation.label, text=aside.text)
        tell(state, state.conversations.get(aside.origin, state.status), text)
    if was_brief and not conversation.waiting:
        return False
    tell(state, conversation, _greeting(state, conversation), attention=event.incoming)
    if event.name is not None:
        _warn_of_look_alike(state, conversation)
    if state.plain and event.incoming and not state.here.takes_text:
        go_to(state, conversation.number)
    return event.incoming and not is_watched(state, conversation)


def _greeting(state: UiState, conversation: Conversation) -> str:
    if conversation.waiting:
        return state.tr("{n} is calling. /accept to talk, /reject to end the call.", n=conversation.label)
    return state.tr("Connected to {n}.", n=conversation.label)


def _warn_of_look_alike(state: UiState, conversation: Conversation) -> None:
    """Warn, once, of a name that looks like another one, ours included."""
    known = [state.name, *(c.name for c in state.chats()), *state.people.names()]
    other = looks_like(conversation.name, known)
    if other is not None and not conversation.looks_like:
        conversation.looks_like = clean_name(other)
        text = state.tr("{n} is not the same as {m}.", n=conversation.label, m=conversation.looks_like)
        tell_error(state, conversation, text)


def _not_online(state: UiState, name: str) -> str:
    shown = clean_name(name)
    near = nearest(name, (other for other in state.people.names() if other != name))
    if near is None:
        return state.tr("{n} is not online.", n=shown)
    return state.tr("{n} is not online. Did you mean {s}?", n=shown, s=clean_name(near))


def _cannot_connect(state: UiState, event: ChatFailed) -> str:
    why, name = state.tr(WHY[event.reason]), clean_name(event.name)
    if not event.host or event.reason is LossReason.NO_TRACKER:  # then any address is that of the last time
        return state.tr("Cannot connect to {n}: {why}.", n=name, why=why)
    address = format_address(event.host, event.port)
    if address == event.name:
        return state.tr("Cannot connect to {n}: {why}.", n=address, why=why)
    return state.tr("Cannot connect to {n} at {addr}: {why}.", n=name, addr=address, why=why)


def _call_failed(
    state: UiState, chat: ConversationId, text: str, unsent_texts: tuple[TextId, ...]
) -> None:
    """Say why in the window from which the user called, if the new one holds nothing yet."""
    conversation = state.of_chat(chat)
    if conversation is None:  # the user has removed it meanwhile
        tell_error(state, state.here, text)
        return
    conversation.state = ChatState.ENDED
    conversation.since_wall = state.wall
    asides, conversation.asides = conversation.asides, []
    for aside in asides:
        not_sent = state.tr("Not sent: {text}", text=aside.text)
        tell_error(state, state.conversations.get(aside.origin, state.status), f"{text}\n{not_sent}")
    asked = is_asked_about(state, conversation)
    if asides and not asked and is_only_asides(state, conversation, len(asides)):
        remove_window(state, conversation, forget=True)
        return
    if not is_untouched(conversation) or unsent_texts or asked:
        mark_texts(state, conversation, unsent_texts, ())
        tell_error(state, conversation, text)
        return
    origin = state.conversations.get(conversation.origin, state.status)
    if conversation.number == state.current:
        go_to(state, origin.number)
    remove_window(state, conversation, forget=True)
    tell_error(state, origin, text)


# Chats


def _text_received(state: UiState, chat: ConversationId, text: str) -> list[Effect]:
    conversation = state.of_chat(chat)
    if conversation is not None:
        if conversation.name in state.ignored:
            return []
        effects = hear(state, conversation, text)
        _tell_of_windows(state, conversation)
        return effects
    name = _name_without_window(state, chat)
    if name is None or name in state.ignored:
        return []
    return hear(state, state.status, text, sender=clean_name(name))


def _name_without_window(state: UiState, chat: ConversationId) -> str | None:
    """Who speaks, of those who have no window or whose window was removed."""
    caller = state.windowless.get(chat)
    if caller is None:
        return state.closing.get(chat)
    opened = caller.opened
    return opened.name or format_address(opened.host, opened.port)


def _tell_of_windows(state: UiState, conversation: Conversation) -> None:
    """Say once, to somebody who sees the first window, how to read what is said in another one."""
    if state.told_of_windows or state.plain or state.here is not state.status or not conversation.unread:
        return
    state.told_of_windows = True
    name, number = conversation.label, conversation.number
    tell_here(state, state.tr("{n} has written to you: Alt+a or /win {k} shows it.", n=name, k=number))


def _chat_ended(state: UiState, event: ChatEnded) -> None:
    conversation = state.of_chat(event.conversation)
    state.closing.pop(event.conversation, None)
    if conversation is None:
        _ended_after_removal(state, event)
        return
    brief_before = conversation.visits_briefly
    if event.end is ChatEnd.WE_LEFT:
        take_aside(state, conversation, conversation.held)  # refused: nobody reads them
        conversation.held_lost = 0
    conversation.waiting = conversation.calls_back = False
    release_held(state, conversation)
    conversation.state = ChatState.ENDED
    conversation.since_wall = state.wall
    conversation.visits_briefly = (
        conversation.incoming
        and event.end in (ChatEnd.FAREWELL, ChatEnd.END_OF_STREAM)
        and state.now - conversation.opened_at <= BRIEF_VISIT_SECONDS
    )
    if not (brief_before and conversation.visits_briefly):
        kind = EntryKind.ERROR if event.end is ChatEnd.LOST else EntryKind.NEWS
        tell(state, conversation, _how_it_ended(state, conversation, event), kind, attention=True)
    mark_texts(state, conversation, event.unsent, event.unconfirmed)
    _tell_acknowledged(state, conversation, event.acknowledged)


def _call_back_ended(state: UiState, chat: ConversationId, *, took_over: bool) -> None:
    conversation = state.of_chat(chat)
    if conversation is None:
        return
    conversation.call_back_offered = conversation.calls_back = False
    name = conversation.label
    if took_over:
        text = state.tr("Called {n} back. Your messages go over the new connection from now on.", n=name)
        tell(state, conversation, text)
    else:
        text = state.tr("Cannot call {n} back. Your messages go over the first connection as before.", n=name)
        tell_error(state, conversation, text)


def _tell_acknowledged(state: UiState, conversation: Conversation, texts: tuple[TextId, ...]) -> None:
    if texts:
        say = state.tr(
            "{n}'s machine has it; whether it was read is not known.", n=conversation.label
        )
        tell(state, conversation, say)


def _ended_after_removal(state: UiState, event: ChatEnded) -> None:
    """A conversation without a window ended: only a loss matters (§4.10)."""
    state.windowless.pop(event.conversation, None)
    lost = len(event.unsent) + len(event.unconfirmed)
    if lost:
        text = state.catalogue.trn("{n} message may not have arrived.", "{n} messages may not have arrived.", lost)
        tell_error(state, state.here, text)


def _how_it_ended(state: UiState, conversation: Conversation, event: ChatEnded) -> str:
    name = conversation.label
    match event.end:
        case ChatEnd.WE_LEFT:
            return state.tr("You said goodbye to {n}.", n=name)
        case ChatEnd.FAREWELL:
            return state.tr("Connection with {n} closed (said goodbye).", n=name)
        case ChatEnd.END_OF_STREAM:
            return state.tr("Connection with {n} closed.", n=name)
        case ChatEnd.LOST:
            why = state.tr(WHY[event.detail or LossReason.ERROR])
            return state.tr("Connection with {n} lost: {why}.", n=name, why=why)
        case ChatEnd.DISPLACED:
            return state.tr("Connection with {n} closed to make room for another caller.", n=name)
        case _:
            assert_never(event.end)


def _peer_named(state: UiState, event: PeerNamed) -> None:
    if (caller := state.windowless.get(event.conversation)) is not None:
        caller.opened = replace(caller.opened, name=event.name, namesake=event.namesake)
    conversation = state.of_chat(event.conversation)
    if conversation is None:
        return
    address = conversation.label
    note_met(state, event.name)
    relabel(state, conversation, event.name)
    conversation.unnamed = False
    conversation.namesake = event.namesake
    tell(state, conversation, state.tr("{addr} is {n}.", addr=address, n=conversation.label))
    _warn_of_look_alike(state, conversation)


def _peer_verified(state: UiState, event: PeerVerified) -> None:
    if (caller := state.windowless.get(event.conversation)) is not None:
        caller.verified = event
    conversation = state.of_chat(event.conversation)
    if conversation is None:
        return
    conversation.verdict = event.verdict
    conversation.tracker_host = event.tracker_host
    if event.verdict is Verdict.MISMATCH:
        text = state.tr(
            "{n} called from {ip}, but the tracker says {ip2}.",
            n=conversation.label,
            ip=event.host,
            ip2=event.tracker_host or "?",
        )
        tell_error(state, conversation, text)
