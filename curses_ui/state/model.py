"""The state of the client: everything that its screen shows, and nothing else.

Only the room ``update`` changes it; the room ``view`` reads it.
Times of the monotonic clock are called ``now`` or end in ``_at``; ``wall`` is POSIX time.
All remote text in here has passed ``clean``; names as the tracker and the peers spell
them are kept beside, as ``name``, because the protocol needs them so.
"""

import enum
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from core import ChatOpened, ConversationId, PeerVerified, TrackerLossReason

from ..i18n import Catalogue
from ..line.command_line import ParsedCommand
from ..line.completion import Completion
from ..line.history import InputHistory, ReverseSearch
from ..line.kill_ring import KillRing
from ..line.line_edit import LineEdit
from ..settings import Settings
from .conversation import STATUS_WINDOW, Anchor, Conversation, LogEntry
from .limits import CLIENT_LIMITS, ClientLimits
from .local_clock import LocalClock
from .people import People
from .wire import WireView


class TrackerState(enum.Enum):
    """How we stand with the tracker."""

    CONNECTING = enum.auto()
    REGISTERED = enum.auto()
    WAITING = enum.auto()
    """Lost or refused; the next attempt comes at ``retry_at``."""


@dataclass(slots=True, eq=False)
class Tracker:
    """What is known of the tracker."""

    address: str = ""
    """As the user would type it."""
    embedded: bool = False
    """It runs inside this program."""
    in_a_client: bool = False
    """It ran, when last seen, inside another client: this one takes over when it is gone."""
    start_command: str = ""
    """What starts a tracker where this one was; empty unless that is this machine."""
    told_how_to_start: bool = False
    """That was shown since the last registration."""
    state: TrackerState = TrackerState.CONNECTING
    retry_at: float = 0.0
    ever_registered: bool = False
    asked_name: str | None = None
    """Another name that the tracker was asked for, until it answers."""
    refused_name: str = ""
    """The latest name that was refused here before any was taken."""
    registered_at: str = ""
    """The address where we were registered last."""
    told: TrackerLossReason | None = None
    """The fault that was shown since the last registration; each is shown once."""


@dataclass(slots=True)
class PasteQuestion:
    """What was pasted would go out as several messages: send them to this conversation?"""

    conversation: int
    text: str
    """As it was pasted."""
    messages: tuple[str, ...]
    blank: int
    """How many blank lines between them are left out: the protocol cannot carry them."""


@dataclass(slots=True)
class ExitQuestion:
    """Leave, although something would be lost?"""


@dataclass(slots=True)
class CloseQuestion:
    """Remove this conversation, although there are unread texts?"""

    conversation: int


@dataclass(slots=True)
class SendQuestion:
    """Send this to somebody, although another one's name begins with the same words and goes on like the text?"""

    command: ParsedCommand
    row: str
    """As it was typed."""


Question = PasteQuestion | ExitQuestion | CloseQuestion | SendQuestion


@dataclass(slots=True, eq=False)
class Search:
    """A search in the conversation on the screen, from Alt+s or ``/search`` until a key ends it."""

    query: str
    hits: tuple[int, ...]
    """Numbers of the entries that contain it, oldest first."""
    at: int
    """Which of them is shown; -1 if there is none."""
    anchor: Anchor | None
    """The view before."""
    typing: bool
    """Keys change the query (Alt+s)."""


@dataclass(slots=True)
class PendingList:
    """A ``/list`` that waits for the tracker's answer."""

    conversation: int
    """Where to show it."""
    contains: str
    """Only names that contain this."""


@dataclass(slots=True, eq=False)
class Presence:
    """Those who came or went together, and how many lines tell of such things."""

    since: float = 0.0
    """When the second began in which ``lines`` were written."""
    lines: int = 0
    came: bool = False
    names: list[str] = field(default_factory=list)
    """The first of them, clean."""
    count: int = 0
    """All of them."""
    entry: int | None = None
    """The number of the line that tells of them."""
    gone: dict[str, None] = field(default_factory=dict)
    """Who was missing when the tracker was back: nothing is said of those who come back before ``tell_gone_at``."""
    tell_gone_at: float | None = None


