"""Which conversation is shown, what counts as read, and what windows are called."""

from core import CameOnline, ConversationId, WentOffline

from curses_ui.state.conversation import STATUS_WINDOW, ChatState
from curses_ui.state.people import Person
from curses_ui.state.windows import (
    active_peers,
    go_to,
    is_untouched,
    mark_unread,
    next_active,
    next_window,
    open_window,
    remove_window,
    total_unread,
)

from ..scene import Scene


def three_chats() -> Scene:
    """Windows 2, 3 and 4: Ana, Camila, Davi, who all have called."""
    scene = Scene()
    for chat, name in enumerate(("Ana", "Camila", "Davi"), start=1):
        scene.called_by(chat, name)
    scene.frame()
    return scene


# Focus


def test_a_call_never_moves_the_focus() -> None:
    scene = three_chats()
    scene.hear(1, "oi", "oi")
    assert scene.state.current == STATUS_WINDOW


def test_going_to_a_window_that_is_not_there_changes_nothing() -> None:
    scene = three_chats()
    go_to(scene.state, 99)
    assert scene.state.current == STATUS_WINDOW


def test_a_peer_keeps_its_number_for_the_whole_session() -> None:
    scene = three_chats()
    scene.press("M-3")
    scene.enter("/close")
    assert 3 not in scene.state.conversations
    scene.called_by(4, "Eva")
    assert scene.window(4).number == 5
    scene.called_by(2, "Camila")
    assert scene.window(2).number == 3
    assert list(scene.state.conversations) == [1, 2, 3, 4, 5]


def test_hopping_goes_round() -> None:
    scene = three_chats()
    assert next_window(scene.state, 1) == 2
    assert next_window(scene.state, -1) == 4
    go_to(scene.state, 4)
    assert next_window(scene.state, 1) == 1


def test_the_next_active_window_is_that_with_the_oldest_unread_text() -> None:
    scene = three_chats()
    scene.hear(3, "first")
    scene.hear(1, "second")
    assert next_active(scene.state) == 4
    go_to(scene.state, 4)
    scene.wait(0.6)
    assert next_active(scene.state) == 2
    go_to(scene.state, 2)
    scene.wait(0.6)
    assert next_active(scene.state) == 3  # nothing was said there, but somebody has called
    go_to(scene.state, 3)
    scene.wait(0.6)
    assert next_active(scene.state) is None


def labels(scene: Scene) -> list[str]:
    return [peer.shown if isinstance(peer, Person) else peer.label for peer in active_peers(scene.state)]


def test_active_peers_are_the_unread_ones_then_conversations_then_everybody_by_name() -> None:
    scene = three_chats()
    scene.registered("Zé", "Ana", "bia")
    for number in ("M-2", "M-3", "M-4"):
        scene.press(number)
        scene.wait(0.6)
    assert labels(scene) == ["Ana", "Camila", "Davi", "bia", "Zé"]
    scene.press("M-1")
    scene.hear(3, "a")
    scene.hear(1, "b")
    assert labels(scene) == ["Davi", "Ana", "Camila", "bia", "Zé"]
    assert total_unread(scene.state) == 2


def test_active_peers_follow_who_comes_and_goes() -> None:
    scene = three_chats()
    scene.registered("Bia")
    scene.event(CameOnline("Eva"))
    scene.event(WentOffline("Bia"))
    scene.press("M-2")
    scene.wait(0.6)
    scene.lose(1)
    scene.wait(0.6)
    assert labels(scene) == ["Camila", "Davi", "Eva"]
    scene.event(CameOnline("Ana"))  # no connection, but there: it can be called again
    assert labels(scene) == ["Camila", "Davi", "Ana", "Eva"]


def test_alt_a_goes_through_the_active_peers_in_their_order() -> None:
    scene = three_chats()
    scene.press("M-2", "M-1")
    scene.hear(3, "first")
    scene.hear(1, "second")
    went = []
    for _ in range(4):
        scene.press("M-a")
        scene.wait(0.6)
        went.append(scene.state.here.label)
    assert went == ["Davi", "Ana", "Camila", "Camila"]


# Reading


def test_a_text_is_read_after_half_a_second_on_the_screen() -> None:
    scene = three_chats()
    scene.hear(1, "oi")
    scene.press("M-2")
    scene.wait(0.4)
    assert scene.window(1).unread == 1
    scene.wait(0.2)
    assert scene.window(1).unread == 0
    assert not scene.window(1).attention


def test_hopping_across_a_conversation_does_not_read_it() -> None:
    scene = three_chats()
    scene.hear(1, "oi")
    scene.press("M-2")
    scene.wait(0.2)
    scene.press("M-3")
    scene.wait(5)
    assert scene.window(1).unread == 1


def test_a_text_that_comes_while_the_user_is_there_is_never_unread() -> None:
    scene = three_chats()
    scene.press("M-2")
    scene.wait(1)
    scene.hear(1, "oi")
    assert scene.window(1).unread == 0
    assert scene.window(1).rule is None


