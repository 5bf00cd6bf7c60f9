"""Addresses as the rest of the program sees them."""

from typing import Final

Address = tuple[str, int]
"""Host (a name or an IP address, an IPv6 one bare) and port."""

_MAPPED_PREFIX: Final = "::ffff:"


def plain_host(host: str) -> str:
    """Write an IPv4-mapped IPv6 address, as a dual-stack socket reports it, as IPv4."""
    if host.startswith(_MAPPED_PREFIX) and "." in host:
        return host[len(_MAPPED_PREFIX) :]
    return host


def format_address(host: str, port: int) -> str:
    """Write ``host:port``, an IPv6 address in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
