"""Joins wire files into one chart: who sent what to whom, and what nobody received.

    python3 -m tools.chart FILE...                  as text, for a terminal of 80 columns
    python3 -m tools.chart FILE... -o chart.svg     as a picture

The files are written by ``prosa --wire FILE`` and ``prosa-tracker --wire FILE``, on any number of
machines. Their clocks may differ: by how much is found from the lines that one has sent and another received.
"""

import argparse
import itertools
import sys
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from core.tap import Direction, Ending, Note as Remark, Role, Taken, WireLine
from core.tap import escape as escape_bytes
from io_adapters.wire_files import format_time, read_runs

from .chart_drawing import Arrow, Aside, Chart, Kind, Note, Row, svg_chart, text_chart

TRACKER: Final = "tracker"
SILENCE_SECONDS: Final = 3.0  # of which nothing is drawn but how long they are
_LOOK_AHEAD: Final = 50  # lines in which one that was received is looked for among those sent
_NOTHING: Final = -1  # where the identity of a line stands else
_PRESENCE_SECONDS: Final = 4.0  # a client's LIST so long after the one before it is most likely its own idea
_ENDINGS: Final = {
    Ending.LF: " (LF)",
    Ending.NONE: " (no end)",
    Ending.QUIET: " (no end)",
    Ending.LONG_QUIET: " (no end)",
}


@dataclass(eq=False)
class Run:
    """What one program wrote into its file."""

    label: str
    """For people: the file."""
    lines: list[WireLine]
    links: list["Link"] = field(default_factory=list)
    offset: float = 0.0
    """To be added to its times, in seconds, to have those of the first run."""

    @property
    def owner(self) -> str:
        """The name that its client has used, or ``tracker``."""
        for line in self.lines:
            if line.role in (Role.TRACKER, Role.CALLED) and line.direction is Direction.SENT:
                if line.taken is Taken.USER:
                    return _name_in(line)
        return TRACKER if any(line.role is Role.CLIENT for line in self.lines) else self.label


@dataclass(eq=False)
class Link:
    """One connection as one of its ends saw it."""

    run: Run
    role: Role
    local: str
    remote: str
    lines: list[WireLine] = field(default_factory=list)
    other: "Link | None" = None
    """The same connection as the other end saw it."""
    pairs: list[tuple[WireLine, WireLine]] = field(default_factory=list)
    """Lines that this end sent, with what the other end received."""
    lost: list[WireLine] = field(default_factory=list)
    """Lines that this end sent and the other has not received, though it was watched."""
    strays: list[WireLine] = field(default_factory=list)
    """Lines that this end received and that no file has as sent."""
    own: set[int] = field(default_factory=set)
    """Identities of the lines that a client has most likely said by itself, and of the replies to them."""


def _name_in(line: WireLine) -> str:
    return line.data.decode(errors="replace").removeprefix("USER ").partition(":")[0].strip(" ")


# Joining


def join(runs: Sequence[Run]) -> list[str]:
    """Find which connections are one, and by how much clocks differ; return remarks on the clocks."""
    for run in runs:
        run.links = list(_links_of(run))
        for link in run.links:
            link.own = set(_lines_of_presence(link))
    _find_other_ends([link for run in runs for link in run.links])
    for run in runs:
        for link in run.links:
            _pair_lines(link)
    return _set_clocks(runs)


def _links_of(run: Run) -> Iterator[Link]:
    links: dict[tuple[bool, int], Link] = {}
    for line in run.lines:
        key = (line.role is Role.CLIENT, line.connection)  # a program that holds a tracker has two sets of numbers
        if line.taken in (Taken.CONNECTED, Taken.UNREACHABLE) or key not in links:
            links[key] = Link(run, line.role, line.local, line.remote)
            yield links[key]
        links[key].lines.append(line)


def _lines_of_presence(link: Link) -> Iterator[int]:
    """Each ``KEEP``; and each ``LIST`` a while after the one before it whose reply brings nothing new."""
    if link.role in (Role.CALLED, Role.CALLER):
        return
    asked: WireLine | None = None
    asked_at = float("-inf")
    last_reply: bytes | None = None
    request = Direction.SENT if link.role is Role.TRACKER else Direction.RECEIVED
    for line in link.lines:
        if line.taken is Taken.KEEP:
            yield id(line)
        elif line.taken is Taken.LIST and line.direction is request:
            asked = line if line.wall - asked_at >= _PRESENCE_SECONDS else None
            asked_at = line.wall
        elif line.taken is Taken.LIST:
            if asked is not None and line.data == last_reply:
                yield id(asked)
                yield id(line)
            asked, last_reply = None, line.data


