"""The screen in a real pseudo-terminal: keys while a peer floods, repaints, and the memory of many texts."""

import json
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .chat import ME, PEER
from .figures import Effort, Figure, Target, significant
from .load import HOST, connect
from .processes import PROSA_TRACKER, ROOT, Server, cpu_seconds
from .screen_inside import CONVERSATIONS, REPAINT_COLUMNS, REPAINT_ROWS, TEXTS_EACH
from .terminal import Terminal

SUBJECT: Final = "screen"
FLOOD_LINES: Final = 200_000
REPAINT_TURNS: Final = 300

_INSIDE: Final = ("-m", "benchmarks.screen_inside")
_BARE_CHAT: Final = ("-m", "benchmarks.references.bare_chat")
# In nothing else that is drawn; and where one of them stood, the next is another one.
_KEYS: Final = (b"QXZJWY", b"YWJZXQ")
_CLEAR_INPUT: Final = b"\x15"
_KEY_PAUSE_SECONDS: Final = 0.03
_ECHO_PATIENCE_SECONDS: Final = 10.0
_CALM_SHARE: Final = 0.25  # of a processor; a client that is busy with less has read the flood
_CALM_PROBE_SECONDS: Final = 0.25
_LONGEST_FLOOD_SECONDS: Final = 60.0


