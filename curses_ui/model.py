"""The state of the client: everything that its screen shows, and nothing else.

Only update code changes it (``update.py`` and what it calls); rendering reads it.
Times of the monotonic clock are called ``now`` or end in ``_at``; ``wall`` is POSIX time.
All remote text in here has passed ``clean``; names as the tracker and the peers spell
them are kept beside, as ``name``, because the protocol needs them so.
"""

import bisect
import enum
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from core import ConversationId, TextId, TrackerLossReason, Verdict

from .command_line import ParsedCommand
from .completion import Completion
from .history import InputHistory, ReverseSearch
from .i18n import ENGLISH, Catalogue, load_catalogue
from .kill_ring import KillRing
from .line_edit import LineEdit
from .people import People
from .settings import Settings

STATUS_WINDOW: Final = 1
MAX_LOG_ENTRIES: Final = 5000  # per conversation; the oldest go first


class EntryKind(enum.Enum):
    """Who speaks in a line of the log."""

    THEIRS = enum.auto()
    OURS = enum.auto()
    NEWS = enum.auto()
    """The program, of what happened."""
    ERROR = enum.auto()
    """The program, of what did not work."""


class Mark(enum.Enum):
    """What became of one of our texts."""

    NONE = enum.auto()
    UNSENT = enum.auto()
    """It certainly did not leave."""
    UNCONFIRMED = enum.auto()
    """It may not have arrived."""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One thing said, by a person or the program. Changed only by putting another in its place."""

    number: int
    """Grows through the whole program; never used again."""
    kind: EntryKind
    wall: float
    sender: str
    """Shown before the text; empty for the program."""
    text: str
    """Clean; may hold line ends if the program speaks."""
    mark: Mark = Mark.NONE
    text_id: TextId | None = None
    """How the node calls it, if it is ours."""
    folded: tuple[str, ...] = ()
    """Texts that came too fast to be shown; ``text`` says how many there were."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Which row stands at the top of a view that is scrolled up; holds for every width."""

    entry: int
    """Number of the entry."""
    offset: int
    """How many characters of the entry's text stand before the row."""


class ChatState(enum.Enum):
    """How a conversation is connected."""

    NONE = enum.auto()
    """Not at all: the status window."""
    CONNECTING = enum.auto()
    OPEN = enum.auto()
    ENDED = enum.auto()


@dataclass(slots=True)
class Flood:
    """How fast texts come from one peer, and those that were folded away."""

    second_from: float = 0.0
    """When the second began in which ``count`` texts came, on the monotonic clock."""
    count: int = 0
    hidden: int = 0
    """How many the fold now open hides; 0 if none is open."""
    kept: list[str] = field(default_factory=list)
    """The first of them."""


@dataclass(slots=True)
class Conversation:
    """One window: the status window, or everything with one peer."""

    number: int
    """Stays the same for the whole session."""
    chat: ConversationId | None
    """How the node calls it; None for the status window."""
    name: str
    """As the protocol spells it; what ``open_chat`` needs."""
    label: str
    """Clean, and different from every other conversation's."""
    draft: LineEdit
    history: InputHistory
    state: ChatState = ChatState.NONE
    host: str = ""
    port: int = 0
    incoming: bool = False
    verdict: Verdict | None = None
    """What the tracker says of the address; None: not asked, or not answered yet."""
    tracker_host: str | None = None
    """Where the tracker says the peer is, if it was asked."""
    since_wall: float = 0.0
    """When it opened or ended last."""
    opened_at: float = 0.0
    opened_before: bool = False
    unnamed: bool = False
    """The peer has given no name; the label is its address."""
    looks_like: str = ""
    """Somebody else's name that this one can be mistaken for."""
    namesake: bool = False
    """An older conversation has the same name from another address."""
    visits_briefly: bool = False
    """The last connection came and went with hardly more than a text."""
    waiting: bool = False
    """The peer called and waits for ``/accept``; nothing can be sent until then."""
    held: list[str] = field(default_factory=list)
    """What a waiting caller has said; nobody has seen it."""
    controls_told: bool = False
    """The user knows that this peer sends control characters."""
    origin: int = STATUS_WINDOW
    """Where the user was when calling; an unanswered call goes back there."""
    texts_in: int = 0
    texts_out: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    log: list[LogEntry] = field(default_factory=list)
    unread: int = 0
    attention: bool = False
    """Something other than a text happened since the user last looked."""
    rule: int | None = None
    """Number of the entry that the unread rule stands above."""
    rule_count: int = 0
    """How many texts came while the user was away, as the rule says."""
    anchor: Anchor | None = None
    """None: at the bottom, and staying there."""
    cleared: int = 0
    """Entries up to this number are above the view until the user scrolls."""
    unfolded: bool = False
    """Long and folded texts are shown in full."""
    read_at: float | None = None
    """When what is on the screen will count as read."""
    flood: Flood = field(default_factory=Flood)

    @property
    def is_open(self) -> bool:
        """Whether texts can go out."""
        return self.state is ChatState.OPEN

    @property
    def takes_text(self) -> bool:
        """Whether the node accepts texts: while connecting, it keeps them."""
        return self.state in (ChatState.OPEN, ChatState.CONNECTING)

    @property
    def doubtful(self) -> bool:
        """Whether nothing confirms who this is."""
        unconfirmed = self.verdict in (Verdict.MISMATCH, Verdict.UNKNOWN_NAME)
        return unconfirmed or self.unnamed or self.namesake or bool(self.looks_like)

    def index_of(self, number: int) -> int:
        """Where in the log the entry with this number stands, or the first one behind it."""
        return bisect.bisect_left(self.log, number, key=lambda entry: entry.number)


