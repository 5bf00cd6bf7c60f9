"""``/wire``: the window of the wire, and what its lines mean."""

from typing import Final

from ..line.command_line import ParsedCommand
from ..state.conversation import LogEntry
from ..state.effects import Effect, OpenWire
from ..state.journal import tell_here
from ..state.model import UiState
from ..view.viewport import Viewport
from .paging import screen_layout
from .targets import complain

_WORDS: Final = frozenset({"USER", "LIST", "KEEP", "ADDR", "DISC"})


def wire(state: UiState, parsed: ParsedCommand) -> list[Effect]:
    """``/wire [name | ? | instruction]``"""
    if parsed.name == "?" and not parsed.quoted:
        _explain_shown(state)
        return []
    if parsed.name.upper() in _WORDS and not parsed.quoted:
        # Only here: it loads what the assignment says.
        from .wire_help import explain_instruction

        tell_here(state, explain_instruction(parsed.name, state.catalogue) or "")
        return []
    return [OpenWire(parsed.name)]


def _explain_shown(state: UiState) -> None:
    """Explain the line of the search hit that is shown, else the lowest line on the screen."""
    entry = _shown_line(state)
    if entry is None or entry.wire is None:
        complain(state, "There is no line of the wire here. /wire shows them; /wire ADDR explains an instruction.")
        return
    # Only here: it loads what the assignment says.
    from .wire_help import explain_line

    tell_here(state, f"{entry.text}\n{explain_line(entry.wire, state.catalogue)}")


def _shown_line(state: UiState) -> LogEntry | None:
    log = state.here.log
    if not log:
        return None
    viewport = Viewport(state, state.here, screen_layout(state))
    # What the program has said below a line, such as the last explanation, does not count.
    lines = [entry for entry in log[: len(log) - viewport.view().below] if entry.wire is not None]
    hit = state.wire.hit if state.wire is not None else None
    first = log[viewport.top().entry].number
    found = next((entry for entry in lines if entry.number == hit and entry.number >= first), None)
    return found or (lines[-1] if lines else None)
