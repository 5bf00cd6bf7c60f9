"""A tracker and some nodes in one process, joined by fake links that chop; no sockets, no clock."""

from collections import deque
from collections.abc import Callable

from core import (
    CancelDial,
    Connection,
    DialPeer,
    LossReason,
    Node,
    NodeEvent,
    ReachTracker,
    Tracker,
    TrackerConfig,
    TrackerEvent,
)

Chop = Callable[[bytes], list[bytes]]


def whole(data: bytes) -> list[bytes]:
    return [data]


def bytewise(data: bytes) -> list[bytes]:
    return [data[at : at + 1] for at in range(len(data))]


class End:
    """One end of a link: the machine there, and what is on its way to it."""

    def __init__(self, machine: Connection, owner: str) -> None:
        self.machine = machine
        self.owner = owner
        self.other: End | None = None
        self.incoming: deque[bytes | None] = deque()  # None is the end of the stream
        self.written = b""
        self.half_closed = False
        self.closed = False

    def flush(self, chop: Chop) -> None:
        if self.closed:
            return
        data = self.machine.data_to_send()
        self.written += data
        other = self.other
        assert other is not None
        if data:
            other.incoming.extend(chop(data))
        ends = self.machine.wants_half_close or self.machine.wants_close
        if ends and not self.half_closed:
            self.half_closed = True
            other.incoming.append(None)
        self.closed = self.machine.wants_close

    def deliver(self, now: float) -> bool:
        """Hand over one chunk; True if there was one."""
        if not self.incoming:
            return False
        chunk = self.incoming.popleft()
        if self.closed:
            return True
        if chunk is None:
            self.machine.receive_eof(now=now)
        else:
            self.machine.receive_data(chunk, now=now)
        return True


