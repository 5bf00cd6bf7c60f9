"""How each conversation is connected, and what became of each text, by the node's events alone."""

from dataclasses import dataclass
from typing import Final

from core import (
    ChatEnded,
    ChatFailed,
    ChatOpened,
    ChatRequested,
    ConversationId,
    PeerNamed,
    PeerVerified,
    PersonNotOnline,
    TextId,
    TextsUnconfirmed,
    Verdict,
)
from curses_ui.state.conversation import ChatState, Conversation, LogEntry, Mark
from curses_ui.state.model import UiState
from curses_ui.text.clean import clean_name

from .fault import demand
from .ledger import News


@dataclass(slots=True)
class Talk:
    """One conversation of the node."""

    state: ChatState
    name: str | None = None
    host: str = ""
    port: int = 0
    is_incoming: bool = False
    verdict: Verdict | None = None
    is_namesake: bool = False


class Talks:
    """Told of each event before the client has dealt with it."""

    def __init__(self) -> None:
        self._talks: Final[dict[ConversationId, Talk]] = {}
        self._marks: Final[dict[TextId, Mark]] = {}
        self._marked: set[ConversationId] = set()
        self._counts: list[tuple[ConversationId, int]] = []

    def note(self, what: object) -> None:
        """An event of the node."""
        match what:
            case ChatRequested(chat, name):
                self._talk(chat).state = ChatState.CONNECTING
                self._talk(chat).name = name
            case ChatOpened():
                verdict = None if what.incoming or what.name is None else Verdict.VERIFIED
                self._talks[what.conversation] = Talk(
                    ChatState.OPEN, what.name, what.host, what.port, what.incoming, verdict, what.namesake
                )
            case PeerNamed(chat):
                self._talk(chat).name = what.name
                self._talk(chat).is_namesake = what.namesake
            case PeerVerified(chat):
                self._talk(chat).verdict = what.verdict
            case PersonNotOnline(chat, _, texts) | ChatFailed(conversation=chat, texts=texts):
                self._talk(chat).state = ChatState.ENDED
                self._mark(chat, texts, ())
            case ChatEnded(chat):
                self._talk(chat).state = ChatState.ENDED
                self._mark(chat, what.unsent, what.unconfirmed)
            case TextsUnconfirmed(chat, unsent, unconfirmed, _):
                self._mark(chat, unsent, unconfirmed)
            case _:
                pass

    def state_of(self, chat: ConversationId) -> ChatState:
        """How a conversation is by the events so far."""
        return self._talk(chat).state

    def _talk(self, chat: ConversationId) -> Talk:
        return self._talks.setdefault(chat, Talk(ChatState.NONE))

    def _mark(self, chat: ConversationId, unsent: tuple[TextId, ...], unconfirmed: tuple[TextId, ...]) -> None:
        self._marks.update(dict.fromkeys(unconfirmed, Mark.UNCONFIRMED))
        self._marks.update(dict.fromkeys(unsent, Mark.UNSENT))
        self._marked.add(chat)
        self._counts += [(chat, len(texts)) for texts in (unsent, unconfirmed) if texts]

    # Looking

    def check(self, state: UiState, news: dict[int, News]) -> None:
        """Compare what the windows say of the peer and of our texts."""
        for number, found in news.items():
            conversation = state.conversations[number]
            if conversation.chat is not None:
                self._check_peer(conversation, self._talk(conversation.chat))
            everything = conversation.chat in self._marked
            for entry in conversation.log if everything else found.new:
                self._check_mark(number, entry)
        for chat, count in self._counts:
            window = state.of_chat(chat)
            # A new window stands for one that held nothing but what was said from elsewhere, and it was told there.
            if window is not None and news[window.number].before is not None and not news[window.number].dropped:
                is_told = any(str(count) in entry.text for entry in news[window.number].new)
                demand(is_told, lambda: f"marks: it is not said in window {window.number} that {count} texts are lost")
        self._marked.clear()
        self._counts.clear()

    def _check_peer(self, conversation: Conversation, talk: Talk) -> None:
        number = conversation.number
        demand(conversation.state is talk.state, lambda: f"state: window {number} is {conversation.state}, the node {talk.state}")
        demand(conversation.label.startswith(clean_name(conversation.name)), lambda: f"state: {conversation.name!r} is {conversation.label!r}")
        if talk.name is not None:
            demand(conversation.name == talk.name, lambda: f"state: window {number} is {conversation.name!r}'s, of {talk.name!r}")
        if talk.state is ChatState.OPEN:
            shown = conversation.host, conversation.port, conversation.incoming, conversation.verdict, conversation.namesake
            told = talk.host, talk.port, talk.is_incoming, talk.verdict, talk.is_namesake
            demand(shown == told, lambda: f"state: window {number} says {shown}, the node {told}")
            demand(conversation.unnamed == (talk.name is None), lambda: f"state: window {number} has no name, or one too many")

    def _check_mark(self, number: int, entry: LogEntry) -> None:
        if entry.text_id is not None:
            mark = self._marks.get(entry.text_id, Mark.NONE)
            demand(entry.mark is mark, lambda: f"marks: in window {number} {entry.text!r} is {entry.mark}, by the node {mark}")
