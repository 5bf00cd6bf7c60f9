"""Raw chunks become lines: how they ended, and what they were taken for."""

import random

import pytest

from core import (
    AddressAsked,
    ClientListed,
    ClientRefused,
    ClientRegistered,
    KeepReceived,
    LineIgnored,
    RefusalReason,
    Tracker,
)
from core.node.link_events import AddressFound, ListAnswered, PeerIntroduced, TextHeard
from core.node.peer_link import PeerLink
from core.node.tracker_link import TrackerLink
from core.tap import Direction, Ending, Note, Role, Taken, Tap, TappedLink, WireLine, WireReader
from core.wire import chat_text
from core.wire.messages import parse_hello, split_list_reply

from ..node.keeper import Keeper

LOCAL, REMOTE = "10.0.0.1:20000", "10.0.0.2:40000"

Shown = tuple[str, Ending, Taken, tuple[Note, ...]]


class Seen:
    """A connection under observation, at time 0.0 unless it says otherwise."""

    def __init__(self, role: Role) -> None:
        self.tap = Tap(wall_offset=1000.0)
        self.reader: WireReader = self.tap.read()
        self.link: TappedLink = self.tap.connect(role, LOCAL, REMOTE, now=0.0)
        self.reader.take_lines()

    def lines(self) -> list[Shown]:
        return [(line.text, line.ending, line.taken, line.notes) for line in self.reader.take_lines()]

    def receive(self, data: bytes, now: float = 0.0) -> list[Shown]:
        self.link.received(data, now=now)
        return self.lines()

    def wait(self, until: float) -> list[Shown]:
        self.reader.handle_timer(now=until)
        return self.lines()


# Endings


@pytest.mark.parametrize(("end", "ending"), [(b"\r\n", Ending.CRLF), (b"\n", Ending.LF)])
def test_a_line_says_how_it_ended_however_it_was_cut(end: bytes, ending: Ending) -> None:
    data = b"KEEP" + end + b"LIST" + end
    expected = [("KEEP", ending, Taken.KEEP, ()), ("LIST", ending, Taken.LIST, (Note.NOT_REGISTERED,))]
    for cut in range(len(data) + 1):
        seen = Seen(Role.CLIENT)
        assert seen.receive(data[:cut]) + seen.receive(data[cut:]) == expected
    seen = Seen(Role.CLIENT)
    assert [line for at in range(len(data)) for line in seen.receive(data[at : at + 1])] == expected


def test_a_request_that_has_no_end_is_shown_after_a_quarter_of_a_second_and_waits() -> None:
    seen = Seen(Role.CLIENT)
    assert seen.receive(b"USER Ana:20000") == []
    assert seen.reader.next_timer() == 0.25
    assert seen.wait(0.2) == []
    assert seen.wait(0.25) == [("USER Ana:20000", Ending.NONE, Taken.WAITS, ())]
    assert seen.reader.next_timer() is None
    assert seen.receive(b"LIST", 5.0) == []
    assert seen.wait(5.25) == [("LIST", Ending.NONE, Taken.WAITS, ())]
    joined = (Note.UNFIT, Note.GLUED, Note.JOINED)
    assert seen.receive(b"\r\n", 6.0) == [("", Ending.CRLF, Taken.USER, joined)]


def test_two_instructions_with_nothing_between_them_are_said_to_be_glued() -> None:
    seen = Seen(Role.CLIENT)
    seen.receive(b"USER Ana:20000\r\n")
    assert seen.receive(b"KEEPLIST\r\n") == [("KEEPLIST", Ending.CRLF, Taken.NOTHING, (Note.GLUED,))]
    assert seen.receive(b"LISTKEEP\n") == [("LISTKEEP", Ending.LF, Taken.NOTHING, (Note.GLUED,))]
    assert seen.receive(b"list\n") == [("list", Ending.LF, Taken.NOTHING, ())]


def test_a_line_beyond_the_limit_is_said_to_be_too_long_and_is_the_last() -> None:
    seen = Seen(Role.CLIENT)
    assert seen.receive(b"x" * 4096) == []
    ((text, ending, taken, notes),) = seen.receive(b"yy")
    assert (text, ending, taken, notes) == ("yy", Ending.NONE, Taken.NOTHING, (Note.TOO_LONG,))
    assert seen.receive(b"\nKEEP\r\n") == []


def test_what_is_kept_of_a_line_is_bounded_and_its_size_is_told() -> None:
    seen = Seen(Role.CALLER)
    seen.link.received(b"x" * 200_000 + b"\n", now=0.0)
    lines = seen.reader.take_lines()
    assert sum(line.size_bytes for line in lines) == 200_000
    assert all(len(line.data) == 8 * 1024 for line in lines[:3])
    assert [Note.PIECE in line.notes for line in lines] == [True, True, True, False]


