"""What was recorded comes back frame by frame, whatever happened, and a damaged file is one clear line."""

import json
import os
import random
import stat
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import ConversationId
from curses_ui.recording.recorder import (
    Entry,
    Recorder,
    RecordingFault,
    frame_number,
    read_recording,
)
from curses_ui.recording.replay import load_session, main, replay
from curses_ui.settings import Settings
from curses_ui.state.beginning import Beginning
from curses_ui.state.conversation import EntryKind
from curses_ui.state.model import UiState
from curses_ui.terminal.frame import Frame, Role, Span
from curses_ui.update.outcomes import Failure
from curses_ui.view.render import Renderer
from tools.stage import Person, Stage, User

KEYS = ["\t", "\x1b[A", "\x1b[B", "\x17", "\x01", "\x05", "\x7f", "\x1ba", "\x1b[5~", "\x1b[6~", "\x0e", "\x10", "\x12"]
WORDS = ["oi", "é", "日本", "👍", "/list", "/win 1", "/chat Bruno", "/bye", "/help", "/lang pt", "/x", "//x", "Bru"]

Script = Callable[[Stage, User, Person], None]


def record(path: Path, script: Script, *, size: tuple[int, int] = (24, 80), **fields: Any) -> User:
    """Play a script with Ana, who is recorded, and Bruno."""
    stage = Stage(now=12_345.678)
    recorder = Recorder(path)
    ana = stage.add_user("Ana", recorder=recorder, **fields)
    if not ana.client.state.plain:
        ana.resize(*size)
    bruno = stage.add_person("Bruno")
    stage.run(1.0)
    script(stage, ana, bruno)
    recorder.close()
    return ana


def check(path: Path, script: Script, *, size: tuple[int, int] = (24, 80), **fields: Any) -> None:
    """Record the script's session and compare it with its replay."""
    ana = record(path, script, size=size, **fields)
    frames = [shot.frame for shot, is_as_it_was in replay(*read_recording(path)) if is_as_it_was]
    if ana.client.state.plain:
        assert "\n".join(frame.text() for frame in frames) == "\n".join(ana.lines)
    else:
        assert frames == ana.frames
    assert len(frames) > 3
    assert main([str(path), "--check"]) == 0


def chat(stage: Stage, ana: User, bruno: Person) -> None:
    ana.enter("/list", "/chat Bruno")
    ana.wait_for("Connected to Bruno.")
    ana.enter("Oi, Bruno! 日本 👍 é")
    bruno.say(ConversationId(1), *(f"linha {number}" for number in range(80)))  # a flood, folded
    ana.wait_for("hidden" if not ana.client.state.plain else "linha 79")
    ana.type("\x1b[200~um\ndois\x1b[201~" if not ana.client.state.plain else "um\ndois\n")
    ana.type("y" if not ana.client.state.plain else "")
    stage.run(2.0)
    stage.cut(lambda end: end.owner is bruno)  # without a word
    stage.run(1.0)
    ana.client.set_clock(1e9, -3600, now=stage.now)
    ana.enter("/exit")
    stage.run(1.0)


@pytest.mark.parametrize("plain", [False, True])
def test_a_chat_comes_back_frame_by_frame(tmp_path: Path, plain: bool) -> None:
    check(tmp_path / "chat", chat, plain=plain)


def test_sizes_signals_losses_and_outcomes_come_back(tmp_path: Path) -> None:
    def script(stage: Stage, ana: User, bruno: Person) -> None:
        for size in ((10, 40), (1, 1), (3, 20), (24, 80)):
            ana.resize(*size)
        ana.type("rascunho")
        bruno.say(bruno.call("Ana"), "Oi")
        stage.stop_tracker()
        stage.run(5.0)
        ana.client.note_failure(Failure.CALLERS, "", "why", now=stage.now)
        ana.client.suspend(now=stage.now)
        ana.resize(20, 70)
        stage.run(1.0)
        ana.client.end(now=stage.now)
        stage.run(1.0)
        ana.client.end(now=stage.now)

    check(tmp_path / "losses", script, runs_tracker=False)


@pytest.mark.parametrize("seed", range(5))
def test_random_keys_come_back_frame_by_frame(tmp_path: Path, seed: int) -> None:
    print(f"seed {seed}")
    chance = random.Random(seed)

    def script(stage: Stage, ana: User, bruno: Person) -> None:
        ana.enter("/chat Bruno")
        stage.run(1.0)
        for _ in range(150):
            ana.type("".join(chance.choices([*KEYS, *WORDS, "\r", "\r", " "], k=chance.randint(1, 4))))
            if chance.random() < 0.3 and bruno.node.is_connected(ConversationId(1)):
                bruno.say(ConversationId(1), chance.choice(WORDS))
            stage.run(chance.choice([0.0, 0.001, 0.3, 7.0]))

    check(tmp_path / "random", script, size=(chance.randint(8, 30), chance.randint(30, 90)), seed=seed)


