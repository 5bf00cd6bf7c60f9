"""What the node reports, as the user gets to see it."""

import pytest

from core.events import (
    ChatEnd,
    ChatEnded,
    ChatFailed,
    ChatOpened,
    ChatRequested,
    ConversationId,
    LossReason,
    NamesDropped,
    NodeLeft,
    PeerNamed,
    PeerVerified,
    PeopleListed,
    PersonNotOnline,
    TextId,
    TextReceived,
    TrackerLossReason,
    TrackerLost,
    TrackerRegistered,
    Verdict,
)

from curses_ui.settings import Settings
from curses_ui.i18n import ENGLISH, PORTUGUESE
from curses_ui.state.conversation import STATUS_WINDOW, ChatState, EntryKind, Mark
from curses_ui.state.effects import RefreshList
from curses_ui.state.limits import CLIENT_LIMITS
from curses_ui.state.model import TrackerState, UiState, Windowless
from curses_ui.state.effects import Rename
from curses_ui.update.node_events import MAX_NAMES_TOLD, TRACKER_WHY, WHY, begin_call

from ..scene import Scene

# The tracker


def begin_renaming(state: UiState, name: str) -> None:
    """What ``/name`` does before the tracker answers."""
    state.tracker.asked_name = name
    state.tracker.state = TrackerState.CONNECTING


def test_the_first_registration_tells_who_is_there() -> None:
    scene = Scene()
    scene.registered("Ana", "Camila")
    assert scene.log() == ["Registered at 10.0.0.1:10000 as Bruno.", "Active (besides you): Ana, Camila"]
    assert scene.state.people.names() == ["Ana", "Camila"]
    assert scene.state.tracker.state is TrackerState.REGISTERED


def test_a_later_registration_is_one_line() -> None:
    scene = Scene()
    scene.registered()
    scene.registered("Ana")
    assert scene.log()[2:] == ["Registered at 10.0.0.1:10000 as Bruno."]
    assert scene.state.people.names() == ["Ana"]


def lost(
    scene: Scene,
    reason: TrackerLossReason,
    *,
    detail: LossReason | None = None,
    seconds: float = 4.0,
    ever: bool = True,
) -> None:
    scene.event(TrackerLost(reason, detail, scene.now + seconds, ever))


def test_the_loss_of_the_tracker_is_said_once_with_the_wait() -> None:
    scene = Scene()
    scene.registered()
    lost(scene, TrackerLossReason.BROKEN, detail=LossReason.RESET, seconds=1.2)
    assert scene.last() == "Lost the tracker (connection reset). Retrying in 1 s; open chats go on."
    lines = len(scene.log())
    scene.wait(2)
    lost(scene, TrackerLossReason.BROKEN, detail=LossReason.RESET)
    lost(scene, TrackerLossReason.BROKEN, detail=LossReason.RESET)
    assert len(scene.log()) == lines


def test_attempts_to_come_back_are_no_further_losses() -> None:
    """The loss was said twice, as closed and then as refused, with the advice that goes with it."""
    scene = Scene()
    scene.registered()
    lost(scene, TrackerLossReason.CLOSED)
    lines = scene.log()
    lost(scene, TrackerLossReason.UNREACHABLE, detail=LossReason.REFUSED)
    assert scene.log() == lines
    lost(scene, TrackerLossReason.FAULTY)
    assert scene.last() == "Lost the tracker (not a tracker). Retrying in 4 s; open chats go on."


def test_another_tracker_that_cannot_be_reached_is_told() -> None:
    scene = Scene()
    scene.registered()
    scene.enter("/tracker 10.0.0.66:10000")
    lost(scene, TrackerLossReason.CLOSED)
    lost(scene, TrackerLossReason.UNREACHABLE, detail=LossReason.REFUSED)
    assert "(refused)" in scene.last()


