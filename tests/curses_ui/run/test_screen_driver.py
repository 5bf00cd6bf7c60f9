"""The program on a screen, in a pseudo-terminal: what a person types, sees, and gets back."""

import os
import re
import signal
import time
from pathlib import Path

import pytest

from curses_ui.client import FRAME_SECONDS
from curses_ui.run.start import escape_seconds
from curses_ui.terminal.keys import ESCAPE_SECONDS

from ..pseudo_terminal import Terminal, client
from ..wire_peer import WirePeer


def tracker_of(terminal: Terminal) -> tuple[str, int]:
    """Wait until a client that brings its own tracker is registered; where that tracker is."""
    terminal.wait_for("Registered at", "Active (besides you)")
    found = re.search(r"(?:prosa|curses_ui) --tracker ([\d.]+):(\d+)", terminal.vt.text())
    assert found is not None
    return found[1], int(found[2])


def test_two_people_find_each_other_and_chat() -> None:
    with client("Ana") as ana:
        host, port = tracker_of(ana)
        with client("Bruno", "--tracker", f"{host}:{port}", rows=10, columns=40) as bruno:
            bruno.wait_for("Active (besides you): Ana")
            ana.enter("/chat Bruno")
            ana.enter("Oi! 日本 👍 é")
            ana.wait_for("Connected to Bruno.", "Oi! 日本 👍 é", "Bruno>")
            bruno.wait_for("*2:")
            bruno.send("\x1ba")
            bruno.wait_for("Ana: Oi! 日本 👍 é")
            bruno.enter("Tudo bem?")
            ana.wait_for("Bruno  Tudo bem?")
            bruno.enter("/exit")
            assert bruno.wait_exit() == 0
            bruno.check_given_back()
        ana.wait_for("closed (said")
        ana.enter("/list")
        ana.wait_for("nobody else is here")  # else it asks, since Ana hosts the tracker
        ana.send("\x03")
        ana.wait_for("Press Ctrl+C again")
        ana.send("\x03")
        assert ana.wait_exit() == 0
        ana.check_given_back()
        assert ana.error_output() == ""


def test_a_resize_is_followed_without_a_key_and_a_storm_of_them_is_survived() -> None:
    with client("Ana") as ana:
        ana.wait_for("Registered at", "PEOPLE")
        ana.send("draft")
        for rows, columns in [(10, 40), (1, 1), (3, 20), (100, 300), (2, 11), (24, 80)] * 3:
            ana.resize(rows, columns)
        ana.resize(12, 70)
        ana.wait_for("PEOPLE", "> draft")
        ana.resize(10, 40)
        ana.wait_for("tracker ok", "> draft")
        assert len(ana.vt.text().split("\n")) == 10
        ana.enter("")
        ana.enter("/exit")


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (2, 5), (100, 300)])
def test_it_starts_at_any_size(rows: int, columns: int) -> None:
    with client("Ana", rows=rows, columns=columns) as ana:
        ana.wait_until(lambda: 2004 in ana.vt.private_modes, "the screen")
        ana.enter("/exit")
        assert ana.wait_exit() == 0
        ana.check_given_back()


def test_a_paste_is_asked_about_and_an_unfinished_one_freezes_nothing() -> None:
    with client("Ana") as ana, WirePeer(tracker_of(ana), "Bruno", "Ana") as bruno:
        ana.wait_for("*2:")
        ana.send("\x1b2")
        ana.wait_for("Bruno>")
        ana.send("\x1b[200~one\r\ntwo\x1b[31m\rthree\x1b[201~\r")
        ana.wait_for("Paste 3 lines to Bruno? (y)es (n)o (e)dit")
        ana.send("y")
        assert [bruno.hear() for _ in range(3)] == ["one", "two[31m", "three"]
        ana.send("\x1b[200~never ended")
        ana.wait_for("Bruno> never ended")
        ana.send("!")
        ana.wait_for("Bruno> never ended!")


def test_what_a_peer_sends_cannot_act_on_the_terminal() -> None:
    with client("Ana") as ana, WirePeer(tracker_of(ana), "Bruno", "Ana") as bruno:
        ana.wait_for("*2:")
        ana.send("\x1b2")
        bruno.say("\x1b]0;owned\a\x1b[2J\x1b[31m\x9b5n\x00\x7f")
        bruno.say("\u202e\u2028\U000e0041\ufeff|")
        ana.wait_for("␛]0;owned␇␛[2J␛[31m[U+009B]5n␀␡", "[U+202E]␤[U+E0041]·|")
        assert "owned" not in "".join(ana.vt.titles + ana.vt.notices)


