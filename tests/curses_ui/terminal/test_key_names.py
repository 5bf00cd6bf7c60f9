"""The names of keys, and the sequences behind them."""

import pytest

from curses_ui.terminal.key_names import (
    CONTROL_KEYS,
    alt_key,
    csi_key,
    linux_function_key,
    ss3_key,
    with_alt,
)


def test_every_control_byte_is_a_key() -> None:
    assert sorted(CONTROL_KEYS) == [*range(0x20), 0x7F]
    assert len(set(CONTROL_KEYS.values())) == 33


@pytest.mark.parametrize(
    ("byte", "name"),
    [
        (ord("b"), "M-b"),
        (ord("1"), "M-1"),
        (ord("/"), "M-/"),
        (ord("N"), "M-N"),
        (ord(" "), "M-Space"),
        (0x0D, "M-Enter"),
        (0x7F, "M-Backspace"),
        (0x08, "C-M-h"),
        (0x09, "M-Tab"),
        (0x01, "C-M-a"),
        (0x1F, "C-M-_"),
    ],
)
def test_alt_goes_in_front_of_a_key_that_sends_one_byte(byte: int, name: str) -> None:
    assert alt_key(byte) == name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Up", "M-Up"),
        ("C-Up", "C-M-Up"),
        ("S-Up", "M-S-Up"),
        ("C-S-Up", "C-M-S-Up"),
        ("M-Up", "M-Up"),
        ("C-M-Up", "C-M-Up"),
    ],
)
def test_alt_is_named_once_and_behind_ctrl(name: str, expected: str) -> None:
    assert with_alt(name) == expected


@pytest.mark.parametrize(
    ("parameters", "final", "name"),
    [
        ("", "A", "Up"),
        ("", "B", "Down"),
        ("", "C", "Right"),
        ("", "D", "Left"),
        ("", "H", "Home"),
        ("", "F", "End"),
        ("", "E", "Begin"),
        ("", "Z", "S-Tab"),
        ("1;5", "D", "C-Left"),
        ("1;3", "C", "M-Right"),
        ("1;2", "A", "S-Up"),
        ("1;7", "A", "C-M-Up"),
        ("1;8", "A", "C-M-S-Up"),
        ("1;9", "A", "M-Up"),
        ("1;1", "A", "Up"),
        (";5", "A", "C-Up"),
        ("5", "D", "C-Left"),
        ("1;5", "H", "C-Home"),
        ("1;5", "P", "C-F1"),
        ("1", "~", "Home"),
        ("2", "~", "Insert"),
        ("3", "~", "Delete"),
        ("4", "~", "End"),
        ("5", "~", "PgUp"),
        ("6", "~", "PgDn"),
        ("7", "~", "Home"),
        ("8", "~", "End"),
        ("5;3", "~", "M-PgUp"),
        ("3;5", "~", "C-Delete"),
        ("11", "~", "F1"),
        ("15", "~", "F5"),
        ("17", "~", "F6"),
        ("21", "~", "F10"),
        ("23", "~", "F11"),
        ("24", "~", "F12"),
        ("26", "~", "F14"),
        ("28", "~", "F15"),
        ("34", "~", "F20"),
        ("7", "^", "C-Home"),
        ("5", "$", "S-PgUp"),
        ("3", "@", "C-S-Delete"),
        ("", "a", "S-Up"),
        ("", "d", "S-Left"),
        ("27;3;13", "~", "M-Enter"),
        ("27;5;9", "~", "C-Tab"),
        ("13;2", "u", "S-Enter"),
        ("27", "u", "Escape"),
        ("97;5", "u", "C-a"),
        ("65;6", "u", "C-a"),
        ("97;2", "u", "A"),
        ("233", "u", "é"),
        ("223;2", "u", "ß"),
        ("32", "u", " "),
        ("32;5", "u", "C-Space"),
        ("97:65;3:1", "u", "M-a"),
    ],
)
def test_a_control_sequence_names_its_key(parameters: str, final: str, name: str) -> None:
    assert csi_key(parameters, final) == name


@pytest.mark.parametrize(
    ("parameters", "final"),
    [
        ("", "~"),
        ("9", "~"),
        ("99", "~"),
        ("200", "~"),
        ("27;5", "~"),
        ("12;40", "R"),
        ("5", "d"),
        ("?1;2", "c"),
        ("<0;10;10", "M"),
        ("1 ", "q"),
        ("1;x", "A"),
        ("99999999", "~"),
        ("1114112", "u"),
        ("55296", "u"),
        ("7", "u"),
        ("", "y"),
    ],
)
def test_other_control_sequences_name_no_key(parameters: str, final: str) -> None:
    assert csi_key(parameters, final) is None


@pytest.mark.parametrize(
    ("parameters", "final", "name"),
    [
        ("", "A", "Up"),
        ("", "H", "Home"),
        ("", "F", "End"),
        ("", "P", "F1"),
        ("", "S", "F4"),
        ("5", "P", "C-F1"),
        ("", "M", "Enter"),
        ("", "d", "C-Left"),
        ("", "j", "*"),
        ("", "k", "+"),
        ("", "m", "-"),
        ("", "o", "/"),
        ("", "p", "0"),
        ("", "y", "9"),
        ("", "X", "="),
        ("", "z", None),
        ("", "@", None),
    ],
)
def test_an_ss3_sequence_names_its_key(parameters: str, final: str, name: str | None) -> None:
    assert ss3_key(parameters, final) == name


@pytest.mark.parametrize(("final", "name"), [("A", "F1"), ("E", "F5"), ("F", None), ("a", None)])
def test_the_linux_console_has_five_keys_of_its_own(final: str, name: str | None) -> None:
    assert linux_function_key(final) == name
