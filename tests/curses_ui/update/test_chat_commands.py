"""Commands about people."""

import pytest

from core import CameOnline, PeopleListed, TrackerLost, TrackerLossReason, TrackerRegistered, Verdict

from curses_ui.state.conversation import ChatState
from curses_ui.state.effects import Effect, EndChat, OpenChat, OpenChatAt, RefreshList, Say
from curses_ui.state.model import LIST_PATIENCE_SECONDS, PendingList, TrackerState
from curses_ui.update.inputs import handle_timer, next_timer
from curses_ui.update.node_events import apply_node_event, give_up_lists

from ..desk import add_chat, make_state, run, said


def test_list_asks_the_tracker_and_remembers_what_for() -> None:
    state = make_state()
    assert run(state, "/list", "/quem an") == [RefreshList(), RefreshList()]
    assert list(state.pending_lists) == [PendingList(1, ""), PendingList(1, "an")]


@pytest.mark.parametrize("tracker", [TrackerState.CONNECTING, TrackerState.WAITING])
def test_list_without_a_tracker_says_so(tracker: TrackerState) -> None:
    state = make_state()
    state.tracker.state = tracker
    assert run(state, "/list") == []
    assert said(state) == ["Not connected to a tracker."]
    assert not state.pending_lists


# Calling


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ("/chat Camila", "Camila"),
        ("/dcc chat Davi", "Davi"),
        ("/chat Zeca", "Zeca"),  # not on our list: the tracker knows better
        ('/chat "1"', "1"),
        ('/chat "cam"', "cam"),  # in quotes, it is meant so
        ("/chat ana julia", "ana julia"),
    ],
)
def test_chat_calls_a_name_at_once(row: str, name: str) -> None:
    assert run(make_state(), row) == [OpenChat(name)]


@pytest.mark.parametrize(
    ("row", "effect"),
    [
        ("/c camila", OpenChat("Camila")),
        ("/query CAM", OpenChat("Camila")),
        ("/conversar joao", OpenChat("João")),
        ("/msg cam oi", OpenChat("Camila", draft="oi")),
        ("/msg camila oi", OpenChat("Camila", show=False, text="oi")),
        ("/msg Zeca oi", OpenChat("Zeca", show=False, text="oi")),  # not on any list: the tracker knows better
    ],
)
def test_a_name_that_is_only_alike_waits_for_a_fresh_list(row: str, effect: Effect) -> None:
    state = make_state()
    assert run(state, row) == [RefreshList()]
    assert apply_node_event(state, PeopleListed(("Camila",))) == [effect]
    assert not state.pending_lists
    assert said(state) == []


def test_the_one_who_came_meanwhile_is_called_and_nobody_alike() -> None:
    state = make_state(people=("Ana Julia",))
    assert run(state, "/msg Ana segredo", "/list") == [RefreshList(), RefreshList()]
    apply_node_event(state, CameOnline("Ana"))
    names = ("Ana Julia", "Ana")
    assert apply_node_event(state, PeopleListed(names)) == [OpenChat("Ana", show=False, text="segredo")]
    assert apply_node_event(state, PeopleListed(names)) == []
    assert said(state)[-1] == "Active (besides you): Ana, Ana Julia"


def test_what_waits_for_a_list_is_done_without_when_the_tracker_is_lost() -> None:
    state = make_state()
    run(state, "/chat cam", "/list")
    lost = TrackerLost(TrackerLossReason.CLOSED, None, state.now + 1, True)
    assert apply_node_event(state, lost) == [OpenChat("Camila")]
    assert said(state)[-1] == "Not connected to a tracker."
    assert run(state, "/chat cam") == [OpenChat("Camila")]  # no tracker to ask


def test_what_was_asked_before_a_reconnect_is_answered_by_the_new_registration() -> None:
    state = make_state()
    run(state, "/chat cam", "/list av")
    assert apply_node_event(state, TrackerRegistered("Bruno", ("Camila", "Davi"))) == [OpenChat("Camila")]
    assert said(state)[-1] == "Active (besides you): Davi"
    assert not state.pending_lists


@pytest.mark.parametrize(
    ("row", "address"),
    [("/chat 10.0.0.1:9382", ("10.0.0.1", 9382)), ("/chat [::1]:9", ("::1", 9)), ("/chat localhost:9", ("127.0.0.1", 9))],
)
def test_chat_calls_an_address(row: str, address: tuple[str, int]) -> None:
    assert run(make_state(), row) == [OpenChatAt(*address)]


def test_chat_calls_no_name_of_a_host() -> None:
    state = make_state()
    assert run(state, "/chat lab:9") == []
    assert said(state) == ["lab is no IP address."]


