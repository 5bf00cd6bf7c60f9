"""The input line: every editing key, by cluster."""

import random
from collections.abc import Sequence

import pytest

from curses_ui.line.kill_ring import KillRing
from curses_ui.line.line_edit import EDITING_KEYS, MAX_DRAFT_CHARACTERS, UNDO_STEPS, LineEdit
from curses_ui.text.cells import text_width
from curses_ui.text.graphemes import boundary_at_or_before

FAMILY = "👩\u200d👩\u200d👧"
ACUTE_E = "e\u0301"


def edit_of(marked: str, ring: KillRing | None = None) -> LineEdit:
    """An input line; ``|`` marks the cursor."""
    edit = LineEdit(ring)
    before, _, after = marked.partition("|")
    if marked != "|":
        edit.replace(before + after, len(before))
    return edit


def marked(edit: LineEdit) -> str:
    return f"{edit.text[: edit.cursor]}|{edit.text[edit.cursor :]}"


@pytest.mark.parametrize(
    ("before", "key", "after"),
    [
        ("ab|c", "Left", "a|bc"),
        ("ab|c", "C-b", "a|bc"),
        ("|abc", "Left", "|abc"),
        ("ab|c", "Right", "abc|"),
        ("ab|c", "C-f", "abc|"),
        ("abc|", "Right", "abc|"),
        (f"a{ACUTE_E}|b", "Left", f"a|{ACUTE_E}b"),
        (f"a|{FAMILY}b", "Right", f"a{FAMILY}|b"),
        ("um\ndo|is", "Home", "|um\ndois"),
        ("um\ndo|is", "C-a", "|um\ndois"),
        ("u|m\ndois", "End", "um\ndois|"),
        ("u|m\ndois", "C-e", "um\ndois|"),
        ("um  dois|", "M-b", "um  |dois"),
        ("um  |dois", "M-b", "|um  dois"),
        ("um, do|is", "C-Left", "um, |dois"),
        ("|um, dois", "M-f", "um|, dois"),
        ("um|, dois", "M-f", "um, dois|"),
        ("um|, dois", "C-Right", "um, dois|"),
        (f"caf{ACUTE_E}|", "M-b", f"|caf{ACUTE_E}"),
        ("|meu_nome é", "M-f", "meu_nome| é"),
        ("|日本 語", "M-f", "日本| 語"),
        ("ab|c", "Backspace", "a|c"),
        ("ab|c", "C-h", "a|c"),
        ("|abc", "Backspace", "|abc"),
        (f"{ACUTE_E}|", "Backspace", "|"),
        (f"x{FAMILY}|", "Backspace", "x|"),
        ("🇧🇷🇵🇹|", "Backspace", "🇧🇷|"),
        ("👍🏽|", "Backspace", "|"),
        ("ab|c", "Delete", "ab|"),
        ("ab|c", "C-d", "ab|"),
        ("abc|", "Delete", "abc|"),
        (f"|{FAMILY}x", "Delete", "|x"),
        ("um dois|", "C-w", "um |"),
        ("ver a/b-c  |d", "C-w", "ver |d"),
        ("um\ndois|", "C-w", "um\n|"),
        ("ver a/b-c|d", "M-Backspace", "ver a/b-|d"),
        ("ver a/b-|d", "C-M-h", "ver a/|d"),
        ("ver| a/b", "M-d", "ver|/b"),
        ("um do|is", "C-u", "|is"),
        ("um do|is", "C-k", "um do|"),
        ("ab|cd", "C-t", "acb|d"),
        ("abcd|", "C-t", "abdc|"),
        ("|abcd", "C-t", "|abcd"),
        ("a|", "C-t", "a|"),
        ("|", "C-t", "|"),
        (f"a|{FAMILY}", "C-t", f"{FAMILY}a|"),
        ("ab|c", "M-Enter", "ab\n|c"),
        ("ab|c", "C-j", "ab\n|c"),
    ],
)
def test_a_key_does_its_edit(before: str, key: str, after: str) -> None:
    edit = edit_of(before)
    assert edit.press(key)
    assert marked(edit) == after


@pytest.mark.parametrize("key", ["C-c", "Up", "Tab", "Enter", "F1", "M-1", "x", "Escape"])
def test_other_keys_are_left_to_others(key: str) -> None:
    edit = edit_of("um|")
    assert not edit.press(key)
    assert marked(edit) == "um|"


# Typing


def test_typing_inserts_at_the_cursor() -> None:
    edit = edit_of("a|c")
    assert edit.type("b")
    assert marked(edit) == "ab|c"


@pytest.mark.parametrize(
    ("before", "typed", "after"),
    [
        ("e|x", "\u0301", f"{ACUTE_E}|x"),
        ("👩|x", "\u200d", "👩\u200d|x"),
        ("👩\u200d|x", "👧", "👩\u200d👧|x"),
        ("|\u0301", "e", f"{ACUTE_E}|"),
        ("|🇷", "🇧", "🇧🇷|"),
    ],
)
def test_the_cursor_stays_on_a_boundary_when_typing_joins_clusters(
    before: str, typed: str, after: str
) -> None:
    edit = edit_of(before)
    edit.type(typed)
    assert marked(edit) == after