def test_the_first_message_in_another_window_says_once_how_to_read_it() -> None:
    """A new user saw a number in the bar, and did not know what to type."""
    scene = Scene()
    scene.called_by(1, "Ana")
    scene.hear(1, "oi")
    assert scene.last(scene.state.status) == "Ana has written to you: Alt+a or /win 2 shows it."
    scene.called_by(2, "Bia")
    lines = list(scene.log(scene.state.status))
    scene.hear(2, "oi")
    assert scene.log(scene.state.status) == lines


def test_nothing_is_said_of_windows_to_somebody_who_reads_the_message() -> None:
    scene = Scene()
    scene.call(1, "Ana")
    scene.hear(1, "oi")
    assert not scene.state.told_of_windows


def test_after_a_registration_a_loss_is_said_again() -> None:
    scene = Scene()
    for _ in range(2):
        scene.registered()
        lost(scene, TrackerLossReason.CLOSED)
        assert scene.last() == "Lost the tracker (closed). Retrying in 4 s; open chats go on."


def test_a_tracker_that_was_never_reached_is_named() -> None:
    scene = Scene()
    lost(scene, TrackerLossReason.UNREACHABLE, detail=LossReason.REFUSED, ever=False)
    assert scene.last() == "Cannot reach the tracker at 10.0.0.1:10000 (refused). Retrying in 4 s."
    assert scene.state.status.log[-1].kind is EntryKind.ERROR


def refused(*, ever: bool = False, retry_at: float = 4.0) -> TrackerLost:
    return TrackerLost(TrackerLossReason.REFUSED, None, retry_at, ever)


@pytest.mark.parametrize(("language", "command"), [(ENGLISH, "/name"), (PORTUGUESE, "/nome")])
def test_a_name_that_is_taken_is_no_dead_end(language: str, command: str) -> None:
    scene = Scene(language=language)
    scene.event(refused())
    assert "Bruno2" in scene.last()
    assert scene.state.here.draft.text == f"{command} Bruno2"
    assert "tracker" not in scene.picture().split("\n")[0]
    scene.event(refused(retry_at=8.0))
    assert len(scene.log()) == 1  # said once
    scene.press("Enter")
    assert scene.effects == [Rename("Bruno2")]


def test_whoever_is_refused_under_a_second_name_is_not_led_to_a_third() -> None:
    """The tracker may have banned the address."""
    scene = Scene()
    scene.event(refused())
    scene.state.here.draft.replace("")
    begin_renaming(scene.state, "Bruno2")
    scene.state.tracker.told = None
    scene.event(refused())
    assert "The name Bruno2 is refused, too." in scene.last()
    assert scene.state.here.draft.text == ""
    scene.registered()
    assert scene.state.tracker.refused_name == ""


def test_a_tracker_that_cannot_be_reached_for_another_name_is_not_lost_again() -> None:
    scene = Scene()
    scene.registered()
    scene.event(TrackerLost(TrackerLossReason.CLOSED, None, 4.0, True))
    scene.state.tracker.told = None  # as /name does
    scene.event(TrackerLost(TrackerLossReason.UNREACHABLE, LossReason.REFUSED, 4.0, True))
    assert scene.last().startswith("Cannot reach the tracker at ")


def test_a_draft_is_left_alone_when_the_name_is_taken() -> None:
    scene = Scene()
    scene.type("hello")
    scene.event(refused())
    assert scene.state.here.draft.text == "hello"
    assert "name taken" in scene.picture()


def test_whoever_asks_for_a_taken_name_is_not_offered_the_own_one() -> None:
    scene = Scene("Ana2")
    scene.registered("Ana")
    begin_renaming(scene.state, "Ana")
    scene.event(refused(ever=True))
    assert scene.state.here.draft.text == "/name Ana3"


def test_whoever_is_called_from_the_other_window_of_that_name_and_is_connected_is_said_to_be() -> None:
    scene = Scene("Ana")
    scene.registered("Bruno")
    scene.call(1, "Bruno")
    scene.lose(1)
    scene.call(2, "Bruno")
    scene.state.current = scene.window(1).number
    begin_call(scene.state, ConversationId(2), "Bruno", show=True)
    assert scene.state.here is scene.window(2)
    assert scene.last(scene.state.here) == "Already connected to Bruno~2."


