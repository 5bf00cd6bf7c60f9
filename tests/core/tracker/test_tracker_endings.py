"""How a tracker's connections end, and what it reports of them (docs/protocol.md §2.4–§2.6)."""

import pytest

from core.events import (
    AddressAsked,
    AddressAskedRepeatedly,
    ClientDeparted,
    ClientListed,
    ClientRefused,
    ClientRegistered,
    DepartureReason,
    KeepReceived,
    LossReason,
    RefusalReason,
    TrackerEvent,
)
from core.limits import Limits
from core.tracker.tracker import REPETITION_SECONDS, Tracker, TrackerConfig, TrackerConnection, UserStatus

from ..tracker_talk import ANA, BRUNO, CAMILA, OURS, ask, departures, join, over, why_refused


# §2.4, expiry


def test_tracker_shuts_a_silent_client_after_15_seconds() -> None:
    """§2.4"""
    tracker = Tracker()
    ana = join(tracker, "Ana")
    assert tracker.next_timer() == 15.0
    tracker.handle_timer(now=14.999)
    assert not over(ana) and tracker.take_ready() == []
    tracker.handle_timer(now=15.0)
    assert over(ana)
    assert tracker.take_ready() == [ana]
    assert tracker.take_events() == [ClientDeparted(1, DepartureReason.EXPIRED, ANA, "Ana", 0, 15.0)]
    assert tracker.next_timer() is None
    assert tracker.online == tracker.clients == 0


def test_tracker_shuts_a_connection_that_never_registered() -> None:
    """§2.4"""
    tracker = Tracker()
    stranger = tracker.accept(ANA, OURS, now=3.0)
    stranger.receive_data(b"hello?\r\n", now=10.0)
    tracker.handle_timer(now=18.0)
    assert over(stranger)
    assert departures(tracker.take_events()) == [(1, DepartureReason.EXPIRED)]


@pytest.mark.parametrize("instruction", [b"KEEP", b"LIST", b"ADDR Ana", b"ADDR nobody", b"USER Ana:1"])
def test_tracker_takes_any_valid_instruction_for_a_sign_of_life(instruction: bytes) -> None:
    """§2.4"""
    tracker = Tracker()
    ana = join(tracker, "Ana")
    for now in (10.0, 20.0, 30.0):
        ana.receive_data(instruction + b"\r\n", now=now)
        tracker.handle_timer(now=now + 14.9)
        assert not over(ana)
    tracker.handle_timer(now=45.0)
    assert over(ana)


@pytest.mark.parametrize("data", [b"KEEP", b"x\r\n", b"\r\n", b"KEEPKEEP\r\n", b""])
def test_tracker_takes_no_other_bytes_for_a_sign_of_life(data: bytes) -> None:
    """§2.4: an incomplete instruction is none yet."""
    tracker = Tracker()
    ana = join(tracker, "Ana")
    ana.receive_data(data, now=10.0)
    tracker.handle_timer(now=15.0)
    assert over(ana)


def test_tracker_takes_instructions_before_user_for_signs_of_life() -> None:
    """§2.4: they are valid, though not answered."""
    tracker = Tracker()
    stranger = tracker.accept(ANA, OURS, now=0.0)
    for now, line in ((10.0, b"KEEP\r\n"), (20.0, b"LIST\r\n"), (30.0, b"ADDR Ana\r\n")):
        stranger.receive_data(line, now=now)
        tracker.handle_timer(now=now + 14.0)
    assert not over(stranger)


def test_tracker_measures_silence_in_its_own_keepalive_periods() -> None:
    """§2.4, §2.2"""
    tracker = Tracker(TrackerConfig(keepalive_seconds=1.0))
    join(tracker, "Ana")
    assert tracker.next_timer() == 3.0
    assert not join(tracker, "Ana", now=2.0).wants_close, "a ghost after two periods"


