"""``/msg`` never goes to the wrong person, and where it was typed it is said what became of it."""

import pytest

from core import ChatFailed, ChatRequested, ConversationId, LossReason, PeopleListed, PersonNotOnline, TextId

from curses_ui.state.conversation import ChatState
from curses_ui.state.effects import Effect, OpenChat, RefreshList, Say
from curses_ui.state.model import SendQuestion, UiState
from curses_ui.update.node_events import apply_node_event, begin_call
from curses_ui.update.questions import answer
from curses_ui.update.sending import note_said

from ..desk import add_chat, make_state, run, said
from ..scene import Scene


def listed(state: UiState, row: str) -> list[Effect]:
    """What a row leads to, after the tracker's list where that is asked for."""
    effects = run(state, row)
    if effects == [RefreshList()]:
        return apply_node_event(state, PeopleListed(tuple(state.people.names())))
    return effects


# The name


def test_the_beginning_of_a_name_sends_nothing_and_leaves_the_text_as_a_draft() -> None:
    """With only Caio Lima online, "Silva te ligo" went to him."""
    state = make_state(people=("Caio Lima",))
    assert listed(state, "/msg Caio Silva te ligo") == [OpenChat("Caio Lima", draft="Silva te ligo")]
    begin_call(state, ConversationId(1), "Caio Lima", show=True, draft="Silva te ligo")
    assert state.here.draft.text == "Silva te ligo"
    assert state.notice == "Not sent yet: Enter sends it to Caio Lima."


def test_a_beginning_goes_to_the_open_conversation_as_a_draft() -> None:
    state = make_state(people=())
    caio = add_chat(state, "Caio Lima")
    assert listed(state, "/msg caio oi") == []
    assert state.here is caio
    assert caio.draft.text == "oi"
    assert listed(state, "/msg cai tchau") == []
    assert caio.draft.text == "oi"
    assert said(state)[-1] == "Not sent: did you mean Caio Lima? There is another draft."


def test_of_many_whose_names_begin_so_ten_are_named_and_the_others_counted() -> None:
    state = make_state(people=tuple(f"Novo{n:02}" for n in range(12)))
    assert listed(state, "/msg novo oi") == []
    (answer,) = said(state)
    assert answer.startswith('Not sent: "novo" matches: Novo00, Novo01, ')
    assert answer.endswith(", Novo09, 2 more.")
    assert listed(state, "/chat novo") == []
    assert said(state)[-1].startswith('"novo" matches: Novo00, ')


def test_who_comes_meanwhile_gets_what_was_meant_for_him() -> None:
    state = make_state(people=("Caio Lima",))
    assert run(state, "/msg Caio Silva te ligo") == [RefreshList()]
    state.people.add("Caio Silva")
    effects = apply_node_event(state, PeopleListed(("Caio Lima", "Caio Silva")))
    assert effects == [OpenChat("Caio Silva", show=False, text="te ligo")]


@pytest.mark.parametrize("row", ["/msg Bia Souza te ligo", "/msg bia souza te ligo"])
def test_the_longest_name_that_equals_the_first_words_gets_the_text(row: str) -> None:
    state = make_state(people=("Bia", "Bia Souza"))
    assert listed(state, row) == [OpenChat("Bia Souza", show=False, text="te ligo")]


def test_two_people_whom_only_case_tells_apart_are_not_mixed_up() -> None:
    state = make_state(people=("Bia", "BIA"))
    assert listed(state, "/msg bia oi") == []
    assert said(state) == ['Not sent: "bia" matches: BIA, Bia.']
    assert listed(state, "/msg BIA oi") == [OpenChat("BIA", show=False, text="oi")]


def test_full_names_beyond_what_is_shown_are_known() -> None:
    long = "Maria Aparecida dos Santos Oliveira Pereira"
    state = make_state(people=(long,))
    assert listed(state, f"/msg {long} oi") == [OpenChat(long, show=False, text="oi")]
    assert listed(state, f"/msg {long.lower()} oi") == [OpenChat(long, show=False, text="oi")]


def test_two_names_that_are_shown_alike_are_not_mixed_up() -> None:
    marks = "\u0316\u0317\u0318\u0319\u031a"
    names = [f"Ana{marks}", f"Ana{marks[:-1]}"]
    state = make_state(people=tuple(names))
    (shown,) = {person.shown for person in state.people}
    assert listed(state, f"/msg {shown} oi") == []
    assert said(state)[0].startswith("Not sent: ")
    assert listed(state, f'/msg "{names[0]}" oi') == [OpenChat(names[0], show=False, text="oi")]


