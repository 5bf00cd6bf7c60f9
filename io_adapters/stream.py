"""A non-blocking TCP connection that drives one machine of the core."""

import socket
from collections.abc import Callable
from typing import ClassVar, Final, Protocol

from core import CLOSE_SECONDS, Connection, LossReason

from .faults import loss_reason
from .reactor import READ, TURN_BYTES, WRITE, Reactor, Timer
from .system import unacknowledged_bytes

_DISCARD_READS: Final = 16  # of TURN_BYTES each, before a close
_MAX_LATE_BYTES: Final = 1024 * 1024  # read from a broken connection: what a receive buffer holds


class StreamOwner(Protocol):
    """The object that made a ``Stream`` and keeps it."""

    def stream_closed(self, stream: "Stream") -> None:
        """Forget the stream; the stream calls this exactly once."""

    def stream_fault(self, stream: "Stream", fault: Exception) -> None:
        """Report a fault of the program in serving the stream, or raise it again; the stream is closed already."""


class Stream:
    """Moves bytes between a socket and a machine's connection, and closes the socket when the machine wants it.

    Usually a wake-up costs one ``recv`` and at most one ``send``.
    """

    UNSENT_PATIENCE_SECONDS: ClassVar[float] = CLOSE_SECONDS
    """How long unsent bytes may delay the close that the machine wants."""
    REPORTS_ACKNOWLEDGED: ClassVar[bool] = False
    """Whether the machine is told what the other side has received, before anything that it says and at its end."""

    __slots__ = (
        "connection",
        "_reactor",
        "_socket",
        "_owner",
        "_share_bytes",
        "_mask",
        "_unsent",
        "_end_was_read",
        "_is_half_closed",
        "_close_timer",
        "_loss",
        "_late_bytes",
    )

    def __init__(
        self,
        reactor: Reactor,
        sock: socket.socket,
        connection: Connection,
        owner: StreamOwner,
        share_bytes: Callable[[], int] | None = None,
    ) -> None:
        """Take over a connected, non-blocking socket; ``flush`` comes next.

        Args:
            reactor: The loop.
            sock: Closed by the stream.
            connection: Of the machine.
            owner: Told of the end.
            share_bytes: Says how much may be read in this turn; None for what the loop gives to each.
        """
        self.connection: Final = connection
        self._reactor: Final = reactor
        self._socket: Final = sock
        self._owner: Final = owner
        self._share_bytes: Final = share_bytes
        self._mask = READ  # what the reactor watches for; 0: not registered
        self._unsent: bytearray | None = None
        self._end_was_read = False
        self._is_half_closed = False
        self._close_timer: Timer | None = None
        self._loss: LossReason | None = None  # writing has failed; what arrived before is still read
        self._late_bytes = 0
        reactor.register(sock.fileno(), READ, self)

    @property
    def is_closed(self) -> bool:
        """Whether the socket is closed."""
        return self._socket.fileno() < 0

    # Called by the reactor

    def on_ready(self, mask: int) -> None:
        """Read once, and write what waits; harmless after the end."""
        if mask & WRITE and self._loss is None:
            self._write_unsent()
            if not mask & READ:
                return
        try:
            # The most that is read in one turn: fast senders, one or many, must not keep the others waiting.
            data = self._socket.recv(self._reactor.share_bytes if self._share_bytes is None else self._share_bytes())
        except BlockingIOError:
            if self._loss is not None:
                self._report_loss(self._loss)
            return
        except OSError as error:
            if not self.is_closed:  # closed by a handler earlier in this turn
                self._report_loss(loss_reason(error.errno) if self._loss is None else self._loss)
            return
        if self._loss is not None:
            self._late_bytes += len(data)
            if not data or self._late_bytes > _MAX_LATE_BYTES:
                self._report_loss(self._loss)
                return
        if data:
            if self.REPORTS_ACKNOWLEDGED:
                self._report_unacknowledged()
            self.connection.receive_data(data, now=self._reactor.now)
            self.flush()
        else:
            self._end_was_read = True
            if self.REPORTS_ACKNOWLEDGED:
                self._report_unacknowledged()
            self.connection.receive_eof(now=self._reactor.now)
            self.flush()
            if self._mask:  # usually the machine wanted the close, and 0 says it is done
                self._watch()

    def on_fault(self, fault: Exception) -> None:
        """Close the connection that the program could not serve, and tell the machine and the owner."""
        self.abort()
        self.connection.connection_lost(LossReason.ERROR, now=self._reactor.now)
        self._owner.stream_fault(self, fault)

    # Called by the owner

    def flush(self) -> None:
        """Write what the machine has to send, and close if it wants that; after every input to the machine."""
        connection = self.connection
        data = connection.data_to_send()
        if data:
            self._write(data)
        if connection.wants_close or connection.wants_half_close:
            if self._end_was_read and self._unsent is None and connection.wants_close:
                self.abort()  # the usual end: both sides have finished
            else:
                self._wind_up()

    def abort(self) -> None:
        """Close at once, and lose unsent bytes. The machine does not learn of it. Again has no effect."""
        fd = self._socket.fileno()
        if fd < 0:
            return
        if self._close_timer is not None:
            self._close_timer.cancel()
        self._unsent = None
        if self._mask:
            self._mask = 0
            self._reactor.unregister(fd)
        self._socket.close()
        self._owner.stream_closed(self)

    # Writing

    def _write(self, data: bytes) -> None:
        if self._unsent is not None:
            self._unsent += data
        elif self._loss is not None:
            self._unsent = bytearray(data)
        else:
            try:
                sent = self._socket.send(data)
            except BlockingIOError:
                sent = 0
            except OSError as error:
                if not self.is_closed:
                    self._unsent = bytearray(data)
                    self.connection.report_unsent(len(data), now=self._reactor.now)
                    self._fail(loss_reason(error.errno))
                return
            if sent == len(data):
                return
            self._unsent = bytearray(memoryview(data)[sent:])
            self._watch()
        self.connection.report_unsent(len(self._unsent), now=self._reactor.now)

    def _write_unsent(self) -> None:
        if self._unsent is None:
            return
        try:
            sent = self._socket.send(self._unsent)
        except BlockingIOError:
            return
        except OSError as error:
            self._fail(loss_reason(error.errno))
            return
        del self._unsent[:sent]
        left = len(self._unsent)
        if not left:
            self._unsent = None
            self._watch()
        self.connection.report_unsent(left, now=self._reactor.now)
        self.flush()

    def _watch(self) -> None:
        """Watch for reading until the stream has ended, for writing while bytes wait.

        A socket that can no longer send is ready for writing: so ``on_ready`` is called
        in each turn, and notices when nothing is left to read.
        """
        waits_to_write = self._unsent is not None or self._loss is not None
        mask = (0 if self._end_was_read else READ) | (WRITE if waits_to_write else 0)
        if mask == self._mask:
            return
        if not mask:
            self._reactor.unregister(self._socket.fileno())
        elif self._mask:
            self._reactor.modify(self._socket.fileno(), mask, self)
        else:
            self._reactor.register(self._socket.fileno(), mask, self)
        self._mask = mask

    def _report_unacknowledged(self) -> None:
        unacknowledged = None if self.is_closed else unacknowledged_bytes(self._socket)
        if unacknowledged is not None:
            self.connection.report_unacknowledged(unacknowledged, now=self._reactor.now)

    # Ending

    def _wind_up(self) -> None:
        if self._loss is not None:
            if self.connection.wants_close:
                self.abort()
        elif self._unsent is not None:
            if self.connection.wants_close and self._close_timer is None:
                if self.UNSENT_PATIENCE_SECONDS > 0:
                    self._close_timer = self._reactor.call_later(self.UNSENT_PATIENCE_SECONDS, self._close)
                else:
                    self._close()
        elif self.connection.wants_close:
            self._close()
        elif not self._is_half_closed and not self.is_closed:
            self._is_half_closed = True
            self._half_close()

    def _half_close(self) -> None:
        try:
            self._socket.shutdown(socket.SHUT_WR)
        except OSError as error:
            self._fail(loss_reason(error.errno))

    def _close(self) -> None:
        """Close without a reset if possible.

        A close with unread input resets the connection. The kernel then drops what it
        has not sent yet, which may be the last words (docs/protocol.md §4.6). So the
        stream ends first, as the assignment advises, and unread input is discarded.
        """
        if not self._end_was_read:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
                for _ in range(_DISCARD_READS):
                    if not self._socket.recv(TURN_BYTES):
                        break
            except OSError:
                pass  # nothing unread, or the other side is gone
        self.abort()

    def _fail(self, reason: LossReason) -> None:
        """Nothing can be written any more: read what arrived before, turn by turn, and report the loss after it."""
        self._loss = reason
        if self._end_was_read:
            self._report_loss(reason)
        else:
            self._watch()

    def _report_loss(self, reason: LossReason) -> None:
        self.connection.connection_lost(reason, now=self._reactor.now)
        self.abort()
