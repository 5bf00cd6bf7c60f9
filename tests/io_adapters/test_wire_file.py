"""The wire file: what is written is read back, and what is no wire file is said to be none."""

import dataclasses

import pytest

from core.tap import Direction, Ending, Note, Role, Taken, WireLine
from io_adapters.wire_files import FIELDS, HEADER, format_line, format_time, parse_line, parse_time, read_runs

LINE = WireLine(
    wall=1_790_000_000.125,
    connection=7,
    local="10.0.0.1:10000",
    direction=Direction.RECEIVED,
    remote="[2001:db8::7]:40000",
    role=Role.CLIENT,
    name="Ana Maria",
    size_bytes=8,
    ending=Ending.CRLF,
    taken=Taken.NOTHING,
    notes=(Note.GLUED, Note.JOINED),
    data=b"KEEP\tL\xff\\",
)


def test_a_line_of_the_file_is_one_row_of_printable_fields() -> None:
    assert format_line(LINE).split("\t") == [
        "2026-09-21T14:13:20.125Z",
        "7",
        "10.0.0.1:10000",
        "<",
        "[2001:db8::7]:40000",
        "client",
        "Ana Maria",
        "8",
        "CRLF",
        "nothing,glued,joined",
        "KEEP\\tL\\xff\\\\",
    ]
    assert parse_line(format_line(LINE)) == LINE


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("ending", Ending)
@pytest.mark.parametrize("taken", Taken)
def test_every_line_is_read_back(direction: Direction, ending: Ending, taken: Taken) -> None:
    for role in Role:
        for notes in ((), tuple(Note)):
            line = dataclasses.replace(
                LINE, direction=direction, ending=ending, taken=taken, role=role, notes=notes, name="a\tb\n\x1b"
            )
            text = format_line(line)
            assert text.replace("\t", "").isprintable()
            assert parse_line(text) == line


def test_the_runs_of_a_file_are_kept_apart() -> None:
    row = format_line(LINE)
    lines = [*HEADER.split("\n"), row, "# 3 lines dropped", *HEADER.split("\n"), row + "\n", row]
    assert [len(run) for run in read_runs(lines)] == [1, 2]
    assert HEADER.split("\n")[1].removeprefix("# ").split("\t") == list(FIELDS)


def test_a_last_line_that_was_cut_is_left_out_and_any_other_is_damage() -> None:
    row = format_line(LINE)
    assert list(read_runs([*HEADER.split("\n"), row, row[:50]])) == [[LINE]]
    with pytest.raises(ValueError, match=r"^line 3: 5 fields instead of 11$"):
        list(read_runs([*HEADER.split("\n"), "\t".join(row.split("\t")[:5]), row]))


@pytest.mark.parametrize("text", ["", "hello", "# prosa wire 99", "# prosa session 1"])
def test_a_file_of_another_kind_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="^line 1: "):
        list(read_runs([text, format_line(LINE)]))


@pytest.mark.parametrize("field", range(len(FIELDS)))
def test_a_field_that_is_damaged_is_a_value_error_or_a_value(field: int) -> None:
    for wrong in ("", "x", "\\", "9" * 400, "١٢"):
        fields = format_line(LINE).split("\t")
        fields[field] = wrong
        try:
            parse_line("\t".join(fields))
        except ValueError:
            pass


def test_times_have_milliseconds_and_an_offset() -> None:
    assert format_time(0.9996) == "1970-01-01T00:00:01.000Z"
    assert parse_time("1970-01-01T01:00:00.250+01:00") == 0.25
    with pytest.raises(ValueError, match="no offset"):
        parse_time("1970-01-01T00:00:00")