def test_another_name_is_told_to_the_user_and_in_open_conversations() -> None:
    scene = Scene("Ana")
    scene.registered("Camila", "Davi")
    scene.call(1, "Camila")
    scene.call(2, "Davi")
    scene.lose(2)
    begin_renaming(scene.state, "Bia")
    scene.event(TrackerRegistered("Bia", ("Camila",)))
    assert scene.state.name == "Bia"
    assert scene.last(scene.window(1)) == "Camila still knows you as Ana."
    assert scene.last(scene.window(2)) == "You are Bia now."
    begin_renaming(scene.state, "Eva")
    scene.event(TrackerRegistered("Eva", ("Camila",)))
    assert scene.last(scene.window(1)) == "Camila still knows you as Ana."
    said = scene.log(scene.window(1))
    begin_renaming(scene.state, "Ana")
    scene.event(TrackerRegistered("Ana", ("Camila",)))
    assert scene.log(scene.window(1)) == said  # as whom she knows us


def test_another_name_that_is_refused_leaves_the_old_one() -> None:
    scene = Scene("Ana")
    scene.registered("Camila")
    begin_renaming(scene.state, "Camila")
    scene.event(refused(ever=True, retry_at=0.0))
    scene.event(TrackerRegistered("Ana", ("Camila",)))
    assert scene.state.name == "Ana"
    assert "The name Camila is taken. You are still Ana." in scene.log()
    assert scene.state.here.draft.text == "/name Camila2"
    assert "tracker ok" in scene.picture()


def test_the_loss_and_the_return_of_the_tracker_are_said_in_the_window_on_the_screen() -> None:
    scene = Scene()
    scene.registered()
    scene.call(1, "Ana")
    lost(scene, TrackerLossReason.SILENT)
    assert scene.last().startswith("Lost the tracker (no answer).")
    scene.registered()
    assert scene.last() == scene.last(scene.state.status) == "Registered at 10.0.0.1:10000 as Bruno."
    assert not scene.state.status.attention


def test_without_a_screen_the_loss_of_the_tracker_is_said_once() -> None:
    scene = Scene()
    scene.call(1, "Ana")
    scene.state.plain = True
    scene.state.take_fresh()
    lost(scene, TrackerLossReason.SILENT)
    assert len(scene.state.take_fresh()) == 1


@pytest.mark.parametrize("reason", LossReason)
def test_every_reason_of_a_loss_has_words(reason: LossReason) -> None:
    assert WHY[reason]


@pytest.mark.parametrize("reason", TrackerLossReason)
def test_every_fault_of_a_tracker_has_words(reason: TrackerLossReason) -> None:
    assert TRACKER_WHY[reason]


def test_with_many_people_the_first_screen_still_says_what_to_type() -> None:
    scene = Scene()
    scene.registered(*(f"user{number}" for number in range(250)))
    assert scene.last() == "Active (besides you): 250 people, /list shows them."


# The list


def test_a_list_is_shown_where_it_was_asked_for() -> None:
    scene = Scene()
    scene.registered()
    scene.call(1, "Ana")
    scene.enter("/list")
    assert scene.effects == [RefreshList()]
    scene.press("M-1")
    scene.event(PeopleListed(("Ana", "Camila")))
    assert scene.last(scene.window(1)) == "Active (besides you): Ana, Camila"


@pytest.mark.parametrize(
    ("asked", "names", "said"),
    [
        ("/list", (), "Active (besides you): nobody."),
        ("/list an", ("Ana", "Bia", "João", "Fabiana"), "Active (besides you): Ana, Fabiana"),
        ("/list", ("João", "émile", "Ana", "Zoe", "Émile"), "Active (besides you): Ana, émile, Émile, João, Zoe"),
        ("/list joao", ("Ana", "João"), "Active (besides you): João"),
        ("/list", ("\x1b[2J",), "Active (besides you): ␛[2J"),
    ],
)
def test_a_list_is_filtered_and_harmless(asked: str, names: tuple[str, ...], said: str) -> None:
    scene = Scene()
    scene.registered()
    scene.enter(asked)
    scene.event(PeopleListed(names))
    assert scene.last() == said


