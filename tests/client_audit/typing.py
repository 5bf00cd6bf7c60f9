"""What the user types: drafts stay, texts go where they were meant to, and nothing that was taken vanishes."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Final

from core import ConversationId, LocalProtocolError, split_text
from curses_ui.line.command_line import is_command
from curses_ui.state.conversation import Conversation, EntryKind, LogEntry
from curses_ui.state.effects import Say
from curses_ui.state.model import PasteQuestion, Search, UiState
from curses_ui.text.clean import MAX_CLEAN_BYTES, clean_message

from .fault import demand
from .ledger import News

KEYBOARD: Final = frozenset({"receive_input", "end_input"})
_PASTE_INTO_EMPTY: Final = b"\x05\x15\x1b[200~"
_PASTE_END: Final = b"\x1b[201~"
_HARMLESS: Final = frozenset({b"\x1b[5~", b"\x1b[6~", b"\x1b[1;5H", b"\x1b[1;5F", b"\x1b[O", b"\x1b[I", b"\x1ba", b"\x1b[24~", b"\x0c"})
"""Keys that scroll, look away, or go to another window: no draft changes."""
_RECALLING: Final = frozenset({b"\x1b[A", b"\x1b[B", b"\x1b[1;5A", b"\x1b[1;5B", b"\x03", b"\r", b"\t", b"\x1b[Z"})
"""Keys that put something else in the place of the draft."""
_LEAVE_SECONDS: Final = 2.0


@dataclass(slots=True)
class Desk:
    """What lay before the user at the last look."""

    current: int
    drafts: dict[int, str]
    windows: dict[int, Conversation]
    queue: list[tuple[int, str]]
    question: object
    is_in_sequence: bool
    is_plainly_typing: bool
    """Keys go into the draft: nothing is searched for, asked or completed, and no escape sequence is open."""
    query: str | None
    """What is searched for."""
    takes_text: bool
    chat: ConversationId | None
    set_aside: tuple[str, ...]
    """The draft of the window on the screen, and those that wait while its user looks through what was typed before."""
    is_leaving: bool


class Typing:
    """Told of each input, and of each effect, before it counts."""

    def __init__(self) -> None:
        self._desk: Desk | None = None
        self._keys: list[bytes] = []
        self._has_keyboard = False
        self._said: defaultdict[ConversationId, list[str]] = defaultdict(list)
        self._says: list[str] = []
        self._was_refused = False
        self._hinted_at: float | None = None
        self._knows_hint = True

    def note_input(self, name: str, values: tuple[object, ...]) -> None:
        """An input of the client."""
        if name in KEYBOARD:
            self._has_keyboard = True
            self._keys += [data for data in values if isinstance(data, bytes)]

    def note(self, what: object) -> None:
        """An effect of the state."""
        match what:
            case Say(chat, text):
                self._said[chat].append(clean_message(text))
                self._says.append(text)
            case LocalProtocolError():
                self._was_refused = True
            case _:
                pass

    @property
    def has_keyboard(self) -> bool:
        """Whether anything was typed since the last look."""
        return self._has_keyboard or self._desk is not None and self._desk.is_in_sequence

    # Looking

    def check(self, state: UiState, news: dict[int, News], *, is_in_sequence: bool) -> None:
        """Compare what was typed with drafts, logs, and the lines that wait to be sent."""
        self._check_own_texts(state, news)
        query = state.search.query if state.search is not None else None
        is_new = self._desk is None or query != self._desk.query
        if is_new and state.search is not None:
            _check_search(state, state.search, news[state.current].new)
        desk = self._desk
        if desk is not None and not state.plain:
            self._check_drafts(state, desk)
            self._check_queue(state, desk, news)
            if len(self._keys) == 1 and desk.is_plainly_typing:
                self._check_keys(state, desk, self._keys[0])
            if len(self._keys) == 1 and self._keys[0] in _RECALLING and desk.question is None and not desk.is_in_sequence:
                _check_nothing_is_lost(state, desk, self._keys[0])
            if self._keys and b"\x03" in self._keys[-1] and not desk.is_leaving:
                self._check_interrupt(state, desk)
        self._turn(state, is_in_sequence)

    def _turn(self, state: UiState, is_in_sequence: bool) -> None:
        here = state.here
        is_busy = any((state.question, state.search, state.reverse_search, state.completion, state.leaving))
        self._desk = Desk(
            state.current,
            {number: conversation.draft.text for number, conversation in state.conversations.items()},
            dict(state.conversations),
            list(state.paste),
            state.question,
            is_in_sequence,
            not is_busy and state.window_digits is None and not is_in_sequence,
            state.search.query if state.search is not None else None,
            here.takes_text and not here.waiting,
            here.chat,
            (here.draft.text, here.history._draft, state.typed._draft),
            state.leaving,
        )
        self._keys.clear()
        self._has_keyboard = False
        self._said.clear()
        self._says.clear()
        self._was_refused = False

    # Ours

    def _check_own_texts(self, state: UiState, news: dict[int, News]) -> None:
        """Each text that was sent stands once in the window of its peer."""
        for number, found in news.items():
            conversation = state.conversations[number]
            ours = [entry.text for entry in found.new if entry.kind is EntryKind.OURS]
            said = list(self._said[conversation.chat]) if conversation.chat is not None and self._said else []
            was_removed = self._was_removed(number, conversation)
            if state.plain or was_removed:  # there, what a peer does not take waits; here, some stood in the window before
                demand(all(text in said for text in ours) or not said, lambda: f"ours: {ours} in window {number}, typed {said}")
            elif found.before is not None or ours or not found.dropped:
                ours_expected = said[len(said) - len(ours) :] if found.dropped else said
                demand(ours == ours_expected, lambda: f"ours: in window {number} stands {ours}, said was {said}")

    def _was_removed(self, number: int, conversation: Conversation) -> bool:
        """Whether the window may have been removed and opened again since the last look."""
        old = self._desk.windows.get(number) if self._desk is not None else None
        lines = sum(keys.count(b"\r") + keys.count(b"\n") for keys in self._keys)
        return old is not conversation and (old is not None or lines > 1)

    # Drafts

    def _check_drafts(self, state: UiState, desk: Desk) -> None:
        touched = {desk.current, state.current} if self.has_keyboard else set()
        if len(self._keys) > 1 or any(len(keys) > 12 and b"\x1b" in keys for keys in self._keys):
            return  # it may have gone through several windows
        for number, conversation in state.conversations.items():
            before = desk.drafts.get(number, "")
            if desk.windows.get(number) is not conversation or conversation.draft.text == before or number in touched:
                continue
            demand(not before.strip(), lambda: f"draft: {before!r} in window {number} became {conversation.draft.text!r}")
        if self.has_keyboard:
            return
        for number, conversation in desk.windows.items():
            if state.conversations.get(number) is not conversation:
                demand(not desk.drafts[number].strip(), lambda: f"draft: {desk.drafts[number]!r} went with window {number}")

    def _check_keys(self, state: UiState, desk: Desk, keys: bytes) -> None:
        before = desk.drafts[desk.current]
        window = state.conversations.get(desk.current)
        if window is None or window is not desk.windows[desk.current]:
            return
        draft = window.draft.text
        if keys in _HARMLESS or keys[:1] == b"\x1b" and keys[1:].isdigit() and len(keys) == 2:
            demand(draft == before, lambda: f"draft: {keys!r} made {draft!r} of {before!r}")
        elif keys.startswith(_PASTE_INTO_EMPTY) and keys.endswith(_PASTE_END):
            pasted = keys[len(_PASTE_INTO_EMPTY) : -len(_PASTE_END)].decode(errors="ignore")
            is_seen = state.question is not None or bool(draft.strip()) or bool(state.notice)
            demand(is_seen or not pasted.split(), lambda: f"paste: {pasted!r} is nowhere")
        elif keys.startswith(b"\x05\x15") and state.question is None:
            typed = keys[2:].decode(errors="replace")
            if typed.isprintable() and len(typed) < 10_000:
                demand(draft == typed, lambda: f"draft: {typed!r} was typed, and {draft!r} stands there")
        elif keys == b"\r" and before.strip():
            self._check_enter(state, desk, window, before)

    def _check_enter(self, state: UiState, desk: Desk, window: Conversation, line: str) -> None:
        """What was entered is in the history, and goes out as it was, or back, or is refused."""
        rows = line.split("\n")
        if len(rows) > 1 and is_command(rows[0]):
            demand(window.draft.text == line, lambda: f"enter: {line!r} is no command, and is gone")
            return
        demand(line in window.history.entries, lambda: f"enter: {line!r} is not in the history")
        if is_command(rows[0]) or not desk.takes_text or desk.chat is None:
            return
        if rows[0].startswith("//"):
            rows[0] = rows[0][1:]
        if len(rows) == 1 and len(rows[0].encode()) > MAX_CLEAN_BYTES:
            rows = split_text(rows[0])
        self._check_went_out(state, desk, [row for row in rows if row.strip()], desk.current)

    def _check_interrupt(self, state: UiState, desk: Desk) -> None:
        """^C clears a draft; on an empty line, twice within two seconds, it leaves."""
        if len(self._keys) > 1 or self._keys[0] != b"\x03" or not desk.is_plainly_typing:
            self._knows_hint = False
            return
        hinted, now = self._hinted_at, state.now
        is_second = hinted is not None and now - hinted <= _LEAVE_SECONDS
        has_draft = bool(desk.drafts[desk.current])
        leaves = state.leaving or state.question is not None
        if self._knows_hint or has_draft:
            demand(leaves == (is_second and not has_draft), lambda: f"interrupt: after ^C, leaving is {leaves}; the last one was at {hinted}")
        if not has_draft:
            self._hinted_at, self._knows_hint = None if leaves else now, True

    # The lines that wait

    def _check_went_out(self, state: UiState, desk: Desk, rows: list[str], number: int) -> None:
        """All rows are sent, or wait behind what waited, in order."""
        queue = list(state.paste)
        waiting = [text for of, text in queue[max(0, len(queue) - len(rows)) :] if of == number and text in rows]
        out = list(dict.fromkeys([*(text for text in self._says if text in rows), *waiting]))
        wanted = list(dict.fromkeys(rows))
        rest = "\n".join(wanted[len(out) :])
        kept = not rest or any(rest in entry for entry in state.conversations[number].history.entries)
        demand(out == wanted[: len(out)] and kept, lambda: f"paste: {rows} were entered, {out} go out, and the rest is nowhere")

    def _check_queue(self, state: UiState, desk: Desk, news: dict[int, News]) -> None:
        """What waits to be sent is sent in order, or is in the history."""
        queue = list(state.paste)
        if queue != desk.queue:
            gone = _gone(desk.queue, queue)
            unsent = Counter(number for number, text in gone if text not in self._says)
            for number, count in unsent.items():
                if number in news and desk.windows.get(number) is state.conversations[number] and not news[number].dropped:
                    is_told = any(str(count) in entry.text for entry in news[number].new)
                    demand(is_told, lambda: f"paste: it is not said in window {number} that {count} lines are not sent")
            for number, text in gone:
                conversation = state.conversations.get(number)
                if conversation is None or conversation is not desk.windows.get(number):
                    continue  # the user removed the window
                kept = any(text in entry.split("\n") for entry in conversation.history.entries)
                demand(text in self._says or kept, lambda: f"paste: {text!r} for window {number} is neither sent nor kept")
        question = desk.question
        if isinstance(question, PasteQuestion) and self._keys == [b"y"] and question.conversation in state.conversations:
            demand(state.question is None, lambda: "paste: the answer is not heard")
            self._check_went_out(state, desk, list(question.messages), question.conversation)
        if isinstance(question, PasteQuestion) and self._keys == [b"n"]:
            demand(state.question is None and not self._says and len(queue) <= len(desk.queue), lambda: "paste: no is taken for yes")
        if isinstance(question, PasteQuestion) and self._keys == [b"e"]:
            draft, wanted = state.here.draft.text, question.text.strip("\n")
            demand(wanted in draft or bool(state.notice), lambda: f"paste: {wanted!r} is not in the draft {draft!r}")


def _check_nothing_is_lost(state: UiState, desk: Desk, key: bytes) -> None:
    """What was typed is still in the line, or one key brings it back."""
    window = state.conversations.get(desk.current)
    if window is None or window is not desk.windows[desk.current]:
        return
    draft = window.draft
    texts = [draft.text, window.history._draft, state.typed._draft, *window.history.entries, *state.typed.entries]
    texts += [text for text, _ in draft._undo]
    for typed in desk.set_aside:
        kept = not typed.strip() or typed in texts or any(typed in cut for cut in draft._ring._texts)
        demand(kept, lambda: f"draft: {typed!r} was typed, and after {key!r} nothing brings it back")


def _check_search(state: UiState, search: Search, new: list[LogEntry]) -> None:
    """The hits are what people said with the query in it, and the chosen one is one of them."""
    wanted = search.query.lower()
    if not wanted.isascii():
        return
    spoken = [entry for entry in state.here.log if entry.kind in (EntryKind.THEIRS, EntryKind.OURS) and entry.text.isascii()]
    expected = [entry.number for entry in spoken if wanted and wanted in entry.text.lower()]
    found = [entry.number for entry in spoken if entry.number in search.hits]
    later = expected[len(found) :]  # said after the key, in the same turn
    is_right = found == expected[: len(found)] and all(any(entry.number == number for entry in new) for number in later)
    demand(is_right, lambda: f"search: {search.query!r} is in {expected}, found is {found}")
    demand(-1 <= search.at < len(search.hits) and (search.at >= 0) == bool(search.hits), lambda: f"search: hit {search.at} of {search.hits}")


def _gone(before: list[tuple[int, str]], after: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """What stood at the front and does not any more."""
    for start in range(len(before) + 1):
        if after[: len(before) - start] == before[start:]:
            return before[:start]
    return before
