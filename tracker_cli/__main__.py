"""``prosa-tracker``, or from a checkout ``python3 -m tracker_cli``."""

import os
import sys

from .options import parse_options


def main() -> None:
    """Run the tracker and end the process with its exit code."""
    options = parse_options(sys.argv[1:])
    # Only here, so that --help and mistakes are answered without loading the tracker.
    if options.check_client or options.check_tracker is not None:
        from .self_check import run_self_check as run
    else:
        from .program import run_program as run
    sys.exit(run(options, os.environ))


if __name__ == "__main__":
    main()
