"""A node's conversations: dialling, callers, crossing calls, namesakes, verification (docs/protocol.md §4)."""

from collections.abc import Collection
from typing import Final

from ..connection import Connection
from ..errors import BufferFull, LocalProtocolError, NotConnected
from ..events import (
    CallBackEnded,
    CallersTurnedAway,
    CancelDial,
    ChatEnd,
    ChatEnded,
    ChatFailed,
    ChatOpened,
    ChatRequested,
    ConversationId,
    DialPeer,
    LossReason,
    PeerNamed,
    PersonNotOnline,
    TextId,
    TextReceived,
    TextsUnconfirmed,
)
from ..limits import DIAL_TIMEOUT_SECONDS, TURNED_AWAY_SECONDS, Limits
from ..wire.addresses import address_block, is_loopback, is_unspecified, normalise_host
from .call_back import CallBack
from .conversation import Conversation, ConversationBook, Stage
from .held_texts import HeldTexts
from .link_events import PeerIntroduced, PeerLinkEnded, PeerSilent, TextHeard
from .event_queue import EventQueue
from .peer_link import PeerLink
from .tracker_session import TrackerSession
from .verification import Verification


_BUSY: Final = "BUSY"  # §4.7: programs with one conversation say this to a second call, and close


class _Peer:
    """What a node knows of one peer connection beside its link."""

    __slots__ = ("block", "conversation", "host", "incoming", "late_conversation", "number", "port")

    def __init__(self, host: str, port: int, incoming: bool) -> None:
        self.host = host
        self.port = port
        self.incoming = incoming
        self.number = 0
        """Grows with each connection of the node."""
        self.block = address_block(host)
        self.conversation: Conversation | None = None
        self.late_conversation: Conversation | None = None
        """For text that still arrives here after ``conversation`` has moved to another address (§4.8)."""


class _Awaited:
    """The timer of a call back (§4.7)."""

    __slots__ = ("_chats", "_conversation")

    def __init__(self, chats: "Chats", conversation: Conversation) -> None:
        self._chats = chats
        self._conversation = conversation

    def handle_timer(self, *, now: float) -> None:
        self._chats.review_call_back(self._conversation, now=now)


