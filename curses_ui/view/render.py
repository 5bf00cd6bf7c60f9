"""The state as a picture: ``render(state, rows, columns)`` is a value and changes nothing."""

from typing import Final

from ..state.model import CloseQuestion, ExitQuestion, PasteQuestion, SendQuestion, UiState
from ..terminal.frame import Frame, Line, Role, Span, fit
from ..text.cells import clip, shorten, text_width
from ..text.characters import is_new_emoji
from ..text.clean import clean_message
from ..text.matching import find_spans
from .bars import header, prompt, status_bar, title
from .glyphs import Glyphs, glyphs_for
from .areas import screen_areas
from .layout import Layout
from .log_rows import MAX_COLUMN_CELLS, RowCache
from .pane import people_pane
from .short_names import short_name
from .viewport import View, Viewport

_LEAST_ASKED_CELLS: Final = 16
"""As much of a question is worth more than its answers: ``Paste 999 lines``."""


class Renderer:
    """Renders one frame after the other; remembers wrapped rows, which changes no frame."""

    __slots__ = ("_cache", "has_met_new_emoji")

    def __init__(self) -> None:
        self._cache = RowCache()
        self.has_met_new_emoji = False
        """Whether a frame had an emoji that is newer than Python's tables."""

    def render(self, state: UiState, rows: int, columns: int) -> Frame:
        """Draw the state on a screen of that size."""
        layout = screen_areas(state, rows, columns)
        glyphs = glyphs_for(state.settings.ascii)
        lines: list[Line] = []
        view = View((), 0)
        if layout.log_rows:
            view = Viewport(state, state.here, layout, self._cache).view()
        if layout.header_rows:
            lines.append(header(state, layout, glyphs))
        lines += _log_and_pane(state, view, layout, glyphs)
        if layout.status_rows:
            lines.append(status_bar(state, layout, glyphs, view.below))
        cursor: tuple[int, int] | None = None
        if layout.input_rows:
            missing = layout.rows - layout.input_rows - len(lines)
            lines += [_blank(layout.columns)] * missing
            line, column = _input_line(state, layout, glyphs)
            lines.append(line)
            cursor = (layout.rows - 1, column) if layout.columns else None
        if not "".join([span.text for line in lines for span in line]).isprintable():  # rarely
            self.has_met_new_emoji = True
            lines = [_with_stand_ins(line, state.wide_emoji, glyphs) for line in lines]
        return Frame(tuple(lines), cursor, title(state))


def render(state: UiState, rows: int, columns: int) -> Frame:
    """Draw the state on a screen of that size."""
    return Renderer().render(state, rows, columns)


def _log_and_pane(state: UiState, view: View, layout: Layout, glyphs: Glyphs) -> list[Line]:
    if state.search is None or not state.search.query:
        log = [row.filled for row in view.rows]
    else:
        log = [fit(_with_hits(row.line, state.search.query), layout.log_columns, Role.TEXT) for row in view.rows]
    log += [_blank(layout.log_columns)] * (layout.log_rows - len(log))
    if not layout.pane_columns:
        return log
    border = Span(glyphs.border, Role.BORDER)
    pane = people_pane(state, layout.log_rows, layout.pane_columns, glyphs)
    if layout.pane_overlaid:
        log = [fit(line, layout.columns - layout.pane_columns - 1, Role.TEXT) for line in log]
    return [(*log_line, border, *pane_line) for log_line, pane_line in zip(log, pane, strict=True)]


def _blank(cells: int) -> Line:
    return fit((), cells, Role.TEXT)


def _with_hits(line: Line, query: str) -> Line:
    """The line with what is being searched for marked in it."""
    *before, last = line
    marked: list[Span] = []
    at = 0
    for start, end in find_spans(last.text, query):
        marked += [Span(last.text[at:start], last.role), Span(last.text[start:end], Role.HIT)]
        at = end
    return (*before, *marked, Span(last.text[at:], last.role))


def _with_stand_ins(line: Line, wide_emoji: str, glyphs: Glyphs) -> Line:
    """The line with a sign for each new emoji whose width on the terminal is not known."""

    def drawn(character: str) -> str:
        return glyphs.new_emoji if is_new_emoji(character) and character not in wide_emoji else character

    return tuple(Span("".join(map(drawn, span.text)), span.role, span.hue) for span in line)


