"""``--check-client`` and ``--check-tracker``: another program, walked through the protocol."""

import sys
from collections.abc import Mapping

from io_adapters import ListenError

from .conformance import language_of, print_client_check, print_tracker_check
from .options import Options
from .program import EXIT_CANNOT_LISTEN, complain, explain


def run_self_check(options: Options, environment: Mapping[str, str]) -> int:
    """Check the tracker that the options name, or the client that connects; return the report's exit code."""
    language = options.language or language_of(environment)
    keepalive_seconds = options.config.keepalive_seconds
    if options.check_tracker is not None:
        return print_tracker_check(
            *options.check_tracker, language=language, out=sys.stdout, keepalive_seconds=keepalive_seconds
        )
    try:
        return print_client_check(
            options.hosts,
            options.port,
            edition=options.config.edition,
            language=language,
            out=sys.stdout,
            keepalive_seconds=keepalive_seconds,
        )
    except ListenError as error:
        complain(explain(error))
        return EXIT_CANNOT_LISTEN
