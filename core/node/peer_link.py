"""One connection between peers: bytes in, events and bytes out (docs/protocol.md §4).

Everything that changes the state of such a connection is in this file. It knows
nothing of the other connections of its ``Node``.
"""

import enum
from collections.abc import Callable
from typing import Final

from ..events import ChatEnd, LossReason, TextId
from ..limits import (
    CROSSING_SECONDS,
    DEFAULT_LIMITS,
    FAREWELL_SECONDS,
    FIRST_TEXT_DELAY_SECONDS,
    MAX_FAREWELL_BYTES,
    MAX_LINE_BYTES,
    PEER_READ_BYTES,
    PEER_READ_SECONDS,
    QUIET_LINE_SECONDS,
    SILENT_AFTER_SECONDS,
    UNENDED_TEXT_SECONDS,
    UNNAMED_SECONDS,
    Limits,
)
from ..wire import chat_text
from ..wire.framing import LineFramer
from ..wire.messages import CRLF, Disconnect, Hello, encode, parse_hello
from ..wire.names import name_fault, normalise_name
from .link import Link, LinkOwner
from .link_events import PeerIntroduced, PeerLinkEnded, PeerLinkEvent, PeerSilent, TextHeard
from .sent_texts import SentTexts




class _State(enum.Enum):
    GREETING = enum.auto()
    """Accepted, and the first line has not come (§4.1)."""
    OPEN = enum.auto()
    WE_LEFT = enum.auto()
    """We said DISC; the peer may still be speaking (§4.6)."""
    PEER_LEFT = enum.auto()
    """The peer said DISC; we close the same way (§4.6)."""
    ENDED = enum.auto()


class _Input(enum.Enum):
    FIRST_LINE = enum.auto()
    """Any line that is no farewell, of the peer that called."""
    PEER_LEAVES = enum.auto()
    WE_LEAVE = enum.auto()
    END_OF_STREAM = enum.auto()
    BROKEN = enum.auto()
    TIME_UP = enum.auto()
    """60 s in GREETING; 2 s after a farewell."""


_S, _I, _E = _State, _Input, ChatEnd
_FOLLOWS: Final[dict[_State, dict[_Input, _State | ChatEnd]]] = {  # docs/protocol.md §5.3
    _S.GREETING: {
        _I.FIRST_LINE: _S.OPEN, _I.PEER_LEAVES: _S.PEER_LEFT, _I.WE_LEAVE: _E.WE_LEFT,
        _I.END_OF_STREAM: _E.END_OF_STREAM, _I.BROKEN: _E.LOST, _I.TIME_UP: _E.WE_LEFT,
    },
    _S.OPEN: {
        _I.PEER_LEAVES: _S.PEER_LEFT, _I.WE_LEAVE: _S.WE_LEFT,
        _I.END_OF_STREAM: _E.END_OF_STREAM, _I.BROKEN: _E.LOST,
    },
    _S.WE_LEFT: {_I.END_OF_STREAM: _E.WE_LEFT, _I.BROKEN: _E.WE_LEFT, _I.TIME_UP: _E.WE_LEFT},
    _S.PEER_LEFT: {_I.END_OF_STREAM: _E.FAREWELL, _I.BROKEN: _E.FAREWELL, _I.TIME_UP: _E.FAREWELL},
    _S.ENDED: {},
}
"""A ``ChatEnd`` is the state ENDED, reached in that way. An input that a state does not name changes nothing."""


