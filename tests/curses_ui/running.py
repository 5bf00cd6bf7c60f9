"""The real client in a process of its own, without a screen: lines in, lines out."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

ROOT: Final = Path(__file__).parents[2]
GUARD_SECONDS: Final = 30.0  # only so that a broken program cannot hang the tests

_OF_THE_USER: Final = ("LC_", "LANG", "XDG_", "NO_COLOR", "TERM", "HOME", "PYTHON")


def environment(home: Path | None, **values: str) -> dict[str, str]:
    """What this process inherited, but as of a user who has set nothing else than ``values``."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_OF_THE_USER)}
    if home is not None:
        kept["HOME"] = str(home)
    return kept | {"LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"} | values


def run(
    *arguments: str, env: Mapping[str, str], typed: str = "", code: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run the client to its end.

    Args:
        arguments: Of the command line.
        env: See ``environment``.
        typed: Its whole input.
        code: Run before the client begins, to make it fail.
    """
    start = f"import sys; sys.argv[0] = 'prosa'; {code}\nfrom curses_ui.__main__ import main; main()"
    return subprocess.run(
        [sys.executable, "-c", start, *arguments],
        cwd=ROOT,
        env=dict(env),
        input=typed,
        capture_output=True,
        encoding="utf-8",
        timeout=GUARD_SECONDS,
        check=False,
    )


class RunningClient:
    """Starts on entering, and is ended on leaving if it has not ended itself."""

    def __init__(self, *arguments: str, env: Mapping[str, str], stderr: int = subprocess.PIPE) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "curses_ui", "--plain", *arguments],
            cwd=ROOT,
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            encoding="utf-8",
            bufsize=1,
        )
        self._guard = threading.Timer(GUARD_SECONDS, self.process.kill)
        self._guard.start()
        self.lines: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.communicate()
        self._guard.cancel()

    def type(self, *rows: str) -> None:
        """Enter some rows."""
        assert self.process.stdin is not None
        for row in rows:
            self.process.stdin.write(row + "\n")
        self.process.stdin.flush()

    def line(self, pattern: str) -> re.Match[str]:
        """Read the output until a line matches; fails when the output ends first."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            found = re.search(pattern, line)
            if found is not None:
                return found
        raise AssertionError(f"no line like {pattern!r} in {self.lines}")

    def end(self, number: signal.Signals | None = None) -> tuple[int, str]:
        """Close the input, or send a signal; the exit code and what stood on standard error."""
        if number is not None:
            self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=GUARD_SECONDS)
        return self.process.returncode, errors


def hosting(name: str, *arguments: str, env: Mapping[str, str]) -> tuple[RunningClient, str]:
    """A client that runs a tracker on a free port, and the tracker's address."""
    with contextlib.ExitStack() as stack:
        client = stack.enter_context(RunningClient(name, "--host", "127.0.0.1:0", *arguments, env=env))
        tracker = client.line(r"--tracker (127\.0\.0\.1:\d+)")[1]
        stack.pop_all()  # from here on it is the caller's
    return client, tracker
