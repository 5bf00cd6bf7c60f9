"""The client as a machine: keys, bytes and time in; frames, bytes, requests and tasks out."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest

from core import ChatOpened, ConversationId, LossReason, NodeMachine, TextReceived, Tracker

from curses_ui.catalogue import load_catalogue
from curses_ui.client import FRAME_SECONDS, INPUTS, Client, ClientConnection
from curses_ui.line.command_table import COMMANDS, Command
from curses_ui.settings import Settings
from curses_ui.state.beginning import Beginning
from curses_ui.state.conversation import EntryKind, Mark
from curses_ui.state.effects import (
    Bell,
    MeasureEmoji,
    Notify,
    ProbeTracker,
    Redraw,
    SetTrackerAddress,
    StartTracker,
    StopTracker,
    Suspend,
    WriteTranscript,
)
from curses_ui.state.model import TrackerState
from curses_ui.text.characters import new_emoji
from curses_ui.update.outcomes import Failure
from tools.stage import TRACKER, Person, Stage, User

from .scene import check_frame, is_harmless


class Two:
    """Ana with a client, Bruno with a node, both registered."""

    def __init__(self, **fields: Any) -> None:
        self.stage = Stage()
        self.ana: User = self.stage.add_user("Ana", **fields)
        if not self.ana.client.state.plain:
            self.ana.resize()
        self.bruno: Person = self.stage.add_person("Bruno")
        self.ana.wait_for("Registered")

    def talk(self) -> None:
        """Ana calls Bruno."""
        self.ana.enter("/chat Bruno")
        self.ana.wait_for("Connected to Bruno.")

    def said(self) -> list[str]:
        """All texts in all of Ana's windows."""
        return [entry.text for c in self.ana.client.state.conversations.values() for entry in c.log]

    def heard(self) -> list[str]:
        """What Bruno was told."""
        return [event.text for event in self.bruno.events if isinstance(event, TextReceived)]


def plain(**fields: Any) -> Two:
    return Two(plain=True, **fields)


def test_it_is_a_node_machine() -> None:
    machine: NodeMachine[object] = Stage().add_user().client
    assert machine.next_timer() is not None


def test_two_people_find_each_other_chat_and_part() -> None:
    stage = Stage()
    ana, bruno = stage.add_user("Ana"), stage.add_user("Bruno")
    for user in (ana, bruno):
        user.resize()
        user.wait_for("Registered")
    bruno.enter("/chat Ana", "Oi Ana!")
    ana.wait_for("*2:Bruno(1)")
    assert Bell() in ana.tasks
    ana.type("\x1ba")
    ana.wait_for("Bruno  Oi Ana!")
    ana.enter("Oi Bruno!")
    bruno.wait_for("Ana  Oi Bruno!")
    bruno.enter("/bye")
    ana.wait_for("Connection with Bruno closed")
    bruno.enter("/exit")
    assert "Saying goodbye..." in bruno.picture
    stage.run_until(lambda: bruno.client.is_over)


def test_a_text_to_somebody_new_is_said_after_the_call_without_leaving_the_window() -> None:
    two = Two()
    two.ana.enter("/msg Bruno no caminho")
    two.ana.wait_for("To Bruno: no caminho", "[1:prosa]")
    two.stage.run_until(lambda: two.heard() == ["no caminho"])
    window = next(two.ana.client.state.chats())
    assert [entry.text for entry in window.log] == ["Connecting to Bruno...", "no caminho", "Connected to Bruno."]


def test_calls_that_fail_are_said_where_they_were_made() -> None:
    two = Two()
    two.ana.enter("/chat 10.0.0.77:1")
    two.ana.wait_for("Cannot connect to 10.0.0.77:1: refused.")
    two.ana.enter("/chat nobody")
    two.ana.wait_for("nobody is not online.")
    two.ana.enter("/chat 127.0.0.1:20000")
    two.ana.wait_for("You cannot chat with yourself.")
    assert list(two.ana.client.state.conversations) == [1]


def test_a_list_is_asked_of_the_tracker_and_refused_without_one() -> None:
    two = Two()
    two.ana.enter("/list")
    two.ana.wait_for("Active (besides you): Bruno")
    two.stage.stop_tracker()
    two.ana.wait_for("Lost the tracker")
    two.ana.enter("/list")
    two.ana.wait_for("Not connected to a tracker.")


