"""The people pane: conversations by number, then who else is online."""

from typing import Final

from ..state.conversation import ChatState, Conversation
from ..state.model import UiState
from ..state.people import Person
from ..terminal.frame import Line, Role, Span, fit
from ..text.cells import pad
from .glyphs import Glyphs
from .short_names import short_name

_MIN_GAP_ROWS: Final = 1


def people_pane(state: UiState, rows: int, columns: int, glyphs: Glyphs) -> list[Line]:
    """Draw the pane, without its border: exactly ``rows`` lines of ``columns`` cells."""
    online = state.catalogue.trn("{n} online", "{n} online", len(state.people))
    lines: list[Line] = [(Span(f" {state.tr('PEOPLE')}  {online}", Role.PANE_TITLE),)]
    numbers = max((len(str(c.number)) for c in state.chats()), default=1)
    items, hidden = _items_in_view(state, rows)
    lines += [_item(state, item, numbers, columns, glyphs) for item in items]
    if hidden:
        lines.append((Span(f"{' ' * (numbers + 2)}+{hidden}  F11 F12", Role.PANE),))
    elif len(items) == len(_items(state)):
        legend = _legend(state, items)
        if legend and len(lines) + _MIN_GAP_ROWS + len(legend) <= rows:
            lines += [()] * (rows - len(lines) - len(legend)) + legend
    drawn = [fit(line, columns, Role.PANE) for line in lines[:rows]]
    return drawn + [fit((), columns, Role.PANE)] * (rows - len(drawn))


def item_at(state: UiState, rows: int, row: int) -> Conversation | Person | None:
    """Return what stands in a row of a pane with ``rows`` rows: a conversation, a person, or None."""
    items, _ = _items_in_view(state, rows)
    return items[row - 1] if 1 <= row <= len(items) else None


def _items(state: UiState) -> list[Conversation | Person | None]:
    """Conversations, a gap, and people without one."""
    conversations = list(state.chats())
    known = {c.name for c in conversations if not c.unnamed}
    others = [person for person in state.people if person.name not in known]
    gap = [None] if conversations and others else []
    return [*conversations, *gap, *others]


def _items_in_view(state: UiState, rows: int) -> tuple[list[Conversation | Person | None], int]:
    """The items below the title, as far as they are scrolled and fit, and how many follow them."""
    items, room = _items(state), rows - 1
    if len(items) <= room:
        return items, 0
    first = min(state.people_scroll, len(items) - room + 1)
    hidden = len(items) - first - room + 1
    return (items[first : first + room - 1], hidden) if hidden > 0 else (items[first : first + room], 0)


def _item(
    state: UiState, item: Conversation | Person | None, number_cells: int, columns: int, glyphs: Glyphs
) -> Line:
    match item:
        case None:
            return ()
        case Person(shown=shown):
            text = f"{' ' * (number_cells + 2)}. {short_name(state, shown, columns - number_cells - 5, glyphs)}"
            return (Span(text, Role.PANE),)
        case Conversation():
            return _conversation(state, item, number_cells, columns, glyphs)


def _conversation(
    state: UiState, conversation: Conversation, number_cells: int, columns: int, glyphs: Glyphs
) -> Line:
    current = conversation.number == state.current
    number = str(conversation.number).rjust(number_cells)
    before = f"{'>' if current else ' '}{number} {mark_of(conversation)} "
    count = str(conversation.unread) if conversation.unread else ""
    room = columns - len(before) - 1
    label = short_name(state, conversation.label, room - (len(count) + 1 if count else 0), glyphs)
    text = before + pad(label, max(0, room - len(count))) + count
    role = Role.PANE_CURRENT if current else Role.PANE_UNREAD if conversation.unread else Role.PANE
    return (Span(text, role),)


def mark_of(peer: Conversation | Person) -> str:
    """Return the sign of a person without a conversation, or of how a conversation is; one cell."""
    if isinstance(peer, Person):
        return "."
    if peer.state is ChatState.CONNECTING:
        return "~"
    if peer.state is ChatState.ENDED:
        return "x"
    if peer.waiting:
        return "!"
    return "?" if peer.doubtful else "*"


def _legend(state: UiState, items: list[Conversation | Person | None]) -> list[Line]:
    """Explain the signs that stand in the pane."""
    signs = {
        ".": state.tr("online"),
        "*": state.tr("in chat"),
        "~": state.tr("calling"),
        "!": state.tr("is calling you"),
        "x": state.tr("ended"),
        "?": state.tr("not verified"),
    }
    shown = {mark_of(item) for item in items if item is not None}
    return [(Span(f" {sign} {meaning}", Role.PANE),) for sign, meaning in signs.items() if sign in shown]
