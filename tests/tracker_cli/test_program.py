"""The tracker as people and service managers run it: ports, log, signals, exit codes."""

import errno
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest

from io_adapters import ListenError, ListenFault
from tracker_cli.i18n import load_catalogue
from tracker_cli.log_limits import MAX_LINES_OF_CONNECTION
from tracker_cli.program import explain, invitations
from tests.io_adapters.support import unused_port

from .running import GUARD_SECONDS, ROOT, RunningTracker, talk


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The program, when it is expected to end by itself."""
    command = [sys.executable, "-m", "tracker_cli", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=GUARD_SECONDS)


def test_program_serves_clients_and_logs_who_comes_and_goes() -> None:
    with RunningTracker() as tracker:
        port = tracker.port()
        ana, bruno = tracker.connect(port), tracker.connect(port)
        assert talk(ana, b"USER Ana:20000\r\nLIST\r\n", 7) == b"LIST \r\n"
        assert talk(bruno, b"USER Bruno:21500\r\nLIST\r\n", 10) == b"LIST Ana\r\n"
        assert talk(bruno, b"ADDR Ana\r\nKEEP\r\n", 22) == b"ADDR 127.0.0.1:20000\r\n"
        ana.sendall(b"\x1b[2J\r\nDISC\r\n")
        assert ana.recv(1) == b""
        bruno.close()
        tracker.line(r'info bye name="Bruno" host=127.0.0.1 conn=2 reason="end of stream" idle=.*s online=0$')
        code, rest = tracker.end()
        assert code == 0
        log = "".join(tracker.lines) + rest
        assert r'info bad-line line="\x1b[2J" conn=1' in log and "\x1b" not in log
        assert 'info bye name="Ana" host=127.0.0.1 conn=1 reason="disc"' in log
        assert " list " not in log and " addr " not in log and " keep " not in log
        events = [line.split()[2] for line in log.splitlines()]
        assert events == ["start", "listen", "register", "register", "bad-line", "bye", "bye", "stop"]


def test_program_writes_a_limited_number_of_lines_for_a_client_that_renames_itself_all_the_time() -> None:
    with RunningTracker() as tracker:
        client = tracker.connect(tracker.port())
        client.sendall(b"".join(b"USER Ana%d:20000\r\n" % number for number in range(500)) + b"LIST\r\n")
        assert client.recv(7) == b"LIST \r\n"
        code, rest = tracker.end()
        assert code == 0
        lines = [*tracker.lines, *rest.splitlines()]
        assert sum("info register" in line for line in lines) == MAX_LINES_OF_CONNECTION
        assert f"info suppressed kind=register lines={500 - MAX_LINES_OF_CONNECTION}" in lines[-2]
        assert 'info stop signal="SIGTERM"' in lines[-1]


def test_program_tells_a_farewell_an_end_of_stream_and_a_reset_apart() -> None:
    with RunningTracker() as tracker:
        port = tracker.port()
        clients = [tracker.connect(port) for _ in range(3)]
        for number, client in enumerate(clients):
            talk(client, f"USER Ana{number}:20000\r\nADDR Ana{number}\r\n".encode(), 22)
        clients[0].sendall(b"DISC\r\n")
        tracker.line(r'info bye name="Ana0" host=127.0.0.1 conn=\d reason="disc"')
        clients[1].shutdown(socket.SHUT_WR)
        tracker.line(r'info bye name="Ana1" host=127.0.0.1 conn=\d reason="end of stream"')
        clients[2].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        clients[2].close()
        tracker.line(r'info reset name="Ana2" host=127.0.0.1 conn=\d reason="connection lost"')
        assert tracker.end()[0] == 0


def test_program_logs_every_query_when_verbose() -> None:
    with RunningTracker("-v") as tracker:
        ana = tracker.connect(tracker.port())
        talk(ana, b"USER Ana:20000\r\nKEEP\r\nADDR x\r\nLIST\r\n", 7)
        tracker.line(r'debug keep name="Ana" conn=1')
        tracker.line(r'debug addr name="Ana" asked="x" found=no conn=1')
        tracker.line(r'debug list name="Ana" conn=1 online=1')
        tracker.end()


def test_program_says_nothing_of_clients_when_quiet() -> None:
    read_end, write_end = os.pipe()
    with os.fdopen(read_end) as ready:
        process = subprocess.Popen(
            [sys.executable, "-m", "tracker_cli", "-q", "--host", "127.0.0.1", "--port", "0"]
            + ["--ready-fd", str(write_end)],
            cwd=ROOT,
            pass_fds=[write_end],
            stderr=subprocess.PIPE,
            text=True,
        )
        os.close(write_end)
        port = int(ready.read())
    with socket.create_connection(("127.0.0.1", port), GUARD_SECONDS) as ana:
        talk(ana, b"USER Ana:20000\r\nx\r\nLIST\r\n", 7)
    process.terminate()
    assert process.communicate(timeout=GUARD_SECONDS)[1] == ""
    assert process.returncode == 0


def test_program_writes_json_when_told_to() -> None:
    with RunningTracker("--log-format", "json") as tracker:
        talk(tracker.connect(tracker.port()), 'USER "é":20000\r\nLIST\r\n'.encode(), 7)
        code, rest = tracker.end(signal.SIGINT)
        assert code == 0
        events = [json.loads(line) for line in (*tracker.lines, *rest.splitlines())]
        assert [event["event"] for event in events] == ["start", "listen", "register", "stop"]
        assert events[2]["name"] == '"é"' and events[2]["online"] == 1 and events[2]["level"] == "info"
        assert events[3]["signal"] == "SIGINT"


def test_program_leaves_the_time_to_the_journal_and_gives_the_priority() -> None:
    with RunningTracker(environment={"JOURNAL_STREAM": "8:1234"}) as tracker:
        tracker.port()
        code, rest = tracker.end()
        assert code == 0
        assert tracker.lines[1].startswith("<6>info listen addr=127.0.0.1:")
        assert rest == '<6>info stop signal="SIGTERM"\n'


def test_program_tells_the_service_manager(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(GUARD_SECONDS)
        with RunningTracker(environment={"NOTIFY_SOCKET": str(tmp_path / "notify")}) as tracker:
            assert manager.recv(100) == b"READY=1"
            assert tracker.end()[0] == 0
            assert manager.recv(100) == b"STOPPING=1"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_program_closes_everything_and_exits_with_0_on_a_signal(number: signal.Signals) -> None:
    with RunningTracker() as tracker:
        port = tracker.port()
        client = tracker.connect(port)
        talk(client, b"USER Ana:20000\r\nLIST\r\n", 7)
        assert tracker.end(number)[0] == 0
        assert client.recv(1) == b""
        with pytest.raises(ConnectionRefusedError):
            tracker.connect(port)


SLOW_END = """
from io_adapters import line_output
line_output.DRAIN_SECONDS = 60.0
from tracker_cli.__main__ import main
main()
"""


def test_program_ends_at_once_on_a_second_sigint_while_it_waits_for_the_reader_of_its_log() -> None:
    command = [sys.executable, "-c", SLOW_END, "--host", "127.0.0.1", "--port", "0"]
    with RunningTracker(command=command) as tracker:
        port = tracker.port()
        names = [("x" * 60 + f"{number}").encode() for number in range(MAX_LINES_OF_CONNECTION)]
        for _ in range(40):  # more lines than a pipe takes, which nobody reads
            client = tracker.connect(port)
            client.sendall(b"".join(b"USER %s:20000\r\n" % name for name in names) + b"LIST\r\n")
            talk(client, b"", 7)
            client.close()
        tracker.process.send_signal(signal.SIGINT)
        assert wait_until_refused(port)
        tracker.process.send_signal(signal.SIGINT)
        assert tracker.process.wait(GUARD_SECONDS) == -signal.SIGINT


def wait_until_refused(port: int) -> bool:
    """Whether nobody listens any more; waits for it."""
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), GUARD_SECONDS).close()
        except ConnectionError:
            return True


def test_program_logs_the_table_of_users_on_usr1() -> None:
    with RunningTracker() as tracker:
        port = tracker.port()
        for number, name in enumerate(("Ana", "Bruno"), 20000):
            talk(tracker.connect(port), f"USER {name}:{number}\r\nADDR {name}\r\n".encode(), 22)
        tracker.process.send_signal(signal.SIGUSR1)
        tracker.line(r"info table online=2 clients=2$")
        tracker.line(r'info user name="Ana" addr=127.0.0.1:20000 conn=1 idle=\d+\.\ds$')
        tracker.line(r'info user name="Bruno" addr=127.0.0.1:20001 conn=2 idle=\d+\.\ds$')
        assert tracker.end()[0] == 0


def test_program_logs_statistics_when_told_to() -> None:
    with RunningTracker("--stats", "0.1") as tracker:
        port = tracker.port()
        ana = tracker.connect(port)
        talk(ana, b"USER Ana:20000\r\nADDR Ana\r\nADDR Rui\r\nADDR Ana\r\nLIST\r\n", 51)
        tracker.connect(port).sendall(b"USER Eva:21500\r\nUSER Eva2:21500\r\nDISC\r\n")
        tracker.line(
            r"info stats online=1 peak=2 clients=1 registered=2 departed=1 refused=0"
            r" lists=1 addresses=3 bad-lines=0 uptime="
        )
        assert tracker.end()[0] == 0


def test_program_applies_its_limits_and_edition() -> None:
    with RunningTracker("--max-clients", "2", "--max-per-host", "9", "--edition", "2026") as tracker:
        port = tracker.port()
        ana = tracker.connect(port)
        assert talk(ana, b"USER Ana:20000\r\nADDR Ana\r\n", 26) == b"ADDR Ana:127.0.0.1:20000\r\n"
        tracker.connect(port)
        assert tracker.connect(port).recv(1) == b""
        tracker.line(r'info limit reason="too many clients" host=127.0.0.1 conn=3$')
        assert tracker.end()[0] == 0


@pytest.mark.parametrize("verbose", [(), ("-v",)], ids=["from the table", "each request"])
def test_program_hints_once_at_the_other_edition_when_a_client_asks_again_and_again(verbose: tuple[str, ...]) -> None:
    with RunningTracker(*verbose) as tracker:
        port = tracker.port()
        ana, bruno = tracker.connect(port), tracker.connect(port)
        talk(ana, b"USER Ana:20000\r\nADDR Ana\r\nADDR Ana\r\nLIST\r\n", 51)  # twice is no sign
        talk(bruno, b"USER Bruno:21500\r\nLIST\r\n", 10)
        for _ in range(7):
            assert talk(bruno, b"ADDR Ana\r\n", 22) == b"ADDR 127.0.0.1:20000\r\n"
            bruno.sendall(b"KEEP\r\n")
        code, rest = tracker.end()
        assert code == 0
        hints = [line.split(" info ")[1] for line in (*tracker.lines, *rest.splitlines()) if " hint " in line]
        assert hints == [
            'hint name="Bruno" asked="Ana" conn=2'
            ' reason="asked three times in 30 s; this client may expect the other edition, see --edition"'
        ]


def test_program_drops_the_silent_after_three_of_its_keepalives() -> None:
    with RunningTracker("--keepalive", "0.1") as tracker:
        ana = tracker.connect(tracker.port())
        ana.sendall(b"USER Ana:20000\r\n")
        assert ana.recv(1) == b""
        tracker.line(r'info timeout name="Ana" host=127.0.0.1 conn=1 reason="expired" idle=.*s online=0$')
        assert tracker.end()[0] == 0


def test_program_says_first_on_a_terminal_how_to_join() -> None:
    ours, its = os.openpty()
    with os.fdopen(ours, "rb", 0) as terminal:
        command = [sys.executable, "-m", "tracker_cli", "--host", "127.0.0.1", "--port", "0"]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stderr=its)
        os.close(its)
        said = b""
        while said.count(b"\n") < 3:
            said += terminal.read(1000)
        process.terminate()
        assert process.wait(GUARD_SECONDS) == 0
    first, _, listening = said.decode().splitlines()[:3]
    address = listening.rpartition("addr=")[2]
    assert first == f"Tracker on {address} - join with: python3 -m curses_ui --tracker {address}"


def test_who_can_reach_nobody_is_told_so_and_how_to_join_here() -> None:
    assert invitations(["192.0.2.7", "2001:db8::7"], 9000, load_catalogue("en")) == [
        "Tracker on 192.0.2.7:9000 - join with: prosa --tracker 192.0.2.7:9000",
        "Tracker on [2001:db8::7]:9000 - join with: prosa --tracker [2001:db8::7]:9000",
    ]
    assert invitations([], 9000, load_catalogue("en")) == [
        "This machine has no address that others could reach; only its own users can join.",
        "Tracker on 127.0.0.1:9000 - join with: prosa --tracker 127.0.0.1:9000",
    ]


def test_program_writes_what_the_terminal_cannot_show_as_an_escape() -> None:
    with RunningTracker(environment={"PYTHONIOENCODING": "latin-1"}) as tracker:
        talk(tracker.connect(tracker.port()), "USER 美:20000\r\nLIST\r\n".encode(), 7)
        tracker.line(r'register name="\\u7f8e" addr')
        assert tracker.end()[0] == 0


def test_program_writes_what_goes_over_the_wire_to_a_file_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "wire"
    with RunningTracker("--wire", str(file)) as tracker:
        port = tracker.port()
        ana = tracker.connect(port)
        assert talk(ana, b"USER Ana:20000\r\nLIST\n", 7) == b"LIST \r\n"
        ana.sendall(b"KEEPLIST\r\nDISC\r\n")
        assert ana.recv(1) == b""
        bruno = tracker.connect(port)
        bruno.sendall(b"USER Bruno:21500")
        tracker.line("bye")
        while "waits" not in file.read_text():
            time.sleep(0.05)
        local = f"127.0.0.1:{port}"
        remote = "{}:{}".format(*ana.getsockname())
        assert tracker.end()[0] == 0
    assert file.stat().st_mode & 0o777 == 0o600
    rows = [line.split("\t") for line in file.read_text().splitlines()]
    assert rows[0] == ["# prosa wire 1"]
    assert {tuple(row[i] for i in (2, 4, 5)) for row in rows[2:] if row[1] == "1"} == {(local, remote, "client")}
    assert [[row[3], *row[8:]] for row in rows[2:] if row[1] == "1"] == [
        ["*", "-", "connected", ""],
        ["<", "CRLF", "USER", "USER Ana:20000"],
        ["<", "LF", "LIST", "LIST"],
        [">", "CRLF", "LIST", "LIST "],
        ["<", "CRLF", "nothing,glued", "KEEPLIST"],
        ["<", "CRLF", "DISC", "DISC"],
        [">", "-", "end", ""],
        ["*", "-", "closed", "disc"],
    ]
    assert [[row[3], *row[6:]] for row in rows[2:] if row[1] == "2"] == [
        ["*", "", "0", "-", "connected", ""],
        ["<", "", "16", "none", "waits", "USER Bruno:21500"],
        [">", "", "0", "-", "end", ""],
        ["*", "", "8", "-", "closed", "shutdown"],
    ]


def test_program_writes_the_wire_to_standard_output_when_told_to() -> None:
    with RunningTracker("--wire", "-") as tracker:
        talk(tracker.connect(tracker.port()), b"USER Ana:20000\r\nLIST\r\n", 7)
        tracker.line("register")
        tracker.process.terminate()
        output = tracker.process.communicate()[0]
    assert output.startswith("# prosa wire 1\n")
    assert output.count("\tUSER Ana:20000\n") == 1


def test_program_serves_on_when_the_wire_file_takes_no_more_and_says_so_once() -> None:
    with RunningTracker("--wire", "/dev/full") as tracker:
        port = tracker.port()
        for _ in range(3):
            ana = tracker.connect(port)
            assert talk(ana, b"USER Ana:20000\r\nKEEP\r\nLIST\r\n", 7) == b"LIST \r\n"
            ana.close()
            tracker.line("bye")
        code, rest = tracker.end()
    assert code == 0
    log = "".join(tracker.lines) + rest
    assert log.count(f'error wire-file reason="{os.strerror(errno.ENOSPC)}" file="/dev/full"') == 1


def test_program_exits_with_2_when_the_wire_file_cannot_be_opened(tmp_path: Path) -> None:
    ended = run("--port", "0", "--wire", str(tmp_path))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == f"python3 -m tracker_cli: cannot write {str(tmp_path)!a}: {os.strerror(errno.EISDIR)}\n"


def test_program_exits_with_3_and_names_who_holds_the_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        ended = run("--host", "127.0.0.1", "--port", str(port), "--wait", "0")
    assert ended.returncode == 3
    complaint = f"python3 -m tracker_cli: cannot listen on 127.0.0.1:{port}: address in use by "
    assert ended.stderr.startswith(complaint)
    assert ended.stderr.endswith(f" (process {os.getpid()}) (try --port)\n")


def test_program_waits_for_a_port_that_is_held_and_says_so() -> None:
    with socket.create_server(("127.0.0.1", unused_port())) as holder:
        port = holder.getsockname()[1]
        with RunningTracker("--port", str(port), "--wait", "60") as tracker:
            tracker.line(rf"127\.0\.0\.1:{port} is held by .* \(process {os.getpid()}\): waiting up to 60 s for it$")
            holder.close()
            assert tracker.port() == port
            assert tracker.end()[0] == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_wait_for_a_port(number: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        with RunningTracker("--port", str(holder.getsockname()[1]), "--wait", "3600") as tracker:
            tracker.line("waiting up to 3600 s")
            code, rest = tracker.end(number)
    assert (code, rest) == (0, "")


def test_program_gives_up_at_the_end_of_the_wait() -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        ended = run("--host", "127.0.0.1", "--port", str(holder.getsockname()[1]), "--wait", "0.01")
    assert ended.returncode == 3
    waiting, failed = ended.stderr.splitlines()
    assert waiting.endswith("waiting up to 0.01 s for it")
    assert "address in use" in failed


@pytest.mark.parametrize(
    "fault, host, said",
    [
        (
            ListenFault.IN_USE,
            "",
            "cannot listen on 0.0.0.0:10000: address in use (try --port, or: ss -ltnp sport = :10000)",
        ),
        (
            ListenFault.FORBIDDEN,
            "::1",
            "cannot listen on [::1]:10000: permission denied (ports below 1024 are for root; try --port)",
        ),
        (
            ListenFault.NOT_AVAILABLE,
            "192.0.2.1",
            "cannot listen on 192.0.2.1:10000: this machine does not have that address (see: ip address)",
        ),
        (ListenFault.UNKNOWN_HOST, "nowhere", "cannot listen on nowhere:10000: unknown host"),
        (ListenFault.OTHER, "::1", "cannot listen on [::1]:10000: out of luck"),
    ],
)
def test_program_explains_why_it_cannot_listen(fault: ListenFault, host: str, said: str) -> None:
    assert explain(ListenError(fault, host, 10000, "out of luck"), load_catalogue("en")) == said


def test_program_exits_with_2_on_a_bad_argument() -> None:
    ended = run("--port", "x")
    assert ended.returncode == 2
    complaint = '--port: "x": not a port (0-65535)'
    command = "python3 -m tracker_cli"
    assert ended.stderr == f"{command}: {complaint} (try: {command} --help)\n"


def test_program_survives_the_loss_of_whoever_read_its_log() -> None:
    with RunningTracker() as tracker:
        port = tracker.port()
        assert tracker.process.stderr is not None
        tracker.process.stderr.close()
        for _ in range(3):
            ana = tracker.connect(port)
            assert talk(ana, b"USER Ana:20000\r\nLIST\r\n", 7) == b"LIST \r\n"
            ana.sendall(b"DISC\r\n")
            assert ana.recv(1) == b""
        tracker.process.terminate()
        assert tracker.process.wait() == 0


def test_program_serves_on_while_nobody_reads_its_log() -> None:
    """The pipe is full after some hundreds of lines; the tracker must not wait for room in it."""
    with RunningTracker() as tracker:
        ana = tracker.connect(tracker.port())
        for number in range(3000):
            name = f"{number:064}"
            requests = f"USER {name}:20000\r\nLIST\r\n".encode()
            assert talk(ana, requests, 7) == b"LIST \r\n"
        assert tracker.end()[0] == 0
