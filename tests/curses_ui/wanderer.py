"""A user, peers and a tracker that do anything in any order: for tests of what always holds."""

import random

from core.events import (
    CameOnline,
    ChatEnd,
    ChatEnded,
    ChatFailed,
    ChatOpened,
    ChatRequested,
    ConversationId,
    LossReason,
    NodeEvent,
    PeerNamed,
    PeerVerified,
    PeopleListed,
    PersonNotOnline,
    TextId,
    TextReceived,
    TextsUnconfirmed,
    TrackerLossReason,
    TrackerLost,
    TrackerRegistered,
    Verdict,
    WentOffline,
)

from curses_ui.line.line_edit import EDITING_KEYS
from curses_ui.update.key_bindings import BOUND_KEYS

from .scene import Scene

NAMES = (
    *("Ana", "ana", "Camila", "João da Silva", "山田", "x" * 32),
    *("\u202eevil", "👩‍👩‍👧", "1", "--"),
)
PIECES = (
    "oi",
    "é",
    "日本語" * 9,
    "👍🏽 👩‍👩‍👧 🇧🇷",
    "e" + "\u0301" * 9,
    "\x1b[2J\x07\x00",
    "\u202e\u200b\ufeff",
    "\t|\t",
    "w" * 130,
    " " * 40,
    "\U000e0041\ue000\uffff",
    "שלום العربية",
    "/",
    "",
)
LINES = (
    *("/help", "/list", "/win 2", "/clear", "/search oi", "/show", "/close"),
    *("/nothing", "//x", "/set ascii on"),
)


class Wanderer:
    """Takes one step after the other from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.scene = Scene()
        self._keys = sorted({*BOUND_KEYS, *EDITING_KEYS})
        self._steps = (
            self._key,
            self._key,
            self._type,
            self._type,
            self._paste,
            self._hear,
            self._hear,
            self._chat,
            self._tracker,
            self._wait,
        )

    def step(self) -> None:
        """Let something happen."""
        self.random.choice(self._steps)()

    def _text(self) -> str:
        return " ".join(self.random.choices(PIECES, k=self.random.randint(1, 6)))

    def _key(self) -> None:
        self.scene.press(self.random.choice(self._keys))

    def _type(self) -> None:
        if self.random.random() < 0.3:
            self.scene.enter(self.random.choice(LINES))
        else:
            self.scene.type(self.random.choice(["a", "é", "日", "👍", "y", "n", "/", " "]))

    def _paste(self) -> None:
        rows = [self._text().replace("\x1b", "").replace("\x00", "") for _ in range(self.random.randint(1, 4))]
        self.scene.paste("\n".join(rows))

    def _hear(self) -> None:
        chat = self.random.randint(1, 5)
        for _ in range(self.random.choice([1, 1, 1, 80])):
            self.scene.event(TextReceived(ConversationId(chat), self._text()))

    def _chat(self) -> None:
        chat = self.random.randint(1, 5)
        name = self.random.choice(NAMES)
        incoming = self.random.random() < 0.5
        events: list[NodeEvent] = [
            ChatRequested(ConversationId(chat), name),
            ChatOpened(ConversationId(chat), name, "10.0.0.8", 9382, incoming, self.random.random() < 0.2),
            ChatOpened(ConversationId(chat), None, "fe80::1", 40000, True, False),
            ChatFailed(ConversationId(chat), name, "10.0.0.8", 9382, self.random.choice(list(LossReason)), ()),
            PersonNotOnline(ConversationId(chat), name, ()),
            ChatEnded(ConversationId(chat), self.random.choice(list(ChatEnd)), None, (TextId(1),), (TextId(2),)),
            TextsUnconfirmed(ConversationId(chat), (TextId(self.scene.texts),), ()),
            PeerNamed(ConversationId(chat), name, self.random.random() < 0.2),
            PeerVerified(ConversationId(chat), self.random.choice(list(Verdict)), "10.0.0.8", "10.0.0.9"),
        ]
        self.scene.event(self.random.choice(events))

    def _tracker(self) -> None:
        name = self.random.choice(NAMES)
        reason = self.random.choice(list(TrackerLossReason))
        events: list[NodeEvent] = [
            TrackerRegistered("Bruno", tuple(self.random.sample(NAMES, 4))),
            TrackerLost(reason, None, self.scene.now + 4, True),
            CameOnline(name),
            WentOffline(name),
            PeopleListed(NAMES),
        ]
        self.scene.event(self.random.choice(events))

    def _wait(self) -> None:
        self.scene.wait(self.random.choice([0.01, 0.3, 1.0, 50_000.0]))
