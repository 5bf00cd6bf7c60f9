"""``prosa``, or from a checkout ``python3 -m curses_ui``.

Every Python from 3.6 on can read this file, so that an old one says what is needed.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit("prosa, a chat for the terminal, needs Python 3.11 or newer; this is %d.%d" % sys.version_info[:2])

import os
from importlib.machinery import PathFinder
from typing import NoReturn

from .i18n import Catalogue, choose_language, load_catalogue
from .run.options import complain, parse_options, wanted_language

_OWN_PACKAGES = ("core", "io_adapters")
_EXIT_CLASH = 1


def main() -> None:
    """Run the client and end the process with its exit code."""
    arguments = sys.argv[1:]
    catalogue = load_catalogue(choose_language(wanted_language(arguments), None, os.environ))
    options = parse_options(arguments, catalogue)
    for name in _OWN_PACKAGES:
        path = _foreign_path(name)
        if path is not None:
            _end_for_clash(name, path, catalogue)
    try:
        # Only here, so that --help and mistakes are answered without loading the client.
        from .run.start import start
    except ImportError as error:
        name = str(error.name).partition(".")[0]
        if name not in _OWN_PACKAGES:
            raise
        _end_for_clash(name, str(error), catalogue)
    sys.exit(start(options))


def _foreign_path(name: str) -> str | None:
    """Return where another module stands that hides Prosa's package ``name`` from imports, None if there is none."""
    folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    spec = PathFinder.find_spec(name)
    if spec is None:
        return None  # an editable install has a finder of its own
    found = os.path.dirname(spec.origin or "")
    return None if found == os.path.join(folder, name) else spec.origin or str(spec.submodule_search_locations)


def _end_for_clash(name: str, found: str, catalogue: Catalogue) -> NoReturn:
    complain(
        catalogue.tr(
            "Prosa's package {name} is hidden or damaged: {found} "
            "(start prosa in another folder, or install it by itself with pipx)",
            name=name,
            found=found,
        )
    )
    sys.exit(_EXIT_CLASH)


if __name__ == "__main__":
    main()
