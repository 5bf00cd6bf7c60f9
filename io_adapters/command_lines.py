"""What the command lines of both programs share: the language of their help, and one line for a mistake.

Loads little, so that ``--help`` is there at once.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NoReturn, TypeVar

from .languages import N_, parse_language
from .starting import help_formatter, typed_command

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

EXIT_USAGE: Final = 2

_MISTAKES: Final = {
    "expected one argument": N_("{option} needs a value"),
    "ignored explicit argument": N_("{option} takes no value"),
    "not allowed with argument": N_("{option} cannot be used with {other}"),
}
"""What argparse may say of our options, by its beginning, and what we say instead."""
_Value = TypeVar("_Value")
_Space = TypeVar("_Space", bound=argparse.Namespace)


class CommandLine(argparse.ArgumentParser):
    """Speaks the language of the program, and answers a wrong command line with one line."""

    def __init__(
        self, program: str, tr: Callable[..., str], description: str, epilog: str = "", moved: Mapping[str, str] | None = None
    ) -> None:
        """Make one without options.

        Args:
            program: Its name where it is installed.
            tr: Translates a message, and fills its placeholders.
            description: Translated.
            epilog: Translated.
            moved: Options that the program had, and the command that does it now.
        """
        super().__init__(
            prog=program,
            formatter_class=help_formatter,
            description=description,
            epilog=epilog or None,
            allow_abbrev=False,
            add_help=False,
            exit_on_error=False,
        )
        self.tr: Final = tr
        self._moved = moved or {}

    def format_help(self) -> str:
        """The help; argparse has no other way to translate its first word."""
        return self.tr("usage: ") + super().format_help().removeprefix("usage: ")

    def print_help(self, file: "SupportsWrite[str] | None" = None) -> None:
        """Print it; argparse would say nothing where it cannot be written."""
        print(self.format_help(), end="", file=file)

    def parse(self, arguments: Sequence[str], into: _Space) -> _Space:
        """What the command line says; ends the program (exit 2) if it says something wrong."""
        try:
            found, unknown = self.parse_known_args(arguments, into)
        except argparse.ArgumentError as error:
            self.error(self._describe(error))
        for word in unknown:
            option = word.partition("=")[0]
            if option in self._moved:
                said = self.tr("{option} has moved: {command}", option=option, command=self._moved[option])
                self.exit(EXIT_USAGE, f"{typed_command(self.prog)}: {harmless_line(said)}\n")
        if unknown:
            self.error(self.tr("unknown argument: {words}", words=" ".join(unknown)))
        return found

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and end the program."""
        command = typed_command(self.prog)
        advice = self.tr("try: {command}", command=f"{command} --help")
        self.exit(EXIT_USAGE, f"{command}: {harmless_line(message)} ({advice})\n")

    def _describe(self, error: argparse.ArgumentError) -> str:
        option = error.argument_name or ""
        for beginning, message in _MISTAKES.items():
            if error.message.startswith(beginning):
                other = error.message.removeprefix(beginning).strip()
                return self.tr(message, option=option, other=other)
        return f"{option}: {error.message}"


class PrintVersion(argparse.Action):
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


def argument_reader(read: Callable[[str], _Value | None], expected: str) -> Callable[[str], _Value]:
    """A reader for argparse from one that gives None for what it cannot read; ``expected`` is translated."""

    def checked(text: str) -> _Value:
        value = read(text)
        if value is None:
            raise argparse.ArgumentTypeError(f'"{text}": {expected}')
        return value

    return checked


def argument_choice(words: Sequence[str], tr: Callable[..., str]) -> Callable[[str], str]:
    """A reader for argparse that takes these words only."""
    expected = tr("must be one of: {list}", list=", ".join(words))
    return argument_reader(lambda text: text if text in words else None, expected)


def wanted_language(arguments: Sequence[str]) -> str | None:
    """What ``--lang`` says, found before the command line is parsed: it decides how its help speaks."""
    for at, argument in enumerate(arguments):
        if argument == "--lang" and at + 1 < len(arguments):
            return parse_language(arguments[at + 1])
        if argument.startswith("--lang="):
            return parse_language(argument.removeprefix("--lang="))
    return None


def harmless_line(text: str) -> str:
    """One line in which no argument and no file can act on the terminal."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
