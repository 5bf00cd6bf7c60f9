"""Header and status bar at every width."""

import re

import pytest

from core import ChatEnd, ChatEnded, ChatRequested, ConversationId, TrackerLossReason, TrackerLost

from curses_ui.settings import Settings
from curses_ui.state.journal import tell_error
from curses_ui.state.model import TrackerState
from curses_ui.terminal.frame import Role
from curses_ui.text.cells import text_width
from curses_ui.view.bars import prompt, tracker_text
from curses_ui.view.glyphs import UNICODE
from curses_ui.view.layout import compute_layout

from ..scene import Scene


def busy() -> Scene:
    scene = Scene()
    scene.registered("Camila", "Rui")
    scene.call(1, "Camila")
    for chat, name in enumerate(("Ana", "Davi", "Eva"), start=2):
        scene.called_by(chat, name)
        scene.hear(chat, *("x" for _ in range(chat)))
    return scene


def bars(scene: Scene, columns: int, rows: int = 24) -> tuple[str, str]:
    lines = scene.picture(rows, columns).split("\n")
    return lines[0], lines[-2]


def test_the_status_bar_says_when_where_and_who_is_there() -> None:
    status = bars(busy(), 80)[1]
    assert status.rstrip() == " 12:00  [2:Camila]  *3:Ana(2) *4:Davi(3) *5:Eva(4) *2:Camila .Rui"


@pytest.mark.parametrize("columns", range(12, 80))
def test_what_is_below_never_touches_the_number_of_the_others(columns: int) -> None:
    scene = busy()
    scene.press("M-2")
    for _ in range(40):
        scene.enter("oi")
    scene.picture(10, columns)
    scene.press("PgUp")
    status = bars(scene, columns, 10)[1]
    assert re.search(r"(^|[^0-9+]) ?[0-9]+v *$|-- more [0-9]+ v --", status), status
    assert not re.search(r"\+[0-9]+v|[0-9] on[0-9]", status), status


def test_the_status_bar_shows_that_transcripts_are_written_and_not_that_they_are_not() -> None:
    scene = busy()
    assert "log:" not in bars(scene, 100)[1]
    scene.state.logging = True
    assert "log: on" in bars(scene, 100)[1]


@pytest.mark.parametrize(
    ("columns", "status"),
    [
        (64, " 12:00  [2:Camila]  *3:Ana(2) *4:Davi(3) *5:Eva(4) *2:Camila +1"),
        (63, " 12:00  [2:Camila]  *3:Ana(2) *4:Davi(3) *5:Eva(4) +2"),
        (52, " 12:00  [2:Camila]  *3:Ana(2) *4:Davi(3) +3"),
        (45, " 12:00  [2:Camila]  *3:Ana(2) *4:Davi(3) +3"),
        (44, " 12:00 [2] *3:Ana(2) *4:Davi(3) +3"),
        (30, " 12:00 [2] *3:Ana(2) +4"),
        (29, "[2] *3:Ana(2) *4:Davi(3) +3"),
        (26, "[2] *3:Ana(2) +4"),
        (20, "[2] *3:Ana(2) +4"),
        (16, "[2] *3:Ana(2) +4"),
        (15, "[2] 5 on"),
        (12, "[2] 5 on"),
    ],
)
def test_peers_go_from_the_right_and_their_number_stays(columns: int, status: str) -> None:
    assert bars(busy(), columns)[1].rstrip() == status


def test_peers_carry_the_marks_of_the_pane() -> None:
    scene = busy()
    scene.called_by(6, "Ana", host="10.0.0.66", namesake=True)
    scene.state.settings = Settings(accept="ask")
    scene.called_by(5, "Ivo")
    scene.event(ChatRequested(ConversationId(7), "Lia"))
    scene.lose(2)
    assert "x3:Ana(2)" in bars(scene, 120)[1]
    assert "!7:Ivo" in bars(scene, 120)[1]
    assert "?6:Ana~2" in bars(scene, 120)[1]
    assert "~8:Lia" in bars(scene, 120)[1]


def test_the_peer_on_the_screen_is_emphasised_and_unread_ones_are_bright() -> None:
    line = busy().frame(24, 80).lines[-2]
    roles = {span.text: span.role for span in line}
    assert roles["*2:Camila"] is Role.BAR_CURRENT
    assert roles["*3:Ana(2)"] is Role.BAR_ALERT
    assert roles[".Rui"] is Role.BAR