def test_a_crash_in_a_session_is_a_crash_in_its_replay(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    render = Renderer.render

    def faulty(self: Renderer, state: UiState, rows: int, columns: int) -> Frame:
        if state.here.draft.text == "boom":
            raise RuntimeError("boom")
        return render(self, state, rows, columns)

    recorders: list[Recorder] = []

    def script(stage: Stage, ana: User, bruno: Person) -> None:
        assert ana.recorder is not None
        recorders.append(ana.recorder)
        ana.type("boom")

    monkeypatch.setattr(Renderer, "render", faulty)
    with pytest.raises(RuntimeError, match="boom"):
        record(tmp_path / "crash", script)
    recorders[0].note_frame(12_346.678, Frame((), None, ""))  # the one that could not be drawn
    recorders[0].close()
    with pytest.raises(RuntimeError, match="boom"):
        load_session(tmp_path / "crash")


# Writing


def test_a_recording_is_for_its_owner_alone_and_overwrites_nothing(tmp_path: Path) -> None:
    path = tmp_path / "session"
    Recorder(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        Recorder(path)


def test_each_turn_is_in_the_file_when_it_is_over(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "session")
    recorder.begin(BEGINNING)
    recorder.note(1.0, "receive_input", (b"rascunho",))
    assert recorder.flush() is None
    _, entries = read_recording(tmp_path / "session")
    assert list(entries) == [Entry(1.0, "receive_input", (b"rascunho",))]
    recorder.close()


def test_a_disk_that_is_full_ends_the_recording_and_is_told_once(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "full")
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, recorder._fd)
    os.close(full)
    recorder.begin(BEGINNING)
    assert recorder.flush() is not None
    recorder.note(1.0, "end_input", ())
    assert recorder.flush() is None
    recorder.close()


def test_frames_that_differ_have_other_numbers() -> None:
    frames = [
        Frame(((Span("oi", Role.TEXT),),), None, ""),
        Frame(((Span("oi", Role.NEWS),),), None, ""),
        Frame(((Span("oi", Role.NAME, 1),),), None, ""),
        Frame(((Span("oi", Role.NAME, 2),),), None, ""),
        Frame(((Span("oi", Role.TEXT),),), (0, 0), ""),
        Frame(((Span("oi", Role.TEXT),),), None, "prosa"),
        Frame(((Span("o", Role.TEXT), Span("i", Role.TEXT)),), None, ""),
    ]
    assert len({frame_number(frame) for frame in frames}) == len(frames)


# Reading

BEGINNING = Beginning(
    "João",
    20000,
    ("lab", 10000),
    now=0.1 + 0.2,
    wall=1e9,
    utc_offset_seconds=-10800,
    seed=2**31,
    language="pt_BR",
    settings=Settings(ascii=True, tracker="lab"),
    runs_tracker=False,
    lines=((EntryKind.NEWS, "Você é João.\nOi"),),
    transcript_folder="/home/joão",
    old_history={"Ana": ("oi", "tchau")},
)
EVERY_BYTE = bytes(range(256))


@pytest.fixture
def session(tmp_path: Path) -> Path:
    """A recording that is whole."""
    recorder = Recorder(tmp_path / "session")
    recorder.begin(BEGINNING)
    recorder.note(0.1 + 0.2, "receive_input", (EVERY_BYTE,))
    recorder.note(1e9 / 3, "resize", (24, 80))
    recorder.close()
    return tmp_path / "session"


def test_what_is_written_is_read(session: Path) -> None:
    header, entries = read_recording(session)
    assert header.beginning == BEGINNING
    assert header.unicode == unicodedata.unidata_version
    assert list(entries) == [
        Entry(0.1 + 0.2, "receive_input", (EVERY_BYTE,)),
        Entry(1e9 / 3, "resize", (24, 80)),
    ]


def test_a_last_line_that_was_cut_is_not_there(session: Path) -> None:
    session.write_bytes(session.read_bytes()[:-3])
    assert len(list(read_recording(session)[1])) == 1


def told(path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The one line that is said of a file which is no recording, and how it ends."""
    assert main([str(path), "--check"]) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error.count("\n") == 1 and error[:-1].isprintable(), ascii(error)
    assert error.startswith("replay: ")
    return error


@pytest.mark.parametrize(
    "line",
    [
        b"{}",
        b"[1]",
        b'[1,"dance"]',
        b'["x","end_input"]',
        b"\xff",
        b'[null,"end_input"]',
        b'[1,"resize",30000,30000]',
        b'[1,"resize",24]',
        b'[1,"resize",24,80.5]',
        b'[1,"resize",true,80]',
        b'[1,"set_clock",1e300,0]',
        b'[1,"set_clock",NaN,0]',
        b'[1e300,"end_input"]',
        b'[-1,"end_input"]',
        b'[NaN,"end_input"]',
        b'[1,"receive_input","\\u0100"]',
        b'[1,"connection_lost",1,"BORED"]',
        b'[1,"connection_lost",1,["RESET"]]',
        b'[1,"_pass","a"]',
        b"[" * 200_000,
        b"[1," + b"9" * 5000 + b"]",
        b'[1,"resize",24,' + b"9" * 400 + b"]",
        b'"' + b"x" * 70_000_000 + b'"',
        b'[1,"\\u001b]0;owned\\u0007"]',
    ],
)
def test_a_line_that_is_no_entry_is_one_clear_line(
    session: Path, capsys: pytest.CaptureFixture[str], line: bytes
) -> None:
    session.write_bytes(session.read_bytes() + line + b"\n")
    assert "line 4 is no entry" in told(session, capsys)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "a:b"),
        ("name", 7),
        ("listen_port", 0),
        ("tracker", ["lab"]),
        ("tracker", ["\x1b", 1]),
        ("now", "soon"),
        ("now", 1e300),
        ("wall", 1e300),
        ("wall", float("nan")),
        ("wall", 10**400),
        ("language", "xx"),
        ("encoding", "hex"),
        ("encoding", "none"),
        ("encoding", "\x00"),
        ("settings", {"colour": 1}),
        ("settings", {"time_format": "%"}),
        ("settings", []),
        ("limits", {"max_silent_callers": 0}),
        ("lines", [["SONG", "oi"]]),
        ("lines", 1),
        ("old_history", {"Ana": "oi"}),
        ("old_history", {"Ana": [1]}),
        ("escape_seconds", -1.0),
        ("colour", "\x1b[31m"),
    ],
)
def test_a_header_with_a_bad_field_is_one_clear_line(
    session: Path, capsys: pytest.CaptureFixture[str], field: str, value: object
) -> None:
    first, rest = session.read_text().split("\n", 1)
    header = json.loads(first)
    header["beginning"][field] = value
    session.write_text(f"{json.dumps(header)}\n{rest}")
    assert "line 1" in told(session, capsys)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Oi",
        b"Oi\n",
        b"[]\n",
        b'{"prosa recording":1}\n',
        b'{"prosa session":1}\n',
        b'{"prosa recording":3,"version":"1"}\n',
        b"[" * 200_000 + b"\n",
        b"\x1b]0;owned\x07\n",
    ],
)
def test_what_is_no_recording_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes
) -> None:
    (tmp_path / "session").write_bytes(data)
    told(tmp_path / "session", capsys)


def test_a_file_that_cannot_be_read_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told(tmp_path / "missing\x1b", capsys)
    told(tmp_path, capsys)
    os.mkfifo(tmp_path / "pipe")
    told(tmp_path / "pipe", capsys)


def test_what_the_header_says_cannot_act_on_the_terminal(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = session.read_text().replace('"version":"', '"version":"\\u001b[31m')
    session.write_text(text.replace("Você é João.", "\\u001b[31m") + '[1,"shown",7]\n')
    assert main([str(session), "--frame", "1"]) == 0
    assert main([str(session)]) == 1
    assert "\x1b" not in capsys.readouterr().out


def test_frames_are_not_compared_where_the_tables_of_characters_differ(
    session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session.write_text(session.read_text().replace(unicodedata.unidata_version, "1.1.5") + '[1,"shown",7]\n')
    assert main([str(session), "--check"]) == 0
    assert "not compared" in capsys.readouterr().out


@pytest.mark.parametrize("seed", range(30))
def test_a_damaged_file_is_replayed_or_refused_and_never_fails(
    tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str], seed: int
) -> None:
    print(f"seed {seed}")
    folder = tmp_path_factory.mktemp("damaged")
    record(folder / "whole", chat, plain=seed % 2 == 0)
    data = bytearray((folder / "whole").read_bytes())
    chance = random.Random(seed)
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(data))
        match chance.randrange(4):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                del data[at : at + chance.randint(1, 200)]
            case 2:
                data[at:at] = data[chance.randrange(len(data)) :][: chance.randint(1, 200)]
            case 3:
                lines = data.split(b"\n")
                chance.shuffle(lines[1:])
                lines.insert(1 + chance.randrange(len(lines)), chance.choice(lines))
                data = bytearray(b"\n".join(lines))
            case _:
                pass
    (folder / "damaged").write_bytes(data)
    assert main([str(folder / "damaged"), "--check"]) in (0, 1, 2)