# Peers


def test_a_peer_that_ends_nothing_is_read_by_quiet() -> None:
    seen = Seen(Role.CALLER)
    assert seen.receive(b"USER Bruno") == []
    assert seen.wait(0.25) == [("USER Bruno", Ending.QUIET, Taken.USER, ())]
    assert seen.receive(b"Oi", 1.0) == []
    assert seen.wait(1.25) == [("Oi", Ending.QUIET, Taken.TEXT, ())]
    assert seen.receive(b"\n", 2.0) == [("", Ending.LF, Taken.LATE_END, ())]


def test_the_first_text_behind_an_ended_user_has_a_whole_second() -> None:
    seen = Seen(Role.CALLER)
    assert seen.receive(b"USER Bruno\r\nOi") == [("USER Bruno", Ending.CRLF, Taken.USER, ())]
    assert seen.wait(0.9) == []
    assert seen.wait(1.0) == [("Oi", Ending.LONG_QUIET, Taken.TEXT, ())]


@pytest.mark.parametrize(
    ("line", "taken", "notes"),
    [
        ("Oi", Taken.TEXT, ()),
        ("", Taken.TEXT, ()),
        ("LIST", Taken.TEXT, ()),
        ("\u2060DISC", Taken.TEXT, (Note.GUARDED,)),
        ("DISC", Taken.DISC, ()),
        (" DISC ", Taken.DISC, ()),
        ("/bye", Taken.DISC, (Note.BYE,)),
        ("\ufffd é", Taken.TEXT, ()),
    ],
)
def test_a_line_between_peers_is_text_or_a_farewell(line: str, taken: Taken, notes: tuple[Note, ...]) -> None:
    seen = Seen(Role.CALLER)
    seen.receive(b"USER Bruno\r\n")
    ((_, _, found, found_notes),) = seen.receive(line.encode() + b"\r\n")
    assert (found, found_notes) == (taken, notes)


def test_bytes_that_are_no_utf8_are_said_to_be_none() -> None:
    seen = Seen(Role.CALLER)
    seen.receive(b"USER Bruno\r\n")
    assert seen.receive(b"Jo\xe3o\r\n") == [("Jo\\xe3o", Ending.CRLF, Taken.TEXT, (Note.NOT_UTF8,))]


def test_a_caller_may_begin_with_its_name_or_with_a_text() -> None:
    seen = Seen(Role.TRACKER)
    seen.receive(b"LIST Bruno:Camila\r\n")
    for line, taken, note, name in (
        (b"Bruno", Taken.USER, Note.BARE_NAME, "Bruno"),
        (b"Oi", Taken.TEXT, Note.NO_USER, ""),
    ):
        link = seen.tap.connect(Role.CALLER, LOCAL, REMOTE, now=0.0)
        seen.reader.take_lines()
        link.received(line + b"\r\n", now=0.0)
        (shown,) = seen.reader.take_lines()
        assert (shown.taken, shown.notes, shown.name) == (taken, (note,), name)


def test_the_one_who_is_called_has_the_name_that_the_tracker_was_asked_for() -> None:
    seen = Seen(Role.TRACKER)
    seen.link.sent(b"ADDR Bruno\r\n", now=0.0)
    seen.receive(b"ADDR 10.0.0.9:21500\r\n")
    link = seen.tap.connect(Role.CALLED, LOCAL, "10.0.0.9:21500", now=0.0)
    link.sent(b"USER Ana\r\n", now=0.0)
    assert [line.name for line in seen.reader.take_lines()] == ["Bruno", "Bruno"]


def test_a_name_that_was_cut_at_a_space_is_noticed() -> None:
    seen = Seen(Role.TRACKER)
    seen.receive(b"LIST Ana Maria:Ana Rita:Bruno\r\n")
    for name, notes in ((b"Ana", (Note.CUT_NAME,)), (b"Bruno", ()), (b"Br", ()), (b"Ana Rita", ())):
        link = seen.tap.connect(Role.CALLER, LOCAL, REMOTE, now=0.0)
        seen.reader.take_lines()
        link.received(b"USER " + name + b"\r\n", now=0.0)
        assert [line.notes for line in seen.reader.take_lines()] == [notes]


