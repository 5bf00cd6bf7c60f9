"""``--check-client``: somebody else's client, walked through the protocol."""

import sys
from collections.abc import Mapping

from io_adapters import ListenError
from io_adapters.conformance import language_of, print_client_check

from .options import Options
from .program import EXIT_CANNOT_LISTEN, complain, explain


def run_client_check(options: Options, environment: Mapping[str, str]) -> int:
    """Check the client that connects where the tracker would listen; returns the exit code of the report."""
    try:
        return print_client_check(
            options.hosts,
            options.port,
            edition=options.config.edition,
            language=options.language or language_of(environment),
            out=sys.stdout,
            keepalive_seconds=options.config.keepalive_seconds,
        )
    except ListenError as error:
        complain(explain(error))
        return EXIT_CANNOT_LISTEN
