"""One running client without its face: the state, the node, and a tracker if it has to bring its own.

``plain.py`` and ``app.py`` are the two faces. Both hand over what the user does
and show what the state says; everything between is here.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, assert_never

from core import BufferFull, LocalProtocolError, NodeEvent, TrackerLost
from io_adapters import Address, ListenError, Timer, format_address

from .loop import Join, Loop
from .run.embedded import OwnTracker
from .run.network_plan import NetworkPlan
from .run.transcript import TranscriptFolder, record
from .state.conversation import LogEntry
from .state.effects import (
    Bell,
    ChangeTracker,
    Effect,
    EndChat,
    Leave,
    Notify,
    OpenChat,
    OpenChatAt,
    Reconnect,
    Redraw,
    RefreshList,
    Say,
    Suspend,
)
from .state.journal import tell, tell_error
from .state.model import TrackerState, UiState
from .terminal.keys import KeyEvent
from .update import inputs
from .update.node_events import begin_call
from .update.sending import note_not_said, note_said


CHOKED_SECONDS: Final = 0.05  # between attempts to send to a peer who does not read


class Face(Protocol):
    """What shows the client to the user."""

    def ring(self) -> None:
        """Ring the bell."""

    def notify(self, text: str) -> None:
        """Ask for a desktop notification."""

    def suspend(self) -> None:
        """Give the terminal back, stop, and take it again when continued."""

    def redraw(self) -> None:
        """Draw everything anew."""

    def turn_ended(self, fresh: Sequence[LogEntry]) -> None:
        """Show what has changed in this turn of the loop; ``fresh`` are the new entries of all logs."""


class Client:
    """Owned by a face. Give it keys or lines; when ``state.left`` is set, it is over."""

    def __init__(
        self,
        loop: Loop,
        state: UiState,
        plan: NetworkPlan,
        *,
        join: Join,
        wall_clock: Callable[[], float] = time.time,
        trace: Callable[[str], None] | None = None,
    ) -> None:
        """Begin: the tracker is reached in the first turn.

        Args:
            loop: Of the program.
            state: Fresh, with our name.
            plan: Whom to reach and where to be reached.
            join: How to; see ``network.on_sockets``.
            wall_clock: Returns POSIX time.
            trace: Told of every event and effect.

        Raises:
            ListenError: Peers cannot be listened for where the plan says.
        """
        self.state: Final = state
        self._loop: Final = loop
        self._wall_clock: Final = wall_clock
        self._trace: Final = trace
        self._embedded: OwnTracker | None = plan.embedded
        self._face: Face | None = None
        self._timer: Timer | None = None
        self._choked_by: Say | None = None
        self._network: Final = join(state.name, plan, self._node_event, self._exhausted)
        self._node: Final = self._network.node
        state.now, state.wall = loop.now, wall_clock()
        state.tracker.address = format_address(*plan.tracker)
        state.tracker.embedded = plan.embedded is not None and plan.embedded.is_running
        loop.set_turn_end(self._turn_ended)

    @property
    def listening(self) -> Address:
        """Where peers call: host and port."""
        return self._network.listening

    def show_on(self, face: Face | None) -> None:
        """Use this face; None: nobody looks any more."""
        self._face = face

    def apply_key(self, event: KeyEvent) -> None:
        """Do what the user wants with a key."""
        self._perform(inputs.apply_key(self.state, event, now=self._loop.now, wall=self._wall_clock()))

    def enter_line(self, line: str) -> None:
        """Do what the user wants with a whole line."""
        self._perform(
            inputs.enter_line(self.state, line, now=self._loop.now, wall=self._wall_clock())
        )

    @property
    def is_choked(self) -> bool:
        """Whether a text of a client without a screen waits for a peer to read."""
        return self._choked_by is not None

    def take_fresh(self) -> list[LogEntry]:
        """New entries since the last call, written into the transcripts if the user wants that."""
        fresh = self.state.take_fresh()
        if self.state.logging and fresh:
            record(self.state, TranscriptFolder(Path(self.state.transcript_folder)), fresh)
            fresh += self.state.take_fresh()  # what went wrong with that
        return [entry for _, entry in fresh]

    def leave(self) -> None:
        """Say goodbye to everybody; ``state.left`` follows within two seconds. Again has no effect."""
        if not self.state.leaving:
            self._perform([Leave()])

    def close(self) -> None:
        """Drop every connection, and the tracker with them."""
        if self._timer is not None:
            self._timer.cancel()
        self._loop.set_turn_end(None)
        self._network.close()
        if self._embedded is not None:
            self._embedded.close()

    # Called by the loop

    def _node_event(self, event: NodeEvent) -> None:
        if self._trace is not None:
            self._trace(repr(event))
        if isinstance(event, TrackerLost) and not self.state.leaving and self._take_over_tracker():
            return
        effects = inputs.apply_event(self.state, event, now=self._loop.now, wall=self._wall_clock())
        self._perform(effects)

    def _take_over_tracker(self) -> bool:
        """Run the tracker of this machine, if the program that did is gone; False if it is not."""
        if self._embedded is None or self._embedded.is_running:
            return False
        try:
            started = self._embedded.start()
        except ListenError:
            return False  # then the next attempt finds another's tracker, or none
        if started:
            self.state.tracker.embedded = True
            tell(self.state, self.state.status, self.state.tr("The tracker runs inside this program now."))
            self._reconnect()
        return started

    def _exhausted(self, error: OSError) -> None:
        why = error.strerror or str(error)
        text = self.state.tr("Cannot take more calls at present: {why}.", why=why)
        tell_error(self.state, self.state.status, text)

    def _timer_fired(self) -> None:
        self._perform(
            inputs.handle_timer(self.state, now=self._loop.now, wall=self._wall_clock())
        )

    def _turn_ended(self) -> None:
        if self._face is not None:
            self._face.turn_ended(self.take_fresh())
        deadline = inputs.next_timer(self.state)
        if self._timer is not None and self._timer.is_pending:
            if self._timer.deadline == deadline:
                return
            self._timer.cancel()
        self._timer = None if deadline is None else self._loop.call_at(deadline, self._timer_fired)

    # Effects

    def _perform(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            if self._trace is not None:
                self._trace(repr(effect))
            self._perform_one(effect)
        self._network.pump()

    def _perform_one(self, effect: Effect) -> None:
        now = self._loop.now
        match effect:
            case OpenChat():
                self._open_chat(effect)
            case OpenChatAt(host, port):
                self._open_chat_at(host, port)
            case Say():
                self._say(effect)
            case EndChat(chat):
                self._try(lambda: self._node.end_chat(chat, now=now))
            case RefreshList():
                if not self._try(lambda: self._node.refresh_list(now=now)):
                    self.state.pending_lists.clear()
            case Reconnect():
                self._reconnect()
            case ChangeTracker(host, port):
                self._embedded_is_over()
                self._network.set_tracker_address((host, port))
                self._reconnect()
            case Leave():
                if self.state.leaving:
                    self._loop.stop()  # the user does not want to wait for the farewell to be heard
                    return
                self.state.leaving = True
                self.state.notice = self.state.tr("Saying goodbye...")
                self._node.leave(now=now)
            case Bell():
                self._face_does(lambda face: face.ring())
            case Notify(text):
                self._face_does(lambda face: face.notify(text))
            case Suspend():
                self._face_does(lambda face: face.suspend())
            case Redraw():
                self._face_does(lambda face: face.redraw())
            case _:
                assert_never(effect)

    def _open_chat(self, effect: OpenChat) -> None:
        try:
            chat = self._node.open_chat(effect.name, now=self._loop.now)
        except LocalProtocolError as error:
            self._complain(error)
            return
        begin_call(self.state, chat, effect.name, show=effect.show)
        self._network.pump()
        if effect.text:
            self._say(Say(chat, effect.text, aside=not effect.show))

    def _open_chat_at(self, host: str, port: int) -> None:
        try:
            chat = self._node.open_chat_at(host, port, now=self._loop.now)
        except LocalProtocolError:  # of all addresses, only our own is refused
            tell_error(self.state, self.state.here, self.state.tr("You cannot chat with yourself."))
            return
        begin_call(self.state, chat, format_address(host, port), show=True)

    def _say(self, say: Say) -> None:
        try:
            text_id = self._node.say(say.conversation, say.text, now=self._loop.now)
        except BufferFull:
            if self.state.plain:
                self._wait_for_room(say)
            else:
                note_not_said(self.state, say, is_full=True)
        except LocalProtocolError:
            note_not_said(self.state, say, is_full=False)
        else:
            note_said(self.state, say, text_id)

    def _wait_for_room(self, say: Say) -> None:
        """Without a screen, texts come from programs: they wait for the peer instead of being lost."""
        self._choked_by = say

        def try_again() -> None:
            self._choked_by = None
            self._perform([say])

        self._loop.call_later(CHOKED_SECONDS, try_again)

    def _reconnect(self) -> None:
        self.state.tracker.state = TrackerState.CONNECTING
        self._try(lambda: self._node.reconnect(now=self._loop.now))

    def _embedded_is_over(self) -> None:
        """The user has chosen another tracker: run none of our own any more."""
        if self._embedded is not None:
            self._embedded.close()
            self._embedded = None

    def _try(self, intent: Callable[[], None]) -> bool:
        """Carry out an intent; what the node refuses is said, since the user waits for an answer."""
        try:
            intent()
        except LocalProtocolError as error:
            self._complain(error)
            return False
        return True

    def _complain(self, error: LocalProtocolError) -> None:
        """The commands have seen to everything that the user can do wrong: something came in between."""
        if self._trace is not None:
            self._trace(repr(error))
        tell_error(self.state, self.state.here, self.state.tr("That is not possible now."))

    def _face_does(self, act: Callable[[Face], None]) -> None:
        if self._face is not None:
            act(self._face)
