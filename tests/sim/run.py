"""Carries a plan out and asks the oracle."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Final
from unittest.mock import patch

from core import (
    ChatEnd,
    ChatEnded,
    LossReason,
    NodeEvent,
    TextReceived,
    TrackerEvent,
    TrackerLossReason,
    TrackerLost,
)
from core.limits import ADDRESS_TIMEOUT_SECONDS, CROSSING_SECONDS, DEFAULT_LIMITS, EXPIRY_KEEPALIVES, KEEPALIVE_SECONDS
from core.node.tracker_session import TrackerState
from io_adapters import listening, peer_node, stream

from tests.work import CallMeter

from .clockwork import Clockwork
from .network import LOOPBACK, Machine, Network
from .oracle import Oracle, SaidText, Violation
from .processes import PeerProcess, SimDial, TrackerProcess
from .scenario import Plan
from .tcp import SimSocket
from .town import FLOOD_BYTES, MOST_CALLERS, WILD_NAMES, Town
from .wild import WILD_CALLER_NAMES

LISTS_AGREE_SECONDS: Final = 20.0
_DIED_WITHOUT_A_TRACE: Final = (
    (TrackerLossReason.SILENT, None),  # §3.6
    (TrackerLossReason.BROKEN, LossReason.TIMED_OUT),  # by the system's own patience (§4.9)
)
EXPIRY_SLACK_SECONDS: Final = 1.5
"""A slot of the tracker's expiry, and the way there and back."""
REST_SECONDS: Final = 45.0
"""After the network is whole: half-open connections have been found out."""
LONGEST_REST_SECONDS: Final = 400.0
CALL_SECONDS: Final = 20.0
LONGEST_DELAY_SECONDS: Final = 3.0
"""From one kernel to the other user's screen, on an undisturbed way: some round trips."""
MOST_UNSENT_BYTES: Final = DEFAULT_LIMITS.max_unsent_bytes + 2 * FLOOD_BYTES
"""A text is taken as long as there is room, however large; on the wire it has line ends, too."""
EXPIRY_SECONDS: Final = EXPIRY_KEEPALIVES * KEEPALIVE_SECONDS
LONGEST_UNASKED_SECONDS: Final = 17.0
"""Every 5 s, or 10 s where callers bring ever new names (§3.2), and an answer that is late."""
FAULT_ECHO_SECONDS: Final = 120.0
"""So long may a fault go on to explain a loss."""


class Figures:
    """What a run came to."""

    def __init__(self) -> None:
        self.peer_seconds = 0.0
        self.texts = 0
        self.delivered = 0
        self.reported = 0
        self.false_alarms = 0
        """Reported, and delivered all the same."""
        self.beyond_promise = 0
        """Lost without a word, in a case that docs/reliability.md names."""
        self.connections = 0
        self.events = 0
        self.lists_agreed_after = 0.0


