"""The address of this machine that other machines are likely to reach."""

import socket
from typing import Final

_ELSEWHERE: Final = ("192.0.2.1", 9)  # reserved for documentation: routed like any other address, never sent to


def own_host() -> str:
    """The IPv4 address of the interface that leads outside; ``127.0.0.1`` without one."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.connect(_ELSEWHERE)  # only chooses a route: a datagram socket sends nothing here
            host: str = sock.getsockname()[0]
            return host
    except OSError:
        return "127.0.0.1"
