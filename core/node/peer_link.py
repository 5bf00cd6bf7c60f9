"""One peer-to-peer connection: bytes in, events and bytes out (docs/protocol.md §4).

Everything that changes the state of such a connection is in this file. It does
not know which other connections its ``Node`` has.
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
    MAX_LINE_BYTES,
    PEER_READ_BYTES,
    PEER_READ_SECONDS,
    QUIET_LINE_SECONDS,
    UNENDED_TEXT_SECONDS,
    UNNAMED_SECONDS,
    Limits,
)
from ..wire import chat_text
from ..wire.framing import LineFramer
from ..wire.messages import CRLF, Disconnect, Hello, encode, parse_hello
from ..wire.names import normalise_name
from .link_events import PeerIntroduced, PeerLinkEnded, PeerLinkEvent, TextHeard
from .sent_texts import SentTexts


_MAX_FAREWELL_BYTES: Final = 16  # with the spaces around it


class _State(enum.Enum):
    GREETING = enum.auto()
    """Accepted, and the first line has not come (§4.1)."""
    OPEN = enum.auto()
    WE_LEFT = enum.auto()
    """We said DISC; the peer may still be speaking (§4.6)."""
    PEER_LEFT = enum.auto()
    """The peer said DISC; we close the same way (§4.6)."""
    ENDED = enum.auto()


class PeerLink:
    """A conversation's connection: made by ``dialled`` or ``accepted``.

    Driven by received bytes, the end of the stream and the timer, and by
    ``send_text`` and ``send_farewell``.
    """

    def __init__(
        self,
        *,
        now: float,
        hello: str | None,
        is_online: Callable[[str], bool],
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        """Begin in the role of the one who dialled if there is a ``hello``, else of the one who accepted.

        Args:
            now: Seconds of the caller's monotonic clock.
            hello: Our name, sent at once in a segment of its own (§4.1).
            is_online: Whether somebody of this name is on the people list: a bare
                name as first line is taken for it (§4.1).
            limits: How much waits to be sent, and how many texts are remembered.
        """
        self._is_online = is_online
        self._max_unsent_bytes = limits.max_unsent_bytes
        self._framer = LineFramer(MAX_LINE_BYTES, in_pieces=True)
        self._texts_have_ends = False  # a text of the peer ended in LF: from then on framing is strict (§4.4)
        self._events: list[PeerLinkEvent] = []
        self._state = _State.OPEN if hello is not None else _State.GREETING
        self.has_heard = False
        """Whether the peer has sent a byte yet."""
        self._speak_from = now
        """When texts may follow our name, which travels in a segment of its own (§4.1), or a full burst."""
        self._burst_ends_at = now
        self._burst_bytes = 0
        self._farewell_from = now
        """When DISC may follow the last text: clients that test the start of each recv find it there."""
        self._ready = bytearray()
        self._waiting = bytearray()  # until _speak_from
        self._farewell_waits = False
        self._farewells_crossed = False
        self._writing_ended = False
        self._stream_bytes = 0  # given to _ready or _waiting, ever
        self._unsent_bytes = 0  # of what data_to_send handed out
        self._unacknowledged_bytes: int | None = None
        self._sent_texts = SentTexts(limits.max_unconfirmed_texts)
        self._quiet_at: float | None = None
        self._line_was_quiet = False
        self._leaves_texts_open = False  # a line of the peer was ended by quiet
        self._give_up_at: float | None = None
        if hello is not None:
            self._ready += encode(Hello(hello))
            self._stream_bytes = len(self._ready)
            self._speak_from = now + FIRST_TEXT_DELAY_SECONDS
        else:
            self._give_up_at = now + UNNAMED_SECONDS

    # Receiving

    def receive_data(self, data: bytes, *, now: float) -> None:
        """Feed bytes from the peer; ignored after the end and after its farewell."""
        if not data or self._is(_State.ENDED):
            return
        self.has_heard = True
        if self._is(_State.GREETING):
            self._give_up_at = None  # it speaks (§4.1)
        self._sent_texts.note_words(self._written_bytes(), now=now)
        for line in self._framer.feed(data):
            # The end of a USER shows nothing: many programs end their instructions and not their texts.
            if not self._is(_State.GREETING) and self._framer.seen_line_end:
                self._texts_have_ends = True
            self._receive_line(line, now)
        quiet_seconds = self._quiet_seconds()
        self._quiet_at = now + quiet_seconds if quiet_seconds is not None else None
        self._send_due(now)

    def receive_eof(self, *, now: float) -> None:
        """Note the end of the peer's stream; what it left without a line end is a line (§4.4)."""
        if self._is(_State.ENDED):
            return
        self._take_quiet_line(now)
        read_until = now - CROSSING_SECONDS if self._unacknowledged_bytes is None else now
        match self._current:
            case _State.WE_LEFT:
                # The answer to our farewell, unless that has not left yet, or the peer's own was on its way.
                is_answer = not self._farewell_waits and not self._farewells_crossed
                self._end(ChatEnd.WE_LEFT, read_until=now if is_answer else read_until)
            case _State.PEER_LEFT:
                self._end(ChatEnd.FAREWELL, read_until=read_until)
            case _State.GREETING | _State.OPEN:
                self._end(ChatEnd.END_OF_STREAM, read_until=read_until)
            case _State.ENDED:
                pass

    def connection_lost(self, reason: LossReason, *, now: float) -> None:
        """Note that the connection broke: nothing more comes or goes."""
        if self._is(_State.ENDED):
            return
        self._take_quiet_line(now)
        match self._current:
            case _State.WE_LEFT:
                self._end(ChatEnd.WE_LEFT, reason)
            case _State.PEER_LEFT:
                self._end(ChatEnd.FAREWELL, reason)
            case _State.GREETING | _State.OPEN:
                self._end(ChatEnd.LOST, reason)
            case _State.ENDED:
                pass

    def report_unsent(self, unsent_bytes: int, *, now: float) -> None:
        """Say how many bytes of ``data_to_send`` the socket has not taken (§4.9)."""
        self._unsent_bytes = unsent_bytes

    def report_unacknowledged(self, unacknowledged_bytes: int, *, now: float) -> None:
        """Say how much the peer's system had not acknowledged when it ended its stream (§4.10).

        A system that closes with input unread breaks the connection off, so what was
        acknowledged before an end of stream was read.
        """
        self._unacknowledged_bytes = unacknowledged_bytes

    # Sending

    def send_text(self, text_id: TextId, text: str, *, now: float) -> None:
        """Send one typed text, guarded, and in several lines if it is long (§4.3).

        The caller asks ``can_send`` and ``is_full`` first.
        """
        begins_at = self._stream_bytes
        for piece in chat_text.split_text(text):
            self._write(chat_text.guard(piece).encode() + CRLF)
        self._sent_texts.add(text_id, begins_at, self._stream_bytes, now=now)
        self._send_due(now)

    def send_farewell(self, *, now: float) -> None:
        """Say ``DISC``, end our stream, and hear the peer out for 2 s (§4.6)."""
        if not self.can_send:
            if self._is(_State.GREETING):
                self._end(ChatEnd.WE_LEFT)
            return
        self._state = _State.WE_LEFT
        self._farewell_waits = True
        self._give_up_at = now + FAREWELL_SECONDS
        self._send_due(now)

    def abandon(self) -> None:
        """Close at once and without a word, as for a caller that never spoke."""
        self._end(ChatEnd.WE_LEFT)

    # Timers

    def next_timer(self) -> float | None:
        """The nearest of quiet line, time limits and what waits to be sent."""
        if self._is(_State.ENDED):
            return None
        text_at = self._speak_from if self._waiting else None
        farewell_at = max(self._speak_from, self._farewell_from) if self._farewell_waits else None
        candidates = (self._quiet_at, self._give_up_at, text_at, farewell_at)
        return min((at for at in candidates if at is not None), default=None)

    def handle_timer(self, *, now: float) -> None:
        """Act on every deadline that has passed; harmless early, late and after the end."""
        if self._quiet_at is not None and now >= self._quiet_at:
            self._take_quiet_line(now)
        self._send_due(now)
        if self._give_up_at is None or now < self._give_up_at:
            return
        match self._current:
            case _State.WE_LEFT | _State.GREETING:
                self._end(ChatEnd.WE_LEFT)
            case _State.PEER_LEFT:
                self._end(ChatEnd.FAREWELL)
            case _State.OPEN | _State.ENDED:
                pass

    # Fetching

    def take_events(self) -> list[PeerLinkEvent]:
        """What happened since the last call."""
        events, self._events = self._events, []
        return events

    def data_to_send(self) -> bytes:
        """What to write, each byte once."""
        if not self._ready:
            return b""
        data = bytes(self._ready)
        self._ready.clear()
        return data

    @property
    def wants_half_close(self) -> bool:
        """Whether our stream ends once everything is written (§4.6)."""
        return self._writing_ended

    @property
    def wants_close(self) -> bool:
        """Whether the connection has ended, so far as the protocol is concerned."""
        return self._is(_State.ENDED)

    @property
    def can_send(self) -> bool:
        """Whether texts may be sent: neither side has taken its leave."""
        return self._is(_State.OPEN)

    @property
    def is_full(self) -> bool:
        """Whether the peer is not reading: too much waits (§4.9)."""
        return len(self._ready) + len(self._waiting) + self._unsent_bytes >= self._max_unsent_bytes

    # Private

    @property
    def _current(self) -> _State:
        # Asked through a property: mypy would narrow the attribute across calls that change it.
        return self._state

    def _is(self, state: _State) -> bool:
        return self._state is state

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
        self._state = _State.OPEN
        hello = parse_hello(text)
        if hello is not None:
            self._events.append(PeerIntroduced(hello.name))
            return
        bare_name = normalise_name(text)
        if self._is_online(bare_name):
            self._events.append(PeerIntroduced(bare_name))
            return
        self._events.append(PeerIntroduced(None))
        self._events.append(TextHeard(chat_text.unguard(text)))

    def _receive_farewell(self, now: float) -> None:
        if self._is(_State.WE_LEFT):
            self._farewells_crossed = True
            return  # both took leave at once; the ends of the streams follow
        self._state = _State.PEER_LEFT
        self._writing_ended = True
        self._give_up_at = now + FAREWELL_SECONDS
        self._speak_from = now  # what we still had to say goes out while it is being heard

    def _quiet_seconds(self) -> float | None:
        """After how much quiet what waits for a line end counts as a line; None for never (§4.4).

        A farewell always does: programs that end their texts and not their
        farewell wait for us to close. A peer that ended its USER most likely ends
        its texts too; the first of them is given more time before that is given up.
        """
        if not self._framer.pending_bytes:
            return None
        if not self._texts_have_ends:
            ended_its_user = self._framer.seen_line_end and not self._leaves_texts_open
            return UNENDED_TEXT_SECONDS if ended_its_user else QUIET_LINE_SECONDS
        rest = chat_text.decode(self._framer.peek_rest(_MAX_FAREWELL_BYTES))
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
            self._ready += farewell
            self._stream_bytes += len(farewell)
            self._writing_ended = True

    def _burst(self, now: float) -> int:
        """How many of the waiting bytes may leave now (§4.3).

        A peer that decodes each 1024 bytes it reads dies of half a character. So
        it gets whole lines of at most that, and time to read them; but ASCII has
        no half characters, and who is leaving has no time.
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
        self._ready += self._waiting[:byte_count]
        del self._waiting[:byte_count]
        self._burst_bytes += byte_count

    def _written_bytes(self) -> int:
        return self._stream_bytes - len(self._waiting) - len(self._ready) - self._unsent_bytes

    def _end(
        self, end: ChatEnd, detail: LossReason | None = None, *, read_until: float | None = None
    ) -> None:
        """End, and tell what became of the texts (§4.10).

        Args:
            read_until: The peer ended its stream, and texts said later than this may
                have crossed that end on their way; None: it never ended its stream, and
                may have read none.
        """
        if self._is(_State.ENDED):
            return
        self._state = _State.ENDED
        written = self._written_bytes()
        acknowledged = written - (self._unacknowledged_bytes or 0)
        unsent, unconfirmed = self._sent_texts.account(written, acknowledged, read_until)
        self._ready.clear()
        self._waiting.clear()
        self._events.append(PeerLinkEnded(end, detail, unsent, unconfirmed))