def test_chat_goes_to_an_open_conversation() -> None:
    state = make_state()
    camila = add_chat(state, "Camila")
    assert run(state, "/chat Camila") == []
    assert state.here is camila
    assert said(state) == []
    assert run(state, "/chat Camila") == []
    assert said(state) == ["Already connected to Camila."]


def test_chat_without_a_screen_says_who_gets_what_is_typed() -> None:
    state = make_state()
    state.plain = True
    add_chat(state, "Camila")
    run(state, "/chat Camila")
    assert said(state) == ["What you type goes to Camila now."]


def test_chat_again_calls_who_has_left() -> None:
    state = make_state()
    camila = add_chat(state, "Camila", chat_state=ChatState.ENDED)
    assert run(state, "/chat Camila") == [OpenChat("Camila")]
    assert state.here is camila
    nameless = add_chat(state, "10.0.0.9:5", chat_state=ChatState.ENDED)
    nameless.unnamed = True
    assert run(state, '/chat "10.0.0.9:5"') == [OpenChatAt("10.0.0.8", 9382)]


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ("/chat Bruno", "You cannot chat with yourself."),
        ("/chat a\x07b", "a␇b is not online."),
        (f"/chat {'x' * 65}", f"{'x' * 65} is not online."),
        ("/chat lab:0", "lab:0 is not online."),
    ],
)
def test_chat_refuses_what_nobody_can_be_called(row: str, error: str) -> None:
    state = make_state()
    assert run(state, row) == []
    assert said(state) == [error]


@pytest.mark.parametrize("people", [(), ("Ana",), ("Caio Lima",)])
def test_who_has_come_since_the_last_list_is_known_by_every_word_of_the_name(people: tuple[str, ...]) -> None:
    state = make_state(people=people)
    assert run(state, "/msg Caio Silva te ligo") == [RefreshList()]
    apply_node_event(state, CameOnline("Caio Silva"))
    effects = apply_node_event(state, PeopleListed((*people, "Caio Silva")))
    assert effects == [OpenChat("Caio Silva", show=False, text="te ligo")]


def test_a_call_waits_two_seconds_for_a_list_and_is_made_once() -> None:
    state = make_state()
    assert run(state, "/msg Zeca oi", "/list") == [RefreshList(), RefreshList()]
    call: list[Effect] = [OpenChat("Zeca", show=False, text="oi")]
    at = state.now + LIST_PATIENCE_SECONDS
    assert (next_timer(state) or 0.0) <= at
    assert handle_timer(state, now=at - 0.1, wall=state.wall) == []
    assert handle_timer(state, now=at, wall=state.wall) == call
    assert handle_timer(state, now=at, wall=state.wall) == []
    assert (next_timer(state) or at) > at
    assert apply_node_event(state, PeopleListed(("Zeca",))) == []  # late, and only the first of two
    assert list(state.pending_lists) == [PendingList(1, "")]


def test_a_list_that_cannot_be_had_is_said_and_a_call_is_made_all_the_same() -> None:
    state = make_state()
    assert run(state, "/list", "/msg Zeca oi") == [RefreshList(), RefreshList()]
    assert give_up_lists(state) == [OpenChat("Zeca", show=False, text="oi")]
    assert said(state) == ["Not connected to a tracker."]
    assert handle_timer(state, now=state.now + LIST_PATIENCE_SECONDS, wall=state.wall) == []


def test_msg_to_oneself_is_refused() -> None:
    state = make_state()
    assert run(state, "/msg Bruno oi") == [RefreshList()]
    assert apply_node_event(state, PeopleListed(())) == []
    assert said(state) == ["You cannot chat with yourself."]


def test_a_prefix_of_several_names_lists_them() -> None:
    state = make_state(people=("Camila", "Carlos"))
    assert run(state, "/chat ca") == []
    assert said(state) == ['"ca" matches: Camila, Carlos.']


def test_msg_sends_without_going_there() -> None:
    state = make_state()
    camila = add_chat(state, "Camila")
    assert camila.chat is not None
    assert run(state, "/msg Camila Oi, tudo bem?") == [Say(camila.chat, "Oi, tudo bem?", aside=True)]
    assert state.current == 1


def test_msg_calls_first_if_it_has_to() -> None:
    state = make_state()
    assert run(state, "/msg João oi") == [OpenChat("João", show=False, text="oi")]
    add_chat(state, "Camila", chat_state=ChatState.ENDED)
    assert run(state, "/msg Camila oi") == [OpenChat("Camila", show=False, text="oi")]


# Taking leave