def test_two_long_names_that_differ_at_their_end_are_shown_whole() -> None:
    start = "Maria Aparecida dos Santos Oliveira"
    state = make_state(people=(f"{start} Lima", f"{start} Melo"))
    assert [person.shown for person in state.people] == [f"{start} Lima", f"{start} Melo"]
    assert listed(state, f"/msg {start} oi") == []
    assert said(state) == [f'Not sent: "{start}" matches: {start} Lima, {start} Melo.']
    assert listed(state, f"/msg {start} Melo oi") == [OpenChat(f"{start} Melo", show=False, text="oi")]


def test_it_is_asked_when_somebody_of_this_session_is_called_like_name_and_text() -> None:
    scene = Scene()
    scene.registered("Bia", "Bia Souza Lima")
    state = scene.state
    state.people.remove("Bia Souza Lima")
    bia = scene.call(1, "Bia")
    scene.enter("/msg Bia so vou depois")  # no word of a name
    assert [say.text for say in scene.said] == ["so vou depois"]
    scene.enter("/msg Bia Souza te ligo")
    assert isinstance(state.question, SendQuestion)
    assert 'Send "Souza te ligo" to Bia? (y)es (n)o (e)dit' in scene.picture()
    scene.type("n")
    assert len(scene.said) == 1
    scene.enter("/msg Bia Souza te ligo")
    scene.type("e")
    assert state.here.draft.text == "/msg Bia Souza te ligo"
    scene.press("Enter")
    scene.type("y")
    assert [(say.conversation, say.text) for say in scene.said][1:] == [(bia.chat, "Souza te ligo")]


@pytest.mark.parametrize(
    ("row", "answered"),
    [
        ("/msg Caio te ligo", 'Not sent: did you mean Caio Lima? Type the whole name: /msg "Caio Lima" ...'),
        (
            "/msg Bia Souza oi",
            'Not sent: is it for Bia or Bia Souza Lima? Put the name in quotes: /msg "Bia" ...',
        ),
    ],
)
def test_without_a_screen_nothing_doubtful_is_sent_and_it_is_said_what_to_type(row: str, answered: str) -> None:
    state = make_state(people=("Bia", "Caio Lima"))
    state.plain = True
    state.met["Bia Souza Lima"] = None
    assert listed(state, row) == []
    assert said(state) == [answered]
    assert state.question is None
    assert listed(state, '/msg "Bia" Souza oi') == [OpenChat("Bia", show=False, text="Souza oi")]


# What became of it


def called(scene: Scene, text: str = "oi") -> None:
    """``/msg foo``, typed in the status window: a call begins, and the text waits with it."""
    begin_call(scene.state, ConversationId(1), "foo", show=False)
    scene.event(ChatRequested(ConversationId(1), "foo"))
    note_said(scene.state, Say(ConversationId(1), text, aside=True), TextId(1))


@pytest.mark.parametrize("plain", [False, True])
def test_a_text_for_nobody_is_not_said_to_be_sent_and_fails_where_it_was_typed(plain: bool) -> None:
    scene = Scene()
    scene.state.plain = plain
    called(scene)
    assert "To foo: oi" not in scene.log()
    scene.event(PersonNotOnline(ConversationId(1), "foo", (TextId(1),)))
    assert scene.last() == "foo is not online.\nNot sent: oi"
    assert list(scene.state.conversations) == [1]  # nothing is left of the call


def test_a_text_that_was_sent_is_said_to_be_where_it_was_typed() -> None:
    scene = Scene()
    called(scene)
    scene.event_opened(1, "foo")
    assert scene.log()[-1] == "To foo: oi"
    assert scene.window(1).state is ChatState.OPEN


def test_a_failed_call_in_a_window_that_was_used_is_said_in_both() -> None:
    scene = Scene()
    scene.call(1, "foo")
    scene.hear(1, "tchau")
    scene.lose(1)
    scene.press("M-1")
    called(scene)
    scene.event(ChatFailed(ConversationId(1), "foo", "10.0.0.8", 9382, LossReason.REFUSED, (TextId(1),)))
    assert scene.last() == "Cannot connect to foo at 10.0.0.8:9382: refused.\nNot sent: oi"
    assert scene.last(scene.window(1)) == "Cannot connect to foo at 10.0.0.8:9382: refused."


def test_an_answer_drops_the_question_whatever_it_is() -> None:
    for key in "yne":
        state = make_state(people=("Bia",))
        state.met["Bia Souza"] = None
        run(state, "/msg Bia Souza oi")
        effects = answer(state, key)
        assert state.question is None
        assert bool(effects) is (key == "y")
