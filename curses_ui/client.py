"""The client as a whole, a pure machine: keys, bytes and time in; frames, bytes and requests out.

It holds the key decoder, the state, the node and the renderer, and knows no
sockets, files, clocks or loop. Every input is a method marked ``@_input``, and so
passes ``Client.pass_in``: the list of these calls is a recording of the session,
and the same calls bring it back (see ``recording``).
"""

import functools
from collections.abc import Callable, Iterable
from typing import Any, Concatenate, Final, ParamSpec, TypeVar, cast
from weakref import WeakValueDictionary

from core import BytesLike, Connection, LossReason, Node, NodeEvent, NodeMachine, NodeRequest, format_address
from core.tap import Direction, Role, TappedLink

from .i18n import Catalogue
from .state import effects
from .state.beginning import Beginning, begin
from .state.model import UiState
from .terminal.frame import Frame
from .terminal.keys import KeyDecoder
from .terminal.lines import LineDecoder
from .text.clean import clean_message
from .update import inputs, outcomes
from .update.fresh_lines import take_fresh_lines
from .update.intents import Intents
from .update.own_tracker import OwnTracker
from .update.wire import WireFeed
from .view.render import Renderer

FRAME_SECONDS: Final = 1 / 60
GOODBYE_SECONDS: Final = 1.0  # for the farewell when a signal came or the terminal is gone
SETTLE_SECONDS: Final = 12.0  # at the end of the lines: for a call that is being made, and an asked list

Value = str | int | float | bytes | LossReason | outcomes.Failure
Note = Callable[[float, str, tuple[Value, ...]], None]
"""Is told of every input before it counts: when, which method, and its values; of a connection, first its number."""

INPUTS: Final[dict[str, tuple[type, ...]]] = {"data_to_send": (int,)}
"""The name of every input of ``Client`` and ``ClientConnection``, and the kinds of the values in its note."""
_UNSEEN: Final = frozenset({*dir(Connection), *dir(NodeMachine), "watch_tracker"})
"""Inputs that change what is on the screen only by the events and effects that follow: those of the network, and time."""

_Owner = TypeVar("_Owner", bound="Client | ClientConnection")
_Values = ParamSpec("_Values")
_Result = TypeVar("_Result")


def _input(
    method: Callable[Concatenate[_Owner, _Values], _Result],
) -> Callable[Concatenate[_Owner, _Values], _Result]:
    """Mark a method as an input; it is given its values by position, and ``now`` by name."""
    name = method.__name__
    annotations = [kind for value, kind in method.__annotations__.items() if value not in ("now", "return")]
    kinds = tuple(bytes if kind == BytesLike else kind for kind in annotations)  # our drivers read bytes
    INPUTS[name] = (int, *kinds) if method.__qualname__.startswith("ClientConnection") else kinds

    @functools.wraps(method)
    def pass_in(owner: _Owner, /, *values: _Values.args, **time: _Values.kwargs) -> _Result:
        def call(now: float) -> _Result:
            time["now"] = now
            return method(owner, *values, **time)

        return owner.pass_in(name, values, cast(float, time["now"]), call)

    return pass_in


