"""Traces of the wire."""

import errno
import os
import socket

import pytest

from io_adapters.reactor import Reactor
from io_adapters.stream import Stream
from io_adapters.tracing import Trace
from io_adapters.watched_socket import WatchedSocket

from .support import Guest, RecordingOwner, ScriptedConnection, connected_pair, run_until


def traced_socket(sock: socket.socket, role: str, lines: list[str]) -> WatchedSocket:
    return WatchedSocket(sock, [Trace(sock, role, lines.append)])


class Traced:
    """A stream on a traced socket."""

    def __init__(self, reactor: Reactor) -> None:
        ours, theirs = connected_pair()
        self.label = "caller {}:{}".format(*theirs.getsockname())
        self.lines: list[str] = []
        self.machine = ScriptedConnection()
        self.stream = Stream(
            reactor, traced_socket(ours, "caller", self.lines), self.machine, RecordingOwner()
        )
        self.guest = Guest(reactor, theirs)

    def said(self) -> list[str]:
        """The lines without the label that begins each of them."""
        assert all(line.startswith(f"{self.label} ") for line in self.lines)
        return [line.removeprefix(f"{self.label} ") for line in self.lines]


def test_every_line_of_the_wire_is_told_with_its_direction_and_nothing_raw(reactor: Reactor) -> None:
    traced = Traced(reactor)
    traced.guest.send("USER Ana\r\né\x1b[31m\r\n".encode())
    run_until(reactor, lambda: traced.machine.received.endswith(b"m\r\n"))
    traced.machine.outgoing += b"oi\r\nDISC\r\n"
    traced.machine.wants_half_close = True
    traced.stream.flush()
    assert traced.guest.read_to_end() == b"oi\r\nDISC\r\n"
    traced.guest.close()
    run_until(reactor, lambda: traced.stream.is_closed)
    assert traced.said() == [
        "connected",
        r"< USER Ana\r\n",
        r"< \xc3\xa9\x1b[31m\r\n",
        r"> oi\r\n",
        r"> DISC\r\n",
        "> end of stream",
        "< end of stream",
        "closed",
    ]


def test_a_reset_is_told(reactor: Reactor) -> None:
    traced = Traced(reactor)
    traced.guest.reset()
    run_until(reactor, lambda: traced.stream.is_closed)
    assert traced.said()[:2] == ["connected", os.strerror(errno.ECONNRESET)]
    assert traced.said()[-1] == "closed"


def test_only_what_the_socket_took_is_told(reactor: Reactor) -> None:
    traced = Traced(reactor)
    traced.machine.outgoing += b"x" * 8_000_000
    traced.stream.flush()
    _, sent = traced.said()
    assert len(sent.removeprefix("> ")) == 8_000_000 - traced.machine.unsent_reports[0]
    traced.stream.abort()
    traced.guest.close()


def test_a_socket_that_is_broken_already_is_told_without_its_address() -> None:
    lines: list[str] = []
    traced = traced_socket(socket.socket(), "dial 1", lines)
    with pytest.raises(OSError, match=os.strerror(errno.ENOTCONN)):
        traced.recv(1)
    traced.close()
    traced.close()
    assert lines == ["dial 1 connected", f"dial 1 {os.strerror(errno.ENOTCONN)}", "dial 1 closed"]
