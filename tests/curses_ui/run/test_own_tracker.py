"""The tracker inside the client: the first who asks for the port has it."""

from io_adapters import ListenFault, Reactor

from curses_ui.run.network_plan import LOOPBACK, EmbeddedTracker
from tests.io_adapters.support import unused_port


def tracker(reactor: Reactor, port: int = 0, host: str = LOOPBACK) -> EmbeddedTracker:
    return EmbeddedTracker(reactor, host, port)


def runs(embedded: EmbeddedTracker) -> bool:
    """Asked anew each time, which a type checker would not expect of a property."""
    return embedded.is_running


def test_only_one_of_two_programs_runs_it_and_the_other_takes_over_at_its_end() -> None:
    with Reactor() as reactor:
        first = tracker(reactor, unused_port())
        assert not runs(first)
        assert first.start() is None
        assert first.start() is None  # again has no effect
        assert runs(first)
        port = first.port
        second = tracker(reactor, port)
        assert second.start() is not None
        assert not runs(second)
        first.close()
        assert second.start() is None
        assert second.port == port
        second.close()
        second.close()
        assert not runs(second)


def test_an_address_that_is_not_ours_is_an_error() -> None:
    with Reactor() as reactor:
        error = tracker(reactor, host="192.0.2.1").start()
        assert error is not None and error.fault is not ListenFault.IN_USE
