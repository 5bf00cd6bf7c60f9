"""``python3 -m tests.fuzz``: feed many mutated inputs to every machine, have crowds use them, and fill queues; or one again."""

import argparse
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from typing import Final

from .crowd import CROWDS, Crowd
from .queues import QUEUES, Queue
from .targets import TARGETS, Target

_MOST_FAILURES: Final = 5


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 -m tests.fuzz", description=__doc__)
    parser.add_argument("--target", choices=[machine.name for machine in (*TARGETS, *CROWDS, *QUEUES)], help="only this machine")
    parser.add_argument("--seed", type=int, help="one input again")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first seed of a long run")
    parser.add_argument("--count", action="store_true", help="compare counted work, not time: the same on every machine")
    parser.add_argument("--seconds", type=float, default=60.0, help="of CPU, over all machines")
    options = parser.parse_args()
    targets = [target for target in TARGETS if options.target in (None, target.name)]
    crowds = [crowd for crowd in (*CROWDS, *QUEUES) if options.target in (None, crowd.name)]
    if options.seed is not None:
        again: list[tuple[str, Sequence[Callable[[int], object]]]] = [(target.name, (target.check, target.weigh_by_steps, target.weigh_by_time)) for target in targets]
        again += [(crowd.name, (crowd.check,)) for crowd in crowds]
        return sum(not _is_clean(name, options.seed, checks) for name, checks in again)
    seconds = options.seconds / (len(targets) + len(crowds))
    failures = sum(fuzz(target, options.first, seconds, counts=options.count) for target in targets)
    return failures + sum(meet(crowd, options.first, seconds) for crowd in crowds)


def fuzz(target: Target, first: int, seconds: float, *, counts: bool) -> int:
    """Feed inputs for this many seconds of CPU; returns how many failed.

    Args:
        target: The machine.
        first: The first seed.
        seconds: A third of them go to compare how much work the inputs are.
        counts: Whether that is counted work instead of time.
    """
    weigh = target.weigh_by_steps if counts else target.weigh_by_time
    until = time.process_time() + seconds
    fed = weighed = failures = 0
    weighing_seconds = 0.0
    while (now := time.process_time()) < until and failures < _MOST_FAILURES:
        if target.shapes and weighing_seconds < (seconds - (until - now)) / 3:
            failures += not _is_clean(target.name, first + weighed, (weigh,))
            weighing_seconds += time.process_time() - now
            weighed += 1
        else:
            failures += not _is_clean(target.name, first + fed, (target.check,))
            fed += 1
    print(f"{target.name}: {fed} inputs fed, {weighed} weighed, {failures} failures", flush=True)
    return failures


def meet(crowd: Crowd | Queue, first: int, seconds: float) -> int:
    """Carry scripts out for this many seconds of CPU; returns how many failed."""
    until = time.process_time() + seconds
    met = failures = 0
    while time.process_time() < until and failures < _MOST_FAILURES:
        failures += not _is_clean(crowd.name, first + met, (crowd.check,))
        met += 1
    print(f"{crowd.name}: {met} scripts, {failures} failures", flush=True)
    return failures


def _is_clean(name: str, seed: int, checks: Sequence[Callable[[int], object]]) -> bool:
    try:
        for check in checks:
            check(seed)
    except Exception:  # the outermost loop: whatever comes out is a finding
        print(f"again with: python3 -m tests.fuzz --target {name!r} --seed {seed}")
        traceback.print_exc()
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
