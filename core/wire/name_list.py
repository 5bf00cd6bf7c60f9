"""The names of a ``LIST`` reply, read in steps (docs/protocol.md §3.4)."""

from ..limits import MAX_RAW_NAME_BYTES
from .names import normalise_name


class NameListReader:
    """Reads names in steps of bounded work: a tracker may send 8 MiB of them.

    Names are trimmed and composed. Empty ones are left out, and doubles are one.
    Names longer than ``MAX_RAW_NAME_BYTES``, and those beyond ``max_names``, are
    dropped and counted.
    """

    __slots__ = ("_at", "_data", "_max_names", "dropped", "names")

    def __init__(self, data: bytes, *, max_names: int) -> None:
        """Args:
        data: What follows ``LIST`` and a space.
        max_names: How many different names are kept.
        """
        self._data = data
        self._at = 0
        self._max_names = max_names
        self.names: dict[str, None] = {}
        """Those read so far, in the tracker's order."""
        self.dropped = 0
        """How many names were dropped so far."""

    @property
    def left_bytes(self) -> int:
        """How much is not read yet."""
        return max(0, len(self._data) - self._at)

    def read(self, step_bytes: int) -> bool:
        """Read about this many bytes, to the end of a name; return whether all is read."""
        if self._at > len(self._data):
            return True
        end = self._data.find(b":", self._at + step_bytes)
        if end < 0:
            end = len(self._data)
        for part in self._data[self._at : end].split(b":"):
            self._take(part.strip(b" "))
        self._at = end + 1
        return self._at > len(self._data)

    def _take(self, raw: bytes) -> None:
        if not raw:
            return
        if len(raw) > MAX_RAW_NAME_BYTES:
            self.dropped += 1
            return
        name = normalise_name(raw.decode(errors="replace"))
        if len(self.names) < self._max_names:
            self.names[name] = None
        elif name not in self.names:
            self.dropped += 1
