"""What is fuzzed, and what has to be true: events or a closed connection, never an exception.

Every target feeds the same bytes whole and cut up: the outcome must not depend on the
cuts, and the machine must never hold more than its limits allow.
"""

import random
import unicodedata
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from core import (
    ChatEnded,
    ClientDeparted,
    Connection,
    DialPeer,
    LossReason,
    Node,
    NodeEvent,
    Tracker,
    TrackerConfig,
    TrackerEvent,
    TrackerLost,
)
from core.limits import DEFAULT_LIMITS, MAX_LINE_BYTES, MAX_REQUEST_BYTES
from core.wire.framing import LineFramer, cut_lines
from curses_ui.catalogue import load_catalogue
from curses_ui.line.command_line import parse
from curses_ui.run.config_file import read_settings
from curses_ui.terminal.keys import MAX_PASTE_BYTES, KeyDecoder, KeyEvent, Text
from curses_ui.text.characters import is_new_emoji
from curses_ui.text.clean import Kind, clean

from .client import CALLS, feed_calls, feed_keyboard, feed_peer, feed_waiting_peer
from .heavy import MOST_TIMES, Pair, Shape, make_pair, weigh_by_steps, weigh_by_time, weigh_growth
from .mutator import Mutator

SLACK_BYTES: Final = 64 * 1024
"""For names, addresses and whatever else a machine keeps beside its buffers."""

Outcome = object
Feed = Callable[[Sequence[bytes]], Outcome]

_CHUNKS_PER_WEIGHING: Final = 64
_MOST_COUNTED_BYTES: Final = 32 * 1024  # counting steps makes them some twenty times as slow
_LONGEST_SETTINGS_BYTES: Final = 4000  # the standard parser's time grows with the square of a line's white space


@dataclass(frozen=True, slots=True)
class Target:
    """One machine to be fed."""

    name: str
    mutator: Mutator
    feed: Feed
    """Feeds chunks to a machine made anew; checks what must hold, and returns what must not depend on cuts."""
    shapes: tuple[Shape, ...]
    """Where an input of this machine may hold something long; empty: its work is not weighed."""
    share: float = 1.0
    """Of the usual number of inputs in each run of the tests: a whole client takes its time."""
    most_step_times: int = MOST_TIMES
    """How many times the counted work of plain text an input may be; the time has one limit for all."""
    heavy_bytes: int = 64 * 1024
    """How large inputs are that are weighed by time; by steps, those are smaller."""

    def check(self, seed: int) -> int:
        """Make one input and feed it whole and cut; returns its size.

        Raises:
            AssertionError: The outcome depends on the cuts, or a limit does not hold.
        """
        chance = random.Random(f"{self.name} {seed}")
        data = self.mutator.make(chance)
        whole = self.feed([data])
        for _ in range(2):
            cut = self.feed(self.mutator.cut(data, chance))
            assert cut == whole, f"cutting changes the outcome: {whole!r} != {cut!r}"
        return len(data)


    def weigh_by_steps(self, seed: int) -> None:
        """Make a hostile input and a plain one, and compare how much work they are.

        Raises:
            AssertionError: The hostile one is too much.
        """
        if self.shapes:
            weigh_by_steps(self._pair(seed, min(self.heavy_bytes, _MOST_COUNTED_BYTES)), self.feed, self.most_step_times)

    def weigh_by_time(self, seed: int) -> None:
        """Make a hostile input and a plain one, and compare how long they take.

        Raises:
            AssertionError: The hostile one takes too long.
        """
        if self.shapes:
            pair = self._pair(seed, self.heavy_bytes)
            weigh_by_time(pair, self.feed)
            weigh_growth(pair, self.feed)

    def _pair(self, seed: int, most_bytes: int) -> Pair:
        return make_pair(self.shapes, random.Random(f"{self.name} {seed}"), most_bytes)


def held_bytes(root: object) -> int:
    """How many bytes of strings and buffers a machine holds, wherever it keeps them."""
    return sum(len(item) for item in _held(root) if isinstance(item, bytes | bytearray | str))


def held_entries(root: object) -> int:
    """How many entries all the tables, lists and queues of a machine have."""
    return sum(len(item) for item in _held(root) if isinstance(item, dict | list | set | deque))


def _held(root: object) -> Iterator[object]:
    """Whatever can be reached, each object once; no code and no numbers."""
    seen: set[int] = set()
    todo = [root]
    while todo:
        item = todo.pop()
        if id(item) in seen or callable(item) or isinstance(item, type | int | float):
            continue
        seen.add(id(item))
        yield item
        if isinstance(item, dict):
            todo.extend(item.keys())
            todo.extend(item.values())
        elif hasattr(item, "__iter__") and not hasattr(item, "__dict__") and not isinstance(item, str | bytes | bytearray):
            todo.extend(item)
        todo.extend(_attributes(item))


