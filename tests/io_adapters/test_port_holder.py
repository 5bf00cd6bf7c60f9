"""Who holds a port: the system names the program, or nobody is named."""

import os
import socket
from pathlib import Path

import pytest

from io_adapters import port_holder
from io_adapters.port_holder import holder_of

from .support import LOOPBACK


def test_the_program_that_listens_is_named_and_a_free_port_has_none() -> None:
    with socket.create_server((LOOPBACK, 0)) as listener:
        port = listener.getsockname()[1]
        holder = holder_of(port)
        assert holder is not None
        assert holder.endswith(f" (process {os.getpid()})")
        assert holder.isprintable()
    assert holder_of(port) is None


def test_a_program_on_ipv6_is_named_too() -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as listener:
        assert holder_of(listener.getsockname()[1]) is not None


def test_who_only_has_a_connection_from_that_port_does_not_hold_it() -> None:
    with socket.create_server((LOOPBACK, 0)) as listener:
        with socket.create_connection(listener.getsockname()) as guest:
            assert holder_of(guest.getsockname()[1]) is None


def test_nobody_is_named_where_the_system_tells_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as listener:
        monkeypatch.setattr(port_holder, "_TABLES", (str(tmp_path / "tcp"),))
        assert holder_of(listener.getsockname()[1]) is None


def test_a_long_command_is_cut_and_cannot_act_on_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "cmdline").write_bytes(b"/usr/bin/x\0\x1b[2J\0" + b"y" * 100 + b"\0")
    shown = port_holder._command(tmp_path)
    assert shown.startswith("x ?[2J yyy")
    assert len(shown) == 60
    assert port_holder._command(tmp_path / "gone") == "?"
