"""Tells a service manager such as systemd how the program is doing (the protocol of ``sd_notify``)."""

import socket
from collections.abc import Mapping


def notify_service_manager(environment: Mapping[str, str], *states: str) -> None:
    """Send assignments such as ``READY=1`` to the socket in ``$NOTIFY_SOCKET``, if there is one."""
    path = environment.get("NOTIFY_SOCKET", "")
    if not path.startswith(("/", "@")) or not hasattr(socket, "AF_UNIX"):
        return
    address = "\0" + path[1:] if path.startswith("@") else path
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.setblocking(False)
            sock.sendto("\n".join(states).encode(), address)
    except OSError:
        pass  # the service manager is gone: there is nobody to tell
