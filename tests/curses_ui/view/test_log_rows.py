"""One entry as rows: what stands before a text, how it wraps, when it is folded."""


import pytest

from core import ConversationId
from curses_ui.catalogue import load_catalogue
from curses_ui.state.conversation import EntryKind, LogEntry, Mark
from curses_ui.state.model import UiState
from curses_ui.terminal.frame import Role
from curses_ui.view.layout import compute_layout
from curses_ui.view.log_rows import (
    EMPTY_ROW_OFFSET,
    MAX_FOLDED_ROWS,
    LogRow,
    RowCache,
    entry_rows,
    row_style,
)

from ..scene import NOON


def state(peer: str = "Camila") -> UiState:
    """Bruno's client, with a conversation on the screen."""
    ui = UiState("Bruno", load_catalogue("en"))
    ui.add_conversation(2, ConversationId(1), peer, peer)
    ui.current = 2
    return ui


def entry(
    text: str, kind: EntryKind = EntryKind.THEIRS, sender: str = "Camila", mark: Mark = Mark.NONE
) -> LogEntry:
    shown = sender if kind in (EntryKind.THEIRS, EntryKind.OURS) else ""
    return LogEntry(7, kind, NOON + 123, shown, text, mark)


def draw(made: LogEntry, columns: int = 80, ui: UiState | None = None) -> list[str]:
    ui = ui or state()
    layout = compute_layout(24, columns, pane_wanted=False)
    rows = entry_rows(ui, made, row_style(ui, ui.here, layout))
    return ["".join(span.text for span in row.line) for row in rows]


def test_a_wide_log_has_time_and_name_in_columns() -> None:
    assert draw(entry("Oi Bruno!")) == ["12:02 Camila  Oi Bruno!"]


def test_continuation_rows_begin_under_the_text() -> None:
    assert draw(entry("one two three"), 46 + 0)[0].startswith("12:02 Camila  one two")
    rows = draw(entry("word " * 12), 50)
    assert rows[1].startswith(" " * 14 + "word")


TABLE = "/bye [name]  say goodbye and disconnect\n/exit        leave the program"


def test_the_second_column_of_a_table_wraps_under_itself() -> None:
    assert draw(entry(TABLE, EntryKind.NEWS), 48) == [
        "12:02      -- /bye [name]  say goodbye and",
        "                           disconnect",
        "              /exit        leave the program",
    ]


def test_where_there_is_no_room_for_two_columns_a_table_has_none() -> None:
    assert draw(entry(TABLE, EntryKind.NEWS), 40) == [
        "12:02 -- /bye [name]  say goodbye and",
        "    disconnect",
        "  /exit  leave the program",
    ]
    assert draw(entry("a  b", EntryKind.NEWS), 40) == ["12:02 -- a  b"]
    assert draw(entry(TABLE), 40)[-1] == "  /exit        leave the program"  # somebody said that


def test_the_program_speaks_with_another_mark_one_cell_further_right() -> None:
    assert draw(entry("Connected.", EntryKind.NEWS)) == ["12:02      -- Connected."]
    assert draw(entry("Lost.", EntryKind.ERROR)) == ["12:02      !! Lost."]


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Bartholomeu12", "Bartholomeu…"), ("山田太郎花子次", "山田太郎花…"), ("x" * 12, "x" * 12)],
)
def test_a_name_of_more_than_twelve_cells_is_shortened(name: str, shown: str) -> None:
    ui = state(name)
    (row,) = draw(entry("oi", sender=name), ui=ui)
    assert row == f"12:02 {shown}  oi"


def test_the_column_is_as_wide_as_the_names_at_hand() -> None:
    assert draw(entry("oi", sender="Li"), ui=state("Li")) == ["12:02    Li  oi"]
    ui = UiState("Eu", load_catalogue("en"))
    ui.add_conversation(2, ConversationId(1), "Li", "Li")
    ui.current = 2
    assert draw(entry("oi", sender="Li"), ui=ui) == ["12:02 Li  oi"]


def test_who_has_no_column_stands_in_the_text() -> None:
    ui = UiState("Bruno", load_catalogue("en"))
    assert draw(entry("oi"), ui=ui) == ["12:02 Camila: oi"]
    assert draw(entry("Connected.", EntryKind.NEWS), ui=ui) == ["12:02 -- Connected."]


