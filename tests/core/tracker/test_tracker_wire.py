"""Whatever the network does to what clients send, the tracker does the same (docs/protocol.md §1, §2).

Every sample is fed whole, byte by byte, split at every point and with following
data, to a tracker that answers from its tables and to one that looks at every
request: the two ways must agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import pytest

from core.events import AddressAsked, ClientListed, KeepReceived, TrackerEvent
from core.limits import Limits
from core.tracker.tracker import Tracker, TrackerConfig

from ..feeding import outcome_however_cut
from ..tracker_talk import ANA, BRUNO, LOOPBACK, OURS, join

_SAMPLES = [
    # the assignment, and both editions' clients (wild.md)
    b"USER Ana:20000\r\nLIST\r\nKEEP\r\nADDR Bruno\r\n",
    b"USER Ana: 20000\r\nLIST\r\n",
    b"USER ana julia:20000\r\nADDR ana julia\r\nDISC\r\n",
    b"USER matador de porco:20000\r\nADDR matador de porco\r\n",
    b"USER Ana:20000\nLIST\nADDR Bruno\nDISC\n",
    b"USER Ana:20000\r\nADDR x\r\nLIST\r\nADDR Bruno\r\nLIST\r\n",
    # again and again: the tables know more each time
    b"USER Ana:1\r\n" + 2 * b"ADDR Bruno\r\nKEEP\r\nADDR Camila\r\nADDR Ana\r\n",
    b"USER Ana:1\r\nADDR Ana\r\nUSER Ana:2\r\nADDR Ana\r\nUSER Eva:3\r\nADDR Ana\r\nADDR Eva\r\nLIST\r\n",
    b"KEEP\r\nLIST\r\nADDR Bruno\r\nKEEP\r\nUSER Ana:1\r\nKEEP\r\nLIST\r\nADDR Bruno\r\n",
    # names
    "USER Jose\u0301:1\r\nADDR José\r\nADDR Jose\u0301\r\nLIST\r\n".encode(),
    "USER 美咲:1\r\nADDR 美咲\r\nLIST\r\n".encode(),
    b"USER Bruno:1\r\nLIST\r\n",
    b"USER A:na:1\r\nLIST\r\n",
    b"USER \xff:1\r\nLIST\r\n",
    b"USER Ana:1\r\nUSER Ana:0\r\nLIST\r\n",
    # line ends and garbage
    b"USER Ana:1\r\nKEEP\rKEEP\r\nKEEP\r\r\n\r\n\n\rKEEP\r\nLIST\r\n",
    b"USER Ana:1\r\nADDR Bruno\rADDR Bruno\r\nADDR Bruno\r\n",
    b"USER Ana:1\r\nADDR Bruno\x0bADDR Bruno\x85\x1c\r\n\xe2\x80\xa8KEEP\r\nADDR Bruno\r\n",
    b"GET / HTTP/1.1\r\nHost: tracker\r\n\r\nUSER Ana:1\r\nLIST\r\n",
    b"USER Ana:1\r\n" + 3 * b"x\r\n" + b"KEEP\r\n" + 4 * b"x\r\n" + b"LIST\r\n",
    b"USER Ana:1\r\n" + 3 * b"x\r\n" + b"ADDR Bruno\r\n" + 4 * b"y\r\n" + b"ADDR Bruno\r\n",
    # limits: 40 bytes a line here, and 400 unread
    b"USER Ana:1\r\nLIST\r\n" + b"z" * 40 + b"\r\nLIST\r\n",
    b"USER Ana:1\r\nLIST\r\n" + b"z" * 41 + b"\r\nLIST\r\n",
    b"USER Ana:1\r\nKEEP\r\nKEEP\r\n" + b"z" * 41,
    b"USER Ana:1\r\n" + 20 * b"ADDR Bruno\r\n",
    b"USER Ana:1\r\n" + 22 * b"LIST\r\n",
    # an end in the middle
    b"USER Ana:1\r\nLIST\r\nDISC\r\nLIST\r\nADDR Bruno\r\n",
    b"DISC\r\nUSER Ana:1\r\n",
    b"USER Ana:1\r\nLIST\r\nADDR Bru",
    b"",
]


@dataclass(frozen=True)
class Result:
    """All that the outside can see of one connection's life."""

    replies: bytes
    events: Sequence[TrackerEvent]
    over: bool
    online: int


def run(chunks: Sequence[bytes], *, report_queries: bool, own_host: str) -> Result:
    """One client's bytes, to a tracker where others have asked before."""
    config = TrackerConfig(max_request_bytes=40, max_garbled_lines=3)
    tracker = Tracker(config, limits=Limits(max_unread_reply_bytes=400), report_queries=report_queries)
    join(tracker, "Bruno", 21500, LOOPBACK, LOOPBACK).receive_data(b"ADDR Bruno\r\n", now=0.0)
    join(tracker, "Camila", 45000, BRUNO).receive_data(b"ADDR Bruno\r\nADDR Camila\r\n", now=0.0)
    tracker.take_events()
    connection = tracker.accept(ANA if own_host == OURS else LOOPBACK, own_host, now=1.0)
    for chunk in chunks:
        connection.receive_data(chunk, now=2.0)
    replies = connection.data_to_send()
    connection.receive_eof(now=3.0)
    queries = (AddressAsked, ClientListed, KeepReceived)
    events = [event for event in tracker.take_events() if not isinstance(event, queries)]
    return Result(replies + connection.data_to_send(), events, connection.wants_close, tracker.online)


_CASES = [(sample, OURS) for sample in _SAMPLES] + [(sample, LOOPBACK) for sample in _SAMPLES[:8]]


@pytest.mark.parametrize("sample, own_host", _CASES, ids=lambda value: repr(value[:40]))
def test_tracker_does_the_same_however_a_client_is_cut(sample: bytes, own_host: str) -> None:
    """§1, §2: from the tables or line by line, asked from afar or from here (§2.7)."""
    following = b"LIST\r\nKEEP\r\n"
    from_tables = partial(run, report_queries=False, own_host=own_host)
    line_by_line = partial(run, report_queries=True, own_host=own_host)
    expected = outcome_however_cut(line_by_line, sample, following=following)
    assert outcome_however_cut(from_tables, sample, following=following) == expected


def test_tracker_reports_the_same_queries_however_a_client_is_cut() -> None:
    """§1: with the events that the comparison above leaves out."""

    def events(chunks: Sequence[bytes]) -> list[TrackerEvent]:
        tracker = Tracker(report_queries=True)
        connection = tracker.accept(ANA, OURS, now=0.0)
        for chunk in chunks:
            connection.receive_data(chunk, now=0.0)
        return tracker.take_events()

    sample = b"KEEP\r\nUSER Ana:1\r\nKEEP\r\nLIST\r\nADDR Ana\r\nADDR x\r\nADDR Ana\r\n"
    assert len(outcome_however_cut(events, sample)) == 7
