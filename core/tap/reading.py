"""From raw chunks to lines: the framing and text rules of the protocol, run for people to see.

The rules are those of ``core.node`` and ``core.tracker``; tests compare the lines with what those machines
report of the same bytes.
"""

import re
from collections.abc import Collection, Iterator
from typing import Final, assert_never

from ..limits import (
    DEFAULT_LIMITS,
    LIST_STEP_BYTES,
    MAX_FAREWELL_BYTES,
    MAX_LINE_BYTES,
    MAX_REPLY_BYTES,
    MAX_REQUEST_BYTES,
    QUIET_LINE_SECONDS,
    UNENDED_TEXT_SECONDS,
)
from ..wire import chat_text
from ..wire.framing import LineFramer
from ..wire.messages import (
    AddressReply,
    AddressRequest,
    Disconnect,
    Keep,
    ListRequest,
    Register,
    is_register,
    parse_address_reply,
    parse_hello,
    parse_request,
    split_list_reply,
)
from ..wire.name_list import NameListReader
from ..wire.names import normalise_name
from .chunks import Chunk, Happening, Link
from .lines import MAX_DATA_BYTES, Direction, Ending, Note, Role, Taken, WireLine

_GLUED: Final = rb"(?:KEEP|LIST|DISC|:\d{1,5})(?:KEEP|LIST|DISC|USER |ADDR )"
_MAX_ADDRESSES: Final = 1000  # whose names are remembered; a client asks for few
_ENDINGS: Final = {QUIET_LINE_SECONDS: Ending.QUIET, UNENDED_TEXT_SECONDS: Ending.LONG_QUIET}

_Judgement = tuple[Taken, tuple[Note, ...]]
_Found = tuple[bytes, Ending, _Judgement]


class _Neighbourhood:
    """What the connections of one node have told about each other."""

    def __init__(self) -> None:
        self.online: Collection[str] = frozenset()
        """Who is active, by the newest ``LIST`` reply; for a tracker, by the ``USER`` lines that it has taken."""
        self._list: NameListReader | None = None
        self.asked: str | None = None
        self.names: dict[str, str] = {}
        """By address, ``host:port``: what ``ADDR`` has answered."""

    def is_cut(self, name: str) -> bool:
        """Whether a program has most likely cut a name at a space."""
        return name not in self.online and any(other.startswith(f"{name} ") for other in self.online)

    def note_list(self, names: bytes) -> None:
        """A list has come; ``read_list`` reads it, and ``online`` grows with it."""
        self._list = NameListReader(names, max_names=DEFAULT_LIMITS.max_people)
        self.online = self._list.names.keys()

    def read_list(self) -> int:
        """Read a step of the newest list; return about how many bytes, 0 if there was nothing to read."""
        if self._list is None:
            return 0
        before = self._list.left_bytes
        if self._list.read(LIST_STEP_BYTES):
            self._list = None
            return max(1, before)
        return before - self._list.left_bytes

    def note_answer(self, reply: AddressReply) -> None:
        """Remember whose address this is."""
        name = reply.name if reply.name is not None else self.asked
        if name is not None:
            self.names[f"[{reply.host}]:{reply.port}" if ":" in reply.host else f"{reply.host}:{reply.port}"] = name
            if len(self.names) > _MAX_ADDRESSES:
                del self.names[next(iter(self.names))]


class _Rules:
    """What the lines in one direction of a connection mean; the base says what most kinds share."""

    max_line_bytes = MAX_LINE_BYTES
    in_pieces = False
    shows_waiting = False
    """Whether a line that has no end is shown after a quiet while though nobody takes it yet."""
    takes_rest = False
    """Whether what the end of the stream leaves without a line end is a line."""

    def judge(self, line: bytes) -> _Judgement:
        """Say what a line is taken for."""
        raise AssertionError("each kind has its own")

    def quiet_seconds(self, framer: LineFramer) -> float | None:
        """Return after how much quiet what waits counts as a line; None for never."""
        return None

    def note_line(self, framer: LineFramer) -> None:
        """A line came out of the framer; before ``judge``."""

    def note_quiet_line(self) -> None:
        """A line was ended by quiet."""


