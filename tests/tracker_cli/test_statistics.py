"""The line that --stats asks for."""

from core import (
    AddressAsked,
    ClientDeparted,
    ClientListed,
    ClientRefused,
    ClientRegistered,
    DepartureReason,
    KeepReceived,
    LineIgnored,
    RefusalReason,
    TrackerEvent,
)
from tracker_cli.log_format import text_format
from tracker_cli.statistics import Statistics


def counted(*events: TrackerEvent) -> Statistics:
    statistics = Statistics()
    for event in events:
        statistics.count(event)
    return statistics


def test_statistics_count_what_happened_since_the_start() -> None:
    statistics = counted(
        ClientRegistered(1, "Ana", "10.0.0.1", 1, 1),
        ClientRegistered(2, "Eva", "10.0.0.1", 1, 2),
        LineIgnored(1, b"x"),
        KeepReceived(1, "Ana"),
        ClientListed(1, "Ana", 2),
        ClientListed(2, "Eva", 2),
        AddressAsked(1, "Ana", "Eva", True),
        AddressAsked(1, "Ana", "Rui", False),
        AddressAsked(2, "Eva", "Ana", True),
        ClientRefused(3, RefusalReason.BAD_USER, "10.0.0.1", b""),
        ClientDeparted(3, DepartureReason.REFUSED, "10.0.0.1", None, 2, 0.0),
    )
    line = statistics.line(online=2, clients=2, uptime_seconds=61.04)
    assert text_format(line, "") == (
        "info stats online=2 peak=2 clients=2 registered=2 departed=0 refused=1"
        " lists=2 addresses=3 bad-lines=1 uptime=61.0s"
    )


def test_those_who_registered_less_those_who_departed_are_online_and_the_peak_stays() -> None:
    statistics = counted(
        ClientRegistered(1, "Ana", "10.0.0.1", 1, 1),
        ClientRegistered(1, "Ana", "10.0.0.1", 2, 1, "Ana"),
        ClientRegistered(2, "Eva", "10.0.0.1", 1, 2),
        ClientRegistered(2, "Eva2", "10.0.0.1", 1, 2, "Eva"),
        ClientDeparted(3, DepartureReason.END_OF_STREAM, "10.0.0.1", None, 2, 0.0),
        ClientDeparted(2, DepartureReason.DISC, "10.0.0.1", "Eva2", 1, 0.0),
    )
    assert (statistics.registered, statistics.departed, statistics.peak) == (2, 1, 2)
