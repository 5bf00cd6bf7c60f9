"""``prosa``, or from a checkout ``python3 -m curses_ui``.

Every Python from 3.6 on can read this file, so that an old one says what is needed. Nothing of Prosa's is imported
before it is known that it is Prosa's.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit("prosa, a chat for the terminal, needs Python 3.11 or newer; this is %d.%d" % sys.version_info[:2])

import gc
import os
from collections.abc import Callable
from importlib.machinery import PathFinder
from typing import NoReturn

_OWN_PACKAGES = {"core": b'"""The Prosa protocol ', "io_adapters": b'"""The only code that owns sockets, '}
"""How each of them begins."""
_EXIT_OUTPUT = 1


def main() -> None:
    """Run the client and end the process with its exit code."""
    try:
        _run()
    finally:
        _finish_output()


def _run() -> NoReturn:
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
    except OSError as error:  # where output is not buffered, --help and its like find it out
        _end_for_output(error)
    gc.freeze()
    gc.enable()
    sys.exit(run())


def _finish_output() -> None:
    """Write what is left; what cannot be written is one line, unless the reader is gone."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        _end_for_output(error)


def _end_for_output(error: OSError) -> NoReturn:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python says it again at its end
    from io_adapters import choose_language

    from .catalogue import load_catalogue
    from .run.options import complain_of_output

    complain_of_output(error, load_catalogue(choose_language(None, None, os.environ)))
    sys.exit(_EXIT_OUTPUT)


def _prepare() -> Callable[[], int]:
    """Read the command line; return what runs the client."""
    from io_adapters import choose_language, wanted_language

    from .catalogue import load_catalogue
    from .run.options import parse_options

    arguments = sys.argv[1:]
    options = parse_options(arguments, load_catalogue(choose_language(wanted_language(arguments), None, os.environ)))
    # Only here, so that --help and mistakes are answered without loading the client.
    from .run.start import start

    return lambda: start(options)


def _foreign_path(name: str) -> str | None:
    """Return where another module stands that hides Prosa's package ``name`` from imports, None if there is none."""
    folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    spec = PathFinder.find_spec(name)
    if spec is None:
        return None  # an editable install has a finder of its own
    if spec.origin is None:  # a folder without code
        return ", ".join(spec.submodule_search_locations or ())
    own = os.path.join(folder, name, "__init__.py")
    return None if spec.origin == own and _begins_as_ours(spec.loader, own, name) else spec.origin


def _begins_as_ours(loader: object, path: str, name: str) -> bool:
    """Whether no other distribution has written over the package; nothing of it is run for that."""
    read = getattr(loader, "get_data", None)
    data: object = read(path) if read is not None else b""
    return isinstance(data, bytes) and data.startswith(_OWN_PACKAGES[name])


def _end_for_clash(name: str, found: str) -> NoReturn:
    sys.exit(
        f"prosa: Prosa's package {name} is hidden or damaged: {found} "
        "(start prosa in another folder, or install it by itself with pipx)"
    )


if __name__ == "__main__":
    main()
