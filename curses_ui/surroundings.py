"""Where a client runs: what comes to it from outside comes through here, and so can be recorded."""

import os
import time
from types import TracebackType
from typing import Final, Protocol, Self

from io_adapters import Reactor

from .loop import Join, Loop
from .run.network import on_sockets
from .run.network_plan import NetworkPlan
from .state.model import UiState
from .terminal.frame import Frame


class Surroundings(Protocol):
    """The loop, the network, the clock and the keyboard of a client; to be entered, and left at the end."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    @property
    def loop(self) -> Loop:
        """The client's own; others on the same reactor are not recorded."""

    @property
    def join(self) -> Join:
        """How to enter the network."""

    def wall_clock(self) -> float:
        """POSIX time."""

    def read(self, fd: int, most: int) -> bytes:
        """Keys, as ``os.read``."""

    def watch(self, plan: NetworkPlan) -> NetworkPlan:
        """The plan to be carried out."""

    def begin(self, state: UiState, plan: NetworkPlan, escape_seconds: float) -> None:
        """Take note of how it begins: to be called when the state is as it will be shown first."""

    def note_size(self, rows: int, columns: int) -> None:
        """Take note of the terminal's size."""

    def note_frame(self, frame: Frame) -> None:
        """Take note of what is drawn."""


class LiveSurroundings:
    """The real ones, which take note of nothing."""

    def __init__(self, reactor: Reactor) -> None:
        """Use a reactor."""
        self.loop: Final = reactor
        self.join: Final = on_sockets(reactor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        pass

    def wall_clock(self) -> float:
        """See ``Surroundings``."""
        return time.time()

    def read(self, fd: int, most: int) -> bytes:
        """See ``Surroundings``."""
        return os.read(fd, most)

    def watch(self, plan: NetworkPlan) -> NetworkPlan:
        """See ``Surroundings``."""
        return plan

    def begin(self, state: UiState, plan: NetworkPlan, escape_seconds: float) -> None:
        """See ``Surroundings``."""

    def note_size(self, rows: int, columns: int) -> None:
        """See ``Surroundings``."""

    def note_frame(self, frame: Frame) -> None:
        """See ``Surroundings``."""