def test_a_crowd_is_a_number_behind_those_that_fit() -> None:
    scene = Scene()
    scene.registered(*(f"P{number:03}" for number in range(250)))
    assert bars(scene, 80)[1].rstrip().endswith("+241")
    assert bars(scene, 20)[1].rstrip() == "[1] .P000 .P001 +248"
    assert bars(scene, 12)[1].rstrip() == "[1] 250 on"


@pytest.mark.parametrize(("columns", "status"), [(80, "nobody else is here"), (40, "nobody else is here"), (20, "0 on")])
def test_who_is_alone_is_told_so(columns: int, status: str) -> None:
    scene = Scene()
    assert status not in bars(scene, columns)[1]  # not known yet
    scene.registered()
    assert bars(scene, columns)[1].rstrip().endswith(status)


def test_a_paste_that_is_sent_hides_nobody_and_says_to_whom_elsewhere() -> None:
    scene = busy()
    scene.state.paste.extend([(2, "x")] * 30)
    scene.state.paste_count = 41
    assert bars(scene, 80)[1].rstrip() == " 12:00  [2:Camila]  Sending 11 of 41; Esc stops.  *3:Ana(2) *4:Davi(3) +3"
    assert bars(scene, 40)[1].rstrip() == " 12:00 [2] 11 of 41, Esc stops. 5 on"
    scene.press("M-1")
    assert "Sending 11 of 41 to Camila; Esc stops." in bars(scene, 80)[1]


def test_whoever_was_registered_and_is_refused_does_not_read_that_the_name_is_taken() -> None:
    scene = busy()
    scene.event(TrackerLost(TrackerLossReason.REFUSED, None, 4.0, True))
    assert "refused by tracker" in bars(scene, 80)[0]


def test_ended_conversations_with_news_stand_behind_the_connected_ones() -> None:
    scene = busy()
    scene.event(ChatEnded(ConversationId(4), ChatEnd.FAREWELL, None, (), ()))
    scene.press("M-5")
    scene.wait(1.0)
    scene.press("M-2")
    tell_error(scene.state, scene.state.conversations[5], "look!")
    assert bars(scene, 80)[1].rstrip() == " 12:00  [2:Camila]  *3:Ana(2) *4:Davi(3) *2:Camila x5:Eva .Rui"


def test_news_in_the_status_window_stand_among_the_peers() -> None:
    scene = busy()
    tell_error(scene.state, scene.state.status, "look!")
    assert "*5:Eva(4) *2:Camila 1:prosa .Rui" in bars(scene, 80)[1]


def test_long_names_that_are_alike_stay_different_wherever_they_are_cut() -> None:
    scene = Scene()
    scene.registered("Ana Paula Souza", "Ana Paula Sousa")
    scene.called_by(1, "Ana Paula Souza")
    scene.hear(1, "oi")
    picture = scene.picture()
    assert "*2:Ana Paul…uza(1) .Ana Paul…usa" in picture
    assert " 2 * Ana Pau…uza 1" in picture and "   . Ana Paula…usa" in picture
    scene.press("M-2")
    picture = scene.picture()
    assert "[2:Ana Paul…uza]" in picture and "Ana Paul…uza> " in picture and "Ana Paul…uza  oi" in picture


def test_bars_are_exact_and_never_wrap_at_any_width() -> None:
    scene = busy()
    scene.state.here.anchor = None
    for columns in range(12, 140):
        for line in bars(scene, columns):
            assert text_width(line) == columns


def test_a_screen_without_a_header_has_the_tracker_in_the_status_bar() -> None:
    scene = busy()
    assert "tracker ok" in bars(scene, 80, rows=5)[1]
    assert "tracker ok" not in bars(scene, 80, rows=6)[1]


def test_the_header_gives_up_the_address_then_our_name() -> None:
    scene = busy()
    assert bars(scene, 80)[0].split() == [
        *("prosa", "Bruno", "Camila", "10.0.0.8:9382", "(verified)", "tracker", "ok")
    ]
    assert bars(scene, 50)[0].split() == ["Camila", "10.0.0.8:9382", "(verified)", "tracker", "ok"]
    assert bars(scene, 40)[0].split() == ["Camila", "(verified)", "tracker", "ok"]
    assert bars(scene, 20)[0].split()[0] == "Camila"


