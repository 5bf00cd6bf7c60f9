"""What people see, compared with what people typed: the oracle reads the frames.

What Ana typed to Bruno stands in Bruno's window for Ana once, in order, as ``clean`` leaves it, or is marked at Ana's;
it stands in nobody else's. The exceptions are those of ``EXCEPTIONS``, and each is counted.
"""

import bisect
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from core import ConversationId
from core.node.tracker_session import TrackerState
from curses_ui.state.conversation import STATUS_WINDOW, Conversation, EntryKind
from curses_ui.state.limits import CLIENT_LIMITS
from curses_ui.state.model import PasteQuestion, UiState
from curses_ui.state.model import TrackerState as ShownState
from curses_ui.terminal.frame import Frame, Line, Role
from curses_ui.text.cells import drawable, text_width
from curses_ui.text.clean import clean_message
from curses_ui.view.layout import compute_layout
from curses_ui.view.render import Renderer

from ..clockwork import Clockwork
from ..oracle import Violation
from .frames import check_freshness, check_picture, next_to_read
from .plan import NAMES

if TYPE_CHECKING:
    from .process import ScreenProcess

EXCEPTIONS: Final = {
    "fold": "it came in a flood, and stands in a fold or below a cut that /show opens",
    "ignored": "the reader had said /ignore",
    "closed": "the window was removed by its user",
    "stranger": "the window was folded into the status window, which has the last text only",
    "dropped": "too much was said to keep all of it",
    "question": "a question was open: of the writer, who answered it by the line, or a call that was not accepted yet",
    "gone": "the writer's program or the reader's ended while the text was on its way (docs/reliability.md)",
    "elsewhere": "the window changed between the text and Enter",
    "halted": "it was the first line of its writer, stopped in its midst, and stands as two (docs/protocol.md §4.4)",
}

_TOKEN: Final = re.compile(r"s[0-9][a-z]\.[0-9x]\.[0-9]+\.")
_TOLD: Final = re.compile(r"(To [^:]+|Not sent): ")  # where a message that was said to another window is told
_COUNT: Final = re.compile(r"\d+")  # how the line of a fold begins
_READING_COLUMNS: Final = 300
_ANSWER_SECONDS: Final = 0.25
_ROWS_OF_VIEW: Final = 10  # in fewer, the first row of a text may have to be chosen
_SLOW_ANSWER_SECONDS: Final = 17.0  # of commands that ask the tracker first, or wait until the peer has heard us out
_SLOW_COMMANDS: Final = ("/chat", "/msg", "/list", "/whois", "/bye", "/close", "/reject")
_GONE_SECONDS: Final = 5.0
_NOTICED_SECONDS: Final = 40.0  # a network that swallows everything is noticed within 30 s (§4.9)
_LOOKS: Final = ("question", "search", "completion", "reverse_search", "people_wanted", "people_overlaid", "current")
_CONTROLS: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})


@dataclass(slots=True)
class Typed:
    """One text that somebody typed."""

    by: "ScreenProcess"
    text: str
    at: float
    window: str
    """The name of the peer in the window on the screen, or of the peer that the command named; empty for neither."""
    is_echoed: bool
    """Whether the node had to take it."""


@dataclass(slots=True)
class Seen:
    """One text in a window."""

    row: str
    is_own: bool
    mark: str
    is_folded: bool


Window = dict[str, list[Seen]]
"""What stands in a window, by token, in the order of the rows."""


@dataclass(slots=True)
class Reading:
    """Everything in the windows of a person, by the peer's name; that of the status window is empty."""

    windows: dict[str, Window] = field(default_factory=dict)
    """By the peer's name."""
    asks: bool = False
    """Callers wait for the user's word, and what they say with them."""
    held: set[str] = field(default_factory=set)
    """What callers have said that wait still, or that were refused."""
    holds_few: bool = False
    """Of a caller that waits, only few texts are kept."""
    only_counted: Counter[str] = field(default_factory=Counter)
    """By the peer's name: texts in folds that keep no more of them."""
    ignored: set[str] = field(default_factory=set)
    has_dropped: bool = False
    has_strangers: bool = False
    """There may have been more callers than windows: then the status window tells what they said, or said last."""


