"""The one loop of a program: descriptors, timers, signals and calls from other threads.

A turn of the loop waits for the first event. Then it serves, each at most once: every
ready descriptor, the calls from other threads and the signals, the timers that are due,
the end-of-turn callbacks and, last, the hook (a client repaints there). So no source of
work can starve another.
"""

import errno
import heapq
import os
import selectors
import signal
import socket
import time
from collections import deque
from collections.abc import Callable
from itertools import count
from types import FrameType
from typing import Any, Final, Protocol, Self

from .system import MOST_WATCHED

READ: Final = selectors.EVENT_READ
WRITE: Final = selectors.EVENT_WRITE

LONGEST_WAIT_SECONDS: Final = 3600.0  # the operating systems' own limits lie between days and weeks
SIGNAL_LOOK_SECONDS: Final = 0.25  # how often to look for signals, where none can end a wait
TURN_BYTES: Final = 64 * 1024  # read in one turn, from all that are ready together
LEAST_TURN_BYTES: Final = 16  # from each, however many there are
_WAKE_UP_READ_BYTES: Final = 4096


class Handler(Protocol):
    """Serves a registered descriptor."""

    def on_ready(self, mask: int) -> None:
        """Serve the descriptor; ``mask`` is ``READ``, ``WRITE`` or both.

        The loop may still call this once in the turn in which the descriptor was unregistered.
        """

    def on_fault(self, fault: Exception) -> None:
        """Deal with an exception from ``on_ready``, or raise it again to end the loop."""


class Timer:
    """One call in the future; made by ``Reactor.call_at``."""

    __slots__ = ("deadline", "_callback")

    def __init__(self, deadline: float, callback: Callable[[], None]) -> None:
        self.deadline: Final = deadline
        self._callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        """Never call; harmless when the call was made already."""
        self._callback = None

    @property
    def is_pending(self) -> bool:
        """Whether the call was neither made nor cancelled."""
        return self._callback is not None

    def fire(self) -> None:
        """Make the call, unless it was cancelled or made."""
        callback, self._callback = self._callback, None
        if callback is not None:
            callback()


