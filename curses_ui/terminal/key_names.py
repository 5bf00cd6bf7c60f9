"""What terminals send for keys, and how the keys are called.

A name is what Emacs would write: ``C-`` for Ctrl, ``M-`` for Alt, ``S-`` for
Shift, in this order, then the key: ``a``, ``Left``, ``PgUp``, ``F5``, ``Enter``.
Ctrl+I, Ctrl+M and Ctrl+[ are Tab, Enter and Escape on every terminal.
"""

from collections.abc import Mapping
from typing import Final

CONTROL_KEYS: Final[Mapping[int, str]] = {
    **{code: f"C-{chr(code + 0x60)}" for code in range(0x01, 0x1B)},
    0x00: "C-Space",
    0x09: "Tab",
    0x0D: "Enter",
    0x1B: "Escape",
    0x1C: "C-\\",
    0x1D: "C-]",
    0x1E: "C-^",
    0x1F: "C-_",
    0x7F: "Backspace",
}
"""Bytes that are keys by themselves."""

_CURSOR_FINALS: Final[Mapping[str, str]] = {
    "A": "Up",
    "B": "Down",
    "C": "Right",
    "D": "Left",
    "E": "Begin",
    "F": "End",
    "H": "Home",
    "P": "F1",
    "Q": "F2",
    "R": "F3",
    "S": "F4",
}
_RXVT_ARROWS: Final[Mapping[str, str]] = {"a": "Up", "b": "Down", "c": "Right", "d": "Left"}
_NUMBERED_KEYS: Final[Mapping[int, str]] = {
    1: "Home",
    2: "Insert",
    3: "Delete",
    4: "End",
    5: "PgUp",
    6: "PgDn",
    7: "Home",
    8: "End",
    **dict(zip((11, 12, 13, 14, 15), ("F1", "F2", "F3", "F4", "F5"), strict=True)),
    **dict(zip((17, 18, 19, 20, 21), ("F6", "F7", "F8", "F9", "F10"), strict=True)),
    **dict(zip((23, 24, 25, 26, 28, 29), ("F11", "F12", "F13", "F14", "F15", "F16"), strict=True)),
    **dict(zip((31, 32, 33, 34), ("F17", "F18", "F19", "F20"), strict=True)),
}
_RXVT_MODIFIERS: Final[Mapping[str, str]] = {"^": "C-", "$": "S-", "@": "C-S-"}
_CODED_KEYS: Final[Mapping[int, str]] = {
    8: "Backspace",
    9: "Tab",
    13: "Enter",
    27: "Escape",
    32: "Space",
    127: "Backspace",
    **{57399 + digit: str(digit) for digit in range(10)},  # from here on the keypad, as kitty numbers it
    **dict(zip(range(57409, 57417), (".", "/", "*", "-", "+", "Enter", "=", ","), strict=True)),
    **dict(zip(range(57417, 57421), ("Left", "Right", "Up", "Down"), strict=True)),
    **dict(zip(range(57421, 57428), ("PgUp", "PgDn", "Home", "End", "Insert", "Delete", "Begin"), strict=True)),
}
_KEYPAD: Final[Mapping[str, str]] = {
    "M": "Enter",
    "I": "Tab",
    " ": "Space",
    "X": "=",
    **{chr(code): chr(code - 0x40) for code in range(ord("j"), ord("z"))},
}
"""The number pad in application mode: ``j`` to ``y`` are ``*`` to ``9``."""

_OTHER_KEYS_INTRODUCER: Final = 27  # xterm's modifyOtherKeys: CSI 27 ; modifiers ; code ~
_SHIFT, _ALT, _CTRL, _META = 1, 2, 4, 8
_KNOWN_MODIFIERS: Final = _SHIFT | _ALT | _CTRL | _META  # beyond them are locks, which change nothing
_RELEASED: Final = "3"  # kitty's type of an event, behind the modifiers
_MAX_PARAMETER_DIGITS: Final = 7  # the largest code point has seven


def alt_key(byte: int) -> str:
    """The name of Alt with a key that sends one ASCII byte."""
    if byte == 0x20:
        return "M-Space"
    name = CONTROL_KEYS.get(byte, chr(byte))
    return with_alt(name)