@pytest.mark.parametrize("plain", [False, True])
def test_commands_at_the_start_are_carried_out_in_turn_before_what_is_typed(plain: bool) -> None:
    stage = Stage()
    bruno = stage.add_person("Bruno")
    stage.run(1.0)
    ana = stage.add_user("Ana", plain=plain, commands=("/chat Bruno", "oi", "/msg Bruno tudo bem?"))
    if not plain:
        ana.resize()
        assert ana.client.wants_input
    stage.run(3.0)
    assert [event.text for event in bruno.events if isinstance(event, TextReceived)] == ["oi", "tudo bem?"]
    assert ana.client.wants_input


# Frames


def test_no_more_than_sixty_frames_a_second_whatever_comes() -> None:
    two = Two()
    two.talk()
    two.stage.run(1.0)
    before = len(two.ana.frames)
    for number in range(1000):
        two.ana.client.receive_input(b"x" if number % 2 else b"\x7f", now=two.stage.now)
        two.stage.run(0.001)
    assert 55 <= len(two.ana.frames) - before <= 61
    apart = [later - earlier for earlier, later in zip(two.ana.frames_at, two.ana.frames_at[1:], strict=False)]
    assert min(apart[before:]) >= FRAME_SECONDS - 1e-9


def test_a_client_that_only_keeps_its_connection_alive_draws_nothing() -> None:
    two = Two()
    two.stage.run(1.0)
    before = len(two.ana.frames)
    two.stage.run(20.0)  # four KEEPs, within one minute of the clock
    assert len(two.ana.frames) == before


def test_a_key_after_a_pause_is_seen_at_once_and_nothing_is_drawn_for_nothing() -> None:
    two = Two()
    two.stage.run(1.0)
    before, now = len(two.ana.frames), two.stage.now
    two.ana.type("x")
    assert two.ana.frames_at[-1] == now
    assert len(two.ana.frames) == before + 1
    two.stage.run(0.5)
    assert len(two.ana.frames) == before + 1


def test_another_size_is_drawn_at_once_and_exactly() -> None:
    two = Two()
    for rows, columns in [(24, 80), (10, 40), (1, 1), (100, 300), (3, 20)]:
        before = len(two.ana.frames)
        two.ana.resize(rows, columns)
        assert len(two.ana.frames) == before + 1
        check_frame(two.ana.frames[-1], rows, columns)


def test_without_a_screen_there_are_no_frames_and_with_one_no_lines() -> None:
    two = plain()
    assert two.ana.frames == [] and two.ana.lines
    two = Two()
    assert two.ana.frames and two.ana.lines == []


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
@pytest.mark.parametrize("is_in_a_conversation", [False, True])
def test_without_a_screen_every_command_is_answered(command: Command, is_in_a_conversation: bool) -> None:
    first = f"/{command.name}"
    for row in dict.fromkeys([first, command.example, f"{first} Bruno", f"{first} x y", f"{first} 1", f"{first} 99"]):
        two = plain()
        if is_in_a_conversation:
            two.talk()
            two.bruno.say(next(event.conversation for event in two.bruno.events if isinstance(event, ChatOpened)), "oi")
        two.ana.lines.clear()
        two.ana.enter(row)
        two.stage.run(2.0)
        assert two.ana.lines or two.ana.client.is_over, row


def test_a_redraw_is_a_task_and_a_frame() -> None:
    two = Two()
    two.stage.run(1.0)
    before = len(two.ana.frames)
    two.ana.type("a")
    two.ana.type("\x0c")  # at the same moment
    assert two.ana.tasks[-1] == Redraw()
    assert len(two.ana.frames) == before + 2


# Tasks


def test_it_rings_notifies_and_stops_on_demand() -> None:
    two = Two(settings=Settings(notify=True))
    two.bruno.call("Ana")
    two.stage.run(1.0)
    assert two.ana.tasks == [Bell(), Notify("Bruno")]
    two.ana.type("\x1a")
    two.ana.client.suspend(now=two.stage.now)
    two.stage.settle()
    assert two.ana.tasks[2:] == [Suspend(), Suspend()]