def test_tracker_handles_timers_that_are_early_late_or_repeated() -> None:
    """§2.4"""
    tracker = Tracker()
    tracker.handle_timer(now=0.0)
    assert tracker.next_timer() is None
    connections = [join(tracker, f"user {number}", now=number * 0.5) for number in range(10)]
    for now in (0.0, 1.0, 14.0, 14.0, 17.0, 17.0, 99.0, 99.0):
        tracker.handle_timer(now=now)
        assert [over(c) for c in connections] == [now >= number * 0.5 + 15.0 for number in range(10)]
    assert tracker.take_ready() == connections, "each once, the oldest first"
    assert departures(tracker.take_events()) == [(number, DepartureReason.EXPIRED) for number in range(1, 11)]
    assert tracker.next_timer() is None


def test_tracker_wakes_once_for_many_deadlines_that_are_close_together() -> None:
    """§2.4: a thousand silent clients must not cost a thousand wake-ups."""
    tracker = Tracker()
    for number in range(1000):
        tracker.accept(ANA, OURS, now=number / 1000)
    wake_ups = 0
    while (deadline := tracker.next_timer()) is not None:
        tracker.handle_timer(now=deadline)
        wake_ups += 1
        last_one = deadline
    assert tracker.clients == 0
    assert wake_ups <= 5 and last_one <= 16.25


# §2.5, leaving


def test_tracker_unregisters_and_closes_on_disc() -> None:
    """§2.5: as many 2024 clients leave; what they asked before is still answered, what follows is not."""
    tracker = Tracker()
    ana = join(tracker, "Ana")
    bruno = join(tracker, "Bruno", host=BRUNO)
    assert ask(ana, "LIST\r\nDISC\r\nLIST\r\n", now=2.0) == "LIST Bruno\r\n"
    assert over(ana) and not ana.wants_half_close
    assert ask(bruno, "LIST\r\nADDR Ana\r\n", now=2.0) == "LIST \r\n"
    assert tracker.take_events() == [ClientDeparted(1, DepartureReason.DISC, ANA, "Ana", 1, 0.0)]


def test_tracker_closes_on_disc_before_user() -> None:
    """§2.5"""
    tracker = Tracker()
    stranger = tracker.accept(ANA, OURS, now=0.0)
    stranger.receive_data(b"DISC\r\n", now=0.0)
    assert over(stranger)
    assert tracker.take_events() == [ClientDeparted(1, DepartureReason.DISC, ANA, None, 0, 0.0)]


def test_tracker_unregisters_at_the_end_of_the_stream_and_still_answers() -> None:
    """§2.5: what was asked before it; again, nothing more happens."""
    tracker = Tracker()
    ana = join(tracker, "Ana")
    ana.receive_data(b"LIST\r\nADDR Ana", now=1.0)
    ana.receive_eof(now=2.0)
    ana.receive_eof(now=3.0)
    ana.connection_lost(LossReason.RESET, now=3.0)
    assert over(ana)
    assert ana.data_to_send() == b"LIST \r\n"
    assert tracker.take_events() == [ClientDeparted(1, DepartureReason.END_OF_STREAM, ANA, "Ana", 0, 1.0)]


def test_tracker_unregisters_when_the_connection_is_lost() -> None:
    """§2.5"""
    tracker = Tracker()
    ana = join(tracker, "Ana")
    ana.receive_data(b"LIST\r\n", now=1.0)
    ana.connection_lost(LossReason.RESET, now=1.0)
    ana.connection_lost(LossReason.RESET, now=1.0)
    ana.receive_eof(now=1.0)
    assert over(ana) and ana.data_to_send() == b""
    assert tracker.take_events() == [ClientDeparted(1, DepartureReason.CONNECTION_LOST, ANA, "Ana", 0, 0.0)]


def test_tracker_ignores_everything_from_a_connection_that_is_over() -> None:
    """§2.5: however the rest arrives."""
    tracker = Tracker()
    ana = join(tracker, "Ana")
    ana.receive_data(b"DISC\r\n", now=0.0)
    tracker.take_events()
    for data in (b"KEEP\r\n", b"KEEP\r\nKEEP\r\n", b"USER Ana:1\r\n", b"x" * 5000, b"LI", b"ST\r\n"):
        ana.receive_data(data, now=1.0)
    ana.report_unsent(10**9, now=1.0)
    assert ana.data_to_send() == b""
    assert tracker.take_events() == [] and tracker.take_ready() == []
    assert tracker.online == tracker.clients == 0


