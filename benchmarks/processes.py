"""Programs under measurement: each on a processor of its own, watched through ``/proc``."""

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

ROOT: Final = Path(__file__).parent.parent
PATIENCE_SECONDS: Final = 20.0  # for a program to start or to end

_PROCESSORS: Final = tuple(sorted(os.sched_getaffinity(0)))
_TICKS_PER_SECOND: Final = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")

PROSA_TRACKER: Final = ("-m", "tracker_cli", "--host", "127.0.0.1", "--port", "0", "--ready-fd", "1")
BARE_TRACKER: Final = ("-m", "benchmarks.references.bare_tracker")
ASYNCIO_TRACKER: Final = ("-m", "benchmarks.references.asyncio_tracker")


def cpu_seconds(pid: int) -> float:
    """Return the processor time of a process: exact with one thread, to a tick of 10 ms with more."""
    if len(os.listdir(f"/proc/{pid}/task")) == 1:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_SECOND


def resident_bytes(pid: int) -> int:
    """Return the memory of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_BYTES


def part_processors() -> None:
    """Move this process to the last processor; servers get the first, if there is another."""
    os.sched_setaffinity(0, {_PROCESSORS[-1]})


def raise_descriptor_limit() -> int:
    """Raise the limit of descriptors to what the system allows; return it."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


@dataclass(frozen=True, slots=True)
class Place:
    """An interpreter, and the folder where it finds the programs."""

    python: str
    folder: Path

    def environment(self) -> dict[str, str]:
        """Return the environment for programs there, without settings that change how Python starts."""
        return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


HERE: Final = Place(sys.executable, ROOT)


class Server:
    """A tracker in a process of its own, which prints its port as the first line of its output.

    A context manager: what was started is ended.
    """

    def __init__(self, arguments: Sequence[str], *, descriptors: int | None = None, place: Place = HERE) -> None:
        """Start it.

        Args:
            arguments: For the interpreter.
            descriptors: How many it may have; None for as many as we.
            place: Where it is.
        """
        command = [place.python, *arguments]
        if descriptors is not None:
            command = ["/bin/sh", "-c", f'ulimit -n {descriptors}; exec "$@"', "sh", *command]
        self._log: Final = tempfile.TemporaryFile("w+")
        self._process: Final = subprocess.Popen(
            command,
            cwd=place.folder,
            env=place.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        self.pid: Final = self._process.pid
        os.sched_setaffinity(self.pid, {_PROCESSORS[0]})
        assert self._process.stdout is not None
        port = self._process.stdout.readline()
        if not port:
            self.__exit__()
            raise RuntimeError(f"{' '.join(arguments)} does not start")
        self.port: Final = int(port)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        end(self._process)
        self._log.close()

    def log(self) -> str:
        """Return what it has written to standard error so far."""
        self._log.seek(0)
        return self._log.read()


def end(process: "subprocess.Popen[str]") -> None:
    """End a process: by SIGTERM, and if that takes too long, by SIGKILL."""
    if process.stdout is not None:
        process.stdout.close()
    process.terminate()
    try:
        process.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

