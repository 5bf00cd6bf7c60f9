"""What a check of a tracker can observe; the values are made harmless by ``shown``."""

from typing import Final

from io_adapters import N_

NO_ANSWER: Final = N_("No answer to {sent} within {seconds} s.")
CLOSED: Final = N_("It closed the connection after {sent}.")
ANSWERED: Final = N_("It answered {sent} with {reply}.")
NO_END: Final = N_("{reply} has no line end at all.")
LF_END: Final = N_("{reply} ends in \\n alone.")
LISTS_ASKER: Final = N_("{name} asked and got {reply}.")
NOT_LISTED: Final = N_("{name} is missing in {reply}.")
LISTED: Final = N_("{name} is in {reply}.")
SPACED: Final = N_(
    "{reply} has spaces around names; programs that do not trim read them as part of the name."
)
BARE_LIST: Final = N_(
    "With no other user it answers {reply}, without the space; programs that split at the space fail."
)
WRONG_PORT: Final = N_("It answered {reply}; {name} had said port {port}.")
OTHER_HOST: Final = N_(
    "It answered {reply}; {name} had connected from {host}. Check that others can connect there."
)
USELESS_HOST: Final = N_("It answered {reply}: no client can dial that address.")
ADDR_FORM: Final = N_("{reply}: the form of the {edition} edition.")
ADDR_SPACES: Final = N_("{reply} has spaces between its parts.")
SERVED_AFTER: Final = N_("No client was answered while a silent connection was open.")
DEAD: Final = N_("After it, LIST had no answer.")
LISTED_TWICE: Final = N_("{name}, registered by two connections, is listed twice: {reply}.")
STILL_LISTED: Final = N_("{name} was still listed {seconds} s later.")
GONE_AFTER: Final = N_("After {seconds} s.")
GONE_LATE: Final = N_("Only after {seconds} s; until then it gives other clients a closed port.")
STILL_CONNECTED: Final = N_("{name} is off the list, but its connection was not ended.")
TOO_EARLY: Final = N_("Already after {seconds} s of silence.")
KEEPER_GONE: Final = N_("{name} said KEEP every {seconds} s, and is missing in {reply}.")
KEEPER_CUT: Final = N_("{name} said KEEP every {seconds} s, and was disconnected.")
