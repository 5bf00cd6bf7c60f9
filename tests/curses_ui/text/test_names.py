"""Names of other people: unfit ones, look-alikes, file names."""

import random

import pytest

from curses_ui.run.transcript import MAX_FILE_NAME_BYTES, safe_file_name
from curses_ui.text.names import looks_like, quoted


@pytest.mark.parametrize(
    ("name", "written"),
    [("1", '"1"'), ("/list", '"/list"'), ('"', '"""'), ("Ana", "Ana"), ("a1", "a1"), ("", "")],
)
def test_a_name_that_reads_like_something_else_is_quoted(name: str, written: str) -> None:
    assert quoted(name) == written


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Аna", "Ana"),
        ("ana", "Ana"),
        ("Ana ", "Ana"),
        ("A\u200bna", "Ana"),
        ("Ａｎａ", "Ana"),
        ("Anа", "Ana"),
        ("Iris", "lris"),
        ("Car1a", "Carla"),
        ("Вruno", "Bruno"),
        ("Alі", "Ali"),
        ("Alıce", "Alice"),
        ("bruno", "ВRUNO"),
        ("Νίνα", "Nίvα"),
        ("Joa\u0303o", "João"),
        ("Da\u0301vi\u00a0", "Dávi"),
        ("Arnold", "Amold"),
        ("Ana—B", "Ana-B"),
    ],
)
def test_a_look_alike_is_found(name: str, known: str) -> None:
    assert looks_like(name, ["Eva", known]) == known


@pytest.mark.parametrize("name", ["Ana", "Bia", "Joao", "", "Anna"])
def test_the_same_name_and_other_names_are_no_look_alikes(name: str) -> None:
    assert looks_like(name, ["Ana", "João"]) is None


@pytest.mark.parametrize(
    ("name", "file_name"),
    [
        ("Ana", "Ana"),
        ("v1.2_x-y", "v1.2_x-y"),
        ("Ana Maria", "Ana%20Maria"),
        ("João", "Jo%C3%A3o"),
        ("../../.bashrc", "%2E.%2F..%2F.bashrc"),
        ("a/b", "a%2Fb"),
        (".", "%2E"),
        ("..", "%2E."),
        ("a%2Fb", "a%252Fb"),
        ("a\0b", "a%00b"),
        ("-rf", "-rf"),
        ("", "%"),
        ("\udc9b", "%ED%B2%9B"),
    ],
)
def test_a_file_name_is_never_a_path(name: str, file_name: str) -> None:
    assert safe_file_name(name) == file_name


def test_a_long_file_name_is_cut_and_stays_apart_from_others() -> None:
    whole, longer, other = "x" * MAX_FILE_NAME_BYTES, "x" * 300, "x" * 299 + "y"
    assert safe_file_name(whole) == whole
    assert len(safe_file_name(longer)) == MAX_FILE_NAME_BYTES + 17
    assert len({safe_file_name(name) for name in (whole, longer, other)}) == 3


def test_different_names_have_different_file_names() -> None:
    seed = 8
    chooser = random.Random(seed)
    names = {"".join(chooser.choices("a./%~é日\0 2FE", k=chooser.randrange(60))) for _ in range(3000)}
    assert len({safe_file_name(name) for name in names}) == len(names), seed
    for name in names:
        file_name = safe_file_name(name)
        assert file_name.isascii() and file_name.isprintable() and "/" not in file_name, (seed, name)
        assert not file_name.startswith("."), (seed, name)
