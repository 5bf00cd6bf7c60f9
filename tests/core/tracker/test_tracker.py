"""What a tracker answers, and whom it refuses (docs/protocol.md §1, §2.1–§2.3, §2.7, §2.8)."""

from collections.abc import Callable

import pytest

from core import BytesLike
from core.events import (
    ClientDeparted,
    ClientRefused,
    ClientRegistered,
    DepartureReason,
    LineIgnored,
    RefusalReason,
)
from core.tracker.tracker import Tracker, TrackerConfig
from core.wire.messages import Edition

from ..tracker_talk import ANA, BRUNO, CAMILA, LOOPBACK, OURS, ask, departures, join, over, why_refused


# §1, the vocabulary


def test_tracker_answers_the_table_of_the_assignment_byte_for_byte() -> None:
    """§1: the tracker's part of the assignment's example."""
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
        assert over(connection)
    assert tracker.online == tracker.clients == 0


def test_tracker_lists_nobody_with_the_space_when_the_asker_is_alone() -> None:
    """§1: real clients split the reply on its space."""
    ana = join(Tracker(), "Ana")
    assert ask(ana, "LIST\r\n") == "LIST \r\n"


def test_tracker_does_not_answer_keep() -> None:
    """§1"""
    ana = join(Tracker(), "Ana")
    assert ask(ana, "KEEP\r\n") == ""


def test_tracker_is_silent_when_the_asked_name_is_not_active() -> None:
    """§1"""
    ana = join(Tracker(), "Ana")
    assert ask(ana, "ADDR Bruno\r\nLIST\r\n") == "LIST \r\n"


@pytest.mark.parametrize("edition", list(Edition))
def test_tracker_answers_addr_in_the_form_of_its_edition(edition: Edition) -> None:
    """§1: the two editions of the assignment."""
    ana = join(Tracker(TrackerConfig(edition=edition)), "Ana")
    expected = {Edition.E2024: "ADDR 10.0.0.1:20000\r\n", Edition.E2026: "ADDR Ana:10.0.0.1:20000\r\n"}
    assert ask(ana, "ADDR Ana\r\n") == expected[edition]
    assert ask(ana, "ADDR Ana\r\n") == expected[edition], "now from the table"


def test_tracker_lists_in_order_of_registration_whoever_asks() -> None:
    """§1"""
    tracker = Tracker()
    ana, bruno, camila = (join(tracker, name) for name in ("Ana", "Bruno", "Camila"))
    assert ask(ana, "LIST\r\n") == "LIST Bruno:Camila\r\n"
    assert ask(bruno, "LIST\r\n") == "LIST Ana:Camila\r\n"
    assert ask(camila, "LIST\r\n") == "LIST Ana:Bruno\r\n"


# §2.1, names and ports


def test_tracker_compares_names_trimmed_and_composed() -> None:
    """§2.1: NFC, so that one name typed on two systems is one name."""
    tracker = Tracker()
    jose = join(tracker, "  José ")
    assert ask(jose, "ADDR Jose\u0301\r\nADDR  José  \r\n") == 2 * "ADDR 10.0.0.1:20000\r\n"
    other = tracker.accept(BRUNO, OURS, now=0.0)
    ask(other, "USER Jose\u0301:1\r\n")
    assert why_refused(tracker) is RefusalReason.NAME_TAKEN


def test_tracker_takes_names_that_differ_in_case_or_hold_spaces() -> None:
    """§2.1: any script; case matters."""
    tracker = Tracker()
    names = ["ana", "ANA", "shaulin matador de porco", "Аня", "美咲", "👩‍🚀", "x" * 64]
    for port, name in enumerate(names, 1):
        join(tracker, name, port)
    asker = join(tracker, "asker")
    assert ask(asker, "LIST\r\n") == f"LIST {':'.join(names)}\r\n"
    for port, name in enumerate(names, 1):
        assert ask(asker, f"ADDR {name}\r\n") == f"ADDR 10.0.0.1:{port}\r\n"