class Run:
    """One run of one plan. ``trace`` is given a readable line for whatever happens."""

    def __init__(self, plan: Plan, trace: Callable[[str], None] | None = None) -> None:
        self.plan: Final = plan
        self.figures: Final = Figures()
        self.clock: Final = Clockwork(plan.seed)
        self.network: Final = Network(self.clock)
        self.oracle: Final = Oracle(self.clock, max_held_bytes=self.plan.limits.max_unsent_bytes)
        self.network.tap = self.oracle
        self.town: Final = Town(self.network, self.oracle, plan, self._node_event, self._tracker_event)
        self._trace = trace
        self._silence_noticed_at = 0.0
        """When last a client found that its connection to the tracker had died without a trace (§3.6)."""

    # The course of a run

    def carry_out(self, steps: int | None = None) -> Figures:
        """Do what the plan says, mend everything, and check the rest.

        Raises:
            AssertionError: An invariant does not hold. Any other exception came out of a machine.
        """
        with (
            patch.object(peer_node, "Dial", SimDial),
            patch.object(stream, "unacknowledged_bytes", self._tell_unacknowledged),
            patch.object(listening, "are_free", self.network.are_free),
            self._meter_work() if self.plan.counts_work else nullcontext(),
        ):
            self.town.start_tracker()
            for seat in range(len(self.plan.seats)):
                self.clock.at(self.clock.random.uniform(0.0, 3.0), self.town.start, seat)
            for action in self.plan.actions[:steps]:
                self._wait_until(action.at)
                self._note(str(action))
                self.town.act(action)
                self._sample()
            self._note("mend everything")
            self.town.mend()
            self._check_lists()
            self._check_texts()
            self._check_callers()
            self._check_calls()
            self._everybody_leaves()
            if self.town.tracker is not None:
                self.town.tracker.log.check()
        self._count()
        return self.figures

    @contextmanager
    def _meter_work(self) -> Iterator[None]:
        meter = self.network.meter = CallMeter()
        with patch("unicodedata.normalize", meter.normalize):
            yield

    def _tell_unacknowledged(self, end: SimSocket) -> int | None:
        return end.unacknowledged_bytes if self.network.tells_unacknowledged else None

    def _wait_until(self, time: float) -> None:
        self.figures.peer_seconds += len(self.town.peers) * (time - self.clock.now)
        self.clock.run_until(time)

    # What the processes report

    def _tracker_event(self, event: TrackerEvent) -> None:
        with self.network.unmetered():
            self._note(f"tracker: {event}")
            self.oracle.note_tracker_event(event)

    def _node_event(self, process: PeerProcess, event: NodeEvent) -> None:
        self._note(f"{process.label}: {event}")
        self.figures.events += 1
        self.oracle.note_event(process, event, self.clock.now)
        if isinstance(event, TrackerLost):
            if (event.reason, event.detail) in _DIED_WITHOUT_A_TRACE:
                self._silence_noticed_at = self.clock.now
            self._check_tracker_loss(process, event)
        elif isinstance(event, ChatEnded) and event.end is ChatEnd.LOST:
            self._check_chat_loss(process, event)
        elif isinstance(event, TextReceived):
            self._check_delay(process, event.text)

    def _check_delay(self, process: PeerProcess, text: str) -> None:
        """Nobody's fault delays another: without one near by, a text is there soon after it was written."""
        said = self.oracle.find(text)
        if said is None or self.clock.now - said.written_at < LONGEST_DELAY_SECONDS:
            return
        one, other = said.sender.machine, process.machine
        if self._is_disturbed(one) or self._is_disturbed(other) or self.network.path(one, other).bytes_per_second:
            return
        raise Violation(f"late: {said} is shown {self.clock.now - said.written_at:.1f} s after it was written")

    def _check_tracker_loss(self, process: PeerProcess, lost: TrackerLost) -> None:
        """Nobody's fault is another's trouble: without one near by, nobody loses the tracker."""
        tracker = self.town.tracker
        if tracker is None or not tracker.can_act:
            return
        if self._is_disturbed(process.machine) or self._is_disturbed(tracker.machine):
            return
        if self.clock.now - process.abroad_at < FAULT_ECHO_SECONDS:
            return
        if lost.reason is TrackerLossReason.REFUSED and (
            self._has_namesake(process) or self.town.has_come_back(process)
        ):
            return
        raise Violation(f"unexplained: {process.label} lost its tracker, {lost}")

    def _check_chat_loss(self, process: PeerProcess, ended: ChatEnded) -> None:
        opened = self.oracle.opened(process, ended.conversation)
        if self._is_disturbed(process.machine) or opened.host in self.oracle.strangers:
            return
        if self.plan.limits.max_peer_connections < MOST_CALLERS:
            return  # whoever is full turns callers away
        machine = process.machine if opened.host == LOOPBACK else self.network.machine(opened.host)
        if not self._is_disturbed(machine):
            raise Violation(f"unexplained: {process.label} lost a chat, {ended}, {opened}")

    def _is_disturbed(self, machine: Machine) -> bool:
        return self.clock.now - self.town.disturbed_at(machine) < FAULT_ECHO_SECONDS

    # At rest

    def _check_lists(self) -> None:
        """Within 20 s of the healing, or of a silent loss being noticed later, every list equals the live peers."""
        healed = self.clock.now
        while True:
            wrong = self._wrong_lists()
            if wrong is None:
                self.figures.lists_agreed_after = self.clock.now - healed
                return
            patience = LISTS_AGREE_SECONDS + EXPIRY_SLACK_SECONDS
            if self.clock.now - max(healed, self._silence_noticed_at) > patience:
                raise Violation(f"lists: {wrong}, {self.clock.now - healed:.1f} s after the network was whole")
            self._wait_until(self.clock.now + 1.0)

    def _wrong_lists(self) -> str | None:
        running = self.town.peers
        names = {peer.node.name for peer in running}
        wild = {*WILD_NAMES, *WILD_CALLER_NAMES}  # these come and go as they like
        for peer in running:
            node = peer.node
            if node.tracker_state is TrackerState.REGISTERED:
                seen, there = set(node.people) - wild, names - wild - {node.name}
                is_cut = len(node.people) + 1 >= self.plan.limits.max_people
                if seen != there and not (is_cut and seen <= there):
                    return f"{peer.label} sees {node.people}, there are {sorted(names - {node.name})}"
            elif not self._has_namesake(peer):
                return f"{peer.label} is {node.tracker_state.value}"
        return None

    def _has_namesake(self, process: PeerProcess) -> bool:
        names = [peer.node.name for peer in self.town.peers if peer is not process]
        names += [wild.name for wild in self.town.wild_listeners]
        return process.node.name in names

    def _check_texts(self) -> None:
        """Every text accepted from the user was delivered, or reported as perhaps lost."""
        self._wait_until(self.clock.now + REST_SECONDS)
        if unanswered := self.oracle.unanswered():
            raise Violation(f"unanswered: {unanswered[0]}, and {len(unanswered) - 1} more")
        since = self.clock.now
        while unsettled := self.oracle.unsettled():
            if self.clock.now - since > LONGEST_REST_SECONDS:
                unsettled = [said for said in unsettled if not self._is_beyond_promise(said)]
                if not unsettled:
                    return
                raise Violation(f"silent: {unsettled[0]}, and {len(unsettled) - 1} more; {self._fate(unsettled[0])}")
            self._wait_until(self.clock.now + LONGEST_REST_SECONDS / 16)

    def _check_callers(self) -> None:
        """Every caller who gave a name got a verdict; one after the other, where a tracker answers out of order (§3.3)."""
        if self.plan.limits.max_unverified_names < MOST_CALLERS:
            return
        longest_at = self.clock.now + LONGEST_REST_SECONDS + ADDRESS_TIMEOUT_SECONDS * len(self.oracle.unverified())
        while unverified := self.oracle.unverified():
            if self.clock.now > longest_at:
                raise Violation(f"verdict: {unverified[0]}, and {len(unverified) - 1} more")
            self._wait_until(self.clock.now + LONGEST_REST_SECONDS / 16)

    def _check_calls(self) -> None:
        """When all is quiet, everybody can call everybody, whatever went before, and is heard."""
        limits = self.plan.limits
        if self.plan.descriptors is not None or limits.max_peer_connections < MOST_CALLERS:
            return
        before = len(self.oracle.texts)
        self.town.call_everybody()
        self._wait_until(self.clock.now + CALL_SECONDS)
        for said in self.oracle.texts[before:]:
            if not said.is_delivered:
                raise Violation(f"uncallable: {said} has not arrived, {self._fate(said)}, {said.report}")

    def _is_beyond_promise(self, said: SaidText) -> bool:
        """Whether a text was lost in silence in one of the cases that docs/reliability.md names.

        So many texts followed it that it was forgotten. The peer died while it was hearing us out after its own farewell, or did not come to it; a clock leapt,
        which those that the adapters use do not. At a farewell of ours, the peer's system had it, and the
        peer had spoken since. Or, only where the system cannot tell what was
        acknowledged: the text was held up for long, or the peer's stream ended within a
        round trip of our own farewell, and seemed to have read it.
        """
        later = sum(other.sender is said.sender and other.text_id > said.text_id for other in self.oracle.texts)
        if later >= self.plan.limits.max_unconfirmed_texts:
            return True
        ends = {end for end, _ in said.carriers.values()}
        if any(end.peer.left_unread for end in ends):
            return True
        if self.network.tells_unacknowledged and self.oracle.was_answered_before_our_farewell(said):
            return True
        if self.network.tells_unacknowledged:
            return said.sender.jumped_at >= said.said_at
        held_up = any(max(end.blocked_until, end.peer.blocked_until) >= said.said_at for end in ends)
        crossed = any(0.0 < end.end_arrived_at - end.ended_at < CROSSING_SECONDS for end in ends)
        return held_up or crossed or said.sender.disturbed_at >= said.said_at

    def _fate(self, said: SaidText) -> str:
        return f"written {({index: str(end) for index, (end, _) in said.carriers.items()})}, shown {said.arrived}"

    def _everybody_leaves(self) -> None:
        leaving = self.town.peers
        for peer in leaving:
            peer.act(lambda node, now: node.leave(now=now))
        self._wait_until(self.clock.now + 3.0)
        for peer in leaving:
            if not peer.has_left:
                raise Violation(f"leaving: {peer.label} has not left after 3 s")
        self._check_texts()

    def _sample(self) -> None:
        """Look at what only the machines know: their buffers, and how long they keep the dead."""
        tracker = self.town.tracker
        processes: list[PeerProcess | TrackerProcess] = [*self.town.peers]
        if tracker is not None:
            processes.append(tracker)
        for peer in self.town.peers:
            self.oracle.check_people(peer)
            self._check_asks(peer)
        for process in processes:
            for stream in process.streams:
                unsent = stream._unsent
                if unsent is not None and len(unsent) > MOST_UNSENT_BYTES:
                    raise Violation(f"buffers: {len(unsent)} bytes wait at {process.label}")
        if tracker is None or not tracker.can_act:
            return
        if tracker.tracker.online != self.oracle.registered:
            raise Violation(f"registry: {tracker.tracker.online} names, by its events {self.oracle.registered}")
        if self.clock.now - self.town.disturbed_at(tracker.machine) < EXPIRY_SECONDS:
            return
        for user in tracker.tracker._registry._users.values():
            idle = tracker.reactor.now - user.holder._alive_at
            if idle > EXPIRY_SECONDS + EXPIRY_SLACK_SECONDS:
                raise Violation(f"registry: {user.name} is on the list after {idle:.1f} s of silence")

    def _check_asks(self, peer: PeerProcess) -> None:
        """Whoever is registered asks who is there, whatever else there is to ask."""
        if not peer.can_act or peer.node.tracker_state is not TrackerState.REGISTERED or peer.is_abroad:
            return
        quiet_since = max(self.oracle.listed_at.get(peer.reactor, 0.0), self.town.disturbed_at(peer.machine), peer.abroad_at)
        if self.clock.now - quiet_since > LONGEST_UNASKED_SECONDS and not self._is_disturbed(self.town.tracker_machine):
            raise Violation(f"list: {peer.label} has not asked for it since {quiet_since:.3f}")

    def _count(self) -> None:
        figures, texts = self.figures, self.oracle.texts
        figures.texts = len(texts)
        figures.delivered = sum(said.is_delivered for said in texts)
        figures.reported = sum(bool(said.report) for said in texts)
        figures.false_alarms = sum(bool(said.report) and said.is_delivered for said in texts)
        figures.beyond_promise = len(self.oracle.unsettled())
        figures.connections = self.network.connections

    def _note(self, line: str) -> None:
        if self._trace is not None:
            self._trace(f"{self.clock.now:9.3f}  {line}")
