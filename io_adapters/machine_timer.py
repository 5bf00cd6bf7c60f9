"""Keeps the reactor's timer in step with the deadline of a machine."""

from typing import Final

from core import Machine

from .reactor import Reactor, Timer

_LEAST_WAIT_SECONDS: Final = 0.001  # minimum delay, so that an overdue timer cannot spin the loop


class MachineTimer:
    """Calls ``handle_timer`` when it is due.

    A timer does not follow a deadline that moves later: it fires early, which is
    harmless, and is set again. So a connection that is alive costs nothing here.
    """

    __slots__ = ("_reactor", "_machine", "_timer")

    def __init__(self, reactor: Reactor, machine: Machine[object]) -> None:
        self._reactor: Final = reactor
        self._machine: Final = machine
        self._timer: Timer | None = None

    def follow(self) -> None:
        """Set the timer to the machine's deadline; after every input to the machine."""
        deadline = self._machine.next_timer()
        if deadline is None or (self._timer is not None and self._timer.deadline <= deadline):
            return
        self._set(deadline)

    def cancel(self) -> None:
        """Stop calling the machine; harmless if no timer is set."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _set(self, deadline: float) -> None:
        self.cancel()
        self._timer = self._reactor.call_at(deadline, self._fire)

    def _fire(self) -> None:
        self._timer = None
        now = self._reactor.now
        self._machine.handle_timer(now=now)
        deadline = self._machine.next_timer()
        if deadline is not None:
            self._set(max(deadline, now + _LEAST_WAIT_SECONDS))
