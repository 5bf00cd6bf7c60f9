"""The mouse, for those who switch it on."""

import pytest

from curses_ui.state.model import ExitQuestion
from curses_ui.state.people import People
from curses_ui.terminal.keys import KeyDecoder, KeyEvent, Mouse, MouseAction, Text
from curses_ui.update.mouse import apply_mouse

from ..desk import add_chat, make_state, said, say
from ..pseudo_terminal import client


def decoded(data: bytes) -> list[KeyEvent]:
    """The events of some bytes, which have to be the same however they are cut."""
    whole = KeyDecoder()
    whole.receive_data(data, now=0.0)
    events = whole.take_events()
    chopped = KeyDecoder()
    for at in range(len(data)):
        chopped.receive_data(data[at : at + 1], now=0.0)
    assert chopped.take_events() == events
    return events


@pytest.mark.parametrize(
    ("data", "event"),
    [
        (b"\x1b[<0;1;1M", Mouse(MouseAction.CLICK, 0, 0)),
        (b"\x1b[<0;80;24M", Mouse(MouseAction.CLICK, 23, 79)),
        (b"\x1b[<64;300;10M", Mouse(MouseAction.WHEEL_UP, 9, 299)),
        (b"\x1b[<65;3;4M", Mouse(MouseAction.WHEEL_DOWN, 3, 2)),
        (b"\x1b[<68;3;4M", Mouse(MouseAction.WHEEL_UP, 3, 2)),  # with Shift
        (b"\x1b[<16;3;4M", Mouse(MouseAction.CLICK, 3, 2)),  # with Ctrl
    ],
)
def test_a_mouse_report_is_an_event(data: bytes, event: Mouse) -> None:
    assert decoded(data) == [event]


@pytest.mark.parametrize(
    "data",
    [
        b"\x1b[<0;1;1m",  # let go
        b"\x1b[<1;1;1M",  # another button
        b"\x1b[<32;1;1M",  # dragged
        b"\x1b[<0;0;1M",
        b"\x1b[<0;1M",
        b"\x1b[<;;M",
        b"\x1b[<0;1;1;1M",
        b"\x1b[<0;999999;1M",
        b"\x1b[<M",
    ],
)
def test_any_other_report_is_dropped_whole(data: bytes) -> None:
    assert decoded(data + b"x") == [Text("x")]


PANE_COLUMN = 70
LOG_COLUMN = 10


def test_the_wheel_scrolls_what_is_under_the_pointer() -> None:
    state = make_state(people=tuple(f"Pessoa {number:02}" for number in range(40)))
    for number in range(100):
        say(state, state.status, f"texto {number}")
    is_scrolled = []
    for action in (MouseAction.WHEEL_UP, MouseAction.WHEEL_DOWN):
        apply_mouse(state, Mouse(action, 5, LOG_COLUMN))
        is_scrolled.append(state.here.anchor is not None)
    assert is_scrolled == [True, False]
    apply_mouse(state, Mouse(MouseAction.WHEEL_DOWN, 5, PANE_COLUMN))
    assert state.people_scroll == 3
    apply_mouse(state, Mouse(MouseAction.WHEEL_UP, 5, PANE_COLUMN))
    assert state.people_scroll == 0
    apply_mouse(state, Mouse(MouseAction.WHEEL_UP, 23, LOG_COLUMN))  # the input line
    assert state.here.anchor is None


def test_a_click_goes_to_a_conversation() -> None:
    state = make_state()
    add_chat(state, "Camila")
    add_chat(state, "Davi")
    apply_mouse(state, Mouse(MouseAction.CLICK, 3, PANE_COLUMN))  # below the header and the title
    assert state.here.label == "Davi"
    apply_mouse(state, Mouse(MouseAction.CLICK, 2, LOG_COLUMN))
    assert state.here.label == "Davi"


def test_a_click_on_somebody_writes_the_command_and_calls_nobody() -> None:
    state = make_state(people=("Camila", "7"))
    add_chat(state, "Camila")
    apply_mouse(state, Mouse(MouseAction.CLICK, 3, PANE_COLUMN))  # the gap
    assert state.here.draft.text == ""
    apply_mouse(state, Mouse(MouseAction.CLICK, 4, PANE_COLUMN))
    assert state.here.draft.text == '/chat "7"'
    apply_mouse(state, Mouse(MouseAction.CLICK, 4, PANE_COLUMN))
    assert state.notice == "Send or clear the draft first."
    assert state.here.draft.text == '/chat "7"'
    assert said(state) == []


def test_a_click_beside_everything_is_nothing() -> None:
    state = make_state()
    add_chat(state, "Camila")
    for row in (0, 1, 12, 22, 23, 500):
        apply_mouse(state, Mouse(MouseAction.CLICK, row, PANE_COLUMN))
    assert state.current == 1
    state.question = ExitQuestion()
    apply_mouse(state, Mouse(MouseAction.CLICK, 2, PANE_COLUMN))
    assert state.current == 1


def test_a_click_in_a_scrolled_pane_means_what_is_seen() -> None:
    state = make_state(people=tuple(f"Pessoa {number:02}" for number in range(40)))
    state.people_scroll = 5
    apply_mouse(state, Mouse(MouseAction.CLICK, 2, PANE_COLUMN))
    assert state.here.draft.text == "/chat Pessoa 05"
    state.people = People()
    apply_mouse(state, Mouse(MouseAction.CLICK, 2, PANE_COLUMN))
    assert state.here.draft.text == "/chat Pessoa 05"


MOUSE_MODES = {1000, 1006}


def test_the_terminal_reports_the_mouse_only_while_it_is_switched_on() -> None:
    with client("Ana") as ana:
        ana.wait_for("Registered at")
        assert not MOUSE_MODES & ana.vt.private_modes
        ana.enter("/set mouse on")
        ana.wait_until(lambda: ana.vt.private_modes >= MOUSE_MODES)
        ana.enter("/keys")
        ana.wait_gone("You are Ana.")
        for _ in range(20):
            ana.send("\x1b[<64;5;5M")
        ana.wait_for("You are Ana.")
        ana.enter("/set mouse off")
        ana.wait_until(lambda: not MOUSE_MODES & ana.vt.private_modes)
        ana.enter("/set mouse on")
        ana.wait_until(lambda: ana.vt.private_modes >= MOUSE_MODES)
        ana.enter("/exit")
        assert ana.wait_exit() == 0
        ana.check_given_back()
        assert not MOUSE_MODES & ana.vt.private_modes
