"""How a client begins: everything that its state and its node are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core import Limits, format_address

from ..i18n import ENGLISH, Catalogue
from ..settings import Settings
from ..text.clean import clean_message
from .conversation import EntryKind, LogEntry
from .limits import CLIENT_LIMITS, ClientLimits
from .local_clock import LocalClock
from .memory import append
from .model import UiState


@dataclass(slots=True)
class Beginning:
    """Two clients that begin alike and get the same inputs show the same frames."""

    name: str
    """Ours; fit (docs/protocol.md §2.1)."""
    listen_port: int
    """Where peers call."""
    tracker: tuple[str, int]
    """Host and port."""
    now: float = 0.0
    """Seconds of the driver's monotonic clock."""
    wall: float = 0.0
    """POSIX time at ``now``."""
    utc_offset_seconds: int = 0
    seed: int = 0
    """Of the random numbers, which the driver makes."""
    language: str = ENGLISH
    settings: Settings = Settings()
    plain: bool = False
    """There is no screen: lines come in and go out."""
    at_terminal: bool = False
    """Without a screen: whether somebody types those lines."""
    encoding: str = "utf-8"
    """Of the lines that come in."""
    escape_seconds: float = 0.025
    """How long an ESC from the keyboard waits for the rest of a sequence."""
    runs_tracker: bool | None = None
    """Whether our own tracker runs; None: this client never runs one."""
    tracker_command: str = ""
    """What a user types to start the tracker again where it was; empty if that is another machine."""
    lines: tuple[tuple[EntryKind, str], ...] = ()
    """First lines of the status window, translated and clean."""
    commands: tuple[str, ...] = ()
    """Rows to carry out before what is typed, each when the one before is over (``-r``)."""
    logging: bool = False
    transcript_folder: str = ""
    config_file: str = ""
    old_history: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limits: Limits = Limits()
    """Of the node."""
    client_limits: ClientLimits = CLIENT_LIMITS


def begin(beginning: Beginning, catalogue: Catalogue) -> UiState:
    """The state of a client that begins so; the catalogue is of any language."""
    state = UiState(
        beginning.name,
        catalogue=catalogue.in_language(beginning.language),
        settings=beginning.settings,
        limits=beginning.client_limits,
        plain=beginning.plain,
        at_terminal=beginning.at_terminal,
        local_clock=LocalClock(beginning.utc_offset_seconds),
        now=beginning.now,
        wall=beginning.wall,
        logging=beginning.logging,
        transcript_folder=beginning.transcript_folder,
        config_file=beginning.config_file,
        old_history=beginning.old_history,
    )
    state.tracker.address = format_address(*beginning.tracker)
    state.tracker.embedded = beginning.runs_tracker is True
    state.tracker.start_command = beginning.tracker_command
    for typed in state.old_history.get(state.status.name, ()):
        state.status.history.add(typed)
    for kind, text in beginning.lines:
        text = "\n".join(clean_message(row) for row in text.split("\n"))
        append(state, state.status, LogEntry(state.next_entry_number(), kind, beginning.wall, "", text))
    return state
