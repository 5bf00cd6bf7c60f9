"""Long lists take turns: whoever asks for something else does not wait for them (docs/protocol.md §2.6)."""

import pytest

from core.events import DepartureReason
from core.limits import DEFAULT_LIMITS
from core.tracker.tracker import Tracker, TrackerConnection

from ..tracker_talk import ask, departures, join, over

USERS = 400
NAME_BYTES = 64
LIST_BYTES = len("LIST \r\n") + (USERS - 1) * (NAME_BYTES + 1) - 1
AT_ONCE = -(-DEFAULT_LIMITS.max_list_bytes_at_once // LIST_BYTES)
"""How many lists fit into one turn, the one that fills it included."""
ANSWER = "ADDR 10.0.0.1:20000\r\n"


def name(number: int) -> str:
    return f"{number:0{NAME_BYTES}}"


def crowd() -> tuple[Tracker, list[TrackerConnection]]:
    """A tracker with so many users that a turn is full after some lists."""
    tracker = Tracker()
    return tracker, [join(tracker, name(number)) for number in range(USERS)]


def fill_the_turn(clients: list[TrackerConnection], *, now: float = 0.0) -> None:
    for client in clients[:AT_ONCE]:
        assert len(ask(client, "LIST\r\n", now=now)) == LIST_BYTES


def serve_waiting(tracker: Tracker, *, now: float) -> list[TrackerConnection]:
    """One more turn of an adapter that woke up for the timer."""
    tracker.handle_timer(now=now)
    return tracker.take_ready()


def test_tracker_answers_some_at_once_and_all_in_turn_when_everybody_asks_for_the_list() -> None:
    tracker, clients = crowd()

    answered = [client for client in clients if ask(client, "LIST\r\n")]

    assert answered == clients[:AT_ONCE]
    turns = 0
    while (deadline := tracker.next_timer()) is not None and deadline <= 1.0:
        turns += 1
        ready = serve_waiting(tracker, now=turns / 1000)
        assert len(ready) <= AT_ONCE
        assert all(len(client.data_to_send()) == LIST_BYTES for client in ready)
        answered += ready
    assert answered == clients
    assert tracker.take_events() == []


def test_tracker_answers_another_at_once_while_lists_wait() -> None:
    tracker, clients = crowd()
    fill_the_turn(clients)
    assert ask(clients[-2], "LIST\r\n") == ""

    assert ask(clients[-1], f"ADDR {name(0)}\r\n") == ANSWER
    assert tracker.next_timer() == 0.0


def test_tracker_answers_at_once_when_a_new_turn_has_begun() -> None:
    _, clients = crowd()
    fill_the_turn(clients)

    assert len(ask(clients[-1], "LIST\r\n", now=0.001)) == LIST_BYTES


@pytest.mark.parametrize("cut", range(len(f"KEEP\r\nLIST\r\nADDR {name(0)}\r\n") + 1))
def test_client_is_answered_in_the_order_of_its_requests_when_its_list_waits(cut: int) -> None:
    tracker, clients = SHARED
    now = cut * 1.0  # each cut has a turn of its own
    for client in clients:
        client.receive_data(b"KEEP\r\n", now=now)
    fill_the_turn(clients, now=now)
    requests = f"KEEP\r\nLIST\r\nADDR {name(0)}\r\n"

    assert ask(clients[-1], requests[:cut], now=now) == ""
    assert ask(clients[-1], requests[cut:], now=now) == ""

    assert serve_waiting(tracker, now=now + 0.001) == [clients[-1]]
    written = clients[-1].data_to_send().decode()
    assert (len(written), written.endswith("\r\n" + ANSWER)) == (LIST_BYTES + len(ANSWER), True)


SHARED = crowd()
"""For a test that is repeated; building one takes longer than the test."""


def test_client_that_ends_its_stream_is_answered_before_when_its_list_waits() -> None:
    tracker, clients = crowd()
    fill_the_turn(clients)
    assert ask(clients[-1], "LIST\r\n") == ""

    clients[-1].receive_eof(now=0.0)

    assert len(clients[-1].data_to_send()) == LIST_BYTES
    assert over(clients[-1])
    assert serve_waiting(tracker, now=0.001) == []


def test_client_that_was_lost_is_not_handed_out_when_its_list_waited() -> None:
    tracker, clients = crowd()
    fill_the_turn(clients)
    assert ask(clients[-1], "LIST\r\n") == ""
    tracker.close(now=0.0)
    tracker.take_ready()

    assert serve_waiting(tracker, now=0.001) == []
    assert clients[-1].data_to_send() == b""


def test_client_is_shut_when_it_sends_too_much_while_its_list_waits() -> None:
    tracker, clients = crowd()
    fill_the_turn(clients)
    assert ask(clients[-1], "LIST\r\n") == ""

    chunk = "KEEP\r\n" * 10_000
    for _ in range(DEFAULT_LIMITS.max_waiting_request_bytes // len(chunk) + 1):
        assert not over(clients[-1])
        assert ask(clients[-1], chunk) == ""

    assert over(clients[-1])
    assert departures(tracker.take_events()) == [(clients[-1].number, DepartureReason.NOT_READING)]


def test_client_is_alive_when_its_list_has_waited() -> None:
    tracker, clients = crowd()
    fill_the_turn(clients, now=14.0)
    assert ask(clients[-1], "LIST\r\n", now=14.0) == ""

    assert clients[-1] in serve_waiting(tracker, now=15.5)
    assert not over(clients[-1])
