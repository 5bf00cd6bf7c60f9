"""The checks as a command: printed line by line while they run, with an exit code."""

import os
from collections.abc import Mapping, Sequence
from typing import Final, TextIO

from core.wire.messages import Edition
from io_adapters import format_address

from . import client_check, tracker_check
from .client_words import Step
from .report import ENGLISH, EXIT_FAULTS, PORTUGUESE, Finding, Report, Wording, finding_lines, verdict_line

LANGUAGES: Final = (ENGLISH, PORTUGUESE)

_CHECKING_TRACKER: Final = Wording(
    "Checking the tracker at {address}: about {usual} s, {limit} s at most.",
    "Verificando o servidor central em {address}: cerca de {usual} s, no máximo {limit} s.",
)
_CHECKING_CLIENT: Final = Wording(
    "Checking a client: {limit} s at most. Do at your client what stands behind >>>.",
    "Verificando um cliente: no máximo {limit} s. Faça no seu cliente o que está após >>>.",
)
_STOPPED: Final = Wording("Stopped before the end.", "Interrompido antes do fim.")
_USUAL_STEPS_SECONDS: Final = 10.0  # of a tracker with no fault, besides the expiry


def print_tracker_check(
    host: str,
    port: int,
    *,
    language: str,
    out: TextIO,
    keepalive_seconds: float = tracker_check.KEEPALIVE_SECONDS,
) -> int:
    """Check the tracker there and print what is found; returns the exit code of ``Report``.

    Args:
        language: ``en`` or ``pt_BR``.
        out: Where to print; what it cannot encode is escaped, and if it breaks the check goes on.
    """
    printer = _Printer(out, language)
    usual = _USUAL_STEPS_SECONDS + tracker_check.EXPIRY_KEEPALIVES * keepalive_seconds
    printer.say(
        _CHECKING_TRACKER,
        address=format_address(host, port),
        usual=f"{usual:.0f}",
        limit=f"{tracker_check.limit_seconds(keepalive_seconds):.0f}",
    )
    try:
        report = tracker_check.check_tracker(
            host, port, keepalive_seconds=keepalive_seconds, on_finding=printer.print_finding
        )
    except KeyboardInterrupt:
        return printer.stop()
    return printer.finish(report)


def print_client_check(
    hosts: Sequence[str],
    port: int,
    *,
    edition: Edition,
    language: str,
    out: TextIO,
    keepalive_seconds: float = client_check.KEEPALIVE_SECONDS,
    step_seconds: float = client_check.STEP_SECONDS,
) -> int:
    """Check the client that connects there, telling the person what to do; returns ``Report.exit_code``.

    Args and behaviour are those of ``check_client`` and ``print_tracker_check``.

    Raises:
        ListenError: The port cannot be listened on.
    """
    printer = _Printer(out, language)
    limit = client_check.limit_seconds(step_seconds, keepalive_seconds)
    printer.say(_CHECKING_CLIENT, limit=f"{limit:.0f}")
    try:
        report = client_check.check_client(
            hosts,
            port,
            edition=edition,
            keepalive_seconds=keepalive_seconds,
            step_seconds=step_seconds,
            on_step=printer.print_step,
            on_finding=printer.print_finding,
        )
    except KeyboardInterrupt:
        return printer.stop()
    return printer.finish(report)


def language_of(environment: Mapping[str, str]) -> str:
    """The language that the environment asks for, as gettext reads it: Portuguese of any kind, or English."""
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(variable)
        if value:
            return PORTUGUESE if value.lower().startswith("pt") else ENGLISH
    return ENGLISH


class _Printer:
    """Prints at once, whatever the output is able to take."""

    def __init__(self, out: TextIO, language: str) -> None:
        self._out = out
        self._language = language
        self._is_broken = False

    def say(self, wording: Wording, **values: str) -> None:
        """One line."""
        self._print(wording.text(self._language, values))

    def print_step(self, step: Step) -> None:
        """What the person is to do."""
        self._print(step.text(self._language))

    def print_finding(self, finding: Finding) -> None:
        """What was found."""
        for line in finding_lines(finding, self._language):
            self._print(line)

    def finish(self, report: Report) -> int:
        """What it all comes to."""
        self._print(verdict_line(report, self._language))
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
