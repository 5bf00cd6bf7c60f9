"""Programs in processes of their own, as users run them; every wait has an end."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

ROOT: Final = Path(__file__).parent.parent
PATIENCE_SECONDS: Final = 20.0
"""Only guards against hanging; nothing that works takes near as long."""


class Program:
    """A running program; its output is gathered, line by line, as it comes."""

    def __init__(
        self,
        *command: str | Path,
        cwd: Path = ROOT,
        env: Mapping[str, str] | None = None,
        pass_fds: tuple[int, ...] = (),
    ) -> None:
        self.lines: list[str] = []
        self._output_has_ended = False
        self._changed = threading.Condition()
        self._process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**(os.environ if env is None else env), "PYTHONIOENCODING": "utf-8"},
            pass_fds=pass_fds,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave nothing behind, whatever state it is in."""
        self._process.kill()
        self._process.wait(PATIENCE_SECONDS)
        self._reader.join(PATIENCE_SECONDS)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()

    def wait_for(self, *fragments: str) -> str:
        """Wait until a line with all the fragments has come; returns it."""

        def found() -> list[str]:
            return [line for line in self.lines if all(fragment in line for fragment in fragments)]

        if not self.wait_until(lambda: bool(found())):
            raise AssertionError(f"no line with {fragments} in {self.lines}")
        return found()[0]

    def wait_until(self, condition: Callable[[], bool]) -> bool:
        """Wait until something is so, looking at each line of output; False when the time is up."""
        with self._changed:
            return self._changed.wait_for(condition, PATIENCE_SECONDS)

    def type(self, line: str) -> None:
        """Give it a line of input."""
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def end_input(self) -> None:
        """Let it meet the end of its input."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    def interrupt(self) -> None:
        """Ctrl+C."""
        self._process.send_signal(signal.SIGINT)

    def wait_for_end(self) -> int:
        """Wait until it has ended and all its output is here; returns its exit code."""
        if not self.wait_until(lambda: self._output_has_ended):
            raise AssertionError(f"still running after {self.lines}")
        return self._process.wait(PATIENCE_SECONDS)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._changed:
                self.lines.append(line.rstrip("\n"))
                self._changed.notify_all()
        with self._changed:
            self._output_has_ended = True
            self._changed.notify_all()
