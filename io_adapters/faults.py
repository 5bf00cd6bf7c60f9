"""The operating system's error numbers, as the core names them."""

import errno
from typing import Final

from core import LossReason

OUT_OF_RESOURCES: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
"""Errors of ``accept`` when descriptors or kernel memory are used up; it may work again later."""

_LOSS_REASONS: Final = {
    errno.ECONNREFUSED: LossReason.REFUSED,
    errno.ETIMEDOUT: LossReason.TIMED_OUT,
    errno.EHOSTUNREACH: LossReason.NO_ROUTE,
    errno.ENETUNREACH: LossReason.NO_ROUTE,
    errno.EHOSTDOWN: LossReason.NO_ROUTE,
    errno.ENETDOWN: LossReason.NO_ROUTE,
    errno.EADDRNOTAVAIL: LossReason.NO_ROUTE,
    errno.EAFNOSUPPORT: LossReason.NO_ROUTE,
    errno.ECONNRESET: LossReason.RESET,
    errno.ECONNABORTED: LossReason.RESET,
    errno.EPIPE: LossReason.RESET,
    errno.ENOTCONN: LossReason.RESET,
}


def loss_reason(error_number: int | None) -> LossReason:
    """Translate the error number of a failed connect, read or write."""
    if error_number is None:
        return LossReason.ERROR
    return _LOSS_REASONS.get(error_number, LossReason.ERROR)
