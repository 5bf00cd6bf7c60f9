"""curses_ui/recording/session_file.py: what is written can be read, and what cannot is said."""

import os
from pathlib import Path

import pytest

from curses_ui.recording.session_file import (
    Entry,
    Header,
    Kind,
    SessionFault,
    Tape,
    create_session_file,
    frame_number,
    read_session,
)
from curses_ui.settings import Settings
from curses_ui.terminal.frame import Frame, Role, Span

HEADER = Header(
    version="1.2.3",
    name="João",
    language="pt_BR",
    settings=Settings(ascii=True, tracker="lab"),
    log=(("NEWS", 1e9, "Você é João.\nOi"),),
    tracker=("lab", 10000),
    tracker_address="lab:10000",
    runs_tracker=None,
    listening=("::", 20000),
    node_now=0.1,
    now=0.1 + 0.2,
    wall=1e9,
    utc_offset_seconds=-10800,
    escape_seconds=0.025,
    logging=False,
    transcript_folder="/home/joão",
    config_file="",
    old_history={"Ana": ["oi", "tchau"]},
)
EVERY_BYTE = bytes(range(256)).decode("latin-1")


def write(path: Path, *entries: Entry) -> None:
    tape = Tape(create_session_file(path))
    for entry in entries:
        tape.note(entry.now, entry.kind, *entry.values)
    tape.begin(HEADER)
    tape.close()


def test_what_is_written_is_read(tmp_path: Path) -> None:
    entries = [
        Entry(0.1 + 0.2, Kind.KEYS, (EVERY_BYTE,)),
        Entry(1e9 / 3, Kind.SIZE, (24, 80)),
        Entry(1e9 / 3, Kind.TURN),
        Entry(1e9 / 3, Kind.OWN_TRACKER, (None,)),
        Entry(1e9 / 3, Kind.NODE, ("tracker_unreachable", "REFUSED")),
    ]
    write(tmp_path / "session", *entries)
    header, found = read_session(tmp_path / "session")
    assert header == HEADER
    assert list(found) == entries


def test_nothing_is_written_before_the_beginning(tmp_path: Path) -> None:
    path = tmp_path / "session"
    tape = Tape(create_session_file(path))
    tape.note(0.0, Kind.TURN)
    tape.flush()
    assert path.read_bytes() == b""
    tape.close()


def test_a_last_line_that_was_cut_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "session"
    write(path, Entry(1.0, Kind.TURN), Entry(2.0, Kind.TURN))
    path.write_bytes(path.read_bytes()[:-3])
    assert [entry.now for entry in read_session(path)[1]] == [1.0]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "is empty"),
        (b"Oi\n", "line 1 is not how a session begins"),
        (b"[]\n", "line 1 is not how a session begins"),
        (b'{"prosa session":2}\n', "no recorded session of format 1"),
        (b'{"prosa session":1,"name":"Ana"}\n', "line 1 is not how a session begins"),
        (b'{"prosa session":1,"settings":{"colour":1}}\n', "line 1 is not how a session begins"),
    ],
)
def test_what_is_no_session_is_said_so(tmp_path: Path, data: bytes, fault: str) -> None:
    (tmp_path / "session").write_bytes(data)
    with pytest.raises(SessionFault, match=fault):
        read_session(tmp_path / "session")


@pytest.mark.parametrize("line", [b"{}", b"[1]", b'[1,"dance"]', b'["x","turn"]', b"\xff", b'[null,"turn"]'])
def test_a_line_that_is_no_entry_is_named(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "session"
    write(path, Entry(1.0, Kind.TURN))
    path.write_bytes(path.read_bytes() + line + b"\n")
    _, entries = read_session(path)
    with pytest.raises(SessionFault, match="line 3 is no entry"):
        list(entries)


def test_a_disk_that_is_full_ends_the_recording_and_nothing_else() -> None:
    tape = Tape(os.open("/dev/full", os.O_WRONLY))
    tape.begin(HEADER)
    tape.flush()
    assert tape.fault is not None
    tape.note(1.0, Kind.TURN)
    tape.close()


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
