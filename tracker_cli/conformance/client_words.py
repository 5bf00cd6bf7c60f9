"""What a check of a client asks of the person, and can observe; ``shown`` makes the values harmless."""

from dataclasses import dataclass, field
from typing import Final

from io_adapters import Catalogue, N_

from .report import Values, fill


@dataclass(frozen=True, slots=True)
class Step:
    """What the person at the client is asked to do, or to look at."""

    key: str
    """The name of the step, for tests and for programs that drive a client."""
    asks: str
    seconds: float
    """How long the check waits for it; 0 where there is nothing to wait for."""
    values: Values = field(default_factory=dict)

    def text(self, catalogue: Catalogue) -> str:
        """Return what to do, in the language of ``catalogue``, with the time limit."""
        text = fill(catalogue, self.asks, self.values)
        limit = catalogue.tr(_WITHIN, seconds=f"{self.seconds:.0f}") if self.seconds else ""
        return f">>> {text}{limit}"


_WITHIN: Final = N_(" (within {seconds} s)")

# What the person is asked

START: Final = N_("Start your client now, with the tracker at {address}.")
RESTART: Final = N_("Your client has left the tracker. Start it again.")
RESTART_DEAF: Final = N_("Your client no longer answers calls. End it and start it again.")
RESTART_DEAF_TO_TRACKER: Final = N_("Your client no longer reads its tracker. End it and start it again.")
LIST: Final = N_("Ask for the list. It should show {first} and {second}.")
CHAT: Final = N_("Open a chat with {name}.")
SAY: Final = N_("{name} has said “{text}”. Answer with {one} and, two seconds later, with {two}.")
BYE: Final = N_("End the chat with {name}.")
WATCH_CALLS: Final = N_("Look: {first} and {second} call your client several times. Do nothing.")
WATCH_KEEPS: Final = N_("Leave it alone: KEEP is being watched.")
LIST_AND_CHAT: Final = N_(
    "Ask for the list: it should show {new}, {first} and {second}. Then open a chat with {name}."
)
SPLIT_AND_CHAT: Final = N_(
    "The list arrives in two parts now. Ask for it: it should show {new}, {first} and {second}. "
    "Then open a chat with {name}."
)
EXIT: Final = N_("Leave the program.")

# Why something was not seen

NOBODY_CAME: Final = N_("no client connected")
NOT_DONE: Final = N_("Not seen, because it was not done within the time.")
BECAUSE_REFUSED: Final = N_("Not seen, because a call to its port failed.")
BECAUSE_BUSY: Final = N_("Not seen, because it answered BUSY.")
BECAUSE_CLOSED: Final = N_("Not seen, because it closes calls by itself.")
BECAUSE_NEVER_CLOSES: Final = N_("Not seen, because it does not close when the caller leaves.")
BECAUSE_NOT_ON_DISC: Final = N_("Not seen, because it does not close on DISC.")
BECAUSE_NEVER_DIALS: Final = N_("Not seen, because a chat that it opens never comes about.")

# Towards the tracker

NO_USER: Final = N_("No USER came within {seconds} s.")
FIRST_WAS: Final = N_("Its first message was {sent}.")
USER_SPACES: Final = N_("{sent} has spaces beside the “:”.")
NO_END: Final = N_("{sent} has no line end at all.")
LF_END: Final = N_("{sent} ends in \\n alone.")
SENT_TO_TRACKER: Final = N_("It sent {sent} to the tracker.")
NO_KEEP: Final = N_("No KEEP came within {seconds} s.")
LATE_KEEP: Final = N_("Once {seconds} s passed without a KEEP.")
MANY_KEEPS: Final = N_("A KEEP came every {seconds} s.")
KEEPS: Final = N_("{count} came, at most {seconds} s apart.")
LEFT_ON_LIST: Final = N_("It left the tracker on receiving {reply}.")
LEFT_ON_SPLIT_LIST: Final = N_("It left the tracker on receiving {reply} in two parts.")
LEFT_ON_CUT_LIST: Final = N_(
    "It left the tracker on receiving {reply} in two parts, cut inside a character."
)
DEAF_AFTER_LIST: Final = N_(
    "After {reply} it asked for the address of {name}, and did not connect to it within {seconds} s."
)
DEAF_AFTER_SPLIT_LIST: Final = N_(
    "After {reply} in two parts it asked for the address of {name}, and did not connect to it within {seconds} s."
)
DEAF_AFTER_CUT_LIST: Final = N_(
    "After {reply} in two parts, cut inside a character, it asked for the address of {name}, "
    "and did not connect to it within {seconds} s."
)
LEFT_TRACKER: Final = N_("It left the tracker while the program was still in use.")

# Towards other clients

OTHER_ADDR: Final = N_("Its request was {sent}.")
NOT_DIALLED: Final = N_("It was given {address} but did not connect to it within {seconds} s.")
DIALLED_ELSEWHERE: Final = N_("It was given {address} but connected to {host}.")
NO_HELLO: Final = N_("It called and said nothing for {seconds} s.")
HELLO_WAS: Final = N_("It said {sent} first.")
HELLO_NAME: Final = N_("It said {sent}, but is registered as {name}.")
TEXT_WAS: Final = N_("Typed {typed}, arrived {sent}.")
NOT_UTF8: Final = N_("{sent} is not UTF-8; other programs may show other characters.")
CLOSED_AFTER_TEXT: Final = N_("It closed the connection after one text.")
NO_DISC: Final = N_("It closed without DISC.")
OTHER_FAREWELL: Final = N_("It said {sent} in place of DISC.")
REFUSED: Final = N_("A call to {address} failed: {reason}.")
GAVE_UP: Final = N_("It closed after {seconds} s, before the caller had said USER.")
CLOSED_ON_GLUED: Final = N_("It closed on receiving {sent} together.")
CLOSED_ON_TEXT: Final = N_("It closed on receiving {text}.")
CLOSED_ON_SPLIT_TEXT: Final = N_("It closed on receiving {text} in two parts.")
CLOSED_ON_CUT_TEXT: Final = N_("It closed on receiving {text} in two parts, cut inside a character.")
MISSED_GLUED_DISC: Final = N_("It did not close on receiving {sent} together.")
MISSED_SPLIT_DISC: Final = N_("It did not close on receiving {one} and, a moment later, {two}.")
DEAF_AFTER: Final = N_("After {sent} it did not close when the caller left.")
LEFT_AFTER: Final = N_("After {sent} it left the tracker.")
SECOND_REFUSED: Final = N_("{second} could not connect while {first} was there.")
SECOND_CLOSED: Final = N_("{second}, the second caller, was cut off.")
SECOND_CLOSED_WITH: Final = N_("{second}, the second caller, got {sent} and was cut off.")
SECOND_WAITS: Final = N_("{second}, the second caller, was not read while {first} was there.")
FIRST_DROPPED: Final = N_("{first} was cut off when {second} called.")
DEAF_TO_ITS_CALL: Final = N_("{name} ended a call of the client, which did not close within {seconds} s.")
KEPT_OPEN: Final = N_("{seconds} s after DISC it had not closed.")
