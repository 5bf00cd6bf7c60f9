"""Gathers the findings of a check while it runs."""

from collections.abc import Callable, Sequence
from typing import Final

from core import Edition
from io_adapters import N_

from .report import Finding, Outcome, Report, Rule, Value, Values

NOT_REACHED: Final = N_("Not seen, because an earlier fault stood before it or the time was up.")


class Recorder:
    """Notes findings, tells them at once, and knows what is still open in the end."""

    def __init__(
        self, edition: Edition, on_finding: Callable[[Finding], None], is_over: Callable[[], bool]
    ) -> None:
        self._edition = edition
        self._on_finding = on_finding
        self._is_over = is_over
        self._findings: list[Finding] = []

    def conforms(self, rule: Rule, detail: str | None = None, **values: Value) -> None:
        """Note that a rule is kept, unless something else was noted of it."""
        if self._is_over():
            self.unseen(rule, NOT_REACHED)
        elif not self.has(rule):
            self._add(rule, Outcome.CONFORMS, detail, values)

    def fault(self, rule: Rule, detail: str, **values: Value) -> None:
        """Note a fault; the same one of the same rule again is not repeated.

        When the time of the check is up, nothing was waited for and nothing can be concluded.
        """
        if self._is_over():
            self.unseen(rule, NOT_REACHED)
        elif not any(finding.rule is rule and finding.detail == detail for finding in self._findings):
            self._add(rule, Outcome.FAULT, detail, values)

    def leaves_open(self, rule: Rule, detail: str, **values: Value) -> None:
        """Note what the assignment leaves open; again, it is not repeated."""
        if not any(finding.rule is rule and finding.detail == detail for finding in self._findings):
            self._add(rule, Outcome.OPEN, detail, values)

    def unseen(self, rule: Rule, detail: str) -> None:
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

    def _add(self, rule: Rule, outcome: Outcome, detail: str | None, values: Values) -> None:
        finding = Finding(rule, outcome, detail, values, self._edition)
        self._findings.append(finding)
        self._on_finding(finding)