class _RequestRules(_Rules):
    """From a client to its tracker (docs/protocol.md §2)."""

    max_line_bytes = MAX_REQUEST_BYTES
    shows_waiting = True

    def __init__(self, around: _Neighbourhood, registered: dict[str, None], is_registered: bool) -> None:
        self._around: Final = around
        self._registered: Final = registered
        self._is_registered = is_registered
        self.name = ""

    def leave(self) -> None:
        """Note that the connection is over."""
        self._registered.pop(self.name, None)

    def judge(self, line: bytes) -> _Judgement:
        early = () if self._is_registered else (Note.NOT_REGISTERED,)
        request = parse_request(line)
        match request:
            case Register(name):
                self._registered.pop(self.name, None)
                self.name = name
                self._registered[name] = None
                self._is_registered = True
                return Taken.USER, ()
            case ListRequest():
                return Taken.LIST, early
            case Keep():
                return Taken.KEEP, ()
            case AddressRequest(name):
                self._around.asked = name
                return Taken.ADDR, (*early, Note.CUT_NAME) if self._around.is_cut(name) else early
            case Disconnect():
                return Taken.DISC, ()
            case None:
                pass
            case _:
                assert_never(request)
        glued = (Note.GLUED,) if re.search(_GLUED, line) else ()
        if is_register(line):
            return Taken.USER, (Note.UNFIT, *glued)
        return Taken.NOTHING, glued


class _ReplyRules(_Rules):
    """From a tracker to its client (docs/protocol.md §3)."""

    max_line_bytes = MAX_REPLY_BYTES

    def __init__(self, around: _Neighbourhood) -> None:
        self._around: Final = around

    def judge(self, line: bytes) -> _Judgement:
        names = split_list_reply(line)
        if names is not None:
            self.note_list(names)
            return Taken.LIST, ()
        reply = parse_address_reply(line, asked=self._around.asked)
        if reply is None:
            return Taken.NOTHING, ()
        self.note_answer(reply)
        return Taken.ADDR, ()

    def note_list(self, names: bytes) -> None:
        """Remember who is active."""
        self._around.note_list(names)

    def note_answer(self, reply: AddressReply) -> None:
        """Remember whose address this is."""
        self._around.note_answer(reply)

    def quiet_seconds(self, framer: LineFramer) -> float | None:
        return None if framer.seen_line_end else QUIET_LINE_SECONDS


class _SentReplyRules(_ReplyRules):
    """From our tracker to a client: it tells us nothing."""

    def note_list(self, names: bytes) -> None:
        pass

    def note_answer(self, reply: AddressReply) -> None:
        pass


class _PeerRules(_Rules):
    """From a peer to a peer (docs/protocol.md §4)."""

    in_pieces = True
    takes_rest = True

    def __init__(self, around: _Neighbourhood, is_greeting: bool) -> None:
        """Begin.

        Args:
            around: To see who is online.
            is_greeting: Whether the first line is still to come.
        """
        self._around: Final = around
        self._is_greeting = is_greeting
        self._texts_have_ends = False
        self._leaves_texts_open = False
        self.has_left = False
        """Whether ``DISC`` came."""
        self.name = ""

    def judge(self, line: bytes) -> _Judgement:
        text = chat_text.decode(line)
        notes = () if _is_utf8(line, text) else (Note.NOT_UTF8,)
        if self.has_left:
            return Taken.NOTHING, notes
        if chat_text.is_farewell(text):
            self.has_left = True
            return Taken.DISC, (Note.BYE,) if "bye" in text else ()
        if self._is_greeting:
            return self._judge_first(text, notes)
        guarded = (Note.GUARDED,) if chat_text.unguard(text) != text else ()
        return Taken.TEXT, (*guarded, *notes)

    def _judge_first(self, text: str, notes: tuple[Note, ...]) -> _Judgement:
        if not text:
            return Taken.NOTHING, notes
        self._is_greeting = False
        hello = parse_hello(text)
        if hello is not None:
            self.name = hello.name
            return Taken.USER, (Note.CUT_NAME, *notes) if self._around.is_cut(hello.name) else notes
        bare_name = normalise_name(text)
        if bare_name in self._around.online:
            self.name = bare_name
            return Taken.USER, (Note.BARE_NAME, *notes)
        guarded = (Note.GUARDED,) if chat_text.unguard(text) != text else ()
        return Taken.TEXT, (Note.NO_USER, *guarded, *notes)

    def quiet_seconds(self, framer: LineFramer) -> float | None:
        if not self._texts_have_ends:
            ended_its_user = framer.seen_line_end and not self._leaves_texts_open
            return UNENDED_TEXT_SECONDS if ended_its_user else QUIET_LINE_SECONDS
        rest = chat_text.decode(framer.peek_rest(MAX_FAREWELL_BYTES))
        return QUIET_LINE_SECONDS if chat_text.is_farewell(rest) else None

    def note_line(self, framer: LineFramer) -> None:
        # The end of a USER proves nothing: many programs end their instructions and not their texts.
        if not self._is_greeting and framer.seen_line_end:
            self._texts_have_ends = True

    def note_quiet_line(self) -> None:
        self._leaves_texts_open = True


