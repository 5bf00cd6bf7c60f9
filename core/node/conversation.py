"""One conversation of a ``Node``, and the book of all of them (docs/protocol.md §4.7, §4.8)."""

import enum
from collections import OrderedDict
from collections.abc import Iterator

from ..events import ConversationId, TextId
from ..wire.addresses import format_address
from .call_back import CallBack
from .peer_link import PeerLink


class Stage(enum.Enum):
    """How far a chat that the user opened has come; connections of callers do not count."""

    IDLE = enum.auto()
    ASKING = enum.auto()
    """The tracker was asked for the address."""
    DIALLING = enum.auto()


class Conversation:
    """One peer as the user sees it: a name at an address, with all its connections."""

    __slots__ = (
        "call_back",
        "dial",
        "host",
        "is_open",
        "is_wanted",
        "links",
        "name",
        "number",
        "port",
        "stage",
        "waiting_bytes",
        "waiting_texts",
        "was_answered",
    )

    def __init__(self, number: ConversationId, name: str | None, host: str, port: int) -> None:
        self.number = number
        self.name = name
        self.host = host
        """Empty until the tracker has named it."""
        self.port = port
        """The port where the peer listens, if known; else the port that it called from."""
        self.links: list[PeerLink] = []
        """The connections, oldest first, but one that called back before all; texts go out on the first that is open (§4.7)."""
        self.is_open = False
        """Between ``ChatOpened`` and ``ChatEnded``."""
        self.is_wanted = False
        """Whether the user has opened it."""
        self.stage = Stage.IDLE
        self.dial: int | None = None
        self.call_back: CallBack | None = None
        """Under way; texts wait for its outcome."""
        self.was_answered = False
        """Whether the peer has spoken after a text of ours, since the conversation opened."""
        self.waiting_texts: list[tuple[TextId, str]] = []
        """Texts that the user sent while the chat was being opened."""
        self.waiting_bytes = 0

    @property
    def label(self) -> str:
        """The name, or the address of a peer without one."""
        if self.name is not None:
            return self.name
        return format_address(self.host, self.port)

    def sending_link(self) -> PeerLink | None:
        """The connection for the next text: the first that may still send (§4.7)."""
        return next((link for link in self.links if link.can_send), None)

    def take_waiting_texts(self) -> list[tuple[TextId, str]]:
        """Remove and return the texts that wait for the opening."""
        texts, self.waiting_texts, self.waiting_bytes = self.waiting_texts, [], 0
        return texts

    @property
    def is_over(self) -> bool:
        """Whether there is no connection, and none is being made."""
        return not self.links and self.stage is Stage.IDLE


class ConversationBook:
    """All conversations of a node, each found by number, and by name and address.

    An ended one is kept, so that a peer that calls again gets the same number.
    Beyond a limit the oldest ended ones are forgotten.
    """

    def __init__(self, max_ended: int) -> None:
        """Args:
        max_ended: How many ended conversations are remembered.
        """
        self._max_ended = max_ended
        self._by_number: dict[ConversationId, Conversation] = {}
        self._by_name: dict[str | None, list[Conversation]] = {}
        self._ended: OrderedDict[ConversationId, None] = OrderedDict()
        self._last_number = 0

    def __iter__(self) -> Iterator[Conversation]:
        return iter(self._by_number.values())

    def get(self, number: ConversationId) -> Conversation | None:
        """Return the conversation of that number; None if it is not remembered."""
        return self._by_number.get(number)

    def add(self, name: str | None, host: str, port: int) -> Conversation:
        """Begin a conversation, with the next number."""
        self._last_number += 1
        conversation = Conversation(ConversationId(self._last_number), name, host, port)
        self._by_number[conversation.number] = conversation
        self._by_name.setdefault(name, []).append(conversation)
        return conversation

    def rename(self, conversation: Conversation, name: str) -> None:
        """Give an unnamed conversation the name of its peer."""
        self._forget_name(conversation)
        conversation.name = name
        self._by_name.setdefault(name, []).append(conversation)

    def named(self, name: str) -> list[Conversation]:
        """Return the conversations with that name, oldest first."""
        return list(self._by_name.get(name, ()))

    def for_caller(self, name: str | None, host: str) -> Conversation | None:
        """Return the conversation that a caller belongs to (§4.8); None if it needs a new one.

        First choice: the conversation that the user is opening with that name, unless
        a peer of that name has called from another address meanwhile. Second choice:
        one with the same name from the same address. Callers without a name share a
        conversation only one after another.
        """
        if name is None:
            candidates = [one for one in self._by_name.get(None, ()) if one.host == host and one.is_over]
        else:
            same_name = self._by_name.get(name, [])
            for conversation in same_name:
                if conversation.stage is Stage.ASKING and (not conversation.links or conversation.host == host):
                    return conversation
            candidates = [one for one in same_name if one.host == host]
        active = next((one for one in candidates if not one.is_over), None)
        return active or (candidates[-1] if candidates else None)

    def at_host(self, name: str | None, host: str) -> Conversation | None:
        """Return the oldest conversation with that name at that host, over or not; None if there is none."""
        return next((one for one in self._by_name.get(name, ()) if one.host == host), None)

    def at_address(self, host: str, port: int) -> Conversation | None:
        """Return a conversation with the peer that listens there, for a chat by address; None if there is none."""
        for conversation in self._by_number.values():
            if conversation.host == host and conversation.port == port:
                return conversation
        return None

    def is_namesake(self, conversation: Conversation) -> bool:
        """Whether an older conversation has the same name from another address (§4.8)."""
        return conversation.name is not None and self._by_name[conversation.name][0] is not conversation

    def note_state(self, conversation: Conversation) -> None:
        """Note a change of ``is_over``; forget the oldest ended conversation beyond the limit."""
        if not conversation.is_over:
            self._ended.pop(conversation.number, None)
            return
        self._ended[conversation.number] = None
        self._ended.move_to_end(conversation.number)
        if len(self._ended) > self._max_ended:
            oldest, _ = self._ended.popitem(last=False)
            self._forget_name(self._by_number.pop(oldest))

    def _forget_name(self, conversation: Conversation) -> None:
        same_name = self._by_name[conversation.name]
        same_name.remove(conversation)
        if not same_name:
            del self._by_name[conversation.name]
