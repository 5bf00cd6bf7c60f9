"""The addresses of this machine that other machines are likely to reach."""

import socket
import struct
import sys
from contextlib import suppress
from typing import Final

_ELSEWHERE: Final = ("192.0.2.1", 9)  # reserved for documentation: routed like any other address, never sent to
_ASK_ADDRESS: Final = 0x8915  # SIOCGIFADDR of Linux
_REQUEST: Final = struct.Struct("16s2xH4s16x")  # its struct ifreq: a name; then a family, a port and an address
_LOOPBACK_NET: Final = "127."


def own_hosts() -> list[str]:
    """The IPv4 address of the interface that leads outside; else those of all interfaces. Never loopback; may be empty."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(_ELSEWHERE)  # only chooses a route: a datagram socket sends nothing here
        host: str = sock.getsockname()[0]
        return [] if host.startswith(_LOOPBACK_NET) else [host]
    found = _of_interfaces() if sys.platform == "linux" else _of_host_name()
    return [host for host in dict.fromkeys(found) if not host.startswith(_LOOPBACK_NET)]


def _of_interfaces() -> list[str]:
    # Only here: other systems have no such module, or other requests.
    from fcntl import ioctl

    found = []
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for _, name in socket.if_nameindex():
            with suppress(OSError):  # an interface without an IPv4 address
                reply = ioctl(sock, _ASK_ADDRESS, _REQUEST.pack(name.encode()[:15], 0, bytes(4)))
                found.append(socket.inet_ntoa(reply[20:24]))
    return found


def _of_host_name() -> list[str]:
    try:
        return socket.gethostbyname_ex(socket.gethostname())[2]
    except OSError:
        return []
