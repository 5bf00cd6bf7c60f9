"""A client on a stage: events and keys in, frames out, under a clock that the test moves."""

import os
import unicodedata
from pathlib import Path

from core.events import (
    ChatEnd,
    ChatEnded,
    ChatOpened,
    ChatRequested,
    ConversationId,
    LossReason,
    NodeEvent,
    PeerVerified,
    TextId,
    TextReceived,
    TrackerRegistered,
    Verdict,
)

from curses_ui.catalogue import load_catalogue
from curses_ui.i18n import ENGLISH
from curses_ui.state.conversation import Conversation
from curses_ui.state.effects import Effect, Say
from curses_ui.state.model import UiState
from curses_ui.terminal.frame import Frame
from curses_ui.terminal.keys import Focus, Key, KeyEvent, Paste, Text
from curses_ui.text.cells import text_width
from curses_ui.update import inputs
from curses_ui.update.node_events import begin_call
from curses_ui.update.sending import note_said
from curses_ui.view.render import render

GOLDEN = Path(__file__).parent / "golden"
NOON = 1_795_348_800.0
"""2026-11-22 12:00:00 UTC, a Sunday."""


class Scene:
    """Bruno's client; ``now`` starts at 0.0 and the wall clock at noon."""

    def __init__(self, name: str = "Bruno", *, language: str = ENGLISH, wall: float = NOON) -> None:
        self.state = UiState(name, catalogue=load_catalogue(language))
        self.state.tracker.address = "10.0.0.1:10000"
        self.now = 0.0
        self.wall = wall
        self.state.wall = wall
        self.texts = 0
        """How many texts the node has taken; also the number of the latest one."""
        self.effects: list[Effect] = []
        """All that was asked of the outside, besides texts that were sent."""
        self.said: list[Say] = []

    # What happens

    def event(self, event: NodeEvent) -> None:
        """The node reports something."""
        self._carry_out(inputs.apply_event(self.state, event, now=self.now, wall=self.wall))

    def press(self, *names: str) -> None:
        """Press keys by their names."""
        for name in names:
            self._key(Key(name))

    def type(self, text: str) -> None:
        """Type characters."""
        self._key(Text(text))

    def enter(self, text: str) -> None:
        """Type a line and press Enter."""
        self.type(text)
        self.press("Enter")

    def paste(self, text: str, *, truncated: bool = False) -> None:
        """Paste, as a terminal with bracketed paste reports it."""
        self._key(Paste(text, truncated=truncated))

    def focus(self, focused: bool) -> None:
        """The terminal's window gets or loses the focus."""
        self._key(Focus(focused))

    def wait(self, seconds: float) -> None:
        """Let time pass, with every timer on the way."""
        until = self.now + seconds
        while (deadline := inputs.next_timer(self.state)) is not None and deadline <= until:
            self._move_to(max(deadline, self.now))
            self._carry_out(inputs.handle_timer(self.state, now=self.now, wall=self.wall))
        self._move_to(until)
        self._carry_out(inputs.handle_timer(self.state, now=self.now, wall=self.wall))

    # Shorthands

    def registered(self, *names: str) -> None:
        """The tracker has answered for the first time; these are online."""
        self.event(TrackerRegistered(self.state.name, names))

    def call(self, chat: int, name: str, *, host: str = "10.0.0.8", port: int = 9382) -> Conversation:
        """The user calls somebody, who answers."""
        begin_call(self.state, ConversationId(chat), name, show=True)
        self.event(ChatRequested(ConversationId(chat), name))
        self.event(ChatOpened(ConversationId(chat), name, host, port, incoming=False, namesake=False))
        return self.window(chat)

    def event_opened(self, chat: int, name: str) -> None:
        """A call of ours is answered."""
        self.event(ChatOpened(ConversationId(chat), name, "10.0.0.8", 9382, incoming=False, namesake=False))

    def called_by(
        self, chat: int, name: str | None, *, host: str = "10.0.0.9", namesake: bool = False
    ) -> Conversation:
        """Somebody calls; the tracker confirms the address."""
        self.event(ChatOpened(ConversationId(chat), name, host, 40001, incoming=True, namesake=namesake))
        if name is not None and not namesake:
            self.event(PeerVerified(ConversationId(chat), Verdict.VERIFIED, host, host))
        return self.window(chat)

    def hear(self, chat: int, *texts: str) -> None:
        """A peer says something."""
        for text in texts:
            self.event(TextReceived(ConversationId(chat), text))

    def lose(self, chat: int) -> None:
        """A connection breaks."""
        self.event(ChatEnded(ConversationId(chat), ChatEnd.LOST, LossReason.RESET, (), ()))

    def window(self, chat: int) -> Conversation:
        """The window of one of the node's conversations."""
        conversation = self.state.of_chat(ConversationId(chat))
        assert conversation is not None
        return conversation

    # What is seen

    def frame(self, rows: int = 24, columns: int = 80) -> Frame:
        """The screen, checked for everything that holds for every frame."""
        inputs.resize(self.state, rows, columns)
        frame = render(self.state, rows, columns)
        check_frame(frame, rows, columns)
        return frame

    def picture(self, rows: int = 24, columns: int = 80) -> str:
        """The screen as text."""
        return self.frame(rows, columns).text()

    def last(self, conversation: Conversation | None = None) -> str:
        """The latest text in a log; without one, of the conversation on the screen."""
        return (conversation or self.state.here).log[-1].text

    def log(self, conversation: Conversation | None = None) -> list[str]:
        """Everything in a log; without one, of the conversation on the screen."""
        return [entry.text for entry in (conversation or self.state.here).log]

    # Private

    def _key(self, event: KeyEvent) -> None:
        self._carry_out(inputs.apply_key(self.state, event, now=self.now, wall=self.wall))

    def _carry_out(self, effects: list[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, Say):
                self.texts += 1
                self.said.append(effect)
                note_said(self.state, effect, TextId(self.texts))
            else:
                self.effects.append(effect)

    def _move_to(self, now: float) -> None:
        self.wall += now - self.now
        self.now = now


def check_frame(frame: Frame, rows: int, columns: int) -> None:
    """What holds for every frame: its size, its cursor, and that nothing in it can act on a terminal."""
    assert len(frame.lines) == rows
    for line in frame.lines:
        text = "".join(span.text for span in line)
        assert text_width(text) == columns, text
        assert is_harmless(text), ascii(text)
    if frame.cursor is not None:
        row, column = frame.cursor
        assert 0 <= row < rows and 0 <= column < columns
    assert frame.title.isprintable()


def is_harmless(text: str) -> bool:
    """Whether there is nothing in a text but what is printed, spaces of all kinds, and the non-joiner."""
    return text.isprintable() or all(c.isprintable() or c == "\u200c" or unicodedata.category(c) == "Zs" for c in text)


def check_golden(name: str, picture: str) -> None:
    """Compare a picture with the one in ``golden``; ``UPDATE_GOLDEN=1`` in the environment renews it.

    A ``|`` stands behind every line there, so that trailing spaces can be seen.
    """
    path = GOLDEN / f"{name}.txt"
    drawn = "".join(f"{line}|\n" for line in picture.split("\n"))
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8"), f"{path.name} differs:\n{drawn}"
