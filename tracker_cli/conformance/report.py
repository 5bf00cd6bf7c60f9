"""What a check found, as data, and the same in words of either language.

Nothing here knows what is being checked; ``rules.py`` does.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from core import Edition
from core.assignment import Topic, sentence
from io_adapters import Catalogue, N_

EXIT_CONFORMS: Final = 0
EXIT_FAULTS: Final = 1
EXIT_USAGE: Final = 2
EXIT_NOT_CONNECTED: Final = 3

MAX_SHOWN_BYTES: Final = 120  # of what a program sent: enough to recognise it on two terminal lines


@dataclass(frozen=True, slots=True)
class Words:
    """A value that is itself a message, to be translated with the one that it stands in."""

    message: str


Value = str | Words
Values = Mapping[str, Value]
"""For the placeholders of a message."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that the assignment asks of a program."""

    key: str
    """The name of the rule, for tests and for programs that read a report."""
    topic: Topic
    """What to look up in the assignment."""
    asks: str
    """What conforms, as a statement in English."""


class Outcome(enum.Enum):
    """How a program stands to a rule."""

    CONFORMS = "conforms"
    FAULT = "fault"
    OPEN = "open"
    """It does something that the assignment leaves open, and that other programs stumble over."""
    UNSEEN = "unseen"
    """It had no occasion: the person did not do what was asked, or an earlier fault stood before it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Emitted for each rule that was looked at; a rule may have several faults."""

    rule: Rule
    outcome: Outcome
    detail: str | None = None
    """What was observed, in English; None where it is just what the rule asks."""
    values: Values = field(default_factory=dict)
    """For the placeholders of ``detail``; never raw bytes from the network (see ``shown``)."""
    edition: Edition = Edition.E2024
    """By which the program was judged."""


@dataclass(frozen=True, slots=True)
class Report:
    """All that a check found, in the order in which it was found."""

    findings: tuple[Finding, ...]
    not_connected: str | None = None
    """Why there was no connection at all, and nothing was checked; None if there was one."""

    @property
    def faults(self) -> tuple[Finding, ...]:
        """What does not conform."""
        return tuple(finding for finding in self.findings if finding.outcome is Outcome.FAULT)

    @property
    def unseen(self) -> tuple[Finding, ...]:
        """What could not be looked at."""
        return tuple(finding for finding in self.findings if finding.outcome is Outcome.UNSEEN)

    @property
    def exit_code(self) -> int:
        """0 conforms, 1 faults or a check that is not complete, 3 not connected."""
        if self.not_connected is not None:
            return EXIT_NOT_CONNECTED
        return EXIT_FAULTS if self.faults or self.unseen else EXIT_CONFORMS


_LABELS: Final = {
    Outcome.CONFORMS: N_("ok"),
    Outcome.FAULT: N_("FAULT"),
    Outcome.OPEN: N_("note"),
    Outcome.UNSEEN: N_("not seen"),
}
_LABEL_CELLS: Final = 11
_EXPECTED: Final = N_("Expected: {asks}")
_ASSIGNMENT_SAYS: Final = N_("The assignment, “{section}”: “{says}”")
_NOTHING: Final = N_("Nothing was checked: {reason}.")
_CONFORMS: Final = N_("Conforms: no fault found.")
_INCOMPLETE: Final = N_(
    "No fault found, but not everything was seen ({unseen} of {all}): this check is not complete."
)
_FAULTS: Final = N_("Does not conform: faults found: {faults}.")


def finding_lines(finding: Finding, catalogue: Catalogue) -> list[str]:
    """Return a finding in words: what is asked or was observed and, for a fault, what the assignment says."""
    asks = catalogue.tr(finding.rule.asks)
    detail = fill(catalogue, finding.detail, finding.values) if finding.detail is not None else None
    if finding.outcome not in (Outcome.FAULT, Outcome.OPEN) or detail is None:
        rows = [asks] if detail is None else [asks, detail]
    else:
        rows = [detail, catalogue.tr(_EXPECTED, asks=asks)]
        said = sentence(finding.rule.topic, finding.edition)
        if said is not None:
            heading, says = said.heading.text(catalogue.language), said.says.text(catalogue.language)
            rows.append(catalogue.tr(_ASSIGNMENT_SAYS, section=heading, says=says))
    label = catalogue.tr(_LABELS[finding.outcome]).ljust(_LABEL_CELLS)
    return [label + rows[0], *(" " * _LABEL_CELLS + row for row in rows[1:])]


def verdict_line(report: Report, catalogue: Catalogue) -> str:
    """Return the last line: what it all comes to."""
    if report.not_connected is not None:
        return catalogue.tr(_NOTHING, reason=catalogue.tr(report.not_connected))
    if report.faults:
        return catalogue.tr(_FAULTS, faults=len(report.faults))
    if report.unseen:
        return catalogue.tr(_INCOMPLETE, unseen=len(report.unseen), all=len(report.findings))
    return catalogue.tr(_CONFORMS)


def fill(catalogue: Catalogue, message: str, values: Values) -> str:
    """Return a message in the language of ``catalogue``, with its values."""
    words = {
        key: catalogue.tr(value.message) if isinstance(value, Words) else value for key, value in values.items()
    }
    return catalogue.tr(message, **words)


def shown(data: bytes) -> str:
    """Bytes from the network as one harmless piece of text, line ends visible as ``\\r\\n``."""
    cut = data[:MAX_SHOWN_BYTES]
    text = cut.decode(errors="backslashreplace")
    printable = "".join(c if c.isprintable() else _escape(c) for c in text)
    return f"`{printable}{'…' if len(data) > len(cut) else ''}`"


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
