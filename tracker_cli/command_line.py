"""The command line of the tracker. Loads little, so that ``--help`` is there at once."""

import argparse
import enum
import os
from collections.abc import Callable, Sequence
from typing import Final

from io_adapters import LANGUAGE_WORDS, Catalogue, CommandLine, PrintVersion, argument_choice, argument_reader, parse_language

PROGRAM: Final = "prosa-tracker"
DEFAULT_PORT: Final = 10000
WAIT_SECONDS: Final = 15.0  # for a port: a client that took over the tracker gives it back when its user leaves

_LEAST_SECONDS: Final = 0.1
_LONGEST_SECONDS: Final = 86_400.0
_EDITIONS: Final = ("2024", "2026")


class LogFormat(enum.Enum):
    """How log lines are written."""

    TEXT = "text"
    JSON = "json"


_LOG_FORMATS: Final = tuple(form.value for form in LogFormat)


def parse_command_line(arguments: Sequence[str], catalogue: Catalogue) -> argparse.Namespace:
    """Read the command line; ends the program for ``--help``, ``--version`` and mistakes (exit 2)."""
    return build_parser(catalogue).parse(arguments, argparse.Namespace())


def build_parser(catalogue: Catalogue) -> CommandLine:
    """The parser of the command line, its help in the language of ``catalogue``."""
    tr = catalogue.tr
    parser = CommandLine(PROGRAM, tr, tr("Tells chat clients who is online and where they listen."))
    host = argument_reader(_host, tr("not a valid address"))
    port = argument_reader(_port, tr("not a port (0-65535)"))
    address = argument_reader(_address, tr("not a valid address; example: {example}", example=f"10.0.0.1:{DEFAULT_PORT}"))
    count = argument_reader(_count, tr("not a number from 1 up"))
    language = argument_reader(parse_language, tr("must be one of: {list}", list=", ".join(LANGUAGE_WORDS)))
    options = parser.add_argument_group(tr("options"))
    add = options.add_argument
    add(
        "--host",
        action="append",
        type=host,
        metavar="ADDR",
        help=tr("listen on this address only; may be given more than once (default: all interfaces)"),
    )
    add(
        "--port",
        type=port,
        default=DEFAULT_PORT,
        metavar="PORT",
        help=tr("listen on this port; 0 takes any free one (default: {n})", n=DEFAULT_PORT),
    )
    add(
        "--wait",
        type=_seconds(0.0, tr),
        default=WAIT_SECONDS,
        metavar="SECONDS",
        help=tr("wait this long for a port that another program holds (default: {n})", n=f"{WAIT_SECONDS:.0f}"),
    )
    add(
        "--keepalive",
        type=_seconds(_LEAST_SECONDS, tr),
        metavar="SECONDS",
        help=tr("how often clients say KEEP; the silent are dropped after three times that (default: 5)"),
    )
    add(
        "--edition",
        type=argument_choice(_EDITIONS, tr),
        metavar="|".join(_EDITIONS),
        help=tr("2026 puts the name in front of the address in replies (default: 2024)"),
    )
    add("--max-clients", type=count, metavar="N", help=tr("refuse more connections than this"))
    add("--max-per-host", type=count, metavar="N", help=tr("refuse more connections than this from one address"))
    add(
        "--log-format",
        type=argument_choice(_LOG_FORMATS, tr),
        default="text",
        metavar="|".join(_LOG_FORMATS),
        help=tr("how log lines are written (default: text)"),
    )
    amount = options.add_mutually_exclusive_group()
    amount.add_argument("-v", "--verbose", action="store_true", help=tr("log every LIST, ADDR and KEEP too"))
    amount.add_argument("-q", "--quiet", action="store_true", help=tr("log only what needs attention"))
    add("--stats", type=_seconds(_LEAST_SECONDS, tr), metavar="SECONDS", help=tr("log statistics this often"))
    add("--wire", metavar="FILE", help=tr("append everything that is sent and received to FILE; - is standard output"))
    descriptor = argument_reader(_descriptor, tr("not an open descriptor"))
    add("--ready-fd", type=descriptor, metavar="FD", help=tr("write the port to this descriptor when ready"))
    check = options.add_mutually_exclusive_group()
    check.add_argument(
        "--check-client",
        action="store_true",
        help=tr("instead of serving, check the client that connects against the assignment, step by step"),
    )
    check.add_argument(
        "--check-tracker",
        type=address,
        metavar="HOST[:PORT]",
        help=tr("instead of serving, check the tracker there against the assignment, step by step"),
    )
    add(
        "--lang",
        type=language,
        metavar="|".join(LANGUAGE_WORDS),
        help=tr("the language of what is said to people; logs are English"),
    )
    add("--version", action=PrintVersion, nargs=0, dest=argparse.SUPPRESS, help=tr("show the version and exit"))
    add("-h", "--help", action="help", help=tr("show this help and exit"))
    return parser


def _seconds(least: float, tr: Callable[..., str]) -> Callable[[str], float]:
    expected = tr("not a number of seconds ({least}-{most})", least=f"{least:g}", most=f"{_LONGEST_SECONDS:.0f}")
    return argument_reader(lambda text: _number_of_seconds(text, least), expected)


def _host(text: str) -> str | None:
    host = text.strip()
    if not host or any(c.isspace() or not c.isprintable() for c in host):
        return None
    return host[1:-1] if host.startswith("[") and host.endswith("]") else host


def _port(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and int(text[:9]) <= 65535 else None


def _address(text: str) -> tuple[str, int] | None:
    name, colon, number = text.rpartition(":")
    if not colon or (":" in name and not name.endswith("]")):  # a name alone, or a bare IPv6 address
        host, port = _host(text), DEFAULT_PORT
    else:
        host, port = _host(name), _port(number) or 0
    return None if host is None or not port else (host, port)


def _count(text: str) -> int | None:
    return int(text[:9]) if text.isascii() and text.isdigit() and int(text[:9]) >= 1 else None


def _number_of_seconds(text: str, least: float) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if least <= seconds <= _LONGEST_SECONDS else None  # also None for nan


def _descriptor(text: str) -> int | None:
    try:
        descriptor = int(text)
        os.fstat(descriptor)
    except (ValueError, OverflowError, OSError):
        return None
    return descriptor
