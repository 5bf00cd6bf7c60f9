"""From the draft to the peer: what Enter does, pasted lines one after the other, and how it went."""

from collections import deque
from typing import Final

from core import TextId, split_text

from ..line.command_line import is_command
from ..state.conversation import Aside, Conversation
from ..state.effects import Effect, Say
from ..state.journal import note_own_text, tell, tell_error, tell_unsent
from ..state.model import UiState
from ..text.clean import MAX_CLEAN_BYTES, clean_message
from . import commands, paging

LINE_INTERVAL_SECONDS: Final = 0.2  # between pasted lines, so that they do not flood the peer's window


def submit(state: UiState) -> list[Effect]:
    """Do what Enter does: carry out or send the draft; blank, it goes to the bottom of the log."""
    here = state.here
    here.history.stop()
    state.typed.stop()
    if here.draft.is_blank:
        here.draft.take()
        paging.scroll_to_bottom(state)
        return []
    rows = here.draft.text.split("\n")
    if len(rows) == 1 or not is_command(rows[0]):
        state.typed.add(here.draft.text)
    if len(rows) == 1:
        here.history.add(here.draft.take())
        if not is_command(rows[0]) and here.takes_text and len(rows[0].encode(errors="replace")) > MAX_CLEAN_BYTES:
            return send_lines(state, here, split_text(rows[0]))  # one entry could not show all of it
        return enter(state, rows[0])
    if is_command(rows[0]):
        tell_error(state, here, state.tr("Commands fit on one line. To send this as text, begin with //."))
        return []
    here.history.add(here.draft.take())
    if rows[0].startswith("//"):
        rows[0] = rows[0][1:]
    if not all(row.strip() for row in rows):
        state.notice = state.tr("Blank rows are left out.")
    return send_lines(state, here, rows)


def enter(state: UiState, row: str) -> list[Effect]:
    """Carry out one typed row, then scroll so that the start of its output is visible."""
    paging.scroll_to_bottom(state)
    before = state.entries
    effects = commands.enter(state, row)
    if not state.plain:
        paging.show_from(state, before + 1)
    return effects


def send_lines(state: UiState, conversation: Conversation, lines: list[str]) -> list[Effect]:
    """Send texts one after the other, the first at once; blank ones are left out."""
    if not state.paste:
        state.paste_count = 0
    waiting = [(conversation.number, line) for line in lines if line.strip()]
    state.paste += waiting
    state.paste_count += len(waiting)
    state.paste_at = max(state.paste_at, state.now)
    return send_next_line(state)


def send_next_line(state: UiState) -> list[Effect]:
    """Send the next of the waiting lines if it is time."""
    if not state.paste or state.now < state.paste_at:
        return []
    number, line = state.paste[0]
    conversation = state.conversations[number]
    if not conversation.takes_text or conversation.chat is None:
        commands.send_text(state, conversation, line)  # says why not
        stop_sending(state)
        return []
    state.paste.popleft()
    state.paste_at = state.now + LINE_INTERVAL_SECONDS
    return [Say(conversation.chat, line)]


def stop_sending(state: UiState) -> None:
    """Send no more of the waiting lines; they are kept in the history of their conversation."""
    waiting, state.paste = state.paste, deque()
    for number in dict.fromkeys(number for number, _ in waiting):
        lines = [line for of, line in waiting if of == number]
        conversation = state.conversations[number]
        conversation.history.add("\n".join(lines))
        tell_unsent(state, conversation, len(lines))


# What became of it


def note_said(state: UiState, say: Say, text_id: TextId) -> None:
    """Show a text that the node has taken."""
    conversation = state.of_chat(say.conversation)
    if conversation is None:
        return
    note_own_text(state, conversation, say.text, text_id)
    if not say.aside or (conversation.number == state.current and not state.plain):
        return
    text = clean_message(say.text)
    if conversation.is_open:
        tell(state, state.here, state.tr("To {n}: {text}", n=conversation.label, text=text))
    else:
        conversation.asides.append(Aside(state.current, text))


def note_not_said(state: UiState, say: Say, *, is_full: bool) -> None:
    """Show a text that the node did not take, and why; it is in the history.

    Args:
        state: Changed.
        say: The text that was not sent.
        is_full: The peer is not reading (docs/protocol.md §4.9); else it is not connected.
    """
    conversation = state.of_chat(say.conversation)
    not_sent = state.tr("Not sent: {text}", text=clean_message(say.text))
    if conversation is None:
        if say.aside:
            tell_error(state, state.here, not_sent)
        return
    note_own_text(state, conversation, say.text, None)
    if is_full:
        text = state.tr("{n} is not reading; nothing more can be sent now.", n=conversation.label)
    else:
        text = state.tr("Not connected to {n}. Use /chat {n} to call again.", n=conversation.label)
    tell_error(state, conversation, text)
    if say.aside and conversation is not state.here and not state.plain:
        tell_error(state, state.here, f"{text}\n{not_sent}")
    if state.paste:
        stop_sending(state)
