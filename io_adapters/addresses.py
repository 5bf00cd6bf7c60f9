"""Addresses of hosts, as the rest of the program has them."""

from typing import Final

from core import format_address as format_address

Address = tuple[str, int]
"""Host (a name or an IP address; IPv6 without brackets) and port."""

ALL_INTERFACES: Final = frozenset({"", "0.0.0.0", "::"})
"""Hosts to listen on that are no address to connect to."""
_MAPPED_PREFIX: Final = "::ffff:"


def plain_host(host: str) -> str:
    """Write an IPv4-mapped IPv6 address, as a dual-stack socket reports it, as IPv4."""
    if host.startswith(_MAPPED_PREFIX) and "." in host:
        return host[len(_MAPPED_PREFIX) :]
    return host