def _attributes(item: object) -> list[Any]:  # Any: whatever a machine keeps
    names = [name for kind in type(item).__mro__ for name in getattr(kind, "__slots__", ())]
    values = [getattr(item, name) for name in names if isinstance(name, str) and hasattr(item, name)]
    return [*values, *vars(item).values()] if hasattr(item, "__dict__") else values


# Framing


def _feed_framer(chunks: Sequence[bytes]) -> Outcome:
    strict, pieces = LineFramer(MAX_REQUEST_BYTES), LineFramer(MAX_LINE_BYTES, in_pieces=True)
    strict_lines: list[bytes] = []
    piece_lines: list[bytes] = []
    for chunk in chunks:
        strict_lines += strict.feed(chunk)
        piece_lines += pieces.feed(chunk)
        assert strict.pending_bytes <= MAX_REQUEST_BYTES + 1
        assert pieces.pending_bytes <= MAX_LINE_BYTES + 1
    assert all(len(line) <= MAX_LINE_BYTES for line in piece_lines)
    if len(chunks) == 1:
        lines, rest, too_long = cut_lines(chunks[0], MAX_REQUEST_BYTES)
        assert (lines, too_long) == (strict_lines, strict.overrun)
        assert too_long or len(rest) == strict.pending_bytes
    return strict_lines, strict.overrun, strict.pending_bytes, piece_lines, pieces.take_rest()


# The tracker


def _feed_tracker(chunks: Sequence[bytes]) -> Outcome:
    quick = _tracker_outcome(chunks, report_queries=False)
    slow = _tracker_outcome(chunks, report_queries=True)
    assert quick[0] == slow[0], "reporting queries changes the replies"
    return quick


def _tracker_outcome(chunks: Sequence[bytes], *, report_queries: bool) -> tuple[bytes, bool, list[TrackerEvent]]:
    tracker = Tracker(TrackerConfig(), report_queries=report_queries)
    others = [tracker.accept("10.0.0.2", "10.0.0.1", now=0.0), tracker.accept("127.0.0.1", "127.0.0.1", now=0.0)]
    others[0].receive_data(b"USER Bia:20001\r\n", now=0.0)
    others[1].receive_data("USER José:20002\r\n".encode(), now=0.0)
    connection = tracker.accept("10.0.0.3", "10.0.0.1", now=0.0)
    sent = b""
    for chunk in chunks:
        connection.receive_data(chunk, now=1.0)
        reply = connection.data_to_send()
        assert len(reply) <= DEFAULT_LIMITS.max_unread_reply_bytes + SLACK_BYTES
        sent += reply
        if connection.wants_close:
            break
    assert held_bytes(connection._rest) <= MAX_REQUEST_BYTES + 1
    assert tracker.clients == 3 - connection.wants_close
    others[0].receive_data(b"LIST\r\n", now=1.0)
    assert others[0].data_to_send().startswith(b"LIST Jos"), "a neighbour was disturbed"
    tracker.handle_timer(now=30.0)
    tracker.close(now=30.0)
    events = tracker.take_events()
    departures = [event.connection for event in events if isinstance(event, ClientDeparted)]
    assert sorted(departures) == [1, 2, 3]
    return sent, connection.wants_close, events


# The node


def _run_out(node: Node, connection: Connection, now: float) -> list[NodeEvent]:
    """Let the timers of one connection's end pass."""
    events = node.take_events()
    for _ in range(200):
        deadline = node.next_timer()
        if deadline is None or deadline > now + 70.0:
            return events
        node.handle_timer(now=max(now, deadline))
        connection.data_to_send()
        node.take_ready()
        events += node.take_events()
    raise AssertionError("the timer never rests")


def _node() -> Node:
    """Ana, who knows of Bia and Caio, and whose tracker is gone for good."""
    node = Node("Ana", 20000, now=0.0, random=lambda: 0.5)
    tracker = node.tracker_connected("10.0.0.1", now=0.0)
    tracker.receive_data(b"LIST Bia:Caio\r\n", now=0.5)
    tracker.connection_lost(LossReason.RESET, now=0.5)
    node.handle_timer(now=5.0)
    node.take_requests()
    node.take_events()
    return node


