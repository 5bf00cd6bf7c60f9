"""A disk that takes nothing more, and a clock that goes back."""

from pathlib import Path

from .running import ClientVictim, TrackerVictim

TIME_GOES_BACK = """
import itertools, time
_hours = itertools.count()
time.time = lambda: 2e9 - 3600.0 * next(_hours)
"""


def test_a_full_disk_stops_the_transcript_and_not_the_chat(tmp_path: Path) -> None:
    """The limit of 1 KiB for a file stands in for a full disk: the system refuses the write."""
    with TrackerVictim() as tracker:
        ana = ClientVictim("Ana", tracker.port, "--log", home=tmp_path / "ana", limits="-f 1")
        bia = ClientVictim("Bia", tracker.port, home=tmp_path / "bia")
        with ana, bia:
            ana.chat_with("Bia")
            for number in range(40):
                ana.says(f"text {number:02} with some words behind it", heard_by=bia)
            bia.says("still here", heard_by=ana)
            complaints = [line for line in ana.lines if line.startswith("!")]
            assert complaints, "nobody was told"
            assert len(complaints) < 5, "and not for each text"


def test_a_clock_that_goes_back_an_hour_at_each_look_disturbs_nothing(tmp_path: Path) -> None:
    with TrackerVictim() as tracker:
        ana = ClientVictim("Ana", tracker.port, home=tmp_path, code=TIME_GOES_BACK)
        bia = ClientVictim("Bia", tracker.port, home=tmp_path)
        with ana, bia:
            ana.chat_with("Bia")
            for number in range(5):
                ana.says(f"there {number}", heard_by=bia)
                bia.says(f"back {number}", heard_by=ana)
            assert not any(line.startswith("!") for line in [*ana.lines, *bia.lines])
