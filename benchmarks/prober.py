"""One client among many, in a process of its own: how long answers take.

usage: python3 -m benchmarks.prober PORT NUMBER      (until its input ends; prints median and slowest)
"""

import select
import statistics
import subprocess
import sys
import time
from typing import Final, Self

from .load import PATIENCE_SECONDS, Crowd, address_reply, address_request
from .processes import ROOT

PAUSE_SECONDS: Final = 0.005


class Prober:
    """Asks for an address every few milliseconds. A context manager; ``stop`` returns the times."""

    def __init__(self, port: int, number: int) -> None:
        """Start it, and register it as the user with this number."""
        command = [sys.executable, "-m", "benchmarks.prober", str(port), str(number)]
        self._process: Final = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self._process.stdout.readline()  # it has begun

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.kill()
        self._process.communicate()

    def stop(self) -> tuple[float, float]:
        """Stop, and return the milliseconds until an answer: the median and the slowest."""
        output, _ = self._process.communicate(timeout=PATIENCE_SECONDS)
        median, slowest = map(float, output.split())
        return median, slowest


def main() -> None:
    """Ask until standard input ends."""
    port, number = int(sys.argv[1]), int(sys.argv[2])
    waited: list[float] = []
    with Crowd(port, 1, first=number) as crowd:
        client = crowd.sockets[0]
        client.settimeout(PATIENCE_SECONDS)
        print("begins", flush=True)
        is_wanted = True
        while is_wanted:
            began = time.monotonic()
            client.sendall(address_request(number))
            left = len(address_reply(number))
            while left:
                left -= len(client.recv(left))
            waited.append(1000 * (time.monotonic() - began))
            is_wanted = not select.select([sys.stdin], [], [], PAUSE_SECONDS)[0]
    print(statistics.median(waited), max(waited))


if __name__ == "__main__":
    main()
