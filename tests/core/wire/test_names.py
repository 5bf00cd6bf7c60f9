"""core/wire/names.py: which names are fit, and which are the same (docs/protocol.md §2.1)."""

import pytest

from core.wire.names import NameFault, fit_name, name_fault, normalise_name


@pytest.mark.parametrize(
    "text, name",
    [
        ("Ana", "Ana"),
        ("  Ana  ", "Ana"),
        ("shaulin matador de porco", "shaulin matador de porco"),
        ("Jose\u0301", "José"),
        ("x" * 64, "x" * 64),
        (" " + "e\u0301" * 64 + " ", "é" * 64),
        ("Аня", "Аня"),
        ("דנה", "דנה"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("/list", "/list"),
        ("\ue000", "\ue000"),
    ],
)
def test_name_is_fit_when_it_is_short_and_visible(text: str, name: str) -> None:
    """§2.1: any script and spaces; trimmed, then composed."""
    assert fit_name(text) == name
    assert normalise_name(name) == name


@pytest.mark.parametrize(
    "name, fault",
    [
        ("", NameFault.EMPTY),
        ("x" * 65, NameFault.TOO_LONG),
        ("A:na", NameFault.COLON),
        (":", NameFault.COLON),
        ("e\u0301" * 65, NameFault.TOO_LONG),
        ("a" + "\u0301\u0316" * 15_000, NameFault.TOO_LONG),  # to compose it takes seconds
    ],
)
def test_name_is_unfit_when_empty_too_long_or_with_a_colon(name: str, fault: NameFault) -> None:
    """§2.1"""
    assert name_fault(name) is fault
    assert fit_name(name) is None
    assert fit_name("   " + name + "  ") is None


@pytest.mark.parametrize(
    "name", ["\u00a0", "\u115f", "\u1160", "\u2800", "\u3164", "\uffa0", "\u200b\u2060", "\u3000 \u034f\ufe0f"], ids=ascii
)
def test_name_is_unfit_when_it_looks_empty(name: str) -> None:
    """§2.1: letters by their category, and nothing to be seen."""
    assert fit_name(name) is None
    assert name_fault(name) is NameFault.EMPTY
    assert fit_name(f"{name}Ana") is not None


def test_name_is_composed_up_to_576_bytes() -> None:
    """§2.1: 64 characters of three parts, three bytes each; spaces around do not count."""
    most = "\u1112\u1161\u11ab" * 64  # 한, decomposed
    assert len(most.encode()) == 576
    assert normalise_name(f"  {most}   ") == "\ud55c" * 64
    longer = most + "\u0301"
    assert normalise_name(longer) == longer


_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_CONTROLS = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0)]))


@pytest.mark.parametrize("character", [*_BIDI, *_CONTROLS, "\u2028", "\u2029", "\ud800", "\udfff"], ids=ascii)
def test_name_is_unfit_with_a_control_surrogate_separator_or_bidi_control(character: str) -> None:
    """§2.1: at any place in it."""
    for name in (character, f"A{character}na", f"{character}Ana", f"Ana{character}"):
        assert name_fault(name) is NameFault.FORBIDDEN_CHARACTER
        assert fit_name(name) is None


def test_name_may_be_held_shorter_by_a_caller() -> None:
    assert name_fault("x" * 33, max_characters=32) is NameFault.TOO_LONG
    assert name_fault("x" * 32, max_characters=32) is None
