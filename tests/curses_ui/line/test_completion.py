"""What Tab offers."""

import random

import pytest

from curses_ui.line.completion import Sources, complete

SOURCES = Sources(
    "en",
    people=("Zeca", "Ana", "Ana Julia", "João", "1", "ev\u202eil"),
    conversations=("Ana", "Camila"),
    ignored=("Rui",),
)


def offered(draft: str, cursor: int | None = None) -> tuple[str, ...]:
    completion = complete(draft, len(draft) if cursor is None else cursor, SOURCES)
    return () if completion is None else completion.candidates


def completed(draft: str, steps: int = 0, cursor: int | None = None) -> tuple[str, int]:
    completion = complete(draft, len(draft) if cursor is None else cursor, SOURCES)
    assert completion is not None
    return completion.step(steps).completed


@pytest.mark.parametrize(
    ("draft", "candidates"),
    [
        ("/b", ("bye", "buffer", "buscar")),
        ("/LI", ("list", "lista", "limpar")),
        ("/dcc", ("dcc chat",)),
        ("/chat ", ("Zeca", "Ana", "Ana Julia", "João", "1")),
        ("/chat an", ("Ana", "Ana Julia")),
        ("/chat ana j", ("Ana Julia",)),
        ("/chat jo", ("João",)),
        ("/chat  jo", ("João",)),
        ("/set  be", ("bell",)),
        ("/set bell  of", ("off",)),
        ("olá  ana j", ("Ana Julia",)),
        ("/chat e", ()),  # hidden characters: never offered
        ("/bye ", ("Ana", "Camila")),
        ("/win c", ("Camila",)),
        ("/unignore ", ("Rui",)),
        ("/help ch", ("chat",)),
        ("/help /ch", ("chat",)),
        ("/set time", ("time_format",)),
        ("/set bell ", ("on", "off")),
        ("/set bell of", ("off",)),
        ("/set nokey ", ()),
        ("/log o", ("on", "off")),
        ("/lang p", ("pt",)),
        ("/next ", ()),
        ("/tracker ", ()),
        ("/bogus a", ()),
        ("/msg an", ("Ana", "Ana Julia")),
        ("/msg Ana j", ("Ana Julia",)),
        ("", ("Zeca", "Ana", "Ana Julia", "João", "1")),
        ("jo", ("João",)),
        ("olá jo", ("João",)),
        ("olá ana j", ("Ana Julia",)),
        ("olá ", ()),
        ("olá xyz", ()),
        ("primeira\njo", ("João",)),
    ],
)
def test_complete_offers_by_what_stands_before_the_cursor(draft: str, candidates: tuple[str, ...]) -> None:
    assert offered(draft) == candidates


def test_a_slash_offers_the_commands_of_the_language_before_all_others() -> None:
    english = offered("/")
    assert english[:3] == ("list", "chat", "msg")
    completion = complete("/", 1, Sources("pt_BR"))
    assert completion is not None
    assert completion.candidates[:3] == ("lista", "chat", "enviar")
    assert set(completion.candidates) == set(english)


@pytest.mark.parametrize(
    ("draft", "result"),
    [
        ("/li", "/list "),
        ("/ex", "/exit"),
        ("/chat jo", "/chat João"),
        ("/chat  jo", "/chat  João"),
        ("/set  bell  of", "/set  bell  off"),
        ("/chat 1", '/chat "1"'),
        ('/chat "1', '/chat "1"'),
        ("/msg jo", "/msg João "),
        ("/set tim", "/set time_format "),
        ("/set bell of", "/set bell off"),
        ("jo", "João: "),
        ("olá, jo", "olá, João "),
        ("primeira\njo", "primeira\nJoão: "),
        ("/msg Ana diz a jo", "/msg Ana diz a João "),
        ("/search jo", "/search João "),
    ],
)
def test_completed_puts_what_follows_behind_it(draft: str, result: str) -> None:
    assert completed(draft) == (result, len(result))


def test_completed_keeps_what_stands_behind_the_cursor() -> None:
    assert completed("/msg jo oi", cursor=7) == ("/msg João oi", 10)
    assert completed("an, oi", cursor=2) == ("Ana: , oi", 5)


def test_step_cycles_both_ways() -> None:
    assert completed("/chat an", 1)[0] == "/chat Ana Julia"
    assert completed("/chat an", 2)[0] == "/chat Ana"
    assert completed("/chat an", -1)[0] == "/chat Ana Julia"


def test_complete_answers_every_draft_and_changes_only_its_part() -> None:
    seed = 12
    print("seed", seed)
    rng = random.Random(seed)
    for _ in range(3000):
        draft = "".join(rng.choices('/ "\nachmsgetbljo1ã', k=rng.randrange(14)))
        cursor = rng.randint(0, len(draft))
        completion = complete(draft, cursor, SOURCES)
        if completion is None:
            continue
        assert completion.end == cursor
        assert 0 <= completion.start <= completion.end
        for steps in range(len(completion.candidates)):
            text, at = completion.step(steps).completed
            assert text.startswith(draft[: completion.start])
            assert text[at:] in (draft[cursor:], draft[cursor + 1 :])
