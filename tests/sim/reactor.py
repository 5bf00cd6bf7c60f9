"""One process's loop: the reactor's face, driven by the simulated clock."""

import heapq
import signal
from collections.abc import Callable
from typing import Final, Protocol

from io_adapters.reactor import TURN_BYTES, Handler, Timer, share_of

from .network import Machine, Network
from .tcp import SimListener, SimSocket

_LONGEST_LATENCY_SECONDS: Final = 0.002  # until a process that has something to do gets to run
_HAIR_SECONDS: Final = 1e-6
_SHORTEST_TURN_SECONDS: Final = 2e-5  # no program does anything in no time
_STRIKES_FOR_A_SPIN: Final = 200  # turns at one moment: it will never stop


SLOW_STEPS_PER_SECOND: Final = 400_000.0
"""Calls and returns: a tenth of what the machine does that this was measured on."""
LONGEST_TURN_SECONDS: Final = 1.0
"""Of such a slow machine; 100 ms of a real one."""


class Stalling(AssertionError):
    """A turn takes so long that the program answers nobody meanwhile."""


class Spinning(AssertionError):
    """A process turns and turns while its time stands still."""


class Cancellable(Protocol):
    """Work under way."""

    def cancel(self) -> None: ...


class SimReactor:
    """What the adapters use of ``io_adapters.reactor.Reactor``, and the accidents of a process."""

    def __init__(self, network: Network, machine: Machine, offset_seconds: float) -> None:
        self.network: Final = network
        self.machine: Final = machine
        self._clock: Final = network.clock
        self._offset = offset_seconds  # each process's monotonic clock began at another time
        self.now = network.clock.now + offset_seconds
        self.share_bytes = TURN_BYTES
        self.is_frozen = False
        self.disturbed_at = -1.0
        """When last the process was stopped, or its clock leapt."""
        self.jumped_at = -1.0
        self.after_turn: Callable[[], None] | None = None
        self.dials: Final[dict[Cancellable, None]] = {}
        """Under way; given up with the process."""
        self.most_descriptors: int | None = None
        """How many sockets the process may have open; None for any number."""
        self.bytes_of_turn = 0
        """Read since the last turn ended."""
        self.failing_dials = 0
        """How many of the next dials find no socket."""
        self.dialled: Callable[[str, int], None] | None = None
        """Told of each dial: host and port."""
        self._is_dead = False
        self._handlers: dict[int, Handler] = {}
        self._masks: dict[int, int] = {}
        self._watched: dict[int, SimSocket | SimListener] = {}
        self._woken: dict[SimSocket | SimListener, None] = {}
        self._timers: list[tuple[float, int, Timer]] = []
        self._timer_count = 0
        self._calls: list[Callable[[], None]] = []
        self._end_of_turn: list[Callable[[], None]] = []
        self._turn_end: Callable[[], None] | None = None
        self._signals: dict[int, Callable[[], None]] = {}
        self.stopped: Callable[[], None] | None = None
        """Called when the program has stopped its loop."""
        self._turn_at: float | None = None
        self._busy_until = 0.0
        self._turn_number = 0
        self._last_turn_at = -1.0
        self._turns_at_once = 0

    # What the adapters call

    def time(self) -> float:
        moment = self._clock.now + self._offset
        if moment > self.now:
            self.now = moment
        return self.now

    def call_at(self, deadline: float, callback: Callable[[], None]) -> Timer:
        timer = Timer(deadline, callback)
        self._timer_count += 1
        heapq.heappush(self._timers, (deadline, self._timer_count, timer))
        self._schedule(deadline - self._offset)
        return timer

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        return self.call_at(self.time() + seconds, callback)

    def call_soon(self, callback: Callable[[], None]) -> None:
        self._calls.append(callback)
        self._schedule(self._clock.now)

    def register(self, fd: int, mask: int, handler: Handler) -> None:
        assert fd not in self._handlers
        watched = self.network.descriptors[fd]
        watched.reactor = self
        self._watched[fd] = watched
        self._handlers[fd] = handler
        self._masks[fd] = mask
        self._look_again(fd)

    def modify(self, fd: int, mask: int, handler: Handler) -> None:
        assert fd in self._handlers
        self._handlers[fd] = handler
        self._masks[fd] = mask
        self._look_again(fd)

    def unregister(self, fd: int) -> None:
        del self._handlers[fd]
        del self._masks[fd]

    def add_end_of_turn(self, callback: Callable[[], None]) -> None:
        self._end_of_turn.append(callback)

    def remove_end_of_turn(self, callback: Callable[[], None]) -> None:
        self._end_of_turn.remove(callback)

    def set_turn_end(self, callback: Callable[[], None] | None) -> None:
        self._turn_end = callback

    def add_signal(self, number: int, callback: Callable[[], None]) -> None:
        self._signals[number] = callback

    def run(self) -> None:
        """Return at once: the simulation turns the loop."""

    def stop(self) -> None:
        if self.stopped is not None:
            self.call_soon(self.stopped)

    # What the simulation calls

    def signal(self, name: str) -> None:
        """A signal arrives; the program sees it when it runs."""
        callback = self._signals.get(getattr(signal, name))
        if callback is not None:
            self.call_soon(callback)

    def wake(self, watched: SimSocket | SimListener) -> None:
        """Something has happened to a descriptor."""
        self._woken[watched] = None
        if self._turn_at is None or self._turn_at > self._clock.now + _LONGEST_LATENCY_SECONDS:
            self._schedule(self._clock.now + _LONGEST_LATENCY_SECONDS * self._clock.random.random())

    def note_writable(self, end: SimSocket) -> None:
        """An end has room again; of interest only where somebody waits for it."""
        if self._masks.get(end.fileno(), 0) & 2:
            self.wake(end)

    def freeze(self) -> None:
        """Stop running, as on SIGSTOP; the kernel goes on."""
        self.is_frozen = True

    def thaw(self) -> None:
        """Run again."""
        self.is_frozen = False
        self.disturbed_at = self._clock.now
        self._turn_at = None
        self._schedule(self._clock.now)

    def jump(self, seconds: float) -> None:
        """The process's clock leaps ahead, as after a suspend."""
        self.disturbed_at = self.jumped_at = self._clock.now
        self._offset += seconds
        self._turn_at = None
        self._schedule(self._clock.now)

    def die(self) -> None:
        """The process is gone: its kernel closes what it had open."""
        self._is_dead = True
        for dial in list(self.dials):
            dial.cancel()
        for watched in self._watched.values():
            watched.close()

    @property
    def is_out_of_descriptors(self) -> bool:
        """Whether the process can open no socket."""
        free = self.free_descriptors()
        return free is not None and free <= 0

    def free_descriptors(self) -> int | None:
        """How many sockets the process can still open; None for any number."""
        if self.most_descriptors is None:
            return None
        sockets = sum(watched.fileno() >= 0 for watched in self._watched.values())
        return self.most_descriptors - sockets - len(self.dials)

    @property
    def has_calls(self) -> bool:
        """Whether the process has something to do that happened since its last turn."""
        return bool(self._calls)

    @property
    def is_dead(self) -> bool:
        """Whether the process is gone."""
        return self._is_dead

    # Private

    def _look_again(self, fd: int) -> None:
        watched = self._watched[fd]
        if watched.readiness() & self._masks[fd]:
            self.wake(watched)

    def _schedule(self, time: float) -> None:
        if time < self._busy_until:
            time = self._busy_until
        if self._turn_at is None or time < self._turn_at:
            self._turn_at = time
            self._turn_number += 1
            self._clock.at(time, self._turn, self._turn_number)

    def _turn(self, number: int) -> None:
        if number != self._turn_number or self.is_frozen or self._is_dead:
            return
        self._turn_at = None
        self.work(self._run_turn)

    def work(self, call: Callable[[], None]) -> None:
        """Let the program do something, and take its time over it: meanwhile it does nothing else, and its kernel goes on."""
        meter = self.network.meter
        self.network.free_descriptors = self.free_descriptors
        if meter is None:
            call()
            self._busy_until = max(self._busy_until, self._clock.now + _SHORTEST_TURN_SECONDS)
            return
        meter.start()
        try:
            call()
        finally:
            steps = meter.stop()
        seconds = steps / SLOW_STEPS_PER_SECOND
        if seconds > LONGEST_TURN_SECONDS:
            raise Stalling(f"turn: {seconds:.2f} s of a slow machine, {steps} calls and returns")
        self._busy_until = max(self._busy_until, self._clock.now) + max(seconds, _SHORTEST_TURN_SECONDS)
        if self._turn_at is not None and self._turn_at < self._busy_until:
            self._turn_at = None
            self._schedule(self._busy_until)

    def _run_turn(self) -> None:
        now = self.time()
        if self._timers and now < self._timers[0][0] < now + _HAIR_SECONDS:
            now = self.now = self._timers[0][0]  # the sum of clock and offset was rounded
        self._count_turn(now)
        woken, self._woken = self._woken, {}
        self.share_bytes = share_of(len(woken))
        for watched in woken:
            fd = watched.fileno()
            ready = watched.readiness() & self._masks.get(fd, 0)
            if ready:
                self._handlers[fd].on_ready(ready)
        calls, self._calls = self._calls, []
        for call in calls:
            call()
        self._fire_timers(now)
        for callback in tuple(self._end_of_turn):
            callback()
        if self._turn_end is not None:
            self._turn_end()
        if self.after_turn is not None:
            self.after_turn()
        self.bytes_of_turn = 0
        for watched in woken:
            fd = watched.fileno()
            if fd < 0:
                self._watched.pop(watched.number, None)
            elif watched.readiness() & self._masks.get(fd, 0):
                self.wake(watched)
        if self._timers:
            self._schedule(self._timers[0][0] - self._offset)

    def _fire_timers(self, now: float) -> None:
        timers = self._timers
        due = []
        while timers and (timers[0][0] <= now or not timers[0][2].is_pending):
            due.append(heapq.heappop(timers)[2])
        for timer in due:
            timer.fire()

    def _count_turn(self, now: float) -> None:
        if now > self._last_turn_at:
            self._last_turn_at = now
            self._turns_at_once = 0
        self._turns_at_once += 1
        if self._turns_at_once > _STRIKES_FOR_A_SPIN:
            raise Spinning(f"{self._turns_at_once} turns at {now}")
