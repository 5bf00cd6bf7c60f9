"""What peers said, and where it has to stand: the audit's own count of texts, floods and callers that wait."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from core import ChatEnd, ChatEnded, ConversationId, TextReceived, format_address
from curses_ui.state.conversation import Conversation, EntryKind, LogEntry
from curses_ui.state.effects import EndChat
from curses_ui.state.model import UiState
from curses_ui.text.clean import clean_message, clean_name

from .fault import demand
from .ledger import News

_CALM_SECONDS: Final = 1.0
_SLACK_SECONDS: Final = 0.1


@dataclass(slots=True)
class Fold:
    """Texts that came too fast to be shown."""

    number: int
    """Of the line that tells of them."""
    sender: str
    """In the status window; empty in that of a peer."""
    count: int = 0
    kept: list[str] = field(default_factory=list)
    told_at: float = -1.0
    least_told: int = 0
    """What the line says at least: it is written once a turn."""


@dataclass(slots=True)
class Flow:
    """What came for one window since it is there."""

    conversation: Conversation
    second_from: float = 0.0
    count: int = 0
    fold: Fold | None = None
    ended: list[Fold] = field(default_factory=list)
    expected: list[tuple[str, str]] = field(default_factory=list)
    """Sender and text; the sender is empty where it does not matter."""
    held: list[str] = field(default_factory=list)
    texts: int = 0
    unread: int = 0
    """How many of them count as unread, since the last look."""
    is_refused: bool = False


class Hearing:
    """Told of each event before the client has dealt with it."""

    def __init__(self) -> None:
        self._flows: dict[int, Flow] = {}
        self._with_window: dict[ConversationId, str] = {}
        self.unread: defaultdict[int, int] = defaultdict(int)
        """By window number: texts since the last look that have to be read."""
        self.refused: Final[list[str]] = []
        """What callers said who waited until the user refused them, or left."""

    def note(self, state: UiState, what: object, now: float) -> None:
        """An event of the node or an effect of the state, before it counts."""
        match what:
            case TextReceived(chat, text):
                self._hear(state, chat, text, now)
            case EndChat(chat) if (conversation := state.of_chat(chat)) is not None:
                if conversation.number in self._flows:
                    self._flows[conversation.number].is_refused = True
            case ChatEnded(chat) if (conversation := state.of_chat(chat)) is not None:
                flow = self._flow(conversation)
                if what.end is not ChatEnd.WE_LEFT:
                    flow.expected += [("", text) for text in flow.held]
                else:
                    self.refused.extend(flow.held)
                flow.held.clear()
                flow.is_refused = False
            case _:
                pass

    def _flow(self, conversation: Conversation) -> Flow:
        flow = self._flows.get(conversation.number)
        if flow is None or flow.conversation is not conversation:
            flow = self._flows[conversation.number] = Flow(conversation)
        if flow.held and not conversation.waiting and not flow.is_refused:
            flow.expected += [("", text) for text in flow.held]
            flow.held.clear()
        return flow

    def _hear(self, state: UiState, chat: ConversationId, text: str, now: float) -> None:
        conversation = state.of_chat(chat)
        sender = ""
        if conversation is None:
            caller = state.windowless.get(chat)
            if caller is None:
                demand(chat in self._with_window, lambda: f"unheard: {text!r} of a caller that never got a window")
                name = self._with_window[chat]  # its window was removed, and it is heard out
            else:
                opened = caller.opened
                name = opened.name or format_address(opened.host, opened.port)
            if name in state.ignored:
                return
            conversation, sender = state.status, clean_name(name)
        else:
            self._with_window[chat] = conversation.name
            if conversation.name in state.ignored:
                return
        flow = self._flow(conversation)
        flow.texts += 1
        text = clean_message(text)
        if conversation.waiting:
            if len(flow.held) < state.limits.max_held_texts:
                flow.held.append(text)
        elif state.plain or not self._is_flood(state, flow, now):
            flow.expected.append((sender or conversation.label, text))
            self.unread[conversation.number] += 1
        else:
            self._fold(state, flow, text, sender, now)

    def _is_flood(self, state: UiState, flow: Flow, now: float) -> bool:
        if now - flow.second_from >= _CALM_SECONDS:
            flow.second_from, flow.count = now, 0
        flow.count += 1
        return flow.count > state.limits.flood_texts_per_second

    def _fold(self, state: UiState, flow: Flow, text: str, sender: str, now: float) -> None:
        self._close(flow)
        if flow.fold is not None and flow.fold.sender != sender:
            flow.ended.append(flow.fold)
            flow.fold = None
        if flow.fold is None:
            flow.fold = Fold(state.entries + 1, sender)
            self.unread[flow.conversation.number] += 1
        fold = flow.fold
        fold.count += 1
        if len(fold.kept) < state.limits.max_folded_texts:
            fold.kept.append(text)
        if fold.told_at != now:
            fold.told_at, fold.least_told = now, fold.count

    def _close(self, flow: Flow) -> None:
        """Note that the client has ended the fold, if so."""
        if flow.fold is not None and not flow.conversation.flood.hidden:
            flow.ended.append(flow.fold)
            flow.fold = None

    # Looking

    def check(self, state: UiState, news: dict[int, News], now: float) -> None:
        """Compare what came with what stands in the windows."""
        for number, found in news.items():
            conversation = state.conversations[number]
            flow = self._flow(conversation)
            if conversation.chat is not None:
                self._with_window[conversation.chat] = conversation.name
            self._check_held(flow, state.told_of_dropping)
            self._check_shown(number, flow, found, state.told_of_dropping)
            self._check_folds(number, flow, state.told_of_dropping, now)
            demand(conversation.texts_in == flow.texts, lambda: f"count: window {number} counts {conversation.texts_in} texts, {flow.texts} came")

    def _check_held(self, flow: Flow, may_have_gone: bool) -> None:
        held = flow.conversation.held
        if held != flow.held:
            demand(may_have_gone or held == flow.held[len(flow.held) - len(held) :], lambda: f"held: {held[-3:]} wait, and not {flow.held[-3:]}")
            flow.held = held[:]

    def _check_shown(self, number: int, flow: Flow, found: News, may_have_gone: bool) -> None:
        shown = [(entry.sender, entry.text) for entry in found.new if entry.kind is EntryKind.THEIRS]
        expected, flow.expected = flow.expected, []
        if len(shown) < len(expected) and may_have_gone:
            expected = expected[len(expected) - len(shown) :]
        demand(len(shown) == len(expected), lambda: f"texts: in window {number} {shown[-4:]} are new, there came {expected[-4:]}")
        for (sender, text), (said_by, said) in zip(shown, expected, strict=True):
            demand(text == said and (not said_by or sender == said_by), lambda: f"texts: {said_by} said {said!r}, in window {number} {sender} says {text!r}")

    def _check_folds(self, number: int, flow: Flow, may_have_gone: bool, now: float) -> None:
        self._close(flow)
        if flow.fold is None and not flow.ended and not flow.conversation.flood.hidden:
            return
        entries = {entry.number: entry for entry in flow.conversation.log}
        for fold in flow.ended:
            if fold.number in entries:
                entry = entries[fold.number]
                demand(_count_in(entry) == fold.count, lambda: f"fold: {entry.text!r} in window {number}, {fold.count} came")
                sender = fold.sender or flow.conversation.label
                demand(sender in entry.text, lambda: f"fold: {entry.text!r} in window {number}, of {sender}")
                demand(may_have_gone or list(entry.folded) == fold.kept, lambda: f"fold: {len(entry.folded)} texts are kept in window {number}, and not {len(fold.kept)}")
        flow.ended.clear()
        hidden = flow.conversation.flood.hidden
        demand(hidden == (flow.fold.count if flow.fold is not None else 0), lambda: f"fold: {hidden} are hidden in window {number}, not {flow.fold}")
        open_fold = flow.fold
        if open_fold is not None:
            line = entries.get(open_fold.number)
            demand(line is not None and open_fold.least_told <= _count_in(line) <= open_fold.count, lambda: f"fold: {line}, {open_fold.count} came")
            demand(now < flow.second_from + _CALM_SECONDS + _SLACK_SECONDS, lambda: f"fold: that of window {number} is not ended")


def _count_in(entry: LogEntry) -> int:
    found = re.search(r"[0-9]+", entry.text)
    return int(found[0]) if found is not None else -1
