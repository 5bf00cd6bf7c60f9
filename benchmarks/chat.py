"""A peer that says much, and a client that listens: what the benchmarks of the client share."""

import random
from typing import Final

from core import Connection, Node
from curses_ui.catalogue import load_catalogue
from curses_ui.state.model import UiState
from curses_ui.update import inputs

ME: Final = "Ana"
PEER: Final = "Bruno"
HOST: Final = "127.0.0.1"
NOON: Final = 1_795_348_800.0

_SEED: Final = 7
_WORDS: Final = "a rua que leva ao mar nunca dorme quando o vento vem do sul e traz chuva para cidade".split()
_OTHER_WORDS: Final = ("então", "coração", "日本語", "👍", "não", "straße")


def texts(count: int) -> list[str]:
    """Return texts of 1 to 30 words; their median is 60 characters, and one word in 50 is not ASCII."""
    chance = random.Random(_SEED)
    return [
        " ".join(
            chance.choice(_OTHER_WORDS if chance.random() < 0.02 else _WORDS)
            for _ in range(1 + int(29 * chance.random() ** 1.2))
        )
        for _ in range(count)
    ]


class Listener:
    """A client without sockets: a node with callers, and the state that its screen shows."""

    def __init__(self) -> None:
        """Begin with one caller, whose conversation is on the screen."""
        self.now = 0.0
        self.state: Final = UiState(ME, load_catalogue("en"))
        self.node: Final = Node(ME, 20000, now=0.0, random=lambda: 0.5)
        self.callers: Final[list[Connection]] = []
        self.call(PEER)
        self.state.current = next(self.state.chats()).number

    def call(self, name: str) -> None:
        """Let one more peer call and give its name."""
        self.callers.append(self.node.accept_peer(HOST, 40000 + len(self.callers), now=self.now))
        self.hear(f"USER {name}\r\n".encode(), caller=-1)

    def hear(self, data: bytes, *, caller: int = 0) -> None:
        """Hand on bytes of a caller, and do what the client's adapter does."""
        connection = self.callers[caller]
        connection.receive_data(data, now=self.now)
        connection.data_to_send()
        self.node.take_ready()
        self.node.take_requests()
        for event in self.node.take_events():
            inputs.apply_event(self.state, event, now=self.now, wall=NOON + self.now)
        self.state.take_fresh()
