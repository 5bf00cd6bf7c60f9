"""Addresses of this machine, with a route outside and without."""

import socket
import sys

import pytest

from io_adapters import interfaces
from io_adapters.interfaces import own_hosts


def test_addresses_are_never_loopback() -> None:
    assert not [host for host in own_hosts() if host.startswith("127.")]


def test_without_a_route_outside_the_addresses_of_the_interfaces_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Unrouted(socket.socket):
        def connect(self, _address: object) -> None:
            raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(socket, "socket", Unrouted)
    monkeypatch.setattr(interfaces, "_of_interfaces", lambda: ["127.0.0.1", "10.1.2.3", "192.0.2.7", "10.1.2.3"])
    monkeypatch.setattr(sys, "platform", "linux")
    assert own_hosts() == ["10.1.2.3", "192.0.2.7"]
