"""The tracker and plain mode on systems that lack what Linux has; simulated, because no such system is here."""

import errno
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from io_adapters import Reactor, open_input, signals
from io_adapters import input as input_module
from io_adapters.reactor import READ

from .curses_ui.pseudo_terminal import Terminal
from .lacking import LACKS_ATTRIBUTES
from .programs import PATIENCE_SECONDS, ROOT, Program

SYSTEMS = sorted(LACKS_ATTRIBUTES)
PACKAGES = ("core", "io_adapters", "curses_ui", "tracker_cli")
ASKS_FOR_THE_PLATFORM = "io_adapters/system.py"
TELLS_THE_PLATFORM = "curses_ui/run/crash.py"

each_system = pytest.mark.parametrize("system", SYSTEMS)


def on(system: str, module: str, *arguments: str) -> Program:
    """Run a program as on that system."""
    return Program(sys.executable, "tests/lacking.py", system, module, *arguments)


def tracker_on(system: str) -> Program:
    return on(system, "tracker_cli", "--host", "127.0.0.1", "--port", "0")


def client_on(system: str, name: str, address: str) -> Program:
    options = ("--plain", "--no-config", "--lang", "en", "--tracker", address, "--listen", "127.0.0.1:0")
    return on(system, "curses_ui", name, *options)


@each_system
def test_tracker_and_plain_mode_run_with_python_alone_and_end_at_ctrl_c(system: str) -> None:
    with tracker_on(system) as tracker:
        address = tracker.wait_for("listen").rpartition("=")[2]
        with client_on(system, "Ana", address) as ana, client_on(system, "Bruno", address) as bruno:
            ana.wait_for("Registered")
            bruno.wait_for("Registered")
            bruno.type("/msg Ana DISCO é bom 日本語")
            ana.wait_for("<Bruno> DISCO é bom 日本語")
            bruno.end_input()
            assert bruno.wait_for_end() == 0
            ana.interrupt()
            assert ana.wait_for_end() in (0, -signal.SIGINT)
        tracker.wait_for("Ana")
        tracker.interrupt()
        assert tracker.wait_for_end() == 0
        tracker.wait_for("stop", "SIGINT")
        for program in (tracker, ana, bruno):
            assert not any("Traceback" in line for line in program.lines)


@each_system
def test_the_log_goes_into_a_file(system: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = [sys.executable, "tests/lacking.py", system, "tracker_cli", "--host", "127.0.0.1", "--port", "0"]
    with log.open("wb") as file, subprocess.Popen(
        [*command, "--ready-fd", "1"], cwd=ROOT, stdout=subprocess.PIPE, stderr=file
    ) as tracker:
        assert tracker.stdout is not None and int(tracker.stdout.readline())
        tracker.send_signal(signal.SIGINT)
        assert tracker.wait(PATIENCE_SECONDS) == 0
    assert re.search(r"start version=.*\n.* listen addr=.*\n.* stop signal=.SIGINT.\n$", log.read_text())


def test_without_curses_a_client_says_so_in_one_line_and_goes_on_in_plain_mode() -> None:
    arguments = ["tests/lacking.py", "win32", "curses_ui", "Ana", "--host", "127.0.0.1:0", "--no-config", "--lang", "en"]
    with Terminal(arguments) as terminal:
        terminal.wait_for("Registered")
        terminal.send("/exit\r")
        assert terminal.wait_exit() == 0
        said = terminal.error_output()
    assert said.splitlines() == ["python3 -m curses_ui: no screen on this system, which has no curses: using plain mode"]


def test_one_file_asks_which_system_it_is() -> None:
    asking = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "sys.platform" in path.read_text(encoding="utf-8")
    }
    assert asking == {ASKS_FOR_THE_PLATFORM, TELLS_THE_PLATFORM}


# Piece by piece


def test_signals_are_those_that_the_system_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(signal, "SIGHUP")
    assert signals("SIGTERM", "SIGHUP", "SIGINT") == [signal.SIGTERM, signal.SIGINT]


def test_input_comes_by_a_thread_where_a_selector_takes_sockets_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(input_module, "WATCHES_SOCKETS_ALONE", True)
    reading, writing = os.pipe()
    with Reactor() as reactor:
        source = open_input(reactor, reading)
        came: list[bytes] = []
        source.follow(lambda: came.append(source.read()))
        sent = b"x" * 1_000_000
        writer = threading.Thread(target=write_all, args=(writing, sent))
        writer.start()
        while not came or came[-1]:
            reactor.run_turn(PATIENCE_SECONDS)
        source.rest()
        writer.join()
        assert b"".join(came) == sent
    os.close(reading)


def test_a_signal_is_served_without_a_wake_up_descriptor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(signal, "set_wakeup_fd")
    with Reactor() as reactor:
        caught: list[int] = []
        reactor.add_signal(signal.SIGTERM, lambda: caught.append(1))
        signal.raise_signal(signal.SIGTERM)
        reactor.run_turn(PATIENCE_SECONDS)
        assert caught == [1]


def test_a_selector_that_is_full_refuses_one_more_instead_of_failing_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("io_adapters.reactor.MOST_WATCHED", 2)  # the loop itself has one
    with Reactor() as reactor, socket.socket() as first, socket.socket() as second:
        reactor.register(first.fileno(), READ, Deaf())
        with pytest.raises(OSError) as refused:
            reactor.register(second.fileno(), READ, Deaf())
        assert refused.value.errno == errno.EMFILE


def write_all(fd: int, data: bytes) -> None:
    """Write everything and close."""
    with open(fd, "wb") as file:
        file.write(data)


class Deaf:
    """A handler that does nothing."""

    def on_ready(self, mask: int) -> None: ...
    def on_fault(self, fault: Exception) -> None: ...