def test_typing_is_seen_while_a_peer_pours_lines_in() -> None:
    with client("Ana") as ana, WirePeer(tracker_of(ana), "Bruno", "Ana") as bruno:
        ana.wait_for("*2:")
        ana.send("\x1b2")
        ana.wait_for("Bruno>")
        bruno.socket.setblocking(False)
        flood = b"flood flood flood\r\n" * 3000
        typed = ""
        for letter in "typing":
            for _ in range(5):
                try:
                    bruno.socket.send(flood)
                except BlockingIOError:
                    pass
                ana.read(0)
            ana.send(letter)
            typed += letter
            ana.wait_for(f"Bruno> {typed}")
        ana.wait_for("messages from Bruno hidden")


def test_unusual_bytes_from_the_keyboard_do_no_harm() -> None:
    with client("Ana") as ana:
        ana.wait_for("Registered at")
        ana.send(b"a\xff\xc3(\x1b[999~\x1b[<0;1;1M\x13\x11\x00b")
        ana.wait_for("> a(b")
        ana.send("\xe9\x7f\x7f!")
        ana.wait_for("> a(!")


def test_the_title_and_the_bell_tell_of_unread_texts() -> None:
    with client("Ana") as ana, WirePeer(tracker_of(ana), "Bruno", "Ana") as bruno:
        ana.wait_for("*2:")
        bruno.say("oi")
        ana.wait_for("*2:Bruno(1)")
        ana.wait_until(lambda: ana.vt.titles[-1:] == ["(1) prosa"], "the title")
        assert ana.vt.bells >= 1
        ana.send("\x1b2")
        ana.wait_until(lambda: ana.vt.titles[-1:] == ["prosa"], "the title")
        ana.enter("/exit")
        ana.send("y")  # Bruno uses its tracker
        assert bruno.hear() == "DISC"
        bruno.socket.close()
        ana.wait_exit()
        assert ana.output.index(b"\x1b[22;2t") < ana.output.index(b"\x1b]2;") < ana.output.index(b"\x1b[23;2t")


# Ways out


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_it_with_a_farewell_and_the_terminal_given_back(number: signal.Signals) -> None:
    with client("Ana") as ana, WirePeer(tracker_of(ana), "Bruno", "Ana") as bruno:
        ana.wait_for("*2:")
        ana.process.send_signal(number)
        assert bruno.hear() == "DISC"
        bruno.socket.close()
        assert ana.wait_exit() == -number
        ana.check_given_back()


@pytest.mark.parametrize("how", ["key", "signal"])
def test_it_stops_with_the_terminal_given_back_and_goes_on_where_it_was(how: str) -> None:
    with client("Ana") as ana:
        ana.wait_for("Registered at")
        ana.send("draft")
        ana.wait_for("> draft")
        if how == "key":
            ana.send("\x1a")
        else:
            ana.process.send_signal(signal.SIGTSTP)
        ana.wait_stopped()
        ana.check_given_back()
        ana.vt.resize(10, 40)
        ana.resize(10, 40)
        titles = len(ana.vt.titles)
        ana.process.send_signal(signal.SIGCONT)
        ana.wait_for("> draft", "tracker")
        ana.wait_until(lambda: len(ana.vt.titles) > titles and ana.vt.titles[-1] == "prosa", "the title")
        assert {2004, 1004} <= ana.vt.private_modes
        ana.send("\x03")
        ana.wait_gone("draft")
        ana.enter("/exit")
        assert ana.wait_exit() == 0
        ana.check_given_back()


@pytest.mark.parametrize("shows_errors", [False, True])
def test_a_terminal_that_is_closed_loses_no_history_and_friends_are_told_goodbye(
    tmp_path: Path, shows_errors: bool
) -> None:
    """Writing even nothing to a standard error that went with the window was taken for a crash."""
    config = tmp_path / "config.ini"
    config.write_text("[prosa]\nhistory_file = on\n")
    arguments = ["-m", "curses_ui", "Ana", "--config", str(config), "--host", "127.0.0.1:0"]
    environment = {"XDG_STATE_HOME": str(tmp_path)}
    with Terminal(arguments, environment=environment, shows_errors=shows_errors) as ana:
        with WirePeer(tracker_of(ana), "Bruno", "Ana") as bruno:
            ana.enter("/version")
            ana.wait_for("prosa 0")
            ana.hang_up()
            assert bruno.hear() == "DISC"
        assert ana.wait_exit() == -signal.SIGHUP
        assert shows_errors or ana.error_output() == ""
    assert [path.name for path in (tmp_path / "prosa").iterdir()] == ["history"]
    assert (tmp_path / "prosa" / "history").read_text() == "\t/version\n"


