"""A client's connection to its tracker: bytes in, events and bytes out (docs/protocol.md §3).

Everything that changes the state of such a connection is in this file. It
lives as long as the connection; ``TrackerSession`` reconnects.
"""

from collections import deque

from ..events import LossReason, TrackerLossReason
from ..limits import (
    ADDRESS_TIMEOUT_SECONDS,
    DEFAULT_LIMITS,
    INSTRUCTION_GAP_SECONDS,
    KEEPALIVE_SECONDS,
    LIST_INTERVAL_SECONDS,
    LIST_TIMEOUT_SECONDS,
    MAX_REPLY_BYTES,
    PRESENCE_BYTES_PER_SECOND,
    QUIET_LINE_SECONDS,
    Limits,
)
from ..wire.framing import LineFramer
from ..wire.messages import (
    AddressReply,
    AddressRequest,
    Keep,
    ListRequest,
    Register,
    Request,
    encode,
    parse_address_reply,
    split_list_reply,
)
from ..wire.names import normalise_name
from .link import Link, LinkOwner
from .link_events import AddressFound, AddressUnknown, ListAnswered, TrackerLinkEnded, TrackerLinkEvent


class _Question:
    """One ``ADDR`` on its way, with the ``LIST`` behind it that fences it (§3.3)."""

    __slots__ = ("deadline", "fence", "name")

    def __init__(self, name: str, deadline: float, fence: int) -> None:
        self.name = name
        self.deadline = deadline
        self.fence = fence
        """The number of the first LIST sent after the ADDR."""


