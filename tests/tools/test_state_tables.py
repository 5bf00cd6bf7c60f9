"""tools/state_tables.py: the tables in docs/protocol.md §5 are what the code does."""

import pytest

from tools import state_tables


def test_the_page_has_the_tables_as_the_code_is_now() -> None:
    page = state_tables.PAGE.read_text(encoding="utf-8")
    assert state_tables.renew(page) == page, "run: python3 -m tools.state_tables --write"


def test_a_table_is_renewed_between_its_marks_alone() -> None:
    marks = "".join(f"<!-- {name} -->\nold\n<!-- end -->\n" for name in state_tables.TABLES)
    renewed = state_tables.renew(f"before\n{marks}after\n")
    assert renewed.startswith("before\n<!-- tracker-connection -->\n|")
    assert renewed.endswith("|\n<!-- end -->\nafter\n")
    assert "old" not in renewed


def test_a_page_without_a_place_for_a_table_is_a_fault() -> None:
    with pytest.raises(ValueError, match="tracker-connection"):
        state_tables.renew("no marks here")


def test_the_tables_are_printed_when_nothing_is_to_be_written(capsys: pytest.CaptureFixture[str]) -> None:
    state_tables.main([])
    assert capsys.readouterr().out.count("\n| --- |") == len(state_tables.TABLES)
