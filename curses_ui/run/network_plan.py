"""Whom to reach and where to be reached: the meaning of ``--tracker``, ``--host`` and ``--listen``."""

from dataclasses import dataclass

from io_adapters import Address, ListenError, ListenFault, Reactor

from ..text.address import TRACKER_PORT
from .embedded import LOOPBACK, EmbeddedTracker

_WILDCARDS = frozenset({"", "0.0.0.0", "::"})


@dataclass(frozen=True, slots=True)
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

    Without a tracker named, it is the one on this machine; if there is none, it
    is ours, on loopback. Then nobody on other machines can know us, and peers
    are listened for on loopback as well.

    Args:
        reactor: The program's loop.
        tracker: From ``--tracker``.
        host: From ``--host``.
        listen: From ``--listen``.
        default_port: Where a tracker on this machine listens.

    Raises:
        ListenError: ``host`` cannot be listened on.
    """
    listen_anywhere = listen if listen is not None else ("", 0)
    if tracker is not None:
        return NetworkPlan(tracker, listen_anywhere, None)
    if host is not None:
        ours = EmbeddedTracker(reactor, *host)
        if not ours.start():
            raise ListenError(ListenFault.IN_USE, *host, "")
        reached_at = LOOPBACK if host[0] in _WILDCARDS else host[0]
        return NetworkPlan((reached_at, ours.port), listen_anywhere, ours, (host[0], ours.port))
    maybe_ours = EmbeddedTracker(reactor, LOOPBACK, default_port)
    is_ours = _start_if_free(maybe_ours)
    listen_here = (LOOPBACK, 0) if is_ours and listen is None else listen_anywhere
    return NetworkPlan((LOOPBACK, maybe_ours.port), listen_here, maybe_ours)


def _start_if_free(tracker: EmbeddedTracker) -> bool:
    """Start it; False if there is a tracker already, or none can be: the attempt to reach it will tell."""
    try:
        return tracker.start()
    except ListenError:
        return False
