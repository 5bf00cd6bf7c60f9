"""Trackers and clients in processes of their own, and what may be done to them."""

import os
import re
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.programs import PATIENCE_SECONDS, Program

LOOPBACK: Final = "127.0.0.1"
STALLED_SECONDS: Final = 5.0
_OF_THE_USER: Final = ("LC_", "LANG", "XDG_", "NO_COLOR", "TERM", "HOME", "PYTHON", "JOURNAL_STREAM", "NOTIFY_SOCKET")


class Victim(Program):
    """A program that has to stand something."""

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def kill(self) -> None:
        """``kill -9``."""
        self._process.kill()
        self._process.wait(PATIENCE_SECONDS)

    def freeze(self) -> None:
        """``SIGSTOP``: it does not run, its kernel goes on."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """``SIGCONT``."""
        self._process.send_signal(signal.SIGCONT)

    def most_memory_kib(self) -> int:
        """The most memory that it ever had in RAM."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1])


class TrackerVictim(Victim):
    """A tracker, ready to be used; ``port`` 0 finds a free one."""

    def __init__(self, *arguments: str, port: int = 0, limits: str = "") -> None:
        command = [sys.executable, "-m", "tracker_cli", "--host", LOOPBACK, "--port", str(port), *arguments]
        super().__init__(*_limited(limits, command), env=_environment(None))
        try:
            self.port: Final = int(self.wait_for("listen addr=").rpartition(":")[2])
        except BaseException:
            self.close()
            raise


class ClientVictim(Victim):
    """A client without a screen, registered with a tracker."""

    def __init__(
        self, name: str, tracker_port: int, *arguments: str, home: Path, limits: str = "", code: str = ""
    ) -> None:
        start = f"{code}\nfrom curses_ui.__main__ import main; main()"
        command = [sys.executable, "-c", start, "--plain", "--no-config", "--tracker", f"{LOOPBACK}:{tracker_port}"]
        super().__init__(*_limited(limits, [*command, *arguments, name]), env=_environment(home))
        try:
            self.wait_for(f"as {name}.")
        except BaseException:
            self.close()
            raise

    def chat_with(self, name: str) -> None:
        """``/chat``, until it is connected."""
        self.type(f"/chat {name}")
        self.wait_for(f"Connected to {name}.")

    def says(self, text: str, heard_by: Victim) -> None:
        """Say something and wait until the other one shows it."""
        self.type(text)
        heard_by.wait_for(text)


@contextmanager
def raw_connection(port: int, *, receive_bytes: int | None = None) -> Iterator[socket.socket]:
    """A connection of our own, with a limit on every wait.

    Args:
        receive_bytes: How much our kernel takes from the other side without our reading it.
    """
    with socket.socket() as sock:
        if receive_bytes is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        sock.settimeout(PATIENCE_SECONDS)
        sock.connect((LOOPBACK, port))
        yield sock


def reset(sock: socket.socket) -> None:
    """Close with a RST."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def read_line(sock: socket.socket) -> bytes:
    """The next line, with its end; b"" at the end of the stream or when it is reset."""
    line = b""
    while not line.endswith(b"\n"):
        try:
            byte = sock.recv(1)
        except ConnectionError:
            return b""
        if not byte:
            return b""
        line += byte
    return line


def send_as_far_as_it_goes(sock: socket.socket, data: bytes, stalled_seconds: float = STALLED_SECONDS) -> int:
    """Send until the other side breaks off, or takes no more; returns how many bytes it took.

    A connection that was closed with its window shut leaves the sender waiting in vain.
    """
    sock.settimeout(stalled_seconds)
    sent = 0
    try:
        while sent < len(data):
            sent += sock.send(data[sent : sent + 65536])
    except (ConnectionError, TimeoutError):
        pass
    return sent


def register(sock: socket.socket, name: str, port: int = 9) -> None:
    """``USER`` and ``LIST``, until it is answered."""
    sock.sendall(f"USER {name}:{port}\r\nLIST\r\n".encode())
    assert read_line(sock).startswith(b"LIST ")


def address_of(asker: socket.socket, name: str) -> int:
    """The port that the tracker tells for a name."""
    asker.sendall(f"ADDR {name}\r\n".encode())
    return int(read_line(asker).rpartition(b":")[2])


def eventually(condition: Callable[[], bool], what: str) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.02)


def _limited(limits: str, command: list[str]) -> list[str]:
    """Run a command under the shell's ``ulimit``, if there are ``limits``."""
    return ["sh", "-c", f'ulimit {limits} && exec "$@"', "sh", *command] if limits else command


def _environment(home: Path | None) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_OF_THE_USER)}
    # A program whose files may not grow would leave truncated bytecode behind, for everybody after it.
    kept["PYTHONDONTWRITEBYTECODE"] = "1"
    return kept | {"LC_ALL": "C.UTF-8"} | ({"HOME": str(home)} if home is not None else {})
