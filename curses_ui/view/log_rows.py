"""Entries of a log as rows of the screen: what stands before a text, how it wraps, when it folds."""

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from core.tap import CONNECTION_FACTS, Direction, Taken, WireLine

from ..state.conversation import Conversation, EntryKind, LogEntry, Mark
from ..state.model import UiState
from ..terminal.frame import Line, Role, Span, fit, hue_of
from ..text.cells import clip, pad, shorten, text_width
from ..text.clean import clean_name
from ..text.wrapping import Row, wrap
from .glyphs import Glyphs, glyphs_for
from .layout import Layout, LogStyle
from .short_names import short_name

MAX_COLUMN_CELLS: Final = 12
WIRE_NAME_CELLS: Final = 12  # with the arrow
MAX_FOLDED_ROWS: Final = 20  # of one text; more only with /show
INLINE_INDENT_CELLS: Final = 2
DAY_RULE_OFFSET: Final = -3
NEW_RULE_OFFSET: Final = -2
EMPTY_ROW_OFFSET: Final = -1
_MAX_CACHED_ENTRIES: Final = 4096

_PREFIXES: Final = {EntryKind.NEWS: "--", EntryKind.ERROR: "!!"}
_ROLES: Final = {
    EntryKind.THEIRS: Role.TEXT,
    EntryKind.OURS: Role.TEXT,
    EntryKind.NEWS: Role.NEWS,
    EntryKind.ERROR: Role.TEXT,
    EntryKind.WIRE: Role.WIRE_PROTOCOL,
}
_PREFIX_ROLES: Final = {EntryKind.NEWS: Role.NEWS, EntryKind.ERROR: Role.ERROR}
_COMMAND: Final = re.compile("/.*?(?=  )")
"""In a help text: a command, two spaces, what it does."""
_TABLE_ROW: Final = re.compile(r"(\S.*?) {2,}(?=\S)")
"""In a text of several rows: the first of two columns, and the gap."""
_LEAST_SECOND_COLUMN_CELLS: Final = 16  # with less, there are no columns


class LogRow(NamedTuple):
    """One row of the log."""

    line: Line
    """Before, text; not filled up to the width."""
    filled: Line
    """The same in exactly the width of the log, as it is drawn."""
    offset: int
    """How many characters of the entry's text stand before it; negative for a rule above it, and for
    a first row with a name only. Greater for each next row of an entry."""


@dataclass(slots=True)
class RowStyle:
    """All that decides how an entry is drawn, besides the entry itself."""

    columns: int
    style: LogStyle
    name_cells: int
    """The width of the column of names."""
    names: tuple[tuple[str, str], ...]
    """What to show for each sender that has a column; others stand in the text."""
    time_format: str
    language: str
    ascii_only: bool
    unfolded: bool


