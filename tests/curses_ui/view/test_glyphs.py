"""Our own signs, in Unicode and in ASCII."""

import dataclasses

import pytest

from curses_ui.text.cells import text_width
from curses_ui.view.glyphs import ASCII, UNICODE, Glyphs, glyphs_for


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_each_sign_takes_the_cells_it_should(glyphs: Glyphs) -> None:
    for field in dataclasses.fields(Glyphs):
        sign = getattr(glyphs, field.name)
        if isinstance(sign, str):
            assert text_width(sign) == (2 if field.name in ("not_sent", "new_emoji") else 1)


def test_ascii_signs_are_ascii() -> None:
    for field in dataclasses.fields(Glyphs):
        assert str(getattr(ASCII, field.name)).isascii()


def test_texts_lose_our_signs_and_keep_letters_in_ascii_mode() -> None:
    assert ASCII.text("é ␛[31m ␇ · ␤ … ␡") == "é ^[[31m ^G . ^J ... ^?"
    assert UNICODE.text("é ␛") == "é ␛"


def test_the_set_follows_the_setting() -> None:
    assert glyphs_for(True) is ASCII
    assert glyphs_for(False) is UNICODE