class World:
    """Carries out what the nodes request, over links without delay.

    Clients dial from 127.0.0.1 and listen on the port they were made with;
    ``far`` gives some of them other addresses.
    """

    def __init__(self, chop: Chop = whole, config: TrackerConfig | None = None, tracker_host: str = "127.0.0.1") -> None:
        self.now = 0.0
        self.chop = chop
        self.tracker: Tracker | None = Tracker(config if config is not None else TrackerConfig())
        self.tracker_host = tracker_host
        self.tracker_events: list[TrackerEvent] = []
        self.nodes: dict[str, Node] = {}
        self.hosts: dict[str, str] = {}
        self.ports: dict[str, int] = {}
        self.events: dict[str, list[NodeEvent]] = {}
        self.ends: list[End] = []
        self.held_dials: list[tuple[str, DialPeer]] = []
        self.hold_dials = False

    def add(self, name: str, port: int, host: str = "127.0.0.1", key: str | None = None) -> Node:
        node = Node(name, port, now=self.now, random=lambda: 0.5)
        key = key or name
        self.nodes[key] = node
        self.hosts[key] = host
        self.ports[key] = port
        self.events[key] = []
        self.settle()
        return node

    def link(self, left: Connection, left_owner: str, right: Connection, right_owner: str) -> tuple[End, End]:
        ends = End(left, left_owner), End(right, right_owner)
        ends[0].other, ends[1].other = ends[1], ends[0]
        self.ends.extend(ends)
        for end in ends:
            end.flush(self.chop)
        return ends

    def end_of(self, owner: str, other: str) -> End:
        """The newest end at ``owner`` of a link with ``other``."""
        return [end for end in self.ends if end.owner == owner and end.other is not None and end.other.owner == other][-1]

    def settle(self) -> None:
        """Carry out requests and deliver bytes until nothing moves."""
        moved = True
        while moved:
            moved = False
            for key, node in self.nodes.items():
                for request in node.take_requests():
                    moved = True
                    self._carry_out(key, node, request)
            for owner in self._owners():
                for connection in owner.take_ready():
                    self._flush(connection)
            for end in list(self.ends):
                if end.deliver(self.now):
                    moved = True
                    end.flush(self.chop)
        for key, node in self.nodes.items():
            self.events[key].extend(node.take_events())
        if self.tracker:
            self.tracker_events.extend(self.tracker.take_events())

    def _owners(self) -> list[Node | Tracker]:
        return [*self.nodes.values(), *([self.tracker] if self.tracker is not None else [])]

    def _flush(self, connection: Connection) -> None:
        for end in self.ends:
            if end.machine is connection:
                end.flush(self.chop)

    def _carry_out(self, key: str, node: Node, request: ReachTracker | DialPeer | CancelDial) -> None:
        match request:
            case ReachTracker():
                if self.tracker is None:
                    node.tracker_unreachable(LossReason.REFUSED, now=self.now)
                    return
                theirs = self.tracker.accept(self.hosts[key], self.tracker_host, now=self.now)
                ours = node.tracker_connected(self.tracker_host, now=self.now)
                self.link(ours, key, theirs, "tracker")
            case DialPeer():
                if self.hold_dials:
                    self.held_dials.append((key, request))
                else:
                    self.dial(key, request)
            case CancelDial(dial):
                self.held_dials = [held for held in self.held_dials if held[1].dial != dial]

    def dial(self, key: str, request: DialPeer) -> None:
        """Let a dial reach whoever listens there."""
        for other, node in self.nodes.items():
            if (self.hosts[other], self.ports[other]) == (request.host, request.port):
                theirs = node.accept_peer(self.hosts[key], 40000 + request.dial, now=self.now)
                ours = self.nodes[key].dial_succeeded(request.dial, now=self.now)
                self.link(ours, key, theirs, other)
                return
        self.nodes[key].dial_failed(request.dial, LossReason.REFUSED, now=self.now)

    def call(self, key: str, host: str = "127.0.0.1", port: int = 50000) -> "Stranger":
        """A peer of another make calls; the test speaks for it."""
        connection = self.nodes[key].accept_peer(host, port, now=self.now)
        return Stranger(self, connection)

    def run(self, seconds: float) -> None:
        """Let time pass, jumping from deadline to deadline."""
        until = self.now + seconds
        self.settle()
        while True:
            owners = self._owners()
            timers = [at for owner in owners if (at := owner.next_timer()) is not None]
            next_at = min(timers, default=until)
            if next_at >= until:
                self.now = until
                return
            self.now = max(self.now, next_at)
            for owner in owners:
                owner.handle_timer(now=self.now)
            self.settle()

    def lose_tracker(self) -> None:
        """The tracker's process dies: every stream from it ends, and nobody listens there."""
        self.tracker = None
        for end in self.ends:
            if end.owner == "tracker" and not end.closed:
                end.closed = True
                assert end.other is not None
                end.other.incoming.append(None)
        self.settle()

    def take(self, key: str) -> list[NodeEvent]:
        """What a node has reported since the last call."""
        events, self.events[key] = self.events[key], []
        return events


class Stranger:
    """A peer of another make: bytes in and out by hand."""

    def __init__(self, world: World, connection: Connection) -> None:
        self.world = world
        self.connection = connection
        self.heard = b""
        self.saw_end = False
        self.saw_close = False
        self._collect()

    def send(self, data: bytes) -> None:
        for chunk in self.world.chop(data):
            self.connection.receive_data(chunk, now=self.world.now)
        self._collect()

    def end(self) -> None:
        self.connection.receive_eof(now=self.world.now)
        self._collect()

    def reset(self) -> None:
        self.connection.connection_lost(LossReason.RESET, now=self.world.now)
        self._collect()

    def wait(self, seconds: float) -> None:
        self.world.run(seconds)
        self._collect()

    def collect(self) -> bytes:
        self._collect()
        heard, self.heard = self.heard, b""
        return heard

    def _collect(self) -> None:
        self.world.settle()
        self.heard += self.connection.data_to_send()
        self.saw_close = self.saw_close or self.connection.wants_close
        self.saw_end = self.saw_end or self.saw_close or self.connection.wants_half_close
