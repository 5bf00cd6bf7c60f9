"""The command line of the client. Loads little, so that ``--help`` is there at once."""

import argparse
import sys
from collections.abc import Sequence
from typing import Final

from io_adapters import (
    CommandLine,
    PrintVersion,
    argument_choice,
    argument_reader,
    harmless_line,
    parse_language,
    typed_command,
)

from ..i18n import LANGUAGE_WORDS, Catalogue
from ..text.address import TRACKER_PORT, parse_port, split_address, split_listen

CLIENT: Final = "prosa"
EXIT_OUTPUT: Final = 1

SHELLS: Final = ("bash", "zsh", "fish")

_EDITIONS: Final = ("2024", "2026")
_COLORS: Final = ("auto", "always", "never")

_MOVED: Final = {"--check-tracker": "--check-tracker HOST[:PORT]"}
"""Options that this program had, and what of the tracker does it now."""


class Options(argparse.Namespace):
    """What the command line says; None or False where it says nothing. No dataclass: those are slow to load."""

    name: str | None
    tracker: tuple[str, int] | None
    host: tuple[str, int] | None
    """Start a tracker there; the host is empty for all interfaces."""
    edition: str | None
    """Of a tracker of ours."""
    listen: tuple[str, int] | None
    """Where peers call; the host is empty if only a port was given."""
    commands: list[str] | None
    """Rows to carry out at the start, as if they had been typed."""
    plain: bool
    lang: str | None
    ascii: bool
    color: str | None
    log: bool
    config: str | None
    no_config: bool
    print_config: bool
    """Print the settings and end."""
    debug: str | None
    record: str | None
    """Write the session into this file, for a replay."""
    wire: str | None
    """Append what goes over the wire to this file."""


class _PrintCompletion(argparse.Action):
    """Prints the completion script for a shell and ends the program, as ``--version`` does."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[object] | None,
        option_string: str | None = None,
    ) -> None:
        # Only here, so that --help is answered without loading it.
        from .shell_completion import completion_script

        print(completion_script(str(values), parser), end="")
        parser.exit()


def build_parser(catalogue: Catalogue) -> CommandLine:
    """The parser, its help in the language of ``catalogue``."""
    tr = catalogue.tr
    moved = {option: f"{typed_command('prosa-tracker')} {words}" for option, words in _MOVED.items()}
    described = tr("Chat from terminal to terminal; a tracker tells who is online.")
    parser = CommandLine(CLIENT, tr, described, tr("Chats are not encrypted."), moved)
    address = argument_reader(
        lambda text: split_address(text, default_port=TRACKER_PORT),
        tr("not a valid address; example: {example}", example=f"10.0.0.1:{TRACKER_PORT}"),
    )
    host = argument_reader(_split_host, tr("not a valid address; example: {example}", example=f"0.0.0.0:{TRACKER_PORT}"))
    listen = argument_reader(split_listen, tr("not a port (0-65535)"))
    language = argument_reader(parse_language, tr("must be one of: {list}", list=", ".join(LANGUAGE_WORDS)))

    names = parser.add_argument_group(tr("name"))
    names.add_argument("name", nargs="?", metavar="NAME", help=tr("your name; without it, the program asks"))
    add = parser.add_argument_group(tr("options")).add_argument
    add(
        "--tracker",
        type=address,
        metavar="HOST[:PORT]",
        help=tr("the tracker to use (default: the one on this machine, or a built-in one)"),
    )
    add(
        "--host",
        type=host,
        nargs="?",
        const=("", TRACKER_PORT),
        metavar="ADDR[:PORT]",
        help=tr("start a tracker for others as well, on all interfaces or on ADDR"),
    )
    add(
        "--edition",
        type=argument_choice(_EDITIONS, tr),
        metavar="|".join(_EDITIONS),
        help=tr("the edition of the assignment that a tracker of ours speaks (default: 2024)"),
    )
    add(
        "--listen",
        type=listen,
        metavar="[ADDR:]PORT",
        help=tr("address and port on which others connect to you (default: any free port)"),
    )
    file = argument_reader(lambda text: text if text not in ("", "-") else None, tr("not a file"))
    command = argument_reader(lambda text: text if _is_row(text) else None, tr("not one row of text"))
    add(
        "-r",
        "--run",
        type=command,
        action="append",
        dest="commands",
        metavar="COMMAND",
        help=tr("carry out COMMAND at the start, as if it was typed; may be given several times"),
    )
    add("--plain", action="store_true", help=tr("no screen: lines in, lines out"))
    add("--lang", type=language, metavar="|".join(LANGUAGE_WORDS), help=tr("the language of the program"))
    add("--ascii", action="store_true", help=tr("draw with plain ASCII characters only"))
    add("--color", type=argument_choice(_COLORS, tr), metavar="|".join(_COLORS), help=tr("colours on the screen"))
    add("--log", action="store_true", help=tr("write conversations to files"))
    add("--config", metavar="FILE", help=tr("read the settings from FILE"))
    add("--no-config", action="store_true", help=tr("read no settings"))
    add("--print-config", action="store_true", help=tr("print the settings as a file and exit"))
    add(
        "--completion",
        action=_PrintCompletion,
        dest=argparse.SUPPRESS,
        type=argument_choice(SHELLS, tr),
        metavar="|".join(SHELLS),
        help=tr("print the completion for this shell and exit"),
    )
    add("--debug", metavar="FILE", help=tr("write a debug log to FILE"))
    add("--record", metavar="FILE", help=tr("record the whole session in FILE, to be replayed"))
    add("--wire", type=file, metavar="FILE", help=tr("append everything that is sent and received to FILE"))
    add("--version", action=PrintVersion, nargs=0, dest=argparse.SUPPRESS, help=tr("show the version and exit"))
    add("-h", "--help", action="help", help=tr("show this help and exit"))
    return parser


def parse_options(arguments: Sequence[str], catalogue: Catalogue) -> Options:
    """Read the command line; ends the program for ``--help``, ``--version`` and mistakes (exit 2)."""
    parser = build_parser(catalogue)
    found = parser.parse(arguments, Options())
    if found.host is not None and found.tracker is not None:
        parser.error(catalogue.tr("--host starts a tracker: it cannot be used with --tracker"))
    if found.edition is not None and found.tracker is not None:
        parser.error(catalogue.tr("--edition is for a tracker of ours: it cannot be used with --tracker"))
    if found.config is not None and found.no_config:
        parser.error(catalogue.tr("--config cannot be used with --no-config"))
    return found


def complain(message: str) -> None:
    """One line on standard error, where the screen is not in the way."""
    write_error(f"{typed_command(CLIENT)}: {harmless_line(message)}\n")


def complain_of_output(error: OSError, catalogue: Catalogue) -> None:
    """Say why standard output takes nothing; nothing if its reader is gone."""
    if not isinstance(error, BrokenPipeError):
        complain(catalogue.tr("cannot write to standard output: {why}", why=error.strerror))


def write_error(text: str) -> None:
    """Write to standard error; nothing if that is closed or dead, as it is after the window was closed."""
    if sys.stderr is None or not text:
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        sys.stderr = None  # else Python tries again at its end


def _is_row(text: str) -> bool:
    """Whether it can be typed as one row: surrogates stand for bytes that are no text."""
    return bool(text.strip()) and len(text.splitlines()) == 1 and not any("\ud800" <= c <= "\udfff" for c in text)


def _split_host(text: str) -> tuple[str, int] | None:
    if text.startswith(":"):
        port = parse_port(text[1:])
        return None if port is None else ("", port)
    return split_address(text, default_port=TRACKER_PORT) or split_listen(text)  # which takes port 0 as well