def test_names_that_the_client_leaves_out_of_a_list_are_counted() -> None:
    scene = Scene()
    scene.registered()
    scene.event(NamesDropped(2))
    assert scene.last() == "2 names in the tracker's list are not usable and are left out."


def test_a_very_long_list_is_cut_in_the_log() -> None:
    scene = Scene()
    scene.registered()
    scene.enter("/list")
    scene.event(PeopleListed(tuple(f"u{number:03}" for number in range(1000))))
    assert scene.last().endswith(f"u{MAX_NAMES_TOLD - 1} and 800 more")


# Calls


def test_a_call_is_shown_at_once_and_its_progress_in_its_window() -> None:
    scene = Scene()
    begin_call(scene.state, ConversationId(1), "Ana", show=True)
    scene.event(ChatRequested(ConversationId(1), "Ana"))
    assert scene.state.current == 2
    assert scene.state.here.state is ChatState.CONNECTING
    scene.event(ChatOpened(ConversationId(1), "Ana", "10.0.0.8", 9382, False, False))
    assert scene.log() == ["Connecting to Ana...", "Connected to Ana."]
    assert scene.state.here.is_open


def test_somebody_who_is_not_online_is_one_line_where_the_user_called() -> None:
    scene = Scene()
    scene.registered("Camila")
    scene.call(1, "Ana")
    begin_call(scene.state, ConversationId(2), "naoexiste", show=True)
    scene.event(ChatRequested(ConversationId(2), "naoexiste"))
    scene.event(PersonNotOnline(ConversationId(2), "naoexiste", ()))
    assert scene.state.here.label == "Ana"
    assert scene.last() == "naoexiste is not online."
    assert list(scene.state.conversations) == [1, 2]


def test_a_name_that_is_nearly_right_gets_a_suggestion() -> None:
    scene = Scene()
    scene.registered("Camila")
    begin_call(scene.state, ConversationId(1), "Camlia", show=True)
    scene.event(PersonNotOnline(ConversationId(1), "Camlia", ()))
    assert scene.last() == "Camlia is not online. Did you mean Camila?"


def test_the_number_of_an_unanswered_call_is_free_again() -> None:
    scene = Scene()
    begin_call(scene.state, ConversationId(1), "nobody", show=True)
    scene.event(PersonNotOnline(ConversationId(1), "nobody", ()))
    scene.call(2, "Ana")
    assert scene.state.current == 2


def test_an_unanswered_call_keeps_its_window_if_something_was_typed_there() -> None:
    scene = Scene()
    begin_call(scene.state, ConversationId(1), "Ana", show=True)
    scene.event(ChatRequested(ConversationId(1), "Ana"))
    scene.enter("are you there?")
    scene.event(PersonNotOnline(ConversationId(1), "Ana", (TextId(1),)))
    assert scene.state.here.label == "Ana"
    assert scene.log()[-2:] == ["Not sent: 1 message kept in history (Up).", "Ana is not online."]
    assert scene.state.here.log[1].mark is Mark.UNSENT


def test_a_failed_call_names_address_and_cause() -> None:
    scene = Scene()
    begin_call(scene.state, ConversationId(1), "Ana", show=True)
    scene.event(ChatFailed(ConversationId(1), "Ana", "10.0.0.8", 9382, LossReason.TIMED_OUT, ()))
    assert scene.last() == "Cannot connect to Ana at 10.0.0.8:9382: timed out."
    assert scene.state.current == STATUS_WINDOW


@pytest.mark.parametrize(
    ("name", "host", "said"),
    [
        ("Ana", "", "Cannot connect to Ana: no tracker."),
        ("Ana", "10.0.0.8", "Cannot connect to Ana: no tracker."),  # the address of the last time
        ("10.0.0.8:9382", "10.0.0.8", "Cannot connect to 10.0.0.8:9382: no tracker."),
    ],
)
def test_a_failed_call_says_no_address_twice(name: str, host: str, said: str) -> None:
    scene = Scene()
    begin_call(scene.state, ConversationId(1), name, show=True)
    scene.event(ChatFailed(ConversationId(1), name, host, 9382 if host else 0, LossReason.NO_TRACKER, ()))
    assert scene.last() == said