class ScreenOracle:
    """Follows what people type, and reads what they see."""

    def __init__(self, clock: Clockwork) -> None:
        self._clock: Final = clock
        self.typed: Final[dict[str, Typed]] = {}
        self.exceptions: Final[Counter[str]] = Counter()
        self._window_of: Final[dict[ScreenProcess, int]] = {}
        self._moved_at: Final[dict[ScreenProcess, float]] = {}
        """When last another window came on somebody's screen."""
        self.delivered = 0
        self.marked = 0
        self._pasted: Final[dict[str, Typed]] = {}
        self._readings: Final[dict[ScreenProcess, Reading]] = {}
        self._repeated: Final[set[str]] = set()
        self._ignoring: Final[set[tuple[ScreenProcess, str]]] = set()
        self._removed: Final[dict[tuple[ScreenProcess, str], Window]] = {}
        self._closing: Final[dict[tuple[ScreenProcess, str], float]] = {}
        self._refused: Final[set[tuple[ScreenProcess, str]]] = set()

    # While people type

    def note_enter(self, person: "ScreenProcess", line: str, said: str | None, to: str | None) -> None:
        """Somebody is about to press Enter on a line."""
        state = person.client.state
        here = state.here
        if state.question is not None or state.search is not None or state.reverse_search is not None:
            self.exceptions["question"] += said is not None
            return
        typed = here.draft.text
        if typed != line or person.client._keys.next_timer() is not None:  # an ESC, and then Enter: a line break
            self.exceptions["elsewhere"] += said is not None
            if said is None or typed.startswith("/") or not _TOKEN.search(typed):
                return
            said, to = typed, None
        if person.frame is not None:
            self._expect_answer(person, line)
        if said is None:
            return
        takes_text = here.takes_text and not here.waiting
        token = _token_of(said)
        if token in self.typed or token in self._pasted:
            self._repeated.add(token)  # out of the history
        is_echoed = takes_text and to is None and here.number != STATUS_WINDOW
        is_echoed = is_echoed and not state.paste  # what waits behind a paste may go back into the history
        self.typed[token] = Typed(person, said, self._clock.now, to if to is not None else here.name, is_echoed)

    def note_line(self, person: "ScreenProcess", said: str | None, to: str | None) -> None:
        """Somebody without a screen enters a line; without ``to``, where it goes shows at the sender's."""
        if said is not None and to is None:
            self._pasted[_token_of(said)] = Typed(person, said, self._clock.now, "", True)
        elif said is not None and to is not None:
            self.typed[_token_of(said)] = Typed(person, said, self._clock.now, to, False)

    def check_shown_window(self, person: "ScreenProcess", number: int) -> None:
        """A click on a window in the pane shows that window."""
        if person.client.state.current != number:
            raise Violation(f"click: {person.label} clicked on window {number}, and sees {person.client.state.current}")

    def expect_next_to_read(self, person: "ScreenProcess") -> None:
        """Let somebody press Alt+a, which shows the window that the bar names first of those to be read."""
        state = person.client.state
        expected = state.current

        def before() -> None:
            nonlocal expected
            is_typing = state.question is None and state.search is None and state.reverse_search is None
            expected = next_to_read(state) if is_typing and person.client._keys.next_timer() is None else 0

        def after() -> None:
            if expected and state.current != expected:
                raise Violation(f"next: {person.label} is in window {state.current} after Alt+a, and not in {expected}")

        person.press(b"\x1ba", before, after)

    def check_view(self, person: "ScreenProcess", line: str) -> None:
        """After Enter, the end of the log is on the screen: what was said stands there."""
        state = person.client.state
        is_text = not line.startswith("/") and state.question is None and state.search is None and state.rows >= _ROWS_OF_VIEW
        if is_text and not state.here.draft.text and state.here.anchor is not None and len(line) < state.columns:
            raise Violation(f"view: {person.label} has said {line!r}, and sees what was said before")

    def expect_pasted(self, person: "ScreenProcess", keys: bytes, rows: list[str], new: list[str] | None = None) -> None:
        """Let somebody paste ``rows``, of which ``new`` are new: they are asked about, or stand in the draft, or are sent."""
        is_typing = False

        def before() -> None:
            nonlocal is_typing
            state = person.client.state
            is_first = new is None and state.question is None
            is_second = isinstance(state.question, PasteQuestion) and _token_of(rows[0]) in state.question.text
            is_open = state.search is None and state.reverse_search is None and person.client._keys.next_timer() is None
            is_typing = is_open and not state.leaving and (is_first or is_second)
            self.note_pasted(person, rows if new is None else new)

        def after() -> None:
            state = person.client.state
            there = state.question.text if isinstance(state.question, PasteQuestion) else state.here.draft.text
            missing = [row for row in rows if row not in there]
            if is_typing and missing and not state.paste:
                raise Violation(f"paste: {person.label} has pasted {rows}, and {missing} are nowhere")

        if person.can_act:
            person.press(keys, before, after)

    def note_pasted(self, person: "ScreenProcess", rows: list[str]) -> None:
        """Somebody is about to paste some texts; whether they are sent shows at the sender's."""
        here = person.client.state.here.name
        self._pasted.update((_token_of(row), Typed(person, row, self._clock.now, here, True)) for row in rows)

    def is_text(self, line: str) -> bool:
        """Whether a line is one that somebody typed to a peer before."""
        return _TOKEN.search(line) is not None

    def note_ignored(self, person: "ScreenProcess", name: str) -> None:
        """Somebody ignores a peer for a while."""
        self._ignoring.add((person, name))

    def note_refused(self, person: "ScreenProcess", name: str) -> None:
        """Somebody refuses a call, or takes leave, while what the caller said still waits."""
        self._refused.add((person, name))

    def note_closed(self, person: "ScreenProcess") -> None:
        """Somebody removes the window on the screen."""
        here = person.client.state.here
        if here.number != STATUS_WINDOW:
            self._closing[person, here.name] = self._clock.now + _ANSWER_SECONDS
            self._removed.setdefault((person, here.name), {}).update(_read_window(person.client.state, here))

    # Frames

    def check_frame(self, person: "ScreenProcess", frame: Frame) -> None:
        """A frame is exactly as large as its terminal, holds nothing that acts on it, and contradicts nobody."""
        state = person.client.state
        if self._window_of.get(person) != state.current:
            self._window_of[person], self._moved_at[person] = state.current, self._clock.now
        rows = [_text_of(line) for line in frame.lines]
        for row in rows:
            if not row.isprintable():  # as every character of these categories is
                self._check_characters(person, row)
        if len(rows) != state.rows or any(text_width(row) != state.columns for row in rows):
            raise Violation(f"size: {person.label} has {state.rows}x{state.columns}, and not this frame:\n{frame.text()}")
        self._check_bars(person, rows)
        check_picture(person.label, state, frame.title, rows)

    def check_freshness(self, person: "ScreenProcess") -> None:
        """What is on the screen is still so, if the client has nothing more to draw."""
        client = person.client
        is_quiet = not client._is_stale and not client.state.leaving and person.reactor.disturbed_at < self._clock.now - 1.0
        if person.can_act and person.frame is not None and is_quiet:
            check_freshness(person.label, client.state, person.frame, person.reactor.time())

    def _check_characters(self, person: "ScreenProcess", text: str) -> None:
        wrong = [character for character in text if unicodedata.category(character) in _CONTROLS]
        if wrong:
            raise Violation(f"controls: {person.label} is shown {wrong!r} in {text!r}")

    def _check_bars(self, person: "ScreenProcess", rows: list[str]) -> None:
        state, node = person.client.state, person.node
        if state.leaving:
            return
        layout = compute_layout(state.rows, state.columns, pane_wanted=False)
        if layout.header_rows:
            top = rows[0]
            registered = node.tracker_state is TrackerState.REGISTERED
            if "tracker ok" in top and not registered or "no tracker" in top and registered:
                raise Violation(f"bars: {person.label} reads {top!r}, the node is {node.tracker_state.value}")
        if (state.tracker.state is ShownState.REGISTERED) != (node.tracker_state is TrackerState.REGISTERED):
            raise Violation(f"bars: {person.label} is {state.tracker.state}, the node {node.tracker_state.value}")
        if node.retry_at is not None and state.tracker.retry_at != node.retry_at:
            raise Violation(f"bars: {person.label} counts down to {state.tracker.retry_at}, the node waits until {node.retry_at}")
        if set(state.people.names()) != set(node.people):
            raise Violation(f"bars: {person.label} has {sorted(state.people.names())}, the node {sorted(node.people)}")
        here = state.here
        if here.chat is not None and here.is_open and not node.is_connected(here.chat):
            self._note_half_open(person, here.chat)

    def _note_half_open(self, person: "ScreenProcess", chat: int) -> None:
        """A farewell that is being heard leaves a window open for two seconds; longer contradicts the node."""
        since = self._clock.now
        opened_at = person.client.state.here.opened_at

        def check() -> None:
            conversation = person.client.state.of_chat(ConversationId(chat))
            if person.is_running and person.can_act and conversation is not None and conversation.is_open:
                if conversation.opened_at > opened_at:  # ended meanwhile, opened again, and now it may end once more
                    return
                if not person.node.is_connected(ConversationId(chat)) and self._clock.now - since > 40.0:
                    raise Violation(f"bars: {person.label} has {conversation.label} open, and is not connected")

        self._clock.later(41.0, check)

    def _expect_answer(self, person: "ScreenProcess", line: str) -> None:
        """Every Enter on a line that is not blank changes what the window on the screen shows."""
        state = person.client.state
        layout = compute_layout(state.rows, state.columns, pane_wanted=False)
        if layout.log_rows < 2 or state.people_overlaid or not line.strip():
            return
        before = _log_of(person, layout.header_rows)
        size, window, entries = (state.rows, state.columns), state.current, state.entries
        since = self._clock.now

        def check() -> None:
            is_able = person.is_running and person.can_act and person.reactor.disturbed_at < since
            if not is_able or state.leaving or state.search is not None or state.here.anchor is not None:
                return
            if (state.rows, state.columns) != size or state.current != window or self._moved_at.get(person, -1.0) >= since:
                return  # to another window, and perhaps back again
            if _log_of(person, layout.header_rows) != before or state.question is not None or state.people_overlaid:
                return
            if line == "/clear" or state.here.log and state.here.log[-1].number > entries:
                return  # the same again, as often as there is room for
            if line.startswith(_SLOW_COMMANDS) and self._clock.now - since < _SLOW_ANSWER_SECONDS:
                self._clock.later(_SLOW_ANSWER_SECONDS, check)
                return
            raise Violation(f"unanswered: {person.label} typed {line!r} at {since:.3f}, and sees\n{before}")

        self._clock.later(_ANSWER_SECONDS, check)

    # At the end

    def read_out(self, person: "ScreenProcess") -> None:
        """Read everything in somebody's windows, as frames that are large enough; once, when the program ends."""
        state = person.client.state
        waiting = [text for conversation in state.conversations.values() for text in conversation.held]
        reading = self._readings[person] = Reading(
            asks=state.settings.accept == "ask",
            held={token for text in (*waiting, *person.audit.refused) for token in _TOKEN.findall(text)},
            holds_few=state.limits.max_held_texts < CLIENT_LIMITS.max_held_texts,
            ignored={name for by, name in self._ignoring if by is person},
            has_dropped=state.told_of_dropping,
            has_strangers=person.had_windowless or state.limits.max_strangers < CLIENT_LIMITS.max_strangers,
        )
        for (by, name), window in self._removed.items():
            if by is person:
                reading.windows[name] = dict(window)
        for conversation in state.conversations.values():
            name = "" if conversation.number == STATUS_WINDOW else conversation.name
            window = reading.windows.setdefault(name, {})
            for token, seen in _read_window(state, conversation).items():
                window.pop(token, None)  # told in a namesake's window, before its turn in this one
                window[token] = seen
            for entry in conversation.log:
                if entry.folded and (count := _COUNT.match(entry.text)) is not None:
                    # Callers without a window are folded in the status window, each by name.
                    sender = name or entry.text.partition(" from ")[2].removesuffix(" hidden. /show")
                    reading.only_counted[sender] += int(count[0]) - len(entry.folded)

    def check(self) -> None:
        """Compare what everybody saw with what everybody typed."""
        self._take_pastes()
        for token, typed in self.typed.items():
            if token not in self._repeated:
                self._check_text(token, typed)
        for reader, reading in self._readings.items():
            for name, window in reading.windows.items():
                self._check_order(reader, name, window)
                if reader.client.state.plain:
                    self._check_own_order(reader, window)
        assert self.exceptions.keys() <= EXCEPTIONS.keys(), self.exceptions

    def _take_pastes(self) -> None:
        for token, pasted in self._pasted.items():
            for name, window in self._readings[pasted.by].windows.items():
                if token in window and name:
                    if pasted.window not in ("", name) and token not in self._repeated:
                        raise Violation(f"wrong-window: {token} was pasted for {pasted.window}, and stands at {name}")
                    pasted.window = name
                    self.typed[token] = pasted

    def _check_text(self, token: str, typed: Typed) -> None:
        own = self._readings[typed.by]
        echoes = [(name, seen) for name, window in own.windows.items() if name for seen in window.get(token, ()) if seen.is_own]
        if not echoes:
            if typed.is_echoed and not self._is_excused(typed, typed.by, typed.window):
                raise Violation(f"no-echo: {token} was typed to {typed.window} at {typed.at:.3f}, and is nowhere")
            self._check_nobody_has(token, typed)
            return
        if len(echoes) > 1 or echoes[0][0] != typed.window:
            raise Violation(f"wrong-window: {token} was typed to {typed.window}, and stands at {[name for name, _ in echoes]}")
        (_, echo), *_ = echoes
        is_told = not typed.by.client.state.plain and not all(seen.is_own for seen in own.windows[typed.window][token])
        if is_told and not echo.mark:
            raise Violation(f"twice: {token} stands in the window of {typed.window}, and is told there as well")
        if typed.window not in NAMES:
            return  # a stranger's, who shows nobody anything
        told = [seen for window in own.windows.values() for seen in window.get(token, ()) if not seen.is_own and _TOLD.search(seen.row)]
        if len(told) > 1:
            raise Violation(f"twice: {typed.by.label} is told {len(told)} times of {token}")
        shown = self._shown(token, typed)
        if len(shown) > 1:
            raise Violation(f"twice: {token} stands {len(shown)} times at {typed.window}'s")
        if shown and echo.mark == "not sent":
            raise Violation(f"unsent: {token} is marked as not sent, and stands at {typed.window}'s")
        self.marked += bool(echo.mark)
        if shown:
            self.delivered += 1
            self.exceptions["fold"] += shown[0].is_folded
            expected = drawable(clean_message(typed.text))
            if len(typed.text) < 100 and expected.rstrip() not in shown[0].row and not shown[0].is_folded:
                raise Violation(f"changed: {expected!r} is shown as {shown[0].row!r}")
        elif not echo.mark:
            self._explain_loss(token, typed)

    def _shown(self, token: str, typed: Typed) -> list[Seen]:
        """Where a text stands at its reader's; at nobody else's, and in no other window."""
        shown: list[Seen] = []
        for reader, reading in self._readings.items():
            if reader is typed.by:
                continue
            for name, window in reading.windows.items():
                for seen in window.get(token, ()):
                    has_removed = any(by is reader and peer == typed.by.name for by, peer in self._closing)
                    # Lines of a user without a screen may be carried out later, in another window than they were typed.
                    logs = (conversation.log for conversation in reader.client.state.conversations.values())
                    has_removed |= any(typed.by.name in entry.text and "is removed" in entry.text for log in logs for entry in log)
                    is_told = not name and (reading.has_strangers or has_removed)  # there was no window, or no longer
                    # A first line that stops in its midst is taken for a whole one (§4.4).
                    is_named = name == typed.by.name or bool(name) and typed.by.name.startswith(name) or ":" in name
                    if reader.name != typed.window or not is_named and not is_told or seen.is_own:
                        raise Violation(
                            f"wrong-person: {token}, typed to {typed.window}, stands at {reader.label} in {name or 'status'!r}"
                        )
                    shown.append(seen)
        return shown

    def _check_nobody_has(self, token: str, typed: Typed) -> None:
        if self._shown(token, typed) and not self._is_excused(typed, typed.by, typed.window):
            raise Violation(f"unechoed: {token} stands at {typed.window}'s, and not at {typed.by.label}")

    def _explain_loss(self, token: str, typed: Typed) -> None:
        if typed.by.ended_at is not None and typed.at > typed.by.ended_at - _NOTICED_SECONDS:
            self.exceptions["gone"] += 1
            return
        if self._is_excused(typed, typed.by, typed.window):
            return
        readers = [reader for reader in self._readings if reader.name == typed.window]
        for reader in readers:
            reading = self._readings[reader]
            if typed.by.name in reading.ignored:
                self.exceptions["ignored"] += 1
                return
            if token in reading.held or (reader, typed.by.name) in self._refused or reading.asks and reading.holds_few:
                self.exceptions["question"] += 1
                return
            if self._is_excused(typed, reader, typed.by.name):
                return
            if reading.only_counted[typed.by.name] > 0:
                reading.only_counted[typed.by.name] -= 1
                self.exceptions["fold"] += 1
                return
            if _stands_in_two(reader.client.state, typed):
                self.exceptions["halted"] += 1
                return
            if reader.ended_at is not None and typed.at <= reader.ended_at < typed.at + _GONE_SECONDS:
                self.exceptions["gone"] += 1
                return
        raise Violation(f"lost: {token} was typed to {typed.window} at {typed.at:.3f}, unmarked, and stands nowhere")

    def _is_excused(self, typed: Typed, person: "ScreenProcess", window: str) -> bool:
        """Whether somebody's window no longer holds a text that was in it."""
        reading = self._readings[person]
        typed_at = person.reactor.time() - (self._clock.now - typed.at)
        was_there = person.audit.gone_at.get(window, -_GONE_SECONDS) >= typed_at - _GONE_SECONDS  # a peer is heard out
        if reading.has_dropped:
            self.exceptions["dropped"] += 1
        elif self._closing.get((person, window), -1.0) >= typed.at:
            self.exceptions["closed"] += 1
        elif was_there and any(by is person for by, _ in self._closing):  # keys that waited closed another window
            self.exceptions["closed"] += 1
        elif was_there and reading.has_strangers:
            self.exceptions["stranger"] += 1
        else:
            return False
        return True

    def _check_order(self, reader: "ScreenProcess", name: str, window: Window) -> None:
        for writer, reading in self._readings.items():
            if writer.name != name or writer is reader:
                continue
            theirs = [token for token in window if token.startswith(f"{writer.label}.") and token not in self._repeated]
            # What is marked may come late, over a connection that was given up.
            own = reading.windows.get(reader.name, {})
            echoes = [token for token, seen in own.items() if token in theirs and not any(one.mark for one in seen)]
            theirs = [token for token in theirs if token in echoes]  # the others are told elsewhere
            talks = {token: self._talk_of(writer, reader.name, token) for token in echoes}
            if sorted(theirs, key=talks.__getitem__) != sorted(echoes, key=talks.__getitem__):
                raise Violation(f"order: {writer.label} said {echoes}, {reader.label} reads {theirs}")

    def _check_own_order(self, writer: "ScreenProcess", window: Window) -> None:
        """What a program without a screen says is sent in the order of its lines."""
        own = [token for token, seen in window.items() if seen[0].is_own and token.startswith(f"{writer.label}.")]
        numbers = [int(token.split(".")[2]) for token in own]
        if numbers != sorted(numbers):
            raise Violation(f"order: {writer.label} has sent {own}")

    def _talk_of(self, writer: "ScreenProcess", name: str, token: str) -> int:
        """In which of the conversations with somebody a text was typed: what is said in the next one may come first."""
        typed = self.typed.get(token) or self._pasted[token]
        return bisect.bisect(writer.audit.left_at[name], writer.reactor.time() - (self._clock.now - typed.at))