def test_tracker_trims_spaces_around_the_port() -> None:
    """§2.1: ``USER Ana: 20000`` is seen in the wild."""
    tracker = Tracker()
    ana = tracker.accept(ANA, OURS, now=0.0)
    assert ask(ana, "USER Ana: 20000 \r\nADDR Ana\r\n") == "ADDR 10.0.0.1:20000\r\n"


# §2.2, refusals, ghosts, renames


@pytest.mark.parametrize(
    "line",
    [
        b"USER",
        b"USER ",
        b"USER Ana",
        b"USER :20000",
        b"USER Ana:",
        b"USER Ana:0",
        b"USER Ana:65536",
        b"USER Ana:+1",
        b"USER Ana:1.5",
        b"USER A:na:20000",
        b"USER An\x07a:20000",
        b"USER \xe2\x80\xaeAna:20000",
        b"USER \xff\xfe:20000",
        b"USER " + b"x" * 65 + b":20000",
    ],
)
def test_tracker_refuses_a_bad_user_by_closing(line: bytes) -> None:
    """§2.2: the protocol has no error reply."""
    tracker = Tracker()
    connection = tracker.accept(ANA, OURS, now=0.0)
    connection.receive_data(line + b"\r\nLIST\r\n", now=0.0)
    assert over(connection)
    assert connection.data_to_send() == b""
    assert tracker.take_events() == [
        ClientRefused(1, RefusalReason.BAD_USER, ANA, line),
        ClientDeparted(1, DepartureReason.REFUSED, ANA, None, 0, 0.0),
    ]


def test_tracker_reports_at_most_80_bytes_of_a_refused_line() -> None:
    """§2.2"""
    tracker = Tracker()
    connection = tracker.accept(ANA, OURS, now=0.0)
    connection.receive_data(b"USER " + b"x" * 200 + b"\n", now=0.0)
    refused = tracker.take_events()[0]
    assert isinstance(refused, ClientRefused)
    assert refused.line == b"USER " + b"x" * 75


def test_tracker_keeps_the_holder_when_a_newcomer_wants_its_name() -> None:
    """§2.2"""
    tracker = Tracker()
    holder = join(tracker, "Ana")
    newcomer = tracker.accept(BRUNO, OURS, now=9.9)
    newcomer.receive_data(b"USER Ana:1\r\n", now=9.9)
    assert over(newcomer) and not over(holder)
    assert why_refused(tracker) is RefusalReason.NAME_TAKEN
    assert ask(holder, "ADDR Ana\r\n", now=9.9) == "ADDR 10.0.0.1:20000\r\n"


def test_tracker_gives_a_ghosts_name_to_the_newcomer() -> None:
    """§2.2: silent for two keepalive periods, the holder is a ghost."""
    tracker = Tracker()
    ghost = join(tracker, "Ana")
    newcomer = tracker.accept(BRUNO, OURS, now=10.0)
    assert ask(newcomer, "USER Ana:1\r\nADDR Ana\r\n", now=10.0) == "ADDR 10.0.0.2:1\r\n"
    assert over(ghost)
    assert tracker.take_ready() == [ghost]
    assert tracker.take_events() == [
        ClientDeparted(1, DepartureReason.REPLACED, ANA, "Ana", 0, 10.0),
        ClientRegistered(2, "Ana", BRUNO, 1, 1),
    ]
    assert tracker.next_timer() == 25.0, "the ghost has left the queue"


def test_tracker_lets_a_keep_save_a_holder_from_being_a_ghost() -> None:
    """§2.2"""
    tracker = Tracker()
    holder = join(tracker, "Ana")
    holder.receive_data(b"KEEP\r\n", now=5.0)
    newcomer = tracker.accept(BRUNO, OURS, now=14.9)
    newcomer.receive_data(b"USER Ana:1\r\n", now=14.9)
    assert over(newcomer) and not over(holder)


