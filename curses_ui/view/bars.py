"""The header and the status bar, and what they leave out when there is no room."""

from collections.abc import Iterator
from typing import Final

from core import TrackerLossReason, Verdict, format_address

from ..line.completion import Completion
from ..state.conversation import ChatState, Conversation
from ..state.model import TrackerState, UiState
from ..state.people import Person
from ..state.windows import active_peers, total_unread, wants_reader
from ..terminal.frame import Line, Role, Span, fit, line_width, spread
from ..text.cells import clip, shorten, text_width
from ..text.clean import clean_message
from .glyphs import Glyphs
from .layout import Layout
from .log_rows import MAX_COLUMN_CELLS
from .pane import mark_of
from .short_names import short_name

_GAP: Final = 2
_PEERS_CELLS: Final = 24  # the least room for the active peers, before something else stands in the bar
_MIN_NAME_CELLS: Final = 4
_LEAST_NAMED_COLUMNS: Final = 20  # with less, all of the line is for the draft
_LEAST_PEER_CELLS: Final = 6  # for the peer in the header, before the tracker gives way


def header(state: UiState, layout: Layout, glyphs: Glyphs) -> Line:
    """Return the top row: our name, the peer, and the state of the tracker."""
    columns = layout.columns
    if layout.compact:
        cells = columns - text_width(tracker_text(state)) - _GAP - 1
        about = _about_that_fits(state, cells, glyphs, with_address=False)
        shown = f" {about or short_name(state, state.name, cells, glyphs)}"
        return _peer_and_tracker(shown, _tracker(state, columns - text_width(shown)), columns, glyphs)
    right = _tracker(state, columns)
    about = _about_that_fits(state, columns - text_width(right.text) - _GAP, glyphs, with_address=True)
    left = Span(f" prosa  {glyphs.text(state.name)}", Role.BAR)
    between = columns - text_width(left.text) - text_width(right.text)
    if between < text_width(about) + 2 * _GAP:
        return _peer_and_tracker(f" {about}" if about else left.text, right, columns, glyphs)
    before = (between - text_width(about)) // 2
    return spread((left, Span(" " * before + about, Role.BAR)), (right,), columns, Role.BAR)


def _tracker(state: UiState, cells: int) -> Span:
    """The state of the tracker; if it is ours, the number of its users."""
    if state.hosted:
        shown = state.tr("you host the tracker ({n})", n=state.hosted)
        if text_width(shown) + 2 > cells:
            shown = state.tr("you host ({n})", n=state.hosted)
        return Span(f" {shown} ", _tracker_role(state))
    return Span(f" {tracker_text(state)} ", _tracker_role(state))


def _peer_and_tracker(left: str, right: Span, columns: int, glyphs: Glyphs) -> Line:
    """Return the peer and the tracker; without room for both, the peer is cut if the tracker is not well.

    The prompt still has the name of the peer.
    """
    room = columns - text_width(right.text)
    if right.role is Role.BAR_ALERT and room >= _LEAST_PEER_CELLS:
        left = shorten(left, room, glyphs.ellipsis)
    return spread((Span(left, Role.BAR),), (right,), columns, Role.BAR)


def _about_that_fits(state: UiState, cells: int, glyphs: Glyphs, *, with_address: bool) -> str:
    """The peer in ``cells``, as far as possible: first the address goes, then a part of the name."""
    here = state.here
    about = glyphs.text(_about(state, here, here.label, with_address=with_address))
    if with_address and text_width(about) > cells:
        about = glyphs.text(_about(state, here, here.label, with_address=False))
    if text_width(about) > cells:
        about = _about(state, here, short_name(state, here.label, MAX_COLUMN_CELLS, glyphs), with_address=False)
    return about


def _about(state: UiState, conversation: Conversation, label: str, *, with_address: bool) -> str:
    """The peer, its address and what is known of it."""
    if conversation.chat is None:
        return ""
    words = [label]
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
            elif conversation.verdict is Verdict.VERIFIED:
                words.append(state.tr("(verified)"))
    return " ".join(words)


