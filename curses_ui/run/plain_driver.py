"""The client without a screen: lines in, lines out, through terminals, pipes and files alike.

An incoming text is ``<NAME> TEXT``; news of the program begin with ``* ``,
errors with ``! ``. Nothing that was typed is echoed, and the end of the input
means ``/exit``. No escape sequence is ever written.
"""

import os
import sys
from collections import deque
from collections.abc import Sequence
from typing import Final

from io_adapters import LineOutput, Reactor

from ..client import Client
from ..state.conversation import ChatState, EntryKind, LogEntry
from ..state.model import UiState
from ..view.glyphs import glyphs_for

READ_BYTES: Final = 64 * 1024
MAX_LINE_BYTES: Final = 1024 * 1024  # what is longer is taken as several lines
PATIENCE_SECONDS: Final = 12.0  # at the end of the input: for a call that is being made, and an asked list


class PlainFace:
    """Reads lines from one descriptor and writes lines to another; ``run`` returns when all is over."""

    def __init__(self, reactor: Reactor, client: Client, *, input_fd: int, output_fd: int) -> None:
        """Take over the client; its state has to be ``plain``."""
        self._reactor: Final = reactor
        self._client: Final = client
        self._state: Final[UiState] = client.state
        self._input_fd: Final = input_fd
        # What a terminal does not understand could act on it: the second byte of a letter in UTF-8
        # is a control character in Latin-1.
        self._encoding: Final = (sys.stdout and sys.stdout.encoding) or "utf-8"
        self._output: Final = LineOutput(
            reactor, output_fd, encoding=self._encoding, dropped_line=self._dropped_line
        )
        self._glyphs: Final = glyphs_for(self._state.settings.ascii)
        self._pending = bytearray()
        self._lines: deque[str] = deque()
        self._is_reading = False
        self._at_end = False
        self._leave_by: float | None = None
        client.show_on(self)

    def run(self) -> None:
        """Chat until the user leaves."""
        self._follow_input()
        self._reactor.run()
        self._write(self._client.take_fresh())
        self._output.drain()

    # Face

    def ring(self) -> None:
        """Nothing: the bell is an escape of its kind, and lines are read later or by programs."""

    def notify(self, text: str) -> None:
        """Nothing, for the same reason."""

    def suspend(self) -> None:
        """Nothing: the terminal's own driver sees to it."""

    def redraw(self) -> None:
        """Nothing: what is written stays."""

    def turn_ended(self, fresh: Sequence[LogEntry]) -> None:
        """Write what was said, do what was typed, and see whether it is over."""
        self._write(fresh)
        while self._lines and self._takes_lines() and not self._state.leaving:
            self._client.enter_line(self._lines.popleft())
            self._write(self._client.take_fresh())
        self._follow_input()
        if self._at_end and not self._lines:
            self._leave_when_settled()
        self._output.flush()
        if self._output.is_broken and not self._state.leaving:
            self._client.leave()
        if self._state.left:
            self._reactor.stop()

    # Private

    def _write(self, entries: Sequence[LogEntry]) -> None:
        for entry in entries:
            line = self._format(entry)
            if line is not None:
                self._output.write(line)

    def _dropped_line(self, dropped: int) -> str:
        said = self._state.catalogue.trn(
            "{n} line was lost: its reader is too slow.", "{n} lines were lost: their reader is too slow.", dropped
        )
        return f"! {said}"

    def _takes_lines(self) -> bool:
        """Whether the next line can be carried out: a script expects each to be over before the next begins."""
        tracker = self._state.tracker
        return (tracker.ever_registered or tracker.told is not None) and self._is_settled()

    def _is_settled(self) -> bool:
        """Whether nobody is being called, no list is awaited, and no text waits for a peer to read."""
        state = self._state
        calling = state.is_calling or any(c.state is ChatState.CONNECTING for c in state.chats())
        return not calling and not state.pending_lists and not self._client.is_choked

    def _follow_input(self) -> None:
        """Read on only when everything that was read is done."""
        wanted = not self._at_end and not self._lines
        if wanted and not self._is_reading:
            self._reactor.add_reader(self._input_fd, self._read)
        elif self._is_reading and not wanted:
            self._reactor.remove_reader(self._input_fd)
        self._is_reading = wanted

    def _read(self) -> None:
        try:
            data = os.read(self._input_fd, READ_BYTES)
        except OSError:  # the terminal is gone
            data = b""
        self._pending += data
        *lines, rest = self._pending.split(b"\n")
        self._pending = rest
        if not data or len(rest) > MAX_LINE_BYTES:
            lines.append(rest)
            self._pending = bytearray()
        self._lines += [line.removesuffix(b"\r").decode(self._encoding, "replace") for line in lines]
        self._at_end = not data

    def _leave_when_settled(self) -> None:
        """Leave once everything is done, or after a while."""
        if self._state.leaving:
            return
        if self._leave_by is None:
            self._leave_by = self._reactor.now + PATIENCE_SECONDS
            self._reactor.call_at(self._leave_by, self._client.leave)
        if self._is_settled():
            self._client.leave()

    def _format(self, entry: LogEntry) -> str | None:
        """The line or lines for an entry; None if it is our own text."""
        text = self._glyphs.text(entry.text)
        match entry.kind:
            case EntryKind.THEIRS:
                return f"<{self._glyphs.text(entry.sender)}> {text}"
            case EntryKind.OURS:
                return None
            case EntryKind.NEWS:
                return "\n".join(f"* {row}" for row in text.split("\n"))
            case EntryKind.ERROR:
                return "\n".join(f"! {row}" for row in text.split("\n"))
