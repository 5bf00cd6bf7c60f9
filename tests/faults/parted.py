"""Two clients whose network goes away and comes back; run by ``test_partition``.

In a network namespace of its own the loopback interface is the network, and it can be
switched off. Where there is none, the nearest thing: the other side is stopped, so that
its kernel alone answers.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .running import ClientVictim, TrackerVictim

PARTED_SECONDS = 1.0  # shorter than any time limit: nothing may be lost
FLAPS = 3


def main() -> None:
    """Part and heal while they talk; prints JSON."""
    in_namespace = sys.argv[1:] == ["namespace"]
    with tempfile.TemporaryDirectory() as name, TrackerVictim() as tracker:
        ana = ClientVictim("Ana", tracker.port, home=Path(name))
        bia = ClientVictim("Bia", tracker.port, home=Path(name))
        with ana, bia:
            ana.chat_with("Bia")
            part(bia, in_namespace)
            for number in range(3):
                ana.type(f"said while parted {number}")
            time.sleep(PARTED_SECONDS)
            too_early = any("said while parted" in line for line in bia.lines)
            heal(bia, in_namespace)
            bia.wait_for("<Ana> said while parted 2")
            for number in range(FLAPS):
                part(bia, in_namespace)
                ana.type(f"said at flap {number}")
                time.sleep(0.2)
                heal(bia, in_namespace)
                time.sleep(0.2)
            bia.wait_for(f"<Ana> said at flap {FLAPS - 1}")
            bia.says("all heard", heard_by=ana)
            heard = [line.removeprefix("<Ana> ") for line in bia.lines if line.startswith("<Ana> ")]
            errors = [line for line in [*ana.lines, *bia.lines] if line.startswith("!")]
    print(json.dumps({"too_early": too_early, "heard": heard, "errors": errors}))


def part(bia: ClientVictim, in_namespace: bool) -> None:
    """Nothing gets through any more."""
    if in_namespace:
        subprocess.run(["ip", "link", "set", "lo", "down"], check=True)
    else:
        bia.freeze()


def heal(bia: ClientVictim, in_namespace: bool) -> None:
    """Everything gets through again."""
    if in_namespace:
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    else:
        bia.thaw()


if __name__ == "__main__":
    main()
