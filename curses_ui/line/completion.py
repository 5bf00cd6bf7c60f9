"""What Tab offers: commands, then their arguments, then names in a text. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ..settings import SETTINGS, value_choices
from ..text.matching import casefold
from ..text.names import quoted
from .command_line import find_command, is_command
from .command_table import COMMANDS, Arguments, Command, Completes

_ADDRESSED: Final = ": "
"""What follows a name at the start of a row."""


@dataclass(slots=True)
class Sources:
    """What there is to offer, best first."""

    language: str
    people: Sequence[str] = ()
    """Names to talk to: the last speaker here, then those with unread messages, then by alphabet."""
    conversations: Sequence[str] = ()
    ignored: Sequence[str] = ()


@dataclass(slots=True)
class Completion:
    """A completion under way: the draft as it was typed, and what may replace a part of it."""

    draft: str
    start: int
    """The part ``draft[start:end]`` is replaced; in code points."""
    end: int
    candidates: tuple[str, ...]
    """What to show of each; at least one."""
    insertions: tuple[str, ...]
    """What each puts into the draft: quotes and what follows included."""
    chosen: int = 0

    @property
    def completed(self) -> tuple[str, int]:
        """The draft with the chosen candidate, and the cursor behind it."""
        insertion = self.insertions[self.chosen]
        # The space behind a candidate is not doubled when one is there already.
        tail = self.draft[self.end :]
        if insertion.endswith(" ") and tail.startswith(" "):
            tail = tail[1:]
        return self.draft[: self.start] + insertion + tail, self.start + len(insertion)

    def step(self, by: int) -> "Completion":
        """The same with another candidate chosen: 1 is Tab, -1 Shift+Tab."""
        return replace(self, chosen=(self.chosen + by) % len(self.candidates))


def complete(draft: str, cursor: int, sources: Sources) -> Completion | None:
    """Begin to complete what stands before the cursor; None if nothing matches.

    Args:
        draft: The whole draft, rows parted by ``\\n``.
        cursor: In code points.
        sources: What Tab may offer.
    """
    row_start = draft.rfind("\n", 0, cursor) + 1
    typed = draft[row_start:cursor]
    if row_start == 0 and (typed == "/" or is_command(typed)):
        return _complete_command(draft, typed, sources)
    return _complete_in_text(draft, row_start, cursor, sources.people, at_row_start=_ADDRESSED)


def _completion(draft: str, start: int, end: int, candidates: Iterable[tuple[str, str]]) -> Completion | None:
    pairs = tuple(dict(candidates).items())
    if not pairs:
        return None
    return Completion(draft, start, end, tuple(shown for shown, _ in pairs), tuple(put for _, put in pairs))


def _complete_command(draft: str, typed: str, sources: Sources) -> Completion | None:
    word, space, rest = typed[1:].partition(" ")
    if not space:
        words = _command_words(word, sources.language)
        return _completion(draft, 1, len(typed), ((w, w + _after(command)) for w, command in words))
    found = find_command(word)
    if not isinstance(found, Command):
        return None
    argument = rest.lstrip(" ")
    start = len(typed) - len(argument)
    offered = _arguments(found, argument, sources)
    if offered is None:
        return _complete_in_text(draft, start, len(typed), sources.people, at_row_start=" ")
    return _completion(draft, start + offered.start, len(typed), offered.candidates)


def _command_words(prefix: str, language: str) -> list[tuple[str, Command]]:
    """Canonical names of the language first, then every other word."""
    folded = casefold(prefix)
    canonical = [(command.name_in(language), command) for command in COMMANDS]
    others = [(word, command) for command in COMMANDS for word in command.words]
    return [(word, command) for word, command in canonical + others if word.startswith(folded)]


def _after(command: Command) -> str:
    return "" if command.arguments is Arguments.NONE else " "


@dataclass(slots=True)
class _Offer:
    """Candidates for an argument, which begins ``start`` characters into it."""

    start: int
    candidates: list[tuple[str, str]]


def _arguments(command: Command, argument: str, sources: Sources) -> _Offer | None:
    """What may stand for ``argument``; None where a text is being written."""
    match command.completes:
        case Completes.PERSON:
            names = sources.people
        case Completes.CONVERSATION:
            names = sources.conversations
        case Completes.IGNORED:
            names = sources.ignored
        case Completes.CHOICE:
            return _Offer(0, [(word, word) for word in _begin_with(argument, command.choices)])
        case Completes.COMMAND:
            words = [word for word, _ in _command_words(argument.removeprefix("/"), sources.language)]
            return _Offer(0, [(word, word) for word in words])
        case Completes.SETTING:
            return _setting(argument)
        case Completes.NOTHING:
            return None if command.arguments is Arguments.TEXT else _Offer(0, [])
    takes_text = command.arguments is Arguments.NAME_AND_TEXT
    if takes_text and any(casefold(argument).startswith(casefold(name) + " ") for name in names):
        return None
    found = _begin_with(argument.removeprefix('"'), _selectable(names))
    return _Offer(0, [(name, quoted(name) + (" " if takes_text else "")) for name in found])


def _setting(argument: str) -> _Offer:
    key, space, value = argument.partition(" ")
    if space:
        choices = _begin_with(value.lstrip(" "), value_choices(key))
        return _Offer(len(argument) - len(value.lstrip(" ")), [(choice, choice) for choice in choices])
    return _Offer(0, [(found, found + " ") for found in _begin_with(key, SETTINGS)])


def _complete_in_text(
    draft: str, start: int, cursor: int, people: Sequence[str], *, at_row_start: str
) -> Completion | None:
    """A name, of several words where one fits: the longest stretch before the cursor decides."""
    row = draft[start:cursor]
    stretches = [0] + [at + 1 for at, character in enumerate(row) if character == " "]
    for at in stretches:
        stretch = row[at:]
        if (stretch or not row) and (found := _begin_with(stretch, _selectable(people))):
            after = at_row_start if at == 0 else " "
            return _completion(draft, start + at, cursor, ((name, name + after) for name in found))
    return None


def _begin_with(prefix: str, words: Iterable[str]) -> list[str]:
    folded = casefold(prefix)
    return [word for word in words if casefold(word).startswith(folded)]


def _selectable(names: Iterable[str]) -> Iterable[str]:
    """Names without hidden characters: nobody should send to a name that looks like another."""
    return (name for name in names if name.isprintable())