def test_conversations_are_handed_out_for_their_transcripts_while_that_is_wanted() -> None:
    two = Two(transcript_folder="/there", utc_offset_seconds=-10800)
    two.ana.enter("/log on")
    chat = two.bruno.call("Ana")
    two.bruno.say(chat, "primeiro", "tab\there")
    two.stage.run(1.0)
    two.ana.enter("/log off")
    two.bruno.say(chat, "segundo")
    two.stage.run(1.0)
    written = [task for task in two.ana.tasks if isinstance(task, WriteTranscript)]
    assert {task.label for task in written} == {"Bruno"}
    lines = [line for task in written for line in task.lines]
    assert lines == [
        "2026-11-22T09:00:00-03:00\t\tConnected to Bruno.\n",
        "2026-11-22T09:00:00-03:00\tBruno\tprimeiro\n",
        "2026-11-22T09:00:00-03:00\tBruno\ttab here\n",
    ]


def test_a_transcript_that_cannot_be_written_is_said_once_and_switched_off() -> None:
    two = Two(transcript_folder="/there", logging=True)
    two.bruno.call("Ana")
    two.stage.run(1.0)
    for _ in range(2):
        two.ana.client.transcript_failed("Bruno", "/there/\x1b", "Disk full", now=two.stage.now)
    assert two.said().count("Cannot write /there/␛: Disk full. Logging off.") == 1
    assert not two.ana.client.state.logging


def test_what_the_driver_reports_is_said_and_clean() -> None:
    two = Two()
    two.ana.client.note_failure(Failure.CALLERS, "", "too many\x1b", now=two.stage.now)
    two.ana.client.note_failure(Failure.TRACKER, "", "KeyError\x1b", now=two.stage.now)
    two.ana.client.note_failure(Failure.RECORDING, "/tmp/\x1b", "full", now=two.stage.now)
    assert two.said()[-3:] == [
        "Cannot take more calls at present: too many␛.",
        "Fault in the tracker: KeyError␛",
        "Cannot write /tmp/␛: full. The recording ends here.",
    ]


def test_new_emoji_are_asked_for_once_when_the_first_is_to_be_drawn() -> None:
    two = Two()
    ana, new = two.ana, new_emoji()
    ana.client.receive_input("👍".encode(), now=two.stage.now)
    two.stage.run(0.1)
    assert MeasureEmoji() not in ana.tasks
    ana.client.receive_input(f"{new[0]}{new[1]}".encode(), now=two.stage.now)
    two.stage.run(0.1)
    assert ana.sees("👍〓〓")
    ana.client.emoji_measured(f"{new[0]}x\x1b", now=two.stage.now)
    two.stage.run(0.1)
    assert ana.sees(f"👍{new[0]}〓")
    assert ana.tasks.count(MeasureEmoji()) == 1


# Our own tracker


def test_it_takes_over_a_tracker_that_was_in_a_client_after_ten_to_twenty_seconds() -> None:
    two = Two(runs_tracker=False)
    two.ana.tracker_starts = True
    assert two.ana.tasks == [ProbeTracker()]
    two.stage.stop_tracker()
    assert two.said()[-1] == "If nobody starts one, it will run inside this program in 10 to 20 s."
    two.stage.run(9.9)
    assert StartTracker() not in two.ana.tasks
    two.stage.run(10.2)
    assert two.ana.sees("The tracker runs inside this program now.", "tracker ok")
    assert two.ana.client.state.tracker.embedded


def test_two_clients_draw_different_times() -> None:
    times = set()
    for seed in range(20):
        two = Two(runs_tracker=False, seed=seed)
        two.stage.stop_tracker()
        lost_at = two.stage.now
        two.stage.run_until(lambda: StartTracker() in two.ana.tasks)
        times.add(round(two.stage.now - lost_at, 2))
    assert len(times) > 15
    assert 9.9 <= min(times) and max(times) <= 20.1


def test_it_never_takes_over_a_tracker_that_others_can_reach_and_says_what_starts_one() -> None:
    two = Two(runs_tracker=False, tracker_command="prosa-tracker", seed=1)
    two.ana.client.tracker_probed(True, now=two.stage.now)
    two.ana.tracker_starts = True
    two.stage.stop_tracker()
    assert "To start one" not in "".join(two.said())  # it may have closed this connection alone
    two.stage.run(2.0)
    assert two.said()[-1] == "It is not started from here. To start one on this machine:\nprosa-tracker"
    two.stage.run(120.0)
    assert two.ana.tasks == [ProbeTracker()]