def test_the_cursor_stays_on_a_boundary_when_deleting_joins_clusters() -> None:
    edit = edit_of("🇧x|🇷")
    edit.press("Backspace")
    assert marked(edit) == "🇧🇷|"


def test_a_full_draft_takes_nothing_more_and_says_so() -> None:
    edit = LineEdit()
    assert edit.paste("x" * MAX_DRAFT_CHARACTERS)
    assert not edit.type("y")
    assert not edit.paste("yy")
    assert edit.text == "x" * MAX_DRAFT_CHARACTERS
    edit.press("C-u")
    assert edit.type("y")


def test_a_draft_put_in_place_is_bounded_and_the_cursor_finds_a_boundary() -> None:
    edit = LineEdit()
    edit.replace("x" * (MAX_DRAFT_CHARACTERS + 1))
    assert edit.cursor == len(edit.text) == MAX_DRAFT_CHARACTERS
    edit.replace(f"a{ACUTE_E}", 2)
    assert edit.cursor == 1


def test_taking_the_draft_leaves_an_empty_line_with_nothing_to_undo() -> None:
    edit = edit_of("um|")
    assert edit.take() == "um"
    edit.press("C-_")
    assert marked(edit) == "|"


@pytest.mark.parametrize(("text", "blank"), [("", True), (" \n ", True), ("\u3000", True), ("a", False)])
def test_a_blank_draft_is_known(text: str, blank: bool) -> None:
    assert edit_of(f"{text}|").is_blank is blank


# Cutting and putting back


def test_cuts_in_a_row_are_put_back_as_one() -> None:
    edit = edit_of("um dois três| quatro")
    edit.press("C-w")
    edit.press("C-w")
    edit.press("C-k")
    edit.press("C-y")
    assert marked(edit) == "um dois três quatro|"


def test_a_move_between_two_cuts_keeps_them_apart() -> None:
    edit = edit_of("um dois|")
    edit.press("C-w")
    edit.press("Left")
    edit.press("C-u")
    edit.press("C-y")
    assert marked(edit) == "um| "
    edit.press("M-y")
    assert marked(edit) == "dois| "


def test_typing_between_two_cuts_keeps_them_apart() -> None:
    edit = edit_of("um dois|")
    edit.press("C-w")
    edit.type("x")
    edit.press("C-u")
    edit.press("C-y")
    assert marked(edit) == "um x|"


def test_older_cuts_come_in_turn_and_one_undo_takes_them_back() -> None:
    ring = KillRing()
    for text in ("um", "dois", "três"):
        ring.push(text)
    edit = edit_of("<|>", ring)
    seen = []
    for key in ("C-y", "M-y", "M-y", "M-y"):
        edit.press(key)
        seen.append(marked(edit))
    assert seen == ["<três|>", "<dois|>", "<um|>", "<três|>"]
    edit.press("C-_")
    assert marked(edit) == "<|>"


def test_there_is_no_older_cut_without_a_yank_before() -> None:
    edit = edit_of("um dois|")
    edit.press("C-w")
    edit.press("C-y")
    edit.press("Left")
    edit.press("M-y")
    assert marked(edit) == "um doi|s"


def test_an_older_cut_that_does_not_fit_changes_nothing() -> None:
    ring = KillRing()
    ring.push("x" * MAX_DRAFT_CHARACTERS)
    ring.push("y")
    edit = edit_of("a|", ring)
    edit.press("C-y")
    edit.press("M-y")
    assert marked(edit) == "ay|"


def test_nothing_to_put_back_changes_nothing() -> None:
    edit = edit_of("a|")
    edit.press("C-y")
    edit.press("M-y")
    assert marked(edit) == "a|"


def test_input_lines_share_a_ring() -> None:
    ring = KillRing()
    one, other = edit_of("um|", ring), edit_of("|", ring)
    one.press("C-u")
    other.press("C-y")
    assert other.text == "um"


def test_a_cleared_draft_can_be_put_back() -> None:
    edit = edit_of("um| dois")
    edit.kill_all()
    assert marked(edit) == "|"
    edit.press("C-y")
    assert marked(edit) == "um dois|"


def test_deleting_single_characters_keeps_the_ring_as_it_is() -> None:
    edit = edit_of("um dois|")
    edit.press("C-w")
    edit.press("Backspace")
    edit.press("C-y")
    assert marked(edit) == "umdois|"


# Undo