def test_tracker_moves_the_port_when_user_comes_again() -> None:
    """§2.2: the place in the list stays, and no old answer survives."""
    tracker = Tracker()
    ana = join(tracker, "Ana", 20000)
    bruno = join(tracker, "Bruno", host=BRUNO)
    camila = join(tracker, "Camila", host=CAMILA)
    assert ask(bruno, "ADDR Ana\r\n") == "ADDR 10.0.0.1:20000\r\n"
    assert ask(ana, "USER  Ana :20001\r\n") == ""
    assert tracker.take_events() == [ClientRegistered(1, "Ana", ANA, 20001, 3, previous_name="Ana")]
    assert ask(bruno, "ADDR Ana\r\n") == "ADDR 10.0.0.1:20001\r\n"
    assert ask(camila, "LIST\r\n") == "LIST Ana:Bruno\r\n"


def test_tracker_renames_when_user_comes_again_with_a_free_name() -> None:
    """§2.2"""
    tracker = Tracker()
    ana = join(tracker, "Ana", 20000)
    bruno = join(tracker, "Bruno", host=BRUNO)
    assert ask(bruno, "ADDR Ana\r\n") == "ADDR 10.0.0.1:20000\r\n"
    assert ask(ana, "USER Anabela:20001\r\n") == ""
    assert tracker.take_events() == [ClientRegistered(1, "Anabela", ANA, 20001, 2, previous_name="Ana")]
    assert ask(bruno, "LIST\r\nADDR Ana\r\nADDR Anabela\r\n") == "LIST Anabela\r\nADDR 10.0.0.1:20001\r\n"
    assert ask(ana, "LIST\r\n") == "LIST Bruno\r\n"
    assert not join(tracker, "Ana").wants_close, "the old name is free"


def test_tracker_refuses_a_rename_to_a_name_that_is_held() -> None:
    """§2.2: by closing, like any other refusal; both names are as they were for the others."""
    tracker = Tracker()
    ana = join(tracker, "Ana")
    bruno = join(tracker, "Bruno", host=BRUNO)
    ana.receive_data(b"USER Bruno:1\r\n", now=0.0)
    assert over(ana)
    assert tracker.take_events() == [
        ClientRefused(1, RefusalReason.NAME_TAKEN, ANA, b"USER Bruno:1"),
        ClientDeparted(1, DepartureReason.REFUSED, ANA, "Ana", 1, 0.0),
    ]
    assert ask(bruno, "ADDR Bruno\r\nLIST\r\n") == "ADDR 10.0.0.2:20000\r\nLIST \r\n"


def test_tracker_refuses_a_registered_client_that_sends_a_bad_user() -> None:
    """§2.2"""
    tracker = Tracker()
    ana = join(tracker, "Ana")
    ana.receive_data(b"USER Ana:x\r\n", now=0.0)
    assert over(ana)
    assert why_refused(tracker) is RefusalReason.BAD_USER
    assert tracker.online == 0


# §2.3, before USER, garbled and long lines


def test_tracker_does_not_answer_before_user() -> None:
    """§2.3"""
    tracker = Tracker()
    join(tracker, "Ana")
    stranger = tracker.accept(BRUNO, OURS, now=0.0)
    assert ask(stranger, "LIST\r\nADDR Ana\r\nKEEP\r\n") == ""
    assert not over(stranger)
    assert tracker.take_events() == []
    assert ask(stranger, "USER Bruno:1\r\nLIST\r\n") == "LIST Ana\r\n"


_UNKNOWN = (
    *(b"", b"list", b"LISTA", b"LIST Ana", b"KEEPLIST", b"KEEP\r", b" LIST", b"ADDR", b"ADDR ", b"ADDR A:b"),
    *(b"USERAna:1", b"GET / HTTP/1.1", b"\x16\x03\x01", b"KEEP\x00", b"ADDR \xff", b"Oi Bruno!"),
)


@pytest.mark.parametrize("line", _UNKNOWN)
def test_tracker_ignores_what_it_does_not_know(line: bytes) -> None:
    """§2.3: ignored and counted."""
    tracker = Tracker()
    ana = join(tracker, "Ana")
    ana.receive_data(line + b"\r\n", now=1.0)
    assert tracker.take_events() == [LineIgnored(1, line)]
    assert not over(ana)
    assert ask(ana, "LIST\r\n", now=1.0) == "LIST \r\n"