# §2.6, order of replies, clients that do not read


def test_tracker_replies_in_the_order_of_the_requests() -> None:
    """§2.6: the client's fence (§3.3) stands on this."""
    tracker = Tracker()
    ana = join(tracker, "Ana")
    join(tracker, "Bruno", 21500, BRUNO)
    requests = "ADDR Bruno\r\nLIST\r\nADDR x\r\nKEEP\r\nADDR Ana\r\nLIST\r\n"
    replies = "ADDR 10.0.0.2:21500\r\nLIST Bruno\r\nADDR 10.0.0.1:20000\r\nLIST Bruno\r\n"
    assert ask(ana, requests) == replies
    assert ask(ana, requests) == replies, "now that the table knows some"


def test_tracker_hands_out_each_reply_once_and_in_one_piece() -> None:
    """§2.6, and real clients expect one whole answer in one recv."""
    ana = join(Tracker(), "Ana")
    ana.receive_data(b"LIST\r\n", now=0.0)
    ana.receive_data(b"ADDR Ana\r\n", now=0.0)
    assert ana.data_to_send() == b"LIST \r\nADDR 10.0.0.1:20000\r\n"
    assert ana.data_to_send() == b""


def test_tracker_cuts_off_a_client_that_does_not_read() -> None:
    """§2.6"""
    tracker = Tracker()
    ana = join(tracker, "Ana")
    ana.report_unsent(1024 * 1024, now=0.0)
    assert not over(ana)
    ana.receive_data(b"LIST\r\n", now=0.0)
    assert over(ana)
    assert ana.data_to_send() == b"", "it would not be read"
    assert departures(tracker.take_events()) == [(1, DepartureReason.NOT_READING)]


def test_tracker_cuts_off_a_client_whose_unsent_bytes_are_too_many() -> None:
    """§2.6"""
    ana = join(Tracker(), "Ana")
    ana.report_unsent(1024 * 1024 + 1, now=0.0)
    assert over(ana)


def test_tracker_forgives_a_client_that_reads_again() -> None:
    """§2.6"""
    ana = join(Tracker(), "Ana")
    for unsent_bytes in (1024 * 1024, 1, 1024 * 1024, 0):
        ana.report_unsent(unsent_bytes, now=0.0)
    assert ask(ana, "LIST\r\n") == "LIST \r\n"


def test_tracker_cuts_off_a_client_whose_ready_replies_pile_up() -> None:
    """§2.6: those from the table count too, and those not fetched yet."""
    ana = join(Tracker(limits=Limits(max_unread_reply_bytes=400)), "Ana")
    for _ in range(19):
        ana.receive_data(b"ADDR Ana\r\n", now=0.0)
        assert not over(ana)
    ana.receive_data(b"ADDR Ana\r\n", now=0.0)
    assert over(ana)


def test_tracker_makes_no_more_replies_than_the_limit_when_flooded_with_requests() -> None:
    """§2.6: a chunk full of LIST would otherwise fill the memory before anything is sent."""
    tracker = Tracker(limits=Limits(max_unread_reply_bytes=2000))
    ana = join(tracker, "Ana")
    for number in range(10):
        join(tracker, f"{number:064}")
    ana.receive_data(1000 * b"LIST\r\n", now=0.0)
    assert over(ana)
    assert departures(tracker.take_events()) == [(1, DepartureReason.NOT_READING)]


def test_tracker_lets_one_whole_list_wait_however_long_it_is() -> None:
    """§2.6: who asks once is not one who does not read."""
    tracker = Tracker(limits=Limits(max_unread_reply_bytes=100))
    ana = join(tracker, "Ana")
    for number in range(10):
        join(tracker, f"{number:064}")
    reply = ask(ana, "LIST\r\n")
    assert len(reply) > 600
    ana.report_unsent(len(reply), now=0.0)
    assert not over(ana)
    ana.receive_data(b"LIST\r\n", now=0.0)
    assert over(ana)


