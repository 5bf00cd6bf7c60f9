"""Completion of a command line in shells, made from its parser, so that it knows every flag."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Flag:
    """One option of a command line."""

    names: tuple[str, ...]
    help: str
    takes_value: bool
    needs_value: bool
    is_file: bool
    choices: tuple[str, ...]
    """What the value may be, if the parser or the placeholder lists it: ``bash|zsh|fish``."""


def flags_of(parser: argparse.ArgumentParser) -> list[Flag]:
    """Every option that a parser shows in its help."""
    return [
        _flag_of(action)
        for action in parser._actions  # argparse has no public way to list them
        if action.option_strings and action.help is not argparse.SUPPRESS
    ]


def _flag_of(action: argparse.Action) -> Flag:
    placeholder = str(action.metavar or "")
    return Flag(
        names=tuple(action.option_strings),
        help=(action.help or "").partition(".")[0],
        takes_value=action.nargs != 0,
        needs_value=action.nargs is None,
        is_file=placeholder == "FILE",
        choices=tuple(action.choices or (placeholder.split("|") if "|" in placeholder else ())),
    )


def completion_script(shell: str, parser: argparse.ArgumentParser) -> str:
    """Return what to put where ``shell``, one of ``SHELLS``, looks for completions of the parser's program."""
    flags = flags_of(parser)
    match shell:
        case "bash":
            return _bash(parser.prog, flags)
        case "zsh":
            return _zsh(parser.prog, flags, takes_name=any(not action.option_strings for action in parser._actions))
        case "fish":
            return _fish(parser.prog, flags)
        case _:
            raise ValueError(f"no completion for {shell!r}")


def _bash(program: str, flags: Sequence[Flag]) -> str:
    function = "_" + program.replace("-", "_")
    cases = [
        f"        {'|'.join(flag.names)}) COMPREPLY=($(compgen -W '{' '.join(flag.choices)}' -- \"$cur\")); return;;"
        for flag in flags
        if flag.choices
    ]
    files = [name for flag in flags if flag.is_file for name in flag.names]
    if files:
        cases.append(f"        {'|'.join(files)}) COMPREPLY=($(compgen -f -- \"$cur\")); return;;")
    values = [name for flag in flags if flag.needs_value and not flag.choices for name in flag.names]
    free = [name for name in values if name not in files]
    if free:
        cases.append(f"        {'|'.join(free)}) return;;")
    names = " ".join(name for flag in flags for name in flag.names)
    return "\n".join(
        (
            f"# bash completion for {program}",
            f"{function}() {{",
            '    local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}"',
            '    case "$prev" in',
            *cases,
            "    esac",
            f"    COMPREPLY=($(compgen -W '{names}' -- \"$cur\"))",
            "}",
            f"complete -F {function} {program}",
            "",
        )
    )


def _zsh(program: str, flags: Sequence[Flag], *, takes_name: bool) -> str:
    rows = []
    for flag in flags:
        value = ""
        if flag.takes_value:
            # Two colons: the value may be left out.
            value = ":" if flag.needs_value else "::"
            value += "value:" + ("_files" if flag.is_file else f"({' '.join(flag.choices)})" if flag.choices else " ")
        for name in flag.names:
            rows.append(f"    '{name}[{_zsh_text(flag.help)}]{value}'")
    if takes_name:
        rows.append("    '::name: '")
    return f"#compdef {program}\n_arguments \\\n" + " \\\n".join(rows) + "\n"


def _zsh_text(text: str) -> str:
    for character in "\\[]:":
        text = text.replace(character, "\\" + character)
    return text.replace("'", "'\\''")


def _fish(program: str, flags: Sequence[Flag]) -> str:
    rows = [f"# fish completion for {program}", f"complete -c {program} -f"]
    for flag in flags:
        words = [f"complete -c {program}"]
        for name in flag.names:
            words.append(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}")
        if flag.needs_value:
            words.append("-r")
        if flag.is_file:
            words.append("-F")
        elif flag.choices:
            words.append(f"-a '{' '.join(flag.choices)}'")
        text = flag.help.replace("\\", "\\\\").replace("'", "\\'")
        rows.append(" ".join(words) + f" -d '{text}'")
    return "\n".join(rows) + "\n"
