"""Writes the client's man pages from their templates and from what the program itself says.

    python3 -m tools.man_pages update    write docs/man/man1/prosa.1 and its translation
    python3 -m tools.man_pages check     exit 1 if one of them is out of date

Options, commands, keys and settings come from the same tables as ``--help`` and
``/help``, in the language of the page; the prose is in the ``.in`` file beside each page.
"""

import argparse
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from core import VERSION
from curses_ui.catalogue import load_catalogue
from curses_ui.i18n import Catalogue
from curses_ui.line.command_table import COMMANDS
from curses_ui.run.options import build_parser
from curses_ui.settings import SETTINGS, Settings, setting_text
from curses_ui.update.help_texts import KEYS

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "man"
PAGES: Final = {"man1/prosa.1": "en", "pt_BR/man1/prosa.1": "pt_BR"}
"""Each page and its language; its template has ``.in`` behind the name."""
WRITTEN_PAGES: Final = ("man8/prosa-tracker.8", "pt_BR/man8/prosa-tracker.8")
"""Written by hand but for the version."""
_VERSION: Final = re.compile('"prosa [^"]*"')


def roff(text: str) -> str:
    """``text`` so that troff prints it as it is."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("^", "\\(ha").replace("~", "\\(ti")
    return "\\&" + escaped if escaped.startswith((".", "'")) else escaped


def make_page(template: str, catalogue: Catalogue) -> str:
    """Fill a template."""
    parser = build_parser(catalogue)
    pieces = {
        "@VERSION@": roff(VERSION),
        "@SYNOPSIS@": _synopsis(parser),
        "@OPTIONS@": _options(parser),
        "@COMMANDS@": _commands(catalogue),
        "@KEYS@": "\n".join(_item(roff(catalogue.tr(keys)), catalogue.tr(does)) for keys, does in KEYS),
        "@SETTINGS@": _settings(catalogue),
    }
    for mark, text in pieces.items():
        template = template.replace(mark, text)
    return template


def _item(tag: str, text: str) -> str:
    """An entry of a list; ``tag`` is troff already."""
    return f".TP\n.B {tag}\n{roff(text)}"


def _options(parser: argparse.ArgumentParser) -> str:
    items = []
    for action in parser._actions:  # argparse has no public way to list them
        names = ", ".join(roff(name) for name in action.option_strings)
        tag = " ".join(part for part in (names, _value(action)) if part)
        items.append(_item(tag, f"{action.help}."))
    return "\n".join(items)


def _value(action: argparse.Action) -> str:
    """The placeholder of an option's value, in brackets if it may be left out."""
    if action.nargs == 0:
        return ""
    placeholder = roff(str(action.metavar))
    return f"[{placeholder}]" if action.nargs == "?" and action.option_strings else placeholder


def _synopsis(parser: argparse.ArgumentParser) -> str:
    words: list[str] = []
    for action in parser._actions:
        if not action.option_strings:
            words.insert(0, f"[{_value(action)}]")
        elif action.nargs == 0:
            words.append(f"[{roff(action.option_strings[0])}]")
        else:
            words.append(f"[{roff(action.option_strings[0])}\\ {_value(action)}]")
    return "\n".join((".B prosa", *words))


def _commands(catalogue: Catalogue) -> str:
    items = []
    for command in COMMANDS:
        own = command.name_in(catalogue.language)
        also = ", ".join(f"/{word}" for word in command.words if word != own)
        text = f"{catalogue.tr(command.details)} {catalogue.tr(command.keys)}".rstrip()
        items.append(_item(roff(catalogue.tr(command.usage)), f"{text} ({also})" if also else text))
    return "\n".join(items)


def _settings(catalogue: Catalogue) -> str:
    """Inset: they stand within the entry of their file."""
    items: Iterable[str] = (
        _item(
            roff(f"{key} = {setting_text(Settings(), key)}".removesuffix(" = ")),
            f"{catalogue.tr(setting.help)} ({catalogue.tr(setting.expected)}).",
        )
        for key, setting in SETTINGS.items()
    )
    return "\n".join((".RS", *items, ".RE"))


def make_pages() -> dict[Path, str]:
    """Every page as it should be, by its path."""
    made = {
        FOLDER / name: make_page((FOLDER / f"{name}.in").read_text(encoding="utf-8"), load_catalogue(language))
        for name, language in PAGES.items()
    }
    for name in WRITTEN_PAGES:
        text = (FOLDER / name).read_text(encoding="utf-8")
        made[FOLDER / name] = _VERSION.sub(f'"prosa {VERSION}"', text, count=1)
    return made


def out_of_date() -> list[Path]:
    """The pages that are not as they should be."""
    return [
        path
        for path, text in make_pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def main(arguments: list[str]) -> int:
    """Run the tool; returns the exit code."""
    if arguments == ["update"]:
        for path, text in make_pages().items():
            path.write_text(text, encoding="utf-8")
    elif arguments != ["check"]:
        print(__doc__, file=sys.stderr)
        return 2
    found = out_of_date()
    for path in found:
        print(f"{path.relative_to(FOLDER)} is out of date; run: python3 -m tools.man_pages update")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
