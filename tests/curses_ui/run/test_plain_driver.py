"""The client without a screen, as people and scripts use it: through pipes, in processes of its own."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..pseudo_terminal import Terminal
from ..running import GUARD_SECONDS, ROOT, RunningClient, environment, hosting, run
from ..wire_peer import WirePeer


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return environment(tmp_path)


@pytest.fixture
def hosted(env: dict[str, str]) -> Iterator[tuple[RunningClient, str]]:
    """A client with a tracker of its own, and where that is."""
    client, address = hosting("Ana", "--no-config", env=env)
    with client:
        client.line("Active")
        yield client, address


@pytest.fixture
def ana(hosted: tuple[RunningClient, str]) -> RunningClient:
    return hosted[0]


@pytest.fixture
def tracker(hosted: tuple[RunningClient, str]) -> str:
    return hosted[1]


def peer(tracker: str) -> WirePeer:
    host, _, port = tracker.rpartition(":")
    return WirePeer((host, int(port)), "Bruno", "Ana")


def test_texts_news_and_errors_can_be_told_apart_and_nothing_is_echoed(ana: RunningClient, tracker: str) -> None:
    with peer(tracker) as bruno:
        ana.line(r"^\* Connected to Bruno\.$")
        bruno.say("Oi Ana!")
        ana.line(r"^<Bruno> Oi Ana!$")
        ana.type("Oi Bruno!", "/nonsense")
        assert bruno.hear() == "Oi Bruno!"
        ana.line(r'^! Unknown command "/nonsense"')
        assert not any("Oi Bruno!" in line for line in ana.lines)


def test_texts_go_through_unchanged_in_order_once_and_with_the_last_words(ana: RunningClient, tracker: str) -> None:
    texts = ["DISC", "USER x", "/bye", "DISCO é bom", "👩‍👩‍👧 日本語", *(f"line {n}" for n in range(300))]
    with peer(tracker) as bruno:
        ana.line("Connected to Bruno")
        ana.type(*(f"/{text}" if text.startswith("/") else text for text in texts), "/bye")
        heard = [bruno.hear().replace("\u2060", "") for _ in texts]
        assert heard == texts
        assert bruno.hear() == "DISC"
        for text in texts:
            bruno.say(text if text not in ("DISC", "/bye") else f"\u2060{text}")
        shown = [ana.line(r"^<Bruno> (.*)$")[1] for _ in texts]
        assert shown == texts


def test_a_script_that_ends_at_once_still_calls_says_and_lists(
    ana: RunningClient, tracker: str, env: dict[str, str]
) -> None:
    done = run(
        *("Bruno", "--plain", "--tracker", tracker), env=env, typed="/list\n/chat Ana\nOi\n/exit\nlost\n"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "* Active (besides you): Ana\n" in done.stdout
    assert "* Connected to Ana.\n" in done.stdout
    ana.line(r"^<Bruno> Oi$")
    ana.line("said goodbye")


def test_the_end_of_the_input_is_exit_also_without_a_line_end(
    ana: RunningClient, tracker: str, env: dict[str, str]
) -> None:
    done = run(*("Bruno", "--plain", "--tracker", tracker), env=env, typed="/chat Ana\nno line end")
    assert done.returncode == 0
    ana.line(r"^<Bruno> no line end$")


def test_no_escape_byte_is_ever_written(ana: RunningClient, tracker: str) -> None:
    with peer(tracker) as bruno:
        ana.line("Connected")
        bruno.say("\x1b[31m\x07\x9b2J\u202e\x00")
        line = ana.line(r"^<Bruno> (.*)$")[1]
        assert line == "␛[31m␇[U+009B]2J[U+202E]␀"
        ana.type("/help", "/keys")
        ana.line("There are no keys without a screen")
    output = "".join(ana.lines)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", output)


def test_it_is_chosen_by_itself_when_there_is_no_terminal(env: dict[str, str]) -> None:
    done = run("Ana", "--host", "127.0.0.1:0", env={**env, "TERM": "xterm-256color"}, typed="/version\n")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert "* prosa " in done.stdout


def test_on_a_terminal_plain_mode_writes_no_escapes_either() -> None:
    arguments = ["-m", "curses_ui", "Ana", "--plain", "--no-config", "--host", "127.0.0.1:0"]
    with Terminal(arguments) as ana:
        ana.wait_until(lambda: b"* Registered" in ana.output, "the registration")
        ana.send("/exit\n")
        assert ana.wait_exit() == 0
        assert b"\x1b" not in ana.output


def test_own_signs_are_ascii_where_that_is_wanted(env: dict[str, str]) -> None:
    client, address = hosting("Ana", "--no-config", "--ascii", env=env)
    with client:
        client.line("Active")
        with peer(address) as bruno:
            client.line("Connected")
            bruno.say("é \x1b …")
            assert client.line(r"^<Bruno> (.*)$")[1] == "é ^[ ..."


@pytest.mark.parametrize("mode", ["file", "null"])
def test_input_and_output_may_be_files(tmp_path: Path, env: dict[str, str], mode: str) -> None:
    script, out = tmp_path / "script", tmp_path / "out"
    script.write_text("/list\n/chat Nobody\n")
    with open(script if mode == "file" else os.devnull, "rb") as typed, out.open("wb") as output:
        done = subprocess.run(
            [sys.executable, "-m", "curses_ui", "Ana", "--no-config", "--host", "127.0.0.1:0"],
            stdin=typed,
            stdout=output,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env=env,
            timeout=GUARD_SECONDS,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, b"")
    text = out.read_text()
    assert "* Registered at" in text
    assert ("! Nobody is not online.\n" in text) is (mode == "file")


def test_a_very_long_line_and_odd_bytes_are_taken_as_they_are(ana: RunningClient, tracker: str) -> None:
    with peer(tracker) as bruno:
        ana.line("Connected")
        ana.type("x" * 3000 + "\r")
        heard = ""
        while len(heard) < 3000:
            heard += bruno.hear()
        assert heard == "x" * 3000
        assert ana.process.stdin is not None
        os.write(ana.process.stdin.fileno(), b"a\xffb\n")
        assert bruno.hear() == "a\ufffdb"
