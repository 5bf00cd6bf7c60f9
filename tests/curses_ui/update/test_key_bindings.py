"""What every key does."""

import pytest

from curses_ui.line.line_edit import MAX_DRAFT_CHARACTERS
from curses_ui.state.effects import Leave, OpenChat, Redraw, Suspend
from curses_ui.state.model import TrackerState
from curses_ui.state.windows import go_to
from curses_ui.update.key_bindings import BOUND_KEYS

from ..scene import Scene


def chats(count: int) -> Scene:
    """Windows 2, 3 … with peers p2, p3 …, window 1 shown."""
    scene = Scene()
    for number in range(2, count + 2):
        scene.called_by(number, f"p{number}")
    scene.wait(10)
    scene.effects.clear()
    return scene


# Windows


@pytest.mark.parametrize("key", ["C-n", "F6", "M-Right"])
def test_the_next_window_has_three_keys(key: str) -> None:
    scene = chats(2)
    scene.press(key)
    assert scene.state.current == 2
    scene.press(key, key)
    assert scene.state.current == 1


@pytest.mark.parametrize("key", ["C-p", "F5", "M-Left"])
def test_the_window_before_has_three_keys(key: str) -> None:
    scene = chats(2)
    scene.press(key)
    assert scene.state.current == 3


@pytest.mark.parametrize(("key", "number"), [("M-1", 1), ("M-2", 2), ("M-9", 9), ("M-0", 10)])
def test_alt_and_a_digit_goes_to_that_window(key: str, number: int) -> None:
    scene = chats(11)
    scene.press("M-3", key)
    assert scene.state.current == number


def test_alt_and_the_digit_of_no_window_stays() -> None:
    scene = chats(1)
    scene.press("M-7")
    assert scene.state.current == 1


def test_alt_j_reads_two_digits() -> None:
    scene = chats(11)
    scene.press("M-j")
    scene.type("1")
    assert scene.state.current == 1
    scene.type("2x")
    assert scene.state.current == 12
    assert scene.state.here.draft.text == "x"
    scene.press("M-j")
    scene.type("03")
    assert scene.state.current == 3


def test_what_is_typed_behind_the_digits_takes_the_notice_away_in_one_piece_or_two() -> None:
    for pieces in (("99x",), ("99", "x")):
        scene = chats(1)
        scene.press("M-j")
        for piece in pieces:
            scene.type(piece)
        assert (scene.state.notice, scene.state.here.draft.text) == ("", "x")


@pytest.mark.parametrize("keys", [("C-b",), ("Escape",)])
def test_another_key_after_alt_j_forgets_it(keys: tuple[str, ...]) -> None:
    scene = chats(11)
    scene.press("M-j", *keys)
    scene.type("12")
    assert scene.state.current == 1
    assert scene.state.here.draft.text == "12"


def test_a_letter_after_alt_j_is_typed() -> None:
    scene = chats(11)
    scene.press("M-j")
    scene.type("1a")
    assert scene.state.here.draft.text == "a"
    scene.type("2")
    assert scene.state.here.draft.text == "a2"


@pytest.mark.parametrize("key", ["M-a", "M-e"])
def test_the_next_active_window_has_two_keys(key: str) -> None:
    scene = chats(3)
    scene.hear(4, "oi")
    scene.press(key)
    assert scene.state.current == 4


def test_the_next_active_window_where_there_is_none_is_answered() -> None:
    scene = Scene()
    scene.registered("Camila")
    scene.press("M-a")
    assert "Nothing is unread." in scene.picture(10, 40).split("\n")[-2]


def test_alt_slash_goes_back_to_the_last_window() -> None:
    scene = chats(3)
    scene.press("M-3", "M-2", "M-/")
    assert scene.state.current == 3
    scene.press("M-/")
    assert scene.state.current == 2


# Drafts


