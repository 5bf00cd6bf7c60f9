"""``prosa-tracker``, or from a checkout ``python3 -m tracker_cli``."""

import os
import sys

from .client_check import run_client_check
from .options import parse_options
from .program import run_program


def main() -> None:
    """Run the tracker and end the process with its exit code."""
    options = parse_options(sys.argv[1:])
    run = run_client_check if options.check_client else run_program
    sys.exit(run(options, os.environ))


if __name__ == "__main__":
    main()