def test_a_failed_call_again_stays_in_the_window_of_the_conversation() -> None:
    scene = Scene()
    scene.call(1, "Ana")
    scene.event(ChatEnded(ConversationId(1), ChatEnd.FAREWELL, None, (), ()))
    scene.event(ChatRequested(ConversationId(1), "Ana"))
    scene.event(PersonNotOnline(ConversationId(1), "Ana", ()))
    assert scene.state.here.label == "Ana"
    assert scene.state.here.state is ChatState.ENDED
    assert scene.last() == "Ana is not online."


def test_an_incoming_chat_opens_in_the_background() -> None:
    scene = Scene()
    scene.called_by(1, "Ana")
    assert scene.state.current == STATUS_WINDOW
    assert scene.window(1).attention
    assert scene.last(scene.window(1)) == "Connected to Ana."


def test_without_a_screen_the_first_caller_is_answered_by_what_is_typed_next() -> None:
    scene = Scene()
    scene.state.plain = True
    scene.called_by(1, "Ana")
    scene.called_by(2, "Davi")
    assert scene.state.here.label == "Ana"


def test_an_unnamed_peer_is_called_by_its_address_until_it_has_a_name() -> None:
    scene = Scene()
    scene.event(ChatOpened(ConversationId(1), None, "10.0.0.9", 40001, True, False))
    assert scene.window(1).label == "10.0.0.9:40001"
    assert scene.window(1).doubtful
    scene.event(ChatEnded(ConversationId(1), ChatEnd.END_OF_STREAM, None, (), ()))
    scene.event(ChatOpened(ConversationId(1), "Ana", "10.0.0.9", 40001, True, False))
    assert scene.window(1).label == "Ana"


def test_an_unnamed_peer_that_the_list_names_is_called_by_its_name_from_then_on() -> None:
    scene = Scene()
    scene.event(ChatOpened(ConversationId(1), None, "10.0.0.9", 40001, True, False))
    scene.event(TextReceived(ConversationId(1), "Ana"))
    scene.event(PeerNamed(ConversationId(1), "Ana", namesake=False))
    window = scene.window(1)
    assert (window.name, window.label, window.unnamed) == ("Ana", "Ana", False)
    assert [entry.text for entry in window.log][-2:] == ["Ana", "10.0.0.9:40001 is Ana."]


def test_an_unnamed_caller_without_a_window_gets_its_name() -> None:
    scene = Scene()
    scene.event(ChatOpened(ConversationId(1), None, "10.0.0.9", 40001, True, False))
    scene.state.windowless[ConversationId(2)] = Windowless(ChatOpened(ConversationId(2), None, "10.0.0.9", 40002, True, False))
    scene.event(PeerNamed(ConversationId(2), "Ana", namesake=True))
    assert scene.state.windowless[ConversationId(2)].opened == ChatOpened(ConversationId(2), "Ana", "10.0.0.9", 40002, True, True)


def test_what_only_the_machine_of_a_peer_is_known_to_have_is_told_without_a_mark() -> None:
    scene = Scene()
    scene.call(1, "Bruno")
    scene.enter("oi")
    scene.event(ChatEnded(ConversationId(1), ChatEnd.WE_LEFT, None, (), (), (TextId(1),)))
    said = [(entry.text, entry.mark, entry.kind) for entry in scene.window(1).log][-2:]
    assert said == [
        ("You said goodbye to Bruno.", Mark.NONE, EntryKind.NEWS),
        ("Bruno's machine has it; whether it was read is not known.", Mark.NONE, EntryKind.NEWS),
    ]