class ClientConnection:
    """One connection of the client's node (a ``Connection``)."""

    __slots__ = ("number", "_client", "_is_over", "_link", "_node_connection", "__weakref__")

    def __init__(self, client: "Client", number: int, node_connection: Connection, link: TappedLink) -> None:
        self.number: Final = number
        """By which its inputs are noted: from 1, in the order of their making."""
        self._client: Final = client
        self._node_connection: Final = node_connection
        self._link: Final = link
        self._is_over = False

    def pass_in(self, name: str, values: tuple[Any, ...], now: float, call: Callable[[float], _Result]) -> _Result:
        """Hand an input on to the client, with the number of this connection."""
        return self._client.pass_in(name, (self.number, *values), now, call)

    @_input
    def receive_data(self, data: BytesLike, *, now: float) -> None:
        self._link.received(data, now=now)
        self._node_connection.receive_data(data, now=now)
        self.note_end(now=now)

    @_input
    def receive_eof(self, *, now: float) -> None:
        self._link.ended(Direction.RECEIVED, now=now)
        self._node_connection.receive_eof(now=now)
        self.note_end(now=now)

    @_input
    def connection_lost(self, reason: LossReason, *, now: float) -> None:
        self._link.lost(reason.value, now=now)
        self._node_connection.connection_lost(reason, now=now)
        self.note_end(now=now)

    @_input
    def report_unsent(self, unsent_bytes: int, *, now: float) -> None:
        self._node_connection.report_unsent(unsent_bytes, now=now)

    @_input
    def report_unacknowledged(self, unacknowledged_bytes: int, *, now: float) -> None:
        self._node_connection.report_unacknowledged(unacknowledged_bytes, now=now)

    def data_to_send(self) -> bytes:
        """What to write; noted like an input, because what has left counts for what becomes of texts."""
        data = self._node_connection.data_to_send()
        if data:
            self._client.note_sent(self.number, self._link, data)
        return data

    def note_end(self, *, now: float) -> None:
        """Have the wire show that the connection is over, if it is."""
        if not self._is_over and self._node_connection.wants_close:
            self._is_over = True
            self._link.closed(now=now)

    @property
    def wants_half_close(self) -> bool:
        return self._node_connection.wants_half_close

    @property
    def wants_close(self) -> bool:
        return self._node_connection.wants_close

    @property
    def wants_acknowledgement(self) -> bool:
        return self._node_connection.wants_acknowledgement


