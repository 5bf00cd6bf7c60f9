"""What may be typed at the tracker's terminal, in the real program at a pseudo-terminal."""

import os
import pty
import re
import select
import signal
import socket
import sys
import termios
from collections.abc import Iterator
from typing import Final, Self

import pytest

from .running import GUARD_SECONDS, ROOT, talk

_COMMAND: Final = (sys.executable, "-m", "tracker_cli", "--host", "127.0.0.1", "--port", "0")


class Terminal:
    """The tracker, started at a terminal of its own."""

    def __init__(self, *arguments: str) -> None:
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.chdir(ROOT)
            os.execv(sys.executable, [*_COMMAND, *arguments])
        self.shown = ""

    def type(self, line: str) -> Self:
        os.write(self._fd, f"{line}\n".encode())
        return self

    def resize(self, rows: int, columns: int) -> None:
        termios.tcsetwinsize(self._fd, (rows, columns))

    def type_end(self) -> None:
        """Press Ctrl+D."""
        os.write(self._fd, b"\x04")

    def line(self, pattern: str) -> re.Match[str]:
        """Read until a line matches, and forget what came before its end."""
        while (found := re.search(pattern, self.shown, re.MULTILINE)) is None:
            assert select.select([self._fd], [], [], GUARD_SECONDS)[0], f"no {pattern!r} in {self.shown!r}"
            self.shown += os.read(self._fd, 65536).decode().replace("\r\n", "\n")
        self.shown = self.shown[found.end() :]
        return found

    def end(self) -> int:
        """Send SIGTERM; returns the exit code."""
        os.kill(self.pid, signal.SIGTERM)
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self._fd)
        return code


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    terminal = Terminal()
    yield terminal
    assert terminal.end() == 0


def join(port: int, name: str) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), GUARD_SECONDS)
    talk(client, f"USER {name}:20000\r\nADDR {name}\r\n".encode(), 22)
    return client


def test_who_sits_at_the_terminal_sends_somebody_away(terminal: Terminal) -> None:
    port = int(terminal.line(r"listen addr=127\.0\.0\.1:(\d+)$")[1])
    terminal.line("^To send somebody away, type help and Enter.$")
    with join(port, "Ana Julia") as ana, join(port, "Bruno") as bruno:
        terminal.type("users").line(r'^online: 2\n  "Ana Julia" 127.0.0.1:20000\n  "Bruno" 127.0.0.1:20000$')
        terminal.type("kick Camila").line(r'^nobody is called "Camila" \(try: users\)$')
        terminal.type("kick Ana Julia").line(r'info kick name="Ana Julia" host=127.0.0.1 conn=1 reason="dismissed"')
        assert ana.recv(1) == b""
        terminal.type("ban 127.0.0.1").line(r'info kick name="Bruno"')
        assert bruno.recv(1) == b""
        with socket.create_connection(("127.0.0.1", port), GUARD_SECONDS) as again:
            assert again.recv(1) == b""
        terminal.line(r'info refuse reason="banned" host=127.0.0.1 conn=3$')
        terminal.type("unban 127.0.0.1").line("^no longer banned: 127.0.0.1$")
    join(port, "Ana Julia").close()


def test_stats_say_who_came_and_went_and_what_was_asked(terminal: Terminal) -> None:
    port = int(terminal.line(r"listen addr=127\.0\.0\.1:(\d+)$")[1])
    terminal.type("stats").line(r"^online: 0 \(0 at most\)$")
    with join(port, "Ana") as ana:
        talk(ana, b"LIST\r\nwhat\r\nLIST\r\n", 14)
        with join(port, "Bruno"):
            pass
        terminal.line("info bye")
        terminal.type("stats").line(
            r"^online: 1 \(2 at most\)\n"
            r"in 0:\d\d:\d\d: 2 registered, 1 departed, 0 refused\n"
            r"asked for: 2 lists, 2 addresses; not understood: 1 lines$"
        )


def test_a_name_may_be_typed_as_users_shows_it_or_in_other_case(terminal: Terminal) -> None:
    """It was shown in quotes, and nobody was called that; some characters can be typed in no other way."""
    port = int(terminal.line(r"listen addr=127\.0\.0\.1:(\d+)$")[1])
    with join(port, "júlia"), join(port, "Ana\u00a0B"), join(port, "ANA"), join(port, "ana"):
        terminal.type("users")
        names = [terminal.line(r'^  (".*") 127')[1] for _ in range(4)]
        assert names == ['"ANA"', '"ana"', r'"Ana\u00a0B"', '"júlia"']
        terminal.type(f"kick {names[2]}").line(r'^sent away: "Ana\\u00a0B"$')
        terminal.type("kick JÚLIA").line('^sent away: "júlia"$')
        terminal.type("kick Ana").line('^nobody is called "Ana"')
        terminal.type("kick ana").line('^sent away: "ana"$')


@pytest.mark.parametrize(
    "typed, answer",
    [
        ("help", r"^users .*\nstats .*\nkick NAME .*\nban ADDRESS .*\nunban ADDRESS .*\nhelp "),
        ("  HELP ", r"^kick NAME "),
        ("kick", r"^kick NAME: the name is missing$"),
        ("ban", r'^"" is not an IP address \(try: users\)$'),
        ("ban Ana", r'^"Ana" is not an IP address \(try: users\)$'),
        ("ban 10.0.0.1", r"^banned: 10.0.0.1 \(0 connections ended\)$"),
        ("unban 10.0.0.1", r'^"10.0.0.1" was not banned$'),
        ("dance \x16\x1b[2J", r'^unknown command: "dance" \(try: help\)$'),
        ("\n\nhelp", r"^kick NAME "),
    ],
)
def test_every_line_gets_an_answer(terminal: Terminal, typed: str, answer: str) -> None:
    terminal.line("^To send somebody away")
    terminal.type(typed).line(answer)


def test_help_breaks_no_word_on_a_narrow_terminal(terminal: Terminal) -> None:
    terminal.line("^To send somebody away")
    terminal.resize(24, 40)
    terminal.type("help").line(
        r"^users          who is online\n"
        r"stats          how many registered and\n"
        r"               departed, and what they\n"
        r"               asked for\n"
    )


def test_the_tracker_serves_on_after_the_end_of_its_input(terminal: Terminal) -> None:
    port = int(terminal.line(r"listen addr=127\.0\.0\.1:(\d+)$")[1])
    terminal.line("^To send somebody away")
    terminal.type_end()
    join(port, "Ana").close()
    terminal.line(r'info bye name="Ana"')


def test_whoever_wants_portuguese_is_answered_so() -> None:
    terminal = Terminal("--lang", "pt", "--port", "0")
    terminal.line("^Tracker em 127.0.0.1:[0-9]+ - para entrar: python3 -m curses_ui --tracker ")
    terminal.line("^Para mandar alguém embora, digite help e Enter.$")
    terminal.type("kick Ana").line('^ninguém se chama "Ana" \\(tente: users\\)$')
    terminal.type("help").line(r"^kick NOME +encerra a conexão")
    assert terminal.end() == 0
