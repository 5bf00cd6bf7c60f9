"""What a frame has to say of the state, read as a person reads it: the bars, the pane, the end of the log, the draft."""

import re
from collections.abc import Callable
from typing import Final

from core import TrackerLossReason
from curses_ui.state.conversation import ChatState, Conversation
from curses_ui.state.model import PasteQuestion, UiState
from curses_ui.state.model import TrackerState as ShownState
from curses_ui.state.people import Person
from curses_ui.terminal.frame import Frame
from curses_ui.text.clean import clean_name
from curses_ui.view.areas import screen_areas
from curses_ui.view.layout import Layout
from curses_ui.view.render import Renderer

from ..oracle import Violation

_NAME_CELLS: Final = 12
_LONGEST_READ: Final = 200
_MOST_LATE_SECONDS: Final = 1.3
_MORE: Final = re.compile(r"-- more [0-9]+ v --|(?<= )[0-9]+v *$")
_BORDER: Final = re.compile("[\u2502|]")
_IN_PANE: Final = re.compile(r"([ >]) *([0-9]+) ([*~!x?]) (.*?) *([0-9]*) *")


def check_picture(label: str, state: UiState, title: str, rows: list[str]) -> None:
    """Compare a frame that was just drawn with the state; given its title and the text of its rows.

    Raises:
        Violation: It says something else.
    """
    unread = sum(conversation.unread for conversation in state.conversations.values())
    _demand(title == (f"({unread}) prosa" if unread else "prosa"), label, lambda: f"the title {title!r}, {unread} are unread")
    layout = screen_areas(state, state.rows, state.columns)
    if layout.header_rows:
        _check_header(label, state, rows[0])
    if layout.status_rows:
        _check_status_bar(label, state, layout, rows[-2])
    if layout.input_rows:
        _check_input_line(label, state, layout, rows[-1])
    log = rows[layout.log_top : layout.log_top + layout.log_rows]
    if layout.pane_columns:
        _check_pane(label, state, log)
    else:
        _check_end_of_log(label, state, layout, log)


