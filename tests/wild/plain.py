"""The client as users run it, without a screen: ``python3 -m curses_ui --plain`` in a pipe."""

import os
import sys

from io_adapters import Address, format_address

from ..programs import Program


def start_command(module: str, *words: str) -> Program:
    """``python3 -m module words``, with nothing of the user's own language."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG"))}
    return Program(sys.executable, "-m", module, *words, env={**environment, "LC_ALL": "C.UTF-8"})


def start_client(name: str, tracker: Address) -> Program:
    """The client of ``name``, in English, with the tracker at ``tracker``."""
    words = ("--plain", "--no-config", "--lang", "en", "--tracker", format_address(*tracker))
    return start_command("curses_ui", name, *words)
