"""docs/interop.md is in step with the rows, and the rows with the tests and the stand-ins."""

import importlib
import inspect
from pathlib import Path

import pytest

from tracker_cli.conformance import rules

from . import clients, peers, trackers
from .rows import LIKELY, SEEN, Row, table

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "interop.md"
each_row = pytest.mark.parametrize("row", [*SEEN, *LIKELY], ids=lambda row: row.stand_in)


def member(name: str) -> object:
    """What ``module::name`` or ``module.name`` is, of a module of this package."""
    module, _, attribute = name.replace("::", ".").partition(".")
    return getattr(importlib.import_module(f"tests.wild.{module}"), attribute)


@pytest.mark.parametrize("rows", [SEEN, LIKELY], ids=["seen", "likely"])
def test_page_has_the_table_of_the_rows(rows: tuple[Row, ...]) -> None:
    wanted = table(rows)
    assert wanted in PAGE.read_text(encoding="utf-8"), "python3 -m tests.wild.rows prints it"


@each_row
def test_row_names_tests_a_stand_in_and_a_rule_that_there_are(row: Row) -> None:
    assert row.shown_by
    for name in row.shown_by:
        assert callable(member(name))
        assert name.partition("::")[2].startswith("test_")
    assert inspect.isclass(member(row.stand_in))
    keys = {rule.key for rule in (*rules.OF_A_TRACKER, *rules.OF_A_CLIENT)}
    assert row.check == "" or row.check in keys


def test_every_habit_has_a_row() -> None:
    named = {row.stand_in for row in (*SEEN, *LIKELY)}
    for module in (clients, peers, trackers):
        short = module.__name__.rpartition(".")[2]
        kinds = {
            f"{short}.{name}"
            for name, value in vars(module).items()
            if inspect.isclass(value) and value.__module__ == module.__name__
        }
        assert kinds - named <= {"clients.ReplacesListWordAndTrims"}  # the row of ReplacesListWord


def test_page_has_every_rule_of_the_self_check() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for rule in (*rules.OF_A_TRACKER, *rules.OF_A_CLIENT):
        assert f"- *{rule.key}*: {rule.asks}\n" in text, rule.key