def test_tracker_ends_a_connection_after_more_than_100_garbled_lines_in_a_row() -> None:
    """§2.3"""
    tracker = Tracker()
    ana = join(tracker, "Ana")
    ana.receive_data(100 * b"x\r\n", now=1.0)
    assert not over(ana)
    assert len(tracker.take_events()) == 100
    ana.receive_data(b"x\r\nLIST\r\n", now=2.0)
    assert over(ana) and ana.data_to_send() == b""
    assert tracker.take_events() == [
        LineIgnored(1, b"x"),
        ClientDeparted(1, DepartureReason.GARBLED, ANA, "Ana", 0, 2.0),
    ]


@pytest.mark.parametrize("instruction", [b"KEEP", b"LIST", b"ADDR Ana", b"ADDR nobody", b"USER Ana:1"])
def test_tracker_counts_garbled_lines_anew_after_each_valid_instruction(instruction: bytes) -> None:
    """§2.3: also when it is answered from the table, the second time."""
    ana = join(Tracker(), "Ana")
    for _ in range(3):
        ana.receive_data(100 * b"x\r\n", now=0.0)
        ana.receive_data(instruction + b"\r\n", now=0.0)
    assert not over(ana)
    ana.receive_data(101 * b"x\r\n", now=0.0)
    assert over(ana)


def test_tracker_takes_a_line_of_4096_bytes() -> None:
    """§2.3: the line end does not count."""
    tracker = Tracker()
    ana = join(tracker, "Ana")
    ana.receive_data(b"x" * 4096 + b"\r\n", now=0.0)
    ana.receive_data(b"x" * 4096 + b"\r", now=0.0)
    assert not over(ana)
    assert tracker.take_events() == [LineIgnored(1, b"x" * 80)]


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b""])
def test_tracker_ends_a_connection_at_4097_bytes_without_waiting_for_the_line_end(end: bytes) -> None:
    """§2.3: also while incomplete; what came before is answered."""
    tracker = Tracker()
    ana = join(tracker, "Ana")
    ana.receive_data(b"LIST\r\n" + b"x" * 4097 + end, now=0.0)
    assert over(ana)
    assert ana.data_to_send() == b"LIST \r\n"
    assert departures(tracker.take_events()) == [(1, DepartureReason.LINE_TOO_LONG)]


def test_tracker_ends_a_connection_when_a_trickled_line_grows_too_long() -> None:
    """§2.3: however slowly, and after requests that the table answers."""
    ana = join(Tracker(TrackerConfig(max_request_bytes=20)), "Ana")
    ana.receive_data(b"KEEP\r\nKEEP\r\n" + b"y" * 21, now=0.0)
    assert over(ana)
    bruno = join(Tracker(TrackerConfig(max_request_bytes=20)), "Bruno")
    for _ in range(20):
        bruno.receive_data(b"y", now=0.0)
        assert not over(bruno)
    bruno.receive_data(b"y", now=0.0)
    assert over(bruno)


# §2.7, the address as seen by who asks


@pytest.mark.parametrize("loopback", ["127.0.0.1", "127.0.0.5", "::1", "::ffff:127.0.0.1"])
def test_tracker_tells_its_own_address_when_a_loopback_user_is_asked_for_from_afar(loopback: str) -> None:
    """§2.7: and does so again from the table."""
    tracker = Tracker()
    join(tracker, "Ana", 20000, loopback, loopback)
    bruno = join(tracker, "Bruno", 21500, BRUNO, OURS)
    for _ in range(2):
        assert ask(bruno, "ADDR Ana\r\n") == f"ADDR {OURS}:20000\r\n"
        assert ask(bruno, "ADDR Ana\r\nADDR Bruno\r\n") == f"ADDR {OURS}:20000\r\nADDR {BRUNO}:21500\r\n"


