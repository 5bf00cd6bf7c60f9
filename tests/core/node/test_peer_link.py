"""core/node/peer_link.py: one peer-to-peer connection (docs/protocol.md §4)."""

import random
from collections.abc import Sequence

import pytest

from core import TextId
from core.events import ChatEnd, LossReason
from core.limits import (
    CONFIRMED_AFTER_SECONDS,
    CROSSING_SECONDS,
    DEFAULT_LIMITS,
    FAREWELL_SECONDS,
    FIRST_TEXT_DELAY_SECONDS,
    FRESH_WORDS_SECONDS,
    MAX_LINE_BYTES,
    MAX_TEXT_BYTES,
    QUIET_LINE_SECONDS,
    SILENT_AFTER_SECONDS,
    UNNAMED_SECONDS,
)
from core.node.link_events import PeerIntroduced, PeerLinkEnded, PeerLinkEvent, PeerSilent, TextHeard
from core.node.peer_link import PeerLink

from ..feeding import outcome_however_cut
from .keeper import Keeper

QUIET = QUIET_LINE_SECONDS


def accepted(online: tuple[str, ...] = ()) -> PeerLink:
    """A caller's connection that has said nothing yet."""
    return PeerLink(Keeper(), now=0.0, hello=None, is_online=lambda name: name in online)


def dialled() -> PeerLink:
    """A connection that we made, with our name already fetched."""
    link = PeerLink(Keeper(), now=0.0, hello="Ana", is_online=lambda name: False)
    link.data_to_send()
    return link


def named(name: bytes = b"Bruno") -> PeerLink:
    """A caller's connection after its first line."""
    link = accepted()
    link.receive_data(b"USER " + name + b"\r\n", now=0.0)
    link.take_events()
    return link


def texts(events: Sequence[PeerLinkEvent]) -> list[str]:
    return [event.text for event in events if isinstance(event, TextHeard)]


def end_of(link: PeerLink) -> PeerLinkEnded:
    """The terminal event, which must be the last and the only one."""
    events = link.take_events()
    ended = [event for event in events if isinstance(event, PeerLinkEnded)]
    assert len(ended) == 1 and events[-1] is ended[0]
    assert link.wants_close
    assert link.next_timer() is None
    return ended[0]


def send(link: PeerLink, *typed: str, now: float = 1.0, first_id: int = 1) -> bytes:
    for number, text in enumerate(typed, first_id):
        link.send_text(TextId(number), text, now=now)
    return link.data_to_send()


# §4.1 The first line


def test_the_one_who_dials_names_itself_at_once() -> None:
    """§4.1"""
    link = PeerLink(Keeper(), now=0.0, hello="Ana", is_online=lambda name: False)
    assert link.data_to_send() == b"USER Ana\r\n"


def test_the_name_goes_out_in_a_segment_of_its_own() -> None:
    """§4.1: real clients take their first recv as the name."""
    link = dialled()
    assert send(link, "Oi", now=0.0) == b""
    assert link.next_timer() == FIRST_TEXT_DELAY_SECONDS
    link.handle_timer(now=FIRST_TEXT_DELAY_SECONDS)
    assert link.data_to_send() == b"Oi\r\n"


def test_the_one_who_accepts_says_nothing_first() -> None:
    """§4.1"""
    assert accepted().data_to_send() == b""


@pytest.mark.parametrize(
    ("first", "name"),
    [
        (b"USER Bruno\r\n", "Bruno"),
        (b"USER Bruno\n", "Bruno"),
        (b"USER  Bruno \r\n", "Bruno"),
        (b"USER Bruno:21500\r\n", "Bruno"),
        (b"USER ana julia\r\n", "ana julia"),
        ("USER Jose\u0301\r\n".encode(), "José"),
        ("USER João\r\n".encode("cp1252"), "João"),
        (b"Camila\r\n", "Camila"),
    ],
)
def test_a_first_line_names_the_peer(first: bytes, name: str) -> None:
    """§4.1, §4.5"""

    def feed(chunks: Sequence[bytes]) -> list[PeerLinkEvent]:
        link = accepted(online=("Camila",))
        for chunk in chunks:
            link.receive_data(chunk, now=0.0)
        return link.take_events()

    assert outcome_however_cut(feed, first, following=b"Oi\r\n") == [PeerIntroduced(name)]