@pytest.mark.parametrize("term", ["vt100", "xterm-256color"])
def test_the_row_in_which_the_shell_goes_on_is_clean(term: str) -> None:
    with client("Ana", term=term) as ana:
        ana.wait_for("Registered at")
        ana.send("a draft that stays")
        ana.wait_for("a draft that stays")
        ana.process.send_signal(signal.SIGTERM)
        ana.wait_exit()
        while ana.read(0.05):
            pass
        assert ana.vt.text().split("\n")[-1].strip() == ""


def test_a_terminal_that_is_closed_ends_it_without_spinning(tmp_path: Path) -> None:
    with client("Ana", environment={"XDG_STATE_HOME": str(tmp_path)}) as ana:
        ana.wait_for("Registered at")
        used = sum(os.times()[2:4])
        ana.hang_up()
        assert ana.wait_exit() == -signal.SIGHUP
        assert sum(os.times()[2:4]) - used < 5.0
        assert ana.error_output() == ""
    assert list(tmp_path.iterdir()) == []  # no report of a crash


WITHOUT_STANDARD_ERROR = """
import os, sys
os.close(2)
os.execv(sys.executable, [sys.executable, "-m", "curses_ui", "Ana", "--no-config", "--host", "127.0.0.1:0"])
"""


def test_without_a_standard_error_it_ends_as_with_one(tmp_path: Path) -> None:
    with Terminal(["-c", WITHOUT_STANDARD_ERROR], environment={"XDG_STATE_HOME": str(tmp_path)}) as ana:
        ana.wait_for("Registered at")
        ana.enter("/exit")
        assert ana.wait_exit() == 0
    assert list(tmp_path.iterdir()) == []


DEAF = """
import signal, sys
from curses_ui.run import driving
from curses_ui.__main__ import main

driving.ENDING_SIGNALS = ()
signal.signal(signal.SIGHUP, signal.SIG_IGN)
sys.argv = ["prosa", "Ana", "--no-config", "--host", "127.0.0.1:0"]
main()
"""


def test_a_terminal_that_is_closed_ends_it_even_if_nobody_signals_that(tmp_path: Path) -> None:
    with Terminal(["-c", DEAF], environment={"XDG_STATE_HOME": str(tmp_path)}) as ana:
        ana.wait_for("Registered at")
        ana.hang_up()
        assert ana.wait_exit() == 0
        assert ana.error_output() == ""
    assert list(tmp_path.iterdir()) == []


CRASHING = """
import sys
from curses_ui.view import render
from curses_ui.__main__ import main

draw = render.Renderer.render

def crash(self, state, rows, columns):
    if "boom" in state.here.draft.text:
        raise RuntimeError("the reason")
    return draw(self, state, rows, columns)

render.Renderer.render = crash
sys.argv = ["prosa", "Ana", "--no-config", "--host", "127.0.0.1:0"]
main()
"""


