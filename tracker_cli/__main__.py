"""``prosa-tracker``, or from a checkout ``python3 -m tracker_cli``.

Every Python from 3.6 on can read this file, so that an old one says what is needed. Nothing of Prosa's is imported
before it is known that it is Prosa's.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "prosa-tracker, the tracker of a chat for the terminal, needs Python 3.11 or newer; this is %d.%d"
        % sys.version_info[:2]
    )

import gc
import os
from collections.abc import Callable
from importlib.machinery import PathFinder
from typing import NoReturn

_OWN_PACKAGES = ("core", "io_adapters")


def main() -> None:
    """Run the tracker and end the process with its exit code."""
    gc.disable()  # until all is loaded, which stays: to look for garbage among it takes 7 ms
    for name in _OWN_PACKAGES:
        path = _foreign_path(name)
        if path is not None:
            _end_for_clash(name, path)
    try:
        run = _prepare()
    except ImportError as error:
        name = str(error.name).partition(".")[0]
        if name not in _OWN_PACKAGES:
            raise
        _end_for_clash(name, str(error))
    gc.freeze()
    gc.enable()
    sys.exit(run())


def _prepare() -> Callable[[], int]:
    """Read the command line; return what runs the tracker, or a check."""
    from .command_line import build_parser

    found = build_parser().parse_args()
    # Only here, so that --help and mistakes are answered without loading the tracker.
    from .options import make_options

    options = make_options(found)
    if options.check_client or options.check_tracker is not None:
        from .self_check import run_self_check as run
    else:
        from .program import run_program as run
    return lambda: run(options, os.environ)


def _foreign_path(name: str) -> str | None:
    """Return where another module stands that hides Prosa's package ``name`` from imports, None if there is none."""
    folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    spec = PathFinder.find_spec(name)
    if spec is None:
        return None  # an editable install has a finder of its own
    found = os.path.dirname(spec.origin or "")
    return None if found == os.path.join(folder, name) else spec.origin or str(spec.submodule_search_locations)


def _end_for_clash(name: str, found: str) -> NoReturn:
    sys.exit(
        f"prosa-tracker: Prosa's package {name} is hidden or damaged: {found} "
        "(start prosa-tracker in another folder, or install it by itself with pipx)"
    )


if __name__ == "__main__":
    main()
