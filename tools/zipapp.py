"""Makes each program one file that runs wherever there is a Python: prosa.pyz and prosa-tracker.pyz.

``python3 -m tools.zipapp [FOLDER]`` writes them into ``dist`` or the folder. The same
sources give the same bytes, on any machine and at any time: entries are sorted, stored
as they are, and dated 1980.
"""

import argparse
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent

_SHEBANG: Final = b"#!/usr/bin/env python3\n"
_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)  # that a zip file can say
_READABLE: Final = 0o100644 << 16  # a plain file, in the upper half as on Unix
_RUNNABLE: Final = 0o755
_PATTERNS: Final = ("*.py", "*.mo", "py.typed")

# Runs under any Python 3, to say what is wrong with an old one.
_MAIN: Final = """\
import sys

if sys.version_info < (3, 11):
    sys.exit("{name}, {what}, needs Python 3.11 or newer; this is %d.%d" % sys.version_info[:2])

from {package}.__main__ import main

main()
"""


@dataclass(frozen=True, slots=True)
class Program:
    """What goes into one file."""

    name: str
    """Of the command; the file has it with ``.pyz``."""
    what: str
    """What the program is, for readers with a Python that is too old."""
    packages: tuple[str, ...]
    """The last one is the program's own."""
    shared: tuple[tuple[str, str], ...]
    """Man pages and completions: where each is in the file, and in the repository."""


PROGRAMS: Final = (
    Program(
        "prosa",
        "a chat for the terminal",
        ("core", "io_adapters", "curses_ui"),
        (
            ("share/man/man1/prosa.1", "docs/man/man1/prosa.1"),
            ("share/man/pt_BR/man1/prosa.1", "docs/man/pt_BR/man1/prosa.1"),
            ("share/bash-completion/completions/prosa", "docs/completions/bash/prosa"),
            ("share/zsh/site-functions/_prosa", "docs/completions/zsh/_prosa"),
            ("share/fish/vendor_completions.d/prosa.fish", "docs/completions/fish/prosa.fish"),
        ),
    ),
    Program(
        "prosa-tracker",
        "the tracker of a chat for the terminal",
        ("core", "io_adapters", "tracker_cli"),
        (
            ("share/man/man8/prosa-tracker.8", "docs/man/man8/prosa-tracker.8"),
            ("share/man/pt_BR/man8/prosa-tracker.8", "docs/man/pt_BR/man8/prosa-tracker.8"),
            ("share/bash-completion/completions/prosa-tracker", "docs/completions/bash/prosa-tracker"),
            ("share/zsh/site-functions/_prosa-tracker", "docs/completions/zsh/_prosa-tracker"),
            ("share/fish/vendor_completions.d/prosa-tracker.fish", "docs/completions/fish/prosa-tracker.fish"),
        ),
    ),
)


def build(program: Program) -> bytes:
    """The whole file of a program."""
    archive = io.BytesIO()
    archive.write(_SHEBANG)
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_STORED) as zip_file:
        for path, content in sorted(_entries(program)):
            entry = zipfile.ZipInfo(path, _EARLIEST)
            entry.external_attr = _READABLE
            entry.create_system = 3  # Unix, wherever this runs
            zip_file.writestr(entry, content)
    return archive.getvalue()


def _entries(program: Program) -> Iterator[tuple[str, bytes]]:
    main = _MAIN.format(name=program.name, what=program.what, package=program.packages[-1])
    yield "__main__.py", main.encode()
    yield "LICENSE", (ROOT / "LICENSE").read_bytes()
    for path, source in program.shared:
        yield path, (ROOT / source).read_bytes()
    for package in program.packages:
        for pattern in _PATTERNS:
            for file in (ROOT / package).rglob(pattern):
                yield file.relative_to(ROOT).as_posix(), file.read_bytes()


def main(arguments: Sequence[str] | None = None) -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(prog="python3 -m tools.zipapp", description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("dist"), help="default: dist")
    folder = parser.parse_args(arguments).folder
    folder.mkdir(parents=True, exist_ok=True)
    for program in PROGRAMS:
        file = folder / f"{program.name}.pyz"
        file.write_bytes(build(program))
        file.chmod(_RUNNABLE)
        print(file)


if __name__ == "__main__":
    main()
