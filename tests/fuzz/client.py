"""The whole client under hostile keys, bytes, sizes and times: what always has to be true of it.

An input of the target "client" is a list of calls: each byte chooses one of the client's inputs,
and the bytes after it become its values. So the calls come in any order, also after the end.
"""

import random
from collections.abc import Iterator, Sequence
from typing import Final

from core import LossReason

from curses_ui.catalogue import load_catalogue
from curses_ui.client import FRAME_SECONDS, INPUTS, Client, ClientConnection, Value
from curses_ui.settings import Settings
from curses_ui.state.beginning import Beginning
from curses_ui.state.limits import CLIENT_LIMITS, ClientLimits
from curses_ui.update.outcomes import Failure
from tests.client_audit import ClientAudit
from tests.curses_ui.scene import check_frame, is_harmless

NOON: Final = 1_795_348_800.0
_TRACKER: Final = ("10.0.0.1", 10000)
_NAMES: Final = tuple(sorted(INPUTS))
_NUMBERS: Final = (-1, 0, 1, 2, 3, 10, 24, 80, 70_000)
_WORDS: Final = ("", "127.0.0.1", "10.0.0.7", "Bia", "\x1b]0;x\x07", "é" * 40, "\udc80")
_WAITS: Final = (0.0, 0.0, 0.0, 0.001, 0.02, 0.3, 1.1, 13.0)
_MOST_VALUE_BYTES: Final = 64
_MOST_TIMERS_AT_ONCE: Final = 50
_MOST_CALL_BYTES: Final = 1000  # an input of a megabyte would take minutes


class Watched:
    """A client, and what is checked after each input to it."""

    def __init__(self, *, plain: bool = False, runs_tracker: bool | None = None, asks: bool = False) -> None:
        beginning = Beginning(
            "Ana",
            20000,
            _TRACKER,
            wall=NOON,
            plain=plain,
            runs_tracker=runs_tracker,
            transcript_folder="/there",
            settings=Settings(accept="ask" if asks else "auto"),
            client_limits=ClientLimits(max_kept_bytes=20_000, always_kept_entries=10) if asks else CLIENT_LIMITS,
        )
        self.now = 0.0
        self.audit = ClientAudit()
        self.client = Client(beginning, catalogue=load_catalogue("en"), random=lambda: 0.5, note=self.audit.note, trace=self.audit.trace)
        self.audit.watch(self.client)
        self.connections: list[ClientConnection] = []
        self.lines: list[str] = []
        self.frames = 0
        self.drawn_at = -1.0

    def call(self, name: str, *values: Value) -> None:
        """Make one call; ``name`` is one of ``INPUTS``."""
        if hasattr(Client, name):
            made = getattr(self.client, name)(*values, now=self.now)
            self.connections += [made] if isinstance(made, ClientConnection) else []
        elif self.connections:
            number, *rest = values
            assert isinstance(number, int)
            connection = self.connections[number % len(self.connections)]
            if name == "data_to_send":
                connection.data_to_send()
            else:
                getattr(connection, name)(*rest, now=self.now)
        self.look()

    def look(self) -> None:
        """Take what there is, as a driver does, and check it."""
        client = self.client
        client.take_ready()
        client.take_requests()
        tasks = client.take_events()
        lines = client.take_lines()
        for line in lines:
            assert is_harmless(line), ascii(line)
            self.lines.append(line)
        self.audit.look(tasks, lines)
        frame = client.take_frame(now=self.now)
        if frame is not None:
            check_frame(frame, client.state.rows, client.state.columns)
            self.frames += 1

    def wait(self, seconds: float) -> None:
        """Let time pass; no deadline may stand still."""
        until = self.now + seconds
        strikes = 0
        while (deadline := self.client.next_timer()) is not None and deadline <= until:
            strikes = strikes + 1 if deadline <= self.now else 0
            assert strikes < _MOST_TIMERS_AT_ONCE, f"the timer never rests at {self.now}"
            self.now = max(self.now, deadline)
            self.client.handle_timer(now=self.now)
            self.look()
        self.now = until

    def picture(self) -> str:
        """What is on the screen in the end."""
        self.wait(2 * FRAME_SECONDS)
        self.client.resize(24, 80, now=self.now)
        frame = self.client.take_frame(now=self.now)
        assert frame is not None
        return frame.text()


