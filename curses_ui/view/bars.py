"""The header and the status bar, and what they leave out when there is no room."""

from typing import Final

from core import Verdict, format_address

from ..line.completion import Completion
from ..state.conversation import STATUS_WINDOW, ChatState, Conversation
from ..state.model import TrackerState, UiState
from ..state.windows import activity, total_unread
from ..terminal.frame import Line, Role, Span, fit, line_width, spread
from ..text.cells import clip, shorten, text_width
from ..text.clean import clean_message
from .glyphs import Glyphs
from .layout import Layout
from .log_rows import MAX_COLUMN_CELLS

_GAP: Final = 2


def header(state: UiState, layout: Layout, glyphs: Glyphs) -> Line:
    """Return the top row: our name, the peer, and the state of the tracker."""
    columns = layout.columns
    right = Span(f" {tracker_text(state)} ", _tracker_role(state))
    about = glyphs.text(_about(state, state.here, with_address=not layout.compact))
    if layout.compact:
        left = Span(f" {about or state.name}", Role.BAR)
        return spread((left,), (right,), columns, Role.BAR)
    left = Span(f" prosa  {glyphs.text(state.name)}", Role.BAR)
    between = columns - text_width(left.text) - text_width(right.text)
    if between < text_width(about) + 2 * _GAP:
        left = Span(f" {about}" if about else left.text, Role.BAR)
        return spread((left,), (right,), columns, Role.BAR)
    before = (between - text_width(about)) // 2
    return spread((left, Span(" " * before + about, Role.BAR)), (right,), columns, Role.BAR)


def _about(state: UiState, conversation: Conversation, *, with_address: bool) -> str:
    """The peer, its address and what is known of it."""
    if conversation.chat is None:
        return ""
    words = [conversation.label]
    address = format_address(conversation.host, conversation.port)
    if with_address and conversation.host and conversation.label != address:
        words.append(address)
    match conversation.state:
        case ChatState.CONNECTING:
            words.append(state.tr("(connecting)"))
        case ChatState.ENDED:
            words.append(state.tr("(closed {time})", time=state.clock(conversation.since_wall)))
        case ChatState.OPEN | ChatState.NONE:
            if conversation.doubtful:
                words.append(state.tr("(not verified)"))
            elif conversation.verdict is Verdict.CONFIRMED:
                words.append(state.tr("(verified)"))
    return " ".join(words)


def tracker_text(state: UiState) -> str:
    """How the tracker is, in a few words, with the countdown to the next attempt."""
    match state.tracker.state:
        case TrackerState.REGISTERED:
            return state.tr("tracker ok")
        case TrackerState.CONNECTING:
            return state.tr("tracker ...")
        case TrackerState.WAITING:
            seconds = round(state.tracker.retry_at - state.now)
            return state.tr("no tracker, {s} s", s=seconds) if seconds > 0 else state.tr("tracker ...")


def _tracker_role(state: UiState) -> Role:
    return Role.BAR if state.tracker.state is TrackerState.REGISTERED else Role.BAR_ALERT


def status_bar(state: UiState, layout: Layout, glyphs: Glyphs, below: int) -> Line:
    """Clock, where I am, who has written, the tracker, transcripts, and how much is below the view."""
    if state.completion is not None:
        return _candidates(state.completion, layout.columns, glyphs)
    edge = " " if layout.clock else ""
    gap = " " * (1 if layout.compact else _GAP)
    more = _more(state, layout, below)
    right = (Span(more + edge, Role.BAR_ALERT),) if more else ()
    room = layout.columns - line_width(right) - len(edge)
    left: list[Span] = [Span(edge, Role.BAR)] if edge else []
    if layout.clock:
        left.append(Span(state.clock(state.wall), Role.BAR))
    here = state.here
    where = f"[{here.number}:{shorten(glyphs.text(here.label), MAX_COLUMN_CELLS, glyphs.ellipsis)}]"
    _append(left, where, Role.BAR, gap, room)
    notice = glyphs.text(state.notice or search_status(state))
    if notice:
        if line_width(tuple(left)) + len(gap) + text_width(notice) > layout.columns:
            left = [Span(edge, Role.BAR)] if edge else []
        before = gap if line_width(tuple(left)) > len(edge) else ""
        shown = shorten(notice, layout.columns - line_width(tuple(left)) - len(before), glyphs.ellipsis)
        left += [Span(before, Role.BAR), Span(shown, Role.BAR_ALERT)]
        return fit(tuple(left), layout.columns, Role.BAR)
    free = room - line_width(tuple(left)) - len(gap)
    _append(left, _activity(state, layout, glyphs, free), Role.BAR_ALERT, gap, room)
    if not layout.header_rows or state.tracker.state is not TrackerState.REGISTERED:
        _append(left, tracker_text(state), _tracker_role(state), gap, room)
    if not layout.compact:
        _append(left, state.tr("log: on") if state.logging else state.tr("log: off"), Role.BAR, gap, room)
    return spread(tuple(left), right, layout.columns, Role.BAR)


