"""A tracker with random clients, against a model of a few lines that answers slowly (docs/protocol.md §2)."""

import random
from dataclasses import dataclass, field

import pytest

from core.events import (
    AddressAskedRepeatedly,
    ClientDeparted,
    ClientRefused,
    ClientRegistered,
    DepartureReason,
    LineIgnored,
    LossReason,
    RefusalReason,
)
from core.tracker.tracker import Tracker, TrackerConfig, TrackerConnection

from ..tracker_talk import OURS

_GARBLED_LINES = 4
_NAMES = ("Ana", "Anabela", "bela", "José", "美", "a b")


@dataclass
class ModelClient:
    connection: TrackerConnection
    host: str
    heard_at: float
    name: str | None = None
    port: int = 0
    garbled: int = 0
    replies: str = ""
    end: DepartureReason | None = None
    to_send: bytes = b""
    incomplete: bytes = b""


@dataclass
class Model:
    """What §2 says, in the plainest way: every question looks at every client."""

    clients: list[ModelClient] = field(default_factory=list)
    registered: list[ModelClient] = field(default_factory=list)

    def holder(self, name: str) -> ModelClient | None:
        return next((client for client in self.registered if client.name == name), None)

    def leave(self, client: ModelClient, reason: DepartureReason) -> None:
        client.end = reason
        if client in self.registered:
            self.registered.remove(client)

    def expire(self, now: float) -> None:
        for client in self.clients:
            if client.end is None and now - client.heard_at >= 15.0:
                self.leave(client, DepartureReason.EXPIRED)

    def feed(self, client: ModelClient, data: bytes, now: float) -> None:
        *lines, client.incomplete = (client.incomplete + data).split(b"\n")
        for line in lines:
            self.line(client, line.removesuffix(b"\r").decode(), now)

    def line(self, client: ModelClient, line: str, now: float) -> None:
        if client.end is not None:
            return
        verb, _, rest = line.partition(" ")
        if verb == "USER":
            self.user(client, rest, now)
        elif line in ("KEEP", "LIST", "DISC") or verb == "ADDR" and rest:
            client.heard_at, client.garbled = now, 0
            if line == "DISC":
                self.leave(client, DepartureReason.DISC)
            elif client.name is not None and line == "LIST":
                others = (str(other.name) for other in self.registered if other is not client)
                client.replies += f"LIST {':'.join(others)}\r\n"
            elif client.name is not None and verb == "ADDR":
                other = self.holder(rest)
                if other is not None:
                    from_afar = not client.host.startswith("127")
                    host = OURS if from_afar and other.host.startswith("127") else other.host
                    client.replies += f"ADDR {host}:{other.port}\r\n"
        else:
            client.garbled += 1
            if client.garbled > _GARBLED_LINES:
                self.leave(client, DepartureReason.GARBLED)

    def user(self, client: ModelClient, rest: str, now: float) -> None:
        name, _, port = rest.partition(":")
        if port == "bad":
            self.leave(client, DepartureReason.REFUSED)
            return
        client.heard_at, client.garbled = now, 0
        other = self.holder(name)
        if other is not client:
            if other is not None:
                if now - other.heard_at < 10.0:
                    self.leave(client, DepartureReason.REFUSED)
                    return
                self.leave(other, DepartureReason.REPLACED)
            if client in self.registered:
                self.registered.remove(client)
            self.registered.append(client)
        client.name, client.port = name, int(port)


def random_line(chance: random.Random) -> str:
    name = chance.choice(_NAMES)
    return chance.choice(
        ["KEEP", "KEEP", "LIST", "LIST", f"ADDR {name}", f"ADDR {name}", f"ADDR {name}", "ADDR nobody"]
        + [f"USER {name}:{chance.randint(1, 9)}", f"USER {name}:{chance.randint(1, 9)}", "x", "KEEPLIST"]
        + (["DISC", "USER Ana:bad"] if chance.random() < 0.1 else [])
    )