# Limits of clients, shutdown, events


def test_tracker_refuses_one_client_too_many() -> None:
    tracker = Tracker(TrackerConfig(max_clients=2))
    first, second, third = (tracker.accept(ANA, OURS, now=0.0) for _ in range(3))
    assert [over(c) for c in (first, second, third)] == [False, False, True]
    assert tracker.clients == 2
    assert tracker.take_events() == [
        ClientRefused(3, RefusalReason.TOO_MANY_CLIENTS, ANA, b""),
        ClientDeparted(3, DepartureReason.REFUSED, ANA, None, 0, 0.0),
    ]
    first.receive_eof(now=0.0)
    assert not tracker.accept(ANA, OURS, now=0.0).wants_close


def test_tracker_refuses_one_client_too_many_from_a_host() -> None:
    tracker = Tracker(TrackerConfig(max_clients_per_host=1))
    ana = tracker.accept(ANA, OURS, now=0.0)
    mapped = tracker.accept("::ffff:" + ANA, OURS, now=0.0)
    assert over(mapped) and not tracker.accept(BRUNO, OURS, now=0.0).wants_close
    assert why_refused_of(tracker, mapped.number) is RefusalReason.TOO_MANY_FROM_HOST
    ana.receive_eof(now=0.0)
    assert not tracker.accept(ANA, OURS, now=0.0).wants_close


def why_refused_of(tracker: Tracker, number: int) -> RefusalReason:
    refusals = [event for event in tracker.take_events() if isinstance(event, ClientRefused)]
    (reason,) = (refusal.reason for refusal in refusals if refusal.connection == number)
    return reason


def test_tracker_closes_every_connection_when_it_is_closed() -> None:
    tracker = Tracker()
    connections = [join(tracker, name) for name in ("Ana", "Bruno")] + [tracker.accept(CAMILA, OURS, now=1.0)]
    connections[0].receive_data(b"LIST\r\n", now=1.0)
    tracker.close(now=2.0)
    tracker.close(now=3.0)
    assert all(over(c) for c in connections)
    assert tracker.take_ready() == connections
    assert connections[0].data_to_send() == b"LIST Bruno\r\n"
    assert departures(tracker.take_events()) == [(n, DepartureReason.SHUTDOWN) for n in (1, 2, 3)]
    assert tracker.accept(ANA, OURS, now=4.0).wants_close
    assert departures(tracker.take_events()) == [(4, DepartureReason.SHUTDOWN)]
    assert tracker.online == tracker.clients == 0 and tracker.next_timer() is None


def test_tracker_reports_registrations_with_how_many_are_online() -> None:
    tracker = Tracker()
    for online, name in enumerate(("Ana", "Bruno"), 1):
        connection = tracker.accept(ANA, OURS, now=0.0)
        connection.receive_data(f"USER {name}:{online}\r\n".encode(), now=0.0)
        assert tracker.take_events() == [ClientRegistered(online, name, ANA, online, online)]
    assert tracker.take_events() == []
    assert (tracker.online, tracker.clients) == (2, 2)


def test_tracker_reports_queries_only_when_told_to() -> None:
    requests = b"LIST\r\nADDR Ana\r\nADDR x\r\nKEEP\r\n"
    quiet = Tracker()
    join(quiet, "Ana").receive_data(requests, now=0.0)
    assert quiet.take_events() == []
    tracker = Tracker(report_queries=True)
    ana = join(tracker, "Ana")
    for now in (0.0, 100.0):
        ana.receive_data(requests, now=now)
        ana.receive_data(b"ADDR Ana\r\n", now=now)
        assert tracker.take_events() == [
            ClientListed(1, "Ana", 1),
            AddressAsked(1, "Ana", "Ana", True),
            AddressAsked(1, "Ana", "x", False),
            KeepReceived(1, "Ana"),
            AddressAsked(1, "Ana", "Ana", True),
        ]
    stranger = tracker.accept(BRUNO, OURS, now=0.0)
    stranger.receive_data(requests, now=0.0)
    assert tracker.take_events() == [KeepReceived(2, None)], "what is not answered is no query"


