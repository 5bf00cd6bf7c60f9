"""One client watched: every input, event and effect is noted, and after each turn the whole is compared."""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from core import CameOnline, ChatEnded, WentOffline
from curses_ui.client import Client, Note, Value
from curses_ui.state.conversation import STATUS_WINDOW, ChatState, Conversation, EntryKind
from curses_ui.state.effects import Bell, EndChat, Task
from curses_ui.state.model import TrackerState, UiState
from curses_ui.state.windows import READ_AFTER_SECONDS
from curses_ui.text.cells import drawable
from curses_ui.text.clean import clean_name

from .fault import demand, is_harmless
from .hearing import Hearing
from .ledger import Ledger, News, Page
from .talks import Talks
from .typing import Typing
from .written import Written

_UNREAD_AGAIN: Final = "counts as unread again"
_SLACK_SECONDS: Final = 0.1
_BELL_SECONDS: Final = 3.0
_PRESENCE: Final = re.compile(r"\S[^:]* (is online|went offline)\.|(Online|Went offline): ")
_MOST_CROWD_NAMES: Final = 5
_MOST_PRESENCE_LINES: Final = 10  # five in each second of its own count
_SHOWN_OF_LAST: Final = 12  # characters of a folded window's last text that its line has at least


class ClientAudit:
    """Makes a client by ``watch``, whose ``note`` and ``trace`` it takes; call ``look`` after each turn."""

    def __init__(self, also_note: Note | None = None) -> None:
        self._also_note: Final = also_note
        self._client: Client | None = None
        self._has_news = True
        self._ledger: Final = Ledger()
        self._hearing: Final = Hearing()
        self._talks: Final = Talks()
        self._typing: Final = Typing()
        self._written: Final = Written()
        self._tasks: list[Task] = []
        self._lines: list[str] = []
        self._unread: dict[int, int] = {}
        self._watched_since: dict[int, float] = {}
        self._touched: Final[set[int]] = set()
        self._presence: list[float] = []
        self._just_gone: Final[set[str]] = set()
        self._missing: Final[set[str]] = set()
        """Who went when the tracker was just back: they may be back at once."""
        self._come: Final[list[str]] = []
        self._waited_for_some = False
        self._is_reading = True
        self._waiting_lines = 0
        self._current = STATUS_WINDOW
        self._kept_unread: Final[set[int]] = set()
        self._typed_at = 0.0
        self._shown = STATUS_WINDOW
        self._shown_window: Conversation | None = None
        self._numbers: frozenset[int] = frozenset()
        self._was_waiting = False
        self._was_registered = False
        self._entries = 0
        self.gone_at: Final[dict[str, float]] = {}
        """By peer: when its window was last removed, or folded into the status window, with all but its last text."""
        self.left_at: Final[defaultdict[str, list[float]]] = defaultdict(list)
        """By peer: when the user took leave, or the conversation ended."""

    @property
    def refused(self) -> Sequence[str]:
        """What callers said who waited until the user refused them, or left."""
        return self._hearing.refused

    def watch(self, client: Client) -> None:
        """Begin with a client that was just made."""
        self._client = client
        self._turn(client, [], [])

    def note(self, now: float, name: str, values: tuple[Value, ...]) -> None:
        """Be told of an input (``client.Note``)."""
        if self._also_note is not None:
            self._also_note(now, name, values)
        self._has_news = True
        self._typing.note_input(name, values)

    def trace(self, what: object) -> None:
        """Be told of an event or an effect, before it counts."""
        client = self._client
        if client is not None:
            if isinstance(what, EndChat | ChatEnded):
                for page in self._ledger.pages.values():  # the window may have been removed in this turn
                    if page.conversation.chat == what.conversation:
                        self.left_at[page.conversation.name].append(client._now)
            if isinstance(what, WentOffline):
                self._just_gone.add(clean_name(what.name))
                if client.state.presence.tell_gone_at is not None:
                    self._missing.add(what.name)
            if isinstance(what, CameOnline):
                if what.name in self._missing:
                    self._missing.remove(what.name)  # it is back in time, and no news
                else:
                    self._come.append(clean_name(what.name))
            self._hearing.note(client.state, what, client._now)
            self._talks.note(what)
            self._typing.note(what)

    def look(self, tasks: Sequence[Task], lines: Sequence[str] = ()) -> None:
        """Compare everything, after a turn; given what the client handed out in it.

        Raises:
            AuditFault: Something is not as it has to be.
        """
        self._tasks += tasks
        self._lines += lines
        client = self._client
        if client is None or not self._has_news:
            return
        self._has_news = False
        tasks, self._tasks = self._tasks, []
        lines, self._lines = self._lines, []
        self._turn(client, tasks, lines)

    def _turn(self, client: Client, tasks: Sequence[Task], lines: Sequence[str]) -> None:
        state = client.state
        _check_windows(state)
        self._check_shown(state)
        news, gone = self._ledger.take(state)
        self.gone_at.update((page.conversation.name, state.now) for page in gone)
        _check_characters(news)
        self._hearing.check(state, news, client._now)
        self._talks.check(state, news)
        self._check_strangers(state, news, gone)
        self._check_presence(state, news)
        self._check_unread(state, news, tasks)
        self._typing.check(state, news, is_in_sequence=client._keys.next_timer() is not None)
        self._written.check(state, news, gone, tasks, lines)

    # What is shown

    def _check_shown(self, state: UiState) -> None:
        """Only the user changes the window on the screen, unless that window is gone. The loss of the tracker is shown."""
        is_asked = self._typing.has_keyboard or self._was_waiting or state.current not in self._numbers
        demand(
            state.plain or is_asked or state.current == self._shown or state.conversations.get(self._shown) is not self._shown_window,
            lambda: f"shown: window {state.current} is on the screen, and nobody has left {self._shown}",
        )
        self._shown, self._shown_window, self._numbers = state.current, state.here, frozenset(state.conversations)
        self._was_waiting = bool(state.pending_lists)
        is_registered = state.tracker.state is TrackerState.REGISTERED
        if self._was_registered and not is_registered and not state.leaving and not self._typing.has_keyboard:
            told = [entry.text for entry in state.status.log if entry.number > self._entries and entry.kind is EntryKind.ERROR]
            has_told = bool(told) or state.tracker.state is TrackerState.CONNECTING or state.status.log[0].number > self._entries
            demand(has_told, lambda: "loss: the tracker is lost, and nothing tells of it")
        self._was_registered, self._entries = is_registered, state.entries

    # Strangers

    def _check_strangers(self, state: UiState, news: dict[int, News], gone: list[Page]) -> None:
        """Strangers' windows are few; the oldest ended one folds into the status window, with what it said last."""
        if self._client is not None and state.windowless:
            ended = self._client._node._chats._book._ended
            left = [chat for chat in state.windowless if chat in ended]
            demand(not left, lambda: f"strangers: {left} have no window, and have left")
        self._touched.add(state.current)
        for page in gone:
            self._touched.discard(page.conversation.number)
        strangers = [c for c in state.conversations.values() if c.chat is not None and not c.visited]
        demand(len(strangers) <= state.limits.max_strangers, lambda: f"strangers: {len(strangers)} windows, of {state.limits.max_strangers}")
        for conversation in strangers:
            demand(conversation.number not in self._touched, lambda: f"strangers: window {conversation.number} was on the screen")
        if self._typing.has_keyboard:
            return
        folded = [page for page in gone if not page.visited]
        for page in folded:
            conversation = page.conversation
            demand(conversation.state is ChatState.ENDED, lambda: f"strangers: window {conversation.number} is folded, and connected")
            older = [c.number for c in strangers if c.number < conversation.number and _had_ended(news[c.number])]
            demand(not older, lambda: f"strangers: window {conversation.number} is folded, and {older} are older")
            self._check_told(conversation, news)

    def _check_told(self, conversation: Conversation, news: dict[int, News]) -> None:
        said = [entry.text for entry in conversation.log if entry.kind is EntryKind.THEIRS]
        told = [entry.text for entry in news[STATUS_WINDOW].new if conversation.label in entry.text]
        if news[STATUS_WINDOW].dropped:
            return
        if said:
            told = [text for text in told if str(conversation.texts_in) in text and drawable(said[-1][:_SHOWN_OF_LAST]) in text]
        demand(bool(told), lambda: f"strangers: nothing tells of {conversation.label}, of {conversation.texts_in} texts, at last {said[-1:]}")

    # Who comes and goes

    def _check_presence(self, state: UiState, news: dict[int, News]) -> None:
        """However fast a list changes, the status window is not flooded; and whoever is said to have gone is not there."""
        lines = [entry.text for entry in news[STATUS_WINDOW].new if _PRESENCE.match(entry.text)]
        if any("offline" in text for text in lines) and state.catalogue.language == "en":
            there = {clean_name(name) for name in state.people.names()} - self._just_gone
            for text in lines:
                _, _, listed = text.removesuffix(".").partition(": ")
                named = {listed, *listed.split(", "), text.removesuffix(" went offline.")} if "offline" in text else set()
                demand(not named & there, lambda: f"presence: {text!r}, and {named & there} is there")
        self._just_gone.clear()
        waits_for_some = state.presence.tell_gone_at is not None
        is_usual = len(self._come) < _MOST_CROWD_NAMES and state.presence.lines < _MOST_PRESENCE_LINES // 2 and not news[STATUS_WINDOW].dropped
        if is_usual and state.catalogue.language == "en" and waits_for_some == self._waited_for_some and not state.leaving:
            told = " ".join(text for text in lines if "nline" in text)
            for name in self._come:
                demand(name in told or " more" in told, lambda: f"presence: {name} has come, and nothing tells of it")
        self._waited_for_some = waits_for_some
        self._come.clear()
        if not waits_for_some:
            self._missing.clear()
        came = len(lines)
        self._presence += [state.now] * came
        self._presence = [at for at in self._presence if at > state.now - 1.0]
        demand(len(self._presence) <= _MOST_PRESENCE_LINES, lambda: f"presence: {len(self._presence)} lines in a second")

    # Reading

    def _check_unread(self, state: UiState, news: dict[int, News], tasks: Sequence[Task]) -> None:
        """A text is unread until its window has been before the user for a while."""
        came, now = self._hearing.unread, state.now
        was_reading = self._is_reading
        self._is_reading = state.focused
        has_rung = any(isinstance(task, Bell) for task in tasks)
        left, self._current = self._current, state.current
        assert self._client is not None
        waited, self._waiting_lines = self._waiting_lines, len(self._client._typed.lines)
        goes_on = waited != self._waiting_lines  # lines of a user without a screen wait, and are carried out without a key
        # A line that was typed during a paste is carried out behind it.
        is_asked = any(_UNREAD_AGAIN in entry.text for found in news.values() for entry in found.new)
        for number, conversation in state.conversations.items():
            before, new = self._unread.get(number, 0), came[number]
            if news[number].before is None:
                before = 0
            is_watched = number == state.current and state.focused and conversation.anchor is None
            since = self._watched_since.get(number)
            if not is_watched:
                self._watched_since.pop(number, None)
            elif since is None:
                since = self._watched_since[number] = now
            unread = conversation.unread
            self._unread[number] = unread
            is_away = number != state.current
            demand(not is_away or unread > 0 or conversation.rule is None, lambda: f"rule: window {number} is read, and keeps its rule")
            if not is_watched or not unread:
                self._kept_unread.discard(number)
            # Without a screen, a caller may come to where what is typed goes: the window before may just have been read.
            has_left = state.plain and state.current != left == number
            if self._typing.has_keyboard or is_asked or goes_on or has_left:
                if is_watched and unread and conversation.read_at is None:
                    self._kept_unread.add(number)  # by /unread
                self._typed_at = now
                continue  # windows may have been changed in between
            if not is_watched and was_reading == state.focused:
                demand(unread == before + new, lambda: f"unread: window {number} counts {unread}, it had {before} and {new} came")
                if new and not has_rung and state.settings.bell and number != state.current:
                    rang_at = self._written.rang_at
                    is_due = rang_at is None or now - rang_at >= _BELL_SECONDS + _SLACK_SECONDS
                    demand(not is_due, lambda: f"bell: {new} texts came for window {number}, and it does not ring")
            elif is_watched and since is not None:
                demand(unread in (before + new, 0, new), lambda: f"unread: window {number} counts {unread}, it had {before} and {new} came")
                if before and unread < before:
                    demand(now >= since + READ_AFTER_SECONDS - 1e-6, lambda: f"unread: window {number} counts as read after {now - since:.3f} s")
                late = now > max(since, self._typed_at) + READ_AFTER_SECONDS + _SLACK_SECONDS
                demand(not late or unread <= new or number in self._kept_unread, lambda: f"unread: window {number} is read for {now - since:.1f} s, and counts {unread}")
                is_old = late and conversation.read_at is None and number not in self._kept_unread
                demand(not is_old or not conversation.attention, lambda: f"attention: window {number} is read for {now - since:.1f} s, and has a mark")
        came.clear()