def talking(*, asks: bool = False) -> Watched:
    """Ana on a screen, registered, in a conversation with Bia, who is the last connection, and waits if Ana is asked."""
    watched = Watched(asks=asks)
    watched.call("resize", 24, 80)
    watched.call("tracker_connected", _TRACKER[0])
    watched.wait(0.1)
    watched.call("receive_data", 0, b"LIST Bia:Caio\r\n")
    watched.call("accept_peer", "10.0.0.7", 40000)
    watched.call("receive_data", -1, b"USER Bia\r\n")
    watched.call("receive_input", b"\x1b2")
    watched.wait(1.0)
    return watched


def feed_calls(chunks: Sequence[bytes]) -> object:
    """Make the calls that the bytes stand for; returns how many frames and lines came of them."""
    data = b"".join(chunks)[:_MOST_CALL_BYTES]
    watched = Watched(plain=bool(data[:1] and data[0] & 1), runs_tracker=[None, False, True][len(data) % 3])
    calls = iter(data)
    for byte in calls:
        name = _NAMES[byte % len(_NAMES)]
        if name == "resize":
            watched.call(name, next(calls, 0) % 60 - 1, next(calls, 0) % 200 - 1)
        else:
            watched.call(name, *(_value(kind, calls) for kind in INPUTS[name]))
        watched.wait(_WAITS[next(calls, 0) % len(_WAITS)])
    return watched.frames, len(watched.lines)


def feed_keyboard(chunks: Sequence[bytes]) -> object:
    """Type the bytes into a conversation; returns what is on the screen in the end."""
    watched = talking()
    for chunk in chunks:
        watched.client.receive_input(chunk, now=watched.now)
    watched.wait(5.0)
    return watched.picture()


def feed_waiting_peer(chunks: Sequence[bytes]) -> object:
    """Say the bytes while the user is asked whether to take the call, and little is kept of anybody."""
    return feed_peer(chunks, asks=True)


def feed_peer(chunks: Sequence[bytes], *, asks: bool = False) -> object:
    """Say the bytes in a conversation; returns its window in the end."""
    watched = talking(asks=asks)
    for chunk in chunks:
        watched.connections[-1].receive_data(chunk, now=watched.now)
        watched.client.take_ready()
    watched.wait(5.0)
    return watched.picture()


def _value(kind: type, calls: Iterator[int]) -> Value:
    """One value of a kind, made of the next bytes."""
    choice = next(calls, 0)
    if kind is bool:
        return choice & 1 == 1
    if kind is int:
        return _NUMBERS[choice % len(_NUMBERS)]
    if kind is float:
        return NOON + _NUMBERS[choice % len(_NUMBERS)] * 1e5
    if kind is str:
        return _WORDS[choice % len(_WORDS)]
    if kind is LossReason:
        return list(LossReason)[choice % len(LossReason)]
    if kind is Failure:
        return list(Failure)[choice % len(Failure)]
    assert kind is bytes, kind
    if choice < len(_SPEECHES):
        return _SPEECHES[choice]
    return bytes(byte for _, byte in zip(range(choice % _MOST_VALUE_BYTES), calls, strict=False))


_SPEECHES: Final = (
    b"USER Bia\r\n", b"LIST Bia:Caio\r\n", b"ADDR 10.0.0.7:20007\r\n", b"DISC\r\n", b"oi\n" * 80, b"\xff\x00\x1b[2J\r\n",
    b"/chat Bia\r", b"/chat 10.0.0.7:20007\r", b"/msg Bia oi\n", b"/list\r", b"/tracker 10.0.0.9\n", b"/log on\r", b"/bye\r",
    b"/exit\r", b"\x03", b"\x1b2", b"\x1b[5~", b"\x12a", b"/search o\r", b"\x1b[200~a\nb\nc\x1b[201~", b"y", b"/lang pt\n",
    b"/set accept ask\r", b"/accept\r", b"/close\r", b"\x1b[<64;5;5M", b"\x1b[O", b"\x1b[12~", b"/show\r", b"x" * 3000,
)  # fmt: skip
CALLS: Final = tuple(random.Random(number).randbytes(4 * (number + 1)) for number in range(40))
"""Lists of calls for ``feed_calls``, to be changed here and there."""
