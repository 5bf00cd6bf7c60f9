"""``python3 -m tests.sim``: replay a seed, or sweep many; see docs/reliability.md."""

import argparse
import gc
import sys
import time
import traceback
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Final

from .run import Figures, Run
from .scenario import Action, Plan, make_plan
from .screens.oracle import EXCEPTIONS
from .screens.plan import make_screen_plan
from .screens.run import ScreenRun
from .shrink import shrink

BENCHED_SEEDS: Final = 500
BENCHED_SCREEN_SEEDS: Final = 100
LEAST_SCREEN_MINUTES_PER_SECOND: Final = 40.0
LEAST_PEER_MINUTES_PER_SECOND: Final = 100.0
"""What a benchmark has to reach, so that 100,000 seeds take an hour and a half."""
_COLLECTED_AFTER: Final = (50_000, 20, 50)
"""Objects, and generations: nearly all that a run makes lives until its end, so that looking for garbage finds none."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 -m tests.sim", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--seed", type=int, help="replay one run")
    what.add_argument("--seeds", metavar="A..B", help="sweep; B is not included")
    what.add_argument("--bench", action="store_true", help="measure simulated peer-minutes a second of CPU")
    parser.add_argument("--steps", type=int, help="only so many of the plan's first actions")
    parser.add_argument("--trace", action="store_true", help="print whatever happens")
    parser.add_argument("--shrink", action="store_true", help="look for a shorter plan that fails the same way")
    parser.add_argument("--screens", action="store_true", help="people with screens; with --trace, every frame is printed")
    parser.add_argument("--record", type=Path, metavar="FOLDER", help="write each screen's recording there (with --screens)")
    parser.add_argument("--keep-going", action="store_true", help="do not stop a sweep at the first failure")
    options = parser.parse_args()
    gc.set_threshold(*_COLLECTED_AFTER)
    if options.screens:
        return _with_screens(options)
    if options.seeds:
        first, last = map(int, options.seeds.split(".."))
        return sweep(range(first, last), keep_going=options.keep_going)
    if options.bench:
        return sweep(range(BENCHED_SEEDS), keep_going=True, least_speed=LEAST_PEER_MINUTES_PER_SECOND)
    plan = make_plan(options.seed)
    if options.steps is not None:
        plan = replace(plan, actions=plan.actions[: options.steps])
    if options.shrink:
        plan = shrink(plan)
        print(f"{len(plan.actions)} actions are left")
    return replay(plan, trace=options.trace)


def _with_screens(options: argparse.Namespace) -> int:
    if options.seeds:
        first, last = map(int, options.seeds.split(".."))
        return sweep_screens(range(first, last), keep_going=options.keep_going)
    if options.bench:
        return sweep_screens(range(BENCHED_SCREEN_SEEDS), keep_going=True, least_speed=LEAST_SCREEN_MINUTES_PER_SECOND)
    plan = make_screen_plan(options.seed)
    if options.steps is not None:
        plan = replace(plan, actions=plan.actions[: options.steps])
    run = ScreenRun(plan, print if options.trace else None, shows_screens=options.trace, record_to=options.record)
    try:
        figures = run.carry_out()
    except Exception:  # the outermost loop: whatever it is, it is the finding
        traceback.print_exc()
        return 1
    print(vars(figures))
    return 0


def sweep_screens(seeds: range, *, keep_going: bool, least_speed: float = 0.0) -> int:
    """Carry out many plans of people with screens; prints what fails, the sums and the exceptions.

    Args:
        least_speed: In peer-minutes a second of CPU; a slower sweep has failed, too.
    """
    failures = texts = frames = 0
    peer_minutes = 0.0
    exceptions: Counter[str] = Counter()
    began = time.process_time()
    for seed in seeds:
        try:
            figures = ScreenRun(make_screen_plan(seed)).carry_out()
        except Exception as error:  # the outermost loop
            failures += 1
            print(f"seed {seed}: {type(error).__name__}: {str(error)[:600]}", flush=True)
            if not keep_going:
                break
        else:
            texts, frames = texts + figures.texts, frames + figures.frames
            peer_minutes += figures.peer_seconds / 60
            exceptions += figures.exceptions
    spent = time.process_time() - began
    speed = peer_minutes / max(spent, 1e-9)
    print(f"{failures} of {len(seeds)} seeds failed; {texts} texts, {frames} frames")
    for name, why in EXCEPTIONS.items():
        print(f"  {name}: {exceptions[name]} texts, {exceptions[name] / max(texts, 1):.2%}: {why}")
    print(f"{peer_minutes:.0f} peer-minutes in {spent:.1f} s of CPU: {speed:.0f} a second")
    return 1 if failures or speed < least_speed else 0


def replay(plan: Plan, *, trace: bool) -> int:
    """Carry one plan out; 1 if an invariant does not hold."""
    run = Run(plan, print if trace else None)
    for seat in plan.seats:
        print(seat)
    try:
        figures = run.carry_out()
    except Exception:  # the outermost loop: whatever it is, it is the finding
        traceback.print_exc()
        return 1
    print({name: round(value, 1) for name, value in vars(figures).items()})
    return 0


def sweep(seeds: range, *, keep_going: bool, least_speed: float = 0.0) -> int:
    """Carry out the plans of many seeds; prints what fails, and the sums.

    Args:
        least_speed: In peer-minutes a second of CPU; a slower sweep has failed, too.
    """
    sums = Figures()
    failures = 0
    began = time.process_time()
    latest_agreement = 0.0
    for seed in seeds:
        try:
            figures = Run(make_plan(seed)).carry_out()
        except Exception as error:  # the outermost loop
            failures += 1
            print(f"seed {seed}: {type(error).__name__}: {str(error)[:600]}", flush=True)
            if not keep_going:
                break
        else:
            for name, value in vars(figures).items():
                setattr(sums, name, getattr(sums, name) + value)
            latest_agreement = max(latest_agreement, figures.lists_agreed_after)
    spent = time.process_time() - began
    print({name: round(value, 1) for name, value in vars(sums).items()})
    print(f"{failures} of {len(seeds)} seeds failed; lists agreed after {latest_agreement:.1f} s at the latest")
    speed = sums.peer_seconds / 60 / max(spent, 1e-9)
    print(f"{sums.peer_seconds / 60:.0f} peer-minutes in {spent:.1f} s of CPU: {speed:.0f} a second")
    return 1 if failures or speed < least_speed else 0


if __name__ == "__main__":
    sys.exit(main())
