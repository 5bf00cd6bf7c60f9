"""What the state wants of the node: asked of it, and what came of that as changes of the state."""

from collections.abc import Callable
from typing import Final, assert_never

from core import BufferFull, LocalProtocolError, Node, format_address

from ..state.conversation import ChatState
from ..state.effects import CallBack, Effect, EndChat, Intent, Leave, OpenChat, OpenChatAt, Reconnect, RefreshList, Rename, Say
from ..state.journal import tell, tell_error
from ..state.model import TrackerState, UiState
from .chat_commands import say_connected
from .node_events import begin_call, give_up_lists
from .sending import note_not_said, note_said

CHOKED_SECONDS: Final = 0.05  # between attempts to send to a peer who does not read


class Intents:
    """Brings each ``Intent`` to the node. What it refuses is said, since the user waits for an answer."""

    def __init__(self, state: UiState, node: Node, *, refused: Callable[[LocalProtocolError], None]) -> None:
        self._state: Final = state
        self._node: Final = node
        self._refused: Final = refused
        self._choked: list[Say] = []
        self._choked_until: float | None = None

    def carry_out(self, intent: Intent, *, now: float) -> list[Effect]:
        """Ask it of the node; returns what else is to be done, once the node's events have been applied."""
        try:
            match intent:
                case OpenChat():
                    return self._open_chat(intent, now=now)
                case OpenChatAt(host, port):
                    self._open_chat_at(host, port, now=now)
                case CallBack():
                    self._call_back(intent, now=now)
                case Say():
                    self._say(intent, now=now)
                case EndChat(chat):
                    self._node.end_chat(chat, now=now)
                case RefreshList():
                    self._node.refresh_list(now=now)
                case Reconnect():
                    self._state.tracker.state = TrackerState.CONNECTING
                    self._node.reconnect(now=now)
                case Rename(name):
                    self._state.tracker.asked_name = name
                    self._state.tracker.state = TrackerState.CONNECTING
                    self._node.rename(name, now=now)
                case Leave():
                    self._state.leaving = True
                    self._state.notice = self._state.tr("Saying goodbye...")
                    self._node.leave(now=now)
                case _:
                    assert_never(intent)
        except LocalProtocolError as error:
            # The commands check what the user can do wrong, so something came in between.
            self._refused(error)
            tell_error(self._state, self._state.here, self._state.tr("That is not possible now."))
            if isinstance(intent, RefreshList):
                return give_up_lists(self._state)
        return []

    @property
    def are_settled(self) -> bool:
        """Whether the tracker has answered or failed, and no call, no list and no text is under way."""
        state = self._state
        tried = state.tracker.ever_registered or state.tracker.told is not None
        calling = any(c.state is ChatState.CONNECTING for c in state.chats())
        return tried and not calling and not state.pending_lists and not self._choked

    def next_timer(self) -> float | None:
        """Absolute time for ``handle_timer``, or None."""
        return self._choked_until

    def handle_timer(self) -> list[Effect]:
        """The texts that wait: to be said again."""
        self._choked_until = None
        waiting, self._choked = self._choked, []
        return [*waiting]

    def _open_chat(self, call: OpenChat, *, now: float) -> list[Effect]:
        chat = self._node.open_chat(call.name, now=now)
        begin_call(self._state, chat, call.name, show=call.show, draft=call.draft)
        return [Say(chat, call.text, aside=not call.show)] if call.text else []

    def _open_chat_at(self, host: str, port: int, *, now: float) -> None:
        state = self._state
        try:
            chat = self._node.open_chat_at(host, port, now=now)
        except LocalProtocolError:  # of all addresses, only our own is refused
            tell_error(state, state.here, state.tr("You cannot chat with yourself."))
        else:
            begin_call(state, chat, format_address(host, port), show=True)

    def _call_back(self, call: CallBack, *, now: float) -> None:
        state = self._state
        conversation = state.of_chat(call.conversation)
        if conversation is None:
            return
        if not self._node.may_not_hear(call.conversation):
            if call.was_here:
                say_connected(state, conversation)
        elif not conversation.call_back_offered:
            conversation.call_back_offered = True
            text = state.tr(
                "{n} called, and may or may not hear you on that connection. /chat {n} once more calls back.",
                n=conversation.label,
            )
            tell(state, conversation, text)
        else:
            try:
                self._node.call_back(call.conversation, now=now)
            except LocalProtocolError:  # there is nobody to ask where it listens
                tell_error(state, conversation, state.tr("Not connected to a tracker."))
            else:
                conversation.calls_back = True
                tell(state, conversation, state.tr("Calling {n} back...", n=conversation.label))

    def _say(self, say: Say, *, now: float) -> None:
        try:
            text_id = self._node.say(say.conversation, say.text, now=now)
        except BufferFull:
            if self._state.plain:  # texts come from programs: they wait for the peer instead of being lost
                self._choked.append(say)
                self._choked_until = now + CHOKED_SECONDS
            else:
                note_not_said(self._state, say, is_full=True)
        except LocalProtocolError:
            note_not_said(self._state, say, is_full=False)
        else:
            note_said(self._state, say, text_id)
