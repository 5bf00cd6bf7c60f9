"""tools/chart.py: wire files of several programs become one chart."""

import dataclasses
import random
import re
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import ChatOpened, Node, NodeLeft, TextReceived, Tracker, TrackerRegistered
from core.tap import Direction, Ending, Note, Role, Taken, WireLine
from curses_ui.text.cells import text_width
from io_adapters import PeerNode, Reactor, TrackerServer, listening_address, open_listener, open_listeners
from io_adapters.wire_files import HEADER, WireLog, format_line, read_runs
from tools.chart import Run, chart_of, load, main
from tools.chart_drawing import Arrow, Aside, Chart, Kind, svg_chart, text_chart
from tools.chart_drawing import Note as Cell

LOOPBACK = "127.0.0.1"
PATIENCE_SECONDS = 20.0


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Wire files of a real run of a tracker and two clients, who chat."""
    folder = tmp_path_factory.mktemp("wire")
    paths = {name: folder / f"{name}.wire" for name in ("tracker", "ana", "bruno")}
    with Reactor() as reactor:
        logs = {name: WireLog(reactor, str(path), on_error=_fail) for name, path in paths.items()}
        tracker = Tracker()
        server = TrackerServer(reactor, tracker, open_listeners([LOOPBACK], 0), watchers=[logs["tracker"]])
        nodes: dict[str, Node] = {}
        adapters: dict[str, PeerNode] = {}
        events: dict[str, list[object]] = {"ana": [], "bruno": []}

        def take_events() -> None:
            for name, node in nodes.items():
                events[name] += node.take_events()

        def wait(condition: Callable[[], bool]) -> None:
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not condition():
                assert time.monotonic() < deadline, "waited too long"
                reactor.run_turn(0.01)

        def wait_for(name: str, kind: type) -> None:
            wait(lambda: any(isinstance(event, kind) for event in events[name]))

        def arrive(name: str) -> None:
            listener = open_listener(LOOPBACK, 0)
            port = listening_address(listener)[1]
            nodes[name] = Node(name.title(), port, now=reactor.time(), random=random.Random(1).random)
            address = server.addresses[0]
            adapters[name] = PeerNode(
                reactor, nodes[name], tracker_address=address, listeners=[listener], wire=logs[name]
            )
            wait_for(name, TrackerRegistered)

        reactor.add_end_of_turn(take_events)
        for log in logs.values():
            reactor.add_end_of_turn(log.end_turn)
        arrive("ana")
        arrive("bruno")
        chat = nodes["bruno"].open_chat("Ana", now=reactor.time())
        nodes["bruno"].say(chat, "DISC <script>alert(1)</script> & \x1b", now=reactor.time())
        adapters["bruno"].pump()
        wait_for("ana", TextReceived)
        (opened,) = [event for event in events["ana"] if isinstance(event, ChatOpened)]
        nodes["ana"].say(opened.conversation, "Oi 😀", now=reactor.time())
        adapters["ana"].pump()
        wait_for("bruno", TextReceived)
        for name in ("bruno", "ana"):
            nodes[name].leave(now=reactor.time())
            adapters[name].pump()
            wait_for(name, NodeLeft)
        wait(lambda: tracker.clients == 0)
        for adapter in adapters.values():
            adapter.close()
        server.close()
        for log in logs.values():
            log.close()
    return paths


def _fail(error: OSError) -> None:
    raise error


def arrows(chart: Chart) -> list[tuple[str, str, str]]:
    return [
        (chart.columns[row.source], row.text, chart.columns[row.target]) for row in chart.rows if isinstance(row, Arrow)
    ]


def test_three_files_of_a_real_run_join_into_one_chart(files: dict[str, Path]) -> None:
    chart = chart_of(load(list(files.values())))
    assert list(chart.columns) == ["tracker", "Ana", "Bruno"]
    said = arrows(chart)
    assert said.index(("Ana", said[0][1], "tracker")) == 0
    asked = said.index(("Bruno", "ADDR Ana", "tracker"))
    answered = next(n for n, (_, text, target) in enumerate(said) if text.startswith("ADDR 127") and target == "Bruno")
    named = said.index(("Bruno", "USER Bruno", "Ana"))
    text = said.index(("Bruno", "DISC <script>alert(1)</script> & \\x1b", "Ana"))
    reply = said.index(("Ana", "Oi 😀", "Bruno"))
    assert asked < answered < named < text < reply
    assert len(set(said[text : text + 2])) == 2, "each line is drawn once, though two files have it"
    assert said[-1] == ("Bruno", "DISC", "Ana")
    shown = [row for row in chart.rows if isinstance(row, Cell) and row.kind is Kind.SHOWN]
    assert [(chart.columns[row.column], row.text) for row in shown] == [
        ("Ana", "DISC <script>alert(1)</script> & \\x1b"),
        ("Bruno", "Oi 😀"),
    ]
    assert not chart.remarks


def test_the_order_of_the_files_does_not_matter(files: dict[str, Path]) -> None:
    one = chart_of(load(list(files.values())))
    other = chart_of(load(list(reversed(files.values()))))
    assert sorted(arrows(one)) == sorted(arrows(other))


@pytest.mark.parametrize("ahead", [-3600.25, -0.5, 0.75, 86_400.0])
def test_a_clock_that_is_wrong_is_found_and_said(files: dict[str, Path], ahead: float) -> None:
    runs = load(list(files.values()))
    right = arrows(chart_of(load(list(files.values()))))
    bruno = runs[2]
    bruno.lines = [dataclasses.replace(line, wall=line.wall + ahead) for line in bruno.lines]
    chart = chart_of(runs)
    assert arrows(chart) == right
    (remark,) = chart.remarks
    where = "ahead of" if ahead > 0 else "behind"
    found = re.search(rf"bruno\.wire: its clock is (\d+\.\d+) s {where} that of .*tracker\.wire", remark)
    assert found is not None
    assert abs(float(found[1]) - abs(ahead)) < 0.25


def test_what_nobody_received_is_marked_and_said(files: dict[str, Path]) -> None:
    runs = load(list(files.values()))
    runs[1].lines = [line for line in runs[1].lines if not line.data.startswith("\u2060DISC".encode())]
    chart = chart_of(runs)
    (lost,) = [row for row in chart.rows if isinstance(row, Arrow) and row.is_lost]
    assert chart.columns[lost.target] == "Ana"
    (remark,) = chart.remarks
    assert re.match(r"Nobody received: \d\d:\d\d:\d\d\.\d{3} Bruno to Ana: \\u2060DISC <script>", remark)
    assert "✗" in text_chart(chart)
    assert "stroke-dasharray" in svg_chart(chart)


def test_one_file_alone_is_a_chart_with_everybody_in_it(files: dict[str, Path]) -> None:
    for name, columns in (
        ("tracker", ["tracker", "Ana", "Bruno"]),
        ("ana", ["tracker", "Ana", "Bruno"]),
        ("bruno", ["tracker", "Bruno", "Ana"]),
    ):
        chart = chart_of(load([files[name]]))
        assert list(chart.columns) == columns
        assert not chart.remarks


def test_only_those_who_are_wanted_are_drawn(files: dict[str, Path]) -> None:
    chart = chart_of(load(list(files.values())), only=["Ana", "Bruno"])
    assert list(chart.columns) == ["Ana", "Bruno"]
    assert ("Bruno", "USER Bruno", "Ana") in arrows(chart)


def test_the_picture_holds_no_script_and_no_link_whatever_the_texts_hold(files: dict[str, Path]) -> None:
    hostile = [b'"><script>x</script>', b"]]>", b"<a href='http://x'/>", b"\x00\xff&amp;", "\u202e\u2028".encode()]
    run = Run("x&<>", [_line(float(number), data=data) for number, data in enumerate(hostile)])
    for chart in (chart_of(load(list(files.values()))), chart_of([run])):
        drawn = svg_chart(chart)
        root = ElementTree.fromstring(drawn)
        for element in root.iter():
            assert element.tag.rpartition("}")[2] in {"svg", "title", "rect", "path", "text"}
            assert not any("href" in key or key.startswith("on") for key in element.attrib)
        assert re.findall(r"[a-z]+://[^\"' ]+", re.sub(r">[^<]*<", "><", drawn)) == ["http://www.w3.org/2000/svg"]


def _line(wall: float, *, taken: Taken = Taken.TEXT, data: bytes = b"Oi", **changes: Any) -> WireLine:
    line = WireLine(
        wall=wall,
        connection=1,
        local="10.0.0.1:1",
        direction=Direction.RECEIVED,
        remote="10.0.0.2:2",
        role=Role.CALLER,
        name="Bruno",
        size_bytes=len(data),
        ending=Ending.CRLF,
        taken=taken,
        data=data,
    )
    return dataclasses.replace(line, **changes)


def test_lines_of_the_text_chart_are_at_most_80_cells_wide(files: dict[str, Path]) -> None:
    wide = Run("x", [_line(float(n), data="漢字😀 é ".encode() * n, name=f"漢{n % 5}") for n in range(30)])
    for chart in (chart_of(load(list(files.values()))), chart_of([wide])):
        lines = text_chart(chart).splitlines()
        assert max(map(text_width, lines)) <= 80
    with pytest.raises(ValueError, match="9 columns do not fit into 80 cells"):
        text_chart(Chart("x", [str(number) for number in range(9)], []))


def test_silence_and_what_a_client_says_by_itself_are_folded() -> None:
    def from_client(wall: float, taken: Taken, data: bytes, direction: Direction = Direction.RECEIVED) -> WireLine:
        return _line(wall, taken=taken, data=data, role=Role.CLIENT, name="Ana", direction=direction)

    lines = [from_client(0.0, Taken.USER, b"USER Ana:1"), from_client(0.1, Taken.LIST, b"LIST")]
    lines += [from_client(0.1, Taken.LIST, b"LIST Bruno", Direction.SENT)]
    for turn in range(1, 4):
        lines.append(from_client(turn * 5.0, Taken.KEEP, b"KEEP"))
        lines.append(from_client(turn * 5.0 + 0.1, Taken.LIST, b"LIST"))
        lines.append(from_client(turn * 5.0 + 0.1, Taken.LIST, b"LIST Bruno", Direction.SENT))
    lines += [from_client(20.1, Taken.LIST, b"LIST"), from_client(20.1, Taken.LIST, b"LIST ", Direction.SENT)]
    lines += [from_client(60.0, Taken.DISC, b"DISC")]
    chart = chart_of([Run("x", lines)])
    assert [row.text for row in chart.rows if isinstance(row, Aside)] == [
        "Ana: KEEP ×3, LIST ×3",
        "39.9 s of silence",
    ]
    assert [text for _, text, _ in arrows(chart)] == ["USER Ana:1", "LIST", "LIST Bruno", "LIST", "LIST ", "DISC"]


def test_endings_and_glue_stand_behind_the_text() -> None:
    lines = [
        _line(0.0, ending=Ending.QUIET),
        _line(1.0, ending=Ending.LF),
        _line(2.0, taken=Taken.NOTHING, data=b"KEEPLIST", notes=(Note.GLUED,), role=Role.CLIENT),
    ]
    assert [text for _, text, _ in arrows(chart_of([Run("x", lines)]))] == [
        "Oi (no end)",
        "Oi (LF)",
        "KEEPLIST (glued together)",
    ]


def test_a_port_that_is_used_again_is_another_connection() -> None:
    def side(number: int, wall: float, direction: Direction, role: Role, local: str, remote: str) -> list[WireLine]:
        def one(at: float, taken: Taken, data: bytes, way: Direction, ending: Ending = Ending.CRLF) -> WireLine:
            return _line(
                at, taken=taken, data=data, connection=number, direction=way, role=role, local=local, remote=remote,
                ending=ending, name="",
            )  # fmt: skip

        return [
            one(wall, Taken.CONNECTED, b"", Direction.NEITHER, Ending.NOT_A_LINE),
            one(wall, Taken.USER, b"USER Ana", direction),
            one(wall, Taken.TEXT, b"%d" % number, direction),
            one(wall, Taken.CLOSED, b"", Direction.NEITHER, Ending.NOT_A_LINE),
        ]

    ana = [line for n in (1, 2) for line in side(n, float(n), Direction.SENT, Role.CALLED, "a:1", "b:2")]
    bruno = [line for n in (1, 2) for line in side(n, float(n), Direction.RECEIVED, Role.CALLER, "b:2", "a:1")]
    chart = chart_of([Run("ana", ana), Run("bruno", bruno)])
    assert [text for _, text, _ in arrows(chart)] == ["USER Ana", "1", "USER Ana", "2"]
    assert not any(row.is_lost for row in chart.rows if isinstance(row, Arrow))


def test_main_draws_text_or_a_picture(
    files: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [str(path) for path in files.values()]
    assert main(names) == 0
    assert "─ USER Bruno ─" in capsys.readouterr().out
    assert main([*names, "-o", str(tmp_path / "chart.svg")]) == 0
    assert (tmp_path / "chart.svg").read_text(encoding="utf-8").startswith("<svg ")


def test_main_says_in_one_line_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    damaged = tmp_path / "damaged"
    damaged.write_text(f"{HEADER}\nx\n{format_line(_line(0.0))}\n")
    for path in (tmp_path / "nowhere", tmp_path, damaged):
        assert main([str(path)]) == 1
        said = capsys.readouterr().err
        assert said.count("\n") == 1 and str(path) in said


def test_an_empty_file_of_the_right_kind_is_an_empty_chart(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.write_text(HEADER + "\n")
    assert list(read_runs(path.read_text().splitlines())) == [[]]
    chart = chart_of(load([path]))
    assert (list(chart.columns), list(chart.rows)) == ([], [])
    text_chart(chart)
    ElementTree.fromstring(svg_chart(chart))