@pytest.mark.parametrize("first", ["Oi!", "USERS", "USER ", "USER :1", "user Bruno", "LIST", "BUSY"])
def test_a_first_line_that_is_no_user_is_chat_from_an_unnamed_peer(first: str) -> None:
    """§4.1"""
    link = accepted(online=("Camila",))
    link.receive_data(first.encode() + b"\r\n", now=0.0)
    possible_name = None if ":" in first else first.strip()
    assert link.take_events() == [PeerIntroduced(None, possible_name), TextHeard(first)]


def test_a_name_with_bidi_controls_names_nobody() -> None:
    """§2.1, §4.1"""
    link = accepted()
    link.receive_data("USER \u202eanA\r\n".encode(), now=0.0)
    assert link.take_events() == [PeerIntroduced(None), TextHeard("USER \u202eanA")]


def test_empty_lines_before_the_first_do_not_count() -> None:
    """§4.1"""
    link = accepted()
    link.receive_data(b"\r\n\r\nUSER Bruno\r\n", now=0.0)
    assert link.take_events() == [PeerIntroduced("Bruno")]


def test_a_caller_without_a_byte_is_closed_after_a_minute() -> None:
    """§4.1"""
    link = accepted()
    assert link.next_timer() == SILENT_AFTER_SECONDS
    link.handle_timer(now=SILENT_AFTER_SECONDS)
    assert link.take_events() == [PeerSilent()]
    assert link.next_timer() == UNNAMED_SECONDS
    link.handle_timer(now=UNNAMED_SECONDS - 0.001)
    assert not link.wants_close
    link.handle_timer(now=UNNAMED_SECONDS)
    assert end_of(link).end is ChatEnd.WE_LEFT


def test_a_caller_that_has_spoken_is_not_closed() -> None:
    """§4.1"""
    link = named()
    link.handle_timer(now=1000.0)
    assert not link.wants_close and link.next_timer() is None


# §4.2 What is an instruction


@pytest.mark.parametrize("line", ["USER Camila", "LIST", "KEEP", "ADDR Ana", "LIST Ana:Bruno", "DISCO", "/byebye"])
def test_after_the_first_line_all_but_the_farewell_is_text(line: str) -> None:
    """§4.2"""
    link = named()
    link.receive_data(line.encode() + b"\r\n", now=1.0)
    assert link.take_events() == [TextHeard(line)]


@pytest.mark.parametrize("farewell", [b"DISC\r\n", b"/bye\r\n", b"DISC\n", b"DISC \r\n"])
def test_a_farewell_ends_the_conversation(farewell: bytes) -> None:
    """§4.2, §4.6"""
    link = named()
    link.receive_data(b"Tchau\r\n" + farewell, now=1.0)
    assert link.take_events() == [TextHeard("Tchau")]
    assert not link.can_send
    assert link.wants_half_close and not link.wants_close
    link.receive_eof(now=1.1)
    assert end_of(link) == PeerLinkEnded(ChatEnd.FAREWELL, None, (), ())


def test_a_farewell_as_first_line_ends_without_a_name() -> None:
    """§4.2"""
    link = accepted()
    link.receive_data(b"DISC\r\n", now=0.0)
    link.receive_eof(now=0.0)
    assert end_of(link).end is ChatEnd.FAREWELL


# §4.3 The guard


@pytest.mark.parametrize("text", ["DISC", "USER x", "/bye", "DISCO é bom", "LIST", "eu disse DISC", "👩‍👩‍👧", " oi "])
def test_what_is_typed_arrives_as_text(text: str) -> None:
    """§4.3, however the bytes are cut on their way."""
    wire = send(named(), text)

    def feed(chunks: Sequence[bytes]) -> list[PeerLinkEvent]:
        receiver = named()
        for chunk in chunks:
            receiver.receive_data(chunk, now=1.0)
        return receiver.take_events()

    assert outcome_however_cut(feed, wire, following=b"DISC\r\n") == [TextHeard(text)]


def test_a_long_text_goes_out_in_lines_that_real_clients_read_whole() -> None:
    """§4.3: they read 1024 bytes at a time."""
    link = named()
    wire = send(link, "DISC é bom. " * 300)
    while (at := link.next_timer()) is not None:
        link.handle_timer(now=at)
        wire += link.data_to_send()
    lines = wire.split(b"\r\n")[:-1]
    assert len(lines) > 3
    assert all(len(line) <= MAX_TEXT_BYTES + 6 for line in lines)
    receiver = named()
    receiver.receive_data(b"\r\n".join(lines) + b"\r\n", now=1.0)
    assert "".join(texts(receiver.take_events())) == "DISC é bom. " * 300


