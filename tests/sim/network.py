"""Machines, the paths between them, and what goes wrong on those (virtual time, one seed)."""

import random
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Final

from core import LossReason

from tests.work import CallMeter

from .clockwork import Clockwork
from .tcp import SimListener, SimSocket, WireTap

LOOPBACK: Final = "127.0.0.1"
TRACKER_PORT: Final = 12000
ANY_HOST: Final = "0.0.0.0"
SYN_RETRY_SECONDS: Final = (1.0, 2.0, 4.0)
_FIRST_CALLING_PORT: Final = 40000


class Path:
    """One direction between two machines."""

    __slots__ = ("bytes_per_second", "jitter_seconds", "least_seconds")

    def __init__(self, least_seconds: float, jitter_seconds: float, bytes_per_second: float) -> None:
        self.least_seconds = least_seconds
        self.jitter_seconds = jitter_seconds
        self.bytes_per_second = bytes_per_second
        """0 for no limit."""

    def delay(self, chance: random.Random) -> float:
        """Seconds that the next segment takes."""
        return self.least_seconds + self.jitter_seconds * chance.random()


class Machine:
    """A computer with an address, listeners and connections."""

    __slots__ = ("ends", "group", "host", "is_up", "listeners", "next_port")

    def __init__(self, host: str) -> None:
        self.host = host
        self.is_up = True
        self.group = 0
        """Machines of different groups cannot reach each other: a partition."""
        self.listeners: dict[int, SimListener] = {}
        self.ends: dict[SimSocket, None] = {}
        self.next_port = _FIRST_CALLING_PORT


class Attempt:
    """One connect under way."""

    __slots__ = ("is_cancelled",)

    def __init__(self) -> None:
        self.is_cancelled = False


