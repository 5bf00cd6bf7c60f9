"""What the assignment asks of a tracker and of a client."""

from typing import Final

from io_adapters import N_, Topic

from .report import Rule

# Of a tracker

ANSWERS_LIST: Final = Rule(
    "answers LIST", Topic.LIST_REPLY, N_("LIST is answered with the word LIST and the names.")
)
REPLIES_END_IN_CRLF: Final = Rule("replies end in CRLF", Topic.LINE_ENDS, N_("Every reply ends in \\r\\n."))
LISTS_OTHERS: Final = Rule(
    "lists the others", Topic.LIST, N_("LIST names the other users, and not the one who asks.")
)
SEPARATES_NAMES: Final = Rule(
    "separates names", Topic.LIST_REPLY, N_("The names in LIST are separated by “:” alone.")
)
ANSWERS_ADDR: Final = Rule(
    "answers ADDR", Topic.ADDR_REPLY, N_("ADDR of an active user is answered with its address and port.")
)
IGNORES_UNKNOWN_ADDR: Final = Rule(
    "silent on unknown ADDR", Topic.NO_ADDR_REPLY, N_("ADDR of somebody who is not active has no reply.")
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
    "serves in parallel", Topic.PARALLEL, N_("A connection that says nothing holds up nobody else.")
)
TAKES_ANY_NAME: Final = Rule(
    "takes any name", Topic.NAME, N_("Names with spaces and accents are taken: only “:” is forbidden.")
)
REFUSES_BAD_USER: Final = Rule(
    "refuses bad USER", Topic.NAME, N_("A USER whose port is no number registers nobody.")
)
SURVIVES_RUBBISH: Final = Rule(
    "survives rubbish", Topic.PARALLEL, N_("Rubbish from one connection, broken off, disturbs nobody else.")
)
ONE_OF_A_NAME: Final = Rule(
    "one of a name", Topic.ACTIVE_USERS, N_("A name that is taken is not listed twice.")
)
FORGETS_WHO_LEFT: Final = Rule(
    "forgets who left", Topic.ACTIVE_USERS, N_("Who closes the connection is soon off the list.")
)
KEEPS_THE_LIVING: Final = Rule("keeps the living", Topic.KEEP, N_("Who says KEEP stays on the list."))
EXPIRES_THE_SILENT: Final = Rule(
    "expires the silent",
    Topic.EXPIRY,
    N_("Who says no KEEP is off the list and disconnected after 3 times the keepalive time."),
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
    "survives lists",
    Topic.STREAM,
    N_("The client survives any LIST reply: names with spaces, and a reply in two parts."),
)
SAYS_ADDR: Final = Rule("says ADDR", Topic.EXACTLY, N_("ADDR <name> asks where somebody listens."))
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
    "dials as told", Topic.ADDR_REPLY, N_("The address that the tracker named is the one dialled.")
)
INTRODUCES_ITSELF: Final = Rule("introduces itself", Topic.HELLO, N_("Who dials says USER <name> first."))
PEER_LINES_END_IN_CRLF: Final = Rule(
    "peer lines end in CRLF", Topic.LINE_ENDS, N_("Everything said to another client ends in \\r\\n.")
)
SENDS_TEXTS: Final = Rule(
    "sends texts", Topic.TEXT, N_("What the user types arrives, one message each, over the same connection.")
)
TAKES_DISC_TEXTS: Final = Rule(
    "takes DISC texts",
    Topic.TEXT,
    N_("A text that only begins or ends with DISC is a text, and ends nothing."),
)
READS_TEXT_STREAM: Final = Rule(
    "reads a stream of texts",
    Topic.STREAM,
    N_("The client accepts text however it is split: together with USER, or in two parts."),
)
SAYS_DISC: Final = Rule("says DISC", Topic.DISC, N_("Who ends a chat says DISC before closing."))
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

OF_A_CLIENT: Final = (
    SAYS_USER_FIRST,
    SAYS_KEEP,
    SAYS_LIST,
    SURVIVES_LISTS,
    SAYS_ADDR,
    DIALS_AS_TOLD,
    INTRODUCES_ITSELF,
    SENDS_TEXTS,
    READS_TEXT_STREAM,
    TAKES_DISC_TEXTS,
    SAYS_DISC,
    LISTENS,
    WAITS_FOR_CALLER,
    TAKES_SECOND_CALL,
    CLOSES_ON_DISC,
    PEER_LINES_END_IN_CRLF,
    REQUESTS_END_IN_CRLF,
    SAYS_ONLY_PROTOCOL,
    STAYS_CONNECTED,
    LEAVES,
)
