"""tools/pcap.py and tools/wireshark/prosa.lua: captures out of wire files, and the words that the dissector knows."""

import dataclasses
import ipaddress
import re
import struct
from pathlib import Path
from typing import NamedTuple

import pytest

from core.tap import Direction, Ending, Role, Taken, Tap, WireLine
from core.wire.messages import (
    AddressReply,
    AddressRequest,
    Disconnect,
    Hello,
    Keep,
    ListReply,
    ListRequest,
    Register,
    encode,
)
from io_adapters.wire_files import HEADER, format_line
from tools.chart import Run
from tools.pcap import capture, main

LUA = Path(__file__).parents[2] / "tools" / "wireshark" / "prosa.lua"


class Packet(NamedTuple):
    """One TCP segment of a capture."""

    seconds: float
    source: str
    target: str
    flags: int
    sequence: int
    acknowledged: int
    payload: bytes
    length: int
    """Of all of it, on the wire."""


def packets(data: bytes) -> list[Packet]:
    magic, major, minor, _, _, _, kind = struct.unpack("<IHHiIII", data[:24])
    assert (magic, major, minor, kind) == (0xA1B2C3D4, 2, 4, 101)
    found = []
    at = 24
    while at < len(data):
        seconds, microseconds, kept, length = struct.unpack("<IIII", data[at : at + 16])
        packet = data[at + 16 : at + 16 + kept]
        assert len(packet) == kept
        found.append(_packet(seconds + microseconds / 1e6, packet, length))
        at += 16 + kept
    return found


def _packet(seconds: float, packet: bytes, length: int) -> Packet:
    if packet[0] >> 4 == 4:
        ends, start = packet[12:20], 20
        assert checksum(packet[:20]) == 0
        assert struct.unpack(">H", packet[2:4])[0] == length
        pseudo = ends + struct.pack(">BBH", 0, 6, length - 20)
    else:
        ends, start = packet[8:40], 40
        assert struct.unpack(">H", packet[4:6])[0] == length - 40
        pseudo = ends + struct.pack(">IHBB", length - 40, 0, 0, 6)
    half = len(ends) // 2
    hosts = [str(ipaddress.ip_address(part)) for part in (ends[:half], ends[half:])]
    segment = packet[start:]
    if len(packet) == length:
        assert checksum(pseudo + segment) == 0
    source, target, sequence, acknowledged, offset, flags, _ = struct.unpack(">HHIIBBH", segment[:16])
    assert offset == 5 << 4
    return Packet(
        seconds, f"{hosts[0]} {source}", f"{hosts[1]} {target}", flags, sequence, acknowledged, segment[20:], length
    )


def checksum(data: bytes) -> int:
    padded = data + b"\0" * (len(data) % 2)
    total = sum(int.from_bytes(padded[at : at + 2], "big") for at in range(0, len(padded), 2))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def run_of(role: Role, local: str, remote: str, sent_first: bool = False) -> Run:
    tap = Tap()
    reader = tap.read()
    link = tap.connect(role, local, remote, now=1.0)
    (link.sent if sent_first else link.received)(b"USER Ana:20000\r\n", now=1.25)
    (link.received if sent_first else link.sent)(b"LIST \n", now=1.5)
    link.ended(Direction.RECEIVED, now=2.0)
    link.ended(Direction.SENT, now=2.0)
    link.closed(now=2.0)
    return Run("x", reader.take_lines())


@pytest.mark.parametrize("host", ["10.0.0.{}", "[2001:db8::{}]"])
def test_each_line_is_a_segment_with_its_end_between_an_opening_and_an_end(host: str) -> None:
    local, remote = f"{host.format(1)}:10000", f"{host.format(2)}:40000"
    found = packets(capture([run_of(Role.CLIENT, local, remote)]))
    client, tracker = f"{host.format(2)} 40000".translate({91: None, 93: None}), f"{host.format(1)} 10000"
    tracker = tracker.translate({91: None, 93: None})
    assert [(packet.source, packet.flags, packet.payload) for packet in found] == [
        (client, 2, b""),
        (tracker, 18, b""),
        (client, 16, b""),
        (client, 24, b"USER Ana:20000\r\n"),
        (tracker, 24, b"LIST \n"),
        (client, 17, b""),
        (tracker, 17, b""),
    ]
    assert [packet.seconds for packet in found] == [1.0, 1.0, 1.0, 1.25, 1.5, 2.0, 2.0]


