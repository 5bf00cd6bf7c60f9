"""Crowds: what many do, one after the other, may cost about as many times what a few do, and leaves nothing behind.

A seed makes a script. A few members of a crowd carry it out, and then four times as many; the steps of the machine are counted.
Then generations come and go, each with names and addresses of its own: when many have left, no more is kept than when a few had,
and the last is no more work than one of the first.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final, Protocol

from core import (
    Connection,
    ConversationId,
    DialPeer,
    Limits,
    LocalProtocolError,
    LossReason,
    Machine,
    Node,
    NodeMachine,
    Tracker,
    TrackerConfig,
    TrackerConnection,
    TrackerEvent,
)
from core.limits import DEFAULT_LIMITS, MAX_REQUEST_BYTES
from curses_ui.catalogue import load_catalogue
from curses_ui.client import Client
from curses_ui.state.beginning import Beginning
from curses_ui.state.limits import ClientLimits
from tests.work import count_steps

from .targets import held_entries

TIMES_AS_MANY: Final = 4
MOST_TIMES: Final = 6
"""It would be up to 16, if each member cost more for each other one."""
_GENERATIONS: Final = 9
_GENERATION: Final = 10
_MORE_ENTRIES: Final = 30
"""Names of those who had a window, of whom a thousand are remembered."""
_MOST_SERVED_BEFORE: Final = 2
_MOST_TURNS: Final = 10_000
_SMALL_LIMITS: Final = (2, 100, 3000)
_FORGETFUL: Final = replace(DEFAULT_LIMITS, max_ended_conversations=5, max_unverified_names=5)
_CLIENT_LIMITS: Final = ClientLimits(max_kept_bytes=20_000, max_log_entries=50, max_strangers=4, max_window_numbers=5)
_OWN_HOSTS: Final = ("10.0.9.9", "127.0.0.1")
_TRACKER_HOST: Final = "10.0.0.1"
_LONG_NAME: Final = "of a large family and many names"
_NOON: Final = 1_795_348_800.0

class Place(Protocol):
    """A machine at which crowds meet, one after the other."""

    @property
    def weighed(self) -> object:
        """What may not grow for ever."""

    @property
    def heard(self) -> Sequence[tuple[int, bytes]]:
        """What members were sent, in order; only of a tracker."""

    def carry_out(self, script: Sequence[str], members: range) -> None:
        """Have members of these numbers, who are new, carry a script out."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """A machine that many use at once."""

    name: str
    first: tuple[str, ...]
    """What everybody does to begin with."""
    doings: tuple[str, ...]
    few: int
    place: Callable[[Limits], Place]
    plainer_place: Callable[[Limits], Place] | None = None
    """One that has to say the same, and takes no short cuts."""

    def check(self, seed: int) -> None:
        """Make a script, and compare the work of a few with that of many, and of the first with that of the last.

        Raises:
            AssertionError: Many are too much work, or are not forgotten.
        """
        chance = random.Random(f"{self.name} {seed}")
        script = [*self.first, *(chance.choice(self.doings) for _ in range(chance.randint(2, 8)))]
        limits = _draw_limits(chance)
        few, many = (self._steps(self.place(limits), script, members) for members in (self.few, self.few * TIMES_AS_MANY))
        times = many / few
        assert times <= MOST_TIMES, f"{script}, {limits}: {many} steps, {times:.1f} times those of a quarter of the members"
        self._check_generations(script)
        if self.plainer_place is not None:
            quick, plain = self.place(limits), self.plainer_place(limits)
            for place in (quick, plain):
                place.carry_out(script, range(self.few // 4))
            assert quick.heard == plain.heard, f"{script}, {limits}: {_first_difference(quick.heard, plain.heard)}"

    def _steps(self, place: Place, script: Sequence[str], members: int, first: int = 0) -> int:
        return count_steps(lambda: place.carry_out(script, range(first, first + members)))

    def _check_generations(self, script: Sequence[str]) -> None:
        """A machine whose limits are small is full of what it remembers when a few generations have gone."""
        place, members = self.place(_FORGETFUL), _GENERATION
        script = [*script, "leave", "wait", "wait", "wait", "wait"]
        steps: list[int] = []
        kept: list[int] = []
        for generation in range(_GENERATIONS):
            steps.append(self._steps(place, script, members, generation * members))
            kept.append(held_entries(place.weighed))
        young, old = _GENERATIONS // 3, _GENERATIONS - 1
        assert kept[old] <= kept[young] + _MORE_ENTRIES, f"{script}: it keeps {kept} entries, and all have left"
        assert steps[old] <= 2 * steps[young], f"{script}: {steps} steps, of one generation after the other"


def _first_difference(some: Sequence[object], others: Sequence[object]) -> object:
    return next((pair for pair in zip(some, others) if pair[0] != pair[1]), (len(some), len(others)))


def _draw_limits(chance: random.Random) -> Limits:
    small = {field.name: chance.choice(_SMALL_LIMITS) for field in fields(Limits) if chance.random() < 0.3}
    return replace(DEFAULT_LIMITS, **small)


def _let_pass(machine: Machine[TrackerEvent] | NodeMachine[object], pump: Callable[[], None], now: float, until: float) -> None:
    """Let time pass."""
    for _ in range(_MOST_TURNS):
        deadline = machine.next_timer()
        if deadline is None or deadline > until:
            return
        now = max(now, deadline)
        machine.handle_timer(now=now)
        pump()
    raise AssertionError(f"the timer never rests at {now}")


# A tracker and its clients


class _Tracker:
    def __init__(self, limits: Limits, *, report_queries: bool = False) -> None:
        config = TrackerConfig(max_clients_per_host=2, max_garbled_lines=2)
        self._tracker: Final = Tracker(config, report_queries=report_queries, limits=limits)
        self.heard: Final[list[tuple[int, bytes]]] = []
        self.weighed: Final[object] = self._tracker
        self._most_waiting_bytes: Final = limits.max_waiting_request_bytes
        self._now = 0.0
        # Somebody is always there, at each address of the tracker's, or nobody could be told anything stale.
        self._residents: Final = [self._tracker.accept("10.1.0.1", own_host, now=0.0) for own_host in _OWN_HOSTS]
        for number, resident in enumerate(self._residents):
            resident.receive_data(f"USER resident {number}:1\r\n".encode(), now=0.0)
        self._waiting: dict[TrackerConnection, int] = {}
        """Who asked for so many lists and has not got them; who has waited longest comes first."""
        self._served: Counter[TrackerConnection] = Counter()
        """Lists that others got while that one waited."""

    def _pump(self) -> None:
        for connection in self._tracker.take_ready():
            self._take(connection)
        self._tracker.take_events()

    def _take(self, connection: TrackerConnection) -> None:
        """Read what a client is sent; nobody waits for a list while another gets one after the other (§2.6)."""
        data = connection.data_to_send()
        if data:
            self.heard.append((connection.number, data))
        lists = sum(line.startswith(b"LIST ") for line in data.splitlines())
        longest = next(iter(self._waiting), None)
        rest = self._waiting.pop(connection, 0) - lists
        if rest > 0 and not connection.wants_close:
            self._waiting[connection] = rest
        if longest is not None and longest.wants_close:
            self._waiting.pop(longest, None)
        if longest is None or connection is longest or longest.wants_close:
            self._served.clear()
        elif lists:
            self._served[connection] += lists
            assert self._served[connection] <= _MOST_SERVED_BEFORE, "a client waits for its list, and another gets one after the other"

    def carry_out(self, script: Sequence[str], members: range) -> None:
        """See ``Place``."""
        tracker = self._tracker
        clients: list[TrackerConnection] = []
        everybody: list[TrackerConnection] = []
        for doing in script:
            if doing == "come":
                clients = [tracker.accept(_host(number), _OWN_HOSTS[number % 2], now=self._now) for number in members]
                everybody += clients
            elif doing == "leave":
                for client in everybody:
                    client.receive_eof(now=self._now)
                    self._pump()
            elif doing != "wait":
                for number, client in zip(members, clients, strict=True):
                    if not client.wants_close:
                        if lists := doing.count("LIST"):
                            self._waiting[client] = self._waiting.get(client, 0) + lists
                        for data in doing.replace("@", str(number)).replace("^", str(number ^ 1)).encode().split(b"|"):
                            client.receive_data(data, now=self._now)
                        waiting = len(client._rest)
                        most = max(self._most_waiting_bytes, MAX_REQUEST_BYTES)
                        assert waiting <= most or client.wants_close, f"{waiting} bytes of requests wait"
                        self._take(client)
                        self._pump()
            for resident in self._residents:
                resident.receive_data(b"KEEP\r\n", now=self._now)
            self._now += 6.0 if doing == "wait" else 0.5
            _let_pass(tracker, self._pump, self._now, self._now)


# A node, alone or in a client, and its callers


class _Callers:
    """Whoever calls a node, and a tracker that says where each of them is."""

    def __init__(
        self,
        node: NodeMachine[object],
        weighed: object,
        take: Callable[[], object],
        act: Callable[[str, int, float], None],
    ) -> None:
        self.weighed: Final = weighed
        self.heard: Final[list[tuple[int, bytes]]] = []
        self._node: Final = node
        self._take: Final = take
        self._act: Final = act
        self._now = 0.0
        self._asked = b""
        self._list = b"LIST M0\r\n"
        self._tracker = node.tracker_connected(_TRACKER_HOST, now=0.0)

    def carry_out(self, script: Sequence[str], members: range) -> None:
        """See ``Place``."""
        self._list = f"LIST {':'.join(f'M{number}' for number in members)}\r\n".encode()
        self._tracker.receive_data(self._list, now=self._now)
        self._pump()
        callers: dict[int, list[Connection]] = {number: [] for number in members}
        for doing in script:
            for number in members if doing != "wait" else ():
                if doing == "come":
                    callers[number].append(self._node.accept_peer(_host(number), 40000, now=self._now))
                elif doing.startswith("user "):
                    self._act(doing, number, self._now)
                elif doing == "leave":
                    for caller in callers[number]:
                        caller.receive_eof(now=self._now)
                elif doing == "break":
                    callers[number][-1].connection_lost(LossReason.RESET, now=self._now)
                else:
                    callers[number][-1].receive_data(doing.replace("@", str(number)).encode(), now=self._now)
                self._pump()
            before, self._now = self._now, self._now + (15.0 if doing == "wait" else 0.7)
            _let_pass(self._node, self._pump, before, self._now)

    def _pump(self) -> None:
        """Do what an adapter does after each input."""
        node, now = self._node, self._now
        for connection in node.take_ready():
            connection.data_to_send()
        self._asked += self._tracker.data_to_send()
        *lines, self._asked = self._asked.split(b"\n")
        for line in lines:
            if line.startswith(b"ADDR M"):
                number = int(line[6:])
                self._tracker.receive_data(f"ADDR {_host(number)}:20000\r\n".encode(), now=now)
            elif line.startswith(b"LIST"):
                self._tracker.receive_data(self._list, now=now)
        for request in node.take_requests():
            if isinstance(request, DialPeer):
                node.dial_succeeded(request.dial, now=now).data_to_send()
        self._take()


def _host(number: int) -> str:
    return f"10.0.{1 + number // 200}.{number % 200}"


def _node(limits: Limits) -> _Callers:
    node = Node("Ana", 20000, now=0.0, random=lambda: 0.5, limits=limits)

    def act(doing: str, number: int, now: float) -> None:
        try:
            if doing == "user chats":
                node.open_chat(f"M{number}", now=now)
            elif doing == "user says":
                node.say(ConversationId(number + 1), "text", now=now)
            else:
                node.end_chat(ConversationId(number + 1), now=now)
        except LocalProtocolError:
            pass  # nobody is there

    return _Callers(node, node, node.take_events, act)


def _new_client(limits: Limits) -> Client:
    beginning = Beginning(
        "Ana", 20000, (_TRACKER_HOST, 10000), wall=_NOON, limits=limits, client_limits=_CLIENT_LIMITS
    )
    client = Client(beginning, catalogue=load_catalogue("en"), random=lambda: 0.5)
    client.resize(24, 80, now=0.0)
    return client


def _client(limits: Limits) -> _Callers:
    client = _new_client(limits)

    def take() -> None:
        client.take_events()
        client.take_lines()

    # Without the window of the wire, which keeps 256 KiB. A command of the user's may look through all windows.
    return _Callers(client, (client.state, client._node), take, lambda *_: None)


class _Listed:
    """Many who are on a tracker's list, or not, and a client that tells its user so; nobody calls."""

    def __init__(self, limits: Limits) -> None:
        self._client: Final = _new_client(limits)
        self._tracker: Final = self._client.tracker_connected(_TRACKER_HOST, now=0.0)
        self.weighed: Final[object] = (self._client.state, self._client._node)
        self.heard: Final[list[tuple[int, bytes]]] = []
        self._now = 0.0

    def carry_out(self, script: Sequence[str], members: range) -> None:
        """See ``Place``: what is done is who is on the list from now on."""
        for doing in script:
            there = {"come": members, "half": members[::2], "other half": members[1::2]}.get(doing, ())
            names = ":".join(f"{number} {_LONG_NAME}" for number in there)
            self._tracker.receive_data(f"LIST {names}\r\n".encode(), now=self._now)
            self._pump()
            before, self._now = self._now, self._now + (25.0 if doing == "wait" else 1.5)
            _let_pass(self._client, self._pump, before, self._now)

    def _pump(self) -> None:
        self._client.take_ready()
        self._tracker.data_to_send()
        self._client.take_events()
        self._client.take_lines()
        self._client.take_frame(now=self._now)


