"""The faces that the machines and their connections show to an adapter."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from .events import LossReason, NodeRequest

BytesLike = bytes | bytearray | memoryview
"""What sockets and frameworks give as data."""

Event_co = TypeVar("Event_co", covariant=True)


class Connection(Protocol):
    """One TCP connection, owned by a ``Tracker`` or a ``Node``.

    After every call to a connection or to its owner, the adapter flushes that
    connection, and those that the owner's ``take_ready`` returns: it writes what
    ``data_to_send`` returns, then does what ``wants_half_close`` and
    ``wants_close`` ask for.
    """

    __slots__ = ()

    # Receiving

    def receive_data(self, data: BytesLike, *, now: float) -> None:
        """Feed bytes from the network; never raises for what the other side sent.

        Bytes after ``receive_eof``, ``connection_lost`` or the end of the machine
        are ignored.

        Args:
            data: Any number of bytes, cut anywhere. They may be changed after the call.
            now: Seconds of the caller's monotonic clock.
        """

    def receive_eof(self, *, now: float) -> None:
        """Note that the other side ended its stream; again has no effect."""

    def connection_lost(self, reason: LossReason, *, now: float) -> None:
        """Note that the connection broke; nothing more can be written. Again has no effect."""

    def report_unacknowledged(self, unacknowledged_bytes: int, *, now: float) -> None:
        """Say how many written bytes the other side's system has not acknowledged.

        Call it right before ``receive_eof``, where the system can tell (Linux:
        ``SIOCOUTQ``). Then the texts that crossed the end of the stream are known
        exactly (docs/protocol.md §4.10); without it their age decides. Call it also
        after a flush if ``wants_acknowledgement``.
        """

    @property
    def wants_acknowledgement(self) -> bool:
        """Whether ``report_unacknowledged`` may be what the machine waits for (docs/protocol.md §4.7)."""
        return False

    # Fetching

    def data_to_send(self) -> bytes:
        """Return what to write, each byte once; empty if there is nothing."""
        ...

    def report_unsent(self, unsent_bytes: int, *, now: float) -> None:
        """Say how many bytes of ``data_to_send`` the socket has not taken yet (back-pressure).

        Call it after a write that took only a part, and when the rest shrinks or is gone.
        """

    @property
    def wants_half_close(self) -> bool:
        """Whether to shut down the writing side once everything is written; reading goes on."""
        ...

    @property
    def wants_close(self) -> bool:
        """Whether to close once everything is written. Nothing follows it."""
        ...


class Machine(Protocol[Event_co]):
    """What every machine of the core is to an adapter: a ``Tracker`` and a ``Node``.

    After every input to the machine or to one of its connections, the adapter
    flushes what ``take_ready`` returns, passes on ``take_events`` and sets its
    timer to ``next_timer``.
    """

    def next_timer(self) -> float | None:
        """Return when ``handle_timer`` is due, on the caller's monotonic clock; None if never.

        It may be a little early. It may also be now, when the machine does long work in
        steps: other inputs go first, and then the next step.
        """
        ...

    def handle_timer(self, *, now: float) -> None:
        """Act on every deadline that has passed; harmless early, late and after the end."""

    def take_ready(self) -> Sequence[Connection]:
        """Return each connection once that the adapter must flush without an input of its own."""
        ...

    def take_events(self) -> Sequence[Event_co]:
        """Return what happened since the last call, each event once."""
        ...


class NodeMachine(Machine[Event_co], Protocol[Event_co]):
    """What an adapter needs of a ``Node``, or of a machine that holds one.

    The adapter carries out ``take_requests`` as well, after every input, and
    reports what became of each request.
    """

    def take_requests(self) -> Sequence[NodeRequest]:
        """Return what the adapter must carry out, each request once."""
        ...

    def tracker_connected(self, host: str, *, now: float) -> Connection:
        """Report that ``ReachTracker`` succeeded, and get the connection for its bytes.

        Args:
            host: The tracker's IP address, as connected to.
            now: Seconds of the caller's monotonic clock.
        """
        ...

    def tracker_unreachable(self, reason: LossReason, *, now: float) -> None:
        """Report that ``ReachTracker`` failed."""

    def dial_succeeded(self, dial: int, *, now: float) -> Connection:
        """Report that ``DialPeer`` succeeded, and get the connection for its bytes.

        If the dial was cancelled, the connection wants to close at once.
        """
        ...

    def dial_failed(self, dial: int, reason: LossReason, *, now: float) -> None:
        """Report that ``DialPeer`` failed."""

    def accept_peer(self, host: str, port: int, *, now: float) -> Connection:
        """Report that a peer called from ``host`` and ``port``, and get the connection for its bytes."""
        ...
