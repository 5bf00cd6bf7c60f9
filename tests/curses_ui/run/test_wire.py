"""The wire as users get it: ``--wire FILE`` of the whole program, and ``/wire`` with the tracker inside it."""

import socket
import stat
from pathlib import Path

import pytest

from core.tap import Direction, Ending, Role, WireLine
from io_adapters.wire_files import read_runs
from tools.chart import chart_of, load
from tools.chart_drawing import Arrow

from ..running import GUARD_SECONDS, RunningClient, environment, hosting, run


def lines_of(path: Path) -> list[WireLine]:
    with path.open(encoding="utf-8") as file:
        (lines,) = read_runs(file)
    return lines


def said(lines: list[WireLine], role: Role) -> list[tuple[str, str]]:
    return [(line.direction.value, line.text) for line in lines if line.role is role and line.ending is not Ending.NOT_A_LINE]


def test_both_clients_write_what_went_between_them_and_the_tracker_inside_one(tmp_path: Path) -> None:
    files = {name: tmp_path / f"{name}.wire" for name in ("ana", "bruno")}
    ana, tracker = hosting("Ana", "--wire", str(files["ana"]), env=environment(tmp_path))
    bruno = RunningClient("Bruno", "--tracker", tracker, "--wire", str(files["bruno"]), env=environment(tmp_path))
    with ana, bruno:
        bruno.type("/chat Ana", "DISC?")
        ana.line(r"<Bruno> DISC\?")
        bruno.type("/bye", "/exit")
        ana.line(r"said goodbye")
        assert bruno.end() == (0, "")
        ana.type("/exit")
        assert ana.end() == (0, "")
    lines = {name: lines_of(path) for name, path in files.items()}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files.values())
    assert said(lines["ana"], Role.CALLER) == [("<", "USER Bruno"), ("<", "\\u2060DISC?"), ("<", "DISC")]
    assert said(lines["bruno"], Role.CALLED) == [(">", text) for _, text in said(lines["ana"], Role.CALLER)]
    asked = [line.text for line in lines["ana"] if line.role is Role.CLIENT and line.name == "Bruno"]
    assert "ADDR Ana" in asked
    chart = chart_of(load(list(files.values())))
    assert list(chart.columns) == ["tracker", "Ana", "Bruno"]
    drawn = [(row.source, row.text, row.target) for row in chart.rows if isinstance(row, Arrow)]
    assert drawn.count((2, "ADDR Ana", 0)) == 1
    assert (2, "DISC?", 1) in drawn


def test_a_wire_file_that_takes_no_more_is_said_once_and_the_chat_goes_on(tmp_path: Path) -> None:
    ana, tracker = hosting("Ana", "--wire", "/dev/full", env=environment(tmp_path))
    with ana, RunningClient("Bruno", "--tracker", tracker, env=environment(tmp_path)) as bruno:
        bruno.type("/chat Ana", "Oi", "tudo bem?")
        ana.line("<Bruno> tudo bem")
        bruno.type("/exit")
        ana.type("/exit")
        bruno.end()
        assert ana.process.stdout is not None
        output = "".join(ana.lines) + ana.process.stdout.read()
        assert ana.end() == (0, "")
    assert output.count("! Cannot write /dev/full: No space left on device. The wire file ends here.") == 1


@pytest.mark.parametrize("name", ["", "-"])
def test_standard_output_is_no_wire_file_of_a_client(tmp_path: Path, name: str) -> None:
    done = run("Ana", "--wire", name, env=environment(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f'prosa: --wire: "{name}": not a file')


def test_a_wire_file_that_cannot_be_opened_is_exit_2(tmp_path: Path) -> None:
    done = run("Ana", "--plain", "--wire", str(tmp_path), env=environment(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"prosa: cannot use {tmp_path}: Is a directory\n"


def test_a_newcomers_program_is_seen_at_the_tracker_inside_the_program(tmp_path: Path) -> None:
    ana, tracker = hosting("Ana Maria", env=environment(tmp_path))
    with ana:
        ana.line("Registered")
        host, _, port = tracker.rpartition(":")
        with socket.create_connection((host, int(port)), GUARD_SECONDS) as carla:
            carla.sendall(b"USER Carla:22000\r\nKEEPLIST\r\nADDR Ana\r\nLIST\r\n")
            assert carla.recv(100) == b"LIST Ana Maria\r\n"
        ana.type("/wire Carla")
        ana.line(r"T\* 127\.0\.0\.1:\d+ <connection from 127\.0\.0\.1:\d+>$")
        ana.line(r"T< Carla USER Carla:22000  \[CRLF\]$")
        ana.line(r"T< Carla KEEPLIST  \[not understood; instructions run together; CRLF\]$")
        ana.line(r"T< Carla ADDR Ana  \[nobody has this name; was it cut at a space\?; CRLF\]$")
        ana.line(r"T> Carla LIST Ana Maria  \[CRLF\]$")
        ana.line(r"T< Carla <the other side ended its stream>$")
        ana.line(r"T\* Carla <closed>$")
        ana.type("/exit")
        assert ana.end() == (0, "")
    assert not any("Ana Maria:" in line for line in ana.lines if line.startswith("T"))


def test_directions_are_what_the_sockets_did(tmp_path: Path) -> None:
    path = tmp_path / "wire"
    done = run("Ana", "--plain", "--host", "127.0.0.1:0", "--wire", str(path), env=environment(tmp_path), typed="/list\n")
    assert done.returncode == 0
    ours = [line for line in lines_of(path) if line.role is Role.TRACKER and line.direction is Direction.SENT]
    assert [line.text.partition(":")[0] for line in ours[:2]] == ["USER Ana", "LIST"]
    assert all(line.local and line.remote for line in ours)
