"""What the same name always gets."""

import subprocess
import sys
from pathlib import Path

from curses_ui.terminal.frame import hue_of

ROOT = Path(__file__).parents[3]


def test_a_hue_is_the_same_in_every_run() -> None:
    program = "from curses_ui.terminal.frame import hue_of; print(hue_of('Camila'), hue_of('山田'))"
    found = {
        subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    }
    assert found == {f"{hue_of('Camila')} {hue_of('山田')}\n"}


def test_a_name_that_cannot_be_encoded_has_a_hue() -> None:
    assert hue_of("\udcff") == hue_of("\udcfe")
