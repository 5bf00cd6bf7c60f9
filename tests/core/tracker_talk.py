"""What the tracker's tests share: joining, asking, and what came of it."""

from collections.abc import Sequence

from core.events import ClientDeparted, ClientRefused, DepartureReason, RefusalReason, TrackerEvent
from core.tracker.tracker import Tracker, TrackerConnection

ANA, BRUNO, CAMILA = "10.0.0.1", "10.0.0.2", "10.0.0.3"
OURS = "10.0.0.9"
LOOPBACK = "127.0.0.1"


def join(
    tracker: Tracker, name: str, port: int = 20000, host: str = ANA, own: str = OURS, *, now: float = 0.0
) -> TrackerConnection:
    """A connection that has registered; its event is taken."""
    connection = tracker.accept(host, own, now=now)
    connection.receive_data(f"USER {name}:{port}\r\n".encode(), now=now)
    assert not over(connection)
    tracker.take_events()
    return connection


def ask(connection: TrackerConnection, request: str, *, now: float = 0.0) -> str:
    """What the tracker writes in answer to whole lines."""
    connection.receive_data(request.encode(), now=now)
    return connection.data_to_send().decode()


def over(connection: TrackerConnection) -> bool:
    """Whether the tracker wants it closed; a call, because mypy would take a property for constant."""
    return connection.wants_close


def departures(events: Sequence[TrackerEvent]) -> list[tuple[int, DepartureReason]]:
    return [(event.connection, event.reason) for event in events if isinstance(event, ClientDeparted)]


def why_refused(tracker: Tracker) -> RefusalReason:
    """The reason in the last two events, which are those of a refusal."""
    refused, departed = tracker.take_events()[-2:]
    assert isinstance(refused, ClientRefused) and isinstance(departed, ClientDeparted)
    assert departed.reason is DepartureReason.REFUSED
    assert refused.connection == departed.connection
    return refused.reason