def test_an_ipv6_address_is_written_in_brackets() -> None:
    scene = Scene()
    scene.event(ChatOpened(ConversationId(1), None, "fe80::1", 40001, True, False))
    assert scene.window(1).label == "[fe80::1]:40001"


def test_a_caller_waits_if_the_user_wants_to_be_asked() -> None:
    scene = Scene()
    scene.state.settings = Settings(accept="ask")
    scene.called_by(1, "Ana")
    scene.hear(1, "oi")
    assert scene.log(scene.window(1)) == ["Ana is calling. /accept to talk, /reject to end the call."]
    scene.enter("/accept")
    assert scene.log() == [
        "Ana is calling. /accept to talk, /reject to end the call.",
        "Connected to Ana.",
        "oi",
    ]


def test_what_a_waiting_caller_said_is_shown_when_the_caller_gives_up_but_not_when_rejected() -> None:
    for end, heard in [(ChatEnd.FAREWELL, True), (ChatEnd.WE_LEFT, False)]:
        scene = Scene()
        scene.state.settings = Settings(accept="ask")
        scene.called_by(1, "Ana")
        scene.hear(1, "oi", *("x" for _ in range(CLIENT_LIMITS.max_held_texts)))
        scene.event(ChatEnded(ConversationId(1), end, None, (), ()))
        log = scene.log(scene.window(1))
        assert ("oi" in log) is ("1 further message was not kept." in log) is heard


@pytest.mark.parametrize("name", ["Аna", "ANA", "Аnа"])
def test_a_name_that_can_be_mistaken_for_another_is_pointed_out(name: str) -> None:
    scene = Scene()
    scene.registered("Ana")
    scene.called_by(1, name)
    assert f"{name} is not the same as Ana." in scene.log(scene.window(1))
    assert scene.window(1).doubtful


# Chats


@pytest.mark.parametrize(
    ("end", "detail", "said", "kind"),
    [
        (ChatEnd.FAREWELL, None, "Connection with Ana closed (said goodbye).", EntryKind.NEWS),
        (ChatEnd.END_OF_STREAM, None, "Connection with Ana closed.", EntryKind.NEWS),
        (ChatEnd.LOST, LossReason.RESET, "Connection with Ana lost: connection reset.", EntryKind.ERROR),
        (ChatEnd.LOST, None, "Connection with Ana lost: network error.", EntryKind.ERROR),
        (ChatEnd.WE_LEFT, None, "You said goodbye to Ana.", EntryKind.NEWS),
    ],
)
def test_each_end_has_its_own_words_and_the_history_stays(
    end: ChatEnd, detail: LossReason | None, said: str, kind: EntryKind
) -> None:
    scene = Scene()
    scene.call(1, "Ana")
    scene.wait(60)
    scene.hear(1, "oi")
    scene.event(ChatEnded(ConversationId(1), end, detail, (), ()))
    assert scene.log()[-2:] == ["oi", said]
    assert scene.state.here.log[-1].kind is kind
    assert scene.state.here.state is ChatState.ENDED


def test_undelivered_texts_are_marked_when_a_chat_ends() -> None:
    scene = Scene()
    scene.call(1, "Ana")
    scene.enter("a")
    scene.enter("b")
    scene.event(ChatEnded(ConversationId(1), ChatEnd.LOST, LossReason.TIMED_OUT, (TextId(2),), (TextId(1),)))
    assert [entry.mark for entry in scene.state.here.log if entry.text_id] == [Mark.UNCONFIRMED, Mark.UNSENT]
    assert scene.log()[-3:] == [
        "Connection with Ana lost: timed out.",
        "Not sent: 1 message kept in history (Up).",
        "1 message may not have arrived.",
    ]
    scene.press("Up")
    assert scene.state.here.draft.text == "b"


def test_a_peer_that_connects_for_every_text_fills_no_screen_with_joining_and_leaving() -> None:
    scene = Scene()
    for number in range(5):
        scene.called_by(1, "Ana")
        scene.hear(1, f"text {number}")
        scene.event(ChatEnded(ConversationId(1), ChatEnd.END_OF_STREAM, None, (), ()))
        scene.wait(5)
    assert scene.log(scene.window(1)) == [
        "Connected to Ana.",
        "text 0",
        "Connection with Ana closed.",
        *(f"text {number}" for number in range(1, 5)),
    ]


