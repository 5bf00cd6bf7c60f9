"""What the assignment asks of a tracker and of a client."""

from typing import Final

from core import Edition
from core.assignment import Topic
from io_adapters import N_

from .report import Rule

# Of a tracker

ANSWERS_LIST: Final = Rule(
    "answers LIST", Topic.LIST_REPLY, N_("LIST is answered with the word LIST and the names.")
)
REPLIES_END_IN_CRLF: Final = Rule("replies end in CRLF", Topic.LINE_ENDS, N_("Every reply ends in \\r\\n."))
LISTS_OTHERS: Final = Rule(
    "lists the others", Topic.LIST, N_("LIST names the other users, not the client that asks.")
)
SEPARATES_NAMES: Final = Rule(
    "separates names", Topic.LIST_REPLY, N_("The names in LIST are separated by “:” alone.")
)
ANSWERS_ADDR: Final = Rule(
    "answers ADDR", Topic.ADDR_REPLY, N_("ADDR of an active user is answered with its address and port.")
)
IGNORES_UNKNOWN_ADDR: Final = Rule(
    "silent on unknown ADDR", Topic.NO_ADDR_REPLY, N_("ADDR of a user that is not active has no reply.")
)
NO_OTHER_REPLIES: Final = Rule("no other replies", Topic.NO_REPLY, N_("USER and KEEP have no reply."))
READS_GLUED: Final = Rule(
    "reads glued instructions",
    Topic.STREAM,
    N_("Two instructions that arrive together are both carried out."),
)
READS_SPLIT: Final = Rule(
    "reads split instructions", Topic.STREAM, N_("An instruction that arrives in two parts is carried out.")
)
SERVES_IN_PARALLEL: Final = Rule(
    "serves in parallel", Topic.PARALLEL, N_("A silent connection does not delay other clients.")
)
TAKES_ANY_NAME: Final = Rule(
    "takes any name", Topic.NAME, N_("Names may have spaces and accents: only “:” is forbidden.")
)
REFUSES_BAD_USER: Final = Rule(
    "refuses bad USER", Topic.NAME, N_("A USER with a port that is not a number is not registered.")
)
SURVIVES_RUBBISH: Final = Rule(
    "survives rubbish", Topic.PARALLEL, N_("Rubbish on one connection, which then breaks, does not disturb other clients.")
)
ONE_OF_A_NAME: Final = Rule(
    "one of a name", Topic.ACTIVE_USERS, N_("A name that is taken is not listed twice.")
)
FORGETS_WHO_LEFT: Final = Rule(
    "forgets who left", Topic.ACTIVE_USERS, N_("A client that closes its connection is soon off the list.")
)
KEEPS_THE_LIVING: Final = Rule("keeps the living", Topic.KEEP, N_("A client that sends KEEP stays on the list."))
EXPIRES_THE_SILENT: Final = Rule(
    "expires the silent",
    Topic.EXPIRY,
    N_("A client that sends no KEEP is removed and disconnected after 3 times the keepalive time."),
)

OF_A_TRACKER: Final = (
    SERVES_IN_PARALLEL,
    ANSWERS_LIST,
    NO_OTHER_REPLIES,
    LISTS_OTHERS,
    SEPARATES_NAMES,
    REPLIES_END_IN_CRLF,
    ANSWERS_ADDR,
    IGNORES_UNKNOWN_ADDR,
    READS_GLUED,
    READS_SPLIT,
    TAKES_ANY_NAME,
    REFUSES_BAD_USER,
    SURVIVES_RUBBISH,
    ONE_OF_A_NAME,
    FORGETS_WHO_LEFT,
    EXPIRES_THE_SILENT,
    KEEPS_THE_LIVING,
)

# Of a client, towards its tracker

SAYS_USER_FIRST: Final = Rule(
    "says USER first", Topic.REGISTER, N_("The first message is USER <name>:<port>.")
)
REQUESTS_END_IN_CRLF: Final = Rule(
    "requests end in CRLF", Topic.LINE_ENDS, N_("Every instruction to the tracker ends in \\r\\n.")
)
SAYS_KEEP: Final = Rule("says KEEP", Topic.KEEP, N_("KEEP comes every 5 seconds."))
SAYS_LIST: Final = Rule("says LIST", Topic.LIST, N_("LIST asks for the list."))
SURVIVES_LISTS: Final = Rule(
    "survives lists", Topic.NAME, N_("The client survives any LIST reply: names have spaces and accents.")
)
READS_SPLIT_LISTS: Final = Rule(
    "reads split lists", Topic.STREAM, N_("A LIST reply that arrives in two parts is read as one.")
)
READS_CUT_LISTS: Final = Rule(
    "reads cut lists", Topic.STREAM, N_("The client survives a LIST reply that is cut inside a character.")
)
SAYS_ADDR: Final = Rule("says ADDR", Topic.EXACTLY, N_("ADDR <name> asks where a user listens."))
SAYS_ONLY_PROTOCOL: Final = Rule(
    "says only protocol",
    Topic.ONLY_PROTOCOL,
    N_("Nothing but USER, LIST, KEEP and ADDR goes to the tracker."),
)
STAYS_CONNECTED: Final = Rule(
    "stays connected",
    Topic.ALWAYS_CONNECTED,
    N_("The connection to the tracker lasts from the start to the end of the program."),
)

