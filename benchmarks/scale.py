"""The tracker with as many clients as one process can have, and with many callers at once."""

import time
from collections.abc import Callable, Iterator
from typing import Final

from .figures import Effort, Figure, Target, significant
from .load import LIST, Crowd, keep_alive, list_reply_bytes, visit
from .processes import BARE_TRACKER, PROSA_TRACKER, Server, cpu_seconds, raise_descriptor_limit
from .prober import Prober

SUBJECT: Final = "scale"
MOST_CLIENTS: Final = 18_000
LISTED_USERS: Final = 10_000
CONNECTS_PER_SECOND: Final = 2000
STALL_MS: Final = 50.0

_OWN_DESCRIPTORS: Final = 100  # of the load generator, besides those of the clients
_KEEP_SECONDS: Final = 10.0
_VISIT_SECONDS: Final = 5.0
_ASKERS: Final = 4
_FEW_DESCRIPTORS: Final = 256
_TOO_MANY: Final = 300
_AT_LIMIT_SECONDS: Final = 2.0


def run(effort: Effort) -> Iterator[Figure]:
    """Measure idle clients, long lists, many callers, and a tracker without free descriptors."""
    descriptors = raise_descriptor_limit()
    yield _keepalives(effort, min(effort.count(MOST_CLIENTS), descriptors - _OWN_DESCRIPTORS))
    users = min(effort.count(LISTED_USERS, least=_ASKERS), descriptors - _OWN_DESCRIPTORS)
    what = f"slowest answer to another while {_ASKERS} ask for the list of {users:,} all the time"
    yield _stall(what, users, lambda crowd, server: _ask_all_the_time(crowd, server, effort))
    what = f"slowest answer to another when all {users:,} ask for the list at once"
    yield _stall(what, users, _ask_at_once)
    yield _callers(effort)
    yield _at_the_limit()


def _keepalives(effort: Effort, clients: int) -> Figure:
    percent: list[float] = []
    for arguments in (PROSA_TRACKER, BARE_TRACKER):
        with Server(arguments) as server, Crowd(server.port, clients) as crowd:
            cost = keep_alive(crowd, _KEEP_SECONDS * min(1.0, effort.seconds), server.pid)
            percent.append(100 * cost.server_share)
    ours, bare = percent
    return Figure(
        SUBJECT,
        f"{clients:,} registered clients, KEEP every 5 s",
        f"{ours:.1f} % of a core",
        f"{bare:.1f} %",
        bare / ours if ours else None,
        Target(8, at_most=True, unit="%"),
        ours,
    )


# Long lists


def _stall(what: str, users: int, ask: Callable[[Crowd, Server], str]) -> Figure:
    slowest: list[float] = []
    notes: list[str] = []
    for arguments in (PROSA_TRACKER, BARE_TRACKER):
        with (
            Server(arguments) as server,
            Crowd(server.port, users) as crowd,
            Prober(server.port, users) as prober,
        ):
            done = ask(crowd, server)
            median, longest = prober.stop()
            slowest.append(longest)
            notes.append(f"{done}, median {significant(median)} ms")
    ours, bare = slowest
    return Figure(
        SUBJECT,
        what,
        f"{significant(ours)} ms",
        f"{significant(bare)} ms",
        bare / ours,
        Target(STALL_MS, at_most=True, unit="ms"),
        ours,
        f"{notes[0]}; bare {notes[1]}",
    )


def _ask_all_the_time(crowd: Crowd, server: Server, effort: Effort) -> str:
    askers = min(_ASKERS, len(crowd))
    loop = crowd.ask(askers, [LIST] * askers, list_reply_bytes(len(crowd) + 1), 1)
    return f"{loop.run(2 * effort.seconds, server.pid).per_second:,.0f} lists/s"


def _ask_at_once(crowd: Crowd, server: Server) -> str:
    """Let each client ask and read; return the seconds until all have the whole list."""
    reply_bytes = list_reply_bytes(len(crowd) + 1)
    missing = {client.fileno(): reply_bytes for client in crowd.sockets}
    began = time.monotonic()
    for client in crowd.sockets:
        client.send(LIST)
    crowd.read(missing)
    return f"all served in {time.monotonic() - began:.2f} s"


# The door


def _callers(effort: Effort) -> Figure:
    rate = effort.count(CONNECTS_PER_SECOND, least=100)
    with Server(PROSA_TRACKER) as server:
        visits = visit(
            server.port,
            server.pid,
            _VISIT_SECONDS * min(1.0, effort.seconds),
            at_once=rate,
            per_second=rate,
        )
    return Figure(
        SUBJECT,
        f"clients lost of {visits.cost.requests + visits.lost:,} that came, {rate:,} a second",
        str(visits.lost),
        target=Target(0, at_most=True),
        judged=visits.lost,
        note=f"slowest {1000 * visits.slowest_seconds:.0f} ms from connecting to the whole list, "
        f"{100 * visits.cost.server_share:.0f} % of a core",
    )


def _at_the_limit() -> Figure:
    """Measure more callers than descriptors: a line in the log, service for connected clients, no busy waiting."""
    with Server(PROSA_TRACKER, descriptors=_FEW_DESCRIPTORS) as server:
        inside = _FEW_DESCRIPTORS * 9 // 10
        outside = _TOO_MANY - inside
        with (
            Crowd(server.port, inside) as crowd,
            Crowd.waiting(server.port, outside, first=inside) as late,
        ):
            time.sleep(_AT_LIMIT_SECONDS / 4)
            crowd.wait_until_known(0)
            began, cpu = time.monotonic(), cpu_seconds(server.pid)
            time.sleep(_AT_LIMIT_SECONDS)
            share = (cpu_seconds(server.pid) - cpu) / (time.monotonic() - began)
            crowd.wait_until_known(1)
            for client in crowd.sockets[: outside]:
                client.close()
            late.wait_until_known(_TOO_MANY - 1)  # callers that waited are served when others have left
            warnings = [line for line in server.log().splitlines() if " limit " in line]
    return Figure(
        SUBJECT,
        f"log lines that warn of the limit of {_FEW_DESCRIPTORS} descriptors, {_TOO_MANY} callers",
        str(len(warnings)),
        target=Target(1, at_most=False),
        judged=len(warnings),
        note=f"those inside are served, the others when there is room; {100 * share:.1f} % of a core meanwhile",
    )