def test_a_longer_visit_after_brief_ones_ends_with_a_word() -> None:
    scene = Scene()
    for seconds in (0, 0, 30):
        scene.called_by(1, "Ana")
        scene.wait(seconds)
        scene.event(ChatEnded(ConversationId(1), ChatEnd.FAREWELL, None, (), ()))
    assert scene.last(scene.window(1)) == "Connection with Ana closed (said goodbye)."


def test_texts_of_somebody_ignored_are_dropped() -> None:
    scene = Scene()
    scene.called_by(1, "Ana")
    scene.enter("/ignore Ana")
    scene.hear(1, "oi")
    assert "oi" not in scene.log(scene.window(1))
    assert scene.window(1).unread == 0


def test_a_removed_window_comes_back_with_its_number_when_the_chat_opens_again() -> None:
    scene = Scene()
    scene.called_by(1, "Ana")
    scene.press("M-2")
    scene.enter("/close")
    scene.event(TextReceived(ConversationId(1), "last words"))
    scene.event(ChatEnded(ConversationId(1), ChatEnd.WE_LEFT, None, (), ()))
    assert list(scene.state.conversations) == [1]
    scene.event(ChatOpened(ConversationId(1), "Ana", "10.0.0.9", 40001, True, False))
    scene.event(TextReceived(ConversationId(1), "again"))
    assert scene.window(1).number == 2
    assert scene.window(1).label == "Ana"


@pytest.mark.parametrize(
    ("verdict", "doubtful"),
    [(Verdict.VERIFIED, False), (Verdict.MISMATCH, True), (Verdict.UNKNOWN_NAME, True)],
)
def test_what_the_tracker_says_of_a_caller_is_shown(verdict: Verdict, doubtful: bool) -> None:
    scene = Scene()
    scene.event(ChatOpened(ConversationId(1), "Ana", "10.0.0.9", 40001, True, False))
    scene.event(PeerVerified(ConversationId(1), verdict, "10.0.0.9", "10.0.0.8"))
    assert scene.window(1).doubtful is doubtful
    told = scene.log(scene.window(1))[1:]
    mismatch = ["Ana called from 10.0.0.9, but the tracker says 10.0.0.8."]
    assert told == (mismatch if verdict is Verdict.MISMATCH else [])


def test_a_verdict_of_a_window_that_is_gone_is_no_matter() -> None:
    scene = Scene()
    scene.event(PeerVerified(ConversationId(9), Verdict.VERIFIED, "10.0.0.9", "10.0.0.9"))
    assert list(scene.state.conversations) == [1]


def test_the_end_of_the_node_is_the_end_of_the_program() -> None:
    scene = Scene()
    scene.event(NodeLeft())
    assert scene.state.left


def test_a_new_name_is_ours_once_the_tracker_has_it() -> None:
    scene = Scene()
    scene.event(TrackerRegistered("Bruno2", ()))
    assert scene.state.name == "Bruno2"


def test_an_ipv6_address_stands_in_brackets_and_once() -> None:
    scene = Scene()
    begin_call(scene.state, ConversationId(1), "[2001:db8::7]:9000", show=True)
    scene.event(ChatRequested(ConversationId(1), "[2001:db8::7]:9000"))
    assert "[2001:db8::7]:9000" in scene.picture().split("\n")[0]
    scene.event(ChatFailed(ConversationId(1), "[2001:db8::7]:9000", "2001:db8::7", 9000, LossReason.REFUSED, ()))
    assert scene.last() == "Cannot connect to [2001:db8::7]:9000: refused."


def test_the_header_has_an_ipv6_address_in_brackets() -> None:
    scene = Scene()
    scene.call(1, "Ana", host="2001:db8::7", port=9000)
    assert "Ana [2001:db8::7]:9000" in scene.picture().split("\n")[0]
