"""Gathers the findings of a check while it runs."""

from collections.abc import Callable, Sequence
from typing import Final

from .report import Finding, Outcome, Report, Rule, Values, Wording

NOT_REACHED: Final = Wording(
    "Could not be looked at: an earlier fault, or the time, stood before it.",
    "Não pôde ser verificado: uma falha anterior, ou o tempo, o impediu.",
)


class Recorder:
    """Notes findings, tells them at once, and knows what is still open in the end."""

    def __init__(self, on_finding: Callable[[Finding], None]) -> None:
        self._on_finding = on_finding
        self._findings: list[Finding] = []

    def conforms(self, rule: Rule, detail: Wording | None = None, **values: str | Wording) -> None:
        """Note that a rule is kept, unless something else was noted of it."""
        if not self.has(rule):
            self._add(rule, Outcome.CONFORMS, detail, values)

    def fault(self, rule: Rule, detail: Wording, **values: str | Wording) -> None:
        """Note a fault; the same one of the same rule again is not repeated."""
        if not any(finding.rule is rule and finding.detail is detail for finding in self._findings):
            self._add(rule, Outcome.FAULT, detail, values)

    def leaves_open(self, rule: Rule, detail: Wording, **values: str | Wording) -> None:
        """Note what the assignment leaves open; again, it is not repeated."""
        if not any(finding.rule is rule and finding.detail is detail for finding in self._findings):
            self._add(rule, Outcome.OPEN, detail, values)

    def unseen(self, rule: Rule, detail: Wording) -> None:
        """Note that there was no occasion, unless something was noted of the rule."""
        if not self.has(rule):
            self._add(rule, Outcome.UNSEEN, detail, {})

    def has(self, rule: Rule) -> bool:
        """Whether anything was noted of a rule."""
        return any(finding.rule is rule for finding in self._findings)

    def has_fault(self, rule: Rule) -> bool:
        """Whether a fault was noted of a rule."""
        return any(f.rule is rule and f.outcome is Outcome.FAULT for f in self._findings)

    def report(self, all_rules: Sequence[Rule]) -> Report:
        """Everything; rules of which nothing was noted are noted as unseen first."""
        for rule in all_rules:
            self.unseen(rule, NOT_REACHED)
        return Report(tuple(self._findings))

    def _add(self, rule: Rule, outcome: Outcome, detail: Wording | None, values: Values) -> None:
        finding = Finding(rule, outcome, detail, values)
        self._findings.append(finding)
        self._on_finding(finding)
