"""The loop that watches another program: it knows when it did not watch."""

import time

import pytest

from tracker_cli.conformance.wire import BEAT_SECONDS, Observer


def test_an_observer_counts_the_time_in_which_it_did_not_run() -> None:
    with Observer(limit_seconds=60.0) as observer:
        observer.pause(BEAT_SECONDS)
        began = observer.now
        while time.monotonic() < began + 5 * BEAT_SECONDS:
            pass  # a machine that is busy with something else
        observer.pause(2 * BEAT_SECONDS)
        ended = observer.now
        assert observer.stalled_seconds(began, ended) >= 3 * BEAT_SECONDS
        assert observer.stalled_seconds(ended, observer.now + 1.0) == 0.0
        assert observer.stalled_seconds(began - 1.0, began - 0.5) == 0.0
        assert observer.stalled_seconds(began + BEAT_SECONDS, began + 2 * BEAT_SECONDS) == pytest.approx(BEAT_SECONDS)
