"""``--check-client`` and ``--check-tracker``: another program, walked through the protocol."""

import sys
from collections.abc import Mapping

from io_adapters import ListenError, choose_language

from .conformance import print_client_check, print_tracker_check
from .i18n import load_catalogue
from .options import Options
from .program import EXIT_CANNOT_LISTEN, complain, explain


def run_self_check(options: Options, environment: Mapping[str, str]) -> int:
    """Check the tracker that the options name, or the client that connects; return the report's exit code."""
    catalogue = load_catalogue(choose_language(options.language, None, environment))
    edition = options.config.edition
    keepalive_seconds = options.config.keepalive_seconds
    if options.check_tracker is not None:
        return print_tracker_check(
            *options.check_tracker,
            edition=edition,
            catalogue=catalogue,
            out=sys.stdout,
            keepalive_seconds=keepalive_seconds,
        )
    try:
        return print_client_check(
            options.hosts,
            options.port,
            edition=edition,
            catalogue=catalogue,
            out=sys.stdout,
            keepalive_seconds=keepalive_seconds,
        )
    except ListenError as error:
        complain(explain(error, catalogue))
        return EXIT_CANNOT_LISTEN
