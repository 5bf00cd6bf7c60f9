"""A run's plan, made from its seed alone: who is there, and what people, machines and networks do when."""

import random
from dataclasses import dataclass, fields, replace
from typing import Final

from core import Limits
from core.limits import DEFAULT_LIMITS

MEASURES: Final = (20.0, 45.0, 90.0, 150.0)  # seconds from the first action to the last
NAMES: Final = ("Ana", "Bia", "Caio", "Davi", "Eva", "Lia", "Zé", "Ana Júlia", "Ø", "名")
RESERVED_DESCRIPTORS: Final = 32
"""Kept for the tracker and the user's own dials (§4.1)."""
FEW_CALLERS: Final = 10
STORM_PAUSE_SECONDS: Final = 65.0
SMALL_LIMITS: Final = (2, 3, 10, 100, 3000)

# What may happen, and how often compared with the others.
TALK: Final = {
    "say": 50,
    "chat": 16,
    "call": 2,
    "end": 5,
    "refresh": 3,
    "say_long": 2,
    "say_rows": 2,
    "say_reserved": 6,
    "say_behind_space": 4,
}
TROUBLE: Final = {
    "leave": 3,
    "start": 12,
    "kill": 3,
    "power_off": 2,
    "power_on": 6,
    "freeze": 3,
    "thaw": 5,
    "kill_tracker": 1,
    "power_off_tracker": 1,
    "start_tracker": 6,
    "freeze_tracker": 1,
    "thaw_tracker": 4,
    "part": 3,
    "heal": 5,
    "swallow": 2,
    "reset": 2,
    "jump": 1,
    "jump_tracker": 1,
    "rename": 1,
    "clash": 1,
    "reconnect": 1,
    "flood": 1,
    "cross": 3,
    "wild": 4,
    "hostile_caller": 3,
    "hostile_client": 2,
    "visit": 2,
    "burst": 1,
    "garble": 1,
    "silent_crowd": 1,
    "rename_storm": 1,
    "pile_up": 1,
    "block_one_way": 2,
    "block_some": 2,
    "fail_accept": 2,
    "fail_dial": 2,
    "fail_send": 2,
}
CALM: Final = (
    "leave", "start", "cross", "wild", "rename", "flood", "hostile_caller", "hostile_client", "burst", "visit",
)  # fmt: skip

@dataclass(frozen=True, slots=True)
class Action:
    """One thing that happens; the numbers choose whom and what it happens to, whoever is there by then."""

    at: float
    verb: str
    a: int
    b: int
    x: float

    def __str__(self) -> str:
        return f"{self.at:9.3f} {self.verb}({self.a}, {self.b}, {self.x:.3f})"


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a peer is, and under which name it starts."""

    name: str
    machine: int
    """0 is the tracker's own."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a seed decides before the run."""

    seed: int
    seats: tuple[Seat, ...]
    actions: tuple[Action, ...]
    edition_2026: bool
    limits: Limits
    counts_work: bool
    """Whether programs take time for what they do; it makes a run half as fast."""
    descriptors: int | None
    """How many sockets a client may have open; None for any number."""
    most_log_lines: tuple[int, int]
    """Of one kind in ten seconds, of a connection and in all, in the tracker's log."""


def draw_limits(chance: random.Random) -> Limits:
    """Limits as they are, or some of them so small that every run reaches them."""
    if chance.random() < 0.5:
        return DEFAULT_LIMITS
    smaller: dict[str, int] = {}
    for field in fields(Limits):
        if chance.random() < 0.4:
            smaller[field.name] = min(getattr(DEFAULT_LIMITS, field.name), chance.choice(SMALL_LIMITS))
    return replace(DEFAULT_LIMITS, **smaller)


def make_plan(seed: int) -> Plan:
    """The plan of a seed."""
    chance = random.Random(f"plan {seed}")
    people = chance.randint(2, 7)
    seats = []
    for index in range(people):
        machine = index + 1
        if chance.random() < 0.15:
            machine = 0
        elif chance.random() < 0.1:
            machine = chance.randint(1, people)
        seats.append(Seat(NAMES[index], machine))
    kinds = dict(TALK)
    mood = chance.random()
    if mood < 0.85:  # otherwise a calm run, in which nothing may be lost
        share = chance.choice((0.2, 1.0, 2.0))
        kinds |= {verb: round(weight * share * 10) for verb, weight in TROUBLE.items() if chance.random() < 0.7}
        kinds |= {verb: weight * 10 for verb, weight in TALK.items()}
    else:
        kinds |= {verb: 1 for verb in CALM}
    verbs, weights = list(kinds), list(kinds.values())
    length = chance.choice(MEASURES)
    pause = chance.choice((0.1, 0.5, 2.0))
    at = chance.uniform(0.0, 4.0)
    actions: list[Action] = []
    while at < length and len(actions) < 250:
        verb = chance.choices(verbs, weights)[0]
        actions.append(Action(at, verb, chance.randrange(1000), chance.randrange(1000), chance.random()))
        at += chance.expovariate(1 / pause) if chance.random() < 0.8 else 0.0
    edition_2026 = chance.random() < 0.3
    rest = random.Random(f"limits {seed}")
    limits = draw_limits(rest)
    counts_work = rest.random() < 0.25
    descriptors = rest.choice((None, None, None, RESERVED_DESCRIPTORS + 2, 64))
    if descriptors is not None:
        callers = min(limits.max_peer_connections, descriptors - RESERVED_DESCRIPTORS)
        if descriptors < 64 or rest.random() < 0.5:  # else they run out before there are too many callers
            limits = replace(limits, max_peer_connections=callers)
    most_log_lines = rest.choice(((20, 1000), (3, 10), (2, 30)))
    again = random.Random(f"call back {seed}")
    for at in (again.uniform(0.0, length) for _ in range(again.choice((0, 4, 20)))):
        actions.append(Action(at, "call_back", again.randrange(1000), again.randrange(1000), again.random()))
    strange = random.Random(f"strange {seed}")
    for verb, share in (("disguise", 0.2), ("deaf", 0.2), ("visit_fickle", 0.1 if "visit" in verbs else 0.0)):
        if strange.random() < share:
            actions.append(Action(strange.uniform(0.0, length), verb, strange.randrange(1000), strange.randrange(1000), strange.random()))
    if strange.random() < 0.2:
        actions.append(Action(strange.uniform(0.0, length), "chatter", strange.randrange(1000), 0, strange.random()))
    can_visit, can_rename = "visit" in verbs, "rename" in verbs
    shares = {"probe": 0.5, "visit_chatty": 0.2 * can_visit, "drip": 0.1, "impostors": 0.2, "snatch": 0.15 * can_rename, "swap": 0.15 * can_rename}
    for verb, share in shares.items():
        for _ in range(3 if verb == "probe" else 1):
            if strange.random() < share:
                actions.append(Action(strange.uniform(0.0, length), verb, strange.randrange(1000), strange.randrange(1000), strange.random()))
    if limits.max_peer_connections <= FEW_CALLERS and strange.random() < 0.2:  # three storms, with a calm minute between them, and with two
        storm = Action(strange.uniform(0.0, length), "burst", strange.randrange(1000), 0, strange.random())
        actions += [storm, replace(storm, at=storm.at + STORM_PAUSE_SECONDS), replace(storm, at=storm.at + 3 * STORM_PAUSE_SECONDS)]
    actions.sort(key=lambda action: action.at)
    return Plan(seed, tuple(seats), tuple(actions), edition_2026, limits, counts_work, descriptors, most_log_lines)
