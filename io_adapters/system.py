"""What not every system has. Whole modules that are missing on one stand here, behind ``sys.platform``, and nowhere
else; other files ask with ``hasattr`` for what may be missing in a module that all systems have.
"""

import os
import select
import signal
import socket
import struct
import sys
from typing import Final

if sys.platform != "win32":
    import resource
    from fcntl import ioctl
    from termios import FIONREAD
if sys.platform == "linux":
    from termios import TIOCOUTQ

WATCHES_SOCKETS_ALONE: Final = not hasattr(select, "poll")
"""Whether the selector takes no pipes, terminals and files (Windows)."""
MOST_WATCHED: Final = 512 if WATCHES_SOCKETS_ALONE else None
"""How many sockets ``select`` takes on Windows; None elsewhere, where descriptors are the limit."""

PRIVATE_FILE_FLAGS: Final = (
    getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
)
"""For ``os.open``: not through a link that somebody has put there, not for other programs, each byte as it is."""
NO_WAIT_FLAGS: Final = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
"""For ``os.open``: not waiting for the other end of a pipe, and no terminal becomes ours."""


def signals(*names: str) -> list[signal.Signals]:
    """Return those of the signals that this system has."""
    return [signal.Signals[name] for name in names if hasattr(signal, name)]


def descriptor_limit(*, raise_it: bool = False) -> int | None:
    """Return how many descriptors this process may have, None if there is no limit or none is known.

    Args:
        raise_it: Ask for as many as the system allows first.
    """
    if sys.platform != "win32":
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if raise_it and soft != hard:
            try:
                resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
                soft = hard
            except (OSError, ValueError):
                pass  # the kernel has a limit of its own below an unlimited one
        return None if soft == resource.RLIM_INFINITY else soft
    else:
        return None


def unacknowledged_bytes(sock: socket.socket) -> int | None:
    """Return how many written bytes the other side has not acknowledged; None where nobody can tell."""
    if sys.platform == "linux":
        try:
            answer = ioctl(sock.fileno(), TIOCOUTQ, struct.pack("i", 0))  # SIOCOUTQ has the same number
        except OSError:
            return None
        return int(struct.unpack("i", answer)[0])
    else:
        return None


def waiting_bytes(fd: int) -> int:
    """Return how many bytes can be read from a terminal or a pipe at once; 0 where nobody can tell."""
    if sys.platform != "win32":
        return int.from_bytes(ioctl(fd, FIONREAD, bytes(4)), sys.byteorder)
    else:
        return 0


def can_write_now(fd: int) -> bool:
    """Return whether a write to a pipe or a terminal would not block; always where nobody can tell."""
    if sys.platform != "win32":
        ready = select.poll()
        ready.register(fd, select.POLLOUT)
        return bool(ready.poll(0))
    else:
        return True


_ASK_ADDRESS: Final = 0x8915  # SIOCGIFADDR of Linux
_REQUEST: Final = struct.Struct("16s2xH4s16x")  # its struct ifreq: a name; then a family, a port and an address


def interface_address(sock: socket.socket, name: str) -> str | None:
    """Return the IPv4 address of a network interface, None where the system does not tell it in this way.

    Raises:
        OSError: The interface has none.
    """
    address = None
    if sys.platform == "linux":
        reply = ioctl(sock, _ASK_ADDRESS, _REQUEST.pack(name.encode()[:15], 0, bytes(4)))
        address = socket.inet_ntoa(reply[20:24])
    return address


def is_in_foreground(terminal_fd: int) -> bool:
    """Return whether what is typed at a terminal is for this program; true where the system does not tell."""
    answer = True
    if sys.platform != "win32":
        try:
            answer = os.tcgetpgrp(terminal_fd) == os.getpgrp()
        except OSError:  # no terminal of ours
            pass
    return answer
