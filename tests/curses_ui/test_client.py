"""Clients without a face, on real sockets of this machine: they find each other, chat, and part."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from io_adapters import Reactor

from curses_ui.client import Client
from curses_ui.run.embedded import EmbeddedTracker
from curses_ui.run.network import on_sockets
from curses_ui.run.network_plan import NetworkPlan
from curses_ui.settings import Settings
from curses_ui.state.conversation import ChatState, LogEntry, Mark
from curses_ui.state.model import TrackerState, UiState
from curses_ui.terminal.keys import Key, Text

PATIENCE_SECONDS = 20.0
HERE = "127.0.0.1"


class Desk:
    """One client, and a face that notes what it is asked to do."""

    def __init__(
        self, name: str, tracker: tuple[str, int], embedded: EmbeddedTracker, reactor: Reactor
    ) -> None:
        self.reactor = reactor
        self.state = UiState(name)
        self.traced: list[str] = []
        plan = NetworkPlan(tracker, (HERE, 0), embedded)
        self.client = Client(
            reactor,
            self.state,
            plan,
            join=on_sockets(reactor),
            wall_clock=lambda: 1e9,
            trace=self.traced.append,
        )
        self.client.show_on(self)
        self.seen: list[LogEntry] = []
        self.asked: list[str] = []

    def ring(self) -> None:
        self.asked.append("ring")

    def notify(self, text: str) -> None:
        self.asked.append(f"notify {text}")

    def suspend(self) -> None:
        self.asked.append("suspend")

    def redraw(self) -> None:
        self.asked.append("redraw")

    def turn_ended(self, fresh: Sequence[LogEntry]) -> None:
        self.seen += fresh

    def enter(self, line: str) -> None:
        """Type a line and press Enter."""
        self.client.apply_key(Text(line))
        self.client.apply_key(Key("Enter"))

    def has_seen(self, text: str) -> bool:
        return any(text in entry.text for entry in self.seen)


def _fail(fault: Exception) -> None:
    raise fault


@contextmanager
def desk(name: str, *, tracker: "Desk | None" = None) -> Iterator[Desk]:
    """A client that uses the tracker of another one, or brings its own."""
    with ExitStack() as stack:
        reactor = stack.enter_context(Reactor())
        if tracker is None:
            embedded = EmbeddedTracker(reactor, HERE, 0, on_fault=_fail)
            assert embedded.start()
            made = Desk(name, (HERE, embedded.port), embedded, reactor)
        else:
            host, _, port = tracker.state.tracker.address.rpartition(":")
            embedded = EmbeddedTracker(reactor, host, int(port), on_fault=_fail)
            made = Desk(name, (host, int(port)), embedded, reactor)
        stack.callback(made.client.close)
        yield made


def turn_until(condition: Callable[[], bool], *desks: Desk) -> None:
    """Let the loops turn until something is so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        for each in desks:
            each.reactor.run_turn(0.005)
        assert time.monotonic() < deadline, [[entry.text for entry in each.seen] for each in desks]


def registered(*desks: Desk) -> bool:
    return all(each.state.tracker.state is TrackerState.REGISTERED for each in desks)


def test_two_clients_find_each_other_chat_and_part() -> None:
    with desk("Ana") as ana, desk("Bruno", tracker=ana) as bruno:
        turn_until(lambda: registered(ana, bruno), ana, bruno)
        assert ana.state.tracker.embedded and not bruno.state.tracker.embedded
        bruno.enter("/chat Ana")
        bruno.enter("Oi Ana!")
        turn_until(lambda: ana.has_seen("Oi Ana!"), ana, bruno)
        assert ana.asked == ["ring"]
        ana.enter("/win Bruno")
        ana.enter("Oi Bruno!")
        turn_until(lambda: bruno.has_seen("Oi Bruno!"), ana, bruno)
        assert [entry.sender for entry in bruno.seen if entry.text.startswith("Oi")] == ["Bruno", "Ana"]
        bruno.enter("/bye")
        turn_until(lambda: ana.has_seen("said goodbye"), ana, bruno)
        turn_until(lambda: bruno.state.here.state is ChatState.ENDED, ana, bruno)
        bruno.enter("/exit")
        turn_until(lambda: bruno.state.left, ana, bruno)
        assert bruno.state.notice == "Saying goodbye..."


