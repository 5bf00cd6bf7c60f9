"""People with screens, as far as every run of the tests affords them; .ci/run goes on from there (docs/reliability.md)."""

from collections import Counter
from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest

from curses_ui.recording import replay
from curses_ui.state import journal
from curses_ui.state.conversation import Conversation
from curses_ui.state.effects import Effect
from curses_ui.state.model import UiState
from curses_ui.update import node_events

from tests.client_audit import ClientAudit

from .oracle import Violation
from .screens.plan import make_screen_plan
from .screens.run import ScreenFigures, ScreenRun

SEEDS_IN_ALL, SEEDS_PER_TEST = 40, 10


@cache
def figures_of(seed: int) -> ScreenFigures:
    """Run a seed, once for all tests."""
    return ScreenRun(make_screen_plan(seed)).carry_out()


@pytest.mark.parametrize("first", range(0, SEEDS_IN_ALL, SEEDS_PER_TEST))
def test_what_people_typed_stands_where_it_belongs_for(first: int) -> None:
    for seed in range(first, first + SEEDS_PER_TEST):
        try:
            figures_of(seed)
        except Exception as error:  # whatever it is, it comes with how to see it again
            again = f"python3 -m tests.sim --screens --seed {seed} --trace"
            raise AssertionError(f"replay with: {again}") from error


def test_people_talk_and_are_excused_seldom() -> None:
    """An oracle that excuses everything would hold in every run."""
    texts = delivered = 0
    exceptions: Counter[str] = Counter()
    for seed in range(SEEDS_IN_ALL):
        figures = figures_of(seed)
        texts += figures.texts
        delivered += figures.delivered
        exceptions += figures.exceptions
    assert texts > 1000
    assert delivered > texts // 3
    assert all(count <= texts // 100 for count in exceptions.values()), exceptions


def test_a_seed_replays_to_the_last_frame_and_becomes_a_recording(tmp_path: Path) -> None:
    def frames_of(record_to: Path | None) -> list[str]:
        lines: list[str] = []
        ScreenRun(make_screen_plan(3), lines.append, shows_screens=True, record_to=record_to).carry_out()
        return lines

    first = frames_of(None)
    assert sum("sees\n" in line for line in first) > 50
    assert frames_of(tmp_path) == first
    recordings = sorted(tmp_path.iterdir())
    assert recordings
    for recording in recordings:
        assert replay.main([str(recording), "--check"]) == 0


def in_the_status_window(state: UiState, conversation: Conversation, text: str, *, sender: str = "") -> list[Effect]:
    return journal.hear(state, state.status, text, sender=sender)


def nowhere(state: UiState, conversation: Conversation, text: str, *, sender: str = "") -> list[Effect]:
    return []


def twice(state: UiState, conversation: Conversation, text: str, *, sender: str = "") -> list[Effect]:
    journal.hear(state, conversation, text, sender=sender)
    return journal.hear(state, conversation, text, sender=sender)


@pytest.mark.parametrize(
    ("fault", "violation"), [(in_the_status_window, "wrong-person"), (nowhere, "lost"), (twice, "twice")]
)
def test_a_text_that_stands_elsewhere_or_nowhere_or_twice_is_found(fault: object, violation: str) -> None:
    unaudited = patch.object(ClientAudit, "look", lambda *_: None)
    with unaudited, patch.object(node_events, "hear", fault), pytest.raises(Violation, match=violation):
        for seed in range(SEEDS_IN_ALL):
            ScreenRun(make_screen_plan(seed)).carry_out()
