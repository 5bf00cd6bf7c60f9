"""The program as a whole: languages, settings, files, exit codes."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from curses_ui.run.config_file import read_settings
from curses_ui.settings import Settings
from tests.io_adapters.support import unused_port

from ..pseudo_terminal import Terminal
from ..running import GUARD_SECONDS, ROOT, RunningClient, environment, hosting, run


def chat(home: Path, *arguments: str, rows: tuple[str, ...] = ()) -> tuple[list[str], str]:
    """Let Bruno call Ana, who has some arguments; Ana's lines and her standard error."""
    ana, tracker = hosting("Ana", *arguments, env=environment(home))
    with ana, RunningClient("Bruno", "--tracker", tracker, env=environment(None)) as bruno:
        bruno.type("/chat Ana", "Oi Ana!")
        ana.line("Oi Ana!")
        ana.type("Tudo bem?", *rows)
        bruno.line("<Ana> Tudo bem?")
        code, errors = ana.end()
        assert code == 0
        return ana.lines, errors


# Languages


@pytest.mark.parametrize(
    ("arguments", "values", "config", "word"),
    [
        ((), {}, "", "You are Ana."),
        ((), {"LC_ALL": "pt_BR.UTF-8"}, "", "Você é Ana."),  # the locale itself is not installed
        ((), {"LC_ALL": "", "LANG": "pt_BR"}, "", "Você é Ana."),
        ((), {"LC_ALL": "xx_YY.UTF-8"}, "", "You are Ana."),
        ((), {}, "lang = pt", "Você é Ana."),
        (("--lang", "en"), {"LC_ALL": "pt_BR"}, "lang = pt", "You are Ana."),
        (("--lang", "pt", "--no-config"), {}, "bell = nonsense", "Você é Ana."),
    ],
)
def test_the_language_comes_from_the_option_then_the_settings_then_the_environment(
    tmp_path: Path, arguments: tuple[str, ...], values: dict[str, str], config: str, word: str
) -> None:
    write_config(tmp_path, config)
    done = run("Ana", "--plain", "--host", "127.0.0.1:0", *arguments, env=environment(tmp_path, **values))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"* {word}\n")


def test_the_words_of_the_assignment_are_used(tmp_path: Path) -> None:
    ana, tracker = hosting("Ana", "--lang", "pt", env=environment(tmp_path))
    with ana, RunningClient("Camila", "--tracker", tracker, "--lang", "pt", env=environment(tmp_path)) as camila:
        camila.line(r"^\* Ativos \(além de você\): Ana$")
        camila.type("Alguém aí?", "/chat Ana", "Oi")
        camila.line(r"^! Nenhuma conexão P2P ativa\. ")
        camila.line(r"^\* Conectado a Ana\.$")
        ana.line(r"^\* Conectado a Camila\.$")
        ana.line(r"^<Camila> Oi$")


# Settings


def write_config(home: Path, content: str) -> Path:
    path = home / ".config" / "prosa" / "config.ini"
    path.parent.mkdir(parents=True)
    path.write_text(f"[prosa]\n{content}\n")
    return path


def test_a_bad_value_is_exit_2_with_file_and_line(tmp_path: Path) -> None:
    path = write_config(tmp_path, "name = Ana\nbell = loud")
    done = run("--plain", env=environment(tmp_path, LC_ALL="pt_BR"))
    assert done.returncode == 2
    assert done.stderr == f'prosa: {path}:3: bell deve ser on ou off, não "loud"\n'
    assert done.stdout == ""


def test_unknown_keys_and_broken_lines_are_warnings_and_the_chat_works(tmp_path: Path) -> None:
    path = write_config(tmp_path, "name = Ana\ncolour = red\nnonsense")
    done = run("--plain", "--host", "127.0.0.1:0", env=environment(tmp_path))
    assert done.returncode == 0
    assert done.stderr.split("\n") == [
        f"prosa: {path}:3: unknown setting colour; ignored",
        f'prosa: {path}:4: expected "key = value"; line ignored',
        "",
    ]
    assert done.stdout.startswith("* You are Ana.\n")


def test_an_unreadable_file_is_one_warning_and_the_chat_works(tmp_path: Path) -> None:
    path = write_config(tmp_path, "")
    for kind in ("folder", "pipe"):
        if kind == "folder":
            path.unlink()
            path.mkdir()
        else:
            path.rmdir()
            os.mkfifo(path)
        done = run("Ana", "--plain", "--host", "127.0.0.1:0", env=environment(tmp_path))
        assert done.returncode == 0
        assert done.stderr.startswith(f"prosa: {path}: cannot read it: ")
        assert done.stderr.count("\n") == 1