def _is_utf8(line: bytes, text: str) -> bool:
    return text.encode() == line or text.endswith("\ufffd")


class _Course:
    """One direction of a connection: its bytes, framed and judged."""

    def __init__(self, rules: _Rules, *, is_ours: bool) -> None:
        """Begin.

        Args:
            rules: For what the lines mean.
            is_ours: Whether we send it: then a line that stands still only waits for the socket.
        """
        self.rules: Final = rules
        self._is_ours: Final = is_ours
        self._framer: Final = LineFramer(rules.max_line_bytes, in_pieces=rules.in_pieces)
        self._last_byte = b""
        self._shown_bytes = 0  # of the line that waits
        self._line_was_quiet = False
        self.quiet_at: float | None = None
        """When what waits is shown as a line, on the clock of the chunks."""
        self._quiet_seconds = 0.0
        self.wall = 0.0
        """Of the last byte."""

    def feed(self, data: bytes, *, now: float) -> Iterator[_Found]:
        """Take the next bytes; yield each line with its ending and what it was taken for."""
        for segment in _segments(data):
            if self._is_overrun():
                return
            lines = self._framer.feed(segment)
            if self._is_overrun():
                yield segment, Ending.NONE, (Taken.NOTHING, (Note.TOO_LONG,))
                return
            whole = lines.pop() if segment.endswith(b"\n") else None
            for piece in lines:
                self._line_was_quiet = False
                taken, notes = self._judge(piece)
                yield piece, Ending.NONE, (taken, (*notes, Note.PIECE))
            if whole is not None:
                before = segment[-2:-1] or self._last_byte
                yield from self._ended(whole, Ending.CRLF if before == b"\r" else Ending.LF)
            self._last_byte = segment[-1:]
        self._watch_quiet(now)

    def _is_overrun(self) -> bool:
        return self._framer.overrun

    def _ended(self, line: bytes, ending: Ending) -> Iterator[_Found]:
        was_quiet, self._line_was_quiet = self._line_was_quiet, False
        if was_quiet and not line:
            self.rules.note_line(self._framer)
            yield b"", ending, (Taken.LATE_END, ())
            return
        shown, self._shown_bytes = self._shown_bytes, 0
        taken, notes = self._judge(line)
        yield line[shown:], ending, (taken, (*notes, Note.JOINED) if shown else notes)

    def _judge(self, line: bytes) -> _Judgement:
        self.rules.note_line(self._framer)
        return self.rules.judge(line)

    def _watch_quiet(self, now: float) -> None:
        self.quiet_at = None
        if not self._framer.pending_bytes or self._is_ours:
            return
        seconds = QUIET_LINE_SECONDS if self.rules.shows_waiting else self.rules.quiet_seconds(self._framer)
        if seconds is not None:
            self._quiet_seconds = seconds
            self.quiet_at = now + seconds

    def take_quiet(self) -> Iterator[_Found]:
        """Show what has been quiet for long enough."""
        self.quiet_at = None
        if self.rules.shows_waiting:
            rest = self._framer.peek_rest(self.rules.max_line_bytes + 1)
            yield rest[self._shown_bytes :], Ending.NONE, (Taken.WAITS, ())
            self._shown_bytes = len(rest)
        else:
            yield from self._take_rest(_ENDINGS[self._quiet_seconds])

    def finish(self) -> Iterator[_Found]:
        """Show what the end of the stream leaves without a line end."""
        self.quiet_at = None
        if self._framer.pending_bytes:
            if self.rules.takes_rest:
                yield from self._take_rest(Ending.NONE)
            else:
                rest = self._framer.take_rest()[self._shown_bytes :]
                if rest:
                    yield rest, Ending.NONE, (Taken.NOTHING, ())

    def _take_rest(self, ending: Ending) -> Iterator[_Found]:
        line = self._framer.take_rest()
        # A lone CR, which is half of the line end that the quiet line before it had been waiting for.
        is_late_end = self._line_was_quiet and not line
        yield line, ending, (Taken.LATE_END, ()) if is_late_end else self.rules.judge(line)
        self._line_was_quiet = True
        self.rules.note_quiet_line()