def share_of(ready_count: int) -> int:
    """Return how much each of the descriptors that are ready may read in one turn."""
    return max(LEAST_TURN_BYTES, TURN_BYTES // max(1, ready_count))


class _Reader:
    """Handler for a descriptor of the program; its faults end the loop."""

    __slots__ = ("callback",)

    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback: Callable[[], None] | None = callback

    def on_ready(self, mask: int) -> None:
        if self.callback is not None:
            self.callback()

    def on_fault(self, fault: Exception) -> None:
        raise fault


class Reactor:
    """A selector loop. Only ``call_soon`` and ``stop`` may be called from other threads."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Prepare the loop.

        Args:
            clock: Returns seconds that never go back.
        """
        self._clock: Final = clock
        self.now = clock()
        """When this turn began, in seconds of the clock; never goes back."""
        self.share_bytes = TURN_BYTES
        """What a connection may read in this turn: its share, for all that are ready have to wait for each other."""
        self._selector: Final = selectors.DefaultSelector()
        self._unwatchable: Final[dict[int, _Reader]] = {}
        self._timers: Final[list[tuple[float, int, Timer]]] = []
        self._timer_numbers: Final = count()
        self._calls: Final[deque[Callable[[], None]]] = deque()
        self._wake_up_is_sent = False
        self._end_of_turn: Final[list[Callable[[], None]]] = []
        self._turn_end: Callable[[], None] | None = None
        self._is_stopping = False
        self._is_closed = False
        self._signal_callbacks: Final[dict[int, Callable[[], None]]] = {}
        self._replaced_handlers: Final[dict[int, Any]] = {}  # Any: as the signal module has it
        self._replaced_wake_up_fd = -1
        self._caught_signals: dict[int, None] = {}
        self._wake_up_reader, self._wake_up_writer = socket.socketpair()
        self._wake_up_reader.setblocking(False)
        self._wake_up_writer.setblocking(False)
        self.register(self._wake_up_reader.fileno(), READ, _Reader(self._on_wake_up))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # Time

    def time(self) -> float:
        """Read the clock and return ``now``; for callers outside the loop's own callbacks."""
        moment = self._clock()
        if moment > self.now:
            self.now = moment
        return self.now

    def call_at(self, deadline: float, callback: Callable[[], None]) -> Timer:
        """Call once when ``now`` has reached ``deadline`` (seconds of the clock)."""
        timer = Timer(deadline, callback)
        heapq.heappush(self._timers, (deadline, next(self._timer_numbers), timer))
        return timer

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """Call once, ``seconds`` from now."""
        return self.call_at(self.time() + seconds, callback)

    # Descriptors

    def register(self, fd: int, mask: int, handler: Handler) -> None:
        """Let a handler serve a descriptor whenever it is ready for ``READ``, ``WRITE`` or both.

        Raises:
            KeyError: It is watched already.
            ValueError: It is no descriptor.
            PermissionError: It never blocks, and the system cannot watch such descriptors.
            OSError: The system cannot watch one more.
        """
        if MOST_WATCHED is not None and len(self._selector.get_map()) >= MOST_WATCHED:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))  # ``select`` would fail for all of them
        self._selector.register(fd, mask, handler)

    def modify(self, fd: int, mask: int, handler: Handler) -> None:
        """Watch a registered descriptor for something else.

        Raises:
            KeyError: It is not watched.
        """
        self._selector.modify(fd, mask, handler)

    def unregister(self, fd: int) -> None:
        """Watch the descriptor no longer; before it is closed.

        Raises:
            KeyError: It is not watched.
        """
        self._selector.unregister(fd)

    def add_reader(self, fd: int, callback: Callable[[], None]) -> None:
        """Call whenever ``fd`` can be read, until ``remove_reader``.

        Some systems cannot watch descriptors that never block (a regular file,
        ``/dev/null``). These count as readable in every turn.

        Raises:
            KeyError: It is watched already.
            ValueError: It is no descriptor.
        """
        reader = _Reader(callback)
        try:
            self.register(fd, READ, reader)
        except PermissionError:  # epoll's answer for a descriptor that never blocks
            self._unwatchable[fd] = reader

    def remove_reader(self, fd: int) -> None:
        """Undo ``add_reader``; the callback is not called again, not even in this turn.

        Raises:
            KeyError: It is not watched.
        """
        reader: object = self._unwatchable.pop(fd, None)
        if reader is None:
            reader = self._selector.unregister(fd).data
        if isinstance(reader, _Reader):
            reader.callback = None

    # Other threads

    def call_soon(self, callback: Callable[[], None]) -> None:
        """Call in the loop's thread, in a turn that begins after this; from any thread.

        After ``close`` this does nothing.
        """
        self._calls.append(callback)
        # The loop clears the flag before it looks at the calls, and the call is in the
        # queue before the flag is looked at: no order of the two threads loses a call.
        if not self._wake_up_is_sent:
            self._wake_up_is_sent = True
            try:
                self._wake_up_writer.send(b"\0")
            except OSError:
                pass  # full: then the loop wakes up anyway; or closed

    def _on_wake_up(self) -> None:
        try:
            arrived = self._wake_up_reader.recv(_WAKE_UP_READ_BYTES)
        except BlockingIOError:
            arrived = b""
        self._wake_up_is_sent = False
        caught, self._caught_signals = self._caught_signals, {}
        if any(number and number not in caught for number in arrived):
            # Python runs the handler a little after the byte arrives: look again in the next turn.
            self.call_soon(_do_nothing)
        for number in caught:
            callback = self._signal_callbacks.get(number)
            if callback is not None:
                callback()
        for _ in range(len(self._calls)):
            self._calls.popleft()()

    # Signals

    def add_signal(self, number: int, callback: Callable[[], None]) -> None:
        """Call in the loop when the signal arrives; several at once may become one call.

        Raises:
            ValueError: Not in the main thread, or not a signal that can be caught.
        """
        if number not in self._signal_callbacks:
            if not self._signal_callbacks and hasattr(signal, "set_wakeup_fd"):
                self._replaced_wake_up_fd = signal.set_wakeup_fd(
                    self._wake_up_writer.fileno(), warn_on_full_buffer=False
                )
            self._replaced_handlers[number] = signal.signal(number, self._catch_signal)
        self._signal_callbacks[number] = callback

    def remove_signal(self, number: int) -> None:
        """Undo ``add_signal``: what handled the signal before handles it again."""
        del self._signal_callbacks[number]
        replaced = self._replaced_handlers.pop(number)
        signal.signal(number, signal.SIG_DFL if replaced is None else replaced)
        if not self._signal_callbacks and hasattr(signal, "set_wakeup_fd"):
            signal.set_wakeup_fd(self._replaced_wake_up_fd)

    def _catch_signal(self, number: int, frame: FrameType | None) -> None:
        # The byte in the wake-up descriptor ends the wait. The number is noted here,
        # because a full wake-up buffer would lose the byte.
        self._caught_signals[number] = None
        if not hasattr(signal, "set_wakeup_fd"):
            self.call_soon(_do_nothing)

    # Turns

    def add_end_of_turn(self, callback: Callable[[], None]) -> None:
        """Call near the end of each turn, before the hook and in the order of adding.

        An object that collects work during a turn does that work here, once.
        """
        self._end_of_turn.append(callback)

    def remove_end_of_turn(self, callback: Callable[[], None]) -> None:
        """Undo ``add_end_of_turn``.

        Raises:
            ValueError: It was not added.
        """
        self._end_of_turn.remove(callback)

    def set_turn_end(self, callback: Callable[[], None] | None) -> None:
        """Call once at the very end of each turn."""
        self._turn_end = callback

    def run(self) -> None:
        """Turn until ``stop``. Raises what a callback raises."""
        self._is_stopping = False
        while not self._is_stopping:
            self.run_turn()

    def stop(self) -> None:
        """Let ``run`` return at the end of the turn; from any thread."""
        self.call_soon(self._note_stop)

    def _note_stop(self) -> None:
        self._is_stopping = True

    def run_turn(self, longest_wait_seconds: float = LONGEST_WAIT_SECONDS) -> None:
        """Wait for something to do, do it, and call the end-of-turn callbacks and the hook."""
        timers = self._timers
        while timers and not timers[0][2].is_pending:
            heapq.heappop(timers)
        wait = min(longest_wait_seconds, LONGEST_WAIT_SECONDS)
        if self._signal_callbacks and not hasattr(signal, "set_wakeup_fd"):
            wait = min(wait, SIGNAL_LOOK_SECONDS)
        deadline: float | None = None
        if self._unwatchable:
            wait = 0.0
        elif timers and timers[0][0] - self.time() <= wait:
            deadline = timers[0][0]
            wait = max(0.0, deadline - self.now)

        ready = self._selector.select(wait)
        if deadline is not None and not ready and deadline > self.now:
            self.now = deadline  # the system may end a wait a little early: without this, the loop would wait again
        self.time()

        self.share_bytes = share_of(len(ready))
        for key, mask in ready:
            handler: Handler = key.data
            try:
                handler.on_ready(mask)
            except Exception as fault:  # the outermost loop: one connection's fault stays its own
                handler.on_fault(fault)
        if self._unwatchable:
            for reader in list(self._unwatchable.values()):
                reader.on_ready(READ)
        if timers and timers[0][0] <= self.now:
            self._fire_timers()
        for callback in tuple(self._end_of_turn):
            callback()
        if self._turn_end is not None:
            self._turn_end()

    def _fire_timers(self) -> None:
        """Fire the timers that are due now; timers that they add wait for the next turn."""
        due = []
        while self._timers and self._timers[0][0] <= self.now:
            due.append(heapq.heappop(self._timers)[2])
        for timer in due:
            timer.fire()

    def close(self) -> None:
        """Give back the signals and close the loop's own descriptors; again has no effect.

        The loop does not close descriptors that others registered.
        """
        if self._is_closed:
            return
        self._is_closed = True
        for number in list(self._signal_callbacks):
            self.remove_signal(number)
        self._selector.close()
        self._wake_up_reader.close()
        self._wake_up_writer.close()


def _do_nothing() -> None:
    """Only ends the wait."""
