"""The reactor's timer for a machine's deadline."""

from core import Connection
from io_adapters.machine_timer import MachineTimer
from io_adapters.reactor import Reactor

from .support import PATIENCE_SECONDS, SteppedClock


class Machine:
    """Has a deadline, and notes when it was called for it."""

    def __init__(self) -> None:
        self.deadline: float | None = None
        self.calls: list[float] = []
        self.is_never_content = False

    def next_timer(self) -> float | None:
        return self.deadline

    def handle_timer(self, *, now: float) -> None:
        self.calls.append(now)
        if not self.is_never_content and self.deadline is not None and self.deadline <= now:
            self.deadline = None

    def take_ready(self) -> list[Connection]:
        return []

    def take_events(self) -> list[object]:
        return []


def frozen_reactor() -> Reactor:
    return Reactor(clock=SteppedClock())


def test_a_machine_is_called_at_its_deadline() -> None:
    machine = Machine()
    with frozen_reactor() as reactor:
        timer = MachineTimer(reactor, machine)
        timer.follow()
        reactor.run_turn(0.0)
        machine.deadline = 0.02
        timer.follow()
        timer.follow()
        reactor.run_turn(PATIENCE_SECONDS)
        reactor.run_turn(0.0)
    assert machine.calls == [0.02]


def test_a_deadline_that_comes_nearer_is_followed() -> None:
    machine = Machine()
    with frozen_reactor() as reactor:
        timer = MachineTimer(reactor, machine)
        machine.deadline = 3000.0
        timer.follow()
        machine.deadline = 0.01
        timer.follow()
        reactor.run_turn(PATIENCE_SECONDS)
    assert machine.calls == [0.01]


def test_a_deadline_that_moves_away_costs_one_early_call() -> None:
    machine = Machine()
    with frozen_reactor() as reactor:
        timer = MachineTimer(reactor, machine)
        for deadline in (0.01, 0.02, 0.03):  # as with each sign of life
            machine.deadline = deadline
            timer.follow()
        reactor.run_turn(PATIENCE_SECONDS)
        reactor.run_turn(PATIENCE_SECONDS)
    assert machine.calls == [0.01, 0.03]


def test_a_machine_that_always_wants_the_past_does_not_keep_the_loop_spinning() -> None:
    machine = Machine()
    machine.is_never_content = True
    machine.deadline = 0.0
    with frozen_reactor() as reactor:
        MachineTimer(reactor, machine).follow()
        for _ in range(4):
            reactor.run_turn(PATIENCE_SECONDS)
    assert machine.calls == [0.0, 0.001, 0.002, 0.003]


def test_a_cancelled_timer_calls_nothing() -> None:
    machine = Machine()
    with frozen_reactor() as reactor:
        timer = MachineTimer(reactor, machine)
        machine.deadline = 0.0
        timer.follow()
        timer.cancel()
        timer.cancel()
        reactor.run_turn(0.0)
    assert machine.calls == []
