"""Questions that are answered with one key: the paste of several lines, leaving, removing a window."""

from typing import assert_never

from core import split_text

from ..state.effects import Effect, Leave
from ..state.model import CloseQuestion, ExitQuestion, PasteQuestion, SendQuestion, UiState
from . import sending
from .chat_commands import call_now
from .window_commands import close_window

_YES = frozenset("yYsS")  # in both languages, whichever is shown
_NO = frozenset("nN")
_EDIT = frozenset("eE")


def ask_about_paste(state: UiState, text: str) -> None:
    """Put pasted text into the draft, or ask if it would be several messages and there is somebody to get them.

    What is pasted while that is asked is added to it; all of it becomes the draft, if nobody would get it any more.
    """
    here = state.here
    if isinstance(state.question, PasteQuestion):
        here = state.conversations[state.question.conversation]
        text = f"{state.question.text.rstrip(chr(10))}\n{text}"
    lines = text.strip("\n").split("\n")
    messages = tuple(piece for line in lines if line.strip() for piece in split_text(line))
    if len(messages) > 1 and here.takes_text:
        state.question = PasteQuestion(here.number, text, messages, sum(not line.strip() for line in lines))
    else:
        if isinstance(state.question, PasteQuestion):
            state.question = None
        _put(state, messages[0] if len(messages) == 1 else text)


def answer(state: UiState, character: str) -> list[Effect]:
    """Do what the typed character says to the question; anything else than an answer is nothing."""
    question = state.question
    if question is None or character not in _YES | _NO | _EDIT:
        return []
    match question:
        case PasteQuestion(number, text, messages):
            state.question = None
            if character in _EDIT:
                _put(state, text.strip("\n"))
            elif character in _YES:
                return sending.send_lines(state, state.conversations[number], list(messages))
        case ExitQuestion():
            if character not in _EDIT:
                state.question = None
                return [Leave()] if character in _YES else []
        case CloseQuestion(number):
            if character not in _EDIT:
                state.question = None
                conversation = state.conversations.get(number)
                if character in _YES and conversation is not None:
                    return close_window(state, conversation)
        case SendQuestion(command, row):
            state.question = None
            if character in _YES:
                return call_now(state, command)
            if character in _EDIT:
                _put(state, row)
        case _:
            assert_never(question)
    return []


def _put(state: UiState, text: str) -> None:
    here = state.here
    here.history.stop()
    if not here.draft.paste(text):
        state.notice = state.tr("The line is full.")
