"""Every number of the protocol, with its unit and its reason (docs/protocol.md).

Times, and sizes on the wire, are constants. Counts and byte totals of queues and
tables are fields of ``Limits``: a program may choose them, and tests do.
"""

from dataclasses import dataclass
from typing import Final

KEEPALIVE_SECONDS: Final = 5.0  # §1: a client sends KEEP this often
EXPIRY_KEEPALIVES: Final = 3  # §2.4: after this many silent keepalive periods a client is disconnected
GHOST_KEEPALIVES: Final = 2  # §2.2: after this many it loses its name to a newcomer

MAX_NAME_CHARACTERS: Final = 64  # §2.1
MAX_RAW_NAME_BYTES: Final = 9 * MAX_NAME_CHARACTERS  # §2.1: the most that a name takes in UTF-8, decomposed
MAX_REQUEST_BYTES: Final = 4096  # §2.3: no honest request is near it
MAX_GARBLED_LINES: Final = 100  # §2.3: in a row, without one valid instruction

MAX_REPLY_BYTES: Final = 8 * 1024 * 1024  # §3: a LIST of 30,000 of the longest names
LIST_INTERVAL_SECONDS: Final = 5.0  # §3.2
PRESENCE_BYTES_PER_SECOND: Final = 4096  # §3.2: the most that lists of users may cost a client
LIST_STEP_BYTES: Final = 4096  # §3.2: of a LIST reply, read in one step: at most 3 ms of work …
LIST_STEP_NAMES: Final = 256  # … or this many names compared with the list before
LIST_STEPS_AT_ONCE: Final = 8  # then everything else has a turn
ADDRESS_TIMEOUT_SECONDS: Final = 5.0  # §3.3: for an address that no fence settles
LIST_TIMEOUT_SECONDS: Final = 15.0  # §3.6
MAX_ADDRESS_REPLY_BYTES: Final = 1024  # §3.5: a name, an address, a port, and some spaces
INSTRUCTION_GAP_SECONDS: Final = 0.05  # real trackers take one recv for one instruction
RECONNECT_FIRST_SECONDS: Final = 1.0  # §3.1: 1, 2, 4 … 10: every list is right 20 s after the network is whole
RECONNECT_MOST_SECONDS: Final = 10.0
RECONNECT_REFUSED_MOST_SECONDS: Final = 4.0  # §3.1: if our own ghost (§2.2) holds our name, it soon expires
RECONNECT_JITTER: Final = 0.2  # either way, as a share of the delay
RECONNECT_SETTLED_SECONDS: Final = 60.0  # §3.1: after this long registered, the delays start again at the first

SILENT_AFTER_SECONDS: Final = 1.0  # §4.1: a caller whose first bytes still wait to be read is not silent
TURNED_AWAY_SECONDS: Final = 60.0  # §4.1: between two reports of callers that were turned away
UNNAMED_SECONDS: Final = 60.0  # §4.1: after this long without a byte a caller is closed
MAX_TEXT_BYTES: Final = 1000  # §4.3: real clients read 1024 bytes at a time
PEER_READ_BYTES: Final = 1024  # §4.3: at most this much text that is not all ASCII leaves at once …
PEER_READ_SECONDS: Final = 0.05  # §4.3: … and a peer has read it after this time
QUIET_LINE_SECONDS: Final = 0.25  # §4.4
UNENDED_TEXT_SECONDS: Final = 1.0  # §4.4: the same for the first text of a peer whose USER had a line end
MAX_LINE_BYTES: Final = 64 * 1024  # §4.5: longer lines are delivered in pieces
FAREWELL_SECONDS: Final = 2.0  # §4.6: how long a connection goes on after a farewell
MAX_FAREWELL_BYTES: Final = 16  # §4.6: of a ``DISC`` without a line end, with the spaces around it
FIRST_TEXT_DELAY_SECONDS: Final = 0.05  # real clients take their first recv as the name, whatever it holds
# §4.10: a peer that speaks this long after a text has read it. TCP gives up on a text that
# stays unread for 30 s (§4.9), and what the peer says may be 30 s old as well.
CONFIRMED_AFTER_SECONDS: Final = 60.0
FRESH_WORDS_SECONDS: Final = 1.0  # §4.10: a resumed program reads its backlog within this time
CROSSING_SECONDS: Final = 2.0  # §4.10: a text younger than this may have crossed the end of the peer's stream
DIAL_TIMEOUT_SECONDS: Final = 5.0
CALL_BACK_TRIAL_SECONDS: Final = 0.5  # §4.7: in this time a program that takes no second call says so
ACKNOWLEDGEMENT_POLL_SECONDS: Final = 0.1  # §4.7: how often the system is asked before a call back takes over

# For adapters; public in ``core``
CLOSE_SECONDS: Final = 2.0  # a connection that wants to close may take this long to write the rest; then abort it
PEER_KEEPALIVE_IDLE_SECONDS: Final = 15  # §4.9: the system probes a peer that is silent for this long …
PEER_KEEPALIVE_INTERVAL_SECONDS: Final = 5  # … this often …
PEER_KEEPALIVE_PROBES: Final = 3  # … and gives up after this many probes without an answer
PEER_UNACKNOWLEDGED_SECONDS: Final = 30  # §4.9: the system gives up when sent bytes are not acknowledged for this long


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a ``Tracker`` or a ``Node`` keeps: the limits of all queues and tables.

    Each may be as small as 1: the machine then does less at once, refuses earlier
    or forgets earlier, and stays correct.
    """

    # A tracker's

    max_unread_reply_bytes: int = 1024 * 1024
    """Replies that wait for one client; more end its connection (§2.6). One whole reply may always wait."""
    max_waiting_request_bytes: int = 64 * 1024
    """Requests of one client behind a ``LIST`` that waits for its turn; more end its connection (§2.6)."""
    max_list_bytes_at_once: int = 512 * 1024
    """``LIST`` replies made in one turn; then other clients are served (§2.6). Some 7 lists of 10,000 users."""

    # A node's

    max_people: int = 100_000
    """Names kept of a ``LIST`` reply; further ones are dropped and counted (§3.4)."""
    max_peer_connections: int = 1000
    """Peer connections at once; a further caller takes another one's place, or is turned away (§4.1)."""
    max_silent_callers: int = 64
    """Callers that have not sent a byte for a second; one more closes the oldest (§4.1)."""
    max_ended_conversations: int = 1000
    """Remembered, so that a caller gets its old number again (§4.8); the oldest are forgotten."""
    max_unverified_names: int = 1000
    """Names that callers claim, waiting for the tracker's answer (§4.8); the oldest are forgotten."""
    max_unconfirmed_texts: int = 10_000
    """Texts to one peer that never says a word; the oldest are forgotten (§4.10)."""
    max_unsent_bytes: int = 1024 * 1024
    """Text that waits for one peer; a further text is refused (§4.9)."""


DEFAULT_LIMITS: Final = Limits()
