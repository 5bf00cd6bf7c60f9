"""Addresses as people type them. Imports nothing of the client: the command line reads it before ``--help``."""

from typing import Final

TRACKER_PORT: Final = 10000  # the assignment's
MAX_PORT: Final = 65535


def parse_port(text: str) -> int | None:
    """ASCII digits, 0 to 65535; 0 asks the system for any free port."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 5):
        return None
    port = int(text)
    return port if port <= MAX_PORT else None


def split_address(text: str, *, default_port: int) -> tuple[str, int] | None:
    """``host``, ``host:port``, ``[ipv6]:port`` or a bare IPv6 address; None if it is neither, or port 0."""
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        port = parse_port(rest[1:]) if rest.startswith(":") else default_port if not rest else None
        return (host, port) if bracket and host and port else None
    host, colon, port_text = text.partition(":")
    if ":" in port_text:
        return text, default_port
    port = parse_port(port_text) if colon else default_port
    if not host or not port or not text.isprintable() or " " in host:
        return None
    return host, port


def split_listen(text: str) -> tuple[str, int] | None:
    """``port``, ``addr:port`` or ``[ipv6]:port``; the address is empty if there is none. None if it is neither."""
    host, _, port_text = text.rpartition(":")
    port = parse_port(port_text)
    return None if port is None else (host.removeprefix("[").removesuffix("]"), port)
