"""What the mouse does, for those who switch it on: the wheel scrolls, a click chooses."""

from typing import Final

from ..state.conversation import Conversation
from ..state.effects import Effect
from ..state.model import UiState
from ..state.people import Person
from ..state.windows import go_to
from ..terminal.keys import Mouse, MouseAction
from ..text.names import quoted
from ..view.pane import item_at
from .paging import FEW_ROWS, screen_layout, scroll_people, scroll_rows

_STEPS: Final = {MouseAction.WHEEL_UP: -1, MouseAction.WHEEL_DOWN: 1}


def apply_mouse(state: UiState, event: Mouse) -> None:
    """Scroll what is under the pointer, or go to the conversation that was clicked on.

    A click on somebody without a conversation calls nobody: it writes the
    command into an empty draft.
    """
    layout = screen_layout(state)
    row = event.row - layout.log_top
    in_log = 0 <= row < layout.log_rows
    in_pane = in_log and bool(layout.pane_columns) and event.column >= layout.columns - layout.pane_columns
    step = _STEPS.get(event.action)
    if step is None:
        if in_pane and state.question is None:
            _choose(state, item_at(state, layout.log_rows, row))
    elif in_pane:
        scroll_people(state, step * FEW_ROWS)
    elif in_log:
        scroll_rows(state, step * FEW_ROWS)


def _choose(state: UiState, item: Conversation | Person | None) -> None:
    match item:
        case Conversation(number=number):
            go_to(state, number)
        case Person(shown=shown) if state.here.draft.is_blank:
            state.here.draft.replace(f"/chat {quoted(shown)}")
        case Person():
            state.notice = state.tr("Send or clear the draft first.")
        case None:
            pass
