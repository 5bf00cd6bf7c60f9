"""What the state asks for: an ``Intent`` of the node, a ``Task`` of the driver, or something of the client itself.

Update code returns these instead of touching the node or the terminal.
"""

from dataclasses import dataclass

from core import ConversationId


@dataclass(slots=True)
class OpenChat:
    """Call someone by name."""

    name: str
    """As the tracker spells it."""
    show: bool = True
    """Go to the conversation at once."""
    text: str = ""
    """Said as soon as possible, if not empty."""
    draft: str = ""
    """Put into the conversation's empty input line."""


@dataclass(slots=True)
class OpenChatAt:
    """Call an address."""

    host: str
    port: int


@dataclass(slots=True)
class CallBack:
    """Call back someone who called and may not hear us, if the user knows that; else say so."""

    conversation: ConversationId
    was_here: bool
    """The user saw the conversation already; then a peer that hears us needs a word, too."""


@dataclass(slots=True)
class Say:
    """Send one text; ``note_said`` or ``note_not_said`` reports the result to the state."""

    conversation: ConversationId
    text: str
    aside: bool = False
    """Sent from another window, where a line says so."""


@dataclass(slots=True)
class EndChat:
    """Say goodbye and disconnect."""

    conversation: ConversationId


@dataclass(slots=True)
class RefreshList:
    """Ask the tracker who is active."""


@dataclass(slots=True)
class Reconnect:
    """Try to reach the tracker now."""


@dataclass(slots=True)
class Rename:
    """Register under another name."""

    name: str
    """Fit for our user."""


@dataclass(slots=True)
class ChangeTracker:
    """Leave this tracker for another."""

    host: str
    port: int


@dataclass(slots=True)
class Leave:
    """Say goodbye to everybody and end the program."""


@dataclass(slots=True)
class OpenWire:
    """Show what goes over the wire."""

    only: str
    """The name, or the address, whose connections are shown; empty for all."""


@dataclass(slots=True)
class SaveSettings:
    """Write changed settings into the settings file; report ``settings_saved``."""

    changes: tuple[tuple[str, str], ...]
    """Keys and values, as they stand in the file."""


@dataclass(slots=True)
class Bell:
    """Ring the terminal's bell."""


@dataclass(slots=True)
class Notify:
    """Ask the terminal for a desktop notification."""

    text: str
    """Clean."""


@dataclass(slots=True)
class Suspend:
    """Give the terminal back and stop, as ^Z does."""


@dataclass(slots=True)
class Redraw:
    """Clear the screen and draw all of it."""


# What only the driver can do


@dataclass(slots=True)
class WriteTranscript:
    """Append lines to the transcript of one conversation; report ``transcript_failed`` if that fails."""

    label: str
    lines: tuple[str, ...]


@dataclass(slots=True)
class MeasureEmoji:
    """Find out which emoji newer than Python's tables are drawn two cells wide; report ``emoji_measured``."""


@dataclass(slots=True)
class ProbeTracker:
    """Find out whether the tracker can be reached on another address of this machine; report ``tracker_probed``."""


@dataclass(slots=True)
class StartTracker:
    """Run the tracker of this machine inside the program; report ``own_tracker``."""


@dataclass(slots=True)
class StopTracker:
    """Stop the tracker inside the program, if it runs."""


@dataclass(slots=True)
class SetTrackerAddress:
    """Reach for another tracker, from the next attempt on."""

    host: str
    port: int


Intent = OpenChat | OpenChatAt | CallBack | Say | EndChat | RefreshList | Reconnect | Rename | Leave
TerminalTask = Bell | Notify | Suspend | Redraw | MeasureEmoji
Task = TerminalTask | WriteTranscript | ProbeTracker | SaveSettings | StartTracker | StopTracker | SetTrackerAddress
Effect = Intent | Task | ChangeTracker | OpenWire
