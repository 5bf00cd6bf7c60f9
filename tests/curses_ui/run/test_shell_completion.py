"""Completion scripts: every flag is in them, and the shells take them."""

import argparse
import shutil
import subprocess

import pytest

from curses_ui.run.options import SHELLS
from curses_ui.run.shell_completion import Flag, completion_script, flags_of


def made() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="prosa-x", add_help=False)
    parser.add_argument("name", nargs="?")
    parser.add_argument("-c", "--color", metavar="auto|never", help="colours: of 'all' [kinds]. More.")
    parser.add_argument("--config", metavar="FILE", help="a file")
    parser.add_argument("--host", nargs="?", metavar="ADDR", help="an address")
    parser.add_argument("--listen", metavar="PORT", help="a port")
    parser.add_argument("--plain", action="store_true", help="no screen")
    parser.add_argument("--secret", help=argparse.SUPPRESS)
    return parser


def complete_in_bash(script: str, *words: str) -> list[str]:
    """What bash offers for the last of some words."""
    bash = shutil.which("bash")
    assert bash is not None, "this test needs bash"
    array = " ".join(f"'{word}'" for word in words)
    ask = f"COMP_WORDS=({array}); COMP_CWORD={len(words) - 1}; _prosa_x; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    done = subprocess.run([bash, "-c", script + ask], capture_output=True, text=True, check=True, timeout=20)
    assert done.stderr == ""
    return done.stdout.split()


def test_flags_of_a_parser_are_those_of_its_help() -> None:
    assert flags_of(made()) == [
        Flag(("-c", "--color"), "colours: of 'all' [kinds]", True, True, False, ("auto", "never")),
        Flag(("--config",), "a file", True, True, True, ()),
        Flag(("--host",), "an address", True, False, False, ()),
        Flag(("--listen",), "a port", True, True, False, ()),
        Flag(("--plain",), "no screen", False, False, False, ()),
    ]


def test_bash_completes_flags_and_their_values() -> None:
    script = completion_script("bash", made())
    assert complete_in_bash(script, "prosa-x", "--co") == ["--color", "--config"]
    assert complete_in_bash(script, "prosa-x", "--color", "") == ["auto", "never"]
    assert complete_in_bash(script, "prosa-x", "--listen", "") == []
    assert complete_in_bash(script, "prosa-x", "--plain", "--h") == ["--host"]
    assert complete_in_bash(script, "prosa-x", "--config", "/de") == ["/dev"]


def test_zsh_and_fish_get_every_flag_with_its_help_quoted() -> None:
    zsh = completion_script("zsh", made())
    assert zsh.startswith("#compdef prosa-x\n")
    assert "'--color[colours\\: of '\\''all'\\'' \\[kinds\\]]:value:(auto never)'" in zsh
    assert "'--host[an address]::value: '" in zsh
    assert "'--config[a file]:value:_files'" in zsh
    fish = completion_script("fish", made())
    assert "complete -c prosa-x -s c -l color -r -a 'auto never' -d 'colours: of \\'all\\' [kinds]'" in fish
    assert "complete -c prosa-x -l config -r -F -d 'a file'" in fish
    assert "complete -c prosa-x -l plain -d 'no screen'" in fish


def test_another_shell_is_an_error() -> None:
    with pytest.raises(ValueError):
        completion_script("csh", made())
    for shell in SHELLS:
        assert "--plain" in completion_script(shell, made()) or shell == "fish"