def test_every_conversation_has_a_draft_of_its_own() -> None:
    scene = chats(2)
    scene.press("M-2")
    scene.type("for two")
    scene.press("M-3")
    assert scene.state.here.draft.text == ""
    scene.type("for three")
    scene.press("M-2")
    assert scene.state.here.draft.text == "for two"
    assert scene.picture().split("\n")[-1].startswith("p2> for two")


def test_the_kill_ring_is_shared() -> None:
    scene = chats(2)
    scene.press("M-2")
    scene.type("moved")
    scene.press("C-u", "M-3", "C-y")
    assert scene.state.here.draft.text == "moved"


def test_history_keeps_the_draft_and_an_edited_entry_becomes_it() -> None:
    scene = Scene()
    scene.call(1, "Ana")
    for text in ("one", "two"):
        scene.enter(text)
    scene.type("draft")
    scene.press("Up", "Up")
    assert scene.state.here.draft.text == "one"
    scene.press("Up")
    assert scene.state.here.draft.text == "one"
    scene.press("Down", "Down")
    assert scene.state.here.draft.text == "draft"
    scene.press("Up")
    scene.type("!")
    scene.press("Up")
    assert scene.state.here.draft.text == "draft"
    scene.press("Down")
    assert scene.state.here.draft.text == "two!"


def test_reverse_search_finds_what_was_sent() -> None:
    scene = Scene()
    scene.call(1, "Ana")
    for text in ("o primeiro", "outra coisa", "o segundo"):
        scene.enter(text)
    scene.press("C-r")
    scene.type("o ")
    scene.press("C-r")
    scene.press("Left")
    assert scene.state.here.draft.text == "o primeiro"
    assert scene.state.here.draft.cursor == len("o primeiro") - 1
    scene.press("C-c", "C-r")
    scene.type("zzz")
    scene.press("Backspace", "Escape")
    assert scene.state.here.draft.text == ""
    assert scene.state.reverse_search is None


def test_enter_in_a_reverse_search_sends_what_was_found() -> None:
    scene = Scene()
    scene.call(1, "Ana")
    scene.enter("bom dia")
    scene.press("C-r")
    scene.type("bom")
    scene.press("Enter")
    assert [say.text for say in scene.said] == ["bom dia", "bom dia"]


# Completion


def test_tab_completes_and_goes_through_the_candidates() -> None:
    scene = Scene()
    scene.registered("Ana", "André")
    scene.type("/chat an")
    scene.press("Tab")
    assert scene.state.here.draft.text == "/chat Ana"
    assert "[Ana]" in scene.picture().split("\n")[-2]
    scene.press("Tab")
    assert scene.state.here.draft.text == "/chat André"
    scene.press("S-Tab")
    assert scene.state.here.draft.text == "/chat Ana"
    scene.press("Escape")
    assert scene.state.here.draft.text == "/chat an"
    assert scene.state.completion is None


def test_any_other_key_accepts_the_candidate() -> None:
    scene = Scene()
    scene.registered("Ana", "André")
    scene.type("/chat an")
    scene.press("S-Tab")
    assert scene.state.here.draft.text == "/chat André"
    scene.press("Enter")
    assert scene.effects == [OpenChat("André")]


def test_without_a_match_nothing_changes_and_the_bar_says_so() -> None:
    scene = Scene()
    scene.type("/chat zz")
    scene.press("Tab")
    assert scene.state.here.draft.text == "/chat zz"
    assert "no match" in scene.picture().split("\n")[-2]
    scene.type("z")
    assert "no match" not in scene.picture().split("\n")[-2]


def test_whom_one_talks_to_is_offered_first() -> None:
    scene = Scene()
    scene.registered("Ana", "Anabela")
    scene.called_by(1, "Anabela")
    scene.press("M-2")
    scene.type("an")
    scene.press("Tab")
    assert scene.state.here.draft.text == "Anabela: "