class TrackerLink(Link[TrackerLinkEvent]):
    """Registers, keeps alive, follows the list of users and asks for addresses.

    Instructions leave one at a time with a short gap, because real trackers take
    one ``recv`` for one instruction.
    """

    def __init__(
        self,
        owner: LinkOwner["TrackerLink"],
        name: str,
        port: int,
        *,
        now: float,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        """Begin with ``USER``, then ``LIST``.

        Args:
            owner: Takes the events.
            name: Fit, in the sense of ``name_fault``.
            port: Where we listen for peers.
            now: Seconds of the caller's monotonic clock.
            limits: How many questions wait that are not urgent.
        """
        super().__init__(owner)
        self._max_other_names = limits.max_unverified_names
        self.name = name
        self._framer = LineFramer(MAX_REPLY_BYTES)
        self._requests: deque[Request] = deque()
        self._next_send_at = now
        self._quiet_at: float | None = None
        self._gap_seconds = INSTRUCTION_GAP_SECONDS
        self.is_registered = False
        """Whether the tracker has answered a ``LIST`` (§3.1)."""
        self._next_keep_at = now + KEEPALIVE_SECONDS
        self._next_list_at: float | None = None  # None while a LIST waits to be sent
        self._list_interval = LIST_INTERVAL_SECONDS
        self._lists_sent = 0
        self._list_sent_at = now
        self._lists_answered = 0
        self._list_replies = 0  # like the line above, but never set right where a reply did not come
        self._answer_due_at: float | None = None
        self._wanted_list: int | None = None  # the number of the LIST that ``request_list`` sent
        self._urgent_names: dict[str, None] = {}  # in the order of asking, each once
        self._other_names: dict[str, None] = {}
        self._question: _Question | None = None
        self._late_lists = 0  # until this many more LIST replies, an address may answer a question that was given up
        self._fenced_at: float | None = None
        self._answers_in_order = True
        self._requests.append(Register(name, port))
        self._requests.append(ListRequest())
        self._send_due(now)

    def _describe(self) -> str:
        return f"{self.name!r}, {'registered' if self.is_registered else 'not registered'}, "

    # Asking

    def request_list(self, *, now: float) -> None:
        """Ask for the list now; the ``ListAnswered`` that answers it is ``wanted``."""
        self._wanted_list = self._list_soon()
        self._send_due(now)
        self.settle(now=now)

    def request_address(self, name: str, *, urgent: bool = True, now: float) -> None:
        """Ask where ``name`` listens; ``AddressFound`` or ``AddressUnknown`` follows (§3.3).

        Questions go out one after another. In the 2024 edition an answer has no name
        in it, and a late one must not be taken for the answer to the next question.

        Args:
            name: Fit and normalised.
            urgent: Whether the user waits for it; such questions go first.
            now: Seconds of the caller's monotonic clock.
        """
        if self._question is None or self._question.name != name:
            names = self._urgent_names if urgent else self._other_names
            names[name] = None
            if len(self._other_names) > self._max_other_names:
                del self._other_names[next(iter(self._other_names))]  # callers flood us with names
        self._send_due(now)
        self.settle(now=now)

    def close(self, *, now: float) -> None:
        """Leave the tracker: the end of the stream unregisters (§2.5). Nothing more is said or reported."""
        self._end(TrackerLossReason.CLOSED)
        self._events.clear()
        self._outgoing.clear()
        self.settle(now=now)

    # Timers

    def next_timer(self) -> float | None:
        if self._ended:
            return None
        send_at = self._next_send_at if self._requests else None
        question_at = self._question.deadline if self._question is not None else None
        deadlines = (self._next_keep_at, self._next_list_at, self._answer_due_at, self._quiet_at, question_at, send_at)
        return min(at for at in deadlines if at is not None)

    def _take_time(self, now: float) -> None:
        if self._quiet_at is not None and now >= self._quiet_at:
            self._take_quiet_line(now)
        if self._answer_due_at is not None and now >= self._answer_due_at:
            self._end(TrackerLossReason.SILENT)
            return
        if self._question is not None and now >= self._question.deadline:
            self._late_lists = self._lists_sent - self._list_replies
            self._settle_question(AddressUnknown(self._question.name))
        if now >= self._next_keep_at:
            self._next_keep_at = now + KEEPALIVE_SECONDS
            self._requests.append(Keep())
        if self._next_list_at is not None and now >= self._next_list_at:
            # An answer this late will not come; if it were still counted, every fence would wait for it.
            self._lists_answered = self._lists_sent
            self._list_soon()
        self._send_due(now)

    # Receiving

    def _take_data(self, data: bytes, now: float) -> None:
        for line in self._framer.feed(data):
            self._receive_line(line, now)
        waits = self._framer.pending_bytes > 0 and not self._framer.seen_line_end
        self._quiet_at = now + QUIET_LINE_SECONDS if waits else None
        if self._framer.overrun:
            self._end(TrackerLossReason.FAULTY)
        self._send_due(now)

    def _take_eof(self, now: float) -> None:
        # Before any answer it is a refusal (§3.1).
        self._end(TrackerLossReason.CLOSED if self.is_registered else TrackerLossReason.REFUSED)

    def _take_loss(self, reason: LossReason, now: float) -> None:
        # A tracker that shuts a connection down may reset it: before any answer that is a refusal too.
        refused = reason is LossReason.RESET and not self.is_registered
        self._end(TrackerLossReason.REFUSED if refused else TrackerLossReason.BROKEN, reason)

    def _take_quiet_line(self, now: float) -> None:
        """Take a reply without a line end for a line, if the tracker has ended none yet (§3.1, §4.4)."""
        self._quiet_at = None
        self._gap_seconds = 2 * QUIET_LINE_SECONDS  # or the next two replies would run into one
        self._receive_line(self._framer.take_rest(), now)

    def _receive_line(self, line: bytes, now: float) -> None:
        names = split_list_reply(line)
        if names is not None:
            self._receive_list(names, now)
            return
        question = self._question
        reply = parse_address_reply(line, asked=question.name if question is not None else None)
        if reply is not None:  # else a tracker's greeting, perhaps; nothing depends on it
            self._receive_address(reply, now)

    def _receive_list(self, names: bytes, now: float) -> None:
        self.is_registered = True
        self._list_replies += 1
        self._late_lists -= 1
        # An answer more than was asked for (a tracker that pushes its list) is as good.
        self._lists_answered = min(self._lists_answered + 1, max(self._lists_sent, 1))
        waiting = self._lists_sent > self._lists_answered
        self._answer_due_at = now + LIST_TIMEOUT_SECONDS if waiting else None
        self._list_interval = max(LIST_INTERVAL_SECONDS, len(names) / PRESENCE_BYTES_PER_SECOND)
        if self._next_list_at is not None:
            self._next_list_at = now + self._list_interval
        wanted = self._wanted_list is not None and self._lists_answered >= self._wanted_list
        if wanted:
            self._wanted_list = None
        self._events.append(ListAnswered(names, wanted))
        question = self._question
        if question is not None and self._answers_in_order and self._lists_answered >= question.fence:
            self._fenced_at = now
            self._settle_question(AddressUnknown(question.name))

    def _receive_address(self, reply: AddressReply, now: float) -> None:
        question = self._question
        if question is None:
            if self._fenced_at is not None and now - self._fenced_at < ADDRESS_TIMEOUT_SECONDS:
                # It came behind the fence: this tracker answers out of order, only time can tell.
                self._answers_in_order = False
        elif reply.name is None and self._answers_in_order and self._late_lists > 0:
            pass  # it answers an earlier question, which was given up: it would connect us to the wrong peer
        elif reply.name is None or normalise_name(reply.name) == question.name:
            self._settle_question(AddressFound(question.name, reply.host, reply.port))

    def _settle_question(self, answer: AddressFound | AddressUnknown) -> None:
        self._question = None
        self._events.append(answer)

    # Sending

    def _list_soon(self) -> int:
        """Have a ``LIST`` wait to be sent; return the number that it will have."""
        if not self._list_waits():
            self._requests.append(ListRequest())
        self._next_list_at = None
        return self._lists_sent + 1

    def _list_waits(self) -> bool:
        return any(isinstance(request, ListRequest) for request in self._requests)

    def _send_due(self, now: float) -> None:
        if self._question is None and self.is_registered:
            self._ask_next(now)
        if not self._requests or now < self._next_send_at or self._ended:
            return
        request = self._requests.popleft()
        self._outgoing += encode(request)
        self._next_send_at = now + self._gap_seconds
        if isinstance(request, ListRequest):
            self._lists_sent += 1
            self._list_sent_at = now
            self._next_list_at = now + self._list_interval
            if self._answer_due_at is None:
                self._answer_due_at = now + LIST_TIMEOUT_SECONDS

    def _ask_next(self, now: float) -> None:
        names = self._urgent_names or self._other_names
        if not names:
            return
        if now - self._list_sent_at >= 2 * self._list_interval and self._list_waits():
            return  # else callers with ever new names would hold it back for as long as they come
        name = next(iter(names))
        self._urgent_names.pop(name, None)
        self._other_names.pop(name, None)
        # A LIST that already waits would overtake the ADDR and could not fence it.
        waiting = [request for request in self._requests if not isinstance(request, ListRequest)]
        self._requests = deque([*waiting, AddressRequest(name), ListRequest()])
        self._next_list_at = None
        self._question = _Question(name, now + ADDRESS_TIMEOUT_SECONDS, self._lists_sent + 1)

    def _end(self, reason: TrackerLossReason, detail: LossReason | None = None) -> None:
        if self._ended:
            return
        self._ended = True
        self._requests.clear()
        self._quiet_at = None
        self._events.append(TrackerLinkEnded(reason, detail))