def test_a_tracker_that_is_gone_takes_the_room_of_a_long_peer() -> None:
    scene = Scene()
    scene.registered("Ana Paula")
    scene.called_by(1, "Ana Paula")
    scene.press("M-2")
    scene.event(ChatEnded(ConversationId(1), ChatEnd.FAREWELL, None, (), ()))
    scene.event(TrackerLost(TrackerLossReason.CLOSED, None, scene.now + 4, True))
    assert [bars(scene, columns, rows=10)[0] for columns in (60, 40, 28, 24)] == [
        " Ana Paula 10.0.0.9:40001 (closed 12:00)    no tracker, 4 s ",
        " Ana Paula (closed 12:… no tracker, 4 s ",
        " Ana Paula… no tracker, 4 s ",
        " Ana P… no tracker, 4 s ",
    ]


def test_the_header_of_the_status_window_has_nobody_in_it() -> None:
    scene = Scene()
    assert bars(scene, 80)[0].split() == ["prosa", "Bruno", "tracker", "..."]
    assert bars(scene, 30)[0].split() == ["Bruno", "tracker", "..."]


def test_a_notice_takes_the_place_of_the_peers_until_the_next_key() -> None:
    scene = busy()
    scene.press("C-c")
    assert bars(scene, 80)[1].rstrip() == " 12:00  [2:Camila]  Press Ctrl+C again or type /exit to leave."
    assert bars(scene, 30)[1] == " Press Ctrl+C again or type /…"
    scene.type("x")
    assert "*3:Ana(2)" in bars(scene, 80)[1]


def test_candidates_are_shown_with_the_chosen_one_marked_at_any_width() -> None:
    scene = Scene()
    scene.registered(*(f"name{number:02}" for number in range(30)))
    scene.type("/chat name")
    for pressed in range(30):
        scene.press("Tab")
        for columns in (12, 40, 80):
            assert f"[name{pressed:02}]" in bars(scene, columns)[1]


@pytest.mark.parametrize(
    ("state", "retry_at", "text"),
    [
        (TrackerState.REGISTERED, 0.0, "tracker ok"),
        (TrackerState.CONNECTING, 0.0, "tracker ..."),
        (TrackerState.WAITING, 3.2, "no tracker, 3 s"),
        (TrackerState.WAITING, 0.0, "tracker ..."),
    ],
)
def test_how_the_tracker_is_takes_few_words(state: TrackerState, retry_at: float, text: str) -> None:
    scene = Scene()
    scene.state.tracker.state = state
    scene.state.tracker.retry_at = retry_at
    assert tracker_text(scene.state) == text


@pytest.mark.parametrize(
    ("columns", "shown"),
    [(80, "Camila> "), (40, "Camila> "), (30, "Camila> "), (20, "Camila> "), (19, "> "), (4, "> "), (3, "")],
)
def test_the_prompt_names_the_recipient_where_there_is_room(columns: int, shown: str) -> None:
    scene = busy()
    layout = compute_layout(24, columns, pane_wanted=True)
    assert prompt(scene.state, layout, UNICODE) == shown


def test_a_long_name_leaves_room_for_the_draft() -> None:
    scene = Scene()
    scene.call(1, "x" * 32)
    assert scene.picture(24, 80).split("\n")[-1].startswith("xxxxxxxxxxx…> ")


def test_who_hosts_for_others_sees_it_and_is_asked_before_leaving() -> None:
    scene = busy()
    scene.state.tracker.embedded = True
    assert "you host the tracker (2)" in bars(scene, 80)[0]
    assert "you host (2)" in bars(scene, 40)[0]
    scene.press("M-1")
    assert bars(scene, 40)[0].rstrip() == " Bruno         you host the tracker (2)"
    scene.enter("/exit")
    assert scene.picture(10, 40).split("\n")[-1].rstrip() == "2 use your tracker. Leave? (y)es (n)o"
    assert scene.picture(24, 80).split("\n")[-1].rstrip() == "2 others use your tracker. Leave the program? (y)es (n)o"
    scene.state.people.replace(["Camila"])
    assert "1 other uses your tracker." in scene.picture(24, 80)
    scene.state.people.replace([])
    assert "tracker ok" in bars(scene, 80)[0]
