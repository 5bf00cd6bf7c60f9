"""What reaches the terminal: frames drawn by a small program in a pseudo-terminal."""

import re
import signal
import subprocess
import sys

import pytest

from curses_ui.terminal.colours import NAME_COLOURS_8, NAME_COLOURS_256
from curses_ui.terminal.frame import hue_of
from curses_ui.text.characters import new_emoji

from ..pseudo_terminal import Terminal

PROGRAM = """
import os, sys
from curses_ui.text.cells import pad
from curses_ui.terminal.frame import Frame, Span
from curses_ui.terminal.frame import Role, hue_of
from curses_ui.terminal.screen import Screen, can_draw, set_up_locale

assert set_up_locale()
assert can_draw(os.environ)
ROWS, COLUMNS = os.get_terminal_size(1)[::-1]

def frame(*lines, cursor=(0, 0), title="prosa", role=Role.TEXT, hue=0):
    filled = [pad(line, COLUMNS) for line in lines] + [" " * COLUMNS] * (ROWS - len(lines))
    return Frame(tuple((Span(line, role, hue),) for line in filled[:ROWS]), cursor, title)

def wait():
    os.read(0, 100)

screen = Screen(color="auto", environment=os.environ)
with screen:
"""


def drawing(code: str, *, rows: int = 4, columns: int = 20, **environment: str) -> Terminal:
    """Run ``code`` on a screen; ``wait()`` in it waits for a key."""
    indented = "".join(f"    {line}\n" for line in code.strip().split("\n"))
    return Terminal(["-c", PROGRAM + indented], rows=rows, columns=columns, environment=environment)


def test_the_last_cell_of_the_screen_is_drawn() -> None:
    with drawing("screen.draw(frame('1', '2', '3', 'x' * COLUMNS)); wait()") as terminal:
        terminal.wait_for("x" * 20)
        terminal.send("q")
        assert terminal.wait_exit() == 0
        terminal.check_given_back()


@pytest.mark.parametrize(
    "line",
    ["日" * 10, "x" + "日" * 9 + " ", "e\u0301a\u0303\u0301", "👍👩👦 🇧🇷", "שלום العربية", "한국어 ไทย नमस्ते"],
)
def test_what_stands_behind_unusual_characters_stays_in_its_column(line: str) -> None:
    code = f"""
text = pad({line!r}, COLUMNS - 1) + "|"
screen.draw(frame(*[text] * ROWS))
wait()
"""
    with drawing(code, columns=30) as terminal:
        terminal.wait_until(lambda: terminal.vt.text().count("|") == 4, "four rows")
        for row in terminal.vt.cells():
            assert row[29] == "|"
        terminal.send("q")
        assert terminal.wait_exit() == 0


def test_a_character_that_the_library_does_not_know_leaves_nothing_of_the_frame_before() -> None:
    """curses drew a blank of one cell for it, and the second cell kept its old letter."""
    unknown = new_emoji()[-1]
    code = f"""
screen.draw(frame("oi ABCD"))
wait()
screen.draw(frame("oi {unknown}|"))
wait()
"""
    with drawing(code) as terminal:
        terminal.wait_for("oi ABCD")
        terminal.send("1")
        terminal.wait_for("|")
        assert terminal.vt.text().split("\n")[0] == "oi \ufffd |"
        terminal.send("q")
        assert terminal.wait_exit() == 0


def test_only_lines_that_differ_are_drawn_again() -> None:
    code = """
screen.draw(frame("first row", "second row", "third row"))
wait()
screen.draw(frame("first row", "SECOND row", "third row"))
wait()
screen.draw(frame("first row", "SECOND row", "third row"))
wait()
"""
    with drawing(code) as terminal:
        terminal.wait_for("third row")
        terminal.output.clear()
        terminal.send("1")
        terminal.wait_for("SECOND row")
        assert b"first" not in terminal.output and b"third" not in terminal.output
        terminal.output.clear()
        terminal.send("2")
        assert not terminal.read(0.3)
        terminal.send("3")
        assert terminal.wait_exit() == 0