def _converse(node: Node, connection: Connection, chunks: Sequence[bytes]) -> Outcome:
    sent = connection.data_to_send()
    for number, chunk in enumerate(chunks):
        connection.receive_data(chunk, now=10.0)
        sent += connection.data_to_send()
        if number % _CHUNKS_PER_WEIGHING == 0:
            assert held_bytes(connection) <= MAX_LINE_BYTES + SLACK_BYTES + _event_bytes(node)
    events = _run_out(node, connection, 10.0)
    connection.receive_eof(now=90.0)
    sent += connection.data_to_send()
    assert connection.wants_close
    events += node.take_events()
    assert node.next_timer() is None
    ends = sum(isinstance(event, ChatEnded) for event in events)
    assert ends <= 1, "a conversation ended twice"
    connection.receive_data(b"after the end\r\n", now=91.0)
    assert node.take_events() == [] and connection.data_to_send() == b""
    return sent, events


def _event_bytes(node: Node) -> int:
    """What waits to be fetched: an adapter takes it after each input, the fuzzer at the end."""
    return held_bytes(node._queue._events)


def _feed_caller(chunks: Sequence[bytes]) -> Outcome:
    node = _node()
    return _converse(node, node.accept_peer("10.0.0.7", 40000, now=10.0), chunks)


def _feed_callee(chunks: Sequence[bytes]) -> Outcome:
    node = _node()
    conversation = node.open_chat_at("10.0.0.7", 20007, now=10.0)
    (dial,) = [request for request in node.take_requests() if isinstance(request, DialPeer)]
    connection = node.dial_succeeded(dial.dial, now=10.0)
    node.say(conversation, "DISC is a word\nand here is another row", now=10.0)
    return _converse(node, connection, chunks)


def _feed_trackers_client(chunks: Sequence[bytes]) -> Outcome:
    node = Node("Ana", 20000, now=0.0, random=lambda: 0.5)
    connection = node.tracker_connected("10.0.0.1", now=0.0)
    node.take_requests()
    connection.receive_data(b"LIST \r\n", now=0.1)
    node.open_chat("Bia", now=0.2)
    node.handle_timer(now=0.3)
    node.handle_timer(now=0.4)
    sent = connection.data_to_send()
    for chunk in chunks:
        connection.receive_data(chunk, now=0.5)
        sent += connection.data_to_send()
    assert held_bytes(connection) <= sum(map(len, chunks)) + SLACK_BYTES
    requests, events = node.take_requests(), node.take_events()
    connection.receive_eof(now=1.0)
    assert connection.wants_close
    last = node.take_events()
    lost = [event for event in [*events, *last] if isinstance(event, TrackerLost)]
    assert len(lost) == 1
    return sent, events, requests, last


# The screen's side


def _feed_keys(chunks: Sequence[bytes]) -> Outcome:
    decoder = KeyDecoder()
    events: list[KeyEvent] = []
    for number, chunk in enumerate(chunks):
        decoder.receive_data(chunk, now=1.0)
        events += decoder.take_events()
        if number % _CHUNKS_PER_WEIGHING == 0:
            assert held_bytes(decoder) <= MAX_PASTE_BYTES + SLACK_BYTES
    for _ in range(100):
        deadline = decoder.next_timer()
        if deadline is None:
            break
        decoder.handle_timer(now=deadline)
    else:
        raise AssertionError("the timer never rests")
    decoder.receive_eof(now=9.0)
    return _join_texts([*events, *decoder.take_events()])


def _join_texts(events: list[KeyEvent]) -> list[KeyEvent]:
    """Typed text may come in any number of pieces."""
    joined: list[KeyEvent] = []
    for event in events:
        if isinstance(event, Text):
            assert event.text and event.text.isprintable() or not event.text.isascii()
            if joined and isinstance(joined[-1], Text):
                joined[-1] = Text(joined[-1].text + event.text)
                continue
        joined.append(event)
    return joined


def _feed_command(chunks: Sequence[bytes]) -> Outcome:
    line = b"".join(chunks).decode(errors="surrogateescape")
    return parse(line, ["Ana", "Ana Júlia", "1", "a b  c"])


def _feed_settings(chunks: Sequence[bytes]) -> Outcome:
    data = b"".join(chunks)[:_LONGEST_SETTINGS_BYTES]
    loaded = read_settings(data.decode(errors="replace"))
    catalogue = load_catalogue("en")
    for problem in (*loaded.warnings, *loaded.errors):
        assert problem.describe("config.ini", catalogue)
    return loaded


