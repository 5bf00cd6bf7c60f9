"""Makes a capture for Wireshark out of wire files, so that nobody needs the right to listen on a network.

    python3 -m tools.pcap FILE... -o wire.pcap

Each line of the wire becomes one TCP segment, with the addresses, the time and the line end that it had. The
segments that open and end a connection are made up, and so are sequence numbers.
"""

import argparse
import ipaddress
import struct
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from core.tap import Direction, Ending, Taken, WireLine

from .chart import Link, Run, join, load

_HEADER: Final = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 101)  # raw IP packets, as Wireshark numbers it
_ENDS: Final = {Ending.CRLF: b"\r\n", Ending.LF: b"\n"}
_MOST_BYTES: Final = 65_000  # of one segment; an IP packet holds little more
_WINDOW: Final = 65_535
_TCP: Final = 6
_HOPS: Final = 64
_FIN, _SYN, _RST, _PUSH, _ACK = 1, 2, 4, 8, 16

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(eq=False)
class _Side:
    """One end of a connection, as TCP knows it."""

    host: Address
    port: int
    sequence: int = 1000


@dataclass(eq=False)
class _Stream:
    """One connection that is being captured."""

    ours: _Side
    theirs: _Side
    packets: list[tuple[float, bytes, int]] = field(default_factory=list)
    """When, what there is of it, and how long it was."""

    def add(self, at: float, flags: int, *, by_us: bool, payload: bytes = b"", size: int = 0) -> None:
        """Add a segment; ``size`` is its length where less of it is known."""
        source, target = (self.ours, self.theirs) if by_us else (self.theirs, self.ours)
        length = min(max(size, len(payload)), _MOST_BYTES)
        acknowledged = target.sequence if flags & _ACK else 0
        packet = _packet(source, target, flags, acknowledged, payload[:_MOST_BYTES], length)
        self.packets.append((at, packet, len(packet) - len(payload[:_MOST_BYTES]) + length))
        source.sequence += length + bool(flags & (_SYN | _FIN))


def _packet(source: _Side, target: _Side, flags: int, acknowledged: int, payload: bytes, length: int) -> bytes:
    """An IP packet with one TCP segment, whose checksums are right if all of it is known."""
    sequence = source.sequence & 0xFFFFFFFF
    parts = (source.port, target.port, sequence, acknowledged & 0xFFFFFFFF, 5 << 4, flags, _WINDOW)
    head = struct.pack(">HHIIBBH", *parts)
    ends = source.host.packed + target.host.packed
    if source.host.version == 4:
        pseudo = ends + struct.pack(">BBH", 0, _TCP, 20 + length)
        first = struct.pack(">BBHHHBB", 0x45, 0, 40 + length, 0, 0x4000, _HOPS, _TCP)
        network = first + struct.pack(">H", _checksum(first + b"\0\0" + ends)) + ends
    else:
        pseudo = ends + struct.pack(">IHBB", 20 + length, 0, 0, _TCP)
        network = struct.pack(">IHBB", 6 << 28, 20 + length, _TCP, _HOPS) + ends
    checksum = _checksum(pseudo + head + b"\0\0\0\0" + payload)
    return network + head + struct.pack(">HH", checksum, 0) + payload


def _checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    padded = data + b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f">{len(padded) // 2}H", padded))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def _side(address: str) -> _Side | None:
    host, _, port = address.rpartition(":")
    try:
        return _Side(ipaddress.ip_address(host.strip("[]")), int(port) & 0xFFFF)
    except ValueError:
        return None


def capture(runs: Sequence[Run]) -> bytes:
    """Return a capture file with all connections of these runs.

    A connection that both its ends have written down is in it once. Connections
    whose addresses are unknown, or that were never made, are left out.
    """
    join(runs)
    packets: list[tuple[float, int, bytes, int]] = []
    done: set[int] = set()
    for run in runs:
        for link in run.links:
            if id(link) in done:
                continue
            done |= {id(link), id(link.other)}
            for at, packet, length in _packets_of(link):
                packets.append((at, len(packets), packet, length))
    records = []
    for at, _, packet, length in sorted(packets):
        seconds, microseconds = divmod(round(at * 1_000_000), 1_000_000)
        records.append(struct.pack("<IIII", seconds & 0xFFFFFFFF, microseconds, len(packet), length) + packet)
    return _HEADER + b"".join(records)


def _packets_of(link: Link) -> list[tuple[float, bytes, int]]:
    ours, theirs = _side(link.local), _side(link.remote)
    if ours is None or theirs is None or ours.host.version != theirs.host.version:
        return []
    stream = _Stream(ours, theirs)
    has_begun = False
    for at, line, by_us in _lines_of(link):
        if not has_begun:
            has_begun = True
            we_call = link.role.value in ("tracker", "called")
            stream.add(at, _SYN, by_us=we_call)
            stream.add(at, _SYN | _ACK, by_us=not we_call)
            stream.add(at, _ACK, by_us=we_call)
        match line.taken:
            case Taken.CONNECTED:
                pass
            case Taken.END_OF_STREAM:
                stream.add(at, _FIN | _ACK, by_us=by_us)
            case Taken.LOST:
                stream.add(at, _RST | _ACK, by_us=False)
            case Taken.CLOSED | Taken.UNREACHABLE:
                pass
            case _:
                payload = line.data + _ENDS.get(line.ending, b"")
                size = line.size_bytes + len(_ENDS.get(line.ending, b""))
                if line.size_bytes > len(line.data):
                    payload = line.data  # the end lies beyond what is known
                if payload:
                    stream.add(at, _PUSH | _ACK, by_us=by_us, payload=payload, size=size)
    return stream.packets


def _lines_of(link: Link) -> Iterator[tuple[float, WireLine, bool]]:
    """Everything of a connection in order, with whether our end has sent or done it.

    What the other end alone has seen, because this end's file begins later or ends
    earlier, is added.
    """
    lines = [(line.wall + link.run.offset, line, line.direction is not Direction.RECEIVED) for line in link.lines]
    other = link.other
    if other is not None:
        lines += [(line.wall + other.run.offset, line, False) for line in other.lost]
        lines += [(line.wall + other.run.offset, line, True) for line in other.strays]
    return iter(sorted(lines, key=lambda entry: entry[0]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Write a capture of the files; return the exit code."""
    parser = argparse.ArgumentParser(prog="python3 -m tools.pcap", description="Makes a capture out of wire files.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="written with --wire")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.pcap", help="where to write it")
    options = parser.parse_args(arguments)
    try:
        options.output.write_bytes(capture(load(options.files)))
    except (OSError, ValueError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
