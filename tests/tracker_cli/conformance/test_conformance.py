"""io_adapters/conformance: rules, words and exit codes; what a check finds is tested in tests/wild."""

import io
import os

import pytest

from core import Edition
from tracker_cli.conformance import (
    Finding,
    Outcome,
    Report,
    Rule,
    finding_lines,
    print_tracker_check,
    rules,
    verdict_line,
)
from tracker_cli.conformance.report import shown
from tracker_cli.i18n import load_catalogue

ENGLISH, PORTUGUESE = load_catalogue("en"), load_catalogue("pt_BR")
RULE = rules.ANSWERS_LIST
DETAIL = "It answered {sent} with {reply}."
VALUES = {"sent": "`LIST`", "reply": "`NADA`"}


def test_every_rule_is_checked_and_has_a_key_of_its_own() -> None:
    defined = [value for value in vars(rules).values() if isinstance(value, Rule)]
    checked = [*rules.OF_A_TRACKER, *rules.OF_A_CLIENT]
    assert {rule.key for rule in defined} == {rule.key for rule in checked}
    assert len({rule.key for rule in checked}) == len(checked) == len(defined)


def test_a_fault_says_what_was_seen_what_was_expected_and_what_the_assignment_says() -> None:
    finding = Finding(RULE, Outcome.FAULT, DETAIL, VALUES)
    assert finding_lines(finding, ENGLISH) == [
        "FAULT      It answered `LIST` with `NADA`.",
        "           Expected: LIST is answered with the word LIST and the names.",
        "           The assignment, “Replies sent from the central server to the clients' requests”: "
        "“It shall list the names of the active users, separated by “:””",
    ]
    assert finding_lines(finding, PORTUGUESE) == [
        "FALHA      Respondeu a `LIST` com `NADA`.",
        "           Esperado: LIST é respondido com a palavra LIST e os nomes.",
        "           O enunciado, “Respostas enviadas do servidor central às solicitações dos clientes”: "
        "“Deve listar o nome de usuários ativos, separados por “:””",
    ]


def test_a_fault_quotes_the_edition_by_which_it_was_judged() -> None:
    finding = Finding(RULE, Outcome.FAULT, DETAIL, VALUES, Edition.E2026)
    assert finding_lines(finding, PORTUGUESE)[2].endswith(
        "“Reposta ao comando LIST, listando o nome de usuários ativos, separados por “:””"
    )


def test_what_conforms_takes_one_line() -> None:
    assert finding_lines(Finding(RULE, Outcome.CONFORMS), ENGLISH) == [
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
    found = Report(tuple(Finding(RULE, outcome, DETAIL, VALUES) for outcome in outcomes))
    assert found.exit_code == code
    assert words in verdict_line(found, ENGLISH)


def test_the_verdict_without_a_connection_says_why() -> None:
    found = Report((), "unknown host")
    assert found.exit_code == 3
    assert [verdict_line(found, catalogue) for catalogue in (ENGLISH, PORTUGUESE)] == [
        "Nothing was checked: unknown host.",
        "Nada foi verificado: máquina desconhecida.",
    ]


def test_an_output_that_cannot_encode_gets_escapes() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii", write_through=True)
    assert print_tracker_check("127.0.0.1", 0, catalogue=PORTUGUESE, out=out) == 3
    assert rb"m\xe1ximo" in raw.getvalue()


def test_a_reader_that_goes_away_does_not_end_the_check() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8") as out:
        assert print_tracker_check("127.0.0.1", 0, catalogue=ENGLISH, out=out) == 3
