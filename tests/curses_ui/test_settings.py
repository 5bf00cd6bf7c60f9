"""What each value may be."""

from dataclasses import fields

import pytest

from curses_ui.settings import (
    SETTINGS,
    Settings,
    change_setting,
    setting_text,
    value_choices,
)


def test_every_setting_has_a_field_and_every_field_a_setting() -> None:
    assert [field.name for field in fields(Settings)] == list(SETTINGS)


@pytest.mark.parametrize("key", SETTINGS)
def test_what_is_written_is_read_back_the_same(key: str) -> None:
    assert change_setting(Settings(), key, setting_text(Settings(), key)) == Settings()


@pytest.mark.parametrize("key", SETTINGS)
def test_every_choice_offered_is_taken(key: str) -> None:
    for choice in value_choices(key):
        changed = change_setting(Settings(), key, choice)
        assert changed is not None
        assert setting_text(changed, key).startswith(choice)  # pt is pt_BR
        assert change_setting(changed, key, setting_text(changed, key)) == changed


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("name", " Ana ", "Ana"),
        ("tracker", "10.0.0.1", "10.0.0.1"),
        ("tracker", "[::1]:10000", "[::1]:10000"),
        ("tracker", "::1", "::1"),
        ("listen", "9000", "9000"),
        ("listen", "127.0.0.1:0", "127.0.0.1:0"),
        ("lang", "pt", "pt_BR"),
        ("color", "NEVER", "never"),
        ("bell", "não", False),
        ("ascii", "Sim", True),
        ("time_format", "%H:%M:%S", "%H:%M:%S"),
        ("accept", "ask", "ask"),
    ],
)
def test_a_fit_value_is_taken(key: str, text: str, value: str | bool) -> None:
    changed = change_setting(Settings(), key, text)
    assert changed is not None
    assert getattr(changed, key) == value


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("name", "a:b"),
        ("name", "x" * 33),
        ("tracker", "host:99999"),
        ("tracker", "ho st"),
        ("tracker", ":10000"),
        ("tracker", "[::1"),
        ("tracker", "[::1]x"),
        ("listen", "port"),
        ("listen", "70000"),
        ("lang", "de"),
        ("color", "blue"),
        ("bell", "loud"),
        ("bell", ""),
        ("time_format", "noon"),
        ("time_format", "%H:%Q"),
        ("time_format", "%"),
        ("time_format", "%H\x1b[31m"),
        ("time_format", "%H" + " " * 20),
        ("accept", ""),
    ],
)
def test_an_unfit_value_is_refused(key: str, text: str) -> None:
    assert change_setting(Settings(), key, text) is None


def test_an_unknown_key_raises() -> None:
    with pytest.raises(KeyError):
        change_setting(Settings(), "colour", "never")
    assert value_choices("colour") == ()
