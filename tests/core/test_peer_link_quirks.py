"""core/peer_link.py and programs that end some of their lines and not others (docs/protocol.md §4.4)."""

import pytest

from core.events import ChatEnd
from core.limits import FAREWELL_SECONDS, QUIET_LINE_SECONDS
from core.link_events import PeerIntroduced, PeerLinkEnded, PeerLinkEvent, TextHeard
from core.peer_link import PeerLink

PAUSE = 1.0  # longer than any line is waited for


def accepted() -> PeerLink:
    return PeerLink(now=0.0, hello=None, is_online=lambda name: False)


def dialled() -> PeerLink:
    return PeerLink(now=0.0, hello="Ana", is_online=lambda name: False)


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
        PeerIntroduced(None),
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
