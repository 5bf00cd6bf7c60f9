"""What --tracker, --host and --listen mean."""

import time
from contextlib import closing

import pytest

from core import Edition
from io_adapters import Address, ListenError, ListenFault, Reactor

from curses_ui.run.network_plan import LOOPBACK, EmbeddedTracker, NetworkPlan, plan_network
from tests.io_adapters.support import PATIENCE_SECONDS, dial_guest


def plan(
    reactor: Reactor,
    *,
    tracker: Address | None = None,
    host: Address | None = None,
    listen: Address | None = None,
    edition: Edition = Edition.E2024,
    default_port: int = 0,
) -> NetworkPlan:
    return plan_network(
        reactor, tracker=tracker, host=host, listen=listen, edition=edition, default_port=default_port
    )


def test_a_named_tracker_is_used_and_peers_are_heard_on_all_interfaces() -> None:
    with Reactor() as reactor:
        found = plan(reactor, tracker=("10.0.0.1", 10000))
        assert found == NetworkPlan(("10.0.0.1", 10000), ("", 0), None)


def test_without_a_tracker_on_this_machine_ours_runs_on_loopback_and_so_do_peers() -> None:
    with Reactor() as reactor:
        found = plan(reactor)
        assert isinstance(found.embedded, EmbeddedTracker)
        with closing(found.embedded):
            assert found.embedded.is_running
            assert found.tracker == (LOOPBACK, found.embedded.port)
            assert found.listen == (LOOPBACK, 0)
            assert found.hosting is None


def test_a_tracker_on_this_machine_is_used_and_peers_are_heard_on_all_interfaces() -> None:
    with Reactor() as reactor, closing(EmbeddedTracker(reactor, LOOPBACK, 0)) as there:
        there.start()
        found = plan(reactor, default_port=there.port)
        assert found.embedded is not None and not found.embedded.is_running
        assert found.tracker == (LOOPBACK, there.port)
        assert found.listen == ("", 0)


def test_a_hosted_tracker_runs_where_the_user_said_and_is_reached_there() -> None:
    with Reactor() as reactor:
        found = plan(reactor, host=(LOOPBACK, 0))
        assert isinstance(found.embedded, EmbeddedTracker)
        with closing(found.embedded):
            port = found.embedded.port
            assert found.tracker == found.hosting == (LOOPBACK, port)
            assert found.listen == ("", 0)


def test_a_hosted_tracker_that_cannot_have_its_port_is_an_error() -> None:
    with Reactor() as reactor, closing(EmbeddedTracker(reactor, LOOPBACK, 0)) as there:
        there.start()
        with pytest.raises(ListenError) as caught:
            plan(reactor, host=(LOOPBACK, there.port))
        assert caught.value.fault is ListenFault.IN_USE
        assert caught.value.port == there.port


@pytest.mark.parametrize(("host", "is_elsewhere"), [(LOOPBACK, False), ("", True)])
def test_a_probe_tells_a_tracker_on_loopback_from_one_that_others_can_reach(host: str, is_elsewhere: bool) -> None:
    with Reactor() as reactor, closing(EmbeddedTracker(reactor, host, 0)) as there:
        there.start()
        found: list[bool] = []
        with closing(EmbeddedTracker(reactor, LOOPBACK, there.port)) as ours:
            ours.probe(found.append)
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not found:
                assert time.monotonic() < deadline
                reactor.run_turn(0.1)
        assert found == [is_elsewhere]


@pytest.mark.parametrize("tracker", [None, ("10.0.0.1", 10000)])
def test_where_to_listen_can_be_said(tracker: Address | None) -> None:
    with Reactor() as reactor:
        found = plan(reactor, tracker=tracker, listen=("127.0.0.2", 4000))
        assert found.listen == ("127.0.0.2", 4000)
        if found.embedded is not None:
            found.embedded.close()


@pytest.mark.parametrize(
    ("edition", "reply"),
    [(Edition.E2024, b"ADDR 127.0.0.1:20000\r\n"), (Edition.E2026, b"ADDR Ana:127.0.0.1:20000\r\n")],
)
@pytest.mark.parametrize("host", [(LOOPBACK, 0), None])
def test_a_tracker_of_ours_speaks_the_edition_that_the_user_said(
    edition: Edition, reply: bytes, host: Address | None
) -> None:
    with Reactor() as reactor:
        found = plan(reactor, host=host, edition=edition)
        assert found.embedded is not None
        with closing(found.embedded):
            guest = dial_guest(reactor, found.embedded.port)
            guest.socket.send(b"USER Ana:20000\r\nADDR Ana\r\n")
            assert guest.read_until(b"\r\n") == reply
            guest.close()
