"""The addresses of this machine that other machines are likely to reach."""

import socket
from contextlib import suppress
from typing import Final

from .system import interface_address

_ELSEWHERE: Final = ("192.0.2.1", 9)  # reserved for documentation: routed like any other address, never sent to
_LOOPBACK_NET: Final = "127."


def own_hosts() -> list[str]:
    """The IPv4 address of the interface that leads outside; else those of all interfaces. Never loopback; may be empty."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(_ELSEWHERE)  # only chooses a route: a datagram socket sends nothing here
        host: str = sock.getsockname()[0]
        return [] if host.startswith(_LOOPBACK_NET) else [host]
    found = _of_interfaces() or _of_host_name()
    return [host for host in dict.fromkeys(found) if not host.startswith(_LOOPBACK_NET)]


def _of_interfaces() -> list[str]:
    found = []
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for _, name in socket.if_nameindex():
            with suppress(OSError):  # an interface without an IPv4 address
                if address := interface_address(sock, name):
                    found.append(address)
    return found


def _of_host_name() -> list[str]:
    try:
        return socket.gethostbyname_ex(socket.gethostname())[2]
    except OSError:
        return []
