"""The streams of a client: to its peers and to its tracker."""

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import ClassVar, Final

from core import (
    PEER_KEEPALIVE_IDLE_SECONDS,
    PEER_KEEPALIVE_INTERVAL_SECONDS,
    PEER_KEEPALIVE_PROBES,
    PEER_UNACKNOWLEDGED_SECONDS,
    Connection,
)

from .reactor import LEAST_TURN_BYTES, Reactor
from .stream import Stream, StreamOwner

PEERS_TURN_BYTES: Final = 4 * 1024  # read in one turn from all peers together
FAREWELL_REPORT_SECONDS: Final = 1.0  # after we ended our stream: before the farewell is given up (§4.6)


class PeerStream(Stream):
    """A stream that reports what the other side has received (docs/protocol.md §4.10).

    It does so before anything that the other side says, at the end of its stream, and
    once more during a farewell of ours, to which it may not answer.
    """

    # A node that wants to close has reported its unsent texts already.
    UNSENT_PATIENCE_SECONDS: ClassVar[float] = 0.0
    REPORTS_ACKNOWLEDGED: ClassVar[bool] = True

    __slots__ = ("_has_written",)

    def __init__(
        self,
        reactor: Reactor,
        sock: socket.socket,
        connection: Connection,
        owner: StreamOwner,
        count_sharers: Callable[[], int] = lambda: 1,
    ) -> None:
        """Args:
        count_sharers: Says how many streams share what is read in one turn.
        """
        # An empty line is a text, and the keyboard waits for all of them.
        super().__init__(
            reactor,
            sock,
            connection,
            owner,
            lambda: max(LEAST_TURN_BYTES, PEERS_TURN_BYTES // max(1, count_sharers())),
        )
        self._has_written = False

    def flush(self) -> None:
        super().flush()
        if self.connection.wants_acknowledgement:
            self._report_unacknowledged()

    def _write(self, data: bytes) -> None:
        self._has_written = True
        super()._write(data)

    def _close(self) -> None:
        """Close; with a reset, if we have sent nothing and there is unread input.

        We turn a caller away like this. The reset destroys nothing of ours, and tells
        the caller that nobody read its text.
        """
        if self._has_written:
            super()._close()
        else:
            self.abort()

    def _half_close(self) -> None:
        super()._half_close()
        self._reactor.call_later(FAREWELL_REPORT_SECONDS, self._report_unacknowledged)


def set_peer_options(sock: socket.socket) -> None:
    """Send at once, and notice a dead peer within 30 s (docs/protocol.md §4.9), where that can be had."""
    # macOS has the idle time under another name.
    idle_name = "TCP_KEEPIDLE" if hasattr(socket, "TCP_KEEPIDLE") else "TCP_KEEPALIVE"
    for level, name, value in (
        (socket.IPPROTO_TCP, "TCP_NODELAY", 1),
        (socket.SOL_SOCKET, "SO_KEEPALIVE", 1),
        (socket.IPPROTO_TCP, idle_name, PEER_KEEPALIVE_IDLE_SECONDS),
        (socket.IPPROTO_TCP, "TCP_KEEPINTVL", PEER_KEEPALIVE_INTERVAL_SECONDS),
        (socket.IPPROTO_TCP, "TCP_KEEPCNT", PEER_KEEPALIVE_PROBES),
        (socket.IPPROTO_TCP, "TCP_USER_TIMEOUT", 1000 * PEER_UNACKNOWLEDGED_SECONDS),
    ):
        option: int | None = getattr(socket, name, None)
        if option is not None:
            with suppress(OSError):  # a connection that is broken already takes no options on some systems
                sock.setsockopt(level, option, value)