def play(seed: int, *, report_queries: bool) -> None:
    """A few hundred steps of coming, asking in odd chunks, falling silent, leaving."""
    print("seed", seed, "report_queries", report_queries)
    chance = random.Random(seed)
    tracker = Tracker(TrackerConfig(max_garbled_lines=_GARBLED_LINES), report_queries=report_queries)
    model = Model()
    ends: dict[int, DepartureReason] = {}
    now = 0.0
    for _ in range(300):
        now += chance.choice([0.0, 0.0, 0.125, 1.0, 4.0])  # exact sums: both must agree to the bit
        tracker.handle_timer(now=now)
        model.expire(now)
        alive = [client for client in model.clients if client.end is None]
        if len(alive) < 3 or chance.random() < 0.1:
            host = chance.choice(["127.0.0.1", "10.0.0.1", "10.0.0.2"])
            own = "127.0.0.1" if host.startswith("127") else OURS
            model.clients.append(ModelClient(tracker.accept(host, own, now=now), host, now))
        elif chance.random() < 0.03:
            leave_somehow(chance, model, chance.choice(alive), now)
        else:
            talk(chance, model, chance.choice(alive), now)
        collect_ends(tracker, ends)
        for client in model.clients:
            assert client.connection.wants_close == (client.end is not None)
            assert ends.get(client.connection.number) is client.end
        assert tracker.online == len(model.registered)
        assert tracker.clients == sum(client.end is None for client in model.clients)
    deadline = tracker.next_timer()
    while deadline is not None:
        tracker.handle_timer(now=deadline)
        assert deadline <= now + 15.25
        deadline = tracker.next_timer()
    assert tracker.online == tracker.clients == 0


def talk(chance: random.Random, model: Model, client: ModelClient, now: float) -> None:
    """Send some lines, the end of the last one perhaps another time, cut anyhow; compare the replies."""
    for _ in range(chance.choice([1, 1, 2, 5, 12])):
        client.to_send += (random_line(chance) + chance.choice(["\r\n", "\r\n", "\n"])).encode()
    size = len(client.to_send) - chance.choice([0, 0, 1, 2, 5])
    data, client.to_send = client.to_send[:size], client.to_send[size:]
    model.feed(client, data, now)
    while data:
        size = chance.choice([1, 3, 10, len(data)])
        client.connection.receive_data(data[:size], now=now)
        data = data[size:]
    assert client.connection.data_to_send().decode() == client.replies
    client.replies = ""


def leave_somehow(chance: random.Random, model: Model, client: ModelClient, now: float) -> None:
    if chance.random() < 0.5:
        client.connection.receive_eof(now=now)
        model.leave(client, DepartureReason.END_OF_STREAM)
    else:
        client.connection.connection_lost(LossReason.RESET, now=now)
        model.leave(client, DepartureReason.CONNECTION_LOST)


def collect_ends(tracker: Tracker, ends: dict[int, DepartureReason]) -> None:
    """Note how connections ended; their terminal event is the last and the only one."""
    refused: set[int] = set()
    for event in tracker.take_events():
        assert event.connection not in ends
        match event:
            case ClientDeparted(number, reason, idle_seconds=idle):
                assert (number in refused) == (reason is DepartureReason.REFUSED)
                assert idle >= 0.0
                ends[number] = reason
            case ClientRefused(number, reason):
                assert reason in (RefusalReason.BAD_USER, RefusalReason.NAME_TAKEN)
                refused.add(number)
            case ClientRegistered(online=online):
                assert online >= 1
            case AddressAskedRepeatedly():
                pass
            case LineIgnored(line=line):
                assert line in (b"x", b"KEEPLIST")
            case _:
                assert tracker._reports_queries


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("report_queries", [False, True], ids=["tables", "line by line"])
def test_tracker_agrees_with_the_model_through_a_random_history(seed: int, report_queries: bool) -> None:
    """§2.1 to §2.8"""
    play(seed, report_queries=report_queries)


@pytest.mark.parametrize("seed", range(10))
def test_tracker_takes_any_bytes_without_raising(seed: int) -> None:
    """§2.3: and every connection ends exactly once, with its terminal event last."""
    print("seed", seed)
    chance = random.Random(seed)
    words = [b"USER ", b"A", b":", b"1", b"LIST", b"KEEP", b"ADDR ", b"\r\n", b"\n", b"\r", b"\xff", b"\x00"]
    tracker = Tracker(TrackerConfig(max_request_bytes=100), report_queries=seed % 2 == 0)
    ended: list[int] = []
    for _ in range(200):
        connection = tracker.accept("10.0.0.1", OURS, now=0.0)
        for _ in range(chance.randint(0, 8)):
            connection.receive_data(b"".join(chance.choices(words, k=chance.randint(0, 40))), now=0.0)
            connection.data_to_send()
        if chance.random() < 0.7:
            connection.receive_eof(now=1.0)
        for event in tracker.take_events():
            assert event.connection not in ended
            if isinstance(event, ClientDeparted):
                ended.append(event.connection)
    tracker.close(now=2.0)
    ended += [event.connection for event in tracker.take_events()]
    assert sorted(ended) == list(range(1, 201))
