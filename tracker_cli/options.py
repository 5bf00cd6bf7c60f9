"""What the tracker's command line says, as values."""

import argparse
from dataclasses import dataclass

from core import Edition, TrackerConfig

from io_adapters import Catalogue

from .command_line import LogFormat, parse_command_line


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says, defaults filled in."""

    hosts: tuple[str, ...]
    """Where to listen; the empty host is all interfaces."""
    port: int
    """0 for any free one."""
    wait_seconds: float
    """How long to wait for a port that another program holds."""
    config: TrackerConfig
    log_format: LogFormat
    verbose: bool
    quiet: bool
    stats_seconds: float | None
    """How often to log statistics; None for never."""
    ready_fd: int | None
    """Where to write the port once clients can connect."""
    check_client: bool = False
    """Check the client that connects, instead of serving."""
    check_tracker: tuple[str, int] | None = None
    """Check the tracker there, instead of serving."""
    language: str | None = None
    """Of the checks; None for that of the environment."""
    wire: str | None = None
    """Where to write what goes over the wire; ``-`` is standard output, None is nowhere."""


def parse_options(arguments: list[str], catalogue: Catalogue) -> Options:
    """Read the command line; ends the program for ``--help``, ``--version`` and mistakes (exit 2)."""
    return make_options(parse_command_line(arguments, catalogue))


def make_options(found: argparse.Namespace) -> Options:
    """Return the options that a parsed command line gives, defaults filled in."""
    defaults = TrackerConfig()
    return Options(
        hosts=tuple(dict.fromkeys(found.host or [""])),
        port=found.port,
        wait_seconds=found.wait,
        config=TrackerConfig(
            keepalive_seconds=found.keepalive or defaults.keepalive_seconds,
            edition=defaults.edition if found.edition is None else Edition(int(found.edition)),
            max_clients=found.max_clients,
            max_clients_per_host=found.max_per_host,
        ),
        log_format=LogFormat(found.log_format),
        verbose=found.verbose,
        quiet=found.quiet,
        stats_seconds=found.stats,
        ready_fd=found.ready_fd,
        check_client=found.check_client,
        check_tracker=found.check_tracker,
        language=found.lang,
        wire=found.wire,
    )
