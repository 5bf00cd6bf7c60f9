"""core/node/peer_link.py and programs that end only some lines, or read 1024 bytes at a time.

docs/protocol.md §4.3 and §4.4.
"""

import pytest

from core import TextId
from core.events import ChatEnd
from core.limits import FAREWELL_SECONDS, PEER_READ_BYTES, PEER_READ_SECONDS, QUIET_LINE_SECONDS
from core.node.link_events import PeerIntroduced, PeerLinkEnded, PeerLinkEvent, TextHeard
from core.node.peer_link import PeerLink

from .keeper import Keeper

PAUSE = 1.0  # longer than any line is waited for


def accepted() -> PeerLink:
    return PeerLink(Keeper(), now=0.0, hello=None, is_online=lambda name: False)


def dialled() -> PeerLink:
    return PeerLink(Keeper(), now=0.0, hello="Ana", is_online=lambda name: False)


def hear(link: PeerLink, *messages: bytes) -> list[PeerLinkEvent]:
    """Receive the messages with a pause after each, in which every timer fires."""
    events: list[PeerLinkEvent] = []
    now = 0.0
    for message in messages:
        link.receive_data(message, now=now)
        now += PAUSE
        while (at := link.next_timer()) is not None and at <= now:
            link.handle_timer(now=at)
        events += link.take_events()
    return events


def test_texts_with_no_end_are_heard_behind_a_user_with_one() -> None:
    events = hear(accepted(), b"USER Bruno\r\n", b"Oi! ", b"Tudo bem? ")
    assert events == [PeerIntroduced("Bruno"), TextHeard("Oi! "), TextHeard("Tudo bem? ")]


def test_texts_with_no_end_are_heard_behind_an_unnamed_first_line() -> None:
    assert hear(accepted(), b"Oi!\r\n", b"Tudo bem?") == [
        PeerIntroduced(None, "Oi!"),
        TextHeard("Oi!"),
        TextHeard("Tudo bem?"),
    ]


@pytest.mark.parametrize("first", [(b"USER Bruno\r\n", b"Oi!\r\n"), (b"USER Bruno\r\nOi!\r\n",)])
def test_a_slow_text_is_never_cut_once_a_text_has_shown_its_end(first: tuple[bytes, ...]) -> None:
    events = hear(accepted(), *first, b"Tudo ", b"bem?\r\n")
    assert events[-1] == TextHeard("Tudo bem?")


def test_a_slow_text_is_never_cut_once_a_called_peer_has_ended_one() -> None:
    assert hear(dialled(), b"Oi!\r\n", b"Tudo ", b"bem?\r\n") == [TextHeard("Oi!"), TextHeard("Tudo bem?")]


@pytest.mark.parametrize("farewell", [b"DISC", b"/bye", b"DISC ", b"DISC\r"])
def test_a_farewell_with_no_end_is_heard_behind_texts_with_one(farewell: bytes) -> None:
    link = dialled()
    events = hear(link, b"Oi!\r\n", b"Tchau\r\n", farewell)
    assert events == [TextHeard("Oi!"), TextHeard("Tchau")]
    assert link.wants_half_close
    link.handle_timer(now=2 * PAUSE + QUIET_LINE_SECONDS + FAREWELL_SECONDS)
    assert link.take_events() == [PeerLinkEnded(ChatEnd.FAREWELL, None, (), ())]


def test_a_text_that_begins_like_a_farewell_is_not_cut_if_it_goes_on_in_time() -> None:
    link = dialled()
    link.receive_data(b"Oi!\r\nDISC", now=0.0)
    link.receive_data(b"O voador\r\n", now=QUIET_LINE_SECONDS - 0.01)
    link.handle_timer(now=PAUSE)
    assert link.take_events() == [TextHeard("Oi!"), TextHeard("DISCO voador")]


def sent_when(link: PeerLink, *, until: float) -> list[tuple[float, bytes]]:
    """Follow the timer; returns what was written when."""
    writes = [(0.0, link.data_to_send())]
    while (at := link.next_timer()) is not None and at <= until:
        link.handle_timer(now=at)
        writes.append((at, link.data_to_send()))
    return [(at, data) for at, data in writes if data]


def test_long_text_leaves_in_whole_lines_that_one_read_of_1024_bytes_takes() -> None:
    """§4.3"""
    link = dialled()
    text = "日本語" * 1500
    link.send_text(TextId(1), text, now=0.0)
    (_, hello), *bursts = sent_when(link, until=10.0)
    assert hello == b"USER Ana\r\n"
    assert all(len(data) <= PEER_READ_BYTES and data.endswith(b"\r\n") for _, data in bursts)
    assert b"".join(data for _, data in bursts).decode().replace("\r\n", "") == text
    times = [at for at, _ in bursts]
    gaps = [later - earlier for earlier, later in zip(times, times[1:], strict=False)]
    assert min(gaps) >= PEER_READ_SECONDS - 1e-9


def test_many_short_texts_leave_no_faster_than_they_can_be_read() -> None:
    """§4.3"""
    link = accepted()
    link.receive_data(b"USER Bruno\r\n", now=0.0)
    for number in range(300):
        link.send_text(TextId(number), f"coração {number}", now=0.0)
    bursts = sent_when(link, until=10.0)
    assert all(len(data) <= PEER_READ_BYTES for _, data in bursts)
    assert b"".join(data for _, data in bursts).count(b"\r\n") == 300


def test_ascii_leaves_at_once_however_much_it_is() -> None:
    """§4.3"""
    link = accepted()
    link.receive_data(b"USER Bruno\r\n", now=0.0)
    link.send_text(TextId(1), "x" * 10_000, now=0.0)
    assert link.data_to_send().count(b"\r\n") == 10


def test_last_words_that_are_long_all_leave_before_the_farewell() -> None:
    """§4.3, §4.6"""
    link = accepted()
    link.receive_data(b"USER Bruno\r\n", now=0.0)
    text = "ã" * 100_000  # at 1024 bytes every 50 ms that would take 10 s
    link.send_text(TextId(1), text, now=0.0)
    link.send_farewell(now=0.0)
    writes = sent_when(link, until=FAREWELL_SECONDS - 0.1)
    words = b"".join(data for _, data in writes)
    assert words.endswith(b"\r\nDISC\r\n")
    assert words.removesuffix(b"DISC\r\n").decode().replace("\r\n", "") == text
    assert writes[-1][1] == b"DISC\r\n"
    assert link.wants_half_close


def test_what_was_still_to_be_said_leaves_at_once_when_the_peer_says_farewell() -> None:
    """§4.3, §4.6"""
    link = accepted()
    link.receive_data(b"USER Bruno\r\n", now=0.0)
    link.send_text(TextId(1), "ã" * 5000, now=0.0)
    link.data_to_send()
    link.receive_data(b"DISC\r\n", now=0.01)
    assert link.data_to_send().count("ã".encode()) > 4000
