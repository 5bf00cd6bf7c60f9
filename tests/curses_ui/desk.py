"""A state with some people and conversations, and what was said in it: for tests of commands."""

from core import ConversationId
from core.events import Verdict

from curses_ui.catalogue import load_catalogue
from curses_ui.state.conversation import ChatState, Conversation
from curses_ui.state.effects import Effect
from curses_ui.state.journal import hear
from curses_ui.state.model import TrackerState, UiState
from curses_ui.state.people import People
from curses_ui.state.windows import open_window
from curses_ui.update.commands import enter

WALL = 1_795_356_067.0
"""2026-11-22 14:01:07 UTC"""


def make_state(language: str = "en", *, people: tuple[str, ...] = ("Camila", "Davi", "João")) -> UiState:
    """Bruno, registered, with nobody called yet."""
    state = UiState("Bruno", catalogue=load_catalogue(language), people=People(people))
    state.wall = WALL
    state.now = 100.0
    state.tracker.state = TrackerState.REGISTERED
    state.tracker.address = "10.0.0.1:10000"
    return state


def add_chat(
    state: UiState, name: str, chat: int | None = None, chat_state: ChatState = ChatState.OPEN
) -> Conversation:
    """A conversation with somebody, connected unless told otherwise; not shown."""
    chat = len(state.windows) + 1 if chat is None else chat
    conversation = open_window(state, ConversationId(chat), name)
    conversation.state = chat_state
    conversation.host, conversation.port = "10.0.0.8", 9382
    conversation.verdict = Verdict.VERIFIED
    conversation.since_wall = WALL
    return conversation


def say(state: UiState, conversation: Conversation, *texts: str) -> None:
    """Let the peer say some texts."""
    for text in texts:
        hear(state, conversation, text)


def run(state: UiState, *rows: str) -> list[Effect]:
    """Enter some rows; all that they ask of the outside."""
    return [effect for row in rows for effect in enter(state, row)]


def said(state: UiState) -> list[str]:
    """What the program and the people said since the last call, in any conversation."""
    return [entry.text for _, entry in state.take_fresh()]
