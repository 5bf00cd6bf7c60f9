"""Entries as lines of text: for a client without a screen, and for transcripts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from core import TextId
from curses_ui.settings import Settings
from curses_ui.state.conversation import EntryKind, LogEntry
from curses_ui.state.journal import note_own_text, tell
from curses_ui.view.lines import lost_lines, plain_lines, transcript_line, transcript_lines

from ..desk import add_chat, make_state, say

AT = "2026-11-22T14:01:07+00:00"


def utc(wall: float) -> datetime:
    return datetime.fromtimestamp(wall, UTC)


def test_texts_news_and_errors_can_be_told_apart_without_a_screen() -> None:
    state = make_state()
    entry = LogEntry(7, EntryKind.THEIRS, 0.0, "Camila", "oi … ␛")
    assert plain_lines(state, entry) == ["<Camila> oi … ␛"]
    assert plain_lines(state, replace(entry, kind=EntryKind.NEWS, text="a\nb")) == ["* a", "* b"]
    assert plain_lines(state, replace(entry, kind=EntryKind.ERROR)) == ["! oi … ␛"]
    assert plain_lines(state, replace(entry, kind=EntryKind.OURS)) == []
    state.settings = Settings(ascii=True)
    assert plain_lines(state, entry) == ["<Camila> oi ... ^["]


def test_lines_that_were_lost_are_counted() -> None:
    assert lost_lines(make_state(), 3) == "! 3 lines were lost: their reader is too slow."


def test_a_line_of_a_transcript_has_time_name_and_text_parted_by_tabs() -> None:
    line = transcript_line(utc(1_795_356_067.9), "Camila", "Oi Bruno! 👍")
    assert line == "2026-11-22T14:01:07+00:00\tCamila\tOi Bruno! 👍\n"


def test_news_of_the_program_have_no_name() -> None:
    assert transcript_line(utc(0.0), "", "Connected to Ana.") == (
        "1970-01-01T00:00:00+00:00\t\tConnected to Ana.\n"
    )


@pytest.mark.parametrize("text", ["a\tb", "a\nb", "a\r\nb", "a\u2028b", "a\x85b", "a\x0bb"])
def test_a_text_can_forge_neither_a_field_nor_a_line(text: str) -> None:
    line = transcript_line(utc(0.0), text, text)
    assert line == "1970-01-01T00:00:00+00:00\ta b\ta b\n"


@pytest.mark.parametrize(
    ("offset_seconds", "zone"), [(0, "+00:00"), (-3 * 3600, "-03:00"), (19_800, "+05:30"), (-12_600, "-03:30")]
)
def test_the_time_has_its_distance_from_utc(offset_seconds: int, zone: str) -> None:
    local = datetime(2026, 11, 22, 14, 1, 7, 999, timezone(timedelta(seconds=offset_seconds)))
    assert transcript_line(local, "", "") == f"2026-11-22T14:01:07{zone}\t\t\n"


def test_everything_said_in_a_conversation_goes_to_its_transcript() -> None:
    state = make_state()
    camila = add_chat(state, "Camila")
    tell(state, camila, "Connected to Camila.")
    say(state, camila, "Oi Bruno!", "e aí\tmano")
    note_own_text(state, camila, "Tudo bem?", TextId(1))
    tell(state, camila, "two\nrows")
    assert [line for entry in camila.log for line in transcript_lines(state, camila, entry)] == [
        f"{AT}\t\tConnected to Camila.\n",
        f"{AT}\tCamila\tOi Bruno!\n",
        f"{AT}\tCamila\te aí    mano\n",
        f"{AT}\tBruno\tTudo bem?\n",
        f"{AT}\t\ttwo\n",
        f"{AT}\t\trows\n",
    ]


def test_what_a_flood_hides_on_the_screen_goes_to_the_transcript() -> None:
    state = make_state()
    camila = add_chat(state, "Camila")
    entry = LogEntry(7, EntryKind.NEWS, state.wall, "", "2 lines hidden", folded=("a", "b"))
    assert list(transcript_lines(state, camila, entry)) == [
        f"{AT}\t\t2 lines hidden\n",
        f"{AT}\tCamila\ta\n",
        f"{AT}\tCamila\tb\n",
    ]