def test_bye_ends_the_conversation_on_the_screen_or_the_one_named() -> None:
    state = make_state()
    camila, davi = add_chat(state, "Camila"), add_chat(state, "Davi")
    assert camila.chat is not None
    assert davi.chat is not None
    assert run(state, "/win Camila", "/bye") == [EndChat(camila.chat)]
    assert said(state) == []  # the node's answer says it
    assert run(state, "/tchau dav") == [EndChat(davi.chat)]
    assert said(state) == ["Saying goodbye to Davi..."]
    assert state.here is camila  # history stays


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        (["/bye"], "No active P2P connection. Use /chat <name>."),
        (["/bye Davi"], "Not connected to Davi. Use /chat Davi to call again."),
        (["/win Davi", "/bye"], "Not connected to Davi. Use /chat Davi to call again."),
        (["/bye Zeca"], "No conversation with Zeca. Use /chat Zeca."),
        (["/bye prosa"], "No active P2P connection. Use /chat <name>."),
    ],
)
def test_bye_with_nothing_open_is_an_error_and_never_leaves(rows: list[str], error: str) -> None:
    state = make_state()
    add_chat(state, "Davi", chat_state=ChatState.ENDED)
    assert run(state, *rows) == []
    assert said(state) == [error]


def test_accept_takes_the_only_call_that_waits() -> None:
    state = make_state()
    davi = add_chat(state, "Davi")
    davi.waiting = True
    assert run(state, "/accept") == []
    assert said(state) == ["Connected to Davi."]
    assert state.here is davi
    assert not davi.waiting
    assert run(state, "/accept") == []
    assert said(state) == ["Nobody is calling."]
    assert run(state, "/aceitar Davi") == []
    assert said(state) == ["Davi is not calling."]


def test_accept_of_several_calls_asks_which() -> None:
    state = make_state()
    for name in ("Davi", "Eva"):
        add_chat(state, name).waiting = True
    run(state, "/accept")
    assert said(state) == ["Several are calling: Davi, Eva."]
    run(state, "/accept eva")
    assert state.here.label == "Eva"
    assert state.current == 3


def test_reject_ends_the_call() -> None:
    state = make_state()
    davi = add_chat(state, "Davi")
    davi.waiting = True
    assert davi.chat is not None
    assert run(state, "/recusar davi") == [EndChat(davi.chat)]
    assert state.current == 1


# Knowing them


def test_whois_tells_what_is_known_of_a_conversation() -> None:
    state = make_state()
    camila = add_chat(state, "Camila")
    camila.texts_in, camila.bytes_in, camila.texts_out, camila.bytes_out = 3, 40, 1, 0
    run(state, "/whois cam")
    assert said(state) == [
        "Camila\n"
        "address: 10.0.0.8:9382 (verified by the tracker)\n"
        "connected since 14:01\n"
        "received: 3 messages (40 bytes)\n"
        "sent: 1 message (0 bytes)\n"
        "on the tracker's list"
    ]


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (None, "(not asked yet)"),
        (Verdict.MISMATCH, "(the tracker names another address: 10.0.0.7)"),
        (Verdict.UNKNOWN_NAME, "(the tracker does not know the name)"),
    ],
)
def test_whois_tells_what_the_tracker_says_of_the_address(verdict: Verdict | None, words: str) -> None:
    state = make_state(people=())
    camila = add_chat(state, "Camila", chat_state=ChatState.ENDED)
    camila.verdict, camila.tracker_host, camila.host = verdict, "10.0.0.7", "fe80::1"
    run(state, "/whois Camila")
    rows = said(state)[0].split("\n")
    assert rows[1] == f"address: [fe80::1]:9382 {words}"
    assert rows[2] == "not connected since 14:01"
    assert rows[-1] == "not on the tracker's list"


def test_whois_of_people_without_a_conversation() -> None:
    state = make_state()
    run(state, "/whois joao", "/whois Zeca")
    assert said(state) == ["João is online. No conversation yet.", "Zeca is not online."]


def test_ignore_and_unignore_go_by_name() -> None:
    state = make_state()
    add_chat(state, "Camila")
    run(state, "/ignore", "/ignore cam", "/ignore joao", "/ignore Zeca")
    assert state.ignored == {"Camila", "João", "Zeca"}
    run(state, "/ignore", "/unignore Camila", "/unignore Camila")
    assert state.ignored == {"João", "Zeca"}
    assert said(state) == [
        "Nobody is ignored.",
        "Ignoring Camila. /unignore Camila undoes it.",
        "Ignoring João. /unignore João undoes it.",
        "Ignoring Zeca. /unignore Zeca undoes it.",
        "Ignored: Camila, João, Zeca",
        "Messages from Camila are shown again.",
        "Camila is not ignored.",
    ]