def test_tracker_tells_each_asker_the_address_that_it_reached_itself() -> None:
    """§2.7: with several networks, one table for each of the tracker's own addresses."""
    tracker = Tracker()
    ana = join(tracker, "Ana", 20000, LOOPBACK, LOOPBACK)
    bruno = join(tracker, "Bruno", 1, "10.0.0.2", "10.0.0.9")
    camila = join(tracker, "Camila", 2, "192.168.7.2", "192.168.7.9")
    for _ in range(2):
        assert ask(ana, "ADDR Ana\r\n") == "ADDR 127.0.0.1:20000\r\n"
        assert ask(bruno, "ADDR Ana\r\n") == "ADDR 10.0.0.9:20000\r\n"
        assert ask(camila, "ADDR Ana\r\n") == "ADDR 192.168.7.9:20000\r\n"
        assert ask(ana, "ADDR Bruno\r\n") == ask(camila, "ADDR Bruno\r\n") == "ADDR 10.0.0.2:1\r\n"


def test_tracker_writes_mapped_addresses_as_ipv4() -> None:
    """§2.7: a dual-stack socket reports them so."""
    tracker = Tracker()
    ana = join(tracker, "Ana", 20000, "::ffff:10.0.0.1", "::ffff:10.0.0.9")
    join(tracker, "Bruno", 21500, "::1", "::1")
    assert ask(ana, "ADDR Ana\r\nADDR Bruno\r\n") == "ADDR 10.0.0.1:20000\r\nADDR 10.0.0.9:21500\r\n"


@pytest.mark.parametrize(
    "edition, expected",
    [(Edition.E2024, "ADDR 2001:db8::7:20000\r\n"), (Edition.E2026, "ADDR Ana:[2001:db8::7]:20000\r\n")],
)
def test_tracker_writes_ipv6_in_brackets_where_the_edition_wants_it(edition: Edition, expected: str) -> None:
    """§2.7"""
    tracker = Tracker(TrackerConfig(edition=edition))
    ana = join(tracker, "Ana", 20000, "2001:0DB8::0007", "2001:db8::1")
    assert ask(ana, "ADDR Ana\r\n") == expected


# §2.8, line ends


def test_tracker_takes_lf_alone_for_a_line_end() -> None:
    """§2.8: as nc sends it, once and again."""
    tracker = Tracker()
    ana = tracker.accept(ANA, OURS, now=0.0)
    for _ in range(2):
        assert ask(ana, "USER Ana:20000\nLIST\nADDR Ana\r\nKEEP\n") == "LIST \r\nADDR 10.0.0.1:20000\r\n"


def test_tracker_drops_one_cr_before_the_lf_and_no_more() -> None:
    """§2.8: a lone CR ends nothing."""
    tracker = Tracker()
    ana = join(tracker, "Ana")
    ana.receive_data(b"KEEP\r\r\nKEEP\rKEEP\r\n", now=0.0)
    assert tracker.take_events() == [LineIgnored(1, b"KEEP\r"), LineIgnored(1, b"KEEP\rKEEP")]


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_tracker_takes_whatever_holds_bytes(kind: Callable[[bytes], BytesLike]) -> None:
    tracker = Tracker()
    client = tracker.accept("192.0.2.1", "192.0.2.9", now=0.0)
    client.receive_data(kind(b"USER Ana:9\r\nLI"), now=0.0)
    client.receive_data(kind(b"ST\r\n"), now=0.0)
    client.receive_data(kind(b"LIST\r\n"), now=0.0)
    assert client.data_to_send() == b"LIST \r\nLIST \r\n"


def test_a_tracker_and_its_connections_show_who_they_are() -> None:
    tracker = Tracker()
    client = tracker.accept("192.0.2.1", "192.0.2.9", now=0.0)
    assert repr(client) == "<TrackerConnection 1: no name, 192.0.2.1, NEW>"
    client.receive_data(b"USER Ana:9\r\n", now=0.0)
    assert (repr(client), repr(tracker)) == (
        "<TrackerConnection 1: 'Ana', 192.0.2.1, ACTIVE>",
        "<Tracker: 1 online, 1 clients>",
    )
