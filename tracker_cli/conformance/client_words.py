"""What a check of a client asks of the person, and can observe; the values are made harmless by ``shown``."""

from dataclasses import dataclass, field
from typing import Final

from io_adapters import Catalogue, N_

from .report import Values, fill


@dataclass(frozen=True, slots=True)
class Step:
    """Something that the person at the client is asked to do, or to look at."""

    key: str
    """Names it in tests and for who drives a client by a program."""
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

START: Final = N_("Start your client now, with the tracker at {address}.")
RESTART: Final = N_("Your client has left the tracker. Start it again.")
LIST: Final = N_(
    "Ask for the list three times, a few seconds apart. It should show {first}, then {second}, then "
    "{second} again."
)
CHAT: Final = N_("Open a chat with {name}.")
SAY: Final = N_("{name} has said “{text}”. Answer with the two texts {one} and {two}, two seconds apart.")
BYE: Final = N_("End the chat with {name}.")
WATCH_CALLS: Final = N_(
    "Look: {first} and {second} call your client. It should show these texts from {first}: {texts}."
)
WATCH_KEEPS: Final = N_("Leave it alone: KEEP is being watched.")
EXIT: Final = N_("Leave the program.")

NOBODY_CAME: Final = N_("no client connected")
NOT_DONE: Final = N_("It was not done within the time.")
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
LEFT_TRACKER: Final = N_("It left the tracker while the program was still in use.")
OTHER_ADDR: Final = N_("Its question was {sent}.")
NOT_DIALLED: Final = N_("Told {address}, it called nobody within {seconds} s.")
DIALLED_ELSEWHERE: Final = N_("Told {address}, it called {host}.")
NO_HELLO: Final = N_("It called and said nothing for {seconds} s.")
HELLO_WAS: Final = N_("It said {sent} first.")
HELLO_NAME: Final = N_("It said {sent}, but is registered as {name}.")
TEXT_WAS: Final = N_("Typed {typed}, arrived {sent}.")
NOT_UTF8: Final = N_("{sent} is not UTF-8; other programs may show other characters.")
CLOSED_AFTER_TEXT: Final = N_("It closed the connection after one text.")
NO_DISC: Final = N_("It closed without DISC.")
NO_DISC_2026: Final = N_("It closed without DISC, as the 2026 edition has it.")
OTHER_FAREWELL: Final = N_("It said {sent} in place of DISC.")
REFUSED: Final = N_("A call to {address} failed: {reason}.")
GAVE_UP: Final = N_("It closed after {seconds} s, before the caller had said USER.")
CLOSED_ON_HELLO: Final = N_("It closed on receiving {sent} together.")
SECOND_CLOSED: Final = N_("{name}, the second caller, was cut off.")
SECOND_CLOSED_WITH: Final = N_("{name}, the second caller, got {sent} and was cut off.")
CLOSED_ON_TEXT: Final = N_("It closed on receiving {text}.")
CLOSED_ON_SPLIT_TEXT: Final = N_("It closed on receiving {text} in two parts, cut inside a character.")
KEPT_OPEN: Final = N_("{seconds} s after DISC it had not closed.")
