"""``python3 -m tests.fuzz``: feed many mutated inputs to every machine, or one again."""

import argparse
import sys
import time
import traceback

from .targets import TARGETS, Target


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 -m tests.fuzz", description=__doc__)
    parser.add_argument("--target", choices=[target.name for target in TARGETS], help="only this machine")
    parser.add_argument("--seed", type=int, help="one input again")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first seed of a long run")
    parser.add_argument("--seconds", type=float, default=60.0, help="of CPU, over all machines")
    options = parser.parse_args()
    targets = [target for target in TARGETS if options.target in (None, target.name)]
    if options.seed is not None:
        return sum(_try(target, options.seed) is None for target in targets)
    return sum(fuzz(target, options.first, options.seconds / len(targets)) for target in targets)


def fuzz(target: Target, first: int, seconds: float) -> int:
    """Feed inputs for so many seconds of CPU; returns how many failed."""
    until = time.process_time() + seconds
    seed, size_bytes, failures = first, 0, 0
    while time.process_time() < until and failures < 5:
        size = _try(target, seed)
        failures += size is None
        size_bytes += size or 0
        seed += 1
    print(f"{target.name}: {seed - first} inputs, {size_bytes / 1e6:.1f} MB, {failures} failures", flush=True)
    return failures


def _try(target: Target, seed: int) -> int | None:
    try:
        return target.check(seed)
    except Exception:  # the outermost loop: whatever comes out is a finding
        print(f"again with: python3 -m tests.fuzz --target {target.name!r} --seed {seed}")
        traceback.print_exc()
        return None


if __name__ == "__main__":
    sys.exit(main())
