"""What a check found, as data, and the same in words of either language.

Nothing here knows what is being checked; ``rules.py`` does.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

ENGLISH: Final = "en"
PORTUGUESE: Final = "pt_BR"

EXIT_CONFORMS: Final = 0
EXIT_FAULTS: Final = 1
EXIT_USAGE: Final = 2
EXIT_NOT_CONNECTED: Final = 3

MAX_SHOWN_BYTES: Final = 120  # of what a program sent: enough to recognise it on two terminal lines


@dataclass(frozen=True, slots=True)
class Wording:
    """One sentence in both languages, with the same ``{placeholders}`` in each."""

    english: str
    portuguese: str

    def text(self, language: str, values: "Values" = MappingProxyType({})) -> str:
        """The sentence in ``language``, filled in; English for any language but Portuguese."""
        template = self.portuguese if language == PORTUGUESE else self.english
        words = {
            key: value.text(language) if isinstance(value, Wording) else value
            for key, value in values.items()
        }
        return template.format(**words)


Values = Mapping[str, str | Wording]
"""For the placeholders of a ``Wording``."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What the assignment says, and where; the Portuguese is its own text, the English a translation."""

    section: Wording
    says: Wording


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that the assignment asks of a program."""

    key: str
    """Names it in tests and for who processes a report."""
    asks: Wording
    """What conforms, as a statement."""
    quote: Quote


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
    detail: Wording | None = None
    """What was observed; None where it is just what the rule asks."""
    values: Values = field(default_factory=dict)
    """For the placeholders of ``detail``; never raw bytes from the network (see ``shown``)."""


@dataclass(frozen=True, slots=True)
class Report:
    """All that a check found, in the order in which it was found."""

    findings: tuple[Finding, ...]
    not_connected: Wording | None = None
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
    Outcome.CONFORMS: Wording("ok", "ok"),
    Outcome.FAULT: Wording("FAULT", "FALHA"),
    Outcome.OPEN: Wording("note", "nota"),
    Outcome.UNSEEN: Wording("not seen", "não visto"),
}
_LABEL_CELLS: Final = 11
_EXPECTED: Final = Wording("Expected: {asks}", "Esperado: {asks}")
_ASSIGNMENT_SAYS: Final = Wording(
    "The assignment, “{section}”: “{says}”",
    "O enunciado, “{section}”: “{says}”",
)
_NOTHING: Final = Wording("Nothing was checked: {reason}.", "Nada foi verificado: {reason}.")
_CONFORMS: Final = Wording("Conforms: no fault found.", "Está conforme: nenhuma falha encontrada.")
_INCOMPLETE: Final = Wording(
    "No fault found, but not everything was seen ({unseen} of {all}): this check is not complete.",
    "Nenhuma falha encontrada, mas nem tudo foi visto ({unseen} de {all}): a verificação está incompleta.",
)
_FAULTS: Final = Wording(
    "Does not conform: faults found: {faults}.", "Não está conforme: falhas encontradas: {faults}."
)


def finding_lines(finding: Finding, language: str) -> list[str]:
    """One finding in words: what is asked or was observed and, for a fault, what the assignment says."""
    asks = finding.rule.asks.text(language)
    detail = finding.detail.text(language, finding.values) if finding.detail is not None else None
    if finding.outcome not in (Outcome.FAULT, Outcome.OPEN) or detail is None:
        rows = [asks] if detail is None else [asks, detail]
    else:
        quote = finding.rule.quote
        values = {"section": quote.section.text(language), "says": quote.says.text(language)}
        rows = [detail, _EXPECTED.text(language, {"asks": asks}), _ASSIGNMENT_SAYS.text(language, values)]
    label = _LABELS[finding.outcome].text(language).ljust(_LABEL_CELLS)
    return [label + rows[0], *(" " * _LABEL_CELLS + row for row in rows[1:])]


def verdict_line(report: Report, language: str) -> str:
    """The last line: what it all comes to."""
    if report.not_connected is not None:
        return _NOTHING.text(language, {"reason": report.not_connected})
    if report.faults:
        return _FAULTS.text(language, {"faults": str(len(report.faults))})
    if report.unseen:
        counts = {"unseen": str(len(report.unseen)), "all": str(len(report.findings))}
        return _INCOMPLETE.text(language, counts)
    return _CONFORMS.text(language)


def shown(data: bytes) -> str:
    """Bytes from the network as one harmless piece of text, line ends visible as ``\\r\\n``."""
    cut = data[:MAX_SHOWN_BYTES]
    text = cut.decode(errors="backslashreplace")
    printable = "".join(c if c.isprintable() else _escape(c) for c in text)
    return f"`{printable}{'…' if len(data) > len(cut) else ''}`"


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