class Chats:
    """All peer connections of a node, and the conversations that they belong to.

    Both sides may act at the same time (§4.7, §4.8). What happens then::

        we           the peer     the conversation
        ask, dial    answers      opens with our dial
        dial         calls        opens with its call; the dial becomes a second connection
        ask          calls        opens with its call; waiting texts go out only if the tracker
                                  then names the same address
        leave        says more    its text is still shown; then the conversation ends
        leave        calls again  the conversation opens again with the new connection
        leave, ask   says more    if the chat is now at another address, the text that the old
                                  connection still brings has a conversation of its own
        dial, cancel answers      the new connection is closed at once

    Text is received on every connection of a conversation. It is sent on the oldest
    that is open, and the conversation ends with the last one. The user may call back a
    peer that called and does not answer; then the new connection becomes the first.
    """

    def __init__(self, *, queue: EventQueue, tracker: TrackerSession, listen_port: int, limits: Limits) -> None:
        self._queue = queue
        self._tracker = tracker
        self._listen_port = listen_port
        self._limits = limits
        self._book = ConversationBook(limits.max_ended_conversations)
        self._peers: dict[PeerLink, _Peer] = {}
        self._silent: dict[PeerLink, None] = {}  # accepted, no byte for a second; oldest first (§4.1)
        self._callers: dict[str, dict[PeerLink, None]] = {}  # by address block (§4.1)
        self._turned_away = 0  # not reported yet
        self._turned_away_again_at: float | None = None  # the next report may come
        self._dials: dict[int, Conversation] = {}
        self._last_dial = 0
        self._links_made = 0
        self._last_text = TextId(0)
        self._held = HeldTexts(queue=queue, max_bytes=limits.max_unsent_bytes, hand_on=self._hear)
        self._verification = Verification(
            queue=queue, tracker=tracker, max_names=limits.max_unverified_names
        )
        self._possible_names: dict[Conversation, str] = {}  # until the next list (§4.1)
        self._leaving = False
        tracker.observer = self

    @property
    def is_empty(self) -> bool:
        """Whether no connection is left."""
        return not self._peers

    # Intents

    def open(self, name: str, *, now: float) -> ConversationId:
        """Ask for the address of ``name`` and dial it, unless there is a connection already."""
        same_name = self._book.named(name)
        conversation = next((one for one in same_name if one.sending_link() is not None), None)
        if conversation is None:
            conversation = next((one for one in same_name if one.stage is not Stage.IDLE), None)
        if conversation is not None:
            conversation.is_wanted = True
            return conversation.number
        # An ended conversation goes on where the tracker says its peer is now.
        conversation = same_name[-1] if same_name else self._book.add(name, "", 0)
        self._queue.emit(ChatRequested(conversation.number, name))
        conversation.is_wanted = True
        conversation.stage = Stage.ASKING
        self._book.note_state(conversation)
        if not self._tracker.ask_address(name, urgent=True, now=now):
            self._fail(conversation, LossReason.NO_TRACKER, now)
        return conversation.number

    def open_at(self, host: str, port: int, *, now: float) -> ConversationId:
        """Dial an address, without a tracker."""
        conversation = self._book.at_address(host, port) or self._book.add(None, host, port)
        conversation.is_wanted = True
        if conversation.sending_link() is None and conversation.stage is Stage.IDLE:
            self._queue.emit(ChatRequested(conversation.number, conversation.label))
            self._dial(conversation)
        return conversation.number

    def say(self, number: ConversationId, text: str, *, now: float) -> TextId:
        """Send a text, or keep it while the chat is being opened."""
        conversation = self._book.get(number)
        if conversation is None:
            raise NotConnected(f"no conversation {number}")
        link = conversation.sending_link()
        size_bytes = len(text.encode(errors="replace"))
        if link is not None and conversation.stage is not Stage.ASKING and conversation.call_back is None:
            if link.is_full:
                raise BufferFull(f"{conversation.label} is not reading: {self._limits.max_unsent_bytes} bytes wait")
            self._last_text = TextId(self._last_text + 1)
            link.send_text(self._last_text, text, now=now)
        elif conversation.stage is not Stage.IDLE or conversation.call_back is not None:
            waiting_bytes = conversation.waiting_bytes + (link.waiting_bytes if link is not None else 0)
            if waiting_bytes + size_bytes > self._limits.max_unsent_bytes:
                raise BufferFull(f"{conversation.label} is not connected yet: {self._limits.max_unsent_bytes} bytes wait")
            self._last_text = TextId(self._last_text + 1)
            conversation.waiting_texts.append((self._last_text, text))
            conversation.waiting_bytes += size_bytes
        else:
            raise NotConnected(f"not connected to {conversation.label}")
        return self._last_text

    def may_not_hear(self, number: ConversationId) -> bool:
        """Whether ``call_back`` may be called."""
        conversation = self._book.get(number)
        return (
            conversation is not None
            and conversation.name is not None
            and conversation.stage is Stage.IDLE
            and conversation.call_back is None
            and not conversation.was_answered
            and conversation.sending_link() is not None
            and all(self._peers[link].incoming for link in conversation.links)
            and any(link.has_spoken for link in conversation.links)
        )

    def begin_call_back(self, number: ConversationId, *, now: float) -> None:
        """Ask where the peer listens, to dial it beside its own call (§4.7)."""
        conversation = self._book.get(number)
        if conversation is not None and conversation.call_back is not None:
            return
        if conversation is None or conversation.name is None or not self.may_not_hear(number):
            raise LocalProtocolError(f"conversation {number} is none to call back")
        if not self._tracker.ask_address(conversation.name, urgent=True, now=now):
            raise LocalProtocolError("not registered with a tracker")
        conversation.call_back = CallBack(_Awaited(self, conversation), queue=self._queue)
        conversation.stage = Stage.ASKING

    def end(self, number: ConversationId, *, now: float) -> None:
        """Say farewell on every connection of a conversation, and cancel its dial."""
        conversation = self._book.get(number)
        if conversation is None or conversation.is_over:
            raise NotConnected(f"no open conversation {number}")
        if conversation.stage is Stage.IDLE and conversation.sending_link() is None:
            raise NotConnected(f"not connected to {conversation.label}")
        self._end(conversation, now)

    def leave(self, *, now: float) -> None:
        """End everything; callers are turned away from now on."""
        self._leaving = True
        for conversation in list(self._book):
            if not conversation.is_over:
                self._end(conversation, now)
        for link in list(self._peers):
            link.send_farewell(now=now)  # callers without a conversation yet

    def is_connected(self, number: ConversationId) -> bool:
        """Whether a text is sent at once."""
        conversation = self._book.get(number)
        return conversation is not None and conversation.sending_link() is not None

    # Reports of the adapter

    def accept(self, host: str, port: int, *, now: float) -> Connection:
        """Take a caller's connection; it belongs to no conversation before its first line."""
        peer = _Peer(normalise_host(host), port, incoming=True)
        is_full = len(self._peers) >= self._limits.max_peer_connections
        has_place = not self._leaving and (not is_full or self._make_room(peer.block, now))
        link = self._make_link(peer, hello=None, now=now)
        if has_place:
            link.settle(now=now)
            return link
        link.abandon(now=now)
        if not self._leaving:
            self._turned_away += 1
            if self._turned_away_again_at is None:
                self._report_turned_away(now)
        return link

    def dial_succeeded(self, dial: int, *, now: float) -> Connection:
        """Take a dialled connection; our name goes out at once (§4.1)."""
        conversation = self._dials.pop(dial, None)
        host, port = (conversation.host, conversation.port) if conversation is not None else ("", 0)
        peer = _Peer(host, port, incoming=False)
        link = self._make_link(peer, hello=self._tracker.name, now=now)
        if conversation is None or self._leaving:
            link.abandon(now=now)
            return link
        conversation.stage = Stage.IDLE
        conversation.dial = None
        self._attach(conversation, link, peer, now)
        if conversation.call_back is not None:
            conversation.call_back.begin_trial(link, now=now)
            self.review_call_back(conversation, now=now)
        link.settle(now=now)
        return link

    def dial_failed(self, dial: int, reason: LossReason, *, now: float) -> None:
        """Give up a chat that could not be dialled, unless the peer has called meanwhile."""
        conversation = self._dials.pop(dial, None)
        if conversation is None:
            return
        conversation.dial = None
        self._fail(conversation, reason, now)

    def handle_timer(self, *, now: float) -> None:
        """Report callers that were turned away since the last report."""
        if self._turned_away_again_at is None or now < self._turned_away_again_at:
            self._queue.timers.arm(self, self._turned_away_again_at)
        elif self._turned_away:
            self._report_turned_away(now)
        else:
            self._turned_away_again_at = None

    # Answers of the tracker

    def address_answered(self, name: str, address: tuple[str, int] | None, *, now: float) -> None:
        """Dial the chats that asked for ``name``, and verify the callers that claim it."""
        self._verification.address_answered(name, address)
        for conversation in self._book.named(name):
            if conversation.stage is Stage.ASKING:
                self._address_known(conversation, address, now)

    def people_listed(self, names: Collection[str], *, now: float) -> None:
        """Name the callers whose first line turns out to be a name on the list (§4.1)."""
        possible, self._possible_names = self._possible_names, {}
        for conversation, name in possible.items():
            if name in names and self._book.get(conversation.number) is conversation:
                self._book.rename(conversation, name)
                namesake = self._book.is_namesake(conversation)
                self._queue.emit(PeerNamed(conversation.number, name, namesake))
                self._verification.ask(name, conversation, now=now)

    def tracker_lost(self, *, now: float) -> None:
        """Fail the chats that wait for an address; verification waits for the tracker's return."""
        for conversation in list(self._book):
            if conversation.stage is Stage.ASKING:
                self._fail(conversation, LossReason.NO_TRACKER, now)

    def tracker_registered(self, *, now: float) -> None:
        """Ask for the addresses of callers that came while there was no tracker."""
        self._verification.tracker_registered(now=now)

    # Making a connection

    def _address_known(self, conversation: Conversation, address: tuple[str, int] | None, now: float) -> None:
        if conversation.call_back is not None:
            # A caller may claim any name: what was meant for it goes to no other machine.
            if address is not None and address[0] == conversation.host and self._is_usable(*address):
                conversation.port = address[1]
                self._dial(conversation)
            else:
                self._end_call_back(conversation, now=now)
        elif conversation.sending_link() is not None:
            self._caller_was_wanted(conversation, address, now)
        elif address is None:
            conversation.stage = Stage.IDLE
            self._book.note_state(conversation)
            texts = tuple(text_id for text_id, _ in conversation.take_waiting_texts())
            self._queue.emit(PersonNotOnline(conversation.number, conversation.label, texts))
        elif not self._is_usable(*address):
            conversation.host, conversation.port = address
            self._fail(conversation, LossReason.UNUSABLE_ADDRESS, now)
        else:
            conversation.host, conversation.port = address
            self._dial(conversation)

    def _caller_was_wanted(
        self, conversation: Conversation, address: tuple[str, int] | None, now: float
    ) -> None:
        """The peer that we were looking up has called. Send waiting texts only if the address matches (§4.7)."""
        conversation.stage = Stage.IDLE
        if address is not None and address[0] == conversation.host:
            conversation.port = address[1]
            self._send_waiting(conversation, now)
            return
        unsent = tuple(text_id for text_id, _ in conversation.take_waiting_texts())
        if unsent:
            self._queue.emit(TextsUnconfirmed(conversation.number, unsent, ()))

    def _is_usable(self, host: str, port: int) -> bool:
        """Whether an address from the tracker can be another peer's.

        With a loopback address a distant tracker could make us call our own machine.
        """
        if is_unspecified(host):
            return False
        if is_loopback(host):
            return is_loopback(self._tracker.host) and port != self._listen_port
        return True

    def _dial(self, conversation: Conversation) -> None:
        conversation.stage = Stage.DIALLING
        self._last_dial += 1
        conversation.dial = self._last_dial
        self._dials[self._last_dial] = conversation
        self._book.note_state(conversation)
        self._queue.request(
            DialPeer(self._last_dial, conversation.host, conversation.port, DIAL_TIMEOUT_SECONDS)
        )

    # Calling back

    def review_call_back(self, conversation: Conversation, *, now: float) -> None:
        """Decide whether the connection that was dialled takes over, or comes to nothing."""
        call_back = conversation.call_back
        if call_back is None:
            return
        if call_back.link is None:
            if conversation.sending_link() is None:
                self._cancel_call_back(conversation)
        elif not call_back.link.can_send:
            self._end_call_back(conversation, now=now)
        else:
            others = [link for link in conversation.links if link is not call_back.link]
            if call_back.may_take_over(others, now=now):
                conversation.links.sort(key=lambda link: link is not call_back.link)
                self._end_call_back(conversation, now=now, took_over=True)

    def _cancel_call_back(self, conversation: Conversation) -> None:
        """The connection that it was for has ended before there was another; the texts that wait are given back."""
        conversation.call_back = None
        self._cancel_dial(conversation)
        conversation.stage = Stage.IDLE
        self._book.note_state(conversation)
        unsent = tuple(text_id for text_id, _ in conversation.take_waiting_texts())
        if unsent:
            self._queue.emit(TextsUnconfirmed(conversation.number, unsent, ()))

    def _end_call_back(self, conversation: Conversation, *, now: float, took_over: bool = False) -> None:
        conversation.call_back = None
        conversation.stage = Stage.IDLE
        for link in conversation.links:
            link.is_awaited = False
        self._book.note_state(conversation)
        if conversation.sending_link() is None:
            unsent = tuple(text_id for text_id, _ in conversation.take_waiting_texts())
            if unsent:
                self._queue.emit(TextsUnconfirmed(conversation.number, unsent, ()))
            return
        self._queue.emit(CallBackEnded(conversation.number, took_over))
        self._send_waiting(conversation, now)

    def _fail(self, conversation: Conversation, reason: LossReason, now: float) -> None:
        if conversation.call_back is not None:
            self._end_call_back(conversation, now=now)
            return
        conversation.stage = Stage.IDLE
        self._book.note_state(conversation)
        texts = tuple(text_id for text_id, _ in conversation.take_waiting_texts())
        if conversation.sending_link() is not None:
            if texts:
                self._queue.emit(TextsUnconfirmed(conversation.number, texts, ()))
            return
        self._queue.emit(
            ChatFailed(
                conversation.number, conversation.label, conversation.host, conversation.port, reason, texts
            )
        )

    def _make_link(self, peer: _Peer, *, hello: str | None, now: float) -> PeerLink:
        link = PeerLink(self, now=now, hello=hello, is_online=self._tracker.knows, limits=self._limits)
        self._peers[link] = peer
        self._links_made += 1
        peer.number = self._links_made
        if peer.incoming:
            self._callers.setdefault(peer.block, {})[link] = None
        return link

    def _make_room(self, block: str, now: float) -> bool:
        """Close an idle caller of the address block that holds most, for a newcomer from one that holds less (§4.1)."""
        held = len(self._callers.get(block, ()))
        for links in sorted(self._callers.values(), key=len, reverse=True):
            if len(links) <= held:
                break
            idle = (link for link in links if not self._is_the_users(link))
            longest = min(idle, key=lambda link: link.active_at, default=None)
            if longest is not None:
                longest.abandon(ChatEnd.DISPLACED, now=now)
                return True
        return False

    def _is_the_users(self, link: PeerLink) -> bool:
        """Whether the user wants this connection: has spoken on it, or opened the chat that it serves."""
        conversation = self._peers[link].conversation
        wanted = conversation is not None and conversation.is_wanted and conversation.sending_link() is link
        return wanted or link.has_spoken

    def _report_turned_away(self, now: float) -> None:
        self._queue.emit(CallersTurnedAway(self._turned_away))
        self._turned_away = 0
        self._turned_away_again_at = now + TURNED_AWAY_SECONDS
        self._queue.timers.arm(self, self._turned_away_again_at)

    def _attach(self, conversation: Conversation, link: PeerLink, peer: _Peer, now: float) -> None:
        peer.conversation = conversation
        first = conversation.sending_link() is None
        if first and conversation.is_open:
            # We have left on the old connection, which goes on for a moment. For the user the chat has ended.
            conversation.is_open = False
            self._queue.emit(ChatEnded(conversation.number, ChatEnd.WE_LEFT, None, (), ()))
        conversation.links.append(link)
        self._book.note_state(conversation)
        if first:
            self._open(conversation, peer)
        if conversation.stage is not Stage.ASKING and conversation.call_back is None:
            self._send_waiting(conversation, now)

    def _open(self, conversation: Conversation, peer: _Peer) -> None:
        conversation.is_open = True
        conversation.was_answered = False
        namesake = self._book.is_namesake(conversation)
        self._queue.emit(
            ChatOpened(conversation.number, conversation.name, peer.host, peer.port, peer.incoming, namesake)
        )

    def _send_waiting(self, conversation: Conversation, now: float) -> None:
        link = conversation.sending_link()
        if link is None or not conversation.waiting_texts:
            return  # the caller has left already; the texts wait for the dial
        for text_id, text in conversation.take_waiting_texts():
            link.send_text(text_id, text, now=now)

    # Connections at work

    def settle(self, link: PeerLink, *, now: float) -> None:
        peer = self._peers.get(link)
        if peer is not None:
            if link.has_heard:
                self._silent.pop(link, None)
            self._handle_events(link, peer, now)
        self._queue.follow(link)

    def _handle_events(self, link: PeerLink, peer: _Peer, now: float) -> None:
        for event in link.take_events():
            match event:
                case PeerSilent():
                    self._silent[link] = None
                    if len(self._silent) > self._limits.max_silent_callers:
                        next(iter(self._silent)).abandon(now=now)
                case PeerIntroduced(name, possible_name):
                    self._introduce(link, peer, name, now)
                    if possible_name is not None and peer.conversation is not None:
                        self._possible_names[peer.conversation] = possible_name
                        if len(self._possible_names) > self._limits.max_unverified_names:
                            del self._possible_names[next(iter(self._possible_names))]  # no list comes to settle them
                case TextHeard(text):
                    self._held.take(link, self._older_dials(peer), text, now=now)
                case PeerLinkEnded():
                    self._held.release(link, now=now)
                    self._link_ended(link, peer, event)
        if peer.conversation is not None:
            self.review_call_back(peer.conversation, now=now)

    def _hear(self, link: PeerLink, text: str, now: float) -> None:
        peer = self._peers[link]
        conversation = peer.conversation
        if conversation is not None and peer.host != conversation.host:
            conversation = self._late_conversation(link, peer, conversation)
        if conversation is not None:
            self._note_heard(conversation, link, text, now)
            self._queue.emit(TextReceived(conversation.number, text))

    def _older_dials(self, peer: _Peer) -> list[PeerLink]:
        """Return the connections of its conversation that we had dialled before the peer called."""
        if not peer.incoming or peer.conversation is None or len(peer.conversation.links) == 1:
            return []
        others = [(one, self._peers[one]) for one in peer.conversation.links]
        return [one for one, other in others if not other.incoming and other.number < peer.number]

    def _note_heard(self, conversation: Conversation, link: PeerLink, text: str, now: float) -> None:
        call_back = conversation.call_back
        if call_back is not None and link is call_back.link and text.strip() == _BUSY:
            link.send_farewell(now=now)
        elif any(one.has_spoken for one in conversation.links):
            conversation.was_answered = True

    def _introduce(self, link: PeerLink, peer: _Peer, name: str | None, now: float) -> None:
        conversation = self._book.for_caller(name, peer.host)
        if conversation is None:
            conversation = self._book.add(name, peer.host, peer.port)
        elif conversation.stage is Stage.ASKING:
            conversation.host, conversation.port = peer.host, peer.port
        self._attach(conversation, link, peer, now)
        if name is not None:
            self._verification.ask(name, conversation, now=now)

    def _late_conversation(self, link: PeerLink, peer: _Peer, left: Conversation) -> Conversation:
        """Return the conversation for text that still arrives from a peer that we have left."""
        if peer.late_conversation is None:
            late = self._book.at_host(left.name, peer.host)
            if late is None:
                late = self._book.add(left.name, peer.host, peer.port)
            peer.late_conversation = late
            late.links.append(link)  # sends nothing: it has said farewell
            self._book.note_state(late)
            if not late.is_open:
                self._open(late, peer)
        return peer.late_conversation

    def _end(self, conversation: Conversation, now: float) -> None:
        making = conversation.stage is not Stage.IDLE
        conversation.call_back = None
        self._cancel_dial(conversation)
        conversation.stage = Stage.IDLE
        unsent = tuple(text_id for text_id, _ in conversation.take_waiting_texts())
        self._book.note_state(conversation)
        if making and not conversation.links:
            self._queue.emit(ChatEnded(conversation.number, ChatEnd.WE_LEFT, None, unsent, ()))
        elif unsent:
            self._queue.emit(TextsUnconfirmed(conversation.number, unsent, ()))
        for link in list(conversation.links):
            link.send_farewell(now=now)

    def _cancel_dial(self, conversation: Conversation) -> None:
        if conversation.dial is not None:
            self._queue.request(CancelDial(conversation.dial))
            del self._dials[conversation.dial]
            conversation.dial = None

    def _link_ended(self, link: PeerLink, peer: _Peer, ended: PeerLinkEnded) -> None:
        self._silent.pop(link, None)
        del self._peers[link]
        if peer.incoming:
            callers = self._callers[peer.block]
            del callers[link]
            if not callers:
                del self._callers[peer.block]
        conversation, late = peer.conversation, peer.late_conversation
        if late is not None:
            late.links.remove(link)
            self._book.note_state(late)
            if late.is_open and not late.links:
                self._close(late, ChatEnded(late.number, ChatEnd.WE_LEFT, None, (), ()))
        if conversation is None:
            return
        conversation.links.remove(link)
        self._book.note_state(conversation)
        if conversation.links or not conversation.is_open:
            if ended.unsent or ended.unconfirmed or ended.acknowledged:
                self._queue.emit(
                    TextsUnconfirmed(conversation.number, ended.unsent, ended.unconfirmed, ended.acknowledged)
                )
            return
        detail = ended.detail if ended.end is ChatEnd.LOST else None
        self._close(
            conversation,
            ChatEnded(conversation.number, ended.end, detail, ended.unsent, ended.unconfirmed, ended.acknowledged),
        )

    def _close(self, conversation: Conversation, ended: ChatEnded) -> None:
        conversation.is_open = False
        self._queue.emit(ended)
        if conversation.stage is not Stage.IDLE and conversation.call_back is None:
            self._queue.emit(ChatRequested(conversation.number, conversation.label))  # our own call goes on
