"""What becomes of a character, by what it is."""

import pytest

from curses_ui.text.characters import (
    is_new_emoji,
    new_emoji,
    Policy,
    is_general_mark,
    is_joined_letter,
    is_tone,
    needs_care,
    policy_of,
    takes_selector,
)


@pytest.mark.parametrize(
    ("characters", "policy"),
    [
        ("aé日👍🇧ש\u00a0\u3000\ufffd·", Policy.KEEP),
        ("\u0301\u0e35\u20dd\u093f\u1161\u11a8", Policy.MARK),
        ("🏻🏿", Policy.TONE),
        ("\ufe00\ufe0f\U000e0100\u180b", Policy.SELECTOR),
        ("\u200c\u200d", Policy.JOINER),
        ("\x00\x07\x1b\r\n\x7f", Policy.CONTROL),
        ("\t", Policy.TAB),
        ("\x85\u2028\u2029", Policy.LINE_BREAK),
        ("\x80\x9b\x9f\u202a\u202e\u2066\u2069\u200e\u200f\u061c\u06dd\ufff9", Policy.ESCAPE),
        ("\U000e0001\U000e0020\U000e007f\ue000\U0010fffd\ufffe\ufdd0\u0378", Policy.PAYLOAD),
        ("\u200b\u2060\ufeff\xad\u180e\u034f\u3164\uffa0\u2063", Policy.HIDE),
        ("\ud800\udfff", Policy.REPLACE),
    ],
)
def test_a_character_has_its_policy(characters: str, policy: Policy) -> None:
    assert {character: policy_of(character) for character in characters} == dict.fromkeys(characters, policy)


def test_no_character_that_is_not_printable_is_kept_but_spaces() -> None:
    kept = [c for c in map(chr, range(0x3001)) if not c.isprintable() and policy_of(c) is Policy.KEEP]
    assert all(character.isspace() for character in kept)


def test_emoji_newer_than_the_tables_are_kept_and_noncharacters_are_not() -> None:
    assert new_emoji()
    assert "\U0001faff" in new_emoji()
    assert {policy_of(character) for character in new_emoji()} == {Policy.KEEP}
    assert not any(map(is_new_emoji, "a日👍🏽\ue000\ufffe\u0378\U0001fffe\U0010ffff"))


@pytest.mark.parametrize("text", ["", "oi", "não é ünï", "привет", "γειά", "日本語 한국어", "👍🇧🇷", "→ ✓ €", "ok…"])
def test_usual_text_needs_no_care(text: str) -> None:
    assert not needs_care(text)


@pytest.mark.parametrize("text", ["\t", "e\u0301", "❤\ufe0f", "👍🏽", "a\u200d", "\u3164", "か\u3099", "\u1161"])
def test_what_depends_on_its_neighbours_needs_care(text: str) -> None:
    assert needs_care(text)


@pytest.mark.parametrize(
    ("base", "selector", "takes"),
    [
        ("❤", "\ufe0f", True),
        ("1", "\ufe0f", True),
        ("#", "\ufe0e", True),
        ("葛", "\U000e0100", True),
        ("a", "\ufe0f", False),
        ("葛", "\ufe0f", False),
        ("❤", "\U000e0100", False),
        ("a", "\ufe00", False),
    ],
)
def test_only_what_has_another_look_takes_a_selector(base: str, selector: str, takes: bool) -> None:
    assert takes_selector(base, selector) is takes


def test_marks_tones_and_joined_letters_are_known() -> None:
    assert is_general_mark("\u0301")
    assert not is_general_mark("\u0e35")
    assert is_tone("🏽")
    assert not is_tone("👍")
    assert is_joined_letter("\u06cc")
    assert is_joined_letter("\u094d")
    assert not is_joined_letter("\u0661")
    assert not is_joined_letter("a")
