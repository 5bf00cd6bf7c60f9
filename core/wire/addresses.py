"""Hosts and ports: how they are read, compared and written (docs/protocol.md §2.1, §2.7, §3.5)."""

import ipaddress
from typing import Final

MAX_PORT: Final = 65535


def normalise_host(host: str) -> str:
    """Return an IP address in its shortest form, IPv4-mapped IPv6 as IPv4 (§2.7); other text stays as it is."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(address)


def is_ip_address(host: str) -> bool:
    """Whether ``host`` is an IP address as text; a scope (``%eth0``) may follow."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def address_block(host: str) -> str:
    """Return the block that one subscriber has: an IPv4 address, or the /64 network of an IPv6 one (§4.1).

    Args:
        host: In its normal form; text that is no address stays as it is.
    """
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return host
    return str(ipaddress.ip_network((address, 64), strict=False))


def format_address(host: str, port: int) -> str:
    """Write ``host:port``, an IPv6 address in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def is_loopback(host: str) -> bool:
    """Whether ``host`` is the machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_unspecified(host: str) -> bool:
    """Whether ``host`` is the address that stands for none, such as ``0.0.0.0``."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def parse_port(text: str) -> int | None:
    """Return the port in ASCII digits, 1 to 65535, without spaces around it (§2.1); None if it is none."""
    digits = text.strip(" ")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 5:
        return None
    port = int(digits)
    return port if 1 <= port <= MAX_PORT else None


def parse_host_port(text: str) -> tuple[str, int] | None:
    """Parse ``ip:port`` or ``ip: port``, an IPv6 address bare or in brackets (§3.5); None if it is neither."""
    host, colon, port_text = text.rpartition(":")
    port = parse_port(port_text)
    host = host.strip(" ")
    if not colon or port is None:
        return None
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    if host == "localhost":
        return host, port
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return None
    return normalise_host(host), port