def _find_other_ends(links: Sequence[Link]) -> None:
    """Pair connections by their two addresses; a pair of addresses that is used again, in its order."""
    waiting: dict[tuple[str, str], deque[Link]] = {}
    for link in links:
        if link.local and link.remote:
            waiting.setdefault((link.local, link.remote), deque()).append(link)
    for link in links:
        if link.other is not None:
            continue
        there = waiting.get((link.remote, link.local))
        while there and link.other is None:
            other = there.popleft()
            if other.other is None and other is not link:
                link.other, other.other = other, link


def _pair_lines(link: Link) -> None:
    sent = [line for line in link.lines if _is_said(line) and line.direction is Direction.SENT]
    if link.other is None:
        link.strays = [line for line in link.lines if _is_said(line) and line.direction is Direction.RECEIVED]
        return
    received = [line for line in link.other.lines if _is_said(line) and line.direction is Direction.RECEIVED]
    at = 0
    for line in received:
        ahead = sent[at : at + _LOOK_AHEAD]
        found = next((n for n, one in enumerate(ahead) if one.data == line.data), None)
        if found is None:
            link.other.strays.append(line)
            continue
        link.lost += ahead[:found]
        link.pairs.append((ahead[found], line))
        at += found + 1
    link.lost += sent[at:]


def _is_said(line: WireLine) -> bool:
    return line.ending is not Ending.NOT_A_LINE and line.taken is not Taken.LATE_END


def _set_clocks(runs: Sequence[Run]) -> list[str]:
    """Give each run its offset to the first, by the fastest line in each direction between two of them."""
    fastest: dict[tuple[int, int], float] = {}
    numbers = {id(run): number for number, run in enumerate(runs)}
    for run in runs:
        for link in run.links:
            if link.other is None or link.other.run is run:
                continue
            key = (numbers[id(run)], numbers[id(link.other.run)])
            for sent, received in link.pairs:
                fastest[key] = min(fastest.get(key, float("inf")), received.wall - sent.wall)
    remarks: list[str] = []
    known = {0}
    waiting = deque([0])
    while waiting:
        here = waiting.popleft()
        for there in range(len(runs)):
            way, back = fastest.get((here, there)), fastest.get((there, here))
            if there in known or (way is None and back is None):
                continue
            ahead, doubt = _clock_difference(way, back)
            runs[there].offset = runs[here].offset - ahead
            known.add(there)
            waiting.append(there)
            if abs(runs[there].offset) >= 0.0005:
                remarks.append(_describe_clock(runs[there], runs[0], doubt))
    remarks += [
        f"{runs[number].label}: has no line in common with {runs[0].label}; its clock is taken as it is."
        for number in range(len(runs))
        if number not in known
    ]
    return remarks


def _clock_difference(way: float | None, back: float | None) -> tuple[float, float]:
    """By how many seconds the other clock is ahead, and half of what it may be wrong by."""
    if way is not None and back is not None:
        if way >= 0.0 and back >= 0.0:
            return 0.0, 0.0  # nothing speaks against their being the same
        return (way - back) / 2, (way + back) / 2
    if way is not None:
        return min(way, 0.0), 0.0  # it cannot have been received before it was sent; more is not known
    assert back is not None
    return max(-back, 0.0), 0.0


def _describe_clock(run: Run, first: Run, doubt: float) -> str:
    behind = "behind" if run.offset > 0 else "ahead of"
    within = f" (within {doubt:.3f} s)" if doubt else ""
    return f"{run.label}: its clock is {abs(run.offset):.3f} s {behind} that of {first.label}{within}; corrected."


# Drawing


