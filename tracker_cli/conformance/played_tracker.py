"""The tracker that a check plays for another client: it answers, and remembers all that the client said."""

from collections.abc import Callable
from typing import Final

from core.wire.messages import (
    AddressReply,
    AddressRequest,
    Edition,
    ListReply,
    ListRequest,
    Register,
    encode,
    parse_request,
)
from io_adapters import Address

from .wire import Line, Observer, Wire

SPLIT_SECONDS: Final = 0.3  # between the two parts of a reply in two parts


class PlayedTracker:
    """Serves any number of connections; the client under test is the one that registered last."""

    def __init__(self, observer: Observer, edition: Edition) -> None:
        self.wires: list[Wire] = []
        self.lines: list[tuple[Wire, Line]] = []
        """All that the clients said, in order."""
        self.registered: list[tuple[Wire, Register, Line]] = []
        self.asked: list[Line] = []
        """The ADDR requests with a name."""
        self.lists_answered = 0
        self.names: tuple[str, ...] = ()
        """Of the next LIST replies."""
        self.cut: int | None = None
        """Where such a reply is cut into two parts, in bytes; None for one part."""
        self.address_of: Callable[[str], Address | None] = lambda name: None
        self._observer = observer
        self._edition = edition

    def called(self, wire: Wire) -> None:
        """Serve a new connection."""
        self.wires.append(wire)
        wire.heard = lambda line: self._hear(wire, line)

    @property
    def client(self) -> Wire | None:
        """The open connection that registered last."""
        return next((wire for wire, _, _ in reversed(self.registered) if wire.is_open), None)

    def list_reply(self, names: tuple[str, ...]) -> bytes:
        """Return a whole LIST reply."""
        return encode(ListReply(names))

    def _hear(self, wire: Wire, line: Line) -> None:
        self.lines.append((wire, line))
        match parse_request(line.data):
            case Register() as register:
                self.registered.append((wire, register, line))
            case ListRequest():
                self._answer_list(wire)
            case AddressRequest(name):
                self.asked.append(line)
                address = self.address_of(name)
                if address is not None:
                    told = name if self._edition is Edition.E2026 else None
                    wire.send(encode(AddressReply(*address, name=told)))
            case _:
                pass  # KEEP has no answer; the rest is judged, not answered

    def _answer_list(self, wire: Wire) -> None:
        self.lists_answered += 1
        reply = self.list_reply(self.names)
        wire.send(reply[: self.cut])
        if self.cut is not None:
            rest = reply[self.cut :]
            self._observer.later(SPLIT_SECONDS, lambda: wire.send(rest))
