"""Clusters: what a person sees as one character is one."""

import random

import pytest

from curses_ui.text.graphemes import boundary_at_or_before, graphemes, next_boundary, previous_boundary

ONE_CLUSTER = {
    "letter": "a",
    "composed accent": "é",
    "combining accent": "e\u0301",
    "several accents": "e\u0301\u0327\u0323",
    "enclosing mark": "a\u20dd",
    "ideograph": "日",
    "kana with a voicing mark": "か\u3099",
    "emoji": "👍",
    "emoji with skin tone": "👍🏽",
    "heart with emoji selector": "❤\ufe0f",
    "keycap": "1\ufe0f\u20e3",
    "family": "👩\u200d👩\u200d👧",
    "family with skin tones": "👩🏽\u200d🤝\u200d👨🏿",
    "rainbow flag": "🏳\ufe0f\u200d🌈",
    "health worker": "🧑🏽\u200d⚕\ufe0f",
    "country flag": "🇧🇷",
    "England": "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "syllable": "한",
    "jamo": "\u1112\u1161\u11ab",
    "syllable with a final jamo": "\uac00\u11a8",
    "letter with a spacing mark": "\u0928\u093f",
    "joiner in an Indic word": "\u0915\u094d\u200d",
    "Thai with two marks": "ท\u0e35\u0e48",
    "line end": "\n",
}
SEVERAL_CLUSTERS = {
    "two flags": ("🇧🇷🇵🇹", ["🇧🇷", "🇵🇹"]),
    "three flag letters": ("🇧🇷🇵", ["🇧🇷", "🇵"]),
    "a flag after a mark starts anew": ("🇧\u0301🇷", ["🇧\u0301", "🇷"]),
    "a tone needs an emoji": ("a🏽", ["a", "🏽"]),
    "a joiner between letters joins nothing": ("a\u200db", ["a\u200d", "b"]),
    "a joiner between letter and emoji joins nothing": ("a\u200d👩", ["a\u200d", "👩"]),
    "syllables": ("한국어", ["한", "국", "어"]),
    "a closed syllable takes no vowel": ("각\u1161", ["각", "\u1161"]),
    "no mark joins a control": ("\n\u0301", ["\n", "\u0301"]),
    "a mark alone": ("\u0301", ["\u0301"]),
    "nothing": ("", []),
}
ALPHABET = "ab \n\u0301\u0327\u200d\u200c\ufe0f👩👍🏽❤🇧🇷日가\u1100\u1161\u11a8\u0915\u094d"


@pytest.mark.parametrize("cluster", ONE_CLUSTER.values(), ids=ONE_CLUSTER.keys())
def test_a_cluster_stays_whole_among_others(cluster: str) -> None:
    assert graphemes(cluster) == [cluster]
    assert graphemes(f"x{cluster}x") == ["x", cluster, "x"]


@pytest.mark.parametrize(("text", "clusters"), SEVERAL_CLUSTERS.values(), ids=SEVERAL_CLUSTERS.keys())
def test_neighbours_are_told_apart(text: str, clusters: list[str]) -> None:
    assert graphemes(text) == clusters


def test_boundaries_agree_forwards_and_backwards_in_any_text() -> None:
    seed = 20261122
    chooser = random.Random(seed)
    for _ in range(500):
        text = "".join(chooser.choices(ALPHABET, k=chooser.randrange(12)))
        clusters = graphemes(text)
        assert "".join(clusters) == text, seed
        boundaries = [0]
        for cluster in clusters:
            boundaries.append(boundaries[-1] + len(cluster))
        for start, end in zip(boundaries, boundaries[1:], strict=False):
            assert next_boundary(text, start) == end, (seed, text)
            assert previous_boundary(text, end) == start, (seed, text)
            for index in range(start, end):
                assert boundary_at_or_before(text, index) == start, (seed, text)


def test_the_ends_of_a_text_are_boundaries() -> None:
    assert next_boundary("é", 1) == 1
    assert previous_boundary("é", 0) == 0
    assert boundary_at_or_before("é", -1) == 0
    assert boundary_at_or_before("e\u0301", 7) == 2
