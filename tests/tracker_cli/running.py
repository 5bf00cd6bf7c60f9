"""The real program in a process of its own, on a port that it chose itself."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

ROOT: Final = Path(__file__).parents[2]
GUARD_SECONDS: Final = 20.0  # only so that a broken program cannot hang the tests


_COMMAND: Final = (sys.executable, "-m", "tracker_cli", "--host", "127.0.0.1", "--port", "0")


class RunningTracker:
    """Starts on entering, and is ended on leaving if it has not ended itself."""

    def __init__(
        self,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        command: Sequence[str] | None = None,
    ) -> None:
        outside = ("JOURNAL_STREAM", "NOTIFY_SOCKET")  # of whatever runs the tests
        inherited = {key: value for key, value in os.environ.items() if key not in outside}
        self.process = subprocess.Popen(
            [*(command or _COMMAND), *arguments],
            cwd=ROOT,
            env={**inherited, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._guard = threading.Timer(GUARD_SECONDS, self.process.kill)
        self._guard.start()
        self._clients: list[socket.socket] = []
        self.lines: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for client in self._clients:
            client.close()
        self.process.kill()
        self.process.communicate()
        self._guard.cancel()

    def line(self, pattern: str) -> re.Match[str]:
        """Read the log until a line matches; fails when the log ends first."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line)
            found = re.search(pattern, line)
            if found is not None:
                return found
        raise AssertionError(f"no line like {pattern!r} in {self.lines}")

    def port(self) -> int:
        """Wait until it listens."""
        return int(self.line(r'listen"?.*addr"?[=:] ?"?127\.0\.0\.1:(\d+)')[1])

    def connect(self, port: int) -> socket.socket:
        client = socket.create_connection(("127.0.0.1", port), GUARD_SECONDS)
        self._clients.append(client)
        return client

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal and wait; returns the exit code and the rest of the log."""
        self.process.send_signal(number)
        _, rest = self.process.communicate()
        return self.process.returncode, rest


def talk(client: socket.socket, requests: bytes, reply_bytes: int) -> bytes:
    """Send requests and read so many bytes of replies."""
    client.sendall(requests)
    received = b""
    while len(received) < reply_bytes:
        more = client.recv(reply_bytes - len(received))
        assert more, f"closed after {received!r}"
        received += more
    return received
