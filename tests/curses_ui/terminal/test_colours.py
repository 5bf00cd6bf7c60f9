"""Colours: readable on every background, and never the only sign of anything."""

import pytest

from curses_ui.terminal.colours import (
    DEFAULT,
    NAME_COLOURS_256,
    NAME_COLOURS_8,
    RED,
    Look,
    look_of,
    name_colour,
)
from curses_ui.terminal.frame import Role

_LEVELS = (0, 95, 135, 175, 215, 255)


def luminance(colour: int) -> float:
    """Relative luminance of a colour of the 256-colour cube, as WCAG has it."""
    cube = colour - 16
    total = 0.0
    for level, weight in zip((cube // 36, cube // 6 % 6, cube % 6), (0.2126, 0.7152, 0.0722), strict=True):
        share = _LEVELS[level] / 255
        total += weight * (share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4)
    return total


@pytest.mark.parametrize("colour", NAME_COLOURS_256)
def test_the_colour_of_a_name_stands_out_from_black_and_from_white(colour: int) -> None:
    assert (luminance(colour) + 0.05) / 0.05 >= 3
    assert 1.05 / (luminance(colour) + 0.05) >= 3


def test_names_have_3_colours_of_8_and_24_of_256_all_different() -> None:
    assert set(NAME_COLOURS_8) == {1, 4, 5}  # green, yellow and cyan cannot be read on white
    assert len(set(NAME_COLOURS_256)) == 24
    assert not {0, 7} & set(NAME_COLOURS_8)  # black and white are backgrounds


def test_the_colour_of_a_name_depends_on_its_hue_alone() -> None:
    assert name_colour(7, 8) == name_colour(7, 88) == NAME_COLOURS_8[1]
    assert name_colour(25, 256) == NAME_COLOURS_256[1]


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_look_on_every_terminal(role: Role) -> None:
    assert look_of(role, 0, 0).colour == look_of(role, 0, 2).colour == DEFAULT
    assert isinstance(look_of(role, 5, 256), Look)


@pytest.mark.parametrize("role", Role)
def test_every_fixed_colour_of_256_stands_out_from_black_and_from_white(role: Role) -> None:
    colour = look_of(role, 0, 256).colour
    if colour != DEFAULT:
        assert (luminance(colour) + 0.05) / 0.05 >= 3
        assert 1.05 / (luminance(colour) + 0.05) >= 3


def test_eight_colours_are_used_sparingly() -> None:
    assert look_of(Role.ERROR, 0, 8) == Look(RED, bold=True)
    assert look_of(Role.NEWS, 0, 8) == look_of(Role.TIME, 0, 256) == Look(dim=True)
    assert look_of(Role.TEXT, 0, 256) == Look()


def test_without_colours_attributes_stay() -> None:
    assert look_of(Role.ERROR, 0, 0).bold
    assert look_of(Role.BAR, 0, 0).reverse