class Client:
    """The third machine (a ``core.NodeMachine``): driven by its connections, the keyboard, the driver and time.

    After each turn, the driver carries out ``take_events`` in order and shows what
    ``take_frame`` or ``take_lines`` returns. No input raises for what a user, a peer
    or a tracker did, in whatever order the inputs come.
    """

    def __init__(
        self,
        beginning: Beginning,
        *,
        catalogue: Catalogue,
        random: Callable[[], float],
        note: Note | None = None,
        trace: Callable[[object], None] | None = None,
    ) -> None:
        """Begin by asking for the tracker; LocalProtocolError if the name or the port is unfit.

        Args:
            beginning: Everything that this client is made of.
            catalogue: The messages of any language; it leads to those of the others.
            random: Gives numbers in [0, 1); made from ``beginning.seed``.
            note: Told of every input.
            trace: Told of every event of the node and every effect of the state, before it counts.
        """
        self.state: Final[UiState] = begin(beginning, catalogue)
        """To be read; only inputs change it."""
        self._note: Final[Note] = note or (lambda *_: None)
        self._tell: Final[Callable[[object], None]] = trace or (lambda _: None)
        self._now = beginning.now
        self._wall_ahead = beginning.wall - beginning.now
        self._node: Final = Node(beginning.name, beginning.listen_port, now=self._now, random=random, limits=beginning.limits)
        self._intents: Final = Intents(self.state, self._node, refused=self._tell)
        self._own_tracker: Final = OwnTracker(self.state, may_run=beginning.runs_tracker is not None, random=random)
        self._is_delivering = False
        self._connections = 0  # ever made
        self._by_node: Final[WeakValueDictionary[Connection, ClientConnection]] = WeakValueDictionary()
        self._ready: dict[Connection, None] = {}
        self._wire: Final = WireFeed()
        self._wire.tap.wall_offset = self._wall_ahead
        self._keys: Final = KeyDecoder(escape_seconds=beginning.escape_seconds)
        self.encoding: Final = beginning.encoding
        """Of the lines, without a screen."""
        self._typed: Final = LineDecoder(beginning.encoding)
        self._typed.lines.extend(beginning.commands)
        self._input_has_ended = False
        self._tasks: list[effects.Task] = []
        self._lines: list[str] = []
        self._renderer: Final = Renderer()
        self._has_asked_for_emoji = False
        self._has_size = False
        self._is_stale = True
        self._drawn_at: float | None = None
        self._leave_by: float | None = None
        self._stop_by: float | None = None
        self._was_asked_to_end = False
        self._is_over = False
        self._hand_out_fresh()

    # The user

    @_input
    def receive_input(self, data: bytes, *, now: float) -> None:
        """Feed bytes of the keyboard; without a screen, of the standard input. Ignored after their end."""
        if self._input_has_ended:
            return
        if self.state.plain:
            self._typed.receive_data(data)
        else:
            self._keys.receive_data(data, now=now)
            self._apply_keys()

    @_input
    def end_input(self, *, now: float) -> None:
        """Note that the keyboard is gone, or the standard input at its end: the client leaves. Again has no effect."""
        if self._input_has_ended:
            return
        self._input_has_ended = True
        if self.state.plain:
            self._typed.receive_eof()
        else:
            self._keys.receive_eof(now=now)
            self._apply_keys()
            self._leave(GOODBYE_SECONDS)

    @property
    def wants_input(self) -> bool:
        """Whether to read on: without a screen, only when everything that was read is done."""
        return not self._input_has_ended and not (self.state.plain and self._typed.lines)

    @_input
    def resize(self, rows: int, columns: int, *, now: float) -> None:
        """Note the screen's size; the first time, that there is a screen. The next frame is due at once."""
        inputs.resize(self.state, max(1, rows), max(1, columns))
        self._has_size = True
        self._drawn_at = None

    @_input
    def suspend(self, *, now: float) -> None:
        """Note that the user wants the program stopped, by a signal."""
        self._perform([effects.Suspend()])

    @_input
    def end(self, *, now: float) -> None:
        """Note a signal that ends the program: the first time with a farewell, the second time at once."""
        self._is_over |= self._was_asked_to_end
        self._was_asked_to_end = True
        self._leave(GOODBYE_SECONDS)

    # The driver

    @_input
    def set_clock(self, wall: float, utc_offset_seconds: int, *, now: float) -> None:
        """Note that POSIX time or local time has stepped; in between, ``wall`` follows ``now``."""
        self._wall_ahead = self._wire.tap.wall_offset = wall - now
        inputs.set_clock(self.state, now=now, wall=wall, utc_offset_seconds=utc_offset_seconds)

    @_input
    def own_tracker(self, started: bool, *, now: float) -> None:
        """Note what became of ``StartTracker``; if it failed, another program has the port."""
        if started:
            self._perform(self._own_tracker.started())

    @_input
    def emoji_measured(self, wide: str, *, now: float) -> None:
        """Note what became of ``MeasureEmoji``: the emoji that the terminal's library gives two cells."""
        outcomes.emoji_measured(self.state, wide)

    @_input
    def tracker_probed(self, is_elsewhere: bool, *, now: float) -> None:
        """Note what became of ``ProbeTracker``: whether the tracker answers on another address of this machine."""
        self._own_tracker.probed(is_elsewhere=is_elsewhere)

    @_input
    def watch_tracker(self, connection: int, what: str, data: bytes, *, now: float) -> None:
        """Note what went over a connection of the tracker inside this program, for the window of the wire.

        ``what`` is ``connected`` (``data`` is the client's address), ``received``, ``sent``, ``ended``,
        ``lost`` or ``closed`` (``data`` is the reason).
        """
        self._wire.watch_tracker(connection, what, data, now=now)

    @_input
    def note_failure(self, failure: outcomes.Failure, path: str, why: str, *, now: float) -> None:
        """Note that something failed outside; ``path`` is empty if that was no file."""
        outcomes.tell_failure(self.state, failure, path, why)

    @_input
    def transcript_failed(self, label: str, path: str, why: str, *, now: float) -> None:
        """Note that ``WriteTranscript`` could not be carried out."""
        outcomes.transcript_failed(self.state, label, clean_message(path), clean_message(why))

    @_input
    def settings_saved(self, why_not: str, *, now: float) -> None:
        """Note what became of ``SaveSettings``; ``why_not`` is empty if they are written."""
        outcomes.settings_saved(self.state, clean_message(why_not))

    @_input
    def end_output(self, *, now: float) -> None:
        """Note that nobody reads our lines any more."""
        self._leave()

    # The network

    @_input
    def tracker_connected(self, host: str, *, now: float) -> Connection:
        made = self._node.tracker_connected(host, now=now)
        return self._face(made, Role.TRACKER, self.state.tracker.address)

    @_input
    def tracker_unreachable(self, reason: LossReason, *, now: float) -> None:
        self._wire.tap.unreachable(Role.TRACKER, self.state.tracker.address, reason.value, now=now)
        self._node.tracker_unreachable(reason, now=now)

    @_input
    def dial_succeeded(self, dial: int, *, now: float) -> Connection:
        made = self._node.dial_succeeded(dial, now=now)
        return self._face(made, Role.CALLED, self._wire.take_dialled(dial))

    @_input
    def dial_failed(self, dial: int, reason: LossReason, *, now: float) -> None:
        self._wire.tap.unreachable(Role.CALLED, self._wire.take_dialled(dial), reason.value, now=now)
        self._node.dial_failed(dial, reason, now=now)

    @_input
    def accept_peer(self, host: str, port: int, *, now: float) -> Connection:
        made = self._node.accept_peer(host, port, now=now)
        return self._face(made, Role.CALLER, format_address(host, port))

    # Time

    def next_timer(self) -> float | None:
        if self._is_over:
            return None
        frame_at = None
        if self._is_stale and self._has_size and self._drawn_at is not None:
            frame_at = self._drawn_at + FRAME_SECONDS
        deadlines = (
            inputs.next_timer(self.state),
            self._node.next_timer(),
            self._keys.next_timer(),
            self._wire.next_timer(self._now),
            self._intents.next_timer(),
            self._own_tracker.next_timer(),
            self._leave_by,
            self._stop_by,
            frame_at,
        )
        return min((deadline for deadline in deadlines if deadline is not None), default=None)

    @_input
    def handle_timer(self, *, now: float) -> None:
        if _is_due(self._node.next_timer(), now):
            self._node.handle_timer(now=now)
        if _is_due(inputs.next_timer(self.state), now):
            self._perform(inputs.handle_timer(self.state, now=now, wall=self._wall))
        if _is_due(self._keys.next_timer(), now):
            self._keys.handle_timer(now=now)
            self._apply_keys()
        if _is_due(self._intents.next_timer(), now):
            self._perform(self._intents.handle_timer())
        if _is_due(self._leave_by, now):
            self._leave()
        if _is_due(self._stop_by, now):
            self._is_over = True
        if _is_due(self._own_tracker.next_timer(), now):
            self._perform(self._own_tracker.handle_timer())

    # Fetching

    def take_ready(self) -> list[Connection]:
        ready, self._ready = self._ready, {}
        return list(ready)

    def take_requests(self) -> list[NodeRequest]:
        requests = self._node.take_requests()
        self._wire.note_requests(requests)
        return requests

    def take_events(self) -> list[effects.Task]:
        """What the driver has to carry out, each once and in this order."""
        tasks, self._tasks = self._tasks, []
        return tasks

    def take_frame(self, *, now: float) -> Frame | None:
        """The screen, if it may have changed and the frame before is old enough; None if not."""
        if not self._is_stale or not self._has_size:
            return None
        if self._drawn_at is not None and now < self._drawn_at + FRAME_SECONDS:
            return None
        self._is_stale = False
        self._drawn_at = now
        frame = self._renderer.render(self.state, self.state.rows, self.state.columns)
        if self._renderer.has_met_new_emoji and not self._has_asked_for_emoji:
            self._has_asked_for_emoji = True
            self._tasks.append(effects.MeasureEmoji())
        return frame

    def take_lines(self) -> list[str]:
        """What to write, without a screen: each line once, clean and without its end."""
        lines, self._lines = self._lines, []
        return lines

    @property
    def is_over(self) -> bool:
        """Whether the program may end."""
        return self._is_over or self.state.left

    # The way in

    def pass_in(self, name: str, values: tuple[Any, ...], now: float, call: Callable[[float], _Result]) -> _Result:
        """Every input comes through here."""
        self._now = max(self._now, now)
        self._note(self._now, name, values)
        if name not in _UNSEEN:
            inputs.note_time(self.state, now=self._now, wall=self._wall)
            self._is_stale = True
        result = call(self._now)
        self._deliver()
        self._go_on_with_lines()
        self._collect_ready()
        if self._wire.step(self.state, now=self._now):
            self._is_stale = True
        self._hand_out_fresh()
        return result

    def note_sent(self, number: int, link: TappedLink, data: bytes) -> None:
        """Have bytes that have left recorded, like an input, and shown on the wire."""
        self._note(self._now, "data_to_send", (number,))
        link.sent(data, now=self._now)

    # Private: what comes of each input

    def _face(self, node_connection: Connection, role: Role, remote: str) -> ClientConnection:
        self._connections += 1
        link = self._wire.tap.connect(role, "", remote, number=self._connections, now=self._now)
        made = self._by_node[node_connection] = ClientConnection(self, self._connections, node_connection, link)
        return made

    def _collect_ready(self) -> None:
        """Keep the connections that the driver must flush, and see which ones are over."""
        for node_connection in self._node.take_ready():
            found = self._by_node.get(node_connection)
            if found is not None:
                self._ready[found] = None
                found.note_end(now=self._now)

    def _deliver(self) -> None:
        """Bring what the node reports into the state; within a report, once that has been carried out."""
        if self._is_delivering:
            return
        self._is_delivering = True
        try:
            while events := self._node.take_events():
                for event in events:
                    self._apply_event(event)
        finally:
            self._is_delivering = False

    def _apply_event(self, event: NodeEvent) -> None:
        self._tell(event)
        self._perform(self._own_tracker.apply_event(event, now=self._now))
        self._perform(inputs.apply_event(self.state, event, now=self._now, wall=self._wall))

    def _apply_keys(self) -> None:
        for event in self._keys.take_events():
            self._perform(inputs.apply_key(self.state, event, now=self._now, wall=self._wall))

    def _go_on_with_lines(self) -> None:
        """Do what was asked for at the start and, without a screen, what was typed: a script expects each line to be over before the next begins."""
        state = self.state
        while self._typed.lines and self._intents.are_settled and not state.leaving:
            line = self._typed.lines.popleft()
            self._perform(inputs.enter_line(state, line, now=self._now, wall=self._wall))
        if state.plain and self._input_has_ended and not self._typed.lines and not state.leaving:
            if self._leave_by is None:
                self._leave_by = self._now + SETTLE_SECONDS
            if self._intents.are_settled:
                self._leave()

    def _hand_out_fresh(self) -> None:
        """Bring what was said since the last input to where it is read."""
        lines, transcripts = take_fresh_lines(self.state)
        self._lines += lines
        self._tasks += transcripts

    @property
    def _wall(self) -> float:
        return self._now + self._wall_ahead

    # Private: effects

    def _perform(self, asked: Iterable[effects.Effect]) -> None:
        """Carry out what came of an event, a key or a timer, which may have changed the state without asking for anything."""
        self._is_stale = True
        for effect in asked:
            self._tell(effect)
            match effect:
                case effects.ChangeTracker(host, port):
                    self._own_tracker.give_up()
                    self._tasks += [effects.StopTracker(), effects.SetTrackerAddress(host, port)]
                    self._perform([effects.Reconnect()])
                case effects.Leave() if self.state.leaving:
                    self._is_over = True  # the user does not want to wait for the farewell to be heard
                case effects.OpenWire(only):
                    self._wire.open(self.state, only)
                case effects.Redraw():
                    self._drawn_at = None
                    self._tasks.append(effect)
                case _ if isinstance(effect, effects.Task):
                    self._tasks.append(effect)
                case _:
                    if then := self._intents.carry_out(effect, now=self._now):
                        self._deliver()
                        self._perform(then)
        self._deliver()

    def _leave(self, within_seconds: float | None = None) -> None:
        """Say goodbye to everybody, if that is not so already; end within a time, if that is given."""
        self._leave_by = None
        if within_seconds is not None and self._stop_by is None:
            self._stop_by = self._now + within_seconds
        if not self.state.leaving:
            self._perform([effects.Leave()])


def _is_due(deadline: float | None, now: float) -> bool:
    return deadline is not None and deadline <= now
