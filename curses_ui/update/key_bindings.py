"""What every key does, outside the editing of the line. Changes the state, draws nothing."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final, assert_never

from ..line.completion import Sources, complete
from ..line.history import ReverseSearch
from ..state.effects import Effect, Leave, Redraw, Suspend
from ..state.journal import tell_error
from ..state.model import UiState
from ..state.windows import go_to, look, next_active, next_window, set_focused
from ..terminal.keys import MAX_PASTE_BYTES, Focus, Key, KeyEvent, Mouse, Paste, Text
from ..text.matching import casefold
from ..view.layout import NAME_COLUMN_MIN_COLUMNS, PANE_MIN_COLUMNS, PANE_MIN_ROWS
from . import commands, paging, search, sending
from .mouse import apply_mouse
from .questions import answer, ask_about_paste

LEAVE_WITHIN_SECONDS: Final = 2.0  # a second ^C within this time leaves
WINDOW_DIGITS: Final = 2
FEW_PEOPLE: Final = 5  # rows by which the people pane scrolls

_Action = Callable[[UiState], list[Effect] | None]


def apply_key_event(state: UiState, event: KeyEvent) -> list[Effect]:
    """Do what a key, typed text or a paste means now; ``state.now`` and ``state.wall`` are up to date."""
    if not isinstance(event, Focus | Mouse):
        set_focused(state, True)  # some terminals do not say when they get it back
    match event:
        case Focus(focused):
            set_focused(state, focused)
        case Text(text):
            return _typed(state, text)
        case Paste(text, truncated):
            _pasted(state, text)
            if truncated:
                size = f"{MAX_PASTE_BYTES >> 20} MiB"
                tell_error(state, state.here, state.tr("The paste is longer than {size}; its end is missing.", size=size))
        case Key(name):
            return _pressed(state, name) or []
        case Mouse():
            apply_mouse(state, event)
        case _:
            assert_never(event)
    return []


def _typed(state: UiState, text: str) -> list[Effect]:
    state.notice = ""
    effects: list[Effect] = []
    while text and state.question is not None:
        effects += answer(state, text[0])
        text = text[1:]
    if state.window_digits is not None and text:
        text = _take_window_digits(state, text)
    if not text:
        return effects
    state.notice = ""  # as if what is left had come by itself
    state.completion = None
    if state.search is not None and state.search.typing:
        search.retype(state, state.search.query + text)
    elif state.reverse_search is not None:
        state.reverse_search.type(text)
    else:
        _insert(state, text)
    return effects


def _insert(state: UiState, text: str) -> None:
    search.stop(state, restore=False)
    here = state.here
    here.history.stop()
    if not here.draft.type(text):
        state.notice = state.tr("The line is full.")


def _pasted(state: UiState, text: str) -> None:
    state.notice = ""
    state.completion = None
    state.reverse_search = None
    search.stop(state, restore=False)
    ask_about_paste(state, text)


def _pressed(state: UiState, name: str) -> list[Effect] | None:
    state.notice = ""
    state.window_digits = None
    if state.question is not None:
        if name in ("Escape", "C-c", "C-g"):
            return answer(state, "n")
        return _ANYWHERE[name](state) if name in _ANYWHERE else None
    if state.completion is not None and name == "Escape":
        state.here.draft.replace(state.completion.draft, state.completion.end)
        state.completion = None
        return None
    if name not in ("Tab", "S-Tab"):
        state.completion = None
    if state.reverse_search is not None:
        return _pressed_in_reverse_search(state, state.reverse_search, name)
    if state.search is not None and _pressed_in_search(state, name):
        return None
    return _pressed_in_line(state, name)


def _pressed_in_line(state: UiState, name: str) -> list[Effect] | None:
    action = _ON_EMPTY.get(name) if not state.here.draft.text else None
    action = action or _ANYWHERE.get(name) or _BINDINGS.get(name)
    if action is not None:
        return action(state)
    before = state.here.draft.text
    state.here.draft.press(name)
    if state.here.draft.text != before:
        state.here.history.stop()
    return None


# Windows


def _go_on(state: UiState, step: int) -> None:
    go_to(state, next_window(state, step))


def _go_to_number(state: UiState, number: int) -> None:
    if number in state.conversations:
        go_to(state, number)
    else:
        state.notice = state.tr("There is no window {n}.", n=number)


def _go_to_active(state: UiState) -> None:
    found = next_active(state)
    if found is not None:
        go_to(state, found)
    else:
        state.notice = state.tr("Nothing is unread.")


def _begin_window_digits(state: UiState) -> None:
    state.window_digits = ""


def _take_window_digits(state: UiState, text: str) -> str:
    """Read the two digits after Alt+j; return what was typed behind them."""
    digits = state.window_digits or ""
    while text and text[0] in "0123456789" and len(digits) < WINDOW_DIGITS:
        digits, text = digits + text[0], text[1:]
    if len(digits) == WINDOW_DIGITS:
        _go_to_number(state, int(digits))
        state.window_digits = None
    else:
        state.window_digits = None if text else digits
    return text


def _next_view(state: UiState) -> None:
    """Go on from the log with the people to the log without them, to the bare log; where they hide, begin there."""
    if state.bare:
        state.bare, state.people_wanted, state.people_overlaid = False, True, False
    elif state.columns >= PANE_MIN_COLUMNS and state.rows >= PANE_MIN_ROWS:
        state.bare = not state.people_wanted
        state.people_wanted = False
    else:
        state.bare = state.people_overlaid
        state.people_overlaid = not state.people_overlaid


# The line


def _older(state: UiState) -> None:
    here = state.here
    entry = here.history.older(here.draft.text)
    if entry is not None:
        here.draft.replace(entry)


def _newer(state: UiState) -> None:
    here = state.here
    entry = here.history.newer()
    if entry is not None:
        here.draft.replace(entry)


def _older_anywhere(state: UiState) -> None:
    entry = state.typed.older(state.here.draft.text)
    if entry is not None:
        state.here.draft.replace(entry)


def _newer_anywhere(state: UiState) -> None:
    entry = state.typed.newer()
    if entry is not None:
        state.here.draft.replace(entry)


def _complete(state: UiState, by: int) -> None:
    draft = state.here.draft
    if state.completion is not None:
        state.completion = state.completion.step(by)
    else:
        state.completion = complete(draft.text, draft.cursor, sources(state))
        if state.completion is not None and by < 0:
            state.completion = state.completion.step(by)
    if state.completion is None:
        state.notice = state.tr("no match")
        return
    text, cursor = state.completion.completed
    draft.replace(text, cursor)
    if len(state.completion.candidates) == 1:
        state.completion = None


def sources(state: UiState) -> Sources:
    """What Tab offers now: who speaks here, then who has written, then everybody else by alphabet."""
    here = state.here
    chats = sorted(state.chats(), key=lambda c: (c is not here, not c.unread, casefold(c.label)))
    labels = [conversation.label for conversation in chats]
    first = [conversation.label for conversation in chats if conversation is here or conversation.unread]
    others = sorted([*labels, *(person.shown for person in state.people)], key=casefold)
    return Sources(
        language=state.catalogue.language,
        people=tuple(dict.fromkeys([*first, *others])),
        conversations=tuple(labels),
        ignored=tuple(sorted(state.ignored)),
    )


def _begin_reverse_search(state: UiState) -> None:
    state.reverse_search = ReverseSearch(state.here.history.entries)


def _pressed_in_reverse_search(state: UiState, found: ReverseSearch, name: str) -> list[Effect] | None:
    match name:
        case "C-r":
            found.older()
        case "Backspace" | "C-h":
            found.erase()
        case "Escape" | "C-c" | "C-g":
            state.reverse_search = None
        case _:
            state.reverse_search = None
            if found.match is not None:
                state.here.history.stop()
                state.here.draft.replace(found.match)
            return _pressed_in_line(state, name)
    return None


def _begin_search(state: UiState) -> None:
    search.search_here(state, "", typing=True)


def _pressed_in_search(state: UiState, name: str) -> bool:
    """Do what a key does during a search in the log; False if the key is not for the search."""
    match name:
        case "Up":
            search.step(state, -1)
        case "Down":
            search.step(state, 1)
        case "Escape" | "C-c" | "C-g":
            search.stop(state, restore=True)
            look(state)
        case "Enter" if state.search is not None and state.search.typing:
            search.stop(state, restore=False)
        case "Backspace" | "C-h" if state.search is not None and state.search.typing:
            search.retype(state, state.search.query[:-1])
        case _:
            search.stop(state, restore=False)
            return False
    return True


# Leaving


def _interrupt(state: UiState) -> list[Effect] | None:
    """^C: clears a draft; on an empty line, twice within two seconds, leaves."""
    here = state.here
    if here.draft.text:
        here.draft.press("C-e")
        here.draft.kill_all()
        here.history.stop()
        return None
    hinted = state.leave_hint_at
    state.leave_hint_at = state.now
    if hinted is not None and state.now - hinted <= LEAVE_WITHIN_SECONDS:
        state.leave_hint_at = None
        # Twice is an answer already: who hosts a tracker for others is not asked again.
        return commands.enter(state, "/exit") if state.settings.confirm_exit else [Leave()]
    _hint_at_leaving(state)
    return None


def _hint_at_leaving(state: UiState) -> None:
    if state.hosted:
        state.notice = state.catalogue.trn(
            "{n} uses your tracker; ^C again leaves.", "{n} use your tracker; ^C again leaves.", state.hosted
        )
    elif state.columns < NAME_COLUMN_MIN_COLUMNS:
        state.notice = state.tr("Press Ctrl+C again to leave.")
    else:
        state.notice = state.tr("Press Ctrl+C again or type /exit to leave.")


def _abort(state: UiState) -> None:
    """Escape: sends no more of what was pasted."""
    if state.paste:
        sending.stop_sending(state)


def _nothing(_state: UiState) -> None:
    """Swallow the key."""


_ANYWHERE: Final[Mapping[str, _Action]] = MappingProxyType(
    {
        "C-l": lambda state: [Redraw()],
        "C-z": lambda state: [Suspend()],
    }
)
"""Also while a question is asked."""

_ON_EMPTY: Final[Mapping[str, _Action]] = MappingProxyType(
    {
        "End": paging.scroll_to_bottom,
        "C-e": paging.scroll_to_bottom,
        "C-d": _hint_at_leaving,
    }
)
"""On an empty line; on any other they edit."""

_BINDINGS: Final[Mapping[str, _Action]] = MappingProxyType(
    {
        "Enter": sending.submit,
        "Up": _older,
        "Down": _newer,
        "C-Up": _older_anywhere,
        "C-Down": _newer_anywhere,
        "C-r": _begin_reverse_search,
        "Tab": partial(_complete, by=1),
        "S-Tab": partial(_complete, by=-1),
        "C-p": partial(_go_on, step=-1),
        "F5": partial(_go_on, step=-1),
        "M-Left": partial(_go_on, step=-1),
        "C-n": partial(_go_on, step=1),
        "F6": partial(_go_on, step=1),
        "M-Right": partial(_go_on, step=1),
        **{f"M-{digit}": partial(_go_to_number, number=digit or 10) for digit in range(10)},
        "M-j": _begin_window_digits,
        "M-a": _go_to_active,
        "M-e": _go_to_active,
        "M-/": lambda state: go_to(state, state.previous),
        "PgUp": partial(paging.scroll_pages, pages=-1),
        "PgDn": partial(paging.scroll_pages, pages=1),
        "M-PgUp": partial(paging.scroll_rows, rows=-paging.FEW_ROWS),
        "M-PgDn": partial(paging.scroll_rows, rows=paging.FEW_ROWS),
        "C-Home": paging.scroll_to_top,
        "M-Home": paging.scroll_to_top,
        "C-End": paging.scroll_to_bottom,
        "M-End": paging.scroll_to_bottom,
        "M-u": paging.scroll_to_unread,
        "M-s": _begin_search,
        "F1": partial(sending.enter, row="/help"),
        "F2": _next_view,
        "M-N": _next_view,
        "F11": partial(paging.scroll_people, rows=-FEW_PEOPLE),
        "F12": partial(paging.scroll_people, rows=FEW_PEOPLE),
        "C-c": _interrupt,
        "Escape": _abort,
        "C-s": _nothing,
        "C-q": _nothing,
    }
)

BOUND_KEYS: Final = frozenset({*_ANYWHERE, *_ON_EMPTY, *_BINDINGS})
"""Every key that means something besides the editing of the line."""
