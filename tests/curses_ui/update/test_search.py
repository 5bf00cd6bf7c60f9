"""Finding texts in a conversation."""

import random
import unicodedata

import pytest

from curses_ui.state.conversation import Anchor, Conversation
from curses_ui.state.model import UiState
from curses_ui.text.matching import casefold, find_spans
from curses_ui.update.search import find_entries, search_here, step, stop
from curses_ui.view.bars import search_status

from ..scene import Scene
from ..desk import add_chat, make_state, run, said, say


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("O relatório está pronto", "RELATORIO", ["relatório"]),
        ("relato\u0301rio", "relatorio", ["relato\u0301rio"]),
        ("cafe\u0301", "cafe", ["cafe\u0301"]),
        ("ana, Ana e ANA", "ana", ["ana", "Ana", "ANA"]),
        ("aaaa", "aa", ["aa", "aa"]),
        ("Straße", "ss", ["ß"]),
        ("Straße", "strasse", ["Straße"]),
        ("日本語", "本", ["本"]),
        ("👍🏽 ok", "ok", ["ok"]),
        ("x", "", []),
        ("", "x", []),
        ("x", "\u0301", []),
        ("abc", "abd", []),
    ],
)
def test_find_spans_gives_the_places_in_the_text_itself(text: str, query: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in find_spans(text, query)] == found


def test_find_spans_are_in_order_and_say_what_was_looked_for() -> None:
    seed = 5
    print("seed", seed)
    rng = random.Random(seed)
    for _ in range(3000):
        text = "".join(rng.choices("aAáäß\u0301bB ﬁ한", k=rng.randrange(12)))
        query = "".join(rng.choices("aábsfi", k=rng.randrange(1, 3)))
        spans = find_spans(text, query)
        assert bool(spans) == (casefold(query) in casefold(text))
        last = 0
        for start, end in spans:
            assert start < end <= len(text)
            assert casefold(query) in casefold(text[start:end])
            assert end == len(text) or not unicodedata.combining(text[end])
            last = max(last, end)


def talk(rows: int = 40) -> tuple[UiState, Conversation]:
    state = make_state()
    camila = add_chat(state, "Camila")
    for number in range(rows):
        say(state, camila, f"Relatório {number}" if number % 10 == 0 else f"texto {number}")
        state.now += 1
    run(state, "/win Camila")
    state.take_fresh()
    return state, camila


def shown_text(state: UiState) -> str:
    search = state.search
    assert search is not None
    return state.here.log[state.here.index_of(search.hits[search.at])].text


def test_find_entries_looks_at_what_people_said_only() -> None:
    state, camila = talk()
    run(state, "/version")
    assert len(find_entries(camila, "relatorio")) == 4
    assert find_entries(camila, "prosa") == ()
    assert find_entries(camila, "") == ()


def test_search_goes_to_the_latest_hit_and_steps_stop_at_the_ends() -> None:
    state, _ = talk()
    run(state, "/search RELATORIO")
    assert search_status(state) == "RELATORIO: 4 of 4"
    texts = [shown_text(state)]
    for by in (-1, -1, -1, -1, 1, 1, 1, 1):
        step(state, by)
        texts.append(shown_text(state))
    assert [text.split()[1] for text in texts] == ["30", "20", "10", "0", "0", "10", "20", "30", "30"]


def test_an_older_hit_scrolls_the_view_and_stop_restores_it_or_not() -> None:
    state, camila = talk()
    search_here(state, "relatorio 0")
    there = camila.anchor
    assert there is not None
    stop(state, restore=True)
    assert camila.anchor is None
    assert state.search is None
    search_here(state, "relatorio 0")
    stop(state, restore=False)
    assert camila.anchor == there


def test_what_is_below_a_hit_does_not_count_as_read() -> None:
    scene = Scene()
    scene.called_by(1, "Ana")
    for number in range(60):
        scene.wait(0.1)
        scene.hear(1, f"text {number}")
    scene.press("M-2", "M-s")
    scene.type("text 3")
    scene.wait(5)
    assert scene.window(1).unread == 60
    scene.press("Escape")
    scene.wait(1)
    assert not scene.window(1).unread


def test_a_text_of_ours_goes_to_the_bottom_where_all_is_read() -> None:
    scene = Scene()
    scene.call(1, "Ana")
    for number in range(60):
        scene.wait(0.1)
        scene.hear(1, f"text {number}")
    scene.press("PgUp")
    scene.hear(1, "below")
    scene.wait(5)
    assert scene.window(1).unread == 1
    scene.enter("oi")
    scene.wait(1)
    assert not scene.window(1).unread


def test_search_without_a_hit_leaves_the_view_and_says_so() -> None:
    state, camila = talk()
    camila.anchor = Anchor(camila.log[3].number, 0)
    run(state, "/search nada{}")
    assert search_status(state) == "nada{}: no match"
    assert camila.anchor == Anchor(camila.log[3].number, 0)
    step(state, -1)
    assert search_status(state) == "nada{}: no match"


def test_search_status_tells_what_to_do_and_is_empty_without_a_search() -> None:
    state, _ = talk()
    assert search_status(state) == ""
    search_here(state, "", typing=True)
    assert search_status(state) == "Search: type what to find."


def test_search_without_a_screen_lists_the_hits() -> None:
    state, _ = talk()
    state.plain = True
    run(state, "/buscar relatorio 3", "/search nada")
    assert said(state) == ["relatorio 3: 1 of 1\n<Camila> Relatório 30", "nada: no match"]
    assert state.search is None
