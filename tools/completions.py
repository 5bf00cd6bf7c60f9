"""Writes the completions of both programs for shells, from their command lines.

    python3 -m tools.completions update    write docs/completions
    python3 -m tools.completions check     exit 1 if one of them is out of date
"""

import sys
from pathlib import Path
from typing import Final

from curses_ui.catalogue import load_catalogue
from curses_ui.i18n import ENGLISH
from curses_ui.run import options as client_options
from curses_ui.run.shell_completion import completion_script
from tracker_cli import command_line as tracker_command_line
from tracker_cli import i18n as tracker_i18n

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "completions"
FILE_NAMES: Final = {"bash": "{}", "zsh": "_{}", "fish": "{}.fish"}
"""For each shell, the name that it looks for, with the program's in it."""


def make_completions() -> dict[Path, str]:
    """Return every file as it should be, by its path."""
    parsers = (client_options.build_parser(load_catalogue(ENGLISH)), tracker_command_line.build_parser(tracker_i18n.load_catalogue(ENGLISH)))
    return {
        FOLDER / shell / name.format(parser.prog): completion_script(shell, parser)
        for parser in parsers
        for shell, name in FILE_NAMES.items()
    }


def out_of_date() -> list[Path]:
    """Return the files that are not as they should be."""
    return [
        path
        for path, text in make_completions().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def main(arguments: list[str]) -> int:
    """Run the tool; return the exit code."""
    if arguments == ["update"]:
        for path, text in make_completions().items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    elif arguments != ["check"]:
        print(__doc__, file=sys.stderr)
        return 2
    found = out_of_date()
    for path in found:
        print(f"{path.relative_to(FOLDER)} is out of date; run: python3 -m tools.completions update")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