def test_sequence_numbers_have_no_gap() -> None:
    expected: dict[str, int] = {}
    for packet in packets(capture([run_of(Role.CALLED, "10.0.0.1:1", "10.0.0.2:2")])):
        assert packet.sequence == expected.get(packet.source, packet.sequence)
        if packet.flags & 16:
            assert packet.acknowledged == expected[packet.target]
        grows = len(packet.payload) + bool(packet.flags & 3)
        expected[packet.source] = packet.sequence + grows


def test_a_connection_that_both_ends_have_written_is_captured_once() -> None:
    ours = run_of(Role.CLIENT, "10.0.0.1:10000", "10.0.0.2:40000")
    theirs = run_of(Role.TRACKER, "10.0.0.2:40000", "10.0.0.1:10000", sent_first=True)
    payloads = [packet.payload for packet in packets(capture([ours, theirs])) if packet.payload]
    assert payloads == [b"USER Ana:20000\r\n", b"LIST \n"]
    ours.lines = [line for line in ours.lines if line.taken is not Taken.LIST]
    payloads = [packet.payload for packet in packets(capture([ours, theirs])) if packet.payload]
    assert payloads == [b"USER Ana:20000\r\n", b"LIST \n"], "what only one of them has is there too"


def test_a_line_of_which_only_the_beginning_is_known_has_its_whole_length() -> None:
    tap = Tap()
    reader = tap.read()
    link = tap.connect(Role.CALLER, "10.0.0.1:1", "10.0.0.2:2", now=0.0)
    link.received(b"USER Ana\r\n" + b"x" * 100_000 + b"\r\nOi\r\n", now=0.0)
    found = [packet for packet in packets(capture([Run("x", reader.take_lines())])) if packet.payload]
    assert [len(packet.payload) for packet in found] == [10, 8192, 8192, 4]
    assert [packet.length - 40 for packet in found] == [10, 65_000, 100_000 - 65_536 + 2, 4]


@pytest.mark.parametrize("address", ["", "example.org:1", "10.0.0.1", "10.0.0.1:x", "[::1]:9"])
def test_a_connection_whose_addresses_are_unknown_is_left_out(address: str) -> None:
    assert packets(capture([run_of(Role.CALLER, address, "10.0.0.2:2")])) == []


def test_main_writes_a_capture_and_says_in_one_line_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = WireLine(
        1.0, 1, "10.0.0.1:1", Direction.SENT, "10.0.0.2:2", Role.CALLED, "", 2, Ending.CRLF, Taken.TEXT, (), b"Oi"
    )
    wire, target = tmp_path / "wire", tmp_path / "wire.pcap"
    lost = dataclasses.replace(line, ending=Ending.NOT_A_LINE, taken=Taken.LOST, direction=Direction.NEITHER)
    wire.write_text("\n".join((HEADER, format_line(line), format_line(lost), "")))
    assert main([str(wire), "-o", str(target)]) == 0
    assert [packet.flags for packet in packets(target.read_bytes())] == [2, 18, 16, 24, 20]
    assert main([str(tmp_path / "nowhere"), "-o", str(target)]) == 1
    assert capsys.readouterr().err.count("\n") == 1


# The dissector


def test_the_dissector_knows_the_words_of_the_core_and_no_others() -> None:
    says = {
        "request": (Register("Ana", 1), ListRequest(), Keep(), AddressRequest("Ana"), Disconnect()),
        "reply": (ListReply(()), AddressReply("10.0.0.1", 1)),
        "peer": (Hello("Ana"), Disconnect()),
    }
    expected: dict[str, set[str]] = {}
    for kind, instructions in says.items():
        for instruction in instructions:
            expected.setdefault(encode(instruction).split()[0].decode(), set()).add(kind)
    (table,) = re.findall(r"^local VERBS = \{\n(.*?)^\}", LUA.read_text(encoding="utf-8"), re.S | re.M)
    known = {verb: set(re.findall(r"(\w+) = \"", rest)) for verb, rest in re.findall(r"^    (\w+) = \{(.*)\},$", table, re.M)}
    assert known == expected


def test_the_page_names_every_field_of_the_dissector() -> None:
    fields = set(re.findall(r"ProtoField\.\w+\(\"(prosa\.\w+)\"", LUA.read_text(encoding="utf-8")))
    assert len(fields) > 10
    page = (LUA.parents[2] / "docs" / "wire.md").read_text(encoding="utf-8")
    assert fields == set(re.findall(r"`(prosa\.\w+)`", page))
