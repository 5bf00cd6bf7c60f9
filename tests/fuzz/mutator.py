"""Mutates samples without forgetting their structure: words of the grammar, line ends, limits."""

import random
from collections.abc import Sequence
from typing import Final

_MOST_CHANGES: Final = 8
_LONG_RUNS: Final = (63, 64, 65, 999, 1000, 1001, 4095, 4096, 4097, 65_535, 65_536, 65_537, 150_000)
_NASTY: Final = (
    b"\x00", b"\r", b"\n", b"\r\n", b"\n\r", b"\r\r\n", b" ", b":", b"\t", b"\x7f", b"\x1b", b"\x1b[", b"\x9b",
    b"\xff", b"\xc3", b"\xa9", b"\xe2\x80", b"\xe2\x81\xa0", b"\xf0\x9f\x99\x82", b"\xed\xa0\x80", b"\xc0\x80",
    b"\xef\xbb\xbf", b"\xe2\x80\xae", b"\xcc\x81", b"\xe2\x80\xa8", b"0", b"-1", b"65535", b"65536", b"99999999999",
)  # fmt: skip


class Mutator:
    """Makes inputs of one grammar; the same seed makes the same ones."""

    def __init__(self, samples: Sequence[bytes], words: Sequence[bytes]) -> None:
        """Args:
        samples: Whole, valid inputs.
        words: What the grammar knows: verbs, separators, sequences.
        """
        self._samples = samples
        self._words = (*words, *_NASTY)

    def make(self, chance: random.Random) -> bytes:
        """One input: some samples in a row, changed in a few places."""
        data = bytearray().join(chance.choices(self._samples, k=chance.choice((1, 1, 2, 5))))
        for _ in range(chance.randrange(_MOST_CHANGES)):
            self._change(data, chance)
        return bytes(data)

    def cut(self, data: bytes, chance: random.Random) -> list[bytes]:
        """The same bytes as a network may hand them over."""
        kind = chance.random()
        if kind < 0.2 and len(data) < 2000:
            return [data[at : at + 1] for at in range(len(data))]
        most = chance.choice((2, 10, 100, 5000))
        chunks = []
        at = 0
        while at < len(data):
            size = chance.randint(1, most)
            chunks.append(data[at : at + size])
            at += size
        return chunks

    def _change(self, data: bytearray, chance: random.Random) -> None:
        at = chance.randint(0, len(data))
        end = min(len(data), at + chance.choice((1, 1, 2, 5, 20)))
        kind = chance.randrange(8)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del data[at:end]
        elif kind == 2:
            data[at:at] = data[at:end]
        elif kind == 3:
            data[at:end] = chance.choice(self._words)
        elif kind in (4, 5):
            data[at:at] = chance.choice(self._words)
        elif kind == 6:
            other = chance.choice(self._samples)
            data[at:] = other[chance.randint(0, len(other)) :]
        elif chance.random() < 0.15:
            data[at:at] = chance.choice((b"a", b"\xff", b"\xc3\xa9", b" ", b"\r", b":")) * chance.choice(_LONG_RUNS)
        else:
            data[at:at] = bytes(chance.randrange(256) for _ in range(chance.randrange(12)))