@pytest.mark.parametrize("report_queries", [False, True], ids=["tables", "line by line"])
def test_tracker_reports_once_who_asks_for_one_user_again_and_again(report_queries: bool) -> None:
    tracker = Tracker(report_queries=report_queries)
    ana, bruno = join(tracker, "Ana"), join(tracker, "Bruno")

    def reported(connection: TrackerConnection, *requests: bytes, now: float) -> list[TrackerEvent]:
        for request in requests:
            connection.receive_data(request, now=now)
        return [event for event in tracker.take_events() if isinstance(event, AddressAskedRepeatedly)]

    question = b"ADDR Ana\r\n"
    assert reported(ana, *[b"ADDR nobody\r\n"] * 9, question, question, now=0.0) == [], "twice is no sign"
    assert reported(bruno, question, question, b"ADDR Bruno\r\n", question, question, now=0.0) == []
    assert reported(bruno, question, now=REPETITION_SECONDS) == [AddressAskedRepeatedly(2, "Bruno", "Ana")]
    assert reported(bruno, question * 9, now=31.0) == [], "once a connection"
    for now in (100.0, 120.0, 131.0):
        assert reported(ana, b"LIST\r\nKEEP\r\nADDR Ana\n", now=now) == []
    assert reported(ana, b"KEEP\r\nADDR Ana\r\nKEEP\r\n", now=149.0) == [AddressAskedRepeatedly(1, "Ana", "Ana")]


def test_tracker_sends_a_user_away_who_may_come_back() -> None:
    tracker = Tracker()
    ana, bruno = join(tracker, "José"), join(tracker, "Bruno")
    assert not tracker.dismiss("nobody", now=1.0)
    assert tracker.dismiss("Jose\u0301", now=1.0), "names are normalised"
    assert over(ana) and not over(bruno)
    assert tracker.take_ready() == [ana]
    assert tracker.take_events() == [ClientDeparted(1, DepartureReason.DISMISSED, ANA, "José", 1, 1.0)]
    assert not tracker.dismiss("José", now=2.0)
    join(tracker, "José", now=2.0)
    assert (tracker.online, tracker.clients) == (2, 2)


def test_tracker_bans_an_address_until_it_is_told_otherwise() -> None:
    tracker = Tracker()
    ana, silent, bruno = join(tracker, "Ana"), tracker.accept(ANA, OURS, now=0.0), join(tracker, "Bruno", host=BRUNO)
    assert tracker.ban(f"::ffff:{ANA}", now=1.0) == 2
    assert over(ana) and over(silent) and not over(bruno)
    assert tracker.take_ready() == [ana, silent]
    assert departures(tracker.take_events()) == [(1, DepartureReason.DISMISSED), (2, DepartureReason.DISMISSED)]
    assert over(tracker.accept(ANA, OURS, now=2.0))
    assert why_refused(tracker) is RefusalReason.BANNED
    assert not over(tracker.accept(CAMILA, OURS, now=2.0))
    assert not tracker.unban(BRUNO)
    assert tracker.unban(ANA)
    assert not over(tracker.accept(ANA, OURS, now=3.0))
    with pytest.raises(ValueError):
        tracker.ban("Ana", now=4.0)


def test_tracker_tells_who_is_active_in_order_of_registration() -> None:
    tracker = Tracker()
    tracker.accept(CAMILA, OURS, now=0.0)
    join(tracker, "Bruno", 21500, BRUNO, now=1.0)
    join(tracker, "Ana", 20000, ANA, now=2.0).receive_data(b"KEEP\r\n", now=3.0)
    assert tracker.users(now=4.0) == [
        UserStatus(2, "Bruno", BRUNO, 21500, 3.0),
        UserStatus(3, "Ana", ANA, 20000, 1.0),
    ]


def test_tracker_numbers_connections_in_order_of_arrival() -> None:
    tracker = Tracker()
    assert [tracker.accept(ANA, OURS, now=0.0).number for _ in range(3)] == [1, 2, 3]
