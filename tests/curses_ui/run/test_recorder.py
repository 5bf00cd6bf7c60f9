"""What goes into transcripts, and what a fault does."""

from pathlib import Path

from curses_ui.run.transcript import TranscriptFolder, record
from curses_ui.state.conversation import EntryKind, LogEntry
from curses_ui.state.journal import note_own_text, tell

from ..desk import add_chat, make_state, said, say

AT = "2026-11-22T14:01:07+00:00"


def test_everything_said_in_a_conversation_is_written_to_its_file(tmp_path: Path) -> None:
    state = make_state()
    state.logging = True
    camila, davi = add_chat(state, "Camila"), add_chat(state, "Davi")
    tell(state, camila, "Connected to Camila.")
    say(state, camila, "Oi Bruno!")
    note_own_text(state, camila, "Tudo bem?", 1)
    say(state, davi, "e aí\tmano")
    tell(state, state.status, "not about a conversation")
    tell(state, camila, "two\nrows")
    folder = TranscriptFolder(tmp_path)
    record(state, folder, state.take_fresh())
    assert folder.file_of("Camila").read_text() == (
        f"{AT}\t\tConnected to Camila.\n"
        f"{AT}\tCamila\tOi Bruno!\n"
        f"{AT}\tBruno\tTudo bem?\n"
        f"{AT}\t\ttwo\n"
        f"{AT}\t\trows\n"
    )
    assert folder.file_of("Davi").read_text() == f"{AT}\tDavi\te aí    mano\n"
    assert len(list(tmp_path.iterdir())) == 2
    assert state.logging


def test_what_a_flood_hides_on_the_screen_is_written(tmp_path: Path) -> None:
    state = make_state()
    camila = add_chat(state, "Camila")
    entry = LogEntry(7, EntryKind.NEWS, state.wall, "", "2 lines hidden", folded=("a", "b"))
    folder = TranscriptFolder(tmp_path)
    record(state, folder, [(camila.number, entry)])
    assert folder.file_of("Camila").read_text() == (
        f"{AT}\t\t2 lines hidden\n{AT}\tCamila\ta\n{AT}\tCamila\tb\n"
    )


def test_a_fault_is_said_once_and_switches_the_transcripts_off(tmp_path: Path) -> None:
    (tmp_path / "logs").touch()
    state = make_state()
    state.logging = True
    camila, davi = add_chat(state, "Camila"), add_chat(state, "Davi")
    say(state, camila, "oi")
    say(state, davi, "oi")
    folder = TranscriptFolder(tmp_path / "logs")
    record(state, folder, state.take_fresh())
    assert not state.logging
    assert said(state) == [f"Cannot write {tmp_path / 'logs'}: File exists. Logging off."]
    assert camila.log[-1].kind is EntryKind.ERROR


def test_a_conversation_that_is_gone_is_nothing_to_write(tmp_path: Path) -> None:
    state = make_state()
    say(state, add_chat(state, "Camila"), "oi")
    fresh = state.take_fresh()
    del state.conversations[2]
    record(state, TranscriptFolder(tmp_path), fresh)
    assert not list(tmp_path.iterdir())