LIST_PATIENCE_SECONDS: Final = 2.0
"""How long a command waits for a fresh list."""


@dataclass(slots=True, eq=False)
class PendingCall:
    """A ``/chat`` or ``/msg`` whose name is not exact, or the ``/exit`` of whom nobody is known to need: it waits for a fresh list."""

    command: ParsedCommand
    until: float
    """When it is carried out without that list, which may come later."""
    is_done: bool = False


@dataclass(slots=True)
class Windowless:
    """A caller that got no window."""

    opened: ChatOpened
    verified: PeerVerified | None = None
    """What the tracker says of its address, if it has answered."""


@dataclass(slots=True, eq=False)
class UiState:
    """Everything. ``now`` and ``wall`` are those of the latest input."""

    name: str
    """Ours."""
    catalogue: Catalogue
    settings: Settings = field(default_factory=Settings)
    limits: ClientLimits = CLIENT_LIMITS
    unsaved: dict[str, str] = field(default_factory=dict)
    """Settings changed since they were saved, as they stand in the file."""
    being_saved: dict[str, str] = field(default_factory=dict)
    """Those that the driver was asked to write."""
    plain: bool = False
    """There is no screen: nothing is folded, and the first caller is answered by what is typed next."""
    at_terminal: bool = False
    """Without a screen: whether somebody types the rows."""
    wide_emoji: str = ""
    """Emoji newer than Python's tables that can be drawn; for the others stands a sign of two cells."""
    local_clock: LocalClock = field(default_factory=LocalClock)
    """UTC, until the driver reports another offset."""
    now: float = 0.0
    wall: float = 0.0
    kill_ring: KillRing = field(default_factory=KillRing)
    typed: InputHistory = field(default_factory=InputHistory)
    """What was sent or carried out anywhere, for Ctrl+Up."""
    conversations: dict[int, Conversation] = field(default_factory=dict)
    """By window number, in its order."""
    windows: dict[ConversationId, int] = field(default_factory=dict)
    """Window numbers, also of removed windows: a peer keeps its number."""
    current: int = STATUS_WINDOW
    previous: int = STATUS_WINDOW
    people: People = field(default_factory=People)
    met: dict[str, None] = field(default_factory=dict)
    """Names of everybody who was online or called in this session, in order; bounded by ``note_met``."""
    ignored: set[str] = field(default_factory=set)
    tracker: Tracker = field(default_factory=Tracker)
    pending_lists: deque[PendingList | PendingCall] = field(default_factory=deque)
    """What waits for the tracker's list, in the order of asking."""
    wire: WireView | None = None
    """The window of the wire, while there is one."""
    rows: int = 24
    """The screen's size, for paging only."""
    columns: int = 80
    focused: bool = True
    """Whether the terminal says that the user looks at it; True where it does not say."""
    people_wanted: bool = True
    """The people pane stands beside the log, where there is room (F2)."""
    people_overlaid: bool = False
    """It covers the log, where there is no room (F2)."""
    bare: bool = False
    """The log stands alone, to be copied (F2)."""
    people_scroll: int = 0
    window_digits: str | None = None
    """What was typed of the window number after Alt+j; None: nothing is awaited."""
    question: Question | None = None
    search: Search | None = None
    completion: Completion | None = None
    """What Tab offers, until another key is pressed."""
    reverse_search: ReverseSearch | None = None
    """What Ctrl+R looks for, until another key is pressed."""
    notice: str = ""
    """A word for the status bar until the next key."""
    paste: deque[tuple[int, str]] = field(default_factory=deque)
    """Pasted lines that wait to be sent, each with its window number."""
    paste_count: int = 0
    """How many there were when the sending began, with those that came since."""
    paste_at: float = 0.0
    """When the next of them goes."""
    leave_hint_at: float | None = None
    """When ^C was pressed on an empty line."""
    bell_at: float | None = None
    """When the bell rang last."""
    presence: Presence = field(default_factory=Presence)
    leaving: bool = False
    left: bool = False
    """Everything is closed; the program may end."""
    logging: bool = False
    """Transcripts are being written."""
    transcript_folder: str = ""
    """Where they are, or would be; empty if there is no place for them."""
    config_file: str = ""
    """Where the settings are read from; empty if nowhere."""
    old_history: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What the user typed in earlier sessions, by the name of the peer, oldest first."""
    windowless: dict[ConversationId, Windowless] = field(default_factory=dict)
    """Callers that got no window; their messages stand in the status window."""
    closing: dict[ConversationId, str] = field(default_factory=dict)
    """The names of peers whose window was removed and who are still heard out; what they say stands there, too."""
    kept_bytes: int = 0
    """The sum of all conversations."""
    told_of_windows: bool = False
    """The user knows how to go to a window with new messages."""
    told_of_dropping: bool = False
    """The user knows that old messages are dropped to save memory."""
    entries: int = 0
    """The number of the latest entry."""
    fresh: list[tuple[int, LogEntry]] = field(default_factory=list)
    """New entries and their windows, until ``take_fresh``: for plain mode and transcripts."""

    def __post_init__(self) -> None:
        if STATUS_WINDOW not in self.conversations:
            self.add_conversation(STATUS_WINDOW, None, "", "prosa").visited = True

    # Queries

    @property
    def can_ask(self) -> bool:
        """Whether a user can answer a question: not if the rows come from a file or another program."""
        return not self.plain or self.at_terminal

    @property
    def hosted(self) -> int:
        """How many others use the tracker inside this program."""
        registered = self.tracker.embedded and self.tracker.state is TrackerState.REGISTERED
        return len(self.people) if registered else 0

    @property
    def here(self) -> Conversation:
        """The conversation on the screen."""
        return self.conversations[self.current]

    @property
    def status(self) -> Conversation:
        """The status window."""
        return self.conversations[STATUS_WINDOW]

    def of_chat(self, chat: ConversationId) -> Conversation | None:
        """The window of one of the node's conversations, if it has one."""
        return self.conversations.get(self.windows.get(chat, 0))

    def chats(self) -> Iterator[Conversation]:
        """Every conversation with a peer, by number."""
        return (c for _, c in sorted(self.conversations.items()) if c.chat is not None)

    def clock(self, wall: float, time_format: str = "%H:%M") -> str:
        """A time of day as the user reads it."""
        local = self.local_clock.at(wall)
        if time_format == "%H:%M":  # without the cost of strftime, for each row of a log
            return f"{local.hour:02}:{local.minute:02}"
        return local.strftime(time_format)

    def tr(self, message: str, /, **values: object) -> str:
        """``message`` in the language of the interface."""
        return self.catalogue.tr(message, **values)

    # Changes

    def add_conversation(
        self, number: int, chat: ConversationId | None, name: str, label: str
    ) -> Conversation:
        """Make an empty window and keep the windows in order."""
        made = Conversation(number, chat, name, label, LineEdit(self.kill_ring), InputHistory())
        self.conversations[number] = made
        self.conversations = dict(sorted(self.conversations.items()))
        return made

    @property
    def histories(self) -> Mapping[str, tuple[str, ...]]:
        """What the user typed, by the name of the conversation, oldest first; the status window is ``""``."""
        return {c.name: tuple(c.history.entries) for c in self.conversations.values()}

    def next_entry_number(self) -> int:
        """A number for a new entry."""
        self.entries += 1
        return self.entries

    def take_fresh(self) -> list[tuple[int, LogEntry]]:
        """Hand out what was said since the last call, each entry once."""
        fresh, self.fresh = self.fresh, []
        return fresh
