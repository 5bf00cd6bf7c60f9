"""Crowds: what many do, one after the other, may cost about as many times what a few do.

A seed makes a script. A few members of a crowd carry it out, and then four times as many; the steps of the machine are counted.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final

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
    TrackerConnection,
    TrackerEvent,
)
from core.limits import DEFAULT_LIMITS
from curses_ui.catalogue import load_catalogue
from curses_ui.client import Client
from curses_ui.state.beginning import Beginning
from tests.work import count_steps

TIMES_AS_MANY: Final = 4
MOST_TIMES: Final = 6
"""It would be up to 16, if each member cost more for each other one."""
_MOST_TURNS: Final = 10_000
_SMALL_LIMITS: Final = (2, 100, 3000)
_TRACKER_HOST: Final = "10.0.0.1"
_NOON: Final = 1_795_348_800.0

Carry = Callable[[Sequence[str], Limits, int], None]
"""Carries a script out, with so many members."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """A machine that many use at once."""

    name: str
    first: tuple[str, ...]
    """What everybody does to begin with."""
    doings: tuple[str, ...]
    few: int
    carry: Carry

    def check(self, seed: int) -> None:
        """Make a script, and compare the work of a few with that of many.

        Raises:
            AssertionError: Many are too much work.
        """
        chance = random.Random(f"{self.name} {seed}")
        script = [*self.first, *(chance.choice(self.doings) for _ in range(chance.randint(2, 8)))]
        limits = _draw_limits(chance)
        few = count_steps(lambda: self.carry(script, limits, self.few))
        many = count_steps(lambda: self.carry(script, limits, self.few * TIMES_AS_MANY))
        times = many / few
        assert times <= MOST_TIMES, f"{script}, {limits}: {many} steps, {times:.1f} times those of a quarter of the members"


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


def _carry_tracker(script: Sequence[str], limits: Limits, members: int) -> None:
    tracker = Tracker(limits=limits)
    clients: list[TrackerConnection] = []
    now = 0.0

    def pump() -> None:
        for connection in tracker.take_ready():
            connection.data_to_send()
        tracker.take_events()

    for doing in script:
        if doing == "come":
            clients = [tracker.accept(f"10.0.{number // 200}.{number % 200}", "10.0.9.9", now=now) for number in range(members)]
        elif doing == "leave":
            for client in clients[:]:
                client.receive_eof(now=now)
                pump()
        elif doing != "wait":
            for number, client in enumerate(clients):
                if not client.wants_close:
                    client.receive_data(doing.replace("@", str(number)).encode(), now=now)
                    client.data_to_send()
                    pump()
        now += 6.0 if doing == "wait" else 0.5
        _let_pass(tracker, pump, now, now)


# A node, alone or in a client, and its callers


class _Callers:
    """Whoever calls a node, and a tracker that says where each of them is."""

    def __init__(self, node: NodeMachine[object], members: int, take: Callable[[], None]) -> None:
        self._node = node
        self._members = members
        self._take = take
        self._now = 0.0
        self._callers: list[Connection] = []
        self._asked = b""
        self._tracker = node.tracker_connected(_TRACKER_HOST, now=0.0)
        self._tracker.receive_data(f"LIST {':'.join(f'M{number}' for number in range(members))}\r\n".encode(), now=0.0)
        self.pump()

    def pump(self) -> None:
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
                self._tracker.receive_data(b"LIST M0\r\n", now=now)
        for request in node.take_requests():
            if isinstance(request, DialPeer):
                node.dial_succeeded(request.dial, now=now).data_to_send()
        self._take()

    def do(self, doing: str, act: Callable[[str, int, float], None]) -> None:
        """Have everybody do something; ``act`` is what the user does about somebody."""
        if doing == "come":
            self._callers = []
        for number in range(self._members if doing != "wait" else 0):
            if doing == "come":
                self._callers.append(self._node.accept_peer(_host(number), 40000 + number, now=self._now))
            elif doing.startswith("user "):
                act(doing, number, self._now)
            elif doing == "leave":
                self._callers[number].receive_eof(now=self._now)
            elif doing == "break":
                self._callers[number].connection_lost(LossReason.RESET, now=self._now)
            else:
                self._callers[number].receive_data(doing.replace("@", str(number)).encode(), now=self._now)
            self.pump()
        before, self._now = self._now, self._now + (15.0 if doing == "wait" else 0.7)
        _let_pass(self._node, self.pump, before, self._now)


def _host(number: int) -> str:
    return f"10.0.{1 + number // 200}.{number % 200}"


def _carry_node(script: Sequence[str], limits: Limits, members: int) -> None:
    node = Node("Ana", 20000, now=0.0, random=lambda: 0.5, limits=limits)
    callers = _Callers(node, members, lambda: node.take_events().clear())

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

    for doing in script:
        callers.do(doing, act)


def _carry_client(script: Sequence[str], limits: Limits, members: int) -> None:
    beginning = Beginning("Ana", 20000, (_TRACKER_HOST, 10000), wall=_NOON, limits=limits)
    client = Client(beginning, catalogue=load_catalogue("en"), random=lambda: 0.5)
    client.resize(24, 80, now=0.0)

    def take() -> None:
        client.take_events()
        client.take_lines()

    callers = _Callers(client, members, take)
    for doing in script:  # a command of the user's may look through all windows
        callers.do(doing, lambda *_: None)


_CALLERS_DO: Final = ("come", "USER M@\r\n", "text of @\r\n", "text\r\n" * 5, "DISC\r\n", "leave", "break", "wait")
_USERS_DO: Final = ("user chats", "user says", "user ends")

CROWDS: Final = (
    Crowd(
        "tracker's crowd",
        ("come", "USER M@:1\r\n"),
        ("come", "USER M@:1\r\n", "USER N@:1\r\n", "LIST\r\n", "LIST\r\nKEEP\r\n", "KEEP\r\n", "ADDR M@\r\n", "x\r\n", "leave", "wait"),
        40,
        _carry_tracker,
    ),
    Crowd("node's crowd", ("come", "USER M@\r\ntext of @\r\n"), (*_CALLERS_DO, *_USERS_DO), 30, _carry_node),
    Crowd("client's crowd", ("come", "USER M@\r\ntext of @\r\n"), _CALLERS_DO, 80, _carry_client),
)