def test_narrow_logs_put_the_name_into_the_text() -> None:
    rows = draw(entry("Tudo bem, Camila? Você já terminou a parte?", EntryKind.OURS, "Bruno"), 40)
    assert rows == ["12:02 Bruno: Tudo bem, Camila? Você já", "  terminou a parte?"]


def test_very_narrow_logs_have_no_clock() -> None:
    assert draw(entry("acho que não"), 20) == ["Camila: acho que não"]


def test_the_time_is_written_as_the_user_wants_it() -> None:
    ui = state()
    ui.settings = type(ui.settings)(time_format="%H:%M:%S")
    assert draw(entry("oi"), ui=ui) == ["12:02:03 Camila  oi"]


@pytest.mark.parametrize(
    ("mark", "words"),
    [(Mark.UNSENT, "✗ (not sent) oi"), (Mark.UNCONFIRMED, "✗ (may not have arrived) oi")],
)
def test_an_undelivered_text_is_marked_in_words_and_by_its_role(mark: Mark, words: str) -> None:
    ui = state()
    made = entry("oi", EntryKind.OURS, "Bruno", mark)
    assert draw(made, ui=ui)[0].endswith(words)
    style = row_style(ui, ui.here, compute_layout(24, 80, pane_wanted=False))
    assert entry_rows(ui, made, style)[0].line[-1].role is Role.UNSENT


def test_the_program_may_speak_several_rows() -> None:
    assert draw(entry("one\n\ntwo", EntryKind.NEWS)) == [
        "12:02      -- one",
        " " * 14,
        " " * 14 + "two",
    ]


def rows_of(made: LogEntry, columns: int, *, unfolded: bool = False) -> tuple[LogRow, ...]:
    ui = state()
    ui.here.unfolded = unfolded
    return entry_rows(ui, made, row_style(ui, ui.here, compute_layout(24, columns, pane_wanted=False)))


def test_offsets_say_how_much_text_stands_before_a_row() -> None:
    text = "one two three four five six seven eight nine ten"
    for columns in range(7, 70):  # narrower, it is folded
        rows = rows_of(entry(text), columns)
        offsets = [row.offset for row in rows]
        assert offsets[0] in (0, EMPTY_ROW_OFFSET)
        assert offsets == sorted(set(offsets))
        for row in rows:
            shown = row.line[-1].text
            assert text[max(0, row.offset) :].startswith(shown)


def test_a_long_text_is_folded_with_the_number_of_what_is_hidden() -> None:
    rows = rows_of(entry("x" * 3000), 80)
    assert len(rows) == MAX_FOLDED_ROWS + 1
    assert rows[-1].line[-1].text == f"[+{3000 - 20 * 66} characters, /show]"
    assert len(rows_of(entry("x" * 3000), 80, unfolded=True)) > MAX_FOLDED_ROWS + 1


def test_what_the_program_says_is_never_folded() -> None:
    assert len(rows_of(entry("row\n" * 40, EntryKind.NEWS), 80)) == 41


def test_a_folded_flood_shows_its_texts_when_it_is_unfolded() -> None:
    made = LogEntry(1, EntryKind.NEWS, NOON, "", "2 lines hidden.", folded=("a", "b"))
    assert len(rows_of(made, 80)) == 1
    assert [row.line[-1].text for row in rows_of(made, 80, unfolded=True)] == ["2 lines hidden.", "a", "b"]


def test_remembered_rows_follow_the_entry_and_the_width() -> None:
    ui = state()
    cache = RowCache()
    made = entry("one two three")
    for columns in (80, 20, 80):
        style = row_style(ui, ui.here, compute_layout(24, columns, pane_wanted=False))
        cache.begin(style)
        rows = cache.rows(ui, made, style)
        assert rows == entry_rows(ui, made, style)
        assert cache.rows(ui, made, style) is rows
    changed = LogEntry(7, EntryKind.THEIRS, NOON, "Camila", "another")
    assert cache.rows(ui, changed, style) == entry_rows(ui, changed, style)