def test_a_tracker_notices_that_a_name_was_cut_in_a_question() -> None:
    seen = Seen(Role.CLIENT)
    other = seen.tap.connect(Role.CLIENT, LOCAL, "10.0.0.3:1", now=0.0)
    other.received(b"USER Ana Maria:20000\r\n", now=0.0)
    seen.link.received(b"USER Bruno:1\r\n", now=0.0)
    seen.lines()
    assert seen.receive(b"ADDR Ana\r\n") == [("ADDR Ana", Ending.CRLF, Taken.ADDR, (Note.CUT_NAME,))]
    assert seen.receive(b"ADDR Eva\r\n") == [("ADDR Eva", Ending.CRLF, Taken.ADDR, ())]
    other.closed(now=0.0)
    seen.lines()
    assert seen.receive(b"ADDR Ana\r\n") == [("ADDR Ana", Ending.CRLF, Taken.ADDR, ())]


# Connections


def test_what_happens_to_a_connection_stands_between_its_lines() -> None:
    seen = Seen(Role.CALLER)
    seen.link.received(b"USER Bruno\r\nOi", now=0.0)
    seen.link.ended(Direction.RECEIVED, now=0.1)
    seen.link.ended(Direction.SENT, now=0.2)
    seen.link.closed(now=0.3)
    assert seen.lines() == [
        ("USER Bruno", Ending.CRLF, Taken.USER, ()),
        ("Oi", Ending.NONE, Taken.TEXT, ()),
        ("", Ending.NOT_A_LINE, Taken.END_OF_STREAM, ()),
        ("", Ending.NOT_A_LINE, Taken.END_OF_STREAM, ()),
        ("", Ending.NOT_A_LINE, Taken.CLOSED, (Note.NO_DISC,)),
    ]


def test_a_broken_connection_and_one_that_never_was_say_why() -> None:
    seen = Seen(Role.CALLER)
    seen.link.lost("connection reset", now=0.0)
    seen.tap.unreachable(Role.CALLED, "10.0.0.9:1", "refused", now=0.0)
    assert [(text, taken) for text, _, taken, _ in seen.lines()] == [
        ("connection reset", Taken.LOST),
        ("refused", Taken.UNREACHABLE),
    ]


def test_a_tracker_drops_what_has_no_end_when_the_stream_ends() -> None:
    seen = Seen(Role.CLIENT)
    seen.link.received(b"USER Ana:20000\r\nLIST", now=0.0)
    seen.link.ended(Direction.RECEIVED, now=0.1)
    assert seen.lines()[1][:3] == ("LIST", Ending.NONE, Taken.NOTHING)


def test_times_are_of_the_last_byte() -> None:
    seen = Seen(Role.CALLER)
    seen.link.received(b"USER Br", now=1.0)
    seen.link.received(b"uno", now=1.2)
    seen.reader.handle_timer(now=5.0)
    (line,) = seen.reader.take_lines()
    assert line.wall == 1001.2
    assert (line.local, line.remote, line.size_bytes) == (LOCAL, REMOTE, 10)


# The same as the machines

_PIECES = [
    b"USER Bruno", b"USER ", b"Bruno", b"\r\n", b"\n", b"\r", b"DISC", b"/bye", b" ", b"Oi", "é".encode(), b"\xe9",
    "\u2060DISC".encode(), b"LIST", b"LISTKEEP", b"x" * 70_000, b"",
]  # fmt: skip


def _texts(lines: list[WireLine], data_of: dict[int, bytes] | None = None) -> list[str | None]:
    """What a peer's lines introduce and say: a name after ``name ``, texts as they were typed."""
    found: list[str | None] = []
    for line in lines:
        text = chat_text.decode(line.data)
        if line.taken is Taken.USER:
            hello = parse_hello(text)
            found.append(f"name {hello.name if hello is not None else text.strip(' ')}")
        elif line.taken is Taken.TEXT:
            if Note.NO_USER in line.notes:
                found.append("no name")
            found.append(chat_text.unguard(text)[:100])
    return found


@pytest.mark.parametrize("seed", range(300))
def test_the_lines_of_a_peer_are_those_that_its_machine_reports(seed: int) -> None:
    chance = random.Random(seed)
    machine = PeerLink(Keeper(), now=0.0, hello=None, is_online=lambda name: False)
    seen = Seen(Role.CALLER)
    reported: list[str | None] = []
    lines: list[WireLine] = []
    now = 0.0
    for _ in range(chance.randrange(1, 25)):
        data = b"".join(chance.choice(_PIECES) for _ in range(chance.randrange(1, 4)))
        machine.receive_data(data, now=now)
        seen.link.received(data, now=now)
        for _ in range(chance.randrange(3)):
            now += chance.choice([0.0, 0.01, 0.25, 0.5, 1.0])
            machine.handle_timer(now=now)
            seen.reader.handle_timer(now=now)
        lines += seen.reader.take_lines()
    machine.receive_eof(now=now)
    seen.link.ended(Direction.RECEIVED, now=now)
    lines += seen.reader.take_lines()
    for event in machine.take_events():
        match event:
            case PeerIntroduced(None):
                reported.append("no name")
            case PeerIntroduced(name):
                reported.append(f"name {name}")
            case TextHeard(text):
                reported.append(text[:100])
            case _:
                pass
    assert _texts(lines) == reported, seed


