"""What an error of a socket means to the core; to be copied."""

import errno
import socket
from typing import Final

from core import LossReason

REASONS: Final = {
    errno.ECONNREFUSED: LossReason.REFUSED,
    errno.ETIMEDOUT: LossReason.TIMED_OUT,
    errno.EHOSTUNREACH: LossReason.NO_ROUTE,
    errno.ENETUNREACH: LossReason.NO_ROUTE,
    errno.ENETDOWN: LossReason.NO_ROUTE,
    errno.EADDRNOTAVAIL: LossReason.NO_ROUTE,
    errno.EAFNOSUPPORT: LossReason.NO_ROUTE,
    errno.ECONNRESET: LossReason.RESET,
    errno.ECONNABORTED: LossReason.RESET,
    errno.EPIPE: LossReason.RESET,
}


def reason_of(error: BaseException | None) -> LossReason:
    """Return the reason for the error of a failed dial, read or write; None is an end without one."""
    if isinstance(error, TimeoutError):
        return LossReason.TIMED_OUT  # the framework's own has no number
    if isinstance(error, socket.gaierror):
        return LossReason.UNKNOWN_HOST  # has numbers of its own
    number = error.errno if isinstance(error, OSError) else None
    return LossReason.ERROR if number is None else REASONS.get(number, LossReason.ERROR)
