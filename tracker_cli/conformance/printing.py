"""The checks as a command: printed line by line while they run, with an exit code."""

import os
from collections.abc import Sequence
from typing import Final, TextIO

from core import Edition
from core.limits import EXPIRY_KEEPALIVES, KEEPALIVE_SECONDS
from io_adapters import Catalogue, N_, format_address

from . import client_check, tracker_check
from .client_words import Step
from .report import EXIT_FAULTS, Finding, Report, finding_lines, verdict_line

_CHECKING_TRACKER: Final = N_("Checking the tracker at {address}: about {usual} s, {limit} s at most.")
_CHECKING_CLIENT: Final = N_(
    "Checking a client: {limit} s at most. Follow the lines that begin with >>> in your client."
)
_STOPPED: Final = N_("Stopped before the end.")
_USUAL_STEPS_SECONDS: Final = 10.0  # of a tracker with no fault, besides the expiry


def print_tracker_check(
    host: str,
    port: int,
    *,
    edition: Edition = Edition.E2024,
    catalogue: Catalogue,
    out: TextIO,
    keepalive_seconds: float = KEEPALIVE_SECONDS,
) -> int:
    """Check the tracker there and print what is found; returns the exit code of ``Report``.

    Args:
        catalogue: In whose language to print.
        out: Where to print; what it cannot encode is escaped, and if it breaks the check goes on.
    """
    printer = _Printer(out, catalogue)
    usual = _USUAL_STEPS_SECONDS + EXPIRY_KEEPALIVES * keepalive_seconds
    printer.say(
        _CHECKING_TRACKER,
        address=format_address(host, port),
        usual=f"{usual:.0f}",
        limit=f"{tracker_check.limit_seconds(keepalive_seconds):.0f}",
    )
    try:
        report = tracker_check.check_tracker(
            host,
            port,
            edition=edition,
            keepalive_seconds=keepalive_seconds,
            on_finding=printer.print_finding,
        )
    except KeyboardInterrupt:
        return printer.stop()
    return printer.finish(report)


def print_client_check(
    hosts: Sequence[str],
    port: int,
    *,
    edition: Edition,
    catalogue: Catalogue,
    out: TextIO,
    keepalive_seconds: float = KEEPALIVE_SECONDS,
    step_seconds: float = client_check.STEP_SECONDS,
) -> int:
    """Check the client that connects there, telling the person what to do; returns ``Report.exit_code``.

    Args and behaviour are those of ``check_client`` and ``print_tracker_check``.

    Raises:
        ListenError: The port cannot be listened on.
    """
    printer = _Printer(out, catalogue)
    limit = client_check.limit_seconds(step_seconds, keepalive_seconds)

    def print_step(step: Step) -> None:
        if step.key == "start":  # not before: a port that is in use needs no instructions
            printer.say(_CHECKING_CLIENT, limit=f"{limit:.0f}")
        printer.print_step(step)

    try:
        report = client_check.check_client(
            hosts,
            port,
            edition=edition,
            keepalive_seconds=keepalive_seconds,
            step_seconds=step_seconds,
            on_step=print_step,
            on_finding=printer.print_finding,
        )
    except KeyboardInterrupt:
        return printer.stop()
    return printer.finish(report)


class _Printer:
    """Prints at once, whatever the output is able to take."""

    def __init__(self, out: TextIO, catalogue: Catalogue) -> None:
        self._out = out
        self._catalogue = catalogue
        self._is_broken = False

    def say(self, message: str, **values: str) -> None:
        """Print one line."""
        self._print(self._catalogue.tr(message, **values))

    def print_step(self, step: Step) -> None:
        """What the person is to do."""
        self._print(step.text(self._catalogue))

    def print_finding(self, finding: Finding) -> None:
        """What was found."""
        for line in finding_lines(finding, self._catalogue):
            self._print(line)

    def finish(self, report: Report) -> int:
        """What it all comes to."""
        self._print(verdict_line(report, self._catalogue))
        return report.exit_code

    def stop(self) -> int:
        """The person has had enough."""
        self.say(_STOPPED)
        return EXIT_FAULTS

    def _print(self, line: str) -> None:
        if self._is_broken:
            return
        encoding = self._out.encoding or "utf-8"
        try:
            print(line.encode(encoding, "backslashreplace").decode(encoding), file=self._out, flush=True)
        except OSError:  # a closed pipe: nobody reads, and the exit code still counts
            self._is_broken = True
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._out.fileno())  # or the exit would complain