def test_after_whom_one_talks_to_come_those_unread_then_everybody_by_alphabet() -> None:
    scene = Scene()
    scene.registered("Zoe", "ana", "Davi", "Bia")
    for chat, name in enumerate(("Davi", "Zoe", "Bia"), start=1):
        scene.called_by(chat, name)
    scene.hear(2, "oi")
    scene.press("M-4")
    offered = []
    scene.type("/chat ")
    for _ in range(4):
        scene.press("Tab")
        offered.append(scene.state.here.draft.text.removeprefix("/chat "))
    assert offered == ["Bia", "Zoe", "ana", "Davi"]


def test_a_name_with_hidden_characters_is_never_completed() -> None:
    scene = Scene()
    scene.registered("\u202eevil")
    scene.type("/chat ev")
    scene.press("Tab")
    assert scene.state.here.draft.text == "/chat ev"


# Searching the log


def test_alt_s_searches_while_one_types() -> None:
    scene = Scene()
    scene.call(1, "Ana")
    for number in range(60):
        scene.hear(1, f"t{number} " + ("needle" if number in (5, 30) else ""))
        scene.wait(1)
    scene.frame()
    scene.press("M-s")
    scene.type("needle")
    assert "t30 needle" in scene.picture()
    scene.press("Up")
    assert "t5 needle" in scene.picture()
    scene.press("Down")
    assert "t30 needle" in scene.picture()
    scene.press("Backspace")
    scene.type("E")
    assert "2 of 2" in scene.picture().split("\n")[-2]
    scene.press("Escape")
    assert scene.state.here.anchor is None
    assert scene.state.search is None
    assert scene.state.here.draft.text == ""


def test_enter_ends_a_search_where_it_is() -> None:
    scene = Scene()
    scene.call(1, "Ana")
    for number in range(60):
        scene.hear(1, f"t{number}")
        scene.wait(1)
    scene.frame()
    scene.press("M-s")
    scene.type("t20")
    scene.press("Enter")
    assert scene.state.search is None
    assert "t20" in scene.picture()
    scene.type("x")
    assert scene.state.here.draft.text == "x"


# The people pane


def test_f2_takes_the_pane_away_and_the_choice_survives_a_resize() -> None:
    scene = Scene()
    assert "PEOPLE" in scene.picture(24, 80)
    scene.press("F2")
    assert "PEOPLE" not in scene.picture(24, 80)
    scene.picture(10, 40)
    assert "PEOPLE" not in scene.picture(24, 80)
    scene.press("M-N", "M-N")
    assert "PEOPLE" in scene.picture(24, 80)


def test_f2_again_gives_the_bare_log_to_copy_from() -> None:
    scene = Scene()
    scene.call(1, "Ana")
    address = "https://exemplo.br/" + "x" * 150
    scene.hear(1, address)
    scene.press("F2", "F2")
    lines = scene.picture(24, 80).split("\n")
    assert "PEOPLE" not in scene.picture(24, 80) and "12:00 " not in "".join(lines[1:-2])
    assert address in "".join(lines)
    scene.press("F2")
    assert "PEOPLE" in scene.picture(24, 80) and "12:00 " in "".join(lines)
    scene.picture(10, 40)
    scene.press("F2", "F2")
    lines = scene.picture(10, 40).split("\n")
    assert not any(line.startswith("12:00") for line in lines)
    assert "Ana: https://exemplo.br/" in scene.picture(10, 40).replace("\n", "")
    scene.press("F2")
    assert not scene.state.bare


def test_alt_with_a_number_that_no_window_has_says_so() -> None:
    scene = Scene()
    scene.press("M-9")
    assert "There is no window 9." in scene.picture()
    scene.press("M-j")
    scene.type("17")
    assert "There is no window 17." in scene.picture()


def test_any_key_is_a_sign_that_the_user_looks() -> None:
    scene = Scene()
    scene.call(1, "Ana")
    scene.focus(False)
    scene.hear(1, "oi")
    scene.press("Left")
    scene.wait(1)
    assert scene.state.here.unread == 0


