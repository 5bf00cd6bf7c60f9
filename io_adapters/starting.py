"""How a user starts the programs: by their names where they are installed, otherwise as this one was started."""

import argparse
import os
import sys
from typing import Final

_PACKAGES: Final = {"prosa": "curses_ui", "prosa-tracker": "tracker_cli"}


def typed_command(program: str) -> str:
    """What to type for ``prosa`` or ``prosa-tracker``, as it works where this program was started."""
    folder, name = os.path.split(sys.argv[0])
    if name == "__main__.py" and os.path.basename(os.path.abspath(folder)) in _PACKAGES.values():
        return f"python3 -m {_PACKAGES[program]}"
    return f"python3 {program}.pyz" if name.endswith(".pyz") else program


def help_formatter(prog: str) -> argparse.HelpFormatter:
    """Make the help of ``prosa`` or ``prosa-tracker`` say ``typed_command``; for argparse's ``formatter_class``."""
    return argparse.HelpFormatter(typed_command(prog))
