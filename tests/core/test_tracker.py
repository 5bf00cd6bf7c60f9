"""What a tracker answers, decides and reports (docs/protocol.md §1, §2)."""

from collections.abc import Sequence

import pytest

from core.events import ClientDeparted, DepartureReason, TrackerEvent
from core.messages import Edition
from core.tracker import Tracker, TrackerConfig, TrackerConnection


ANA = "10.0.0.1"
BRUNO = "10.0.0.2"
CAMILA = "10.0.0.3"
OURS = "10.0.0.9"


def join(tracker: Tracker, name: str, port: int, host: str = ANA, *, now: float = 0.0) -> TrackerConnection:
    """A connection that has registered; its event is taken."""
    connection = tracker.accept(host, OURS, now=now)
    connection.receive_data(f"USER {name}:{port}\r\n".encode(), now=now)
    assert not connection.wants_close
    tracker.take_events()
    return connection


def ask(connection: TrackerConnection, request: str, *, now: float = 0.0) -> str:
    """What the tracker writes in answer to whole lines."""
    connection.receive_data(request.encode(), now=now)
    return connection.data_to_send().decode()


def departures(events: Sequence[TrackerEvent]) -> list[tuple[int, DepartureReason]]:
    return [(event.connection, event.reason) for event in events if isinstance(event, ClientDeparted)]


# §1, the vocabulary


def test_tracker_answers_the_table_of_the_assignment_byte_for_byte() -> None:
    """§1: the example of the assignment, with the tracker's part of it."""
    tracker = Tracker()
    ana = tracker.accept("200.235.90.79", OURS, now=0.0)
    assert ask(ana, "USER Ana:20000\r\n") == ""
    bruno = tracker.accept("200.235.90.80", OURS, now=1.0)
    assert ask(bruno, "USER Bruno:21500\r\n", now=1.0) == ""
    assert ask(bruno, "LIST\r\n", now=2.0) == "LIST Ana\r\n"
    camila = tracker.accept("200.235.90.81", OURS, now=3.0)
    assert ask(camila, "USER Camila:45000\r\n", now=3.0) == ""
    assert ask(camila, "LIST\r\n", now=4.0) == "LIST Ana:Bruno\r\n"
    assert ask(camila, "ADDR Bruno\r\n", now=4.0) == "ADDR 200.235.90.80:21500\r\n"
    for connection in (ana, bruno, camila):
        connection.receive_eof(now=5.0)
        assert connection.wants_close
    assert tracker.online == tracker.clients == 0


def test_tracker_lists_nobody_with_the_space_when_the_asker_is_alone() -> None:
    """§1: real clients split the reply on its space."""
    ana = join(Tracker(), "Ana", 20000)
    assert ask(ana, "LIST\r\n") == "LIST \r\n"


def test_tracker_does_not_answer_keep() -> None:
    """§1"""
    ana = join(Tracker(), "Ana", 20000)
    assert ask(ana, "KEEP\r\n") == ""


def test_tracker_is_silent_when_the_asked_name_is_not_active() -> None:
    """§1"""
    ana = join(Tracker(), "Ana", 20000)
    assert ask(ana, "ADDR Bruno\r\nLIST\r\n") == "LIST \r\n"


@pytest.mark.parametrize("edition", list(Edition))
def test_tracker_answers_addr_in_the_form_of_its_edition(edition: Edition) -> None:
    """§1: the two editions of the assignment."""
    tracker = Tracker(TrackerConfig(edition=edition))
    ana = join(tracker, "Ana", 20000)
    expected = {Edition.E2024: "ADDR 10.0.0.1:20000\r\n", Edition.E2026: "ADDR Ana:10.0.0.1:20000\r\n"}
    assert ask(ana, "ADDR Ana\r\n") == expected[edition]
    assert ask(ana, "ADDR Ana\r\n") == expected[edition], "from the table"


def test_tracker_lists_in_order_of_registration_when_asked_by_anyone() -> None:
    """§1"""
    tracker = Tracker()
    ana, bruno, camila = (join(tracker, name, 20000) for name in ("Ana", "Bruno", "Camila"))
    assert ask(ana, "LIST\r\n") == "LIST Bruno:Camila\r\n"
    assert ask(bruno, "LIST\r\n") == "LIST Ana:Camila\r\n"
    assert ask(camila, "LIST\r\n") == "LIST Ana:Bruno\r\n"