def test_ctrl_up_goes_through_everything_typed_anywhere() -> None:
    scene = Scene()
    scene.enter("/version")
    scene.call(1, "Ana")
    scene.enter("to Ana")
    scene.call(2, "Davi")
    scene.enter("to Davi")
    scene.press("M-1")
    scene.type("draft")
    shown = []
    for key in ("C-Up", "C-Up", "C-Up", "C-Up", "C-Down", "C-Down", "C-Down"):
        scene.press(key)
        shown.append(scene.state.here.draft.text)
    assert shown == ["to Davi", "to Ana", "/version", "/version", "to Ana", "to Davi", "draft"]
    scene.press("Up")
    assert scene.state.here.draft.text == "/version"


def test_a_draft_is_not_carried_into_another_window_by_ctrl_up_and_ctrl_down() -> None:
    scene = Scene()
    scene.call(1, "Ana")
    scene.enter("to Ana")
    scene.call(2, "Davi")
    scene.press("M-2")
    scene.type("secret for Ana")
    scene.press("C-Up", "M-3", "C-Down")
    assert scene.state.here.draft.text == ""
    scene.press("C-Up")
    assert scene.state.here.draft.text == "secret for Ana"  # nothing typed is lost


@pytest.mark.parametrize("begin", ["Tab", "C-r"])
def test_what_was_begun_in_the_line_of_one_window_ends_with_it(begin: str) -> None:
    scene = Scene()
    scene.registered("Ana", "Anabel")
    scene.call(1, "Ana")
    scene.enter("to Ana")
    scene.press("M-1")
    scene.type("/msg an")
    scene.press(begin)
    assert scene.state.completion is not None or scene.state.reverse_search is not None
    go_to(scene.state, 2)  # as a call that waited for a list does
    scene.press("S-Tab")
    assert "/msg" not in scene.state.here.draft.text
    assert scene.state.reverse_search is None


def test_a_paste_that_is_too_long_says_that_its_end_is_missing() -> None:
    scene = Scene()
    scene.call(1, "Ana")
    scene.paste("um\ndois", truncated=True)
    assert scene.last() == "The paste is longer than 1 MiB; its end is missing."
    scene.type("n")
    scene.paste("um\ndois")
    assert scene.log().count("The paste is longer than 1 MiB; its end is missing.") == 1


def test_f2_lays_the_pane_over_a_narrow_log() -> None:
    scene = Scene()
    assert "PEOPLE" not in scene.picture(10, 40)
    scene.press("F2")
    assert "PEOPLE" in scene.picture(10, 40)
    assert "PEOPLE" in scene.picture(24, 80)
    scene.picture(10, 40)
    scene.press("F2", "F2")
    assert "PEOPLE" not in scene.picture(10, 40)


def test_f11_and_f12_scroll_the_pane() -> None:
    scene = Scene()
    scene.registered(*(f"u{number:02}" for number in range(40)))
    assert "u00" in scene.picture()
    scene.press("F12")
    assert ". u00" not in scene.picture() and ". u05" in scene.picture()
    scene.press("F11", "F11")
    assert ". u00" in scene.picture()
    scene.press(*["F12"] * 50)
    assert ". u39" in scene.picture()


# Leaving


def test_ctrl_c_empties_a_draft_which_can_be_put_back() -> None:
    scene = chats(1)
    scene.type("two\nrows")
    scene.press("Home", "C-c")
    assert scene.state.here.draft.text == ""
    scene.press("C-y")
    assert scene.state.here.draft.text == "two\nrows"


def test_ctrl_c_twice_on_an_empty_line_leaves() -> None:
    scene = chats(1)
    scene.press("C-c")
    assert "Press Ctrl+C again or type /exit to leave." in scene.picture().split("\n")[-2]
    assert scene.effects == []
    scene.wait(1.9)
    scene.press("C-c")
    assert scene.effects == [Leave()]