class TrackerState(enum.Enum):
    """How we stand with the tracker."""

    CONNECTING = enum.auto()
    REGISTERED = enum.auto()
    WAITING = enum.auto()
    """Lost or refused; the next attempt comes at ``retry_at``."""


@dataclass(slots=True)
class Tracker:
    """What is known of the tracker."""

    address: str = ""
    """As the user would type it."""
    embedded: bool = False
    """It runs inside this program."""
    state: TrackerState = TrackerState.CONNECTING
    retry_at: float = 0.0
    ever_registered: bool = False
    told: TrackerLossReason | None = None
    """The fault that the user has been told of since the tracker was last there."""


@dataclass(frozen=True, slots=True)
class PasteQuestion:
    """Several lines were pasted: send them to this conversation?"""

    conversation: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExitQuestion:
    """Leave, although something would be lost?"""


@dataclass(frozen=True, slots=True)
class CloseQuestion:
    """Remove this conversation, although there are unread texts?"""

    conversation: int


Question = PasteQuestion | ExitQuestion | CloseQuestion


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class PendingList:
    """A ``/list`` that waits for the tracker's answer."""

    conversation: int
    """Where to show it."""
    contains: str
    """Only names that contain this."""


@dataclass(frozen=True, slots=True)
class PendingCall:
    """A ``/chat`` or ``/msg`` that waits for a fresh list, to be sure whom it means."""

    command: ParsedCommand


@dataclass(slots=True)
class UiState:
    """Everything. ``now`` and ``wall`` are those of the latest input."""

    name: str
    """Ours."""
    catalogue: Catalogue = field(default_factory=lambda: load_catalogue(ENGLISH))
    settings: Settings = field(default_factory=Settings)
    plain: bool = False
    """There is no screen: nothing is folded, and the first caller is answered by what is typed next."""
    local_time: Callable[[float], time.struct_time] = time.localtime
    """POSIX time to the user's own; tests put ``time.gmtime`` here."""
    now: float = 0.0
    wall: float = 0.0
    kill_ring: KillRing = field(default_factory=KillRing)
    conversations: dict[int, Conversation] = field(default_factory=dict)
    """By window number, in its order."""
    windows: dict[ConversationId, int] = field(default_factory=dict)
    """Window numbers, also of removed windows: a peer keeps its number."""
    current: int = STATUS_WINDOW
    previous: int = STATUS_WINDOW
    people: People = field(default_factory=People)
    ignored: set[str] = field(default_factory=set)
    tracker: Tracker = field(default_factory=Tracker)
    pending_lists: deque[PendingList | PendingCall] = field(default_factory=deque)
    """What waits for the tracker's list, in the order of asking."""
    rows: int = 24
    """The screen's size, for paging only."""
    columns: int = 80
    focused: bool = True
    """Whether the terminal says that the user looks at it; True where it does not say."""
    people_wanted: bool = True
    """The people pane stands beside the log, where there is room (F2)."""
    people_overlaid: bool = False
    """It covers the log, where there is no room (F2)."""
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
    """Pasted lines still to be sent, and to which window."""
    paste_at: float = 0.0
    """When the next of them goes."""
    leave_hint_at: float | None = None
    """When ^C was pressed on an empty line."""
    bell_at: float | None = None
    """When the bell rang last."""
    presence_from: float = 0.0
    """When the second began in which ``presence_count`` people came or went."""
    presence_count: int = 0
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
    """What was typed to whom in earlier sessions, oldest first."""
    entries: int = 0
    """The number of the latest entry."""
    fresh: list[tuple[int, LogEntry]] = field(default_factory=list)
    """New entries and their windows, until ``take_fresh``: for plain mode and transcripts."""

    def __post_init__(self) -> None:
        if STATUS_WINDOW not in self.conversations:
            self.add_conversation(STATUS_WINDOW, None, "", "prosa")

    # Queries

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
        return (c for number, c in sorted(self.conversations.items()) if number != STATUS_WINDOW)

    def clock(self, wall: float) -> str:
        """A time of day as ``HH:MM``."""
        local = self.local_time(wall)
        return f"{local.tm_hour:02}:{local.tm_min:02}"

    def tr(self, message: str, /, **values: object) -> str:
        """``message`` in the language of the interface."""
        return self.catalogue.tr(message, **values)

    @property
    def is_calling(self) -> bool:
        """Whether it is still open whom a ``/chat`` or ``/msg`` means."""
        return any(isinstance(pending, PendingCall) for pending in self.pending_lists)

    # Changes

    def add_conversation(
        self, number: int, chat: ConversationId | None, name: str, label: str
    ) -> Conversation:
        """Make an empty window and keep the windows in order."""
        made = Conversation(number, chat, name, label, LineEdit(self.kill_ring), InputHistory())
        self.conversations[number] = made
        self.conversations = dict(sorted(self.conversations.items()))
        return made

    def append(self, conversation: Conversation, entry: LogEntry, *, is_fresh: bool = True) -> None:
        """Put an entry at the end of a log; the oldest goes if there are too many.

        One that is not ``is_fresh`` is not handed out by ``take_fresh``: it will still change.
        """
        conversation.log.append(entry)
        if len(conversation.log) > MAX_LOG_ENTRIES:
            del conversation.log[0]
        if is_fresh:
            self.fresh.append((conversation.number, entry))

    def next_entry_number(self) -> int:
        """A number for a new entry."""
        self.entries += 1
        return self.entries

    def take_fresh(self) -> list[tuple[int, LogEntry]]:
        """Hand out what was said since the last call, each entry once."""
        fresh, self.fresh = self.fresh, []
        return fresh