_REQUESTS = [
    b"USER Ana:20000", b"USER Ana:0", b"USER Bruno: 7", b"LIST", b"KEEP", b"ADDR Ana", b"ADDR ", b"keep", b"DISC",
    b"KEEPLIST", b"\xff", b"",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(300))
def test_the_lines_of_a_client_are_those_that_the_tracker_reports(seed: int) -> None:
    chance = random.Random(seed)
    tracker = Tracker(report_queries=True)
    connection = tracker.accept("192.0.2.80", "192.0.2.1", now=0.0)
    seen = Seen(Role.CLIENT)
    stream = b"".join(chance.choice(_REQUESTS) + chance.choice([b"\r\n", b"\n", b""]) for _ in range(20))
    now = 0.0
    while stream and not connection.wants_close:
        cut = chance.randrange(1, 30)
        connection.receive_data(stream[:cut], now=now)
        seen.link.received(stream[:cut], now=now)
        connection.data_to_send()
        stream = stream[cut:]
        now += chance.choice([0.0, 0.3])
    reported: list[tuple[Taken, bool]] = []
    for event in tracker.take_events():
        match event:
            case ClientRegistered():
                reported.append((Taken.USER, True))
            case ClientRefused(reason=RefusalReason.BAD_USER):
                reported.append((Taken.USER, False))
            case ClientListed():
                reported.append((Taken.LIST, True))
            case AddressAsked():
                reported.append((Taken.ADDR, True))
            case KeepReceived():
                reported.append((Taken.KEEP, True))
            case LineIgnored():
                reported.append((Taken.NOTHING, True))
            case _:
                pass
    shown: list[tuple[Taken, bool]] = []
    for line in seen.reader.take_lines():
        if line.taken in (Taken.WAITS, Taken.CONNECTED) or Note.NOT_REGISTERED in line.notes:
            continue
        if line.taken is Taken.DISC:
            break
        shown.append((line.taken, Note.UNFIT not in line.notes))
        if Note.UNFIT in line.notes:
            break
    assert shown == reported, seed


@pytest.mark.parametrize("seed", range(100))
def test_the_lines_of_a_tracker_are_those_that_its_client_reports(seed: int) -> None:
    chance = random.Random(seed)
    machine = TrackerLink(Keeper(), "Ana", 20000, now=0.0)
    seen = Seen(Role.TRACKER)
    replies = [b"LIST Bruno", b"LIST ", b"LIST", b"ADDR 10.0.0.9:21500", b"Welcome!", b""]
    now = 0.0
    for _ in range(12):
        data = chance.choice(replies) + chance.choice([b"\r\n", b"\n", b""])
        machine.receive_data(data, now=now)
        seen.link.received(data, now=now)
        now += chance.choice([0.0, 0.3])
        machine.handle_timer(now=now)
        seen.reader.handle_timer(now=now)
    reported = [event.names for event in machine.take_events() if isinstance(event, ListAnswered)]
    shown = []
    for line in seen.reader.take_lines():
        if line.taken is Taken.LIST:
            shown.append(split_list_reply(line.data))
    assert shown == reported, seed


def test_an_address_that_the_machine_finds_is_shown_as_one() -> None:
    machine = TrackerLink(Keeper(), "Ana", 20000, now=0.0)
    machine.handle_timer(now=0.1)
    machine.receive_data(b"LIST Bruno\r\n", now=0.1)
    machine.request_address("Bruno", now=0.2)
    seen = Seen(Role.TRACKER)
    seen.link.sent(machine.data_to_send(), now=0.2)
    assert [taken for _, _, taken, _ in seen.lines()] == [Taken.USER, Taken.LIST, Taken.ADDR]
    machine.receive_data(b"ADDR Bruno: 10.0.0.9: 21500\r\n", now=0.3)
    assert AddressFound("Bruno", "10.0.0.9", 21500) in machine.take_events()
    assert seen.receive(b"ADDR Bruno: 10.0.0.9: 21500\r\n")[0][2] is Taken.ADDR


def test_what_we_send_is_read_by_the_same_words() -> None:
    seen = Seen(Role.CALLED)
    seen.link.sent(b"USER Ana\r\n", now=0.0)
    seen.link.sent("\u2060LIST é\r\nDISC\r\n".encode(), now=0.1)
    assert [(taken, notes) for _, _, taken, notes in seen.lines()] == [
        (Taken.USER, ()),
        (Taken.TEXT, (Note.GUARDED,)),
        (Taken.DISC, ()),
    ]
