"""How the costs of the tracker grow with the number of users: docs/scale.md."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from .figures import Effort, Figure, significant
from .load import (
    KEEP,
    LIST,
    Cost,
    Crowd,
    Stopwatch,
    address_reply,
    address_request,
    list_reply_bytes,
    resident_kib,
    visit,
)
from .processes import BARE_TRACKER, PROSA_TRACKER, Server, raise_descriptor_limit

SUBJECT: Final = "growth"
USERS: Final = (1000, 4000, 16_000)

_ASKERS: Final = 100
_LISTERS: Final = 4
_OWN_DESCRIPTORS: Final = 100

Costs = dict[str, float]


def run(effort: Effort) -> Iterator[Figure]:
    """Measure every cost at three sizes, with the exponent that fits best."""
    most = raise_descriptor_limit() - _OWN_DESCRIPTORS
    sizes = [min(effort.count(users, least=(index + 1) * _ASKERS), most) for index, users in enumerate(USERS)]
    ours = [_measure(PROSA_TRACKER, users, effort) for users in sizes]
    bare = [_measure(BARE_TRACKER, users, effort) for users in sizes]
    for what in ours[0]:
        exponent = _exponent(sizes, [costs[what] for costs in ours])
        yield Figure(
            SUBJECT,
            f"{what}, with {' / '.join(f'{users:,}' for users in sizes)} users",
            _row(ours, what),
            _row(bare, what),
            note=f"grows as n^{exponent:.2f}; bare n^{_exponent(sizes, [costs[what] for costs in bare]):.2f}",
        )


def _row(costs: Sequence[Mapping[str, float]], what: str) -> str:
    return " / ".join(significant(each[what]) for each in costs)


def _exponent(sizes: Sequence[int], values: Sequence[float]) -> float:
    """Return the slope of the line through the logarithms: 0 if the cost does not grow, 1 if it grows in proportion."""
    xs = [math.log(size) for size in sizes]
    ys = [math.log(max(value, 1e-9)) for value in values]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)


def _measure(arguments: Sequence[str], users: int, effort: Effort) -> Costs:
    costs: Costs = {}
    with Server(arguments) as server:
        empty_kib = resident_kib(server.pid)
        watch = Stopwatch(server.pid)
        with Crowd(server.port, users) as crowd:
            costs["µs to register a client"] = watch.stop(users).microseconds
            costs["KiB of memory for a client"] = (resident_kib(server.pid) - empty_kib) / users
            costs["µs for an ADDR"] = _addresses(crowd, server, effort).microseconds
            costs["µs for a KEEP"] = _keeps(crowd, server).microseconds
            loop = crowd.ask(_LISTERS, [LIST] * _LISTERS, list_reply_bytes(users), 1)
            costs["µs for a LIST"] = loop.run(effort.seconds, server.pid).microseconds
            visits = visit(server.port, server.pid, effort.seconds, at_once=8)
            costs["µs for a client that comes, lists and goes"] = visits.cost.microseconds
        costs["bytes in a LIST"] = list_reply_bytes(users)
    return costs


def _addresses(crowd: Crowd, server: Server, effort: Effort) -> Cost:
    """Let 100 users ask for users all over the list."""
    step = len(crowd) // _ASKERS
    requests = [address_request(number * step) for number in range(_ASKERS)]
    return crowd.ask(_ASKERS, requests, len(address_reply(0)), 1).run(effort.seconds, server.pid)


def _keeps(crowd: Crowd, server: Server) -> Cost:
    """Let each user say it once, as fast as it can be written."""
    watch = Stopwatch(server.pid)
    for client in crowd.sockets:
        client.send(KEEP)
    crowd.wait_until_known(0)
    return watch.stop(len(crowd))
