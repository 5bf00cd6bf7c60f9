"""The instructions: one frozen dataclass each, to and from bytes (docs/protocol.md §1).

A parser takes one line without its end. It returns None if the line is no valid
instruction; it never raises. ``encode`` makes the line of an instruction, CRLF
included.
"""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, assert_never

from ..limits import DEFAULT_LIMITS, MAX_ADDRESS_REPLY_BYTES
from .addresses import format_address, parse_host_port, parse_port
from .name_list import NameListReader
from .names import fit_name, normalise_name

CRLF: Final = b"\r\n"


class Edition(enum.Enum):
    """The two editions of the assignment: they differ in the reply to ``ADDR`` (§1)."""

    E2024 = 2024
    """``ADDR <ip>:<port>``"""
    E2026 = 2026
    """``ADDR <name>:<ip>:<port>``"""


# Client to tracker


@dataclass(slots=True)
class Register:
    """``USER <name>:<port>``: I am ``name`` and listen for peers on ``port``."""

    name: str
    port: int


@dataclass(slots=True)
class ListRequest:
    """``LIST``: who else is active?"""


@dataclass(slots=True)
class Keep:
    """``KEEP``: I am alive."""


@dataclass(slots=True)
class AddressRequest:
    """``ADDR <name>``: where does ``name`` listen?"""

    name: str


@dataclass(slots=True)
class Disconnect:
    """``DISC``: I am leaving; to a peer, and from some clients to the tracker (§2.5)."""


Request = Register | ListRequest | Keep | AddressRequest | Disconnect

# Tracker to client


@dataclass(slots=True)
class ListReply:
    """``LIST <n1>:<n2>``: the active users, in order of registration."""

    names: tuple[str, ...]


@dataclass(slots=True)
class AddressReply:
    """``ADDR <ip>:<port>``, or with ``name`` in front in the 2026 edition."""

    host: str
    """An IP address as ``normalise_host`` writes it, or ``localhost``."""
    port: int
    name: str | None = None


Reply = ListReply | AddressReply

# Peer to peer


@dataclass(slots=True)
class Hello:
    """``USER <name>``: the first line of the peer that dialled."""

    name: str


Instruction = Request | Reply | Hello

# Parsing


def _decode(line: bytes) -> str | None:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return None


def _parse_register(rest: str) -> Register | None:
    # The port is after the last colon. Another colon is then in the name, which is unfit.
    name_text, colon, port_text = rest.rpartition(":")
    name, port = fit_name(name_text), parse_port(port_text)
    if not colon or name is None or port is None:
        return None
    return Register(name, port)


def _parse_address_request(rest: str) -> AddressRequest | None:
    name = fit_name(rest)
    return None if name is None else AddressRequest(name)


_BARE_REQUESTS: Final[dict[str, Request]] = {"LIST": ListRequest(), "KEEP": Keep(), "DISC": Disconnect()}
_BARE_LINES: Final = {verb.encode(): request for verb, request in _BARE_REQUESTS.items()}
_REQUESTS_WITH_ARGUMENT: Final[dict[str, Callable[[str], Request | None]]] = {
    "USER": _parse_register,
    "ADDR": _parse_address_request,
}


def parse_request(line: bytes) -> Request | None:
    """Parse one line from a client to its tracker; None if it is no valid request."""
    bare = _BARE_LINES.get(line)
    if bare is not None:
        return bare
    text = _decode(line)
    if text is None:
        return None
    verb, _, rest = text.partition(" ")
    if not rest.strip(" "):
        return _BARE_REQUESTS.get(verb)
    parse = _REQUESTS_WITH_ARGUMENT.get(verb)
    return parse(rest) if parse is not None else None


def is_register(line: bytes) -> bool:
    """Whether a line begins like ``USER``: a bad one is refused, not ignored (§2.2)."""
    return line.startswith(b"USER ") or line == b"USER"


def parse_reply(line: bytes, *, asked: str | None = None) -> Reply | None:
    """Parse one line from a tracker; None if it is no valid reply (§3.4, §3.5).

    Args:
        line: Without its end.
        asked: The name in the ``ADDR`` that this may answer. A reply may start with it;
            then a colon in it is not taken for the start of a port.
    """
    names = split_list_reply(line)
    if names is not None:
        reader = NameListReader(names, max_names=DEFAULT_LIMITS.max_people)
        while not reader.read(len(names)):
            pass
        return ListReply(tuple(reader.names))
    return parse_address_reply(line, asked=asked)


def split_list_reply(line: bytes) -> bytes | None:
    """Return the raw names of a ``LIST`` reply, for ``NameListReader``; None if the line is none."""
    verb, _, names = line.partition(b" ")
    return names if verb == b"LIST" else None


def parse_address_reply(line: bytes, *, asked: str | None = None) -> AddressReply | None:
    """Parse an ``ADDR`` reply; None if the line is none. ``asked`` is as in ``parse_reply`` (§3.5)."""
    verb, _, rest = line.partition(b" ")
    rest = rest.strip(b" ")
    if verb != b"ADDR" or len(rest) > MAX_ADDRESS_REPLY_BYTES:
        return None
    return _parse_address(rest.decode(errors="replace"), asked)


def _parse_address(text: str, asked: str | None) -> AddressReply | None:
    if asked is not None:
        name_part = text[: len(asked)]
        rest = text[len(asked) :].lstrip(" ")
        if name_part == asked and rest.startswith(":"):
            found = parse_host_port(rest[1:])
            if found is not None:
                return AddressReply(*found, name=asked)
    found = parse_host_port(text)
    if found is not None:
        return AddressReply(*found)
    name, _, rest = text.partition(":")
    found = parse_host_port(rest)
    if found is not None and normalise_name(name):
        return AddressReply(*found, name=normalise_name(name))
    return None


def parse_hello(text: str) -> Hello | None:
    """Parse the first line of a dialling peer; None if it is no ``USER``. A port is left out (§4.1)."""
    verb, _, rest = text.partition(" ")
    if verb != "USER":
        return None
    name = fit_name(rest.partition(":")[0])
    return None if name is None else Hello(name)


# Encoding


def encode(instruction: Instruction) -> bytes:
    """Return the line of an instruction, CRLF included (§1)."""
    match instruction:
        case Register(name, port):
            text = f"USER {name}:{port}"
        case ListRequest():
            text = "LIST"
        case Keep():
            text = "KEEP"
        case AddressRequest(name):
            text = f"ADDR {name}"
        case Disconnect():
            text = "DISC"
        case ListReply(names):
            text = "LIST " + ":".join(names)  # without names the space stays: real clients split on it
        case AddressReply(host, port, None):
            text = f"ADDR {host}:{port}"
        case AddressReply(host, port, name):
            text = f"ADDR {name}:{format_address(host, port)}"
        case Hello(name):
            text = f"USER {name}"
        case _:
            assert_never(instruction)
    return text.encode() + CRLF