def test_a_probe_that_ends_when_the_tracker_is_gone_tells_nothing() -> None:
    two = Two(runs_tracker=False)
    two.ana.client.tracker_probed(True, now=two.stage.now)
    two.stage.stop_tracker()
    two.ana.client.tracker_probed(False, now=two.stage.now)
    two.stage.run(120.0)
    assert StartTracker() not in two.ana.tasks


def test_a_tracker_that_comes_back_in_time_is_not_taken_over() -> None:
    two = Two(runs_tracker=False)
    two.stage.stop_tracker()
    two.stage.run(5.0)
    two.stage.trackers[TRACKER] = Tracker()
    two.ana.wait_for("tracker ok")
    two.stage.run(60.0)
    assert StartTracker() not in two.ana.tasks


def test_a_tracker_that_cannot_be_started_is_tried_again() -> None:
    two = Two(runs_tracker=False)
    two.stage.stop_tracker()
    two.stage.run(120.0)
    assert two.ana.tasks.count(StartTracker()) > 2
    assert sum("Lost the tracker (closed)" in text for text in two.said()) == 1


def test_whoever_named_a_tracker_runs_none() -> None:
    two = Two()
    two.stage.stop_tracker()
    assert "To start one" not in "".join(two.said())
    two.stage.run(30.0)
    assert two.ana.tasks == []


def test_whoever_named_a_tracker_of_this_machine_is_told_what_starts_one() -> None:
    two = Two(tracker_command="prosa-tracker --port 9")
    two.stage.stop_tracker()
    assert "To start one" not in "".join(two.said())  # it may have closed this connection alone
    two.stage.run(2.0)
    assert two.said()[-1] == "It is not started from here. To start one on this machine:\nprosa-tracker --port 9"
    two.stage.run(30.0)
    assert two.ana.tasks == []


def test_another_tracker_chosen_while_our_own_runs_stops_it_for_good() -> None:
    two = Two(runs_tracker=True)
    assert two.ana.client.state.tracker.embedded
    two.ana.enter("/tracker 10.0.0.66:10000")
    assert two.ana.tasks == [StopTracker(), SetTrackerAddress("10.0.0.66", 10000)]
    two.ana.wait_for("Cannot reach the tracker at 10.0.0.66:10000")
    two.stage.run(60.0)
    assert StartTracker() not in two.ana.tasks
    two.ana.enter(f"/tracker {TRACKER[0]}")
    two.ana.wait_for("Registered at 10.0.0.1:10000", "tracker ok")
    two.stage.stop_tracker()
    two.stage.run(60.0)
    assert ProbeTracker() not in two.ana.tasks and StartTracker() not in two.ana.tasks


def test_another_tracker_chosen_while_our_own_is_being_started_wins() -> None:
    two = Two(runs_tracker=False)
    client = two.ana.client
    two.stage.parties.remove(two.ana)  # its driver is slow
    two.stage.stop_tracker()
    client.handle_timer(now=two.stage.now + 21.0)
    client.receive_input(b"/tracker 10.0.0.66\r", now=two.stage.now + 21.0)
    assert client.take_events() == [StartTracker(), StopTracker(), SetTrackerAddress("10.0.0.66", 10000)]
    client.own_tracker(True, now=two.stage.now + 21.0)
    assert not client.state.tracker.embedded
    assert client.state.tracker.state is TrackerState.CONNECTING


# Leaving


def test_who_leaves_twice_does_not_wait_for_the_farewell_to_be_heard() -> None:
    two = Two()
    two.talk()
    for end in two.stage.ends_of(two.bruno):
        end.reads = False
    two.ana.enter("/exit")
    assert not two.ana.client.is_over
    two.ana.enter("/exit")
    assert two.ana.client.is_over


@pytest.mark.parametrize("how", ["signal", "keyboard"])
def test_a_signal_or_a_lost_keyboard_ends_it_with_a_farewell_within_a_second(how: str) -> None:
    two = Two()
    two.talk()
    for end in two.stage.ends_of(two.bruno):
        end.reads = False
    for _ in range(1 if how == "signal" else 2):
        if how == "signal":
            two.ana.client.end(now=two.stage.now)
        else:
            two.ana.client.end_input(now=two.stage.now)
    assert two.ana.client.state.leaving
    two.stage.run(0.99)
    assert not two.ana.client.is_over
    two.stage.run(0.02)
    assert two.ana.client.is_over


