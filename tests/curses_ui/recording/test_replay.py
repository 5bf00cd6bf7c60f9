"""curses_ui/recording/replay.py: a recorded session is shown again, checked, and printed frame by frame."""

import re
from pathlib import Path

import pytest

from core import VERSION

from curses_ui.recording.recorder import Recorder
from curses_ui.recording.replay import load_session, main
from tools.stage import Stage

from ..pseudo_terminal import Terminal, client
from ..running import environment, run


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short session."""
    path = tmp_path_factory.mktemp("sessions") / "short"
    stage = Stage()
    recorder = Recorder(path)
    ana = stage.add_user("Ana", recorder=recorder)
    ana.resize()
    ana.wait_for("Registered")
    for letter in "oi":
        ana.type(letter)
        stage.run(0.1)
    ana.enter("")
    ana.wait_for("No active P2P connection")
    ana.enter("/exit")
    stage.run(1.0)
    recorder.close()
    return path


def test_a_session_that_is_as_it_was_is_said_so(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(session), "--check"]) == 0
    assert re.fullmatch(r"\d+ frames in \d+\.\d s\n", capsys.readouterr().out)


@pytest.mark.parametrize("number", [1, -1])
def test_any_frame_can_be_printed(session: Path, capsys: pytest.CaptureFixture[str], number: int) -> None:
    assert main([str(session), "--frame", str(number)]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert len(rows) == 24
    assert ("No active P2P connection" in "\n".join(rows)) is (number == -1)


@pytest.mark.parametrize("number", ["0", "1000", "-1000"])
def test_a_frame_that_is_not_there_is_said_so(
    session: Path, capsys: pytest.CaptureFixture[str], number: str
) -> None:
    assert main([str(session), "--frame", number]) == 2
    assert re.fullmatch(r"replay: there are \d+ frames\n", capsys.readouterr().err)


@pytest.mark.parametrize("change", [('"shown",', '"shown",1'), ('"receive_input","o"', '"receive_input","x"')])
def test_a_program_that_shows_something_else_is_found_out(
    session: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: tuple[str, str]
) -> None:
    text = session.read_text()
    assert change[0] in text
    other = tmp_path / "other"
    other.write_text(text.replace(*change).replace(f'"version":"{VERSION}"', '"version":"0.0.1"'))
    assert main([str(other), "--check"]) == 1
    out = capsys.readouterr().out
    assert "frames are not as they were" in out
    assert f"recorded by version 0.0.1, replayed by {VERSION}" in out


@pytest.mark.parametrize("speed", ["0", "x", "-1"])
def test_a_speed_that_makes_no_sense_is_refused(session: Path, speed: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([str(session), "--speed", speed])


def test_a_session_plays_on_a_terminal_at_speed(session: Path) -> None:
    with Terminal(["-m", "curses_ui.recording.replay", str(session), "--speed", "2"]) as terminal:
        terminal.wait_for("Registered")
        assert terminal.wait_exit() == 0
        terminal.check_given_back()


def test_a_session_is_gone_through_step_by_step(session: Path) -> None:
    shots = load_session(session).shots
    with Terminal(["-m", "curses_ui.recording.replay", str(session), "--step"]) as terminal:
        terminal.wait_for("PEOPLE")
        for shot in shots[1:]:
            terminal.send("n")
            terminal.wait_for(*(row.rstrip() for row in shot.frame.text().split("\n") if row.strip()))
        terminal.send("p" * len(shots))
        terminal.wait_until(lambda: "No active P2P" not in terminal.vt.text(), "the beginning")
        terminal.send("+ ")  # goes on, faster, to the end
        assert terminal.wait_exit() == 0
        terminal.check_given_back()


def test_a_player_can_be_left(session: Path) -> None:
    with Terminal(["-m", "curses_ui.recording.replay", str(session), "--step"]) as terminal:
        terminal.wait_for("PEOPLE")
        terminal.send("q")
        assert terminal.wait_exit() == 0


# The whole program


def test_prosa_records_what_its_terminal_showed(tmp_path: Path) -> None:
    path = tmp_path / "session"
    with client("Ana", "--record", str(path)) as ana:
        ana.wait_for("Registered", "Active (besides you): nobody", "Recording everything")
        with client("Bruno", "--tracker", tracker_of(ana)) as bruno:
            bruno.wait_for("Active (besides you): Ana")
            bruno.enter("/chat Ana")
            bruno.enter("Olá, Ana! 👍")
            ana.wait_for("*2:")
            ana.send("\x1ba")
            ana.wait_for("Bruno  Olá, Ana! 👍")
            ana.resize(12, 70)
            ana.enter("Oi 日本")
            bruno.wait_for("Ana  Oi 日本")
        ana.wait_for("Connection with Bruno", "nobody else is here")
        shown = ana.vt.text()
        ana.send("x")
        ana.wait_for("> x")  # another turn: the one before is in the file
        ana.process.kill()  # as a crash would end it
    session = load_session(path)
    assert session.others == 0
    rows = [[row.rstrip() for row in shot.frame.text().split("\n")] for shot in session.shots]
    assert [row.rstrip() for row in shown.split("\n")] in rows


def tracker_of(terminal: Terminal) -> str:
    """Where the tracker of a client that brings its own is."""
    found = re.search(r"(?:prosa|curses_ui) --tracker (\S+)", terminal.vt.text())
    assert found is not None
    return found[1]


def test_a_session_without_a_screen_is_recorded_checked_and_played(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "session"
    env = environment(tmp_path)
    typed = "/list\n/set time_format %H\n"
    done = run("Ana", "--plain", "--host", "127.0.0.1:0", "--record", str(path), env=env, typed=typed)
    assert (done.returncode, done.stderr) == (0, "")
    assert main([str(path), "--check"]) == 0
    capsys.readouterr()
    assert main([str(path), "--speed", "1000"]) == 0
    played = capsys.readouterr().out
    assert played.startswith(done.stdout)
    assert "Active (besides you)" in played


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine")
    with Terminal(["-m", "curses_ui", "Ana", "--no-config", "--record", str(tmp_path / "x")]) as terminal:
        assert terminal.wait_exit() == 2
        assert "File exists" in terminal.error_output()
    assert (tmp_path / "x").read_text() == "mine"