def row_style(state: UiState, conversation: Conversation, layout: Layout) -> RowStyle:
    """The style of a conversation's rows on a screen."""
    glyphs = glyphs_for(state.settings.ascii)
    senders = _senders(state, conversation)
    room = MAX_COLUMN_CELLS if layout.style is LogStyle.COLUMNS else min(MAX_COLUMN_CELLS, layout.log_columns // 2)
    names = {sender: short_name(state, sender, room, glyphs) for sender in senders}
    return RowStyle(
        columns=max(1, layout.log_columns),
        style=layout.style,
        name_cells=max(map(text_width, names.values()), default=1),
        names=tuple(names.items()),
        time_format=state.settings.time_format,
        language=state.catalogue.language,
        ascii_only=state.settings.ascii,
        unfolded=conversation.unfolded,
    )


def _senders(state: UiState, conversation: Conversation) -> list[str]:
    """Return the names that have a column: ours and the peer's, nobody's in the status window."""
    return [] if conversation.chat is None else [conversation.label, clean_name(state.name)]


class RowCache:
    """The rows of earlier frames, owned by the renderer; losing them changes no frame."""

    __slots__ = ("_rows", "_style")

    def __init__(self) -> None:
        self._rows: dict[int, tuple[LogEntry, tuple[LogRow, ...]]] = {}
        self._style: RowStyle | None = None

    def begin(self, style: RowStyle) -> None:
        """Begin a frame; rows in another style are forgotten."""
        if style != self._style or len(self._rows) > _MAX_CACHED_ENTRIES:
            self._rows.clear()
            self._style = style

    def rows(self, state: UiState, entry: LogEntry, style: RowStyle) -> tuple[LogRow, ...]:
        """The rows of an entry, without rules, in the style that the frame began with."""
        cached = self._rows.get(entry.number)
        if cached is not None and cached[0] is entry:
            return cached[1]
        rows = entry_rows(state, entry, style)
        self._rows[entry.number] = entry, rows
        return rows


def entry_rows(state: UiState, entry: LogEntry, style: RowStyle) -> tuple[LogRow, ...]:
    """Draw one entry."""
    glyphs = glyphs_for(style.ascii_only)
    before = _before_text(state, entry, style, glyphs)
    first_cells = sum(text_width(span.text) for span in before)
    indent = _indent(style, first_cells)
    rows: list[LogRow] = []
    offset = 0
    paragraphs = _paragraphs(state, entry, style, glyphs)
    for paragraph in paragraphs:
        hang = 0
        if entry.kind is EntryKind.NEWS and len(paragraphs) > 1 and (table_row := _TABLE_ROW.match(paragraph)):
            hang = text_width(table_row[0])
            if style.style is not LogStyle.COLUMNS or style.columns - indent - hang < _LEAST_SECOND_COLUMN_CELLS:
                paragraph = f"{table_row[1]}  {paragraph[table_row.end():]}"
                hang = INLINE_INDENT_CELLS
        room = style.columns - (first_cells if not rows else indent)
        for at, row in enumerate(wrap(paragraph, room, style.columns - indent - hang)):
            blank = _blank(indent + hang if at else indent)
            rows.append(_row(row, entry, (blank,) if rows else before, offset, style))
        offset += len(paragraph) + 1
    if len(rows) > 1 and rows[1].offset == 0:
        rows[0] = rows[0]._replace(offset=EMPTY_ROW_OFFSET)
    if entry.kind in (EntryKind.THEIRS, EntryKind.WIRE) and not style.unfolded and len(rows) > MAX_FOLDED_ROWS:
        rows = _folded(state, entry, rows, indent, style)
    return tuple(rows)


def day_rule(state: UiState, wall: float, style: RowStyle) -> LogRow:
    """The rule above the first entry of a day."""
    day = state.local_clock.at(wall)
    text = state.catalogue.day(day.year, day.month, day.day, day.weekday())
    return _log_row((Span(_rule(text, style), Role.RULE),), DAY_RULE_OFFSET, style)


def new_rule(state: UiState, count: int, style: RowStyle) -> LogRow:
    """The rule above the first unread text."""
    text = state.tr("new ({n})", n=count)
    return _log_row((Span(_rule(text, style), Role.NEW_RULE),), NEW_RULE_OFFSET, style)


def _rule(text: str, style: RowStyle) -> str:
    line = glyphs_for(style.ascii_only).rule
    started = clip(f"{line * 2} {text} ", style.columns)
    return started + line * (style.columns - text_width(started))


def _before_text(state: UiState, entry: LogEntry, style: RowStyle, glyphs: Glyphs) -> Line:
    """Time and name, or what stands for them in narrow windows."""
    if entry.wire is not None:
        return _before_wire(state, entry, style, glyphs)
    spans: list[Span] = []
    if style.style is not LogStyle.BARE:
        spans.append(Span(state.clock(entry.wall, style.time_format) + " ", Role.TIME))
    in_columns = style.style is LogStyle.COLUMNS
    prefix = _PREFIXES.get(entry.kind)
    name = dict(style.names).get(entry.sender)
    if prefix is not None:
        # One cell further right than any name ends: no name can look like the program.
        spans.append(Span(" " * (style.name_cells - 1 if in_columns else 0) + prefix + " ", _PREFIX_ROLES[entry.kind]))
    elif in_columns and (name is not None or entry.kind is EntryKind.OURS):  # ours stays when the name changes
        name = name or shorten(glyphs.text(entry.sender), style.name_cells, glyphs.ellipsis)
        spans.append(_name(entry, pad(name, style.name_cells, "right") + "  "))
    else:
        name = name or shorten(glyphs.text(entry.sender), min(MAX_COLUMN_CELLS, style.columns // 2), glyphs.ellipsis)
        spans.append(_name(entry, name + ": "))
    return tuple(spans)


def _before_wire(state: UiState, entry: LogEntry, style: RowStyle, glyphs: Glyphs) -> Line:
    """Time with milliseconds, the arrow and the other side; in narrow windows the time without them."""
    local = state.local_clock.at(entry.wall)
    who = glyphs.text(entry.sender)
    if style.style is LogStyle.COLUMNS:
        time = f"{local:%H:%M:%S}.{local.microsecond // 1000:03} "
        who = pad(shorten(who, WIRE_NAME_CELLS, glyphs.ellipsis), WIRE_NAME_CELLS) + " "
    else:
        time = "" if style.style is LogStyle.BARE else f"{local:%H:%M:%S} "
        who = shorten(who, min(WIRE_NAME_CELLS, style.columns // 2), glyphs.ellipsis) + " "
    spans = (Span(time, Role.TIME), Span(who, Role.NAME, hue_of(entry.sender.partition(" ")[2])))
    return tuple(span for span in spans if span.text)


def _wire_role(line: WireLine) -> Role:
    """The colour that the assignment gives to what the line is."""
    if line.taken in CONNECTION_FACTS:
        return Role.WIRE_ACTION
    if line.taken is not Taken.TEXT:
        return Role.WIRE_PROTOCOL
    return Role.WIRE_TYPED if line.direction is Direction.SENT else Role.TEXT


def _name(entry: LogEntry, text: str) -> Span:
    if entry.kind is EntryKind.OURS:
        return Span(text, Role.OWN_NAME)
    return Span(text, Role.NAME, hue_of(entry.sender))


def _indent(style: RowStyle, first_cells: int) -> int:
    if style.style is LogStyle.COLUMNS:
        return min(first_cells, style.columns - 1)
    if style.style is LogStyle.BARE:
        return 0
    return min(INLINE_INDENT_CELLS, style.columns // 4)


def _paragraphs(state: UiState, entry: LogEntry, style: RowStyle, glyphs: Glyphs) -> list[str]:
    text = glyphs.text(entry.text)
    match entry.mark:
        case Mark.UNSENT:
            text = f"{glyphs.not_sent}{state.tr('(not sent)')} {text}"
        case Mark.UNCONFIRMED:
            text = f"{glyphs.not_sent}{state.tr('(may not have arrived)')} {text}"
        case Mark.NONE:
            pass
    paragraphs = text.split("\n")
    if style.unfolded:
        paragraphs += [glyphs.text(line) for line in entry.folded]
    return paragraphs


def _log_row(line: Line, offset: int, style: RowStyle) -> LogRow:
    return LogRow(line, fit(line, style.columns, Role.TEXT), offset)


def _row(row: Row, entry: LogEntry, before: Line, offset: int, style: RowStyle) -> LogRow:
    role = Role.UNSENT if entry.mark is not Mark.NONE else _ROLES[entry.kind]
    if entry.wire is not None:
        role = _wire_role(entry.wire)
    command = _COMMAND.match(row.text) if entry.kind is EntryKind.NEWS and not row.start else None
    if command is None:
        return _log_row((*before, Span(row.text, role)), offset + row.start, style)
    end = command.end()
    spans = *before, Span(row.text[:end], Role.COMMAND), Span(row.text[end:], role)
    return _log_row(spans, offset + row.start, style)


def _blank(cells: int) -> Span:
    return Span(" " * cells, Role.TEXT)


def _folded(
    state: UiState, entry: LogEntry, rows: list[LogRow], indent: int, style: RowStyle
) -> list[LogRow]:
    cut = rows[MAX_FOLDED_ROWS].offset
    hidden = len(entry.text) - cut
    text = state.catalogue.trn("[+{n} character, /show]", "[+{n} characters, /show]", hidden)
    said = clip(text, style.columns - indent)
    return [*rows[:MAX_FOLDED_ROWS], _log_row((_blank(indent), Span(said, Role.NEWS)), cut, style)]
