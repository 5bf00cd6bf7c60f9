"""The face that every single connection shows to its adapter, on either side of the protocol."""

from typing import Protocol

from .events import LossReason


class Connection(Protocol):
    """One TCP connection, owned by a ``Tracker`` or a ``Node``.

    After every call to it, or to its owner, the adapter writes what
    ``data_to_send`` returns, then does what ``wants_half_close`` and
    ``wants_close`` ask for, for this connection and for those that the owner's
    ``take_ready`` hands out.
    """

    # Receiving

    def receive_data(self, data: bytes, *, now: float) -> None:
        """Feed bytes from the network; never raises for what the other side sent.

        Bytes after ``receive_eof``, ``connection_lost`` or the end of the machine
        are ignored.

        Args:
            data: Any number of bytes, cut anywhere.
            now: Seconds of the caller's monotonic clock.
        """

    def receive_eof(self, *, now: float) -> None:
        """Note that the other side ended its stream; again has no effect."""

    def connection_lost(self, reason: LossReason, *, now: float) -> None:
        """Note that the connection broke; nothing more can be written. Again has no effect."""

    def report_unacknowledged(self, unacknowledged_bytes: int, *, now: float) -> None:
        """Say how many written bytes the other side's system has not acknowledged.

        To be called right before ``receive_eof``, where the system can tell (Linux:
        ``SIOCOUTQ``): with it the texts that crossed the end of the stream are known
        exactly (docs/protocol.md §4.10), without it they are guessed by their age.
        """

    # Fetching

    def data_to_send(self) -> bytes:
        """What to write, each byte once; empty when there is nothing."""

    def report_unsent(self, unsent_bytes: int, *, now: float) -> None:
        """Say how many bytes of ``data_to_send`` the socket has not taken yet (back-pressure).

        To be called after a write that left a rest, and when such a rest shrinks or is gone.
        """

    @property
    def wants_half_close(self) -> bool:
        """Whether to shut down the writing side once everything is written; reading goes on."""

    @property
    def wants_close(self) -> bool:
        """Whether to close once everything is written. Nothing follows it."""
