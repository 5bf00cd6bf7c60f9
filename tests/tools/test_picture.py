"""tools/picture.py and tools/svg.py: the pictures in the docs are what the client looks like now."""

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from curses_ui.recording.replay import load_session
from curses_ui.terminal.frame import Frame, Role, Span
from curses_ui.text.cells import text_width
from tools import demo_session, picture, svg
from tools.picture import FOLDER, WANTED, Wanted
from tools.svg import Scene

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("wanted", WANTED, ids=lambda wanted: wanted.file)
def test_the_pictures_in_the_docs_are_current(wanted: Wanted) -> None:
    there = (FOLDER / wanted.file).read_text(encoding="utf-8")
    assert there == picture.make(wanted), "run: python3 -m tools.picture"


@pytest.mark.parametrize("session", sorted({wanted.session for wanted in WANTED}))
def test_the_recordings_behind_them_are_replayed_to_the_frame(session: str) -> None:
    assert load_session(FOLDER / session).others == 0, f"run: python3 -m tools.demo_session {session}"


@pytest.mark.parametrize("session", ["chat", "wire"])
def test_the_demo_records_the_same_session_each_time(tmp_path: Path, session: str) -> None:
    demo_session.record(tmp_path / "again", wire=session == "wire")
    frames = [shot.frame for shot in load_session(tmp_path / "again").shots]
    assert frames == [shot.frame for shot in load_session(FOLDER / f"{session}.session").shots]


def test_the_picture_of_the_readme_is_an_80x24_screen_with_three_people_and_two_languages() -> None:
    frame = load_session(FOLDER / "chat.session", language="pt_BR").shots[-1].frame
    assert (len(frame.lines), sum(text_width(span.text) for span in frame.lines[0])) == (24, 80)
    assert all(name in frame.text() for name in ("Ana", "Bruno", "Camila", "PESSOAS", "já volto"))


def frame(*rows: str, cursor: tuple[int, int] | None = None) -> Frame:
    return Frame(tuple((Span(row, Role.TEXT),) for row in rows), cursor, "prosa")


def texts(document: str) -> list[tuple[int, int, int, str]]:
    """Left, base line, width and words of each piece of text."""
    found = ElementTree.fromstring(document).iter(f"{SVG}text")
    return [
        (int(text.attrib["x"]), int(text.attrib["y"]), int(text.attrib["textLength"]), text.text or "")
        for text in found
    ]


def test_every_piece_of_text_has_its_cells() -> None:
    pieces = texts(svg.picture(frame("a 日本 b", "  <&>")))
    assert [(words, width // 9) for _, _, width, words in pieces] == [("a", 1), ("日", 2), ("本", 2), ("b", 1), ("<&>", 3)]
    assert [(left - 12) // 9 for left, _, _, _ in pieces] == [0, 2, 4, 7, 2]
    assert len({base for _, base, _, _ in pieces}) == 2


def test_bars_are_of_one_piece() -> None:
    bar = (Span(" prosa ", Role.BAR), Span(" Ana ", Role.BAR), Span("!", Role.BAR_ALERT))
    drawn = svg.picture(Frame((bar,), None, ""))
    _, *bars = ElementTree.fromstring(drawn).iter(f"{SVG}rect")
    assert [(bar.attrib["x"], bar.attrib["width"]) for bar in bars] == [("12", str(13 * 9))]


def test_a_moving_picture_shows_each_row_at_its_time() -> None:
    scenes = [
        Scene(frame("same", "one", cursor=(0, 0)), 1.0),
        Scene(frame("same", "two", cursor=(0, 0)), 2.0),
        Scene(frame("same", "one", cursor=(1, 3)), 1.0),
    ]
    root = ElementTree.fromstring(svg.moving_picture(scenes))
    shown = {}
    for group in root.iter(f"{SVG}g"):
        animation = group.find(f"{SVG}animate")
        assert animation is not None and animation.attrib["dur"] == "4.0s"
        text = group.find(f"{SVG}text")
        if text is not None:
            shown[animation.attrib["keyTimes"]] = (text.text, animation.attrib["values"])
    assert shown == {
        "0.0000;0.2500": ("one", "inline;none"),
        "0.0000;0.2500;0.7500": ("two", "none;inline;none"),
        "0.0000;0.7500": ("one", "none;inline"),
    }
    assert [text for *_, text in texts(svg.moving_picture(scenes))].count("same") == 1


def test_a_picture_needs_nothing_from_elsewhere() -> None:
    for wanted in WANTED:
        drawn = (FOLDER / wanted.file).read_text(encoding="utf-8")
        assert re.findall(r"(?:href|src|url\(|@import)", drawn) == []


def test_anybody_can_make_a_picture_of_a_session(tmp_path: Path) -> None:
    session = str(FOLDER / "chat.session")
    picture.main([session, str(tmp_path / "still.svg"), "--frame", "1"])
    picture.main([session, str(tmp_path / "moving.svg"), "--moving", "--lang", "pt"])
    assert "<animate" not in (tmp_path / "still.svg").read_text(encoding="utf-8")
    assert "PESSOAS" in (tmp_path / "moving.svg").read_text(encoding="utf-8")
    with pytest.raises(SystemExit):
        picture.main([session])