def test_random_texts_up_to_the_limit_round_trip() -> None:
    """§4.3, §4.5"""
    seed = 4310
    print(f"seed {seed}")
    source = random.Random(seed)
    pieces = ["DISC", "/bye", "USER ", "\u2060", " ", "é", "日本", "👍🏽", "x" * 50, "\t", "\x1b[2J", "\x00", "\u202e"]
    sender, receiver = named(), named()
    for number in range(400):
        text = "".join(source.choices(pieces, k=source.randrange(1, 12)))
        receiver.receive_data(send(sender, text, now=float(number), first_id=number), now=float(number))
        assert texts(receiver.take_events()) == [text]


# §4.4 Peers that never end a line


def test_text_that_is_quiet_for_a_quarter_of_a_second_is_a_line() -> None:
    """§4.4: a real client sends its name and its texts with no terminator."""
    link = accepted()
    link.receive_data(b"USER Bruno", now=1.0)
    assert link.next_timer() == 1.0 + QUIET
    link.handle_timer(now=1.0 + QUIET)
    link.receive_data(b"Oi Ana", now=2.0)
    link.handle_timer(now=2.0 + QUIET)
    link.receive_data(b"DISC", now=3.0)
    link.handle_timer(now=3.0 + QUIET)
    assert link.take_events() == [PeerIntroduced("Bruno"), TextHeard("Oi Ana")]
    assert link.wants_half_close


def test_a_peer_that_ended_its_user_has_a_second_to_go_on_with_its_first_text() -> None:
    """§4.4: most likely it ends its texts too."""
    link = named()
    link.receive_data(b"Oi, ", now=1.0)
    link.handle_timer(now=1.0 + QUIET)
    link.receive_data(b"Ana\r\n", now=1.9)
    assert link.take_events() == [TextHeard("Oi, Ana")]


def test_a_peer_that_ended_its_user_and_no_text_is_heard_all_the_same() -> None:
    """§4.4: the assignment asks for line ends behind instructions only."""
    link = named()
    for at, text in ((1.0, b"Oi "), (5.0, b"Ana "), (9.0, b"tchau ")):
        link.receive_data(text, now=at)
        while (due := link.next_timer()) is not None:
            link.handle_timer(now=due)
    assert texts(link.take_events()) == ["Oi ", "Ana ", "tchau "]


def test_text_that_goes_on_before_it_is_quiet_is_one_line() -> None:
    """§4.4"""
    link = accepted()
    link.receive_data(b"USER Bru", now=1.0)
    link.handle_timer(now=1.0 + QUIET - 0.01)
    link.receive_data(b"no", now=1.0 + QUIET - 0.01)
    link.handle_timer(now=1.0 + QUIET)
    assert link.take_events() == []
    link.handle_timer(now=1.0 + 2 * QUIET)
    assert link.take_events() == [PeerIntroduced("Bruno")]


def test_a_line_end_that_comes_after_the_quiet_ends_that_line_and_no_other() -> None:
    """§4.4: the two segments of a line lay far apart, on a slow network."""
    link = accepted()
    link.receive_data(b"USER Bruno", now=1.0)
    link.handle_timer(now=1.0 + QUIET)
    link.receive_data(b"\r", now=2.0)
    link.handle_timer(now=2.0 + QUIET)
    link.receive_data(b"\n\r\nOi\r\n", now=3.0)
    assert link.take_events() == [PeerIntroduced("Bruno"), TextHeard(""), TextHeard("Oi")]


def test_once_a_text_has_shown_its_end_a_slow_line_is_never_cut() -> None:
    """§4.4"""
    link = named()
    link.receive_data(b"Oi\r\nOi, ", now=1.0)
    assert link.next_timer() is None
    link.handle_timer(now=500.0)
    link.receive_data(b"Ana\r\n", now=900.0)
    assert link.take_events() == [TextHeard("Oi"), TextHeard("Oi, Ana")]


def test_the_rest_at_the_end_of_the_stream_is_a_line() -> None:
    """§4.4"""
    link = named()
    link.receive_data(b"Oi\r\nTchau", now=1.0)
    link.receive_eof(now=1.0)
    events = link.take_events()
    assert texts(events) == ["Oi", "Tchau"]
    assert events[-1] == PeerLinkEnded(ChatEnd.END_OF_STREAM, None, (), ())


