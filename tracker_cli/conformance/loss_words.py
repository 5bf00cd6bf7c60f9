"""Why a connection could not be made."""

from typing import Final

from core import LossReason
from io_adapters import N_

_WORDINGS: Final = {
    LossReason.REFUSED: N_("connection refused, no program listens there"),
    LossReason.TIMED_OUT: N_("no answer in time"),
    LossReason.NO_ROUTE: N_("no route to that address"),
    LossReason.UNKNOWN_HOST: N_("unknown host"),
    LossReason.RESET: N_("connection reset"),
}
_ANY_OTHER: Final = N_("the connection failed")


def loss_words(reason: LossReason) -> str:
    """Return the words for a failed dial, in English."""
    return _WORDINGS.get(reason, _ANY_OTHER)
