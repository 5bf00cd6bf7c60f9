"""core/wire/name_list.py: the names of a LIST reply, in steps (docs/protocol.md §3.4)."""

import pytest

from core.limits import MAX_RAW_NAME_BYTES
from core.wire.name_list import NameListReader

LONGEST = "e\u0301".encode() * (MAX_RAW_NAME_BYTES // 3)
CASES: tuple[tuple[bytes, list[str], int], ...] = (
    (b"", [], 0),
    (b":", [], 0),
    (b"Ana", ["Ana"], 0),
    (b" Ana :Bruno::Ana:", ["Ana", "Bruno"], 0),
    ("Jose\u0301:José".encode(), ["José"], 0),
    (b"\xff:Ana", ["\ufffd", "Ana"], 0),
    (LONGEST + b":Ana", ["é" * (MAX_RAW_NAME_BYTES // 3), "Ana"], 0),
    (b" " + LONGEST + b" :Ana", ["é" * (MAX_RAW_NAME_BYTES // 3), "Ana"], 0),  # spaces do not count
    (LONGEST + b"x:Ana", ["Ana"], 1),
    (b"Ana:" + b"x" * 577 + b":" + b"y" * 577, ["Ana"], 2),
    (b"1:2:3:4:5:4:6", ["1", "2", "3", "4"], 2),
)


@pytest.mark.parametrize("data, names, dropped", CASES, ids=lambda value: repr(value)[:30])
@pytest.mark.parametrize("step_bytes", [1, 2, 3, 5, 1000])
def test_names_are_the_same_however_small_the_steps(
    data: bytes, names: list[str], dropped: int, step_bytes: int
) -> None:
    reader = NameListReader(data, max_names=4)
    steps = 1
    while not reader.read(step_bytes):
        steps += 1
    assert (list(reader.names), reader.dropped) == (names, dropped)
    assert steps <= len(data) // (step_bytes + 1) + 1
    assert reader.read(step_bytes)  # and nothing more comes
    assert (list(reader.names), reader.dropped) == (names, dropped)