_CALLERS_DO: Final = ("come", "USER M@\r\n", "text of @\r\n", "text\r\n" * 5, "DISC\r\n", "leave", "break", "wait")
_USERS_DO: Final = ("user chats", "user says", "user ends")

CROWDS: Final = (
    Crowd(
        "tracker's crowd",
        ("come", "USER M@:1\r\n"),
        ("come", "USER M@:1\r\n", "USER N@:1\r\n", "LIST\r\n", "LIST\r\nKEEP\r\n", "LIST\r\n" * 6, "LIST\r\n" * 6 + "|" + "KEEP\r\n" * 900, "KEEP\r\n", "ADDR M@\r\n", "x\r\n", "USER M@:0\r\n", "USER M:1\r\n", "USER M@:2\r\n", "ADDR M1\r\n", "ADDR M^\r\n", "leave", "wait"),
        40,
        _Tracker,
        lambda limits: _Tracker(limits, report_queries=True),
    ),
    Crowd("node's crowd", ("come", "USER M@\r\ntext of @\r\n"), (*_CALLERS_DO, *_USERS_DO), 30, _node),
    Crowd("client's people", ("come",), ("come", "half", "other half", "leave", "wait"), 80, _Listed),
    Crowd("client's crowd", ("come", "USER M@\r\ntext of @\r\n"), _CALLERS_DO, 80, _client),
)
