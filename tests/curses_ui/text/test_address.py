"""Addresses as people type them."""

import pytest

from curses_ui.text.address import parse_port, split_address, split_listen


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("lab", ("lab", 10000)),
        ("lab:20", ("lab", 20)),
        ("10.0.0.1:1", ("10.0.0.1", 1)),
        ("::1", ("::1", 10000)),
        ("[::1]", ("::1", 10000)),
        ("[fe80::1]:9", ("fe80::1", 9)),
        ("", None),
        ("[]:9", None),
        ("[::1]9", None),
        ("[::1]:", None),
        ("lab:", None),
        ("lab:0", None),
        ("lab:x", None),
        ("la b", None),
        ("lab\x1b:1", None),
    ],
)
def test_split_address_reads_host_and_port(text: str, address: tuple[str, int] | None) -> None:
    assert split_address(text, default_port=10000) == address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("9000", ("", 9000)),
        ("0", ("", 0)),
        ("127.0.0.1:9000", ("127.0.0.1", 9000)),
        ("[::1]:0", ("::1", 0)),
        ("", None),
        ("lab", None),
        ("lab:", None),
        ("65536", None),
        ("-1", None),
        ("٣", None),
    ],
)
def test_split_listen_reads_a_port_and_maybe_an_address(text: str, address: tuple[str, int] | None) -> None:
    assert split_listen(text) == address


@pytest.mark.parametrize(("text", "port"), [("0", 0), ("65535", 65535), ("65536", None), ("1e3", None), ("", None)])
def test_parse_port_takes_ascii_digits_in_range(text: str, port: int | None) -> None:
    assert parse_port(text) == port
