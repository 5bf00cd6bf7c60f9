"""core/wire/addresses.py: ports and hosts (docs/protocol.md §2.1, §2.7)."""

import pytest

from core.wire.addresses import is_loopback, is_unspecified, normalise_host, parse_port


@pytest.mark.parametrize("text, port", [("1", 1), ("65535", 65535), (" 20000 ", 20000), ("00080", 80)])
def test_port_is_ascii_digits_from_1_to_65535_with_spaces_around(text: str, port: int) -> None:
    """§2.1"""
    assert parse_port(text) == port


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "0", "00000", "65536", "100000", "000080", "-1", "+1", "1.0"),
        *("1e3", "0x50", "8 0", "٨٠", "²", "80\t"),
    ],
)
def test_port_is_nothing_else(text: str) -> None:
    """§2.1: digits of other scripts are digits to Python too."""
    assert parse_port(text) is None


@pytest.mark.parametrize(
    "host, normal",
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("::FFFF:0a00:0001", "10.0.0.1"),
        ("2001:0DB8::0007", "2001:db8::7"),
        ("fe80::1%eth0", "fe80::1"),
        ("::1", "::1"),
        ("0:0:0:0:0:0:0:1", "::1"),
        ("localhost", "localhost"),
        ("tracker.example", "tracker.example"),
        ("", ""),
    ],
)
def test_host_is_written_in_its_shortest_form_and_mapped_ones_as_ipv4(host: str, normal: str) -> None:
    """§2.7"""
    assert normalise_host(host) == normal
    assert normalise_host(normal) == normal


@pytest.mark.parametrize(
    "host, loopback",
    [("127.0.0.1", True), ("127.255.0.9", True), ("::1", True), ("localhost", True)]
    + [(host, False) for host in ("10.0.0.1", "128.0.0.1", "::2", "0.0.0.0", "::", "example", "")],
)
def test_host_is_loopback_when_it_reaches_only_its_own_machine(host: str, loopback: bool) -> None:
    """§2.7"""
    assert is_loopback(host) is loopback


@pytest.mark.parametrize(
    "host, unspecified", [("0.0.0.0", True), ("::", True), ("10.0.0.1", False), ("example", False)]
)
def test_host_is_unspecified_when_it_names_no_machine(host: str, unspecified: bool) -> None:
    assert is_unspecified(host) is unspecified
