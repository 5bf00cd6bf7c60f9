"""Whom to reach and where to be reached (``--tracker``, ``--host``, ``--listen``), and the tracker inside the program."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from core import Tracker, TrackerConfig
from io_adapters import (
    RESERVED_FROM_CALLERS,
    ALL_INTERFACES,
    Address,
    ConnectionWatcher,
    ListenError,
    Reactor,
    TrackerServer,
    open_listener,
)

from ..text.address import TRACKER_PORT

LOOPBACK: Final = "127.0.0.1"


class EmbeddedTracker:
    """A tracker that this program may run; the first program that asks for the port has it.

    Who binds the port runs the tracker. When that program ends, the port is
    free again, and whoever of the others asks next takes over.
    """

    def __init__(self, reactor: Reactor, host: str, port: int) -> None:
        """Prepare; nothing is started. An empty host is all interfaces, port 0 any free one."""
        self._reactor: Final = reactor
        self._host: Final = host
        self._port: Final = port
        self.on_fault: Callable[[Exception], None] = _raise
        """Told of a fault in serving one client."""
        self.watchers: Final[list[ConnectionWatcher]] = []
        """Told of every connection."""
        self._server: TrackerServer | None = None

    @property
    def is_running(self) -> bool:
        """Whether the tracker is in this program."""
        return self._server is not None

    @property
    def port(self) -> int:
        """The port it listens on, or would."""
        return self._server.addresses[0][1] if self._server is not None else self._port

    def start(self) -> ListenError | None:
        """Run the tracker, unless it runs; return why the port cannot be had, if so."""
        if self._server is None:
            try:
                listener = open_listener(self._host, self._port)
            except ListenError as error:
                return error
            self._server = TrackerServer(
                self._reactor,
                Tracker(TrackerConfig()),
                [listener],
                on_fault=lambda fault: self.on_fault(fault),
                watchers=self.watchers,
                reserved_descriptors=RESERVED_FROM_CALLERS,
            )
        return None

    def close(self) -> None:
        """Stop; harmless if it never ran."""
        if self._server is not None:
            self._server.close()
            self._server = None


def _raise(fault: Exception) -> None:
    raise fault


@dataclass(slots=True)
class NetworkPlan:
    """Decided once, at the start."""

    tracker: Address
    listen: Address
    """Where peers call: an empty host is all interfaces, port 0 any free one."""
    embedded: EmbeddedTracker | None
    """The tracker that this program runs, or may have to run; None if the user named one."""
    hosting: Address | None = None
    """Where others find our tracker, if the user wanted one for them; an empty host is all interfaces."""


def plan_network(
    reactor: Reactor,
    *,
    tracker: Address | None,
    host: Address | None,
    listen: Address | None,
    default_port: int = TRACKER_PORT,
) -> NetworkPlan:
    """Decide, and start the tracker if this program has to bring it.

    Without a tracker named, it is the one on this machine, at the default port; if
    there is none, it is ours, on loopback. Then nobody on other machines can know us,
    and peers are listened for on loopback as well. ListenError if it cannot run on ``host``.
    """
    listen_anywhere = listen if listen is not None else ("", 0)
    if tracker is not None:
        return NetworkPlan(tracker, listen_anywhere, None)
    if host is not None:
        ours = EmbeddedTracker(reactor, *host)
        if (error := ours.start()) is not None:
            raise error
        reached_at = LOOPBACK if host[0] in ALL_INTERFACES else host[0]
        return NetworkPlan((reached_at, ours.port), listen_anywhere, ours, (host[0], ours.port))
    maybe_ours = EmbeddedTracker(reactor, LOOPBACK, default_port)
    is_ours = maybe_ours.start() is None  # if there is one, or none can be, the attempt to reach it will tell
    listen_here = (LOOPBACK, 0) if is_ours and listen is None else listen_anywhere
    return NetworkPlan((LOOPBACK, maybe_ours.port), listen_here, maybe_ours)