def test_the_rest_of_a_broken_connection_is_not_lost_either() -> None:
    """§4.4, §4.10"""
    link = named()
    link.receive_data(b"Tchau", now=1.0)
    link.connection_lost(LossReason.RESET, now=1.0)
    assert texts(link.take_events()) == ["Tchau"]


# §4.5 Bytes


def test_bytes_that_are_no_utf8_are_read_as_windows_1252() -> None:
    """§4.5: clients on Windows send the console's code page."""
    link = named()
    link.receive_data("Olá, João\r\n".encode("cp1252"), now=1.0)
    assert link.take_events() == [TextHeard("Olá, João")]


def test_a_line_beyond_the_limit_comes_in_pieces_and_nothing_is_dropped() -> None:
    """§4.5"""
    link = named()
    line = ("日" * 100_000).encode()
    for at in range(0, len(line), 7000):
        link.receive_data(line[at : at + 7000], now=1.0)
    link.receive_data(b"\r\n", now=1.0)
    heard = texts(link.take_events())
    assert len(heard) == 5
    assert all(len(piece.encode()) <= MAX_LINE_BYTES for piece in heard)
    assert "".join(heard) == "日" * 100_000


# §4.6 Leaving


def test_who_leaves_says_disc_ends_its_stream_and_hears_the_other_out() -> None:
    """§4.6"""
    link = named()
    link.send_farewell(now=1.0)
    assert link.data_to_send() == b"DISC\r\n"
    assert link.wants_half_close and not link.wants_close
    link.receive_data(b"espera!\r\nDISC\r\n", now=1.5)
    assert link.take_events() == [TextHeard("espera!")]
    link.receive_eof(now=1.6)
    assert end_of(link) == PeerLinkEnded(ChatEnd.WE_LEFT, None, (), ())


def test_who_was_stopped_while_it_left_reads_all_that_waits_but_not_for_ever() -> None:
    """§4.6: the peer ended its stream long ago and counts all of it as read; one read may not take it whole."""
    link = named()
    link.send_farewell(now=1.0)
    link.receive_data(b"um\r\n", now=70.0)
    link.handle_timer(now=70.0)
    link.receive_data(b"dois\r\n", now=70.1)
    link.handle_timer(now=70.1)
    assert link.take_events() == [TextHeard("um"), TextHeard("dois")]
    late = link.next_timer()
    assert late == 70.0 + FAREWELL_SECONDS
    link.receive_data(b"tres\r\n", now=late)
    link.handle_timer(now=late)
    assert link.take_events()[0] == TextHeard("tres")
    assert link.wants_close


def test_who_was_stopped_while_it_left_and_finds_nothing_to_read_ends() -> None:
    link = named()
    link.send_farewell(now=1.0)
    link.handle_timer(now=70.0)
    assert end_of(link).end is ChatEnd.WE_LEFT


def test_the_last_words_go_out_before_disc_and_disc_in_a_segment_of_its_own() -> None:
    """§4.6: clients that test the start of each recv must find DISC there."""
    link = named()
    link.send_text(TextId(1), "Tchau", now=1.0)
    link.send_farewell(now=1.0)
    assert link.data_to_send() == b"Tchau\r\n"
    assert not link.wants_half_close
    at = link.next_timer()
    assert at == 1.0 + FIRST_TEXT_DELAY_SECONDS
    link.handle_timer(now=at)
    assert link.data_to_send() == b"DISC\r\n"
    assert link.wants_half_close


def test_a_farewell_right_after_the_name_waits_its_turn() -> None:
    """§4.1, §4.6"""
    link = dialled()
    link.send_text(TextId(1), "Oi", now=0.0)
    link.send_farewell(now=0.0)
    sent = []
    while (at := link.next_timer()) is not None and at < 1.0:
        link.handle_timer(now=at)
        sent.append(link.data_to_send())
    assert sent == [b"Oi\r\n", b"DISC\r\n"]
    assert link.wants_half_close


def test_a_peer_that_never_ends_is_left_after_two_seconds() -> None:
    """§4.6"""
    link = named()
    link.send_farewell(now=1.0)
    link.handle_timer(now=1.0 + FAREWELL_SECONDS - 0.001)
    assert not link.wants_close
    link.handle_timer(now=1.0 + FAREWELL_SECONDS)
    assert end_of(link).end is ChatEnd.WE_LEFT


