"""Whom to reach and where to be reached (``--tracker``, ``--host``, ``--listen``), and the tracker inside the program."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from core import Edition, Tracker, TrackerConfig
from io_adapters import ALL_INTERFACES, RESERVED_FROM_CALLERS, Address, ConnectionWatcher, Dial, ListenError, Reactor
from io_adapters import Resolver, TrackerServer, open_listener, own_hosts

from ..text.address import TRACKER_PORT

LOOPBACK: Final = "127.0.0.1"
_ALSO_LOOPBACK: Final = "127.0.0.2"  # where it exists, it is what tells 127.0.0.1 from all addresses
_PROBE_SECONDS: Final = 2.0


class EmbeddedTracker:
    """A tracker that this program may run; the first program that asks for the port has it.

    Who binds the port runs the tracker. When that program ends, the port is free
    again, and after a wait that each of the others draws, the first one takes over.
    """

    def __init__(self, reactor: Reactor, host: str, port: int, edition: Edition = Edition.E2024) -> None:
        """Prepare; nothing is started. An empty host is all interfaces, port 0 any free one."""
        self._reactor: Final = reactor
        self._host: Final = host
        self._port: Final = port
        self._edition: Final = edition
        self.on_fault: Callable[[Exception], None] = _raise
        """Told of a fault in serving one client."""
        self.watchers: Final[list[ConnectionWatcher]] = []
        """Told of every connection."""
        self._server: TrackerServer | None = None
        self._resolver: Final = Resolver(reactor)
        self._probe: Dial | None = None

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
                Tracker(TrackerConfig(edition=self._edition)),
                [listener],
                on_fault=lambda fault: self.on_fault(fault),
                watchers=self.watchers,
                reserved_descriptors=RESERVED_FROM_CALLERS,
            )
        return None

    def probe(self, found: Callable[[bool], None]) -> None:
        """Find out whether a tracker at our port answers on another address of this machine; ``found`` is told, once.

        One that does not is inside a client, since those listen on loopback.
        """
        self._drop_probe()

        def answered(close: Callable[[], None]) -> None:
            close()
            found(True)

        self._probe = Dial(
            self._reactor,
            self._resolver,
            next(iter(own_hosts()), _ALSO_LOOPBACK),
            self.port,
            timeout_seconds=_PROBE_SECONDS,
            connected=lambda sock, _host: answered(sock.close),
            failed=lambda _reason: found(False),
        )

    def _drop_probe(self) -> None:
        if self._probe is not None:
            self._probe.cancel()
            self._probe = None

    def close(self) -> None:
        """Stop; harmless if it never ran."""
        self._drop_probe()
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
    edition: Edition = Edition.E2024,
    default_port: int = TRACKER_PORT,
) -> NetworkPlan:
    """Decide, and start the tracker if this program has to bring it.

    Without a tracker named, it is the one on this machine, at the default port; if
    there is none, it is ours, on loopback. Then nobody on other machines can know us,
    and peers are listened for on loopback as well. ``edition`` is that of a tracker of ours.
    ListenError if it cannot run on ``host``.
    """
    listen_anywhere = listen if listen is not None else ("", 0)
    if tracker is not None:
        return NetworkPlan(tracker, listen_anywhere, None)
    if host is not None:
        ours = EmbeddedTracker(reactor, *host, edition)
        if (error := ours.start()) is not None:
            raise error
        reached_at = LOOPBACK if host[0] in ALL_INTERFACES else host[0]
        return NetworkPlan((reached_at, ours.port), listen_anywhere, ours, (host[0], ours.port))
    maybe_ours = EmbeddedTracker(reactor, LOOPBACK, default_port, edition)
    is_ours = maybe_ours.start() is None  # if there is one, or none can be, the attempt to reach it will tell
    listen_here = (LOOPBACK, 0) if is_ours and listen is None else listen_anywhere
    return NetworkPlan((LOOPBACK, maybe_ours.port), listen_here, maybe_ours)
