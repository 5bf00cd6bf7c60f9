"""What the client knows of its languages."""

import pytest

import io_adapters

from curses_ui import i18n


@pytest.mark.parametrize(
    ("text", "language"),
    [("pt", "pt_BR"), ("PT-br", "pt_BR"), ("pt_PT.UTF-8", "pt_BR"), ("en", "en"), ("EN-us", "en"), ("de", None), ("", None)],
)
def test_a_user_may_write_a_language_as_environments_do(text: str, language: str | None) -> None:
    assert i18n.find_language(text) == io_adapters.parse_language(text) == language


def test_the_languages_are_those_that_can_be_handed_in() -> None:
    assert i18n.LANGUAGES == io_adapters.LANGUAGES


def test_a_catalogue_leads_to_those_of_the_other_languages() -> None:
    english = io_adapters.read_catalogue("curses_ui", "en")
    portuguese = english.in_language("pt_BR")
    assert (portuguese.language, portuguese.tr("Your name: ")) == ("pt_BR", "Nome de usuário: ")
    assert portuguese.in_language("en") is english