def test_a_second_signal_ends_it_at_once() -> None:
    two = Two()
    two.talk()
    for end in two.stage.ends_of(two.bruno):
        end.reads = False
    two.ana.client.end(now=two.stage.now)
    two.ana.client.end(now=two.stage.now)
    assert two.ana.client.is_over


def test_two_ctrl_c_leave_and_three_with_a_draft() -> None:
    for draft, presses in (("", 2), ("rascunho", 3)):
        two = Two()
        two.ana.type(draft)
        two.ana.type("\x03" * (presses - 1))
        assert not two.ana.client.state.leaving
        two.ana.type("\x03")
        two.stage.run(3.0)
        assert two.ana.client.is_over


# Without a screen


def test_lines_go_out_in_their_form_and_nothing_is_echoed() -> None:
    two = plain(lines=((EntryKind.NEWS, "one\ntwo"), (EntryKind.ERROR, "bad\x1b")))
    assert two.ana.lines[:3] == ["* one", "* two", "! bad␛"]
    two.talk()
    two.bruno.say(ConversationId(1), "oi \x1b")
    two.ana.enter("olá")
    two.stage.run(1.0)
    assert "<Bruno> oi ␛" in two.ana.lines
    assert two.heard() == ["olá"]
    assert "olá" not in "\n".join(two.ana.lines)


def test_each_line_is_over_before_the_next_begins_and_then_it_leaves() -> None:
    two = plain()
    two.ana.type("/chat Bruno\nOi\n/list\nno end")
    assert not two.ana.client.wants_input
    two.ana.client.end_input(now=two.stage.now)
    two.stage.run_until(lambda: two.ana.client.is_over)
    assert two.heard() == ["Oi", "no end"]
    assert two.ana.sees("* Active (besides you): Bruno")


def test_the_end_of_the_input_waits_no_longer_than_it_may() -> None:
    two = plain()
    two.stage.cut(lambda end: end.owner is two.bruno)
    two.stage.parties.remove(two.bruno)
    two.ana.client.receive_input(b"/chat 10.0.0.66:1\n", now=two.stage.now)
    assert two.ana.client.take_requests()  # and nobody carries it out
    two.ana.client.end_input(now=two.stage.now)
    two.stage.run(11.9)
    assert not two.ana.client.state.leaving
    two.stage.run(2.2)
    assert two.ana.client.state.leaving


def test_texts_wait_for_a_peer_that_does_not_read_and_none_is_lost() -> None:
    two = plain()
    two.talk()
    two.stage.run(1.0)
    (end,) = [end for end in two.stage.ends_of(two.bruno) if end.other and end.other.owner is two.ana]
    end.reads = False
    sent = [f"{number} " + "x" * 60_000 for number in range(40)]
    two.ana.type("".join(f"{text}\n" for text in sent))
    two.stage.run(5.0)
    assert not two.ana.client.wants_input
    end.reads = True
    two.stage.run_until(lambda: len("".join(two.heard())) == len("".join(sent)))
    assert "".join(two.heard()) == "".join(sent)
    assert not two.ana.sees("not reading")


def test_a_reader_that_is_gone_ends_it() -> None:
    two = plain()
    two.ana.client.end_output(now=two.stage.now)
    two.ana.client.end_output(now=two.stage.now)
    two.stage.run_until(lambda: two.ana.client.is_over)


# What became of texts


def test_texts_that_break_off_on_their_way_are_marked() -> None:
    two = Two()
    two.talk()
    two.stage.run(1.0)
    for end in two.stage.ends_of(two.bruno):
        end.reads = False
    two.ana.enter("lost?", "x" * 200)
    two.stage.run(0.1)
    two.stage.cut(lambda end: end.owner is two.bruno)
    two.ana.wait_for("may not have arrived")
    marks = {entry.mark for entry in two.ana.client.state.here.log if entry.kind is EntryKind.OURS}
    assert marks == {Mark.UNCONFIRMED}


# Calling back


