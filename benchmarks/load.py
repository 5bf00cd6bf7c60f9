"""A load generator for trackers: sends prepared blocks and counts the bytes that come back.

Written in Python, it costs about as much as the tracker itself, so with one request
outstanding on each connection it is often the slower side, and always for clients that
come and go. What decides is therefore the server's processor time for each request.
"""

import select
import socket
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from core.limits import KEEPALIVE_SECONDS

from .processes import cpu_seconds, resident_bytes

HOST: Final = "127.0.0.1"
KEEP: Final = b"KEEP\r\n"
LIST: Final = b"LIST\r\n"
PATIENCE_SECONDS: Final = 20.0  # only so that a server that is silent cannot hang the benchmark

_SOURCES: Final = 16  # addresses, so that there are ports enough; all of one length
_FIRST_SOURCE: Final = 11
_IP_BIND_ADDRESS_NO_PORT: Final = 24  # Linux; the socket module of Python 3.11 has no name for it
_READ_BYTES: Final = 1 << 18
_REGISTER_BATCH: Final = 64  # below any backlog


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost to the server of a measured time of load."""

    requests: int
    seconds: float
    server_seconds: float
    """Processor time."""
    load_share: float
    """Share of the time that the load generator was busy; near 1, it is the slower side."""

    @property
    def per_second(self) -> float:
        """Requests answered."""
        return self.requests / self.seconds

    @property
    def microseconds(self) -> float:
        """Processor time of the server for each request."""
        return 1e6 * self.server_seconds / max(1, self.requests)

    @property
    def server_share(self) -> float:
        """Share of one processor."""
        return self.server_seconds / self.seconds


class Stopwatch:
    """Begin now; ``stop`` returns what the server has cost since."""

    def __init__(self, server_pid: int) -> None:
        self._pid = server_pid
        self._own_began = time.process_time()
        self._server_began = cpu_seconds(server_pid)
        self._began = time.monotonic()

    def stop(self, requests: int) -> Cost:
        """Return the cost of ``requests`` requests."""
        seconds = time.monotonic() - self._began
        server_seconds = cpu_seconds(self._pid) - self._server_began
        return Cost(requests, seconds, server_seconds, (time.process_time() - self._own_began) / seconds)


def name_of(number: int) -> bytes:
    """Return the name of a user; all have the same length."""
    return b"u%06d" % number


class Crowd:
    """Registered clients of a tracker, as bare sockets. A context manager: leaving closes them."""

    def __init__(self, port: int, count: int, *, first: int = 0) -> None:
        """Connect and register ``count`` clients, and wait until the tracker knows them all."""
        self.sockets: Final[list[socket.socket]] = []
        for number in range(first, first + count):
            self._add(port, number)
            if len(self.sockets) % _REGISTER_BATCH == 0:
                self.wait_until_known(number)
        if count:
            self.wait_until_known(first + count - 1)

    @classmethod
    def waiting(cls, port: int, count: int, *, first: int) -> Self:
        """Let them connect and send ``USER``, without waiting for the tracker."""
        crowd = cls(port, 0)
        for number in range(first, first + count):
            crowd._add(port, number)
        return crowd

    def _add(self, port: int, number: int) -> None:
        client = connect(port, number)
        client.send(b"USER %b:%d\r\n" % (name_of(number), _listening_port(number)))
        self.sockets.append(client)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        for client in self.sockets:
            client.close()

    def __len__(self) -> int:
        return len(self.sockets)

    def wait_until_known(self, number: int) -> None:
        """Wait until the tracker gives the right address of one of them."""
        asker = self.sockets[-1]
        asker.setblocking(True)
        asker.settimeout(PATIENCE_SECONDS)
        asker.sendall(address_request(number))
        expected = address_reply(number)
        received = b""
        while len(received) < len(expected):
            received += asker.recv(len(expected) - len(received)) or b"\0" * len(expected)
        if received != expected:
            raise RuntimeError(f"the tracker answered {received!r} instead of {expected!r}")
        asker.setblocking(False)

    def read(self, missing: dict[int, int]) -> None:
        """Read the bytes that are still due, by descriptor; no more and no fewer may come."""
        clients = {client.fileno(): client for client in self.sockets}
        buffer = bytearray(_READ_BYTES)
        with select.epoll() as epoll:
            for fd in missing:
                epoll.register(fd, select.EPOLLIN)
            _drain(epoll, clients, missing, buffer)

    def ask(self, askers: int, requests: Sequence[bytes], reply_bytes: int, outstanding: int) -> "ClosedLoop":
        """Let the first ``askers`` ask, each its own request, with ``outstanding`` of them unanswered."""
        return ClosedLoop(self.sockets[:askers], requests, reply_bytes, outstanding)


def connect(port: int, number: int) -> socket.socket:
    """Return a connected socket, from one of several addresses of this machine."""
    client = socket.socket()
    client.setsockopt(socket.IPPROTO_IP, _IP_BIND_ADDRESS_NO_PORT, 1)
    client.bind((_source(number), 0))
    client.settimeout(PATIENCE_SECONDS)
    client.connect((HOST, port))
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.setblocking(False)
    return client


def address_request(number: int) -> bytes:
    """Return the request for the address of a user of a crowd."""
    return b"ADDR " + name_of(number) + b"\r\n"


def address_reply(number: int) -> bytes:
    """Return the right answer; all have the same length."""
    return b"ADDR %b:%d\r\n" % (_source(number).encode(), _listening_port(number))


def list_reply_bytes(users: int) -> int:
    """Return the length of the answer to ``LIST`` for one of ``users`` users."""
    return len(b"LIST \r\n") + (users - 1) * (len(name_of(0)) + 1) - (users > 1)


def _source(number: int) -> str:
    return f"127.0.0.{_FIRST_SOURCE + number % _SOURCES}"


def _listening_port(number: int) -> int:
    return 10000 + number % 50000


class ClosedLoop:
    """Connections that ask again when they are answered."""

    def __init__(
        self, clients: Sequence[socket.socket], requests: Sequence[bytes], reply_bytes: int, outstanding: int
    ) -> None:
        self._clients: Final = {client.fileno(): client for client in clients}
        self._outstanding: Final = outstanding
        self._blocks: Final = {
            client.fileno(): [request * n for n in range(outstanding + 1)]
            for client, request in zip(clients, requests, strict=True)
        }
        self._reply_bytes: Final = reply_bytes

    def run(self, seconds: float, server_pid: int) -> Cost:
        """Ask for ``seconds``; a request counts when it is answered."""
        clients, blocks, reply_bytes = self._clients, self._blocks, self._reply_bytes
        missing = dict.fromkeys(clients, self._outstanding * reply_bytes)
        buffer = bytearray(_READ_BYTES)
        answered = 0
        with select.epoll() as epoll:
            for fd, client in clients.items():
                epoll.register(fd, select.EPOLLIN)
                client.send(blocks[fd][self._outstanding])
            watch = Stopwatch(server_pid)
            ends_at = time.monotonic() + seconds
            while time.monotonic() < ends_at:
                for fd, _ in epoll.poll(PATIENCE_SECONDS):
                    received = clients[fd].recv_into(buffer)
                    if not received:
                        raise RuntimeError("the tracker closed a connection")
                    left = missing[fd] - received
                    outstanding = -(-left // reply_bytes)
                    new = self._outstanding - outstanding
                    if new:
                        answered += new
                        left += new * reply_bytes
                        clients[fd].send(blocks[fd][new])
                    missing[fd] = left
            cost = watch.stop(answered)
            _drain(epoll, clients, missing, buffer)
        return cost


def _drain(
    epoll: select.epoll, clients: dict[int, socket.socket], missing: dict[int, int], buffer: bytearray
) -> None:
    waited_for = sum(missing.values())
    while waited_for > 0:
        ready = epoll.poll(PATIENCE_SECONDS)
        if not ready:
            raise RuntimeError(f"{waited_for} bytes of replies are missing")
        for fd, _ in ready:
            received = clients[fd].recv_into(buffer)
            if not received:
                raise RuntimeError("the tracker closed a connection")
            waited_for -= received


@dataclass(frozen=True, slots=True)
class Visits:
    """The outcome of clients that connect, register, ask for the list and leave."""

    cost: Cost
    lost: int
    """How many clients got no answer."""
    slowest_seconds: float
    """Seconds from connecting to the whole answer."""


def visit(
    port: int, server_pid: int, seconds: float, *, at_once: int, per_second: float | None = None
) -> Visits:
    """Let clients come and go.

    Args:
        at_once: How many there are at any time, without a rate; with one, how many there may be.
        per_second: How many come; None for the next one as soon as another has gone.
    """
    clients: dict[int, tuple[socket.socket, float]] = {}
    buffer = bytearray(_READ_BYTES)
    came, answered, lost, slowest = 0, 0, 0, 0.0
    began = time.monotonic()
    watch = Stopwatch(server_pid)
    with select.epoll() as epoll:
        while (now := time.monotonic()) < began + seconds or clients:
            if now > began + seconds + PATIENCE_SECONDS:
                lost += len(clients)
                break
            due = at_once - len(clients)
            if per_second is not None:
                due = min(due, int((now - began) * per_second) - came)
            for _ in range(due if now < began + seconds else 0):
                client = _visitor(port, came)
                came += 1
                clients[client.fileno()] = client, now
                epoll.register(client.fileno(), select.EPOLLIN)
            for fd, _ in epoll.poll(0.001):
                client, since = clients[fd]
                try:
                    received = client.recv_into(buffer)
                except ConnectionError:
                    received = 0
                if received and buffer[received - 1] != ord("\n"):
                    continue
                slowest = max(slowest, time.monotonic() - since)
                answered += bool(received)
                lost += not received
                del clients[fd]
                client.close()
    for client, _ in clients.values():
        client.close()
    return Visits(watch.stop(answered), lost, slowest)


def _visitor(port: int, number: int) -> socket.socket:
    client = connect(port, number)
    client.send(b"USER v%06d:9999\r\nLIST\r\n" % (number % 1_000_000))
    return client


def keep_alive(crowd: Crowd, seconds: float, server_pid: int) -> Cost:
    """Let each client say ``KEEP`` every five seconds, evenly spread, and nothing else."""
    waiting = deque(crowd.sockets)
    said = 0
    began = time.monotonic()
    watch = Stopwatch(server_pid)
    while (now := time.monotonic()) < began + seconds:
        due = int((now - began) / KEEPALIVE_SECONDS * len(waiting)) - said
        for _ in range(due):
            waiting[0].send(KEEP)
            waiting.rotate(-1)
        said += due
        time.sleep(0.001)
    return watch.stop(said)


def resident_kib(pid: int) -> float:
    """Return the memory of a process."""
    return resident_bytes(pid) / 1024
