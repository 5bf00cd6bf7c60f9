"""The command line of the tracker. Loads little, so that ``--help`` is there at once."""

import argparse
import enum
import math
import os
from collections.abc import Sequence
from typing import Final, NoReturn

from io_adapters import LANGUAGE_WORDS, help_formatter, parse_language, typed_command

PROGRAM: Final = "prosa-tracker"
DEFAULT_PORT: Final = 10000
WAIT_SECONDS: Final = 15.0  # for a port: a client that took over the tracker gives it back when its user leaves
EXIT_USAGE: Final = 2

_LONGEST_SECONDS: Final = 86_400.0


class LogFormat(enum.Enum):
    """How log lines are written."""

    TEXT = "text"
    JSON = "json"


class _Parser(argparse.ArgumentParser):
    """Answers a wrong command line with one line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one line, with an escape for every control character, and end the program."""
        shown = "".join(c if c.isprintable() else repr(c)[1:-1] for c in message)
        command = typed_command(PROGRAM)
        self.exit(EXIT_USAGE, f"{command}: {shown} (try: {command} --help)\n")


class _PrintVersion(argparse.Action):
    """Prints the version and ends the program."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[object] | None,
        option_string: str | None = None,
    ) -> None:
        # Only here, so that --help is answered without loading the core.
        from core import VERSION

        print(f"{parser.prog} {VERSION}")
        parser.exit()


def build_parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    parser = _Parser(
        prog=PROGRAM,
        formatter_class=help_formatter,
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
        "--wait",
        type=_patience,
        default=WAIT_SECONDS,
        metavar="SECONDS",
        help=f"wait this long for a port that another program holds (default: {WAIT_SECONDS:.0f})",
    )
    parser.add_argument(
        "--keepalive",
        type=_seconds,
        metavar="SECONDS",
        help="how often clients say KEEP; the silent are dropped after three times that (default: 5)",
    )
    parser.add_argument(
        "--edition",
        type=_edition,
        metavar="2024|2026",
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
        metavar="|".join(LANGUAGE_WORDS),
        help="the language of these checks; logs are English",
    )
    parser.add_argument("--version", action=_PrintVersion, nargs=0, help="show the version and exit")
    return parser


def _host(text: str) -> str:
    host = text.strip()
    if not host or any(c.isspace() or not c.isprintable() for c in host):
        raise argparse.ArgumentTypeError(f"{text!r} is not a valid address")
    if host.startswith("[") and host.endswith("]"):
        return host[1:-1]
    return host


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port (0-65535)")
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
        raise argparse.ArgumentTypeError(f"{text!r} must be {' or '.join(LANGUAGE_WORDS)}")
    return language


def _edition(text: str) -> int:
    # Only here, so that --help is answered without loading the core.
    from core import Edition

    editions = [str(edition.value) for edition in Edition]
    if text not in editions:
        raise argparse.ArgumentTypeError(f"{text!r} must be {' or '.join(editions)}")
    return int(text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 up")
    return int(text)


def _seconds(text: str) -> float:
    return _number_of_seconds(text, 0.1)


def _patience(text: str) -> float:
    return _number_of_seconds(text, 0.0)


def _number_of_seconds(text: str, least: float) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not least <= seconds <= _LONGEST_SECONDS:  # also false for nan
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds ({least:g}-{_LONGEST_SECONDS:.0f})")
    return seconds


def _descriptor(text: str) -> int:
    try:
        descriptor = int(text)
        os.fstat(descriptor)
    except (ValueError, OverflowError, OSError):
        raise argparse.ArgumentTypeError(f"{text!r} is not an open descriptor") from None
    return descriptor
