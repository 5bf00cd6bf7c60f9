"""The tracker as it is, ``python3 -m tracker_cli``, against two others, over loopback."""

import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from .figures import Effort, Figure, Target, median_ratio, significant
from .load import (
    KEEP,
    LIST,
    Cost,
    Crowd,
    address_reply,
    address_request,
    keep_alive,
    list_reply_bytes,
    resident_kib,
    visit,
)
from .processes import ASYNCIO_TRACKER, BARE_TRACKER, PROSA_TRACKER, Server, raise_descriptor_limit

SUBJECT: Final = "tracker"
PROSA, BARE, ASYNCIO = "Prosa", "bare", "asyncio"
SERVERS: Final = {PROSA: PROSA_TRACKER, BARE: BARE_TRACKER, ASYNCIO: ASYNCIO_TRACKER}
KEEP_SECONDS: Final = 10.0  # two rounds of keepalives

_BUSY: Final = 0.9
_BATCH: Final = 100

Scenario = Callable[[Server, Effort], Cost]


@dataclass(frozen=True, slots=True)
class Row:
    """One scenario, with the target for our speed in terms of the bare loop."""

    what: str
    scenario: Scenario
    at_least: float


def ask_addresses(clients: int, outstanding: int) -> Scenario:
    """``ADDR``, each client for another one, with some of them unanswered."""

    def run(server: Server, effort: Effort) -> Cost:
        count = effort.count(clients, least=2)
        with Crowd(server.port, count) as crowd:
            requests = [address_request((number * 7919 + 1) % count) for number in range(count)]
            loop = crowd.ask(count, requests, len(address_reply(0)), outstanding)
            return loop.run(effort.seconds, server.pid)

    return run


def pipeline(clients: int) -> Scenario:
    """Batches of ``ADDR`` and ``KEEP``; the next one when the last is answered."""

    def run(server: Server, effort: Effort) -> Cost:
        count = effort.count(clients, least=2)
        with Crowd(server.port, count) as crowd:
            batch = b"".join(address_request(number % count) + KEEP for number in range(_BATCH // 2))
            loop = crowd.ask(count, [batch] * count, _BATCH // 2 * len(address_reply(0)), 1)
            cost = loop.run(effort.seconds, server.pid)
            return Cost(cost.requests * _BATCH, cost.seconds, cost.server_seconds, cost.load_share)

    return run


def ask_lists(clients: int, askers: int) -> Scenario:
    """``LIST`` by some of many."""

    def run(server: Server, effort: Effort) -> Cost:
        count = effort.count(clients, least=askers)
        with Crowd(server.port, count) as crowd:
            loop = crowd.ask(askers, [LIST] * askers, list_reply_bytes(count), 1)
            return loop.run(effort.seconds, server.pid)

    return run


def come_and_go(server: Server, effort: Effort) -> Cost:
    """Connect, ``USER``, ``LIST``, close; 8 at once, while 100 others are there."""
    with Crowd(server.port, effort.count(100, least=2), first=1000):
        return visit(server.port, server.pid, effort.seconds, at_once=8).cost


ROWS: Final = (
    Row("100 clients, one ADDR outstanding each", ask_addresses(100, 1), 0.93),
    Row("1000 clients, one ADDR each", ask_addresses(1000, 1), 0.93),
    Row("100 clients, 8 outstanding", ask_addresses(100, 8), 0.78),
    Row("pipelined batches, ADDR and KEEP", pipeline(50), 0.50),
    Row("LIST with 1000 users", ask_lists(1000, 10), 0.92),
    Row("LIST with 10,000 users", ask_lists(10_000, 4), 0.95),
    Row("connect, USER, LIST, close", come_and_go, 0.75),
)


def run(effort: Effort) -> Iterator[Figure]:
    """Every scenario of the tracker."""
    raise_descriptor_limit()
    for row in ROWS:
        yield _compare(row, effort)
    yield from _idle_clients(effort)


def _compare(row: Row, effort: Effort) -> Figure:
    costs: dict[str, list[Cost]] = {name: [] for name in SERVERS}
    for number in range(effort.rounds):
        names = list(SERVERS)
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:  # another one is first in each round
            with Server(SERVERS[name]) as server:
                costs[name].append(row.scenario(server, effort))
    by_cpu = median_ratio(_microseconds(costs[BARE]), _microseconds(costs[PROSA]))
    by_rate = median_ratio(_rates(costs[PROSA]), _rates(costs[BARE]))
    asyncio = median_ratio(_microseconds(costs[BARE]), _microseconds(costs[ASYNCIO]))
    load = statistics.median(cost.load_share for cost in costs[PROSA])
    rate = statistics.median(_rates(costs[PROSA]))
    slower = ", the slower side" if load > _BUSY else ""
    return Figure(
        SUBJECT,
        row.what,
        f"{significant(statistics.median(_microseconds(costs[PROSA])))} µs",
        f"{significant(statistics.median(_microseconds(costs[BARE])))} µs",
        by_cpu,
        Target(row.at_least, at_most=False),
        by_cpu,
        f"{rate:,.0f}/s, {by_rate:.2f} of bare; asyncio {asyncio:.2f}; load {load:.0%} busy{slower}",
    )


def _microseconds(costs: list[Cost]) -> list[float]:
    return [cost.microseconds for cost in costs]


def _rates(costs: list[Cost]) -> list[float]:
    return [cost.per_second for cost in costs]


def _idle_clients(effort: Effort) -> Iterator[Figure]:
    """What 10,000 clients cost that say nothing but ``KEEP``."""
    count = effort.count(10_000)
    kib: dict[str, float] = {}
    percent: dict[str, float] = {}
    for name, arguments in SERVERS.items():
        with Server(arguments) as server:
            before = resident_kib(server.pid)
            with Crowd(server.port, count) as crowd:
                cost = keep_alive(crowd, KEEP_SECONDS * min(1.0, effort.seconds), server.pid)
                percent[name] = 100 * cost.server_share
                kib[name] = (resident_kib(server.pid) - before) / count
    yield Figure(
        SUBJECT,
        f"memory per idle client, {count:,} of them",
        f"{kib[PROSA]:.2f} KiB",
        f"{kib[BARE]:.2f} KiB",
        _quotient(kib[BARE], kib[PROSA]),
        Target(1.2, at_most=True, unit="KiB"),
        kib[PROSA],
        f"asyncio {kib[ASYNCIO]:.2f} KiB",
    )
    yield Figure(
        SUBJECT,
        f"{count:,} idle clients and their KEEPs",
        f"{percent[PROSA]:.1f} % of a core",
        f"{percent[BARE]:.1f} %",
        _quotient(percent[BARE], percent[PROSA]),
        Target(4.5, at_most=True, unit="%"),
        percent[PROSA],
        f"asyncio {percent[ASYNCIO]:.1f} %",
    )


def _quotient(a: float, b: float) -> float | None:
    return a / b if b else None
