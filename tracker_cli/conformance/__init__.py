"""The self-check of clients and trackers against the assignment; its report as data and in words.

``check_tracker`` and ``check_client`` return a ``Report``; ``print_tracker_check``
and ``print_client_check`` do the same while they print it, in the language of a catalogue.
"""

from .client_check import check_client
from .client_words import Step
from .printing import print_client_check, print_tracker_check
from .report import Finding, Outcome, Report, Rule, finding_lines, verdict_line
from .tracker_check import check_tracker

__all__ = [
    "Finding",
    "Outcome",
    "Report",
    "Rule",
    "Step",
    "check_client",
    "check_tracker",
    "finding_lines",
    "print_client_check",
    "print_tracker_check",
    "verdict_line",
]
