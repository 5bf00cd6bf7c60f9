"""The people and machines of a run, and everything that may happen to them."""

import errno
from collections.abc import Callable
from functools import partial
from typing import Final

from core import ConversationId, Edition, Node, NodeEvent, TrackerConfig, TrackerEvent
from core.node.tracker_session import TrackerState

from .network import LOOPBACK, TRACKER_PORT, Machine, Network
from .oracle import Oracle, Violation
from .processes import PeerProcess, TrackerProcess
from .scenario import NAMES, Action, Plan
from .wild import (
    CALLER_SCRIPTS,
    CLOSE,
    PROBE_NAME,
    ChattyTracker,
    FickleTracker,
    HostileTracker,
    Script,
    WildCaller,
    WildListener,
    hostile_input,
)

_FIRST_PORT: Final = 20000
_WILD_HOST: Final = "10.0.9.1"
WILD_NAMES: Final = ("Xavier", "Ximena")
_WILD_PATIENCE_SECONDS: Final = (0.0, 3.0, 30.0, 1e6)
_LONG_TEXT_TOKENS: Final = 400
FLOOD_BYTES: Final = 150_000
_FLOOD_TEXTS: Final = 8
_LONGEST_JUMP_SECONDS: Final = 120.0
_TOKEN: Final = "@"  # in whose place comes what makes a text unique
_SPACES: Final = " \t\v\f\x1c\x85\u00a0\u2003\u2028\u3000"
_HOSTILE_TRACKER_HOST: Final = "10.0.9.2"
_FICKLE_TRACKER_HOST: Final = "10.0.9.3"
_CHATTY_TRACKER_HOST: Final = "10.0.9.4"
_PROBE_HOST: Final = "10.0.9.5"
_PROBE_SECONDS: Final = 5.0
_CHATTY_TRACKER_SECONDS: Final = 30.0
_DRIP_HEARD_SECONDS: Final = 30.0
_IMPOSTORS: Final = 12
_IMPOSTOR_SECONDS: Final = 0.15
_SNATCHES: Final = 40
_SNATCHED_SECONDS: Final = 8.0
_LONGEST_FICKLE_SECONDS: Final = 90.0
_LONGEST_VISIT_SECONDS: Final = 40.0
_BURST_CALLERS: Final = 100
_BURST_MORE: Final = f"{'more words ' * 25}\r\n" * 4
MOST_CALLERS: Final = 1000
"""More than ever call one client at once."""
_HEARD_SECONDS: Final = 15.0
_DEAF_REQUESTS: Final = 200
_CHATTERED: Final = 20  # texts, one or two in a second
_HEARD_OUT_SECONDS: Final = 4.0
_CROWD_SECONDS: Final = 3.0  # then all of them count as silent
_LONGEST_HOSTILITY_SECONDS: Final = 8.0
_RESERVED: Final = (
    "DISC @",
    "USER @:1",
    "LIST @",
    "KEEP @",
    "ADDR @",
    "/bye @",
    "@ DISC",
    "\u2060DISC @",
    "DISC @ DISC",
)
_FLOOD: Final = " ".join(f"{_TOKEN}-{index}-{'x' * 90}" for index in range(FLOOD_BYTES // 100))


class Town:
    """Whoever is there by the time an action comes: its numbers choose among them."""

    def __init__(
        self,
        network: Network,
        oracle: Oracle,
        plan: Plan,
        on_node_event: Callable[[PeerProcess, NodeEvent], None],
        on_tracker_event: Callable[[TrackerEvent], None],
    ) -> None:
        self._network = network
        self._oracle = oracle
        self._plan = plan
        self._on_node_event = on_node_event
        self._on_tracker_event = on_tracker_event
        self._machines = [network.machine(f"10.0.0.{number + 1}") for number in range(len(plan.seats) + 1)]
        self._names = [seat.name for seat in plan.seats]
        self._seats: list[PeerProcess | None] = [None] * len(plan.seats)
        self.incarnations: Final = [0] * len(plan.seats)
        self.tracker: TrackerProcess | None = None
        self.wild_listeners: Final[list[WildListener]] = []
        self._said = 0
        self._faults: dict[Machine, float] = {}
        self._everybody_at = 0.0
        oracle.strangers.update((_WILD_HOST, _HOSTILE_TRACKER_HOST, _FICKLE_TRACKER_HOST, _CHATTY_TRACKER_HOST, _PROBE_HOST))
        self._probed_until = 0.0

    # Who is there

    @property
    def peers(self) -> list[PeerProcess]:
        """Clients that run, frozen ones too."""
        return [peer for peer in self._seats if peer is not None and peer.is_running]

    @property
    def tracker_machine(self) -> Machine:
        """Where the tracker runs."""
        return self._machines[0]

    def disturbed_at(self, machine: Machine) -> float:
        """When last anything happened that may cost this machine a connection."""
        stopped = any(peer.machine is machine and peer.reactor.is_frozen for peer in self.peers)
        is_parted = self._network.has_blocked_ways or any(one.group for one in self._machines)
        if stopped or not machine.is_up or is_parted:
            return self._network.clock.now
        return max(self._faults.get(machine, -1000.0), self._everybody_at)

    def has_come_back(self, process: PeerProcess) -> bool:
        """Whether an earlier client in the same seat may still hold the name."""
        return self.incarnations[self._seats.index(process)] > 1

    # Actions

    def act(self, action: Action) -> None:
        """Carry one out, if there is whom it could happen to."""
        getattr(self, f"_do_{action.verb}")(action)

    def mend(self) -> None:
        """Undo all trouble that would last."""
        self._everybody_at = self._network.clock.now
        self._network.set_groups({})
        self._network.block(set())
        for machine in self._network.machines:
            if not machine.is_up:
                self._network.power_on(machine)
            for end in machine.ends:
                end.failing_sends.clear()
        for process in (self.tracker, *self._seats):
            if process is not None and process.is_running and process.reactor.is_frozen:
                process.reactor.thaw()
        for peer in self.peers:
            peer.listener.failing_accepts.clear()
            peer.reactor.failing_dials = 0
            if peer.is_abroad:
                peer.visit(peer.home)
        self.start_tracker()

    def start_tracker(self) -> None:
        """Start one, unless it runs or its machine is down."""
        if (self.tracker is None or not self.tracker.is_running) and self._machines[0].is_up:
            self._oracle.note_tracker_started()
            edition = Edition.E2026 if self._plan.edition_2026 else Edition.E2024
            config = TrackerConfig(edition=edition, max_clients_per_host=MOST_CALLERS)
            self.tracker = TrackerProcess(
                self._network, self._machines[0], config, self._plan.limits, self._on_tracker_event, self._plan.most_log_lines
            )

    def start(self, seat: int) -> None:
        """Start a client in a seat, unless one runs there or its machine is down."""
        machine = self._machines[self._plan.seats[seat].machine]
        old = self._seats[seat]
        if (old is not None and old.is_running) or not machine.is_up:
            return
        self.incarnations[seat] += 1
        peer = self._seats[seat] = PeerProcess(
            self._network,
            machine,
            f"p{seat}{'abcdefghijklmnopqrstuvwxyz'[self.incarnations[seat] % 26]}",
            self._names[seat],
            _FIRST_PORT + seat,
            LOOPBACK if machine is self._machines[0] else self._machines[0].host,
            self._plan.limits,
            self._plan.descriptors,
            self._on_node_event,
        )
        peer.reactor.dialled = partial(self._note_dial, peer)

    def _note_dial(self, peer: PeerProcess, host: str, port: int) -> None:
        if port == TRACKER_PORT:
            self._oracle.note_attempt(peer)

    # Private: choosing

    def _peer(self, number: int) -> PeerProcess | None:
        """One that can act."""
        able = [peer for peer in self.peers if peer.can_act and not peer.has_left]
        return able[number % len(able)] if able else None

    def _fault(self, machine: Machine) -> None:
        self._faults[machine] = self._network.clock.now

    def _fault_everywhere(self) -> None:
        self._everybody_at = self._network.clock.now

    # Private: talk

    def _do_chat(self, action: Action) -> None:
        peer = self._peer(action.a)
        if peer is not None:
            names = self._names + [wild.name for wild in self.wild_listeners]
            name = names[action.b % len(names)]
            _open_chat(peer, name)

    def _do_cross(self, action: Action) -> None:
        """Two call each other at about the same moment."""
        one, other = self._peer(action.a), self._peer(action.a + 1)
        if one is not None and other is not None and one is not other:
            _open_chat(one, other.node.name)
            self._network.clock.later(action.x * 0.01, _open_chat, other, one.node.name)

    def _do_call(self, action: Action) -> None:
        peer, seat = self._peer(action.a), action.b % len(self._seats)
        if peer is not None:
            host = self._machines[self._plan.seats[seat].machine].host
            peer.act(lambda node, now: discard(node.open_chat_at(host, _FIRST_PORT + seat, now=now)))

    def _do_call_back(self, action: Action) -> None:
        """Somebody calls back a peer that has not answered, and says something meanwhile."""
        able = [
            (peer, conversation)
            for peer in self.peers
            if peer.can_act and not peer.has_left
            for conversation in map(ConversationId, peer.conversations)
            if peer.node.may_not_hear(conversation)
        ]
        if able:
            peer, conversation = able[action.a % len(able)]
            peer.act(lambda node, now: node.call_back(conversation, now=now))
            self._say_in(peer, conversation, _TOKEN)

    def _do_say(self, action: Action) -> None:
        for _ in range(1 if action.x < 0.8 else 4):
            self._say(action, _TOKEN)

    def _do_say_reserved(self, action: Action) -> None:
        self._say(action, _RESERVED[int(action.x * len(_RESERVED))])

    def _do_say_behind_space(self, action: Action) -> None:
        space = "".join(_SPACES[(action.b + place * 7) % len(_SPACES)] for place in range(1 + int(action.x * 3)))
        self._say(action, space + (_TOKEN if action.b % 3 else f"/bye {_TOKEN}"))

    def _do_say_rows(self, action: Action) -> None:
        self._say(action, "@a çã\n@b\r\n\n@c é")

    def _do_say_long(self, action: Action) -> None:
        glue = " " if action.x < 0.5 else "é"
        self._say(action, glue.join(f"{_TOKEN}-{index}" for index in range(_LONG_TEXT_TOKENS)))

    def _do_flood(self, action: Action) -> None:
        """Far more than the buffers on the way hold."""
        peer = self._peer(action.a)
        if peer is None or not peer.conversations:
            return
        self._fault(peer.machine)  # a peer that leaves meanwhile has to break off
        for _ in range(_FLOOD_TEXTS):
            self._say(action, _FLOOD)

    def _say(self, action: Action, template: str) -> None:
        peer = self._peer(action.a)
        if peer is None:
            return
        chats = peer.conversations
        if not chats:
            return
        self._say_in(peer, chats[action.b % len(chats)], template)

    def _say_in(self, peer: PeerProcess, conversation: int, template: str) -> None:
        self._said += 1
        text = template.replace(_TOKEN, f"{peer.label}.{self._said}.")  # no text is the beginning of another

        def intend(node: Node, now: float) -> None:
            text_id = node.say(ConversationId(conversation), text, now=now)
            self._oracle.note_said(peer, text_id, text, self._network.clock.now, conversation)

        peer.act(intend)

    def _do_end(self, action: Action) -> None:
        peer = self._peer(action.a)
        if peer is not None and peer.conversations:
            self._fault(peer.machine)
            conversation = peer.conversations[action.b % len(peer.conversations)]
            peer.act(lambda node, now: node.end_chat(ConversationId(conversation), now=now))

    def _do_refresh(self, action: Action) -> None:
        peer = self._peer(action.a)
        if peer is not None:
            peer.act(lambda node, now: node.refresh_list(now=now))

    # Private: coming and going

    def _do_leave(self, action: Action) -> None:
        peer = self._peer(action.a)
        if peer is not None:
            self._fault(peer.machine)
            peer.act(lambda node, now: node.leave(now=now))

    def _do_start(self, action: Action) -> None:
        self.start(action.a % len(self._seats))

    def _do_rename(self, action: Action) -> None:
        peer = self._peer(action.a)
        if peer is not None:
            name = f"{NAMES[action.b % len(NAMES)]} {action.b}"
            self._rename(peer, name)

    def _do_clash(self, action: Action) -> None:
        one, other = self._peer(action.a), self._peer(action.b)
        if one is not None and other is not None and one is not other:
            self._fault_everywhere()
            self._rename(one, other.node.name)

    def _rename(self, peer: PeerProcess, name: str) -> None:
        self._fault(peer.machine)
        peer.names.append(name)
        self._names[self._seats.index(peer)] = name
        peer.ask_for_tracker(lambda node, now: node.rename(name, now=now))

    def _do_reconnect(self, action: Action) -> None:
        peer = self._peer(action.a)
        if peer is not None:
            self._fault(peer.machine)
            peer.ask_for_tracker(lambda node, now: node.reconnect(now=now))

    # Private: trouble

    def _do_kill(self, action: Action) -> None:
        peer = self._peer(action.a)
        if peer is not None:
            self._fault(peer.machine)
            peer.kill()

    def _do_power_off(self, action: Action) -> None:
        self._power_off(self._machines[1 + action.a % (len(self._machines) - 1)])

    def _do_power_off_tracker(self, action: Action) -> None:
        self._fault_everywhere()
        self._power_off(self._machines[0])

    def _power_off(self, machine: Machine) -> None:
        if machine.is_up:
            self._fault(machine)
            self._network.power_off(machine)
            for process in (self.tracker, *self._seats):
                if process is not None and process.machine is machine:
                    process.kill()  # nothing is left that it could close

    def _do_power_on(self, action: Action) -> None:
        down = [machine for machine in self._machines if not machine.is_up]
        if down:
            machine = down[action.a % len(down)]
            self._fault(machine)
            self._network.power_on(machine)

    def _do_freeze(self, action: Action) -> None:
        peer = self._peer(action.a)
        if peer is not None:
            self._fault(peer.machine)
            peer.reactor.freeze()

    def _do_thaw(self, action: Action) -> None:
        frozen = [peer for peer in self.peers if peer.reactor.is_frozen]
        if frozen:
            peer = frozen[action.a % len(frozen)]
            self._fault(peer.machine)
            peer.reactor.thaw()

    def _do_jump(self, action: Action) -> None:
        peer = self._peer(action.a)
        if peer is not None:
            self._fault(peer.machine)
            peer.reactor.jump(action.x * _LONGEST_JUMP_SECONDS)

    def _do_kill_tracker(self, action: Action) -> None:
        if self.tracker is not None and self.tracker.is_running:
            self._fault_everywhere()
            self.tracker.kill()

    def _do_start_tracker(self, action: Action) -> None:
        self._fault_everywhere()
        self.start_tracker()

    def _do_freeze_tracker(self, action: Action) -> None:
        if self.tracker is not None and self.tracker.can_act:
            self._fault_everywhere()
            self.tracker.reactor.freeze()

    def _do_thaw_tracker(self, action: Action) -> None:
        if self.tracker is not None and self.tracker.is_running and self.tracker.reactor.is_frozen:
            self._fault_everywhere()
            self.tracker.reactor.thaw()

    def _do_jump_tracker(self, action: Action) -> None:
        if self.tracker is not None and self.tracker.can_act:
            self._fault_everywhere()
            self.tracker.reactor.jump(action.x * _LONGEST_JUMP_SECONDS)

    def _do_part(self, action: Action) -> None:
        self._fault_everywhere()
        self._network.set_groups(
            {machine: (action.b >> number) & 1 for number, machine in enumerate(self._machines)}
        )

    def _do_block_one_way(self, action: Action) -> None:
        """One machine cannot send to another, or to any; it hears them all the same."""
        machine, other = self._two_machines(action)
        self._fault_everywhere()
        others = self._machines if action.x < 0.3 else [other]
        self._network.block({(machine, one) for one in others if one is not machine})

    def _do_block_some(self, action: Action) -> None:
        """Two machines cannot reach each other; both can reach all others."""
        machine, other = self._two_machines(action)
        self._fault_everywhere()
        self._network.block({(machine, other), (other, machine)})

    def _two_machines(self, action: Action) -> tuple[Machine, Machine]:
        count = len(self._machines)
        first = action.a % count
        return self._machines[first], self._machines[(first + 1 + action.b % (count - 1)) % count]

    def _do_heal(self, action: Action) -> None:
        if self._network.has_blocked_ways or any(machine.group for machine in self._machines):
            self._fault_everywhere()
            self._network.set_groups({})
            self._network.block(set())

    def _do_swallow(self, action: Action) -> None:
        machine = self._machines[action.a % len(self._machines)]
        ends = list(machine.ends)
        if ends:
            end = ends[action.b % len(ends)]
            self._fault(machine)
            self._fault(end.peer.machine)
            self._network.swallow(end)

    def _do_reset(self, action: Action) -> None:
        machine = self._machines[action.a % len(self._machines)]
        ends = list(machine.ends)
        if ends:
            end = ends[action.b % len(ends)]
            self._fault(machine)
            self._fault(end.peer.machine)
            end.fail(errno.ECONNRESET)
            if action.x < 0.7:
                end.peer.fail(errno.ECONNRESET)

    # Private: system calls that fail

    def _do_fail_accept(self, action: Action) -> None:
        peer = self._peer(action.a)
        if peer is not None:
            self._fault(peer.machine)
            error = (errno.EMFILE, errno.ENOBUFS, errno.ECONNABORTED)[action.b % 3]
            peer.listener.failing_accepts += [error] * (1 + int(action.x * 10))

    def _do_fail_dial(self, action: Action) -> None:
        peer = self._peer(action.a)
        if peer is not None:
            self._fault(peer.machine)
            peer.reactor.failing_dials += 1 + action.b % 2

    def _do_fail_send(self, action: Action) -> None:
        machine = self._machines[action.a % len(self._machines)]
        ends = list(machine.ends)
        if ends:
            end = ends[action.b % len(ends)]
            self._fault(machine)
            self._fault(end.peer.machine)
            end.failing_sends.append(errno.ENOBUFS)

    # Private: programs that mean no good

    def _do_hostile_caller(self, action: Action) -> None:
        """What the fuzzer feeds a client comes from a caller."""
        peer = self._peer(action.a)
        if peer is not None:
            self._call_with(action, "caller", peer.machine.host, peer.port)

    def _do_hostile_client(self, action: Action) -> None:
        """What the fuzzer feeds a tracker comes from a client."""
        self._call_with(action, "tracker", self._machines[0].host, TRACKER_PORT)

    def _call_with(self, action: Action, target: str, host: str, port: int) -> None:
        script = ((0.0, hostile_input(target, action.b)), (_LONGEST_HOSTILITY_SECONDS * action.x, CLOSE))
        machine = self._network.machine(_WILD_HOST)
        WildCaller(self._network, machine, host, port, script, self._oracle.note_read_by_stranger)

    def _do_visit(self, action: Action) -> None:
        """A user chooses a tracker that sends what the fuzzer feeds a tracker's client, and comes back."""
        peer = self._peer(action.a)
        if peer is None or peer.is_abroad:
            return
        host = self._network.machine(_HOSTILE_TRACKER_HOST)
        if TRACKER_PORT not in host.listeners:
            HostileTracker(self._network, host, TRACKER_PORT)
        peer.visit((_HOSTILE_TRACKER_HOST, TRACKER_PORT))
        self._network.clock.later(action.x * _LONGEST_VISIT_SECONDS, self._come_back, peer)

    def _do_visit_fickle(self, action: Action) -> None:
        """A user chooses a tracker that hangs up after its first answer, each time; the delays have to grow (§3.1)."""
        peer = self._peer(action.a)
        if peer is None or peer.is_abroad:
            return
        host = self._network.machine(_FICKLE_TRACKER_HOST)
        if TRACKER_PORT not in host.listeners:
            FickleTracker(self._network, host, TRACKER_PORT)
        peer.visit((_FICKLE_TRACKER_HOST, TRACKER_PORT))
        self._network.clock.later((1 + action.x) * _LONGEST_FICKLE_SECONDS / 2, self._come_back, peer)

    def _do_visit_chatty(self, action: Action) -> None:
        """A user chooses a tracker that only chats; what it says is no answer, and no sign of life (§3.6)."""
        peer = self._peer(action.a)
        if peer is None or peer.is_abroad:
            return
        host = self._network.machine(_CHATTY_TRACKER_HOST)
        if TRACKER_PORT not in host.listeners:
            ChattyTracker(self._network, host, TRACKER_PORT)
        peer.visit((_CHATTY_TRACKER_HOST, TRACKER_PORT))
        self._network.clock.later(_CHATTY_TRACKER_SECONDS, self._leave_chatty, peer, self._network.clock.now)

    def _leave_chatty(self, peer: PeerProcess, since: float) -> None:
        is_there = peer.can_act and not peer.has_left and peer.adapter.tracker_address[0] == _CHATTY_TRACKER_HOST
        if is_there and self.disturbed_at(peer.machine) < since and self._oracle.lost_tracker_at.get(peer, -1.0) < since:
            raise Violation(f"silence: {peer.label} waits since {since:.3f} for a tracker that answers nothing")
        self._come_back(peer)

    def _do_probe(self, action: Action) -> None:
        """Somebody of another make registers, and asks for the list and for an address: everybody is served in time."""
        if self._probed_until > self._network.clock.now:
            return
        self._probed_until = self._network.clock.now + _PROBE_SECONDS + 1.0
        heard: list[bytes] = []
        script = (
            (0.0, f"USER {PROBE_NAME}:77\r\n".encode()),
            (0.3, b"LIST\r\n"),
            (0.3, f"ADDR {PROBE_NAME}\r\n".encode()),
            (_PROBE_SECONDS, CLOSE),
        )
        WildCaller(self._network, self._network.machine(_PROBE_HOST), self._machines[0].host, TRACKER_PORT, script, heard.append)
        self._network.clock.later(_PROBE_SECONDS, self._check_served, heard, self._network.clock.now)

    def _check_served(self, heard: list[bytes], since: float) -> None:
        tracker = self.tracker
        if tracker is None or not tracker.can_act or self.disturbed_at(tracker.machine) >= since:
            return
        listed = any(line.startswith(b"LIST ") for line in heard)
        addressed = any(line.startswith(b"ADDR ") and f"{_PROBE_HOST}:77".encode() in line for line in heard)
        if not (listed and addressed):
            raise Violation(f"unserved: who came to the tracker at {since:.3f} heard {heard} in {_PROBE_SECONDS} s")

    def _do_drip(self, action: Action) -> None:
        """A client that reads next to nothing, and is sent away (§2.3): a connection that has ended is closed in time."""
        requests = ((0.05, b"LIST\r\n" * 40),) * _DEAF_REQUESTS
        steps = ((0.0, b"USER W2:1\r\n"), *requests, (0.1, b"x\r\n" * 300), (_DRIP_HEARD_SECONDS, CLOSE))
        machine, note = self._network.machine(_WILD_HOST), self._oracle.note_read_by_stranger
        WildCaller(self._network, machine, self._machines[0].host, TRACKER_PORT, steps, note, drips=True)

    def _do_impostors(self, action: Action) -> None:
        """Callers with new names, and one with the name that the user is about to call, who has left again (§3.3)."""
        peer, other = self._peer(action.a), self._peer(action.b)
        if peer is None or other is None or peer is other:
            return
        machine, name = self._network.machine(_WILD_HOST), other.node.name
        for number in range(_IMPOSTORS):
            self._said += 1
            claimed = name if number == _IMPOSTORS - 1 else f"I{self._said}"
            script = ((0.0, f"USER {claimed}\r\n".encode()), (_IMPOSTOR_SECONDS, CLOSE))
            WildCaller(self._network, machine, peer.machine.host, peer.port, script, self._oracle.note_read_by_stranger)
        self._network.clock.later(2 * _IMPOSTOR_SECONDS, _open_chat, peer, name)

    def _do_snatch(self, action: Action) -> None:
        """A user asks for a name that is taken, and meanwhile somebody takes the old one; for a while (§3.1)."""
        one, other = self._peer(action.a), self._peer(action.b)
        if one is None or other is None or one is other:
            return
        machine, old = self._network.machine(_WILD_HOST), one.node.name
        self._fault_everywhere()
        self._rename(one, other.node.name)
        self._names[self._seats.index(one)] = old
        script = ((0.0, f"USER {old}:1\r\n".encode()), (_SNATCHED_SECONDS, CLOSE))
        for attempt in range(_SNATCHES):
            self._network.clock.later(0.02 * attempt, self._call_tracker, machine, script)

    def _call_tracker(self, machine: Machine, script: Script) -> None:
        WildCaller(self._network, machine, self._machines[0].host, TRACKER_PORT, script, self._oracle.note_read_by_stranger)

    def _do_swap(self, action: Action) -> None:
        """Two exchange their names: everybody who asks for one of them is told where it is now."""
        one, other = self._peer(action.a), self._peer(action.b)
        if one is None or other is None or one is other:
            return
        self._fault_everywhere()
        names = one.node.name, other.node.name
        self._rename(one, f"{names[0]} on the way")
        self._network.clock.later(1.0, self._rename_later, other, names[0])
        self._network.clock.later(2.0, self._rename_later, one, names[1])

    def _rename_later(self, peer: PeerProcess, name: str) -> None:
        if peer.can_act and not peer.has_left and not peer.is_abroad:
            self._rename(peer, name)

    def call_everybody(self) -> None:
        """Each registered user calls two others by name, and says something."""
        able = [peer for peer in self.peers if peer.can_act and peer.node.tracker_state is TrackerState.REGISTERED]
        for distance in (1, 2):
            for one, other in zip(able, able[distance:] + able[:distance], strict=True):
                if one is not other and other.node.name in one.node.people:
                    one.act(partial(self._call_and_say, one, other))

    def _call_and_say(self, peer: PeerProcess, other: PeerProcess, node: Node, now: float) -> None:
        conversation = node.open_chat(other.node.name, now=now)
        self._said += 1
        text = f"{peer.label}.{self._said}."
        text_id = node.say(conversation, text, now=now)
        said = self._oracle.note_said(peer, text_id, text, self._network.clock.now, conversation)
        said.wanted = other

    def _come_back(self, peer: PeerProcess) -> None:
        if peer.can_act and not peer.has_left and peer.is_abroad:
            peer.visit(peer.home)

    def _do_burst(self, action: Action) -> None:
        """Many callers at once, each with its name and a text in one segment."""
        peer = self._peer(action.a)
        if peer is None:
            return
        machine = self._network.machine(_WILD_HOST)
        texts = []
        for _ in range(_BURST_CALLERS):
            self._said += 1
            text = f"burst.{self._said}."
            more = _BURST_MORE if action.b % 3 == 1 else ""
            script = ((0.0, f"USER Z{self._said}\r\n{text}\r\n{more}".encode()), (20.0, CLOSE))
            self._oracle.expect(text)
            texts.append(text)
            WildCaller(self._network, machine, peer.machine.host, peer.port, script, self._oracle.note_read_by_stranger)
        self._network.clock.later(_HEARD_SECONDS, self._check_heard, peer, texts, self._network.clock.now)

    def _do_disguise(self, action: Action) -> None:
        """A caller says what is a farewell but for its white space, and then a text (§4.2)."""
        peer = self._peer(action.a)
        if peer is None:
            return
        self._said += 1
        space = _SPACES[1:][action.b % len(_SPACES[1:])].encode()
        word = (b"/bye", b"DISC")[action.a % 2]
        disguised = (space + word, word + space, space + word + space)[action.b % 3]
        text = f"after.{self._said}."
        script = ((0.0, f"USER V{self._said}\r\n".encode()), (0.5, disguised + b"\r\n"), (action.x, f"{text}\r\n".encode()), (20.0, CLOSE))
        self._oracle.expect(text)
        WildCaller(self._network, self._network.machine(_WILD_HOST), peer.machine.host, peer.port, script, self._oracle.note_read_by_stranger)
        self._network.clock.later(_HEARD_SECONDS, self._check_heard, peer, [text], self._network.clock.now)

    def _do_chatter(self, action: Action) -> None:
        """A caller that goes on talking, also when goodbye is said, and never hangs up (§4.6)."""
        peer = self._peer(action.a)
        if peer is None:
            return
        self._said += 1
        talk = ((0.4 + action.x, b"and another thing\r\n"),) * _CHATTERED
        script = ((0.0, f"USER C{self._said}\r\n".encode()), *talk, (5.0, CLOSE))
        machine, note = self._network.machine(_WILD_HOST), self._oracle.note_read_by_stranger
        WildCaller(self._network, machine, peer.machine.host, peer.port, script, note, is_deaf=True)  # or it would hang up
        self._network.clock.later(_HEARD_OUT_SECONDS, self._leave_chatter, peer)

    def _leave_chatter(self, peer: PeerProcess) -> None:
        if not peer.can_act or peer.has_left:
            return
        callers = [known.conversation for known in peer.node._chats._peers.values() if known.host == _WILD_HOST]
        for number in [conversation.number for conversation in callers if conversation is not None]:
            peer.act(partial(_end_chat, number))

    def _do_deaf(self, action: Action) -> None:
        """A caller that never reads: a client that goes on asking for lists, or a peer."""
        machine, note = self._network.machine(_WILD_HOST), self._oracle.note_read_by_stranger
        peer = self._peer(action.a)
        if action.b % 2 and peer is not None:
            script = ((0.0, b"USER W1\r\nI am deaf\r\n"), (60.0 * action.x, CLOSE))
            WildCaller(self._network, machine, peer.machine.host, peer.port, script, note, is_deaf=True)
            return
        requests = ((0.05, b"LIST\r\n" * 20 + b"ADDR Ana\r\n"),) * _DEAF_REQUESTS
        steps = ((0.0, b"USER W1:1\r\n"), *requests, (5.0, CLOSE))
        WildCaller(self._network, machine, self._machines[0].host, TRACKER_PORT, steps, note, is_deaf=True)

    def _do_silent_crowd(self, action: Action) -> None:
        """As many silent callers as may be, and then some that speak: at once, or after a while (§4.1)."""
        peer, most = self._peer(action.a), self._plan.limits.max_silent_callers
        if peer is None or most < 2 or most > _BURST_CALLERS:
            return
        machine = self._network.machine(_WILD_HOST)
        self._call_silently(peer, machine)
        self._network.clock.later(_CROWD_SECONDS, self._speak_late, peer, machine, self._network.clock.now)

    def _call_silently(self, peer: PeerProcess, machine: Machine) -> None:
        """As many as may be silent; whoever has spoken, however late, is none of them any more."""
        for _ in range(self._plan.limits.max_silent_callers):
            WildCaller(self._network, machine, peer.machine.host, peer.port, ((40.0, CLOSE),), self._oracle.note_read_by_stranger)

    def _speak_late(self, peer: PeerProcess, machine: Machine, since: float) -> None:
        if not peer.can_act:
            return
        texts = []
        for wait in (0.0, 0.0, 0.0, 1.6):
            self._said += 1
            text, more = f"late.{self._said}.", f"later.{self._said}."
            hello = f"USER Y{self._said}\r\n{text}\r\n".encode()
            script = ((wait, hello), (2 * _CROWD_SECONDS - wait, f"{more}\r\n".encode()), (20.0, CLOSE))
            for said in (text, more):
                self._oracle.expect(said)
                texts.append(said)
            WildCaller(self._network, machine, peer.machine.host, peer.port, script, self._oracle.note_read_by_stranger)
        self._network.clock.later(_CROWD_SECONDS, self._call_silently, peer, machine)
        self._network.clock.later(_HEARD_SECONDS, self._check_heard, peer, texts, since)

    def _do_rename_storm(self, action: Action) -> None:
        """A client that registers under a new name all the time."""
        machine = self._network.machine(_WILD_HOST)
        names = b"".join(b"USER W1%s:1\r\n" % (b"x" * (number % 2)) for number in range(60))
        script = ((0.0, names), (1.0, b"ADDR nobody\r\n" * 40), (2.0, CLOSE))
        WildCaller(self._network, machine, self._machines[0].host, TRACKER_PORT, script, self._oracle.note_read_by_stranger)

    def _do_garble(self, action: Action) -> None:
        """A client whose lines are none; the tracker hangs up (§2.3)."""
        machine = self._network.machine(_WILD_HOST)
        script = ((0.0, b"x\r\n" * 300), (60.0, CLOSE))
        caller = WildCaller(
            self._network, machine, self._machines[0].host, TRACKER_PORT, script, self._oracle.note_read_by_stranger
        )
        self._network.clock.later(_HEARD_SECONDS, self._check_hung_up, caller, self._network.clock.now)

    def _check_hung_up(self, caller: WildCaller, since: float) -> None:
        tracker = self.tracker
        undisturbed = tracker is not None and tracker.can_act and self.disturbed_at(tracker.machine) < since
        if undisturbed and caller.is_connected:
            raise Violation("garbled: 300 lines that are no requests, and the tracker listens on")

    def _do_pile_up(self, action: Action) -> None:
        """A client that asks for lists, and then for more than the tracker keeps behind them."""
        machine = self._network.machine(_WILD_HOST)
        requests = b"USER W1:1\r\n" + b"LIST\r\n" * 10 + b"KEEP\r\n" * 12_000
        pieces = tuple((0.01, requests[at : at + 2000]) for at in range(0, len(requests), 2000))
        WildCaller(
            self._network,
            machine,
            self._machines[0].host,
            TRACKER_PORT,
            (*pieces, (5.0, CLOSE)),
            self._oracle.note_read_by_stranger,
        )

    def _check_heard(self, peer: PeerProcess, texts: list[str], since: float) -> None:
        """Silent callers never keep out one who speaks (§4.1), nor do as many as there are."""
        undisturbed = peer.is_running and not peer.has_left and self.disturbed_at(peer.machine) < since
        has_room = self._plan.descriptors is None and self._plan.limits.max_peer_connections >= MOST_CALLERS
        if undisturbed and has_room:
            unheard = [text for text in texts if self._oracle.is_awaited(text)]
            if unheard:
                raise Violation(f"unheard: {len(unheard)} of {len(texts)} callers of {peer.label} at {since:.3f}")

    # Private: programs of another make

    def _do_wild(self, action: Action) -> None:
        machine = self._network.machine(_WILD_HOST)
        kind = action.b % (len(CALLER_SCRIPTS) + 2)
        tracker = (self._machines[0].host, TRACKER_PORT)
        target = self._peer(action.a)
        if kind < len(CALLER_SCRIPTS):
            host, port = tracker
            if target is not None and action.x < 0.8:
                host, port = target.machine.host, target.port
            WildCaller(self._network, machine, host, port, CALLER_SCRIPTS[kind], self._oracle.note_read_by_stranger)
        elif len(self.wild_listeners) < len(WILD_NAMES):
            number = len(self.wild_listeners)
            patience = _WILD_PATIENCE_SECONDS[int(action.x * len(_WILD_PATIENCE_SECONDS))]
            self.wild_listeners.append(
                WildListener(
                    self._network,
                    machine,
                    WILD_NAMES[number],
                    _FIRST_PORT + number,
                    tracker,
                    patience,
                    self._oracle.note_read_by_stranger,
                )
            )


def _open_chat(peer: PeerProcess, name: str) -> None:
    if peer.can_act and not peer.has_left:
        peer.act(lambda node, now: discard(node.open_chat(name, now=now)))


def _end_chat(number: ConversationId, node: Node, now: float) -> None:
    node.end_chat(number, now=now)


def discard(value: object) -> None:
    """For the result of an intent that nobody needs."""
