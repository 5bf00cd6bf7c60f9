"""The vocabulary, to and from bytes (docs/protocol.md §1, §3.4, §3.5, §4.1)."""

import random

import pytest

from core.wire.addresses import normalise_host
from core.wire.messages import (
    AddressReply,
    AddressRequest,
    Disconnect,
    Hello,
    Instruction,
    Keep,
    ListReply,
    ListRequest,
    Register,
    Reply,
    Request,
    encode,
    is_register,
    parse_hello,
    parse_reply,
    parse_request,
)

# Client to tracker (§1)


@pytest.mark.parametrize(
    "line, request_",
    [
        (b"USER Ana:20000", Register("Ana", 20000)),
        (b"USER  Ana : 20000 ", Register("Ana", 20000)),
        (b"USER ana julia:1", Register("ana julia", 1)),
        ("USER Jose\u0301:1".encode(), Register("José", 1)),
        (b"USER USER:1", Register("USER", 1)),
        (b"LIST", ListRequest()),
        (b"LIST ", ListRequest()),
        (b"KEEP", Keep()),
        (b"KEEP   ", Keep()),
        (b"DISC", Disconnect()),
        (b"ADDR Ana", AddressRequest("Ana")),
        (b"ADDR  Ana ", AddressRequest("Ana")),
        (b"ADDR shaulin matador de porco", AddressRequest("shaulin matador de porco")),
        ("ADDR Jose\u0301".encode(), AddressRequest("José")),
    ],
)
def test_request_is_parsed(line: bytes, request_: Request) -> None:
    """§1"""
    assert parse_request(line) == request_


@pytest.mark.parametrize(
    "line",
    [
        *(b"", b" ", b"list", b"LIST x", b"KEEP x", b"DISC x", b"LIST\t", b"LISTKEEP", b"\xef\xbb\xbfLIST"),
        *(b"USER", b"USER ", b"USER Ana", b"USER Ana:", b"USER :1", b"USER A:b:1", b"USER Ana:x"),
        *(b"USER \xff:1", b"USER A\x00na:1", b"USER \xed\xa0\x80:1", b"USER Ana:\xd9\xa8\xd9\xa0"),
        *(b"ADDR", b"ADDR ", b"ADDR A:b", b"ADDR \xff", b"ADDR \x1b[2J", b"ADDR " + 65 * b"x"),
    ],
)
def test_request_is_refused_when_it_is_not_exactly_in_form(line: bytes) -> None:
    """§1, §2.1: the line end is no business of the parser, nor is guessing."""
    assert parse_request(line) is None


@pytest.mark.parametrize(
    "line, meant",
    [(b"USER", True), (b"USER x", True), (b"USER ", True), (b"USERS", False), (b"user x", False)],
)
def test_line_that_means_to_be_user_is_known(line: bytes, meant: bool) -> None:
    """§2.2"""
    assert is_register(line) is meant


# Tracker to client (§1, §3.4, §3.5)


@pytest.mark.parametrize(
    "line, names",
    [
        (b"LIST Ana:Bruno", ("Ana", "Bruno")),
        (b"LIST ", ()),
        (b"LIST", ()),
        (b"LIST Ana: Bruno : ana julia", ("Ana", "Bruno", "ana julia")),
        (b"LIST :Ana::", ("Ana",)),
        (b"LIST Ana:Bruno:Ana: Ana", ("Ana", "Bruno")),
        ("LIST Jose\u0301:José".encode(), ("José",)),
        (b"LIST \xff", ("\ufffd",)),
    ],
)
def test_list_reply_has_its_names_trimmed_and_doubles_merged(line: bytes, names: tuple[str, ...]) -> None:
    """§3.4"""
    assert parse_reply(line) == ListReply(names)


@pytest.mark.parametrize(
    "line, asked, reply",
    [
        # 2024: two parts
        (b"ADDR 10.0.0.1:20000", None, AddressReply("10.0.0.1", 20000)),
        (b"ADDR 10.0.0.1: 20000", None, AddressReply("10.0.0.1", 20000)),
        (b"ADDR  10.0.0.1 : 20000 ", "Ana", AddressReply("10.0.0.1", 20000)),
        (b"ADDR localhost:20000", None, AddressReply("localhost", 20000)),
        (b"ADDR 2001:db8::7:20000", None, AddressReply("2001:db8::7", 20000)),
        (b"ADDR [2001:DB8::7]:20000", None, AddressReply("2001:db8::7", 20000)),
        (b"ADDR ::1:20000", None, AddressReply("::1", 20000)),
        (b"ADDR ::ffff:10.0.0.1:20000", None, AddressReply("10.0.0.1", 20000)),
        # 2026: three parts
        (b"ADDR Ana:10.0.0.1:20000", None, AddressReply("10.0.0.1", 20000, "Ana")),
        (b"ADDR Ana: 10.0.0.1: 20000", "Ana", AddressReply("10.0.0.1", 20000, "Ana")),
        (b"ADDR Ana : 10.0.0.1 : 20000", "Ana", AddressReply("10.0.0.1", 20000, "Ana")),
        (b"ADDR ana julia:10.0.0.1:20000", None, AddressReply("10.0.0.1", 20000, "ana julia")),
        (b"ADDR Ana:[2001:db8::7]:20000", None, AddressReply("2001:db8::7", 20000, "Ana")),
        (b"ADDR Ana:2001:db8::7:20000", None, AddressReply("2001:db8::7", 20000, "Ana")),
        (b"ADDR Ana:localhost:20000", "Ana", AddressReply("localhost", 20000, "Ana")),
        (b"ADDR Bruno:10.0.0.1:20000", "Ana", AddressReply("10.0.0.1", 20000, "Bruno")),
        # The asked name settles what a colon means: fe80 is a name here, and no part of the address.
        (b"ADDR fe80:2001:db8::7:20000", "fe80", AddressReply("2001:db8::7", 20000, "fe80")),
        (b"ADDR fe80:2001:db8::7:20000", None, AddressReply("fe80:2001:db8::7", 20000)),
        (b"ADDR fe80::7:20000", "fe80", AddressReply("fe80::7", 20000)),
        (b"ADDR 10.0.0.1:10.0.0.2:20000", "10.0.0.1", AddressReply("10.0.0.2", 20000, "10.0.0.1")),
        (b"ADDR 10.0.0.1:20000", "10.0.0.1", AddressReply("10.0.0.1", 20000)),
    ],
)
def test_address_reply_is_parsed_in_every_form(line: bytes, asked: str | None, reply: Reply) -> None:
    """§3.5"""
    assert parse_reply(line, asked=asked) == reply


