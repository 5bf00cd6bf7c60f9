"""The state's own queries and changes."""

import dataclasses

import pytest

from core import ConversationId
from curses_ui.i18n import PORTUGUESE
from curses_ui.state.conversation import STATUS_WINDOW, ChatState, EntryKind, LogEntry
from curses_ui.state.limits import CLIENT_LIMITS
from curses_ui.state.memory import append

from ..scene import NOON, Scene


def test_a_state_begins_with_the_status_window_alone() -> None:
    state = Scene().state
    assert list(state.conversations) == [STATUS_WINDOW]
    assert state.here is state.status
    assert list(state.chats()) == []
    assert not state.here.takes_text


def test_entries_are_found_by_number_also_when_the_oldest_are_gone() -> None:
    state = Scene().state
    for _ in range(CLIENT_LIMITS.max_log_entries + 3):
        append(state, state.here, LogEntry(state.next_entry_number(), EntryKind.NEWS, NOON, "", "x"))
    assert len(state.here.log) == CLIENT_LIMITS.max_log_entries
    assert state.here.index_of(4) == 0
    assert state.here.index_of(1) == 0
    assert state.here.index_of(CLIENT_LIMITS.max_log_entries + 3) == CLIENT_LIMITS.max_log_entries - 1
    assert state.here.index_of(CLIENT_LIMITS.max_log_entries + 9) == CLIENT_LIMITS.max_log_entries


def test_new_entries_are_handed_out_once() -> None:
    state = Scene().state
    entry = LogEntry(state.next_entry_number(), EntryKind.NEWS, NOON, "", "x")
    append(state, state.here, entry)
    append(state, state.here, entry, is_fresh=False)
    assert state.take_fresh() == [(STATUS_WINDOW, entry)]
    assert state.take_fresh() == []


def test_entries_cannot_be_changed_in_place() -> None:
    entry = LogEntry(1, EntryKind.NEWS, NOON, "", "x")
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(entry, "text", "y")


@pytest.mark.parametrize(
    ("chat_state", "is_open", "takes_text"),
    [
        (ChatState.NONE, False, False),
        (ChatState.CONNECTING, False, True),
        (ChatState.OPEN, True, True),
        (ChatState.ENDED, False, False),
    ],
)
def test_texts_are_taken_while_a_chat_is_open_or_being_made(
    chat_state: ChatState, is_open: bool, takes_text: bool
) -> None:
    scene = Scene()
    conversation = scene.call(1, "Ana")
    conversation.state = chat_state
    assert (conversation.is_open, conversation.takes_text) == (is_open, takes_text)


def test_the_clock_is_the_users_own() -> None:
    scene = Scene(language=PORTUGUESE)
    assert scene.state.clock(NOON + 61) == "12:01"
    assert scene.state.tr("tracker ok") == "tracker ok"


def test_windows_stay_in_the_order_of_their_numbers() -> None:
    state = Scene().state
    for number in (4, 2, 3):
        state.add_conversation(number, ConversationId(number), f"p{number}", f"p{number}")
    assert list(state.conversations) == [1, 2, 3, 4]