def test_the_cursor_is_placed_and_hidden() -> None:
    code = """
screen.draw(frame("a", cursor=(2, 7)))
wait()
screen.draw(frame("a", cursor=None))
wait()
"""
    with drawing(code) as terminal:
        terminal.wait_until(lambda: (terminal.vt.row, terminal.vt.column) == (2, 7), "the cursor")
        terminal.send("1")
        terminal.wait_until(lambda: 25 not in terminal.vt.private_modes, "no cursor")
        terminal.send("2")
        assert terminal.wait_exit() == 0
        assert 25 in terminal.vt.private_modes


def test_a_frame_larger_than_the_terminal_is_cut() -> None:
    code = """
ROWS, COLUMNS = 9, 50
screen.draw(frame(*["y" * 50] * 9, cursor=(8, 49)))
wait()
"""
    with drawing(code) as terminal:
        terminal.wait_until(lambda: 2004 in terminal.vt.private_modes, "the screen")
        terminal.send("q")
        assert terminal.wait_exit() == 0


@pytest.mark.parametrize(("term", "names"), [("xterm-256color", rb"38;5;(\d+)m"), ("xterm", rb"\[3(\d)m")])
def test_a_name_has_the_colour_of_its_hash(term: str, names: bytes) -> None:
    code = 'screen.draw(frame("Camila", role=Role.NAME, hue=hue_of("Camila"))); wait()'
    with drawing(code, TERM=term) as terminal:
        terminal.wait_for("Camila")
        found = re.search(names, bytes(terminal.output))
        assert found is not None
        hue = hue_of("Camila")
        assert int(found[1]) == (NAME_COLOURS_256[hue % 24] if "256" in term else NAME_COLOURS_8[hue % 3])


def test_titles_go_to_terminals_that_know_them_in_their_own_way() -> None:
    code = 'screen.draw(frame(title="(2) prosa\\x1b]2;x\\x07")); screen.notify("olá\\x07"); wait()'
    with drawing(code) as terminal:
        terminal.wait_until(lambda: bool(terminal.vt.notices), "the notification")
        assert terminal.vt.titles == ["(2) prosa␛]2;x␇"]
        assert terminal.vt.notices == ["olá␇"]
    with drawing(code, TERM="linux") as terminal:
        terminal.wait_until(lambda: b"\x1b[?2004h" in terminal.output, "the screen")
        terminal.send("q")
        terminal.wait_exit()
        assert terminal.vt.titles == terminal.vt.notices == []
    with drawing(code, TERM="screen", STY="1.pts") as terminal:
        terminal.wait_until(lambda: b"\x1bk(2) prosa" in terminal.output, "the title")


def test_leaving_twice_or_without_entering_does_no_harm() -> None:
    with drawing("screen.leave()\nscreen.leave()\nScreen(color='never', environment={}).leave()") as terminal:
        assert terminal.wait_exit() == 0
        terminal.check_given_back()


def test_a_screen_that_was_stopped_by_somebody_else_can_be_drawn_again() -> None:
    code = """
screen.draw(frame("before"))
wait()
screen.resume()
screen.draw(frame("after"))
wait()
"""
    with drawing(code) as terminal:
        terminal.wait_for("before")
        terminal.process.send_signal(signal.SIGSTOP)
        terminal.wait_stopped()
        terminal.process.send_signal(signal.SIGCONT)
        terminal.send("1")
        terminal.wait_for("after")
        terminal.send("2")
        assert terminal.wait_exit() == 0
        terminal.check_given_back()


def test_the_title_is_written_again_after_a_stop_though_it_is_the_same() -> None:
    """The shell has put its own there meanwhile."""
    code = """
screen.draw(frame("before", title="(2) prosa"))
wait()
screen.resume()
screen.draw(frame("after", title="(2) prosa"))
wait()
"""
    with drawing(code) as terminal:
        terminal.wait_for("before")
        terminal.send("1")
        terminal.wait_for("after")
        terminal.send("2")
        assert terminal.wait_exit() == 0
        assert terminal.vt.titles == ["(2) prosa", "(2) prosa"]


def test_an_exception_gives_the_terminal_back() -> None:
    with drawing('screen.draw(frame("x"))\nraise SystemExit(7)') as terminal:
        assert terminal.wait_exit() == 7
        terminal.check_given_back()


def test_the_library_is_asked_which_characters_take_two_cells() -> None:
    draw = 'print(ascii(draws_wide("a日é👍\\u0378")))'
    code = f"from curses_ui.terminal.screen import draws_wide, set_up_locale\nset_up_locale()\n{draw}"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert answer == ascii("日👍") + "\n"
