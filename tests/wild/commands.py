"""The self-checks as the commands that people type, each with our own program at the other end."""

import re
from dataclasses import dataclass
from string import Formatter

from core import Edition
from io_adapters import format_address
from tracker_cli.conformance import client_words
from tracker_cli.i18n import load_catalogue

from ..programs import Program
from .driving import READING_SECONDS
from .harness import LOOPBACK, pause
from .ours import OurTracker
from .plain import start_client, start_command

_PATIENCES = 4  # of a ``Program``, for a check that takes 20 s when the machine is idle
_VERDICTS = ("Conforms", "Does not", "No fault", "Está conforme", "Não está conforme", "Nenhuma falha")
_TYPED = ("sim", "não")


@dataclass(frozen=True)
class CommandResult:
    """What a command printed, and how it ended."""

    exit_code: int
    lines: tuple[str, ...]


def run_check_of_our_tracker(language: str) -> CommandResult:
    """``python3 -m tracker_cli --check-tracker``."""
    with OurTracker(Edition.E2026) as tracker:
        address = format_address(*tracker.address)
        with start_command("tracker_cli", "--check-tracker", address, "--lang", language) as check:
            return _result(check)


def run_check_of_our_client(language: str) -> CommandResult:
    """``python3 -m tracker_cli --check-client``, with the plain client and a person who does as told."""
    words = ("--check-client", "--host", LOOPBACK, "--port", "0", "--lang", language)
    with start_command("tracker_cli", *words) as check:

        def wait_for(step: str, after: int = 0) -> str:
            def is_there() -> bool:
                return len(_lines(check, step, language)) > after

            assert any(check.wait_until(is_there) for _ in range(_PATIENCES)), check.lines
            return _lines(check, step, language)[after]

        address = re.search(r"(127\.0\.0\.1):(\d+)", wait_for(client_words.START))
        assert address is not None
        with start_client("Ana", (address[1], int(address[2]))) as client:
            wait_for(client_words.LIST)
            client.type("/list")
            wait_for(client_words.CHAT)
            client.type("/chat Eco")
            wait_for(client_words.SAY)
            for text in _TYPED:
                client.type(text)
            wait_for(client_words.BYE)
            client.type("/bye")
            for step, times in ((client_words.LIST_AND_CHAT, 1), (client_words.SPLIT_AND_CHAT, 2)):
                for time in range(times):
                    wait_for(step, time)
                    client.type("/list")
                    pause(READING_SECONDS)
                    client.type("/chat Eco")
            wait_for(client_words.EXIT)
            client.type("/exit")
            return _result(check)


def _result(check: Program) -> CommandResult:
    """Wait for the end, which a verdict announces."""
    any(check.wait_until(lambda: "".join(check.lines[-1:]).startswith(_VERDICTS)) for _ in range(_PATIENCES))
    return CommandResult(check.wait_for_end(), tuple(check.lines))


def _lines(check: Program, step: str, language: str) -> list[str]:
    """The lines printed so far that are this step, whatever its values."""
    names = {name for _, name, _, _ in Formatter().parse(step) if name is not None}
    text = load_catalogue(language).tr(step, **dict.fromkeys(names, "\0"))
    pattern = re.compile(">>> " + ".*".join(re.escape(part) for part in text.split("\0")))
    return [line for line in check.lines if pattern.match(line)]