def _input_line(state: UiState, layout: Layout, glyphs: Glyphs) -> tuple[Line, int]:
    """The last row, and the cursor's column in it."""
    wordings = [glyphs.text(wording) for wording in _question(state, glyphs)]
    if wordings:
        cells = layout.columns - 1
        question = next((wording for wording in wordings if text_width(wording) <= cells), wordings[-1])
        text = clip(_with_its_answers(question, cells, glyphs) + " ", layout.columns)
        line = fit((Span(text, Role.QUESTION),), layout.columns, Role.INPUT)
        return line, min(text_width(text), max(0, layout.columns - 1))
    before = prompt(state, layout, glyphs)
    if state.reverse_search is not None:
        search = state.reverse_search
        found = search.match or ""
        label = state.tr("no match") if search.failed else state.tr("history")
        before = clip(f"({label}) {search.query}: ", max(0, layout.columns - 1))
        shown = clip(found.replace("\n", glyphs.newline), layout.columns - text_width(before))
        line = (Span(before, Role.PROMPT), Span(shown, Role.INPUT))
        return fit(line, layout.columns, Role.INPUT), max(0, text_width(before) - 2)
    if state.search is not None:
        shown = clip(f"({state.tr('search')}) {clean_message(state.search.query)}", max(0, layout.columns - 1))
        return fit((Span(shown, Role.PROMPT),), layout.columns, Role.INPUT), text_width(shown)
    view = state.here.draft.view(layout.columns - text_width(before), glyphs.newline)
    line = (Span(before, Role.PROMPT), Span(view.text, Role.INPUT))
    return fit(line, layout.columns, Role.INPUT), text_width(before) + view.cursor_cell


def _with_its_answers(question: str, cells: int, glyphs: Glyphs) -> str:
    """The question in that many cells, with what can be answered, if a good part of it has room too."""
    asked, mark, answers = question.rpartition("?")
    beside = cells - text_width(mark + answers)
    if text_width(asked) <= beside or beside < _LEAST_ASKED_CELLS:
        return question
    return shorten(asked, beside, glyphs.ellipsis) + mark + answers


def _question(state: UiState, glyphs: Glyphs) -> tuple[str, ...]:
    """The wordings of the question that is open, the longest first. The shortest begins with the peer's name."""
    tr, trn = state.tr, state.catalogue.trn
    match state.question:
        case None:
            return ()
        case PasteQuestion(number, _, messages, blank):
            label, n = state.conversations[number].label, len(messages)
            if blank:
                asked = tr("Paste {n} lines to {to} (blank ones left out: {b})? (y)es (n)o (e)dit", n=n, to=label, b=blank)
            else:
                asked = tr("Paste {n} lines to {to}? (y)es (n)o (e)dit", n=n, to=label)
            short = short_name(state, label, MAX_COLUMN_CELLS, glyphs)
            explained = tr("To {to}: {n} lines? (y)es (n)o (e)dit", n=n, to=short)
            return asked, explained, tr("To {to}: {n} lines? (y/n/e)", n=n, to=short)
        case ExitQuestion() if state.hosted:
            n = state.hosted
            return (
                trn(
                    "{n} other uses your tracker. Leave the program? (y)es (n)o",
                    "{n} others use your tracker. Leave the program? (y)es (n)o",
                    n,
                ),
                trn("{n} uses your tracker. Leave? (y)es (n)o", "{n} use your tracker. Leave? (y)es (n)o", n),
            )
        case ExitQuestion():
            return (tr("Leave the program? (y)es (n)o"),)
        case SendQuestion(command):
            text, name = clean_message(command.text), command.name
            asked = tr('Send "{text}" to {n}? (y)es (n)o (e)dit', text=text, n=name)
            short = short_name(state, name, MAX_COLUMN_CELLS, glyphs)
            explained = tr("To {n}: {text}? (y)es (n)o (e)dit", text=text, n=short)
            return asked, explained, tr("To {n}: {text}? (y/n/e)", text=text, n=short)
        case CloseQuestion(number):
            label = state.conversations[number].label
            asked = tr("Remove {n} with its unread messages? (y)es (n)o", n=label)
            short = short_name(state, label, MAX_COLUMN_CELLS, glyphs)
            return asked, tr("{n} has unread messages. Remove? (y/n)", n=short)