def _append(left: list[Span], text: str, role: Role, gap: str, room: int) -> None:
    """Add an item, unless it does not fit or says nothing; the first two may be cut."""
    if not text:
        return
    before = gap if len(left) > 1 or (left and left[0].text.strip()) else ""
    if line_width(tuple(left)) + len(before) + text_width(text) <= room:
        left += [Span(before, Role.BAR), Span(text, role)]


def _activity(state: UiState, layout: Layout, glyphs: Glyphs, room: int) -> str:
    """The most recent first; those that find no room are left out."""
    said = ""
    between = "," if layout.compact else " "
    for conversation in activity(state):
        if layout.compact:
            count = f"({conversation.unread})" if layout.clock and conversation.unread > 1 else ""
            item = f"{conversation.number}{count}"
        else:
            count = f"({conversation.unread})" if conversation.unread else ""
            label = shorten(glyphs.text(conversation.label), MAX_COLUMN_CELLS, glyphs.ellipsis)
            item = f"{conversation.number}:{label}{count}"
        word = state.tr("Act:") + ("" if layout.compact else " ")
        longer = said + between + item if said else word + item
        if text_width(longer) > room:
            break
        said = longer
    return said


def _more(state: UiState, layout: Layout, below: int) -> str:
    if not below:
        return ""
    if layout.compact:
        return f"{below}v"
    return state.tr("-- more {n} {sign} --", n=below, sign="v")


def _candidates(completion: Completion, columns: int, glyphs: Glyphs) -> Line:
    """What Tab offers, the chosen one marked, scrolled so that it can be seen."""
    words = [glyphs.text(word) for word in completion.candidates]
    spans: list[Span] = []
    first = completion.chosen
    room = columns - text_width(words[first]) - 3
    while first > 0 and text_width(words[first - 1]) + 2 <= room:
        first -= 1
        room -= text_width(words[first]) + 2
    for index in range(first, len(words)):
        chosen = index == completion.chosen
        text = f"[{words[index]}]" if chosen else f" {words[index]} "
        spans.append(Span(clip(text, columns), Role.BAR_ALERT if chosen else Role.BAR))
        if line_width(tuple(spans)) > columns:
            break
    return fit(tuple(spans), columns, Role.BAR)


def title(state: UiState) -> str:
    """For the terminal's title: how many texts are unread."""
    unread = total_unread(state)
    return f"({unread}) prosa" if unread else "prosa"


def prompt(state: UiState, layout: Layout, glyphs: Glyphs) -> str:
    """Return the prompt: the name of the peer that gets the draft."""
    here = state.here
    if here.number == STATUS_WINDOW or not layout.clock:
        return "> " if layout.columns > 3 else ""
    room = min(MAX_COLUMN_CELLS, layout.columns // 2)
    return shorten(glyphs.text(here.label), room, glyphs.ellipsis) + "> "


def search_status(state: UiState) -> str:
    """What the search has found, for the status bar; empty if there is none."""
    search = state.search
    if search is None:
        return ""
    if not search.query:
        return state.tr("Search: type what to find.")
    shown = clean_message(search.query)
    if not search.hits:
        return state.tr("{text}: no match", text=shown)
    return state.tr("{text}: {at} of {n}", text=shown, at=search.at + 1, n=len(search.hits))