def test_who_leaves_twice_does_not_wait_for_the_farewell_to_be_heard() -> None:
    with desk("Ana") as ana, desk("Bruno", tracker=ana) as bruno:
        turn_until(lambda: registered(ana, bruno), ana, bruno)
        bruno.enter("/chat Ana")
        turn_until(lambda: bruno.has_seen("Connected to Ana."), ana, bruno)
        bruno.client.leave()
        bruno.client.leave()  # a signal, the end of the input: nobody's impatience
        bruno.reactor.run_turn(0)
        bruno.enter("/exit")  # Ana's loop stands still: she will not hear it
        bruno.reactor.run()
        assert not bruno.state.left


def test_a_client_calls_by_address_and_reports_a_call_that_fails() -> None:
    with desk("Ana") as ana:
        turn_until(lambda: registered(ana), ana)
        ana.enter("/chat 127.0.0.1:1")
        turn_until(lambda: ana.has_seen("Cannot connect to 127.0.0.1:1: refused."), ana)
        ana.enter("/chat nobody")
        turn_until(lambda: ana.has_seen("nobody is not online."), ana)
        assert list(ana.state.conversations) == [1]


def test_msg_calls_and_says_without_leaving_the_window() -> None:
    with desk("Ana") as ana, desk("Bruno", tracker=ana) as bruno:
        turn_until(lambda: registered(ana, bruno), ana, bruno)
        ana.enter("/msg Bruno no caminho")
        turn_until(lambda: bruno.has_seen("no caminho"), ana, bruno)
        assert ana.state.current == 1
        assert ana.has_seen("To Bruno: no caminho")


def test_a_list_is_asked_of_the_tracker_and_refused_without_one() -> None:
    with desk("Ana") as ana, desk("Bruno", tracker=ana) as bruno:
        bruno.enter("/list")
        turn_until(lambda: registered(ana, bruno), ana, bruno)
        assert bruno.has_seen("No tracker at present.")
        bruno.enter("/list")
        turn_until(lambda: bruno.has_seen("Active (besides you): Ana"), ana, bruno)


def test_what_the_node_refuses_is_said() -> None:
    with desk("Ana") as ana:
        turn_until(lambda: registered(ana), ana)
        ana.enter(f"/chat {ana.client.listening[0]}:{ana.client.listening[1]}")
        turn_until(lambda: ana.has_seen("You cannot chat with yourself."), ana)


def test_another_client_takes_the_tracker_over_when_its_program_ends() -> None:
    with desk("Bruno") as bruno:
        address = bruno.state.tracker.address
        with desk("Camila", tracker=bruno) as camila, desk("Davi", tracker=bruno) as davi:
            turn_until(lambda: registered(bruno, camila, davi), bruno, camila, davi)
            camila.enter("/chat Davi")
            turn_until(lambda: camila.has_seen("Connected to Davi."), bruno, camila, davi)
            bruno.client.close()
            bruno.reactor.close()
            others = (camila, davi)
            turn_until(lambda: any(each.state.tracker.embedded for each in others), *others)
            turn_until(lambda: registered(*others), *others)
            assert [each.state.tracker.embedded for each in others].count(True) == 1
            assert camila.state.tracker.address == address
            assert any(each.has_seen("The tracker runs inside this program now.") for each in others)
            assert camila.state.here.is_open


def test_after_a_change_of_tracker_none_is_run_any_more() -> None:
    with desk("Ana") as ana, desk("Bruno") as bruno:
        turn_until(lambda: registered(ana, bruno), ana, bruno)
        bruno.enter(f"/tracker {ana.state.tracker.address}")
        turn_until(lambda: registered(bruno), ana, bruno)
        ana.enter("/list")
        turn_until(lambda: ana.has_seen("Active (besides you): Bruno"), ana, bruno)
        assert not bruno.state.tracker.embedded


