"""Which rows of a conversation are in view, and how scrolling moves them. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from ..state.conversation import Anchor, Conversation
from ..state.model import UiState
from .layout import Layout
from .log_rows import LogRow, RowCache, day_rule, new_rule, row_style


class Position(NamedTuple):
    """One row: where its entry stands in the log, and which of that entry's rows it is."""

    entry: int
    row: int


@dataclass(slots=True)
class View:
    """The visible part of a log."""

    rows: tuple[LogRow, ...]
    """At most as many as the log area has."""
    below: int
    """How many entries end below the view."""


class Viewport:
    """A window on the rows of one conversation; an entry's rules count as its first rows.

    The rows of an entry are found when they are needed, so the cost of a screen
    does not grow with the length of the log.
    """

    def __init__(
        self, state: UiState, conversation: Conversation, layout: Layout, cache: RowCache | None = None
    ) -> None:
        self._state = state
        self._conversation = conversation
        self._log = conversation.log
        self._height = max(1, layout.log_rows)
        self._style = row_style(state, conversation, layout)
        self._cache = RowCache() if cache is None else cache
        self._cache.begin(self._style)
        self._blocks: dict[int, tuple[LogRow, ...]] = {}

    def view(self) -> View:
        """What to draw."""
        index, first = self.top()
        rows: list[LogRow] = []
        while index < len(self._log) and len(rows) < self._height:
            rows.extend(self._block(index)[first:])
            first = 0
            index += 1
        below = len(self._log) - index
        if len(rows) > self._height:
            below += 1
        elif not below:
            rows.extend(self._tail())
        return View(tuple(rows[: self._height]), below)

    def top(self) -> Position:
        """The first row of the view."""
        bottom = self._bottom_top()
        anchor = self._conversation.anchor
        if anchor is None:
            return bottom
        return min(self._anchored(anchor), bottom)

    def scrolled(self, rows: int) -> Anchor | None:
        """Return the anchor after scrolling by ``rows``, down if positive; None at the bottom."""
        if not self._log:
            return None
        top = self.top()
        moved = self._down(top, rows) if rows >= 0 else self._up(top, -rows)
        return self._anchor(moved) if moved < self._bottom_top() else None

    def anchor_at(self, number: int, *, rows_above: int = 0) -> Anchor | None:
        """Return the anchor that puts the entry at the top, or ``rows_above`` rows below it; None at the bottom."""
        if not self._log:
            return None
        index = min(self._conversation.index_of(number), len(self._log) - 1)
        top = self._up(Position(index, 0), rows_above)
        return self._anchor(top) if top < self._bottom_top() else None

    # Private

    def _block(self, index: int) -> tuple[LogRow, ...]:
        block = self._blocks.get(index)
        if block is None:
            entry = self._log[index]
            rules: list[LogRow] = []
            if index == 0 or self._day(self._log[index - 1].wall) != self._day(entry.wall):
                rules.append(day_rule(self._state, entry.wall, self._style))
            if entry.number == self._conversation.rule:
                rules.append(new_rule(self._state, self._conversation.rule_count, self._style))
            block = (*rules, *self._cache.rows(self._state, entry, self._style))
            self._blocks[index] = block
        return block

    def _tail(self) -> tuple[LogRow, ...]:
        """Below the last entry: the rule of a day on which nothing was said yet."""
        if self._log and self._day(self._log[-1].wall) < self._day(self._state.wall):
            return (day_rule(self._state, self._state.wall, self._style),)
        return ()

    def _day(self, wall: float) -> date:
        return self._state.local_clock.at(wall).date()

    def _bottom_top(self) -> Position:
        """The first row of the view at the bottom; nothing that was cleared is in it."""
        room = self._height - len(self._tail())
        first = self._conversation.index_of(self._conversation.cleared + 1)
        index = len(self._log)
        while index > first:
            rows = len(self._block(index - 1))
            if rows >= room:
                return Position(index - 1, rows - room)
            room -= rows
            index -= 1
        return Position(first, 0)

    def _anchored(self, anchor: Anchor) -> Position:
        index = self._conversation.index_of(anchor.entry)
        if index == len(self._log) or self._log[index].number != anchor.entry:
            return Position(index, 0)  # the entry is gone: the oldest that is left
        row = 0
        for at, candidate in enumerate(self._block(index)):
            if candidate.offset <= anchor.offset:
                row = at
        return Position(index, row)

    def _anchor(self, position: Position) -> Anchor:
        return Anchor(self._log[position.entry].number, self._block(position.entry)[position.row].offset)

    def _up(self, position: Position, rows: int) -> Position:
        index, row = position
        while rows > row and index > 0:
            rows -= row + 1
            index -= 1
            row = len(self._block(index)) - 1
        return Position(index, max(0, row - rows))

    def _down(self, position: Position, rows: int) -> Position:
        index, row = position
        while index < len(self._log) and rows >= len(self._block(index)) - row:
            rows -= len(self._block(index)) - row
            index += 1
            row = 0
        return Position(index, row + rows) if index < len(self._log) else Position(len(self._log) - 1, 0)