class Network:
    """All machines and connections of one run."""

    def __init__(self, clock: Clockwork, *, tells_unacknowledged: bool | None = None) -> None:
        """Args:
        tells_unacknowledged: Whether the systems can tell what was not acknowledged; None to leave it to chance.
        """
        chance = clock.random
        self.clock: Final = clock
        self.buffer_bytes: Final = chance.choice((2048, 16 * 1024, 64 * 1024, 256 * 1024))
        """Room of each kernel buffer."""
        self.reset_drops_unread: Final = chance.random() < 0.5
        """Whether a RST takes away what a program has not read yet: systems differ."""
        told_by_chance = chance.random() < 0.7
        self.tells_unacknowledged: Final = told_by_chance if tells_unacknowledged is None else tells_unacknowledged
        """Whether the systems can tell what was not acknowledged: Linux can."""
        self._chop_share: Final = chance.choice((0.0, 0.05, 0.3))
        self.descriptors: Final[dict[int, SimSocket | SimListener]] = {}
        """Every open one, of all processes."""
        self._machines: dict[str, Machine] = {}
        self._blocked: set[tuple[Machine, Machine]] = set()
        self._paths: dict[tuple[Machine, Machine], Path] = {}
        self._slow_share: Final = chance.choice((0.0, 0.0, 0.2))
        self._far_seconds: Final = chance.choice((0.001, 0.02, 0.1, 0.4))
        self.connections = 0
        """How many were ever made."""
        self.tap: WireTap | None = None
        """Reads along on every connection."""
        self.meter: CallMeter | None = None
        """Counts the work of programs, which then takes time; None where it takes none."""
        self._filenos = 2
        self.free_descriptors: Callable[[], int | None] = lambda: None
        """Of the program that runs now; None for any number."""

    def are_free(self, count: int) -> bool:
        """Take the place of ``io_adapters.descriptors.are_free``."""
        free = self.free_descriptors()
        return free is None or free >= count

    def unmetered(self) -> AbstractContextManager[None]:
        """Leave out what a test does in the midst of a program."""
        return self.meter.left_out() if self.meter is not None else nullcontext()

    # Machines and paths

    def machine(self, host: str) -> Machine:
        """The machine with that address, made when first asked for."""
        machine = self._machines.get(host)
        if machine is None:
            machine = self._machines[host] = Machine(host)
        return machine

    @property
    def machines(self) -> list[Machine]:
        """All of them, in the order in which they came."""
        return list(self._machines.values())

    def path(self, source: Machine, target: Machine) -> Path:
        """From one machine to another; what it is like was decided by chance."""
        path = self._paths.get((source, target))
        if path is None:
            path = self._paths[source, target] = self._make_path(source is target)
        return path

    def is_open(self, one: Machine, other: Machine) -> bool:
        """Whether segments get through."""
        if one is other:
            return True
        return one.group == other.group and one.is_up and other.is_up and (one, other) not in self._blocked

    def is_open_both_ways(self, one: Machine, other: Machine) -> bool:
        """Whether segments get through, and their acknowledgements back."""
        return self.is_open(one, other) and self.is_open(other, one)

    @property
    def has_blocked_ways(self) -> bool:
        """Whether some machine cannot send to some other."""
        return bool(self._blocked)

    def segment_bytes(self, most: int) -> int:
        """How many of ``most`` bytes go into the next segment."""
        if most > 1 and self._chop_share and self.clock.random.random() < self._chop_share:
            return self.clock.random.randint(1, min(most - 1, 1500))
        return most

    # Sockets

    def listen(self, machine: Machine, port: int) -> SimListener:
        """Open a listening socket on all interfaces; the port must be free."""
        assert port not in machine.listeners, f"port {port} is taken"
        listener = machine.listeners[port] = SimListener(machine, (ANY_HOST, port), self._next_fileno())
        self.descriptors[listener.number] = listener
        return listener

    def dial(
        self,
        source: Machine,
        host: str,
        port: int,
        connected: Callable[[SimSocket], None],
        failed: Callable[[LossReason], None],
    ) -> Attempt:
        """Connect; one of the two calls follows, unless the attempt is cancelled or nothing ever answers."""
        attempt = Attempt()
        target = source if host == LOOPBACK else self._machines.get(host)
        if target is None:
            self.clock.later(0.01, self._refuse, attempt, failed, LossReason.NO_ROUTE)
            return attempt
        own_host = LOOPBACK if host == LOOPBACK else source.host
        self._send_syn(attempt, source, target, (own_host, host, port), connected, failed, 0)
        return attempt

    # Accidents

    def set_groups(self, groups: dict[Machine, int]) -> None:
        """Part the network, or heal it: machines that are not named are in group 0."""
        for machine in self._machines.values():
            machine.group = groups.get(machine, 0)
        self._paths_changed()

    def block(self, ways: set[tuple[Machine, Machine]]) -> None:
        """Let nothing through from the first machine of each pair to the second, and everything on all other ways."""
        self._blocked = ways
        self._paths_changed()

    def power_off(self, machine: Machine) -> None:
        """Nothing on the machine says goodbye."""
        machine.is_up = False
        for end in list(machine.ends):
            peer = end.peer
            end.vanish()
            self.watch_silence(peer)
        for listener in list(machine.listeners.values()):
            listener.vanish()
        machine.listeners.clear()

    def power_on(self, machine: Machine) -> None:
        """It knows nothing of its old connections, and answers them by RST."""
        machine.is_up = True
        self._paths_changed()

    def swallow(self, end: SimSocket) -> None:
        """From now on nothing gets through on one connection, as when a router forgot it."""
        for one in (end, end.peer):
            one.blackhole = True
        for one in (end, end.peer):
            one.probe()

    def watch_silence(self, end: SimSocket) -> None:
        """The other end may never speak again: let keepalive find out."""
        self.clock.at(self.clock.now, end.probe)

    def note_end(self, end: SimSocket) -> None:
        """A connection's end is of no further interest to the network."""
        end.machine.ends.pop(end, None)

    # Private

    def _paths_changed(self) -> None:
        for machine in self._machines.values():
            for end in list(machine.ends):
                if self.is_open_both_ways(machine, end.peer.machine):
                    end.release()
                else:
                    self.watch_silence(end)

    def _make_path(self, on_loopback: bool) -> Path:
        chance = self.clock.random
        if on_loopback:
            return Path(0.00005, 0.0001, 0.0)
        least = chance.uniform(0.0002, self._far_seconds)
        slow = chance.random() < self._slow_share
        return Path(least, least * chance.choice((0.1, 1.0)), chance.choice((4e3, 2e4, 2e5)) if slow else 0.0)

    def _next_fileno(self) -> int:
        self._filenos += 1
        return self._filenos

    def _send_syn(
        self,
        attempt: Attempt,
        source: Machine,
        target: Machine,
        route: tuple[str, str, int],
        connected: Callable[[SimSocket], None],
        failed: Callable[[LossReason], None],
        tries: int,
    ) -> None:
        if attempt.is_cancelled:
            return
        delay = self.path(source, target).delay(self.clock.random)
        arguments = (attempt, source, target, route, connected, failed)
        if self.is_open_both_ways(source, target):
            self.clock.later(delay, self._receive_syn, *arguments)
        elif tries < len(SYN_RETRY_SECONDS):
            self.clock.later(SYN_RETRY_SECONDS[tries], self._send_syn, *arguments, tries + 1)

    def _receive_syn(
        self,
        attempt: Attempt,
        source: Machine,
        target: Machine,
        route: tuple[str, str, int],
        connected: Callable[[SimSocket], None],
        failed: Callable[[LossReason], None],
    ) -> None:
        own_host, host, port = route
        back = self.path(target, source).delay(self.clock.random)
        listener = target.listeners.get(port)
        if not target.is_up or not source.is_up:
            return
        if listener is None:
            self.clock.later(back, self._refuse, attempt, failed, LossReason.REFUSED)
            return
        source.next_port += 1
        self.connections += 1
        ours = SimSocket(self, source, (own_host, source.next_port), self.connections, self._next_fileno())
        theirs = SimSocket(self, target, (host, port), self.connections, self._next_fileno())
        ours.peer, theirs.peer = theirs, ours
        ours.wire = theirs.wire = self.tap
        self.descriptors[ours.number] = ours
        self.descriptors[theirs.number] = theirs
        theirs._last_arrival = self.clock.now + back  # nothing overtakes the SYN-ACK
        source.ends[ours] = None
        target.ends[theirs] = None
        self.clock.later(back, self._receive_syn_ack, attempt, ours, connected)
        self.clock.later(2 * back, self._complete, listener, theirs)

    def _receive_syn_ack(
        self, attempt: Attempt, end: SimSocket, connected: Callable[[SimSocket], None]
    ) -> None:
        if not self.is_open_both_ways(end.machine, end.peer.machine) or end.is_dead:
            end.vanish()  # as a program sees it, the connection was never made
            self.watch_silence(end.peer)
        elif attempt.is_cancelled:
            end.close()
            end.reset()
        else:
            connected(end)

    def _complete(self, listener: SimListener, end: SimSocket) -> None:
        if end.is_dead:
            return
        if listener.fileno() < 0:
            end.close()
            end.reset()
        else:
            listener.enqueue(end)

    def _refuse(
        self, attempt: Attempt, failed: Callable[[LossReason], None], reason: LossReason
    ) -> None:
        if not attempt.is_cancelled:
            failed(reason)