def test_a_text_that_breaks_off_on_its_way_is_marked() -> None:
    with desk("Ana") as ana, desk("Bruno", tracker=ana) as bruno:
        turn_until(lambda: registered(ana, bruno), ana, bruno)
        bruno.enter("/chat Ana")
        turn_until(lambda: bruno.has_seen("Connected to Ana."), ana, bruno)
        bruno.enter("lost?")
        bruno.enter("x" * 1000)
        ana.client.close()
        turn_until(lambda: bruno.state.here.state is ChatState.ENDED, bruno)
        marks = {entry.mark for entry in bruno.state.here.log if entry.sender == "Bruno"}
        assert marks != {Mark.NONE}


def test_the_face_is_asked_to_ring_notify_suspend_and_redraw() -> None:
    with desk("Ana") as ana, desk("Bruno", tracker=ana) as bruno:
        ana.state.settings = Settings(notify=True)
        turn_until(lambda: registered(ana, bruno), ana, bruno)
        bruno.enter("/msg Ana olá")
        turn_until(lambda: ana.has_seen("olá"), ana, bruno)
        ana.client.apply_key(Key("C-l"))
        ana.client.apply_key(Key("C-z"))
        assert ana.asked == ["ring", "notify Bruno", "redraw", "suspend"]


def test_everything_that_happens_can_be_traced() -> None:
    with desk("Ana") as ana:
        turn_until(lambda: registered(ana), ana)
        ana.enter("/list")
        assert "TrackerRegistered(name='Ana', names=())" in ana.traced
        assert ana.traced[-1] == "RefreshList()"


def test_conversations_are_written_down_while_the_user_wants_it(tmp_path: Path) -> None:
    with desk("Ana") as ana, desk("Bruno", tracker=ana) as bruno:
        ana.state.transcript_folder = str(tmp_path / "new" / "transcripts")
        turn_until(lambda: registered(ana, bruno), ana, bruno)
        ana.enter("/log on")
        bruno.enter("/msg Ana primeiro")
        turn_until(lambda: ana.has_seen("primeiro"), ana, bruno)
        ana.enter("/log off")
        bruno.enter("/msg Ana segundo")
        turn_until(lambda: ana.has_seen("segundo"), ana, bruno)
    written = (tmp_path / "new" / "transcripts" / "Bruno.log").read_text()
    assert "\tBruno\tprimeiro\n" in written
    assert "segundo" not in written


def test_a_transcript_that_cannot_be_written_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with desk("Ana") as ana, desk("Bruno", tracker=ana) as bruno:
        ana.state.transcript_folder = str(tmp_path / "file" / "transcripts")
        ana.state.logging = True
        turn_until(lambda: registered(ana, bruno), ana, bruno)
        bruno.enter("/msg Ana oi")
        turn_until(lambda: ana.has_seen("oi"), ana, bruno)
        assert ana.has_seen("Logging off.")
        assert not ana.state.logging


def is_choked(desk: Desk) -> bool:
    """Asked anew each time, which a type checker would not expect of a property."""
    return desk.client.is_choked


def test_without_a_screen_texts_wait_for_a_peer_that_does_not_read() -> None:
    with desk("Ana") as ana, desk("Bruno", tracker=ana) as bruno:
        bruno.state.plain = ana.state.plain = True
        turn_until(lambda: registered(ana, bruno), ana, bruno)
        bruno.enter("/chat Ana")
        turn_until(lambda: bruno.has_seen("Connected to Ana."), ana, bruno)
        text = "x" * 900
        sent = 0
        while not is_choked(bruno):  # Ana's loop stands still
            bruno.client.enter_line(f"{sent} {text}")
            bruno.reactor.run_turn(0)
            sent += 1
            assert sent < 100_000
        turn_until(lambda: ana.has_seen(f"{sent - 1} xxx"), ana, bruno)
        assert not is_choked(bruno)
        received = [int(entry.text.split()[0]) for entry in ana.seen if "xxx" in entry.text]
        assert received == list(range(sent))
