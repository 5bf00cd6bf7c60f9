"""The two machines of the core have the faces that adapters are written against."""

from core import Machine, Node, NodeEvent, NodeMachine, Tracker, TrackerEvent


def drain(machine: Machine[object]) -> int:
    """Do what an adapter does after each input; return how many events there were."""
    ready = machine.take_ready()
    for connection in ready:
        connection.data_to_send()
    assert not machine.take_ready()
    machine.handle_timer(now=0.0)
    return len(machine.take_events())


def test_a_tracker_is_a_machine() -> None:
    tracker: Machine[TrackerEvent] = Tracker()
    assert tracker.next_timer() is None
    assert drain(tracker) == 0


def test_a_node_is_a_machine_with_requests() -> None:
    node: NodeMachine[NodeEvent] = Node("Ana", 20000, now=0.0, random=lambda: 0.5)
    assert len(node.take_requests()) == 1
    node.tracker_connected("192.0.2.80", now=0.0)
    assert node.next_timer() is not None
    assert drain(node) == 0
    node.accept_peer("192.0.2.81", 40000, now=0.0).receive_data(b"USER Bruno\r\nOi\r\n", now=0.0)
    assert drain(node) == 2  # ChatOpened, TextReceived
