"""The command line of the client. Loads little, so that ``--help`` is there at once."""

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Final, NoReturn, TypeVar

from io_adapters import help_formatter, parse_language, typed_command

from ..i18n import LANGUAGE_WORDS, Catalogue, N_
from ..text.address import TRACKER_PORT, parse_port, split_address, split_listen

CLIENT: Final = "prosa"
EXIT_OUTPUT: Final = 1
EXIT_USAGE: Final = 2

SHELLS: Final = ("bash", "zsh", "fish")

_EDITIONS: Final = ("2024", "2026")
_COLORS: Final = ("auto", "always", "never")
_Value = TypeVar("_Value")

_MISTAKES: Final = {
    "expected one argument": N_("{option} needs a value"),
    "ignored explicit argument": N_("{option} takes no value"),
}
"""What argparse may say of our options, by its beginning, and what we say instead."""
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


class _Parser(argparse.ArgumentParser):
    """Speaks the language of the program, and answers a wrong command line with one line."""

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__(
            prog=CLIENT,
            formatter_class=help_formatter,
            description=catalogue.tr("Chat from terminal to terminal; a tracker tells who is online."),
            epilog=catalogue.tr("Chats are not encrypted."),
            allow_abbrev=False,
            add_help=False,
            exit_on_error=False,
        )
        self._catalogue = catalogue

    def format_help(self) -> str:
        """The help; argparse has no other way to translate its first word."""
        return self._catalogue.tr("usage: ") + super().format_help().removeprefix("usage: ")

    def parse(self, arguments: Sequence[str]) -> Options:
        """What the command line says; ends the program if it says something wrong."""
        try:
            found, unknown = self.parse_known_args(arguments, Options())
        except argparse.ArgumentError as error:
            self.error(self._describe(error))
        for word in unknown:
            option = word.partition("=")[0]
            if option in _MOVED:
                command = f"{typed_command('prosa-tracker')} {_MOVED[option]}"
                said = self._catalogue.tr("{option} has moved: {command}", option=option, command=command)
                self.exit(EXIT_USAGE, f"{typed_command(CLIENT)}: {_harmless(said)}\n")
        if unknown:
            self.error(self._catalogue.tr("unknown argument: {words}", words=" ".join(unknown)))
        return found

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and end the program."""
        command = typed_command(CLIENT)
        advice = self._catalogue.tr("try: {command}", command=f"{command} --help")
        self.exit(EXIT_USAGE, f"{command}: {_harmless(message)} ({advice})\n")

    def _describe(self, error: argparse.ArgumentError) -> str:
        option = error.argument_name or ""
        for beginning, message in _MISTAKES.items():
            if error.message.startswith(beginning):
                return self._catalogue.tr(message, option=option)
        return f"{option}: {error.message}"


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


def build_parser(catalogue: Catalogue) -> argparse.ArgumentParser:
    """The parser, its help in the language of ``catalogue``."""
    parser = _Parser(catalogue)
    _add_arguments(parser, catalogue)
    return parser


def _add_arguments(parser: argparse.ArgumentParser, catalogue: Catalogue) -> None:
    tr = catalogue.tr
    address = _reader(
        lambda text: split_address(text, default_port=TRACKER_PORT),
        tr("not a valid address; example: {example}", example=f"10.0.0.1:{TRACKER_PORT}"),
    )
    host = _reader(_split_host, tr("not a valid address; example: {example}", example=f"0.0.0.0:{TRACKER_PORT}"))
    listen = _reader(split_listen, tr("not a port (0-65535)"))
    language = _reader(parse_language, tr("must be one of: {list}", list=", ".join(LANGUAGE_WORDS)))

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
        type=_choice(_EDITIONS, tr),
        metavar="|".join(_EDITIONS),
        help=tr("the edition of the assignment that a tracker of ours speaks (default: 2024)"),
    )
    add(
        "--listen",
        type=listen,
        metavar="[ADDR:]PORT",
        help=tr("address and port on which others connect to you (default: any free port)"),
    )
    file = _reader(lambda text: text if text not in ("", "-") else None, tr("not a file"))
    command = _reader(lambda text: text if _is_row(text) else None, tr("not one row of text"))
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
    add("--color", type=_choice(_COLORS, tr), metavar="|".join(_COLORS), help=tr("colours on the screen"))
    add("--log", action="store_true", help=tr("write conversations to files"))
    add("--config", metavar="FILE", help=tr("read the settings from FILE"))
    add("--no-config", action="store_true", help=tr("read no settings"))
    add("--print-config", action="store_true", help=tr("print the settings as a file and exit"))
    add(
        "--completion",
        action=_PrintCompletion,
        dest=argparse.SUPPRESS,
        type=_choice(SHELLS, tr),
        metavar="|".join(SHELLS),
        help=tr("print the completion for this shell and exit"),
    )
    add("--debug", metavar="FILE", help=tr("write a debug log to FILE"))
    add("--record", metavar="FILE", help=tr("record the whole session in FILE, to be replayed"))
    add("--wire", type=file, metavar="FILE", help=tr("append everything that is sent and received to FILE"))
    add("--version", action=_PrintVersion, nargs=0, dest=argparse.SUPPRESS, help=tr("show the version and exit"))
    add("-h", "--help", action="help", help=tr("show this help and exit"))


def parse_options(arguments: Sequence[str], catalogue: Catalogue) -> Options:
    """Read the command line; ends the program for ``--help``, ``--version`` and mistakes (exit 2)."""
    parser = _Parser(catalogue)
    _add_arguments(parser, catalogue)
    found = parser.parse(arguments)
    if found.host is not None and found.tracker is not None:
        parser.error(catalogue.tr("--host starts a tracker: it cannot be used with --tracker"))
    if found.edition is not None and found.tracker is not None:
        parser.error(catalogue.tr("--edition is for a tracker of ours: it cannot be used with --tracker"))
    if found.config is not None and found.no_config:
        parser.error(catalogue.tr("--config cannot be used with --no-config"))
    return found


def wanted_language(arguments: Sequence[str]) -> str | None:
    """What ``--lang`` says, found before the command line is parsed: it decides how its help speaks."""
    for at, argument in enumerate(arguments):
        if argument == "--lang" and at + 1 < len(arguments):
            return parse_language(arguments[at + 1])
        if argument.startswith("--lang="):
            return parse_language(argument.removeprefix("--lang="))
    return None


def complain(message: str) -> None:
    """One line on standard error, where the screen is not in the way."""
    write_error(f"{typed_command(CLIENT)}: {_harmless(message)}\n")


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


def _harmless(text: str) -> str:
    """One line in which no argument and no file can act on the terminal."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _reader(read: Callable[[str], _Value | None], expected: str) -> Callable[[str], _Value]:
    """A reader for argparse from one that gives None for what it cannot read."""

    def checked(text: str) -> _Value:
        value = read(text)
        if value is None:
            raise argparse.ArgumentTypeError(f'"{text}": {expected}')
        return value

    return checked


def _choice(words: Sequence[str], tr: Callable[..., str]) -> Callable[[str], str]:
    expected = tr("must be one of: {list}", list=", ".join(words))
    return _reader(lambda text: text if text in words else None, expected)


def _is_row(text: str) -> bool:
    """Whether it can be typed as one row: surrogates stand for bytes that are no text."""
    return bool(text.strip()) and len(text.splitlines()) == 1 and not any("\ud800" <= c <= "\udfff" for c in text)


def _split_host(text: str) -> tuple[str, int] | None:
    if text.startswith(":"):
        port = parse_port(text[1:])
        return None if port is None else ("", port)
    return split_address(text, default_port=TRACKER_PORT) or split_listen(text)  # which takes port 0 as well
