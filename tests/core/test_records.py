"""What is made for every client: values, slotted, and cheap for want of a check at run time."""

import pytest

from core import ClientDeparted, ClientRegistered, DepartureReason
from core.wire.messages import Register


@pytest.mark.parametrize(
    ("value", "same", "other"),
    [
        (Register("Ana", 1), Register("Ana", 1), Register("Ana", 2)),
        (
            ClientRegistered(1, "Ana", "10.0.0.1", 1, 1),
            ClientRegistered(1, "Ana", "10.0.0.1", 1, 1, None),
            ClientRegistered(1, "Ana", "10.0.0.1", 1, 1, "Eva"),
        ),
        (
            ClientDeparted(1, DepartureReason.DISC, "10.0.0.1", "Ana", 0, 0.5),
            ClientDeparted(1, DepartureReason.DISC, "10.0.0.1", "Ana", 0, 0.5),
            ClientDeparted(1, DepartureReason.EXPIRED, "10.0.0.1", "Ana", 0, 0.5),
        ),
    ],
)
def test_record_compares_and_hashes_by_value_and_takes_no_other_attributes(
    value: object, same: object, other: object
) -> None:
    assert value == same and value != other
    assert {value: 1}[same] == 1
    assert not hasattr(value, "__dict__")
    with pytest.raises(AttributeError):
        setattr(value, "nickname", "x")
