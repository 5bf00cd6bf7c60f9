"""The command line of the client."""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from .i18n import LANGUAGES, Catalogue, parse_language
from .settings import TRACKER_PORT, split_address
from .version import VERSION

EXIT_USAGE: Final = 2


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says; None or False where it says nothing."""

    name: str | None
    tracker: tuple[str, int] | None
    host: tuple[str, int] | None
    """Start a tracker there; the host is empty for all interfaces."""
    listen: tuple[str, int] | None
    """Where peers call; the host is empty if only a port was given."""
    plain: bool
    lang: str | None
    ascii: bool
    color: str | None
    log: bool
    config: Path | None
    no_config: bool
    debug: Path | None


class _Parser(argparse.ArgumentParser):
    """Answers a wrong command line with one line."""

    def error(self, message: str) -> NoReturn:
        """Say it and end the program."""
        self.exit(EXIT_USAGE, f"{self.prog}: {message} (try: {self.prog} --help)\n")


def build_parser(catalogue: Catalogue) -> argparse.ArgumentParser:
    """The parser, its help in the language of ``catalogue``."""
    tr = catalogue.tr
    parser = _Parser(
        prog="prosa",
        description=tr("Chat from terminal to terminal; a tracker tells who is online."),
        epilog=tr("Chats are not encrypted."),
        allow_abbrev=False,
        add_help=False,
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help=tr("your name; without it, the program asks"))
    parser.add_argument(
        "--tracker",
        type=_tracker,
        metavar="HOST[:PORT]",
        help=tr("the tracker to use; without it, the one on this machine or one of its own"),
    )
    parser.add_argument(
        "--host",
        type=_host,
        nargs="?",
        const=("", TRACKER_PORT),
        metavar="ADDR[:PORT]",
        help=tr("start a tracker for others as well, on all interfaces or on ADDR"),
    )
    parser.add_argument(
        "--listen",
        type=parse_listen,
        metavar="[ADDR:]PORT",
        help=tr("where other people's programs call; without it, any free port"),
    )
    parser.add_argument("--plain", action="store_true", help=tr("no screen: lines in, lines out"))
    parser.add_argument(
        "--lang", type=_language, metavar="|".join(LANGUAGES), help=tr("the language of the program")
    )
    parser.add_argument("--ascii", action="store_true", help=tr("draw with plain ASCII characters only"))
    parser.add_argument("--color", choices=("auto", "always", "never"), help=tr("colours on the screen"))
    parser.add_argument("--log", action="store_true", help=tr("write conversations to files"))
    configuration = parser.add_mutually_exclusive_group()
    configuration.add_argument("--config", type=Path, metavar="FILE", help=tr("read the settings from FILE"))
    configuration.add_argument("--no-config", action="store_true", help=tr("read no settings"))
    parser.add_argument("--debug", type=Path, metavar="FILE", help=tr("write what happens inside to FILE"))
    parser.add_argument(
        "--version", action="version", version=f"prosa {VERSION}", help=tr("show the version and end")
    )
    parser.add_argument("-h", "--help", action="help", help=tr("show this help and end"))
    return parser


def parse_options(arguments: list[str], catalogue: Catalogue) -> Options:
    """Read the command line; ends the program for ``--help``, ``--version`` and mistakes (exit 2)."""
    parser = build_parser(catalogue)
    found = parser.parse_args(arguments)
    if found.host is not None and found.tracker is not None:
        parser.error(catalogue.tr("--host starts a tracker: it cannot be used with --tracker"))
    return Options(**vars(found))


def wanted_language(arguments: list[str]) -> str | None:
    """What ``--lang`` says, found before the command line is parsed: it decides how its help speaks."""
    for at, argument in enumerate(arguments):
        if argument == "--lang" and at + 1 < len(arguments):
            return parse_language(arguments[at + 1])
        if argument.startswith("--lang="):
            return parse_language(argument.removeprefix("--lang="))
    return None


def complain(message: str) -> None:
    """One line on standard error, where the screen is not in the way."""
    print(f"prosa: {message}", file=sys.stderr)


def _tracker(text: str) -> tuple[str, int]:
    address = split_address(text, default_port=TRACKER_PORT)
    if address is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no address; example: 10.0.0.1:{TRACKER_PORT}")
    return address


def _host(text: str) -> tuple[str, int]:
    return ("", _port(text[1:])) if text.startswith(":") else _tracker(text)


def parse_listen(text: str) -> tuple[str, int]:
    """``[addr:]port`` as host, empty if there is none, and port.

    Raises:
        argparse.ArgumentTypeError: It is not of that form.
    """
    host, _, port = text.rpartition(":")
    return host.removeprefix("[").removesuffix("]"), _port(port)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is no port; ports are 0 to 65535")
    return int(text)


def _language(text: str) -> str:
    language = parse_language(text)
    if language is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no language of this program: {', '.join(LANGUAGES)}")
    return language