@pytest.mark.parametrize("pieces", ["um  dois", ["um  dois"], ["um ", " d", "ois"], ["u", "m  dois"]])
def test_typing_is_undone_word_by_word_in_however_many_pieces_it_comes(pieces: Sequence[str]) -> None:
    edit = LineEdit()
    for piece in pieces:
        edit.type(piece)
    seen = []
    for _ in range(4):
        edit.press("C-_")
        seen.append(marked(edit))
    assert seen == ["um |", "um|", "|", "|"]


def test_of_a_long_line_that_comes_at_once_the_last_words_are_undone_one_by_one() -> None:
    edit = LineEdit()
    edit.type("a" + " b" * (UNDO_STEPS + 10))
    for _ in range(UNDO_STEPS + 10):
        edit.press("C-_")
    assert edit.text == "a" + " b" * 10


@pytest.mark.parametrize(
    "key", ["Backspace", "Delete", "C-w", "M-Backspace", "M-d", "C-u", "C-k", "C-t", "M-Enter"]
)
def test_every_change_can_be_undone(key: str) -> None:
    edit = edit_of("um do|is três")
    edit.press(key)
    assert marked(edit) != "um do|is três"
    edit.press("C-_")
    assert marked(edit) == "um do|is três"


def test_a_paste_and_a_replaced_draft_are_undone_as_a_whole() -> None:
    edit = LineEdit()
    edit.type("a")
    edit.paste("um\ndois")
    edit.type("b")
    edit.replace("outro")
    seen = []
    for _ in range(4):
        edit.press("C-_")
        seen.append(edit.text)
    assert seen == ["aum\ndoisb", "aum\ndois", "a", ""]


def test_the_steps_to_undo_are_bounded() -> None:
    edit = LineEdit()
    for _ in range(UNDO_STEPS + 10):
        edit.paste("x")
    for _ in range(UNDO_STEPS + 10):
        edit.press("C-_")
    assert edit.text == "x" * 10


# View


@pytest.mark.parametrize(
    ("draft", "cells", "text", "cursor_cell"),
    [
        ("|", 10, "", 0),
        ("abc|", 10, "abc", 3),
        ("a|bc", 10, "abc", 1),
        ("abc|", 4, "abc", 3),
        ("abcd|", 4, "bcd", 3),
        ("abcdefgh|", 5, "efgh", 4),
        ("abcdefgh|ij", 5, "fghi" + "j", 3),
        ("abcdefghijkl|mnop", 9, "ghijklmno", 6),
        ("|abcdefgh", 5, "abcde", 0),
        ("abc|", 1, "", 0),
        ("ab|c", 1, "c", 0),
        ("um\ndois|", 10, "um⏎dois", 7),
        ("日本語|", 6, "本語", 4),
        ("日本語|", 7, "日本語", 6),
        ("日本語|", 2, "", 0),
        ("a日é👍|", 10, "a日é👍", 6),
        (f"{ACUTE_E}{FAMILY}|x", 12, f"{ACUTE_E}👩👩👧x", 7),
        ("❤\ufe0f|x", 5, "❤x", 1),
        ("a\u202eb\x1b|", 9, "a·b\ufffd", 4),
        ("abc|", 0, "", 0),
        ("abc|", -1, "", 0),
    ],
)
def test_the_view_scrolls_to_the_cursor(draft: str, cells: int, text: str, cursor_cell: int) -> None:
    view = edit_of(draft).view(cells)
    assert (view.text, view.cursor_cell) == (text, cursor_cell)


def test_the_sign_for_a_row_end_can_be_chosen() -> None:
    assert edit_of("a\nb|").view(9, "\\").text == "a\\b"


def test_any_keys_leave_the_cursor_on_a_boundary_and_in_view() -> None:
    seed = 10
    chooser = random.Random(seed)
    alphabet = [*"a é\u0301日👩\u200d👍🏽🇧\n\ufe0f가\u11a8", "ab cd"]
    keys = sorted(EDITING_KEYS)
    for _ in range(100):
        edit = LineEdit()
        for _ in range(40):
            if chooser.random() < 0.6:
                edit.type(chooser.choice(alphabet))
            else:
                edit.press(chooser.choice(keys))
            assert boundary_at_or_before(edit.text, edit.cursor) == edit.cursor, (seed, edit.text)
            cells = chooser.randrange(1, 12)
            view = edit.view(cells)
            assert edit.view(cells) == view
            assert text_width(view.text) <= cells, (seed, edit.text)
            assert 0 <= view.cursor_cell < cells, (seed, edit.text)
            assert all(c.isprintable() or c == "\u200c" for c in view.text), (seed, edit.text)


def test_in_how_many_pieces_too_much_is_typed_changes_nothing() -> None:
    whole, pieces = LineEdit(), LineEdit()
    assert not whole.type("ab" * MAX_DRAFT_CHARACTERS)
    for _ in range(MAX_DRAFT_CHARACTERS):
        pieces.type("ab")
    assert whole.text == pieces.text
    assert len(whole.text) == MAX_DRAFT_CHARACTERS