def _had_ended(found: News) -> bool:
    return found.before is not None and found.before.state is ChatState.ENDED


def _check_windows(state: UiState) -> None:
    """Every window has its number, and every peer one window."""
    numbers = list(state.conversations)
    demand(numbers == sorted(numbers) and state.current in state.conversations, lambda: f"windows: {numbers}, {state.current} is shown")
    demand(state.previous in state.conversations, lambda: f"windows: the previous one, {state.previous}, is gone")
    used = list(state.windows.values())
    demand(len(set(used)) == len(used), lambda: f"windows: a number is given twice, {used}")
    demand(len(used) <= max(state.limits.max_window_numbers, len(numbers) + 1), lambda: f"windows: {len(used)} numbers are kept")
    for number, conversation in state.conversations.items():
        demand(conversation.number == number, lambda: f"windows: window {number} believes that it is {conversation.number}")
        demand(conversation.cleared <= state.entries, lambda: f"clear: window {number} hides entries that are still to come")
        if conversation.chat is not None:
            demand(state.windows.get(conversation.chat) == number, lambda: f"windows: window {number} is another peer's")


def _check_characters(news: dict[int, News]) -> None:
    """No text can act on a terminal, or forge a line."""
    for number, found in news.items():
        for entry in found.new:
            rows = entry.text.split("\n") if entry.kind in (EntryKind.NEWS, EntryKind.ERROR) else [entry.text]
            for text in (*rows, entry.sender, *entry.folded):
                demand(is_harmless(text), lambda: f"controls: in window {number} stands {text!r}")