def test_a_peer_that_said_disc_and_never_ends_is_left_after_two_seconds() -> None:
    """§4.6"""
    link = named()
    link.receive_data(b"DISC\r\n", now=1.0)
    link.handle_timer(now=1.0 + FAREWELL_SECONDS)
    assert end_of(link).end is ChatEnd.FAREWELL


def test_what_waited_to_be_said_still_goes_out_when_the_peer_leaves() -> None:
    """§4.6: it hears us out."""
    link = dialled()
    link.send_text(TextId(1), "Oi", now=0.0)
    link.receive_data(b"DISC\r\n", now=0.01)
    assert link.data_to_send() == b"Oi\r\n"
    assert link.wants_half_close


def test_both_leave_at_once() -> None:
    """§4.6: two DISCs cross, nobody answers them."""
    ours, theirs = named(), dialled()
    ours.send_farewell(now=1.0)
    theirs.send_farewell(now=1.0)
    to_them, to_us = ours.data_to_send(), theirs.data_to_send()
    ours.receive_data(to_us, now=1.1)
    theirs.receive_data(to_them, now=1.1)
    assert (ours.data_to_send(), theirs.data_to_send()) == (b"", b"")
    ours.receive_eof(now=1.2)
    theirs.receive_eof(now=1.2)
    assert end_of(ours).end is end_of(theirs).end is ChatEnd.WE_LEFT


def test_an_end_without_disc_is_told_from_a_farewell() -> None:
    """§4.6: the 2026 edition has no DISC."""
    link = named()
    link.receive_eof(now=1.0)
    link.receive_eof(now=1.0)
    assert end_of(link) == PeerLinkEnded(ChatEnd.END_OF_STREAM, None, (), ())


def test_nothing_is_heard_after_the_farewell() -> None:
    """§4.6"""
    link = named()
    link.receive_data(b"DISC\r\nainda aqui\r\n", now=1.0)
    assert texts(link.take_events()) == []


# §4.9 and §4.10


def test_a_peer_that_does_not_read_is_full_at_one_mib() -> None:
    """§4.9"""
    link = named()
    most = DEFAULT_LIMITS.max_unsent_bytes
    full = []
    for unsent_bytes in (0, most - 1, most, 0):
        link.report_unsent(unsent_bytes, now=1.0)
        full.append(link.is_full)
    assert full == [False, False, True, False]


def test_texts_on_a_connection_that_breaks_may_not_have_arrived() -> None:
    """§4.10"""
    link = named()
    send(link, "um", "dois")
    link.connection_lost(LossReason.RESET, now=2.0)
    assert end_of(link) == PeerLinkEnded(ChatEnd.LOST, LossReason.RESET, (), (TextId(1), TextId(2)))


def test_texts_that_the_socket_did_not_take_certainly_did_not_leave() -> None:
    """§4.10"""
    link = named()
    first, second = len(b"um\r\n"), len(b"dois\r\n")
    send(link, "um", "dois", "tres")
    link.report_unsent(len(b"tres\r\n") + second - 1, now=1.0)
    assert first  # "um" is written, one byte of "dois" too, "tres" is not
    link.connection_lost(LossReason.TIMED_OUT, now=2.0)
    assert end_of(link) == PeerLinkEnded(ChatEnd.LOST, LossReason.TIMED_OUT, (TextId(3),), (TextId(1), TextId(2)))


def test_a_peer_that_ended_its_stream_has_read_what_was_written() -> None:
    """§4.10"""
    link = named()
    send(link, "um", now=1.0)
    link.receive_eof(now=1.0 + CROSSING_SECONDS)
    assert end_of(link) == PeerLinkEnded(ChatEnd.END_OF_STREAM, None, (), ())


@pytest.mark.parametrize("farewell", [b"", b"DISC\r\n"])
def test_a_text_that_crossed_the_end_of_the_peers_stream_may_not_have_arrived(farewell: bytes) -> None:
    """§4.10: a simulated peer was killed while a text was on its way; its kernel ended the stream in order."""
    link = named()
    send(link, "cedo", now=1.0)
    send(link, "tarde", now=1.1, first_id=2)
    link.receive_data(farewell, now=1.0 + CROSSING_SECONDS)
    link.receive_eof(now=1.0 + CROSSING_SECONDS)
    assert end_of(link).unconfirmed == (2,)


