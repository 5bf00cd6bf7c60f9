"""io_adapters/conformance: rules, words and exit codes; what a check finds is tested in tests/wild."""

import io
import os
from string import Formatter
from types import ModuleType

import pytest

from tracker_cli.conformance import (
    LANGUAGES,
    Finding,
    Outcome,
    Quote,
    Report,
    Rule,
    Wording,
    client_words,
    finding_lines,
    language_of,
    loss_words,
    print_tracker_check,
    printing,
    recorder,
    report,
    rules,
    tracker_words,
    verdict_line,
)
from tracker_cli.conformance.report import shown

MODULES = [client_words, loss_words, printing, recorder, report, rules, tracker_words]
RULE = rules.ANSWERS_LIST
DETAIL = Wording("It answered {reply}.", "Respondeu {reply}.")


def wordings(module: ModuleType) -> list[Wording]:
    """Every wording that a module has, in whatever it is."""
    found: list[Wording] = []
    for value in vars(module).values():
        match value:
            case Wording():
                found.append(value)
            case Rule():
                found += [value.asks, value.quote.section, value.quote.says]
            case Quote():
                found += [value.section, value.says]
            case dict():
                found += [entry for entry in value.values() if isinstance(entry, Wording)]
    return found


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_both_languages_have_the_same_placeholders(module: ModuleType) -> None:
    found = wordings(module)
    assert found
    for wording in found:
        english, portuguese = (
            {name for _, name, _, _ in Formatter().parse(text) if name is not None}
            for text in (wording.english, wording.portuguese)
        )
        assert english == portuguese, wording
        assert wording.english != wording.portuguese or wording.english == "ok"


def test_every_rule_is_checked_and_has_a_key_of_its_own() -> None:
    defined = [value for value in vars(rules).values() if isinstance(value, Rule)]
    checked = [*rules.OF_A_TRACKER, *rules.OF_A_CLIENT]
    assert {rule.key for rule in defined} == {rule.key for rule in checked}
    assert len({rule.key for rule in checked}) == len(checked) == len(defined)


def test_a_fault_says_what_was_seen_what_was_expected_and_what_the_assignment_says() -> None:
    finding = Finding(RULE, Outcome.FAULT, DETAIL, {"reply": "`NADA`"})
    assert finding_lines(finding, "en") == [
        "FAULT      It answered `NADA`.",
        "           Expected: LIST is answered with the word LIST and the names.",
        "           The assignment, “Replies sent from the central server to the clients' requests”: "
        "“It shall list the names of the active users, separated by “:””",
    ]
    assert finding_lines(finding, "pt_BR") == [
        "FALHA      Respondeu `NADA`.",
        "           Esperado: LIST é respondido com a palavra LIST e os nomes.",
        "           O enunciado, “Respostas enviadas do servidor central às solicitações dos clientes”: "
        "“Deve listar o nome de usuários ativos, separados por “:””",
    ]


def test_what_conforms_takes_one_line() -> None:
    assert finding_lines(Finding(RULE, Outcome.CONFORMS), "en") == [
        "ok         LIST is answered with the word LIST and the names."
    ]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"LIST Ana\r\n", r"`LIST Ana\r\n`"),
        ("coração".encode(), "`coração`"),
        (b"\xff\xe3", r"`\xff\xe3`"),
        (b"\x1b[2J\x07\x00", r"`\x1b[2J\x07\x00`"),
        ("\u202egpj\u2066".encode(), r"`\u202egpj\u2066`"),
        (b"", "``"),
        (b"x" * 121, f"`{'x' * 120}…`"),
    ],
)
def test_bytes_from_outside_are_shown_in_a_harmless_way(data: bytes, text: str) -> None:
    assert shown(data) == text


@pytest.mark.parametrize(
    ("outcomes", "code", "words"),
    [
        ([Outcome.CONFORMS], 0, "Conforms: no fault found."),
        ([Outcome.CONFORMS, Outcome.OPEN], 0, "Conforms: no fault found."),
        ([Outcome.CONFORMS, Outcome.UNSEEN], 1, "not everything was seen (1 of 2)"),
        ([Outcome.FAULT, Outcome.UNSEEN, Outcome.FAULT], 1, "faults found: 2"),
    ],
)
def test_the_verdict_and_the_exit_code_say_the_same(outcomes: list[Outcome], code: int, words: str) -> None:
    found = Report(tuple(Finding(RULE, outcome, DETAIL, {"reply": ""}) for outcome in outcomes))
    assert found.exit_code == code
    assert words in verdict_line(found, "en")


def test_the_verdict_without_a_connection_says_why() -> None:
    found = Report((), Wording("gone", "sumiu"))
    assert found.exit_code == 3
    assert [verdict_line(found, language) for language in LANGUAGES] == [
        "Nothing was checked: gone.",
        "Nada foi verificado: sumiu.",
    ]


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "pt_BR.UTF-8"}, "pt_BR"),
        ({"LANG": "pt_PT"}, "pt_BR"),
        ({"LANG": "pt_BR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "de_DE", "LC_MESSAGES": "", "LANGUAGE": "pt:en"}, "pt_BR"),
    ],
)
def test_the_environment_chooses_the_language(environment: dict[str, str], language: str) -> None:
    assert language_of(environment) == language


def test_an_output_that_cannot_encode_gets_escapes() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii", write_through=True)
    assert print_tracker_check("127.0.0.1", 0, language="pt_BR", out=out) == 3
    assert rb"m\xe1ximo" in raw.getvalue()


def test_a_reader_that_goes_away_does_not_end_the_check() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8") as out:
        assert print_tracker_check("127.0.0.1", 0, language="en", out=out) == 3