def tracker_text(state: UiState) -> str:
    """How the tracker is, in a few words, with the countdown to the next attempt."""
    if state.tracker.told is TrackerLossReason.REFUSED:
        return state.tr("name taken") if state.tracker.refused_name else state.tr("refused by tracker")
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
    """Return the bar: clock, window, the active peers, and how much is below the view.

    The tracker if it is not well, or if there is no header, and the transcripts if they
    are written, stand behind the peers, where there is room.
    """
    if state.completion is not None:
        return _candidates(state.completion, layout.columns, glyphs)
    edge = " " if layout.clock else ""
    gap = " " * (1 if layout.compact else _GAP)
    more = _more(state, layout, below)
    right = (Span(more + edge, Role.BAR_ALERT),) if more else ()
    left = [Span(edge, Role.BAR)] if edge else []
    if layout.clock:
        left.append(Span(state.clock(state.wall) + gap, Role.BAR))
    notice = glyphs.text(state.notice or search_status(state))
    if notice and text_width(notice) > layout.columns - line_width(tuple(left)):
        left = left[:1] if edge else []
    where = _where(state, layout, glyphs)
    if line_width((*left, Span(where + gap, Role.BAR), Span(notice, Role.BAR))) <= layout.columns:
        left.append(Span(where + gap, Role.BAR))
    room = layout.columns - line_width(tuple(left))
    if notice:
        left.append(Span(shorten(notice, room, glyphs.ellipsis), Role.BAR_ALERT))
        return fit(tuple(left), layout.columns, Role.BAR)
    room -= line_width(right) + (1 if right else len(edge))  # what is below never touches the peers
    if progress := glyphs.text(paste_status(state, glyphs, is_short=layout.compact)):
        left.append(Span(shorten(progress, room, glyphs.ellipsis) + gap, Role.BAR_ALERT))
        room = layout.columns - line_width((*left, *right))
    extras: list[Span] = []
    for text, role in _extras(state, layout):
        if room - line_width(tuple(extras)) - len(gap) - text_width(text) >= min(_PEERS_CELLS, room):
            extras += [Span(gap, Role.BAR), Span(text, role)]
    peers = _peers(state, layout, glyphs, room - line_width(tuple(extras)))
    return spread((*left, *peers, *extras), right, layout.columns, Role.BAR)


def _where(state: UiState, layout: Layout, glyphs: Glyphs) -> str:
    """Name the window; in a narrow one the prompt has the name."""
    here = state.here
    if layout.compact:
        return f"[{here.number}]"
    return f"[{here.number}:{short_name(state, here.label, MAX_COLUMN_CELLS, glyphs)}]"


def _extras(state: UiState, layout: Layout) -> Iterator[tuple[str, Role]]:
    if not layout.header_rows or state.tracker.state is not TrackerState.REGISTERED:
        yield tracker_text(state), _tracker_role(state)
    if state.logging and not layout.compact:
        yield state.tr("log: on"), Role.BAR


def _peers(state: UiState, layout: Layout, glyphs: Glyphs, room: int) -> list[Span]:
    """The active peers in their order, as many as fit, and the number of the others; or only how many there are."""
    peers = active_peers(state)
    if not peers and not state.tracker.ever_registered:
        return []
    spans: list[Span] = []
    for index, peer in enumerate(peers):
        others = len(peers) - index - 1
        cells = room - line_width(tuple(spans)) - (len(f" +{others}") if others else 0) - (1 if spans else 0)
        text, role = _peer(state, peer, glyphs, cells if not spans else layout.columns)  # only the first one is cut
        if text_width(text) > cells:
            break
        spans += [Span(" " if spans else "", Role.BAR), Span(text, role)]
    else:
        alone = state.tr("nobody else is here")
        if peers or text_width(alone) <= room:
            return spans or [Span(alone, Role.BAR)]
    if spans:
        return [*spans, Span(f" +{len(peers) - index}", Role.BAR)]
    count = state.catalogue.trn("{n} on", "{n} on", len(peers))
    return [Span(count, Role.BAR)] if text_width(count) <= room else []


def _peer(state: UiState, peer: Conversation | Person, glyphs: Glyphs, cells: int) -> tuple[str, Role]:
    """One active peer: its mark, its number, name and unread messages if it has a conversation."""
    if isinstance(peer, Person):
        room = min(MAX_COLUMN_CELLS, max(_MIN_NAME_CELLS, cells - 1))
        return mark_of(peer) + short_name(state, peer.shown, room, glyphs), Role.BAR
    before = f"{mark_of(peer)}{peer.number}:" if peer.chat is not None else f"{peer.number}:"
    count = f"({peer.unread})" if peer.unread else ""
    room = min(MAX_COLUMN_CELLS, max(_MIN_NAME_CELLS, cells - len(before) - len(count)))
    role = Role.BAR_CURRENT if peer.number == state.current else Role.BAR_ALERT if wants_reader(state, peer) else Role.BAR
    return before + short_name(state, peer.label, room, glyphs) + count, role


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
    if here.chat is None or layout.columns < _LEAST_NAMED_COLUMNS:
        return "> " if layout.columns > 3 else ""
    room = min(MAX_COLUMN_CELLS, layout.columns // 2 if layout.clock else layout.columns // 3)
    return short_name(state, here.label, room, glyphs) + "> "


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


def paste_status(state: UiState, glyphs: Glyphs, *, is_short: bool) -> str:
    """Return the progress of a paste and its recipient, for the status bar; empty if no paste is running."""
    if not state.paste:
        return ""
    at = state.paste_count - len(state.paste)
    number, _ = state.paste[0]
    if is_short:
        return state.tr("{at} of {n}, Esc stops.", at=at, n=state.paste_count)
    if number == state.current or number not in state.conversations:
        return state.tr("Sending {at} of {n}; Esc stops.", at=at, n=state.paste_count)
    to = short_name(state, state.conversations[number].label, MAX_COLUMN_CELLS, glyphs)
    return state.tr("Sending {at} of {n} to {to}; Esc stops.", at=at, n=state.paste_count, to=to)
