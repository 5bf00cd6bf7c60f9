"""Error numbers and what they are to the core."""

import errno

import pytest

from core.events import LossReason
from io_adapters.faults import loss_reason


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ECONNREFUSED, LossReason.REFUSED),
        (errno.ETIMEDOUT, LossReason.TIMED_OUT),  # also what keepalive and the user timeout give (§4.9)
        (errno.EHOSTUNREACH, LossReason.NO_ROUTE),
        (errno.ENETUNREACH, LossReason.NO_ROUTE),
        (errno.ECONNRESET, LossReason.RESET),
        (errno.EPIPE, LossReason.RESET),
        (errno.EMFILE, LossReason.ERROR),
        (None, LossReason.ERROR),
    ],
)
def test_every_error_number_has_a_reason(number: int | None, reason: LossReason) -> None:
    assert loss_reason(number) is reason