class PeerLink(Link[PeerLinkEvent]):
    """A connection between peers, dialled or accepted."""

    def __init__(
        self,
        owner: LinkOwner["PeerLink"],
        *,
        now: float,
        hello: str | None,
        is_online: Callable[[str], bool],
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        """Begin.

        Args:
            owner: Takes the events.
            now: Seconds of the caller's monotonic clock.
            hello: Our name if we dialled, sent at once in a segment of its own (§4.1); None if the peer did.
            is_online: Whether a name is on the list of active users. A first line that
                is just such a name is taken for it (§4.1).
            limits: How much waits to be sent, and how many texts are remembered.
        """
        super().__init__(owner)
        self._is_online = is_online
        self._max_unsent_bytes = limits.max_unsent_bytes
        self._framer = LineFramer(MAX_LINE_BYTES, in_pieces=True)
        self._texts_have_ends = False  # a text of the peer ended in LF; from then on lines end at LF alone (§4.4)
        self._state = _State.OPEN if hello is not None else _State.GREETING
        self.has_heard = False
        """Whether the peer has sent a byte yet."""
        self.reads = 0
        """How often bytes of the peer were read."""
        self.active_at = now
        """When the connection was made, or the peer last sent something."""
        self.has_spoken = False
        """Whether a text of ours went out here."""
        self._spoke_at = now
        self._written_at = now  # the socket took something that had waited for it, or something waits
        self.is_awaited = False
        """Whether another connection waits until the peer's system has all that was said here (§4.7)."""
        self._silent_at: float | None = None
        self._speak_from = now
        """When texts may leave: some time after our name (§4.1) or after a full burst (§4.3)."""
        self._burst_ends_at = now
        self._burst_bytes = 0
        self._farewell_from = now
        """When DISC may follow the last text: many clients look for it at the start of a ``recv`` (§4.6)."""
        self._waiting = bytearray()  # until _speak_from
        self._farewell_waits = False
        self._farewells_crossed = False
        self._stream_bytes = 0  # written to _outgoing or _waiting, ever
        self._unsent_bytes = 0  # of what data_to_send returned
        self._acknowledged_bytes: int | None = None  # of our stream, at least; None if the system does not tell
        self._sent_texts = SentTexts(limits.max_unconfirmed_texts)
        self._quiet_at: float | None = None
        self._line_was_quiet = False
        self._leaves_texts_open = False  # a line of the peer was ended by quiet
        self._give_up_at: float | None = None
        self._was_late = False  # for the end of the 2 s after our farewell
        if hello is not None:
            self._outgoing += encode(Hello(hello))
            self._stream_bytes = len(self._outgoing)
            self._speak_from = now + FIRST_TEXT_DELAY_SECONDS
        else:
            self._silent_at = now + SILENT_AFTER_SECONDS
            self._give_up_at = now + UNNAMED_SECONDS

    # Intents of the owner

    def send_text(self, text_id: TextId, text: str, *, now: float) -> None:
        """Send one typed text, guarded, and in several lines if it is long (§4.3).

        The caller asks ``can_send`` and ``is_full`` first.
        """
        self.has_spoken = True
        self._spoke_at = now
        begins_at = self._stream_bytes
        for piece in chat_text.split_text(text):
            self._write(chat_text.guard(piece).encode() + CRLF)
        self._sent_texts.add(text_id, begins_at, self._stream_bytes, now=now)
        self._send_due(now)
        self.settle(now=now)

    def send_farewell(self, *, now: float) -> None:
        """Say ``DISC``, end our stream, and read on for 2 s (§4.6). Without effect after a farewell."""
        if self._step(_Input.WE_LEAVE) and self._is(_State.WE_LEFT):
            self._farewell_waits = True
            self._give_up_at = now + FAREWELL_SECONDS
            self._send_due(now)
        self.settle(now=now)

    def abandon(self, end: ChatEnd = ChatEnd.WE_LEFT, *, now: float) -> None:
        """Close at once, without a farewell."""
        self._end(end)
        self.settle(now=now)

    # Queries

    def _describe(self) -> str:
        return f"{self._state.name}, {self.waiting_bytes} bytes wait, "

    def is_heard_out(self, forgotten_until: float) -> bool:
        """Whether the peer's system has all that we wrote here.

        Args:
            forgotten_until: Where the system does not tell, what was handed to it before this time counts as acknowledged.
        """
        if self._acknowledged_bytes is not None:
            return self._acknowledged_bytes >= self._stream_bytes
        return self._written_bytes() == self._stream_bytes and max(self._spoke_at, self._written_at) <= forgotten_until

    @property
    def wants_acknowledgement(self) -> bool:
        return self.is_awaited and not self._is(_State.ENDED)

    @property
    def can_send(self) -> bool:
        """Whether texts may be sent: neither side has said farewell."""
        return self._is(_State.OPEN)

    @property
    def waiting_bytes(self) -> int:
        """How much of what was said the peer has not read, as far as known here (§4.9)."""
        return len(self._outgoing) + len(self._waiting) + self._unsent_bytes

    @property
    def is_full(self) -> bool:
        """Whether the peer is not reading: too much waits (§4.9)."""
        return self.waiting_bytes >= self._max_unsent_bytes

    # Timers

    def next_timer(self) -> float | None:
        if self._is(_State.ENDED):
            return None
        text_at = self._speak_from if self._waiting else None
        farewell_at = max(self._speak_from, self._farewell_from) if self._farewell_waits else None
        candidates = (self._silent_at, self._quiet_at, self._give_up_at, text_at, farewell_at)
        return min((at for at in candidates if at is not None), default=None)

    def _take_time(self, now: float) -> None:
        if self._silent_at is not None and now >= self._silent_at:
            self._silent_at = None
            self._events.append(PeerSilent())
        if self._quiet_at is not None and now >= self._quiet_at:
            self._take_quiet_line(now)
        self._send_due(now)
        if self._give_up_at is not None and now >= self._give_up_at:
            self._step(_Input.TIME_UP)

    # Receiving

    def _take_data(self, data: bytes, now: float) -> None:
        self.has_heard = True
        self.reads += 1
        self.active_at = now
        self._silent_at = None
        if self._is(_State.GREETING):
            self._give_up_at = None  # it speaks (§4.1)
        elif self._is(_State.WE_LEFT) and not self._was_late and self._give_up_at is not None and now >= self._give_up_at:
            # Our program was stopped, and the peer had ended its stream and may never hear of a reset. More than
            # one read takes may wait. Only once, or a peer that never stops speaking could keep us.
            self._was_late = True
            self._give_up_at = now + FAREWELL_SECONDS
        self._sent_texts.note_words(self._written_bytes(), now=now)
        if self._acknowledged_bytes is not None:
            self._sent_texts.note_answer(self._acknowledged_bytes)
        for line in self._framer.feed(data):
            # A terminated USER proves nothing: many programs terminate instructions but not texts.
            if not self._is(_State.GREETING) and self._framer.seen_line_end:
                self._texts_have_ends = True
            self._receive_line(line, now)
        quiet_seconds = self._quiet_seconds()
        self._quiet_at = now + quiet_seconds if quiet_seconds is not None else None
        self._send_due(now)

    def _take_eof(self, now: float) -> None:
        self._take_quiet_line(now)  # what has no line end is a line all the same (§4.4)
        # After our own farewell it is the answer, unless ours has not left yet, or the peer's own was on its way.
        is_answer = self._is(_State.WE_LEFT) and not self._farewell_waits and not self._farewells_crossed
        knows_what_was_read = is_answer or self._acknowledged_bytes is not None
        self._step(_Input.END_OF_STREAM, read_until=now if knows_what_was_read else now - CROSSING_SECONDS)

    def _take_loss(self, reason: LossReason, now: float) -> None:
        self._take_quiet_line(now)
        self._step(_Input.BROKEN, detail=reason)

    def report_unsent(self, unsent_bytes: int, *, now: float) -> None:
        if self._unsent_bytes or unsent_bytes:
            self._written_at = now
        self._unsent_bytes = unsent_bytes

    def report_unacknowledged(self, unacknowledged_bytes: int, *, now: float) -> None:
        # A system that closes with input unread breaks the connection off. So what was
        # acknowledged before an end of stream was read (§4.10).
        self._acknowledged_bytes = self._written_bytes() - unacknowledged_bytes

    def _is(self, state: _State) -> bool:  # a call, because mypy narrows attributes across calls that change them
        return self._state is state

    def _step(
        self, happened: _Input, *, detail: LossReason | None = None, read_until: float | None = None
    ) -> bool:
        """Go to the state that follows; return False if the table names none."""
        follows = _FOLLOWS[self._state].get(happened)
        match follows:
            case None:
                return False
            case ChatEnd():
                self._end(follows, detail, read_until=read_until)
            case _State():
                self._state = follows
        return True

    def _receive_line(self, line: bytes, now: float) -> None:
        ends_quiet_line, self._line_was_quiet = self._line_was_quiet, False
        if ends_quiet_line and not line:
            return  # the line end that the quiet line had been waiting for
        if self._is(_State.PEER_LEFT) or self._is(_State.ENDED):
            return
        text = chat_text.decode(line)
        if chat_text.is_farewell(text):
            self._receive_farewell(now)
        elif self._is(_State.GREETING):
            self._receive_first_line(text)
        else:
            self._events.append(TextHeard(chat_text.unguard(text)))

    def _receive_first_line(self, text: str) -> None:
        if not text:
            return
        self._step(_Input.FIRST_LINE)
        hello = parse_hello(text)
        if hello is not None:
            self._events.append(PeerIntroduced(hello.name))
            return
        bare_name = normalise_name(text)
        if self._is_online(bare_name):
            self._events.append(PeerIntroduced(bare_name))
            return
        possible_name = bare_name if name_fault(bare_name) is None else None
        self._events.append(PeerIntroduced(None, possible_name))
        self._events.append(TextHeard(chat_text.unguard(text)))

    def _receive_farewell(self, now: float) -> None:
        if not self._step(_Input.PEER_LEAVES):
            self._farewells_crossed = True
            return  # both left at once; the ends of the streams follow
        self._half_closed = True
        self._give_up_at = now + FAREWELL_SECONDS
        self._speak_from = now  # what still waits goes out while the peer reads

    def _quiet_seconds(self) -> float | None:
        """Return the seconds of quiet after which an open line counts as complete; None for never (§4.4).

        A farewell always counts: a program that sends it without a line end waits for
        us to close. A peer whose USER had a line end most likely ends its texts too;
        the first text has more time for it.
        """
        if not self._framer.pending_bytes:
            return None
        if not self._texts_have_ends:
            ended_its_user = self._framer.seen_line_end and not self._leaves_texts_open
            return UNENDED_TEXT_SECONDS if ended_its_user else QUIET_LINE_SECONDS
        rest = chat_text.decode(self._framer.peek_rest(MAX_FAREWELL_BYTES))
        return QUIET_LINE_SECONDS if chat_text.is_farewell(rest) else None

    def _take_quiet_line(self, now: float) -> None:
        self._quiet_at = None
        if self._framer.pending_bytes:
            line = self._framer.take_rest()
            self._receive_line(line, now)
            self._line_was_quiet = True
            self._leaves_texts_open = True

    def _write(self, data: bytes) -> None:
        self._waiting += data
        self._stream_bytes += len(data)

    def _send_due(self, now: float) -> None:
        if self._is(_State.ENDED) or now < self._speak_from:
            return
        if self._waiting:
            self._let_go(self._burst(now))
            self._farewell_from = now + FIRST_TEXT_DELAY_SECONDS
        if self._farewell_waits and not self._waiting and now >= self._farewell_from:
            self._farewell_waits = False
            farewell = encode(Disconnect())
            self._outgoing += farewell
            self._stream_bytes += len(farewell)
            self._half_closed = True

    def _burst(self, now: float) -> int:
        """Return how many of the waiting bytes may leave now (§4.3).

        Some peers read 1024 bytes at a time, and fail on half a character. So they get
        whole lines of at most that size, and time to read them. ASCII text leaves at
        once, and so does everything when the connection is ending.
        """
        if now >= self._burst_ends_at:
            self._burst_ends_at = now + PEER_READ_SECONDS
            self._burst_bytes = 0
        waiting = self._waiting
        room = PEER_READ_BYTES - self._burst_bytes
        if len(waiting) <= room or waiting.isascii() or self._is_in_a_hurry(now):
            return len(waiting)
        self._speak_from = self._burst_ends_at
        return waiting.rfind(b"\n", 0, max(0, room)) + 1

    def _is_in_a_hurry(self, now: float) -> bool:
        if self._is(_State.PEER_LEFT):
            return True
        if not self._is(_State.WE_LEFT) or self._give_up_at is None:
            return False
        return now >= self._give_up_at - FAREWELL_SECONDS / 2

    def _let_go(self, byte_count: int) -> None:
        self._outgoing += self._waiting[:byte_count]
        del self._waiting[:byte_count]
        self._burst_bytes += byte_count

    def _written_bytes(self) -> int:
        return self._stream_bytes - len(self._waiting) - len(self._outgoing) - self._unsent_bytes

    def _end(
        self, end: ChatEnd, detail: LossReason | None = None, *, read_until: float | None = None
    ) -> None:
        """End, and report which texts may be lost (§4.10).

        Args:
            read_until: The peer ended its stream; texts sent later than this may have
                crossed that end. None if the peer did not: it may have read nothing.
        """
        if self._is(_State.ENDED):
            return
        we_left = self._is(_State.WE_LEFT)
        self._state = _State.ENDED
        self._ended = True
        written = self._written_bytes()
        acknowledged = written if self._acknowledged_bytes is None else self._acknowledged_bytes
        unsent, unconfirmed, only_acknowledged = self._sent_texts.account(
            written,
            acknowledged,
            read_until,
            by_acknowledgement=we_left and self._acknowledged_bytes is not None,
        )
        self._outgoing.clear()
        self._waiting.clear()
        self._events.append(PeerLinkEnded(end, detail, unsent, unconfirmed, only_acknowledged))