# Of a client, towards other clients

DIALS_AS_TOLD: Final = Rule(
    "dials as told", Topic.ADDR_REPLY, N_("The client dials the address that the tracker gave.")
)
INTRODUCES_ITSELF: Final = Rule("introduces itself", Topic.HELLO, N_("A client that dials sends USER <name> first."))
PEER_LINES_END_IN_CRLF: Final = Rule(
    "peer lines end in CRLF", Topic.LINE_ENDS, N_("Everything said to another client ends in \\r\\n.")
)
SENDS_TEXTS: Final = Rule(
    "sends texts", Topic.TEXT, N_("What the user types arrives, one message each, over the same connection.")
)
TAKES_DISC_TEXTS: Final = Rule(
    "takes DISC texts",
    Topic.TEXT,
    N_("A text that only begins or ends with DISC does not end the chat."),
)
READS_GLUED_TEXTS: Final = Rule(
    "reads glued texts",
    Topic.STREAM,
    N_("Messages that arrive together are both read."),
)
READS_SPLIT_TEXTS: Final = Rule(
    "reads split texts", Topic.STREAM, N_("The client accepts text however it is split.")
)
READS_CUT_TEXTS: Final = Rule(
    "reads cut texts", Topic.STREAM, N_("The client survives a text that is cut inside a character.")
)
READS_ITS_CALLS: Final = Rule(
    "reads its calls", Topic.TEXT, N_("The connection that the client dialled is read, too.")
)
SAYS_DISC: Final = Rule("says DISC", Topic.DISC, N_("A client that ends a chat sends DISC before it closes."))
LISTENS: Final = Rule("listens", Topic.LISTENING, N_("The port that USER named accepts a call."))
WAITS_FOR_CALLER: Final = Rule(
    "waits for the caller", Topic.STREAM, N_("A caller's USER may come half a second after its connection.")
)
TAKES_SECOND_CALL: Final = Rule(
    "takes a second call", Topic.STILL_LISTENING, N_("A second caller is let in while a chat goes on.")
)
CLOSES_ON_DISC: Final = Rule(
    "closes on DISC", Topic.DISC_RECEIVED, N_("On receiving DISC the connection is closed.")
)
LEAVES: Final = Rule(
    "leaves", Topic.ALWAYS_CONNECTED, N_("When the program ends, so does its connection to the tracker.")
)

OF_CALLS: Final = (
    WAITS_FOR_CALLER,
    READS_GLUED_TEXTS,
    TAKES_DISC_TEXTS,
    TAKES_SECOND_CALL,
    READS_SPLIT_TEXTS,
    READS_CUT_TEXTS,
)
"""What can be seen only of a client that answers calls, and closes when the caller leaves."""

OF_A_CLIENT: Final = (
    SAYS_USER_FIRST,
    SAYS_LIST,
    SAYS_ADDR,
    DIALS_AS_TOLD,
    INTRODUCES_ITSELF,
    SENDS_TEXTS,
    SAYS_DISC,
    PEER_LINES_END_IN_CRLF,
    LISTENS,
    CLOSES_ON_DISC,
    *OF_CALLS[:4],
    SAYS_KEEP,
    SURVIVES_LISTS,
    READS_ITS_CALLS,
    READS_SPLIT_LISTS,
    *OF_CALLS[4:],
    READS_CUT_LISTS,
    LEAVES,
    STAYS_CONNECTED,
    REQUESTS_END_IN_CRLF,
    SAYS_ONLY_PROTOCOL,
)
ABOUT_DISC: Final = (SAYS_DISC, CLOSES_ON_DISC, TAKES_DISC_TEXTS)
"""Rules that the edition of 2026 does not have."""


def of_a_client(edition: Edition) -> tuple[Rule, ...]:
    """Return the rules of an edition."""
    if edition is Edition.E2024:
        return OF_A_CLIENT
    return tuple(rule for rule in OF_A_CLIENT if rule not in ABOUT_DISC)