@pytest.mark.parametrize(
    "line",
    [
        *(b"ADDR", b"ADDR ", b"ADDR Ana", b"ADDR :", b"ADDR ::", b"ADDR 10.0.0.1", b"ADDR 10.0.0.1:"),
        *(b"ADDR 10.0.0.1:0", b"ADDR 10.0.0.1:65536", b"ADDR 10.0.0.1:x", b"ADDR 300.0.0.1:1"),
        *(b"ADDR [10.0.0.1:20000", b"ADDR Ana:example.org:1", b"ADDR :10.0.0.1:20000", b"ADDR Ana:20000"),
        *(b"", b"OK", b"addr 10.0.0.1:1", b"USER Ana:1", b"ADDR \xff\xfe", b"LISTA", b"ADDR 010.0.0.1:1"),
        *(b"ADDR :20000", b"ADDR 10.0.0:1"),
    ],
)
def test_reply_is_refused_when_it_says_no_address(line: bytes) -> None:
    """§3.5"""
    assert parse_reply(line) is None
    assert parse_reply(line, asked="Ana") is None


# Peer to peer (§4.1)


@pytest.mark.parametrize(
    "text, name",
    [("USER Ana", "Ana"), ("USER  Ana ", "Ana"), ("USER Ana:20000", "Ana"), ("USER ana julia", "ana julia")],
)
def test_hello_names_the_peer_and_a_port_behind_it_does_not_matter(text: str, name: str) -> None:
    """§4.1"""
    assert parse_hello(text) == Hello(name)


@pytest.mark.parametrize(
    "text", ["USER", "USER ", "USER :20000", "Ana", "user Ana", "USERAna", "USER A\u202ena", ""]
)
def test_hello_is_nothing_else(text: str) -> None:
    """§4.1"""
    assert parse_hello(text) is None


# Encoding (§1)


@pytest.mark.parametrize(
    "instruction, line",
    [
        (Register("Ana", 20000), b"USER Ana:20000\r\n"),
        (ListRequest(), b"LIST\r\n"),
        (Keep(), b"KEEP\r\n"),
        (AddressRequest("José"), "ADDR José\r\n".encode()),
        (Disconnect(), b"DISC\r\n"),
        (ListReply(("Ana", "Bruno")), b"LIST Ana:Bruno\r\n"),
        (ListReply(()), b"LIST \r\n"),
        (AddressReply("10.0.0.1", 1), b"ADDR 10.0.0.1:1\r\n"),
        (AddressReply("2001:db8::7", 1), b"ADDR 2001:db8::7:1\r\n"),
        (AddressReply("10.0.0.1", 1, "Ana"), b"ADDR Ana:10.0.0.1:1\r\n"),
        (AddressReply("2001:db8::7", 1, "Ana"), b"ADDR Ana:[2001:db8::7]:1\r\n"),
        (Hello("Ana"), b"USER Ana\r\n"),
    ],
)
def test_instruction_is_encoded_and_parsed_back(instruction: Instruction, line: bytes) -> None:
    """§1, §2.7"""
    assert encode(instruction) == line
    content = line.removesuffix(b"\r\n")
    match instruction:
        case ListReply() | AddressReply():
            assert parse_reply(content) == instruction
        case Hello():
            assert parse_hello(content.decode()) == instruction
        case _:
            assert parse_request(content) == instruction


@pytest.mark.parametrize("seed", range(10))
def test_parsers_take_any_bytes_without_raising(seed: int) -> None:
    """And whatever a tracker accepts, it can send back."""
    print("seed", seed)
    chance = random.Random(seed)
    alphabet = [b"USER ", b"LIST", b"KEEP", b"ADDR ", b"DISC", b":", b" ", b"\r", b"\x00", b"\xff", b"[", b"]"]
    alphabet += ["é".encode(), "e\u0301".encode(), "\u202e".encode(), b"1", b"20000", b"127.0.0.1", b"::1", b"%"]
    for _ in range(500):
        line = b"".join(chance.choices(alphabet, k=chance.randint(0, 8)))
        request = parse_request(line)
        if request is not None:
            assert parse_request(encode(request).removesuffix(b"\r\n")) == request
        for asked in (None, "Ana", "1"):
            reply = parse_reply(line, asked=asked)
            if isinstance(reply, AddressReply):
                assert 1 <= reply.port <= 65535 and normalise_host(reply.host) == reply.host
        parse_hello(line.decode(errors="replace"))
