"""``prosa``, or from a checkout ``python3 -m curses_ui``."""

import os
import sys

from .i18n import choose_language, load_catalogue
from .run.options import parse_options, wanted_language


def main() -> None:
    """Run the client and end the process with its exit code."""
    arguments = sys.argv[1:]
    language = choose_language(wanted_language(arguments), None, os.environ)
    options = parse_options(arguments, load_catalogue(language))
    # Only here, so that --help and mistakes are answered without loading the client.
    from .run.start import start

    sys.exit(start(options))


if __name__ == "__main__":
    main()
