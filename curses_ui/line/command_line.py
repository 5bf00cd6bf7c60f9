"""One typed line: a text for the peer, or a command and its arguments. Pure; the line is never lost."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, assert_never

from ..text.matching import casefold, nearest
from .command_table import COMMANDS, Arguments, Command

MAX_NAME_WORDS: Final = 32  # a name has 64 characters at most
_QUOTES: Final = '"'
_WORD_END: Final = re.compile("(?<! ) ")


@dataclass(slots=True)
class Text:
    """What goes to the peer; blank if there is nothing to send."""

    text: str


@dataclass(slots=True)
class ParsedCommand:
    """A command with all that it needs."""

    command: Command
    name: str = ""
    """The name, the key or the one word; empty if none was given."""
    text: str = ""
    """The text or the value; empty if none was given."""
    quoted: bool = False
    """The name stood in quotes: ``/chat "1"`` means somebody called 1."""


@dataclass(slots=True)
class UnknownCommand:
    """No command is called so."""

    word: str


@dataclass(slots=True)
class AmbiguousCommand:
    """The beginning of several commands' words."""

    word: str
    candidates: tuple[Command, ...]


@dataclass(slots=True)
class UsageError:
    """An argument is missing, or one too many."""

    command: Command


ParsedLine = Text | ParsedCommand | UnknownCommand | AmbiguousCommand | UsageError


def parse(line: str, names: Iterable[str] = (), table: tuple[Command, ...] = COMMANDS) -> ParsedLine:
    """Read one typed line.

    A slash and a letter begin a command; ``//x`` is the text ``/x``.

    Args:
        line: One row of the draft, without its end.
        names: Who is known, for commands that take a name and a text.
        table: The commands to choose from.
    """
    if line.startswith("//"):
        return Text(line[1:])
    if not is_command(line):
        return Text(line)
    word, _, rest = line[1:].partition(" ")
    rest = rest.strip()
    pair = casefold(f"{word} {rest.partition(' ')[0]}")
    for command in table:
        if any(" " in alias and pair == alias for alias in command.aliases):
            return _with_arguments(command, rest.partition(" ")[2].strip(), tuple(names))
    found = find_command(word, table)
    return _with_arguments(found, rest, tuple(names)) if isinstance(found, Command) else found


def is_command(line: str) -> bool:
    """Whether a line is for the program, not for the peer."""
    return line[:1] == "/" and (line[1:2].isalpha() or line[1:2] == "?")


def find_command(
    word: str, table: tuple[Command, ...] = COMMANDS
) -> Command | UnknownCommand | AmbiguousCommand:
    """The command called ``word`` (without its slash): exact, then a prefix that means only one."""
    folded = casefold(word)
    for command in table:
        if folded in command.words:
            return command
    begin_so = tuple(c for c in table if any(w.startswith(folded) for w in c.words if " " not in w))
    if len(begin_so) == 1:
        return begin_so[0]
    if begin_so:
        return AmbiguousCommand(word, begin_so)
    return UnknownCommand(word)


def suggest_command(word: str, language: str) -> str | None:
    """The word for a command that ``word`` may have been meant for; none of another language's names."""
    others = {c.portuguese if c.name_in(language) == c.name else c.name for c in COMMANDS}
    known = (w for c in COMMANDS for w in c.words if len(w) > 1 and (w not in others or w == c.name_in(language)))
    return nearest(word, known)


def _with_arguments(command: Command, rest: str, names: tuple[str, ...]) -> ParsedCommand | UsageError:
    match command.arguments:
        case Arguments.NONE:
            return UsageError(command) if rest else ParsedCommand(command)
        case Arguments.NAME | Arguments.OPTIONAL_NAME:
            name, quoted = _unquoted(rest, names)
            if not name and (rest or command.arguments is Arguments.NAME):
                return UsageError(command)
            return ParsedCommand(command, name=name, quoted=quoted)
        case Arguments.NAME_AND_TEXT:
            name, text, quoted = split_name(rest, names)
            if casefold(rest) in map(casefold, names):
                text = ""  # all of it is somebody's name
            return ParsedCommand(command, name, text, quoted) if name and text else UsageError(command)
        case Arguments.TEXT | Arguments.OPTIONAL_TEXT:
            if not rest and command.arguments is Arguments.TEXT:
                return UsageError(command)
            return ParsedCommand(command, text=rest)
        case Arguments.OPTIONAL_WORD:
            return UsageError(command) if " " in rest else ParsedCommand(command, name=rest)
        case Arguments.KEY_AND_VALUE:
            key, _, value = rest.partition(" ")
            return ParsedCommand(command, name=key, text=value.strip())
    assert_never(command.arguments)


def _unquoted(text: str, names: tuple[str, ...]) -> tuple[str, bool]:
    """Return a name and whether it was quoted; quotes that belong to a known name stay."""
    if len(text) >= 2 and text[0] == text[-1] == _QUOTES and text not in names:
        return text[1:-1].strip(), True
    return text, False


def split_name(rest: str, names: Iterable[str]) -> tuple[str, str, bool]:
    """Split what follows ``/msg`` into a name as it was typed, the text behind it, and whether it was quoted.

    The name is in quotes; or the longest start that is the whole name of somebody, case and accents aside;
    or the longest start with which a name begins; or the first word.
    """
    folded = {casefold(name) for name in names}
    ends = [match.start() for match in _WORD_END.finditer(rest)][:MAX_NAME_WORDS]
    heads = [(end, casefold(" ".join(rest[:end].split()))) for end in reversed(ends)]
    end = next((end for end, head in heads if head in folded), None)
    if end is None and rest.startswith(_QUOTES):
        name, closing, text = rest[1:].partition(_QUOTES)
        if closing:
            return name.strip(), text.strip(), True
    if end is None:
        end = next((end for end, head in heads if any(name.startswith(head) for name in folded)), None)
    if end is None:
        end = ends[0] if ends else len(rest)
    return " ".join(rest[:end].split()), rest[end:].strip(), False
