"""What a client needs of its surroundings: a loop, a network, a display.

``io_adapters.Reactor``, ``network.on_sockets`` and ``screen.Screen`` are the real ones.
A recorded session has its own for writing down what comes through them, and others
that bring it back.
"""

from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

from core import Node, NodeEvent
from io_adapters import Address, Timer

from .run.network_plan import NetworkPlan
from .terminal.frame import Frame


class Loop(Protocol):
    """See ``io_adapters.Reactor``."""

    @property
    def now(self) -> float:
        """When this turn began, in seconds that never go back."""

    def time(self) -> float:
        """Read the clock afresh and return ``now``."""

    def call_at(self, deadline: float, callback: Callable[[], None]) -> Timer:
        """Call once when ``now`` has reached ``deadline``."""

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """Call once, so many seconds from now."""

    def add_reader(self, fd: int, callback: Callable[[], None]) -> None:
        """Call whenever ``fd`` can be read."""

    def remove_reader(self, fd: int) -> None:
        """Undo ``add_reader``."""

    def add_signal(self, number: int, callback: Callable[[], None]) -> None:
        """Call when the signal arrives."""

    def remove_signal(self, number: int) -> None:
        """Undo ``add_signal``."""

    def set_turn_end(self, callback: Callable[[], None] | None) -> None:
        """Call at the very end of each turn."""

    def run(self) -> None:
        """Turn until ``stop``."""

    def stop(self) -> None:
        """Let ``run`` return at the end of the turn."""


class Network(Protocol):
    """A node and what carries its bytes; see ``io_adapters.PeerNode``."""

    @property
    def node(self) -> Node:
        """For the user's intents."""

    @property
    def listening(self) -> Address:
        """Where peers call."""

    def pump(self) -> None:
        """Do all that the node wants done now; after each intent."""

    def set_tracker_address(self, address: Address) -> None:
        """Use another tracker from the next attempt on."""

    def close(self) -> None:
        """Drop every connection and stop listening."""


Join = Callable[[str, NetworkPlan, Callable[[NodeEvent], None], Callable[[OSError], None]], Network]
"""Enters the network with a name, as planned; gives each event, and tells when no more calls can be taken.

Raises ``ListenError`` if peers cannot be listened for where the plan says.
"""


class Display(Protocol):
    """See ``screen.Screen``."""

    def __enter__(self) -> Self:
        """Take the terminal."""

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Give the terminal back."""

    def suspend(self) -> None:
        """Give the terminal back, stop this process, and take it again."""

    def resume(self) -> None:
        """Set the terminal up again."""

    def redraw(self) -> None:
        """Let the next frame be drawn on an empty screen."""

    def resize(self) -> tuple[int, int]:
        """Follow the terminal's size; return rows and columns."""

    def ring(self) -> None:
        """Ring the bell."""

    def use_mouse(self, on: bool) -> None:
        """Let the terminal report the mouse."""

    def notify(self, text: str) -> None:
        """Ask for a desktop notification."""

    def draw(self, frame: Frame) -> None:
        """Show a frame."""