def test_a_peer_that_answers_our_farewell_has_read_what_was_before_it() -> None:
    """§4.6, §4.10"""
    link = named()
    send(link, "tchau", now=1.0)
    link.send_farewell(now=1.1)
    link.receive_eof(now=1.2)
    assert end_of(link) == PeerLinkEnded(ChatEnd.WE_LEFT, None, (), ())


def test_a_stream_that_ends_before_our_farewell_has_left_is_no_answer_to_it() -> None:
    """§4.6, §4.10: DISC waits a moment behind the last text."""
    link = named()
    send(link, "tchau", now=1.0)
    link.send_text(TextId(2), "e até logo", now=1.1)
    link.send_farewell(now=1.1)
    link.data_to_send()
    link.receive_eof(now=1.1)
    assert end_of(link) == PeerLinkEnded(ChatEnd.WE_LEFT, None, (), (TextId(1), TextId(2)))


def test_a_text_may_not_have_arrived_when_both_take_leave_at_once() -> None:
    """§4.6, §4.10: the end of the peer's stream is not its answer to our farewell."""
    link = named()
    send(link, "tchau", now=1.0)
    link.send_farewell(now=1.1)
    link.receive_data(b"DISC\r\n", now=1.2)
    link.receive_eof(now=1.2)
    assert end_of(link) == PeerLinkEnded(ChatEnd.WE_LEFT, None, (), (TextId(1),))


def test_a_peer_that_does_not_end_its_stream_may_not_have_read_our_last_words() -> None:
    """§4.6, §4.10: a simulated peer was frozen while we took leave, and its silence was taken for a yes."""
    link = named()
    send(link, "tchau", now=1.0)
    link.send_farewell(now=1.1)
    link.data_to_send()
    link.handle_timer(now=1.1 + FAREWELL_SECONDS)
    assert end_of(link) == PeerLinkEnded(ChatEnd.WE_LEFT, None, (), (TextId(1),))


def test_texts_still_waiting_when_the_peer_ends_were_not_sent() -> None:
    """§4.10"""
    link = dialled()
    link.send_text(TextId(1), "Oi", now=0.0)
    link.receive_eof(now=0.01)
    assert end_of(link) == PeerLinkEnded(ChatEnd.END_OF_STREAM, None, (TextId(1),), ())


def test_texts_of_a_peer_that_never_read_are_reported_when_we_leave() -> None:
    """§4.6, §4.10"""
    link = named()
    data = send(link, "um" * 400)
    link.report_unsent(len(data) - 10, now=1.0)
    link.send_farewell(now=2.0)
    link.data_to_send()
    link.report_unsent(len(data) - 4, now=2.0)
    link.handle_timer(now=4.0)
    assert end_of(link) == PeerLinkEnded(ChatEnd.WE_LEFT, None, (), (TextId(1),))


def test_a_text_is_confirmed_by_what_the_peer_says_a_minute_later() -> None:
    """§4.10: unread so long, TCP would have given the connection up."""
    link = named()
    send(link, "cedo", now=1.0)
    link.receive_data(b"hm\r\n", now=1.0 + CONFIRMED_AFTER_SECONDS)
    link.receive_data(b"hm\r\n", now=1.0 + CONFIRMED_AFTER_SECONDS + FRESH_WORDS_SECONDS)
    send(link, "tarde", now=62.0, first_id=2)
    link.receive_data(b"hm\r\n", now=63.0)
    link.connection_lost(LossReason.RESET, now=64.0)
    assert end_of(link).unconfirmed == (2,)


def test_words_that_waited_while_we_were_stopped_prove_nothing() -> None:
    """§4.10: a simulated client was stopped right after a text, and found what the peer had said before it."""
    link = named()
    send(link, "oi", now=1.0)
    link.receive_data(b"antes\r\n", now=100.0)
    link.receive_data(b"tamb\xc3\xa9m antes\r\n", now=100.0)
    link.connection_lost(LossReason.RESET, now=100.1)
    assert end_of(link).unconfirmed == (1,)


def test_what_crossed_the_end_of_the_stream_is_known_where_the_system_can_tell() -> None:
    """§4.10: the end of the stream carries an acknowledgement of all that was read before it."""
    link = named()
    send(link, "lido", "cruzou")
    link.report_unacknowledged(len(b"cruzou\r\n"), now=1.1)
    link.receive_eof(now=1.1)
    assert end_of(link) == PeerLinkEnded(ChatEnd.END_OF_STREAM, None, (), (TextId(2),))


