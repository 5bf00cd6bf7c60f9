"""Calling back a peer that may never read the connection that it dialled (docs/protocol.md §4.7)."""

from ..limits import ACKNOWLEDGEMENT_POLL_SECONDS, CALL_BACK_TRIAL_SECONDS, PEER_UNACKNOWLEDGED_SECONDS
from .event_queue import EventQueue, Timed
from .peer_link import PeerLink


class CallBack:
    """One call back, from the question to the tracker until its connection has taken over."""

    __slots__ = ("_owner", "_queue", "_taken_from", "link")

    def __init__(self, owner: Timed, *, queue: EventQueue) -> None:
        """Args:
        owner: Woken while the new connection is on trial.
        queue: Of the node.
        """
        self._owner = owner
        self._queue = queue
        self._taken_from: float | None = None
        self.link: PeerLink | None = None
        """The connection that was dialled; None before that."""

    def begin_trial(self, link: PeerLink, *, now: float) -> None:
        """Note that the dial has succeeded."""
        self.link = link
        self._taken_from = now + CALL_BACK_TRIAL_SECONDS

    def may_take_over(self, others: list[PeerLink], *, now: float) -> bool:
        """Whether the trial is over, and the peer's system has all that was said on the other connections.

        If not, the owner is woken again, and the adapter is asked how much the system has.
        """
        forgotten_until = now - PEER_UNACKNOWLEDGED_SECONDS
        is_heard_out = all(link.is_heard_out(forgotten_until) for link in others)
        if is_heard_out and self._taken_from is not None and now >= self._taken_from:
            return True
        for link in others:
            link.is_awaited = True
            self._queue.follow(link)
        self._queue.timers.arm(self._owner, now + ACKNOWLEDGEMENT_POLL_SECONDS)
        return False
