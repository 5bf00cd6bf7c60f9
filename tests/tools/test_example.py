"""tools/example.py: the machines play the assignment's example table as it stands there."""

from typing import Final

import pytest

from tools.chart_drawing import Arrow, Aside, Note, svg_chart
from tools.example import COLUMNS, PICTURE, example_chart, main, play

SPACE_IN_LIST: Final = {"LIST Ana: Bruno": "LIST Ana:Bruno"}
"""The one difference: the format in the assignment's first table has no space there, and real clients trip over one."""

TABLE: Final[list[dict[str, list[str]]]] = [
    {"Servidor central": ["<aguardando conexão>"]},
    {
        "Servidor central": ["<conexão TCP realizada>", "<cadastro usuário ativo>"],
        "Ana": ["Nome de usuário: Ana", "<inicia conexão TCP serv.>", "USER Ana:20000", "<aguardando conexão>"],
    },
    {
        "Servidor central": ["<conexão TCP realizada>", "<cadastro usuário ativo>"],
        "Bruno": ["Nome de usuário: Bruno", "<inicia conexão TCP serv.>", "USER Bruno:21500", "<aguardando conexão>"],
    },
    {"Servidor central": ["LIST Ana"], "Bruno": ["/list", "LIST", "Ativos (além de você): Ana"]},
    {
        "Servidor central": ["<conexão TCP realizada>", "<cadastro usuário ativo>"],
        "Camila": ["Nome de usuário: Camila", "<inicia conexão TCP serv.>", "USER Camila:45000", "<aguardando conexão>"],
    },
    {"Servidor central": ["LIST Ana: Bruno"], "Camila": ["/list", "LIST", "Ativos (além de você): Ana, Bruno"]},
    {
        "Servidor central": ["ADDR 200.235.90.80:21500"],
        "Bruno": ["<conexão TCP realizada>", "Conectado a Camila"],
        "Camila": ["/chat Bruno", "ADDR Bruno", "<inicia conexão TCP peer>", "USER Camila"],
    },
    {
        "Bruno": ["Oi Bruno!", "Tudo bem, Camila?"],
        "Camila": ["Oi Bruno!", "Tudo bem, Camila?"],
    },
    {
        "Bruno": ["Tchau", "/bye", "DISC", "<encerrar conexão peer>"],
        "Camila": ["Tchau", "<encerrar conexão peer>"],
    },
    {
        "Servidor central": ["<encerrar conexão>"],
        "Ana": ["Alguém aí?", "Nenhuma conexão P2P ativa", "/exit", "<encerrar conexão serv.>"],
    },
    {"Servidor central": ["<encerrar conexão>"], "Bruno": ["/exit", "<encerrar conexão serv.>"]},
    {"Servidor central": ["<encerrar conexão>"], "Camila": ["/exit", "<encerrar conexão serv.>"]},
]
"""The text of each cell, in order. Two rows of the assignment, in which Camila asks and then dials, are one step here."""


def test_every_row_has_the_texts_of_the_assignment_in_their_columns_and_order() -> None:
    played = []
    for step in play():
        cells: dict[str, list[str]] = {}
        for row in step:
            match row:
                case Note(_, column, _, text) | Arrow(_, column, _, _, text):
                    cells.setdefault(COLUMNS[column], []).append(text)
                case Aside():
                    pass
        played.append(cells)
    expected = [
        {column: [SPACE_IN_LIST.get(text, text) for text in texts] for column, texts in row.items()} for row in TABLE
    ]
    assert played == expected


def test_what_a_client_says_by_itself_is_one_grey_row_at_most_in_each_step() -> None:
    asides = [[row.text for row in step if isinstance(row, Aside)] for step in play()]
    assert all(len(texts) <= 1 for texts in asides)
    told = " ".join(text for texts in asides for text in texts)
    assert "Ana: LIST" in told and "KEEP" in told and "Bruno: ADDR Camila, LIST" in told


def test_the_picture_in_the_protocol_page_is_current() -> None:
    drawn = svg_chart(example_chart())
    assert PICTURE.read_text(encoding="utf-8") == drawn, "run: python3 -m tools.example --write"
    page = (PICTURE.parent.parent / "protocol.md").read_text(encoding="utf-8")
    assert f"](pictures/{PICTURE.name})" in page


def test_the_chart_is_printed_when_nothing_is_to_be_written(capsys: pytest.CaptureFixture[str]) -> None:
    main([])
    printed = capsys.readouterr().out
    assert "─ USER Camila:45000 ─" in printed
    assert max(map(len, printed.splitlines())) <= 80