def _feed_clean(chunks: Sequence[bytes]) -> Outcome:
    text = b"".join(chunks).decode(errors="replace")
    for kind in Kind:
        cleaned = clean(text, kind)
        assert clean(cleaned, kind) == cleaned
        forbidden = {unicodedata.category(c) for c in cleaned if not is_new_emoji(c)} & {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
        assert not forbidden, f"{forbidden} left in {cleaned!r}"
    return cleaned


_CHAT_WORDS: Final = (
    b"USER ", b"DISC\r\n", b"/bye\r\n", b"LIST", b"KEEP", b"ADDR ", b"\xe2\x81\xa0", b"Bia", b"Caio\r\n", b"DISC",
)  # fmt: skip
_CHAT_SAMPLES: Final = (
    b"USER Bia\r\n",
    b"USER Bia:20001\n",
    b"Oi!\r\nTudo bem?\r\n",
    "\u2060DISC é uma palavra\r\n".encode(),
    b"ol\xe1 do Windows\r\n",
    b"sem fim de linha",
    b"Bia\r\n",
    b"DISC\r\n",
    b"x" * 3000 + b"\r\n",
)

_UNENDED: Final = Shape(b"", b"", plain=b"a plain line\r\n")
"""A line without an end must cost no more than lines that end."""
_CHAT_SHAPES: Final = (
    Shape(b"USER a", b"\r\n"),
    Shape(b"USER Bia\r\n", b"\r\n"),
    Shape(b"", b"\r\n"),
    Shape(b"USER Bia\r\n", b"", plain=_UNENDED.plain),
    _UNENDED,
)
_A_KEY: Final = b"\x1b[A"

TARGETS: Final = (
    Target("framing", Mutator(_CHAT_SAMPLES, _CHAT_WORDS), _feed_framer, (Shape(b"", b"\r\n"), _UNENDED)),
    Target(
        "tracker",
        Mutator(
            (
                b"USER Ana:20000\r\n",
                b"USER Ana: 20000\nLIST\n",
                "USER Zé:1\r\nLIST\r\nADDR José\r\n".encode(),
                b"LIST\r\nKEEP\r\nADDR Bia\r\n",
                b"KEEP\r\n",
                b"DISC\r\n",
                b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                b"LIST\r\n" * 200,
            ),
            (b"USER ", b"LIST", b"KEEP", b"ADDR ", b"DISC", b"Bia", "José".encode(), b":20001", b"USER Bia:1\r\n"),
        ),
        _feed_tracker,
        (
            Shape(b"USER ", b":20001\r\n"),
            Shape(b"USER ", b"\r\n"),
            Shape(b"USER Ana:20001\r\nADDR ", b"\r\n"),
            Shape(b"ADDR ", b"\r\n"),
            Shape(b"", b"\r\n"),
            _UNENDED,
        ),
        heavy_bytes=MAX_REQUEST_BYTES,
    ),
    Target("caller", Mutator(_CHAT_SAMPLES, _CHAT_WORDS), _feed_caller, _CHAT_SHAPES),
    Target("callee", Mutator(_CHAT_SAMPLES, _CHAT_WORDS), _feed_callee, _CHAT_SHAPES),
    Target(
        "tracker's client",
        Mutator(
            (
                b"LIST \r\n",
                b"LIST Bia:Caio\r\n",
                b"ADDR 10.0.0.2:20001\r\n",
                b"ADDR Bia:10.0.0.2:20001\r\n",
                b"ADDR Bia: [fe80::1]: 20001\r\n",
                b"ADDR ::ffff:10.0.0.2:20001\r\n",
                b"LIST " + b"nome:" * 500 + b"\r\n",
                b"Welcome!\r\n",
            ),
            (b"LIST ", b"ADDR ", b"Bia", b"10.0.0.2", b":20001", b"127.0.0.1", b"localhost", b"[", b"]", b"::1", b"0.0.0.0"),
        ),
        _feed_trackers_client,
        (
            Shape(b"LIST ", b"\r\n"),
            Shape(b"LIST ", b"\r\n", separator=b":"),
            Shape(b"LIST Bia:Caio\r\nADDR ", b":10.0.0.2:20001\r\n"),
            Shape(b"ADDR 10.0.0.2:", b"\r\n"),
            Shape(b"ADDR ", b"\r\n"),
            Shape(b"", b"\r\n"),
            _UNENDED,
        ),
        heavy_bytes=1024 * 1024,
    ),
    Target(
        "keys",
        Mutator(
            (
                "olá".encode(),
                b"\x1b[A\x1b[1;5C\x1bOP\x1b[15~",
                b"\x1b[200~pasted\r\ntext\x1b[201~",
                b"\x1b[200~lost end",
                b"\x1bx\x1b\x1b[A\x1b",
                b"\x01\x05\x7f\r\n\t",
                b"\x1b[I\x1b[O\x1b[[A\x1b[7$\x1b[<0;1;1M",
                b"\x1b]0;" + b"t" * 4100 + b"text",
                b"\x1bP" + b"t" * 3000 + b"\x1b_" + b"t" * 3000,
            ),
            (b"\x1b[", b"\x1bO", b"\x1b[200~", b"\x1b[201~", b"~", b";5", b"\x1b\x1b", b"\x9b", b"\r"),
        ),
        _feed_keys,
        (
            Shape(b"", b"", plain=_A_KEY),
            Shape(b"\x1b[200~", b"\x1b[201~", plain=_A_KEY),
            Shape(b"\x1b[", b"m", plain=_A_KEY),
            Shape(b"\x1b]0;", b"\x1b\\", plain=_A_KEY),
            Shape(b"\x1bP", b"\x07", plain=_A_KEY),
        ),
    ),
    Target("client", Mutator(CALLS, ()), feed_calls, (), share=0.1),
    Target(
        "client's keyboard",
        Mutator(
            (
                "olá, Bia".encode(),
                b"/chat Caio\r",
                b"/msg Bia oi\r/list\r/whois Bia\r",
                b"\x1b[A\x1b[B\x1b1\x1b2\x1ba\x1b[5~\x1b[6~",
                b"\x1b[200~um\r\ndois\x1b[201~y",
                b"\x1bsoi\x1b[A\r",
                b"\x12o\x12\r\x03",
                b"/set ascii on\r/lang pt\r/close\r",
                b"/exit\r",
            ),
            (b"\r", b"\x1b[", b"\x1b", b"\t", b"/", b"Bia", b"\x03", b"\x15", b"\x1b[200~", b"\x1b[201~", b"y", b"\x1bj1"),
        ),
        feed_keyboard,
        (Shape(b"", b"\r", plain=b"hello\r"), Shape(b"/chat ", b"\r", plain=b"hello\r")),
        share=0.1,
        heavy_bytes=8 * 1024,
    ),
    Target(
        "client's peer",
        Mutator(_CHAT_SAMPLES, _CHAT_WORDS),
        feed_peer,
        (Shape(b"", b"\r\n"), _UNENDED),
        share=0.1,
        heavy_bytes=8 * 1024,
        most_step_times=2 * MOST_TIMES,  # letters are shown by C functions, control characters by a sign for each
    ),
    Target("client's waiting peer", Mutator((*_CHAT_SAMPLES, b"USER Bia\r\n" + b"a long text \r\n" * 150), _CHAT_WORDS), feed_waiting_peer, (), share=0.1),
    Target(
        "commands",
        Mutator(
            (b"/chat Ana J\xc3\xbalia", b'/msg "a b  c" oi', b"/set theme dark", b"/help chat", b"//x", b"/ ", b"ol\xc3\xa1"),
            (b"/", b'"', b"/chat ", b"/msg ", b"/set ", b"Ana", b"/q", b"  "),
        ),
        _feed_command,
        (
            Shape(b"", b""),
            Shape(b"/", b""),
            Shape(b"/chat ", b""),
            Shape(b'/chat "', b'"'),
            Shape(b"/msg ", b" oi"),
            Shape(b"/set theme ", b""),
        ),
    ),
    Target(
        "settings",
        Mutator(
            (
                b"[prosa]\ntracker = localhost:12000\n",
                b"[prosa]\nname = Ana\nlisten = 0\ntimestamps = %H:%M\n",
                b"# comment\n[prosa]\nbell = on\ntheme: dark\n continued\n[other]\nx=1\n",
            ),
            (b"[prosa]", b"[", b"]", b"=", b"name = ", b"tracker = ", b"language", b"%", b"${name}", b";", b"# ", b"on"),
        ),
        _feed_settings,
        (
            Shape(b"[prosa]\nname = ", b"\n"),
            Shape(b"[prosa]\n", b"\n"),
            Shape(b"[", b"]\n"),
            Shape(b"[prosa]\n", b" = 1\n"),
            Shape(b"[prosa]\ntimestamps = ", b"\n"),
        ),
        heavy_bytes=_LONGEST_SETTINGS_BYTES,
    ),
    Target(
        "clean",
        Mutator(_CHAT_SAMPLES, (*_CHAT_WORDS, "👩‍👧".encode(), "é́́́́".encode(), b"\xf0\x9f\x87\xa7")),
        _feed_clean,
        (Shape(b"", b""), Shape(b"a", b"b")),
    ),
)