def check_freshness(label: str, state: UiState, frame: Frame, now: float) -> None:
    """Draw the state once more: nothing may have changed since the frame on the screen was drawn, nor may a countdown lag."""
    again = Renderer().render(state, state.rows, state.columns)
    if again.text() != frame.text() or again.title != frame.title or again.cursor != frame.cursor:
        raise Violation(f"stale: {label} sees\n{frame.text()}\nand there is\n{again.text()}")
    found = re.search(r"no tracker, ([0-9]+) s", frame.text())
    left = state.tracker.retry_at - now
    if found is not None and not state.tracker.told is TrackerLossReason.REFUSED:
        _demand(abs(int(found[1]) - left) <= _MOST_LATE_SECONDS, label, lambda: f"{found[0]!r}, and {left:.2f} s are left")
    minutes = round((state.wall + now - state.now) // 60 - state.wall // 60)
    _demand(minutes <= 0 or (state.wall + now - state.now) % 60 < 1.0, label, lambda: f"a clock that is {minutes} minutes late")


def _demand(holds: bool, label: str, found: Callable[[], str]) -> None:
    if not holds:
        raise Violation(f"frame: {label} reads {found()}")


def _check_header(label: str, state: UiState, row: str) -> None:
    here, tracker = state.here, state.tracker
    if here.chat is not None and here.label.isascii() and len(here.label) + 50 < state.columns:
        _demand(here.label in row, label, lambda: f"the header {row!r}, in the window of {here.label}")
        for words, how in (("(connecting)", ChatState.CONNECTING), ("(closed ", ChatState.ENDED)):
            _demand((words in row) == (here.state is how), label, lambda: f"the header {row!r}, the window is {here.state}")
    found = re.search(r"no tracker, ([0-9]+) s", row)
    if found is not None:
        left = tracker.retry_at - state.now
        _demand(abs(int(found[1]) - left) <= 1.0, label, lambda: f"the header {row!r}, {left:.2f} s are left")
    says_well = "tracker ok" in row
    says_ill = any(words in row for words in ("name taken", "no tracker", "tracker ..."))
    is_well = tracker.state is ShownState.REGISTERED
    _demand(not (says_ill if is_well else says_well), label, lambda: f"the header {row!r}, the tracker is {tracker.state}")


def _mark(conversation: Conversation) -> str:
    if conversation.state in (ChatState.CONNECTING, ChatState.ENDED):
        return "~" if conversation.state is ChatState.CONNECTING else "x"
    return "!" if conversation.waiting else "?" if conversation.doubtful else "*"


def next_to_read(state: UiState) -> int:
    """The window that Alt+a shows: the first one with something new, or the one on the screen."""
    unread, connected, _, ended, _ = _grouped(state)
    return (*unread, *connected, *ended, state.here)[0].number


def _grouped(state: UiState) -> tuple[list[Conversation], ...]:
    """Windows with unread messages; connected ones with other news, and without; ended ones with news, and without."""
    groups: tuple[list[Conversation], ...] = ([], [], [], [], [])
    for conversation in state.conversations.values():
        is_here = conversation.number == state.current
        if conversation.chat is None:
            if not is_here and (conversation.unread or conversation.attention) and conversation is state.status:
                groups[0 if conversation.unread else 3].append(conversation)
        elif conversation.unread and not is_here:
            groups[0].append(conversation)
        elif conversation.takes_text or conversation.waiting:
            groups[1 if conversation.attention and not is_here else 2].append(conversation)
        elif conversation.attention and not is_here:
            groups[3].append(conversation)
        elif conversation.unread or conversation.attention or conversation.name in state.people:
            groups[4].append(conversation)
    groups[0].sort(key=lambda conversation: conversation.rule or 0)
    return groups


def _active(state: UiState) -> list[tuple[str, str, str]]:
    """What stands before each name, the name, and what stands behind it, in the order of the bar."""
    peers = [
        (
            f"{_mark(c)}{c.number}:" if c.chat is not None else f"{c.number}:",
            c.label,
            f"({c.unread})" if c.unread else "",
        )
        for group in _grouped(state)
        for c in group
    ]
    with_window = {c.name for c in state.conversations.values() if c.chat is not None and not c.unnamed}
    return peers + [(".", clean_name(person.name), "") for person in state.people if _is_alone(person, with_window)]


def _is_alone(person: Person, with_window: set[str]) -> bool:
    return person.name not in with_window


def _check_status_bar(label: str, state: UiState, layout: Layout, row: str) -> None:
    if state.notice or state.search is not None or state.completion is not None:
        return
    if state.paste:
        found = re.search(r"Sending ([0-9]+) of ([0-9]+)", row)
        at, most = state.paste_count - len(state.paste), state.paste_count
        if found is not None:
            _demand((int(found[1]), int(found[2])) == (at, most), label, lambda: f"the bar {row!r}, {at} of {most} are sent")
        return
    if layout.clock:
        _demand(state.clock(state.wall) in row, label, lambda: f"the bar {row!r} at {state.clock(state.wall)}")
    if state.here.anchor is None:
        _demand(_MORE.search(row) is None, label, lambda: f"the bar {row!r} at the end of the log")
    here = re.match(r" ?(?:[0-9:]+ +)?\[([0-9]+)[:\]]", row)
    if here is None:
        return
    _demand(int(here[1]) == state.current, label, lambda: f"the bar {row!r} in window {state.current}")
    peers = _active(state)
    rest = row[row.index("]", here.end() - 1) + 1 :]
    shown = 0
    for before, name, behind in peers:
        found = re.match(rf" *{re.escape(before)}(?:{re.escape(name)}|\S.{{0,{_NAME_CELLS - 1}}}?[\u2026+].{{0,8}}?){re.escape(behind)}(?= |$)", rest)
        if found is None:
            break
        rest = rest[found.end() :]
        shown += 1
    left = len(peers) - shown
    if shown and left:
        _demand(rest.startswith(f" +{left} ") or rest == f" +{left}", label, lambda: f"the bar {row!r}, and there are {peers}")
    elif left:
        _demand(re.match(rf" *{left} on(?= |$)", rest) is not None or not rest.split("--")[0].strip() or "log:" in rest.split(), label, lambda: f"the bar {row!r}, and there are {peers}")
    else:
        _demand(re.match(r" *\+[0-9]", rest) is None, label, lambda: f"the bar {row!r}, and there are {peers}")


def _check_input_line(label: str, state: UiState, layout: Layout, row: str) -> None:
    if isinstance(state.question, PasteQuestion):
        lines = f"{len(state.question.messages)} lines"
        recipient = state.conversations[state.question.conversation].label
        has_room = state.columns > len(f"To {recipient}: {lines}? (y/n/e)") and recipient.isascii()
        named = recipient if len(recipient) <= _NAME_CELLS else recipient[: _NAME_CELLS // 2]  # the rest may be cut off
        is_whole = lines in row and named in row
        _demand(is_whole or not has_room, label, lambda: f"the question {row!r}, and not {lines} to {recipient}")
    elif state.question is None and state.search is None and state.reverse_search is None:
        draft, name = state.here.draft.text, state.here.label
        if state.here.chat is not None and layout.clock and name.isascii() and len(name) <= _NAME_CELLS:
            _demand(row.startswith(f"{name}> "), label, lambda: f"the line {row!r}, in the window of {name}")
        if draft.isascii() and draft.isprintable() and len(draft) + 2 * _NAME_CELLS < state.columns:
            _demand(draft in row, label, lambda: f"the line {row!r}, and the draft is {draft!r}")


def _check_pane(label: str, state: UiState, rows: list[str]) -> None:
    if state.people_scroll or state.people_overlaid:
        return
    chats = [c for c in state.conversations.values() if c.chat is not None]
    for whole, conversation in zip(rows[1:-1], chats, strict=False):
        row = _BORDER.split(whole)[-1]
        found = _IN_PANE.fullmatch(row)
        unread = str(conversation.unread) if conversation.unread else ""
        wanted = ">" if conversation.number == state.current else " ", str(conversation.number), _mark(conversation)
        is_right = found is not None and found.groups()[:3] == wanted and (found[5] == unread or conversation.label[-1:].isdigit())
        _demand(is_right, label, lambda: f"{row!r} in the pane, of window {wanted} with {unread or 'no'} unread messages")


def _check_end_of_log(label: str, state: UiState, layout: Layout, rows: list[str]) -> None:
    """The latest thing said stands on the screen, unless the user has scrolled."""
    here = state.here
    if here.anchor is not None or not here.log or layout.log_columns < 40 or state.people_overlaid or state.bare:
        return
    entry = here.log[-1]
    last = entry.text.split("\n")[-1].rstrip()
    if entry.number <= here.cleared or not last.isascii() or len(last) > _LONGEST_READ or here.unfolded or entry.wire is not None:
        return
    end = last.split()[-1:] or [""]
    shown = "".join("".join(row.split()) for row in rows[-6:] if row.strip()) if len(rows) < 6 or rows[-1].strip() else "".join("".join(row.split()) for row in rows)
    _demand(end[0] in shown, label, lambda: f"{rows[-3:]} at the end of the log, whose last words are {last!r}")