def run(effort: Effort) -> Iterator[Figure]:
    """Measure echo and repaints under a flood, the cost of a repaint, the memory of full logs."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report"
        yield from _flood(report, effort)
        yield _repaint(report, effort)
        yield _weight(report, effort)


# Typing while a peer floods


@dataclass(frozen=True, slots=True)
class Typing:
    """Return the milliseconds until each key appeared, and the seconds that the flood took."""

    echoes: list[float]
    seconds: float


def _flood(report: Path, effort: Effort) -> Iterator[Figure]:
    lines = effort.count(FLOOD_LINES)
    with Server(PROSA_TRACKER) as server:
        command = (*_INSIDE, str(report), "count", ME, "--tracker", f"{HOST}:{server.port}", "--no-config")
        with Terminal(command) as terminal:
            terminal.wait_for(b"tracker ok")
            caller = socket.create_connection((HOST, _listening_port(server.port)))
            caller.sendall(f"USER {PEER}\r\n".encode())
            time.sleep(0.5)
            terminal.type(b"\x1b2")  # Alt+2: the conversation is on the screen
            ours = _type_during_flood(terminal, caller, lines)
            terminal.type(_CLEAR_INPUT + b"/exit\r")
            terminal.read_to_end()
    drawn_at: list[float] = json.loads(report.read_text())["drawn_at"]
    with Terminal(_BARE_CHAT) as terminal:
        bare = _type_during_flood(terminal, socket.create_connection((HOST, _titled_port(terminal))), lines)
    slowest = max(ours.echoes)
    yield Figure(
        SUBJECT,
        f"a key's echo while a peer pours {lines:,} lines in, the slowest of {len(ours.echoes)}",
        f"{slowest:.0f} ms",
        f"{max(bare.echoes):.0f} ms",
        max(bare.echoes) / slowest,
        Target(100, at_most=True, unit="ms"),
        slowest,
        f"median {statistics.median(ours.echoes):.0f} ms; {lines / ours.seconds:,.0f} lines/s read, "
        f"bare {lines / bare.seconds:,.0f}",
    )
    most = max(sum(at <= other < at + 1 for other in drawn_at) for at in drawn_at)
    what = "repaints in the busiest second of that"
    yield Figure(SUBJECT, what, str(most), target=Target(60, at_most=True), judged=most)


def _listening_port(tracker_port: int) -> int:
    """Return the port where the client accepts callers, as the tracker says."""
    asker = connect(tracker_port, 0)
    asker.settimeout(_ECHO_PATIENCE_SECONDS)
    with asker:
        asker.sendall(f"USER {PEER}:9999\r\nADDR {ME}\r\n".encode())
        return int(asker.recv(100).rpartition(b":")[2])


def _titled_port(terminal: Terminal) -> int:
    seen = b""
    while (found := re.search(rb"\x1b\]2;(\d+)\a", seen)) is None:
        data = terminal.read(_ECHO_PATIENCE_SECONDS)
        if not data:
            raise RuntimeError(f"no port on the terminal, but {seen!r}")
        seen += data
    return int(found[1])


def _type_during_flood(terminal: Terminal, caller: socket.socket, lines: int) -> Typing:
    flood = b"".join(b"line %06d of a great many\r\n" % number for number in range(lines))
    flooder = threading.Thread(target=caller.sendall, args=(flood,))
    began = time.monotonic()
    probe_began, probe_cpu = began, cpu_seconds(terminal.process.pid)
    flooder.start()
    echoes: list[float] = []
    while (now := time.monotonic()) < began + _LONGEST_FLOOD_SECONDS:
        word, place = divmod(len(echoes), len(_KEYS[0]))
        key = _KEYS[word % len(_KEYS)][place : place + 1]
        if place == 0:
            terminal.type(_CLEAR_INPUT)
        terminal.type(key)
        echoes.append(1000 * (_drawn_at(terminal, key) - now))
        _keep_reading(terminal, _KEY_PAUSE_SECONDS)
        if now - probe_began >= _CALM_PROBE_SECONDS:
            cpu = cpu_seconds(terminal.process.pid)
            if not flooder.is_alive() and (cpu - probe_cpu) / (now - probe_began) < _CALM_SHARE:
                break
            probe_began, probe_cpu = now, cpu
    else:
        raise RuntimeError("the flood does not end")
    flooder.join()
    caller.close()
    return Typing(echoes, now - began)


def _drawn_at(terminal: Terminal, sign: bytes) -> float:
    until = time.monotonic() + _ECHO_PATIENCE_SECONDS
    while (now := time.monotonic()) < until:
        if sign in terminal.read(until - now):
            return time.monotonic()
    raise RuntimeError("a key has no echo")


def _keep_reading(terminal: Terminal, seconds: float) -> None:
    until = time.monotonic() + seconds
    while (now := time.monotonic()) < until:
        terminal.read(until - now)


# What runs inside


def _repaint(report: Path, effort: Effort) -> Figure:
    arguments = (*_INSIDE, str(report), "repaint", str(effort.count(REPAINT_TURNS, least=5)))
    with Terminal(arguments, rows=REPAINT_ROWS, columns=REPAINT_COLUMNS) as terminal:
        terminal.read_to_end()
    found: dict[str, float] = json.loads(report.read_text())
    return Figure(
        SUBJECT,
        f"processor time of a repaint after one new line at {REPAINT_COLUMNS}x{REPAINT_ROWS}",
        f"{significant(found['ours_ms'])} ms",
        f"{significant(found['bare_ms'])} ms",
        found["bare_ms"] / found["ours_ms"],
        Target(5, at_most=True, unit="ms"),
        found["ours_ms"],
    )


def _weight(report: Path, effort: Effort) -> Figure:
    _run_inside((str(report), "memory", str(effort.share)))
    found: dict[str, float] = json.loads(report.read_text())
    return Figure(
        SUBJECT,
        f"memory with {CONVERSATIONS} conversations of {round(TEXTS_EACH * effort.share):,} texts",
        f"{found['mib']:.0f} MiB",
        f"{found['bare_mib']:.0f} MiB",
        found["bare_mib"] / found["mib"],
        Target(150, at_most=True, unit="MB"),
        found["mib"] * 2**20 / 1e6,
        f"{found['before_mib']:.0f} MiB without any; bare: the strings alone",
    )


def _run_inside(arguments: Sequence[str]) -> None:
    subprocess.run([sys.executable, *_INSIDE, *arguments], cwd=ROOT, check=True)
