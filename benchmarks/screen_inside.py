"""The parts of the screen's benchmark that run inside a program on a terminal.

usage: python3 -m benchmarks.screen_inside REPORT (count ARGUMENTS ... | repaint TURNS | memory SHARE)

What was measured goes to the file REPORT, as JSON.
"""

import curses
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from curses_ui import __main__ as client
from curses_ui.terminal.frame import Frame
from curses_ui.terminal.screen import Screen, set_up_locale
from curses_ui.view.render import Renderer

from .chat import PEER, Listener, texts
from .processes import resident_bytes

REPAINT_ROWS, REPAINT_COLUMNS = 60, 200
CONVERSATIONS: Final = 20
TEXTS_EACH: Final = 5000

_CALM_SECONDS: Final = 0.05


def count_repaints(report: Path, arguments: Sequence[str]) -> None:
    """Run the client, and report when it drew and what that cost."""
    drawn_at: list[float] = []
    draw = Screen.draw

    def counted(self: Screen, frame: Frame) -> None:
        drawn_at.append(time.monotonic())
        draw(self, frame)

    Screen.draw = counted  # type: ignore[method-assign]  # nothing else tells of a repaint that changes nothing
    sys.argv = ["prosa", *arguments]
    try:
        client.main()
    finally:
        report.write_text(json.dumps({"drawn_at": drawn_at}))


def time_repaints(report: Path, turns: int) -> None:
    """Measure one more line: from the text to the terminal, and the part from the state on."""
    set_up_locale()
    listener = Listener()
    said = texts(turns + REPAINT_ROWS)
    for text in said[turns:]:
        listener.now += _CALM_SECONDS
        listener.hear(text.encode() + b"\r\n")
    renderer = Renderer()
    ours, bare = 0.0, 0.0
    with Screen(color="auto", environment=os.environ) as screen:
        rows, columns = screen.resize()
        screen.draw(renderer.render(listener.state, rows, columns))
        for text in said[:turns]:
            listener.now += _CALM_SECONDS
            listener.hear(text.encode() + b"\r\n")
            began = time.process_time()
            screen.draw(renderer.render(listener.state, rows, columns))
            ours += time.process_time() - began
    window = curses.initscr()
    try:
        # The bare loop knows nothing of wide characters: it gets none.
        ascii_only = [text.encode("ascii", "replace").decode() for text in said]
        lines = [text[: columns - 1].ljust(columns - 1) for text in ascii_only[turns:]]
        for text in ascii_only[:turns]:
            began = time.process_time()
            lines.append(text[: columns - 1].ljust(columns - 1))
            for row, line in enumerate(lines[-rows:]):
                window.addstr(row, 0, line)
            window.refresh()
            bare += time.process_time() - began
    finally:
        curses.endwin()
    report.write_text(json.dumps({"ours_ms": 1000 * ours / turns, "bare_ms": 1000 * bare / turns}))


def weigh_conversations(report: Path, share: float) -> None:
    """Measure the memory of a client with many full logs that were all on the screen once."""
    before = resident_bytes(os.getpid())
    said = texts(max(1, round(TEXTS_EACH * share)))
    listener = Listener()
    for number in range(1, CONVERSATIONS):
        listener.call(f"{PEER}{number}")
    renderer = Renderer()
    for caller, conversation in enumerate(list(listener.state.chats())):
        listener.state.current = conversation.number
        for text in said:
            listener.now += _CALM_SECONDS
            listener.hear(text.encode() + b"\r\n", caller=caller)
        renderer.render(listener.state, REPAINT_ROWS, REPAINT_COLUMNS)
    found = {
        "texts": sum(len(conversation.log) for conversation in listener.state.chats()),
        "before_mib": before / 2**20,
        "mib": resident_bytes(os.getpid()) / 2**20,
        "bare_mib": CONVERSATIONS * sum(map(sys.getsizeof, said)) / 2**20,
    }
    report.write_text(json.dumps(found))


def main() -> None:
    """Run the part that the command line names."""
    report, what, *arguments = sys.argv[1:]
    match what:
        case "count":
            count_repaints(Path(report), arguments)
        case "repaint":
            time_repaints(Path(report), int(arguments[0]))
        case "memory":
            weigh_conversations(Path(report), float(arguments[0]))
        case _:
            pass


if __name__ == "__main__":
    main()