class _Columns:
    """Who is in the chart, each with a column: the tracker first, then peers as they come."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def of(self, name: str) -> int:
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)


def chart_of(runs: Sequence[Run], *, only: Sequence[str] = ()) -> Chart:
    """Return one chart of all runs.

    Args:
        runs: Of any programs, in any order.
        only: Names of those to draw; empty for all.
    """
    remarks = join(runs)
    columns = _Columns()
    has_tracker = any(line.role in (Role.CLIENT, Role.TRACKER) for run in runs for line in run.lines)
    if has_tracker and (not only or TRACKER in only):
        columns.of(TRACKER)
    ends = {id(link): _ends(link) for run in runs for link in run.links}
    first_seen = sorted(
        ((link.lines[0].wall + link.run.offset, name) for run in runs for link in run.links for name in ends[id(link)]),
    )
    for _, name in first_seen:
        if not only or name in only:
            columns.of(name)
    rows: dict[int, list[Note | Arrow]] = {}
    own: list[Note | Arrow] = []
    lost: list[str] = []
    for run in runs:
        for link in run.links:
            here, there = ends[id(link)]
            if here in columns.names and there in columns.names:
                _draw_link(link, columns, here, there, rows, own, lost)
    ordered = [row for line in _in_order(runs) for row in rows.get(id(line), ())]
    begin = min((line.wall + run.offset for run in runs for line in run.lines), default=0.0)
    return Chart(
        title=f"What went over the wire, {format_time(begin)[:10]} (UTC)",
        columns=columns.names,
        rows=fold(ordered, own, columns.names),
        remarks=[*remarks, *lost],
        format_time=lambda at: format_time(at)[11:-1],
    )


def _in_order(runs: Sequence[Run]) -> Iterator[WireLine]:
    """Yield the lines of all runs: each after those before it in its file, received ones after they were sent."""
    sent_as = {id(received): id(sent) for run in runs for link in run.links for sent, received in link.pairs}
    taken = {_NOTHING}
    heads = [0] * len(runs)

    def time_of(number: int) -> float:
        return runs[number].lines[heads[number]].wall + runs[number].offset

    while left := [number for number, run in enumerate(runs) if heads[number] < len(run.lines)]:
        ready = [n for n in left if sent_as.get(id(runs[n].lines[heads[n]]), _NOTHING) in taken]
        number = min(ready or left, key=time_of)  # none is ready only if lines were paired wrongly
        line = runs[number].lines[heads[number]]
        heads[number] += 1
        taken.add(id(line))
        yield line


def _ends(link: Link) -> tuple[str, str]:
    """The names of this end and of the other."""
    here = TRACKER if link.role is Role.CLIENT else link.run.owner
    if link.role is Role.TRACKER:
        return here, TRACKER
    if link.other is not None and link.role is not Role.CLIENT:
        return here, link.other.run.owner
    named = next((line.name for line in reversed(link.lines) if line.name), "")
    return here, named or link.remote


def _draw_link(
    link: Link,
    columns: _Columns,
    here_name: str,
    there_name: str,
    rows: dict[int, list[Note | Arrow]],
    own: list[Note | Arrow],
    lost: list[str],
) -> None:
    """Add the rows of a connection, as this end saw it, by the identity of the line that they stand for."""
    offset = link.run.offset
    here, there = columns.of(here_name), columns.of(there_name)

    def add(line: WireLine, row: Note | Arrow) -> None:
        rows.setdefault(id(line), []).append(row)
        if id(line) in link.own:
            own.append(row)

    for sent, received in link.pairs:
        add(sent, _arrow(sent, sent.wall + offset, here, there))
        if sent.taken is Taken.TEXT and link.other is not None:
            add(received, Note(received.wall + link.other.run.offset, there, Kind.SHOWN, _shown(received)))
    for line in link.lost:
        add(line, _arrow(line, line.wall + offset, here, there, is_lost=True))
        when = format_time(line.wall + offset)[11:-1]
        lost.append(f"Nobody received: {when} {here_name} to {there_name}: {line.text}")
    for line in link.strays:
        add(line, _arrow(line, line.wall + offset, there, here))
        if line.taken is Taken.TEXT:
            add(line, Note(line.wall + offset, here, Kind.SHOWN, _shown(line)))
    for line in link.lines:
        if _is_said(line) or line.taken is Taken.LATE_END:
            pass
        elif line.direction is not Direction.RECEIVED:
            add(line, Note(line.wall + offset, here, Kind.ACTION, _fact(line, there_name)))
        elif link.other is None:  # else the other end has said so
            add(line, Note(line.wall + offset, there, Kind.ACTION, _fact(line, here_name)))
        if link.other is None and _is_said(line) and line.direction is Direction.SENT:
            add(line, _arrow(line, line.wall + offset, here, there))


def _arrow(line: WireLine, at: float, source: int, target: int, *, is_lost: bool = False) -> Arrow:
    kind = Kind.TYPED if line.taken is Taken.TEXT else Kind.PROTOCOL
    note = " (glued together)" if Remark.GLUED in line.notes else ""
    text = _shown(line) if line.taken is Taken.TEXT else line.text
    return Arrow(at, source, target, kind, text + _ENDINGS.get(line.ending, "") + note, is_lost)


def _shown(line: WireLine) -> str:
    return line.text.removeprefix("\\u2060").removesuffix("\\u2060") if Remark.GUARDED in line.notes else line.text


def _fact(line: WireLine, other: str) -> str:
    """What happened to a connection with somebody, as an action."""
    reason = f": {line.text}" if line.text else ""
    match line.taken:
        case Taken.CONNECTED:
            return f"<accepts {other}>" if line.role in (Role.CLIENT, Role.CALLER) else f"<connects to {other}>"
        case Taken.UNREACHABLE:
            return f"<cannot reach {other}{reason}>"
        case Taken.END_OF_STREAM:
            return f"<ends its stream to {other}>"
        case Taken.LOST:
            return f"<loses {other}{reason}>"
        case Taken.CLOSED:
            return f"<closes {other}{reason}>"
        case _:
            return ""


def fold(rows: Iterable[Note | Arrow], own: Iterable[Note | Arrow], names: Sequence[str]) -> list[Row]:
    """Make one grey row of each stretch of what clients say by themselves, and of silence.

    Args:
        rows: All of them, in order.
        own: Those of them that clients say by themselves.
        names: Of the columns.
    """
    by_itself = {id(row) for row in own}
    drawn: list[Row] = []
    last_at: float | None = None
    for is_own, group in itertools.groupby(rows, key=lambda row: id(row) in by_itself):
        members = list(group)
        if is_own:
            drawn.append(Aside(members[0].at, _told(members, names)))
            last_at = None
            continue
        for row in members:
            if last_at is not None and row.at - last_at > SILENCE_SECONDS:
                drawn.append(Aside(last_at, f"{row.at - last_at:.1f} s of silence"))
            drawn.append(row)
            last_at = row.at
    return drawn


def _told(rows: Sequence[Note | Arrow], names: Sequence[str]) -> str:
    """What each client has said by itself, and how often; without the replies to it."""
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        if isinstance(row, Arrow) and names[row.source] != names[0]:
            counts.setdefault(names[row.source], Counter())[row.text] += 1
    return "; ".join(f"{name}: {', '.join(map(_times, said.items()))}" for name, said in counts.items())


def _times(item: tuple[str, int]) -> str:
    text, count = item
    return f"{text} ×{count}" if count > 1 else text


# The program


def load(paths: Sequence[Path]) -> list[Run]:
    """Read all runs from the files.

    Raises:
        OSError: One cannot be read.
        ValueError: One is no wire file; says which, and where.
    """
    runs: list[Run] = []
    for path in paths:
        with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
            try:
                found = list(read_runs(file))
            except ValueError as error:
                raise ValueError(f"{path}: {error}") from None
        label = escape_bytes(str(path).encode(errors="surrogateescape"))
        runs += [
            Run(label if len(found) == 1 else f"{label} (run {number})", lines)
            for number, lines in enumerate(found, start=1)
        ]
    return runs


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw a chart of the files; return the exit code."""
    parser = argparse.ArgumentParser(prog="python3 -m tools.chart", description="Joins wire files into one chart.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="written with --wire")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE.svg", help="where to draw; by default, text")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="this peer; may be repeated")
    options = parser.parse_args(arguments)
    try:
        chart = chart_of(load(options.files), only=[TRACKER, *options.only] if options.only else ())
        if options.output is None:
            sys.stdout.write(text_chart(chart))
        else:
            options.output.write_text(svg_chart(chart), encoding="utf-8")
    except (OSError, ValueError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
