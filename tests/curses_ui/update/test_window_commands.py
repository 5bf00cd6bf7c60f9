"""Commands about what is on the screen."""

import pytest

from core import (
    ChatEnd,
    ChatEnded,
    ChatRequested,
    ConversationId,
    LossReason,
    PersonNotOnline,
    TextId,
    TextReceived,
    TextsUnconfirmed,
)

from curses_ui.state.conversation import Anchor, ChatState
from curses_ui.state.effects import EndChat
from curses_ui.state.model import CloseQuestion
from curses_ui.update.node_events import apply_node_event

from ..desk import add_chat, make_state, run, said, say


@pytest.mark.parametrize(
    ("row", "number"),
    [
        ("/win 2", 2),
        ("/w cam", 2),
        ("/janela davi", 3),
        ("/buffer 1", 1),
        ("/win prosa", 1),
        ('/win "2"', 4),  # somebody called 2
        ("/win 9", 1),
        ("/win 99999999999999999999", 1),
    ],
)
def test_win_goes_by_number_or_name(row: str, number: int) -> None:
    state = make_state()
    for name in ("Camila", "Davi", "2"):
        add_chat(state, name)
    run(state, row)
    assert state.current == number


def test_win_to_nowhere_is_an_error() -> None:
    state = make_state()
    run(state, "/win 9", "/win Zeca")
    assert said(state) == ["There is no window 9.", "No conversation with Zeca. Use /chat Zeca."]


def test_next_and_prev_go_round() -> None:
    state = make_state()
    add_chat(state, "Camila")
    add_chat(state, "Davi")
    seen = []
    for row in ("/next", "/proxima", "/next", "/prev", "/anterior"):
        run(state, row)
        seen.append(state.current)
    assert seen == [2, 3, 1, 3, 2]


def test_going_where_one_is_says_so() -> None:
    state = make_state()
    run(state, "/next", "/win 1")
    assert said(state) == ["You are already in that conversation."] * 2


def test_without_a_screen_going_says_who_gets_what_is_typed() -> None:
    state = make_state()
    state.plain = True
    add_chat(state, "Camila")
    add_chat(state, "Davi", chat_state=ChatState.ENDED)
    run(state, "/win cam", "/win davi", "/next")
    assert said(state) == [
        "What you type goes to Camila now.",
        "Not connected to Davi. Use /chat Davi to call again.",
        "What you type goes to nobody now.",
    ]


def test_close_ends_and_removes() -> None:
    state = make_state()
    camila = add_chat(state, "Camila")
    assert camila.chat is not None
    assert run(state, "/win 2", "/close") == [EndChat(camila.chat)]
    assert list(state.conversations) == [1]
    assert state.current == 1
    assert said(state) == ["The conversation with Camila is removed."]


def test_what_a_peer_says_after_close_stands_in_the_status_window() -> None:
    state = make_state()
    add_chat(state, "Camila", chat=7)
    run(state, "/close Camila")
    apply_node_event(state, TextReceived(ConversationId(7), "wait!"))
    assert (state.status.log[-1].sender, state.status.log[-1].text) == ("Camila", "wait!")
    assert list(state.conversations) == [1]
    apply_node_event(state, ChatEnded(ConversationId(7), ChatEnd.WE_LEFT, None, (), ()))
    assert state.closing == {}


def test_what_somebody_ignored_says_after_close_stands_nowhere() -> None:
    state = make_state()
    add_chat(state, "Camila", chat=7)
    run(state, "/ignore Camila", "/close Camila")
    said(state)
    apply_node_event(state, TextReceived(ConversationId(7), "wait!"))
    assert said(state) == []


def test_a_peer_that_is_called_again_during_its_farewell_is_heard_in_its_window() -> None:
    state = make_state()
    add_chat(state, "Camila", chat=7)
    run(state, "/close Camila")
    apply_node_event(state, ChatRequested(ConversationId(7), "Camila"))
    apply_node_event(state, TextReceived(ConversationId(7), "wait!"))
    window = state.of_chat(ConversationId(7))
    assert window is not None and window.log[-1].text == "wait!"
    apply_node_event(state, ChatEnded(ConversationId(7), ChatEnd.WE_LEFT, None, (), ()))
    assert state.closing == {}


def test_what_the_node_says_after_close_brings_no_window_back() -> None:
    state = make_state()
    camila = add_chat(state, "Camila", chat=7)
    run(state, "/close Camila")
    said(state)
    for event in (
        TextsUnconfirmed(ConversationId(7), (), (TextId(1),)),
        ChatEnded(ConversationId(7), ChatEnd.WE_LEFT, None, (), ()),
    ):
        assert apply_node_event(state, event) == []
    assert list(state.conversations) == [1]
    assert said(state) == []
    apply_node_event(state, ChatEnded(ConversationId(7), ChatEnd.LOST, LossReason.RESET, (TextId(1),), (TextId(2),)))
    apply_node_event(state, PersonNotOnline(ConversationId(7), "Camila", ()))
    assert said(state) == ["2 messages may not have arrived.", "Camila is not online."]
    apply_node_event(state, ChatRequested(ConversationId(7), "Camila"))
    assert state.of_chat(ConversationId(7)) is not None
    assert camila.number in state.conversations  # the number stays hers


def test_close_by_name_or_number_leaves_the_screen_alone() -> None:
    state = make_state()
    for name in ("Camila", "Davi", "Eva"):
        add_chat(state, name, chat_state=ChatState.ENDED)
    run(state, "/win Camila", "/wc 3", "/fechar eva")
    assert list(state.conversations) == [1, 2]
    assert state.current == 2


def test_close_asks_if_there_are_unread_texts() -> None:
    state = make_state()
    camila = add_chat(state, "Camila")
    say(state, camila, "oi")
    assert run(state, "/close Camila") == []
    assert state.question == CloseQuestion(2)
    assert 2 in state.conversations


def test_close_without_a_screen_cannot_ask() -> None:
    state = make_state()
    state.plain = True
    camila = add_chat(state, "Camila", chat_state=ChatState.ENDED)
    say(state, camila, "oi")
    run(state, "/close Camila")
    assert list(state.conversations) == [1]


def test_the_status_window_stays() -> None:
    state = make_state()
    run(state, "/close", "/close 1")
    assert said(state) == ["This window stays. /exit leaves the program."] * 2


def test_show_unfolds_and_folds() -> None:
    state = make_state()
    unfolded = []
    for row in ("/show", "/mostrar"):
        run(state, row)
        unfolded.append(state.here.unfolded)
    assert unfolded == [True, False]
    assert said(state) == ["Long messages are shown in full; /show folds them again.", "Long messages are folded again."]


def test_unread_marks_the_last_text_again() -> None:
    state = make_state()
    camila = add_chat(state, "Camila")
    say(state, camila, "oi", "tudo bem?")
    camila.unread = 0
    run(state, "/unread cam")
    assert camila.unread == 1
    assert camila.rule == camila.log[-1].number
    add_chat(state, "Davi")
    said(state)
    run(state, "/unread davi", "/naolida")
    assert said(state) == [
        "Davi has said nothing yet.",
        "This window is no conversation. /win 2 goes to Camila.",
    ]


def test_clear_empties_the_view_and_keeps_the_log() -> None:
    state = make_state()
    run(state, "/help")
    state.here.anchor = Anchor(1, 0)
    run(state, "/limpar")
    assert state.here.cleared == state.here.log[-1].number
    assert state.here.anchor is None