def _segments(data: bytes) -> list[bytes]:
    """The data cut behind each LF, and nowhere else."""
    parts = data.split(b"\n")
    segments = [part + b"\n" for part in parts[:-1]]
    return [*segments, parts[-1]] if parts[-1] else segments


class _LinkReader:
    """One connection in both directions."""

    def __init__(self, link: Link, around: _Neighbourhood, registered: dict[str, None]) -> None:
        self.link: Final = link
        self._around: Final = around
        fresh = not link.is_cut_off
        match link.role:
            case Role.TRACKER:
                received: _Rules = _ReplyRules(around)
                sent: _Rules = _RequestRules(around, {}, not fresh)
            case Role.CLIENT:
                mine = _Neighbourhood()  # each client of a tracker asks for itself
                mine.online = registered.keys()
                received, sent = _RequestRules(mine, registered, not fresh), _SentReplyRules(mine)
            case Role.CALLED | Role.CALLER:
                called = link.role is Role.CALLED
                received = _PeerRules(around, fresh and not called)
                sent = _PeerRules(around, fresh and called)
        self.courses: Final = {
            Direction.RECEIVED: _Course(received, is_ours=False),
            Direction.SENT: _Course(sent, is_ours=True),
        }

    @property
    def name(self) -> str:
        """Of the other side, as far as it is known."""
        rules = self.courses[Direction.RECEIVED].rules
        if isinstance(rules, _RequestRules | _PeerRules) and rules.name:
            return rules.name
        return self._around.names.get(self.link.remote, "") if self.link.role is Role.CALLED else ""

    @property
    def said_no_farewell(self) -> bool:
        """Whether peers parted without a word."""
        rules = [course.rules for course in self.courses.values()]
        silent = all(isinstance(rule, _PeerRules) and not rule.has_left for rule in rules)
        return silent and not self.link.is_cut_off

    def leave(self) -> None:
        """Note that the connection is over."""
        rules = self.courses[Direction.RECEIVED].rules
        if isinstance(rules, _RequestRules):
            rules.leave()

    @property
    def quiet_at(self) -> float | None:
        return self.courses[Direction.RECEIVED].quiet_at