def test_ctrl_c_twice_but_slowly_only_hints() -> None:
    scene = chats(1)
    scene.press("C-c")
    scene.wait(2.1)
    scene.press("C-c")
    assert scene.effects == []


def test_ctrl_c_twice_leaves_also_while_others_use_our_tracker() -> None:
    scene = chats(1)
    scene.state.tracker.embedded = True
    scene.state.tracker.state = TrackerState.REGISTERED
    scene.state.people.replace(["Camila"])
    assert scene.state.hosted == 1
    scene.press("C-c", "C-c")
    assert scene.state.question is None
    assert scene.effects == [Leave()]


def test_ctrl_d_on_an_empty_line_hints_and_deletes_on_any_other() -> None:
    scene = chats(1)
    scene.press("C-d")
    assert "/exit" in scene.picture().split("\n")[-2]
    scene.type("ab")
    scene.press("Home", "C-d")
    assert scene.state.here.draft.text == "b"


def test_the_hint_fits_a_narrow_screen() -> None:
    scene = chats(1)
    scene.press("C-c")
    assert scene.picture(10, 40).split("\n")[-2].rstrip() == " Press Ctrl+C again or type /exit to le…"
    scene.wait(3.0)
    scene.state.columns = 40
    scene.press("C-c")
    assert scene.picture(10, 40).split("\n")[-2].rstrip() == " 12:00 [1] Press Ctrl+C again to leave."


def test_the_hint_says_who_uses_our_tracker() -> None:
    scene = chats(1)
    scene.registered("Camila", "Rui")
    scene.state.tracker.embedded = True
    scene.press("C-c")
    assert "2 use your tracker; ^C again leaves." in scene.picture(10, 40).split("\n")[-2]


# The rest


def test_f1_is_help() -> None:
    scene = Scene()
    scene.press("F1")
    assert "/help" in scene.last()


def test_ctrl_l_redraws_and_ctrl_z_suspends_also_during_a_question() -> None:
    scene = Scene()
    scene.call(1, "Ana")
    scene.effects.clear()
    scene.paste("a\nb")
    scene.press("C-l", "C-z")
    assert scene.effects == [Redraw(), Suspend()]
    assert scene.state.question is not None


@pytest.mark.parametrize("key", ["C-s", "C-q", "F9", "C-M-x", "M-["])
def test_inert_and_unknown_keys_change_nothing(key: str) -> None:
    scene = chats(1)
    scene.type("ab")
    before = repr(scene.state)
    scene.press(key)
    assert repr(scene.state) == before


def test_a_full_line_says_so() -> None:
    scene = Scene()
    scene.paste("x" * (MAX_DRAFT_CHARACTERS - 1))
    scene.paste("xx")
    assert "The line is full." in scene.picture().split("\n")[-2]
    scene.press("C-c")
    scene.paste("x" * MAX_DRAFT_CHARACTERS)
    scene.type("y")
    assert "The line is full." in scene.picture().split("\n")[-2]


def test_every_key_of_the_design_is_bound() -> None:
    designed = {
        *("Enter", "Up", "Down", "C-r", "Tab", "S-Tab", "C-p", "C-n", "F5", "F6", "M-Left", "M-Right"),
        *(f"M-{digit}" for digit in range(10)),
        *("M-j", "M-a", "M-e", "M-/", "PgUp", "PgDn", "M-PgUp", "M-PgDn"),
        *("C-Home", "C-End", "M-Home", "M-End"),
        *("M-u", "M-s", "F2", "M-N", "F11", "F12", "C-l", "F1", "C-c", "C-z", "C-s", "C-q", "C-d", "End"),
    }
    assert designed <= BOUND_KEYS
    assert not {"M-[", "M-O", "C-i", "C-m", "C-["} & BOUND_KEYS
