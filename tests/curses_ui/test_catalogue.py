"""The client's catalogue, and its dates."""

import pytest

from curses_ui.catalogue import load_catalogue


@pytest.mark.parametrize(("language", "text"), [("en", "Mon 23 Nov 2026"), ("pt_BR", "seg 23 nov 2026")])
def test_catalogue_writes_a_day_without_the_system_locale(language: str, text: str) -> None:
    assert load_catalogue(language).day(2026, 11, 23, 0) == text


def test_catalogue_fills_placeholders_without_reading_the_values() -> None:
    catalogue = load_catalogue("en")
    assert catalogue.tr("{name} says {text}", name="{0}%s", text="{name}") == "{0}%s says {name}"


@pytest.mark.parametrize(("n", "text"), [(0, "0 lines of Ana"), (1, "1 line of Ana"), (2, "2 lines of Ana")])
def test_catalogue_chooses_the_plural(n: int, text: str) -> None:
    assert load_catalogue("en").trn("{n} line of {who}", "{n} lines of {who}", n, who="Ana") == text


def test_catalogue_of_nothing_is_nothing() -> None:
    # gettext's own answer to an empty message id is the header of the catalogue.
    assert load_catalogue("pt_BR").tr("") == ""


def test_catalogues_are_read_once() -> None:
    assert load_catalogue("pt_BR") is load_catalogue("pt_BR")