@pytest.mark.parametrize(
    ("language", "doubt", "begun", "done"),
    [
        (
            "en",
            "Bruno called, and may or may not hear you on that connection. /chat Bruno once more calls back.",
            "Calling Bruno back...",
            "Called Bruno back. Your messages go over the new connection from now on.",
        ),
        (
            "pt_BR",
            "Bruno chamou você, mas talvez não receba o que você diz nessa conexão."
            " Repita /chat Bruno para retornar a chamada.",
            "Retornando a chamada de Bruno...",
            "A chamada de Bruno foi retornada. De agora em diante suas mensagens seguem pela nova conexão.",
        ),
    ],
)  # fmt: skip
def test_a_caller_that_does_not_answer_is_called_back_at_the_second_chat(
    language: str, doubt: str, begun: str, done: str
) -> None:
    stage = Stage()
    ana, bruno = stage.add_user("Ana", language=language), stage.add_person("Bruno")
    ana.resize()
    stage.run(1.0)
    bruno.call("Ana")
    ana.enter("/chat Bruno", "oi")
    log = ana.client.state.here.log
    assert log[-1].text == "oi"
    ana.enter("/chat Bruno")
    assert log[-1].text == doubt
    ana.enter("/chat Bruno", "e agora?", "/chat Bruno")
    assert [entry.text for entry in log[-3:]] == [begun, "e agora?", begun]
    stage.run(31.0)
    assert log[-1].text == done
    assert [event.text for event in bruno.events if isinstance(event, TextReceived)] == ["oi", "e agora?"]
    ana.enter("/chat Bruno")
    assert log[-1].text != doubt


def test_nobody_is_called_back_without_a_tracker_or_after_an_answer() -> None:
    two = Two()
    two.stage.run(1.0)
    conversation = two.bruno.call("Ana")
    two.ana.enter("/chat Bruno", "oi", "/chat Bruno")
    two.bruno.stage.stop_tracker()
    two.ana.enter("/chat Bruno")
    assert two.said()[-1] == "Not connected to a tracker."
    two.bruno.say(conversation, "oi!")
    two.stage.run(1.0)
    two.ana.enter("/chat Bruno")
    assert two.said()[-1] == "Already connected to Bruno."


# The name


def test_another_name_is_registered_and_one_that_is_taken_gives_the_old_one_back() -> None:
    two = Two()
    two.talk()
    two.ana.enter("/name Bia")
    two.ana.wait_for("Bruno still knows you as Ana.")
    assert two.ana.sees(" prosa  Bia")
    two.stage.run(6.0)
    assert "Bia" in two.bruno.node.people
    two.ana.enter("/name Bruno")
    two.ana.wait_for("The name Bruno is taken. You are still Bia.")
    two.ana.wait_for("tracker ok")
    assert two.ana.sees("/name Bruno2")
    two.stage.run(6.0)
    assert "Bia" in two.bruno.node.people


# The clock


def test_a_step_of_the_clock_is_followed_and_what_was_said_keeps_its_time() -> None:
    two = Two()
    two.ana.client.set_clock(1_795_348_800.0 + 7200, 3600, now=two.stage.now)
    assert two.ana.sees(" 15:00  [1:prosa]", "12:00 -- Registered")


# Any order