def test_a_file_that_was_asked_for_and_cannot_be_read_is_exit_2(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, why in ((Path("/no/such"), "No such file or directory"), (tmp_path / "pipe", "Invalid argument")):
        done = run("Ana", "--plain", "--config", str(path), env=environment(tmp_path))
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == f"prosa: {path}: cannot read it: {why}\n"
    done = run("--print-config", "--config", "/dev/null", env=environment(tmp_path))
    assert done.returncode == 0


@pytest.mark.parametrize(
    "content", ["bell = \x1b[31m", "\x1b[31m = on", "[\x1b[31m]", "\x1b[31m", "name = a\x9b31m:", "lang = \u202e"]
)
def test_what_a_file_says_cannot_act_on_the_terminal(tmp_path: Path, content: str) -> None:
    write_config(tmp_path, content)
    done = run("Ana", "--plain", "--host", "127.0.0.1:0", env=environment(tmp_path))
    assert done.stderr
    assert all(line.isprintable() for line in done.stderr.splitlines())
    assert done.stderr.count("\n") == 1


def test_print_config_prints_what_is_in_force(tmp_path: Path) -> None:
    write_config(tmp_path, "time_format = %H:%M:%S\nbell = off")
    done = run("--print-config", "--ascii", "--lang", "pt", env=environment(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert read_settings(done.stdout).settings == Settings(
        time_format="%H:%M:%S", bell=False, ascii=True, lang="pt_BR"
    )


# Files


def test_transcripts_are_written_only_if_they_are_wanted(tmp_path: Path) -> None:
    chat(tmp_path)
    assert list(tmp_path.iterdir()) == []
    lines, errors = chat(tmp_path, "--log")
    assert errors == ""
    path = tmp_path / ".local" / "state" / "prosa" / "transcripts" / "Bruno.log"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    rows = [row.split("\t") for row in path.read_text().splitlines()]
    assert [(name, text) for _, name, text in rows][:3] == [
        ("", "Connected to Bruno."),
        ("Bruno", "Oi Ana!"),
        ("Ana", "Tudo bem?"),
    ]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", time) for time, _, _ in rows)


def test_an_unwritable_state_folder_is_said_once_and_the_chat_goes_on(tmp_path: Path) -> None:
    (tmp_path / ".local").touch()
    lines, errors = chat(tmp_path, "--log", rows=("/log",))
    faults = [line for line in lines if line.startswith("! ")]
    assert faults == [f"! Cannot write {tmp_path}/.local: File exists. Logging off.\n"]
    assert errors == ""


def test_without_a_home_the_chat_works(tmp_path: Path) -> None:
    env = {key: value for key, value in environment(None).items() if key != "HOME"}
    done = run("Ana", "--plain", "--log", "--host", "127.0.0.1:0", env=env)
    assert (done.returncode, done.stderr) == (0, "")
    assert "! There is no folder to write to: HOME is not set.\n" in done.stdout


def test_history_is_kept_only_if_it_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / ".local" / "state" / "prosa" / "history"
    arguments = ["-m", "curses_ui", "Ana", "--host", "127.0.0.1:0"]
    for wanted in (False, True, True):
        if wanted and not path.exists():
            write_config(tmp_path, "history_file = on")
        with Terminal(arguments, environment=environment(tmp_path)) as ana:
            ana.wait_for("Registered at")
            if path.exists():
                ana.send("\x1b[A")
                ana.wait_for("> /exit")
            ana.send("\x15")
            ana.enter("/version")
            ana.enter("/exit")
            assert ana.wait_exit() == 0
        assert path.exists() == wanted
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().endswith("\t/version\n\t/exit\n")


# Names


@pytest.mark.parametrize("name", ["", "a:b", "x" * 33, "\u200b"])
def test_a_bad_name_is_exit_2(tmp_path: Path, name: str) -> None:
    done = run(name, "--plain", env=environment(tmp_path))
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("language", "question", "rows"),
    [
        ("en", "Your name:", ["Name must have 1-32 visible", 'characters, no ":" and no', "spaces at the ends."]),
        ("pt", "Nome de usuário:", ["O nome deve ter de 1 a 32", 'caracteres visíveis, sem ":"', "e sem espaços nas pontas."]),
    ],
)
def test_the_question_for_a_name_says_why_it_asks_again_and_breaks_no_word(
    tmp_path: Path, language: str, question: str, rows: list[str]
) -> None:
    arguments = ["-m", "curses_ui", "--lang", language, "--host", "127.0.0.1:0"]
    with Terminal(arguments, rows=10, columns=28, environment=environment(tmp_path), shows_errors=True) as ana:
        ana.wait_for(question)
        ana.enter("a:b")
        ana.wait_until(lambda: ana.vt.text().count(question) == 2, "the second question")
        assert [row.strip() for row in ana.vt.text().splitlines() if row.strip()] == [f"{question} a:b", *rows, question]
        ana.send("\x04")
        assert ana.wait_exit() == 2


def test_a_name_with_a_space_is_warned_of(tmp_path: Path) -> None:
    done = run("Ana Julia", "--plain", "--host", "127.0.0.1:0", env=environment(tmp_path))
    assert "* Programs that cut names at a space see you as Ana.\n" in done.stdout


# Ends


def test_a_port_in_use_is_exit_3(tmp_path: Path) -> None:
    ana, tracker = hosting("Ana", env=environment(tmp_path))
    with ana:
        done = run("Bruno", "--plain", "--listen", tracker, env=environment(tmp_path))
    assert done.returncode == 3
    assert done.stderr.startswith(f"prosa: cannot listen on {tracker}: address in use by python")
    assert done.stderr.count("\n") == 1


def test_whoever_hosts_waits_for_a_port_that_is_held_and_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", unused_port())) as holder:
        where = f"127.0.0.1:{holder.getsockname()[1]}"
        with RunningClient("Ana", "--host", where, env=environment(tmp_path), stderr=subprocess.STDOUT) as ana:
            ana.line(rf"{where} is held by .* \(process {os.getpid()}\): waiting up to 15 s for it")
            holder.close()
            ana.line(f"Registered at {where} as Ana")


def test_a_signal_ends_the_wait_for_a_port(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        where = f"127.0.0.1:{holder.getsockname()[1]}"
        with RunningClient("Ana", "--host", where, env=environment(tmp_path), stderr=subprocess.STDOUT) as ana:
            ana.line("waiting up to 15 s")
            assert ana.end(signal.SIGTERM)[0] == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_the_program_by_that_signal_after_a_farewell(tmp_path: Path, number: signal.Signals) -> None:
    ana, tracker = hosting("Ana", env=environment(tmp_path))
    with ana, RunningClient("Bruno", "--tracker", tracker, env=environment(tmp_path)) as bruno:
        bruno.type("/chat Ana")
        ana.line("Connected to Bruno")
        bruno.line("Connected to Ana")
        code, errors = bruno.end(number)
        assert code == -number
        assert errors == ""
        ana.line(r"Connection with Bruno closed \(said goodbye\)")


def test_closed_standard_descriptors_are_no_fault(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "curses_ui", "Ana", "--host", "127.0.0.1:0"]
    script = ["/bin/sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *program]
    done = subprocess.run(script, cwd=ROOT, env=environment(tmp_path), timeout=GUARD_SECONDS, check=False)
    assert done.returncode == 0
    assert list(tmp_path.iterdir()) == []  # no report of a crash


def test_an_output_that_is_full_or_gone_ends_the_program(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "curses_ui", "Ana", "--host", "127.0.0.1:0"]
    reader, writer = os.pipe()
    os.close(reader)
    for output in (writer, os.open("/dev/full", os.O_WRONLY)):
        done = subprocess.run(
            program,
            cwd=ROOT,
            env=environment(tmp_path),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.PIPE,
            timeout=GUARD_SECONDS,
            check=False,
        )
        os.close(output)
        assert (done.returncode, done.stderr) == (0, b"")
    assert list(tmp_path.iterdir()) == []


CRASH = "import curses_ui.client as c; c.Client.receive_input = lambda self, data, now: 1 / 0"


def test_a_crash_leaves_a_report_says_goodbye_and_is_exit_1(tmp_path: Path) -> None:
    done = run("Ana", "--plain", "--host", "127.0.0.1:0", env=environment(tmp_path), typed="x\n", code=CRASH)
    assert done.returncode == 1
    found = re.fullmatch(r"prosa: a fault of the program ended it; a report is in (.*)\n", done.stderr)
    assert found is not None, done.stderr
    path = Path(found[1])
    assert path.parent == tmp_path / ".local" / "state" / "prosa"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().endswith("ZeroDivisionError: division by zero\n")


def test_a_crash_without_a_home_shows_the_report(tmp_path: Path) -> None:
    env = {key: value for key, value in environment(None).items() if key != "HOME"}
    done = run("Ana", "--plain", "--host", "127.0.0.1:0", env=env, typed="x\n", code=CRASH)
    assert done.returncode == 1
    assert done.stderr.startswith("prosa: a fault of the program ended it\n")
    assert done.stderr.endswith("ZeroDivisionError: division by zero\n")


# Dead ends of output


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(("program", "option"), [("curses_ui", "--print-config"), ("curses_ui", "--version"), ("tracker_cli", "--version")])
def test_a_full_disk_at_the_other_end_is_one_line(tmp_path: Path, program: str, option: str, unbuffered: str) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", program, option],
            cwd=ROOT,
            env={**environment(tmp_path), "PYTHONUNBUFFERED": unbuffered},
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=GUARD_SECONDS,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.decode() == f"python3 -m {program}: cannot write to standard output: No space left on device\n"


def test_a_reader_that_is_gone_needs_no_word(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "curses_ui", "--help"],
        cwd=ROOT,
        env=environment(tmp_path),
        stdout=writer,
        stderr=subprocess.PIPE,
        timeout=GUARD_SECONDS,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.parametrize("redirected", ["2>&-", "2>/dev/full"])
def test_a_dead_standard_error_is_no_fault(tmp_path: Path, redirected: str) -> None:
    program = [sys.executable, "-m", "curses_ui", "--config", "/no/such"]
    script = ["/bin/sh", "-c", f'exec "$@" {redirected}', "sh", *program]
    done = subprocess.run(
        script, cwd=ROOT, env=environment(tmp_path), stdout=subprocess.PIPE, timeout=GUARD_SECONDS, check=False
    )
    assert (done.returncode, done.stdout) == (2, b"")