def _token_of(text: str) -> str:
    found = _TOKEN.search(text)
    assert found is not None, text
    return found[0]


def _text_of(line: Line) -> str:
    return "".join([span.text for span in line])


def _log_of(person: "ScreenProcess", header_rows: int) -> str:
    assert person.frame is not None
    return "\n".join(_text_of(line) for line in person.frame.lines[header_rows:-2])


def _stands_in_two(state: UiState, typed: Typed) -> bool:
    logs = (conversation.log for conversation in state.conversations.values() if conversation.name == typed.by.name)
    texts = [[entry.text for entry in log if entry.kind is EntryKind.THEIRS] for log in logs]
    return any(one + other == clean_message(typed.text) for log in texts for one, other in pairwise(log))


def _read_window(state: UiState, conversation: Conversation) -> Window:
    """Read a whole window as its user could, and leave everything as it was."""
    kept = {name: getattr(state, name) for name in _LOOKS}
    view = conversation.anchor, conversation.cleared, conversation.unfolded
    state.question = state.search = state.completion = state.reverse_search = None
    state.people_wanted = state.people_overlaid = False
    state.current = conversation.number
    conversation.anchor, conversation.cleared = None, 0
    cells = sum(2 * len(entry.text) + 400 + 300 * len(entry.folded) for entry in conversation.log)
    shown: list[Window] = []
    for unfolded in (False, True):
        conversation.unfolded = unfolded
        shown.append(_read(Renderer().render(state, 60 + 2 * cells // _READING_COLUMNS, _READING_COLUMNS)))
    folded, whole = shown
    for token, seen in whole.items():
        for one in seen[len(folded.get(token, ())) :]:
            one.is_folded = True
    for name, value in kept.items():
        setattr(state, name, value)
    conversation.anchor, conversation.cleared, conversation.unfolded = view
    return whole


def _read(frame: Frame) -> Window:
    found: Window = {}
    for row, is_own, mark in _rows(frame):
        for match in _TOKEN.finditer(row):
            found.setdefault(match[0], []).append(Seen(row, is_own, mark, False))
    return found


def _rows(frame: Frame) -> Iterator[tuple[str, bool, str]]:
    """The rows of the log, whether ours, and how they are marked."""
    is_own, mark = False, ""
    for line in frame.lines[1:-2]:
        roles = {span.role for span in line if span.text.strip()}
        if roles & {Role.OWN_NAME, Role.NAME, Role.NEWS, Role.ERROR}:
            is_own, mark = Role.OWN_NAME in roles, ""
        text = _text_of(line)
        if Role.UNSENT in roles and "(not sent)" in text:
            mark = "not sent"
        elif Role.UNSENT in roles and "(may not have arrived)" in text:
            mark = "may not have arrived"
        yield text, is_own, mark