def with_alt(name: str) -> str:
    """The same key together with Alt."""
    if name.startswith(("M-", "C-M-")):
        return name
    return f"C-M-{name[2:]}" if name.startswith("C-") and len(name) > 2 else f"M-{name}"


def csi_key(parameters: str, final: str) -> str | None:
    """Return the key for ``ESC [ parameters final``; None if no key sends it, or one was let go.

    A single character is a key that types; it stands for itself.
    """
    numbers = _numbers(parameters)
    if numbers is None or _is_release(parameters):
        return None
    first = numbers[0] if numbers else 0
    modifiers = max(0, numbers[1] - 1) & _KNOWN_MODIFIERS if len(numbers) > 1 else 0
    if final in _CURSOR_FINALS and len(numbers) == 1:
        return _modified(_CURSOR_FINALS[final], max(0, first - 1))  # old terminals: ESC [ 5 D
    if final in _CURSOR_FINALS:
        return _modified(_CURSOR_FINALS[final], modifiers) if first <= 1 else None
    if final in _RXVT_ARROWS:
        return "S-" + _RXVT_ARROWS[final] if not numbers else None
    if final == "Z":
        return _modified("Tab", modifiers | _SHIFT)
    if final == "u":
        return _coded(first, modifiers)
    if final == "~" and first == _OTHER_KEYS_INTRODUCER:
        return _coded(numbers[2], modifiers) if len(numbers) > 2 else None
    name = _NUMBERED_KEYS.get(first)
    if name is None:
        return None
    if final in _RXVT_MODIFIERS:
        return _RXVT_MODIFIERS[final] + name
    return _modified(name, modifiers) if final == "~" else None


def csi_text(parameters: str, final: str) -> str:
    """Return the text that a key carries with its code (kitty's protocol); empty if it carries none."""
    fields = parameters.split(";")
    if final != "u" or len(fields) < 3 or _is_release(parameters):
        return ""
    codes = [int(code) for code in fields[2].split(":") if code.isdecimal() and len(code) <= _MAX_PARAMETER_DIGITS]
    return "".join(chr(code) for code in codes if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF)


def _is_release(parameters: str) -> bool:
    return any(modifiers.split(":")[1:2] == [_RELEASED] for modifiers in parameters.split(";")[1:2])


def ss3_key(parameters: str, final: str) -> str | None:
    """The key for ``ESC O final``, with the modifier some terminals put before it; else None."""
    modifiers = max(0, int(parameters) - 1) if parameters else 0
    if final in _CURSOR_FINALS:
        return _modified(_CURSOR_FINALS[final], modifiers)
    if final in _RXVT_ARROWS:
        return "C-" + _RXVT_ARROWS[final]
    name = _KEYPAD.get(final)
    return None if name is None else _modified(name, modifiers)


def linux_function_key(final: str) -> str | None:
    """The key for ``ESC [ [ final``: F1 to F5 of the Linux console; else None."""
    return f"F{ord(final) - ord('A') + 1}" if "A" <= final <= "E" else None


def _numbers(parameters: str) -> list[int] | None:
    """Parameters as numbers, without what follows a colon; None if they are private ones."""
    if not parameters:
        return []
    numbers = []
    for part in parameters.split(";"):
        digits = part.split(":")[0]
        if digits and (not digits.isdecimal() or len(digits) > _MAX_PARAMETER_DIGITS):
            return None
        numbers.append(int(digits or "0"))
    return numbers


def _modified(name: str, modifiers: int) -> str:
    if modifiers & _SHIFT:
        name = "S-" + name
    if modifiers & (_ALT | _META):
        name = "M-" + name
    if modifiers & _CTRL:
        name = "C-" + name
    return name


def _coded(code: int, modifiers: int) -> str | None:
    """A key that the terminal names by its code point."""
    name = _CODED_KEYS.get(code)
    if name is not None:
        typed = " " if name == "Space" else name
        return _modified(name, modifiers) if modifiers & ~_SHIFT or typed == name else typed
    if not 0x20 < code <= 0x10FFFF or not chr(code).isprintable():
        return None
    # Shift is in the character already, or in the letter's case.
    character = chr(code)
    if modifiers & _SHIFT:
        character = character.upper() if len(character.upper()) == 1 else character
    if modifiers & _CTRL:
        character = character.lower()
    return _modified(character, modifiers & ~_SHIFT)
