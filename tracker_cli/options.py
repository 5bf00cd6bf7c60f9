"""The command line of the tracker."""

import argparse
import enum
import math
import os
from dataclasses import dataclass
from typing import Final, NoReturn

from core import VERSION, Edition, TrackerConfig
from io_adapters import LANGUAGES, parse_language

PROGRAM: Final = "prosa-tracker"
DEFAULT_PORT: Final = 10000
EXIT_USAGE: Final = 2

EDITIONS: Final = tuple(str(edition.value) for edition in Edition)

_LONGEST_SECONDS: Final = 86_400.0


class LogFormat(enum.Enum):
    """How log lines are written."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says, defaults filled in."""

    hosts: tuple[str, ...]
    """Where to listen; the empty host is all interfaces."""
    port: int
    """0 for any free one."""
    config: TrackerConfig
    log_format: LogFormat
    verbose: bool
    quiet: bool
    stats_seconds: float | None
    """How often to log statistics; None for never."""
    ready_fd: int | None
    """Where to write the port once clients can connect."""
    check_client: bool = False
    """Check the client that connects, instead of serving."""
    check_tracker: tuple[str, int] | None = None
    """Check the tracker there, instead of serving."""
    language: str | None = None
    """Of the checks; None for that of the environment."""
    wire: str | None = None
    """Where to write what goes over the wire; ``-`` is standard output, None is nowhere."""


class _Parser(argparse.ArgumentParser):
    """Answers a wrong command line with one line."""

    def error(self, message: str) -> NoReturn:
        """Say it and end the program."""
        self.exit(EXIT_USAGE, f"{self.prog}: {message} (try: {self.prog} --help)\n")


def parse_options(arguments: list[str]) -> Options:
    """Read the command line; ends the program for ``--help``, ``--version`` and mistakes (exit 2)."""
    found = build_parser().parse_args(arguments)
    return Options(
        hosts=tuple(dict.fromkeys(found.host or [""])),
        port=found.port,
        config=TrackerConfig(
            keepalive_seconds=found.keepalive,
            edition=Edition(int(found.edition)),
            max_clients=found.max_clients,
            max_clients_per_host=found.max_per_host,
        ),
        log_format=LogFormat(found.log_format),
        verbose=found.verbose,
        quiet=found.quiet,
        stats_seconds=found.stats,
        ready_fd=found.ready_fd,
        check_client=found.check_client,
        check_tracker=found.check_tracker,
        language=found.lang,
        wire=found.wire,
    )


def build_parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    parser = _Parser(
        prog=PROGRAM,
        description="Tells chat clients who is online and where they listen.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--host",
        action="append",
        type=_host,
        metavar="ADDR",
        help="listen on this address only; may be given more than once (default: all interfaces)",
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=DEFAULT_PORT,
        help=f"listen on this port; 0 takes any free one (default: {DEFAULT_PORT})",
    )
    parser.add_argument(
        "--keepalive",
        type=_seconds,
        default=TrackerConfig().keepalive_seconds,
        metavar="SECONDS",
        help="how often clients say KEEP; the silent are dropped after three times that"
        f" (default: {TrackerConfig().keepalive_seconds:g})",
    )
    parser.add_argument(
        "--edition",
        choices=EDITIONS,
        default=EDITIONS[0],
        help="2026 puts the name in front of the address in replies (default: 2024)",
    )
    parser.add_argument("--max-clients", type=_count, metavar="N", help="refuse more connections than this")
    parser.add_argument(
        "--max-per-host", type=_count, metavar="N", help="refuse more connections than this from one address"
    )
    parser.add_argument(
        "--log-format",
        choices=[form.value for form in LogFormat],
        default="text",
        help="how log lines are written (default: text)",
    )
    amount = parser.add_mutually_exclusive_group()
    amount.add_argument("-v", "--verbose", action="store_true", help="log every LIST, ADDR and KEEP too")
    amount.add_argument("-q", "--quiet", action="store_true", help="log only what needs attention")
    parser.add_argument("--stats", type=_seconds, metavar="SECONDS", help="log statistics this often")
    parser.add_argument(
        "--wire", metavar="FILE", help="append everything that is sent and received to FILE; - is standard output"
    )
    parser.add_argument(
        "--ready-fd", type=_descriptor, metavar="FD", help="write the port to this descriptor when ready"
    )
    check = parser.add_mutually_exclusive_group()
    check.add_argument(
        "--check-client",
        action="store_true",
        help="instead of serving, check the client that connects against the assignment, step by step",
    )
    check.add_argument(
        "--check-tracker",
        type=_address,
        metavar="HOST[:PORT]",
        help="instead of serving, check the tracker there against the assignment, step by step",
    )
    parser.add_argument(
        "--lang",
        type=_language,
        metavar="|".join(LANGUAGES),
        help="the language of these checks; logs are English",
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {VERSION}")
    return parser


def _host(text: str) -> str:
    host = text.strip()
    if not host or any(c.isspace() or not c.isprintable() for c in host):
        raise argparse.ArgumentTypeError(f"{text!r} is no address")
    if host.startswith("[") and host.endswith("]"):
        return host[1:-1]
    return host


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: 0 to 65535")
    return int(text)


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or (":" in host and not host.endswith("]")):  # a name alone, or a bare IPv6 address
        return _host(text), DEFAULT_PORT
    if _port(port) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} has no port to connect to")
    return _host(host), _port(port)


def _language(text: str) -> str:
    language = parse_language(text)
    if language is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not one of: {', '.join(LANGUAGES)}")
    return language


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 up")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0.1 <= seconds <= _LONGEST_SECONDS:  # also false for nan
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds: 0.1 to {_LONGEST_SECONDS:.0f}")
    return seconds


def _descriptor(text: str) -> int:
    try:
        descriptor = int(text)
        os.fstat(descriptor)
    except (ValueError, OverflowError, OSError):
        raise argparse.ArgumentTypeError(f"{text!r} is no open descriptor") from None
    return descriptor
