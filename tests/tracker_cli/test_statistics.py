"""The line that --stats asks for."""

from core import (
    ClientDeparted,
    ClientRefused,
    ClientRegistered,
    DepartureReason,
    KeepReceived,
    LineIgnored,
    RefusalReason,
)
from tracker_cli.log_format import text_format
from tracker_cli.statistics import Statistics


def test_statistics_count_what_happened_since_the_start() -> None:
    statistics = Statistics()
    for event in (
        ClientRegistered(1, "Ana", "10.0.0.1", 1, 1),
        ClientRegistered(2, "Eva", "10.0.0.1", 1, 2),
        LineIgnored(1, b"x"),
        KeepReceived(1, "Ana"),
        ClientRefused(3, RefusalReason.BAD_USER, "10.0.0.1", b""),
        ClientDeparted(3, DepartureReason.REFUSED, "10.0.0.1", None, 2, 0.0),
    ):
        statistics.count(event)
    line = statistics.line(online=2, clients=2, uptime_seconds=61.04)
    assert text_format(line, "") == (
        "info stats online=2 clients=2 registered=2 departed=1 refused=1 bad-lines=1 uptime=61.0s"
    )