class WireReader:
    """Chunks in, lines out; with timers, since quiet can end a line.

    Made by ``Tap.read``. Lines of different connections stand in the order in which they
    became certain, which for a line ended by quiet is later than its time says.
    """

    def __init__(self) -> None:
        self._links: Final[dict[Link, _LinkReader]] = {}
        self._waiting: Final[dict[Link, _LinkReader]] = {}  # those that have a deadline
        self._around: Final = _Neighbourhood()
        self._registered: Final[dict[str, None]] = {}  # with the tracker that this program runs
        self._lines: list[WireLine] = []

    def __repr__(self) -> str:
        return f"<WireReader of {len(self._links)} connections>"

    def feed(self, chunk: Chunk) -> None:
        """Take the next chunk, in the order in which they came."""
        while self.read_list():
            pass
        if self._waiting:
            self.handle_timer(now=chunk.now)
        link = chunk.link
        reader = self._links.get(link)
        if reader is None:
            reader = self._links[link] = _LinkReader(link, self._around, self._registered)
        match chunk.what:
            case Happening.DATA:
                self._read(reader, chunk)
            case Happening.CONNECTED:
                self._add_fact(reader, chunk, Taken.CONNECTED)
            case Happening.UNREACHABLE:
                self._add_fact(reader, chunk, Taken.UNREACHABLE)
                del self._links[link]
            case Happening.END_OF_STREAM:
                self._finish(reader, chunk.direction)
                self._add_fact(reader, chunk, Taken.END_OF_STREAM)
            case Happening.LOST:
                self._finish(reader, Direction.RECEIVED)
                self._add_fact(reader, chunk, Taken.LOST)
            case Happening.CLOSED:
                self._finish(reader, Direction.RECEIVED)
                self._add_fact(reader, chunk, Taken.CLOSED)
                self.forget(link)

    def read_list(self) -> int:
        """Read a step of a list (docs/protocol.md §3.4); return about how many bytes, 0 if there was nothing to read.

        Optional: the next ``feed`` reads what is left of it.
        """
        return self._around.read_list()

    def forget(self, link: Link) -> None:
        """Read the connection, if more comes of it, as one whose beginning is not known; harmless for any other."""
        reader = self._links.pop(link, None)
        self._waiting.pop(link, None)
        if reader is not None:
            reader.leave()

    def next_timer(self) -> float | None:
        """When a line is ended by quiet, in seconds of the clock of the chunks; None if none waits."""
        return min((reader.quiet_at for reader in self._waiting.values() if reader.quiet_at is not None), default=None)

    def handle_timer(self, *, now: float) -> None:
        """Hand out the lines that quiet has ended; harmless early and late."""
        for link, reader in list(self._waiting.items()):
            if reader.quiet_at is not None and reader.quiet_at <= now:
                del self._waiting[link]
                course = reader.courses[Direction.RECEIVED]
                self._add(reader, Direction.RECEIVED, course.take_quiet())

    def take_lines(self) -> list[WireLine]:
        """Return the lines since the last call."""
        lines, self._lines = self._lines, []
        return lines

    # Private

    def _read(self, reader: _LinkReader, chunk: Chunk) -> None:
        course = reader.courses[chunk.direction]
        course.wall = chunk.wall
        self._add(reader, chunk.direction, course.feed(chunk.data, now=chunk.now))
        if reader.quiet_at is None:
            self._waiting.pop(reader.link, None)
        else:
            self._waiting[reader.link] = reader

    def _finish(self, reader: _LinkReader, direction: Direction) -> None:
        self._add(reader, direction, reader.courses[direction].finish())
        if direction is Direction.RECEIVED:
            self._waiting.pop(reader.link, None)

    def _add(
        self, reader: _LinkReader, direction: Direction, found: Iterator[_Found]
    ) -> None:
        wall = reader.courses[direction].wall
        for data, ending, (taken, notes) in found:
            self._lines.append(self._line(reader, wall, direction, ending, taken, notes, data))

    def _add_fact(self, reader: _LinkReader, chunk: Chunk, taken: Taken) -> None:
        silent = taken is Taken.CLOSED and reader.said_no_farewell
        notes = (Note.NO_DISC,) if silent else ()
        self._lines.append(
            self._line(reader, chunk.wall, chunk.direction, Ending.NOT_A_LINE, taken, notes, chunk.data)
        )

    def _line(
        self,
        reader: _LinkReader,
        wall: float,
        direction: Direction,
        ending: Ending,
        taken: Taken,
        notes: tuple[Note, ...],
        data: bytes,
    ) -> WireLine:
        link = reader.link
        return WireLine(
            wall=wall,
            connection=link.number,
            local=link.local,
            direction=direction,
            remote=link.remote,
            role=link.role,
            name=reader.name,
            size_bytes=len(data),
            ending=ending,
            taken=taken,
            notes=notes,
            data=data[:MAX_DATA_BYTES],
        )