def test_a_young_text_that_was_acknowledged_has_arrived() -> None:
    """§4.10"""
    link = named()
    send(link, "tchau")
    link.receive_data(b"DISC\r\n", now=1.1)
    link.report_unacknowledged(0, now=1.1)
    link.receive_eof(now=1.1)
    assert end_of(link) == PeerLinkEnded(ChatEnd.FAREWELL, None, (), ())


def stays_open(acknowledged: bool) -> PeerLink:
    """A peer that answers one of two texts of ours, and takes no notice of our farewell."""
    link = named()
    send(link, "um", now=1.0)
    if acknowledged:
        link.report_unacknowledged(0, now=2.0)
    link.receive_data(b"sim\r\n", now=2.0)
    send(link, "dois", now=3.0, first_id=2)
    link.take_events()
    link.send_farewell(now=4.0)
    link.handle_timer(now=4.0 + FIRST_TEXT_DELAY_SECONDS)
    link.data_to_send()
    return link


def test_a_farewell_of_ours_to_a_peer_that_answered_and_stays_open_is_no_alarm() -> None:
    """§4.10: its system had the first text, and then it spoke; of the second, its system alone is known."""
    link = stays_open(acknowledged=True)
    link.report_unacknowledged(0, now=5.0)
    link.handle_timer(now=4.0 + FAREWELL_SECONDS)
    assert end_of(link) == PeerLinkEnded(ChatEnd.WE_LEFT, None, (), (), (TextId(2),))


def test_a_text_that_nobody_acknowledged_at_our_farewell_may_not_have_arrived() -> None:
    """§4.10"""
    link = stays_open(acknowledged=True)
    link.report_unacknowledged(len(b"dois\r\nDISC\r\n"), now=5.0)
    link.connection_lost(LossReason.RESET, now=5.5)
    assert end_of(link) == PeerLinkEnded(ChatEnd.WE_LEFT, LossReason.RESET, (), (TextId(2),), ())


def test_at_our_farewell_nothing_is_known_where_the_system_does_not_tell() -> None:
    """§4.10"""
    link = stays_open(acknowledged=False)
    link.handle_timer(now=4.0 + FAREWELL_SECONDS)
    assert end_of(link) == PeerLinkEnded(ChatEnd.WE_LEFT, None, (), (TextId(1), TextId(2)), ())


def test_an_answer_proves_nothing_when_the_connection_breaks_without_our_farewell() -> None:
    """§4.10"""
    link = named()
    send(link, "um", now=1.0)
    link.report_unacknowledged(0, now=2.0)
    link.receive_data(b"sim\r\n", now=2.0)
    link.take_events()
    link.report_unacknowledged(0, now=2.0)
    link.connection_lost(LossReason.RESET, now=3.0)
    assert end_of(link) == PeerLinkEnded(ChatEnd.LOST, LossReason.RESET, (), (TextId(1),), ())


# The face


def test_nothing_follows_the_end() -> None:
    """§4: one terminal event, no deadline, no bytes."""
    link = named()
    link.connection_lost(LossReason.RESET, now=1.0)
    assert end_of(link).end is ChatEnd.LOST
    link.receive_data(b"oi\r\n", now=2.0)
    link.receive_eof(now=2.0)
    link.connection_lost(LossReason.ERROR, now=2.0)
    link.handle_timer(now=500.0)
    link.send_farewell(now=500.0)
    assert (link.take_events(), link.data_to_send(), link.next_timer()) == ([], b"", None)


def test_random_bytes_never_raise_and_how_they_are_cut_never_matters() -> None:
    """§4"""
    seed = 4401
    print(f"seed {seed}")
    source = random.Random(seed)
    parts = [b"USER Bruno\r\n", b"DISC\r\n", b"\r\n", b"\r", b"\n", b"oi", b"\xff\xe9", "日".encode(), b"x" * 70_000, b"\x00\x1b[2J"]
    for _ in range(60):
        stream = b"\n" + b"".join(source.choices(parts, k=source.randrange(1, 9)))
        outcomes = []
        for most in (len(stream), 1 + source.randrange(2000), 1 + source.randrange(3000)):
            link, at = accepted(), 0
            while at < len(stream):
                step = source.randrange(1, most + 1)
                link.receive_data(stream[at : at + step], now=1.0)
                at += step
            link.receive_eof(now=1.0)
            outcomes.append(link.take_events())
        assert outcomes[0] == outcomes[1] == outcomes[2]