def fumble(chance: Random, client: Client) -> Iterator[str]:
    """Any inputs in any order, with values of the right kind and no sense."""
    pieces: dict[type, Callable[[], Any]] = {
        int: lambda: chance.choice([-1, 0, 1, 2, 3, 24, 80, 70_000]),
        float: lambda: chance.choice([0.0, -1e9, 1e9]),
        bool: lambda: chance.random() < 0.5,
        str: lambda: chance.choice(["", "127.0.0.1", "Bruno", "\x1b]0;x\x07", "é" * 40, "\udc80"]),
        bytes: lambda: chance.choice(
            [b"", b"USER Bruno\r\n", b"LIST Bruno:Eva\r\n", b"DISC\r\n", b"oi\n", b"\xff\x00", b"/exit\r", b"\x03",
             b"/chat Bruno\r", b"/tracker 1.2.3.4\r", b"\x1b[200~a\nb\x1b[201~", b"y", b"/log on\r", b"x" * 3000]
        ),
        LossReason: lambda: chance.choice(list(LossReason)),
        Failure: lambda: chance.choice(list(Failure)),
    }  # fmt: skip
    now = 0.0
    connections: list[ClientConnection] = []
    while True:
        now += chance.choice([-1.0, 0.0, 0.001, 0.3, 20.0])
        name = chance.choice(sorted(INPUTS))
        values = [pieces[kind]() for kind in INPUTS[name]]
        if name == "resize":
            values = [chance.randint(-1, 40), chance.randint(-1, 100)]
        if hasattr(Client, name):
            made = getattr(client, name)(*values, now=now)
            connections += [made] if isinstance(made, ClientConnection) else []
        elif connections and name == "data_to_send":
            chance.choice(connections).data_to_send()
        elif connections:
            getattr(chance.choice(connections), name)(*values[1:], now=now)
        client.next_timer()
        client.take_ready()
        client.take_requests()
        client.take_events()
        for line in client.take_lines():
            assert is_harmless(line), ascii(line)
        frame = client.take_frame(now=now)
        if frame is not None:
            check_frame(frame, client.state.rows, client.state.columns)
        yield name


@pytest.mark.parametrize("is_plain", [False, True])
@pytest.mark.parametrize("seed", range(20))
def test_any_input_in_any_order_does_no_harm_also_after_the_end(seed: int, is_plain: bool) -> None:
    print(f"seed {seed}")
    beginning = Beginning(
        "Ana", 20000, TRACKER, plain=is_plain, runs_tracker=seed % 3 == 0 or None, transcript_folder="/t"
    )
    client = Client(beginning, catalogue=load_catalogue("en"), random=Random(seed).random)
    steps = fumble(Random(seed), client)
    for _ in range(400):
        next(steps)


def test_a_connection_that_nobody_holds_any_more_is_forgotten() -> None:
    client = Client(Beginning("Ana", 20000, TRACKER), catalogue=load_catalogue("en"), random=lambda: 0.5)
    for number in range(50):
        connection = client.accept_peer("10.0.0.9", 40000 + number, now=0.0)
        connection.connection_lost(LossReason.RESET, now=0.0)
        client.take_ready()
    del connection
    assert len(client._by_node) == 0


def test_what_a_line_leads_to_is_ready_with_the_input_that_brought_it() -> None:
    two = plain()
    two.talk()
    two.stage.run(1.0)
    two.ana.client.take_ready()
    two.ana.client.end_input(now=two.stage.now)
    ready = two.ana.client.take_ready()
    assert any(b"DISC" in connection.data_to_send() for connection in ready)


# Attacks

MARKS = ("a" + "\u0301\u0316" * 8000).encode()


@pytest.mark.parametrize("ended_by", ["keys", "signal"])
@pytest.mark.parametrize("attack", ["long names in a list", "many names in a list", "long names of callers", "texts"])
def test_three_ctrl_c_or_one_signal_end_a_client_under_attack(attack: str, ended_by: str) -> None:
    two = Two()
    two.ana.type("rascunho")
    client, now = two.ana.client, two.stage.now
    (tracker,) = [end.connection for end in two.stage.ends_of(two.ana)]
    match attack:
        case "long names in a list":
            tracker.receive_data(b"LIST " + b":".join([MARKS] * 100) + b"\r\n", now=now)
        case "many names in a list":
            tracker.receive_data(b"LIST " + b":".join(b"n%d" % number for number in range(100_000)) + b"\r\n", now=now)
        case "long names of callers":
            for number in range(20):
                client.accept_peer("10.0.0.9", 40_000 + number, now=now).receive_data(b"USER " + MARKS + b"\r\n", now=now)
        case "texts":
            caller = client.accept_peer("10.0.0.9", 40_000, now=now)
            caller.receive_data(b"USER Eva\r\n" + b"oi\r\n" * 20_000, now=now)
        case _:
            pass
    if ended_by == "signal":
        client.end(now=now)
    else:
        for _ in range(3):
            client.receive_input(b"\x03", now=now)
    assert client.state.leaving
    while not client.is_over and (deadline := client.next_timer()) is not None:
        now = max(now, deadline)
        client.handle_timer(now=now)
        client.take_frame(now=now)
    assert client.is_over
    assert now - two.stage.now <= (1.0 if ended_by == "signal" else 2.0)
