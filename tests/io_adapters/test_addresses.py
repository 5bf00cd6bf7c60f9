"""Addresses in and out."""

import pytest

from io_adapters.addresses import format_address, plain_host


@pytest.mark.parametrize(
    ("host", "plain"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("::ffff:10.0.0.8", "10.0.0.8"),
        ("::1", "::1"),
        ("::ffff:0:1", "::ffff:0:1"),
        ("fe80::1%eth0", "fe80::1%eth0"),
    ],
)
def test_an_ipv4_caller_of_an_ipv6_socket_is_shown_as_ipv4(host: str, plain: str) -> None:
    """§2.7"""
    assert plain_host(host) == plain


@pytest.mark.parametrize(
    ("host", "text"),
    [("10.0.0.8", "10.0.0.8:80"), ("::1", "[::1]:80"), ("ana.example", "ana.example:80")],
)
def test_an_ipv6_address_is_written_in_brackets(host: str, text: str) -> None:
    assert format_address(host, 80) == text
