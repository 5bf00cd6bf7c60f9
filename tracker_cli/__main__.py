"""``prosa-tracker``, or from a checkout ``python3 -m tracker_cli``."""

import os
import sys

from .options import parse_options
from .program import run_program


def main() -> None:
    """Run the tracker and end the process with its exit code."""
    sys.exit(run_program(parse_options(sys.argv[1:]), os.environ))


if __name__ == "__main__":
    main()
