"""What people with screens do in one run, and what happens around them; made from a seed alone."""

import random
from dataclasses import dataclass, replace
from typing import Final

from curses_ui.settings import Settings
from curses_ui.state.limits import CLIENT_LIMITS, ClientLimits

from core import Limits

from ..scenario import Action

NAMES: Final = ("Ana", "Bruno", "Caio Silva", "Zé")
CALM_SECONDS: Final = 8.0
LENGTHS: Final = (20.0, 40.0, 80.0)
SIZES: Final = ((24, 80), (24, 80), (40, 120), (10, 40), (20, 20), (50, 200))

SMALL_LIMITS: Final = {
    "max_strangers": (2, 3),
    "max_window_numbers": (2, 6),
    "flood_texts_per_second": (10, 20),
    "max_folded_texts": (2, 10),
    "max_held_texts": (2, 10),
}

# What people do, and how often compared with the others.
DOINGS: Final = {
    "talk": 60,
    "chat": 22,
    "msg": 8,
    "window": 14,
    "scroll": 6,
    "resize": 4,
    "paste": 4,
    "wrong": 4,
    "ask": 4,
    "odd_key": 6,
    "bye": 2,
    "close": 1,
    "ignore": 0,
    "search": 2,
    "history": 2,
    "long": 1,
    "focus": 2,
    "stranger": 4,
    "flood": 2,
    "click": 2,
    "answer_call": 4,
    "interrupt": 1,
    "recall": 3,
    "complete": 2,
    "rows": 2,
    "suspend": 1,
}
TROUBLE: Final = {
    "leave": 1,
    "end": 1,
    "set_clock": 1,
    "visit": 1,
    "start": 6,
    "kill": 1,
    "kill_tracker": 1,
    "start_tracker": 4,
    "part": 1,
    "heal": 4,
    "reset": 1,
    "swallow": 1,
    "freeze": 1,
    "thaw": 4,
    "fill_disk": 1,
    "empty_disk": 1,
}


@dataclass(frozen=True, slots=True)
class ScreenPlan:
    """All that a seed decides before the run."""

    seed: int
    people: int
    sizes: tuple[tuple[int, int], ...]
    settings: tuple[Settings, ...]
    limits: ClientLimits
    core_limits: Limits
    plain: tuple[bool, ...]
    """Who has no screen."""
    may_run_trackers: bool
    """Whether a client takes over when the tracker is gone."""
    actions: tuple[Action, ...]


def make_screen_plan(seed: int) -> ScreenPlan:
    """The plan of a seed."""
    chance = random.Random(f"screens {seed}")
    people = chance.randint(2, len(NAMES))
    kinds = dict(DOINGS)
    if chance.random() < 0.6:
        kinds |= {verb: weight for verb, weight in TROUBLE.items() if chance.random() < 0.7}
    if chance.random() < 0.05:
        kinds["ignore"] = 2
    verbs, weights = list(kinds), list(kinds.values())
    length = chance.choice(LENGTHS)
    pause = chance.choice((0.1, 0.4, 1.5))
    at = 3.0
    actions: list[Action] = []
    while at < length and len(actions) < 200:
        verb = chance.choices(verbs, weights)[0]
        actions.append(Action(at, verb, chance.randrange(1000), chance.randrange(1000), chance.random()))
        at += chance.expovariate(1 / pause)
    settings = tuple(
        Settings(
            accept="ask" if chance.random() < 0.06 else "auto",
            ascii=chance.random() < 0.1,
            confirm_exit=chance.random() < 0.1,
            mouse=chance.random() < 0.5,
            notify=chance.random() < 0.5,
            bell=chance.random() < 0.8,
        )
        for _ in range(people)
    )
    sizes = tuple(chance.choice(SIZES) for _ in range(people))
    plain = tuple(chance.random() < 0.1 for _ in range(people))
    rest = random.Random(f"rest {seed}")
    small, core_limits = Limits(max_unsent_bytes=rest.choice((300, 1000, 3000))), Limits()
    if rest.random() < 0.2:
        core_limits = small
    for verb, share in (("visit_restless", 0.1), ("pour", 0.2 if any(plain) else 0.0)):
        if rest.random() < share:
            if verb == "pour":  # else what is poured is too little to wait
                core_limits = small
            actions.append(Action(rest.uniform(5.0, length), verb, rest.randrange(1000), rest.randrange(1000), rest.random()))
    actions += _afternoon(seed, verbs, weights, length)
    actions.sort(key=lambda action: action.at)
    return ScreenPlan(seed, people, sizes, settings, draw_client_limits(seed), core_limits, plain, rest.random() < 0.4, tuple(actions))


def _afternoon(seed: int, verbs: list[str], weights: list[int], after: float) -> list[Action]:
    """What the same people go on to do in half of the runs, as slowly as people type: the second use comes minutes later."""
    chance = random.Random(f"afternoon {seed}")
    actions: list[Action] = []
    end = after + chance.choice((0.0, 120.0)) + chance.uniform(0.0, 180.0)
    if end < after + 120.0:
        return actions
    at = after + chance.expovariate(1 / CALM_SECONDS)
    while at < end:
        verb = chance.choices(verbs, weights)[0]
        actions.append(Action(at, verb, chance.randrange(1000), chance.randrange(1000), chance.random()))
        at += chance.expovariate(1 / CALM_SECONDS)
    return actions


def draw_client_limits(seed: int) -> ClientLimits:
    """Limits as they are, or some of them so small that ordinary runs reach them."""
    chance = random.Random(f"client limits {seed}")
    if chance.random() < 0.3:
        return CLIENT_LIMITS
    small = {name: chance.choice(sizes) for name, sizes in SMALL_LIMITS.items() if chance.random() < 0.5}
    if chance.random() < 0.08:  # seldom: what goes explains the absence of texts
        small |= {"max_kept_bytes": chance.choice((5_000, 12_000, 25_000)), "always_kept_entries": chance.choice((2, 10))}
    return replace(CLIENT_LIMITS, **small)
