"""Hostile input, as far as every run of the tests affords it (docs/reliability.md)."""

import random

import pytest

from .mutator import Mutator
from .targets import TARGETS, Target, held_bytes

INPUTS_PER_TARGET = 1000


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_a_machine_takes_whatever_comes(target: Target) -> None:
    for seed in range(INPUTS_PER_TARGET):
        try:
            target.check(seed)
        except Exception as error:  # whatever it is, it comes with how to see it again
            again = f"python3 -m tests.fuzz --target {target.name!r} --seed {seed}"
            raise AssertionError(f"again with: {again}") from error


def test_the_mutator_makes_the_same_input_of_the_same_seed_and_loses_no_byte_in_cutting() -> None:
    mutator = Mutator((b"USER Ana:1\r\n", b"LIST\r\n"), (b"KEEP",))
    made = set()
    for seed in range(200):
        data = mutator.make(random.Random(seed))
        assert mutator.make(random.Random(seed)) == data
        assert b"".join(mutator.cut(data, random.Random(seed))) == data
        made.add(data)
    assert len(made) > 150


def test_a_machine_that_depends_on_the_cuts_is_found() -> None:
    target = Target("chunks", Mutator((b"a line\r\n",), ()), lambda chunks: len(chunks))
    with pytest.raises(AssertionError, match="cutting changes the outcome"):
        for seed in range(20):
            target.check(seed)


def test_held_bytes_finds_buffers_wherever_they_are() -> None:
    class Slotted:
        __slots__ = ("buffer",)

        def __init__(self) -> None:
            self.buffer = bytearray(1000)

    class Plain:
        def __init__(self) -> None:
            self.parts = [Slotted(), {"x": b"y" * 500}]

    assert held_bytes(Plain()) >= 1500
