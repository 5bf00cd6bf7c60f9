"""Telling a service manager how the program is doing."""

import socket
from pathlib import Path

import pytest

from io_adapters.service_manager import notify_service_manager


@pytest.mark.parametrize("abstract", [False, True])
def test_service_manager_is_told_in_one_datagram(tmp_path: Path, abstract: bool) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        path = str(tmp_path / "notify")
        manager.bind("\0" + path if abstract else path)
        manager.settimeout(10.0)
        notify_service_manager({"NOTIFY_SOCKET": "@" + path if abstract else path}, "READY=1", "STATUS=ok")
        assert manager.recv(100) == b"READY=1\nSTATUS=ok"


def test_service_manager_that_is_not_there_is_no_error(tmp_path: Path) -> None:
    notify_service_manager({}, "READY=1")
    notify_service_manager({"NOTIFY_SOCKET": ""}, "READY=1")
    notify_service_manager({"NOTIFY_SOCKET": "vsock:2:1"}, "READY=1")
    notify_service_manager({"NOTIFY_SOCKET": str(tmp_path / "nobody")}, "READY=1")
