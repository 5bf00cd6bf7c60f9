"""The people pane: conversations by number, then who else is online."""

from typing import Final

from .cells import pad, shorten, text_width
from .frame import Line, Span
from .glyphs import Glyphs
from .model import ChatState, Conversation, UiState
from .roles import Role
from .spans import fit

_MIN_GAP_ROWS: Final = 1


def people_pane(state: UiState, rows: int, columns: int, glyphs: Glyphs) -> list[Line]:
    """Draw the pane, without its border: exactly ``rows`` lines of ``columns`` cells."""
    online = state.catalogue.trn("{n} online", "{n} online", len(state.people))
    title = Span(f" {state.tr('PEOPLE')}  {online}", Role.PANE_TITLE)
    lines: list[Line] = [(title,)]
    numbers = max((len(str(c.number)) for c in state.chats()), default=1)
    body = [_conversation(state, c, numbers, columns, glyphs) for c in state.chats()]
    known = {c.name for c in state.chats() if not c.unnamed}
    others = [person for person in state.people if person.name not in known]
    if body and others:
        body.append(())
    indent = " " * (numbers + 2)
    body += [
        (Span(indent + ". " + _shorten(person.shown, columns - numbers - 5, glyphs), Role.PANE),)
        for person in others
    ]
    room = rows - 1
    if len(body) > room:
        first = min(state.people_scroll, len(body) - room + 1)
        hidden = len(body) - first - room + 1
        lines += body[first : first + room - 1] if hidden > 0 else body[first : first + room]
        if hidden > 0:
            lines.append((Span(f"{indent}+{hidden}", Role.PANE),))
    else:
        lines += body
        legend = _legend(state)
        if len(lines) + _MIN_GAP_ROWS + len(legend) <= rows:
            lines += [()] * (rows - len(lines) - len(legend)) + legend
    lines = lines[:rows] + [()] * (rows - len(lines))
    return [fit(line, columns, Role.PANE) for line in lines]


def _conversation(
    state: UiState, conversation: Conversation, number_cells: int, columns: int, glyphs: Glyphs
) -> Line:
    current = conversation.number == state.current
    number = str(conversation.number).rjust(number_cells)
    before = f"{'>' if current else ' '}{number} {_mark(conversation)} "
    count = str(conversation.unread) if conversation.unread else ""
    room = columns - len(before) - 1
    label = _shorten(conversation.label, room - (len(count) + 1 if count else 0), glyphs)
    text = before + pad(label, max(0, room - len(count))) + count
    role = Role.PANE_CURRENT if current else Role.PANE_UNREAD if conversation.unread else Role.PANE
    return (Span(text, role),)


def _mark(conversation: Conversation) -> str:
    if conversation.state is ChatState.CONNECTING:
        return "~"
    if conversation.state is ChatState.ENDED:
        return "x"
    if conversation.waiting:
        return "!"
    return "?" if conversation.doubtful else "*"


def _legend(state: UiState) -> list[Line]:
    signs = (
        (".", state.tr("online")),
        ("*", state.tr("in chat")),
        ("x", state.tr("ended")),
        ("?", state.tr("unconfirmed")),
    )
    return [(Span(f" {sign} {meaning}", Role.PANE),) for sign, meaning in signs]


def _shorten(text: str, cells: int, glyphs: Glyphs) -> str:
    text = glyphs.text(text)
    return text if text_width(text) <= cells else shorten(text, max(0, cells), glyphs.ellipsis)