def test_a_crash_gives_the_terminal_back_says_goodbye_and_leaves_a_report(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("state")
    with Terminal(["-c", CRASHING], environment={"XDG_STATE_HOME": str(folder)}) as ana:
        with WirePeer(tracker_of(ana), "Bruno", "Ana") as bruno:
            ana.wait_for("*2:")
            ana.send("boom")
            assert bruno.hear() == "DISC"
        assert ana.wait_exit() == 1
        ana.check_given_back()
        (report,) = (folder / "prosa").glob("crash-*.log")
        assert "RuntimeError: the reason" in report.read_text()
        assert report.stat().st_mode & 0o777 == 0o600
        error = ana.error_output()
        assert error.count("\n") == 1
        assert str(report) in error


STRAY = """
import sys, threading, warnings
from curses_ui.view import render
from curses_ui.__main__ import main

draw = render.Renderer.render

def stray(self, state, rows, columns):
    if state.here.draft.text == "now":
        print("stray print", file=sys.stderr)
        warnings.warn("stray warning")
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
    return draw(self, state, rows, columns)

render.Renderer.render = stray
sys.argv = ["prosa", "Ana", "--no-config", "--host", "127.0.0.1:0"]
main()
"""


def test_what_is_written_to_standard_error_comes_after_the_screen() -> None:
    with Terminal(["-c", STRAY]) as ana:
        ana.wait_for("Registered at")
        ana.send("now")
        ana.wait_for("> now")
        ana.enter("\x15/exit")
        assert ana.wait_exit() == 0
        error = ana.error_output()
        assert "stray print" in error and "stray warning" in error and "ZeroDivisionError" in error


# Odd terminals


@pytest.mark.parametrize("term", ["vt100", "xterm-mono", "linux", "screen-256color"])
def test_poor_terminals_are_drawn_on_without_what_they_lack(term: str) -> None:
    with client("Ana", term=term) as ana:
        ana.wait_until(lambda: b"Registered at" in ana.output, "the screen")
        ana.enter("/exit")
        assert ana.wait_exit() == 0
        if term in ("vt100", "xterm-mono"):
            assert not re.search(rb"\x1b\[[0-9;]*3[0-7]m", ana.output)


@pytest.mark.parametrize(
    ("options", "environment", "coloured"),
    [
        ((), {}, True),
        ((), {"NO_COLOR": ""}, True),
        ((), {"NO_COLOR": "1"}, False),
        (("--color", "never"), {}, False),
        (("--color", "always"), {"NO_COLOR": "1"}, True),
    ],
)
def test_colours_follow_the_option_and_no_color(
    options: tuple[str, ...], environment: dict[str, str], coloured: bool
) -> None:
    with client("Ana", *options, environment=environment) as ana:
        ana.wait_for("Registered at")
        ana.enter("/exit")
        ana.wait_exit()
        assert bool(re.search(rb"\x1b\[[0-9;]*(3[0-7]|38;5;\d+)m", ana.output)) is coloured


@pytest.mark.parametrize("term", ["dumb", "no-such-terminal", ""])
def test_a_terminal_that_cannot_draw_gets_plain_mode_and_one_line(term: str) -> None:
    with client("Ana", term=term) as ana:
        ana.wait_until(lambda: b"* Registered at" in ana.output, "plain mode")
        ana.send("/exit\n")
        assert ana.wait_exit() == 0
        assert b"\x1b" not in ana.output
        assert ana.error_output().count("\n") == 1


@pytest.mark.parametrize("locale", ["C", "POSIX", "pt_BR.UTF-8", "nonsense"])
def test_a_missing_locale_costs_no_accents(locale: str) -> None:
    with client("Ana", "--lang", "en", environment={"LC_ALL": locale}) as ana:
        ana.wait_for("Registered at")
        ana.send("ação 日")
        ana.wait_for("> ação 日")
        ana.enter("\x15/exit")
        assert ana.wait_exit() == 0


# The rest


def test_an_escape_waits_as_long_as_the_environment_says() -> None:
    assert escape_seconds({}) == ESCAPE_SECONDS
    assert escape_seconds({"SSH_CONNECTION": "x"}) == 0.1
    assert escape_seconds({"ESCDELAY": "200", "SSH_CONNECTION": "x"}) == 0.2
    assert escape_seconds({"ESCDELAY": "nonsense"}) == ESCAPE_SECONDS
    assert escape_seconds({"ESCDELAY": "999999999"}) == 2.0


def test_a_lone_escape_is_not_waited_for_long() -> None:
    with client("Ana") as ana:
        ana.wait_for("Registered at")
        ana.send("/chat zz\t")
        ana.wait_for("no match")
        ana.send("\x1b")
        ana.wait_gone("no match")


def test_no_more_than_sixty_frames_a_second_are_drawn() -> None:
    assert FRAME_SECONDS >= 1 / 60
    with client("Ana") as ana, WirePeer(tracker_of(ana), "Bruno", "Ana") as bruno:
        ana.wait_for("*2:")
        ana.send("\x1b2")
        ana.wait_for("Bruno>")
        ana.output.clear()
        began = time.monotonic()
        for number in range(40):
            bruno.say(f"text {number}")
            ana.read(0.005)
        ana.wait_for("text 39")
        frames = ana.output.count(b"\x1b[?25h") + ana.output.count(b"text ")
        assert frames <= 40 + 60 * (time.monotonic() - began)


def test_enter_typed_before_the_screen_is_up_is_enter() -> None:
    """On a slow machine it became a line break in the draft: the terminal made a line end of it."""
    with client("Ana") as ana:
        ana.send("/version\r")
        ana.wait_for("Registered", "(Python ")
        assert ana.vt.text().split("\n")[-1].strip() == ">"
