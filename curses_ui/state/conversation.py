"""One conversation as the screen has it: its log, its draft, and what is known of the peer."""

import bisect
import enum
from dataclasses import dataclass, field
from typing import Final

from core import ConversationId, TextId, Verdict
from core.tap import WireLine

from ..line.history import InputHistory
from ..line.line_edit import LineEdit

STATUS_WINDOW: Final = 1

class EntryKind(enum.Enum):
    """The speaker of a log entry."""

    THEIRS = enum.auto()
    OURS = enum.auto()
    NEWS = enum.auto()
    """The program, of what happened."""
    ERROR = enum.auto()
    """The program, of what did not work."""
    WIRE = enum.auto()
    """Another program, or ours: a line of the wire."""


class Mark(enum.Enum):
    """What happened to one of our messages."""

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
    wire: WireLine | None = None
    """The line of the wire that it shows."""


@dataclass(slots=True)
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


@dataclass(slots=True, eq=False)
class Flood:
    """How fast texts come from one peer, and those that were folded away."""

    second_from: float = 0.0
    """When the second began in which ``count`` texts came, on the monotonic clock."""
    count: int = 0
    hidden: int = 0
    """How many the fold now open hides; 0 if none is open."""
    sender: str = ""
    """Whose they are, in the status window, where several may speak; empty in the window of a peer."""
    kept: list[str] = field(default_factory=list)
    """The first of them."""
    told_at: float = 0.0
    """When the line that tells how many was written last."""


@dataclass(slots=True)
class Aside:
    """A text that was typed in another window, and waits with the call that was made for it."""

    origin: int
    """The number of that window."""
    text: str
    """Clean."""


@dataclass(slots=True, eq=False)
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
    knows_us_as: str = ""
    """Our name when it opened: the peer was told no other since."""
    unnamed: bool = False
    """The peer has given no name; the label is its address."""
    looks_like: str = ""
    """Another name that looks like this one; empty if there is none."""
    namesake: bool = False
    """An older conversation has the same name from another address."""
    visits_briefly: bool = False
    """The last connection came and went with hardly more than a text."""
    waiting: bool = False
    """The peer called and waits for ``/accept``; nothing can be sent until then."""
    held: list[str] = field(default_factory=list)
    """Messages of a waiting caller, clean, not shown yet."""
    held_lost: int = 0
    """How many more of them there were than are kept."""
    call_back_offered: bool = False
    """The user knows that the peer may not hear us on its own call, and that ``/chat`` once more calls back."""
    calls_back: bool = False
    """The peer is being called back; messages wait for that."""
    visited: bool = False
    """The user opened the conversation, or was there; else it is only a stranger's call."""
    kept_bytes: int = 0
    """What its log, held and folded messages count in ``memory``."""
    controls_told: bool = False
    """The user knows that this peer sends control characters."""
    origin: int = STATUS_WINDOW
    """Where the user was when calling; an unanswered call goes back there."""
    asides: list[Aside] = field(default_factory=list)
    """What waits for this call; where it was typed, it is said what became of it."""
    texts_in: int = 0
    texts_out: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    log: list[LogEntry] = field(default_factory=list)
    unread: int = 0
    attention: bool = False
    """Something other than a message happened since the user last looked."""
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
        """Whether the name or the address is not verified."""
        unconfirmed = self.verdict in (Verdict.MISMATCH, Verdict.UNKNOWN_NAME)
        return unconfirmed or self.unnamed or self.namesake or bool(self.looks_like)

    def index_of(self, number: int) -> int:
        """Where in the log the entry with this number stands, or the first one behind it."""
        return bisect.bisect_left(self.log, number, key=lambda entry: entry.number)