def test_what_comes_while_the_terminal_is_out_of_focus_is_unread_until_it_is_back() -> None:
    scene = three_chats()
    scene.press("M-2")
    scene.wait(1)
    scene.focus(False)
    scene.hear(1, "oi")
    scene.wait(60)
    assert scene.window(1).unread == 1
    scene.focus(True)
    scene.wait(0.6)
    assert scene.window(1).unread == 0


def test_what_comes_below_a_view_that_is_scrolled_up_is_unread_until_the_bottom_is_seen() -> None:
    scene = three_chats()
    scene.press("M-2")
    scene.hear(1, *(f"text {number}" for number in range(60)))
    scene.wait(1)
    scene.press("PgUp")
    scene.hear(1, "below")
    scene.wait(60)
    assert scene.window(1).unread == 1
    scene.press("End")
    scene.wait(0.6)
    assert scene.window(1).unread == 0


def test_an_unread_text_can_be_marked_again_and_stays_so_until_the_user_comes_back() -> None:
    scene = three_chats()
    scene.press("M-2")
    scene.hear(1, "a", "b")
    scene.wait(1)
    assert mark_unread(scene.window(1))
    scene.wait(10)
    assert scene.window(1).unread == 1
    scene.press("M-1", "M-2")
    scene.wait(0.6)
    assert scene.window(1).unread == 0
    assert not mark_unread(scene.state.status)


# The rule above the first unread text


def test_the_rule_stands_above_the_first_text_that_came_while_away() -> None:
    scene = three_chats()
    scene.press("M-2")
    scene.hear(1, "seen")
    scene.wait(1)
    scene.press("M-3")
    scene.hear(1, "new", "newer")
    scene.press("M-2")
    lines = scene.picture().split("\n")
    rule = next(index for index, line in enumerate(lines) if line.startswith("── new (2) ──"))
    assert "seen" in lines[rule - 1] and "new" in lines[rule + 1]


def test_the_rule_stays_when_it_was_read_and_moves_when_the_conversation_is_left() -> None:
    scene = three_chats()
    scene.hear(1, "new")
    scene.press("M-2")
    scene.wait(10)
    scene.hear(1, "while here")
    assert "── new (1) ──" in scene.picture()
    scene.press("M-3", "M-2")
    assert "── new" not in scene.picture()
    scene.press("M-3")
    scene.hear(1, "newest")
    scene.press("M-2")
    assert "── new (1) ──" in scene.picture()


def test_alt_u_jumps_to_the_rule() -> None:
    scene = three_chats()
    scene.hear(1, *(f"text {number}" for number in range(50)))
    scene.press("M-2")
    assert "── new" not in scene.picture()
    scene.press("M-u")
    assert scene.picture().split("\n")[1].startswith("── new (50) ──")


# Names of windows


def test_a_second_peer_of_the_same_name_is_told_apart() -> None:
    scene = Scene()
    scene.called_by(1, "Ana")
    scene.called_by(2, "Ana", host="10.0.0.66", namesake=True)
    scene.called_by(3, "Ana", host="10.0.0.77", namesake=True)
    assert [c.label for c in scene.state.chats()] == ["Ana", "Ana~2", "Ana~3"]
    assert scene.window(2).doubtful and not scene.window(1).doubtful


def test_a_removed_window_leaves_the_screen_to_the_one_before() -> None:
    scene = three_chats()
    scene.press("M-2", "M-3")
    remove_window(scene.state, scene.window(2))
    assert scene.state.current == 2
    remove_window(scene.state, scene.window(1))
    assert scene.state.current == STATUS_WINDOW
    remove_window(scene.state, scene.state.status)
    assert scene.state.current == STATUS_WINDOW


def test_the_way_back_does_not_lead_to_a_removed_window() -> None:
    """The window before was removed from elsewhere: Alt+/ and the next removal go to the status window."""
    scene = three_chats()
    scene.press("M-2", "M-3")
    remove_window(scene.state, scene.window(1))
    scene.press("M-/")
    assert scene.state.current == STATUS_WINDOW
    scene.press("M-4", "M-3")
    remove_window(scene.state, scene.window(3))
    remove_window(scene.state, scene.window(2))
    assert scene.state.current == STATUS_WINDOW


def test_what_was_still_to_be_pasted_there_goes_with_a_removed_window() -> None:
    scene = three_chats()
    scene.press("M-2")
    scene.paste("a\nb\nc")
    scene.type("y")
    remove_window(scene.state, scene.window(1))
    scene.wait(5)
    assert len(scene.said) == 1


def test_a_window_is_untouched_until_something_is_said_or_typed() -> None:
    scene = Scene()
    conversation = open_window(scene.state, ConversationId(1), "Ana")
    conversation.state = ChatState.CONNECTING
    assert is_untouched(conversation)
    conversation.draft.type("o")
    assert not is_untouched(conversation)


def test_what_was_typed_to_somebody_in_an_earlier_session_is_in_the_history() -> None:
    scene = Scene()
    scene.state.old_history = {"Ana": ["before", "later"]}
    scene.call(1, "Ana")
    scene.press("Up")
    assert scene.state.here.draft.text == "later"
